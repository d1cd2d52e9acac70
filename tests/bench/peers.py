# SPDX-License-Identifier: GPL-3.0-or-later
"""What users would pick instead: Python's smtplib in threads, msmtp in a loop, mlmmj, Postfix through its
queue. Each sends a load to a sink on its best setting and gives mails (or recipients) a second, processor
seconds, peak memory in MB. Peers that are not installed raise Missing."""
import glob
import os
import queue
import resource
import shutil
import smtplib
import socket
import subprocess
import textwrap
import threading
import time

SENDER = "office@example.test"


class Missing(Exception):
    """The peer is not on this machine."""


def need(name):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/lib/postfix/sbin")
    if not path:
        raise Missing(f"{name} is not installed")
    return path


def recipient(i):
    return f"r{i}@example.test"


def message(load, to):
    """A message of about the load's size whose lines are as long as those of base64."""
    head = f"From: {SENDER}\r\nTo: {to}\r\nSubject: bulletin\r\nMessage-ID: <{to}.bench>\r\n\r\n"
    return head + ("A" * 76 + "\r\n") * (load.size // 78)


def children_cost():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Timed:
    """seconds and cpu of a with block; cpu of children only, or of this process."""

    def __init__(self, own=False):
        self.own = own

    def cost(self):
        return time.process_time() if self.own else children_cost()

    def __enter__(self):
        self.began, self.cpu_before = time.monotonic(), self.cost()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began
        self.cpu = self.cost() - self.cpu_before


def python_smtplib(load, port, _folder):
    """20 threads, one connection each for all their mails."""
    work, threads = queue.SimpleQueue(), min(20, load.connections * 3)
    for i in range(load.recipients):
        work.put(recipient(i))

    def send():
        with smtplib.SMTP("127.0.0.1", port) as relay:
            while True:
                try:
                    to = work.get_nowait()
                except queue.Empty:
                    return
                relay.sendmail(SENDER, to, message(load, to))

    with Timed(own=True) as timed:
        running = [threading.Thread(target=send) for _ in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    return load.recipients / timed.seconds, timed.cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def msmtp(load, port, folder):
    """A shell loop: 20 processes at once, one mail and one connection each."""
    program, mail = need("msmtp"), os.path.join(folder, "mail")
    with open(mail, "w", encoding="ascii", newline="") as f:
        f.write(message(load, "r@example.test"))
    loop = (f"seq {load.recipients} | xargs -P 20 -I{{}} sh -c '{program} --file=/dev/null --host=127.0.0.1 --port={port} "
            f"--from={SENDER} r{{}}@example.test < {mail}'")
    with Timed() as timed:
        subprocess.run(["sh", "-c", loop], check=True)
    return load.recipients / timed.seconds, timed.cpu, None


def mlmmj(load, port, folder):
    """mlmmj-send over its one connection: the same mail to each subscriber."""
    program, home = need("mlmmj-send"), os.path.join(folder, "list")
    for part in ("control", "subscribers.d", "archive", "queue/discarded", "bounce", "requeue", "incoming", "moderation",
                 "text", "subconf", "unsubconf", "digesters.d", "nomailsubs.d"):
        os.makedirs(os.path.join(home, part))
    with open(os.path.join(home, "index"), "w", encoding="ascii") as f:
        f.write("0\n")
    for name, value in (("listaddress", "list@example.test"), ("relayhost", "127.0.0.1"), ("smtpport", port)):
        with open(os.path.join(home, "control", name), "w", encoding="ascii") as f:
            f.write(f"{value}\n")
    with open(os.path.join(home, "subscribers.d", "r"), "w", encoding="ascii") as f:
        f.writelines(recipient(i) + "\n" for i in range(load.recipients))
    with open(os.path.join(home, "queue", "mail"), "w", encoding="ascii", newline="") as f:
        f.write(message(load, "list@example.test"))
    with Timed() as timed:
        subprocess.run([program, "-L", home, "-m", os.path.join(home, "queue", "mail"), "-F", "list+bounces@example.test"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return load.recipients / timed.seconds, timed.cpu, None


class Postfix:
    """A private instance whose queue goes to the sink."""

    def __init__(self, folder, sink, connections):
        need("postfix")
        if os.getuid() != 0:
            raise Missing("Postfix needs root for a queue of its own")
        self.etc, self.port = os.path.join(folder, "etc"), free_port()
        self.queue = os.path.join(folder, "queue")
        data = os.path.join(folder, "data")
        for path in (self.etc, self.queue, data):
            os.makedirs(path)
        os.chmod(folder, 0o755)
        shutil.chown(data, "postfix")
        self.write("main.cf", f"""\
            compatibility_level = 3.6
            queue_directory = {self.queue}
            data_directory = {data}
            mail_owner = postfix
            setgid_group = postdrop
            myhostname = bench.example.test
            mydestination =
            inet_interfaces = 127.0.0.1
            relayhost = [127.0.0.1]:{sink}
            smtp_destination_concurrency_limit = {connections}
            default_destination_concurrency_limit = {connections}
            initial_destination_concurrency = {connections}
            default_process_limit = 200
            smtpd_recipient_limit = 20000
            maillog_file = {folder}/log
            maillog_file_prefixes = {folder}
            """)
        services = ["pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
                    "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce",
                    "trace unix - - n - 0 bounce", "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp",
                    "relay unix - - n - - smtp", "error unix - - n - - error", "retry unix - - n - - error",
                    "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache", "postlog unix-dgram n - n - 1 postlogd",
                    "showq unix n - n - - showq", "flush unix n - n 1000? 0 flush", "tlsmgr unix - - n 1000? 1 tlsmgr"]
        self.write("master.cf", "\n".join([f"127.0.0.1:{self.port} inet n - n - - smtpd", *services]) + "\n")

    def write(self, name, text):
        with open(os.path.join(self.etc, name), "w", encoding="ascii") as f:
            f.write(textwrap.dedent(text))

    def __enter__(self):
        subprocess.run([need("postfix"), "-c", self.etc, "start"], check=True, capture_output=True)
        wait_for_port(self.port)
        return self

    def __exit__(self, *_):
        subprocess.run([need("postfix"), "-c", self.etc, "stop"], check=False, capture_output=True)

    def is_empty(self):
        return not any(os.path.isfile(path) for part in ("incoming", "active", "deferred", "maildrop")
                       for path in glob.iglob(os.path.join(self.queue, part, "**"), recursive=True))


def postfix(load, port, folder):
    """Handed in by smtp-source; until the queue is empty."""
    with Postfix(folder, port, 20) as server:
        each = ["-r", str(min(load.recipients, 1000))] if load.shared else []
        mails = load.recipients // 1000 if load.shared else load.recipients
        began = time.monotonic()
        subprocess.run([need("smtp-source"), "-d", "-s", "20", "-m", str(max(mails, 1)), *each, "-l", str(load.size), "-f", SENDER,
                        "-t", "r@example.test", f"127.0.0.1:{server.port}"], check=True)
        while not server.is_empty():
            time.sleep(0.05)
        return load.recipients / (time.monotonic() - began), None, None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def wait_for_port(port, alive=lambda: True):
    """Whether somebody listens within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end and alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


# name: sender, how many of a workload's recipients (they are slow, and rates are what is compared; a quarter of
# them with an attachment)
PEERS = {"smtplib, 20 threads": (python_smtplib, 2000), "msmtp loop, 20 at once": (msmtp, 500),
         "mlmmj-send": (mlmmj, 200), "Postfix queue, 20 connections": (postfix, 4000)}
