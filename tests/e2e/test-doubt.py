#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails whose link was lost after the final dot: held, sent again by the policy of the series, or settled
by a clerk's word; over a crash too. The whole songfad with a scripted server. TAP output."""
import contextlib
import importlib.util
import json
import os
import sqlite3

from harness import ROOT, Office, Tap, equal, has, issue_data

SPEC = importlib.util.spec_from_file_location("smtp_double", os.path.join(ROOT, "tests/doubles/smtp-double.py"))
smtp_double = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(smtp_double)

tap = Tap()
ISSUE = issue_data("shangjie-xinxi-2026-07.txt")
LOST = {"DOT": ["250 2.0.0 Ok", "!close", "250 2.0.0 Ok"]}  # the second mail's link is lost


@contextlib.contextmanager
def office_with(script, policy, **changes):
    """An office whose series has the policy, with the server's record as .double."""
    double = smtp_double.Double(script)
    with Office(smtp=False, connections=1) as office:
        try:
            office.write_config(port=double.port, **changes)
            set_policy(office, policy)
            office.double = double
            yield office
        finally:
            double.close()


def set_policy(office, policy):
    with open(office.config, encoding="utf-8") as f:
        lines = f.read().split("\n")
    with open(office.config, "w", encoding="utf-8") as f:
        f.write("\n".join(policy_line(line, policy) for line in lines))


def policy_line(line, policy):
    head = 'title = "上街信息";'
    return line.split(head)[0] + f'{head} {policy} release = "auto"; }},' if head in line else line


def rows(office, *words):
    return [d for d in office.deliveries(*words) if d["channel"] == "email"]


def wait_rest(office, n_unknown=1):
    """All is sent but what is in doubt."""
    def at_rest():
        states = [d["state"] for d in rows(office)]
        return states and set(states) <= {"accepted", "unknown"} and states.count("unknown") == n_unknown
    office.wait_for(at_rest, "all sent but one")


def sendings(office, row):
    """The rows to the same recipient, in order."""
    return [d for d in rows(office) if d["recipient"] == row["recipient"]]


def in_doubt(office):
    return next(d for d in rows(office) if d["state"] == "unknown")


def audit(office, action):
    return [e for e in json.loads(office.ctl("audit", "--json")) if e["action"] == action]


@tap.test("held by default: nothing is sent again, the clerk is told what to do")
def held():
    with office_with(LOST, "") as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        wait_rest(office)
        row = in_doubt(office)
        office.wait_for(lambda: any("结果不明" in m["body"] or "zhiban" in m["recipients"][0] for m in office.double.of("mail")),
                        "the notice")
        equal(row["next_attempt"], None)
        equal(len(sendings(office, row)), 1)
        equal(office.issues()[0]["state"], "sending")


@tap.test("resend: once, after the time, under the same Message-ID, with its reason on record")
def resend():
    with office_with(LOST, 'unknown = "resend"; unknown_after = 2;') as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        office.wait_for(lambda: any(d["state"] == "unknown" for d in rows(office)), "a lost link")
        row = in_doubt(office)
        office.wait_for(lambda: len(sendings(office, row)) == 2, "sent again")
        first, second = sendings(office, row)
        office.wait_for(lambda: sendings(office, row)[1]["state"] == "accepted", "and taken")
        equal((first["message_id"], second["sending"]), (second["message_id"], 1))
        has(second["reason"], "结果不明已 2 秒")
        copies = [m for m in office.double.of("mail") if m["recipients"] == [row["address"]]]
        equal([m["message_id"] for m in copies], [row["message_id"]] * len(copies))
        office.wait_states("done")
        events = audit(office, "delivery.resend")
        equal(len(events), 1)
        has(json.dumps(events[0], ensure_ascii=False), "policy", "songfad")
        office.ctl("verify")


@tap.test("what the policy sent again and is lost again waits for the clerk")
def resend_once():
    with office_with({"DOT": ["250 2.0.0 Ok", "!close", "250 2.0.0 Ok"]}, 'unknown = "resend"; unknown_after = 10;') as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        office.wait_for(lambda: any(d["state"] == "unknown" for d in rows(office)), "a lost link")
        row = in_doubt(office)
        office.wait_for(lambda: [d["state"] for d in rows(office)].count("accepted") == len(rows(office)) - 1, "the others")
        office.double.script["DOT"] = "!close"
        office.wait_for(lambda: [d["state"] for d in sendings(office, row)] == ["unknown", "unknown"], "lost again")
        equal(sendings(office, row)[1]["next_attempt"], None)
        office.double.script["DOT"] = "250 2.0.0 Ok"
        office.wait_for(lambda: any("zhiban" in m["recipients"][0] for m in office.double.of("mail")), "the notice")
        equal(len(sendings(office, row)), 2)


@tap.test("resend-but-leaders: leaders stay with the clerk")
def leaders():
    script = {"DOT": ["250 2.0.0 Ok", "!close"] * 40}  # every second one is lost
    with office_with(script, 'unknown = "resend-but-leaders"; unknown_after = "1h";') as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        office.wait_for(lambda: rows(office) and {d["state"] for d in rows(office)} == {"accepted", "unknown"}, "all tried")
        lost = [d["name"] for d in rows(office) if d["state"] == "unknown"]
        offices = {name for name in lost if " " not in name}  # others are a post and a person
        assert offices and len(offices) < len(lost), lost
        office.wait_for(lambda: {d["name"] for d in rows(office) if d["next_attempt"]} == offices, "the policy's answer")


