/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl's own tools: the command line, and carets under a place. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/ctl/args.h"
#include "daemon/ctl/caret.h"

#define SPEC "c= state= wait= notices json"

/* The words and options read, as one text: "word word|name=value …" in the order of SPEC. */
static char *read_line(const char *line, GError **error)
{
    static const char *const names[] = {"c", "state", "wait", "notices", "json"};
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(Args) args = args_new(SPEC, argv, FALSE, NULL, error);
    if (args == NULL)
        return NULL;
    g_autofree char *words = g_strjoinv(" ", args_words(args));
    GString *out = g_string_new(words);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (args_has(args, names[i]))
            g_string_append_printf(out, "|%s=%s", names[i], args_get(args, names[i]));
    return g_string_free(out, FALSE);
}

static void test_options(void)
{
    static const struct { const char *name, *line, *want; } rows[] = {
        {"words only", "a b", "a b"},
        {"value behind", "--state held a", "a|state=held"},
        {"value with equals", "a --state=held", "a|state=held"},
        {"empty value", "--state= a", "a|state="},
        {"value that looks like an option", "--state --json", "|state=--json"},
        {"flag", "a --notices", "a|notices="},
        {"short option", "-c x.conf a", "a|c=x.conf"},
        {"standard input", "- --json", "-|json="},
        {"words behind two dashes", "a -- --json -c", "a --json -c"},
        {"the last one holds", "--state a --state b", "|state=b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got = read_line(rows[i].line, &error);
        g_test_message("%s", rows[i].name);
        g_assert_no_error(error);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_wrong_options(void)
{
    static const struct { const char *name, *line, *word; } rows[] = {
        {"unknown names the nearest", "--stat held", "--state"},
        {"unknown short", "-x", "-x"},
        {"long name with one dash", "-state held", "-state"},
        {"short name with two dashes", "--c x", "--c"},
        {"beginning of a name is no name", "--stat=held", "--state"},
        {"missing value", "a --state", "--state"},
        {"flag with a value", "--notices=yes", "--notices"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got = read_line(rows[i].line, &error);
        g_test_message("%s", rows[i].name);
        g_assert_null(got);
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, rows[i].word));
    }
}

static void test_stops_at_first_word(void)
{
    char *argv[] = {"--json", "-c", "x", "log", "--state", "held", NULL}, **rest = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Args) args = args_new("c= json", argv, TRUE, &rest, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(args_get(args, "c"), ==, "x");
    g_assert_cmpstr(rest[0], ==, "log");
}

static void test_numbers(void)
{
    static const struct { const char *name, *line; gint64 want; } rows[] = {
        {"not given", "a", 30},          {"given", "--wait 5", 5},
        {"lowest", "--wait 0", 0},       {"too low", "--wait -1", -1},
        {"too high", "--wait 101", -1},  {"letters", "--wait 5s", -1},
        {"empty", "--wait=", -1},        {"longer than any number", "--wait 99999999999999999999", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) argv = g_strsplit(rows[i].line, " ", -1);
        g_autoptr(Args) args = args_new(SPEC, argv, FALSE, NULL, NULL);
        gint64 value = 0;
        gboolean good = args_int(args, "wait", 0, 100, 30, &value, &error);
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(good, ==, rows[i].want >= 0);
        if (good)
            g_assert_cmpint(value, ==, rows[i].want);
        else
            g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE);
    }
}

static void test_days(void)
{
    static const struct { const char *text; gboolean want; } rows[] = {
        {"2020-03-06", TRUE},  {"2020-02-29", TRUE},   {"2021-02-29", FALSE}, {"2020-13-01", FALSE},
        {"2020-3-6", FALSE},   {"2020-03-06 ", FALSE}, {"", FALSE},           {"20200306", FALSE},
        {"+020-03-06", FALSE}, {"2020-00-10", FALSE},  {"2020-03-0x", FALSE}, {"2020/03/06", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(args_is_day(rows[i].text), ==, rows[i].want);
    }
}

static void test_nearest(void)
{
    static const char *const names[] = {"issues", "show", "resolve", "release", "resend", "log", NULL};
    static const struct { const char *word, *want; } rows[] = {
        {"isues", "issues"}, {"lgo", "log"},        {"lo", "log"},
        {"shwo", "show"},    {"res", "resolve、resend"}, {"zzzz", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = args_nearest(rows[i].word, names);
        g_test_message("%s", rows[i].word);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_carets(void)
{
    static const struct { const char *name, *text; gsize start, end; const char *want; } rows[] = {
        {"first line", "发：峡窝镇、某某处", 6, 9, "  发：峡窝镇、某某处\n              ^^^^^^\n"},
        {"ASCII is narrow", "ab某c", 2, 3, "  ab某c\n    ^^\n"},
        {"second line", "报：甲\n送：乙、丙", 8, 9, "  送：乙、丙\n          ^^\n"},
        {"empty place", "发：", 2, 2, "  发：\n      ^\n"},
        {"place over a line end is cut", "甲乙\n丙", 1, 4, "  甲乙\n    ^^\n"},
        {"behind the end", "甲", 5, 9, "  甲\n    ^\n"},
        {"tab is one blank", "\t甲", 1, 2, "   甲\n   ^^\n"},
        {"tab within the place", "甲\t乙丙", 0, 3, "  甲 乙丙\n  ^^^^^\n"},
        {"full- and half-width letters", "ＡＢab甲", 2, 4, "  ＡＢab甲\n      ^^\n"},
        {"half-width katakana", "ｱｲ甲", 2, 3, "  ｱｲ甲\n    ^^\n"},
        {"full-width digits and brackets", "（２份）甲", 4, 5, "  （２份）甲\n          ^^\n"},
        {"ideographic space is wide", "　甲", 1, 2, "  　甲\n    ^^\n"},
        {"combining mark takes no column", "e\xcc\x81甲", 2, 3, "  e\xcc\x81甲\n   ^^\n"},
        {"place that has no width", "甲\xcc\x81乙", 1, 2, "  甲\xcc\x81乙\n    ^\n"},
        {"marks of direction are left out", "\xe2\x80\xae甲\xe2\x80\x8b乙", 3, 4, "  甲乙\n    ^^\n"},
        {"line separator is a blank", "甲\xe2\x80\xa8乙", 2, 3, "  甲 乙\n     ^^\n"},
        {"carriage return is a blank", "甲\r\n乙", 3, 4, "  乙\n  ^^\n"},
        {"ideographs beyond the first plane", "\xf0\xa0\x80\x80乙", 1, 2, "  \xf0\xa0\x80\x80乙\n    ^^\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = caret_lines(rows[i].text, rows[i].start, rows[i].end, "  ");
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_caret_in_long_line(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 1000; i++)
        g_string_append(text, "单位、");
    g_autofree char *got = caret_lines(text->str, 1500, 1502, "");
    g_auto(GStrv) lines = g_strsplit(got, "\n", -1);
    g_assert_true(g_str_has_prefix(lines[0], "…"));
    g_assert_true(g_str_has_suffix(lines[0], "…"));
    g_assert_cmpint(han_width(lines[0]), <=, 100);
    g_assert_cmpuint(strspn(lines[1], " "), ==, 1 + 24 * 2);
    g_assert_true(g_str_has_suffix(lines[1], " ^^^^"));
}

/* A place longer than a screen is cut too; all carets stand under what is shown. */
static void test_caret_at_long_place(void)
{
    g_autoptr(GString) text = g_string_new("发：");
    for (int i = 0; i < 1000; i++)
        g_string_append(text, "甲");
    g_autofree char *got = caret_lines(text->str, 2, 1002, "");
    g_auto(GStrv) lines = g_strsplit(got, "\n", -1);
    g_assert_true(g_str_has_suffix(lines[0], "甲…"));
    g_assert_cmpuint(strspn(lines[1], " "), ==, 4);
    g_assert_cmpint((int)strlen(lines[1]), ==, han_width(lines[0]) - 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ctl/options", test_options);
    g_test_add_func("/ctl/wrong-options", test_wrong_options);
    g_test_add_func("/ctl/stops-at-first-word", test_stops_at_first_word);
    g_test_add_func("/ctl/numbers", test_numbers);
    g_test_add_func("/ctl/days", test_days);
    g_test_add_func("/ctl/nearest", test_nearest);
    g_test_add_func("/ctl/carets", test_carets);
    g_test_add_func("/ctl/caret-in-long-line", test_caret_in_long_line);
    g_test_add_func("/ctl/caret-at-long-place", test_caret_at_long_place);
    return g_test_run();
}
