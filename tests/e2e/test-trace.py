#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was said to relays, kept beside the attempts and shown by songfactl trace: the whole songfad with a
scripted server. TAP output."""
import contextlib
import importlib.util
import json
import os
import subprocess

from harness import ROOT, Office, Tap, equal, has, issue_data, lacks

SPEC = importlib.util.spec_from_file_location("smtp_double", os.path.join(ROOT, "tests/doubles/smtp-double.py"))
smtp_double = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(smtp_double)

tap = Tap()
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
RELAY = 'relays = ( {{ name = "loopback"; host = "localhost"; port = {port}; connections = 1; {more} }} );'


@contextlib.contextmanager
def running(script, relay="", **changes):
    """An office with one relay; relay: more of its settings."""
    double = smtp_double.Double(script)
    with Office(smtp=False, connections=1) as office:
        try:
            office.write_config(port=double.port, **changes)
            if relay:
                with open(office.config, encoding="utf-8") as f:
                    lines = [RELAY.format(port=double.port, more=relay) if line.startswith("relays =") else line.rstrip("\n")
                             for line in f]
                with open(office.config, "w", encoding="utf-8") as f:
                    f.write("\n".join(lines))
            office.start()
            office.double = double
            yield office
        finally:
            double.close()


def rows(office):
    return [d for d in office.deliveries() if d["channel"] == "email"]


def sent(office, *ends):
    """Hands in an issue and waits until its mails are in these states."""
    office.hand_in("8.txt", EIGHT)
    office.wait_for(lambda: rows(office) and {d["state"] for d in rows(office)} <= set(ends), f"all rows in {ends}")
    return rows(office)


def trace(office, row, *more):
    return json.loads(office.ctl("trace", str(row["id"]), "--json", *more))[0]


def said(dialogue, direction=None):
    return [line["text"] for line in dialogue["lines"] if direction in (None, line["direction"])]


def certificate(folder):
    paths = [os.path.join(folder, name) for name in ("cert.pem", "key.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-out", paths[0], "-keyout", paths[1]],
                   check=True, capture_output=True)
    return paths


@tap.test("refused: every command with its reply, the connection in front")
def refused():
    with running({"RCPT": "550 5.1.1 没有这个人\x1b[31m"}) as office:
        row = sent(office, "refused")[0]
        attempt, = trace(office, row)["attempts"]
        dialogue, = attempt["dialogues"]
        equal([(line["direction"], line["text"].split(" ")[0]) for line in dialogue["lines"]],
              [("out", "MAIL"), ("in", "250"), ("out", "RCPT"), ("in", "550"), ("out", "DATA"), ("in", "554")])
        has(said(dialogue, "out")[1], f"<{row['address']}>")
        assert [line["own"] for line in dialogue["lines"] if "own" in line] == [True, True], dialogue
        has(said(dialogue["link"], "in")[0], "220 double")
        has("\n".join(said(dialogue["link"])), "EHLO ", "250-PIPELINING", "Connected to 127.0.0.1")
        text = office.ctl("trace", str(row["id"]))
        has(text, "第 1 次", "被拒", "→ RCPT TO:", "← 550 5.1.1 没有这个人")
        lacks(text, "\x1b")
        equal(office.ctl("trace", "1", row["recipient"]), text, "by issue and recipient")
        assert all(line["seconds"] >= 0 for line in dialogue["lines"])


@tap.test("deferred, then taken: both attempts, of the second the times alone")
def deferred():
    with running({"RCPT": ["451 4.7.1 greylisted", "250 2.1.5 Ok"]}) as office:
        row = max(sent(office, "accepted"), key=lambda d: d["attempts"])
        equal(row["attempts"], 2)
        first, second = trace(office, row)["attempts"]
        has("\n".join(said(first["dialogues"][0])), "451 4.7.1 greylisted")
        equal((second["dialogues"], second["state"]), ([], "accepted"))
        assert 0 <= second["timing"]["mail"] <= second["timing"]["dot"], second
        has(said(second["timing"]["link"], "in")[0], "220 double")
        has(office.ctl("trace", str(row["id"])), "答复都照常", "最后一点")


@tap.test("unknown: how far it came, and that no reply followed")
def unknown():
    with running({"DOT": "!close"}) as office:
        office.hand_in("8.txt", EIGHT)
        row, *_ = office.wait_for(lambda: [d for d in rows(office) if d["state"] == "unknown"], "one in doubt")
        dialogue = trace(office, row)["attempts"][0]["dialogues"][-1]
        equal([line["direction"] for line in dialogue["lines"]][-3:], ["body", "out", "note"])
        equal(said(dialogue, "out")[-1], ".")
        assert int(said(dialogue, "body")[0]) > 1000
        body = office.double.of("mail")[0]["body"].split("\r\n\r\n", 1)[1][:60]
        lacks(office.ctl("trace", str(row["id"])), body, "Subject:")


@tap.test("TLS and a login: version and cipher, no password, also not in what the relay says")
def tls():
    with Office(smtp=False, directory=False) as place:
        cert, key = certificate(place.folder)
        secret = os.path.join(place.folder, "secret")
        with open(secret, "w", encoding="ascii") as f:
            f.write("geheim-4711\n")
        os.chmod(secret, 0o600)
        settings = f'tls = "starttls"; ca_file = "{cert}"; user = "songfa"; password_file = "{secret}";'
        lines = ["double", "PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN"]
        for auth, state in ((None, "refused"), ("535 5.7.8 no: geheim-4711", "deferred")):
            script = {"EHLO": lines, "tls": {"cert": cert, "key": key}, "RCPT": "550 5.1.1 none"}
            with running({**script, **({"AUTH": auth} if auth else {})}, relay=settings) as office:
                row = sent(office, state, *(["queued", "sending"] if auth else []))[0]
                office.wait_for(lambda: trace(office, row)["attempts"], "an attempt")  # pylint: disable=cell-var-from-loop
                dialogue = trace(office, row)["attempts"][0]["dialogues"][0]
                opening = "\n".join(said(dialogue["link"] or dialogue))
                has(opening, "STARTTLS", "TLS1.", "AUTH PLAIN ***", "235 2.7.0" if auth is None else "535 ***")
                everything = office.ctl("trace", str(row["id"])) + office.ctl("log") + office.log()
                lacks(everything, "geheim", "AHNvbmdmYQ")


@tap.test("no connection: what was said before it failed")
def no_connection():
    with running({"banner": "554 5.3.2 go away"}) as office:
        row = sent(office, "deferred", "queued", "sending")[0]
        office.wait_for(lambda: trace(office, row)["attempts"], "an attempt")
        dialogue = trace(office, row)["attempts"][0]["dialogues"][0]
        assert dialogue["link"] is None and "554 5.3.2 go away" in said(dialogue, "in"), dialogue
        has("\n".join(said(dialogue, "note")), "Connected to", "中继 loopback")


@tap.test("a shared transaction: one dialogue, each row knows its RCPT")
def shared():
    with running({"RCPT": ["250 2.1.5 Ok", "550 5.1.1 none", "250 2.1.5 Ok"]}, personal="false") as office:
        all_rows = sent(office, "accepted", "refused")
        bad = [d for d in all_rows if d["state"] == "refused"]
        equal(len(bad), 1)
        dialogue = trace(office, bad[0])["attempts"][0]["dialogues"][0]
        own = [line["text"] for line in dialogue["lines"] if line.get("own")]
        has(own[0], bad[0]["address"])
        equal((len(own), own[1]), (2, "550 5.1.1 none"))
        assert sum("RCPT TO:" in text for text in said(dialogue, "out")) == len(all_rows), dialogue
        text, whole = (office.ctl("trace", str(bad[0]["id"]), *more) for more in ((), ("--all",)))
        has(text, f"另有 {len(all_rows) - 1} 个收件人", bad[0]["address"])
        good = next(d for d in all_rows if d["state"] == "accepted")
        lacks(text, good["address"])
        has(whole, good["address"], f"* RCPT TO:<{bad[0]['address']}>")
        assert trace(office, good)["attempts"][0]["timing"], "an accepted one keeps its times"


@tap.test("a hostile reply is bounded and escaped")
def hostile():
    with running({"RCPT": "!huge 550 5.1.1 none", "DATA": "554 \u202egnp\u009b"}) as office:
        row = sent(office, "refused")[0]
        out = office.run_ctl("trace", str(row["id"])).stdout
        assert len(out) < 8192, len(out)
        has(out.decode(), "\\xE2\\x80\\xAE")
        lacks(out.decode(), "\u202e", "\u009b")


@tap.test("dialogues = \"all\": accepted ones whole too; an odd reply keeps one in any case")
def all_of_them():
    with running({}, more='dialogues = "all";') as office:
        row = sent(office, "accepted")[0]
        has("\n".join(said(trace(office, row)["attempts"][0]["dialogues"][0])), "MAIL FROM:", "354", "queued as DOUBLE")
    with running({"RCPT": ["251 2.1.5 forwarded", "250 2.1.5 Ok"]}) as office:
        kept = [d for d in sent(office, "accepted") if trace(office, d)["attempts"][0]["dialogues"]]
        equal(len(kept), 1)


@tap.test("what a row waits for, in the same words in log, show, queue and trace")
def same_words():
    with running({"RCPT": "451 4.7.1 greylisted"}, give_up="2h") as office:
        office.hand_in("8.txt", EIGHT)
        office.wait_for(lambda: rows(office) and all(d["attempts"] > 0 for d in rows(office)), "all tried")
        office.stop()
        row = rows(office)[0]
        words = row["waits_for"]
        has(words, "等 songfad 启动", "期限")
        equal({g["waits_for"] for g in json.loads(office.ctl("queue", "--json", "--issue", "1"))}, {words})
        has(office.ctl("show", "1"), words)
        has(office.ctl("trace", str(row["id"])), words)
        assert row["deadline"] > row["first_queued"], row
        for by in ("state", "relay", "domain", "issue", "age", "age,domain"):
            groups = json.loads(office.ctl("queue", "--by", by, "--json", "--issue", "1"))
            equal(sum(g["count"] for g in groups), len(rows(office)), by)
        equal(office.run_ctl("queue", "--by", "colour").returncode, 2)


@tap.test("the minute's use against its limit, of a relay and of a domain")
def minute():
    domains = 'domains = ( { domain = "example.test"; per_minute = 5; } );'
    with running({}, relay="per_minute = 4;", more=domains) as office:
        office.hand_in("8.txt", EIGHT)

        def used():
            return {r["name"]: r["minute"] for r in json.loads(office.ctl("relays", "--json"))}
        office.wait_for(lambda: used() == {"loopback": 4, "example.test": 4}, "four in this minute")
        has(office.ctl("relays"), "4/4", "4/5")
        office.wait_for(lambda: any("每分钟 4 封" in (g["waits_for"] or "") for g in
                                    json.loads(office.ctl("queue", "--json"))), "the queue says so")


@tap.test("what cannot be traced is said")
def usage():
    with running({}) as office:
        row = sent(office, "accepted")[0]
        for words, code, text in ((("4711",), 1, "没有这封邮件"), (("abc",), 2, "songfactl log"), (("1", "nobody"), 1, "没有这封邮件"),
                                  (("99", "x"), 1, ""), ((str(row["id"]), "--on", "smtp"), 2, "--on")):
            done = office.run_ctl("trace", *words)
            equal(done.returncode, code, words)
            has(done.stderr.decode(), text)


if __name__ == "__main__":
    tap.main()
