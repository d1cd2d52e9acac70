#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What relays and domains may be sent, and how a relay that asks for less or fails is treated: the
real engine against a scripted server. TAP output."""
import importlib.util
import json
import os
import subprocess
import sys
import time

SPEC = importlib.util.spec_from_file_location(
    "test_engine", os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-engine.py"))
test_engine = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(test_engine)
smtp_double, Engine, states, await_mails = (test_engine.smtp_double, test_engine.Engine, test_engine.states,
                                            test_engine.await_mails)


ON_THE_WIRE = 2 * 2  # two connections, each with a mail and the next one behind it


def finish(process):
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said[-2000:]
    return json.loads(out), said


def gap_between_mails(engine, double):
    engine.run(double.port, "--recipients", "4", "--gap", "1", "--connections", "4", "--wait", "30")
    times = [m["at"] for m in double.of("mail")]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert len(times) == 4 and all(g > 0.85 for g in gaps), gaps


def a_minute_is_full(engine, double):
    rows = engine.run(double.port, "--recipients", "9", "--per-minute", "4", "--wait", "4", "--connections", "4")
    assert len(double.of("mail")) == 4, len(double.of("mail"))
    assert states(rows) == {"accepted": 4, "queued": 5}, states(rows)
    assert all(r["attempts"] == 0 for r in rows if r["state"] == "queued"), rows


def a_day_is_full_over_a_restart(engine, double):
    rows = engine.run(double.port, "--recipients", "5", "--per-day", "7", "--wait", "5")
    assert states(rows) == {"accepted": 5}, states(rows)
    rows = engine.run(double.port, "--issue", "2", "--recipients", "5", "--per-day", "7", "--wait", "3")
    assert states(rows) == {"accepted": 7, "queued": 3}, states(rows)
    rows = engine.run(double.port, "--per-day", "7", "--wait", "2")
    assert states(rows) == {"accepted": 7, "queued": 3} and len(double.of("mail")) == 7, states(rows)
    rows = engine.run(double.port, "--per-day", "20", "--wait", "10")
    assert states(rows) == {"accepted": 10}, states(rows)


def the_second_relay_takes_over(engine, double):
    other = smtp_double.Double({})
    rows = engine.run(double.port, "--relay", f"two=127.0.0.1:{other.port}", "--recipients", "6", "--per-day", "3",
                      "--wait", "10")
    other.close()
    assert states(rows) == {"accepted": 6}, states(rows)
    assert (len(double.of("mail")), len(other.of("mail"))) == (3, 3), (len(double.of("mail")), len(other.of("mail")))


def urgent_takes_the_next_place(engine, double):
    engine.run(None, "--recipients", "40")
    process = engine.start(double.port, "--gap", "1", "--wait", "8", "--connections", "4")
    await_mails(double, 1)
    engine.run(None, "--issue", "2", "--recipients", "1", "--urgent", "--address", "leader@urgent.test")
    before = len(double.of("mail"))
    finish(process)
    order = [m["recipients"][0] for m in double.of("mail")]
    assert "leader@urgent.test" in order[before:before + 3], (before, order)


def urgent_overtakes_without_limits(engine, double):
    slow = smtp_double.Double({"DOT": "!drip 0.05 250 2.0.0 Ok"})
    engine.run(None, "--recipients", "2000")
    process = engine.start(slow.port, "--wait", "4", "--connections", "2")
    await_mails(slow, 10)
    engine.run(None, "--issue", "2", "--recipients", "1", "--urgent", "--address", "leader@urgent.test")
    before = len(slow.of("mail"))
    finish(process)
    slow.close()
    order = [m["recipients"][0] for m in slow.of("mail")]
    assert "leader@urgent.test" in order and order.index("leader@urgent.test") - before < 60, (before, len(order))


def order_with_urgent(engine, n_bulk, bulk_to, urgent_to, *options):
    """To whom a slow relay was given mails, an urgent issue being queued while bulk waits; without those
    taken before."""
    slow = smtp_double.Double({"DOT": "!drip 0.05 250 2.0.0 Ok"})
    engine.run(None, "--recipients", str(n_bulk), "--address", bulk_to)
    process = engine.start(slow.port, "--wait", "60", "--connections", "2", *options)
    await_mails(slow, 10)
    before = len(slow.of("mail"))
    engine.run(None, "--issue", "2", "--recipients", "20", "--urgent", "--address", urgent_to)
    deadline = time.monotonic() + 60
    while sum(m["recipients"] == [urgent_to] for m in slow.of("mail")) < 20:
        assert time.monotonic() < deadline, "the urgent issue is not through"
        time.sleep(0.05)
    process.kill()
    process.communicate()
    slow.close()
    return [m["recipients"][0] for m in slow.of("mail")][before:]


def between(order, address):
    """How many others went from its first mail to its last."""
    last = len(order) - order[::-1].index(address)
    return last - order.index(address) - 20


def an_urgent_issue_overtakes_a_thousand(engine, _double):
    """Once its first mail goes, only what was given to a connection before goes between."""
    order = order_with_urgent(engine, 1000, "a@bulk.test", "leader@urgent.test")
    assert between(order, "leader@urgent.test") <= ON_THE_WIRE, order


def an_urgent_issue_overtakes_at_its_domain(engine, _double):
    """Behind bulk to the same domain that waits for its one place, and is not held up by that of others."""
    order = order_with_urgent(engine, 1000, "a@narrow.test", "leader@narrow.test", "--domain", "narrow.test:1:0")
    assert between(order, "leader@narrow.test") <= ON_THE_WIRE, order


def an_urgent_issue_passes_a_full_domain(engine, _double):
    order = order_with_urgent(engine, 1000, "a@full.test", "leader@urgent.test", "--domain", "full.test:0:12")
    assert order.count("a@full.test") <= 2 and order.count("leader@urgent.test") == 20, order


def a_domain_is_spared(engine, double):
    """Its mails wait and say what for; those to others go."""
    engine.run(None, "--recipients", "100", "--address", "a@slow.test")
    rows = engine.run(double.port, "--issue", "2", "--recipients", "5", "--domain", "slow.test:0:2", "--wait", "4",
                      "--connections", "4")
    to = [m["recipients"][0].split("@")[1] for m in double.of("mail")]
    assert to.count("slow.test") == 2 and to.count("example.test") == 5, to
    late = [r for r in rows if r["state"] == "queued" and r["waits_for"]]
    assert len(late) >= 30 and all("slow.test" in r["waits_for"] for r in late), len(late)
    times = sorted(r["next_attempt"] for r in late)
    assert times[0] > time.time() * 1e6 + 30e6 and times[-1] > times[0], times[:3]


def one_at_a_time_to_a_domain(engine, double):
    slow = smtp_double.Double({"DOT": "!drip 0.1 250 2.0.0 Ok"})
    engine.run(None, "--recipients", "6", "--address", "a@narrow.test")
    rows = engine.run(slow.port, "--issue", "2", "--recipients", "6", "--domain", "narrow.test:1:0",
                      "--connections", "4", "--wait", "20")
    slow.close()
    assert states(rows) == {"accepted": 12}, states(rows)
    times = [m["at"] for m in slow.of("mail") if "narrow" in m["recipients"][0]]
    assert all(b - a >= 0.09 for a, b in zip(times, times[1:])), times


def asked_for_less(engine, double):
    """Half the connections after a complaint of the rate, one more after enough mails that went well."""
    busy = smtp_double.Double({"DOT": ["250 2.0.0 Ok"] * 9 + ["451 4.7.1 rate limit exceeded", "250 2.0.0 Ok"]})
    process = engine.start(busy.port, "--recipients", "90", "--connections", "4", "--retry", "1", "--wait", "30", "--loud")
    rows, said = finish(process)
    busy.close()
    assert states(rows) == {"accepted": 90}, states(rows)
    assert "fewer-connections relay=one window=2" in said, said[-1500:]
    assert "more-connections relay=one window=3" in said, said[-1500:]


def a_failed_relay_is_asked_with_one_connection(engine, double):
    busy = smtp_double.Double({"banner": "421 4.3.2 not now"})
    engine.run(None, "--recipients", "20")
    process = engine.start(busy.port, "--connections", "4", "--wait", "9", "--retry", "1")
    deadline = time.monotonic() + 20
    while len(busy.of("connect")) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    first_rest = busy.of("connect")[4]["at"] - busy.of("connect")[3]["at"]
    time.sleep(2)
    n = len(busy.of("connect"))
    process.kill()
    process.communicate()
    busy.close()
    assert n == 5 and first_rest > 4, (n, first_rest)


CASES = [gap_between_mails, a_minute_is_full, a_day_is_full_over_a_restart, the_second_relay_takes_over,
         urgent_takes_the_next_place, urgent_overtakes_without_limits, an_urgent_issue_overtakes_a_thousand,
         an_urgent_issue_overtakes_at_its_domain, an_urgent_issue_passes_a_full_domain, a_domain_is_spared,
         one_at_a_time_to_a_domain, asked_for_less, a_failed_relay_is_asked_with_one_connection]

if __name__ == "__main__":
    test_engine.main(CASES)
