#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as offices make them: the same issue reads the same whatever the format; what cannot be
read is held with a reason that a clerk understands. TAP output."""
import json
import os
import subprocess
import sys
import tempfile

from harness import BUILD, ROOT, Office, Tap, equal, has, issue_data, lacks

sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402
import office  # noqa: E402

tap = Tap()
FOLDER = tempfile.TemporaryDirectory(prefix="songfa-documents-")
ISSUES = ["shangjie-xinxi-2026-07.txt", "shangjie-xinxi-2026-08.txt"]


def parse(data, name):
    """What songfactl makes of the file."""
    path = os.path.join(FOLDER.name, name)
    with open(path, "wb") as f:
        f.write(data)
    run = subprocess.run([os.path.join(BUILD, "songfactl"), "parse", "--json", path], capture_output=True, text=True)
    return json.loads(run.stdout)


def codes(issue):
    return [reason["code"] for reason in issue["reasons"]]


def found_in(name):
    return documents.paragraphs(issue_data(name).decode("utf-8"))


def bare(value):
    """Without blanks: on paper nobody sees whether there is one beside a digit."""
    return json.dumps(value, ensure_ascii=False).replace(" ", "")


def same(issue, want, what, form=lambda value: value):
    """Everything alike but the print count, which only some layouts carry."""
    for key in want:
        if key != "declared_copies":
            equal(form(issue[key]), form(want[key]), f"{what}: {key}")


FORMATS = {
    "md": documents.md,
    "docx": documents.docx,
    "docx with torn runs": lambda found: documents.docx(found, split=True),
    "odt": documents.odt,
    "pdf": documents.pdf,
    "ofd": documents.ofd,
}


@tap.test("the same issue reads the same in every format and layout")
def same_issue():
    for name in ISSUES:
        want = parse(issue_data(name), name)
        equal(want["verdict"], "issue", name)
        for what, make in FORMATS.items():
            form = {"form": bare} if what in ("pdf", "ofd") else {}
            same(parse(make(found_in(name)), "a"), want, f"{name}, plain {what}", **form)
            red = parse(make(documents.red_head(found_in(name))), "a")
            same(red, want, f"{name}, {what} with red head", **form)
            equal(red["declared_copies"], 130, f"{name}, {what} with red head")


@tap.test("and in the older formats and web pages, as LibreOffice makes them")
def same_issue_older():
    if office.missing():
        raise Tap.Skip(office.missing())
    name, found = ISSUES[0], found_in(ISSUES[0])
    want = parse(issue_data(name), name)
    layouts = {"plain": documents.docx(found), "red": documents.docx(documents.red_head(found))}
    for target, names in {"doc": ("a.doc", "a.wps"), "rtf": ("a.rtf", "a.doc"), "html": ("a.html", "a.txt")}.items():
        made = office.convert(layouts, target)
        for layout, file_name in zip(layouts, names):
            issue = parse(made[layout], file_name)
            same(issue, want, f"{file_name}, {layout} {target}")
            if (target, layout) in (("doc", "red"), ("rtf", "red")):
                equal(issue["declared_copies"], 130, f"{target} with red head")


@tap.test("the content says what a file is, not its name")
def by_content():
    found = found_in(ISSUES[0])
    want = parse(issue_data(ISSUES[0]), "a.txt")
    same(parse(documents.docx(found), "a.txt"), want, "docx named txt")
    same(parse(issue_data(ISSUES[0]), "a.docx"), want, "text named docx")


MARK = '<w:p><w:r>{}<w:t>秘密★1年</w:t></w:r></w:p>'
HIDDEN = {
    "hidden text": MARK.format("<w:rPr><w:vanish/></w:rPr>"),
    "deleted text": '<w:p><w:del><w:r><w:delText>秘密★1年</w:delText></w:r></w:del></w:p>',
    "text box": f'<w:p><w:r><w:pict><w:txbxContent>{MARK.format("")}</w:txbxContent></w:pict></w:r></w:p>',
    "cell": f'<w:tbl><w:tr><w:tc>{MARK.format("")}</w:tc></w:tr></w:tbl>',
}


@tap.test("a secrecy mark is found wherever it hides in a document")
def secrecy():
    for what, xml in HIDDEN.items():
        parts = documents.docx_parts(found_in(ISSUES[0]))
        parts["word/document.xml"] = parts["word/document.xml"].replace("</w:body>", xml + "</w:body>")
        issue = parse(documents.package(parts), "a.docx")
        equal((issue["verdict"], codes(issue)), ("refused", ["classified"]), what)
        equal(issue["items"], [], what)
    for part in ("header", "footer", "comments", "footnotes"):
        parts = documents.docx_parts(found_in(ISSUES[0]))
        parts[f"word/{part}9.xml"] = f'<w:x {documents.W}>{MARK.format("")}</w:x>'
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace("</Relationships>", documents.relationships(
            (part, f"{part}9.xml")).split(">", 1)[1])
        equal(parse(documents.package(parts), "a.docx")["verdict"], "refused", part)


ODT_HIDDEN = {
    "hidden words": '<text:p>x<text:span text:style-name="H">秘密★1年</text:span>y</text:p>',
    "deleted text": "<text:tracked-changes><text:changed-region><text:deletion><text:p>秘密★1年</text:p></text:deletion>"
                    "</text:changed-region></text:tracked-changes>",
    "comment": "<text:p>x<office:annotation><text:p>秘密★1年</text:p></office:annotation></text:p>",
    "cell": "<table:table><table:table-row><table:table-cell><text:p>秘密★1年</text:p></table:table-cell>"
            "</table:table-row></table:table>",
}


@tap.test("in an odt too, and what is hidden is not read as the issue's text")
def secrecy_odt():
    for what, xml in ODT_HIDDEN.items():
        parts = documents.odt_parts(found_in(ISSUES[0]))
        parts["content.xml"] = parts["content.xml"].replace("</office:text>", xml + "</office:text>")
        issue = parse(documents.package(parts), "a.odt")
        equal((issue["verdict"], codes(issue)), ("refused", ["classified"]), what)
        parts["content.xml"] = parts["content.xml"].replace("秘密★1年", "看不见")
        equal("看不见" in json.dumps(parse(documents.package(parts), "a.odt"), ensure_ascii=False), what == "cell", what)


HTML_HIDDEN = {
    "hidden words": '<p>x<span style="mso-bidi: a; DISPLAY : none">秘密★1年</span>y</p>',
    "a hidden part": "<div hidden><p>秘密★1年</p></div>",
    "a comment": "<p>x</p><!-- 秘密★1年 -->",
    "a title": "<title>秘密★1年</title>",
    "a cell": "<table><tr><td>秘密★1年</table>",
    "words after an unclosed element": "<p><b>x<td></i></div>秘密★1年",
}


@tap.test("in a web page too")
def secrecy_html():
    page = "<!DOCTYPE html><html><body>" + "".join(f"<p>{p.text()}</p>" for p in found_in(ISSUES[0])) + "</body></html>"
    for what, markup in HTML_HIDDEN.items():
        marked = page.replace("</body>", markup + "</body>")
        issue = parse(marked.encode("gb18030"), "a.html")
        equal((issue["verdict"], codes(issue)), ("refused", ["classified"]), what)
        unseen = parse(marked.replace("秘密★1年", "看不见").encode(), "a.html")
        equal("看不见" in json.dumps(unseen, ensure_ascii=False), what in ("a cell", "words after an unclosed element"), what)
    styled = page.replace("<body>", "<style>p { color: 秘密★1年 }</style><script>'秘密★1年'</script><body>")
    equal(parse(styled.encode(), "a.html")["verdict"], "issue", "styles and scripts are no text")


@tap.test("and after a conversion by LibreOffice")
def secrecy_older():
    if office.missing():
        raise Tap.Skip(office.missing())
    files = {}
    for i, what in enumerate(("hidden text", "deleted text")):
        parts = documents.docx_parts(found_in(ISSUES[0]))
        parts["word/document.xml"] = parts["word/document.xml"].replace("<w:sectPr>", HIDDEN[what] + "<w:sectPr>")
        files[f"{i}"] = documents.package(parts)
    for target in ("doc", "rtf"):
        for name, data in office.convert(files, target).items():
            equal(parse(data, "a.doc")["verdict"], "refused", f"{target} {name}")


def damaged_rows():
    """name, file, wanted code, words of the reason"""
    good = documents.docx(found_in(ISSUES[0]))
    parts = documents.docx_parts(found_in(ISSUES[0]))
    broken = dict(parts, **{"word/document.xml": parts["word/document.xml"][:-40]})
    doctype = dict(parts, **{"word/document.xml": '<!DOCTYPE x [<!ENTITY e "e">]>' + parts["word/document.xml"]})
    bomb = dict(parts, **{"word/document.xml": parts["word/document.xml"].replace(
        "</w:body>", "<w:p/>" * 4000000 + "</w:body>")})
    empty = dict(parts, **{"word/document.xml": f"<w:document {documents.W}><w:body/></w:document>"})
    return [
        ("cut short", good[:len(good) // 2], "damaged", "损坏"),
        ("broken XML", documents.package(broken), "damaged", "XML 有误"),
        ("a document type", documents.package(doctype), "damaged", "DOCTYPE"),
        ("a bomb", documents.package(bomb), "damaged", ""),
        ("pictures only", documents.package(empty), "no-text", "没有可读的文字"),
        ("another package", documents.package({"a.txt": "x"}), "unknown-format", "不是 Word"),
        ("a PDF cut short", documents.pdf(found_in(ISSUES[0]))[:300], "damaged", "PDF 不完整"),
        ("a PDF without text", documents.pdf([documents.Paragraph("x", kind="header")]), "no-text", "扫描件"),
        ("an older file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged", "旧格式"),
        ("a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "damaged", "密码"),
    ]


@tap.test("what cannot be read is held, with a reason that says what to do")
def damaged():
    for what, data, code, words in damaged_rows():
        issue = parse(data, "a.docx")
        equal((issue["verdict"], codes(issue)), ("held", [code]), what)
        has(issue["reasons"][0]["message"], words)


@tap.test("a docx handed in goes out, with the file itself attached as it was")
def handed_in():
    found = found_in(ISSUES[0])
    data = documents.docx(documents.red_head(found))
    with Office() as office:
        office.start()
        office.hand_in("上街信息第7期.docx", data)
        office.wait_states("done")
        mails = office.mails()
        attached = [part for part in mails[0].iter_attachments()]
        equal(attached[0].get_filename(), "上街信息第7期.docx")
        equal(attached[0].get_content(), data, "attachment")
        lacks(office.log(), "ERROR")


tap.main()
