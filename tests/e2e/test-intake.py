#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watched folder, end to end: what is taken and when, what is taken once only, and what becomes
of everything that should not lie there. After each trouble the daemon lives, the file is kept, and
a good issue still goes out whole."""
import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

from harness import BUILD, Office, Tap, issue_data

tap = Tap()
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
GIGABYTE = 1 << 30


def alive(office):
    assert office.daemon.poll() is None, f"songfad ended with {office.daemon.returncode}\n{office.log()[-3000:]}"


def inbox(office):
    """Names of the files that still lie in the folder."""
    with os.scandir(office.inbox) as entries:
        return sorted(e.name for e in entries if not e.is_dir(follow_symlinks=False))


def by_mail(office):
    return [d for d in office.deliveries() if d["channel"] == "email"]


def one_mail_each(office, issues=1):
    """Every recipient has exactly one mail of each issue, and the register agrees."""
    sent = by_mail(office)
    assert sent and all(d["state"] == "accepted" and d["attempts"] >= 1 for d in sent), sent
    got = sorted((m["X-Songfa-Issue"], m["To"].addresses[0].addr_spec) for m in office.mails())
    assert len(got) == len(set(got)) == len(sent), (len(got), len(set(got)), len(sent))
    assert len({issue for issue, _ in got}) == issues, got


def goes_out(office, data=EIGHT, name="好的一期.txt"):
    """The daemon still does its work."""
    alive(office)
    before = len(office.mails())
    office.hand_in(name, data)
    office.wait_for(lambda: name in office.filed("archive"), f"{name} in archive/")
    office.wait_for(lambda: len(office.mails()) > before, "its mails")


def begin(office):
    """Starts songfad and waits until it watches."""
    before = office.log().count(" main started ")
    office.start()
    office.wait_for(lambda: office.log().count(" main started ") > before, "the start")


@contextlib.contextmanager
def running(**options):
    with Office(**options) as office:
        begin(office)
        yield office
        if office.daemon is not None:
            alive(office)
            office.stop()


@tap.test("a file moved in is distributed and filed in archive/")
def moved_in():
    with running() as office:
        start = time.monotonic()
        office.hand_in("上街信息第7期.txt", SEVEN)
        office.wait_for(office.mails, "the first mail")
        print(f"# first mail after {time.monotonic() - start:.2f} s")
        office.wait_states("done")
        one_mail_each(office)
        assert office.filed("archive") == ["上街信息第7期.txt"] and inbox(office) == []
        with open(os.path.join(office.inbox, "archive", "上街信息第7期.txt"), "rb") as f:
            assert f.read() == SEVEN


@tap.test("a file being written is left alone until it is closed")
def growing():
    with running() as office:
        half = len(SEVEN) // 2
        with open(os.path.join(office.inbox, "慢.txt"), "wb") as slow:
            slow.write(SEVEN[:half])
            slow.flush()
            goes_out(office)  # takes longer than a breath; the settle time is 1 s
            settled = time.monotonic() + 1.5
            office.wait_for(lambda: time.monotonic() > settled, "the settle time")
            assert inbox(office) == ["慢.txt"], inbox(office)
            slow.write(SEVEN[half:])
        office.wait_states("done", "done")
        one_mail_each(office, issues=2)


@tap.test("temporary names and sub-folders are left alone")
def temporary():
    names = [".藏.txt", "~$上街信息.docx", "a.tmp", "a.part", "a.swp", "a.txt.reason.txt"]
    with running() as office:
        for name in names:
            with open(os.path.join(office.inbox, name), "wb") as f:
                f.write(SEVEN)
        os.mkdir(os.path.join(office.inbox, "草稿"))
        with open(os.path.join(office.inbox, "草稿", "第7期.txt"), "wb") as f:
            f.write(SEVEN)
        goes_out(office)
        office.wait_states("done")
        assert inbox(office) == sorted(names)


@tap.test("files that lay there before the start are taken")
def there_before():
    with Office() as office:
        office.hand_in("七.txt", SEVEN)
        office.hand_in("八.txt", EIGHT)
        office.start()
        office.wait_states("done", "done")
        one_mail_each(office, issues=2)
        office.stop()


@tap.test("the same file twice makes one distribution, also after a restart")
def same_twice():
    with running() as office:
        for round_number, name in enumerate(["七.txt", "七.txt", "又一个名字.txt"]):
            if round_number == 2:
                office.stop()
                begin(office)
            office.hand_in(name, SEVEN)
            office.wait_for(lambda: inbox(office) == [], f"{name} filed")
        office.wait_states("done")
        one_mail_each(office)


@tap.test("the same number with other contents is held")
def same_number():
    with running() as office:
        office.hand_in("七.txt", SEVEN)
        office.wait_states("done")
        sent = len(office.mails())
        office.hand_in("七.txt", SEVEN.replace("46 家".encode(), "47 家".encode()))
        office.wait_states("done", "held")
        office.wait_for(lambda: office.filed("held"), "the file in held/")
        assert office.filed("held") == ["七.txt", "七.txt.reason.txt"]
        assert "第 7 期已发出，内容不同" in office.reason(), office.reason()
        goes_out(office)
        assert len(office.mails()) > sent
        one_mail_each(office, issues=2)


@tap.test("a number stopped after its release is not given to other contents")
def stopped_number():
    with running() as office:
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        office.hand_in("七.txt", SEVEN)
        office.wait_for(lambda: " released issue=1 " in office.log(), "the release")
        office.ctl("hold", "1", "内容有误")
        office.ctl("resume", "--relay", "loopback")
        office.hand_in("七改.txt", SEVEN.replace("46 家".encode(), "47 家".encode()))
        office.wait_states("held", "held")
        assert "内容不同" in office.reason(), office.reason()
        office.ctl("release", "1")
        office.wait_states("done", "held")
        one_mail_each(office)


@tap.test("a reload that cannot work leaves the running configuration in force")
def reload():
    rows = [("settle = 1;", "settle = ;", "main reload-refused"),
            ('/songfa.db"', '/another.db"', "main reload-refused"),
            ('/in"', '/songfad.log/in"', "main reload-failed"),
            ("settle = 1;", "settle = 2;", "main reloaded")]
    with running() as office:
        with open(office.config, encoding="utf-8") as f:
            good = f.read()
        for old, new, word in rows:
            assert old in good
            with open(office.config, "w", encoding="utf-8") as f:
                f.write(good.replace(old, new))
            before = office.log().count(word)
            office.daemon.send_signal(signal.SIGHUP)
            office.wait_for(lambda: office.log().count(word) > before, f"{word} after {new}")
            alive(office)
            with open(office.config, "w", encoding="utf-8") as f:
                f.write(good)
            if word == "main reload-failed":
                goes_out(office)
        office.wait_states("done")
        one_mail_each(office)


@tap.test("stopped, killed and started again while files come in: none lost, none twice")
def interrupted():
    with Office() as office:
        begin(office)
        office.hand_in("七.txt", SEVEN)
        office.stop()
        begin(office)
        office.hand_in("八.txt", EIGHT)
        office.wait_for(lambda: "八.txt" not in inbox(office), "the second file taken")
        office.kill()
        begin(office)
        office.wait_for(lambda: inbox(office) == [], "both files filed")
        office.wait_for(lambda: {d["state"] for d in by_mail(office)} <= {"accepted", "unknown"},
                        "all settled")
        got = [(m["X-Songfa-Issue"], m["To"]) for m in office.mails()]
        assert len(got) == len(set(got)), "a mail came twice"
        accepted = [d for d in by_mail(office) if d["state"] == "accepted"]
        assert len(accepted) <= len(got) <= len(by_mail(office))
        office.stop()


def sparse(path):
    with open(path, "wb") as f:
        f.truncate(GIGABYTE)


def bytes_of(data):
    def write(path):
        with open(path + ".part", "wb") as f:
            f.write(data)
        os.rename(path + ".part", path)
    return write


BAD = [
    ("空.txt", bytes_of(b""), "空文件（0 字节）"),
    ("一个G.txt", sparse, "超过上限"),
    ("乱码.txt", bytes_of(bytes(range(256)) * 64), "不是文本文件"),
    ("半截.txt", bytes_of("上街信息\n第 7 期\n".encode()[:-2] + b"\xff\xff\xfe\n"), "编码无法识别"),
    ("空字节.txt", bytes_of(SEVEN[:200] + b"\0\0" + SEVEN[200:]), "空字节"),
    ("一行十兆.txt", bytes_of("长".encode() * (10 << 20)), "没有报头"),
    ("链接.txt", lambda path: os.symlink("/etc/passwd", path), "符号链接"),
    ("管道.txt", os.mkfifo, "命名管道"),
    ("引号\"'换\n行.txt", bytes_of(b"nothing at all\n"), "没有报头"),
]


@tap.test("bad input is held with a reason a clerk can read, and nothing of it is sent")
def bad_input():
    with running() as office:
        for name, make, _ in BAD:
            make(os.path.join(office.inbox, name))
        office.wait_for(lambda: inbox(office) == [], f"all filed, left: {inbox(office)}")
        alive(office)
        for name, _, want in BAD:
            path = os.path.join(office.inbox, "held", name)
            assert os.path.lexists(path), f"{name!r} is not in held/"
            with open(path + ".reason.txt", encoding="utf-8-sig") as f:
                reason = f.read()
            assert want in reason, f"{name!r}: {reason}"
            assert "请" in reason, f"{name!r} does not say what to do: {reason}"
            assert "passwd" not in reason and "root:" not in reason, reason
        assert os.path.getsize(os.path.join(office.inbox, "held", "一个G.txt")) == GIGABYTE
        assert os.path.islink(os.path.join(office.inbox, "held", "链接.txt"))
        assert office.mails() == []
        assert len(office.issues()) == len(BAD)
        office.wait_for(lambda: len(office.mails(issue=False)) == len(BAD), "a notice for each")
        goes_out(office)


@tap.test("an unreadable file is held")
def unreadable():
    if os.geteuid() == 0:
        raise Tap.Skip("root reads everything")
    with running() as office:
        path = os.path.join(office.inbox, "锁.txt")
        bytes_of(SEVEN)(path + ".part")
        os.chmod(path + ".part", 0)
        os.rename(path + ".part", path)
        office.wait_for(lambda: "锁.txt" in office.filed("held"), "the file in held/")
        assert "没有权限读取" in office.reason()
        goes_out(office)


@tap.test("a good issue under a name with quotes, line ends or GBK bytes goes out")
def odd_names():
    with running() as office:
        office.hand_in("引号\"'换\n行.txt", SEVEN)
        folder = os.fsencode(office.inbox)
        with open(os.path.join(folder, b".part"), "wb") as f:
            f.write(EIGHT)
        os.rename(os.path.join(folder, b".part"), os.path.join(folder, "上街信息.txt".encode("gbk")))
        office.wait_states("done", "done")
        one_mail_each(office, issues=2)
        names = {part.get_filename() for mail in office.mails() for part in mail.iter_attachments()}
        assert names == {"引号_'换_行.txt", "上街信息.txt"}, names


@tap.test("a folder that vanishes is watched again when it is back")
def vanishing():
    with running() as office:
        away = office.inbox + ".away"
        os.rename(office.inbox, away)
        office.wait_for(lambda: "folder-missing" in office.log(), "the log to say so")
        os.mkdir(office.inbox)
        goes_out(office)
        assert len(re.findall("folder-missing", office.log())) == 1
        assert os.path.isdir(os.path.join(away, "archive"))


@tap.test("a full disk: the file stays, and goes out when there is room again")
def full_disk():
    with Office(smtp=False, directory=False) as office:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", office.folder],
                          capture_output=True).returncode != 0:
            raise Tap.Skip("a small disk cannot be mounted here")
        try:
            full_disk_in(office)
        finally:
            subprocess.run(["umount", "-l", office.folder], check=True)


def full_disk_in(office):
    os.mkdir(office.inbox)
    office.write_config(port=office.start_smtp())
    office.import_sample()
    office.start()
    goes_out(office, EIGHT)
    office.wait_states("done")
    part = os.path.join(office.inbox, "七.part")
    with open(part, "wb") as f:
        f.write(SEVEN)
    ballast = os.path.join(office.folder, "ballast")
    with open(ballast, "wb", buffering=0) as f, contextlib.suppress(OSError):
        while f.write(b"\0" * 4096):
            pass
    os.rename(part, os.path.join(office.inbox, "七.txt"))
    office.wait_for(lambda: "not-taken" in office.log(), "the failure")
    assert inbox(office) == ["七.txt"]
    alive(office)
    os.unlink(ballast)
    office.wait_states("done", "done")
    one_mail_each(office, issues=2)
    assert inbox(office) == []
    office.stop()


@tap.test("a store locked by another program: the file stays, and goes out afterwards")
def locked_store():
    with running() as office:
        goes_out(office)
        office.wait_states("done")
        other = sqlite3.connect(os.path.join(office.folder, "songfa.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        office.hand_in("七.txt", SEVEN)
        office.wait_for(lambda: "not-taken" in office.log(), "the failure")
        assert inbox(office) == ["七.txt"]
        alive(office)
        other.execute("ROLLBACK")
        other.close()
        office.wait_states("done", "done")
        one_mail_each(office, issues=2)


@tap.test("a damaged store: songfad says so and does not start; the file stays")
def damaged_store():
    with Office() as office:
        path = os.path.join(office.folder, "songfa.db")
        for extra in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path + extra)
        with open(path, "r+b") as f:
            f.write(b"rubbish " * 1024)
        office.hand_in("七.txt", SEVEN)
        code = office.start().wait(30)
        assert code == 3, code
        assert "songfa.db" in office.log() and re.search("[一-鿿]{4}", office.log()), office.log()
        assert inbox(office) == ["七.txt"]
        office.daemon = None


@tap.test("in the background: the word of the daemon, and one daemon a spool")
def background():
    def launch():
        return subprocess.run([os.path.join(BUILD, "songfad"), "-c", office.config], timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def locked():
        with open(os.path.join(office.folder, "spool", "songfad.pid"), "rb") as f:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(f.read())
        return None

    with Office() as office:
        done = launch()
        assert (done.returncode, done.stderr) == (0, b""), done
        pid = locked()
        try:
            done = launch()
            assert done.returncode == 3 and "已由另一个 songfad 占用" in done.stderr.decode(), done
            assert locked() == pid
            office.hand_in("七.txt", SEVEN)
            office.wait_states("done")
        finally:
            os.kill(pid, signal.SIGTERM)
        office.wait_for(lambda: locked() is None, "the daemon's end")
        one_mail_each(office)


@tap.test("one daemon a store, even with a spool of its own")
def second_spool():
    with Office() as office:
        office.start()
        office.wait_for(lambda: " main started" in office.log(), "start")
        other = os.path.join(office.folder, "other.conf")
        with open(office.config, encoding="utf-8") as f, open(other, "w", encoding="utf-8") as to:
            to.write(f.read().replace("/spool\"", "/spool-2\"").replace("/in\"", "/in-2\""))
        done = subprocess.run([os.path.join(BUILD, "songfad"), "-f", "-c", other], timeout=60,
                              capture_output=True)
        assert done.returncode == 3 and "songfa.db 已由另一个 songfad 占用" in done.stderr.decode(), done


@tap.test("a stopped issue is not sent after the revision that took its place")
def superseded():
    with Office(release="manual") as office:
        office.start()
        office.hand_in("七.txt", SEVEN)
        office.wait_states("planned")
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        office.ctl("release", "1")
        office.ctl("hold", "1", "改稿")
        office.ctl("resume", "--relay", "loopback")
        office.hand_in("七新.txt", SEVEN.replace("责任编辑".encode(), "编　　辑".encode()))
        office.wait_states("held", "held")
        office.ctl("release", "2", "--as-revision")
        office.wait_states("done", "held")
        mails = len(office.mails())
        done = office.run_ctl("release", "1")
        assert done.returncode == 1 and "已由新版" in done.stderr.decode(), done
        assert len(office.mails()) == mails


@tap.test("an absent relay: the mails wait, and go out when it is back")
def relay_absent():
    with running() as office:
        port = office.settings["port"]
        office.smtp.terminate()
        office.smtp.wait()
        office.hand_in("七.txt", SEVEN)
        office.wait_for(lambda: any(d["state"] == "deferred" for d in by_mail(office)), "a deferral")
        assert office.filed("archive") == ["七.txt"]
        alive(office)
        office.start_smtp(port)
        office.wait_states("done")
        one_mail_each(office)


NONSENSE = [b"\x00\xff\xfe\r\n", b"999 what\r\n", b"220-endless\r\n" * 20000, b"220 " + b"x" * 100000 + b"\r\n",
            b"hello\r\n", b""]


class Babbler(threading.Thread):
    """A server that answers each connection with other nonsense and hangs up."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.met = 0
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.sendall(NONSENSE[self.met % len(NONSENSE)])
                self.met += 1
                connection.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.join(10)


