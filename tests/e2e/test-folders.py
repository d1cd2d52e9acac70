#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watched folders as offices have them: one for a series, sub-folders, drafts that lie beside final texts,
shares without events, shares that go and come back, and thousands of files at once. SONGFA_MANY=10000
makes the last of these long."""
import json
import os
import re
import shutil
import time

from harness import BUILD, Office, Tap, equal, has, issue_data, lacks

tap = Tap()
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
DASHI = issue_data("dashi-2026-06.txt")
NAMELESS = SEVEN.replace("上街信息".encode(), "某某快讯".encode())  # recognised as nothing
MANY = int(os.environ.get("SONGFA_MANY", "1000"))


def configure(office, watch, more=""):
    """watch: the settings of one folder behind its path; {folder} is the office's."""
    office.write_config(more=more)
    with open(office.config, encoding="utf-8") as f:
        text = f.read()
    entry = '{ folder = "%s"; settle = 1; %s }' % (office.inbox, watch)
    with open(office.config, "w", encoding="utf-8") as f:
        f.write(re.sub(r"watch = \(.*\);", lambda _: f"watch = ( {entry} );", text))


def begin(office, watch, more=""):
    configure(office, watch, more)
    office.start()
    office.wait_for(lambda: " main started " in office.log(), "the start")


def number(n):
    return SEVEN.replace("第 7 期".encode(), f"第 {n} 期".encode())


def status(office):
    return json.loads(office.ctl("status", "--json"))


def lies(office, *parts):
    return os.path.exists(os.path.join(office.inbox, *parts))


def after_scans(office, seconds=2.5):
    """A while in which something would have happened that must not."""
    end = time.monotonic() + seconds
    office.wait_for(lambda: time.monotonic() > end, "the time")
    assert office.daemon.poll() is None, office.log()[-2000:]


@tap.test("a folder of one series: what is not recognised is of it, what is of another is held")
def of_series():
    with Office() as office:
        begin(office, 'series = "sjxx";')
        office.hand_in("快讯.txt", NAMELESS)
        office.wait_states("done")
        equal(office.issues()[0]["identity"], "sjxx/2026/7")
        office.hand_in("月报.txt", DASHI)
        office.wait_states("done", "held")
        has(office.reason(), "交来时说是《上街信息》", "读出来是《上街区大事月报》")
        configure(office, "")
        office.stop()
        office.start()
        os.rename(os.path.join(office.inbox, "held", "月报.txt"), os.path.join(office.inbox, "月报.txt"))
        office.wait_states("done", "done")


@tap.test("without a series the same text is held, and is released where its folder says what it is")
def held_then_named():
    with Office() as office:
        begin(office, "")
        office.hand_in("快讯.txt", NAMELESS)
        office.wait_states("held")
        has(office.reason(), "未识别出所属刊物")
        office.stop()
        configure(office, 'series = "sjxx"; release = "clerk";')
        office.start()
        os.rename(os.path.join(office.inbox, "held", "快讯.txt"), os.path.join(office.inbox, "快讯.txt"))
        office.wait_states("planned")
        office.ctl("release", "1")
        office.wait_states("done")


@tap.test("release of the folder in place of the series'")
def release():
    with Office() as office:
        begin(office, 'release = "second";')
        office.hand_in("七.txt", SEVEN)
        office.wait_states("planned")
        office.ctl("--as", "张三", "release", "1")
        equal(office.issues()[0]["state"], "planned")
        equal(office.run_ctl("--as", "张三", "release", "1").returncode, 1, "the same person again")
        office.ctl("--as", "李四", "release", "1")
        office.wait_states("done")
        equal(office.run_ctl("submit", os.path.join(office.inbox, "archive", "七.txt")).returncode, 0)


