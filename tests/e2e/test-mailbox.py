#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-in by mail, with a real Dovecot: a clerk mails a finished issue, it goes out, the clerk gets one answer; a
stranger gets none; each mail counts once, whoever is killed. TAP output."""
import base64
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dovecot  # noqa: E402
from harness import BUILD, ROOT, Office, Tap, equal, has, issue_data, lacks  # noqa: E402

tap = Tap()
ISSUE = "shangjie-xinxi-2026-07.txt"
CLERK = "clerk@example.test"
SERVER = "mx.example.test"
PROOF = f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.test\n"
WORD = "k3y-9fd2_Ax7q"


def part(name, data, kind="application/octet-stream", more=""):
    body = base64.encodebytes(data).decode()
    return f'--B\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n{more}' \
           f'Content-Disposition: attachment; filename="{name}"\n\n{body}\n'


def letter(*parts, subject="hand-in", sender=CLERK, head=PROOF, message_id=None, to="handin@example.test"):
    letter.n += 1
    message_id = message_id or f"<{letter.n}.{os.getpid()}@example.test>"
    return f"{head}From: Clerk <{sender}>\nTo: {to}\nSubject: {subject}\nMessage-ID: {message_id}\n" \
           "References: <earlier@example.test>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n" \
           "--B\nContent-Type: text/plain; charset=utf-8\n\n见附件。\n" + "".join(parts) + "--B--\n"


letter.n = 0


@contextlib.contextmanager
def installed(**office_settings):
    why = dovecot.missing()
    if why:
        raise Tap.Skip(why)
    with dovecot.Dovecot() as server, Office(**office_settings) as office:
        yield office, server


def configure(office, server, more="", allow=f'"{CLERK}", "@office.test"', check=f'authserv_id = "{SERVER}";', idle=True, port=None):
    secret = os.path.join(office.folder, "imap.password")
    with open(secret, "w", encoding="ascii") as f:
        f.write(dovecot.PASSWORD + "\n")
    os.chmod(secret, 0o600)
    office.write_config(more=f'mailbox = {{ host = "127.0.0.1"; port = {port or server.port}; user = "{dovecot.USER}";'
                             f' password_file = "{secret}"; interval = 1; idle = {str(idle).lower()};'
                             f' allow = ( {allow} ); {check} {more} }};')


def query(office, sql):
    with contextlib.closing(sqlite3.connect(os.path.join(office.folder, "songfa.db"), timeout=30)) as db:
        return db.execute(sql).fetchall()


def verdicts(office):
    return [v for (v,) in query(office, "SELECT verdict FROM letter ORDER BY uid")]


def wait_verdicts(office, *want):
    office.wait_for(lambda: verdicts(office) == list(want), f"verdicts {want}")


def answers(office, to=CLERK):
    return [m for m in office.mails(issue=False) if to in (m["To"] or "") and m["In-Reply-To"]]


def wait_answers(office, n, to=CLERK):
    return office.wait_for(lambda: len(answers(office, to)) >= n and answers(office, to), f"{n} answers")


def body(mail):
    return mail.get_body(("plain",)).get_content()


def issue_of(i):
    """A text of its own: another number, so that it is another issue."""
    text = issue_data(ISSUE).decode()
    assert "第 7 期" in text, "the issue has another number"
    return text.replace("第 7 期", f"第 {i} 期").encode()


@tap.test("an issue that is mailed goes out, and its sender is answered")
def _():
    with installed() as (office, server):
        configure(office, server)
        office.start()
        server.put(letter(part("=?utf-8?B?5LiK6KGX5L+h5oGvLnR4dA==?=", issue_data(ISSUE)), message_id="<one@example.test>"))
        office.wait_states("done")
        answer = wait_answers(office, 1)[0]
        equal([answer["In-Reply-To"], answer["References"].split(), answer["Auto-Submitted"]],
              ["<one@example.test>", ["<earlier@example.test>", "<one@example.test>"], "auto-replied"], "fields")
        has(answer["Subject"], "已受理")
        has(body(answer), "上街信息.txt", "登记号 1", "邮件 ", "<one@example.test>", "自动答复")
        assert len(office.mails()) > 10, "the issue went out"
        office.wait_for(lambda: server.unread() == [], "the mail is marked as read")
        has(office.ctl("show", "1"), "<one@example.test>", CLERK)
        has(office.ctl("letters", "--all"), CLERK, "已受理", "hand-in")
        has(office.ctl("letters", "show", "1"), "dmarc", "登记号 1")
        has(office.ctl("status"), "收稿邮箱", dovecot.USER, "读完")
        state = json.loads(office.ctl("status", "--json"))["mailboxes"]["mailbox"]
        assert state["read_at"] and state["problem"] is None, state
        equal(json.loads(office.ctl("letters", "--json")), [], "none is left")
        office.stop()
        lacks(office.log(), dovecot.PASSWORD)
        lines = [line for line in office.log().split("\n") if " letters " in line]
        assert not any(CLERK in line for line in lines), lines


@tap.test("who may not hand in is not answered; what he sent is moved away, or left as it is")
def _():
    with installed() as (office, server):
        text = part("a.txt", issue_data(ISSUE))
        forged = f"Authentication-Results: {SERVER}; dmarc=fail header.from=example.test\n{PROOF}"
        two = letter(text, subject="two").replace(f"From: Clerk <{CLERK}>", f"From: Clerk <{CLERK}>\nFrom: x@evil.test")
        server.put(letter(text, subject="stranger", sender="x@evil.test"), letter(text, subject="unproved", head=""),
                   letter(text, subject="forged", head=forged), two,
                   letter(text, subject="robot", head=PROOF + "Auto-Submitted: auto-replied\n"),
                   letter(text, subject="list", head=PROOF + "List-Id: <l.example.test>\n"),
                   letter(text, subject="bounce", head=PROOF + "Return-Path: <>\n"),
                   letter(text, subject="own", sender="songfa@example.test"))
        configure(office, server)
        office.start()
        wait_verdicts(office, "stranger", "unproved", "unproved", "unclear", "automatic", "automatic", "automatic", "automatic")
        equal(server.unread(), ["bounce", "forged", "list", "own", "robot", "stranger", "two", "unproved"], "untouched")
        has(office.ctl("letters"), "不在名单", "不能证实", "发件人不明", "自动邮件", "x@evil.test")
        has(office.ctl("letters", "show", "2"), "没有答复")
        office.stop()
        server.put(letter(text, subject="moved", sender="y@evil.test"), letter(text, subject="stays", head=PROOF + "Precedence: bulk\n"))
        configure(office, server, more='refused = "拒绝";')
        office.start()
        office.wait_for(lambda: len(verdicts(office)) == 10, "two more")
        office.wait_for(lambda: "moved" not in server.unread(), "moved away")
        client = server.client()
        equal(client.select(dovecot_name("拒绝"))[0], "OK", "the folder")
        equal(client.uid("search", None, "SUBJECT", "moved")[1][0].split() != [], True, "it is there")
        client.logout()
        assert "stays" in server.unread()
        equal([office.issues(), office.mails(issue=False)], [[], []], "nothing was taken, nobody was answered")
        office.stop()


def dovecot_name(folder):
    """The name as IMAP spells it, in modified UTF-7."""
    return '"' + "&" + base64.b64encode(folder.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + '-"'


@tap.test("a secret word in the address or the subject; a bare list only when asked for")
def _():
    with installed() as (office, server):
        words = os.path.join(office.folder, "words")
        with open(words, "w", encoding="utf-8") as f:
            f.write(f"# 暗号\n{CLERK} {WORD}\n")
        os.chmod(words, 0o600)
        server.put(letter(part("a.txt", issue_of(31)), head="", to=f"handin+{WORD}@example.test"),
                   letter(part("b.txt", issue_of(32)), head="", subject=f"[{WORD}] b"),
                   letter(part("c.txt", issue_of(33)), head="", subject="c"),
                   letter(part("d.txt", issue_of(34)), head="", subject=f"[{WORD}] d", sender="li@office.test"))
        configure(office, server, check=f'words_file = "{words}";')
        office.start()
        wait_verdicts(office, "taken", "taken", "unproved", "unproved")
        for answer in wait_answers(office, 2):
            lacks(answer.as_string() + body(answer), WORD)
        office.stop()
        lacks(office.log(), WORD)
        configure(office, server, check="")
        refused = office.run_ctl("status")
        assert refused.returncode == 3 and "假冒" in refused.stderr.decode(), refused
        server.put(letter(part("e.txt", issue_of(35)), head="", subject="e"))
        configure(office, server, check="trust_from = true;")
        office.start()
        wait_answers(office, 3)
        office.stop()


@tap.test("several files, what cannot be taken, and nothing: each is said")
def _():
    with installed() as (office, server):
        configure(office, server)
        office.start()
        server.put(letter(part("七.txt", b"other"), part("七.md", issue_of(41)), part("八.txt", issue_of(42)),
                          part("all.zip", b"PK"), part("winmail.dat", b"x", "application/ms-tnef"), part("~$x.docx", b"x")))
        office.wait_states("done", "done")
        text = body(wait_answers(office, 1)[0])
        has(text, "七.md", "八.txt", "all.zip：压缩包", "winmail.dat：Outlook", "~$x.docx", "七.txt：同名的另一种格式", "（七.md）")
        server.put(letter(subject="nothing"))
        has(body(wait_answers(office, 2)[1]), "没有附件")
        server.put(letter(part("bad.txt", "没有刊头的文字。\n".encode())))
        answer = wait_answers(office, 3)[2]
        has(answer["Subject"], "待处理")
        has(body(answer), "bad.txt", "原因：")
        server.put(letter(part("secret.txt", "机密★\n上街信息\n".encode())))
        answer = wait_answers(office, 4)[3]
        has(answer["Subject"], "拒收")
        server.put(letter(part("again.txt", issue_of(41))))
        has(body(wait_answers(office, 5)[4]), "以前交过")
        equal(len(office.issues()), 4, "issues")
        office.stop()


@tap.test("the same mail twice: one hand-in, one answer; too many in an hour: no more answers")
def _():
    with installed() as (office, server):
        configure(office, server, more="per_hour = 2;")
        mail = letter(part("a.txt", issue_data(ISSUE)), message_id="<twice@example.test>")
        server.put(mail, mail)
        office.start()
        wait_verdicts(office, "taken", "repeated")
        wait_answers(office, 1)
        server.put(letter(subject="second"), letter(subject="third"))
        wait_verdicts(office, "taken", "repeated", "taken", "too-many")
        wait_answers(office, 2)
        equal(query(office, "SELECT count(*) FROM hand_in"), [(1,)], "hand-ins")
        has(office.ctl("letters"), "来得太密", "third")
        office.wait_for(lambda: server.unread() == ["third"], "the one that is left is unread")
        office.stop()
        equal(len(answers(office)), 2, "answers")


def readers(office):
    """Process ids of the daemon's readers."""
    try:
        with open(f"/proc/{office.daemon.pid}/task/{office.daemon.pid}/children", encoding="ascii") as f:
            return [int(word) for word in f.read().split()]
    except (FileNotFoundError, AttributeError):
        return []