@tap.test("a relay that answers nonsense: nobody is lost, and all goes out when it is well again")
def relay_nonsense():
    """Each nonsense by itself is a row of test-smtp-faults.py. Here all are heard: by the connections that
    were opened together, then by one probe behind each rest, each rest twice as long."""
    babbler = Babbler()
    with Office(smtp=False) as office:
        office.write_config(port=babbler.port)
        office.start()
        office.hand_in("七.txt", SEVEN)
        office.wait_for(lambda: babbler.met >= len(NONSENSE), "all nonsense heard")
        alive(office)
        states = {d["state"] for d in by_mail(office)}
        assert states <= {"queued", "sending", "deferred"}, states
        relay = json.loads(office.ctl("relays", "--json"))[0]
        assert relay["state"] in ("open", "half-open") and relay["problem"], relay
        assert babbler.met <= len(NONSENSE) + office.settings["connections"], babbler.met
        babbler.close()
        office.start_smtp(babbler.port)
        office.wait_states("done")
        one_mail_each(office)
        office.stop()


@tap.test("songfactl submit hands in, also while songfad is not running")
def submit():
    with Office() as office:
        path = os.path.join(office.folder, "第七期.txt")
        with open(path, "wb") as f:
            f.write(SEVEN)
        office.ctl("submit", "--wait", "0", path)
        begin(office)
        office.wait_states("done")
        one_mail_each(office)
        assert os.path.exists(path)
        office.stop()


if __name__ == "__main__":
    tap.main()
