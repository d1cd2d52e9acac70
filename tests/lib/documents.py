# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes documents out of the text of an issue, in the layouts that offices print (DOMAIN.md §1): for
the tests, with nothing but zip and XML.

    paragraphs = documents.paragraphs(text)   # the text form of tests/data/issues
    data = documents.docx(documents.red_head(paragraphs))
"""
import io
import itertools
import re
import zipfile
from xml.sax.saxutils import escape

W = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
     'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
     'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
     'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
     'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
     'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"')
SHAPE = ('<wp:inline><wp:extent cx="5400000" cy="900000"/><wp:docPr id="1" name="box"/><a:graphic><a:graphicData '
         'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
         '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/>'
         '</wps:spPr>{}<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>')
PAGES = ('<w:sectPr><w:headerReference w:type="default" r:id="r1"/><w:footerReference w:type="default" r:id="r2"/>'
         "</w:sectPr>")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


class Paragraph:
    """runs: (text, bold) pairs; heading: level, 0 = none; kind: body, box, header, footer, or a table
    of rows of cells of paragraphs."""

    def __init__(self, runs, heading=0, kind="body", rows=None):
        self.runs = [(runs, False)] if isinstance(runs, str) else runs
        self.heading, self.kind, self.rows = heading, kind, rows

    def text(self):
        return "".join(text for text, _ in self.runs)


def table(*rows):
    return Paragraph([], kind="table", rows=[[[Paragraph(line) for line in cell.split("\n")] for cell in row]
                                             for row in rows])


def paragraphs(text):
    """The paragraphs of an issue as a clerk typed it: pages broken by a lone 'x\\n\\ny' are joined."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        line = block.strip()
        if not line or line == "---":
            continue
        if found and found[-1].text()[-1] not in "。：:）)”" and len(found[-1].text()) > 80:
            found[-1].runs.append((line, False))
            continue
        heading = len(line) - len(line.lstrip("#"))
        runs = [(part, i % 2 == 1) for i, part in enumerate(line[heading:].strip().split("**")) if part]
        found.append(Paragraph(runs, heading))
    return found


def red_head(found):
    """Title in a text box; number, office and date in one line with tabs; the foot in a table, each label
    in a cell of its own; the print count in the pages' footer."""
    title, number, office, date = found[:4]
    labels = [p for p in found if re.match(r"(本期送|本期发|发|送|抄送|责任编辑)：", p.text())]
    body = [p for p in found[4:] if p not in labels]
    head = [Paragraph(title.runs, kind="box"),
            Paragraph([(number.text() + "\t" + office.text() + "\t" + date.text(), False)])]
    foot = table(*[p.text().split("：", 1) for p in labels])
    return head + body + [foot, Paragraph("（共印130份）", kind="footer"), Paragraph("— 1 —", kind="footer")]


# ---- Markdown (CommonMark 0.31, GFM for tables), as editors and converters write it ----

def md_words(text):
    words = re.sub(r"([()\[\]*_+.!|#-])", r"\\\1", text)
    return words.replace("\t", "&emsp;&emsp;")


def md_block(p):
    if p.kind == "table":
        rows = ["| " + " | ".join(md_words(cell[0].text()) for cell in row) + " |" for row in p.rows]
        return "\n".join(rows[:1] + ["|:--|---|"] + rows[1:])
    words = "".join(f"**{md_words(text)}**" if bold else md_words(text) for text, bold in p.runs)
    return f"<center>{words}</center>" if p.kind == "box" else "#" * p.heading + " " * bool(p.heading) + words


def md(found):
    """With front matter and a comment, and lines of the head that end hard."""
    blocks = [md_block(p) for p in found]
    if all(p.kind == "body" for p in found[:4]):
        blocks[1:4] = ["\\\n".join(blocks[1:4])]
    return ("---\ntitle: a\ntags: [b]\n---\n<!-- 校对：\n看不见的批注 -->\n\n" + "\n\n".join(blocks) + "\n").encode()


