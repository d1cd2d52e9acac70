#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""songfactl as clerks, admins and programs use it: results, exit codes, the audit log, hostile
arguments, columns that align under Chinese. TAP output."""
import contextlib
import csv
import fcntl
import glob
import io
import json
import os
import pty
import struct
import subprocess
import tempfile
import termios
import unicodedata

from harness import BUILD, DEADLINE, ROOT, Office, Tap, equal, has, issue_data

CTL = os.path.join(BUILD, "songfactl")
SAMPLE = os.path.join(ROOT, "recipients", "sample")
ISSUES = os.path.join(ROOT, "tests", "data", "issues")
XINXI = os.path.join(ISSUES, "shangjie-xinxi-2026-07.txt")
DASHI = os.path.join(ISSUES, "dashi-2026-06.txt")
FEATURE = os.path.join(ISSUES, "feature.txt")

tap = Tap()


def alone(*words, stdin=None, **environment):
    """songfactl without any configuration."""
    clean = {k: v for k, v in os.environ.items() if k not in ("SONGFA_CONF", "LANGUAGE")}
    return subprocess.run([CTL, *words], capture_output=True, input=stdin, timeout=DEADLINE,
                          env={**clean, "LC_ALL": "C.UTF-8", **environment})


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def check_columns(table):
    """The rule line says where columns begin; in every line a blank stands before each."""
    lines = table.rstrip("\n").split("\n")
    starts, at = [], 0
    for dashes in lines[1].split("  "):
        starts.append(at)
        at += len(dashes) + 2
    for line in lines:
        for start in starts[1:]:
            at = 0
            for c in line:
                if at >= start - 1:
                    break
                at += width(c)
            if at == start - 1 and c != " ":
                raise AssertionError(f"column {start} does not begin in {line!r}")
            if at > start - 1 and start - 1 <= width(line):
                raise AssertionError(f"a cell runs over column {start} in {line!r}")


# --- the frame

@tap.test("exit codes and messages of the frame")
def _():
    rows = [
        ("no command", [], 2, "songfactl help"),
        ("unknown command names the nearest", ["isues"], 2, "issues"),
        ("unknown option names the nearest", ["log", "--sate", "x"], 2, "--state"),
        ("missing word", ["parse"], 2, "parse"),
        ("one word too many", ["issues", "x"], 2, "x"),
        ("both forms", ["issues", "--json", "--csv"], 2, "--csv"),
        ("empty name for the audit log", ["--as", "", "issues"], 2, "--as"),
        ("newline in the name", ["--as", "a\nb", "issues"], 2, "--as"),
        ("missing configuration", ["-c", "/nonexistent.conf", "issues"], 3, "/nonexistent.conf"),
        ("missing file", ["parse", "/nonexistent.txt"], 1, "/nonexistent.txt"),
        ("folder as file", ["parse", "/"], 1, "/"),
        ("unknown command in help", ["help", "xyzzy"], 2, "xyzzy"),
    ]
    for name, words, code, word in rows:
        done = alone(*words)
        equal(done.returncode, code, name)
        has(done.stderr.decode(), "songfactl: ", word)


@tap.test("help names every command, and every command has help")
def _():
    overview = alone("help").stdout.decode()
    names = [line.split()[0] for line in overview.split("\n") if line.startswith("  ")]
    for name in ("parse", "terms", "resolve", "submit", "release", "log", "prints", "mailbox"):
        has(names, name)
    for name in names:
        for words in (["help", name], [name, "--help"]):
            done = alone(*words)
            equal(done.returncode, 0, str(words))
            has(done.stdout.decode().split("\n")[0], f"songfactl {name}")
    has(alone("--version").stdout.decode(), "songfactl")


@tap.test("a reader that goes away is no crash, a full disk is said")
def _():
    command = f"'{CTL}' parse --json '{XINXI}' | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=DEADLINE)
    equal((done.returncode, done.stderr), (0, b""))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([CTL, "parse", XINXI], stdout=full, stderr=subprocess.PIPE,
                              timeout=DEADLINE)
    equal(done.returncode, 3)
    has(done.stderr.decode(), "songfactl: ")


# --- parse and terms

@tap.test("parse --json of a numbered issue")
def _():
    done = alone("parse", "--json", XINXI)
    equal(done.returncode, 0, done.stderr.decode())
    issue = json.loads(done.stdout)
    equal(issue["verdict"], "issue")
    equal(issue["reasons"], [])
    equal(issue["number"], 7)
    equal(issue["year"], 2026)
    equal(issue["classification"], None)
    equal([f["label"] for f in issue["distribution"]], ["本期送", "发"])
    equal(issue["distribution"][1]["text"], "峡窝镇、各街道办事处、区直各单位负责同志")


@tap.test("parse --json of a monthly from standard input")
def _():
    done = alone("parse", "--json", "-", stdin=issue_data("dashi-2026-06.txt"))
    issue = json.loads(done.stdout)
    equal((issue["verdict"], issue["declared_copies"]), ("issue", 130))


@tap.test("parse holds a feature and says why")
def _():
    done = alone("parse", "--json", FEATURE)
    equal(done.returncode, 1)
    issue = json.loads(done.stdout)
    equal(issue["verdict"], "held")
    for reason in issue["reasons"]:
        has(done.stderr.decode(), reason["message"])


@tap.test("parse refuses a classified text without repeating it")
def _():
    text = "机密\n\n某信息\n第 3 期\n\n发：各单位\n".encode()
    done = alone("parse", "--json", "-", stdin=text)
    equal(done.returncode, 1)
    equal(json.loads(done.stdout)["verdict"], "refused")
    if "各单位" in (done.stdout + done.stderr).decode():
        raise AssertionError("text of a refused file in the output")


@tap.test("parse survives bad input")
def _():
    rows = [("empty", b""), ("NUL bytes", b"\0" * 1000), ("half UTF-8", "第".encode()[:2] * 9),
            ("binary", bytes(range(256)) * 64), ("one long line", "一".encode() * 2000000)]
    for name, data in rows:
        done = alone("parse", "--json", "-", stdin=data)
        equal(done.returncode, 1, name)
        if json.loads(done.stdout)["verdict"] not in ("held", "refused"):
            raise AssertionError(f"{name}: {done.stdout[:200]}")


@tap.test("terms --json reads the text alone")
def _():
    text = "发：峡窝镇、各街道办事处、区直各单位负责同志\n（共印16份）".encode()
    done = alone("terms", "--json", "-", stdin=text)
    equal(done.returncode, 0, done.stderr.decode())
    terms = json.loads(done.stdout)
    equal([(a["field"], a["quantifier"], a["organisation"], a["post"]) for a in terms["addressees"]],
          [("发", "one", "峡窝镇", "负责同志"), ("发", "every", "街道办事处", "负责同志"),
           ("发", "every", "区直单位", "负责同志")])
    equal((terms["unresolved"], terms["declared_copies"]), ([], 16))


@tap.test("terms as a table aligns, GB18030 is understood")
def _():
    done = alone("terms", "-", stdin="报：市委、市政府\n送：区财政局（2份）".encode("gb18030"))
    equal(done.returncode, 0, done.stderr.decode())
    text = done.stdout.decode()
    has(text, "市委", "区财政局")
    check_columns(text)


@tap.test("terms points at what it did not understand")
def _():
    text = "发：峡窝镇、@@@@、区财政局"
    reading = json.loads(alone("terms", "--json", "-", stdin=text.encode()).stdout)
    if not reading["unresolved"]:
        raise Tap.Skip("the compiler understands all of it")
    lines = alone("terms", "-", stdin=text.encode()).stdout.decode().split("\n")
    place = next(i for i, line in enumerate(lines) if line.strip().startswith("^"))
    above, carets = lines[place - 1], lines[place]
    word = reading["unresolved"][0]["text"]
    equal(len(carets) - len(carets.lstrip()), width(above[:above.index(word)]), "first caret")
    equal(carets.count("^"), width(word), "carets")


# --- the directory

def export(office, *options):
    folder = os.path.join(office.folder, "export")
    office.ctl("directory", "export", folder, *options)
    texts = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        with open(path, "rb") as f:
            texts[os.path.basename(path)] = f.read()
    return folder, texts


@tap.test("the directory goes out and comes in again unchanged, UTF-8 and GBK")
def _():
    with Office(smtp=False) as office:
        for options in ([], ["--gbk"]):
            folder, _texts = export(office, *options)
            changes = json.loads(office.ctl("directory", "import", "--json", folder))
            equal(changes, [], str(options))
        folder, first = export(office)
        with Office(smtp=False, directory=False) as other:
            other.ctl("directory", "import", "--apply", folder)
            _folder, second = export(other)
            equal(second, first)


@tap.test("an import is shown first and applied only when told")
def _():
    with Office(smtp=False, directory=False) as office:
        before = office.ctl("directory", "import", SAMPLE)
        has(before, "--apply")
        equal(json.loads(office.ctl("unit", "list", "--json")), [])
        office.ctl("directory", "import", "--apply", SAMPLE)
        units = json.loads(office.ctl("unit", "list", "--json"))
        if not units:
            raise AssertionError("nothing was imported")
        equal(json.loads(office.ctl("directory", "import", "--json", SAMPLE)), [])


@tap.test("an import with an error writes nothing and names file and line")
def _():
    with Office(smtp=False) as office:
        folder, texts = export(office)
        name = "units.csv"
        broken = texts[name].decode("utf-8-sig").split("\r\n")
        cells = next(csv.reader([broken[0]]))
        broken[2] = '"' + broken[2]
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write("\r\n".join(broken))
        audit = office.ctl("audit", "--json")
        done = office.run_ctl("directory", "import", "--apply", path)
        equal(done.returncode, 1)
        has(done.stderr.decode(), name)
        equal(office.ctl("audit", "--json"), audit, f"{len(cells)} columns")


@tap.test("lists align, CSV has a byte-order mark")
def _():
    with Office(smtp=False) as office:
        for noun in ("unit", "post", "person", "tenure", "stand-in", "group", "alias", "mailbox"):
            check_columns(office.ctl(noun, "list"))
            text = office.ctl(noun, "list", "--csv")
            if not text.startswith("\ufeff"):
                raise AssertionError(f"{noun}: no byte-order mark")
            heads = next(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
            rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
            equal({len(row) for row in rows}, {len(heads)}, noun)


# --- who gets it, and why

@tap.test("resolve gives every recipient a reason")
def _():
    with Office(smtp=False) as office:
        done = office.run_ctl("resolve", "--json", XINXI)
        equal(done.returncode, 0, done.stderr.decode())
        result = json.loads(done.stdout)
        equal(result["unresolved"], [])
        for recipient in result["recipients"]:
            if not recipient["because"]:
                raise AssertionError(f"no reason: {recipient}")
        mails = [r["address"] for r in result["recipients"] if r["channel"] == "email"]
        equal(len(mails), len(set(mails)), "one mailbox, one mail")
        check_columns(office.ctl("resolve", XINXI).split("\n\n")[0])


@tap.test("resolve names the place and the nearest names, exit 1")
def _():
    with Office(smtp=False) as office:
        text = issue_data("shangjie-xinxi-2026-07.txt").decode().replace("发：峡窝镇、", "发：峡窝真、")
        path = os.path.join(office.folder, "typo.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        done = office.run_ctl("resolve", "--json", path)
        equal(done.returncode, 1)
        unresolved = json.loads(done.stdout)["unresolved"]
        equal(len(unresolved), 1)
        has(unresolved[0]["text"], "峡窝真")
        has(unresolved[0]["suggestions"], "峡窝镇")
        has(done.stderr.decode(), "发：峡窝真、", "\n        ^^^^^^\n", "峡窝镇")


@tap.test("explain says why, and why not")
def _():
    with Office(smtp=False) as office:
        result = json.loads(office.ctl("resolve", "--json", XINXI))
        someone = next(r for r in result["recipients"] if r["channel"] == "email")
        text = office.ctl("explain", XINXI, someone["address"])
        has(text, someone["name"], someone["because"][0])
        has(office.ctl("explain", XINXI, "区火星办"), "区火星办", "名录里没有")
        office.ctl("alias", "add", "区工信部门", "unit:区科工信局")
        for name in ("区科工信局", "区科工局", "科工信局", "上街区科技工业和信息化局", "区科工信局局长", "乔梦溪"):
            has(office.ctl("explain", XINXI, name), "区科工信局局长 乔梦溪 收到本期", "发：各区直单位负责同志 →")
        for name, sign in (("区委办", "区委办主任"), ("街道办事处", "发：各街道办事处负责同志 →")):
            has(office.ctl("explain", XINXI, name), "收到本期", sign)
        office.ctl("group", "add", "街道", "unit:济源路街道")
        has(office.ctl("explain", XINXI, "街道"), "街道 不收本期", "发送范围没有写到")
        equal(office.run_ctl("explain", XINXI, "").returncode, 2)
        has(office.ctl("explain", XINXI, "区工信部门"), "发送范围没有写到")
        has(office.ctl("explain", XINXI, "区科工信局副局长"), "发送范围没有写到")
        path = os.path.join(office.folder, "except.txt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(issue_data("shangjie-xinxi-2026-07.txt").decode().replace(
                "各街道办事处、区直各单位负责同志", "区直各单位（区统计局除外）"))
        has(office.ctl("explain", path, "区统计局"), "区统计局 不收本期", "除外")
        with open(path, "w", encoding="utf-8") as f:
            f.write(issue_data("shangjie-xinxi-2026-07.txt").decode().replace("发：峡窝镇", "发：区工信部门、峡窝镇"))
        has(office.ctl("explain", path, "区工信部门"), "区科工信局 收到本期", "发：区工信部门 → 区科工信局")


# --- with the daemon

@tap.test("submit, registers, decisions: one issue through all of it")
def _():
    with Office() as office:
        office.start()
        done = office.run_ctl("submit", "--wait", "30", DASHI)
        equal(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        office.wait_for(lambda: office.issues()[0]["state"] == "done", "done")
        issue = office.issues()[0]
        rows = office.deliveries("--issue", str(issue["issue"]))
        for row in rows:
            if row["channel"] == "email":
                equal((row["state"], row["reply_code"], row["attempts"]), ("accepted", 250, 1))
        for member in ("issue", "recipient", "channel", "address", "state", "attempts", "first_queued",
                       "last_attempt", "reply_code", "enhanced_code", "reply_text", "relay",
                       "message_id", "signed_at"):
            has(rows[0], member)
        prints = json.loads(office.ctl("prints", "--json"))
        equal([p["declared"] for p in prints], [130])
        for member in ("issue", "declared", "computed", "printed", "handed_over", "signed"):
            has(prints[0], member)
        for words in (["issues"], ["log"], ["prints"], ["audit"]):
            check_columns(office.ctl(*words))
        has(office.ctl("log"), "已受理")
        if "已送达" in office.ctl("log"):
            raise AssertionError("accepted is shown as delivered")
        has(office.ctl("prints", "--issue", issue["identity"]), "130")
        equal(office.deliveries("--state", "已受理"), office.deliveries("--state", "accepted"))
        equal(office.deliveries("--since", "2999-01-01"), [])
        status = json.loads(office.ctl("status", "--json"))
        equal((status["running"], status["pid"], status["oldest"]), (True, office.daemon.pid, None))
        again = office.run_ctl("submit", DASHI)
        equal((again.returncode, len(office.issues())), (0, 1), "the same file again")
        mail = next(r for r in rows if r["channel"] == "email")
        eml = office.run_ctl("preview", str(issue["issue"]), mail["address"]).stdout
        has(eml, mail["message_id"].encode(), mail["address"].encode())
        person = mail["name"].split(" ")[-1]
        equal(office.run_ctl("preview", str(issue["issue"]), person).stdout.count(mail["message_id"].encode()), 1)
        before = len(office.mails())
        office.ctl("--as", "值班员", "resend", "--recipient", mail["address"], "--reason", "对方误删",
                   str(issue["issue"]))
        office.wait_for(lambda: len(office.mails()) == before + 1, "sent again")
        audit = json.loads(office.ctl("audit", "--json"))
        last = next(r for r in audit if r["action"] == "issue.resend")
        equal(last["who"], "值班员")
        has(last["after"], "对方误删")


def on_terminal(office, columns, *words, **environment):
    """What a command says on a terminal of so many columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    bare = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen([os.path.join(BUILD, "songfactl"), "-c", office.config, *words], stdout=slave,
                          stderr=subprocess.DEVNULL, env={**bare, **environment}):
        os.close(slave)
        said = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while part := os.read(master, 65536):
                said += part
    os.close(master)
    return said.decode().replace("\r", "")


