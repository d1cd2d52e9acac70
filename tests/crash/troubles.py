# SPDX-License-Identifier: GPL-3.0-or-later
"""Troubles of the machine while mails go out. Each is a function of the totals that gives the problems it
found; TROUBLES lists them with their names."""
import contextlib
import os
import shutil
import signal
import subprocess
import time

from harness import wire_table
from rig import CONNECTIONS, DEPTH, Rig, Skip

TROUBLES = []
SLOW = {"DOT": "!drip 0.05 250 2.0.0 Ok: queued as T"}  # some 80 mails a second
LOAD = {"units": 150, "script": SLOW}
BOUND = CONNECTIONS * DEPTH


def trouble(name):
    def add(function):
        TROUBLES.append((name, function))
        return function
    return add


# ---- file systems of their own ----

def mount(*words):
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skip(f"mount is not permitted: {done.stderr.strip()}")


class Disk:
    """A small file system; its folder is where spool and store go. kind: tmpfs, or ext4 in a file."""

    def __init__(self, kind, megabytes=48):
        self.kind, self.megabytes = kind, megabytes
        self.place = os.path.realpath(os.path.join(os.environ.get("TMPDIR", "/tmp"), f"songfa-disk-{os.getpid()}"))
        self.folder, self.image = os.path.join(self.place, "disk"), os.path.join(self.place, "image")

    def __enter__(self):
        os.makedirs(self.folder)
        try:
            if self.kind == "ext4":
                with open(self.image, "wb") as f:
                    f.truncate(self.megabytes << 20)
                subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
            self.mount()
        except BaseException:
            shutil.rmtree(self.place)
            raise
        return self

    def __exit__(self, *_):
        self.unmount()
        shutil.rmtree(self.place, ignore_errors=True)

    def mount(self):
        if self.kind == "ext4":
            mount("-o", "loop", self.image, self.folder)
        else:
            mount("-t", "tmpfs", "-o", f"size={self.megabytes}m", "tmpfs", self.folder)

    def remount(self, option):
        mount("-o", "remount," + option, self.folder)

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=False)

    def fill(self):
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as f, contextlib.suppress(OSError):
            while True:
                f.write(bytes(4096))

    def make_room(self):
        os.remove(os.path.join(self.folder, "filler"))


def under_way(rig):
    """An issue is handed in and its first mails are at the server."""
    rig.begin()
    rig.hand_in_issue(1)
    rig.wait_for_mail(10)


def says(rig, *words):
    """Waits for a line of the log with all words."""
    rig.wait_for(lambda: any(all(w in line for w in words) for line in rig.log().splitlines()), f"{words} in the log")


def stops_sending(rig, *words):
    """The store's trouble is told with these words, and behind it no mail begins."""
    says(rig, "store-fails", *words)
    then = len(rig.double.of("mail"))
    now = rig.quiet()
    rig.want(now - then <= BOUND, f"{now - then} mails went out after the store failed")
    rig.want(not rig.is_settled(), "the trouble came too late")


def nothing_in_doubt(rig):
    rig.want(rig.count("unknown") == 0, f"{rig.count('unknown')} rows in doubt without a kill")


# ---- a process that sleeps ----

@trouble("SIGSTOP for longer than the relay may take: answers that came meanwhile are read")
def stopped(totals):
    with Rig(totals, relay="timeout = 5;", **LOAD) as rig:
        under_way(rig)
        for _ in range(3):
            rig.daemon.send_signal(signal.SIGSTOP)
            rig.quiet(6)
            rig.daemon.send_signal(signal.SIGCONT)
            rig.wait_for_mail(5)
        rig.wait_for(rig.is_settled, "everything settled", 300)
        nothing_in_doubt(rig)
        return rig.finish()


@trouble("SIGSTOP, and the relay hangs up meanwhile")
def stopped_and_lost(totals):
    with Rig(totals, relay="timeout = 5;", **LOAD) as rig:
        under_way(rig)
        rig.daemon.send_signal(signal.SIGSTOP)
        rig.double.hang_up()
        rig.quiet(6)
        rig.daemon.send_signal(signal.SIGCONT)
        rig.wait_for(rig.is_settled, "everything settled", 300)
        rig.want(rig.count("unknown") <= BOUND, f"{rig.count('unknown')} rows in doubt")
        rig.unknown_before = rig.count("unknown")
        return rig.finish()


# ---- disks ----

@trouble("a full disk: it is told, nothing is sent, and all goes on when there is room")
def full(totals):
    with Disk("tmpfs") as disk, Rig(totals, disk=disk.folder, **LOAD) as rig:
        under_way(rig)
        disk.fill()
        stops_sending(rig, "磁盘已满")
        rig.hand_in_issue(2)
        says(rig, "第2期.txt", "磁盘")
        rig.want("第2期.txt" in os.listdir(rig.inbox), "the file left its folder")
        disk.make_room()
        rig.wait_for(rig.is_settled, "everything settled", 300)
        nothing_in_doubt(rig)
        return rig.finish()


