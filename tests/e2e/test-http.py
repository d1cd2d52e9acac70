#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP interface: handing in, asking, and what callers get wrong or try on. The whole songfad on a free
port. TAP output."""
import concurrent.futures
import contextlib
import hashlib
import http.client
import json
import os
import re
import socket
import sqlite3
import ssl
import subprocess
import time

from harness import Office, Tap, equal, has, issue_data, lacks

tap = Tap()
EIGHT = issue_data("shangjie-xinxi-2026-08.txt")
FEATURE = issue_data("feature.txt")
PATH = "/api/v1/issues"
BOUNDARY = "songfa-boundary"


class Caller:
    """A program that knows a token."""

    def __init__(self, office, token, context=None):
        self.port, self.token, self.context = office.port, token, context

    def connect(self):
        if self.context is not None:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=90, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)

    def ask(self, method, path, body=None, **headers):
        """Status, headers and JSON (None when there is none)."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            headers.setdefault("Authorization", "Bearer " + self.token)
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            text = reply.read()
            return reply.status, reply.headers, json.loads(text) if text else None

    def raw(self, data, name="8.txt", query="", **headers):
        return self.ask("POST", f"{PATH}?name={name}{query}", data, **headers)

    def form(self, data, name="8.txt", query="", fields=(), **headers):
        return self.ask("POST", PATH + query, form(data, name, fields), **{
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers})


def form(data, name, fields=()):
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
             for key, value in fields]
    name = name if isinstance(name, bytes) else name.encode()
    parts.append(b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
                 b"Content-Type: application/octet-stream\r\n\r\n%s\r\n--%s--\r\n"
                 % (BOUNDARY.encode(), name, data, BOUNDARY.encode()))
    return b"".join(parts)


def port_of(office):
    found = office.wait_for(lambda: re.findall(r"web listening .*port=(\d+)", office.log()), "the port")
    return int(found[-1])


def token(office, *words):
    return office.ctl("token", "add", *words).strip()


@contextlib.contextmanager
def running(more="", series="", **changes):
    with Office(**changes) as office:
        office.write_config(more='web = { listen = "127.0.0.1:0"; };\n' + more)
        with open(office.config, "r+", encoding="utf-8") as f:
            text = f.read().replace('title = "上街信息";', f'title = "上街信息"; {series}', 1)
            f.seek(0)
            f.write(text)
        office.start()
        office.port = port_of(office)
        office.caller = Caller(office, token(office, "oa"))
        yield office


def numbered(number):
    """The eighth issue with another number."""
    return re.sub("第(\\s*)8(\\s*)期", f"第\\g<1>{number}\\g<2>期", EIGHT.decode()).encode()


def rows(office, sql, *values):
    with contextlib.closing(sqlite3.connect(os.path.join(office.folder, "songfa.db"))) as store:
        found = store.execute(sql, values).fetchall()
        store.commit()
        return found


def lies(office):
    """What lies in the spool's way in, hidden files too."""
    folder = os.path.join(office.spool(), "incoming")
    return [name for name in os.listdir(folder) if name not in ("archive", "held")] if os.path.isdir(folder) else []


@tap.test("tokens: shown once, kept as a digest, listed, revoked, in the audit")
def tokens():
    with Office(smtp=False) as office:
        text = token(office, "oa", "--series", "sjxx", "--expires", "2099-12-31")
        assert re.fullmatch("[a-z2-7]{52}", text), text
        with open(os.path.join(office.folder, "songfa.db"), "rb") as f:
            store = f.read()
        assert text.encode() not in store and rows(office, "SELECT digest FROM api_token") == [
            (hashlib.sha256(text.encode()).hexdigest(),)]
        row, = json.loads(office.ctl("token", "list", "--json"))
        equal((row["name"], row["state"], row["series"], row["expires_at"][:10]), ("oa", "valid", "sjxx", "2100-01-01"))
        equal(office.run_ctl("token", "add", "oa").returncode, 1, "a name twice")
        for words in (["add", "a/b"], ["add", "x", "--series", "none"], ["add", "x", "--expires", "2001-01-01"]):
            equal(office.run_ctl("token", *words).returncode, 2, words)
        office.ctl("token", "revoke", "oa")
        equal(office.run_ctl("token", "revoke", "oa").returncode, 1, "revoked twice")
        equal(json.loads(office.ctl("token", "list", "--json")), [])
        row, = json.loads(office.ctl("token", "list", "--all", "--json"))
        equal(row["state"], "revoked")
        assert token(office, "oa") != text
        audit = office.ctl("audit", "--json")
        has(audit, "token.add", "token.revoke", "token:oa")
        lacks(audit, text)