@tap.test("final = name: drafts lie until their names say 定稿, and status shows them")
def by_name():
    with Office() as office:
        begin(office, 'final = "name";')
        office.hand_in("第7期.txt", SEVEN)
        office.hand_in("第8期未定稿.txt", number(8))
        office.hand_in("第9期定稿.txt", number(9))
        office.wait_states("done")
        equal(office.issues()[0]["identity"], "sjxx/2026/9")
        after_scans(office)
        assert lies(office, "第7期.txt") and lies(office, "第8期未定稿.txt")
        equal(status(office)["unfinished"], 2)
        has(office.ctl("status"), "等定稿标记的：2 个", "第7期.txt", "第8期未定稿.txt")
        os.rename(os.path.join(office.inbox, "第7期.txt"), os.path.join(office.inbox, "第7期定稿.txt"))
        office.wait_states("done", "done")
        equal(status(office)["unfinished"], 1)


@tap.test("final = sidecar: a file is taken when another beside it says so, which is then gone")
def by_sidecar():
    with Office() as office:
        begin(office, 'final = "sidecar";')
        for n in (7, 8, 9):
            office.hand_in(f"第{n}期.txt", number(n))
        after_scans(office)
        equal((office.issues(), status(office)["unfinished"]), ([], 3))
        office.hand_in("第8期.txt.ok", "")
        office.wait_states("done")
        office.hand_in("第7期.定稿", "")
        office.wait_states("done", "done")
        equal(sorted(i["identity"] for i in office.issues()), ["sjxx/2026/7", "sjxx/2026/8"])
        office.wait_for(lambda: not lies(office, "第8期.txt.ok") and not lies(office, "第7期.定稿"), "the sidecars gone")
        equal([f["file"] for f in status(office)["unfinished_files"]], ["第9期.txt"])
        equal(office.filed("archive"), ["第7期.txt", "第8期.txt"])


@tap.test("sub-folders by key and by name, also new ones; others are left alone, and said once")
def sub_folders():
    with Office() as office:
        for name in ("上街信息", "草稿"):
            os.mkdir(os.path.join(office.inbox, name))
        begin(office, "subfolders = true;")
        office.hand_in("快讯.txt", NAMELESS, folder=os.path.join(office.inbox, "上街信息"))
        office.hand_in("七.txt", SEVEN, folder=os.path.join(office.inbox, "草稿"))
        office.wait_states("done")
        equal(office.issues()[0]["identity"], "sjxx/2026/7")
        assert lies(office, "上街信息", "archive", "快讯.txt")
        origin = json.loads(office.ctl("show", "--json", "1"))["hand_ins"][0]["origin"]
        equal(origin, f"folder:{office.inbox}/上街信息")
        os.mkdir(os.path.join(office.inbox, "dashi"))
        office.wait_for(lambda: lies(office, "dashi", "held"), "the new sub-folder taken up")
        office.hand_in("八.txt", number(8), folder=os.path.join(office.inbox, "dashi"))
        office.wait_states("done", "held")
        with open(os.path.join(office.inbox, "dashi", "held", "八.txt.reason.txt"), encoding="utf-8-sig") as f:
            has(f.read(), "交来时说是《上街区大事月报》")
        office.hand_in("九.txt", number(9))
        office.wait_states("done", "done", "held")
        assert lies(office, "草稿", "七.txt") and not lies(office, "草稿", "archive")
        equal(office.log().count("sub-folder-ignored"), 1)
        shutil.rmtree(os.path.join(office.inbox, "dashi"))
        os.mkdir(os.path.join(office.inbox, "dashi"))
        office.hand_in("月报.txt", DASHI, folder=os.path.join(office.inbox, "dashi"))
        office.wait_states("done", "done", "done", "held")
        assert lies(office, "dashi", "archive", "月报.txt")
        equal(office.log().count("sub-folder-ignored"), 1)


