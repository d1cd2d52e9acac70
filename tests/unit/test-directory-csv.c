/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV tables of the directory: export and import are the identity, and every mistake is named with
 * its place. */
#include "recipients/directory-csv.h"

#include <string.h>

#include "tests/unit/sample-directory.h"

static DirectoryCsvFile file(const char *name, const char *text)
{
    return (DirectoryCsvFile){name, text, strlen(text)};
}

static char *errors_text(GPtrArray *errors)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < errors->len; i++) {
        g_autofree char *text = directory_csv_error_text(errors->pdata[i]);
        g_string_append_printf(out, "%s\n", text);
    }
    return g_string_free(out, FALSE);
}

static void assert_same(const char *got, gsize got_length, const char *want, gsize want_length)
{
    g_assert_cmpuint(got_length, ==, want_length);
    g_assert_true(memcmp(got, want, want_length) == 0);
}

static void test_identity(void)
{
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (const char *const *table = directory_csv_tables(); *table != NULL; table++) {
        g_test_message("%s", *table);
        gsize wanted, length;
        g_autofree char *want = sample_table(*table, &wanted);
        g_autofree char *got = directory_csv_write(directory, *table, FALSE, &length, NULL);
        assert_same(got, length, want, wanted);
    }
}

static void test_gbk_identity(void)
{
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    g_autoptr(GPtrArray) errors = directory_csv_errors_new();
    DirectoryCsvFile files[8];
    gsize n = 0;
    for (const char *const *table = directory_csv_tables(); *table != NULL; table++, n++) {
        files[n].name = *table;
        files[n].bytes = directory_csv_write(directory, *table, TRUE, &files[n].length, NULL);
        g_assert_nonnull(files[n].bytes);
    }
    g_autoptr(Directory) again = directory_csv_read(files, n, NULL, "2020-03-06", errors);
    g_assert_cmpuint(errors->len, ==, 0);
    for (gsize i = 0; i < n; i++) {
        gsize length;
        g_autofree char *bytes = directory_csv_write(again, files[i].name, TRUE, &length, NULL);
        assert_same(bytes, length, files[i].bytes, files[i].length);
        g_free((char *)files[i].bytes);
    }
}