@tap.test("callers: without a token, with a wrong, revoked or expired one, nothing is taken")
def callers():
    with running() as office:
        gone, old = token(office, "gone"), token(office, "old", "--expires", "2099-01-01")
        office.ctl("token", "revoke", "gone")
        rows(office, "UPDATE api_token SET expires_at = 1 WHERE name = 'old'")
        right = office.caller.token
        for text in (None, "", "x", gone, old, right[:-1], right + "a", right.upper(), "a" * 10000):
            status, headers, body = Caller(office, text).raw(EIGHT)
            equal((status, body["error"]["code"]), (401, "bad-token"), text)
            has(headers["WWW-Authenticate"], "Bearer")
            lacks(json.dumps(body), "/", "sqlite")
        for words in ("Basic " + right, right, "Bearer"):
            equal(office.caller.raw(EIGHT, Authorization=words)[0], 401, words)
        equal(Caller(office, None).ask("GET", PATH + "/hand-ins/1")[0], 401)
        equal((office.issues(), lies(office)), ([], []))
        equal(office.caller.raw(EIGHT, query="&wait=60", Authorization="bearer " + right)[0], 201)
        row, = [r for r in json.loads(office.ctl("token", "list", "--json")) if r["name"] == "oa"]
        assert row["last_used_at"], row
        has(office.log(), "web denied")
        lacks(office.log(), right, gone, old)


@tap.test("handed in: at once 202 and where to ask; waited for, 201 with the plan; mails go out")
def handed_in():
    with running() as office:
        status, headers, body = office.caller.form(EIGHT, "第8期.txt")
        equal(status, 202)
        equal(headers["Content-Type"], "application/json; charset=utf-8")
        equal(headers["Location"], body["location"])
        equal((body["file"], body["origin"]), ("第8期.txt", "http:oa"))
        status, _, body = office.caller.ask("GET", headers["Location"] + "?wait=60")
        equal((status, body["result"]), (200, "released"))
        assert body["recipients"]["mails"] > 0, body
        equal(office.caller.ask("HEAD", headers["Location"])[::2], (200, None))
        office.wait_states("done")
        assert office.mails()[0].get_payload()[-1].get_filename() == "第8期.txt", office.mails()[0]
        status, headers, body = office.caller.raw(numbered(9), "9.txt", Prefer="wait=60")
        equal((status, body["result"], body["identity"]), (201, "released", "sjxx/2026/9"))
        other = Caller(office, token(office, "other"))
        equal(other.ask("GET", headers["Location"])[0], 404, "somebody else's")
        for path in ("0", "x", "999999", "1x", "-1", "99999999999999999999"):
            equal(office.caller.ask("GET", f"{PATH}/hand-ins/{path}")[0], 404, path)


@tap.test("the same file again: 200 and the first one's answer, nothing sent twice")
def duplicates():
    with running() as office:
        _, _, first = office.caller.raw(EIGHT, query="&wait=60")
        office.wait_states("done")
        mails = len(office.mails())
        status, _, body = office.caller.form(EIGHT, "other-name.txt")
        equal((status, body["result"], body["issue"]), (200, "duplicate", first["issue"]))
        equal(len(office.issues()), 1)
        equal(len(office.mails()), mails)


@tap.test("held: 409 with the reasons; refused: 422 with the mark, and no copy stays")
def not_sent():
    with running() as office:
        status, _, body = office.caller.raw(FEATURE, "feature.txt", query="&wait=60")
        equal((status, body["result"]), (409, "held"))
        assert body["reasons"][0]["code"] and body["reasons"][0]["message"], body
        secret = "机密★5年\n".encode() + EIGHT.replace("第".encode(), "第 ".encode(), 1)
        status, headers, body = office.caller.raw(secret, "secret.txt", query="&wait=60")
        equal((status, body["result"]), (422, "refused"))
        has(json.dumps(body["reasons"], ensure_ascii=False), "机密")
        equal(office.caller.ask("GET", headers["Location"])[2]["result"], "refused")
        held = os.path.join(office.spool(), "incoming", "held")
        for folder, _, names in os.walk(office.spool()):
            for name in names:
                with open(os.path.join(folder, name), "rb") as f:
                    assert f.read() != secret, f"a copy in {folder}/{name}"
        assert any("feature" in name for name in os.listdir(held)), os.listdir(held)
        office.wait_for(lambda: office.mails(issue=False), "a notice to the clerk")