@tap.test("the grounds are cut to a terminal that knows its width, and nowhere else")
def _():
    with Office(smtp=False) as office:
        whole = office.ctl("resolve", XINXI)
        if max(width(line) for line in whole.split("\n")) <= 90:
            raise AssertionError("nothing to cut")
        for columns, environment in ((90, {}), (300, {"COLUMNS": "90"})):
            table = on_terminal(office, columns, "resolve", XINXI, **environment).split("\n印数")[0]
            has(table, "…")
            for line in table.split("\n"):
                if width(line) > 90:
                    raise AssertionError(line)
        equal(on_terminal(office, 0, "resolve", XINXI), whole, "no width known")
        for form in ("--json", "--csv"):
            equal(on_terminal(office, 90, "resolve", form, XINXI), office.ctl("resolve", form, XINXI).replace("\r", ""))


@tap.test("a list of nothing is a line that says so; for programs it is an empty table")
def _():
    with Office(smtp=False, directory=False) as office:
        kinds = ("unit", "post", "person", "tenure", "stand-in", "group", "alias", "mailbox")  # the first makes the store
        for words in (*([kind, "list"] for kind in kinds), ["issues"], ["log"], ["queue"], ["prints"], ["audit", "没有"],
                      ["directory", "history"]):
            has(office.ctl(*words), "没有")
            equal(json.loads(office.ctl("--json", *words)), [], words)


