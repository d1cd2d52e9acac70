# SPDX-License-Identifier: GPL-3.0-or-later
"""The delivery engine against the scripted server: a Row is one fault and what must come of it, run()
a table of them as TAP, several at a time."""
import concurrent.futures
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from harness import BUILD, smtp_double

PASSWORD = "not-for-the-log"
AT_ONCE = 6  # most rows wait more than they work
TEMP = tempfile.mkdtemp(prefix="songfa-faults-")


class Row:
    """One fault and what must come of it. want: a state for all rows, or a list of one each; code,
    text: of the first row; mails: how many messages the server took."""

    def __init__(self, name, script, want, code=None, text=None, mails=None, args=(), relays=None, also=None):
        self.name, self.script, self.want, self.code, self.text = name, script, want, code, text
        self.mails, self.args, self.relays, self.also = mails, list(args), relays, also


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


# ---- certificates ----
def make_certificates():
    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, cwd=TEMP, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA")
    for name, host in (("good", "localhost"), ("other", "elsewhere.example.test")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", name + ".key",
                "-out", name + ".csr", "-subj", "/CN=" + host)
        with open(os.path.join(TEMP, name + ".ext"), "w", encoding="ascii") as f:
            f.write(f"subjectAltName=DNS:{host}\n")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", name + ".ext", "-out", name + ".pem")


def tls(cert="good", **more):
    return {"cert": os.path.join(TEMP, cert + ".pem"), "key": os.path.join(TEMP, cert + ".key"), **more}


EHLO_TLS = ["double", "PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN"]
STARTTLS = ("--tls", "starttls")
CA = ("--ca", os.path.join(TEMP, "ca.pem"))
LOGIN = ("--user", "clerk", "--password-file", os.path.join(TEMP, "password"))
PLAIN = ["double", "SIZE 100000000"]
QUICK = ("--timeout", "2")
BIG = ("--kilobytes", "12000")


def relay_args(row, double):
    port = double.port if double else free_port()
    places = {"double": f"localhost:{port}", "absent": f"127.0.0.1:{free_port()}"}
    names = row.relays or ["double"]
    return [arg for i, name in enumerate(names)
            for arg in ("--relay", f"{['one', 'two'][i]}={places.get(name, name + ':25')}")]


def run_engine(row, double, folder):
    os.mkdir(os.path.join(folder, "spool"))
    args = [a for a in row.args if a != "--final"] + ([] if "--final" in row.args else ["--tried"])
    if "--recipients" not in args:
        args += ["--recipients", "2"]
    return subprocess.run([os.path.join(BUILD, "tests/e2e/engine-run"), "--store", os.path.join(folder, "store.db"),
                           "--spool", os.path.join(folder, "spool"), "--trace", "smtp", *relay_args(row, double), *args],
                          capture_output=True, text=True, timeout=90, check=False,
                          env={**os.environ, "CREDENTIALS_DIRECTORY": TEMP})


def compare(row, double, rows, log):
    wanted = row.want if isinstance(row.want, list) else [row.want] * len(rows)
    problems = [] if [r["state"] for r in rows] == wanted else [f"states {[r['state'] for r in rows]}, not {wanted}"]
    if row.code is not None and rows[0]["code"] != row.code:
        problems.append(f"code {rows[0]['code']}, not {row.code}")
    if row.text is not None and row.text not in (rows[0]["text"] or ""):
        problems.append(f"text {rows[0]['text']!r} without {row.text!r}")
    if row.mails is not None and double and len(double.of("mail")) != row.mails:
        problems.append(f"{len(double.of('mail'))} mails taken, not {row.mails}")
    return problems + (row.also(double, rows, log) if row.also else [])


def check(row):
    started = time.monotonic()
    problems = check_row(row)
    return problems, time.monotonic() - started


def check_row(row):
    folder = tempfile.mkdtemp(dir=TEMP)
    double = smtp_double.Double(row.script) if row.script is not None else None
    try:
        done = run_engine(row, double, folder)
        if done.returncode != 0:
            return [f"engine-run: {done.returncode}"] + done.stderr.splitlines()[-20:]
        problems = compare(row, double, json.loads(done.stdout), done.stderr)
        return problems + (done.stderr.splitlines()[-30:] if problems else [])
    except subprocess.TimeoutExpired:
        return ["the engine did not end"]
    finally:
        if double:
            double.close()


def run(rows):
    """Runs the rows that the command line names (all without a name), prints TAP and ends the program."""
    make_certificates()
    with open(os.path.join(TEMP, "password"), "w", encoding="ascii") as f:
        f.write(PASSWORD + "\n")
    wanted = [row for row in rows if len(sys.argv) < 2 or sys.argv[1] in row.name]
    print(f"1..{len(wanted)}")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (row, (problems, seconds)) in enumerate(zip(wanted, pool.map(check, wanted)), 1):
            print(("not ok" if problems else "ok"), number, "-", row.name, f"({seconds:.1f} s)", flush=True)
            for problem in problems:
                print("#", problem)
            failed += bool(problems)
    shutil.rmtree(TEMP)
    sys.exit(1 if failed else 0)
