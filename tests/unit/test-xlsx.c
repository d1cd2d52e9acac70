/* SPDX-License-Identifier: GPL-3.0-or-later
 * Workbooks: what each kind of cell reads as, what is refused and how it is said, and that what is
 * written reads the same. Packages are made here, part by part. */
#include "recipients/xlsx.h"

#include <string.h>

#include "recipients/xlsx-number.h"
#include "tests/unit/scratch.h"
#include "tests/unit/xlsx-book.h"

static GBytes *book_of_rows(const char *rows)
{
    g_autofree char *text = g_strdup_printf(
        XLSX_BOOK_HEAD "<worksheet " XLSX_BOOK_MAIN "><cols><col min=\"1\" max=\"16384\"/></cols><sheetData>%s</sheetData></worksheet>", rows);
    return xlsx_book_with(XLSX_BOOK_SHEET, text);
}

/* "单位: 1[甲|乙] 3[丙]", or the message. */
static char *reading_of(GBytes *bytes)
{
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sheets = xlsx_read(data, length, &error);
    if (sheets == NULL)
        return g_strdup(error->message);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sheets->len; i++) {
        const Sheet *sheet = sheets->pdata[i];
        g_string_append_printf(out, "%s%s:", i > 0 ? "; " : "", sheet_name(sheet));
        for (guint row = 0; row < sheet_rows(sheet); row++) {
            g_string_append_printf(out, " %u[", sheet_line(sheet, row));
            for (guint column = 0; column < sheet_columns(sheet, row); column++)
                g_string_append_printf(out, "%s%s", column > 0 ? "|" : "", sheet_cell(sheet, row, column));
            g_string_append_c(out, ']');
        }
    }
    return g_string_free(out, FALSE);
}

static void assert_reads(GBytes *bytes, const char *want)
{
    g_autofree char *got = reading_of(bytes);
    g_assert_cmpstr(got, ==, want);
    g_bytes_unref(bytes);
}

