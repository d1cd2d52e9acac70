/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of the directory: what is exported reads back as it was, every mistake is named with its
 * place, and an import says exactly what it would change. */
#include "recipients/directory-import.h"

#include <string.h>

#include "recipients/directory-export.h"
#include "recipients/xlsx.h"
#include "tests/unit/sample-directory.h"
#include "tests/unit/scratch.h"

#define DAY "2020-03-06"

static DirectoryFile file(const char *name, const char *text)
{
    return (DirectoryFile){name, text, strlen(text)};
}

static char *errors_text(GPtrArray *errors)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < errors->len; i++)
        g_string_append_printf(out, "%s\n", ((const DirectoryTableError *)errors->pdata[i])->text);
    return g_string_free(out, FALSE);
}

/* "+单位 甲局; 单位 乙局; -职务 甲局/局长 | 不变 2 另有 1", or the errors. */
static char *reading(const DirectoryFile *files, gsize n, const Directory *known, gboolean replace)
{
    g_autoptr(GPtrArray) errors = directory_table_errors_new();
    g_autoptr(DirectoryImport) import = directory_import(files, n, known, replace, errors);
    if (import == NULL)
        return errors_text(errors);
    g_assert_cmpuint(errors->len, ==, 0);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < import->differences->len; i++) {
        const DirectoryDifference *change = &g_array_index(import->differences, DirectoryDifference, i);
        g_autofree char *label =
            directory_record_label(change->after != NULL ? import->after : known, change->kind,
                                   change->after != NULL ? change->after : change->before);
        g_string_append_printf(out, "%s%s%s %s", i > 0 ? "; " : "",
                               change->before == NULL ? "+" : change->after == NULL ? "-" : "",
                               change->kind->word, label);
    }
    g_string_append_printf(out, " | 不变 %u 另有 %u", import->unchanged, import->missing);
    return g_string_free(out, FALSE);
}

static void assert_reading(const DirectoryFile *files, gsize n, const Directory *known, gboolean replace,
                           const char *want)
{
    g_autofree char *got = reading(files, n, known, replace);
    g_assert_cmpstr(got, ==, want);
}

static void test_identity(void)
{
    g_autoptr(Directory) directory = sample_directory(DAY);
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        g_test_message("%s", directory_kinds[i].plural);
        gsize wanted, length;
        g_autofree char *want = sample_table(directory_kinds[i].plural, &wanted);
        g_autoptr(Sheet) sheet = directory_export(directory, &directory_kinds[i]);
        g_autofree char *got = directory_export_csv(sheet, FALSE, &length, NULL);
        g_assert_cmpuint(length, ==, wanted);
        g_assert_true(memcmp(got, want, wanted) == 0);
    }
}

/* Whatever it is written as, reading it over the same directory changes nothing. */
static void test_unchanged(void)
{
    g_autoptr(Directory) directory = sample_directory(DAY);
    g_autofree char *folder = scratch_new(), *path = g_build_filename(folder, "名录.xlsx", NULL);
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_free);
    DirectoryFile gbk[DIRECTORY_KINDS], xlsx = {.name = "名录.xlsx"};
    guint all = 0;
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        for (guint n = 0; n < directory->records[i]->len; n++)
            ((DirectoryRecord *)directory->records[i]->pdata[n])->change = 3;
        all += directory->records[i]->len;
        g_ptr_array_add(sheets, directory_export(directory, &directory_kinds[i]));
        gbk[i].name = directory_kinds[i].plural;
        gbk[i].bytes = directory_export_csv(sheets->pdata[i], TRUE, &gbk[i].length, NULL);
        g_assert_nonnull(gbk[i].bytes);
    }
    g_autofree char *want = g_strdup_printf(" | 不变 %u 另有 0", all);
    assert_reading(gbk, DIRECTORY_KINDS, directory, TRUE, want);
    g_assert_true(xlsx_write(sheets, path, NULL));
    g_assert_true(g_file_get_contents(path, (char **)&xlsx.bytes, &xlsx.length, NULL));
    assert_reading(&xlsx, 1, directory, TRUE, want);
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        g_free((gpointer)gbk[i].bytes);
    g_free((gpointer)xlsx.bytes);
    scratch_remove(folder);
}

