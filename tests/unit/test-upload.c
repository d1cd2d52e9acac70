/* SPDX-License-Identifier: GPL-3.0-or-later
 * What callers say a file is called. */
#include "daemon/web/upload-name.h"

#include "daemon/base/error.h"

/* want NULL = refused. */
static void test_names(void)
{
    static const struct { const char *said, *want; } rows[] = {
        {"第19期.docx", "第19期.docx"},
        {"../../etc/cron.d/第19期.txt", "第19期.txt"},
        {"/etc/passwd", "passwd"},
        {"C:\\文稿\\第19期.wps", "第19期.wps"},
        {" a b.txt ", "a b.txt"},
        {"\xb5\xda\x31\x39\xc6\xda.txt", "第19期.txt"}, /* GBK */
        {"\x81\x5c.txt", "乗.txt"},                     /* GBK whose second byte is a backslash */
        {"", NULL},
        {"..", NULL},
        {".", NULL},
        {"a/", NULL},
        {"a%00.txt", NULL},
        {"a\r\nX-Header: b.txt", NULL},
        {"a\x01.txt", NULL},
        {"a\xc2\x85.txt", NULL}, /* U+0085 */
        {"\xff\xfe.txt", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *name = upload_name_clean(rows[i].said, &error);
        g_test_message("row %" G_GSIZE_FORMAT, i);
        g_assert_cmpstr(name, ==, rows[i].want);
        if (rows[i].want == NULL)
            g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT);
    }
}

static void test_long_names(void)
{
    static const gsize lengths[] = {196, 197, 4096};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *stem = g_strnfill(lengths[i], 'a'), *said = g_strconcat(stem, ".txt", NULL);
        g_autofree char *name = upload_name_clean(said, NULL);
        g_assert_cmpstr(name, ==, i == 0 ? said : NULL);
    }
}

static void test_dispositions(void)
{
    static const struct { const char *header, *want; } rows[] = {
        {"attachment; filename=\"a.txt\"", "a.txt"},
        {"attachment;filename=a.txt;x=y", "a.txt"},
        {"form-data; name=\"file\" ; FileName = \"a b;c.txt\"", "a b;c.txt"},
        {"attachment; filename=\"a \\\"b\\\\c\\\".txt\"", "a \"b\\c\".txt"},
        {"attachment; filename=\"a.txt\"; filename*=UTF-8''%E7%AC%AC8%E6%9C%9F.txt", "第8期.txt"},
        {"attachment; filename*=utf-8'zh-CN'%E7%AC%AC8%E6%9C%9F.txt; filename=\"a.txt\"", "第8期.txt"},
        {"attachment; filename*=gbk''%B5%DA.txt; filename=\"a.txt\"", "a.txt"},
        {"attachment; filename*=UTF-8''%00a.txt; filename=\"a.txt\"", "a.txt"},
        {"attachment; filename*=UTF-8''%E7.txt; filename=\"a.txt\"", "a.txt"},
        {"attachment; filename*=UTF-8''a%zz; filename=\"a.txt\"", "a.txt"},
        {"attachment; filename=\"a.txt\"; filename=\"b.txt\"", "a.txt"},
        {"attachment; filename=\"\xb5\xda.txt\"", "\xb5\xda.txt"},
        {"attachment; filename=\"\"", ""},
        {"attachment; filename=", ""},
        {"attachment; filename=\"a.txt", NULL},
        {"attachment; x=\"; filename=a.txt", NULL},
        {"attachment", NULL},
        {"attachment; filename", NULL},
        {";;;", NULL},
        {"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = upload_name_of_disposition(rows[i].header);
        g_test_message("row %" G_GSIZE_FORMAT, i);
        g_assert_cmpstr(name, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/upload/names", test_names);
    g_test_add_func("/upload/long-names", test_long_names);
    g_test_add_func("/upload/dispositions", test_dispositions);
    return g_test_run();
}
