#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that come back by mail, with a real Dovecot: an issue goes out, reports on its mails are
put into the mailbox, the register shows them, each once, whoever is killed. TAP output."""
import contextlib
import email.utils
import json
import os
import signal
import socket
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dovecot  # noqa: E402
from harness import BUILD, ROOT, Office, Tap, equal, has, issue_data  # noqa: E402

tap = Tap()
ISSUE = "shangjie-xinxi-2026-07.txt"

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.test (Mail Delivery System)
Subject: {subject}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

This is the mail system at host mx.example.test.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test

Final-Recipient: rfc822; somebody@example.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--B
Content-Type: text/rfc822-headers

{returned}
--B--
"""


def report(subject, action, status, said, *headers):
    return REPORT.format(subject=subject, action=action, status=status, said=said,
                         returned="".join(h + "\n" for h in headers))


def token(mail):
    return f"X-Songfa-Delivery: {mail['X-Songfa-Delivery']}"


def message_id(mail):
    return f"Message-ID: {mail['Message-ID']}"


def address(mail):
    return email.utils.parseaddr(mail["To"])[1]


def answer(mail, text, subject="Re", sender=None):
    return f"From: {sender or address(mail)}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n" \
           f"In-Reply-To: {mail['Message-ID']}\n\n{text}\n"


@contextlib.contextmanager
def sent(**office_settings):
    """An office whose issue was accepted by the relay, stopped, and a mailbox."""
    why = dovecot.missing()
    if why:
        raise Tap.Skip(why)
    with dovecot.Dovecot() as server, Office(**office_settings) as office:
        office.start()
        office.hand_in(ISSUE, issue_data(ISSUE))
        office.wait_states("done")
        office.stop()
        yield office, server


def configure(office, server, host="127.0.0.1", tls=None, ca=None, password=dovecot.PASSWORD, interval=1, idle=False,
              port=None, more=""):
    secret = os.path.join(office.folder, "imap.password")
    with open(secret, "w", encoding="ascii") as f:
        f.write(password + "\n")
    os.chmod(secret, 0o600)
    port = port or (server.tls_port if tls == "implicit" else server.port)
    more += f'reports = {{ host = "{host}"; port = {port}; user = "{dovecot.USER}";' \
           f' password_file = "{secret}"; interval = {interval};' \
           f' idle = {str(idle).lower()};'
    more += f' tls = "{tls}";' if tls else ""
    more += f' ca_file = "{server.path(ca)}";' if ca else ""
    office.write_config(more=more + " };")


def row_of(office, mail):
    return next(d for d in office.deliveries() if d["message_id"] == mail["Message-ID"])


def query(office, sql):
    with contextlib.closing(sqlite3.connect(os.path.join(office.folder, "songfa.db"), timeout=30)) as db:
        rows = db.execute(sql).fetchall()
        db.commit()
        return rows


def handled(office):
    return query(office, "SELECT count(*) FROM report")[0][0]


def wait_handled(office, n):
    office.wait_for(lambda: handled(office) == n, f"{n} mails handled")


@tap.test("reports settle their rows, and only theirs")
def _():
    with sent() as (office, server):
        a, b, c, d, e = office.mails()[:5]
        others = [m["Message-ID"] for m in office.mails()[5:]]
        server.put(report("failed", "failed", "5.1.1", "550 5.1.1 no such user", token(a), message_id(a)),
                   report("delivered", "delivered", "2.1.5", "250 2.1.5 in the mailbox", message_id(b)),
                   report("delayed", "delayed", "4.4.1", "451 4.4.1 later", token(c)),
                   f"From: li@example.test\nSubject: away\nAuto-Submitted: auto-replied\n"
                   f"In-Reply-To: {d['Message-ID']}\n\nAway.\n",
                   answer(e, "请问附件二的数据从哪里来", "person"),
                   report("stranger", "failed", "5.1.1", "550 no", "Message-ID: <other@example.test>"))
        configure(office, server)
        office.start()
        wait_handled(office, 6)
        rows = {m["Message-ID"]: row_of(office, m) for m in (a, b, c, d, e)}
        assert [r["state"] for r in rows.values()] == \
            ["bounced", "delivered", "accepted", "accepted", "accepted"], rows
        bounced, delivered = rows[a["Message-ID"]], rows[b["Message-ID"]]
        assert (bounced["reply_code"], bounced["enhanced_code"], bounced["reply_text"]) == \
            (550, "5.1.1", "550 5.1.1 no such user"), bounced
        assert (delivered["reply_code"], delivered["enhanced_code"], delivered["reply_text"]) == \
            (250, "2.1.5", "250 2.1.5 in the mailbox"), delivered
        assert all(r["state"] == "accepted" for r in office.deliveries() if r["message_id"] in others)
        office.wait_for(lambda: server.unread() == ["person", "stranger"], "what is handled is marked as read")
        results = query(office, "SELECT kind, settled, delivery_id IS NOT NULL FROM report ORDER BY uid")
        assert results == [("failed", 1, 1), ("delivered", 1, 1), ("delayed", 0, 1), ("automatic", 0, 1),
                           ("other", 0, 1), ("failed", 0, 0)], results
        office.stop()
        lines = [line for line in office.log().split("\n") if " reports report " in line]
        assert len(lines) == 6 and "result=unmatched" in lines[5], lines
        assert "unmatched=1" in office.log() and "example.test" not in "".join(lines), office.log()
        assert dovecot.PASSWORD not in office.log()