@tap.test("manual release, hold, release again")
def _():
    with Office(release="manual") as office:
        office.start()
        office.ctl("submit", XINXI)
        equal([i["state"] for i in office.issues()], ["planned"])
        equal(office.run_ctl("hold", "1", " ").returncode, 2, "no reason")
        office.ctl("--as", "值班员", "hold", "1", "等领导审定")
        equal(office.issues()[0]["state"], "held")
        has(office.ctl("show", "1"), "等领导审定", "值班员")
        equal(office.mails(), [])
        office.ctl("release", "1")
        office.wait_for(lambda: office.issues()[0]["state"] == "done", "done")
        equal(office.run_ctl("release", "1").returncode, 1, "released twice")
        before = office.ctl("show", "1", "--json"), office.ctl("audit", "--json")
        for words in (["show", "1", "--csv"], ["--json", "hold", "1", "有错"], ["status", "--csv"],
                      ["explain", "--json", "1", "区委"]):
            equal(office.run_ctl(*words).returncode, 2, words)
        for words in (["hold", "1", "有错"], ["pause", "1", "--reason", "有错"]):
            late = office.run_ctl(*words)
            equal(late.returncode, 1, "nothing left to stop")
            has(late.stderr.decode(), "没有等待发送的邮件", "没有改动")
        equal((office.ctl("show", "1", "--json"), office.ctl("audit", "--json")), before, "nothing changed")
        equal(office.run_ctl("release", "99").returncode, 1, "no such issue")


