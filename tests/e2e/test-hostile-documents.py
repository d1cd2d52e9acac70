#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""More than two hundred hostile files handed in to one running songfad: it stays up, each is held or refused
with a reason that fits it, good issues among them go out, and no child takes more than its share. TAP output."""
import collections
import concurrent.futures
import os
import resource
import subprocess
import sys
import tempfile
import time

from harness import BUILD, PYTHON, ROOT, Office, Tap, equal, issue_data

sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402
import hostile  # noqa: E402

tap = Tap()
SEED = 20261121
FILES = list(hostile.files(SEED))
with open(os.path.join(BUILD, "songfa-extract"), "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
CHILD_MEMORY = 3072 if SANITIZED else 1024  # MB: the cage of songfa-extract
DAEMON_MEMORY = 1024 if SANITIZED else 128
CHILD_CPU = 10  # seconds; half of what the cage allows
LIMIT = 600  # for a machine that has much else to do


# A small process of its own: what a child was before it became songfa-extract counts as its memory.
EACH = """
import os, subprocess, sys
for path in sys.argv[2:]:
    with open(path, "rb") as stdin:
        child = subprocess.Popen([sys.argv[1]], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = os.wait4(child.pid, 0)[2]
        child.returncode = 0
        print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def alone(paths):
    """What songfa-extract took for each: (seconds of the processor, MB of memory)."""
    done = subprocess.run([PYTHON, "-c", EACH, os.path.join(BUILD, "songfa-extract"), *paths], capture_output=True, text=True,
                          check=True)
    return [(float(cpu), int(kilobytes) / 1024) for cpu, kilobytes in (line.split() for line in done.stdout.splitlines())]


@tap.test("the child keeps to its memory, and but for one needs little time, whatever it is given")
def child_alone():
    quick = [file for file in FILES if file.kind != hostile.ENDLESS]
    with tempfile.TemporaryDirectory(prefix="songfa-hostile-") as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(quick))]
        for path, file in zip(paths, quick):
            with open(path, "wb") as f:
                f.write(file.data)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            used = [row for rows in pool.map(alone, (paths[::2], paths[1::2])) for row in rows]
    used = list(zip(quick[::2] + quick[1::2], used))
    for what, key in (("CPU s", 0), ("MB", 1)):
        file, most = max(used, key=lambda row: row[1][key])
        print(f"# most {what}: {most[key]:.4g}, {file.name}")
    for file, (cpu, memory) in used:
        assert memory < CHILD_MEMORY, f"{file.name}: {memory:.0f} MB"
        assert cpu < CHILD_CPU, f"{file.name}: {cpu:.1f} s"


def issue(number):
    """A good one."""
    return issue_data(f"shangjie-xinxi-2026-0{number}.txt")


def paragraphs(number):
    return documents.paragraphs(issue(number).decode("utf-8"))


def good_files():
    """By their names; the second one lies about what it is."""
    return {"好的第七期.docx": documents.docx(documents.red_head(paragraphs(7))),
            "好的第八期.pdf": documents.docx(paragraphs(8))}


def peak(pid):
    """MB of memory that a process has had at most."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
        return int(next(line for line in f if line.startswith("VmHWM")).split()[1]) / 1024


def reason_of(office, name):
    """The text beside a held file; None when it lies elsewhere."""
    beside = [n for n in office.filed("held") if n.startswith(name[:200]) and n.endswith(".reason.txt")]
    if not beside:  # a longer name is filed under a shorter one
        return None
    with open(os.path.join(office.inbox, "held", beside[0]), encoding="utf-8-sig") as f:
        return f.read()


def hand_in_all(office):
    good = good_files()
    for number, file in enumerate(FILES):
        office.hand_in(file.name, file.data)
        if good and number % (len(FILES) // 2) == len(FILES) // 4:
            office.hand_in(*good.popitem())


def left(office):
    with os.scandir(office.inbox) as entries:
        return [e.name for e in entries if not e.is_dir(follow_symlinks=False)]


def check_reason(file, text):
    if text is None:
        return f"{file.kind}, {file.name}: no reason"
    if not any(word in text for word in file.wants):
        return f"{file.kind}, {file.name}: none of {file.wants} in {text!r}"
    if len(text) > 3000:
        return f"{file.kind}, {file.name}: a reason of {len(text)} characters"
    return None


@tap.test("each file is held or refused with a reason that fits, and good ones go out among them")
def through_the_daemon():
    assert len(FILES) >= 200, len(FILES)
    with Office() as office:
        office.start()
        begun = time.monotonic()
        hand_in_all(office)
        office.wait_for(lambda: not left(office), "an empty folder", LIMIT)
        print(f"# {len(FILES)} files in {time.monotonic() - begun:.0f} s, {len({f.kind for f in FILES})} kinds; "
              f"the daemon's memory {peak(office.daemon.pid):.0f} MB")
        equal(office.filed("archive"), sorted(good_files()), "archive/")
        faults = [fault for file in FILES if (fault := check_reason(file, reason_of(office, file.name)))]
        assert not faults, "\n".join([f"{len(faults)} of {len(FILES)}", *faults])
        office.wait_for(lambda: collections.Counter(i["state"] for i in office.issues())["done"] == 2, "both good issues")
        equal(office.daemon.poll(), None, "songfad")
        assert peak(office.daemon.pid) < DAEMON_MEMORY, peak(office.daemon.pid)
        office.stop()


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
tap.main()
