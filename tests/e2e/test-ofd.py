#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""OFD as the many converters write it: whatever the form, the same issue is read; what is not seen is
scanned and not read; what is odd or hostile is held with a reason. TAP output."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

from harness import BUILD, ROOT, Tap, equal, has, issue_data

sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402
from documents import MM, ofd_page, ofd_text, package  # noqa: E402

tap = Tap()
FOLDER = tempfile.TemporaryDirectory(prefix="songfa-ofd-")
FOUND = documents.paragraphs(issue_data("shangjie-xinxi-2026-07.txt").decode("utf-8"))
for paragraph in FOUND:  # bold type alone tells what is a lead
    paragraph.runs = [(text.lstrip(), bold) for text, bold in paragraph.runs]
LEAD = "区应急管理局“三张清单”织密节前安全网"
DOCUMENT, PAGE, RESOURCES = "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/PublicRes.xml"


def parse(parts):
    path = os.path.join(FOLDER.name, "a.ofd")
    with open(path, "wb") as f:
        f.write(parts if isinstance(parts, bytes) else package(parts))
    run = subprocess.run([os.path.join(BUILD, "songfactl"), "parse", "--json", path], capture_output=True, text=True)
    return json.loads(run.stdout)


def codes(issue):
    return [reason["code"] for reason in issue["reasons"]]


def with_part(name, old, new, parts=None):
    """The parts with old replaced by new in one of them, where it must stand."""
    parts = dict(parts or documents.ofd_parts(FOUND))
    equal(old in parts[name], True, f"{old} in {name}")
    parts[name] = parts[name].replace(old, new, 1)
    return parts


def drawn_into(page, xml):
    return with_part(page, "</ofd:Layer>", xml + "</ofd:Layer>")


# ---- ways to draw the same ----

def step_by_step(x, y, size, text, bold):
    return ofd_text(x, y, size, text, bold).replace(
        f'"g {len(text) - 1} {size:.4f}"', '"' + " ".join([f"{size:.4f}"] * (len(text) - 1)) + '"')


def too_few_steps(x, y, size, text, bold):
    return ofd_text(x, y, size, text, bold).replace(f'"g {len(text) - 1} {size:.4f}"', f'"{size:.4f}"')


def without_steps(x, y, size, text, bold):
    """Readers then take the width of the fount, which is known of square characters."""
    square = all(unicodedata.east_asian_width(c) in "WFA" for c in text)
    return ofd_text(x, y, size, text, bold).replace(f' DeltaX="g {len(text) - 1} {size:.4f}"' if square else "\0", "")


def words_of(text):
    """Characters, and numbers whole: (place, word)."""
    return [(m.start(), m.group()) for m in re.finditer("[!-~]+|.", text)]


def one_by_one(x, y, size, text, bold):
    return "".join(ofd_text(x + i * size, y, size, word, bold) for i, word in words_of(text))


def in_points(x, y, size, text, bold):
    """A matrix from points, and places far off that its last two numbers bring back."""
    steps = f' DeltaX="g {len(text) - 1} {size / MM:.4f}"' if len(text) > 1 else ""
    return (f'<ofd:TextObject ID="9" CTM="{MM:.6f} 0 0 {MM:.6f} 0 296" Boundary="10 -5 180 280" Font="{2 + int(bold)}" '
            f'Size="{size / MM:.4f}"><ofd:TextCode X="{(x - 10) / MM:.4f}" Y="{(y + 5 - 296) / MM:.4f}"{steps}>'
            f"<![CDATA[{text}]]></ofd:TextCode></ofd:TextObject>")


def in_runs(x, y, size, text, bold):
    """Each character a run of its own in one object; only the first says how high it stands."""
    runs = "".join(f'<ofd:TextCode X="{x + i * size:.4f}" {f"""Y="{y:.4f}" """ if i == 0 else ""}DeltaX="{size:.4f}">'
                   f"{word}</ofd:TextCode>" for i, word in words_of(text))
    return f'<ofd:TextObject ID="9" Boundary="0 0 210 297" Font="{2 + int(bold)}" Size="{size:.4f}">{runs}</ofd:TextObject>'


def by_weight(x, y, size, text, bold):
    return ofd_text(x, y, size, text, False, 'Weight="700"' if bold else 'Weight="400"')


def by_stroke(x, y, size, text, bold):
    return ofd_text(x, y, size, text, False, 'Fill="true" Stroke="true"' if bold else "")


def drawn_twice(x, y, size, text, bold):
    return ofd_text(x, y, size, text) + (ofd_text(x + 0.2, y + 0.1, size, text) if bold else "")


def in_blocks(x, y, size, text, bold):
    return f'<ofd:PageBlock ID="8"><ofd:PageBlock ID="7">{ofd_text(x, y, size, text, bold)}</ofd:PageBlock></ofd:PageBlock>'


