/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a store is the one that was left in this spool. */
#include "daemon/dispatch/seal.h"

#include <glib/gstdio.h>
#include <string.h>

#define LEFT {(char *)"a", 7, 100, (char *)"m1", (char *)"c1,c2", 5, FALSE}

static void test_differences(void)
{
    static const struct {
        const char *name;
        SealMark left, found;
        const char *want; /* in the reason; NULL = no difference */
    } rows[] = {
        {"the same", LEFT, {(char *)"a", 7, 100, (char *)"m1", (char *)"c1,c2", 0, TRUE}, NULL},
        {"the mark is behind after a power loss", LEFT, {(char *)"a", 9, 100, (char *)"m1", (char *)"c1,c2", 0, TRUE}, NULL},
        {"first start, after an import", {0}, {(char *)"a", 3, 100, (char *)"m1", (char *)"c1", 0, FALSE}, NULL},
        {"another spool", {0}, {(char *)"a", 7, 100, (char *)"m1", (char *)"c1", 0, TRUE}, "没有这个数据库"},
        {"another store", LEFT, {(char *)"b", 7, 100, (char *)"m1", (char *)"c1,c2", 0, TRUE}, "另一个数据库"},
        {"restored over the old file", LEFT, {(char *)"a", 6, 100, (char *)"m1", (char *)"c1,c2", 0, TRUE}, "从备份恢复"},
        {"copied, nothing sent since", LEFT, {(char *)"a", 7, 101, (char *)"m1", (char *)"c1,c2", 0, TRUE}, "不是原来那一个"},
        {"another machine", LEFT, {(char *)"a", 7, 100, (char *)"m2", (char *)"c1,c2", 0, TRUE}, "换了机器"},
        {"a clone with the machine-id kept", LEFT, {(char *)"a", 7, 100, (char *)"m1", (char *)"c8,c9", 0, TRUE}, "换了机器"},
        {"one card exchanged", LEFT, {(char *)"a", 7, 100, (char *)"m1", (char *)"c2,c9", 0, TRUE}, NULL},
        {"a folder that was moved, in a container", LEFT, {(char *)"a", 7, 100, (char *)"", (char *)"", 0, TRUE}, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const char *got = seal_difference(&rows[i].left, &rows[i].found);
        if (rows[i].want == NULL)
            g_assert_cmpstr(got, ==, NULL);
        else
            g_assert_true(got != NULL && strstr(got, rows[i].want) != NULL);
    }
}

static void test_file(void)
{
    g_autofree char *folder = g_dir_make_tmp("songfa-seal-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "store.mark", NULL);
    g_auto(SealMark) none = seal_left(folder);
    g_assert_null(none.id);
    g_auto(SealMark) found = seal_found(folder, "abc", 5);
    g_assert_cmpint(found.inode, >, 0);
    g_autoptr(GError) error = NULL;
    Seal *seal = seal_new(folder, &found, &error);
    g_assert_no_error(error);
    seal_note(seal, 6, 1000);
    seal_note(seal, 1234567, 9000000);
    seal_note(seal, 8, 99000000); /* never back */
    g_auto(SealMark) left = seal_left(folder);
    g_assert_cmpstr(left.id, ==, "abc");
    g_assert_cmpint(left.number, ==, 1234567);
    g_assert_cmpint(left.alive, ==, 99000000);
    g_assert_cmpint(left.inode, ==, found.inode);
    g_assert_cmpstr(left.machine, ==, found.machine);
    g_assert_cmpstr(left.hardware, ==, found.hardware);
    seal_free(seal);
    g_remove(file);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/seal/differences", test_differences);
    g_test_add_func("/seal/file", test_file);
    return g_test_run();
}
