#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes through LibreOffice: the walls around it, what it makes or fails to make, the PDF that goes with
an issue, and that nothing of it is left. TAP output."""
import base64
import email
import email.policy
import glob
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

from harness import BUILD, PYTHON, ROOT, Office, Tap, equal, has, issue_data, lacks

sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402
import office as clerk  # noqa: E402

tap = Tap()
HOME = tempfile.TemporaryDirectory(prefix="songfa-office-test-")
os.chmod(HOME.name, 0o755)
ISSUE = "shangjie-xinxi-2026-07.txt"
FOUND = documents.paragraphs(issue_data(ISSUE).decode("utf-8"))
RTF = b"{\\rtf1 x}"
SECRET = "\u5e93\u91cc\u7684\u5185\u5bb9"


def path_of(name):
    return os.path.join(HOME.name, name)


def write(name, data, mode=0o644):
    with open(path_of(name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(path_of(name), mode)
    return path_of(name)


def program(name, body):
    """Somebody who passes for LibreOffice. The result is to go to where OUT says."""
    return write(name, f"#!{PYTHON}\nimport os, sys\nOUT = os.path.join(sys.argv[sys.argv.index('--outdir') + 1], "
                       f"'in.' + sys.argv[sys.argv.index('--convert-to') + 1])\n{body}\n", 0o755)


def parse(data, name="a.rtf", soffice=None):
    path = write(name, data)
    environment = {**os.environ, "TMPDIR": HOME.name, **({"SONGFA_SOFFICE": soffice} if soffice else {})}
    run = subprocess.run([os.path.join(BUILD, "songfactl"), "parse", "--json", path], capture_output=True, text=True,
                         env=environment, timeout=180)
    return json.loads(run.stdout)


def leftovers(folder=HOME.name):
    return glob.glob(os.path.join(folder, "songfa-office-??????"))


def needs_office():
    if clerk.missing():
        raise Tap.Skip(clerk.missing())


# ---- what it says is not believed ----

FAILING = {
    "makes nothing and says all went well": ("pass", "damaged", "转换不了"),
    "writes junk": ("open(OUT, 'wb').write(b'junk')", "damaged", "转换不了"),
    "writes nothing into a file": ("open(OUT, 'wb')", "damaged", "转换不了"),
    "gives a link to somebody else's file": ("os.symlink('/etc/passwd', OUT)", "damaged", "转换不了"),
    "gives a folder": ("os.mkdir(OUT)", "damaged", "转换不了"),
    "gives a package that is none": ("open(OUT, 'wb').write(b'PK\\3\\4' + b'x' * 99)", "damaged", "损坏"),
    "breaks off": ("os.abort()", "damaged", "转换不了"),
}


@tap.test("a conversion that failed is seen, whatever LibreOffice says, and leaves nothing")
def failing():
    for what, (body, code, words) in FAILING.items():
        issue = parse(RTF, soffice=program("soffice", body))
        equal((issue["verdict"], [r["code"] for r in issue["reasons"]]), ("held", [code]), what)
        has(issue["reasons"][0]["message"], words)
        equal(leftovers(), [], what)


@tap.test("without LibreOffice the reason names what to install, and what to do without")
def absent():
    issue = parse(RTF, soffice="/nonexistent")
    equal([r["code"] for r in issue["reasons"]], ["office-missing"], "codes")
    has(issue["reasons"][0]["message"], "libreoffice-writer-nogui", ".docx")


# ---- the walls ----

BREAKER = """
import base64, io, signal, socket, threading, time, zipfile
done = []
def tries(what, act):
    try:
        act()
        done.append(what)
    except Exception:
        pass
def tcp():
    socket.create_connection(("127.0.0.1", {port}), 5).close()
def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", {port}))
def local():
    socket.socket(socket.AF_UNIX).connect({unix!r})
def local_datagram():
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", {datagram!r})
def fork():
    if os.fork() == 0:
        os._exit(0)
def overwrite():
    open({secret!r}, "ab").close()