static void test_common_columns(void)
{
    static const char *const records[] = {"unit name=甲局", "unit name=乙局", NULL};
    g_autoptr(Directory) directory = spelled_directory(DAY, records);
    const struct { const char *name, *from, *to; gint64 change; const char *want; } rows[] = {
        {"none", "", "", 0, "单位名称,简称,类别,上级单位,顺序\r\n甲局,,,,0\r\n乙局,,,,0\r\n"},
        {"change", "", "", 7, "单位名称,简称,类别,上级单位,顺序,版本\r\n甲局,,,,0,7\r\n乙局,,,,0,0\r\n"},
        {"days", "2020-01-01", "2020-12-31", 0,
         "单位名称,简称,类别,上级单位,顺序,自,至\r\n甲局,,,,0,2020-01-01,2020-12-31\r\n乙局,,,,0,,\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        DirectoryRecord *record = directory->units->pdata[0];
        record->valid_from = rows[i].from;
        record->valid_to = rows[i].to;
        record->change = rows[i].change;
        gsize length;
        g_autoptr(Sheet) sheet = directory_export(directory, &directory_kinds[DIRECTORY_UNIT]);
        g_autofree char *got = directory_export_csv(sheet, FALSE, &length, NULL);
        g_assert_cmpstr(got + 3, ==, rows[i].want);
    }
}

static void test_hard_cells(void)
{
    static const char *const records[] = {"unit name=甲局", NULL};
    g_autoptr(Directory) directory = spelled_directory(DAY, records);
    DirectoryUnit *unit = directory->units->pdata[0];
    directory_set_text(directory, &unit->name, "=甲\"局\"，乙,丙");
    gsize length;
    g_autoptr(GError) error = NULL;
    g_autoptr(Sheet) sheet = directory_export(directory, &directory_kinds[DIRECTORY_UNIT]);
    g_autofree char *bytes = directory_export_csv(sheet, FALSE, &length, NULL);
    g_assert_nonnull(strstr(bytes, "\"'=甲\"\"局\"\"，乙,丙\",,,,0\r\n"));
    const DirectoryFile again = {"units.csv", bytes, length};
    directory_index(directory);
    assert_reading(&again, 1, directory, TRUE, " | 不变 1 另有 0");
    directory_set_text(directory, &unit->name, "𠮷局");
    g_autoptr(Sheet) rare = directory_export(directory, &directory_kinds[DIRECTORY_UNIT]);
    g_assert_null(directory_export_csv(rare, TRUE, &length, &error));
    g_assert_cmpstr(error->message, ==, "“𠮷”不在 GBK 字符集中：请改用 UTF-8 导出");
}

static void test_errors(void)
{
    static const struct { const char *name, *text, *want; } rows[] = {
        {"heading", "名字,内容\n甲,乙\n",
         "表.csv 第 1 行：表头认不出：首行应为列名，如“单位名称,简称,类别,上级单位,顺序”；不是名录的表请删去\n"},
        {"column", "单位名称,电话\n甲局,1\n", "表.csv 第 1 行：单位表没有“电话”这一列：请改正列名或删去\n"},
        {"column twice", "单位名称,顺序,order\n甲局,1,1\n", "表.csv 第 1 行：“order”这一列出现了两次：请删去一列\n"},
        {"all errors, in order of lines", "单位名称,上级单位,顺序\n甲局,省气象台,x\n,,1\n甲 局,,\n",
         "表.csv 第 2 行：顺序“x”不对：应是 0 到 999999 的整数\n"
         "表.csv 第 2 行：名录里没有上级单位“省气象台”：请先登记，或核对写法（职务写成 单位/职务，如 区委/副书记）\n"
         "表.csv 第 3 行：单位名称“”不对：不能空着\n"
         "表.csv 第 4 行：与 表.csv 第 2 行重复：请删去一行（同名的人写成“张伟（财政局）”以区别）\n"},
        {"long name", "单位名称\n"
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十局\n",
         "表.csv 第 2 行：单位名称“一二三四五六七八九十一二三四五六七八九十一二三四五六七八九…”不对："
         "有 201 个字，最多 200 个字，请改短\n"},
        {"nearest name", "单位名称,上级单位\n乙局总局,\n甲局,乙局总据\n",
         "表.csv 第 3 行：名录里没有上级单位“乙局总据”，相近的有：乙局总局、乙局\n"},
        {"cell too many", "姓名,称呼\n甲,乙,丙\n",
         "表.csv 第 2 行：比表头多出一格：内容里有逗号时请加英文双引号\n"},
        {"open quote", "姓名,称呼\n\"甲,乙\n", "表.csv 第 2 行：双引号不成对，或引号后还有内容：请改正这一格\n"},
        {"empty", "\n\n", "表.csv：是空表，没有表头\n"},
        {"not text", "姓名\n\xff\xff\n",
         "表.csv：编码既不是 UTF-8 也不是 GBK：请在 Excel 或 WPS 中另存为“CSV UTF-8”\n"},
        {"older Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
         "表.csv：是旧格式（.xls、.doc 一类）：请在 Excel 或 WPS 中另存为 .xlsx（或 .docx）\n"},
        {"post without unit", "所在单位,职务,职务类别\n,局长,正职\n", "表.csv 第 2 行：所在单位“”不对：不能空着\n"},
        {"kind of post", "所在单位,职务,职务类别\n甲局,书记,头头\n",
         "表.csv 第 2 行：职务类别“头头”不对：可以写 chief(正职)、deputy(副职)、member(成员)\n"},
        {"day", "姓名,所任职务,任职日期\n甲,甲局/局长,2020-02-30\n",
         "表.csv 第 2 行：任职日期“2020-02-30”不对：请写成 2020-03-06 这样的日期，或写 - 表示不限\n"},
        {"owner of that kind", "归属类别,归属,邮箱\n人员,甲局,a@example.test\n",
         "表.csv 第 2 行：名录里没有归属“person:甲局”，相近的有：甲局、甲局局长\n"},
        {"version of a new line", "单位名称,版本\n丁局,3\n",
         "表.csv 第 2 行：导出以后名录里的这一条已被删去或改名：请核对；确要重新登记，请把“版本”清空\n"},
        {"no version", "单位名称,版本\n甲局,三\n",
         "表.csv 第 2 行：“版本”是导出时写下的号，请不要改动；新增的行空着\n"},
        {"a version that nobody wrote", "单位名称,顺序,版本\n丙局,5,5\n",
         "表.csv 第 2 行：“版本”比名录里的还新：表不是从这个名录导出的，或号被改过；请重新导出，在新表里改\n"},
        {"changed by two", "单位名称,顺序,版本\n甲局,5,3\n乙局,2,3\n丙局,5,4\n",
         "表.csv 第 2 行：二人同改：导出以后已有人改过这一条，内容与此行不同，请重新导出，在新表里改\n"},
        {"first day of a new line", "单位名称,自\n丁局,2020/1/5\n",
         "表.csv 第 2 行：新增的行不填“自”“至”：从哪天起才有的，请另放一个表，用 --from 2020-01-05 导入\n"},
        {"last day of a new line", "单位名称,至\n丁局,2020/1/5\n",
         "表.csv 第 2 行：新增的行不填“自”“至”：从哪天起才有的，请另放一个表，用 --from 日期 导入\n"},
        {"first day", "单位名称,自\n甲局,2020-01-01\n乙局,\n",
         "表.csv 第 2 行：“自”由 不限 改成了 2020-01-01：有效日期不在表里改。内容从哪天起变，用 --from 日期 导入；"
         "从一开始就该这样，用 --from -\n"},
        {"last day", "单位名称,至\n甲局,2020年12月31日\n乙局,\n",
         "表.csv 第 2 行：“至”由 不限 改成了 2020-12-31：有效日期不在表里改。要它到那天为止：songfactl unit remove --id 4 "
         "--from 2021-01-01\n"},
        {"no last day", "单位名称,自,至\n丙局,2020/3/1,\n",
         "表.csv 第 2 行：“至”由 2020-12-31 改成了 不限：有效日期不在表里改。要它继续有效，请撤销使它终止的改动，"
         "改动号见 songfactl unit history --id 6\n"},
        {"days as a spreadsheet writes them, and what is none", "单位名称,自,至\n丙局,2020/3/1,2020.12.31\n乙局,昨天,\n",
         "表.csv 第 3 行：“自”由 不限 改成了 昨天：有效日期不在表里改。内容从哪天起变，用 --from 日期 导入；"
         "从一开始就该这样，用 --from -\n"},
    };
    static const char *const records[] = {"unit name=甲局;order=1", "unit name=乙局;order=2", "unit name=丙局",
                                          "post unit=甲局;name=局长;kind=chief", "person name=甲", NULL};
    g_autoptr(Directory) known = spelled_directory(DAY, records);
    for (guint i = 0; i < known->units->len; i++)
        ((DirectoryRecord *)known->units->pdata[i])->change = 4;
    ((DirectoryRecord *)known->units->pdata[2])->valid_from = "2020-03-01";
    ((DirectoryRecord *)known->units->pdata[2])->valid_to = "2020-12-31";
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        DirectoryFile table = file("表.csv", rows[i].text);
        assert_reading(&table, 1, known, FALSE, rows[i].want);
    }
}