def check_once(office, n):
    """Each of n mails with one file led to one hand-in and one answer."""
    wait_answers(office, n)
    equal(query(office, "SELECT uid, count(*) FROM letter GROUP BY uid ORDER BY uid"), [(i + 1, 1) for i in range(n)], "letters")
    equal(query(office, "SELECT count(*) FROM letter_file"), [(n,)], "files of letters")
    equal(query(office, "SELECT count(*), count(DISTINCT origin), count(DISTINCT digest) FROM hand_in"), [(n, n, n)], "hand-ins")
    equal(query(office, "SELECT count(*) FROM hand_in WHERE result = 'duplicate'"), [(0,)], "taken twice")
    office.stop()
    got = [m["In-Reply-To"] for m in answers(office)]
    equal((len(got), len(set(got))), (n, n), "answers")
    equal(len(office.issues()), n, "issues")


@tap.test("reader and daemon killed in between: each mail once")
def _():
    with installed() as (office, server):
        n = 12
        server.put(*[letter(part(f"{i}.txt", issue_of(50 + i))) for i in range(n)])
        configure(office, server)
        office.start()
        hits, before, end = 0, 0, time.monotonic() + 120
        while len(verdicts(office)) < n:
            assert time.monotonic() < end, office.log()[-3000:]
            now = len(verdicts(office))
            if not before < now < n:
                continue
            if hits % 2:
                office.kill()
                office.start()
            else:
                for pid in readers(office):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            hits, before = hits + 1, now + 1
        assert hits >= 2, f"only {hits} kills hit"
        check_once(office, n)


