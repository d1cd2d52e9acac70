#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and dates of a series in their order: what the clerk is told, what is held, which numbers are
missing, and how a gap closes. TAP output."""
import datetime
import json

from harness import Office, Tap, equal, has, lacks

tap = Tap()

TEXT = """\
上街信息

{year} 年第 {number} 期{total}

上街区委办公室　　　　　　　　　　　{year} 年 {month} 月 {day} 日

试点工作有序推进

　　近日，有关工作有序推进。（区发改委）

发：区统计局、区审计局
责任编辑：郝婕
"""


def take(office, number, day, total="", name=None):
    """Hands an issue in; what show says of it when songfad has judged it."""
    year, month, date = (int(part) for part in day.split("-"))
    name = name or f"{year}-{number}.txt"
    office.hand_in(name, TEXT.format(year=year, number=number, total=total, month=month, day=date))
    row = office.wait_for(lambda: [i for i in office.issues() if i["file_name"] == name], f"row of {name}")[0]
    return json.loads(office.ctl("show", "--json", str(row["issue"])))


def codes(shown):
    return [n["code"] for n in shown["notices"]]


def gaps(office, *words):
    return [g["missing"] for g in json.loads(office.ctl("gaps", "--json", *words))]


def with_checks(office, checks):
    with open(office.config, encoding="utf-8") as f:
        config = f.read().replace('title = "上街信息";', f'title = "上街信息"; checks = {{ {checks} }};')
    with open(office.config, "w", encoding="utf-8") as f:
        f.write(config)


def ago(days):
    return str(datetime.date.today() - datetime.timedelta(days=days))


@tap.test("17 then 19: the clerk is told, the gap is open, and 18 closes it")
def missing():
    with Office(release="clerk") as office:
        office.start()
        year = datetime.date.today().year
        first = take(office, 17, f"{year}-01-03")
        equal(codes(first), ["new-series"], "no false alarm in mid-year")
        equal(gaps(office), [])
        second = take(office, 19, f"{year}-01-05")
        equal((second["state"], codes(second)), ("planned", ["missing-number"]))
        has(second["notices"][0]["message"], f"缺 {year} 年第 18 期", f"{year} 年第 17 期（{year}-01-03）")
        has(office.ctl("show", str(second["issue"])), "请留意：缺")
        has(office.ctl("plan", str(second["issue"])), "请留意：缺")
        office.wait_for(lambda: any("请留意：缺" in m.get_content() for m in office.mails(issue=False)), "the notice to the clerk")
        equal(gaps(office), [f"{year} 年第 18 期"])
        has(office.ctl("gaps"), "上街信息", f"{year} 年第 17 期", f"{year} 年第 19 期")
        has(office.ctl("status"), f"缺号：上街信息 {year} 年第 18 期")
        equal(json.loads(office.ctl("status", "--json"))["gaps"], [{"series": "sjxx", "missing": f"{year} 年第 18 期"}])
        third = take(office, 18, f"{year}-01-04")
        equal(codes(third), ["out-of-order"])
        has(third["notices"][0]["message"], f"{year} 年第 18 期（{year}-01-04） 在 {year} 年第 19 期（{year}-01-05） 之后")
        equal(gaps(office), [])
        lacks(office.ctl("status"), "缺号")
        office.ctl("release", str(second["issue"]))
        equal(office.run_ctl("gaps", "--series", "没有").returncode, 2)
        office.stop()


@tap.test("what goes by itself is told by mail when there is something to look at")
def by_itself():
    with Office() as office:
        office.start()
        take(office, 1, ago(20))
        take(office, 3, ago(10))
        told = office.wait_for(lambda: [m for m in office.mails(issue=False) if not m["X-Songfa-Issue"]], "the answer")
        equal(len(told), 1, "not for a series that is new")
        has(told[0].get_content(), "已受理并放行", "请留意：缺")
        office.stop()


@tap.test("a jump is held, and goes when a clerk says so; the notice stays")
def jump():
    with Office() as office:
        office.start()
        take(office, 19, ago(20))
        held = take(office, 190, ago(10))
        equal(held["state"], "held")
        has(held["reasons"][0]["message"], "第 190 期", "--override")
        equal(gaps(office), [], "what is held is in nobody's way")
        equal(codes(take(office, 20, ago(12))), [])
        done = office.run_ctl("release", str(held["issue"]))
        has(done.stderr.decode(), "number-jump")
        office.ctl("release", "--override", "确是 190 期", str(held["issue"]))
        equal(codes(json.loads(office.ctl("show", "--json", str(held["issue"])))), ["number-jump"])
        office.stop()


@tap.test("a file held under a missing number is named in the list of gaps")
def held_number():
    with Office() as office:
        office.start()
        take(office, 1, ago(20))
        held = take(office, 2, str(datetime.date.today() + datetime.timedelta(days=60)))
        equal(held["state"], "held")
        take(office, 3, ago(10))
        rows = json.loads(office.ctl("gaps", "--json", "--all"))
        # the held file may be dated in the next year, the gap is of this one
        if held["contents"]["year"] == datetime.date.today().year:
            equal([r["held"] for r in rows], [str(held["issue"])])
        office.stop()


@tap.test("each series says what becomes of it: notice, hold, ignore")
def answers():
    with Office(smtp=False, directory=True) as office:
        with_checks(office, 'missing_number = "hold"; out_of_order = "ignore"; new_series = "ignore"; future_date = "notice"; days_ahead = 0;')
        office.start()
        equal(codes(take(office, 1, ago(20))), [])
        equal([r["code"] for r in take(office, 3, ago(18))["reasons"]], ["missing-number"])
        equal(codes(take(office, 2, ago(17))), [])
        equal(codes(take(office, 3, ago(16), name="三.txt")), [], "the gap is closed")
        equal(codes(take(office, 4, str(datetime.date.today() + datetime.timedelta(days=2)), name="明.txt"))[:1], ["future-date"])
        office.stop()


@tap.test("dates and totals that contradict the number")
def contradictions():
    with Office(smtp=False) as office:
        office.start()
        day = datetime.date.today() - datetime.timedelta(days=30)
        if day.year != datetime.date.today().year:
            day = datetime.date(day.year, 6, 30)
        days = [str(day - datetime.timedelta(days=n)) for n in (3, 2, 5)]
        take(office, 5, days[0], total="（总第 105 期）")
        equal(codes(take(office, 6, days[1], total="（总第 109 期）")), ["total-mismatch"])
        shown = take(office, 7, days[2], total="（总第 110 期）")
        equal(codes(shown), ["date-order"])
        has(shown["notices"][0]["message"], "早于前一期")
        office.stop()


@tap.test("a setting that is none is refused with its line")
def setting():
    with Office(smtp=False, directory=False) as office:
        with_checks(office, 'missing_number = "maybe";')
        has(office.run_ctl("issues").stderr.decode(), "missing_number", "notice")


if __name__ == "__main__":
    tap.main()
