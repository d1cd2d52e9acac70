#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The delivery engine against a server that misbehaves in one way a row: the cases that are each of their
own kind. TAP output; a word on the command line chooses rows. test-smtp-matrix.py has the regular ones."""
from smtp_rows import BIG, CA, EHLO_TLS, LOGIN, PASSWORD, PLAIN, QUICK, Row, run, STARTTLS, tls

EHLO_XOAUTH2 = ["double", "PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN XOAUTH2"]
XOAUTH2 = ("--user", "clerk", "--auth", "xoauth2")


def no_secret(double, rows, log):
    return [] if PASSWORD not in log and not double.of("auth") else ["the password got out"]


def logged_in(double, rows, log):
    seen = double.of("auth")
    problems = [] if seen and seen[0]["password"] == PASSWORD else [f"login was {seen}"]
    return problems + (["the password is in the log"] if PASSWORD in log else [])


def by(mechanism):
    def check_mechanism(double, rows, log):
        wrong = [a["mechanism"] for a in double.of("auth") if a["mechanism"] != mechanism]
        return logged_in(double, rows, log) + [f"login by {w}" for w in wrong]
    return check_mechanism


def from_pinned(double, rows, log):
    return [f"from {m['sender']}" for m in double.of("mail") if m["sender"] != "pinned@example.test"] + \
        ["the header follows the envelope" for m in double.of("mail") if "office@example.test" not in m["body"]]


def asks(recipient):
    def check_asked(double, rows, log):
        lines = [c["line"] for c in double.of("command")]
        return [f"no {word} in {lines}" for word in (" RET=HDRS ENVID=", recipient) if not any(word in l for l in lines)]
    return check_asked


def asks_nothing(double, rows, log):
    return [c["line"] for c in double.of("command") if "NOTIFY" in c["line"] or "ENVID" in c["line"]]


def one_by_one(double, rows, log):
    return [f"pipelined: {c['line']}" for c in double.of("command") if c["more"]]


def two_attempts(double, rows, log):
    return [] if rows[0]["attempts"] == 2 else [f"attempts {rows[0]['attempts']}"]


def gave_up(double, rows, log):
    return [] if rows[0]["enhanced"] == "4.4.7" else [f"enhanced {rows[0]['enhanced']}"]


def nothing_asked(double, rows, log):
    blamed = ["the relay is blamed"] if "relay-rests" in log else []
    return blamed + [c["line"] for c in double.of("command") if c["line"].startswith("MAIL")]


def by_second_relay(double, rows, log):
    return [] if {r["relay"] for r in rows} == {"two"} else [f"relays {[r['relay'] for r in rows]}"]


def each_once(double, rows, log):
    got = sorted(m["message_id"] for m in double.of("mail"))
    want = sorted(r["message_id"] for r in rows if r["state"] == "accepted")
    return [] if got == want else [f"took {got}"]


def each_once_or_unknown(double, rows, log):
    got = sorted(m["message_id"] for m in double.of("mail"))
    want = sorted(r["message_id"] for r in rows if r["state"] in ("accepted", "unknown"))
    return [] if got == want else [f"took {got}"]


def whole_and_personal(double, rows, log):
    problems = each_once(double, rows, log)
    for mail in double.of("mail"):
        lines = mail["body"].split("\r\n")
        if any(len(line) > 998 or line.startswith(".") for line in lines) or not mail["body"].isascii():
            problems.append("a line is too long, begins with a dot or is not ASCII")
        if f"<{mail['recipients'][0]}>" not in mail["body"]:
            problems.append("not addressed to its recipient")
    return problems


def transactions(*sizes, asked=None):
    """So many recipients in each mail that was taken, none of them shown; asked: how many RCPT in all."""
    def also(double, rows, log):
        got = [len(m["recipients"]) for m in double.of("mail")]
        problems = [] if got == list(sizes) else [f"transactions of {got}, not {list(sizes)}"]
        problems += [f"{r['recipient']}: {r['attempts']} attempts" for r in rows if r["attempts"] > 1]
        for mail in double.of("mail"):
            head = mail["body"].split("\r\n\r\n")[0]
            if "@example.test" in head.replace("office@example.test", "") or "\r\nTo: " not in "\r\n" + head:
                problems.append("the header shows recipients, or has no To")
        n = sum(1 for c in double.of("command") if c["line"].startswith("RCPT"))
        return problems + ([f"{n} times RCPT"] if asked not in (None, n) else [])
    return also


SHARED = ("--shared", "--recipients", "5")
SOME = {"r2@example.test": "550 5.1.1 user unknown", "r4@example.test": "450 4.2.0 greylisted"}


def some(rest):
    return [rest, "refused", rest, "deferred", rest]


ROWS = [
    Row("all is well", {}, "accepted", 250, "Ok: queued as DOUBLE", 5, ("--recipients", "5"), also=whole_and_personal),
    Row("no pipelining offered", {"EHLO": PLAIN}, "accepted", 250, mails=2, also=one_by_one),
    Row("pipelining switched off", {}, "accepted", 250, mails=2, args=("--no-pipelining",), also=one_by_one),
    Row("only HELO is known", {"EHLO": "502 5.5.1 What?"}, "accepted", 250, mails=2, also=one_by_one),
    # connecting
    Row("nobody listens", None, "deferred", None, "连接不上"),
    Row("banner 554", {"banner": "554 5.7.1 go away"}, "deferred", None, "go away"),
    Row("banner 421", {"banner": "421 4.3.2 too many connections"}, "deferred", None, "too many"),
    Row("banner nonsense", {"banner": "HTTP/1.1 200 OK"}, "deferred", args=QUICK),
    Row("banner of other bytes", {"banner": "!last \x00\xff\xfe"}, "deferred", mails=0),
    Row("banner with a code that is none", {"banner": "!last 999 what"}, "deferred", mails=0),
    Row("banner without end", {"banner": "!half " + "220-endless\r\n" * 20000}, "deferred", mails=0),
    Row("banner of one line of 100 kB", {"banner": "!last 220 " + "x" * 100000}, "deferred", mails=0, args=QUICK),
    Row("banner of one word", {"banner": "!last hello"}, "deferred", mails=0),
    Row("no banner", {"banner": "!stall"}, "deferred", None, "超时", args=QUICK),
    Row("closes instead of a banner", {"banner": "!close"}, "deferred"),
    Row("closes at EHLO", {"EHLO": "!close"}, "deferred"),
    Row("stalls at EHLO", {"EHLO": "!stall"}, "deferred", None, "超时", args=QUICK),
    # MAIL
    Row("MAIL 451", {"MAIL": "451 4.3.0 later"}, "deferred", 451, "later"),
    Row("MAIL 553", {"MAIL": "553 5.7.1 not your address"}, "refused", 553, "not your address"),
    Row("MAIL 421", {"MAIL": "!last 421 4.3.2 closing"}, "deferred", 421, "closing"),
    Row("closes at MAIL", {"MAIL": "!close"}, "deferred", None, "连接中断", 0),
    Row("stalls at MAIL", {"MAIL": "!stall"}, "deferred", None, "没有答复", 0, QUICK),
    Row("nonsense to MAIL", {"MAIL": "hello"}, "deferred", None, "hello", 0),
    Row("MAIL 451 once", {"MAIL": ["451 4.3.0 later", "250 ok"]}, "accepted", 250, mails=1,
        args=("--recipients", "1", "--retry", "1", "--final"), also=two_attempts),
    Row("MAIL 451 for ever", {"MAIL": "451 4.3.0 later"}, "refused", 451, "不再重试", 0,
        ("--recipients", "1", "--retry", "1", "--give-up", "1", "--final"), also=gave_up),
    Row("MAIL 550 frequency limited", {"MAIL": "550 Connection frequency limited"}, "deferred", 550),
    Row("MAIL 503", {"MAIL": "503 5.5.1 EHLO first"}, "deferred", 503, mails=0),
    Row("MAIL FROM pinned", {}, "accepted", 250, mails=2, args=("--mail-from", "pinned@example.test"), also=from_pinned),
    Row("reports asked for", {"EHLO": ["double", "DSN", "PIPELINING"]}, "accepted", 250, mails=2,
        also=asks(" NOTIFY=FAILURE,DELAY ORCPT=rfc822;r1@example.test")),
    Row("reports of success too", {"EHLO": ["double", "DSN"]}, "accepted", 250, mails=2, args=("--notify", "1"),
        also=asks(" NOTIFY=FAILURE,DELAY,SUCCESS ORCPT=rfc822;r2@example.test")),
    Row("no reports wanted", {"EHLO": ["double", "DSN"]}, "accepted", 250, mails=2, args=("--notify", "2"), also=asks_nothing),
    Row("reports not offered", {}, "accepted", 250, mails=2, also=asks_nothing),
    # RCPT
    Row("RCPT 450", {"RCPT": "450 4.2.0 greylisted"}, "deferred", 450, "greylisted", 0),
    Row("RCPT 550", {"RCPT": "550 5.1.1 user unknown"}, "refused", 550, "user unknown", 0),
    Row("first RCPT 550", {"RCPT": ["550 5.1.1 user unknown", "250 ok"]}, ["refused", "accepted"], 550, mails=1),
    Row("first RCPT 550, plain", {"EHLO": PLAIN, "RCPT": ["550 5.1.1 user unknown", "250 ok"]}, ["refused", "accepted"],
        550, mails=1, also=one_by_one),
    Row("RCPT 552 too many", {"RCPT": "552 too many recipients"}, "deferred", 552),
    Row("RCPT 550, many lines", {"RCPT": "550-5.1.1 no such\n550-5.1.1 user\n550 5.1.1 here"}, "refused", 550, "no such user here"),
    Row("RCPT 550, GB18030", {"RCPT": "550 用户不存在"}, "refused", 550, "用户不存在"),
    Row("closes at RCPT", {"RCPT": "!close"}, "deferred", None, "连接中断", 0),
    Row("stalls at RCPT", {"RCPT": "!stall"}, "deferred", None, "没有答复", 0, QUICK),
    Row("421 at RCPT", {"RCPT": "!last 421 4.3.2 closing"}, "deferred", 421, "closing", 0),
    # DATA
    Row("DATA 451", {"DATA": "451 4.3.0 later"}, "deferred", 451, "later", 0),
    Row("DATA 554", {"DATA": "554 5.7.1 no"}, "refused", 554, "no", 0),
    Row("go-ahead without recipients", {"RCPT": ["550 5.1.1 none", "250 ok"], "DATA": "354 go"}, ["refused", "accepted"], 550, mails=1),
    Row("250 to DATA", {"DATA": "250 ok"}, "deferred", None, "不合 SMTP 规则", 0),
    Row("closes at DATA", {"DATA": "!close"}, "deferred", None, "连接中断", 0),
    Row("stalls at DATA", {"DATA": "!stall"}, "deferred", None, None, 0, QUICK),
    Row("closes amid a big body", {"body_limit": 100000}, "deferred", None, "连接中断", 0, ("--recipients", "1", *BIG)),
    Row("a big body", {}, "accepted", 250, mails=1, args=("--recipients", "1", *BIG), also=whole_and_personal),
    # the final dot
    Row("dot 451", {"DOT": "451 4.3.0 later"}, "deferred", 451, "later", 0),
    Row("dot 554", {"DOT": "554 5.7.1 spam"}, "refused", 554, "spam", 0),
    Row("dot 421", {"DOT": "!last 421 4.3.2 closing"}, "deferred", 421, "closing", args=("--recipients", "1")),
    Row("closes after the dot", {"DOT": "!close"}, ["unknown", "deferred"], None, "连接中断", 1),
    Row("stalls after the dot", {"DOT": "!stall"}, "unknown", None, "没有答复", 1, ("--recipients", "1", *QUICK)),
    Row("half a reply to the dot", {"DOT": "!half 25"}, "unknown", None, None, 1, ("--recipients", "1")),
    Row("a reply without end to the dot", {"DOT": "!half 250 2.0.0 Ok"}, "unknown", None, None, 1, ("--recipients", "1")),
    Row("nonsense to the dot", {"DOT": "!raw \x01\x02\r\n"}, "unknown", None, None, 1, ("--recipients", "1")),
    Row("354 to the dot", {"DOT": "354 go on"}, "unknown", None, None, 1, ("--recipients", "1")),
    Row("a dripping reply", {"DOT": "!drip 1 250 2.0.0 Ok: queued as DRIP"}, "accepted", 250, "DRIP", 1, ("--recipients", "1")),
    Row("a reply that drips too long", {"DOT": "!drip 5 250 2.0.0 Ok"}, "unknown", None, "没有答复", 1, ("--recipients", "1", *QUICK)),
    Row("a reply of 1 MB", {"DOT": "!huge 250 2.0.0 Ok"}, "accepted", 250, "more more", 2),
    Row("lost after the dot once", {"DOT": ["250 2.0.0 Ok", "!close", "250 2.0.0 Ok"]}, ["accepted", "unknown", "accepted"], 250, None, 3,
        ("--recipients", "3"), also=each_once_or_unknown),
    # several recipients in a transaction
    Row("one mail for five", {}, "accepted", 250, "queued as DOUBLE", 1, SHARED, also=transactions(5, asked=5)),
    Row("one mail for five, plain", {"EHLO": PLAIN, "rcpt": SOME}, some("accepted"), 250, None, 1, SHARED, also=transactions(3)),
    Row("some recipients refused", {"rcpt": SOME}, some("accepted"), 250, None, 1, SHARED, also=transactions(3)),
    Row("all recipients refused", {"RCPT": "550 5.1.1 none"}, "refused", 550, None, 0, SHARED),
    Row("a relay that takes two at a time", {"rcpt_limit": 2}, "accepted", 250, None, 3, SHARED, also=transactions(2, 2, 1, asked=8)),
    Row("a relay that says it takes two", {"EHLO": ["double", "PIPELINING", "LIMITS MAILMAX=9 RCPTMAX=2"]}, "accepted", 250, None, 3,
        SHARED, also=transactions(2, 2, 1, asked=5)),
    Row("configured to three at a time", {}, "accepted", 250, None, 2, SHARED + ("--batch", "3"), also=transactions(3, 2)),
    Row("too many, for ever", {"rcpt_limit": 0}, "deferred", 452, None, 0, SHARED),
    Row("five, dot 451", {"DOT": "451 4.3.0 later", "rcpt": SOME}, some("deferred"), 451, "later", 0, SHARED),
    Row("five, dot 554", {"DOT": "554 5.7.1 spam", "rcpt": SOME}, some("refused"), 554, "spam", 0, SHARED),
    Row("five, DATA 451", {"DATA": "451 4.3.0 later", "rcpt": SOME}, some("deferred"), 451, "later", 0, SHARED),
    Row("five, lost after the dot", {"DOT": "!close", "rcpt": SOME}, some("unknown"), None, "连接中断", 1, SHARED),
    Row("five, lost at RCPT once", {"RCPT": ["250 ok", "!close", "250 ok"]}, ["deferred"] * 5, None, None, 0, SHARED),
    Row("five by twos, the second dot lost", {"DOT": ["250 2.0.0 Ok", "!close", "250 2.0.0 Ok"]},
        ["accepted", "accepted", "unknown", "unknown", "accepted"], 250, None, 3, SHARED + ("--batch", "2"), also=transactions(2, 2, 1)),
    Row("two at a time and some refused", {"rcpt_limit": 2, "rcpt": SOME}, some("accepted"), 250, None, 2, SHARED, also=transactions(2, 1)),
    # pipelining that is none
    Row("forgets what follows the dot", {"forget": "dot"}, "accepted", 250, None, 5, ("--recipients", "5", "--timeout", "4"), also=each_once),
    Row("503 behind the dot", {"no_sequence": "dot"}, "accepted", 250, None, 5, ("--recipients", "5"), also=each_once),
    Row("forgets what follows a command", {"forget": "command"}, "accepted", 250, None, 3, ("--recipients", "3", "--timeout", "4"), also=each_once),
    Row("503 behind MAIL", {"no_sequence": "mail"}, "accepted", 250, None, 3, ("--recipients", "3"), also=each_once),
    # size
    Row("over the SIZE limit", {"EHLO": ["double", "PIPELINING", "SIZE 10000"]}, "refused", None, "超过中继允许", 0, also=nothing_asked),
    # several relays
    Row("the first relay is absent", {}, "accepted", 250, None, 2, relays=["absent", "double"], also=by_second_relay),
    # TLS and login
    Row("STARTTLS", {"EHLO": EHLO_TLS, "tls": tls()}, "accepted", 250, None, 2, STARTTLS + CA),
    Row("STARTTLS and login", {"EHLO": EHLO_TLS, "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250, None, 2,
        STARTTLS + CA + LOGIN, also=logged_in),
    Row("password from a systemd credential", {"EHLO": EHLO_TLS, "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250, None, 2,
        STARTTLS + CA + ("--user", "clerk", "--password-file", "password"), also=logged_in),
    Row("login by AUTH LOGIN", {"EHLO": ["double", "STARTTLS", "AUTH LOGIN"], "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250,
        None, 2, STARTTLS + CA + LOGIN, also=logged_in),
    Row("PLAIN alone", {"EHLO": EHLO_TLS, "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250, None, 2,
        STARTTLS + CA + LOGIN + ("--auth", "plain"), also=by("PLAIN")),
    Row("LOGIN where PLAIN is offered too", {"EHLO": EHLO_TLS, "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250,
        None, 2, STARTTLS + CA + LOGIN + ("--auth", "login"), also=by("LOGIN")),
    Row("PLAIN where only LOGIN is offered", {"EHLO": ["double", "STARTTLS", "AUTH LOGIN"], "tls": tls()}, "deferred", None,
        None, 0, STARTTLS + CA + LOGIN + ("--auth", "plain"), also=no_secret),
    Row("XOAUTH2 with a token from a program", {"EHLO": EHLO_XOAUTH2, "tls": tls(), "auth": ["clerk", PASSWORD]}, "accepted", 250,
        None, 2, STARTTLS + CA + XOAUTH2 + ("--token-command", "echo " + PASSWORD), also=by("XOAUTH2")),
    Row("XOAUTH2, a program that fails", {"EHLO": EHLO_XOAUTH2, "tls": tls()}, "deferred", None, "令牌", 0,
        STARTTLS + CA + XOAUTH2 + ("--token-command", f"echo {PASSWORD}; exit 1"), also=no_secret),
    Row("XOAUTH2, a program that hangs", {"EHLO": EHLO_XOAUTH2, "tls": tls()}, "deferred", None, "令牌", 0,
        STARTTLS + CA + XOAUTH2 + QUICK + ("--token-command", "exec sleep 60"), also=no_secret),
    Row("XOAUTH2 to a relay without", {"EHLO": EHLO_TLS, "tls": tls()}, "deferred", None, None, 0,
        STARTTLS + CA + XOAUTH2 + ("--token-command", "echo " + PASSWORD), also=no_secret),
    Row("implicit TLS and login", {"EHLO": EHLO_TLS, "tls": tls(implicit=True)}, "accepted", 250, None, 3,
        ("--tls", "implicit", "--recipients", "3") + CA + LOGIN, also=logged_in),
    Row("a big body over TLS", {"EHLO": EHLO_TLS, "tls": tls()}, "accepted", 250, None, 1,
        STARTTLS + CA + BIG + ("--recipients", "1"), also=whole_and_personal),
    Row("a relay that offers no login", {"EHLO": ["double", "PIPELINING"]}, "deferred", None, "不提供登录", 0, LOGIN, also=no_secret),
    Row("login without TLS on loopback", {"EHLO": EHLO_TLS}, "accepted", 250, None, 2, LOGIN, also=logged_in),
    Row("login without TLS off loopback", {}, "deferred", None, "明文", 0, LOGIN, relays=["192.0.2.1"], also=no_secret),
    Row("certificate of nobody known", {"EHLO": EHLO_TLS, "tls": tls()}, "deferred", None, "证书", 0, STARTTLS + LOGIN, also=no_secret),
    Row("certificate of another host", {"EHLO": EHLO_TLS, "tls": tls("other")}, "deferred", None, "证书", 0,
        STARTTLS + CA + LOGIN, also=no_secret),
    Row("implicit TLS, unknown certificate", {"EHLO": EHLO_TLS, "tls": tls(implicit=True)}, "deferred", None, "证书", 0,
        ("--tls", "implicit") + LOGIN, also=no_secret),
    Row("STARTTLS stripped", {"EHLO": ["double", "AUTH PLAIN"]}, "deferred", None, "STARTTLS", 0, STARTTLS + CA + LOGIN, also=no_secret),
    Row("STARTTLS refused", {"EHLO": EHLO_TLS, "STARTTLS": "454 4.7.0 no"}, "deferred", None, None, 0, STARTTLS + CA + LOGIN, also=no_secret),
    Row("reply injected behind STARTTLS", {"EHLO": EHLO_TLS, "tls": tls(inject="250-evil\r\n250 AUTH PLAIN\r\n")}, "deferred", None, None, 0,
        STARTTLS + CA + LOGIN, also=no_secret),
    Row("wrong password", {"EHLO": EHLO_TLS, "tls": tls(), "auth": ["clerk", "other"]}, "deferred", None, "登录被拒", 0, STARTTLS + CA + LOGIN),
    Row("password file missing", {"EHLO": EHLO_TLS, "tls": tls()}, "deferred", None, "密码文件", 0,
        STARTTLS + CA + ("--user", "clerk", "--password-file", "/nonexistent")),
]



if __name__ == "__main__":
    run(ROWS)
