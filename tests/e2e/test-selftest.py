#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""songfactl selftest: that it proves what songfad does, that a songfad which loses or repeats mails
does not pass, and that nothing is left behind, however it ends. TAP output."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import BUILD, DEADLINE, PYTHON, Tap, equal, has, lacks

tap = Tap()
CTL, DAEMON = (os.path.join(BUILD, name) for name in ("songfactl", "songfad"))
SMALL = ("--kills", "5", "--recipients", "60")

# a songfad that first does something to the register, once there is something in it
CHEAT = """\
#!{python}
import os, sqlite3, sys
folder = os.path.dirname(sys.argv[sys.argv.index("-c") + 1])
db = sqlite3.connect(os.path.join(folder, "songfa.db"), timeout=30)
db.execute("{change}")
db.commit()
db.close()
os.execv("{daemon}", sys.argv)
"""


class Room:
    """A folder in which the test makes its own, and what it does there."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="songfa-selftest-room-")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def words(self, *words):
        return [CTL, "-c", self.path("none.conf"), "selftest", "--folder", self.folder, *words]

    def run(self, *words, **environment):
        return subprocess.run(self.words(*words), capture_output=True, text=True, timeout=4 * DEADLINE,
                              env={**os.environ, **environment})

    def start(self, *words):
        return subprocess.Popen(self.words(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def program(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.path(name), 0o755)
        return self.path(name)

    def cheat(self, change):
        return self.program("cheat", CHEAT.format(python=PYTHON, daemon=DAEMON, change=change))

    def own_folder(self):
        return [name for name in os.listdir(self.folder) if name.startswith("songfa-selftest-")]

    def daemons(self):
        """Processes that were given a file in this folder, but for songfactl itself."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().decode(errors="replace").split("\0")
                if self.folder in " ".join(words) and "selftest" not in words:
                    found.append(int(pid))
        return found


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {DEADLINE:g} s")
        time.sleep(0.02)


def nothing_left(room):
    wait_until(lambda: not room.daemons(), "no songfad left")
    equal(room.own_folder(), [], "folders left behind")


@tap.test("it holds: every mail taken once or in doubt, and nothing is left")
def _():
    with Room() as room:
        done = room.run(*SMALL, "--json")
        equal(done.returncode, 0, done.stdout + done.stderr)
        found = json.loads(done.stdout)
        equal((found["holds"], found["kills"], found["lost"], found["repeated"], found["unfinished"]),
              (True, 5, 0, 0, 0))
        equal(found["problems"], [])
        assert found["unknown"] <= found["allowed"] == 5 * 4, found
        assert found["mails"] >= 60 * found["issues"] >= 60, found
        assert found["mails"] - found["unknown"] <= found["taken"] <= found["mails"], found
        equal([c["check"] for c in found["checks"]], ["disk", "locks", "clock", "table"])
        lacks({c["verdict"] for c in found["checks"]}, "bad")
        nothing_left(room)


@tap.test("it says so to people, in Chinese and in English")
def _():
    with Room() as room:
        done = room.run("--kills", "2", "--recipients", "20", LANGUAGE="zh")
        equal(done.returncode, 0, done.stdout + done.stderr)
        has(done.stdout, "磁盘：", "文件锁：可以", "在途记录：可以", "保证成立")
        assert re.search(r"^2 次强行终止：丢失 0，重复 0，结果不明 \d+（都在允许的 8 之内）$", done.stdout, re.M), done.stdout
        done = room.run("--kills", "1", "--recipients", "20", LANGUAGE="en",
                        SONGFA_LOCALEDIR=os.path.join(BUILD, "locale"))
        assert re.search(r"^Kills: 1; lost 0, repeated 0, unknown \d \(within the 4 allowed\)$", done.stdout, re.M), done.stdout
        assert not re.search("[一-鿿]", done.stdout), done.stdout