def thread():
    t = threading.Thread(target=time.sleep, args=(0,))
    t.start()
    t.join()
for what, act in dict(
    tcp=tcp, udp=udp, local=local, datagram=local_datagram, fork=fork, overwrite=overwrite,
    spawn=lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
    read=lambda: open({secret!r}).read(), list=lambda: os.listdir({home!r}),
    cut=lambda: os.truncate({secret!r}, 1), mode=lambda: os.chmod({secret!r}, 0o666),
    create=lambda: open("/tmp/songfa-broken-out", "w").close(),
    kill=lambda: os.kill(os.getppid(), 0), environ=lambda: open("/proc/%d/environ" % os.getppid()).read(),
    thread=thread, own=lambda: open("own", "w").write("x")).items():
    tries(what, act)
source = zipfile.ZipFile(io.BytesIO(base64.b64decode({odt!r})))
with zipfile.ZipFile(OUT, "w") as z:
    for name in source.namelist():
        z.writestr(name, source.read(name).replace(b"FOUND-OUT", "-".join(["BROKE", *done, "END"]).encode()))
"""
ALL = "tcp-udp-local-datagram-fork-overwrite-spawn-read-list-cut-mode-create-kill-environ-thread-own"


def broken(issue):
    return re.search("BROKE-([a-z-]*)-END", json.dumps(issue))[1]


@tap.test("whoever takes LibreOffice over reaches no network, no file, no process")
def walls():
    marked = [documents.Paragraph(p.runs + ([("FOUND-OUT", False)] if i == 6 else []), p.heading) for i, p in
              enumerate(FOUND)]
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagram:
        for s, name in ((unix, "unix"), (datagram, "datagram")):
            s.bind(path_of(name))
            os.chmod(path_of(name), 0o777)
        unix.listen()
        secret = write("secret.txt", SECRET, 0o666)
        breaker = program("breaker", BREAKER.format(
            port=server.getsockname()[1], unix=path_of("unix"), datagram=path_of("datagram"), secret=secret,
            home=HOME.name, odt=base64.b64encode(documents.odt(marked)).decode()))
        subprocess.run([breaker, "--outdir", HOME.name, "--convert-to", "odt"], check=True, cwd=HOME.name)
        with open(path_of("in.odt"), "rb") as f:
            equal(broken(parse(f.read(), "a.odt")), ALL, "without walls")
        os.remove("/tmp/songfa-broken-out")
        server.accept()[0].close()
        write("secret.txt", SECRET, 0o666)
        issue = parse(RTF, soffice=breaker)
        equal((issue["verdict"], broken(issue)), ("issue", "thread-own"), "within the walls")
        server.setblocking(False)
        try:
            server.accept()
        except BlockingIOError:
            return
        raise AssertionError("a connection came")


# ---- documents that reach out ----

PICTURE = """<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="9" name="p"/><a:graphic>
<a:graphicData uri="{pic}"><pic:pic xmlns:pic="{pic}"><pic:nvPicPr><pic:cNvPr id="9" name="p"/><pic:cNvPicPr/>
</pic:nvPicPr><pic:blipFill><a:blip r:link="r9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>
<a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>
</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>""".format(
    pic="http://schemas.openxmlformats.org/drawingml/2006/picture").replace("\n", "")


def docx_linked(target):
    """A docx whose picture lies elsewhere."""
    parts = documents.docx_parts(FOUND)
    parts["word/document.xml"] = parts["word/document.xml"].replace("<w:sectPr>", PICTURE + "<w:sectPr>")
    link = f'<Relationship Id="r9" Type="{documents.OFFICE}image" Target="{target}" TargetMode="External"/>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace("</Relationships>", link + "</Relationships>")
    return documents.package(parts)


class Elsewhere:
    """A server that counts who comes."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/a.png"
        self.came = 0
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            connection = self.server.accept()[0]
            if connection.recv(4096) == b"stop":
                return
            self.came += 1
            connection.close()

    def stop(self):
        """How many came, with all who stood in line."""
        with socket.create_connection(self.server.getsockname()) as last:
            last.sendall(b"stop")
            self.thread.join()
        self.server.close()
        return self.came


