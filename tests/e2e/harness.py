# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole songfad for one test: own folder, own SMTP server, own store, the sample district. Waits
on conditions with deadlines, never sleeps a fixed time; ends only what it started, by pid.

    with Office() as office:
        office.start()
        office.hand_in("a.txt", data)
        office.wait_for(lambda: office.issues()[0]["state"] == "done")
"""
import contextlib
import email
import email.policy
import glob
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.environ.get("SONGFA_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("SONGFA_BUILDDIR") or os.path.join(ROOT, "build", "release")
PYTHON = "/usr/bin/python3"
DEADLINE = float(os.environ.get("SONGFA_DEADLINE", "60"))

SPEC = importlib.util.spec_from_file_location("smtp_double", os.path.join(ROOT, "tests", "doubles", "smtp-double.py"))
smtp_double = importlib.util.module_from_spec(SPEC)  # smtp_double.Double(script) serves within the test itself
SPEC.loader.exec_module(smtp_double)

CONFIG = """\
spool = "{disk}/spool";
store = "{disk}/songfa.db";
clerk = "zhiban@example.test";
templates = "{root}/templates/zh";
sender = {{ name = "送发"; address = "songfa@example.test"; }};
watch = ( {{ folder = "{folder}/in"; settle = 1; }} );
relays = ( {{ name = "loopback"; host = "{host}"; port = {port}; connections = {connections}; {relay} }} );
retry = {{ delays = [ 1, 1, 2 ]; give_up_after = "{give_up}"; }};
series = (
    {{ key = "sjxx"; name = "上街信息"; title = "上街信息"; release = "{release}"; personal = {personal}; }},
    {{ key = "dashi"; name = "上街区大事月报"; office = "上街区地方史志办公室"; number_form = "total";
      release = "{release}"; internal_domains = [ "example.test" ]; archive_copies = 2; spare_copies = 5; }}
);
{more}
"""


def wire_table(spool):
    """Where the shared memory of a spool is (wire.h); what was killed leaves it."""
    with open(os.path.join(spool, "engine.lock"), encoding="ascii") as f:
        return f"/dev/shm/songfa-{os.geteuid()}-{f.read()}-{os.stat(spool).st_ino:x}.wire"


class Office:
    """One office's installation in a temporary folder."""

    def __init__(self, release="auto", connections=4, give_up="1h", smtp=True, directory=True, personal="true"):
        self.folder = tempfile.mkdtemp(prefix="songfa-test-")
        self.inbox = os.path.join(self.folder, "in")
        os.makedirs(self.inbox)
        self.processes = []
        self.daemon = None
        self.log_file = os.path.join(self.folder, "songfad.log")
        self.settings = dict(folder=self.folder, disk=self.folder, root=ROOT, host="127.0.0.1", port=1, relay="", release=release,
                             connections=connections, give_up=give_up, personal=personal, more="")
        try:
            self.write_config(**({"port": self.start_smtp()} if smtp else {}))
            if directory:
                self.import_sample()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.daemon is not None:
            self.stop(check=False)
        for process in self.processes:
            process.kill()
            process.wait()
        with contextlib.suppress(FileNotFoundError):
            os.remove(wire_table(self.spool()))
        if not os.environ.get("SONGFA_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- parts

    def write_config(self, **changes):
        self.settings.update(changes)
        self.config = os.path.join(self.folder, "songfad.conf")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(**self.settings))

    def start_smtp(self, port=0):
        server = subprocess.Popen(
            [PYTHON, os.path.join(ROOT, "tests", "doubles", "mailboxes.py"), self.folder,
             "--port", str(port)],
            stdout=subprocess.PIPE, text=True)
        self.processes.append(server)
        self.smtp = server
        return int(server.stdout.readline())

    def start(self, **environment):
        self.daemon = subprocess.Popen(
            [os.path.join(BUILD, "songfad"), "-f", "-c", self.config],
            stderr=open(self.log_file, "ab"), env={**os.environ, **environment})
        return self.daemon

    def stop(self, check=True, timeout=DEADLINE):
        self.daemon.send_signal(signal.SIGTERM)
        try:
            code = self.daemon.wait(timeout)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            code = "killed after the deadline"
        self.daemon = None
        if check and code != 0:
            raise AssertionError(f"songfad ended with {code}\n{self.log()[-3000:]}")

    def kill(self):
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = None

    def spool(self):
        return os.path.join(self.settings["disk"], "spool")

    # --- songfactl

    def import_sample(self):
        self.ctl("directory", "import", "--apply", os.path.join(ROOT, "recipients", "sample"))

    def run_ctl(self, *words, stdin=None):
        return subprocess.run([os.path.join(BUILD, "songfactl"), "-c", self.config, *words],
                              capture_output=True, input=stdin, timeout=DEADLINE)

    def ctl(self, *words):
        done = self.run_ctl(*words)
        if done.returncode != 0:
            raise AssertionError(f"songfactl {' '.join(words)}: exit {done.returncode}\n"
                                 f"{done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()

    def issues(self):
        return json.loads(self.ctl("issues", "--json"))

    def deliveries(self, *words):
        return json.loads(self.ctl("log", "--json", *words))

    # --- the folder

    def hand_in(self, name, data, folder=None):
        """Moves a finished file in, as a clerk's file manager does."""
        folder = folder or self.inbox
        part = os.path.join(folder, ".hand-in.part")
        with open(part, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        os.rename(part, os.path.join(folder, name))

    def filed(self, sub):
        place = os.path.join(self.inbox, sub)
        return sorted(os.listdir(place)) if os.path.isdir(place) else []

    def reason(self):
        """All reason files of held/ as one text."""
        texts = []
        for path in sorted(glob.glob(os.path.join(glob.escape(self.inbox), "held", "*.reason.txt"))):
            with open(path, encoding="utf-8-sig") as f:
                texts.append(f.read())
        return "\n".join(texts)

    # --- what the server took

    def mails(self, issue=True):
        """Mails in the mailboxes as email.message objects; issue=False: notices too."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.folder, "mail", "*", "new", "*"))):
            with open(path, "rb") as f:
                mail = email.message_from_binary_file(f, policy=email.policy.default)
            if not issue or mail["X-Songfa-Issue"]:
                found.append(mail)
        return found

    def log(self):
        if not os.path.exists(self.log_file):
            return ""
        with open(self.log_file, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait_for(self, condition, what="condition", deadline=DEADLINE):
        """Asks again until the condition holds; says what it waited for when it does not."""
        end = time.monotonic() + deadline
        pause = 0.01
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {deadline:g} s\n{self.log()[-3000:]}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    def wait_states(self, *states):
        """Waits until the issues' states, sorted, are exactly these."""
        return self.wait_for(lambda: sorted(i["state"] for i in self.issues()) == sorted(states),
                             f"issues in states {states}")


def data(name):
    with open(os.path.join(ROOT, "tests", "data", name), "rb") as f:
        return f.read()


def issue_data(name):
    return data(os.path.join("issues", name))


def equal(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def has(text, *words):
    for word in words:
        if word not in text:
            raise AssertionError(f"no {word!r} in {text!r}")


def lacks(text, *words):
    for word in words:
        if word in text:
            raise AssertionError(f"{word!r} in {text!r}")


class Tap:
    """Named tests, one TAP line each; an exception is a failure, Skip a skip."""

    class Skip(Exception):
        pass

    def __init__(self):
        self.tests = []

    def test(self, name):
        def add(function):
            self.tests.append((name, function))
            return function
        return add

    def main(self):
        only = sys.argv[1:]
        tests = [t for t in self.tests if not only or any(word in t[0] for word in only)]
        print(f"1..{len(tests)}", flush=True)
        failed = 0
        for number, (name, function) in enumerate(tests, 1):
            try:
                function()
                print(f"ok {number} - {name}", flush=True)
            except Tap.Skip as why:
                print(f"ok {number} - {name} # SKIP {why}", flush=True)
            except Exception as error:  # a failing row is named, the others still run
                failed += 1
                for line in f"{type(error).__name__}: {error}".split("\n"):
                    print(f"# {line}")
                print(f"not ok {number} - {name}", flush=True)
        sys.exit(1 if failed else 0)
