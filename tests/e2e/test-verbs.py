#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""songfactl's verbs on the directory over time: add, set, remove, show, list, handover, suspend, history,
undo, check; several admins at once; help in both languages."""
import csv
import io
import json
import os
import re
import subprocess

import harness
from harness import BUILD, Office, Tap, equal, has, issue_data, lacks

os.environ["SONGFA_CLOCK"] = "1583452800"  # 2020-03-06 08:00 in Shanghai
os.environ["TZ"] = "Asia/Shanghai"
TODAY, YESTERDAY = "2020-03-06", "2020-03-05"
KINDS = ("unit", "post", "person", "tenure", "stand-in", "group", "alias", "mailbox")

tap = Tap()


def records(office, kind, *words):
    return json.loads(office.ctl(kind, "list", "--json", *words))


def one(office, kind, *words):
    found = records(office, kind, *words)
    equal(len(found), 1, f"{kind} list {' '.join(words)}")
    return found[0]


def change_of(text):
    """The number of the change in what a command said."""
    return re.search(r"undo (\d+)", text).group(1)


def in_english(office, *words):
    """What songfactl says when asked for English."""
    english = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "SONGFA_LOCALEDIR": os.path.join(BUILD, "locale")}
    return subprocess.run([os.path.join(BUILD, "songfactl"), "-c", office.config, *words], env=english,
                          capture_output=True, timeout=harness.DEADLINE, check=True).stdout.decode()


def refused(office, words, code, *said):
    done = office.run_ctl(*words)
    equal(done.returncode, code, f"{words}: {done.stdout.decode()}{done.stderr.decode()}")
    has(done.stderr.decode(), "songfactl: ", *said)
    return done.stderr.decode()


@tap.test("add, set and remove say what was done, from when, and the way back")
def _():
    with Office(smtp=False) as office:
        said = office.ctl("unit", "add", "区数据局", "--kind", "gov", "--parent", "区政府", "--short",
                          "数据局,数据办", "--order", "30")
        unit = one(office, "unit", "区数据局")
        equal((unit["short"], unit["kind"], unit["order"]), ("数据局|数据办", "gov", 30))
        has(said, "已添加单位 区数据局", f"编号 {unit['id']}", "songfactl directory undo")
        said = office.ctl("unit", "set", "数据局", "--order", "31")
        has(said, "已修改单位 区数据局", "自 2020-03-06 起")
        said = office.ctl("unit", "set", "数据办", "--order", "31")
        has(said, "没有变化")
        said = office.ctl("unit", "remove", "区数据局")
        has(said, "已删除单位 区数据局", "自 2020-03-06 起")
        equal(records(office, "unit", "区数据局"), [])
        equal(one(office, "unit", "区数据局", "--date", YESTERDAY)["order"], 30)
        done = json.loads(office.ctl("--json", "unit", "add", "区大数据局"))
        equal(one(office, "unit", "区大数据局")["id"], done["id"])
        equal(one(office, "unit", "区大数据局")["change"], done["change"])


@tap.test("a change holds from its day: past days keep what they were, planned ones are said so")
def _():
    with Office(smtp=False) as office:
        office.ctl("unit", "add", "区数据局", "--order", "1")
        office.ctl("unit", "set", "区数据局", "--order", "2")
        said = office.ctl("unit", "set", "区数据局", "--name", "区数据和政务局", "--from", "2020-07-01")
        has(said, "自 2020-07-01 起（尚未生效）")
        for day, name, order in ((YESTERDAY, "区数据局", 1), (TODAY, "区数据局", 2),
                                 ("2020-06-30", "区数据局", 2), ("2020-07-01", "区数据和政务局", 2)):
            unit = one(office, "unit", "数据", "--kind", "-", "--date", day)
            equal((unit["name"], unit["order"]), (name, order), day)
        card = office.ctl("unit", "show", "区数据局")
        has(card, "版本（3）", "过去", "现行", "计划", "单位名称 区数据局→区数据和政务局", "顺序 1→2")
        office.ctl("unit", "set", "区数据局", "--order", "5", "--from", "-")
        equal(one(office, "unit", "区数据局", "--date", "1990-01-01")["order"], 5, "a correction from the start")
        office.ctl("unit", "add", "区新局", "--from", "2020-09-01")
        equal(records(office, "unit", "区新局"), [])
        equal(one(office, "unit", "区新局", "--date", "2020-09-01")["valid_from"], "2020-09-01")
        has(office.ctl("unit", "show", "区新局"), "计划", "2020-09-01")


@tap.test("a planned record may be named by others from its day on")
def _():
    with Office(smtp=False) as office:
        office.ctl("unit", "add", "区新局", "--from", "2020-09-01")
        office.ctl("post", "add", "区新局/局长", "--from", "2020-09-01")
        post = one(office, "post", "区新局", "--date", "2020-09-01")
        equal((post["unit"], post["name"], post["kind"]), ("区新局", "局长", "chief"))
        has(office.ctl("unit", "show", "区新局", "--date", "2020-09-01"), "局长：空缺")


@tap.test("every kind: add, show, set, history, remove")
def _():
    with Office(smtp=False) as office:
        rows = [
            ("unit", ["区数据局"], [], ["--kind", "gov"], "政府部门"),
            ("post", ["区数据局/副局长"], [], ["--rank", "乡科级"], "副职"),
            ("person", ["钱 多多"], [], ["--salutation", "钱局长："], "钱局长："),
            ("person", ["孙小小"], [], ["--salutation", "小孙："], "小孙："),
            ("tenure", ["钱多多", "区数据局/副局长"], ["--from", "2020年1月1日"], ["--to", "2020-12-31"], "2020-01-01"),
            ("stand-in", ["钱多多", "孙小小"], ["--from", "2020-03-01"], ["--both", "yes"], "孙小小"),
            ("group", ["数据口"], ["unit:区数据局", "kind:street"], ["--add", "person:孙小小"], "区数据局"),
            ("alias", ["数据条线"], ["group:数据口"], ["--series", "sjxx"], "区数据局"),
            ("mailbox", ["区数据局", "sjj@example.test"], [], ["--keeper", "李静"], "李静"),
        ]
        for kind, name, more, changes, shown in rows:
            office.ctl(kind, "add", *name, *more)
            office.ctl(kind, "set", *name, *changes)
            has(office.ctl(kind, "show", *name), shown)
            card = json.loads(office.ctl(kind, "show", "--json", *name))
            equal(card["kind"], kind)
            history = json.loads(office.ctl(kind, "history", "--json", *name))
            equal([h["words"].split(" ")[:2] for h in history], [[kind, "set"], [kind, "add"]])
        for kind, name, _more, _changes, _shown in reversed(rows):
            office.ctl(kind, "remove", *name, "--from", "-")
            refused(office, [kind, "show", *name], 1)
            done = office.run_ctl(kind, "history", *name)
            has(done.stdout.decode(), f"{kind} remove", f"{kind} add", name[0])


@tap.test("what is wrong is named, with the nearest names, and leaves no trace")
def _():
    with Office(smtp=False) as office:
        audit = office.ctl("audit", "--json")
        rows = [
            ("unknown parent", ["unit", "add", "甲局", "--parent", "区政夫"], 1, "区政"),
            ("name taken", ["unit", "add", "区政府"], 1, "区政府"),
            ("unknown unit of a post", ["post", "add", "区委会会", "书记"], 1, "区委会会"),
            ("unknown post kind", ["post", "add", "区委", "顾问", "--kind", "boss"], 1, "deputy"),
            ("day that is none", ["tenure", "add", "郭立言", "区委/书记", "--from", "2026-02-30"], 1, "2026-02-30"),
            ("from a day that is none", ["unit", "set", "区委", "--order", "1", "--from", "昨天"], 2, "昨天"),
            ("unknown owner", ["mailbox", "add", "区委委", "a@example.test"], 1, "区委"),
            ("bad address", ["mailbox", "add", "区委", "a b@example.test"], 1, "a b@"),
            ("address with a newline", ["mailbox", "add", "区委", "a@b.test\nBcc: c@d.test"], 1, "邮箱"),
            ("nothing to set", ["unit", "set", "区委"], 2, "用法"),
            ("no such record", ["unit", "remove", "区没有局"], 1, "区没有局"),
            ("misprint", ["unit", "show", "区发该委"], 1, "区发改委"),
            ("no such id", ["unit", "remove", "--id", "999999"], 1, "999999"),
            ("unknown verb", ["unit", "rename", "x"], 2, "list"),
            ("no verb for units", ["unit", "suspend", "区委"], 2, "list"),
            ("too many words", ["unit", "add", "甲局", "乙局"], 2, "乙局"),
            ("no name", ["unit", "add"], 2, "用法"),
            ("a page for a name", ["unit", "set", "区委", "--name", "字" * 3000], 1, "最多 200"),
            ("a page for a member", ["group", "set", "区直单位", "--add", "unit:" + "字" * 3000], 1, "最多"),
            ("a page for an address", ["mailbox", "add", "区委", "a" * 300 + "@example.test"], 1, "最多 254"),
            ("half a name", ["tenure", "add", "郭立言"], 2, "所任职务"),
            ("which one", ["unit", "show"], 2, "哪一个"),
            ("still needed", ["unit", "remove", "区委"], 1, "区委"),
            ("a card as a table", ["unit", "show", "区委", "--csv"], 2, "show 没有 --csv 格式，只有 --json"),
            ("a change as a table", ["directory", "history", "--change", "1", "--csv"], 2, "--json"),
            ("an export as a text", ["directory", "export", "--json", "/nowhere"], 2, "export 没有 --json 格式"),
            ("an option before the command", ["--csv", "unit", "set", "区委", "--order", "3"], 2, "--json"),
            ("option of another verb", ["unit", "show", "区委", "--order", "3"], 2, "--order"),
            ("option of an import", ["directory", "check", "--apply"], 2, "--apply"),
            ("option of a history", ["directory", "undo", "1", "--limit", "2"], 2, "--limit"),
            ("from of a list", ["unit", "list", "--from", TODAY], 2, "--from"),
            ("drop what is not there", ["group", "set", "区直单位", "--drop", "unit:区委"], 1, "under:"),
            ("a circle", ["group", "set", "区直单位", "--add", "group:区直单位"], 1, "区直单位"),
        ]
        for name, words, code, word in rows:
            try:
                refused(office, words, code, word)
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from None
        equal(office.ctl("audit", "--json"), audit, "a refused change left a trace")


@tap.test("hostile names are kept as they are or refused, never run")
def _():
    with Office(smtp=False, directory=False) as office:
        names = ["'; DROP TABLE unit; --", '引"号"局', "=cmd|' /C calc'!A0", "%s%n局", "-横线局", "局\u202e反"]
        for name in names:
            office.ctl("unit", "add", "--", name)
            has(office.ctl("unit", "show", "--", name), name)
        equal(sorted(u["name"] for u in records(office, "unit")), sorted(names))
        rows = list(csv.reader(io.StringIO(office.ctl("unit", "list", "--csv").lstrip("\ufeff"))))
        for row in rows[1:]:
            if row[1][0] in "=+-@":
                raise AssertionError(f"unguarded formula {row[1]!r}")
        for bad in ("甲\n乙", "甲\x1b[31m"):
            refused(office, ["unit", "add", bad], 1)
        equal(office.run_ctl("unit", "add", b"\xff\xfe").returncode, 2, "not UTF-8")


@tap.test("lists: words and options choose, columns without contents are left out, all forms")
def _():
    with Office(smtp=False) as office:
        for kind in KINDS:
            rows = records(office, kind)
            heads = next(csv.reader(io.StringIO(office.ctl(kind, "list", "--csv").lstrip("\ufeff"))))
            for row in rows:
                equal(len(row), len(heads), kind)
        streets = records(office, "unit", "街道")
        if not streets or any("街道" not in u["name"] and u["kind"] != "street" for u in streets):
            raise AssertionError(f"unit list 街道: {streets}")
        equal(records(office, "unit", "--kind", "street"), records(office, "unit", "街道", "--kind", "街道"))
        posts = records(office, "post", "--unit", "区委")
        equal({p["unit"] for p in posts}, {"中共郑州市上街区委员会"})
        equal(records(office, "unit", "没有这样的词"), [])
        has(office.ctl("unit", "list", "没有这样的词"), "没有这样的单位")
        for words in (["区委/书记"], ["区委书记"], ["区委", "书记"]):
            equal({p["name"] for p in records(office, "post", *words) if p["unit"] == "中共郑州市上街区委员会"},
                  {"书记", "副书记"} if len(words) == 2 else {"书记"}, words)
            has(office.ctl("tenure", "list", *words), "周明远")
        units = [u["name"] for u in records(office, "unit")]
        for unit in records(office, "unit"):
            if unit["parent"] and units.index(unit["parent"]) > units.index(unit["name"]):
                raise AssertionError(f"{unit['name']} before {unit['parent']}")
        lines = office.ctl("unit", "list").split("\n")
        for name, inset in (("上街区人民政府 ", 2), ("上街区人民政府办公室", 4), ("中共上街区委办公室", 4)):
            line = next(line for line in lines if line.lstrip(" 0123456789").startswith(name))
            equal(len(line) - len(line.lstrip(" 0123456789")), 4 + inset, name)
        lacks(office.ctl("unit", "list", "街道办事处"), "   上街区")
        office.ctl("group", "add", "--", "两家", "unit:上街区发展和改革委员会", "-post:上街区人民政府/区长")
        for word in ("区发改委", "区政府/区长"):
            equal([g["name"] for g in records(office, "group", word)], ["两家"], word)
        places = [units.index(p["unit"]) for p in records(office, "post")]
        equal(places, sorted(places), "posts in the order of their units")
        lacks(office.ctl("mailbox", "list", "--owner", "区委"), "保管人", "归属类别")
        office.ctl("mailbox", "set", "区委", "--keeper", "李静")
        has(office.ctl("mailbox", "list", "--owner", "区委"), "保管人", "李静")
        now = {t["person"] for t in records(office, "tenure", "--post", "区委/书记", "--date", TODAY)}
        equal(now, {"周明远"})
        equal(len(records(office, "tenure", "--post", "区委/书记")), 2, "past tenures without --date")


@tap.test("cards: a unit, a post, a person, a group, an alias, a mailbox")
def _():
    with Office(smtp=False) as office:
        office.ctl("tenure", "set", "周明远", "区委/书记", "--to", "2020-12-31")
        office.ctl("person", "add", "丁小丁")
        office.ctl("stand-in", "add", "周明远", "丁小丁", "--from", "2020-03-01", "--to", "2020-03-31")
        has(office.ctl("unit", "show", "区委"), "书记：周明远", "qwb@example.test，邮件", "中共上街区委办公室",
            "编号", "下属单位", "版本（1）")
        has(office.ctl("unit", "show", "济源路街道"), "组 街道办事处", "别名 镇办")
        has(office.ctl("post", "show", "区委/书记"), "现任（1）\n  周明远（自 2019-06-10 至 2020-12-31）", "曾任（1）\n  郭立言")
        has(office.ctl("person", "show", "周明远"), "现任职务", "区委书记（自 2019-06-10", "由 丁小丁 代收", "县处级领导")
        has(office.ctl("person", "show", "丁小丁"), "代 周明远 收")
        has(office.ctl("group", "show", "街道办事处"), "会送到", "济源路街道")
        has(office.ctl("alias", "show", "镇办"), "会送到", "峡窝镇")
        has(office.ctl("mailbox", "show", "区委"), "同用这个邮箱的（1）\n  中共上街区委办公室")
        card = json.loads(office.ctl("unit", "show", "区委", "--json"))
        equal(card["fields"]["kind"], "party")
        has(card["posts"], "书记：周明远")


@tap.test("short names and members: some are added, some dropped, the others stay")
def _():
    with Office(smtp=False) as office:
        before = one(office, "unit", "区发改委")["short"].split("|")
        office.ctl("unit", "set", "区发改委", "--add", "发改部门", "--drop", before[0])
        equal(one(office, "unit", "发改部门")["short"].split("|"), before[1:] + ["发改部门"])
        name = one(office, "unit", "发改部门")["name"]
        office.ctl("group", "add", "几家", "unit:区委办", f"unit:{name}")
        office.ctl("group", "set", "几家", "--add", "kind:street,unit:区委办", "--drop", "unit:发改部门")
        equal(len(one(office, "group", "几家")["members"].split("|")), 2)
        office.ctl("group", "set", "几家", "--", "kind:street", "-unit:济源路街道")
        equal(one(office, "group", "几家")["members"], "kind:street|-unit:济源路街道")
        lacks(re.search("会送到（4）(.*)版本", office.ctl("group", "show", "几家"), re.S).group(1), "济源路")


@tap.test("mailboxes: suspended, resumed, paper by itself, owners by their bare names")
def _():
    with Office(smtp=False) as office:
        office.ctl("mailbox", "add", "区委/书记", "sj@example.test")
        refused(office, ["mailbox", "suspend", "区委/书记"], 1, "--id", "sj@example.test")
        has(office.ctl("mailbox", "suspend", "区委/书记", "sj@example.test"), "已停用")
        equal([m["address"] for m in records(office, "mailbox", "--suspended", "yes")], ["sj@example.test"])
        has(office.ctl("directory", "history", "--limit", "1"), "mailbox suspend 区委/书记")
        office.ctl("mailbox", "remove", "区委/书记", "qwsj@example.test")
        said = office.ctl("mailbox", "resume", "区委/书记")
        has(office.ctl("directory", "history", "--change", change_of(said)), "停用 是→否")
        equal(one(office, "mailbox", "--owner", "区委/书记")["suspended"], "no")
        office.ctl("person", "add", "丁小丁")
        office.ctl("mailbox", "add", "丁小丁", "--secretary", "小吴")
        paper = one(office, "mailbox", "--owner", "丁小丁")
        equal((paper["channel"], paper["copies"], paper["owner"]), ("paper", 1, "person:丁小丁"))
        office.ctl("mailbox", "add", "丁小丁", "dxd@example.test")
        refused(office, ["mailbox", "set", "丁小丁", "--copies", "2"], 1, "--id", "（方式 纸质）", "（方式 邮件）")
        office.ctl("mailbox", "set", "--id", str(paper["id"]), "--copies", "2")
        equal(one(office, "mailbox", "小吴")["copies"], 2)


@tap.test("handover: the one goes the day before, the other comes, in one change")
def _():
    with Office(smtp=False) as office:
        office.ctl("person", "add", "丁小丁")
        said = office.ctl("handover", "区委/书记", "--to", "丁小丁", "--from", "2020-05-01")
        has(said, "已交接任职", "丁小丁", "尚未生效")

        def terms():
            return sorted((t["person"], t["from"], t["to"]) for t in records(office, "tenure", "--post", "区委/书记")
                          if t["person"] != "郭立言")
        equal(terms(), [("丁小丁", "2020-05-01", None), ("周明远", "2019-06-10", "2020-04-30")])
        has(office.ctl("post", "show", "区委/书记"), "将任（1）\n  丁小丁")
        has(office.ctl("directory", "history", "--change", change_of(said)), "离任日期 无→2020-04-30", "丁小丁", "handover")
        back = office.ctl("directory", "undo", change_of(said))
        equal(terms(), [("周明远", "2019-06-10", None)])
        office.ctl("directory", "undo", change_of(back))
        equal(terms(), [("丁小丁", "2020-05-01", None), ("周明远", "2019-06-10", "2020-04-30")])


@tap.test("handover: a newcomer, a vacant post, one of several, today; and what is wrong")
def _():
    with Office(smtp=False) as office:
        office.ctl("handover", "区委办/主任", "--to", "丁小丁", "--new")
        equal([t["person"] for t in records(office, "tenure", "--post", "区委办/主任", "--date", TODAY)], ["丁小丁"])
        office.ctl("post", "add", "区委/秘书长")
        office.ctl("handover", "区委/秘书长", "--to", "丁小丁")
        equal([t["from"] for t in records(office, "tenure", "--post", "区委/秘书长")], [TODAY])
        deputies = [t["person"] for t in records(office, "tenure", "--post", "区委/常委", "--date", TODAY)]
        has(refused(office, ["handover", "区委/常委", "--to", "丁小丁"], 1, "写在职务后面"), *deputies)
        office.ctl("handover", "区委/常委", deputies[0], "--to", "丁小丁")
        left = [t["person"] for t in records(office, "tenure", "--post", "区委/常委", "--date", TODAY)]
        equal(sorted(left), sorted(deputies[1:] + ["丁小丁"]))
        for words, code, word in ((["区委/书记"], 2, "--to"), (["区委/书记", "--to", "丁小盯"], 1, "丁小丁"),
                                  (["区委/树记", "--to", "丁小丁"], 1, "书记"),
                                  (["区委/书记", "丁小丁", "--to", "丁小丁"], 1, "没有担任"),
                                  (["区委/书记", "--to", "周明远"], 1, "不用交接"),
                                  (["区委/书记", "--to", "丁小丁", "--from", "-"], 2, "--from")):
            refused(office, ["handover", *words], code, word)


@tap.test("handover: whoever is on record for later is not doubled; nobody holds a post twice on a day")
def _():
    with Office(smtp=False) as office:
        office.ctl("person", "add", "丁小丁")
        audit = office.ctl("audit", "--json")
        tenures = {t["person"]: t for t in records(office, "tenure", "--post", "区委/书记")}
        said = refused(office, ["handover", "区委/书记", "--to", "丁小丁", "--from", "2018-01-01"], 1,
                       "周明远 自 2019-06-10 起任区委书记", "没有改动")
        way = [line.strip().split()[1:] for line in said.split("\n") if line.startswith("    songfactl ")]
        equal(way, [["tenure", "set", "--id", str(tenures["郭立言"]["id"]), "--to", "2017-12-31"],
                    ["tenure", "add", "丁小丁", "中共郑州市上街区委员会/书记", "--from", "2018-01-01", "--to", "2019-06-09"]])
        refused(office, ["tenure", "add", "周明远", "区委/书记", "--from", "2020-01-01"], 1, "2019-06-10 至 不限",
                f"编号 {tenures['周明远']['id']}", "日期重叠")
        equal(office.ctl("audit", "--json"), audit, "a refused change left a trace")
        for words in way:
            office.ctl(*words)
        equal([t["person"] for t in records(office, "tenure", "--post", "区委/书记", "--date", "2018-06-01")], ["丁小丁"])
        equal([t["person"] for t in records(office, "tenure", "--post", "区委/书记", "--date", TODAY)], ["周明远"])
        office.ctl("handover", "区委/书记", "--to", "郭立言", "--from", "2020-05-01")
        refused(office, ["handover", "区委/书记", "--to", "丁小丁"], 1, "郭立言 自 2020-05-01 起")
        deputies = [t["person"] for t in records(office, "tenure", "--post", "区委/常委", "--date", TODAY)]
        office.ctl("handover", "区委/常委", deputies[0], "--to", "丁小丁", "--from", "2020-05-01")
        office.ctl("handover", "区委/常委", deputies[1], "--to", "郭立言", "--from", "2020-04-01")
        refused(office, ["handover", "区委/常委", deputies[0], "--to", "郭立言", "--from", "2020-04-15"], 1,
                "丁小丁 自 2020-05-01 起")


@tap.test("history: by list, by name, by change; undone or not")
def _():
    with Office(smtp=False) as office:
        said = office.ctl("--as", "管理员甲", "unit", "set", "区委", "--order", "7")
        number = int(change_of(said))
        office.ctl("--as", "管理员乙", "directory", "undo", str(number))
        entries = json.loads(office.ctl("directory", "history", "--json", "--limit", "2"))
        equal([(e["who"], e["undoes"], e["undone_by"]) for e in entries],
              [("管理员乙", number, None), ("管理员甲", None, number + 1)])
        equal(entries[1]["words"], "unit set 区委 --order 7")
        equal(entries[1]["records"], 1)
        text = office.ctl("directory", "history", "--change", str(number))
        has(text, "管理员甲", "顺序", "→7", f"已由第 {number + 1} 号改动撤销", "中共郑州市上街区委员会")
        change = json.loads(office.ctl("directory", "history", "--json", "--change", str(number)))
        equal(change["records"][0]["kind"], "unit")
        equal(len(json.loads(office.ctl("directory", "history", "--json", "区委"))), 3, "import, set, undo")
        equal(json.loads(office.ctl("unit", "history", "--json", "区委")),
              json.loads(office.ctl("directory", "history", "--json", "区委")))
        refused(office, ["directory", "history", "--change", "9999"], 1, "9999")
        refused(office, ["directory", "history", "没有这个"], 1, "没有这个")
        has(office.ctl("directory", "history"), "管理员甲", "管理员乙")


@tap.test("undo: takes back, is taken back, and stops before what others did since")
def _():
    with Office(smtp=False) as office:
        added = change_of(office.ctl("unit", "add", "区数据局", "--order", "1"))
        first = change_of(office.ctl("unit", "set", "区数据局", "--order", "2"))
        office.ctl("--as", "管理员乙", "unit", "set", "区数据局", "--order", "3")
        refused(office, ["directory", "undo", first], 1, "管理员乙")
        refused(office, ["directory", "undo", added], 1, "管理员乙")
        equal(one(office, "unit", "区数据局")["order"], 3)
        last = json.loads(office.ctl("directory", "history", "--json", "--limit", "1"))[0]["change"]
        said = office.ctl("directory", "undo", str(last))
        has(said, f"已撤销第 {last} 号改动", "顺序 3→2")
        office.ctl("directory", "undo", change_of(said))
        equal(one(office, "unit", "区数据局")["order"], 3)
        refused(office, ["directory", "undo", added], 1, "单位“区数据局”", "：撤销第")
        one_more = change_of(office.ctl("unit", "add", "区新局"))
        post = change_of(office.ctl("--as", "管理员丙", "post", "add", "区新局/局长", "--rank", "乡科级"))
        said = refused(office, ["directory", "undo", one_more], 1, f"第 {one_more} 号改动没有撤销",
                       "职务“区新局/局长”的所在单位还是单位“区新局”", f"第 {post} 号改动，管理员丙 于", "post add 区新局/局长")
        lacks(said, "编号")
        gone = change_of(office.ctl("post", "remove", "区新局/局长", "--from", "-"))
        again = change_of(office.ctl("--as", "管理员丁", "post", "add", "区新局/局长"))
        refused(office, ["directory", "undo", gone], 1, "职务“区新局/局长”", f"第 {again} 号改动，管理员丁 于")
        refused(office, ["unit", "remove", "区新局", "--from", "-"], 1, "职务“区新局/局长”的所在单位还是单位“区新局”")
        refused(office, ["directory", "undo"], 2, "用法")
        refused(office, ["directory", "undo", "9999"], 1, "9999")


@tap.test("two admins: --seen refuses what is no longer as it was seen, and says who changed it")
def _():
    with Office(smtp=False) as office:
        office.ctl("unit", "add", "区数据局", "--order", "1")
        seen = one(office, "unit", "区数据局")["change"]
        office.ctl("--as", "管理员乙", "unit", "set", "区数据局", "--order", "2")
        for words in (["set", "区数据局", "--order", "3"], ["remove", "区数据局"]):
            refused(office, ["--as", "管理员甲", "unit", *words, "--seen", str(seen)], 1, "管理员乙")
        equal(one(office, "unit", "区数据局")["order"], 2)
        now = one(office, "unit", "区数据局")["change"]
        office.ctl("unit", "set", "区数据局", "--order", "3", "--seen", str(now))
        equal(one(office, "unit", "区数据局")["order"], 3)
        refused(office, ["unit", "set", "区数据局", "--order", "4", "--seen", "x"], 2, "--seen")
        refused(office, ["unit", "set", "区数据局", "--order", "4", "--seen", "9999"], 1, "9999", "还没有")
        equal(one(office, "unit", "区数据局")["order"], 3)


@tap.test("two processes at once: no edit is lost")
def _():
    with Office(smtp=False) as office:
        office.ctl("group", "add", "共编", "unit:区委")
        office.ctl("unit", "add", "区数据局")
        names = [f"单位{n}" for n in "甲乙丙丁戊己"]
        for name in names:
            office.ctl("unit", "add", name)
        edits = [["group", "set", "共编", "--add", f"unit:{name}"] for name in names]
        edits += [["unit", "set", "区数据局", "--add", f"数据{n}"] for n in "子丑寅"]
        edits += [["unit", "set", "区数据局", "--order", "9"], ["unit", "set", "区数据局", "--kind", "gov"]]
        running = [subprocess.Popen([os.path.join(BUILD, "songfactl"), "-c", office.config, *words],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for words in edits]
        for process, words in zip(running, edits):
            _out, error = process.communicate(timeout=harness.DEADLINE)
            equal(process.returncode, 0, f"{words}: {error.decode()}")
        equal(sorted(one(office, "group", "共编")["members"].split("|")), sorted(["unit:区委"] + [f"unit:{n}" for n in names]))
        unit = one(office, "unit", "区数据局")
        equal((sorted(unit["short"].split("|")), unit["order"], unit["kind"]), (sorted(["数据子", "数据丑", "数据寅"]), 9, "gov"))
        has(office.ctl("verify"), "完整")


def finding(office, code, *words):
    done = office.run_ctl("directory", "check", "--json", *words)
    return [f for f in json.loads(done.stdout.decode()) if f["code"] == code], done.returncode


@tap.test("check: what stops an issue ends with 1; each finding has its record and what to do")
def _():
    with Office(smtp=False, directory=False) as office:
        done = office.run_ctl("directory", "check")
        equal((done.returncode, done.stderr), (0, b""), "nothing is amiss in an empty directory")
        office.ctl("unit", "add", "区委")
        office.ctl("mailbox", "add", "区委", "qw@example.test")
        office.ctl("unit", "add", "济源路街道", "--kind", "street", "--from", "2020-05-01")
        found, code = finding(office, "lost-unit")
        equal((found, code), ([], 0), "not yet")
        found, code = finding(office, "lost-unit", "--date", "2020-05-01")
        equal(([f["name"] for f in found], code), (["济源路街道"], 1))
        office.ctl("mailbox", "add", "区委", "qw@example.com")
        office.ctl("mailbox", "suspend", "区委", "qw@example.test")
        found, code = finding(office, "suspended")
        equal((found[0]["kind"], found[0]["name"], code), ("mailbox", "区委 qw@example.test", 0))
        found, _code = finding(office, "outside-domain")
        equal([f["name"] for f in found], ["区委 qw@example.com"])
        equal(found[0]["weight"], "warns")
        text = office.ctl("directory", "check")
        has(text, "会卡住发送 0 处", "[请留意] 停用中的收件方式（1）", "songfactl mailbox resume", "区委 qw@example.test")
        rows = list(csv.reader(io.StringIO(office.ctl("directory", "check", "--csv").lstrip("\ufeff"))))
        equal(rows[0][0], "轻重")
        for n in range(30):
            office.ctl("unit", "add", f"局{n:02}", "--kind", "gov")
        text = office.run_ctl("directory", "check").stdout.decode()
        has(text, "（30）", "另有 10 处", "directory check --all")
        office.ctl("post", "add", "区委/第七副书记")
        office.ctl("post", "add", "区委/第八副书记")
        office.ctl("group", "add", "新班子", "post:区委/第七副书记", "unit:区委")
        text = office.run_ctl("directory", "check").stdout.decode()
        has(text, "第七副书记", "组“新班子”里", "没有人任职、也没有哪里写到的职务")
        lacks(text, "第八副书记")
        has(office.run_ctl("directory", "check", "--all").stdout.decode(), "第八副书记")
        has(office.run_ctl("directory", "check", "--all").stdout.decode(), "局29")


@tap.test("check: names that a stored issue prints are used")
def _():
    with Office(release="manual") as office:
        office.ctl("alias", "add", "从不出现", "unit:区委")
        office.start()
        office.hand_in("a.txt", issue_data("shangjie-xinxi-2026-07.txt"))
        office.wait_for(lambda: office.issues(), "the issue")
        office.stop()
        found, _code = finding(office, "unused-set")
        names = [f["name"] for f in found]
        has(names, "从不出现")
        text = json.loads(office.ctl("show", "--json", "1"))
        printed = json.dumps(text, ensure_ascii=False)
        for name in names:
            lacks(printed, f"{name}、")


@tap.test("help: every command in both languages, with an option for every field")
def _():
    fields = {
        "unit": "name short kind parent order", "post": "unit name kind rank order", "person": "name salutation",
        "tenure": "person post from to", "stand-in": "person stand-in from to both", "group": "name members",
        "alias": "text series office targets",
        "mailbox": "owner address channel copies suspended secretary keeper review"}
    with Office(smtp=False, directory=False) as office:
        equal(set(fields), set(KINDS))
        for kind in KINDS:
            heads = next(csv.reader(io.StringIO(office.ctl(kind, "list", "--csv").lstrip("\ufeff"))))
            equal(len(heads) - 4 - 2 * (kind == "mailbox"), len(fields[kind].split()), f"fields of {kind}")
            has(office.ctl("help", kind), "用法：songfactl", *(f"--{f}" for f in fields[kind].split()), "--seen", "--date")
        for command in (*KINDS, "handover", "directory"):
            english = in_english(office, "help", command)
            has(english, "Usage: songfactl", "--from" if command != "directory" else "--change")
            if re.search("[一-鿿]{5}", re.sub("[(（].*?[)）]", "", english)):
                raise AssertionError(f"help {command} is not all English: {english}")


tap.main()
