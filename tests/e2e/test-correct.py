#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""songfactl correct: the new version of an issue to those who have the old one, and to nobody else; what the
mails say, what is on paper, and what the register remembers. TAP output."""
import json
import os
import re
import shutil
import sqlite3

from harness import Office, Tap, equal, has, lacks, smtp_double

tap = Tap()

TEXT = """\
上街信息

2026 年第 {number} 期

上街区委办公室　　　　　　　　　　　2026 年 7 月 {day} 日

试点工作有序推进

　　近日，{words}有序推进。（区发改委）

{footer}
责任编辑：郝婕
"""
FOOTER = "发：区统计局、区审计局、区发改委"


def text(words="有关工作", footer=FOOTER, number=19, day=15):
    return TEXT.format(words=words, footer=footer, number=number, day=day)


def new_file(office, words="更正后的工作", name="改.txt", **parts):
    path = os.path.join(office.folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text(words, **parts))
    return path


def add_setting(office, text):
    """Of the series, in the configuration."""
    with open(office.config, encoding="utf-8") as f:
        config = f.read().replace('title = "上街信息";', f'title = "上街信息"; {text}')
    with open(office.config, "w", encoding="utf-8") as f:
        f.write(config)


def send(office, **parts):
    """Hands the issue in; its register number when all is sent."""
    before = len(office.issues())
    office.hand_in("原.txt", text(**parts))
    office.wait_for(lambda: len(office.issues()) > before, "the issue")
    issue = office.issues()[0]["issue"]
    office.wait_for(lambda: state(office, issue) == "done", "all sent")
    return str(issue)


def state(office, issue):
    return show(office, issue)["state"]


def show(office, issue):
    return json.loads(office.ctl("show", "--json", str(issue)))


def rows(office, issue, channel="email"):
    return {r["name"]: r for r in office.deliveries("--issue", str(issue)) if r["channel"] == channel}


def correct(office, issue, path, *words, reason="第二条数字有误"):
    return json.loads(office.ctl("correct", "--json", *words, "--reason", reason, str(issue), path))


def refused(office, *words, code=1):
    done = office.run_ctl("correct", *words)
    equal(done.returncode, code, " ".join(words) + done.stdout.decode())
    return done.stderr.decode()


def mails_of(office, label):
    return {m["To"].addresses[0].addr_spec: m for m in office.mails() if m["X-Songfa-Issue"] == label}


def parts(mail):
    return (mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content())


@tap.test("the correction goes to those who got the old one, says that it is void and why, and answers it")
def plain():
    with Office() as office:
        office.start()
        old = send(office)
        path = new_file(office)
        trial = correct(office, old, path, "--dry-run")
        equal((trial["state"], trial["issue"], len(office.issues())), ("dry-run", None, 1))
        equal(len([r for r in trial["recipients"] if r["channel"] == "email"]), 3)
        done = correct(office, old, path)
        equal((done["state"], done["revision"], done["mails"], done["cancelled"]), ("released", 2, 3, 0))
        new = str(done["issue"])
        office.wait_for(lambda: state(office, new) == "done", "the correction")
        first, second = mails_of(office, "sjxx/2026/19 r1"), mails_of(office, "sjxx/2026/19 r2")
        equal(set(second), set(first))
        for address, mail in second.items():
            equal(mail["In-Reply-To"], first[address]["Message-ID"], address)
            equal(mail["References"], first[address]["Message-ID"], address)
            assert mail["Message-ID"] != first[address]["Message-ID"]
            has(mail["Subject"], "【更正】上街信息 第19期")
            lacks(first[address]["Subject"], "更正")
            for part in parts(mail):
                has(part, "第 1 版", "现已作废", "更正原因：第二条数字有误", "更正后的工作有序推进")
            for part in parts(first[address]):
                lacks(part, "作废")
            equal([a.get_filename() for a in mail.iter_attachments()], ["改.txt"])
        equal((show(office, old)["superseded_by"], show(office, new)["corrects"]), (int(new), int(old)))
        equal(show(office, new)["correction_reason"], "第二条数字有误")
        has(office.ctl("show", old), f"已作废：由登记号 {new} 更正")
        has(office.ctl("show", new), f"更正：取代登记号 {old}", "第二条数字有误")
        has(office.ctl("issues"), "已作废")
        has(office.ctl("audit", f"issue:{new}"), "issue.correct")
        has(office.ctl("audit", f"issue:{old}"), "issue.supersede")
        has(office.ctl("explain", new, "区统计局"), f"更正：收到过第 1 版（登记号 {old}）")
        has(refused(office, "--reason", "又", old, path), f"已由登记号 {new} 更正")
        has(refused(office, "--reason", "又", new, path), "没有改动")
        back = new_file(office, "有关工作", "原样.txt")
        has(refused(office, "--reason", "又", new, back), f"已登记为登记号 {old}")
        has(office.run_ctl("resend", "--reason", "漏看", old, "区统计局").stderr.decode(), "已作废", f"resend --reason 原因 {new}")
        office.ctl("verify")
        office.stop()


@tap.test("a correction of a correction: both are void, and the thread goes on")
def again():
    with Office() as office:
        office.start()
        old = send(office)
        second = str(correct(office, old, new_file(office))["issue"])
        office.wait_for(lambda: state(office, second) == "done", "the first correction")
        third = correct(office, second, new_file(office, "再改的工作", "再改.txt"), reason="还有一处")
        equal(third["revision"], 3)
        office.wait_for(lambda: state(office, third["issue"]) == "done", "the second correction")
        mails = [mails_of(office, f"sjxx/2026/19 r{n}") for n in (1, 2, 3)]
        equal(set(mails[2]), set(mails[0]))
        for address, mail in mails[2].items():
            ids = [m[address]["Message-ID"] for m in mails]
            equal((mail["References"].split(), mail["In-Reply-To"]), (ids[:2], ids[1]))
            has(parts(mail)[0], "第 1、2 版", "还有一处")
        equal([show(office, i)["superseded_by"] for i in (old, second, third["issue"])], [int(second), third["issue"], None])
        has(office.ctl("plan", str(third["issue"])), "区统计局")
        office.stop()


@tap.test("not to whom it was refused or cancelled, nor to whom text or directory name now; they are listed")
def audience():
    with Office() as office:
        office.start()
        office.ctl("mailbox", "set", "unit:区商务局", "qswj@example.test", "--suspended", "no")
        old = send(office, footer="发：区统计局、区审计局、区发改委、区商务局")
        office.stop()
        row = {name: r["id"] for name, r in rows(office, old).items()}
        with sqlite3.connect(os.path.join(office.folder, "songfa.db")) as db:
            db.execute("UPDATE delivery SET state = 'bounced' WHERE id = ?", (row["区审计局"],))
            db.execute("UPDATE delivery SET state = 'unknown', doubt = 'clerk' WHERE id = ?", (row["区发改委"],))
        office.start()
        office.ctl("mailbox", "set", "unit:区统计局", "qtjj@example.test", "--address", "tongji@example.test")
        path = new_file(office, footer="发：区统计局、区审计局、区发改委、区住建局、有关部门")
        equal(state(office, old), "sending")
        said = office.ctl("correct", "--dry-run", "--reason", "分发有误", old, path)
        has(said, "试看", "收到过旧版的 2，结果不明的 1", "分发栏有改动", "+ 发：", "没有着落", "区住建局", "旧版没有发给他",
            "旧版没有送到他那里", "旧版发到 qtjj@example.test，更正也发到那里")
        done = correct(office, old, path)
        new = str(done["issue"])
        office.wait_for(lambda: state(office, new) == "done", "the correction")
        got = set(mails_of(office, "sjxx/2026/19 r2"))
        equal(got, {"qtjj@example.test", rows(office, old)["区发改委"]["address"], rows(office, old)["区商务局"]["address"]})
        equal({r["name"] for r in done["left"] if r["channel"] == "email"}, {"区统计局", "区商务局"})
        missing = {r["address"]: r["why"] for r in done["missing"] if r["channel"] == "email"}
        has(" ".join(missing), "tongji@example.test", rows(office, old)["区审计局"]["address"])
        equal(state(office, old), "done", "nobody has to act on what is in doubt of it")
        equal(rows(office, new)["区住建局"]["state"], "cancelled")
        has(rows(office, new)["区住建局"]["reason"], "旧版没有发给他")
        office.ctl("resend", "--reason", "补发", new, "区住建局")
        office.wait_for(lambda: rows(office, new)["区住建局"]["address"] in mails_of(office, "sjxx/2026/19 r2"), "who was added")
        office.stop()


@tap.test("what had not gone out is cancelled at once, and gets the new version")
def waiting():
    with Office() as office:
        office.start()
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        office.hand_in("原.txt", text())
        office.wait_for(lambda: office.issues(), "the issue")
        old = str(office.issues()[0]["issue"])
        office.ctl("pause", "--recipient", "mailbox:qsjj@example.test", "--reason", "先不发", old)
        done = correct(office, old, new_file(office))
        new = str(done["issue"])
        equal((done["mails"], done["cancelled"]), (2, 3))
        equal({r["old"] for r in done["recipients"] if r["channel"] == "email"}, {"waiting"})
        office.ctl("resume", "--relay", "loopback")
        office.wait_for(lambda: len(mails_of(office, "sjxx/2026/19 r2")) == 2, "the new version")
        equal({r["state"] for r in rows(office, old).values()}, {"cancelled"})
        equal(rows(office, new)["区审计局"]["state"], "planned", "still paused")
        equal((state(office, old), len(mails_of(office, "sjxx/2026/19 r1"))), ("done", 0))
        assert all(m["In-Reply-To"] is None for m in mails_of(office, "sjxx/2026/19 r2").values())
        office.ctl("resume", "--recipient", "mailbox:qsjj@example.test", new)
        office.wait_for(lambda: len(mails_of(office, "sjxx/2026/19 r2")) == 3, "who was paused")
        office.stop()


@tap.test("an issue stopped after its release, and what a policy would send again")
def stopped():
    double = smtp_double.Double({"DOT": ["250 2.0.0 Ok", "!close", "250 2.0.0 Ok"]})
    with Office(smtp=False, connections=1) as office:
        try:
            office.write_config(port=double.port)
            add_setting(office, 'unknown = "resend"; unknown_after = "1h";')
            office.start()
            office.hand_in("原.txt", text())
            office.wait_for(lambda: office.issues() and sorted(r["state"] for r in rows(office, 1).values()) ==
                            ["accepted", "accepted", "unknown"], "all but one")
            office.wait_for(lambda: any(r["next_attempt"] for r in rows(office, 1).values()), "the policy's word")
            done = correct(office, "1", new_file(office))
            equal(done["mails"], 3)
            assert not any(r["next_attempt"] for r in rows(office, 1).values()), "nothing is sent again"
            office.wait_for(lambda: state(office, 2) == "done", "the correction")
            equal(state(office, 1), "done")
            office.stop()
        finally:
            double.close()


@tap.test("paper: the same print run again, and what is to be collected")
def paper():
    with Office() as office:
        office.start()
        old = send(office)
        office.ctl("sign", "--reason", "电话", old, "paper:unit:" + next(iter(rows(office, old, "paper").values()))["recipient"].split(":")[-1])
        equal(json.loads(office.ctl("prints", "--recall", "--json")), [])
        done = correct(office, old, new_file(office))
        new = str(done["issue"])
        before, after = rows(office, old, "paper"), rows(office, new, "paper")
        assert before and {n: r["copies"] for n, r in before.items()} == {n: r["copies"] for n, r in after.items()}
        prints = {p["issue"]: p["computed"] for p in json.loads(office.ctl("prints", "--json"))}
        equal(prints[int(old)], prints[int(new)])
        for ref in (old, new):
            recall = json.loads(office.ctl("prints", "--recall", "--json", "--issue", ref))
            equal(sum(r["copies"] for r in recall), sum(r["copies"] for r in before.values()))
            equal({(r["issue"], r["revision"]) for r in recall}, {(int(old), 1)})
            equal(sorted(r["handed_over"] for r in recall), ["signed"] + ["unknown"] * (len(recall) - 1))
        has(office.ctl("prints", "--recall", "--issue", old), "应收回", "已签收", "没有签收记录")
        has(office.ctl("show", old), f"prints --recall --issue {old}")
        office.stop()


@tap.test("one mail for all: those who have another thread get their own")
def shared():
    with Office(personal="false") as office:
        office.start()
        old = send(office)
        office.ctl("resend", "--reason", "漏看", old, "区审计局")
        office.wait_for(lambda: all(r["state"] == "accepted" for r in office.deliveries("--issue", old) if r["channel"] == "email"), "sent again")
        ids = {}
        for r in office.deliveries("--issue", old):
            if r["channel"] == "email":
                ids.setdefault(r["name"], []).append(r["message_id"])
        new = str(correct(office, old, new_file(office))["issue"])
        office.wait_for(lambda: state(office, new) == "done", "the correction")
        got = rows(office, new)
        equal(len({r["message_id"] for r in got.values()}), 2)
        equal(got["区统计局"]["message_id"], got["区发改委"]["message_id"])
        eml = office.run_ctl("preview", new, "区审计局").stdout.decode("ascii")
        equal(re.search(r"\r\nReferences:((?: <[^>]+>\r\n)+)", eml).group(1).split(), ids["区审计局"])
        office.stop()


@tap.test("two must release: the old one is stopped meanwhile, and the second sends")
def second():
    with Office(release="second") as office:
        office.start()
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        office.hand_in("原.txt", text())
        office.wait_states("planned")
        for who in ("张三", "李四"):
            office.ctl("--as", who, "release", "1")
        has(office.ctl("--as", "张三", "correct", "--reason", "有误", "1", new_file(office)), "待第二人放行")
        equal([show(office, i)["state"] for i in (1, 2)], ["held", "planned"])
        has(office.run_ctl("release", "1").stderr.decode(), "登记号 2")
        has(refused(office, "--reason", "有误", "1", new_file(office, "又一份", "又.txt")), "等第二人放行", "登记号 2")
        equal(office.run_ctl("--as", "张三", "release", "2").returncode, 1)
        office.ctl("plan", "2")
        has(office.ctl("--as", "李四", "release", "2"), "3 封邮件排队待发")
        office.ctl("resume", "--relay", "loopback")
        office.wait_states("done", "done")
        equal((len(mails_of(office, "sjxx/2026/19 r1")), len(mails_of(office, "sjxx/2026/19 r2"))), (0, 3))
        equal((show(office, 1)["superseded_by"], show(office, 2)["approved_by"]), (2, "张三"))
        office.stop()


@tap.test("a file held for its number becomes the correction, and is filed")
def from_held():
    with Office() as office:
        office.start()
        old = send(office)
        office.hand_in("改.txt", text("更正后的工作"))
        office.wait_for(lambda: "改.txt" in office.filed("held"), "held")
        has(office.reason(), "songfactl correct")
        done = correct(office, old, os.path.join(office.inbox, "held", "改.txt"))
        equal(done["issue"], 2)
        office.wait_states("done", "done")
        equal((office.filed("held"), sorted(office.filed("archive"))), ([], ["原.txt", "改.txt"]))
        office.stop()


@tap.test("what cannot be a correction says why, and changes nothing")
def cannot():
    with Office(release="clerk") as office:
        office.start()
        office.hand_in("原.txt", text())
        office.wait_states("planned")
        path = new_file(office)
        has(refused(office, "--reason", "有误", "1", path), "还没有发出")
        office.ctl("release", "1")
        office.wait_states("done")
        equal(len(office.mails()), 3)
        has(refused(office, "1", path, code=2), "原因")
        has(refused(office, "--reason", "有误", "1", os.path.join(office.folder, "没有.txt")), "没有文件")
        has(refused(office, "--reason", "有误", "1", new_file(office, number=20)), "sjxx/2026/20", "sjxx/2026/19")
        has(refused(office, "--reason", "有误", "1", new_file(office, "工作\n\n机密★一年\n\n")), "密级", "没有留下副本")
        secret = new_file(office).replace("改.txt", "密.txt")
        with open(secret, "w", encoding="utf-8") as f:
            f.write("工作秘密\n\n" + text("更正后的工作"))
        has(refused(office, "--reason", "有误", "1", secret), "工作秘密", "还不能发出")
        equal((len(office.issues()), len(os.listdir(os.path.join(office.spool(), "objects")))), (1, 1))
        equal(correct(office, "1", secret, "--override", "已核")["state"], "released")
        office.wait_states("done", "done")
        office.stop()


@tap.test("a set of templates that does not speak of corrections sends none")
def templates():
    with Office() as office:
        office.start()
        old = send(office)
        own = os.path.join(office.folder, "templates")
        shutil.copytree(office.settings["root"] + "/templates/zh", own)
        with open(os.path.join(own, "subject.mustache"), "w", encoding="utf-8") as f:
            f.write("{{series}} {{short_number}}\n")
        add_setting(office, f'templates = "{own}";')
        done = office.run_ctl("correct", "--reason", "有误", old, new_file(office))
        has(done.stderr.decode(), own, "correction")
        equal((done.returncode, len(office.issues())), (3, 1))
        office.stop()


@tap.test("marked internal, it does not leave the internal domains")
def internal():
    with Office() as office:
        office.start()
        office.ctl("mailbox", "set", "unit:区统计局", "qtjj@example.test", "--address", "tongji@outside.test")
        add_setting(office, 'internal_domains = [ "example.test" ];')
        old = send(office)
        path = new_file(office)
        with open(path, "w", encoding="utf-8") as f:
            f.write("内部资料 注意保存\n" + text("更正后的工作"))
        done = correct(office, old, path)
        equal([r["address"] for r in done["outside"]], ["tongji@outside.test"])
        office.wait_for(lambda: state(office, done["issue"]) == "done", "the correction")
        equal(len(mails_of(office, "sjxx/2026/19 r2")), 2)
        office.stop()


if __name__ == "__main__":
    tap.main()