@tap.test("series: a check of what the file is, and what a token may hand in")
def series():
    with running() as office:
        equal(office.caller.form(EIGHT, fields=[("series", "none")])[2]["error"]["code"], "unknown-series")
        limited = Caller(office, token(office, "limited", "--series", "dashi"))
        status, _, body = limited.form(EIGHT, fields=[("series", "sjxx")])
        equal((status, body["error"]["code"]), (403, "other-series"))
        status, _, body = limited.form(EIGHT, query="?wait=60")
        equal((status, body["result"]), (409, "held"), "another series than the token's")
        status, _, body = office.caller.form(numbered(9), query="?wait=60", fields=[("series", "dashi")])
        equal((status, body["result"]), (409, "held"), "another series than it is said to be")
        equal(office.mails(), [])
        status, _, body = office.caller.raw(numbered(10), query="&wait=60&series=sjxx")
        equal((status, body["result"]), (201, "released"))


def says_early(office, head):
    """What is answered to the head alone."""
    with socket.create_connection(("127.0.0.1", office.port), timeout=60) as s:
        s.sendall(head.encode())
        return s.recv(65536).decode()


@tap.test("too large: 413 before the body comes, or as soon as it is too much")
def too_large():
    with running('max_file_size = "64K";') as office:
        head = (f"POST {PATH}?name=a.txt HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {office.caller.token}\r\n"
                "Content-Length: %d\r\nExpect: 100-continue\r\n\r\n")
        has(says_early(office, head % 100_000_000), "HTTP/1.1 413", "too-large")
        has(says_early(office, head % 60_000), "HTTP/1.1 100")
        has(says_early(office, (head % 60_000).replace(office.caller.token, "x")), "HTTP/1.1 401")
        equal(office.caller.raw(b"x" * 65537)[2]["error"]["code"], "too-large")
        equal(office.caller.form(b"x" * 65537)[2]["error"]["code"], "too-large")
        with contextlib.closing(office.caller.connect()) as connection:
            chunks = (b"x" * 8192 for _ in range(20))
            connection.request("POST", PATH + "?name=a.txt", chunks, {"Authorization": "Bearer " + office.caller.token},
                               encode_chunked=True)
            equal(connection.getresponse().status, 413, "chunked")
        equal((office.issues(), lies(office)), ([], []))
        equal(office.caller.raw(EIGHT, query="&wait=60")[0], 201)


@tap.test("names: folders taken off, GBK and RFC 8187 read, what is hostile refused; no header comes of them")
def names():
    with running() as office:
        disposition = lambda value: office.caller.ask("POST", PATH, FEATURE, Content_Disposition=value)
        good = [
            (office.caller.form(FEATURE, "../../../etc/passwd.txt"), "passwd.txt"),
            (office.caller.form(FEATURE, r"C:\a\b.txt"), "b.txt"),
            (office.caller.form(FEATURE, "第8期.txt".encode("gb18030")), "第8期.txt"),
            (office.caller.form(FEATURE, "a.txt", fields=[("name", "定稿.txt")]), "定稿.txt"),
            (office.caller.raw(FEATURE, "%E7%AC%AC8%E6%9C%9F.txt"), "第8期.txt"),
            (office.caller.raw(FEATURE, "..%2F..%2Fx.txt"), "x.txt"),
            (disposition("attachment; filename*=UTF-8''%E7%AC%AC8%E6%9C%9F.txt; filename=\"a.txt\""), "第8期.txt"),
            (disposition('attachment; filename="a \\"b\\".txt"'), 'a "b".txt'),
        ]
        for (status, _, body), want in good:
            equal((status in (202, 200), body.get("file")), (True, want), body)
        for name in ("%00", "a%00.txt", "a%0d%0aX-Injected:%201.txt", "..", ".", "", ".a.txt", "~$a.docx", "a.tmp",
                     "a.part", "a.reason.txt", "%FF%FE.txt", "x" * 4096, "-", "a%07.txt"):
            status, headers, body = office.caller.raw(FEATURE, name)
            equal((status, body["error"]["code"], headers["X-Injected"]), (422, "bad-name", None), name)
        equal(disposition("attachment")[0], 422)
        equal(disposition('attachment; filename="a.txt')[0], 422)
        equal(office.caller.form(FEATURE, "x" * 4096 + ".txt")[0], 422)