@tap.test("unknown rows are settled; a later mail is read at the next round, over TLS with an own CA")
def _():
    with sent() as (office, server):
        a, b = office.mails()[:2]
        query(office, "UPDATE delivery SET state = 'unknown'")
        server.put(report("one", "failed", "5.2.2", "552 5.2.2 full", token(a)))
        configure(office, server, host="localhost", tls="implicit", ca="ca.pem")
        office.start()
        wait_handled(office, 1)
        server.put(report("two", "delivered", "2.0.0", "250 ok", token(b)))
        wait_handled(office, 2)
        assert row_of(office, a)["state"] == "bounced" and row_of(office, b)["state"] == "delivered"
        office.stop()


@tap.test("a server that is not the one meant, or a wrong password: nothing is read, nothing is lost")
def _():
    strange_ca = dict(host="localhost", tls="implicit", ca="strange-ca.pem")
    other_name = dict(host="127.0.0.1", tls="implicit", ca="ca.pem")
    wrong_password = dict(password="wrong-" + dovecot.PASSWORD)
    with sent() as (office, server):
        a = office.mails()[0]
        server.put(report("one", "failed", "5.0.0", "550 no", token(a)))
        for settings, said in ((strange_ca, "ca_file"), (other_name, "ca_file"), (wrong_password, "授权码")):
            before = office.log().count("reports not-read")
            configure(office, server, **settings)
            office.start()
            office.wait_for(lambda: office.log().count("reports not-read") >= before + 2, "two rounds that failed")
            office.stop()
            assert handled(office) == 0 and row_of(office, a)["state"] == "accepted"
            last = [line for line in office.log().split("\n") if "reports not-read" in line][-1]
            assert said in last and dovecot.PASSWORD not in last, last
            if settings is not wrong_password:
                equal(server.others_logins(), 0, "passwords that went to a stranger")
        configure(office, server)
        office.start()
        wait_handled(office, 1)
        assert row_of(office, a)["state"] == "bounced"
        office.stop()


def readers(office):
    """Process ids of the daemon's readers."""
    try:
        with open(f"/proc/{office.daemon.pid}/task/{office.daemon.pid}/children", encoding="ascii") as f:
            return [int(word) for word in f.read().split()]
    except FileNotFoundError:
        return []


def many(office, n):
    mails = office.mails()
    return [report(f"mail {i}", "failed", "5.1.1", "550 no", token(mails[i % len(mails)])) if i % 3 else
            report(f"mail {i}", "failed", "5.1.1", "550 no", "Message-ID: <other@example.test>")
            for i in range(n)]


def kill_in_between(office, server, kill, n=60):
    """Kills again and again while the mails are read; the number of kills that hit."""
    server.put(*many(office, n))
    configure(office, server)
    office.start()
    hits, before, end = 0, 0, time.monotonic() + 120
    while handled(office) < n:
        assert time.monotonic() < end, office.log()[-3000:]
        now = handled(office)
        if before < now < n and hits < 6 and kill():
            hits, before = hits + 1, now + 3
    rows = query(office, "SELECT uid, count(*) FROM report GROUP BY uid ORDER BY uid")
    assert rows == [(uid, 1) for uid in range(1, n + 1)], rows
    mails = office.mails()
    touched = {mails[i % len(mails)]["X-Songfa-Delivery"] for i in range(n) if i % 3}
    assert query(office, "SELECT count(*) FROM delivery WHERE state = 'bounced'")[0][0] == len(touched)
    settled = query(office, "SELECT count(*), count(DISTINCT delivery_id) FROM report WHERE settled = 1")[0]
    assert settled == (len(touched), len(touched)), settled
    office.stop()
    assert hits >= 2, f"only {hits} kills hit"
    return n