@tap.test("a crash between loss and sending again: still once")
def crash():
    with office_with(LOST, 'unknown = "resend"; unknown_after = 3;') as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        office.wait_for(lambda: any(d["state"] == "unknown" for d in rows(office)), "a lost link")
        row = in_doubt(office)
        for _ in range(3):
            office.kill()
            office.start()
            office.wait_for(lambda: office.log().count(" main started ") > 0, "its start")
        office.wait_for(lambda: len(sendings(office, row)) == 2, "sent again")
        office.kill()
        office.start()
        office.wait_for(lambda: all(d["state"] in ("accepted", "unknown") for d in rows(office)), "all at rest")
        equal(len(sendings(office, row)), 2)
        equal(len(audit(office, "delivery.resend")), 1)


@tap.test("another policy after a reload holds for what waits")
def reload():
    with office_with(LOST, 'unknown = "resend"; unknown_after = "1h";') as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        wait_rest(office)
        office.wait_for(lambda: in_doubt(office)["next_attempt"], "waits")
        office.stop()
        set_policy(office, "")
        office.start()
        office.wait_for(lambda: not in_doubt(office)["next_attempt"], "left to the clerk")
        office.wait_for(lambda: any("zhiban" in m["recipients"][0] for m in office.double.of("mail")), "who is told")


@tap.test("a copied store leaves what is in doubt to clerks")
def copied():
    with office_with(LOST, 'unknown = "resend"; unknown_after = 2;') as office:
        set_policy(office, 'unknown = "resend"; unknown_after = "1h";')
        office.start()
        office.hand_in("7.txt", ISSUE)
        wait_rest(office)
        office.wait_for(lambda: in_doubt(office)["next_attempt"], "waits")
        office.stop()
        store = os.path.join(office.folder, "songfa.db")
        with contextlib.closing(sqlite3.connect(store)) as one, contextlib.closing(sqlite3.connect(store + ".copy")) as other:
            one.backup(other)
        os.replace(store + ".copy", store)
        office.start()
        office.wait_for(lambda: "store-held" in office.log(), "held")
        office.wait_for(lambda: not in_doubt(office)["next_attempt"], "left to the clerk")


@tap.test("a clerk's word: received, lost, and what cannot be settled")
def word():
    with office_with({"DOT": ["250 2.0.0 Ok", "!close", "!close", "250 2.0.0 Ok"]}, "") as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        wait_rest(office, 2)
        one, two = [d for d in rows(office) if d["state"] == "unknown"]
        equal(office.run_ctl("settle", "--received", "1", one["address"]).returncode, 2)  # a reason is asked for
        equal(office.run_ctl("settle", "--received", "--lost", "--reason", "x", "1", one["address"]).returncode, 2)
        taken = next(d for d in rows(office) if d["state"] == "accepted")
        equal(office.run_ctl("settle", "--lost", "--reason", "电话", "1", one["address"], taken["address"]).returncode, 1)
        equal(len(sendings(office, one)), 1)  # all or nothing
        has(office.ctl("--as", "王某", "settle", "--received", "--reason", "电话问过", "1", one["address"]), "已送达")
        row = sendings(office, one)[0]
        equal((row["state"], row["settled_by"], row["settled_as"], row["settled_why"]), ("delivered", "王某", "received", "电话问过"))
        has(office.ctl("log", "--issue", "1"), "王某核实")
        office.ctl("--as", "王某", "settle", "--lost", "--reason", "对方查过，没有", "1", two["address"])
        office.wait_for(lambda: [d["state"] for d in sendings(office, two)] == ["unknown", "accepted"], "sent again")
        equal(sendings(office, two)[1]["reason"], "对方查过，没有")
        assert sendings(office, two)[0]["message_id"] != sendings(office, two)[1]["message_id"]
        equal(len(audit(office, "delivery.settle")), 2)
        office.wait_states("done")


@tap.test("resend: several by name, by state, never without a reason")
def resend_selected():
    with office_with({"RCPT": ["550 5.1.1 no such user", "250 ok"]}, "") as office:
        office.start()
        office.hand_in("7.txt", ISSUE)
        office.wait_for(lambda: rows(office) and {d["state"] for d in rows(office)} == {"accepted", "refused"}, "all but one")
        refused = next(d for d in rows(office) if d["state"] == "refused")
        some = [d for d in rows(office) if d["state"] == "accepted"][:2]
        equal(office.run_ctl("resend", "1").returncode, 2)
        equal(office.run_ctl("resend", "--reason", "x", "--state", "不存在的", "1").returncode, 2)
        equal(office.run_ctl("resend", "--reason", "x", "--state", "已退回", "1").returncode, 1)
        has(office.ctl("resend", "--reason", "误删", "1", some[0]["address"], some[1]["name"]), "2 封")
        office.wait_for(lambda: [d["state"] for d in sendings(office, some[1])] == ["accepted"] * 2, "sent again")
        has(office.ctl("resend", "--reason", "地址已通", "--state", "被拒", "1"), "1 封")
        office.wait_for(lambda: [d["state"] for d in sendings(office, refused)] == ["refused", "accepted"], "taken now")
        equal([d["reason"] for d in sendings(office, some[0])], [None, "误删"])


if __name__ == "__main__":
    tap.main()