/* Persons who share a name, formulas, quotes, line ends and guards survive. */
static void test_hard_cells(void)
{
    const DirectoryCsvFile files[] = {
        file("甲.csv", "单位名称,简称\r\n\"甲, \"\"乙\"\"\n局\",'=SUM(A1)|-x\r\n丙局,''引\r\n"),
        file("乙.csv", "所在单位,职务,职务类别\n丙局,局长,正职\n丙局,科长,member\n"),
        file("丙.csv", "姓名,称呼\n王伟#1,\n王伟#2,王科长：\n"),
        file("丁.csv", "姓名,所任职务,任职日期,离任日期\n王伟#2,丙局/科长,2020/1/5,2021.12.31\n"),
        file("戊.csv", "群组名称,成员\n全体,'-unit:丙局|kind:gov\n"),
    };
    static const struct { const char *table, *want; } rows[] = {
        {"units", "\xef\xbb\xbf单位名称,简称,类别,上级单位,顺序\r\n"
                  "\"甲, \"\"乙\"\"\n局\",'=SUM(A1)|-x,,,0\r\n丙局,''引,,,0\r\n"},
        {"persons", "\xef\xbb\xbf姓名,称呼\r\n王伟#1,\r\n王伟#2,王科长：\r\n"},
        {"tenures", "\xef\xbb\xbf姓名,所任职务,任职日期,离任日期\r\n"
                    "王伟#2,丙局/科长,2020-01-05,2021-12-31\r\n"},
        {"groups", "\xef\xbb\xbf群组名称,成员\r\n全体,'-unit:丙局|kind:gov\r\n"},
    };
    g_autoptr(GPtrArray) errors = directory_csv_errors_new();
    g_autoptr(Directory) directory =
        directory_csv_read(files, G_N_ELEMENTS(files), NULL, "2020-03-06", errors);
    g_autofree char *wrong = errors_text(errors);
    g_assert_cmpstr(wrong, ==, "");
    g_assert_cmpstr(((DirectoryUnit *)directory->units->pdata[0])->short_names[0], ==, "=SUM(A1)");
    g_assert_cmpstr(((DirectoryUnit *)directory->units->pdata[1])->short_names[0], ==, "'引");
    g_assert_cmpstr(((DirectoryPerson *)directory->persons->pdata[1])->name, ==, "王伟");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].table);
        gsize length;
        g_autofree char *got = directory_csv_write(directory, rows[i].table, FALSE, &length, NULL);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_errors(void)
{
    static const struct { const char *name, *text, *want; } rows[] = {
        {"unknown heading line", "甲,乙\n1,2\n",
         "表.csv 第 1 行=“甲”：表头认不出：首行应为列名，如“单位名称,简称,类别,上级单位,顺序”\n"},
        {"unknown column", "单位名称,电话\n甲局,68\n",
         "表.csv 第 1 行“电话”：units 表没有这一列：请改正列名或删去\n"},
        {"all errors, in order of lines",
         "单位名称,上级单位,顺序\n甲局,乙腐,x\n,,1\n甲 局,,\n",
         "表.csv 第 2 行“顺序”=“x”：应为 0 到 99999 的整数\n"
         "表.csv 第 2 行“上级单位”=“乙腐”：查不到，或有重名：请先在相应的表中登记（职务写成“单位/职务”）\n"
         "表.csv 第 3 行“单位名称”：不能空着\n"
         "表.csv 第 4 行：与 表.csv 第 2 行重复：请删去一行（同名的人写成“姓名#1”“姓名#2”）\n"},
        {"nearest name", "单位名称,上级单位\n乙局总局,\n甲局,乙局总据\n",
         "表.csv 第 3 行“上级单位”=“乙局总据”：查不到，或有重名；最接近的是：乙局总局\n"},
        {"unknown names are no twins", "所在单位,职务,职务类别\n无,局长,正职\n无,局长,正职\n",
         "表.csv 第 2 行“所在单位”=“无”：查不到，或有重名：请先在相应的表中登记（职务写成“单位/职务”）\n"
         "表.csv 第 3 行“所在单位”=“无”：查不到，或有重名：请先在相应的表中登记（职务写成“单位/职务”）\n"},
        {"circle", "单位名称,上级单位\n甲局,乙局\n乙局,甲局\n",
         "表.csv 第 2 行“上级单位”=“甲局”：上级单位成环：请改正其中一个的上级\n"
         "表.csv 第 3 行“上级单位”=“乙局”：上级单位成环：请改正其中一个的上级\n"},
        {"cell too many", "姓名,称呼\n甲,乙,丙\n",
         "表.csv 第 2 行=“丙”：多出一格：内容里有逗号时请加英文双引号\n"},
        {"open quote", "姓名,称呼\n\"甲,乙\n", "表.csv 第 2 行：双引号不成对，或引号后还有内容：请改正这一格\n"},
        {"empty", "\n\n", "表.csv：是空表，没有表头\n"},
        {"not text", "姓名\n\xff\xff\n",
         "表.csv：编码既不是 UTF-8 也不是 GBK：请在 Excel 或 WPS 中另存为“CSV UTF-8”\n"},
        {"member", "群组名称,成员\n甲,street:x|unit:无|kind:street\n",
         "表.csv 第 2 行“成员”=“street:x”：查不到这个成员：写法为 unit:单位、post:单位/职务、"
         "person:姓名、group:群组、kind:类别、rank:职级、under:单位、posts:单位，前加 - 表示除外\n"
         "表.csv 第 2 行“成员”=“unit:无”：查不到这个成员：写法为 unit:单位、post:单位/职务、"
         "person:姓名、group:群组、kind:类别、rank:职级、under:单位、posts:单位，前加 - 表示除外\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        DirectoryCsvFile table = file("表.csv", rows[i].text);
        g_autoptr(GPtrArray) errors = directory_csv_errors_new();
        g_assert_null(directory_csv_read(&table, 1, NULL, "2020-03-06", errors));
        g_autofree char *got = errors_text(errors);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_cell_errors(void)
{
    static const char units[] = "name,kind\n甲局,gov\n";
    static const char posts[] = "unit,post,kind\n甲局,局长,正职\n";
    static const struct { const char *name, *heading, *row, *want; } rows[] = {
        {"post kind", "所在单位,职务,职务类别", "甲局,书记,头头",
         "表.csv 第 2 行“职务类别”=“头头”：应为下列之一：正职、副职、成员\n"},
        {"date", "姓名,所任职务,任职日期", "甲,甲局/局长,2020-02-30",
         "表.csv 第 2 行“任职日期”=“2020-02-30”：不是日期：请写成 2025-01-31\n"},
        {"dates the wrong way", "姓名,所任职务,任职日期,离任日期", "甲,甲局/局长,2020-02-02,2020-02-01",
         "表.csv 第 2 行“离任日期”=“2020-02-01”：离任早于任职：请改正日期\n"},
        {"no address", "归属类别,归属,邮箱,方式", "单位,甲局,,邮件",
         "表.csv 第 2 行“邮箱”：以邮件送达却没有邮箱：请填邮箱，或把方式改为“纸质”\n"},
        {"flag", "归属类别,归属,邮箱,停用", "单位,甲局,a@example.test,也许",
         "表.csv 第 2 行“停用”=“也许”：应为“是”或“否”\n"},
        {"owner", "归属类别,归属,邮箱", "人员,乙,a@example.test",
         "表.csv 第 2 行“归属”=“乙”：查不到，或有重名：请先在相应的表中登记（职务写成“单位/职务”）\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *text = g_strdup_printf("%s\n%s\n", rows[i].heading, rows[i].row);
        const DirectoryCsvFile files[] = {file("表.csv", text), file("u", units), file("p", posts),
                                          file("q", "person\n甲\n")};
        g_autoptr(GPtrArray) errors = directory_csv_errors_new();
        g_assert_null(directory_csv_read(files, G_N_ELEMENTS(files), NULL, "2020-03-06", errors));
        g_autofree char *got = errors_text(errors);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

/* Tables over a known directory: same records keep their ids, new ones get others, references reach
 * both. */
static void test_known(void)
{
    g_autoptr(Directory) known = sample_directory("2020-03-06");
    const DirectoryCsvFile files[] = {
        file("units.csv", "单位名称,上级单位\n上街区统计局,区政府\n上街区甲局,统计局\n"),
        file("tenures.csv", "姓名,所任职务,任职日期\n包怀瑾,区统计局/局长,2019-05-13\n"
                            "包怀瑾,区发改委/副主任,2020-01-01\n"),
    };
    g_autoptr(GPtrArray) errors = directory_csv_errors_new();
    g_assert_null(directory_csv_read(files, 2, known, "2020-03-06", errors));
    g_autofree char *wrong = errors_text(errors);
    g_assert_cmpstr(wrong, ==, "units.csv 第 3 行“上级单位”=“统计局”：查不到，或有重名；最接近的是：上街区统计局\n");

    g_ptr_array_set_size(errors, 0);
    const DirectoryCsvFile good[] = {
        file("units.csv", "单位名称,上级单位\n上街区统计局,区政府\n上街区甲局,区统计局\n"), files[1]};
    g_autoptr(Directory) directory = directory_csv_read(good, 2, known, "2020-03-06", errors);
    g_assert_cmpuint(errors->len, ==, 0);
    const DirectoryUnit *bureau = directory_unit(directory, "上街区统计局");
    const DirectoryUnit *fresh = directory_unit(directory, "上街区甲局");
    g_assert_cmpint(bureau->id, ==, directory_unit(known, "区统计局")->id);
    g_assert_cmpint(bureau->parent_id, ==, directory_unit(known, "区政府")->id);
    g_assert_null(directory_unit_by_id(known, fresh->id));
    g_assert_cmpint(fresh->parent_id, ==, bureau->id);
    const DirectoryTenure *old = directory->tenures->pdata[0], *added = directory->tenures->pdata[1];
    g_assert_cmpint(old->person_id, ==, directory_person(known, "包怀瑾")->id);
    g_assert_cmpint(old->id, <=, known->tenures->len);
    g_assert_cmpint(added->id, >, known->tenures->len);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory-csv/identity", test_identity);
    g_test_add_func("/directory-csv/gbk-identity", test_gbk_identity);
    g_test_add_func("/directory-csv/hard-cells", test_hard_cells);
    g_test_add_func("/directory-csv/errors", test_errors);
    g_test_add_func("/directory-csv/cell-errors", test_cell_errors);
    g_test_add_func("/directory-csv/known", test_known);
    return g_test_run();
}