@tap.test("the reader killed in between: each mail once")
def _():
    with sent() as (office, server):
        def kill():
            hit = False
            for pid in readers(office):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    hit = True
            return hit
        n = kill_in_between(office, server, kill)
        lines = [line for line in office.log().split("\n") if " reports report " in line]
        assert len(lines) == n and not any("repeated" in line for line in lines), lines


@tap.test("the daemon killed in between: each mail once")
def _():
    with sent() as (office, server):
        def kill():
            office.kill()
            office.start()
            return True
        kill_in_between(office, server, kill)


@tap.test("a sign-off counts from the recipient alone; the tray waits for a clerk")
def _():
    with sent() as (office, server):
        a, b, c, d, e = office.mails()[:5]
        server.put(answer(a, "已收", "signed"), answer(b, "未收到附件，请重发", "no"),
                   answer(c, "收到", "stranger", sender="someone@elsewhere.example.test"),
                   answer(d, "已收", "robot").replace("Subject", "Auto-Submitted: auto-replied\nSubject"),
                   answer(e, "您好！\n\n收到。\n另请寄一份纸质的。", "more"),
                   report("forged", "failed", "5.1.1", "550 no", token(a)[:-1] + ("a" if token(a)[-1] != "a" else "b"),
                          message_id(a)))
        configure(office, server)
        office.start()
        wait_handled(office, 6)
        office.wait_for(lambda: server.unread() == ["forged", "more", "no", "stranger"], "what is for people is unread")
        rows = {m["Message-ID"]: row_of(office, m) for m in (a, b, c, d, e)}
        equal([r["signed_by"] for r in rows.values()], ["reply", None, None, None, "reply"], "who signed")
        equal({r["state"] for r in rows.values()}, {"accepted"}, "states")
        tray = json.loads(office.ctl("reports", "--json"))
        equal([(t["kind"], t["tray"]) for t in tray], [("failed", "forged"), ("signed", "stranger")], "tray")
        shown = office.ctl("reports", "show", str(tray[1]["report"]))
        has(shown, "someone@elsewhere.example.test", "stranger", c["Message-ID"], "收到")
        office.ctl("--as", "张", "reports", "match", "--reason", "电话核实", str(tray[1]["report"]), "1", address(c))
        equal(row_of(office, c)["signed_by"], "张", "matched by a clerk")
        office.ctl("--as", "张", "reports", "dismiss", "--reason", "伪造", str(tray[0]["report"]))
        equal(json.loads(office.ctl("reports", "--json")), [], "tray")
        again = office.run_ctl("reports", "match", "--reason", "又", str(tray[0]["report"]), "1", address(c))
        assert again.returncode == 1 and "已经处理过" in again.stderr.decode(), again
        office.ctl("--as", "张", "sign", "--reason", "电话", "1", address(b), address(d))
        equal([row_of(office, m)["signed_by"] for m in (b, d)], ["张", "张"], "signed by a clerk")
        again = office.run_ctl("sign", "1", address(b))
        assert again.returncode == 1 and "已签收" in again.stderr.decode(), again
        has(office.ctl("show", "1"), "签收：5/")
        has(office.ctl("audit"), "report.match", "report.dismiss", "delivery.sign")
        office.stop()


@tap.test("one report on several recipients: each its own outcome")
def _():
    with sent(personal="false") as (office, server):
        addresses = [d["address"] for d in office.deliveries() if d["channel"] == "email"][:3]
        shared = office.mails()[0]["Message-ID"]
        groups = "".join(f"\nOriginal-Recipient: rfc822;{a.upper()}\nFinal-Recipient: rfc822;x-{i}@mx.example.test\n"
                         f"Action: {action}\nStatus: {status}\n" for i, (a, action, status) in
                         enumerate(zip(addresses, ("failed", "delivered", "delayed"), ("5.1.1", "2.0.0", "4.4.1"))))
        server.put("From: MAILER-DAEMON@mx.example.test\nSubject: three\n"
                   "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\n"
                   "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.test\n"
                   f"Original-Envelope-Id: {shared[1:-1]}\n" + groups + "\n--B--\n")
        configure(office, server)
        office.start()
        wait_handled(office, 3)
        states = {d["address"]: d["state"] for d in office.deliveries() if d["channel"] == "email"}
        equal([states.pop(a) for a in addresses], ["bounced", "delivered", "accepted"], "states")
        equal(set(states.values()), {"accepted"}, "the others")
        office.stop()