@tap.test("a document's links are not followed, neither into the network nor to files")
def reaching():
    needs_office()
    secret = write("secret.txt", SECRET)
    control = Elsewhere()
    doc = clerk.convert({"a": docx_linked(control.url)}, "doc")["a"]
    equal(control.stop() > 0, True, "without walls LibreOffice goes there")
    elsewhere = Elsewhere()
    doc = doc.replace(control.url.encode("utf-16-le"), elsewhere.url.encode("utf-16-le"))
    doc = doc.replace(control.url.encode(), elsewhere.url.encode())
    page = (f'<html><head><link rel="stylesheet" href="{elsewhere.url}"></head><body><img src="{elsewhere.url}">'
            f'<iframe src="file://{secret}"></iframe>' + "".join(f"<p>{p.text()}</p>" for p in FOUND) + "</body></html>")
    for what, data in (("doc", doc), ("html", page.encode())):
        equal(elsewhere.url.encode() in data or elsewhere.url.encode("utf-16-le") in data, True, f"{what} with a link")
        issue = parse(data, f"reaching.{what}")
        equal(issue["verdict"], "issue", what)
        lacks(json.dumps(issue, ensure_ascii=False), SECRET)
    equal(elsewhere.stop(), 0, "who came")
    equal(leftovers(), [], "leftovers")