def has_crash_points():
    with open(os.path.join(BUILD, "songfa-build.h"), encoding="utf-8") as f:
        return "define SONGFA_CRASH_POINTS" in f.read()


@tap.test("killed at each step of a letter: each mail once")
def _():
    if not has_crash_points():
        raise Tap.Skip("needs --enable-crash-points")
    with open(os.path.join(ROOT, "daemon", "base", "crashpoint.h"), encoding="utf-8") as f:
        names = [word for word in f.read().replace(",", " ").split() if word.startswith("CRASH_")]
    with installed() as (office, server):
        n, points = 0, ("CRASH_LETTER_PLACED", "CRASH_LETTER_COMMITTED", "CRASH_LETTER_ANSWERED")
        configure(office, server)
        for point in points:
            server.put(letter(part(f"{point}.txt", issue_of(70 + n))))
            n += 1
            office.start(SONGFA_CRASH_AT=str(names.index(point) + 1))
            office.wait_for(lambda: office.daemon.poll() is not None, f"the daemon to die at {point}")
            office.start()
            wait_answers(office, n)
            office.stop()
        office.start()
        check_once(office, n)


@tap.test("hostile mails: the reader gets over them, those behind are taken")
def _():
    with installed() as (office, server):
        deep = "".join(f"Content-Type: multipart/mixed; boundary=B{i}\n\n--B{i}\n" for i in range(60)) + "Content-Type: text/plain\n\nx\n"
        head = f"{PROOF}From: {CLERK}\nMIME-Version: 1.0\n"
        many = "Content-Type: multipart/mixed; boundary=B\n\n" + "".join(part(f"{i}.txt", b"x") for i in range(300)) + "--B--\n"
        server.put(f"{head}Message-ID: <deep@example.test>\n{deep}", f"{head}Message-ID: <many@example.test>\n{many}",
                   letter(part("../../../etc/passwd.txt", issue_of(81))),
                   letter(part("x" * 5000 + ".txt", issue_of(82))),
                   f"{PROOF}From: {'(' * 5000}{CLERK}\n\nx\n", f"{PROOF}From:\n\nx\n", "\n", "x" * 100000 + "\n",
                   f"Authentication-Results: {SERVER}; {'(' * 20000}dmarc=pass header.from=example.test\nFrom: {CLERK}\n\nx\n",
                   letter(part("last.txt", issue_of(83))))
        configure(office, server)
        office.start()
        office.wait_for(lambda: len(verdicts(office)) == 10, "ten mails")
        equal(verdicts(office)[-1], "taken", "the last one")
        office.wait_for(lambda: query(office, "SELECT count(*) FROM letter WHERE verdict = 'taken' AND answered_at IS NULL") == [(0,)],
                        "all are answered")
        names = [name for (name,) in query(office, "SELECT file_name FROM hand_in")]
        assert "passwd.txt" in names and all("/" not in name and len(name.encode()) < 200 for name in names), names
        assert not any("reader-died" in line or "reader-lost" in line for line in office.log().split("\n")), office.log()[-2000:]
        equal(query(office, "SELECT count(*) FROM letter WHERE verdict = 'unclear'"), [(4,)], "from nobody")
        office.stop()


@tap.test("a large mail goes through; one beyond the limit is answered")
def _():
    with installed() as (office, server):
        configure(office, server)
        with open(office.config, "a", encoding="utf-8") as f:
            f.write("max_file_size = \"8M\";\n")
        office.start()
        server.put(letter(part("large.bin.txt", issue_of(91) + b"\n" * 7_000_000), subject="large"))
        has(body(wait_answers(office, 1)[0]), "large.bin.txt")
        equal(query(office, "SELECT count(*) FROM hand_in"), [(1,)], "hand-ins")
        server.put(letter(part("huge.txt", b"x" * 12_000_000), subject="huge"))
        has(body(wait_answers(office, 2)[1]), "整封邮件：超过了大小上限")
        office.stop()


tap.main()
