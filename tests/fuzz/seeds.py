#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""seeds.py FOLDER: writes the first inputs of the fuzz targets for documents into FOLDER/corpus-TARGET, made
by the writers of the tests: packages as parts in clear (parts.h), PDF without compression, and what
songfa-extract would say."""
import json
import os
import random
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
import documents  # noqa: E402
import hostile  # noqa: E402

LONGEST = 4096  # of the hostile ones: a fuzzer likes small inputs

WORDS = [
    '<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>',
    '<w:p><w:pPr><w:pStyle w:val="9"/><w:outlineLvl w:val="2"/></w:pPr><w:moveFrom><w:r><w:t>移</w:t><w:br/>'
    '<w:br w:type="page"/><w:cr/><w:noBreakHyphen/></w:r></w:moveFrom></w:p>',
    '<w:p><w:r><w:pict><w:txbxContent><w:tbl><w:tr><w:tc><w:p><w:r><w:t>框</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
    '</w:txbxContent></w:pict></w:r></w:p>',
]
ODT_WORDS = [
    '<text:tracked-changes><text:deletion><text:p>删</text:p></text:deletion></text:tracked-changes>',
    '<text:p>x<text:span text:style-name="H">藏<text:s text:c="3"/><text:line-break/></text:span>'
    '<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body>'
    '</text:note><office:annotation><dc:creator xmlns:dc="d">某</dc:creator><text:p>批</text:p></office:annotation></text:p>',
]


def issue():
    with open(os.path.join(ROOT, "tests", "data", "issues", "shangjie-xinxi-2026-07.txt"), encoding="utf-8") as f:
        return documents.paragraphs(f.read())


def short(found):
    """Its head and tail: a fuzzer likes small inputs."""
    return found[:5] + found[-4:]


def clear(parts):
    return b"".join(b"\x1c" + name.encode() + b"\n" + data.encode() for name, data in parts.items())


def docx_seeds():
    for i, found in enumerate((short(issue()), documents.red_head(short(issue())))):
        parts = documents.docx_parts(found)
        yield f"issue-{i}", clear(parts)
        parts["word/comments.xml"] = f"<w:comments {documents.W}>{WORDS[0]}</w:comments>"
        parts["word/_rels/document.xml.rels"] = documents.relationships(
            ("styles", "styles.xml"), ("comments", "comments.xml"), ("footnotes", "../word/comments.xml"),
            ("header", "/word/header1.xml"))
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(
            "</w:styles>", '<w:style w:styleId="9"><w:basedOn w:val="1"/><w:rPr><w:b/><w:vanish w:val="off"/></w:rPr>'
            "</w:style></w:styles>")
        parts["word/document.xml"] = parts["word/document.xml"].replace("</w:body>", "".join(WORDS) + "</w:body>")
        yield f"all-{i}", clear(parts)


def odt_seeds():
    for i, found in enumerate((short(issue()), documents.red_head(short(issue())))):
        parts = documents.odt_parts(found)
        yield f"issue-{i}", clear(parts)
        parts["content.xml"] = parts["content.xml"].replace("</office:text>", "".join(ODT_WORDS) + "</office:text>")
        yield f"all-{i}", clear(parts)


def ofd_seeds():
    for i, found in enumerate((short(issue())[:4], documents.red_head(short(issue())[:6]))):
        yield f"issue-{i}", clear(documents.ofd_parts(found))
    parts = documents.ofd_parts(short(issue())[:2])
    words = documents.ofd_text(20, 30, 5, "水印", attributes='CTM="1 0.5 0.5 1 0 0" Alpha="9" Visible="true"')
    unit = '<ofd:CompositeObject ID="7" ResourceID="8" Boundary="1 2 30 40"/>'
    parts["Doc_0/Document.xml"] = documents.ofd_document(
        1, '<ofd:TemplatePage ID="5" BaseLoc="Tpls/T.xml" ZOrder="Background"/>',
        "<ofd:Annotations>Annots.xml</ofd:Annotations><ofd:Attachments>../A.xml</ofd:Attachments>")
    parts["Doc_0/Tpls/T.xml"] = documents.ofd_page(words)
    parts["Doc_0/Pages/Page_0/Content.xml"] = documents.ofd_page(
        words + unit, '<ofd:Template TemplateID="5" ZOrder="Foreground"/><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>'
        "</ofd:Area>", 'Type="Background"')
    parts["Doc_0/PublicRes.xml"] = (f'<ofd:Res {documents.OFD}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8" Width="9" '
                                    f'Height="9"><ofd:Content>{words}{unit}</ofd:Content></ofd:CompositeGraphicUnit>'
                                    "</ofd:CompositeGraphicUnits></ofd:Res>")
    parts["Doc_0/Annots.xml"] = (f"<ofd:Annotations {documents.OFD}><ofd:Page PageID='10'><ofd:FileLoc>An.xml</ofd:FileLoc></ofd:Page>"
                                 "</ofd:Annotations>")
    parts["Doc_0/An.xml"] = (f"<ofd:PageAnnot {documents.OFD}><ofd:Annot><ofd:Remark>批</ofd:Remark><ofd:Parameters><ofd:Parameter>x"
                             f"</ofd:Parameter></ofd:Parameters><ofd:Appearance>{words}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>")
    yield "all", clear(parts)


def package_seeds():
    yield "docx", documents.docx(short(issue()))
    yield "odt", documents.odt(short(issue()))
    yield "stored", documents.package({"a.txt": "x", "word/document.xml": "<a/>"})


def pdf_seeds():
    yield "issue", documents.pdf(short(issue())[:4])
    yield "red-head", documents.pdf(documents.red_head(short(issue())))
    for _, name, data, _ in hostile.pdfs(random.Random(1)):
        if len(data) < LONGEST:
            yield name, data


def html_seeds():
    words = "".join(f"<p><b>{p.text()}</b></p>" for p in short(issue()))
    yield "issue", f"<!DOCTYPE html><html><head><title>刊</title></head><body>{words}</body></html>".encode()
    yield "all", ("<html><style>p{}</style><script>1</script><h1>报<br>头</h1><table><tr><th>送<td hidden>区委<table><tr><td>1"
                  "</table></tr></table><span style='display:none'>藏</span><!-- 注 --><ul><li>&#20013;&nbsp;</ul>").encode()
    yield "broken", b"<html></p><b><td></b><h9><!--<p><![CDATA[<"


def ole_seeds():
    """A header, its table of sectors, a folder with a text ([MS-CFB] §2)."""
    def entry(name, kind, child, start, size):
        words = name.encode("utf-16-le").ljust(64, b"\0")
        return words + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, 0xffffffff, 0xffffffff, child) + bytes(36) + \
            struct.pack("<IQ", start, size)
    table = struct.pack("<128I", 0xfffffffd, 0xfffffffe, *range(3, 10), 0xfffffffe, *[0xffffffff] * 118)
    for flags in (0, 0x100):
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
            "<HHHHH6xIIIIIIIII", 0x3e, 3, 0xfffe, 9, 6, 0, 1, 1, 0, 4096, 0xfffffffe, 0, 0xfffffffe, 0)
        folder = entry("Root Entry", 5, 1, 0xfffffffe, 0) + entry("WordDocument", 2, 0xffffffff, 2, 4096) + bytes(256)
        text = struct.pack("<HHHHHH", 0xa5ec, 0xc1, 0, 0, 0, flags).ljust(4096, b"\0")
        yield f"text-{flags}", head + struct.pack("<109I", 0, *[0xffffffff] * 108) + table + folder + text


def layout_seeds():
    """A page of lines, and characters at random."""
    for seed in range(3):
        chance = random.Random(seed)
        records = []
        for line in range(6):
            for column in range(12):
                x, y = (90 + column * 15) * 64, (100 + line * 27) * 64
                flags = (1 if line == 0 else 0) | (4 if line == 5 and column == 11 else 0)
                if seed:
                    x, y, flags = chance.randrange(40000), chance.randrange(50000), chance.randrange(8)
                records.append(struct.pack(">BBBHHB", flags, chance.randrange(33, 127), column % 2, x, y, 120))
        yield str(seed), b"".join(records)


def json_lines(found):
    for p in found:
        bold = [n for text, is_bold in p.runs if is_bold for n in (0, len(text))]
        place = {"table": "cell"}.get(p.kind, p.kind)
        yield {"place": place, "text": p.text() or "送", "heading": p.heading} | ({"bold": bold} if bold else {})
        if place == "cell":
            yield from ({"end": "cell"}, {"place": "cell", "text": "区委"}, {"end": "cell"}, {"end": "row"})


def extracted_seeds():
    for i, found in enumerate((short(issue()), documents.red_head(short(issue())))):
        lines = [*json_lines(found), {"place": "hidden", "text": "藏"}, {"place": "note", "text": "注"},
                 {"end": "page"}, {"format": "docx"}]
        yield f"issue-{i}", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    yield "problem", '{"problem":"坏了","code":"damaged"}\n'.encode()


TARGETS = {"docx": docx_seeds, "odt": odt_seeds, "ofd": ofd_seeds, "package": package_seeds, "pdf": pdf_seeds, "html": html_seeds, "ole": ole_seeds,
           "layout": layout_seeds, "extracted": extracted_seeds}


def main():
    for target, seeds in TARGETS.items():
        folder = os.path.join(sys.argv[1], f"corpus-{target}")
        os.makedirs(folder, exist_ok=True)
        for name, data in seeds():
            with open(os.path.join(folder, f"seed-{name}"), "wb") as f:
                f.write(data)


if __name__ == "__main__":
    main()
