#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an issue goes: after a delay in which it can be stopped, at a time, on working days, and not to leaders at
night; over restarts, with a clock that the tests set. The whole songfad. TAP output."""
import calendar
import contextlib
import json
import os
import time

from harness import ROOT, Office, Tap, equal, has, issue_data, lacks

tap = Tap()
os.environ["TZ"] = "Asia/Shanghai"
os.environ["SONGFA_CALENDAR"] = os.path.join(ROOT, "daemon", "calendar")
# The clock of files is the machine's: what is dated here is long over for every machine.
ISSUE = issue_data("shangjie-xinxi-2026-07.txt").decode().replace("2026 年 2 月 13 日", "2025 年 9 月 13 日")


def set_clock(text):
    """It is this time of Shanghai for all that is started from here on, and goes on."""
    wall = calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) - 8 * 3600
    os.environ["SONGFA_CLOCK"] = f"{wall - int(time.time()):+d}"


@contextlib.contextmanager
def office_at(clock, series, more="", release="auto", **changes):
    """An office at that time, its first series with these settings."""
    set_clock(clock)
    with Office(release=release) as office:
        office.write_config(more=f'calendar = "{office.folder}/calendar"; {more}', **changes)
        with open(office.config, encoding="utf-8") as f:
            text = f.read()
        with open(office.config, "w", encoding="utf-8") as f:
            f.write(text.replace('title = "上街信息";', f'title = "上街信息"; {series}', 1))
        yield office


def begin(office, clock=None):
    """(Re)starts the daemon, at another time."""
    if office.daemon is not None:
        office.stop()
    if clock is not None:
        set_clock(clock)
    before = office.log().count(" main started ")
    office.start()
    office.wait_for(lambda: office.log().count(" main started ") > before, "its start")


def hand_in(office, mark=None, name="7.txt"):
    office.hand_in(name, f"{mark}\n\n{ISSUE}" if mark else ISSUE)


def only(office):
    issues = office.issues()
    return issues[0] if issues else {"state": None, "waits_for": None}


def wait_scheduled(office, at):
    office.wait_for(lambda: only(office)["state"] == "planned", "planned")
    has(only(office)["waits_for"], f"定于 {at} 发出")


def wait_done(office):
    office.wait_for(lambda: only(office)["state"] == "done", "all sent")


def rows(office):
    return [d for d in office.deliveries() if d["channel"] == "email"]


def notices(office):
    """To the clerk: subjects with their text."""
    found = []
    for mail in office.mails(issue=False):
        if not mail["X-Songfa-Issue"]:
            found.append(f"{mail['Subject']}\n{mail.get_content()}")
    return found


def wait_notice(office, *words):
    office.wait_for(lambda: any(all(w in n for w in words) for n in notices(office)), f"a notice with {words}")


def refused(office, *words):
    done = office.run_ctl(*words)
    assert done.returncode in (1, 2), done
    return done.stderr.decode()


@tap.test("a delay: shown everywhere, told with how to stop it, kept over restarts, then sent")
def delay():
    with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        waits = only(office)["waits_for"]
        has(waits, "定于 2025-11-21 11:00", "songfactl hold")
        wait_notice(office, "定时发出", "定于 2025-11-21 11:00", "songfactl hold 1", "--now")
        has(office.ctl("status"), "定于 2025-11-21 11:0")
        has(office.ctl("queue"), "定于 2025-11-21 11:0", "已计划")
        has(office.ctl("show", "1"), "定于 2025-11-21 11:0")
        has(json.loads(office.ctl("show", "--json", "1"))["release_at"], "2025-11-21T11:0")
        begin(office, "2025-11-21 10:50:00")
        equal(only(office)["waits_for"], waits)
        equal(office.mails(), [])
        begin(office, "2025-11-21 11:01:00")
        wait_done(office)
        equal(only(office)["waits_for"], None)
        equal(json.loads(office.ctl("show", "--json", "1"))["released_by"], "auto")
        has(office.log(), "due-released")
        office.ctl("verify")


@tap.test("a delay that ends while songfad runs, and what songfactl submit answers")
def short_delay():
    with office_at("2025-11-21 10:00:00", "delay = 30;") as office:
        begin(office)
        path = os.path.join(office.folder, "7.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(ISSUE)
        has(office.ctl("submit", path), "定时发出", "定于 2025-11-21 10:0", "songfactl hold 1")
        wait_notice(office, "定时发出")
        wait_done(office)


@tap.test("stopped in the delay: not sent when it is over; released again it has its time again, or --now")
def stop_in_delay():
    with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        office.ctl("hold", "1", "领导要改")
        begin(office, "2025-11-21 12:00:00")
        hand_in(office, name="other.txt")  # a sign that the daemon looked
        office.wait_for(lambda: "other.txt" in " ".join(office.filed("held") + office.filed("archive")), "it is alive")
        equal(only(office)["state"], "held")
        equal(office.mails(), [])
        has(office.ctl("release", "1"), "定于 2025-11-21 13:0", "songfactl hold 1")
        has(refused(office, "release", "1"), "定于 2025-11-21 13:0", "--now", "--at")
        has(office.ctl("release", "--now", "1"), "排队待发")
        wait_done(office)


@tap.test("at 08:30 on a working day: over the weekend, to the second, while songfad runs")
def at_clock():
    with office_at("2025-11-21 09:00:00", 'at = "08:30"; when = "working-days";') as office:
        begin(office)
        hand_in(office)
        wait_scheduled(office, "2025-11-24 08:30")
        begin(office, "2025-11-24 08:29:50")
        wait_scheduled(office, "2025-11-24 08:30")
        wait_done(office)
        released = json.loads(office.ctl("show", "--json", "1"))["released_at"]
        assert "2025-11-24T08:30:00" <= released[:19] < "2025-11-24T08:32:00", released


@tap.test("working hours and a year's file of the office's own")
def working_hours():
    with office_at("2025-10-10 17:00:00", 'when = "working-hours";', 'working_hours = "09:00-12:00,13:00-17:00";') as office:
        os.makedirs(os.path.join(office.folder, "calendar"))
        with open(os.path.join(office.folder, "calendar", "2025.txt"), "w", encoding="utf-8") as f:
            f.write("2025-10-01..2025-10-07 休 国庆节\n2025-10-12 班 国庆节\n")
        begin(office)
        hand_in(office)
        wait_scheduled(office, "2025-10-12 09:00")


@tap.test("a clerk's own time, and another one; what is over or unclear is not taken")
def clerk_time():
    with office_at("2025-11-21 10:00:00", "", release="clerk") as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        has(refused(office, "release", "--at", "2025-11-20 09:00", "1"), "已经过去")
        has(refused(office, "release", "--at", "明天", "1"), "2026-11-23 09:00")
        has(refused(office, "release", "--at", "09:00", "--now", "1"), "只能写一个")
        lacks(only(office)["waits_for"], "定于")
        has(office.ctl("--as", "王值班", "release", "--at", "2025-11-24 09:00", "1"), "定于 2025-11-24 09:00")
        has(office.ctl("--as", "李值班", "release", "--at", "2025-11-24 07:00", "1"), "定于 2025-11-24 07:00")
        begin(office, "2025-11-24 07:00:01")
        wait_done(office)
        equal(json.loads(office.ctl("show", "--json", "1"))["released_by"], "李值班")


@tap.test("two persons, then the time; the first cannot set it")
def two_persons():
    with office_at("2025-11-21 10:00:00", 'delay = "10m";', release="second") as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        has(refused(office, "--as", "王值班", "release", "--at", "12:00", "1"), "第二人")
        has(office.ctl("--as", "王值班", "release", "1"), "待第二人放行")
        has(office.ctl("--as", "李主任", "release", "1"), "定于 2025-11-21 10:1")
        begin(office, "2025-11-21 10:30:00")
        wait_done(office)
        equal(json.loads(office.ctl("show", "--json", "1"))["released_by"], "李主任")


@tap.test("a plan that is not what it was: not sent, stored, told; the clerk sends it")
def changed_plan():
    with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        first = rows(office)[0]["address"]
        owner = next(m["owner"] for m in json.loads(office.ctl("mailbox", "list", "--json")) if m["address"] == first)
        office.ctl("mailbox", "set", owner, first, "--address", "moved@example.test")
        begin(office, "2025-11-21 11:30:00")
        wait_notice(office, "待放行", "计划在排定以后有变", "moved@example.test")
        equal(only(office)["state"], "planned")
        equal(office.mails(), [])
        has(office.log(), "due-held")
        office.ctl("release", "--now", "1")
        wait_done(office)
        has([d["address"] for d in rows(office)], "moved@example.test")


@tap.test("an addressee who cannot be reached any more holds what was let go")
def held_when_due():
    with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        for mailbox in json.loads(office.ctl("mailbox", "list", "--json")):
            if mailbox["address"] == rows(office)[0]["address"]:
                office.ctl("mailbox", "suspend", mailbox["owner"], mailbox["address"])
        begin(office, "2025-11-21 11:30:00")
        office.wait_for(lambda: "due-held" in office.log(), "its time")
        assert only(office)["state"] in ("held", "planned"), only(office)
        assert only(office)["waits_for"], only(office)
        equal(office.mails(), [])


@tap.test("no songfad at the time: sent a little late, held when it is overdue")
def late():
    for restart, state in (("2025-11-22 09:00:00", "done"), ("2025-11-25 09:00:00", "held")):
        with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
            begin(office)
            hand_in(office)
            office.wait_for(lambda: only(office)["state"] == "planned", "planned")
            begin(office, restart)
            office.wait_for(lambda: only(office)["state"] == state, state)
            if state == "held":
                wait_notice(office, "过期未发", "定于 2025-11-21 11:0")
                equal(office.mails(), [])


@tap.test("a crash at the moment of release: once, and wholly")
def crash():
    with office_at("2025-11-21 10:00:00", 'delay = "1h";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: only(office)["state"] == "planned", "planned")
        office.kill()
        set_clock("2025-11-21 11:30:00")
        for _ in range(3):
            office.start()
            office.wait_for(lambda: only(office)["state"] != "planned", "released")
            office.kill()
        begin(office)
        office.wait_for(lambda: only(office)["state"] in ("done", "sending"), "sent")
        office.wait_for(lambda: all(d["state"] in ("accepted", "unknown") for d in rows(office)), "all tried")
        addresses = [m["X-Original-To"] or m["To"] for m in office.mails()]
        equal(sorted(addresses), sorted(set(addresses)))


@tap.test("at night leaders wait, the others do not; each row says for what; retries and restarts too")
def quiet():
    with office_at("2025-11-21 22:00:00", "", 'quiet = "21:00-07:00";') as office:
        begin(office)
        hand_in(office)
        office.wait_for(lambda: rows(office) and {d["state"] for d in rows(office)} == {"accepted", "queued"}, "the others")
        waiting = [d for d in rows(office) if d["state"] == "queued"]
        office.wait_for(lambda: all("领导免打扰时段" in (d["waits_for"] or "") for d in rows(office) if d["state"] == "queued"), "words")
        equal({d["next_attempt"][:19] for d in waiting}, {"2025-11-22T07:00:00"})
        assert all(" " in d["name"] for d in waiting), [d["name"] for d in waiting]  # a post and a person
        has(office.ctl("queue"), "领导免打扰时段", "2025-11-22 07:00")
        begin(office, "2025-11-22 06:00:00")
        office.wait_for(lambda: {d["next_attempt"] and d["next_attempt"][:19] for d in rows(office) if d["state"] == "queued"} ==
                        {"2025-11-22T07:00:00"}, "asleep again")
        equal(len([d for d in rows(office) if d["state"] == "queued"]), len(waiting))
        begin(office, "2025-11-22 06:59:50")
        wait_done(office)


@tap.test("quiet hours of one series, none for it, and what passes them")
def quiet_table():
    night = "2025-11-21 22:00:00"
    table = [  # series, whole, mark, leaders wait
        ('quiet = "21:00-07:00";', "", None, True),
        ('quiet = "none";', 'quiet = "21:00-07:00";', None, False),
        ("", 'quiet = "21:00-07:00";', "加急", True),
        ("", 'quiet = "21:00-07:00";', "特急", False),
        ("", 'quiet = "21:00-07:00"; quiet_passes = "urgent";', "加急", False),
        ('quiet_passes = "none";', 'quiet = "21:00-07:00";', "特急", True),
        ("", 'quiet = "12:00-14:00";', None, False),
    ]
    for series, whole, mark, wait in table:
        with office_at(night, series, whole) as office:
            begin(office)
            hand_in(office, mark)
            want = {"accepted", "queued"} if wait else {"accepted"}
            office.wait_for(lambda: rows(office) and {d["state"] for d in rows(office)} == want, f"{series}{whole}{mark}")


@tap.test("加急 and 特急: what they skip, and that no hold is")
def urgent():
    table = [  # series, mark, text put in, what becomes of it
        ('at = "08:30";', None, "planned"),
        ('at = "08:30";', "加急", "planned"),
        ('at = "08:30";', "特急", "done"),
        ('when = "working-hours";', "特急", "done"),
        ('delay = "1h"; at = "08:30";', "特急", "planned"),
        ('delay = "1h";', "加急", "planned"),
    ]
    for series, mark, state in table:
        with office_at("2025-11-21 20:00:00", series) as office:
            begin(office)
            hand_in(office, mark)
            office.wait_for(lambda: only(office)["state"] == state, f"{series} {mark} {state}")
            if "delay" in series:
                has(only(office)["waits_for"], "定于 2025-11-21 21:0")
            if state == "done":
                priority = {"特急": "1", "加急": "2"}[mark]
                equal({m["X-Priority"] for m in office.mails()}, {priority})
    with office_at("2025-11-21 20:00:00", "", release="clerk") as office:
        begin(office)
        hand_in(office, "特急")
        office.wait_for(lambda: only(office)["state"] == "planned", "waits for the clerk all the same")
        lacks(only(office)["waits_for"], "定于")
    with office_at("2025-11-21 20:00:00", "") as office:
        begin(office)
        office.hand_in("7.txt", "特急\n\n" + ISSUE.replace("发：峡窝镇、", "发：天外来客办公室、", 1))
        office.wait_for(lambda: only(office)["state"] == "held", "held all the same")
        has(office.reason(), "天外来客办公室")
        equal(office.mails(), [])


@tap.test("the calendar: months to look at, one day, rows, errors by line, the missing year told once")
def look_at_calendar():
    with office_at("2026-11-20 10:00:00", 'when = "working-days";', 'overdue = "365d";') as office:
        year = office.ctl("calendar", "2026")
        has(year, "2026年10月", "1休", "10班", "10-01 至 10-07  休  国庆节", "2-28  班  春节")
        has(office.ctl("calendar", "2026-10-10"), "2026-10-10 星期六：上班（国庆节调休）", "2026年10月")
        has(office.ctl("calendar", "2026-10-11"), "2026-10-11 星期日：休息")
        days = json.loads(office.ctl("calendar", "--json", "2026"))
        equal(len(days), 365)
        equal([d for d in days if d["date"] == "2026-02-28"],
              [{"date": "2026-02-28", "weekday": 6, "working": "yes", "kind": "班", "name": "春节"}])
        has(office.run_ctl("calendar", "2027").stderr.decode(), "没有 2027 年", f"{office.folder}/calendar/2027.txt")
        has(refused(office, "calendar", "26"), "2026-10-10")
        has(office.ctl("status"), "没有 2027 年")
        begin(office)
        wait_notice(office, "2027 年的工作日安排", f"{office.folder}/calendar/2027.txt")
        begin(office)
        hand_in(office)
        wait_done(office)
        equal(len([n for n in notices(office) if "2027 年的工作日安排" in n]), 1)
        os.makedirs(os.path.join(office.folder, "calendar"))
        with open(os.path.join(office.folder, "calendar", "2027.txt"), "w", encoding="utf-8") as f:
            f.write("# 通知\n2027-10-01..2027-10-07 休 国庆节\n2027-13-09 班 国庆节\n")
        done = office.run_ctl("calendar", "2027")
        equal(done.returncode, 3)
        has(done.stderr.decode(), "calendar/2027.txt:3:", "2027-13-09")


tap.main()
