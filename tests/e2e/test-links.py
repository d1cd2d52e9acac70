#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large attachments as links: one for each recipient, that opens the file and nothing else, ends in time, and
leaves a record of who came. The whole songfad on a free port. TAP output."""
import contextlib
import email
import email.policy
import http.client
import json
import os
import random
import re
import socket
import sqlite3
import sys

from harness import ROOT, Office, Tap, equal, has, issue_data, lacks

sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402

tap = Tap()
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
PUBLIC = "https://songfa.example.test/x"
NAME = "上街信息 第8期.docx"
LINK = re.compile(re.escape(PUBLIC) + "/d/([a-z2-7]+)")


def large_document(megabytes=2):
    """The eighth issue as a document with a picture that does not shrink."""
    picture = random.Random(8).randbytes(megabytes << 20)
    return documents.package({**documents.docx_parts(documents.paragraphs(EIGHT.decode())), "word/media/image1.png": picture})


LARGE = large_document()


@contextlib.contextmanager
def sent(data=LARGE, name=NAME, above="1M", **changes):
    """An office whose issue is accepted by all."""
    with Office(**changes) as office:
        office.write_config(more=f'web = {{ listen = "127.0.0.1:0"; public_url = "{PUBLIC}/"; }};\n'
                                 f'attachments = {{ link_above = "{above}"; link_lasts = "30d"; }};')
        office.start()
        office.port = int(office.wait_for(lambda: re.findall(r"web listening .*port=(\d+)", office.log()), "the port")[-1])
        office.hand_in(name, data)
        office.wait_states("done")
        yield office


def ask(office, path, method="GET", **headers):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()


def link_in(mail):
    """The one link of a mail, the same in both its texts."""
    found = {kind: set(LINK.findall(mail.get_body((kind,)).get_content())) for kind in ("plain", "html")}
    equal(found["plain"], found["html"])
    token, = found["plain"]
    return token


def links(office):
    """Recipient's address → token."""
    return {mail["To"].addresses[0].addr_spec: link_in(mail) for mail in office.mails()}


def rows(office, sql, *values):
    with contextlib.closing(sqlite3.connect(os.path.join(office.folder, "songfa.db"))) as store:
        found = store.execute(sql, values).fetchall()
        store.commit()
        return found


def trace(office, address):
    delivery = max(d["id"] for d in office.deliveries() if d["address"] == address)
    return json.loads(office.ctl("trace", str(delivery), "--json"))[0]["downloads"]