static void test_cells(void)
{
    static const struct { const char *name, *rows, *want; } rows[] = {
        {"empty", "", "单位:"},
        {"shared, rich, escaped, empty",
         "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
         "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>",
         "单位: 1[区委|上街区|a\nb_x0041_]"},
        {"inline", "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t> 甲 </t><rPh><t>x</t></rPh></is></c></row>",
         "单位: 1[甲]"},
        {"cells and rows left out",
         "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"D2\"><v>2</v></c></row><row r=\"5\"/>"
         "<row r=\"7\"><c r=\"A7\" s=\"1\"/></row><row r=\"9\"><c r=\"A9\"><v>3</v></c></row>",
         "单位: 2[|1||2] 9[3]"},
        {"no places", "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>",
         "单位: 1[1||2] 2[3]"},
        {"numbers", "<row><c><v>13800000000</v></c><c><v>1.5</v></c><c><v>43.100000000000001</v></c>"
                    "<c><v>1.0</v></c><c><v>-2</v></c><c><v>1E-3</v></c><c><v>0x10</v></c></row>",
         "单位: 1[13800000000|1.5|43.1|1|-2|0.001|0x10]"},
        {"booleans", "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c></row>", "单位: 1[TRUE|FALSE]"},
        {"dates", "<row><c s=\"1\"><v>43896</v></c><c s=\"2\"><v>43896.5</v></c><c s=\"3\"><v>0.5</v></c>"
                  "<c s=\"1\"/><c t=\"d\"><v>2020-03-06T00:00:00</v></c><c s=\"9\"><v>43896</v></c></row>",
         "单位: 1[2020-03-06|2020-03-06|0.5||2020-03-06|43896]"},
        {"formulas", "<row><c t=\"str\"><f>A2&amp;\"x\"</f><v>甲x</v></c><c><f>1+1</f><v>2</v></c>"
                     "<c><f>NOW()</f></c><c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>",
         "单位: 1[甲x|2||#DIV/0!]"},
        {"last line", "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>", "单位: 1048576[1]"},
        {"empty to the last column", "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>",
         "单位: 1[1]"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        assert_reads(book_of_rows(rows[i].rows), rows[i].want);
    }
}

static void test_bad_cells(void)
{
#define DAMAGED "内容前后不符，文件已损坏：请在 Excel 或 WPS 中打开后另存"
    static const struct { const char *name, *rows, *want; } rows[] = {
        {"far corner", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
         "工作表“单位”第 1048576 行：第 256 列以后还有内容：请删去多余的列"},
        {"line too large", "<row r=\"1048577\"/>", "工作表“单位”：" DAMAGED},
        {"line zero", "<row r=\"0\"/>", "工作表“单位”：" DAMAGED},
        {"negative line", "<row r=\"-1\"/>", "工作表“单位”：" DAMAGED},
        {"lines backwards", "<row r=\"2\"/><row r=\"2\"/>", "工作表“单位”第 2 行：" DAMAGED},
        {"negative column", "<row r=\"1\"><c r=\"-1\"><v>1</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"column without line", "<row r=\"1\"><c r=\"A\"><v>1</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"four letters", "<row r=\"1\"><c r=\"AAAA1\"><v>1</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"another line's cell", "<row r=\"1\"><c r=\"A2\"><v>1</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"cells backwards", "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>",
         "工作表“单位”第 1 行：" DAMAGED},
        {"cell outside rows", "<c><v>1</v></c>", "工作表“单位”：" DAMAGED},
        {"no such string", "<row><c t=\"s\"><v>4</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"negative string", "<row><c t=\"s\"><v>-1</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
        {"string by name", "<row><c t=\"s\"><v>甲</v></c></row>", "工作表“单位”第 1 行：" DAMAGED},
    };
#undef DAMAGED
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        assert_reads(book_of_rows(rows[i].rows), rows[i].want);
    }
}

static void test_books(void)
{
    static const struct { const char *name; guint part; const char *text, *want; } rows[] = {
        {"several sheets, a hidden one, a chart", XLSX_BOOK_MAIN_PART,
         XLSX_BOOK_HEAD "<workbook " XLSX_BOOK_MAIN " xmlns:r=\"" XLSX_BOOK_TYPE "\"><sheets><sheet name=\"一\" r:id=\"r1\"/>"
              "<sheet name=\"二\" state=\"hidden\" r:id=\"r1\"/><sheet name=\"三\" state=\"veryHidden\" r:id=\"r1\"/>"
              "<sheet name=\"图\" r:id=\"r9\"/></sheets></workbook>", "一:; 二:"},
        {"no styles", XLSX_BOOK_STYLES, NULL, "文件里缺少 xl/styles.xml：不是完整的 Office 文件"},
        {"no relations", XLSX_BOOK_ROOT_RELS, NULL, "文件里缺少 _rels/.rels：不是完整的 Office 文件"},
        {"no sheet", XLSX_BOOK_SHEET, NULL,
         "工作表“单位”：文件里缺少 xl/worksheets/sheet1.xml：不是完整的 Office 文件"},
        {"not a workbook", XLSX_BOOK_MAIN_PART, XLSX_BOOK_HEAD "<document/>",
         "没有工作表：不是 Excel 文件，请在 Excel 或 WPS 中另存为 .xlsx"},
        {"cut off", XLSX_BOOK_STRINGS, XLSX_BOOK_HEAD "<sst><si><t>甲",
         "xl/sharedStrings.xml 第 2 行的 XML 有误：文件已损坏，请在 Word、Excel 或 WPS 中打开后另存"},
        {"not UTF-8", XLSX_BOOK_STRINGS, "<sst><si><t>\xff\xfe</t></si></sst>",
         "xl/sharedStrings.xml 第 1 行的 XML 有误：文件已损坏，请在 Word、Excel 或 WPS 中打开后另存"},
        {"a declared type", XLSX_BOOK_STRINGS, "<!DOCTYPE sst [<!ENTITY a \"甲\">]><sst><si><t>&a;</t></si></sst>",
         "文件里有 DOCTYPE 或实体声明，Office 文件不该有，没有读取"},
        {"an outer entity", XLSX_BOOK_MAIN_PART, "<!DOCTYPE sst SYSTEM \"file:///etc/passwd\"><sst/>",
         "文件里有 DOCTYPE 或实体声明，Office 文件不该有，没有读取"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        assert_reads(xlsx_book_with(rows[i].part, rows[i].text), rows[i].want);
    }
}

/* Strict Open XML, names with prefixes, days counted from 1904. */
static void test_other_producer(void)
{
    XlsxBookPart parts[XLSX_BOOK_PARTS];
    memcpy(parts, xlsx_book_usual, sizeof parts);
    parts[XLSX_BOOK_MAIN_PART].text =
        XLSX_BOOK_HEAD "<x:workbook xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\" xmlns:q=\"q\">"
             "<x:workbookPr date1904=\"true\"/><x:sheets><x:sheet name=\"单位\" q:id=\"r1\"/></x:sheets></x:workbook>";
    parts[XLSX_BOOK_SHEET].text = "<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row><x:c s=\"1\"><x:v>42434</x:v></x:c>"
                        "</x:row></x:sheetData></x:worksheet>";
    assert_reads(xlsx_book_zip(parts, XLSX_BOOK_PARTS, TRUE), "单位: 1[2020-03-06]");
}

static void test_not_packages(void)
{
    static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                      utf16[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    static const char encrypted[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....E\0n\0c\0r\0y\0p\0t\0e\0d\0"
                                    "P\0a\0c\0k\0a\0g\0e";
    const struct { const char *name, *bytes; gsize length; const char *want; } rows[] = {
        {"older Excel", ole, sizeof ole - 1,
         "是旧格式（.xls、.doc 一类）：请在 Excel 或 WPS 中另存为 .xlsx（或 .docx）"},
        {"encrypted", encrypted, sizeof encrypted - 1,
         "文件设了打开密码，无法读取：请在 Word、Excel 或 WPS 中取消密码后另存"},
        {"text", utf16, sizeof utf16 - 1, "不是 Office 文件：请在 Word、Excel 或 WPS 中打开后另存"},
        {"empty", "", 0, "不是 Office 文件：请在 Word、Excel 或 WPS 中打开后另存"},
        {"begins as a zip", "PK\x03\x04 and then nothing", 20, "文件不完整或已损坏：请重新复制或下载"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        assert_reads(g_bytes_new(rows[i].bytes, rows[i].length), rows[i].want);
    }
}

/* However a good file is cut or changed, the answer is a reading or a message, never a crash. */
static void test_damage(void)
{
    g_autoptr(GBytes) good = book_of_rows("<row><c t=\"s\"><v>1</v></c></row>");
    gsize length;
    const char *bytes = g_bytes_get_data(good, &length);
    for (gsize cut = 0; cut < length; cut += 7) {
        g_autoptr(GBytes) part = g_bytes_new(bytes, cut);
        g_autofree char *got = reading_of(part);
        g_assert_cmpstr(got, !=, "单位: 1[上街区]");
    }
    for (gsize at = 4; at < length; at += 5) {
        g_autofree char *changed = g_memdup2(bytes, length);
        changed[at] = (char)(changed[at] ^ 0x55);
        g_autoptr(GBytes) whole = g_bytes_new(changed, length);
        g_autofree char *got = reading_of(whole);
        g_assert_true(g_utf8_validate(got, -1, NULL));
    }
}

static char *repeated(const char *head, const char *text, gsize n, const char *tail)
{
    GString *out = g_string_new(head);
    for (gsize i = 0; i < n; i++)
        g_string_append(out, text);
    return g_string_free(g_string_append(out, tail), FALSE);
}

static void test_too_much(void)
{
    static const struct {
        const char *name;
        guint part;
        const char *head, *text;
        gsize n;
        const char *tail, *want;
    } rows[] = {
        {"bomb", XLSX_BOOK_STRINGS, "<sst>", "                                ", 1 << 18, "</sst>",
         "压缩率异常，可能是有意构造的文件，没有读取"},
        {"ten thousand sheets", XLSX_BOOK_MAIN_PART, "<workbook xmlns:r=\"r\"><sheets>", "<sheet name=\"x\" r:id=\"r1\"/>", 10000,
         "</sheets></workbook>", "内容过多：请删去多余的内容，或分成几个文件"},
        {"styles", XLSX_BOOK_STYLES, "<styleSheet><cellXfs>", "<xf/>", 65537, "</cellXfs></styleSheet>",
         "内容过多：请删去多余的内容，或分成几个文件"},
        {"deep", XLSX_BOOK_SHEET, "<worksheet>", "<a>", 100, "", "工作表“单位”：XML 嵌套过深，不是正常的 Office 文件"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *text = repeated(rows[i].head, rows[i].text, rows[i].n, rows[i].tail);
        assert_reads(xlsx_book_with(rows[i].part, text), rows[i].want);
    }
}

/* One large shared string in each of very many cells would take far more memory than the file. */
static void test_amplification(void)
{
    XlsxBookPart parts[XLSX_BOOK_PARTS];
    memcpy(parts, xlsx_book_usual, sizeof parts);
    g_autofree char *noise = g_malloc(32001);
    for (guint i = 0; i < 32000; i++)
        noise[i] = (char)g_test_rand_int_range('a', 'z' + 1);
    noise[32000] = '\0';
    g_autofree char *strings = g_strdup_printf("<sst><si><t>%s</t></si></sst>", noise);
    g_autoptr(GString) rows = g_string_new("<worksheet><sheetData>");
    for (guint i = 0; i < 7000; i++)
        g_string_append(rows, "<row><c t=\"s\"><v>0</v></c></row>");
    g_string_append(rows, "</sheetData></worksheet>");
    parts[XLSX_BOOK_STRINGS].text = strings;
    parts[XLSX_BOOK_SHEET].text = rows->str;
    g_autoptr(GBytes) bytes = xlsx_book_zip(parts, XLSX_BOOK_PARTS, TRUE);
    g_autofree char *got = reading_of(bytes);
    g_assert_true(g_str_has_suffix(got, "内容过多：请删去多余的内容，或分成几个文件"));
    g_assert_true(g_str_has_prefix(got, "工作表“单位”第 6"));
}

static void test_many_entries(void)
{
    g_autofree XlsxBookPart *parts = g_new(XlsxBookPart, 4097);
    g_autoptr(GStringChunk) names = g_string_chunk_new(65536);
    for (guint i = 0; i < 4097; i++) {
        g_autofree char *name = g_strdup_printf("xl/worksheets/sheet%u.xml", i);
        parts[i] = (XlsxBookPart){g_string_chunk_insert(names, name), "<worksheet/>"};
    }
    assert_reads(xlsx_book_zip(parts, 4097, FALSE), "压缩包内文件过多，不是正常的 Office 文件");
    assert_reads(xlsx_book_zip(xlsx_book_usual, XLSX_BOOK_PARTS, FALSE), "单位:");
}

static void test_formats(void)
{
    static const struct { const char *name; guint format; const char *code; gboolean want; } rows[] = {
        {"general", 0, NULL, FALSE},          {"day", 14, NULL, TRUE},
        {"time", 20, NULL, FALSE},            {"day and time", 22, NULL, TRUE},
        {"Chinese month and day", 58, NULL, TRUE}, {"Chinese time", 33, NULL, FALSE},
        {"ISO", 164, "yyyy-mm-dd", TRUE},     {"long", 164, "[$-804]yyyy\"年\"m\"月\"d\"日\";@", TRUE},
        {"month", 164, "mmm", TRUE},          {"minutes", 164, "h:mm", FALSE},
        {"seconds", 164, "mm:ss.0", FALSE},   {"elapsed", 164, "[h]:mm:ss", FALSE},
        {"day and time of its own", 164, "yyyy/m/d h:mm", TRUE},
        {"number", 164, "#,##0.00", FALSE},   {"colour", 164, "[Red]0.00", FALSE},
        {"text in quotes", 164, "0\" days\"", FALSE}, {"escaped", 164, "0\\d", FALSE},
        {"only for zero", 164, "0;0;\"d\"", FALSE}, {"open quote", 164, "0\"d", FALSE},
        {"a code over the number", 14, "0.00", FALSE}, {"empty code", 14, "", FALSE},
        {"ends in an escape", 164, "0\\", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(xlsx_number_is_date(rows[i].format, rows[i].code), ==, rows[i].want);
    }
}

static void test_days(void)
{
    static const struct { const char *value; gboolean from_1904; const char *want; } rows[] = {
        {"1", FALSE, "1900-01-01"},        {"59", FALSE, "1900-02-28"},
        {"60", FALSE, "1900-02-29"},       {"61", FALSE, "1900-03-01"},
        {"43896", FALSE, "2020-03-06"},    {"43896.9999999", FALSE, "2020-03-07"},
        {"2958465", FALSE, "9999-12-31"},  {"2958466", FALSE, "2958466"},
        {"0", FALSE, "0"},                 {"-1", FALSE, "-1"},
        {"0", TRUE, "1904-01-01"},         {"60", TRUE, "1904-03-01"},
        {"42434", TRUE, "2020-03-06"},     {"2957003", TRUE, "9999-12-31"},
        {"2957004", TRUE, "2957004"},      {"1e300", FALSE, "1e+300"},
        {"nan", FALSE, "nan"},             {"43896x", FALSE, "43896x"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        xlsx_number_append(got, rows[i].value, TRUE, rows[i].from_1904);
        g_assert_cmpstr(got->str, ==, rows[i].want);
    }
}

static Sheet *sheet_of(const char *name, const char *cells)
{
    Sheet *sheet = sheet_new(name);
    g_auto(GStrv) lines = g_strsplit(cells, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], "|", -1);
        sheet_begin_row(sheet, i + 1);
        for (char **part = parts; *part != NULL; part++)
            sheet_add(sheet, *part);
    }
    return sheet;
}

static void test_round_trip(void)
{
    g_autofree char *folder = scratch_new(), *path = g_build_filename(folder, "名录.xlsx", NULL);
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_free);
    g_ptr_array_add(sheets, sheet_of("单位", "单位名称|顺序|日期\n区委|1|2020-03-06\n=1+1|@x|_x0041_\n|007|<&>\"\t'"));
    g_ptr_array_add(sheets, sheet_of("空", "姓名"));
    g_autoptr(GError) error = NULL;
    g_assert_true(xlsx_write(sheets, path, &error));
    g_assert_no_error(error);
    char *bytes;
    gsize length;
    g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    assert_reads(g_bytes_new_take(bytes, length),
                 "单位: 1[单位名称|顺序|日期] 2[区委|1|2020-03-06] 3[=1+1|@x|_x0041_] 4[|007|<&>\"\t']; 空: 1[姓名]");
    scratch_remove(folder);
}

static void test_not_written(void)
{
    g_autofree char *folder = scratch_new(), *path = g_build_filename(folder, "a.xlsx", NULL);
    g_autofree char *nowhere = g_build_filename(folder, "none", "a.xlsx", NULL);
    g_autofree char *long_cell = g_strnfill(32768, 'x');
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_free);
    g_ptr_array_add(sheets, sheet_of("单位", "甲"));
    g_autoptr(GError) error = NULL;
    g_assert_false(xlsx_write(sheets, nowhere, &error));
    g_assert_nonnull(strstr(error->message, "不存在或不能写，请先建好或改权限"));
    g_clear_error(&error);
    g_ptr_array_add(sheets, sheet_of("长", long_cell));
    g_assert_false(xlsx_write(sheets, path, &error));
    g_assert_nonnull(strstr(error->message, "有一格超过 32767 字"));
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_null(g_dir_read_name(dir));
    scratch_remove(folder);
}

/* A large list takes a moment, not a minute. */
static void test_large(void)
{
    enum { ROWS = 20000 };
    g_autoptr(GString) rows = g_string_new("<worksheet><sheetData>");
    for (guint i = 1; i <= ROWS; i++)
        g_string_append_printf(rows, "<row r=\"%u\"><c r=\"A%u\" t=\"s\"><v>0</v></c><c r=\"B%u\" s=\"1\"><v>%u</v></c>"
                                     "<c r=\"C%u\" t=\"inlineStr\"><is><t>人%u</t></is></c></row>", i, i, i, i, i, i);
    g_string_append(rows, "</sheetData></worksheet>");
    g_autoptr(GBytes) bytes = xlsx_book_with(XLSX_BOOK_SHEET, rows->str);
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    g_test_timer_start();
    g_autoptr(GPtrArray) sheets = xlsx_read(data, length, NULL);
    g_test_message("read in %.3f s", g_test_timer_elapsed());
    g_assert_cmpuint(sheet_rows(sheets->pdata[0]), ==, ROWS);
    g_assert_cmpstr(sheet_cell(sheets->pdata[0], ROWS - 1, 2), ==, "人20000");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xlsx/cells", test_cells);
    g_test_add_func("/xlsx/bad-cells", test_bad_cells);
    g_test_add_func("/xlsx/books", test_books);
    g_test_add_func("/xlsx/other-producer", test_other_producer);
    g_test_add_func("/xlsx/not-packages", test_not_packages);
    g_test_add_func("/xlsx/damage", test_damage);
    g_test_add_func("/xlsx/too-much", test_too_much);
    g_test_add_func("/xlsx/amplification", test_amplification);
    g_test_add_func("/xlsx/many-entries", test_many_entries);
    g_test_add_func("/xlsx/formats", test_formats);
    g_test_add_func("/xlsx/days", test_days);
    g_test_add_func("/xlsx/round-trip", test_round_trip);
    g_test_add_func("/xlsx/not-written", test_not_written);
    g_test_add_func("/xlsx/large", test_large);
    return g_test_run();
}