@tap.test("a share without events: found by scans, taken when two found it the same")
def scans_only():
    with Office() as office:
        begin(office, "events = false; scan = 1;")
        has(office.log(), "scan-only")
        path = os.path.join(office.inbox, "七.txt")
        third = len(SEVEN) // 3
        with open(path, "wb") as slow:
            for k in range(3):
                slow.write(SEVEN[k * third:(k + 1) * third if k < 2 else None])
                slow.flush()
                os.utime(path, (4_000_000_000, 4_000_000_000))  # a server whose clock is wrong
                pause = time.monotonic() + 0.5
                office.wait_for(lambda: time.monotonic() > pause, "the writer's pause")
                equal(office.issues(), [], "half a file is not taken")
        office.wait_states("done")
        assert lies(office, "archive", "七.txt")


@tap.test("a share that goes and comes back: said once, nothing held, taken up without a restart")
def comes_back():
    with Office() as office:
        begin(office, "events = false; scan = 1;")
        away = office.inbox + ".away"
        os.rename(office.inbox, away)
        office.wait_for(lambda: "folder-missing" in office.log(), "the log to say so")
        with open(os.path.join(away, "七.txt"), "wb") as f:
            f.write(SEVEN)
        after_scans(office)
        os.rename(away, office.inbox)
        office.wait_states("done")
        equal((office.log().count("folder-missing"), office.log().count("folder-back")), (1, 1))
        equal(office.filed("held"), [])


@tap.test("names that differ in case alone, names with blanks at the end: each is taken, none replaced")
def names():
    with Office() as office:
        begin(office, "")
        office.hand_in("A.txt", number(7))
        office.hand_in("a.txt", number(8))
        office.hand_in("九 .txt ", number(9))
        office.wait_states("done", "done", "done")
        equal(office.filed("archive"), sorted(["A.txt", "a.txt", "九 .txt "]))
        equal({part.get_filename() for mail in office.mails() for part in mail.iter_attachments()},
              {"A.txt", "a.txt", "九 .txt"})


@tap.test("issue 9 is taken before issue 10")
def order():
    with Office() as office:
        for n in (10, 9, 11, 2, 20):
            office.hand_in(f"上街信息第{n}期.txt", number(n))
        begin(office, "")
        office.wait_states(*["done"] * 5)
        taken = [i["identity"] for i in sorted(office.issues(), key=lambda i: i["issue"])]
        equal(taken, [f"sjxx/2026/{n}" for n in (2, 9, 10, 11, 20)])


def sanitized():
    with open(os.path.join(BUILD, "songfad"), "rb") as f:
        return b"__asan_init" in f.read()


def memory(office):
    with open(f"/proc/{office.daemon.pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1))


@tap.test(f"{MANY} files at once: all answered, in order, in bounded time and memory")
def many():
    with Office(smtp=False) as office:
        configure(office, 'scan = 3600;', 'answers = "none";')
        for n in range(MANY):
            with open(os.path.join(office.inbox, f"第{n}件.txt"), "w", encoding="utf-8") as f:
                f.write(f"没有报头的文字，第 {n} 件。\n")
        office.start()
        start = time.monotonic()
        office.wait_for(lambda: len(office.filed("held")) >= MANY // 10, "the first tenth", 60 + MANY / 20)
        tenth, before = time.monotonic() - start, memory(office)
        office.wait_for(lambda: sorted(os.listdir(office.inbox)) == ["archive", "held"], "all of them", 120 + MANY / 5)
        whole = time.monotonic() - start
        print(f"# {MANY} files in {whole:.1f} s, the first tenth in {tenth:.1f} s; memory {before} kB, then {memory(office)} kB")
        if not sanitized():  # which keeps what was freed
            assert memory(office) < before + MANY + 20000, "memory grows with the files"
        assert whole < 25 * tenth + 10, f"the last ones take longer than the first: {tenth:.1f} s, {whole:.1f} s"
        issues = sorted(office.issues(), key=lambda i: i["issue"])
        equal([i["file_name"] for i in issues], [f"第{n}件.txt" for n in range(MANY)], "in order")
        equal(len([n for n in office.filed("held") if n.endswith(".reason.txt")]), MANY)
        lacks(office.log(), "not-taken")


if __name__ == "__main__":
    tap.main()
