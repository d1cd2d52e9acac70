#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMTP server (aiosmtpd) on loopback that puts each mail into a Maildir of its recipient:
FOLDER/mail/ADDRESS/new/… Prints its port on standard output and serves until told to stop."""
import argparse
import asyncio
import mailbox
import os
import signal
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Deliver:
    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            place = os.path.join(self.folder, "mail", address.replace("/", "_"))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            key = mailbox.Maildir(place, create=True).add(envelope.original_content)
        return f"250 2.0.0 Ok: queued as {key.split('.')[1]}"


def security(options):
    """What SMTP() is told of TLS and login."""
    settings = {}
    if options.tls:
        settings["tls_context"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        settings["tls_context"].load_cert_chain(*options.tls)
        settings["require_starttls"] = True
    if options.login:
        wanted = tuple(word.encode() for word in options.login)
        settings["auth_required"] = True
        settings["authenticator"] = lambda server, session, envelope, mechanism, given: \
            AuthResult(success=(given.login, given.password) == wanted)
    return settings


async def serve(options):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    settings = security(options)
    server = await loop.create_server(
        lambda: SMTP(Deliver(options.folder), hostname="mail.example.test", data_size_limit=64 << 20,
                     enable_SMTPUTF8=True, **settings),
        "127.0.0.1", options.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--port", type=int, default=0, help="0 = a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="demand STARTTLS")
    parser.add_argument("--login", nargs=2, metavar=("USER", "PASSWORD"), help="demand a login")
    asyncio.run(serve(parser.parse_args()))


main()
