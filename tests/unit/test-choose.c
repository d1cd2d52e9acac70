/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clerk's words put into member notation, over the sample district. */
#include "recipients/choose.h"

#include <string.h>

#include "daemon/base/error.h"
#include "tests/unit/sample-directory.h"

static void test_members(void)
{
    static const struct { const char *name, *words, *want; } rows[] = {
        {"short form", "区发改委", "unit:区发改委"},
        {"full name", "上街区发展和改革委员会", "unit:区发改委"},
        {"post of a unit", "区政府/区长", "post:区政府/区长"},
        {"post by its title", "区委书记", "post:区委/书记"},
        {"person", "周明远", "person:周明远"},
        {"group", "街道办事处", "group:街道办事处"},
        {"alias", "镇办", "unit:峡窝镇 group:街道办事处"},
        {"notation", "kind:street", "kind:street"},
        {"taken out again", "街道办事处 -济源路街道", "group:街道办事处 -unit:济源路街道"},
    };
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) words = g_strsplit(rows[i].words, " ", -1);
        g_test_message("%s", rows[i].name);
        g_auto(GStrv) members = choose_members(directory, "sjxx", NULL, words, &error);
        g_assert_no_error(error);
        g_autofree char *got = g_strjoinv(" ", members);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_refused(void)
{
    static const struct { const char *name, *words, *says; } rows[] = {
        {"unknown, with near names", "区发该委", "区发改委"},
        {"unknown kind", "room:甲", "room:甲"},
        {"unknown in notation", "unit:无此局", "无此局"},
        {"post without a holder", "区发改委 区政府/无此职", "区政府/无此职"},
        {"second word unknown", "区发改委 无此局", "无此局"},
        {"nobody is left", "济源路街道 -济源路街道", "一个收件人也没有"},
    };
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) words = g_strsplit(rows[i].words, " ", -1);
        g_test_message("%s", rows[i].name);
        g_assert_null(choose_members(directory, "sjxx", NULL, words, &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, rows[i].says));
    }
}

static void test_words(void)
{
    static const struct { const char *members, *want; } rows[] = {
        {"unit:区发改委 post:区政府/区长", "区发改委、区政府/区长"},
        {"group:街道办事处 -unit:济源路街道", "街道办事处、除去 济源路街道"},
        {"kind:street", "kind:street"},
        {"within:区政府 -under:区政府", "within:区政府、除去 under:区政府"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) members = g_strsplit(rows[i].members, " ", -1);
        g_autofree char *got = choose_words(members);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/choose/members", test_members);
    g_test_add_func("/choose/refused", test_refused);
    g_test_add_func("/choose/words", test_words);
    return g_test_run();
}
