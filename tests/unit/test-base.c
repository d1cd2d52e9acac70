/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ground floor: folding and width of characters, tables, times, tokens. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/decimal.h"
#include "daemon/base/han.h"
#include "daemon/base/ident.h"
#include "daemon/base/table.h"

static void test_fold(void)
{
    static const struct { const char *name, *input, *want; } rows[] = {
        {"full-width digits", "第１９期", "第19期"},
        {"ideographic space", "信　息", "信 息"},
        {"zero width", "秘\xe2\x80\x8b密", "秘密"},
        {"full-width colon", "发：", "发:"},
        {"chinese stop stays", "。、“”", "。、“”"},
        {"byte-order mark", "\xef\xbb\xbf" "送", "送"},
        {"radical form", "⽂件", "文件"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *got = han_fold_text(rows[i].input);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_width(void)
{
    g_assert_cmpint(han_width("上街信息"), ==, 8);
    g_assert_cmpint(han_width("a上"), ==, 3);
    g_autofree char *cut = han_ellipsize("中共上街区委办公室", 9);
    g_assert_cmpstr(cut, ==, "中共上…");
    g_assert_cmpint(han_width(cut), <=, 9);
}

static Table *sample_table(void)
{
    static const TableColumn columns[] = {{"name", "名称", 0}, {"copies", "份数", 0}};
    Table *table = table_new(columns, G_N_ELEMENTS(columns));
    table_text(table, "区委");
    table_int(table, 12);
    table_text(table, "=1+1,\"x\"");
    table_null(table);
    return table;
}

static void test_table(void)
{
    g_autoptr(Table) table = sample_table();
    g_autofree char *text = table_write(table, TABLE_TEXT);
    g_assert_cmpstr(text, ==, "名称      份数\n--------  ----\n区委        12\n=1+1,\"x\"     -\n");
    g_autofree char *csv = table_write(table, TABLE_CSV);
    g_assert_cmpstr(csv, ==, "\xef\xbb\xbf名称,份数\r\n区委,12\r\n\"'=1+1,\"\"x\"\"\",\r\n");
    g_autofree char *json = table_write(table, TABLE_JSON);
    g_assert_cmpstr(json, ==,
                    "[\n{\"name\":\"区委\",\"copies\":12},\n{\"name\":\"=1+1,\\\"x\\\"\",\"copies\":null}\n]\n");
}

/* Two columns, the second cut to what is left of the line. */
static void test_table_fit(void)
{
    static const TableColumn columns[] = {{"name", "名称", 0}, {"because", "依据", TABLE_REST}};
    static const struct { int line; const char *want; } rows[] = {
        {0, "区委  一二三四五六七八九十\n"},
        {26, "区委  一二三四五六七八九十\n"},
        {25, "区委  一二三四五六七八…\n"},
        {10, "区委  一二三四五…\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
        table_text(table, "区委");
        table_text(table, "一二三四五六七八九十");
        table_fit(table, rows[i].line);
        g_autofree char *text = table_write(table, TABLE_TEXT), *csv = table_write(table, TABLE_CSV);
        g_test_message("%d: %s", rows[i].line, text);
        g_assert_true(g_str_has_suffix(text, rows[i].want));
        g_assert_nonnull(strstr(csv, "九十"));
    }
}

static void test_decimal(void)
{
    static const gint64 numbers[] = {0, 7, -7, 10, 999, 1000, 65536, -1000001, G_MAXINT64, G_MININT64};
    char text[DECIMAL_ROOM];
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autofree char *wanted = g_strdup_printf("%" G_GINT64_FORMAT, numbers[i]);
        g_assert_true(decimal_put(text, numbers[i]) == text + strlen(wanted));
        g_assert_cmpstr(text, ==, wanted);
    }
    static const struct {
        gint64 thousandths;
        const char *wanted;
    } fractions[] = {{0, "0.000"}, {7, "0.007"}, {-7, "-0.007"}, {12034, "12.034"}, {-100000, "-100.000"}};
    for (gsize i = 0; i < G_N_ELEMENTS(fractions); i++) {
        g_assert_true(decimal_put_thousandths(text, fractions[i].thousandths) == text + strlen(fractions[i].wanted));
        g_assert_cmpstr(text, ==, fractions[i].wanted);
    }
}

static void test_clock(void)
{
    clock_freeze(1583454600 * CLOCK_SECOND);
    g_assert_cmpint(clock_now(), ==, 1583454600 * CLOCK_SECOND);
    g_autofree char *mail = clock_rfc5322(clock_now());
    g_assert_cmpstr(mail, ==, "Fri, 06 Mar 2020 08:30:00 +0800");
    g_autofree char *text = clock_text(clock_now());
    g_assert_cmpstr(text, ==, "2020-03-06 08:30:00");
    clock_freeze(-1);
}

static void test_ident(void)
{
    g_autofree char *digest = ident_sha256("abc", 3);
    g_assert_cmpstr(digest, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    g_autofree char *one = ident_token(15), *two = ident_token(15);
    g_assert_cmpuint(strlen(one), ==, 24);
    g_assert_cmpstr(one, !=, two);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "Asia/Shanghai", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/han/fold", test_fold);
    g_test_add_func("/base/han/width", test_width);
    g_test_add_func("/base/table", test_table);
    g_test_add_func("/base/table-fit", test_table_fit);
    g_test_add_func("/base/decimal", test_decimal);
    g_test_add_func("/base/clock", test_clock);
    g_test_add_func("/base/ident", test_ident);
    return g_test_run();
}