# ---- docx (ECMA-376) ----

def docx_run(text, bold):
    words = "".join(f'<w:t xml:space="preserve">{escape(t)}</w:t>' if t != "\t" else "<w:tab/>"
                    for t in re.split(r"(\t)", text) if t)
    return f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="32"/></w:rPr>{words}</w:r>'


def docx_paragraph(p, split):
    """split: cut runs after each character, as editing does to them."""
    if p.kind == "table":
        return "<w:tbl><w:tblPr/>" + "".join(
            "<w:tr>" + "".join("<w:tc><w:tcPr/>" + "".join(docx_paragraph(q, split) for q in cell) + "</w:tc>"
                               for cell in row) + "</w:tr>" for row in p.rows) + "</w:tbl>"
    runs = [(c, bold) for text, bold in p.runs for c in (text if split else [text])]
    style = f'<w:pPr><w:pStyle w:val="{p.heading}"/></w:pPr>' if p.heading else ""
    whole = f"<w:p>{style}" + "".join(docx_run(*run) for run in runs) + "</w:p>"
    if p.kind != "box":
        return whole
    content = f"<w:txbxContent>{whole}</w:txbxContent>"
    return ('<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>' +
            SHAPE.format(f"<wps:txbx>{content}</wps:txbx>") + "</w:drawing></mc:Choice><mc:Fallback><w:pict>" + content +
            "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>")


def relationships(*targets):
    rows = "".join(f'<Relationship Id="r{i}" Type="{OFFICE}{kind}" Target="{target}"/>'
                   for i, (kind, target) in enumerate(targets))
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + rows +
            "</Relationships>")


def content_types(**parts):
    """What each part under word/ is: nothing but LibreOffice and Word look at it (ECMA-376 part 2, 10.1.2)."""
    rows = "".join(f'<Override PartName="/word/{name}.xml" ContentType="application/'
                   f'vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>' for name, kind in parts.items())
    return ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' + rows + "</Types>")


def docx_parts(found, split=False):
    """name → XML of each part."""
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{n}"><w:name w:val="heading {n}"/><w:pPr>'
                     f'<w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>' for n in (1, 2, 3))
    inside = "".join(docx_paragraph(p, split) for p in found if p.kind not in ("header", "footer"))
    edge = {kind: "".join(docx_paragraph(p, split) for p in found if p.kind == kind) for kind in ("header", "footer")}
    return {
        "[Content_Types].xml": content_types(document="document.main", styles="styles", header1="header",
                                             footer1="footer"),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relationships(("styles", "styles.xml"), ("header", "header1.xml"),
                                                      ("footer", "footer1.xml")),
        "word/document.xml": f"<w:document {W}><w:body>{inside}{PAGES}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/header1.xml": f"<w:hdr {W}>{edge['header']}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {W}>{edge['footer']}</w:ftr>",
    }


