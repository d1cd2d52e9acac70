# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Dovecot for one test: own folder, free ports on loopback, a CA of its own, a mailbox for
each name of whoever knows the password; LMTP and SASL for a mail server. It needs root, as Dovecot
does."""
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time

PASSWORD = "not-for-the-log"
USER = "songfa"
LMTP = "/usr/lib/dovecot/lmtp"

CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap {lmtp}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/good.pem
ssl_key = <{folder}/good.key
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:~
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {folder}/gone
  deny = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%Lu
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {folder}/sasl {{
    mode = 0666
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


def missing():
    """Why it cannot run here, or None."""
    if os.getuid() != 0:
        return "Dovecot needs root"
    if not os.path.exists("/usr/lib/dovecot/imap"):
        return "no dovecot-imapd"
    return None


def free_ports(n):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def greets(port, word):
    """Whether a server on loopback begins with this word."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(len(word)) == word
    except OSError:
        return False


class Dovecot:
    """gone: names that have no mailbox, and get no mail by LMTP."""

    def __init__(self, gone=()):
        self.folder = tempfile.mkdtemp(prefix="songfa-dovecot-")
        self.gone = gone
        self.own_logins = 0
        os.chmod(self.folder, 0o755)
        os.mkdir(os.path.join(self.folder, "mail"))
        shutil.chown(os.path.join(self.folder, "mail"), "mail", "mail")
        self.port, self.tls_port, self.lmtp_port = free_ports(3)
        self.make_certificates()
        with open(self.path("gone"), "w", encoding="ascii") as f:
            f.writelines(f"{name}:\n" for name in gone)
        config = os.path.join(self.folder, "dovecot.conf")
        with open(config, "w", encoding="ascii") as f:
            f.write(CONFIG.format(folder=self.folder, password=PASSWORD, port=self.port, tls_port=self.tls_port,
                                  lmtp="lmtp" if os.path.exists(LMTP) else "", lmtp_port=self.lmtp_port))
        self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", config], stderr=subprocess.DEVNULL)
        self.wait_until_it_answers()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        if not os.environ.get("SONGFA_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make_certificates(self):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

        def openssl(*words):
            subprocess.run(["openssl", *words], check=True, cwd=self.folder, capture_output=True)
        for name in ("ca", "strange-ca"):
            openssl("req", "-x509", *key, "-days", "2", "-keyout", name + ".key", "-out", name + ".pem",
                    "-subj", "/CN=Test CA")
        openssl("req", *key, "-keyout", "good.key", "-out", "good.csr", "-subj", "/CN=localhost")
        with open(self.path("good.ext"), "w", encoding="ascii") as f:
            f.write("subjectAltName=DNS:localhost\n")
        openssl("x509", "-req", "-in", "good.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "good.ext", "-out", "good.pem")

    def wait_until_it_answers(self):
        end = time.monotonic() + 30
        while True:
            try:
                return self.client().logout()
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise AssertionError(f"Dovecot does not answer\n{self.log()}")
                time.sleep(0.05)

    def client(self):
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(USER, PASSWORD)
        self.own_logins += 1
        client.select("INBOX")
        return client

    def put(self, *mails):
        """Puts mails into the mailbox."""
        client = self.client()
        for mail in mails:
            code, said = client.append("INBOX", None, None, mail.replace("\n", "\r\n").encode())
            assert code == "OK", said
        client.logout()

    def unread(self):
        """Subjects of what is not marked as read."""
        client = self.client()
        uids = client.uid("search", None, "UNSEEN")[1][0].split()
        subjects = [client.uid("fetch", uid, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1].decode()
                    for uid in uids]
        client.logout()
        return sorted(s.split(":", 1)[1].strip() for s in subjects)

    def others_logins(self):
        """How often somebody but the test logged in; Dovecot may write its log late, never early."""
        return max(0, self.log().count(f"user=<{USER}>") - self.own_logins)

    def log(self):
        if not os.path.exists(self.path("dovecot.log")):
            return ""
        with open(self.path("dovecot.log"), encoding="utf-8", errors="replace") as f:
            return f.read()