/* What each table does to a directory that is there. */
static void test_changes(void)
{
    static const struct { const char *name, *text; gboolean replace; const char *want; } rows[] = {
        {"nothing new", "单位名称\n甲局\n乙局\n", FALSE, " | 不变 2 另有 0"},
        {"columns left out stay", "顺序,单位名称\n1,甲局\n", FALSE, " | 不变 1 另有 1"},
        {"a cell emptied", "单位名称,简称\n甲局,\n", FALSE, "单位 甲局 | 不变 0 另有 1"},
        {"new, after its parent or before", "单位名称,上级单位\n丙局,丁局\n丁局,甲局\n", FALSE,
         "+单位 丙局; +单位 丁局 | 不变 0 另有 2"},
        {"the others removed", "单位名称\n甲局\n", TRUE, "-单位 乙局 | 不变 1 另有 0"},
        {"other tables untouched", "姓名\n王明\n", TRUE, "-人员 李立 | 不变 1 另有 0"},
        {"English heads, other order", "order,NAME,parent\n9,乙局,甲局\n", FALSE, "单位 乙局 | 不变 0 另有 1"},
        {"by short name", "所在单位,职务,职务类别\n甲,局长,chief\n", FALSE, " | 不变 1 另有 0"},
        {"a tenure over stays", "姓名,所任职务,任职日期\n李立,甲局/局长,2019-01-01\n", TRUE,
         "+任职 甲局/局长 李立; -任职 甲局/局长 王明 | 不变 0 另有 1"},
        {"dates as Excel writes them", "姓名,所任职务,任职日期,离任日期\n王明,甲局/局长,2018/1/1,2020年12月31日\n", FALSE,
         "任职 甲局/局长 王明 | 不变 0 另有 1"},
        {"paper has a copy at least", "归属,邮箱,方式\n甲局,,纸质\n", FALSE, "+收件方式 甲局 | 不变 0 另有 1"},
        {"owner by kind, or by its prefix", "归属,归属类别,邮箱\n甲局,单位,a@example.test\nperson:王明,,b@example.test\n",
         FALSE, "+收件方式 王明 b@example.test | 不变 1 另有 0"},
        {"lines without contents", "单位名称,顺序\n,\n甲局,1\n\n", FALSE, " | 不变 1 另有 1"},
    };
    static const char *const records[] = {"unit name=甲局;short=甲;order=1", "unit name=乙局",
                                          "post unit=甲局;name=局长;kind=chief", "person name=王明", "person name=李立",
                                          "tenure person=王明;post=甲局/局长;from=2018-01-01",
                                          "tenure person=李立;post=甲局/局长;from=2010-01-01;to=2017-12-31",
                                          "mailbox owner=甲局;address=a@example.test", NULL};
    g_autoptr(Directory) known = spelled_directory(DAY, records);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        DirectoryFile table = file("表.csv", rows[i].text);
        assert_reading(&table, 1, known, rows[i].replace, rows[i].want);
    }
}

