#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hand-in is answered: in the register, beside the file, to the clerk, to the caller; once, also
when it is cut off; and a heap of them in a few mails."""
import contextlib
import json
import os
import sqlite3

from harness import Office, Tap, equal, has, issue_data, lacks

tap = Tap()
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
NONSENSE = "没有报头的文字，第 {} 件。\n"


def configure(office, watch="", **changes):
    """watch: more settings of the folder."""
    office.write_config(**changes)
    with open(office.config, encoding="utf-8") as f:
        text = f.read()
    with open(office.config, "w", encoding="utf-8") as f:
        f.write(text.replace("settle = 1;", "settle = 1; " + watch))


def notices(office, to=None):
    return [m for m in office.mails(issue=False) if not m["X-Songfa-Issue"] and (to is None or to in m["To"])]


def shown(office, issue):
    return json.loads(office.ctl("show", "--json", str(issue)))


def change(office, sql):
    with contextlib.closing(sqlite3.connect(os.path.join(office.folder, "songfa.db"))) as store:
        store.execute(sql)
        store.commit()


def origins(office, issue):
    return [(h["origin"], h["file_name"], h["result"]) for h in shown(office, issue)["hand_ins"]]


def empty(office):
    return sorted(os.listdir(office.inbox)) == ["archive", "held"]


@tap.test("who handed in, and what came of it, stands in the register")
def register():
    with Office() as office:
        office.start()
        path = os.path.join(office.folder, "八.txt")
        with open(path, "wb") as f:
            f.write(EIGHT)
        folder = f"folder:{office.inbox}"
        office.hand_in("七.txt", SEVEN)
        office.wait_states("done")
        office.hand_in("七又.txt", SEVEN)
        office.wait_for(lambda: empty(office), "the copy filed")
        equal(origins(office, 1), [(folder, "七.txt", "released"), (folder, "七又.txt", "duplicate")])
        said = office.ctl("--as", "王编辑", "submit", path)
        has(said, "已受理并放行：上街信息", "邮件 ", "纸质应印", "songfactl log --issue 2", "songfactl（王编辑）")
        equal(origins(office, 2), [("songfactl:王编辑", "八.txt", "released")])
        again = office.ctl("--as", "李编辑", "submit", path)
        has(again, "以前交过", "第一次交来", "登记号 2", "songfactl resend")
        rows = json.loads(office.ctl("submit", "--json", path))
        equal([(r["result"], r["issue"]) for r in rows], [("duplicate", 2)])
        equal([r for _, _, r in origins(office, 2)], ["released", "duplicate", "duplicate"])
        has(office.ctl("show", "2"), "李编辑", "以前交过")
        equal(office.filed("archive"), ["七.txt", "七又.txt"], "no results beside them unasked")
        equal(notices(office), [], "nobody has to do anything")


@tap.test("answers = all: accepted and known ones too, to the clerk of the folder")
def everything():
    with Office() as office:
        configure(office, watch='clerk = "editor@example.test"; results = true;', more='answers = "all";')
        office.start()
        office.hand_in("七.txt", SEVEN)
        office.wait_for(lambda: notices(office, "editor@"), "the answer")
        mail = notices(office, "editor@")[0]
        has(mail["Subject"], "【已受理】上街信息")
        has(mail.get_content(), "已受理并放行", "邮件 ", f"文件夹 {office.inbox}")
        office.hand_in("七又.txt", SEVEN)
        office.wait_for(lambda: len(notices(office, "editor@")) == 2, "the second answer")
        has("".join(m["Subject"] for m in notices(office)), "【以前交过】")
        office.wait_for(lambda: empty(office), "all filed")
        results = [n for n in office.filed("archive") if n.endswith(".result.txt")]
        equal(results, ["七.txt.result.txt", "七又.txt.result.txt"])
        with open(os.path.join(office.inbox, "archive", results[1]), encoding="utf-8-sig") as f:
            has(f.read(), "以前交过")
        equal(notices(office, "zhiban@"), [])


@tap.test("answers = none: the reason lies beside the file, and no mail goes")
def nothing():
    with Office() as office:
        configure(office, more='answers = "none";')
        office.start()
        office.hand_in("乱.txt", NONSENSE.format(1))
        office.wait_for(lambda: "乱.txt" in office.filed("held"), "held")
        has(office.reason(), "没有报头", f"文件夹 {office.inbox}")
        office.hand_in("七.txt", SEVEN)
        office.wait_states("done", "held")
        equal(notices(office), [])


@tap.test("a refused file: the mark is told, never the text; each hand-in of it is answered")
def refused():
    with Office() as office:
        office.start()
        secret = SEVEN.replace("上街信息".encode(), "机密★1年\n上街信息".encode(), 1)
        for n, name in enumerate(["密.txt", "密又.txt"], 1):
            office.hand_in(name, secret)
            office.wait_for(lambda: len(notices(office)) == n, f"answer {n}")
        office.wait_for(lambda: empty(office), "filed")
        for mail in notices(office):
            has(mail.get_content(), "机密")
            lacks(mail.get_content(), "46 家")
        equal([r for _, _, r in origins(office, 1)], ["refused", "refused"])
        equal(json.loads(office.ctl("show", "--json", "1"))["contents"], None)


@tap.test("a heap of bad files: some mails at once, the rest in one, each file with its reason")
def heap():
    many = 40
    with Office() as office:
        configure(office, more='notice_gap = 600;')
        for n in range(many):
            office.hand_in(f"乱{n}.txt", NONSENSE.format(n))
        office.start()
        office.wait_for(lambda: len(notices(office)) == 11, "ten mails, and one for the rest")
        rest = [m for m in notices(office) if "【来稿】" in m["Subject"]]
        equal(len(rest), 1)
        has(rest[0]["Subject"], f"{many - 10} 件")
        equal(rest[0].get_content().count("　· 乱"), many - 10)
        has(rest[0].get_content(), "待处理", "没有报头")
        office.wait_for(lambda: empty(office), "all filed")
        equal(len([n for n in office.filed("held") if n.endswith(".reason.txt")]), many)
        told = {n for m in notices(office) for n in range(many) if f"乱{n}.txt" in m["Subject"] + m.get_content()}
        equal(told, set(range(many)), "nobody's file is forgotten")
        equal(len(notices(office)), 11)


@tap.test("cut off between the decision and the filing: filed at the next start, answered once")
def cut_off():
    with Office() as office:
        office.start()
        for name, data in (("七.txt", SEVEN), ("乱.txt", NONSENSE.format(1).encode())):
            office.hand_in(name, data)
        office.wait_states("done", "held")
        office.wait_for(lambda: empty(office) and len(notices(office)) == 1, "both filed, one notice")
        office.stop()
        # as a crash leaves it: decided, and the file where it lay since before that
        for name, sub in (("七.txt", "archive"), ("乱.txt", "held")):
            os.rename(os.path.join(office.inbox, sub, name), os.path.join(office.inbox, name))
        change(office, "UPDATE hand_in SET taken_at = taken_at + 3600000000")
        office.start()
        office.wait_for(lambda: empty(office), "filed again")
        has(office.filed("archive"), "七.txt")
        has(office.filed("held"), "乱.txt", "乱.txt.reason.txt")
        for issue in (1, 2):
            equal(len(origins(office, issue)), 1, "no second answer")
        change(office, "UPDATE hand_in SET taken_at = at")
        office.hand_in("乱.txt", NONSENSE.format(1))
        office.wait_for(lambda: len(notices(office)) == 2, "handed in again, answered again")
        equal([r for _, _, r in origins(office, 2 if origins(office, 1)[0][1] == "七.txt" else 1)], ["held", "held"])


if __name__ == "__main__":
    tap.main()
