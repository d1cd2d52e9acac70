/* SPDX-License-Identifier: GPL-3.0-or-later
 * The print run: sums by unit and the words a clerk checks by. */
#include "daemon/paper/print-run.h"

static const PrintRunPaper papers[] = {
    {"区委", "区委书记 甲", 2}, {"区政府", "区长 乙", 3}, {"区委", "区委副书记 丙", 1}};

static void test_sums(void)
{
    g_autoptr(PrintRun) run = print_run_new(papers, G_N_ELEMENTS(papers), 2, 5, 20);
    g_assert_cmpuint(run->units->len, ==, 2);
    const PrintRunUnit *first = run->units->pdata[0], *second = run->units->pdata[1];
    g_assert_cmpstr(first->unit, ==, "区委");
    g_assert_cmpint(first->copies, ==, 3);
    g_assert_cmpstr(second->unit, ==, "区政府");
    g_assert_cmpint(second->copies, ==, 3);
    g_assert_cmpint(run->for_recipients, ==, 6);
    g_assert_cmpint(run->computed, ==, 13);
    g_assert_cmpint(run->declared, ==, 20);
}

static void test_words(void)
{
    static const struct {
        const char *name;
        gsize n;
        int archive, spare, declared, difference;
        const char *want;
    } rows[] = {
        {"more declared", 3, 2, 5, 20, 7,
         "区委 3，区政府 3，存档 2，备用 5，合计 13；标注共印 20 份，多 7 份"},
        {"fewer declared", 3, 2, 0, 5, -3, "区委 3，区政府 3，存档 2，合计 8；标注共印 5 份，少 3 份"},
        {"equal", 1, 0, 1, 3, 0, "区委 2，备用 1，合计 3；标注共印 3 份，相符"},
        {"not declared", 2, 0, 0, 0, 0, "区委 2，区政府 3，合计 5；未标注印数"},
        {"nothing on paper", 0, 0, 0, 130, 130, "合计 0；标注共印 130 份，多 130 份"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(PrintRun) run =
            print_run_new(papers, rows[i].n, rows[i].archive, rows[i].spare, rows[i].declared);
        g_autofree char *words = print_run_words(run);
        g_assert_cmpstr(words, ==, rows[i].want);
        g_assert_cmpint(print_run_difference(run), ==, rows[i].difference);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/print-run/sums", test_sums);
    g_test_add_func("/print-run/words", test_words);
    return g_test_run();
}