@tap.test("a songfad that registers mails as accepted without sending them does not pass")
def _():
    with Room() as room:
        cheat = room.cheat("UPDATE delivery SET state = 'accepted' WHERE state IN ('queued', 'sending') AND id % 2 = 0")
        done = room.run(*SMALL, "--daemon", cheat, "--json")
        found = json.loads(done.stdout)
        equal((done.returncode, found["holds"]), (1, False), done.stdout)
        assert found["lost"] > 0 and found["repeated"] == 0, found
        has(found["problems"][0], "服务器没有收到")
        nothing_left(room)


@tap.test("a songfad that sends mails again does not pass")
def _():
    with Room() as room:
        cheat = room.cheat("UPDATE delivery SET state = 'queued', next_attempt = 0 WHERE state IN ('accepted', 'unknown')")
        done = room.run(*SMALL, "--daemon", cheat, LANGUAGE="zh")
        equal(done.returncode, 1, done.stdout)
        assert re.search(r"^5 次强行终止：丢失 0，重复 [1-9]", done.stdout, re.M), done.stdout
        assert re.search(r"服务器收下了 [2-9] 次", done.stdout), done.stdout
        has(done.stdout, "保证不成立")
        nothing_left(room)


@tap.test("a songfad that loses rows does not pass")
def _():
    with Room() as room:
        cheat = room.cheat("DELETE FROM delivery WHERE id % 5 = 0 AND state IN ('queued', 'sending')")
        done = room.run("--kills", "3", "--recipients", "40", "--daemon", cheat, "--json")
        found = json.loads(done.stdout)
        equal((done.returncode, found["holds"]), (1, False), done.stdout)
        assert found["lost"] > 0, found
        nothing_left(room)


@tap.test("a songfad that ends by itself, one that is not there, a folder that is not there")
def _():
    with Room() as room:
        broken = room.program("broken", "#!/bin/sh\necho broken on purpose >&2\nexit 7\n")
        for words, said in ((("--daemon", broken), "broken on purpose"),
                            (("--daemon", room.path("none")), "none"),
                            (("--folder", room.path("no-folder")), "no-folder")):
            done = room.run("--kills", "1", *words)
            equal(done.returncode, 3, done.stderr)
            has(done.stderr, said)
            nothing_left(room)
        equal(room.run("--kills", "0").returncode, 2)


@tap.test("a disk in memory is pointed out")
def _():
    kind = subprocess.run(["stat", "-f", "-c", "%T", "/dev/shm"], capture_output=True, text=True).stdout.strip()
    if kind != "tmpfs":
        raise Tap.Skip(f"/dev/shm is {kind}")
    with Room() as room:
        done = room.run("--kills", "1", "--recipients", "5", "--json", "--folder", "/dev/shm")
        disk = json.loads(done.stdout)["checks"][0]
        equal((done.returncode, disk["check"], disk["verdict"]), (0, "disk", "doubt"), disk)
        has(disk["text"], "tmpfs")


@tap.test("interrupted, it cleans up and says that there is no result")
def _():
    for name in (signal.SIGINT, signal.SIGTERM):
        with Room() as room:
            process = room.start("--kills", "1000")
            wait_until(room.daemons, "a songfad at work")
            process.send_signal(name)
            said, _ = process.communicate(timeout=DEADLINE)
            equal(process.returncode, 1, said)
            has(said, "没有结论")
            nothing_left(room)


@tap.test("killed itself, it takes its songfad along")
def _():
    with Room() as room:
        process = room.start("--kills", "1000")
        wait_until(room.daemons, "a songfad at work")
        process.kill()
        process.communicate(timeout=DEADLINE)
        wait_until(lambda: not room.daemons(), "no songfad left")


@tap.test("--keep leaves the folder, with a store that can be looked at")
def _():
    with Room() as room:
        done = room.run("--kills", "1", "--recipients", "5", "--keep")
        equal(done.returncode, 0, done.stdout + done.stderr)
        kept, = room.own_folder()
        has(done.stdout, kept)
        rows = subprocess.run([CTL, "-c", room.path(os.path.join(kept, "songfad.conf")), "log", "--json"],
                              capture_output=True, check=True).stdout
        equal({r["state"] for r in json.loads(rows)} - {"accepted", "unknown"}, set())


tap.main()
