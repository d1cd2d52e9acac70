#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From issue to issue: whom an unspecified term means, the plan and what changed since the last one,
and who must release it. TAP output."""
import datetime
import json
import os

from harness import Office, Tap, equal, has, lacks

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
        plain = take(office, 8, "2026-03-01", "发：区委办")
        has(office.ctl("choose", str(plain["issue"])), "没有要由经办人选定的说法")
        equal(json.loads(office.ctl("choose", "--json", str(plain["issue"]))), [])
        two = str(take(office, 7, "2026-02-27", "发：区委办、有关部门\n抄送：有关部门")["issue"])
        has(failing(office, "choose", two, "有关部门", "区发改委"), "发、抄送", "--field")
        has(failing(office, "choose", two, "--field", "报", "有关部门", "区发改委"), "发、抄送")
        has(office.ctl("choose", two, "--field", "发", "有关部门", "区发改委"), "发：有关部门", "还有 1 处没有选定")
        office.ctl("choose", "--remember", two, "--field", "抄送", "有关部门", "区审计局")
        equal([(t["field"], t["scope"], t["members"]) for t in json.loads(office.ctl("choose", "--json", two))],
              [("发", "issue", "区发改委"), ("抄送", "series", "区审计局")])
        got = json.loads(office.run_ctl("plan", "--json", two).stdout)["recipients"]  # still held
        for name, field in (("区发改委", "发"), ("区审计局", "抄送")):
            lines = next(r["because"] for r in got if r["name"] == name and r["channel"] == "email")
            has(" ".join(lines), f"{field}：有关部门 → 按 ")
            lacks(" ".join(lines), f"{'发' if field == '抄送' else '抄送'}：有关部门 →")
        has(office.ctl("choose", "--forget", two, "--field", "抄送", "有关部门"), "抄送：有关部门")
        office.ctl("choose", two, "--field", "抄送", "有关部门", "区统计局")
        has(failing(office, "choose", "--forget", two, "有关部门"), "--field")
        led = take(office, 9, "2026-03-01", "发：各街道办事处、有关部门负责同志")
        has(office.ctl("choose", str(led["issue"]), "有关部门", "区发改委"), "有关部门负责同志", "区发改委")

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


# --- the plan, and what changed

@tap.test("a tenure that ends between two issues is named")
def _():
    with Office(release="clerk") as office:
        office.start()
        first = take(office, 1, "2026-03-02", "送：区长\n发：区统计局")
        equal(first["state"], "planned")
        plan = json.loads(office.ctl("plan", "--json", str(first["issue"])))
        equal(plan["previous"], None, "the first of its series")
        equal(plan["directory_day"], "2026-03-02")
        equal([w["code"] for w in plan["release"]["waits"]], ["waits-clerk"])
        equal(plan["release"]["policy"], "clerk")
        office.ctl("release", str(first["issue"]))

        office.ctl("person", "add", "秦一鸣")
        office.ctl("mailbox", "add", "person:秦一鸣", "qinym@example.test")
        office.ctl("tenure", "set", "许文清", "区政府/区长", "--to", "2026-03-03")
        office.ctl("--as", "张三", "tenure", "add", "秦一鸣", "区政府/区长", "--from", "2026-03-05")
        second = take(office, 2, "2026-03-06", "送：区长\n发：区统计局（5份）、区审计局")
        plan = json.loads(office.ctl("plan", "--json", str(second["issue"])))
        equal(plan["previous"]["identity"], "sjxx/2026/1")
        changes = {(c["change"], c["name"]): c for c in plan["previous"]["changes"]}
        equal(set(changes), {("removed", "许文清（区长）"), ("added", "秦一鸣（区长）"),
                             ("added", "区审计局"), ("copies", "区统计局")})
        has(changes["removed", "许文清（区长）"]["why"], "2026-03-03 离任（")
        has(changes["added", "秦一鸣（区长）"]["why"], "2026-03-05 起任区长（", " 由 张三 改")
        equal(changes["added", "区审计局"]["cause"], "text")
        has(changes["added", "区审计局"]["why"], "新写到“区审计局”")
        equal([changes["copies", "区统计局"][k] for k in ("before", "after", "cause")], ["2", "5", "text"])
        has(office.ctl("plan", str(second["issue"])), "比上期（sjxx/2026/1，2026-03-02）：+2 −1，改 1",
            "− 许文清（区长）：2026-03-03 离任", "放行办法", "等待：")
        has(office.ctl("plan", "--date", "2026-03-02", str(second["issue"])), "许文清")
        office.stop()


@tap.test("unchanged: the first and a changed issue wait for a clerk, an equal one goes by itself")
def _():
    with Office(release="unchanged") as office:
        office.start()
        first = take(office, 1, "2026-03-02", "发：区统计局、区审计局")
        equal(first["state"], "planned")
        has(first["waits_for"], "没有上一期可比")
        has(office.ctl("show", str(first["issue"])), "等待：本刊没有上一期可比")
        has(office.ctl("status"), "没有上一期可比")
        office.ctl("release", str(first["issue"]))
        equal(take(office, 2, "2026-03-09", "发：区审计局、区统计局")["state"] in ("released", "sending", "done"),
              True, "the same recipients")
        third = take(office, 3, "2026-03-16", "发：区审计局")
        equal(third["state"], "planned")
        has(third["waits_for"], "−1", "区统计局：本期发送范围不再写“区统计局”")
        notices = office.wait_for(lambda: [m for m in office.mails(issue=False) if "待放行" in m["Subject"]
                                           and "不再写" in m.get_content()], "notice to the clerk")
        equal(len(notices), 1)
        fourth = take(office, 4, "2026-03-20", "发：区审计局")
        equal(fourth["state"], "planned", "like one that no clerk has let go")
        has(fourth["waits_for"], "sjxx/2026/2", "−1")
        equal(take(office, 5, "2026-03-23", "发：有关部门")["state"], "held", "unresolved")
        office.stop()


@tap.test("second: one approves, another releases; a new plan or a new file takes the approval back")
def _():
    with Office(release="second") as office:
        office.start()
        issue = str(take(office, 1, "2026-03-02", "发：区统计局、区审计局")["issue"])
        has(office.ctl("issues"), "须由两人放行")
        has(office.ctl("--as", "张三", "release", issue), "待第二人放行")
        has(office.ctl("show", issue), "已由 张三 审核", "审核人：张三")
        for same in ("张三", " 张 三　", "张三（办公室）", "张三同志"):
            has(failing(office, "--as", same, "release", issue), "须由另一人放行")
        has(failing(office, "--as", " 　", "release", issue, code=2), "经办人的名字")
        equal(sent_to(office, issue), {"区统计局", "区审计局"})
        equal({r["state"] for r in office.deliveries("--issue", issue)}, {"planned"}, "nothing is sent yet")

        office.ctl("mailbox", "set", "unit:区审计局", "qsjj@example.test", "--address", "shenji@example.test")
        has(office.ctl("plan", issue), "排定以后名录或选定有变", "qsjj@example.test → shenji@example.test")
        has(failing(office, "--as", "李四", "release", issue), "qsjj@example.test → shenji@example.test", "没有发出")
        equal(json.loads(office.ctl("show", "--json", issue))["approved_by"], None, "the plan changed")
        has(office.ctl("plan", issue), "shenji@example.test", "须由两人放行")

        office.ctl("--as", "李四", "release", issue)
        office.hand_in("again.txt", text(1, "2026-03-02", "发：区统计局"))
        office.wait_for(lambda: len(office.issues()) == 2, "the second file")
        equal(json.loads(office.ctl("show", "--json", issue))["approved_by"], None, "handed in anew")
        office.ctl("--as", "李四", "release", issue)
        has(office.ctl("--as", "张三", "release", issue), "已放行")
        shown = json.loads(office.ctl("show", "--json", issue))
        equal((shown["approved_by"], shown["released_by"]), ("李四", "张三"))
        audit = office.ctl("audit", f"issue:{issue}")
        has(audit, "issue.approve", "issue.disapprove", "issue.replan", "issue.release")
        office.stop()


@tap.test("second: a held issue is approved with what the first set aside, then filed and sent")
def _():
    with Office(release="second") as office:
        office.start()
        marked = text(1, "2026-03-02", "发：区统计局、有关部门").replace("上街信息\n", "工作秘密\n\n上街信息\n", 1)
        office.hand_in("1.txt", marked)
        office.wait_states("held")
        has(failing(office, "--as", "张三", "release", "--override", "已核", "1"), "有关部门")
        office.ctl("choose", "1", "有关部门", "区审计局")
        has(failing(office, "--as", "张三", "release", "1"), "工作秘密")
        has(office.ctl("--as", "张三", "release", "--override", "已核", "1"), "待第二人放行")
        equal((office.filed("held"), office.filed("archive")), ([], ["1.txt"]))
        office.ctl("--as", "李四", "release", "1")
        office.wait_states("done")
        equal(sent_to(office, "1"), {"区统计局", "区审计局"})
        has(office.ctl("audit", "issue:1"), "issue.approve", "已核")
        office.stop()


@tap.test("a planned issue that cannot go any more says so, and is not sent")
def _():
    with Office(release="clerk") as office:
        office.start()
        issue = str(take(office, 1, "2026-03-02", "发：区统计局、区审计局")["issue"])
        office.ctl("mailbox", "set", "unit:区审计局", "qsjj@example.test", "--suspended", "yes")
        has(office.ctl("plan", issue), "− 区审计局", "现在没有着落：", "已停用")
        has(failing(office, "release", issue), "仍不能发出", "已停用")
        equal({r["state"] for r in office.deliveries("--issue", issue)}, {"planned"})
        office.ctl("mailbox", "set", "unit:区审计局", "qsjj@example.test", "--suspended", "no")
        lacks(office.ctl("plan", issue), "排定以后")
        office.ctl("release", issue)
        office.wait_states("done")
        equal(sent_to(office, issue), {"区统计局", "区审计局"})
        office.stop()


@tap.test("what is released stands: the rows keep recipients, reasons and the directory's day")
def _():
    with Office(release="auto") as office:
        office.start()
        issue = str(take(office, 1, "2026-03-02", "发：区审计局")["issue"])
        office.ctl("mailbox", "set", "unit:区审计局", "qsjj@example.test", "--address", "shenji@example.test")
        plan = json.loads(office.ctl("plan", "--json", issue))
        equal([r["address"] for r in plan["recipients"] if r["channel"] == "email"], ["qsjj@example.test"])
        equal(plan["stale"], [])
        equal(json.loads(office.ctl("show", "--json", issue))["directory_day"], "2026-03-02")
        second = str(take(office, 2, "2026-03-03", "发：区审计局")["issue"])
        has(office.ctl("plan", second), "~ 区审计局：邮箱 qsjj@example.test → shenji@example.test")
        office.stop()


@tap.test("what the directory did to a group or a unit between two issues is named, and who did it")
def _():
    with Office(release="clerk") as office:
        office.start()
        today = datetime.date.today()
        office.ctl("group", "add", "直属单位", "unit:区统计局", "unit:区商务局")
        first = take(office, 1, str(today - datetime.timedelta(days=10)), "发：直属单位")
        office.ctl("release", str(first["issue"]))
        office.ctl("--as", "李四", "group", "set", "直属单位", "unit:区统计局", "unit:区审计局")
        second = str(take(office, 2, str(today), "发：直属单位")["issue"])
        has(office.ctl("plan", second), "+1 −1", "− 区商务局：", "+ 区审计局：",
            f"{today} 起“直属单位”的成员改了，加上 区审计局，去掉 区商务局", f"{today} 由 李四 改")
        office.stop()


@tap.test("a file shows what would happen, and changes nothing")
def _():
    with Office(smtp=False, release="unchanged") as office:
        path = os.path.join(office.folder, "x.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text(1, "2026-03-02", "发：区审计局、有关部门（3份）\n（共印20份）"))
        done = failing(office, "plan", path)
        has(done, "区审计局", "“有关部门”没有说明", "标注共印 20 份")
        equal(office.issues(), [])
        failing(office, "plan", "--date", "2026-02-30", path, code=2)
        failing(office, "plan", "sjxx/2026/9")


@tap.test("explain says why somebody does not get it, and that a held issue went to nobody")
def _():
    with Office(release="clerk") as office:
        office.start()
        office.ctl("group", "add", "直属单位", "--", "under:区政府", "-unit:区统计局")
        office.ctl("mailbox", "set", "unit:区审计局", "qsjj@example.test", "--suspended", "yes")
        held = str(take(office, 1, "2019-06-12", "送：区委书记\n发：直属单位、有关部门")["issue"])
        rows = [
            ("郭立言", "本期待处理，还没有发给任何人", "2019-06-09 已离任区委书记"),
            ("区统计局", "组“直属单位”里以 -unit:区统计局 除去", "“有关部门”尚未选定"),
            ("区审计局", "还没有落实", "已停用"),
            ("周明远", "周明远 收到本期", "2019-06-10 起"),
            ("区统汁局", "名录里没有", "区统计局"),
            ("区政府/区长", "在 2019-06-12 无人任职"),
        ]
        for name, *words in rows:
            has(office.ctl("explain", held, name), *words)
        has(office.ctl("explain", "--date", "2019-06-09", held, "郭立言"), "区委书记 郭立言 收到本期")
        failing(office, "explain", "--date", "2019-06-31", held, "郭立言", code=2)
        office.ctl("person", "add", "周明")
        lacks(office.ctl("explain", held, "周明"), "收到本期")
        office.stop()


@tap.test("an internal issue stays within the internal domains, and the plan says who is outside")
def _():
    with Office(smtp=False) as office:
        office.ctl("mailbox", "set", "unit:区统计局", "qtjj@example.test", "--address", "tongji@outside.test")
        path = os.path.join(office.folder, "x.txt")
        marked = text(1, "2026-03-02", "发：区统计局、区审计局").replace("上街信息\n", "内部资料 注意保存\n上街信息\n", 1)
        with open(office.config, encoding="utf-8") as f:
            config = f.read().replace('title = "上街信息";', 'title = "上街信息"; internal_domains = [ "example.test" ];')
        with open(office.config, "w", encoding="utf-8") as f:
            f.write(config)
        with open(path, "w", encoding="utf-8") as f:
            f.write(marked)
        has(failing(office, "plan", path), "tongji@outside.test 不在内部域内", "qsjj@example.test")
        has(office.ctl("explain", path, "区统计局"), "区统计局", "不在内部域内")


tap.main()
