# SPDX-License-Identifier: GPL-3.0-or-later
"""Real mail servers for one test each: own folder, free ports on loopback, nothing of the machine's own
configuration touched, ended by pid. Each has the name and port it listens on, what songfad's relay
needs besides (relay), what its answers name a mail by (queue_id), and gives the mails it delivered.

    with Postfix(dovecot) as server:
        server.mails()  ->  [(recipient, bytes)]
"""
import csv
import email
import glob
import os
import pwd
import re
import shutil
import signal
import socketserver
import subprocess
import tempfile
import threading
import time

import dovecot
from harness import BUILD, PYTHON, ROOT

DEADLINE = 60
PASSWORD_FILE = "relay.password"


def maildirs(folder):
    """What lies in folder/ADDRESS/{new,cur}. A mail that is given a flag meanwhile has another name: then
    all is read again."""
    while True:
        found = []
        try:
            for path in sorted(glob.glob(os.path.join(folder, "*", "[nc][eu][wr]", "*"))):
                with open(path, "rb") as f:
                    found.append((path.split(os.sep)[-3], f.read()))
        except FileNotFoundError:
            continue
        return found


def as_smtp(data):
    """A mail as it was on the wire: servers store lines with LF."""
    return re.sub(rb"\r?\n", b"\r\n", data)


def sample_addresses():
    """Everybody who may get mail in the sample district, and the sender for his reports."""
    with open(os.path.join(ROOT, "recipients", "sample", "mailboxes.csv"), encoding="utf-8-sig", newline="") as f:
        found = [row["邮箱"] for row in csv.DictReader(f) if row["邮箱"]]
    return found + ["zhiban@example.test", "songfa@example.test"]


