#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory through Excel: a workbook goes out, another program changes it, it comes in; nobody's
edit is lost, nothing is removed unasked. openpyxl plays Excel. TAP output."""
import csv
import datetime
import json
import os
import subprocess

import openpyxl

from harness import BUILD, DEADLINE, ROOT, Office, Tap, equal, has

SAMPLE = os.path.join(ROOT, "recipients", "sample")
SHEETS = ["单位", "职务", "人员", "任职", "代收", "组", "别名", "收件方式"]

tap = Tap()


def export(office, name="名录.xlsx", *options):
    path = os.path.join(office.folder, name)
    office.ctl("directory", "export", *options, path)
    return path


def rows_of(path, sheet):
    heading, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(heading, (v or "" for v in row))) for row in rows]


def unit(path, name):
    return next((row for row in rows_of(path, "单位") if row["单位名称"] == name), None)


def write_csv(office, name, heading, *rows):
    path = os.path.join(office.folder, name)
    with open(path, "w", encoding="utf-8-sig", newline="") as f:
        csv.writer(f).writerows([heading, *rows])
    return path


def preview(office, *words):
    return [(c["table"], c["action"], c["name"]) for c in
            json.loads(office.ctl("directory", "import", "--json", *words))]


def refused(office, *words):
    done = office.run_ctl("directory", "import", *words)
    equal(done.returncode, 1, done.stderr.decode())
    return done.stderr.decode()


@tap.test("the workbook is what Excel expects: a sheet a kind, heading in bold and in sight, texts only")
def _():
    with Office(smtp=False) as office:
        office.ctl("unit", "set", "区委", "--short", "=1+1,区委")
        book = openpyxl.load_workbook(export(office))
        equal(book.sheetnames, SHEETS)
        for sheet in book:
            equal(sheet.freeze_panes, "A2", sheet.title)
            equal(sheet["A1"].font.bold, True, sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None and cell.data_type != "s":
                        raise AssertionError(f"{sheet.title} {cell.coordinate}: {cell.data_type}")
        has(str([cell.value for cell in book["单位"]["B"]]), "=1+1|区委")


@tap.test("a workbook comes in as it went out, whatever the language")
def _():
    with Office(smtp=False) as office:
        for language in ("zh_CN", "en"):
            os.environ["LANGUAGE"] = language
            try:
                equal(preview(office, "--replace", export(office)), [], language)
            finally:
                del os.environ["LANGUAGE"]


@tap.test("another program's workbook: dates and numbers as Excel keeps them, columns moved, lines left out")
def _():
    with Office(smtp=False) as office:
        book = openpyxl.Workbook()
        people = book.active
        people.title = "新来的人"
        for row in (["称呼", "姓名"], [None, "钱多多"], [None, None], ["孙局长：", "孙小小"]):
            people.append(row)
        posts = book.create_sheet("任职表")
        for row in (["任职日期", "所任职务", "姓名"], [datetime.date(2026, 3, 1), "区统计局/副局长", "钱多多"],
                    [datetime.datetime(2026, 4, 1), "区统计局/副局长", "孙小小"]):
            posts.append(row)
        book.create_sheet("Sheet3")
        kinds = book.create_sheet("Sheet4")
        for row in (["职务", "所在单位", "职务类别", "顺序"], ["副局长", "区统计局", "副职", 2]):
            kinds.append(row)
        path = os.path.join(office.folder, "新任.xlsx")
        book.save(path)
        changes = json.loads(office.ctl("directory", "import", "--json", path))
        equal([(c["table"], c["action"], c["name"]) for c in changes], [
            ("post", "add", "上街区统计局/副局长"), ("person", "add", "钱多多"), ("person", "add", "孙小小"),
            ("tenure", "add", "上街区统计局/副局长 钱多多"), ("tenure", "add", "上街区统计局/副局长 孙小小")])
        has(office.ctl("directory", "import", "--apply", path), "添加 5，修改 0，移除 0", "已写入名录")
        equal(preview(office, path), [])
        tenures = [t for t in rows_of(export(office), "任职") if t["所任职务"] == "上街区统计局/副局长"]
        equal(sorted(t["任职日期"] for t in tenures), ["2026-03-01", "2026-04-01"])


@tap.test("what would change is shown field by field, and written only when told, as one change")
def _():
    with Office(smtp=False) as office:
        path = export(office)
        book = openpyxl.load_workbook(path)
        sheet = book["单位"]
        names = ["上街区商务局", "上街区统计局"]
        lines = [next(row for row in sheet.iter_rows() if row[0].value == name) for name in names]
        lines[0][4].value, lines[1][1].value = 77, None
        book.save(path)
        shown = json.loads(office.ctl("directory", "import", "--json", path))
        equal([(c["action"], c["name"]) for c in shown], [("set", n) for n in names])
        has(shown[0]["changes"], "顺序 ", "→77")
        has(shown[1]["changes"], "简称 ", "→")
        equal(str(unit(export(office, "前.xlsx"), names[0])["顺序"]) == "77", False)
        before = unit(export(office, "前.xlsx"), names[1])["版本"]
        office.ctl("--as", "管理员甲", "directory", "import", "--apply", path)
        after = export(office, "后.xlsx")
        equal(unit(after, names[0])["顺序"], "77")
        equal(unit(after, names[1])["简称"], "")
        equal(unit(after, names[0])["版本"], unit(after, names[1])["版本"], "one change")
        equal(int(unit(after, names[1])["版本"]) > int(before), True)


@tap.test("two people at one table: the later file does not undo what the other changed")
def _():
    with Office(smtp=False) as office:
        path = export(office)
        office.ctl("unit", "set", "区统计局", "--order", "91")
        equal([c[1:] for c in preview(office, export(office, "新.xlsx"))], [], "the new file")
        has(refused(office, "--apply", path), "二人同改", "名录.xlsx 工作表“单位”")
        equal(unit(export(office, "后.xlsx"), "上街区统计局")["顺序"], "91")
        book = openpyxl.load_workbook(path)
        for row in book["单位"].iter_rows(min_row=2):
            if row[0].value == "上街区统计局":
                row[4].value = 91
        book.save(path)
        equal(preview(office, path), [], "both wrote the same")


@tap.test("what somebody changes while the list is being read is not undone by --apply")
def _():
    with Office(smtp=False) as office:
        persons = write_csv(office, "persons.csv", ["姓名"], *([f"人员{n:05}"] for n in range(4000)))
        units = write_csv(office, "units.csv", ["单位名称", "顺序"], ["上街区统计局", "91"])
        words = ["-c", office.config, "directory", "import", "--json", "--apply", persons, units]
        running = subprocess.Popen([os.path.join(BUILD, "songfactl"), *words], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, bufsize=0)
        begun = running.stdout.read(1)  # the pipe is full long before the list is out
        office.ctl("--as", "李四", "unit", "set", "区统计局", "--kind", "party")
        rest, error = running.communicate(timeout=DEADLINE)
        equal(len(json.loads(begun + rest)), 4001)
        equal(running.returncode, 1, error.decode())
        has(error.decode(), "上街区统计局", "李四")
        equal((unit(export(office), "上街区统计局")["类别"], unit(export(office), "上街区统计局")["顺序"]), ("党群机关", "15"))


@tap.test("without --replace nothing is removed; with it, not much and no leader unasked")
def _():
    with Office(smtp=False) as office:
        with open(os.path.join(SAMPLE, "mailboxes.csv"), encoding="utf-8-sig", newline="") as f:
            heading, *rows = csv.reader(f)
        few = write_csv(office, "mailboxes.csv", heading, *rows[:-2])
        equal(preview(office, few), [])
        equal([c[:2] for c in preview(office, "--replace", few)], [("mailbox", "remove")] * 2)
        half = write_csv(office, "mailboxes.csv", heading, *rows[:len(rows) // 2])
        has(refused(office, "--replace", "--apply", half), "收件方式将移除", "--allow-shrink")
        tenures = export(office)
        book = openpyxl.load_workbook(tenures)
        for name in book.sheetnames:
            if name != "任职":
                del book[name]
        leader = next(row for row in book["任职"].iter_rows(min_row=2)
                      if row[1].value.endswith("/区长") and not row[3].value)
        name = leader[0].value
        book["任职"].delete_rows(leader[0].row)
        book.save(tenures)
        has(refused(office, "--replace", "--apply", tenures), "1 位领导将不再任职", name, "区长")
        office.ctl("directory", "import", "--replace", "--allow-shrink", "--apply", tenures)
        today = [t for t in rows_of(export(office, "后.xlsx"), "任职") if t["姓名"] == name and not t["离任日期"]]
        equal([t for t in today if t["所任职务"].endswith("/区长")], [])


@tap.test("what the store would refuse is said in the preview, and nothing of it is written")
def _():
    with Office(smtp=False) as office:
        good = write_csv(office, "units.csv", ["单位名称"], ["区数据局"])
        bad = write_csv(office, "mailboxes.csv", ["归属", "邮箱"], ["区数据局", "not-an-address"])
        audit = office.ctl("audit", "--json")
        has(refused(office, good, bad), "not-an-address")
        has(refused(office, "--apply", good, bad), "not-an-address")
        equal(office.ctl("audit", "--json"), audit)


@tap.test("from a day on: the days before stay as they were")
def _():
    with Office(smtp=False) as office:
        path = write_csv(office, "units.csv", ["单位名称", "顺序"], ["上街区统计局", "55"], ["上街区数据局", "56"])
        office.ctl("directory", "import", "--apply", "--from", "2030-01-01", path)
        before = export(office, "前.xlsx", "--date", "2029-12-31")
        after = export(office, "后.xlsx", "--date", "2030-01-01")
        equal(unit(before, "上街区统计局")["顺序"] == "55", False)
        equal(unit(before, "上街区数据局"), None)
        equal((unit(after, "上街区统计局")["顺序"], unit(after, "上街区数据局")["自"]), ("55", "2030-01-01"))
        equal(preview(office, "--from", "2030-01-01", after), [], "days of versions read back")
        correction = write_csv(office, "units.csv", ["单位名称", "顺序"], ["上街区商务局", "57"])
        office.ctl("directory", "import", "--apply", "--from", "-", correction)
        equal(unit(export(office, "旧.xlsx", "--date", "2001-01-01"), "上街区商务局")["顺序"], "57")


@tap.test("files that are no tables are named, with what to do")
def _():
    with Office(smtp=False) as office:
        for name, content, words in (
                ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ["旧格式", ".xlsx"]),
                ("坏.xlsx", b"PK\x03\x04" + bytes(600), ["已损坏"]),
                ("空.csv", b"", ["空表"]),
                ("说明.csv", "本表由办公室填写\n".encode(), ["表头认不出"]),
                ("units.csv", "单位名称,备注\n区数据局,新设\n".encode(), ["备注", "没有"])):
            path = os.path.join(office.folder, name)
            with open(path, "wb") as f:
                f.write(content)
            has(refused(office, path), name, *words)


@tap.test("a workbook where there is no folder for it: said in our own words, and once")
def _():
    with Office(smtp=False) as office:
        os.mkdir(os.path.join(office.folder, "夹.xlsx"))
        for name, words in (("没有这个/名录.xlsx", "没有这个 不存在"), ("夹.xlsx", "已有同名的文件夹")):
            done = office.run_ctl("directory", "export", os.path.join(office.folder, name))
            equal(done.returncode, 3, name)
            has(done.stderr.decode(), words)
            equal(done.stderr.decode().count("\n"), 1, done.stderr.decode())


tap.main()