def with_glyphs(x, y, size, text, bold):
    """As subset founts are written: the glyph numbers beside the text, colours, clips."""
    more = (f'<ofd:FillColor Value="0 0 0" Alpha="255"/><ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 9 9">'
            f"<ofd:AbbreviatedData>M 0 0 L 9 0 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
            f'<ofd:CGTransform CodePosition="0" CodeCount="{len(text)}" GlyphCount="{len(text)}"><ofd:Glyphs>'
            f'{" ".join(str(ord(c)) for c in text)}</ofd:Glyphs></ofd:CGTransform>')
    return ofd_text(x, y, size, text, bold).replace("<ofd:TextCode", more + "<ofd:TextCode")


DRAWINGS = [step_by_step, too_few_steps, without_steps, one_by_one, in_points, in_runs, by_weight, by_stroke,
            drawn_twice, in_blocks, with_glyphs]


# ---- ways to put the same together ----

def contents_of(parts, page):
    return parts[page].split("<ofd:Content>")[1].split("</ofd:Content>")[0]


def letterhead():
    """The title in a template that every page has."""
    parts = documents.ofd_parts(FOUND)
    title = contents_of(parts, PAGE).split("</ofd:TextObject>")[0].split(">", 1)[1] + "</ofd:TextObject>"
    for name in [name for name in parts if "/Pages/" in name]:
        parts[name] = parts[name].replace(title, "").replace("<ofd:Content>", '<ofd:Template TemplateID="5"/><ofd:Content>')
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = ofd_page(title)
    return with_part(DOCUMENT, "</ofd:CommonData>", '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
                     "</ofd:CommonData>", parts)


def units():
    """A page that is one drawing by reference, in points, as converters from PDF do it."""
    parts = documents.ofd_parts(FOUND, lambda x, y, size, text, bold: ofd_text(x / MM, y / MM, size / MM, text, bold))
    pages = [name for name in parts if "/Pages/" in name]
    made = ""
    for i, name in enumerate(pages):
        made += f'<ofd:CompositeGraphicUnit ID="{50 + i}" Width="9" Height="9"><ofd:Content>' \
                f"{contents_of(parts, name)}</ofd:Content></ofd:CompositeGraphicUnit>"
        parts[name] = ofd_page(f'<ofd:CompositeObject ID="3" ResourceID="{50 + i}" CTM="{MM:.6f} 0 0 {MM:.6f} 0 0" '
                               'Boundary="0 0 210 297"/>')
    return with_part(RESOURCES, "</ofd:Res>", f"<ofd:CompositeGraphicUnits>{made}</ofd:CompositeGraphicUnits></ofd:Res>",
                     parts)


def from_the_root():
    parts = with_part("OFD.xml", "Doc_0/", "/Doc_0/")
    parts[DOCUMENT] = parts[DOCUMENT].replace('BaseLoc="Pages', 'BaseLoc="/Doc_0/Pages').replace(
        "<ofd:PublicRes>", "<ofd:PublicRes>/Doc_0/")
    return parts


def roundabout():
    parts = with_part("OFD.xml", "Doc_0/", "./Doc_0/../Doc_0/")
    parts[DOCUMENT] = parts[DOCUMENT].replace('BaseLoc="Pages/', 'BaseLoc=".\\Pages\\')
    return parts


def other_prefix():
    return {name: xml.replace("ofd:", "x:").replace("xmlns:ofd", "xmlns:x") for name, xml in
            documents.ofd_parts(FOUND).items()}


def signed():
    parts = with_part("OFD.xml", "</ofd:DocBody>", "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>")
    parts = with_part(DOCUMENT, "</ofd:Document>", "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags><ofd:Attachments>"
                      "Attachs/Attachments.xml</ofd:Attachments><ofd:Extensions>Exts/Extensions.xml</ofd:Extensions>"
                      "</ofd:Document>", parts)
    return dict(parts, **{"Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {documents.OFD}/>",
                          "Doc_0/Signs/Sign_0/SignedValue.dat": "\0\1",
                          "Doc_0/Tags/CustomTags.xml": "<a><b>看不见</b></a>",
                          "Doc_0/Attachs/Attachments.xml": f"<ofd:Attachments {documents.OFD}/>"})


def watermark():
    """Large grey words under the text, level and askew, on the page and in the margin."""
    level = "".join(ofd_text(x, y, 20, "看不见的水印") for x, y in ((40, 120), (40, 292), (40, 20)))
    askew = ofd_text(0, 200, 20, "斜着的水印", attributes='CTM="0.707 -0.707 0.707 0.707 0 0"')
    parts = with_part(DOCUMENT, "</ofd:CommonData>", '<ofd:TemplatePage ID="5" ZOrder="Background" BaseLoc="Tpls/T.xml"/>'
                      "</ofd:CommonData>")
    parts = with_part(PAGE, "<ofd:Content>", '<ofd:Template TemplateID="5" ZOrder="Background"/><ofd:Content>', parts)
    return dict(parts, **{"Doc_0/Tpls/T.xml": ofd_page(level + askew)})