class Greylist(socketserver.ThreadingTCPServer):
    """A policy service of Postfix (SMTPD_POLICY_README): one address is put off the first times."""

    daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            asked = {}
            for line in self.rfile:
                name, _, value = line.decode().strip().partition("=")
                asked[name] = value
                if not name:
                    self.wfile.write(f"action={self.server.answer(asked)}\n\n".encode())
                    self.wfile.flush()

    def __init__(self, address, times):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.address, self.times = address, times
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, asked):
        if asked["recipient"] != self.address or self.times == 0:
            return "dunno"
        self.times -= 1
        return "450 4.2.0 Greylisted, see again later"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Server:
    """What is common: a folder, a process, waiting until the port answers."""

    queue_id = None  # what a mail is called in its answer
    logs_queue_ids = False
    process = None

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix=f"songfa-{self.name}-")
        os.chmod(self.folder, 0o755)
        self.host = "localhost"
        self.port = dovecot.free_ports(1)[0]
        with open(self.path(PASSWORD_FILE), "w", encoding="ascii") as f:
            f.write(dovecot.PASSWORD + "\n")
        os.chmod(self.path(PASSWORD_FILE), 0o600)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as f:
            f.write(text)

    def relay(self):
        """What stands in the relay's group besides host and port."""
        return ""

    def login(self, ca):
        return f'tls = "starttls"; ca_file = "{ca}"; user = "songfa@example.test"; ' \
               f'password_file = "{self.path(PASSWORD_FILE)}";'

    def start(self, *words):
        with open(self.path("out.log"), "ab") as out:
            # a group of its own: a server in a namespace is a child of the process that made that
            self.process = subprocess.Popen(words, stdout=out, stderr=out, start_new_session=True)

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(DEADLINE)

    def __enter__(self):
        try:
            self.run()
            self.wait_for_greeting()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if not os.environ.get("SONGFA_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def wait_for_greeting(self):
        end = time.monotonic() + DEADLINE
        while not dovecot.greets(self.port, b"220"):
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"{self.name} does not answer\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def log(self):
        texts = []
        for path in sorted(glob.glob(self.path("*.log"))):
            with open(path, encoding="utf-8", errors="replace") as f:
                texts.append(f.read())
        return "".join(texts)


class Postfix(Server):
    """A submission server: STARTTLS and login by Dovecot demanded, MAIL FROM that of the login, DSN;
    delivers into Dovecot's mailboxes itself, or hands over to Dovecot by LMTP. It takes mails for all of
    example.test, so for a mailbox that is gone too."""

    name = "postfix"
    queue_id = r"[0-9A-Za-z]{8,}"
    logs_queue_ids = True

    MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
myhostname = mail.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_transport = {transport}
virtual_mailbox_base = {mailboxes}/mail
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_uid_maps = static:{user.pw_uid}
virtual_gid_maps = static:{user.pw_gid}
virtual_minimum_uid = 1
smtpd_reject_unlisted_recipient = no
default_transport = error:this server sends nothing out
notify_classes =
message_size_limit = {size}
minimal_backoff_time = 1s
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {mailboxes}/good.pem
smtpd_tls_key_file = {mailboxes}/good.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {mailboxes}/sasl
smtpd_sender_login_maps = inline:{{songfa@example.test=songfa@example.test}}
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access{policy}, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""
    MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

    def __init__(self, mailboxes, size=10 << 20, refused=(), greylist=None, lmtp=False):
        super().__init__()
        self.mailboxes, self.size, self.lmtp = mailboxes, size, lmtp
        self.policy = f", check_policy_service inet:127.0.0.1:{greylist.server_address[1]}" if greylist else ""
        os.makedirs(self.path("queue"))
        os.makedirs(self.path("data"))
        shutil.chown(self.path("data"), "postfix")
        self.write("access", "".join(f"{who} 550 5.1.1 no such user here\n" for who in refused))

    @staticmethod
    def missing():
        if os.getuid() != 0:
            return "Postfix needs root"
        for program, package in (("/usr/sbin/postfix", "postfix"), (dovecot.LMTP, "dovecot-lmtpd")):
            if not os.path.exists(program):
                return f"no {package}"
        return dovecot.missing()

    def run(self):
        boxes = set(sample_addresses()) - set(self.mailboxes.gone)
        self.write("boxes", "".join(f"{box} {box}/\n" for box in sorted(boxes)))
        self.write("main.cf", self.MAIN.format(
            folder=self.folder, size=self.size, mailboxes=self.mailboxes.folder, policy=self.policy, user=pwd.getpwnam("mail"),
            transport=f"lmtp:inet:127.0.0.1:{self.mailboxes.lmtp_port}" if self.lmtp else "virtual"))
        self.write("master.cf", self.MASTER.format(port=self.port))
        self.start("/usr/sbin/postfix", "-c", self.folder, "start-fg")

    def stop(self):
        if self.process and self.process.poll() is None:
            subprocess.run(["/usr/sbin/postfix", "-c", self.folder, "abort"], capture_output=True)
        super().stop()

    def relay(self):
        return self.login(self.mailboxes.path("ca.pem")) + 'notify = "success";'

    def mails(self):
        return maildirs(self.mailboxes.path("mail"))


class SmtpSink(Server):
    """Postfix's sink, which writes each transaction into a file."""

    name = "smtp-sink"

    @staticmethod
    def missing():
        return None if os.path.exists("/usr/sbin/smtp-sink") else "no postfix"

    def run(self):
        os.mkdir(self.path("mail"))
        if os.getuid() == 0:
            shutil.chown(self.path("mail"), "nobody")
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.start("/usr/sbin/smtp-sink", *user, "-d", self.path("mail", "%M."), f"127.0.0.1:{self.port}", "100")

    def mails(self):
        found = []
        for path in sorted(glob.glob(self.path("mail", "*"))):
            with open(path, "rb") as f:
                data = f.read().removesuffix(b"\n")  # the end of a dump, not of the mail
            head = email.message_from_bytes(data)
            found += [(who.strip("<>"), data) for args in head.get_all("X-Rcpt-Args") for who in args.split()[:1]]
        return found


class Aiosmtpd(Server):
    """Python's server: STARTTLS and login demanded, SMTPUTF8 offered."""

    name = "aiosmtpd"
    queue_id = r"M\w+"

    def __init__(self, mailboxes):
        super().__init__()
        self.mailboxes = mailboxes

    @staticmethod
    def missing():
        found = subprocess.run([PYTHON, "-c", "import aiosmtpd"], capture_output=True).returncode == 0
        return dovecot.missing() if found else "no python3-aiosmtpd"

    def run(self):
        self.start(PYTHON, os.path.join(ROOT, "tests", "doubles", "mailboxes.py"), "--port", str(self.port),
                   "--tls", self.mailboxes.path("good.pem"), self.mailboxes.path("good.key"),
                   "--login", "songfa@example.test", dovecot.PASSWORD, self.folder)

    def relay(self):
        return self.login(self.mailboxes.path("ca.pem"))

    def mails(self):
        return maildirs(self.path("mail"))


class OpenSmtpd(Server):
    """OpenSMTPD with DSN, delivery by LMTP into Dovecot; what is for a mailbox that is gone it takes, and
    relays to Dovecot, since its LMTP delivery takes a refusal for temporary. Its package cannot be installed beside Postfix
    and its paths and users are compiled in, so it runs unpacked, in a mount namespace of its own. In
    clear: Debian 12's build cannot serve TLS with OpenSSL 3 (known to OpenSMTPD), and offers no
    login without."""

    name = "opensmtpd"
    queue_id = r"[0-9a-f]{8}"
    logs_queue_ids = True
    UNPACKED = os.environ.get("SONGFA_UNPACKED") or os.path.join(ROOT, "build", "unpacked")
    ROOM = """\
set -e
mount --bind {folder}/passwd /etc/passwd
mount --bind {folder}/group /etc/group
mount --bind {root}/usr/libexec /usr/libexec
for place in /run /var/lib /var/spool; do mount -t tmpfs -o mode=755 private $place; done
mkdir -p /var/lib/opensmtpd/empty
mkdir -m 711 /var/spool/smtpd
exec {root}/usr/sbin/smtpd -d -f {folder}/smtpd.conf
"""
    CONFIG = """\
smtp max-message-size {size}
table all {{ "@" = "nobody" }}
listen on 127.0.0.1 port {port} hostname mail.example.test
table gone {{ {gone} }}
action "store" lmtp "127.0.0.1:{lmtp_port}" rcpt-to user nobody virtual <all>
action "hand over" relay host "lmtp://127.0.0.1:{lmtp_port}"
match from any for rcpt-to <gone> action "hand over"
match from any for domain "example.test" action "store"
"""

    def __init__(self, mailboxes, size=10 << 20):
        super().__init__()
        self.mailboxes, self.size = mailboxes, size

    @classmethod
    def missing(cls):
        if os.getuid() != 0:
            return "OpenSMTPD needs root"
        if not os.path.exists(os.path.join(cls.UNPACKED, "usr/sbin/smtpd")):
            return f"no opensmtpd unpacked in {cls.UNPACKED}: sh tests/lib/unpack.sh"
        if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            return "no mount namespaces here"
        return dovecot.missing() or (None if os.path.exists(dovecot.LMTP) else "no dovecot-lmtpd")

    def run(self):
        for name, line in (("passwd", "{0}:x:{1}:{1}::/var/lib/opensmtpd/empty:/bin/false\n"), ("group", "{0}:x:{1}:\n")):
            shutil.copy("/etc/" + name, self.path(name))
            with open(self.path(name), "a", encoding="utf-8") as f:
                f.write(line.format("opensmtpd", 64990) + line.format("opensmtpq", 64991))
        self.write("smtpd.conf", self.CONFIG.format(
            size=self.size, port=self.port, lmtp_port=self.mailboxes.lmtp_port,
            gone=", ".join(f'"{name}"' for name in self.mailboxes.gone or ["nobody@invalid"])))
        self.start("unshare", "-m", "--propagation", "private", "sh", "-c",
                   self.ROOM.format(folder=self.folder, root=self.UNPACKED))

    def relay(self):
        return 'notify = "success";'

    def mails(self):
        return maildirs(self.mailboxes.path("mail"))
