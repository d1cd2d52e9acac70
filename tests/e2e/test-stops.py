#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clerks stop while mails are on their way, and what they are told: the whole songfad with a
scripted server. TAP output."""
import contextlib
import email
import email.policy
import importlib.util
import json
import os

from harness import ROOT, Office, Tap, issue_data

SPEC = importlib.util.spec_from_file_location("smtp_double", os.path.join(ROOT, "tests/doubles/smtp-double.py"))
smtp_double = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(smtp_double)

tap = Tap()
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
SLOW = {"DOT": "!drip 0.3 250 2.0.0 Ok"}


@contextlib.contextmanager
def running(script, **changes):
    double = smtp_double.Double(script)
    with Office(smtp=False, connections=1) as office:
        try:
            office.write_config(port=double.port, **changes)
            office.start()
            office.double = double
            yield office
        finally:
            double.close()


def rows(office):
    return [d for d in office.deliveries() if d["channel"] == "email"]


def states(office):
    return sorted({d["state"] for d in rows(office)})


def texts(double, to="zhiban@example.test"):
    return [email.message_from_string(m["body"], policy=email.policy.default).get_content()
            for m in double.of("mail") if to in m["recipients"]]


def begin(office, n=2, data=EIGHT):
    """An issue on its way, with some mails taken."""
    office.hand_in("8.txt", data)
    office.wait_for(lambda: len(office.double.of("mail")) >= n, "first mails")


def nothing_moves(office, n):
    """Only what was on the wire may still come: for a while no more than that."""
    with contextlib.suppress(AssertionError):
        office.wait_for(lambda: len(office.double.of("mail")) > n + 4, "mails after the stop", deadline=2.5)
    assert len(office.double.of("mail")) <= n + 4, (n, len(office.double.of("mail")))


@tap.test("an issue is paused at once and resumed with what is left")
def pause_issue():
    with running(SLOW) as office:
        begin(office)
        total = len(rows(office))
        assert office.run_ctl("pause", "1").returncode == 2  # a reason is asked for
        office.ctl("pause", "1", "--reason", "等一等")
        n = len(office.double.of("mail"))
        nothing_moves(office, n)
        office.wait_for(lambda: states(office) == ["accepted", "planned"], "the rest is planned")
        office.ctl("resume", "1")
        office.wait_for(lambda: states(office) == ["accepted"], "all taken")
        taken = [m["recipients"][0] for m in office.double.of("mail")]
        assert len(taken) == len(set(taken)) == total, (len(taken), total)


@tap.test("an issue is cancelled while it is on its way")
def cancel_issue():
    with running(SLOW) as office:
        begin(office)
        office.ctl("cancel", "1", "--reason", "有错")
        n = len(office.double.of("mail"))
        nothing_moves(office, n)
        office.wait_for(lambda: states(office) == ["accepted", "cancelled"], "the rest is cancelled")
        assert "issue.cancel" in office.ctl("audit") and office.issues()[0]["state"] == "done"


@tap.test("a recipient is paused for all issues, and gets them when resumed")
def pause_recipient():
    with running({}, release="manual") as office:
        office.hand_in("8.txt", EIGHT)
        office.wait_states("planned")
        one = rows(office)[0]
        office.ctl("pause", "--recipient", one["recipient"], "--reason", "地址在换")
        office.ctl("release", "1")
        office.wait_for(lambda: states(office) == ["accepted", "planned"], "all but one")
        assert [d["recipient"] for d in rows(office) if d["state"] == "planned"] == [one["recipient"]]
        assert one["address"] not in [m["recipients"][0] for m in office.double.of("mail")]
        office.ctl("resume", "--recipient", one["recipient"])
        office.wait_for(lambda: states(office) == ["accepted"], "that one too")


@tap.test("a relay is paused and resumed, over a restart too")
def pause_relay():
    with running(SLOW) as office:
        begin(office)
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        n = len(office.double.of("mail"))
        nothing_moves(office, n)
        office.wait_for(lambda: "queued" in states(office) and "sending" not in states(office), "rows wait in the store")
        assert office.run_ctl("pause", "--relay", "nobody", "--reason", "x").returncode == 1
        office.stop()
        office.start()
        nothing_moves(office, n)
        office.ctl("resume", "--relay", "loopback")
        office.wait_for(lambda: states(office) == ["accepted"], "all taken")


@tap.test("all that was refused is told in one notice, and once")
def told_once():
    with running({"RCPT": ["550 5.1.1 no such user", "250 ok", "550 5.1.1 user unknown", "250 ok"]}) as office:
        begin(office, 1)
        told = office.wait_for(lambda: [t for t in texts(office.double) if "没有收到" in t], "the notice")
        assert len(told) == 1 and "no such user" in told[0] and "user unknown" in told[0], told
        refused = [d for d in rows(office) if d["state"] == "refused"]
        assert len(refused) == 2 and all(d["address"] in told[0] for d in refused), told
        office.stop()
        office.start()
        office.hand_in("7.txt", SEVEN)
        office.wait_states("done", "done")
        assert len([t for t in texts(office.double) if "没有收到" in t]) == 1, texts(office.double)


def notices(office):
    return [t for t in texts(office.double) if "没有收到" in t]


@tap.test("refused now, given up later: a notice for each go, each row in one of them")
def told_in_goes():
    with running({"RCPT": ["550 5.1.1 no such user", "450 4.2.0 later", "550 5.7.1 policy", "250 ok"]}, give_up="8s",
                 more='notice_gap = 1;') as office:
        office.double.script["rcpt"] = {"zhiban@example.test": "250 ok"}
        begin(office, 1)
        office.wait_for(lambda: "deferred" in states(office), "one that waits")
        later = next(d for d in rows(office) if d["state"] == "deferred")
        office.double.script["rcpt"][later["address"]] = "450 4.2.0 later"
        first = office.wait_for(lambda: notices(office), "the first notice")
        now = [d for d in rows(office) if d["state"] == "refused" and d["address"] != later["address"]]
        assert len(now) == 2 and all(d["address"] in first[0] for d in now) and later["address"] not in first[0], first
        assert "550 5.1.1 no such user" in first[0] and "核对地址" in first[0] and "songfactl resend" in first[0], first
        both = office.wait_for(lambda: len(notices(office)) == 2 and notices(office), "the second notice")
        assert later["address"] in both[1] and "已过期限" in both[1] and "450 4.4.7" in both[1], both
        assert not any(d["address"] in both[1] for d in now), both


@tap.test("refused one behind the other: one notice")
def told_together():
    with running({"RCPT": ["450 4.2.0 greylisted"] * 4 + ["250 ok"]}) as office:
        office.double.script["rcpt"] = {"zhiban@example.test": "250 ok"}
        begin(office, 1)
        office.wait_for(lambda: [d["state"] for d in rows(office)].count("deferred") == 4, "four that wait")
        for row in rows(office):
            if row["state"] == "deferred":
                office.double.script["rcpt"][row["address"]] = "550 5.1.1 no such user"
        office.wait_for(lambda: [d["state"] for d in rows(office)].count("refused") == 4, "four that are refused")
        told = office.wait_for(lambda: notices(office), "the notice")
        assert len(told) == 1 and told[0].count("no such user") == 4, told


@tap.test("a series has its own patience; a hold does not use it up")
def series_patience():
    retry = 'retry = { delays = [ 1 ]; give_up_after = 4; };'
    with running({"MAIL": "451 4.3.0 later"}) as office:
        office.wait_for(lambda: " main started " in office.log(), "its start")
        office.stop()
        with open(office.config, encoding="utf-8") as f:
            text = f.read()
        with open(office.config, "w", encoding="utf-8") as f:
            f.write(text.replace('title = "上街信息";', 'title = "上街信息"; ' + retry))
        office.start()
        office.hand_in("8.txt", EIGHT)
        office.wait_for(lambda: "deferred" in states(office), "a first attempt")
        office.ctl("pause", "1", "--reason", "等一等")
        with contextlib.suppress(AssertionError):
            office.wait_for(lambda: "refused" in states(office), "given up in the hold", deadline=5)
        assert "refused" not in states(office), states(office)
        office.ctl("resume", "1")
        office.wait_for(lambda: "deferred" in states(office), "tried again")
        office.wait_for(lambda: states(office) == ["refused"], "given up", deadline=30)
        assert all(d["enhanced_code"] == "4.4.7" for d in rows(office)), json.dumps(rows(office)[0])


@tap.test("the queue says what its mails wait for")
def queue():
    with running({"RCPT": ["450 4.2.0 greylisted", "250 ok"], **SLOW}) as office:
        begin(office)
        office.wait_for(lambda: "deferred" in states(office), "a greylisted mail")
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        office.wait_for(lambda: "sending" not in states(office), "rows wait in the store")
        groups = json.loads(office.ctl("queue", "--json"))  # one a state, domain and relay
        queued = [g for g in groups if g["state"] == "queued"]
        assert queued and all(g["domain"] == "example.test" and "全部中继都已停用" in g["waits_for"] for g in queued), groups
        waiting = sum(d["state"] in ("queued", "deferred") for d in rows(office))
        assert sum(g["count"] for g in groups) == waiting, (groups, waiting)
        assert json.loads(office.ctl("queue", "--json", "--issue", "1")) and "全部中继" in office.ctl("status")
        office.stop()
        groups = json.loads(office.ctl("queue", "--json"))
        assert groups and all("等 songfad 启动" in g["waits_for"] for g in groups), groups


def relay(office):
    return json.loads(office.ctl("relays", "--json"))[0]


@tap.test("relays: in use, counted, paused, at rest")
def relays():
    with running({}, more='domains = ( { domain = "example.test"; per_day = 1000; } );') as office:
        begin(office)
        office.wait_for(lambda: states(office) == ["accepted"], "all taken")
        n = len(rows(office))
        assert relay(office)["state"] == "closed" and relay(office)["today"] == n, relay(office)
        domain = json.loads(office.ctl("relays", "--json"))[1]
        assert (domain["kind"], domain["today"], domain["per_day"]) == ("domain", n, 1000), domain
        office.ctl("pause", "--relay", "loopback", "--reason", "维护")
        assert relay(office)["state"] == "paused" and relay(office)["problem"] == "维护", relay(office)
        office.ctl("resume", "--relay", "loopback")
        office.double.script["banner"] = "421 4.3.2 not now"
        office.wait_for(lambda: len(office.double.of("command")) and "QUIT" in [c["line"] for c in office.double.of("command")],
                        "the idle connection ends")
        office.hand_in("7.txt", SEVEN)
        office.wait_for(lambda: relay(office)["state"] in ("open", "half-open"), "a rest")
        assert "not now" in relay(office)["problem"], relay(office)
        office.stop()
        assert relay(office)["state"] == "stopped"


@tap.test("the dialogue is traced while the daemon runs, on connections that are open too")
def trace():
    with running(SLOW) as office:
        begin(office)
        assert " smtp out " not in office.log()
        office.ctl("trace", "--on", "smtp")
        office.wait_for(lambda: " smtp out " in office.log() and "RCPT TO:" in office.log(), "the dialogue")
        assert "smtp" in office.ctl("trace")
        office.ctl("trace", "--off")
        office.wait_for(lambda: len(office.double.of("mail")) and quiet(office), "an end of it")
        assert office.run_ctl("trace", "--on", "no such").returncode == 2
        assert len(office.double.of("connect")) == 1, office.double.of("connect")


def quiet(office):
    """Two more mails and not one more traced line."""
    lines, n = office.log().count(" smtp "), len(office.double.of("mail"))
    office.wait_for(lambda: len(office.double.of("mail")) >= n + 2, "two more mails")
    return office.log().count(" smtp ") == lines


tap.main()
