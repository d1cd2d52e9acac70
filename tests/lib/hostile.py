# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that an office should never be handed, and some day is: broken, cut short, bombs, other kinds under
the name of a document. Made from a seed, each with the words that its reason must have.

    for file in hostile.files(seed): file.kind, file.name, file.data, file.wants   # any of the words
"""
import collections
import io
import random
import struct
import zipfile
import zlib

import documents

Hostile = collections.namedtuple("Hostile", "kind name data wants")

DAMAGED = "损坏"
NO_HEAD = "没有报头"
# whatever a flipped byte makes of it, if it can be read it is no issue
ANY_DAMAGE = (DAMAGED, NO_HEAD, "缺少", "密码", "压缩方式", "没有可读的文字", "不是", "无法", "过多", "DOCTYPE", "XML", "控制字符",
              "中途停止", "第 1 期")
ENDLESS = "没完没了的 PDF"  # the one that takes all the time there is
TEXT = "关于本地夏粮生产情况的一篇特稿，没有期号，也没有发送范围。"
FEATURE = [documents.Paragraph(TEXT) for _ in range(6)]


# ---- zips beyond what a library would write ----

def stored(entries, flags=0x0800, method=0, claimed=None, count=None):
    """A zip of (name, bytes), whose headers say what they are told to."""
    out, directory = b"", b""
    for name, data in entries:
        name = name if isinstance(name, bytes) else name.encode()
        head = struct.pack("<HHHIIIIHH", 20, flags, method, 0x210000, zlib.crc32(data), len(data),
                           len(data) if claimed is None else claimed, len(name), 0)
        directory += b"PK\x01\x02\x14\0" + head + bytes(6) + struct.pack("<II", 0xa1ff0000, len(out)) + name
        out += b"PK\x03\x04" + head + name + data
    number = len(entries) if count is None else count
    return out + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, number, number, len(directory), len(out), 0)


def overlapping(number):
    """Every entry of the directory is the same bytes."""
    data = zlib.compress(b"<a>" + bytes(1 << 20))[2:-4]
    head = struct.pack("<HHHIIIIHH", 20, 0, 8, 0x210000, 0, len(data), 1 << 20, 17, 0)
    names = [b"word/document.xml"] + [b"word/docum%07d" % i for i in range(number)]
    local = b"PK\x03\x04" + head + names[0] + data
    directory = b"".join(b"PK\x01\x02\x14\0" + head + bytes(10) + struct.pack("<I", 0) + name for name in names)
    return local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory),
                                                           len(local), 0)


def docx_with(xml=None, **others):
    """A docx with another text, or other parts by their names with _ for what Python does not allow."""
    parts = documents.docx_parts(FEATURE)
    if xml is not None:
        parts["word/document.xml"] = xml
    parts.update(others.pop("parts", {}))
    return documents.package(parts)


def body(inside):
    return f"<w:document {documents.W}><w:body>{inside}</w:body></w:document>"


def relation(kind, target):
    return {"word/_rels/document.xml.rels": documents.relationships((kind, target))}


# ---- what there is ----

def wrong_kinds(chance):
    noise = chance.randbytes(3000)
    kinds = {
        "图片": [b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a\1\0\1\0", b"BM\x36\x10\0\0\0\0\0\0",
               b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"RIFF\x24\0\0\0WEBPVP8 "],
        "程序": [b"MZ\x90\0\3\0\0\0", b"\x7fELF\2\1\1\0"],
        "压缩文件": [b"Rar!\x1a\7\1\0", b"7z\xbc\xaf\x27\x1c\0\4", b"\x1f\x8b\x08\0", b"BZh91AY&SY\0", b"\xfd7zXZ\0"],
        "音像": [b"ID3\3\0\0\0\0", b"\0\0\0\x20ftypisom", b"RIFF\x24\0\0\0AVI LIST"],
    }
    names = ["送审稿.docx", "第七期.pdf", "定稿.txt", "简报.wps", "a.ofd"]
    for word, heads in kinds.items():
        for i, head in enumerate(heads):
            yield f"其实是{word}", names[i % len(names)], head + bytes(8) + noise, (word,)
    for parts, word in (({"xl/workbook.xml": "<a/>"}, "表格"), ({"ppt/presentation.xml": "<a/>"}, "演示"),
                        ({"简报.docx": documents.docx(FEATURE)}, "压缩包"), ({"META-INF/MANIFEST.MF": "x"}, "压缩包"),
                        ({"mimetype": "application/epub+zip"}, "压缩包")):
        yield f"其实是{word}", "简报.docx", documents.package(parts), (word,)


def hardly_anything(chance):
    for size in (1, 4, 511, 4096, 70000):
        yield "全是零", "零.docx", bytes(size), ("空字节",)
    yield "空文件", "空.docx", b"", ("空",)
    for data in (b"x", b"\n", b"PK", b"%", b"\xef\xbb\xbf", b"\xff\xfe"):
        yield "一两个字节", "小.docx", data, (NO_HEAD, "空", "编码")
    for data in (b"PK\3\4", b"PK\5\6" + bytes(18), b"%PDF-", b"%PDF-1.7\n%%EOF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        yield "只有开头", "头.docx", data, (DAMAGED, "旧格式", "空字节", "控制字符")
    for i in range(8):
        yield "乱字节", f"乱{i}.docx", chance.randbytes(chance.randrange(100, 5000)), ("编码", "控制字符", "空字节", *ANY_DAMAGE)


def cut_and_flipped(chance):
    whole = {"docx": documents.docx(FEATURE), "odt": documents.odt(FEATURE), "pdf": documents.pdf(FEATURE)}
    for kind, data in whole.items():
        for i in range(14):
            at = 5 + (len(data) - 10) * i // 14
            yield f"截短的 {kind}", f"截{i}.{kind}", data[:at], (DAMAGED,) if kind != "pdf" else ANY_DAMAGE
        for i in range(12):
            flipped = bytearray(data)
            for _ in range(chance.choice((1, 4, 30))):
                flipped[chance.randrange(len(data))] = chance.randrange(256)
            yield f"变字节的 {kind}", f"变{i}.{kind}", bytes(flipped), ANY_DAMAGE
        yield f"接长的 {kind}", f"接.{kind}", data + chance.randbytes(70000), ANY_DAMAGE


def zip_bombs(chance):
    parts = documents.docx_parts(FEATURE)
    many = dict(parts, **{f"word/media/{i}.png": "" for i in range(5000)})
    nested = documents.docx(FEATURE)
    for _ in range(12):
        nested = documents.package({"简报.docx": nested})
    method = stored([(n, d.encode()) for n, d in parts.items()], method=12)
    locked = stored([(n, d.encode()) for n, d in parts.items()], flags=0x0801)
    yield "压缩炸弹", "比.docx", docx_with(body("<w:p/>" * 3000000)), ("压缩率", "过多")
    yield "压缩炸弹", "空白.docx", docx_with(body(" " * (40 << 20))), ("压缩率", "XML")
    yield "压缩炸弹", "关系.docx", docx_with(parts={"_rels/.rels": " " * (30 << 20)}), ("压缩率", "XML")
    yield "文件过多的包", "多.docx", documents.package(many), ("文件过多",)
    yield "套了又套的包", "套.docx", nested, ("压缩包",)
    yield "重叠的包", "叠.docx", overlapping(3000), (DAMAGED, "缺少")
    yield "不用的压缩方式", "法.docx", method, ("压缩方式",)
    yield "加密的包", "密.docx", locked, ("密码",)
    for claimed in (0, 1, 0x7fffffff, 0xfffffffe):
        data = stored([(n, d.encode()) for n, d in parts.items()], claimed=claimed)
        yield "谎报大小的包", f"谎{claimed}.docx", data, (DAMAGED, "缺少")
    for count in (0, 1, 0xffff):
        data = stored([(n, d.encode()) for n, d in parts.items()], count=count)
        yield "谎报个数的包", f"数{count}.docx", data, (DAMAGED, "缺少", "不是")


def xml_bombs(chance):
    laughs = "<!DOCTYPE l [<!ENTITY a0 'ha'>" + "".join(
        f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12)) + "]>"
    outside = '<!DOCTYPE l [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    parameter = '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'
    text = body("<w:p><w:r><w:t>{}</w:t></w:r></w:p>")
    for i, doctype in enumerate((laughs, outside, parameter, "<!DOCTYPE html>")):
        yield "XML 实体", f"体{i}.docx", docx_with(doctype + text.format("&a11;&e;")), ("DOCTYPE", "XML")
    for depth in (70, 300, 20000):
        yield "XML 过深", f"深{depth}.docx", docx_with(body("<w:p>" * depth + "</w:p>" * depth)), ("过深", "XML")
    yield "XML 过宽", "属性.docx", docx_with(body("<w:p " + " ".join(f'a{i}=""' for i in range(300000)) + "/>")), ("属性",)
    yield "XML 过宽", "属性.odt", documents.package({"content.xml": "<a " + " ".join(
        f'xmlns:a{i}="u"' for i in range(100000)) + "/>"}), ("属性",)
    yield "XML 过长", "值.docx", docx_with(body(f'<w:p a="{chance.randbytes(6 << 20).hex()}"/>')), ("XML", "过多")
    yield "XML 过长", "字.docx", docx_with(text.format(chance.randbytes(6 << 20).hex())), ("XML", "过多")
    yield "文字过多", "段.docx", docx_with(body("".join(
        f"<w:p><w:r><w:t>{i * i}</w:t></w:r></w:p>" for i in range(210000)))), ("过多",)
    yield "表格过多", "行.docx", docx_with(body("".join(
        f"<w:tr w:x='{i * i}'/>" for i in range(500000)))), ("没有可读的文字", "过多")
    for i, xml in enumerate((text.format("&x;"), text.format("\x01"), text.format("</w:p>"), "", "x", "<a", "<a><b></a>",
                             '<?xml version="1.0" encoding="UTF-32"?>' + text, text.replace(">", "", 1))):
        yield "XML 有误", f"误{i}.docx", docx_with(xml), ("XML",)
    broken = documents.package(dict(documents.docx_parts(FEATURE), **{"word/document.xml": b"\xff\xfe<\0" + text.encode()}))
    yield "XML 有误", "编码.docx", broken, ("XML",)
    loops = '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    yield "样式成环", "环.docx", docx_with(body('<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>字</w:t></w:r></w:p>'),
                                     parts={"word/styles.xml": f"<w:styles {documents.W}>{loops}</w:styles>"}), (NO_HEAD,)


def path_names(chance):
    xml = body(f"<w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p>").encode()
    for i, name in enumerate(("../../word/document.xml", "/etc/cron.d/x", b"word/document.xml\0.png", "C:\\word\\document.xml",
                              b"\xff\xfe", "a" * 60000, "word/../word/document.xml", "")):
        yield "路径名", f"径{i}.docx", stored([(name, xml)]), ("压缩包", DAMAGED)
    yield "符号链接", "链.docx", stored([("_rels/.rels", documents.relationships(("officeDocument", "word/document.xml")).encode()),
                                    ("word/document.xml", b"/etc/passwd")]), ("XML",)
    for i, target in enumerate(("../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/", "\n" * 9 + "x",
                                "a" * 70000, "%00", "..", "")):
        yield "关系指向包外", f"向{i}.docx", docx_with(parts=relation("header", target)), ("缺少", "XML")
    yield "关系成环", "关系环.docx", docx_with(parts=relation("header", "document.xml")), (NO_HEAD,)
    yield "同名两份", "双.docx", stored([(n, d.encode()) for n, d in list(documents.docx_parts(FEATURE).items()) * 2]), \
        (NO_HEAD, DAMAGED)


def locked_or_without_text(chance):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield "加密的 docx", "密.docx", ole + bytes(1500) + "EncryptedPackage".encode("utf-16-le") + chance.randbytes(3000), ("密码",)
    manifest = ('<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml">'
                "<m:encryption-data/></m:file-entry></m:manifest>")
    for noise in (chance.randbytes(2000), b""):
        yield "加密的 odt", f"密{len(noise)}.odt", documents.package(
            dict(documents.odt_parts(FEATURE), **{"content.xml": noise, "META-INF/manifest.xml": manifest})), ("密码",)
    yield "带宏的文档", "宏.docm", docx_with(parts=relation("vbaProject", "vbaProject.bin")), ("宏",)
    yield "没有文字", "图.docx", docx_with(body("<w:p><w:r><w:drawing/></w:r></w:p>" * 5)), ("没有可读的文字",)
    yield "没有文字", "白.docx", docx_with(body("<w:p><w:r><w:t>　 \u200b</w:t></w:r></w:p>" * 5)), ("没有可读的文字",)
    yield "没有文字", "图.odt", documents.odt([]), ("没有可读的文字",)
    yield "没有文字", "扫描.pdf", documents.pdf([documents.Paragraph("x", kind="header")]), ("没有可读的文字",)
    for c in ("1000000000", "-1", "x"):
        xml = documents.odt_parts(FEATURE)
        xml["content.xml"] = xml["content.xml"].replace("</office:text>", f'<text:p><text:s text:c="{c}"/></text:p></office:text>')
        yield "万亿空格", f"空格{c}.odt", documents.package(xml), (NO_HEAD,)


def ofds(chance):
    """A page of text in front, so that what is hostile alone decides."""
    parts = documents.ofd_parts(FEATURE)
    page, root = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Document.xml"
    words = documents.ofd_text(20, 30, 5, TEXT)

    def made(**changed):
        return documents.package({name: xml for name, xml in dict(parts, **changed).items() if xml is not None})

    data = documents.ofd(FEATURE)
    for i in range(8):
        yield "截短的 OFD", f"截{i}.ofd", data[:5 + (len(data) - 10) * i // 8], (DAMAGED,)
        flipped = bytearray(data)
        for _ in range(chance.choice((1, 4, 30))):
            flipped[chance.randrange(len(data))] = chance.randrange(256)
        yield "变字节的 OFD", f"变{i}.ofd", bytes(flipped), ANY_DAMAGE
    yield "缺页的 OFD", "缺.ofd", made(**{page: None}), ("缺少",)
    yield "缺目录的 OFD", "目.ofd", made(**{root: None}), ("缺少",)
    yield "没有文档的 OFD", "无.ofd", made(**{"OFD.xml": documents.ofd_entry()}), ("没有", "缺少", "不完整")
    yield "OFD 指向包外", "外.ofd", made(**{"OFD.xml": documents.ofd_entry("../../etc/passwd")}), ("文件之外", "缺少")
    yield "OFD 指向包外", "长.ofd", made(**{"OFD.xml": documents.ofd_entry("a/" * 60000)}), ("缺少", "文件之外")
    yield "OFD 里套自己", "环.ofd", made(**{"OFD.xml": documents.ofd_entry("OFD.xml")}), ("没有可读的文字", "缺少")
    yield "OFD 里文档过多", "多.ofd", made(**{"OFD.xml": documents.ofd_entry(*["Doc_0/Document.xml"] * 5000)}), ("过多",)
    yield "OFD 里页过多", "页.ofd", made(**{root: documents.ofd_document(100000)}), ("过多", "缺少")
    yield "有附件的 OFD", "附.ofd", made(**{root: documents.ofd_document(1, after="<ofd:Attachments>A.xml</ofd:Attachments>"),
                                        "Doc_0/A.xml": f'<ofd:Attachments {documents.OFD}><ofd:Attachment ID="1"/></ofd:Attachments>'}), ("附件",)
    yield "加密的 OFD", "密.ofd", made(**{"Encryptions.xml": "<a/>", "OFD.xml": None}), ("密码", "加密")
    unit = ('<ofd:CompositeGraphicUnit ID="{0}"><ofd:Content>' + words + '<ofd:CompositeObject ID="1" ResourceID="{1}" '
            'Boundary="0 0 9 9"/>' * 4 + "</ofd:Content></ofd:CompositeGraphicUnit>")
    drawn = documents.ofd_page(words + '<ofd:CompositeObject ID="1" ResourceID="100" Boundary="0 0 9 9"/>')
    for name, units in (("自", [unit.format(100, 100)]), ("倍", [unit.format(100 + i, 101 + i) for i in range(60)])):
        resources = f"<ofd:Res {documents.OFD}><ofd:CompositeGraphicUnits>{''.join(units)}</ofd:CompositeGraphicUnits></ofd:Res>"
        yield "没完没了的 OFD", f"{name}.ofd", made(**{"Doc_0/PublicRes.xml": resources, page: drawn}), (NO_HEAD, "过多", "过深")
    for i, number in enumerate(("nan", "1e308", "-1e308", "inf", "")):
        strange = words.replace('Size="5.0000"', f'Size="{number}"').replace('Boundary="20', f'Boundary="{number}')
        yield "数字不对的 OFD", f"数{i}.ofd", made(**{page: documents.ofd_page(strange)}), (NO_HEAD, "没有可读的文字")
    steps = words.replace('DeltaX="g', 'DeltaX="g 999999999 1 g')
    yield "数字不对的 OFD", "步.ofd", made(**{page: documents.ofd_page(steps)}), (NO_HEAD, "没有可读的文字")
    yield "OFD 字过多", "字.ofd", made(**{page: documents.ofd_page(documents.ofd_text(20, 30, 5, "字" * 300000))}), ("过多", NO_HEAD)
    yield "OFD 字过多", "段.ofd", made(**{page: documents.ofd_page("".join(
        documents.ofd_text(i % 200, i % 280, 3, f"甲{i * i}") for i in range(60000)))}), ("过多", NO_HEAD)


def pdf_of(objects, trailer=""):
    """A PDF of these objects, from 1 on; readers find them without a table."""
    whole = "".join(f"{i} 0 obj\n{o}\nendobj\n" for i, o in enumerate(objects, 1))
    return f"%PDF-1.7\n{whole}trailer<</Root 1 0 R/Size {len(objects) + 1}{trailer}>>\n%%EOF\n".encode("latin-1")


def stream(data, entries=""):
    return f"<</Length {len(data)}{entries}>>stream\n{data.decode('latin-1')}\nendstream"


FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page_with(drawing, catalog="", page="", entries="", more=(), trailer=""):
    """One page; objects from 6 on are more."""
    return pdf_of([f"<</Type/Catalog/Pages 2 0 R{catalog}>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                   "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>"
                   f"/XObject<</X 6 0 R>>>>{page}>>", stream(drawing, entries), FONT, *more], trailer)


def form(drawn):
    """A drawing that draws another one four times."""
    return stream(b"BT /F 1 Tf (x) Tj ET /X Do /X Do /X Do /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>"
                  f"/XObject<</X {drawn} 0 R>>>>")


def pdfs(chance):
    words = b"BT /F 12 Tf 90 700 Td (a feature without a number) Tj ET"
    tree = "<</Type/Catalog/Pages 2 0 R>>"
    yield "加密的 PDF", "密.pdf", page_with(words, trailer="/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        "41" * 32, "42" * 32)), ("密码",)
    for count in (1000000, 2147483647):
        yield "谎报页数的 PDF", f"页{count}.pdf", pdf_of([tree, f"<</Type/Pages/Kids[]/Count {count}>>"]), ("页数过多", DAMAGED, "没有可读的文字")
    for count in (-1, 0, 7):
        yield "谎报页数的 PDF", f"页{count}.pdf", pdf_of([tree, f"<</Type/Pages/Kids[]/Count {count}>>"]), \
            ("页数过多", DAMAGED, "没有可读的文字", "无法读取")
    for i, kids in enumerate(("2 0 R", "2 0 R 2 0 R", "1 0 R", "9 0 R", "3 0 R 3 0 R")):
        yield "页树成环的 PDF", f"环{i}.pdf", pdf_of([tree, f"<</Type/Pages/Kids[{kids}]/Count 3>>", "<</Type/Pages/Kids[2 0 R]/Count 2>>"]), \
            (DAMAGED, "没有可读的文字", "无法读取")
    yield "画自己的 PDF", "自.pdf", page_with(words + b" /X Do", more=[form(6)]), (NO_HEAD, DAMAGED)
    yield ENDLESS, "倍.pdf", page_with(words + b" /X Do", more=[form(7 + i) for i in range(60)]), ("过于复杂", "一分钟")
    yield "有脚本的 PDF", "本.pdf", page_with(words, catalog="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), ("脚本",)
    yield "有脚本的 PDF", "名.pdf", page_with(words, catalog="/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>"), ("脚本",)
    yield "开程序的 PDF", "程.pdf", page_with(words, page="/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A<</S/Launch/F(cmd.exe)>>>>]"), \
        ("程序",)
    yield "有附件的 PDF", "附.pdf", page_with(words, catalog="/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)/EF<</F 6 0 R>>>>]>>>>",
                                        more=[stream(b"MZ", "/Type/EmbeddedFile")]), ("附件",)
    bomb = zlib.compress(b" " * (60 << 20))
    yield "PDF 炸弹", "空.pdf", page_with(bomb, entries="/Filter/FlateDecode"), ("没有可读的文字", NO_HEAD)
    yield "PDF 炸弹", "层.pdf", page_with(zlib.compress(zlib.compress(b" " * (30 << 20))),
                                        entries="/Filter[/FlateDecode/FlateDecode]"), ("没有可读的文字", NO_HEAD)
    dense = b"BT /F 1 Tf 1 0 0 1 9 9 Tm " + b"(aaaaaaaaaaaaaaaaaaaa)Tj " * 5000 + b"ET"
    yield "字挤成一行的 PDF", "挤.pdf", page_with(dense), (NO_HEAD, "没有可读的文字")
    for i, deep in enumerate(("[" * 50000, "<<" * 50000, "(" * 50000, "[<<" * 20000)):
        yield "套得过深的 PDF", f"深{i}.pdf", pdf_of([tree, f"<</Type/Pages/Kids {deep}"]), (DAMAGED, "没有可读的文字", "无法读取", "中途停止")
    for i, box in enumerate(("[0 0 1e30 1e30]", "[0 0 -1 -1]", "[nan]", "[]")):
        yield "纸张不对的 PDF", f"纸{i}.pdf", page_with(words, page=f"/MediaBox {box}/Rotate 7"), (NO_HEAD, "没有可读的文字")
    yield "没有尽头的 PDF", "尽.pdf", b"%PDF-1.4\n1 0 obj<</Length 99999999>>stream\n" + chance.randbytes(30000), (DAMAGED,)
    yield "xref 成环的 PDF", "表.pdf", documents.pdf(FEATURE).replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 15"), ANY_DAMAGE


def texts(chance):
    yield "过大的文件", "大.txt", bytes(33 << 20), ("过大", "上限", "MB")
    yield "行数过多的文本", "行.txt", b"a\n" * 120000, ("行数过多",)
    yield "一行到底的文本", "长.txt", "甲".encode() * 700000, (NO_HEAD,)
    yield "括号成堆的文本", "括.txt", ("第 7 期\n某某办公室\n2026年3月6日\n送：" + "（" * 20000 + "\n").encode(), ("", )
    yield "控制字符", "控.txt", TEXT.encode() + b"\x1b[2J\x07", ("控制字符",)
    yield "半个字", "半.txt", TEXT.encode()[:-1], ("编码",)
    yield "半个字", "代.txt", b"\xff\xfe\x00\xd8", ("编码",)
    yield "反向字", "反.txt", ("\u202e\u2066" + TEXT).encode(), (NO_HEAD,)
    yield "密级", "密.docx", documents.docx([documents.Paragraph("秘密★1年"), *FEATURE]), ("密级标志",)
    yield "密级", "密.pdf", documents.pdf([documents.Paragraph("秘密★1年"), *FEATURE]), ("密级标志",)


def strange_names(chance):
    for i, name in enumerate(("-rf.docx", "$(reboot).docx", "a\nb.docx", "'\";--.docx", "\u202exod.exe", "特" * 78 + ".docx", "稿.docx.exe",
                              "CON", "%s%n.docx", "<b>.docx", "稿\t.docx", "a" * 240 + ".docx")):
        yield "怪名字", name, documents.docx([documents.Paragraph(TEXT + str(i))]), (NO_HEAD,)


MAKERS = [wrong_kinds, hardly_anything, cut_and_flipped, zip_bombs, xml_bombs, path_names, locked_or_without_text, ofds, pdfs,
          texts, strange_names]


def files(seed):
    """All of them, with names that differ."""
    chance = random.Random(seed)
    for maker in MAKERS:
        for number, (kind, name, data, wants) in enumerate(maker(chance)):
            unique = name if maker is strange_names else f"{maker.__name__}-{number:03d}-{name}"
            yield Hostile(kind, unique, data, wants)