@tap.test("above the size the mail carries a link, each recipient his own; it gives the file byte for byte")
def given():
    with sent() as office:
        found = links(office)
        assert len(set(found.values())) == len(found) > 3, found
        for mail in office.mails():
            equal([part.get_filename() for part in mail.iter_attachments()], [])
            text = mail.get_body(("plain",)).get_content()
            has(text, "2.0\u00a0MiB", "30 天")
            lacks(text, "见附件")
        address, token = sorted(found.items())[0]
        status, headers, body = ask(office, "/d/" + token)
        equal((status, body == LARGE), (200, True))
        equal(headers["Content-Type"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        has(headers["Content-Disposition"], "attachment;", "filename*=utf-8''%E4%B8%8A", 'filename="bulletin-8.docx"')
        lacks(headers["Content-Disposition"], "\r", "\n")
        equal((headers["X-Content-Type-Options"], headers["Cache-Control"]), ("nosniff", "no-store"))
        office.wait_for(lambda: trace(office, address), "the record of it")
        equal([(d["address"], d["whole"]) for d in trace(office, address)], [("127.0.0.1", True)])
        has(office.ctl("trace", str([d["id"] for d in office.deliveries() if d["address"] == address][0])), "附件下载", "完整")
        for other in set(found) - {address}:
            equal(trace(office, other), [], other)


@tap.test("HEAD tells of the file and leaves no record; a proxy on this machine says who came; nothing else changes")
def quiet():
    with sent() as office:
        address, token = sorted(links(office).items())[0]
        before = [dict(d) for d in office.deliveries()]
        status, headers, body = ask(office, "/d/" + token, "HEAD")
        equal((status, headers["Content-Length"], body), (200, str(len(LARGE)), b""))
        for forwarded, want in (("203.0.113.9, 198.51.100.7", "198.51.100.7"), ("2001:db8::1", "2001:db8::1"),
                                ("nonsense\t<b>", "127.0.0.1"), ("", "127.0.0.1")):
            n = len(trace(office, address))
            ask(office, "/d/" + token, X_Forwarded_For=forwarded)
            office.wait_for(lambda: len(trace(office, address)) == n + 1, "one more")
            equal(trace(office, address)[-1]["address"], want)
        equal([dict(d) for d in office.deliveries()], before)
        equal(ask(office, "/d/" + token, "POST")[0], 405)


@tap.test("a guess opens nothing: what relays see, other recipients' halves, bent and cut ones; a page says what to do")
def guessed():
    with sent() as office:
        found = links(office)
        token, other = sorted(found.values())[:2]
        shown = office.mails()[0]["X-Songfa-Delivery"]
        bent = token[:-1] + ("a" if token[-1] != "a" else "b")
        for guess in (shown, bent, token[:24] + other[24:], token[:24], token + "a", token.upper(), "a" * 50, "a" * 9000,
                      token + "%00", "%00", "%E4%B8%8A", "<b>"):
            status, headers, body = ask(office, "/d/" + guess)
            equal((status, headers["Content-Type"]), (404, "text/html; charset=utf-8"), guess)
            has(body.decode(), "没有这个附件", "联系")
            lacks(body.decode(), office.folder, "<b>")
        for path in ("/d/", "/d/../../etc/passwd", "/d/..%2f..%2fetc%2fpasswd", f"/d/{token}/"):
            equal(ask(office, path)[0], 404, path)
        equal(rows(office, "SELECT count(*) FROM download"), [(0,)])


@tap.test("it ends in time; while the issue is stopped it opens nothing; what is sent again has a link of its own")
def ended():
    with sent() as office:
        address, token = sorted(links(office).items())[0]
        recipient, issue = [(d["recipient"], str(d["issue"])) for d in office.deliveries() if d["address"] == address][0]
        office.ctl("resend", issue, recipient, "--reason", "电话要求")
        office.wait_for(lambda: len([m for m in office.mails() if m["To"].addresses[0].addr_spec == address]) == 2, "sent again")
        again, = {link_in(m) for m in office.mails() if m["To"].addresses[0].addr_spec == address} - {token}
        equal(ask(office, "/d/" + again)[0], 200)
        rows(office, "UPDATE delivery SET first_queued = first_queued - 30 * 86400000000 WHERE sending_no = 0")
        status, _, body = ask(office, "/d/" + token)
        equal(status, 410)
        has(body.decode(), "过期", "补发")
        equal(ask(office, "/d/" + again)[0], 200)
        rows(office, "UPDATE issue SET state = 'held'")
        status, _, body = ask(office, "/d/" + again)
        equal(status, 410)
        has(body.decode(), "停发")


@tap.test("one that breaks off is recorded as such")
def broken():
    with sent(large_document(12), above="1M") as office:
        address, token = sorted(links(office).items())[0]
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", office.port))
            s.sendall(f"GET /d/{token} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            s.recv(1000)
        office.wait_for(lambda: trace(office, address), "the record of it")
        equal([d["whole"] for d in trace(office, address)], [False])


@tap.test("not above the size the file is attached as ever")
def small():
    with sent(above="16M") as office:
        for mail in office.mails():
            equal([part.get_filename() for part in mail.iter_attachments()], [NAME])
            lacks(mail.get_body(("plain",)).get_content(), PUBLIC)


@tap.test("a series without personal parts: each has his own mail for his own link; the preview shows it")
def common():
    with sent(personal="false") as office:
        found = links(office)
        assert len(set(found.values())) == len(found) > 3, found
        address, token = sorted(found.items())[0]
        row = [d for d in office.deliveries() if d["address"] == address][0]
        preview = office.run_ctl("preview", str(row["issue"]), row["recipient"]).stdout
        equal(link_in(email.message_from_bytes(preview, policy=email.policy.default)), token)


tap.main()