@tap.test("requests that are wrong: methods, paths, types, forms, numbers")
def wrong():
    with running() as office:
        caller = office.caller
        for method, allowed in (("GET", "POST"), ("PUT", "POST"), ("DELETE", "POST"), ("PATCH", "POST"), ("BREW", "POST")):
            status, headers, body = caller.ask(method, PATH)
            equal((status, headers["Allow"], body["error"]["code"]), (405, allowed, "wrong-method"), method)
        status, headers, _ = caller.ask("POST", PATH + "/hand-ins/1", b"x")
        equal((status, headers["Allow"]), (405, "GET, HEAD"))
        for path in ("/", "/api", PATH + "/", PATH + "%00", PATH + "%2f", "/api/v1/issues/hand-ins/", PATH + "/hand-ins/1/2",
                     "/../../etc/passwd", "/%2e%2e/etc/passwd"):
            equal(caller.ask("GET", path)[0], 404, path)
        faults = [
            ("unsupported-type", caller.raw(EIGHT, Content_Type="application/x-www-form-urlencoded")),
            ("broken-form", caller.ask("POST", PATH, form(EIGHT, "a.txt")[:-20], Content_Type="multipart/form-data; boundary=" + BOUNDARY)),
            ("broken-form", caller.ask("POST", PATH, form(EIGHT, "a.txt"), Content_Type="multipart/form-data")),
            ("no-file", caller.ask("POST", PATH, form(EIGHT, "a.txt").replace(b'name="file"', b'name="name"'),
                                   Content_Type="multipart/form-data; boundary=other")),
            ("unknown-field", caller.form(EIGHT, fields=[("release", "now")])),
            ("field-too-long", caller.form(EIGHT, fields=[("series", "x" * 9000)])),
            ("two-files", caller.ask("POST", PATH, form(EIGHT, "a.txt").replace(b"--songfa-boundary--\r\n", b"") + form(EIGHT, "b.txt"),
                                     Content_Type="multipart/form-data; boundary=" + BOUNDARY)),
            ("empty-file", caller.raw(b"")), ("empty-file", caller.form(b"")),
            ("bad-wait", caller.raw(EIGHT, query="&wait=61")), ("bad-wait", caller.raw(EIGHT, query="&wait=-1")),
            ("bad-wait", caller.raw(EIGHT, Prefer="wait=soon")),
            ("bad-key", caller.raw(EIGHT, Idempotency_Key="a b")), ("bad-key", caller.raw(EIGHT, Idempotency_Key="k" * 129)),
        ]
        for want, (status, _, body) in faults:
            equal((body.get("error", body).get("code"), 400 <= status < 500), (want, True), body)
        equal((office.issues(), lies(office)), ([], []))


@tap.test("a key: the first answer again, another file refused, each caller has his own")
def keys():
    with running() as office:
        status, headers, first = office.caller.raw(EIGHT, query="&wait=60", Idempotency_Key="k1")
        equal((status, headers["Idempotent-Replayed"]), (201, None))
        for again in (office.caller.raw(EIGHT, Idempotency_Key="k1"), office.caller.form(EIGHT, Idempotency_Key="k1")):
            equal((again[0], again[1]["Idempotent-Replayed"], again[1]["Location"], again[2]),
                  (201, "true", headers["Location"], first))
        status, _, body = office.caller.raw(numbered(9), Idempotency_Key="k1")
        equal((status, body["error"]["code"]), (422, "key-reused"))
        equal(office.caller.raw(EIGHT, "other.txt", Idempotency_Key="k1")[0], 422, "another name")
        other = Caller(office, token(office, "other"))
        equal(other.raw(numbered(10), query="&wait=60", Idempotency_Key="k1")[0], 201)
        rows(office, "UPDATE api_request SET at = at - 8 * 86400000000")
        equal(office.caller.raw(EIGHT, Idempotency_Key="k1")[2]["result"], "duplicate", "after a week")
        equal(len(office.issues()), 2)


@tap.test("a key over a crash: the hand-in is found again, or put once more; one issue, one mail each")
def crash():
    with running() as office:
        status, headers, _ = office.caller.raw(EIGHT, Idempotency_Key="k")
        office.kill()
        equal(status, 202)
        office.start()
        office.caller.port = office.wait_for(lambda: len(re.findall("web listening", office.log())) == 2 and port_of(office))
        again = office.caller.raw(EIGHT, Idempotency_Key="k")
        equal((again[0], again[1]["Location"]), (202, headers["Location"]))
        equal(office.caller.ask("GET", headers["Location"] + "?wait=60")[2]["result"], "released")
        office.wait_states("done")
        mails = [m["To"] for m in office.mails()]
        equal(len(mails), len(set(mails)))
        # cut off before the answer was kept, and before the hand-in was known
        rows(office, "UPDATE api_request SET status = NULL, answer = NULL, hand_in_id = NULL")
        again = office.caller.raw(EIGHT, query="&wait=60", Idempotency_Key="k")
        equal((again[0], again[1]["Location"]), (201, headers["Location"]))
        # the row was written, the file lost
        rows(office, "UPDATE api_request SET status = NULL, answer = NULL")
        rows(office, "UPDATE hand_in SET result = NULL, taken_at = NULL, issue_id = NULL, place = 'gone.txt'")
        again = office.caller.raw(EIGHT, query="&wait=60", Idempotency_Key="k")
        equal((again[0], again[2]["result"], len(office.issues())), (200, "duplicate", 1))
        equal(len(office.mails()), len(mails))