@trouble("a full disk, and a kill: nothing starts before there is room")
def full_and_killed(totals):
    with Disk("tmpfs") as disk, Rig(totals, disk=disk.folder, **LOAD) as rig:
        under_way(rig)
        disk.fill()
        stops_sending(rig, "磁盘已满")
        rig.kill_now()
        mails = len(rig.double.of("mail"))
        rig.start()
        rig.wait_for(lambda: rig.daemon.poll() is not None or " main started " in rig.log().split("not-started")[-1], "a word")
        rig.quiet()
        rig.want(len(rig.double.of("mail")) == mails, "mails went out though nothing could be stored")
        if rig.daemon.poll() is None:
            rig.kill_now()
        rig.daemon = None
        disk.make_room()
        return rig.finish()


@trouble("a store that can only be read: it does not start, and says why")
def read_only(totals):
    with Disk("tmpfs") as disk, Rig(totals, disk=disk.folder, **LOAD) as rig:
        under_way(rig)
        rig.kill_now()
        disk.remount("ro")
        mails = len(rig.double.of("mail"))
        rig.start()
        rig.want(rig.daemon.wait(30) == 3, "it started")
        rig.daemon = None
        says(rig, "not-started", "只读")
        rig.want(len(rig.double.of("mail")) == mails, "mails went out")
        disk.remount("rw")
        return rig.finish()


@trouble("a disk that turns read-only while mails go out")
def turned_read_only(totals):
    with Disk("ext4", 64) as disk, Rig(totals, disk=disk.folder, **LOAD) as rig:
        under_way(rig)
        os.sync()  # whatever is on the disk soon is not that of now
        rig.wait_for_mail(10)
        disk.remount("abort")  # what an ext4 with errors=remount-ro does
        stops_sending(rig)
        rig.kill_now()
        disk.unmount()
        disk.mount()
        return rig.finish()


# ---- the spool ----

@trouble("the spool is lost while mails go out: the store is held, nothing is sent twice")
def spool_lost(totals):
    with Rig(totals, **LOAD) as rig:
        under_way(rig)
        table = wire_table(rig.spool())
        shutil.rmtree(rig.spool())
        rig.wait_for_mail(5)
        rig.kill_now()
        rig.kills_open += rig.count("sending")  # without the table they are all in doubt
        mails = len(rig.double.of("mail"))
        rig.begin()
        says(rig, "store-held")
        rig.quiet()
        rig.want(len(rig.double.of("mail")) == mails, "a held store sent mails")
        rig.ctl("release-store", "--reason", "工作目录丢失")
        os.remove(table)
        return rig.finish()


@trouble("the wire table is cut off while it is in use")
def table_cut(totals):
    with Rig(totals, **LOAD) as rig:
        under_way(rig)
        os.truncate(wire_table(rig.spool()), 0)
        rig.daemon.wait(30)
        rig.want(rig.daemon.returncode == -signal.SIGBUS, f"it ended with {rig.daemon.returncode}")
        rig.daemon = None
        rig.note_kill()
        rig.kills_open += rig.count("sending")
        return rig.finish()


@trouble("a power loss: what was under way is in doubt, nothing is sent twice")
def power_loss(totals):
    with Rig(totals, **LOAD) as rig:
        under_way(rig)
        rig.kill_now()
        with open(wire_table(rig.spool()), "r+b") as f:
            f.seek(24)  # the boot id behind magic and sizes
            f.write(b"00000000-0000")
        sending = rig.count("sending")
        rig.kills_open += sending
        rig.begin()
        rig.want(rig.count("unknown") == sending > 0, f"{rig.count('unknown')} in doubt, {sending} were under way")
        return rig.finish()


# ---- the clock ----

def set_back(seconds, totals):
    """Rows wait for a second attempt when the clock goes back; later it is right again."""
    script = {**SLOW, "MAIL": ["451 4.3.0 later"] * 40 + ["250 2.1.0 Ok"]}
    with Rig(totals, units=150, script=script) as rig:
        rig.begin()
        rig.hand_in_issue(1)
        rig.wait_for_mail(20)
        rig.kill_now()
        rig.begin(SONGFA_CLOCK=f"-{seconds}")
        rig.wait_for(rig.is_settled, "everything settled", 300)
        rig.stop()
        rig.hand_in_issue(2)
        return rig.finish()


TROUBLES += [
    ("the clock is set back by an hour", lambda totals: set_back(3600, totals)),
    ("the clock is set back by a day", lambda totals: set_back(86400, totals)),
]
