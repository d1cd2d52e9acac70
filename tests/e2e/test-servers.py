#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon against real mail servers: the same issue and the same checks for each, then what only
some of them do: reports on delivery, a refused mailbox, greylisting, limits of size. TAP output."""
import collections
import contextlib
import email
import email.policy
import re

import dovecot
import mailservers
from dovecot import Dovecot
from harness import Office, Tap, equal, has, issue_data, lacks
from mailservers import Aiosmtpd, Greylist, OpenSmtpd, Postfix, SmtpSink

tap = Tap()
ISSUE, NAME = "shangjie-xinxi-2026-07.txt", "上街信息第7期（定稿）.txt"
SENDER = "songfa@example.test"


@contextlib.contextmanager
def serving(kind, gone=(), **settings):
    """A server of this kind with what it needs, or a skipped test with the reason."""
    why = kind.missing()
    if why:
        raise Tap.Skip(why)
    with contextlib.ExitStack() as stack:
        if kind is not SmtpSink:
            settings["mailboxes"] = stack.enter_context(Dovecot(gone=gone))
        yield stack.enter_context(kind(**settings))


@contextlib.contextmanager
def office_with(server, relay=None, reports=False, **settings):
    with Office(smtp=False, **settings) as office:
        more = reading(server) if reports else ""
        office.write_config(host=server.host, port=server.port, relay=relay or server.relay(), more=more)
        office.hand_in(NAME, issue_data(ISSUE))
        office.start()
        yield office


def reading(server):
    box = server.mailboxes
    return f'reports = {{ host = "localhost"; port = {box.tls_port}; tls = "implicit"; interval = 1; ' \
           f'ca_file = "{box.path("ca.pem")}"; user = "{SENDER}"; ' \
           f'password_file = "{server.path(mailservers.PASSWORD_FILE)}"; }};'


def rows_of(office):
    return [d for d in office.deliveries() if d["channel"] == "email"]


def rows_in(office, server, *states, but=()):
    """The mail rows when all are in one of these states; but: addresses left out of account."""
    def all_there():
        rows = [r for r in rows_of(office) if r["address"] not in but]
        return rows if rows and all(r["state"] in states for r in rows) else None
    try:
        return office.wait_for(all_there, f"all in {states}")
    except AssertionError as error:
        raise AssertionError(f"{error}\n--- {server.name}\n{server.log()[-4000:]}") from None


def row_to(office, address):
    return next((r for r in rows_of(office) if r["address"] == address), None)


def issue_mails(server):
    found = []
    for who, data in server.mails():
        mail = email.message_from_bytes(data, policy=email.policy.default)
        if mail["X-Songfa-Issue"]:
            found.append((who, mail, data))
    return found


def check_mail(who, mail):
    equal(mail.defects, [], who)
    has(mail["Subject"], "上街信息", "第7期")
    has(mail.get_body(("plain",)).get_content(), "守好节前平安")
    attached = list(mail.iter_attachments())
    equal([part.get_filename() for part in attached], [NAME], who)
    equal(attached[0].get_payload(decode=True), issue_data(ISSUE), f"the attachment of {who}")


def check_queue_ids(server, rows):
    for row in rows:
        if server.queue_id is None:
            equal(row["queue_id"], None, "this server names no mail")
        elif not re.fullmatch(server.queue_id, row["queue_id"] or ""):
            raise AssertionError(f"queue id {row['queue_id']!r} of {row['reply_text']!r}")
        elif server.logs_queue_ids:
            has(server.log(), row["queue_id"])


def check_all(office, server, rows):
    """Each recipient one mail, whole and as shown to the clerk; each row knows which it was."""
    mails = office.wait_for(lambda: (m := issue_mails(server)) and len(m) >= len(rows) and m, "mails in their boxes")
    equal(collections.Counter(who for who, _, _ in mails), collections.Counter(r["address"] for r in rows), "recipients")
    ids = {r["address"]: r["message_id"] for r in rows}
    for who, mail, _ in mails:
        check_mail(who, mail)
        equal(mail["Message-ID"], ids[who], "Message-ID")
    recipients = {r["address"]: r["recipient"] for r in rows}
    for who, _, data in (mails[0], mails[-1]):
        shown = office.run_ctl("preview", "1", recipients[who]).stdout
        assert mailservers.as_smtp(data).endswith(mailservers.as_smtp(shown)), f"{who} got other bytes than preview shows"
    check_queue_ids(server, rows)


def main_path(kind):
    with serving(kind) as server, office_with(server) as office:
        rows = rows_in(office, server, "accepted")
        check_all(office, server, rows)
        equal(len({r["queue_id"] for r in rows}), len(rows) if server.queue_id else 1, "a mail each")
        office.stop()
        lacks(office.log(), dovecot.PASSWORD)


def shared(kind):
    with serving(kind) as server, office_with(server, personal="false") as office:
        rows = rows_in(office, server, "accepted")
        check_all(office, server, rows)
        if server.queue_id:
            assert len({r["queue_id"] for r in rows}) <= len(rows) / 4, "not many recipients a transaction"
        office.stop()


def round_trip(kind):
    """A report of its delivery for each mail; one mailbox that the server took a mail for is gone."""
    gone = "xuwenqing@example.test"
    with serving(kind, gone=[gone]) as server, office_with(server, reports=True) as office:
        rows_in(office, server, "delivered", but=[gone])
        rows = rows_in(office, server, "delivered", "bounced")
        lost, = [r for r in rows if r["state"] == "bounced"]
        equal((lost["address"], lost["enhanced_code"][:2]), (gone, "5."), lost["reply_text"])
        has(lost["reply_text"].lower(), "user", gone)
        office.wait_for(lambda: f"<{gone}>：被退回" in notices(server), "a notice to the clerk")
        check_all(office, server, [r for r in rows if r is not lost])
        office.stop()


@tap.test("postfix: what it hands on to Dovecot is called relayed, not delivered")
def _():
    with serving(Postfix, lmtp=True) as server, office_with(server, reports=True) as office:
        rows = rows_in(office, server, "accepted")
        office.wait_for(lambda: office.log().count("kind=relayed result=noted") == len(rows), "all reports read")
        equal({r["state"] for r in rows_of(office)}, {"accepted"})
        check_all(office, server, rows)
        office.stop()


def notices(server):
    """What the duty clerk was told."""
    texts = []
    for who, data in server.mails():
        mail = email.message_from_bytes(data, policy=email.policy.default)
        if who == "zhiban@example.test" and not mail["X-Songfa-Issue"]:
            texts.append(mail.get_body(("plain",)).get_content())
    return "\n".join(texts)


def too_large(kind):
    with serving(kind, size=4096) as server, office_with(server) as office:
        rows = rows_in(office, server, "refused")
        equal({r["attempts"] for r in rows}, {1})
        has(rows[0]["reply_text"], "超过中继允许的")
        equal(issue_mails(server), [], "mails")
        office.stop()


for each in (Postfix, SmtpSink, Aiosmtpd, OpenSmtpd):
    tap.test(f"{each.name}: every recipient one mail, whole")(lambda kind=each: main_path(kind))
    tap.test(f"{each.name}: many recipients a transaction")(lambda kind=each: shared(kind))
for each in (Postfix, OpenSmtpd):
    tap.test(f"{each.name}: delivered or bounced, as its reports say")(lambda kind=each: round_trip(kind))
    tap.test(f"{each.name}: larger than it takes: refused before it is sent")(lambda kind=each: too_large(kind))


@tap.test("postfix: a mailbox refused, and one greylisted and taken later")
def _():
    refused, put_off = "xuwenqing@example.test", "qwsj@example.test"
    with Greylist(put_off, 2) as greylist, \
            serving(Postfix, refused=[refused], greylist=greylist) as server, office_with(server) as office:
        row = office.wait_for(lambda: (r := row_to(office, put_off)) and r["attempts"] == 1 and r["reply_code"] and r, "put off")
        equal((row["state"], row["reply_code"], row["enhanced_code"]), ("deferred", 450, "4.2.0"))
        rows = rows_in(office, server, "accepted", but=[refused])
        equal(row_to(office, put_off)["attempts"], 3)
        row = row_to(office, refused)
        equal((row["state"], row["reply_code"], row["enhanced_code"], row["attempts"]), ("refused", 550, "5.1.1", 1))
        check_all(office, server, rows)
        office.stop()


@tap.test("postfix: a wrong password, and another MAIL FROM than the login's")
def _():
    with serving(Postfix) as server:
        server.write(mailservers.PASSWORD_FILE, "wrong\n")
        with office_with(server) as office:
            row = rows_in(office, server, "deferred")[0]
            has(row["reply_text"], "登录被拒")
            server.write(mailservers.PASSWORD_FILE, dovecot.PASSWORD + "\n")
            rows_in(office, server, "accepted")
            office.stop()
        with office_with(server, relay=server.relay() + 'mail_from = "other@example.test";') as office:
            rows = rows_in(office, server, "refused")
            equal((rows[0]["reply_code"], rows[0]["enhanced_code"]), (553, "5.7.1"))
            office.stop()


tap.main()