@tap.test("twenty at once: each is taken, each is answered for itself; the same key at once is done once")
def many():
    with running(series='checks = { number_jump = "ignore"; };') as office:
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            done = list(pool.map(lambda n: office.caller.form(numbered(100 + n), "期.txt", query="?wait=60"), range(20)))
            equal([status for status, _, _ in done], [201] * 20)
            equal(sorted(body["identity"] for _, _, body in done), sorted(f"sjxx/2026/{100 + n}" for n in range(20)))
            same = list(pool.map(lambda _: office.caller.raw(numbered(200), query="&wait=60", Idempotency_Key="k"), range(8)))
        assert {status for status, _, _ in same} <= {201, 409}, [s[0] for s in same]
        equal(len({headers["Location"] for status, headers, _ in same if status == 201}), 1)
        equal(len(rows(office, "SELECT 1 FROM hand_in WHERE digest = ?", hashlib.sha256(numbered(200)).hexdigest())), 1)
        equal(len(office.issues()), 21)


def rss(office):
    with open(f"/proc/{office.daemon.pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024


@tap.test("uploads that do not end cost no memory, and leave nothing when they break off")
def broken_off():
    with running('max_file_size = "64M";') as office:
        office.caller.raw(FEATURE, query="&wait=60")
        before, sockets = rss(office), []
        for _ in range(4):
            s = socket.create_connection(("127.0.0.1", office.port), timeout=60)
            s.sendall(f"POST {PATH}?name=a.txt HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {office.caller.token}\r\n"
                      f"Content-Length: {40 << 20}\r\n\r\n".encode())
            for _ in range(32):
                s.sendall(b"x" * (1 << 20))
            sockets.append(s)
        grown = rss(office) - before
        assert grown < 32 << 20, f"{grown >> 20} MB for 128 MB"
        for s in sockets:
            s.close()
        office.wait_for(lambda: not [fd for fd in os.listdir(f"/proc/{office.daemon.pid}/fd")
                                     if "upload" in link(office, fd)], "the files without names are gone")
        equal((lies(office), len(office.issues())), ([], 1))


def link(office, fd):
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{office.daemon.pid}/fd/{fd}")
    return ""


@tap.test("slow heads: all places taken by callers who drip are free again soon, and others come to their turn")
def slowloris():
    with running() as office:
        drips = [socket.create_connection(("127.0.0.1", office.port), timeout=60) for _ in range(80)]
        for s in drips:
            s.sendall(b"POST /api/v1/issues HTTP/1.1\r\nHost: a\r\nX-A: ")
        begun = time.monotonic()

        def drip():
            """TRUE when the first ones were ended, though they never were silent."""
            ended = 0
            for s in drips[:64]:
                try:
                    s.sendall(b"a")
                except OSError:
                    ended += 1
            return ended == 64

        office.wait_for(drip, "the drips are ended")
        assert time.monotonic() - begun > 5, "ended by something else"
        for s in drips:
            s.close()
        equal(office.caller.raw(EIGHT, query="&wait=60")[0], 201)


@tap.test("TLS: with certificate and key; a reload and a stop end what is open")
def tls():
    with Office() as office:
        cert, key = (os.path.join(office.folder, name) for name in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-out", cert, "-keyout", key], check=True, capture_output=True)
        os.chmod(key, 0o600)
        office.write_config(more=f'web = {{ listen = "127.0.0.1:0"; certificate = "{cert}"; key = "{key}"; }};')
        office.start()
        office.port = port_of(office)
        caller = Caller(office, token(office, "oa"), ssl.create_default_context(cafile=cert))
        equal(caller.raw(EIGHT, query="&wait=60")[0], 201)
        open_one = socket.create_connection(("127.0.0.1", office.port), timeout=60)
        office.daemon.send_signal(1)
        office.wait_for(lambda: "main reloaded" in office.log(), "reloaded")
        with contextlib.suppress(ConnectionResetError):
            equal(open_one.recv(1), b"")
        caller.port = port_of(office)
        equal(caller.raw(EIGHT)[0], 200)
        office.stop()


tap.main()
