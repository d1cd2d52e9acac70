#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault at every step of the dialogue, in every way to hold it: rows of step × fault × mode whose
outcome stands in one table, WANTED. TAP output; a word on the command line chooses rows.

    test-smtp-matrix.py [WORD]
    SONGFA_FAULTS=all test-smtp-matrix.py     replies are cut behind each of their bytes (some 900 rows)"""
import collections
import os

from smtp_rows import CA, EHLO_TLS, LOGIN, PLAIN, Row, run, smtp_double, STARTTLS, tls

# What becomes of the mail: Accepted, Deferred, Refused, Unknown. Where the first mail of two differs from
# the second, both. "lost": the connection closes instead of the reply or behind any byte of it, or no
# reply comes; "odd": the right reply in drops or in many lines; "1 MB": in very many.
WANTED = {
    #            4xx   5xx   421   wrong junk  lost  odd   1 MB
    "banner":   ("D",  "D",  "D",  "D",  "D",  "D",  "A",  "D"),   # libcurl takes no banner, EHLO, … so long
    "EHLO":     ("A",  "A",  "D",  "A",  "D",  "D",  "A",  "D"),   # without an answer that helps, HELO
    "STARTTLS": ("D",  "D",  "D",  "D",  "D",  "D",  "A",  "D"),
    "AUTH":     ("D",  "D",  "D",  "D",  "D",  "D",  "A",  "D"),
    "MAIL":     ("D",  "R",  "D",  "D",  "D",  "D",  "A",  "A"),
    "RCPT":     ("D",  "R",  "D",  "D",  "D",  "D",  "A",  "A"),
    "DATA":     ("D",  "R",  "D",  "D",  "D",  "D",  "A",  "A"),
    "BODY":     ("D",  "R",  "D",  "D",  "D",  "D",  "",   ""),    # a reply amid the body: none is right
    "DOT":      ("D",  "R",  "D",  "UD", "UD", "UD", "A",  "A"),
    "RSET":     ("RA", "RA", "RA", "RA", "RA", "RA", "RA", "RA"),  # behind a first recipient that was refused
    "MAIL 2":   ("AD", "AR", "AD", "AD", "AD", "AD", "A",  "A"),   # of the second mail on a connection
    "QUIT":     ("A",  "A",  "A",  "A",  "A",  "A",  "A",  "A"),
}
KINDS = ("4xx", "5xx", "421", "wrong", "junk", "lost", "odd", "1 MB")
STATES = {"A": "accepted", "D": "deferred", "R": "refused", "U": "unknown"}

GOOD = {**smtp_double.DEFAULTS, "EHLO": "250 double", "MAIL 2": smtp_double.DEFAULTS["MAIL"], "BODY": "250 2.0.0 Ok"}
WRONG = {"DATA": "250 2.0.0 Ok", "BODY": "250 2.0.0 Ok", "STARTTLS": "250 2.0.0 Ok"}  # elsewhere 354

# Long enough for a handshake on a machine that has much else to do.
PATIENCE = ("--timeout", "6")

# How the dialogue is held: what the server offers, how songfad is set up.
MODES = {
    "pipelined": ({}, ("--recipients", "2")),
    "plain": ({"EHLO": PLAIN}, ("--recipients", "2")),
    "one mail for three": ({}, ("--recipients", "3", "--shared")),
    "one mail for three, plain": ({"EHLO": PLAIN}, ("--recipients", "3", "--shared")),
    "TLS": ({"EHLO": EHLO_TLS, "tls": tls()}, ("--recipients", "2", *STARTTLS, *CA, *LOGIN)),
}
LINK = ("pipelined", "TLS")
SINGLE = ("pipelined", "plain", "TLS")
STEPS = {
    "banner": LINK, "EHLO": ("pipelined",), "STARTTLS": ("TLS",), "AUTH": ("TLS",), "MAIL": tuple(MODES),
    "RCPT": tuple(MODES), "DATA": tuple(MODES), "BODY": LINK, "DOT": tuple(MODES), "RSET": SINGLE,
    "MAIL 2": SINGLE, "QUIT": LINK,
}


def cuts(reply):
    """Behind which bytes of a reply the connection closes: a few that differ, or all."""
    length = len(reply) + 2
    return range(1, length) if os.environ.get("SONGFA_FAULTS") == "all" else (2, 4, length - 1)


def faults(step):
    """(name, kind, answer) of all that may happen at a step."""
    good = GOOD[step]
    yield "4xx", "4xx", "451 4.3.0 later"
    yield "5xx", "5xx", "554 5.0.0 no"
    yield "421 and close", "421", "!last 421 4.3.2 closing"
    yield "wrong code", "wrong", WRONG.get(step, "354 4.0.0 what?")
    yield "junk", "junk", "!raw \x01\x02 what?\r\n"
    yield "closes", "lost", "!close"
    yield "stalls", "lost", "!stall"
    for n in cuts(good):
        yield f"closes behind byte {n}", "lost", "!half " + (good + "\r\n")[:n]
    yield "drips", "odd", "!drip 0.5 " + good
    yield "many lines", "odd", f"{good[:3]}-one\n{good[:3]}-two\n{good}"
    yield "1 MB", "1 MB", "!huge " + good


def script_of(step, mode, answer):
    script = dict(MODES[mode][0])
    if step == "EHLO":
        script["EHLO"] = answer
    elif step == "MAIL 2":
        script["MAIL"] = [GOOD["MAIL"], answer]
    else:
        script[step] = answer
    if step == "RSET":
        script["RCPT"] = ["550 5.1.1 user unknown", GOOD["RCPT"]]
    if step == "BODY":
        script["body_limit"] = 100000
    return script


def told_truly(double, rows, _log):
    """The server has each accepted mail once, each in doubt at most once, no other."""
    took = collections.Counter((m["message_id"], r) for m in double.of("mail") for r in m["recipients"])
    problems = []
    for row in rows:
        n = took.pop((row["message_id"], row["recipient"] + "@example.test"), 0)
        if n not in {"accepted": (1,), "unknown": (0, 1)}.get(row["state"], (0,)):
            problems.append(f"{row['recipient']} is {row['state']}, taken {n} times")
    return problems + [f"taken but not on record: {mail}" for mail in took]


def args_of(step, name, mode):
    args = MODES[mode][1]
    if name in ("stalls", "junk"):
        args += PATIENCE
    if step == "BODY":
        args += ("--kilobytes", "8000")
    return args


def wanted_of(step, kind, mode):
    letters = WANTED[step][KINDS.index(kind)]
    n = int(MODES[mode][1][1])
    if "--shared" in MODES[mode][1]:
        letters = letters[0]  # one transaction, one fate
    return [STATES[letters[min(i, len(letters) - 1)]] for i in range(n)]


def rows():
    for step, modes in STEPS.items():
        for mode in modes:
            for name, kind, answer in faults(step):
                if WANTED[step][KINDS.index(kind)]:
                    yield Row(f"{step}, {mode}: {name}", script_of(step, mode, answer), wanted_of(step, kind, mode),
                              args=args_of(step, name, mode), also=told_truly)


if __name__ == "__main__":
    run(list(rows()))