def layer(kind):
    return with_part(PAGE, "<ofd:Content>", f'<ofd:Content><ofd:Layer ID="6" Type="{kind}">' +
                     ofd_text(40, 120, 20, "看不见的水印") + "</ofd:Layer>")


def faint():
    return drawn_into(PAGE, ofd_text(40, 120, 20, "看不见的水印").replace(
        "<ofd:TextCode", '<ofd:FillColor Value="0 0 0" Alpha="40"/><ofd:TextCode'))


def unseen(attributes, x=30, y=120):
    return drawn_into(PAGE, ofd_text(x, y, 5, "看不见的字", attributes=attributes))


def transparent():
    return drawn_into(PAGE, ofd_text(30, 120, 5, "看不见的字").replace(
        "<ofd:TextCode", '<ofd:FillColor Alpha="0"/><ofd:TextCode'))


def annotated(words="看不见的字", inside=None):
    parts = with_part(DOCUMENT, "</ofd:Document>", "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>")
    note = inside or f'<ofd:Appearance Boundary="20 100 90 9">{ofd_text(9, 9, 5, words)}</ofd:Appearance>'
    return dict(parts, **{
        "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations {documents.OFD}><ofd:Page PageID="10"><ofd:FileLoc>Page_0/A.xml'
                                        "</ofd:FileLoc></ofd:Page></ofd:Annotations>",
        "Doc_0/Annots/Page_0/A.xml": f'<ofd:PageAnnot {documents.OFD}><ofd:Annot ID="1" Type="Watermark" Visible="false">'
                                     f"{note}</ofd:Annot></ofd:PageAnnot>"})


ASKEW = 'CTM="0 1 -1 0 0 0"'
FORMS = {
    "a template with the title": letterhead,
    "drawn by reference": units,
    "paths from the root": from_the_root,
    "roundabout paths": roundabout,
    "another prefix": other_prefix,
    "signed, with attachments and tags": signed,
    "a watermark in a template": watermark,
    "a watermark below the text": lambda: layer("Background"),
    "a watermark above the text": lambda: layer("Foreground"),
    "a watermark in the text, faint": faint,
    "an invisible object": lambda: unseen('Visible="false"'),
    "an object without ink": lambda: unseen('Fill="false"'),
    "an object fully transparent": lambda: unseen('Alpha="0"'),
    "a transparent colour": transparent,
    "words beside the page": lambda: unseen("", x=250),
    "words on their side": lambda: unseen(ASKEW),
    "words too small to see": lambda: unseen('CTM="0.01 0 0 0.01 30 120"', 0, 5),
    "an annotation": annotated,
    "a missing list of annotations": lambda: with_part(
        DOCUMENT, "</ofd:Document>", "<ofd:Annotations>Annots/None.xml</ofd:Annotations></ofd:Document>"),
    "odd numbers": lambda: unseen('Visible="false" HScale="nan" Weight="x"'),
}


@tap.test("whatever the form, the same issue is read")
def forms():
    want = parse(documents.ofd(FOUND))
    equal((want["verdict"], want["title"], want["items"][0]["heading"]), ("issue", "上街信息", LEAD))
    for draw in DRAWINGS:
        equal(parse(documents.ofd_parts(FOUND, draw)), want, draw.__name__)
    for what, make in FORMS.items():
        equal(parse(make()), want, what)


def runs_of(text, attributes=""):
    """One object a character, as they stand on a slant."""
    return "".join(ofd_text(40 + 5 * i, 250, 5, c, attributes=attributes) for i, c in enumerate(text))


MARK = "秘密★1年"
HIDDEN = {
    "invisible": lambda: drawn_into(PAGE, ofd_text(30, 120, 5, MARK, attributes='Visible="false"')),
    "invisible, character by character": lambda: drawn_into(PAGE, runs_of(MARK, 'Visible="false"')),
    "askew, character by character": lambda: drawn_into(PAGE, "".join(
        ofd_text(0, 0, 5, c, attributes=f'CTM="0.7 0.7 -0.7 0.7 {50 + 4 * i} {100 + 4 * i}"') for i, c in enumerate(MARK))),
    "downwards": lambda: drawn_into(PAGE, ofd_text(200, 100, 5, MARK).replace("DeltaX", "DeltaY")),
    "a watermark": lambda: with_part(PAGE, "<ofd:Content>", '<ofd:Content><ofd:Layer ID="6" Type="Background">' +
                                     ofd_text(40, 120, 20, MARK) + "</ofd:Layer>"),
    "an annotation": lambda: annotated(MARK),
    "a remark": lambda: annotated(inside=f"<ofd:Remark>{MARK}</ofd:Remark>"),
    "custom data": lambda: with_part("OFD.xml", "</ofd:DocInfo>", '<ofd:CustomDatas><ofd:CustomData Name="密级">秘密'
                                     "</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>"),
    "beside the page": lambda: drawn_into(PAGE, ofd_text(250, 120, 5, MARK)),
}