@tap.test("IDLE tells of a mail long before the interval is over")
def _():
    with sent() as (office, server):
        configure(office, server, interval='"1h"', idle=True)
        office.start()
        mails = office.mails()
        for n, mail in enumerate(mails[:3], 1):
            server.put(report(f"mail {n}", "failed", "5.1.1", "550 no", token(mail)))
            wait_handled(office, n)
        pid = readers(office)
        assert len(pid) == 1, "one reader stays"
        office.wait_for(lambda: server.unread() == [], "all marked as read")
        os.kill(pid[0], signal.SIGKILL)
        office.wait_for(lambda: " reader-died " in office.log(), "the reader is missed")
        started = time.monotonic()
        office.stop()
        assert time.monotonic() - started < 20, "a stop does not wait for the mailbox"


@tap.test("STARTTLS: verified, with IDLE under it")
def _():
    with sent() as (office, server):
        a, b = office.mails()[:2]
        server.put(report("one", "failed", "5.1.1", "550 no", token(a)))
        for settings in (dict(host="localhost", ca="strange-ca.pem"), dict(host="127.0.0.1", ca="ca.pem")):
            before = office.log().count("reports not-read")
            configure(office, server, tls="starttls", **settings)
            office.start()
            office.wait_for(lambda: office.log().count("reports not-read") > before, "a round that failed")
            office.stop()
            equal((handled(office), server.others_logins()), (0, 0), "what was read, and passwords that went to a stranger")
        configure(office, server, host="localhost", tls="starttls", ca="ca.pem", interval='"1h"', idle=True)
        office.start()
        wait_handled(office, 1)
        server.put(report("two", "failed", "5.1.1", "550 no", token(b)))
        wait_handled(office, 2)
        office.stop()


@tap.test("STARTTLS taken out of the offer: no password is sent")
def _():
    with sent() as (office, server), socket.create_server(("127.0.0.1", 0)) as stripped:
        heard = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = stripped.accept()
                    with connection, connection.makefile("rwb") as lines:
                        lines.write(b"* OK ready\r\n")
                        lines.flush()
                        for line in lines:
                            heard.append(line)
                            tag = line.split()[0]
                            lines.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
                            lines.flush()
        threading.Thread(target=serve, daemon=True).start()
        configure(office, server, host="localhost", tls="starttls", ca="ca.pem", port=stripped.getsockname()[1])
        office.start()
        office.wait_for(lambda: office.log().count("reports not-read") >= 2, "two rounds that failed")
        office.stop()
        assert heard and not any(dovecot.PASSWORD.encode() in line or b"LOGIN" in line.upper() for line in heard), heard


def notices(office):
    return [m for m in office.mails(issue=False) if "zhiban@example.test" in (m["To"] or "")]


def body(mail):
    return mail.get_body(("plain",)).get_content()


@tap.test("failures in numbers are the relay's; a mailbox that does not exist is flagged, nobody is removed")
def _():
    with sent() as (office, server):
        mails = office.mails()
        dead, refused = mails[0], mails[1:1 + len(mails) // 2]
        server.put(report("dead", "failed", "5.1.1", "550 5.1.1 no such user", token(dead)),
                   *(report(f"spf {i}", "failed", "5.7.23", "550 5.7.23 SPF validation failed", token(m))
                     for i, m in enumerate(refused)))
        configure(office, server, more="notice_gap = 2;")
        office.start()
        wait_handled(office, 1 + len(refused))
        notice = body(office.wait_for(lambda: notices(office), "a notice to the clerk")[0])
        has(notice, "经中继 loopback", f"最近 {len(mails)} 封里有 {len(refused)} 封", "SPF validation failed",
            f"<{address(dead)}>：被退回", "这个邮箱已标记")
        for mail in refused:
            assert f"<{address(mail)}>" not in notice, notice
        late = mails[-1]
        server.put(report("late", "failed", "5.7.23", "550 5.7.23 SPF validation failed", token(late)))
        office.wait_for(lambda: row_of(office, late)["state"] == "bounced", "one more")
        office.wait_for(lambda: query(office, "SELECT count(*) FROM delivery WHERE told = 0 AND state = 'bounced'") == [(0,)],
                        "it is known")
        equal(len(notices(office)), 1, "the relay is blamed once")
        equal([f["address"] for f in json.loads(office.ctl("reports", "flags", "--json"))], [address(dead)], "flags")
        has(office.ctl("mailbox", "list"), "标记", "550 5.1.1 no such user")
        has(office.run_ctl("directory", "check", "--all").stdout.decode(), "对方说不存在的邮箱", address(dead))
        has(office.ctl("plan", "1"), f"<{address(dead)}> 的邮箱已标记")
        equal([f["address"] for f in json.loads(office.ctl("plan", "--json", "1"))["flagged"]], [address(dead)], "plan")
        before = len(json.loads(office.ctl("mailbox", "list", "--json")))
        office.ctl("reports", "unflag", "--reason", "已恢复", address(dead))
        equal(json.loads(office.ctl("reports", "flags", "--json")), [], "flags")
        equal(len(json.loads(office.ctl("mailbox", "list", "--json"))), before, "nobody is removed")
        again = office.run_ctl("reports", "unflag", "--reason", "x", address(dead))
        assert again.returncode == 1, again
        office.stop()


class Proxy:
    """Stands between the reader and Dovecot and calls back at a line of the reader."""

    def __init__(self, server, at_line):
        self.server, self.at_line = server, at_line
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.server.port))
                threading.Thread(target=self.pump, args=(far, near, None), daemon=True).start()
                threading.Thread(target=self.pump, args=(near, far, self.at_line), daemon=True).start()

    @staticmethod
    def pump(source, target, at_line):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if at_line is None or at_line(data):
                    target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@tap.test("a mail that kills its reader each time ends in the tray, those behind it are read")