/* Files that only their name tells apart. */
static void test_names_of_files(void)
{
    g_autoptr(Directory) known = directory_new(DAY);
    directory_index(known);
    const DirectoryFile files[] = {file("数据/units.csv", "name\n甲局\n"), file("人员.csv", "name\n王明\n"),
                                   file("groups", "name\n全体\n")};
    assert_reading(files, 3, known, FALSE, "+单位 甲局; +人员 王明; +组 全体 | 不变 0 另有 0");
}

static void test_safety(void)
{
    static const char people[] = "姓名\n王明\n李立\n人3\n人4\n人5\n人6\n人7\n人8\n人9\n";
    static const struct { const char *name, *text; guint percent; const char *want; } rows[] = {
        {"one of ten", people, 10, NULL},
        {"one of ten, limit lower", people, 9, "人员将移除 1 条（共 10 条）；核对无误后加 --allow-shrink 再导入"},
        {"a small table", "单位名称\n甲局\n", 10, NULL},
        {"a chief", "姓名,所任职务\n李立,甲局/科长\n", 100,
         "1 位领导将不再任职：王明（甲局局长）；核对无误后加 --allow-shrink 再导入"},
        {"a chief whose term is ended", "姓名,所任职务,任职日期,离任日期\n王明,甲局/局长,,2020-03-05\n李立,甲局/科长,,\n",
         100, "1 位领导将不再任职：王明（甲局局长）；核对无误后加 --allow-shrink 再导入"},
        {"a term that ends later", "姓名,所任职务,任职日期,离任日期\n王明,甲局/局长,,2020-03-06\n李立,甲局/科长,,\n",
         100, NULL},
        {"a member", "姓名,所任职务\n王明,甲局/局长\n", 100, NULL},
        {"the post itself", "所在单位,职务,职务类别\n甲局,科长,成员\n", 100,
         "1 位领导将不再任职：王明（甲局局长）；核对无误后加 --allow-shrink 再导入"},
    };
    static const char *const records[] = {
        "unit name=甲局", "unit name=乙局", "post unit=甲局;name=局长;kind=chief", "post unit=甲局;name=科长;kind=member",
        "person name=王明", "person name=李立", "person name=人3", "person name=人4", "person name=人5", "person name=人6",
        "person name=人7", "person name=人8", "person name=人9", "person name=人10", "tenure person=王明;post=甲局/局长",
        "tenure person=李立;post=甲局/科长", NULL};
    g_autoptr(Directory) known = spelled_directory(DAY, records);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        DirectoryFile table = file("表.csv", rows[i].text);
        g_autoptr(GPtrArray) errors = directory_table_errors_new();
        g_autoptr(GError) error = NULL;
        g_autoptr(DirectoryImport) import = directory_import(&table, 1, known, TRUE, errors);
        g_assert_nonnull(import);
        g_assert_cmpint(directory_import_is_safe(import, known, rows[i].percent, &error), ==, rows[i].want == NULL);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, rows[i].want);
    }
}

