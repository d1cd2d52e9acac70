#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From issue to issue: whom an unspecified term means, the plan and what changed since the last one,
and who must release it. TAP output."""
import json
import os

from harness import Office, Tap

tap = Tap()

TEXT = """\
上街信息

{year} 年第 {number} 期

上街区委办公室　　　　　　　　　　　{date}

试点工作有序推进

　　近日，有关工作有序推进。（区发改委）

{footer}
责任编辑：郝婕
"""


def equal(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def has(text, *words):
    for word in words:
        if word not in text:
            raise AssertionError(f"{word!r} is not in {text!r}")


def lacks(text, *words):
    for word in words:
        if word in text:
            raise AssertionError(f"{word!r} is in {text!r}")


def text(number, day, footer):
    year, month, date = (int(part) for part in day.split("-"))
    return TEXT.format(year=year, number=number, date=f"{year} 年 {month} 月 {date} 日", footer=footer)


def take(office, number, day, footer):
    """Hands an issue in and gives its row when songfad has judged it."""
    name = f"{number}.txt"
    office.hand_in(name, text(number, day, footer))
    rows = office.wait_for(lambda: [i for i in office.issues() if i["file_name"] == name], f"row of {name}")
    return rows[0]


def failing(office, *words, code=1):
    done = office.run_ctl(*words)
    equal(done.returncode, code, " ".join(words) + done.stdout.decode())
    return done.stdout.decode() + done.stderr.decode()


def sent_to(office, ref):
    return {row["name"] for row in office.deliveries("--issue", str(ref)) if row["channel"] == "email"}


def because(office, ref, name):
    return office.ctl("explain", str(ref), name)


# --- choices

@tap.test("a choice holds for one issue, a remembered one for the series")
def _():
    with Office(release="auto") as office:
        office.start()
        first = take(office, 1, "2026-03-02", "发：区委办、有关部门")
        equal(first["state"], "held", "nobody is guessed")
        terms = json.loads(office.ctl("choose", "--json", str(first["issue"])))
        equal([(t["term"], t["field"], t["scope"]) for t in terms], [("有关部门", "发", "open")])
        has(failing(office, "release", str(first["issue"])), "有关部门")
        has(failing(office, "choose", str(first["issue"]), "有关部门", "区发该委"), "区发改委")
        has(failing(office, "choose", str(first["issue"]), "有关单位", "区发改委"), "有关部门")
        failing(office, "choose", str(first["issue"]), "有关部门", code=2)

        office.ctl("--as", "张三", "choose", str(first["issue"]), "有关部门", "区发改委")
        office.ctl("release", str(first["issue"]))
        equal(sent_to(office, first["issue"]), {"区委办", "区发改委"})
        has(because(office, first["issue"], "区发改委"), "发：有关部门 → 按 ", " 由 张三 选定 → 区发改委")
        has(failing(office, "choose", str(first["issue"]), "有关部门", "区审计局"), "已放行")

        second = take(office, 2, "2026-03-09", "发：区委办、各有关部门")
        equal(second["state"], "held", "the first choice was for its own issue")
        office.ctl("--as", "李四", "choose", "--remember", str(second["issue"]), "相关部门", "区审计局", "区统计局")
        office.ctl("release", str(second["issue"]))

        third = take(office, 3, "2026-03-16", "发：区委办、有关部门")
        equal(third["state"] in ("released", "sending", "done"), True, "remembered")
        equal(sent_to(office, third["issue"]), {"区委办", "区审计局", "区统计局"})
        has(because(office, third["issue"], "区统计局"), " 由 李四 选定 → 区统计局")

        office.ctl("choose", "--forget", str(take(office, 4, "2026-03-23", "发：有关单位")["issue"]), "有关部门")
        equal(take(office, 5, "2026-03-30", "发：区委办、有关部门")["state"], "held", "forgotten")
        audit = office.ctl("audit", "--limit", "100")
        has(audit, "choice.put", "choice.forget", "series:sjxx", f"issue:{first['issue']}")
        office.ctl("verify")
        office.stop()


@tap.test("the directory of the issue's day says who gets it")
def _():
    with Office(smtp=False) as office:
        path = os.path.join(office.folder, "17.txt")
        rows = [("2019-06-09", "郭立言"), ("2019-06-10", "周明远")]
        for day, name in rows:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text(17, day, "送：区委书记"))
            got = json.loads(office.ctl("resolve", "--json", path))["recipients"]
            equal([r["name"] for r in got if r["channel"] == "email"], [f"区委书记 {name}"], day)
        got = json.loads(office.ctl("resolve", "--json", "--date", "2019-06-09", path))["recipients"]
        has(got[0]["name"], "郭立言")


tap.main()