@tap.test("a secrecy mark is found wherever it hides")
def secrecy():
    for what, make in HIDDEN.items():
        issue = parse(make())
        equal((issue["verdict"], codes(issue)), ("refused", ["classified"]), what)


@tap.test("every document of the package is read")
def two_documents():
    parts = documents.ofd_parts(FOUND)
    more = {"OFD.xml": documents.ofd_entry("Doc_0/Document.xml", "Doc_1/Document.xml"),
            "Doc_1/Document.xml": documents.ofd_document(1),
            "Doc_1/Pages/Page_0/Content.xml": ofd_page(ofd_text(30, 150, 5, "（共印77份）"))}
    equal(parse(dict(parts, **more))["declared_copies"], 77)
    more["Doc_1/Pages/Page_0/Content.xml"] = ofd_page(ofd_text(30, 150, 5, MARK))
    equal(parse(dict(parts, **more))["verdict"], "refused")


def unit_bomb():
    """Each unit draws the one before twenty times."""
    made = f'<ofd:CompositeGraphicUnit ID="0">{ofd_text(9, 9, 5, "字" * 1000)}</ofd:CompositeGraphicUnit>'
    for i in range(1, 9):
        made += f'<ofd:CompositeGraphicUnit ID="{i}">' + f'<ofd:CompositeObject ResourceID="{i - 1}"/>' * 20 + \
                "</ofd:CompositeGraphicUnit>"
    return with_part(RESOURCES, "</ofd:Res>", made + "</ofd:Res>")


def held_rows():
    """name, parts, wanted code, words of the reason"""
    good = documents.ofd_parts(FOUND)
    out = "../../../etc/passwd"
    scan = dict(good, **{name: ofd_page('<ofd:ImageObject ID="1" Boundary="0 0 210 297" ResourceID="4"/>')
                         for name in good if "/Pages/" in name})
    locked = dict(good, **{"Encryptions.xml": f"<ofd:Encryptions {documents.OFD}/>"})
    bomb = with_part(PAGE, "</ofd:Layer>", "<ofd:PathObject/>" * 2000000 + "</ofd:Layer>")
    deep = with_part(PAGE, "</ofd:Layer>", "<ofd:PageBlock>" * 99 + "</ofd:PageBlock>" * 99 + "</ofd:Layer>")
    return [
        ("a page missing", {name: xml for name, xml in good.items() if name != PAGE}, "damaged", "缺少 " + PAGE),
        ("the document missing", {name: xml for name, xml in good.items() if name != DOCUMENT}, "damaged", "缺少"),
        ("no document", dict(good, **{"OFD.xml": documents.ofd_entry()}), "damaged", "没有写明文档"),
        ("a page cut short", dict(good, **{PAGE: good[PAGE][:-40]}), "damaged", "XML 有误"),
        ("cut short", package(good)[:900], "damaged", "损坏"),
        ("a document type", dict(good, **{PAGE: '<!DOCTYPE x [<!ENTITY e "e">]>' + good[PAGE]}), "damaged", "DOCTYPE"),
        ("out of the package", with_part(DOCUMENT, "Pages/Page_0/Content.xml", out), "damaged", "指到了文件之外"),
        ("out of it from the root", with_part("OFD.xml", "Doc_0/", "/../Doc_0/"), "damaged", "指到了文件之外"),
        ("pictures only", scan, "no-text", "扫描件"),
        ("an attachment", dict(signed(), **{"Doc_0/Attachs/Attachments.xml": f"<ofd:Attachments {documents.OFD}>"
            '<ofd:Attachment ID="1" Name="a"><ofd:FileLoc>a.docx</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'}),
         "damaged", "带有附件"),
        ("encrypted", locked, "damaged", "已加密"),
        ("encrypted whole", {"Encryptions.xml": locked["Encryptions.xml"], "a.dat": "x"}, "damaged", "已加密"),
        ("a bomb", bomb, "damaged", "压缩率异常"),
        ("a bomb of units", unit_bomb(), "damaged", "文字过多"),
        ("deep", deep, "damaged", "嵌套过深"),
    ]


@tap.test("what cannot be read is held, with a reason that says what to do")
def held():
    for what, parts, code, words in held_rows():
        issue = parse(parts)
        equal((issue["verdict"], codes(issue)), ("held", [code]), what)
        has(issue["reasons"][0]["message"], words)


tap.main()