static void test_city(void)
{
    enum { PERSONS = 30000 };
    g_autoptr(Directory) known = directory_new(DAY);
    directory_index(known);
    g_autoptr(GString) text = g_string_new("姓名,称呼\n");
    for (guint i = 0; i < PERSONS; i++)
        g_string_append_printf(text, "人%u,%u同志\n", i, i);
    DirectoryFile table = file("persons.csv", text->str);
    g_autoptr(GPtrArray) errors = directory_table_errors_new();
    g_test_timer_start();
    g_autoptr(DirectoryImport) import = directory_import(&table, 1, known, FALSE, errors);
    g_test_message("read in %.3f s", g_test_timer_elapsed());
    g_assert_cmpuint(import->differences->len, ==, PERSONS);
    g_test_timer_start();
    assert_reading(&table, 1, import->after, TRUE, " | 不变 30000 另有 0");
    g_test_message("compared in %.3f s", g_test_timer_elapsed());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory-import/identity", test_identity);
    g_test_add_func("/directory-import/unchanged", test_unchanged);
    g_test_add_func("/directory-import/common-columns", test_common_columns);
    g_test_add_func("/directory-import/hard-cells", test_hard_cells);
    g_test_add_func("/directory-import/errors", test_errors);
    g_test_add_func("/directory-import/changes", test_changes);
    g_test_add_func("/directory-import/names-of-files", test_names_of_files);
    g_test_add_func("/directory-import/safety", test_safety);
    g_test_add_func("/directory-import/city", test_city);
    return g_test_run();
}