def rtf(text):
    """As \\u escapes."""
    return "".join(f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" if c != "\n" else "\\par\n" for c in text)


# ---- older files that are something else ----

@tap.test("a password, a table and a broken file are told apart, each with its own words")
def not_texts():
    needs_office()
    doc = clerk.convert({"a": documents.docx(FOUND)}, "doc")["a"]
    text = next(at for at in range(512, len(doc), 512) if doc[at:at + 2] == b"\xec\xa5")
    locked = doc[:text + 11] + bytes([doc[text + 11] | 1]) + doc[text + 12:]
    rows = {
        "a password": (locked, "encrypted", "密码"),
        "a table": (doc.replace("WordDocument".encode("utf-16-le"), "BookDocument".encode("utf-16-le")),
                    "unknown-format", "不是文字文档"),
        "broken": (doc[:512] + bytes(len(doc) - 512), "damaged", "旧格式"),
    }
    for what, (data, code, words) in rows.items():
        issue = parse(data, "a.doc")
        equal((issue["verdict"], [r["code"] for r in issue["reasons"]]), ("held", [code]), what)
        has(issue["reasons"][0]["message"], words)


# ---- the PDF beside the original ----

WANTED = 'true; pdf = "required"'


def attached(mail):
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def printed(data):
    """All that stands in a PDF, without blanks: a page's end may part a paragraph."""
    run = subprocess.run([os.path.join(BUILD, "songfa-extract")], stdin=open(write("a.pdf", data), "rb"),
                         capture_output=True, check=True)
    return "".join(json.loads(line).get("text", "") for line in run.stdout.splitlines()).replace(" ", "")


@tap.test("where the series wants it the mail carries a PDF of the same issue, made once")
def pdf():
    needs_office()
    elsewhere = Elsewhere()
    data = docx_linked(elsewhere.url)
    with Office(release="clerk", personal=WANTED) as office:
        office.start()
        office.hand_in("上街信息第7期.docx", data)
        office.wait_states("planned")
        digest = json.loads(office.ctl("show", "--json", "1"))["pdf"]
        preview = email.message_from_string(office.ctl("preview", "1", office.deliveries()[0]["recipient"]),
                                            policy=email.policy.default)
        os.environ["SONGFA_SOFFICE"] = "/nonexistent"
        try:
            office.ctl("release", "1")
        finally:
            del os.environ["SONGFA_SOFFICE"]
        office.wait_states("done")
        files = attached(office.mails()[0])
        equal(list(files), ["上街信息第7期.docx", "上街信息第7期.pdf"], "names, in this order")
        equal(files["上街信息第7期.docx"], data, "the original")
        equal(attached(preview), files, "the preview shows the same files")
        equal(hashlib.sha256(files["上街信息第7期.pdf"]).hexdigest(), digest, "digest on record")
        equal(elsewhere.stop(), 0, "who came for the picture")
        has(printed(files["上街信息第7期.pdf"]), *(p.text().replace(" ", "") for p in FOUND))
        lacks(office.log(), "ERROR")


@tap.test("without LibreOffice such an issue is held, and a clerk may send it without")
def pdf_held():
    with Office(personal=WANTED) as office:
        office.start(SONGFA_SOFFICE="/nonexistent")
        office.hand_in("a.txt", issue_data("shangjie-xinxi-2026-08.txt"))
        office.wait_states("done")
        equal(list(attached(office.mails()[0])), ["a.txt"], "of a text none is made")
        office.hand_in("上街信息第7期.docx", documents.docx(FOUND))
        office.wait_states("done", "held")
        has(office.reason(), "libreoffice-writer-nogui", "--without-pdf")
        os.environ["SONGFA_SOFFICE"] = "/nonexistent"
        try:
            equal(office.run_ctl("release", "2").returncode, 1, "release as it is")
            office.ctl("release", "--without-pdf", "2")
        finally:
            del os.environ["SONGFA_SOFFICE"]
        office.wait_states("done", "done")
        equal({tuple(attached(mail)) for mail in office.mails()}, {("a.txt",), ("上街信息第7期.docx",)}, "attached")


@tap.test("or it goes without by itself, where the series says so")
def pdf_optional():
    with Office(personal='true; pdf = "optional"') as office:
        office.start(SONGFA_SOFFICE="/nonexistent")
        office.hand_in("上街信息第7期.docx", documents.docx(FOUND))
        office.wait_states("done")
        equal(list(attached(office.mails()[0])), ["上街信息第7期.docx"], "attached")
        has(office.log(), " no-pdf digest=")


# ---- nothing is left ----

def processes(words):
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as f:
                if words.encode() in f.read():
                    found.append(path)
        except OSError:
            continue
    return found


@tap.test("a daemon that is stopped or killed in a conversion leaves no process, and takes the file up again")
def stopped():
    with Office() as office:
        os.chmod(office.folder, 0o711)
        temporary = os.path.join(office.folder, "tmp")
        os.mkdir(temporary)
        os.chmod(temporary, 0o1777)
        hanging = program("hanging", "import time\nopen('begun', 'w')\ntime.sleep(3600)")
        data = rtf("\n".join(p.text() for p in FOUND)).join(["{\\rtf1 ", "}"])
        for end in (office.kill, office.stop):
            office.start(SONGFA_SOFFICE=hanging, TMPDIR=temporary)
            if not os.listdir(office.inbox):
                office.hand_in("a.rtf", data)
            office.wait_for(lambda: glob.glob(os.path.join(temporary, "*", "begun")), "a conversion")
            end()
            office.wait_for(lambda: not processes(temporary), "no process")
            for folder in leftovers(temporary) if end == office.kill else []:
                os.remove(os.path.join(folder, "begun"))
        equal(len(leftovers(temporary)), 1, "only what the killed one left, which the next day's first conversion takes")
        equal(office.filed("held"), [], "held")
        if not clerk.missing():
            office.start()
            office.wait_states("done")


@tap.test("the status says whether LibreOffice is there")
def status():
    needs_office()
    with Office(smtp=False) as office:
        equal(json.loads(office.ctl("status", "--json"))["office"]["program"],
              "/usr/lib/libreoffice/program/soffice.bin", "program")
        os.environ["SONGFA_SOFFICE"] = "/nonexistent"
        try:
            equal(json.loads(office.ctl("status", "--json"))["office"]["program"], None, "program")
            has(office.ctl("status"), "libreoffice-writer-nogui")
        finally:
            del os.environ["SONGFA_SOFFICE"]


tap.main()