def _():
    with sent() as (office, server):
        a, b, c = office.mails()[:3]
        server.put(report("one", "failed", "5.1.1", "550 no", token(a)), report("poison", "failed", "5.1.1", "550 no", token(b)),
                   report("three", "failed", "5.1.1", "550 no", token(c)))
        killed = []

        def at_line(data):
            if b"UID FETCH 2 " not in data.upper():
                return True
            for pid in readers(office):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            return False
        configure(office, server, port=Proxy(server, at_line).port)
        office.start()
        wait_handled(office, 3)
        office.stop()
        equal(query(office, "SELECT uid, kind, settled, coalesce(tray, '') FROM report ORDER BY uid"),
              [(1, "failed", 1, ""), (2, "unreadable", 0, "unreadable"), (3, "failed", 1, "")], "reports")
        equal(len(killed), 5, "readers lost")
        equal(row_of(office, b)["state"], "accepted", "the mail nobody read")
        equal(server.unread(), ["poison"], "unread")
        has(office.ctl("reports"), "读不完")


def has_crash_points():
    with open(os.path.join(BUILD, "songfa-build.h"), encoding="utf-8") as f:
        return "define SONGFA_CRASH_POINTS" in f.read()


@tap.test("killed between commit, answer and mark: each mail once")
def _():
    if not has_crash_points():
        raise Tap.Skip("needs --enable-crash-points")
    with open(os.path.join(ROOT, "daemon", "base", "crashpoint.h"), encoding="utf-8") as f:
        names = [word for word in f.read().replace(",", " ").split() if word.startswith("CRASH_")]
    with sent() as (office, server):
        n = 6
        server.put(*many(office, n))
        configure(office, server)
        number = str(names.index("CRASH_REPORT_COMMITTED") + 1)
        for i in range(3):  # the daemon dies with the commit of each
            office.start(SONGFA_CRASH_AT=number)
            office.wait_for(lambda: office.daemon.poll() is not None, "the daemon to die")
            equal(handled(office), i + 1, "mails handled")
        office.start(SONGFA_CRASH_AT=str(names.index("CRASH_REPORT_ANSWERED") + 1))
        wait_handled(office, n)  # the reader dies with the answer to each
        office.stop()
        assert office.log().count(" reader-died ") >= 3, office.log()[-2000:]
        equal(query(office, "SELECT uid, count(*) FROM report GROUP BY uid ORDER BY uid"), [(i + 1, 1) for i in range(n)])
        equal(query(office, "SELECT count(*) FROM report_trouble"), [(0,)], "nobody's mail is to blame")


@tap.test("the reader has low privilege")
def _():
    with sent() as (office, server):
        # a listener that never greets keeps the reader waiting, so that it can be looked at
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server.port = silent.getsockname()[1]
            configure(office, server)
            office.start()
            silent.settimeout(30)
            connection, _ = silent.accept()
            pid = office.wait_for(lambda: readers(office), "a reader")[0]
            with open(f"/proc/{pid}/status", encoding="ascii") as f:
                status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
            assert status["Uid"].split() == ["65534"] * 4 and status["Groups"].strip() == "", status
            assert status["NoNewPrivs"].strip() == "1" and int(status["CapEff"], 16) == 0, status
            names = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            assert not any("songfa.db" in name or "spool" in name for name in names), names
            started = time.monotonic()
            office.stop()
            assert time.monotonic() - started < 20, "a stop does not wait for the mailbox"
            connection.close()


tap.main()
