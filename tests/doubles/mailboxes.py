#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMTP server (aiosmtpd) on loopback that puts each mail into a Maildir of its recipient:
FOLDER/mail/ADDRESS/new/… Prints its port on standard output and serves until told to stop.

    mailboxes.py FOLDER [PORT]
"""
import asyncio
import mailbox
import os
import signal
import sys

from aiosmtpd.smtp import SMTP


class Deliver:
    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            place = os.path.join(self.folder, "mail", address.replace("/", "_"))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            key = mailbox.Maildir(place, create=True).add(envelope.original_content)
        return f"250 2.0.0 Ok: queued as {key.split('.')[1]}"


async def serve(folder, port):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(
        lambda: SMTP(Deliver(folder), hostname="mail.example.test", data_size_limit=64 << 20),
        "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 0))
