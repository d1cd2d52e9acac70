/* SPDX-License-Identifier: GPL-3.0-or-later
 * Workbooks made by hand, part by part. */
#include "tests/unit/xlsx-book.h"

#include <string.h>
#include <zip.h>

const XlsxBookPart xlsx_book_usual[XLSX_BOOK_PARTS] = {
    {"_rels/.rels", XLSX_BOOK_HEAD "<Relationships><Relationship Id=\"rId1\" Type=\"" XLSX_BOOK_TYPE
                    "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/_rels/workbook.xml.rels",
     XLSX_BOOK_HEAD "<Relationships>"
          "<Relationship Id=\"r1\" Type=\"" XLSX_BOOK_TYPE "worksheet\" Target=\"worksheets/sheet1.xml\"/>"
          "<Relationship Id=\"r2\" Type=\"" XLSX_BOOK_TYPE "styles\" Target=\"styles.xml\"/>"
          "<Relationship Id=\"r3\" Type=\"" XLSX_BOOK_TYPE "sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
          "</Relationships>"},
    {"xl/workbook.xml",
     XLSX_BOOK_HEAD "<workbook " XLSX_BOOK_MAIN " xmlns:r=\"" XLSX_BOOK_TYPE "\"><sheets>"
          "<sheet name=\"单位\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
    {"xl/styles.xml",
     XLSX_BOOK_HEAD "<styleSheet " XLSX_BOOK_MAIN "><numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
          "<numFmt numFmtId=\"177\" formatCode=\"h:mm\"/></numFmts>"
          "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
          "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/>"
          "<xf numFmtId=\"177\"/></cellXfs></styleSheet>"},
    {"xl/sharedStrings.xml",
     XLSX_BOOK_HEAD "<sst " XLSX_BOOK_MAIN "><si><t>区委</t></si>"
          "<si><r><t>上街</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">区 </t></r>"
          "<rPh sb=\"0\" eb=\"2\"><t>かな</t></rPh><phoneticPr fontId=\"1\"/></si>"
          "<si><t>a_x000A_b_x005F_x0041_</t></si><si><t/></si></sst>"},
    {"xl/worksheets/sheet1.xml", XLSX_BOOK_HEAD "<worksheet " XLSX_BOOK_MAIN "><sheetData/></worksheet>"},
};

GBytes *xlsx_book_zip(const XlsxBookPart *parts, gsize n, gboolean deflate)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    for (gsize i = 0; i < n; i++) {
        if (parts[i].text == NULL)
            continue;
        zip_source_t *part = zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0);
        zip_int64_t index = zip_file_add(zip, parts[i].name, part, 0);
        g_assert_cmpint(index, >=, 0);
        g_assert_cmpint(zip_set_file_compression(zip, (zip_uint64_t)index,
                                                  deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0), ==, 0);
    }
    g_assert_cmpint(zip_close(zip), ==, 0);
    zip_stat_t stat;
    g_assert_cmpint(zip_source_stat(source, &stat), ==, 0);
    char *bytes = g_malloc(stat.size);
    g_assert_cmpint(zip_source_open(source), ==, 0);
    g_assert_cmpint(zip_source_read(source, bytes, stat.size), ==, (zip_int64_t)stat.size);
    zip_source_close(source);
    zip_source_free(source);
    return g_bytes_new_take(bytes, stat.size);
}

GBytes *xlsx_book_with(guint which, const char *text)
{
    XlsxBookPart parts[XLSX_BOOK_PARTS];
    memcpy(parts, xlsx_book_usual, sizeof parts);
    parts[which].text = text;
    return xlsx_book_zip(parts, XLSX_BOOK_PARTS, TRUE);
}
