#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores that came back from a backup, were copied, or slept too long: nothing is sent before somebody
says so. TAP output."""
import collections
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import time

from harness import BUILD, Office, smtp_double, Tap, issue_data

tap = Tap()
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")


def store(office):
    return os.path.join(office.folder, "songfa.db")


def begin(office, **environment):
    before = office.log().count(" main started ")
    office.start(**environment)
    office.wait_for(lambda: office.log().count(" main started ") > before, "its start")


def put(source, target):
    """The whole file in place of another, without its log."""
    for end in ("-wal", "-shm"):
        if os.path.exists(target + end):
            os.remove(target + end)
    shutil.copyfile(source, target)


def back_up(office, name="backup.db"):
    target = os.path.join(office.folder, name)
    source = sqlite3.connect(store(office))
    copy = sqlite3.connect(target)
    with copy:
        source.backup(copy)
    copy.close()
    source.close()
    return target


def nothing_is_sent(office, n):
    """Rows are queued, the engine has looked at them, and the server got no more than before."""
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        assert len(office.mails(issue=False)) == n, len(office.mails(issue=False))
        time.sleep(0.1)
    states = {d["state"] for d in office.deliveries() if d["channel"] == "email"}
    assert "queued" in states and "sending" not in states, states


def held_until_released(office, *words):
    assert "store-held" in office.log(), office.log()[-2000:]
    nothing_is_sent(office, len(office.mails(issue=False)))
    assert office.run_ctl("release-store").returncode == 2  # a reason is asked for
    said = office.ctl("release-store", "--reason", "原机已停用", *words)
    assert office.run_ctl("release-store", "--reason", "again").returncode == 1
    return said


def plan_one(office):
    begin(office)
    office.hand_in("7.txt", SEVEN)
    office.wait_states("planned")


def sent_then_restored(office):
    """An issue is sent, the store of before comes back, and the issue, not released in it, is released
    again; how many mails were sent."""
    plan_one(office)
    backup = back_up(office)
    office.ctl("release", "1")
    office.wait_states("done")
    sent = len(office.mails())
    office.stop()
    put(backup, store(office))
    begin(office)
    office.ctl("release", "1")
    return sent


@tap.test("restored from a backup: held until released, then goes on")
def restored():
    with Office(release="manual") as office:
        sent = sent_then_restored(office)
        held_until_released(office)
        office.wait_states("done")
        assert len(office.mails()) == 2 * sent
        office.stop()
        begin(office)
        assert office.log().count("store-held") == 1, "held again after it was released"


@tap.test("restored in doubt: what waits is not sent but stands as unknown")
def in_doubt():
    with Office(release="manual") as office:
        sent = sent_then_restored(office)
        held_until_released(office, "--doubt")
        states = {d["state"] for d in office.deliveries() if d["channel"] == "email"}
        assert states == {"unknown"} and len(office.mails()) == sent, states


@tap.test("copied without a change: the file is another one")
def copied():
    with Office(release="manual") as office:
        plan_one(office)
        office.stop()
        copy = back_up(office, "copy.db")
        os.rename(store(office), os.path.join(office.folder, "original.db"))
        put(copy, store(office))
        begin(office)
        office.ctl("release", "1")
        held_until_released(office)
        office.wait_states("done")


@tap.test("a folder that was moved on its disk is the same store")
def moved():
    with Office(release="manual") as office:
        plan_one(office)
        office.stop()
        place = os.path.join(office.folder, "elsewhere")
        os.mkdir(place)
        os.rename(store(office), os.path.join(place, "songfa.db"))
        os.rename(os.path.join(office.folder, "spool"), os.path.join(place, "spool"))
        with open(office.config, encoding="utf-8") as f:
            text = f.read()
        with open(office.config, "w", encoding="utf-8") as f:
            f.write(text.replace(f"{office.folder}/spool", f"{place}/spool").replace(f"{office.folder}/songfa.db", f"{place}/songfa.db"))
        begin(office)
        office.ctl("release", "1")
        office.wait_states("done")
        assert "store-held" not in office.log()


@tap.test("a new spool under a store that has sent")
def new_spool():
    with Office() as office:
        begin(office)
        office.hand_in("7.txt", SEVEN)
        office.wait_states("done")
        office.stop()
        shutil.rmtree(os.path.join(office.folder, "spool"))
        begin(office)
        office.hand_in("8.txt", EIGHT)
        office.wait_for(lambda: len(office.issues()) == 2, "the second issue")
        held_until_released(office)
        office.wait_states("done", "done")


@tap.test("overdue: after days without a daemon an issue is held")
def overdue():
    with Office(smtp=False) as office:
        begin(office)
        office.hand_in("7.txt", SEVEN)
        office.wait_for(lambda: any(d["state"] == "deferred" for d in office.deliveries()), "a first attempt")
        office.stop()
        begin(office)
        office.stop()
        assert office.issues()[0]["state"] == "sending", office.issues()
        begin(office, SONGFA_CLOCK=str(int(time.time()) + 3 * 86400))
        office.stop()
        assert office.issues()[0]["state"] == "held" and "没有运行" in office.ctl("show", "1"), office.ctl("show", "1")


@tap.test("overdue: a file that lay in its folder for days waits for a clerk")
def lay_for_days():
    with Office() as office:
        office.hand_in("7.txt", SEVEN)
        begin(office, SONGFA_CLOCK="+259200")
        office.wait_states("planned")
        assert "已经过期" in office.ctl("show", "1"), office.ctl("show", "1")
        assert not office.mails()
        office.ctl("release", "1")
        office.wait_states("done")
        office.stop()


@tap.test("a clone of the whole machine: another machine-id under the same store and spool")
def cloned():
    with open("/etc/machine-id", encoding="ascii") as f:
        if not f.read().strip():
            raise Tap.Skip("this machine has no machine-id")
    with Office(release="manual") as office:
        plan_one(office)
        office.stop()
        mark = os.path.join(office.spool(), "store.mark")
        with open(mark, encoding="utf-8") as f:
            text = f.read()
        with open(mark, "w", encoding="utf-8") as f:
            f.write(re.sub("machine=.*", "machine=" + "0123456789abcdef" * 2, text))
        begin(office)
        office.ctl("release", "1")
        held_until_released(office)
        office.wait_states("done")


def waiting(office):
    return [d for d in office.deliveries() if d["state"] in ("queued", "sending", "deferred")]


@tap.test("a backup made while mails were on their way: they are in doubt, nobody gets them twice")
def backup_amid_sending():
    double = smtp_double.Double({"DOT": ["250 2.0.0 Ok"] * 3 + ["!stall"]})
    with Office(smtp=False) as office, contextlib.closing(double):
        office.write_config(port=double.port)
        begin(office)
        office.hand_in("7.txt", SEVEN)
        office.wait_for(lambda: len(double.of("mail")) >= 7, "mails on their way")
        backup = back_up(office)
        double.script["DOT"] = "250 2.0.0 Ok"
        double.hang_up()
        office.wait_for(lambda: not waiting(office), "the rest")
        office.stop()
        put(backup, store(office))
        begin(office)
        assert "store-held" in office.log(), office.log()[-2000:]
        states = collections.Counter(d["state"] for d in office.deliveries() if d["channel"] == "email")
        assert states["unknown"] >= 4 and set(states) <= {"unknown", "accepted"}, states
        office.ctl("release-store", "--reason", "从备份恢复")
        taken = [m["message_id"] for m in double.of("mail")]
        assert len(taken) == len(set(taken)), sorted(taken)


# ---- two daemons on one store ----

def second_config(office, path):
    """A configuration with a spool and a folder of its own and the store at this path."""
    with open(office.config, encoding="utf-8") as f:
        text = f.read().replace("/spool\"", "/spool-2\"").replace("/in\"", "/in-2\"").replace(store(office), path)
    name = os.path.join(office.folder, "second.conf")
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    return name


def start_second(office, path, **environment):
    return subprocess.run([os.path.join(BUILD, "songfad"), "-f", "-c", second_config(office, path)], timeout=60,
                          capture_output=True, check=False, env={**os.environ, **environment})


def by_symlink(office, _place):
    path = os.path.join(office.folder, "other.db")
    os.symlink(store(office), path)
    return path


def by_linked_folder(office, place):
    os.rmdir(place)
    os.symlink(office.folder, place)
    return os.path.join(place, "songfa.db")


def by_hard_link(office, place):
    path = os.path.join(place, "songfa.db")
    os.link(store(office), path)
    return path


def by_bind_mount(office, place):
    if subprocess.run(["mount", "--bind", office.folder, place], capture_output=True, check=False).returncode != 0:
        raise Tap.Skip("mount is not permitted")
    return os.path.join(place, "songfa.db")


def refuses_second(path_of):
    with Office() as office:
        place = os.path.join(office.folder, "place")
        os.mkdir(place)
        begin(office)
        try:
            done = start_second(office, path_of(office, place))
            assert done.returncode == 3 and "已由另一个 songfad 占用" in done.stderr.decode(), done
            office.hand_in("7.txt", SEVEN)
            office.wait_states("done")
        finally:
            if os.path.ismount(place):
                subprocess.run(["umount", "--lazy", place], check=True)


for way in (by_symlink, by_linked_folder, by_hard_link, by_bind_mount):
    tap.test(f"two daemons on one store: the second found it {way.__name__.replace('_', ' ')}")(
        lambda way=way: refuses_second(way))


NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int answer(const char *name, int fd, int command, void *argument)
{
    int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
    if (command != F_OFD_SETLK)
        return real(fd, command, argument);
    errno = ENOLCK;
    return -1;
}
#define WRAP(name) int name(int fd, int command, ...) \
{ va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list); \
  return answer(#name, fd, command, argument); }
WRAP(fcntl)
WRAP(fcntl64)
"""


@tap.test("a file system without locks, as a badly mounted NFS: it does not start, and says why")
def no_locks():
    with Office() as office:
        source, library = (os.path.join(office.folder, "no-locks" + end) for end in (".c", ".so"))
        with open(source, "w", encoding="ascii") as f:
            f.write(NO_LOCKS)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        done = start_second(office, store(office), LD_PRELOAD=library, ASAN_OPTIONS="verify_asan_link_order=0")
        assert done.returncode == 3 and "本机磁盘" in done.stderr.decode(), done


tap.main()
