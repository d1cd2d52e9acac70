#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The delivery engine over its life: killed and started again, two on one spool, a store that is
locked for a while, a relay that comes back. TAP output."""
import collections
import contextlib
import hashlib
import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from harness import BUILD, smtp_double, wire_table


class Engine:
    """One store and spool, and engine-run over them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="songfa-engine-")
        os.mkdir(os.path.join(self.folder, "spool"))

    def command(self, port, *args):
        relay = ["--relay", f"one=127.0.0.1:{port}"] if port else []
        return [os.path.join(BUILD, "tests/e2e/engine-run"), "--store", os.path.join(self.folder, "store.db"),
                "--spool", os.path.join(self.folder, "spool"), *relay, "--kilobytes", "2", *args]

    def start(self, port, *args):
        return subprocess.Popen(self.command(port, *args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, port, *args):
        done = subprocess.run(self.command(port, *args), capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise AssertionError(f"engine-run: {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def close(self):
        with contextlib.suppress(FileNotFoundError):
            os.remove(wire_table(os.path.join(self.folder, "spool")))
        shutil.rmtree(self.folder)


def states(rows):
    return dict(collections.Counter(r["state"] for r in rows))


def await_mails(double, n):
    deadline = time.monotonic() + 30
    while len(double.of("mail")) < n:
        assert time.monotonic() < deadline, f"only {len(double.of('mail'))} mails"
        time.sleep(0.002)


def compare(double, rows):
    """accepted = the server took exactly one; queued and the like = none; unknown = at most one."""
    taken = collections.Counter(m["message_id"] for m in double.of("mail"))
    for row in rows:
        n = taken.pop(row["message_id"], 0)
        wanted = {"accepted": (1,), "unknown": (0, 1)}.get(row["state"], (0,))
        assert n in wanted, f"{row['recipient']} is {row['state']}, the server took {n}"
    assert not taken, f"the server took {taken} that nobody sent"


def killed_and_started_again(engine, double):
    """SIGKILL amid the work, again and again."""
    dice = random.Random(7)
    engine.run(None, "--recipients", "300")
    kills = 0
    for _ in range(8):
        process = engine.start(double.port, "--connections", "4", "--wait", "60")
        await_mails(double, min(len(double.of("mail")) + dice.randrange(1, 30), 300))
        process.kill()
        process.communicate()
        kills += 1
    rows = engine.run(double.port, "--connections", "4", "--wait", "60")
    compare(double, rows)
    seen = states(rows)
    assert seen.get("unknown", 0) <= kills * 4, seen
    assert sum(seen.values()) == 300 and set(seen) <= {"accepted", "unknown"}, seen


def compare_shared(double, rows):
    """As compare(), for a mail that is the same for all: each recipient by his address."""
    taken = collections.Counter(to.split("@")[0] for m in double.of("mail") for to in m["recipients"])
    for row in rows:
        wanted = {"accepted": (1,), "unknown": (0, 1)}.get(row["state"], (0,))
        n = taken.pop(row["recipient"], 0)
        assert n in wanted, f"{row['recipient']} is {row['state']}, the server took {n}"
    assert not taken, f"the server took {taken} that nobody sent"


def killed_with_several_recipients(engine, double):
    """As above with up to 20 recipients a transaction: all of one are in doubt, or none."""
    dice = random.Random(11)
    engine.run(None, "--recipients", "1200", "--shared")
    kills = 0
    for _ in range(6):
        process = engine.start(double.port, "--connections", "2", "--wait", "60", "--batch", "20")
        await_mails(double, min(len(double.of("mail")) + dice.randrange(1, 9), 55))
        process.kill()
        process.communicate()
        kills += 1
    rows = engine.run(double.port, "--connections", "2", "--wait", "60", "--batch", "20")
    compare_shared(double, rows)
    seen = states(rows)
    assert seen.get("unknown", 0) <= kills * 2 * 20, seen
    assert sum(seen.values()) == 1200 and set(seen) <= {"accepted", "unknown"}, seen


def two_on_one_spool(engine, double):
    silent = smtp_double.Double({"DOT": "!stall"})
    engine.run(None, "--recipients", "1")
    first = engine.start(silent.port, "--wait", "60", "--timeout", "60")
    await_mails(silent, 1)
    second = engine.start(double.port, "--wait", "1")
    _, said = second.communicate(timeout=30)
    first.kill()
    first.communicate()
    silent.close()
    assert second.returncode == 1 and "另一个 songfad" in said, said


def store_locked_for_a_while(engine, double):
    """Outcomes wait in memory, nothing new begins, and all is stored when the lock is gone."""
    engine.run(None, "--recipients", "40")
    process = engine.start(double.port, "--connections", "2", "--wait", "60")
    await_mails(double, 5)
    lock = sqlite3.connect(os.path.join(engine.folder, "store.db"), isolation_level=None, timeout=30)
    lock.execute("BEGIN IMMEDIATE")
    time.sleep(12)  # longer than the store's patience of 10 s
    lock.execute("ROLLBACK")
    lock.close()
    out, said = process.communicate(timeout=60)
    rows = json.loads(out)
    assert states(rows) == {"accepted": 40}, (states(rows), said)
    compare(double, rows)


def stopped_amid_the_work(engine, double):
    """What is on the wire is finished and stored, the rest goes back into the queue untouched."""
    engine.run(None, "--recipients", "2000")
    rows = engine.run(double.port, "--connections", "2", "--wait", "0")
    compare(double, rows)
    assert set(states(rows)) <= {"accepted", "queued"}, states(rows)
    assert all(r["attempts"] == 0 for r in rows if r["state"] == "queued")


def takes_no_more_than_it_can_send(engine, double):
    """With a slow relay the rows wait in the store, where a clerk can still stop them."""
    slow = smtp_double.Double({"DOT": "!drip 0.05 250 2.0.0 Ok"})
    engine.run(None, "--recipients", "4000")
    process = engine.start(slow.port, "--wait", "60")
    await_mails(slow, 30)
    store = sqlite3.connect(os.path.join(engine.folder, "store.db"), timeout=30)
    (taken,) = store.execute("SELECT count(*) FROM delivery WHERE state = 'sending'").fetchone()
    store.close()
    process.kill()
    process.communicate()
    slow.close()
    assert 0 < taken <= 1000, taken


def relay_comes_back(engine, double):
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    engine.run(None, "--recipients", "3")
    process = engine.start(port, "--wait", "60", "--retry", "1")
    time.sleep(1)
    late = smtp_double.Double({}, port)
    out, said = process.communicate(timeout=60)
    rows = json.loads(out)
    late.close()
    assert states(rows) == {"accepted": 3}, (states(rows), said)
    compare(late, rows)


def bad_address(engine, double):
    rows = engine.run(double.port, "--recipients", "1", "--address", "no address@example.test", "--tried")
    assert rows[0]["state"] == "refused" and rows[0]["enhanced"] == "5.1.3", rows
    assert not double.of("mail")


def attachment_missing(engine, double):
    rows = engine.run(double.port, "--recipients", "2", "--attachment", "0" * 64, "--tried")
    assert states(rows) == {"deferred": 2} and "读不到附件" in rows[0]["text"], rows
    assert not double.of("connect")


def attachment_altered(engine, double):
    digest = hashlib.sha256(b"as it was handed in").hexdigest()
    objects = os.path.join(engine.folder, "spool", "objects")
    os.mkdir(objects)
    with open(os.path.join(objects, digest), "wb") as f:
        f.write(b"as it was handed on")
    rows = engine.run(double.port, "--recipients", "2", "--attachment", digest, "--tried")
    assert states(rows) == {"deferred": 2} and "已被改动" in rows[0]["text"], rows
    assert not double.of("connect")


LATER, TAKEN = "450 4.2.0 later", "250 2.1.5 Ok"


def clock_set_back_amid(engine, double):
    """What waits is tried when it was to be, not two hours later."""
    double.script["RCPT"] = [LATER] * 3 + [TAKEN]
    rows = engine.run(double.port, "--recipients", "3", "--retry", "4", "--set-back-amid", "7200", "--wait", "60")
    assert states(rows) == {"accepted": 3} and all(r["attempts"] == 2 for r in rows), rows


def clock_set_back_between_runs(engine, double):
    double.script["RCPT"] = [LATER] * 3 + [TAKEN]
    rows = engine.run(double.port, "--recipients", "3", "--retry", "4", "--tried")
    assert states(rows) == {"deferred": 3}, rows
    rows = engine.run(double.port, "--retry", "4", "--set-back", "7200", "--wait", "60")
    assert states(rows) == {"accepted": 3} and all(r["attempts"] == 2 for r in rows), rows


def patience_ends_though_the_clock_went_back(engine, double):
    double.script["RCPT"] = LATER
    rows = engine.run(double.port, "--recipients", "2", "--retry", "2", "--give-up", "6", "--set-back-amid", "7200", "--wait", "60")
    assert states(rows) == {"refused": 2} and all(r["enhanced"] == "4.4.7" for r in rows), rows


CASES = [clock_set_back_amid, clock_set_back_between_runs, patience_ends_though_the_clock_went_back,
         killed_and_started_again, killed_with_several_recipients, two_on_one_spool, store_locked_for_a_while, stopped_amid_the_work,
         takes_no_more_than_it_can_send, relay_comes_back, bad_address, attachment_missing,
         attachment_altered]


def main(cases):
    wanted = [case for case in cases if len(sys.argv) < 2 or sys.argv[1] in case.__name__]
    failed = 0
    print(f"1..{len(wanted)}")
    for number, case in enumerate(wanted, 1):
        engine, double = Engine(), smtp_double.Double({"DOT": "!drip 0.01 250 2.0.0 Ok"})
        try:
            case(engine, double)
            print("ok", number, "-", case.__name__, flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print("not ok", number, "-", case.__name__, flush=True)
            print("#", str(problem).replace("\n", "\n# "))
        finally:
            double.close()
            engine.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(CASES)