@tap.test("submit refuses a classified file and leaves no copy")
def _():
    with Office(smtp=False) as office:
        path = os.path.join(office.folder, "机密 第3期.txt")
        with open(path, "wb") as f:
            f.write(issue_data("shangjie-xinxi-2026-07.txt"))
        done = office.run_ctl("submit", path)
        equal(done.returncode, 1)
        for folder, _folders, files in os.walk(os.path.join(office.folder, "spool")):
            equal(files, [], folder)


@tap.test("submit without a daemon says so and keeps the file")
def _():
    with Office(smtp=False) as office:
        done = office.run_ctl("submit", "--wait", "1", XINXI)
        equal(done.returncode, 1)
        has(done.stderr.decode(), "没有运行", "incoming")
        equal(os.listdir(os.path.join(office.folder, "spool", "incoming")), [os.path.basename(XINXI)])
        status = json.loads(office.ctl("status", "--json"))
        equal((status["running"], status["pid"]), (False, None))


@tap.test("submit of a held text gives the reason, exit 1")
def _():
    with Office(smtp=False) as office:
        office.start()
        done = office.run_ctl("submit", FEATURE)
        equal(done.returncode, 1)
        has(done.stdout.decode(), "待处理", "原因：")


@tap.test("a damaged store is said, exit 3")
def _():
    with Office(smtp=False) as office:
        with open(os.path.join(office.folder, "songfa.db"), "r+b") as f:
            f.write(b"not a database at all" * 200)
        for words in (["issues"], ["log"], ["unit", "list"], ["verify"]):
            done = office.run_ctl(*words)
            equal(done.returncode, 3, str(words))
            has(done.stderr.decode(), "songfa.db")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        tap.main()