def package(parts, **options):
    """A zip of the parts; options as of ZipFile."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as z:
        for name, data in parts.items():
            z.writestr(name, data)
    return out.getvalue()


def docx(found, split=False):
    return package(docx_parts(found, split))


# ---- odt (ISO/IEC 26300) ----

ODF = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (
    ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
    ("fo", "xsl-fo-compatible")))


def odt_words(text):
    words = re.sub(r"  +", lambda m: f' <text:s text:c="{len(m.group()) - 1}"/>', escape(text))
    return words.replace("\t", "<text:tab/>")


def odt_paragraph(p):
    if p.kind == "table":
        return "<table:table>" + "".join(
            "<table:table-row>" + "".join("<table:table-cell>" + "".join(odt_paragraph(q) for q in cell) +
                                          "</table:table-cell>" for cell in row) + "</table:table-row>"
            for row in p.rows) + "</table:table>"
    words = "".join(f'<text:span text:style-name="T{int(bold)}">{odt_words(text)}</text:span>' for text, bold in p.runs)
    whole = (f'<text:h text:outline-level="{p.heading}">{words}</text:h>' if p.heading else f"<text:p>{words}</text:p>")
    return (f"<text:p><draw:frame><draw:text-box>{whole}</draw:text-box></draw:frame></text:p>" if p.kind == "box"
            else whole)


def odt_parts(found):
    inside = "".join(odt_paragraph(p) for p in found if p.kind not in ("header", "footer"))
    edge = {kind: "".join(odt_paragraph(p) for p in found if p.kind == kind) for kind in ("header", "footer")}
    styles = "".join(f'<style:style style:name="T{n}" style:family="text"><style:text-properties '
                     f'fo:font-weight="{weight}"/></style:style>' for n, weight in ((0, "normal"), (1, "bold")))
    hidden = ('<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/>'
              "</style:style>")
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}{hidden}"
                       f"</office:automatic-styles><office:body><office:text>{inside}</office:text></office:body>"
                       "</office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}><office:master-styles><style:master-page>"
                      f"<style:header>{edge['header']}</style:header><style:footer>{edge['footer']}</style:footer>"
                      "</style:master-page></office:master-styles></office:document-styles>",
    }


def odt(found):
    return package(odt_parts(found))


# ---- pdf (ISO 32000-1), with a fount that every reader knows and none embeds ----

PAGE_WIDTH, PAGE_HEIGHT, MARGIN, SIZE, LEADING, PER_LINE = 595, 842, 85, 15, 27, 28


def printed(p):
    """The printed lines of a paragraph: (x, size, [(text, bold)]). Blanks beside digits are too narrow to
    see."""
    p = Paragraph([(re.sub(r" (?=\d)|(?<=\d) ", "", text), bold) for text, bold in p.runs], p.heading, p.kind)
    size = SIZE + 7 if p.heading == 1 or p.kind == "box" else SIZE
    if size != SIZE:
        return [((PAGE_WIDTH - size * len(p.text())) / 2, size, p.runs)]
    if "\t" in p.text():
        cells = p.text().split("\t")
        gap = (PAGE_WIDTH - 2 * MARGIN - SIZE * sum(map(len, cells))) / max(1, len(cells) - 1)
        return [(MARGIN, size, p.runs, gap)]
    characters = [(c, bold) for text, bold in p.runs for c in text]
    lines, indent = [], 2
    while characters:
        line, characters = characters[:PER_LINE - indent], characters[PER_LINE - indent:]
        runs = [("".join(c for c, _ in run), bold) for bold, run in itertools.groupby(line, key=lambda pair: pair[1])]
        lines.append((MARGIN + indent * SIZE, size, runs))
        indent = 0
    return lines


def placed(x, y, size, runs, gap=0):
    """What stands at x and y (of the baseline, from the top): (x, y, size, text, bold) of each piece."""
    out = []
    for text, bold in runs:
        for part in re.split(r"(\t)", text):
            if part == "\t":
                x += gap
            elif part:
                out.append((x, y, size, part, bold))
                x += size * len(part)
    return out


def printed_pages(found):
    """The pieces of each page."""
    flat = []
    for p in found:
        rows = [q for row in p.rows for cell in row for q in cell] if p.kind == "table" else [p]
        if p.kind == "table":
            rows = [Paragraph("：".join(cell[0].text() for cell in row)) for row in p.rows]
        flat += [line for q in rows for line in printed(q)] if p.kind not in ("header", "footer") else []
    foot = "　".join(p.text() for p in found if p.kind == "footer" and not p.text().startswith("—"))
    per_page = int((PAGE_HEIGHT - 2 * 95) / LEADING)
    pages = []
    for start in range(0, len(flat), per_page):
        drawn = []
        for i, (x, size, *rest) in enumerate(flat[start:start + per_page]):
            drawn += placed(x, 95 + i * LEADING, size, *rest)
        drawn += placed(PAGE_WIDTH / 2 - 30, PAGE_HEIGHT - 40, 12, [(f"— {len(pages) + 1} —", False)])
        if foot and start + per_page >= len(flat):
            drawn += placed(MARGIN, PAGE_HEIGHT - 60, 12, [(foot, False)])
        pages.append(drawn)
    return pages


def pdf_drawing(page):
    return "\n".join(f"BT /F{int(bold)} {size} Tf {x:.1f} {PAGE_HEIGHT - y:.1f} Td <{text.encode('utf-16-be').hex()}> Tj ET"
                     for x, y, size, text, bold in page).encode()


def pdf(found):
    pages = [pdf_drawing(page) for page in printed_pages(found)]
    kids = " ".join(f"{7 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()]
    for name in ("STSong-Light", "STHeiti-Bold"):
        number = len(objects) + 2
        objects.append(f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/UniGB-UCS2-H"
                       f"/DescendantFonts[{number} 0 R]>>".encode())
        objects.append(f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}/DW 1000/CIDSystemInfo"
                       "<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>".encode())
    for page in pages:
        number = len(objects) + 2
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]/Contents {number} 0 R"
                       "/Resources<</Font<</F0 3 0 R/F1 5 0 R>>>>>>".encode())
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(page), page))
    out, places = b"%PDF-1.5\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" %
                  (len(objects) + 1, table, len(objects) + 1, len(out)))


# ---- ofd (GB/T 33190-2016), with founts that are only named ----

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MM = 25.4 / 72


def ofd_text(x, y, size, text, bold=False, attributes=""):
    """A text object, x and y of its baseline in millimetres, as converters write it: one run, the steps that
    are alike counted."""
    steps = f' DeltaX="g {len(text) - 1} {size:.4f}"' if len(text) > 1 else ""
    return (f'<ofd:TextObject ID="9" Boundary="{x:.4f} {y - size:.4f} {size * len(text):.4f} {size * 1.3:.4f}" '
            f'Font="{2 + int(bold)}" Size="{size:.4f}" {attributes}><ofd:TextCode X="0" Y="{size:.4f}"{steps}>'
            f"{escape(text)}</ofd:TextCode></ofd:TextObject>")


def ofd_page(drawn, before="", layer=""):
    """The XML of a page; before: what stands before the contents, layer: attributes of the layer."""
    return f'<ofd:Page {OFD}>{before}<ofd:Content><ofd:Layer ID="1" {layer}>{drawn}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd_document(n_pages, common="", after=""):
    pages = "".join(f'<ofd:Page ID="{10 + i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(n_pages))
    return (f'<ofd:Document {OFD}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>'
            f"0 0 {PAGE_WIDTH * MM:.4f} {PAGE_HEIGHT * MM:.4f}</ofd:PhysicalBox></ofd:PageArea>"
            f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>"
            f"{after}</ofd:Document>")


def ofd_entry(*roots, info=""):
    return f"<ofd:OFD {OFD} Version=\"1.0\" DocType=\"OFD\">" + "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>a</ofd:DocID>{info}</ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot>"
        "</ofd:DocBody>" for root in roots) + "</ofd:OFD>"


def ofd_parts(found, draw=ofd_text):
    """name → XML of each part; draw: as ofd_text()."""
    pages = ["".join(draw(x * MM, y * MM, size * MM, text, bold) for x, y, size, text, bold in page)
             for page in printed_pages(found)]
    parts = {f"Doc_0/Pages/Page_{i}/Content.xml": ofd_page(page) for i, page in enumerate(pages)}
    return {
        "OFD.xml": ofd_entry("Doc_0/Document.xml"),
        "Doc_0/Document.xml": ofd_document(len(pages)),
        "Doc_0/PublicRes.xml": f'<ofd:Res {OFD} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="仿宋"/>'
                               '<ofd:Font ID="3" FontName="黑体"/></ofd:Fonts></ofd:Res>',
        **parts,
    }


def ofd(found):
    return package(ofd_parts(found))
