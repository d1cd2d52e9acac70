/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers in their order: what is odd about one, and which are missing. */
#include "daemon/sequence.h"

#include <glib.h>

#define TODAY "2026-07-20"
enum { DAYS = 7 };

/* "2026 19 0 0 2026-07-15": year, number, total, supplement, date; "" = there is none. */
static const SequenceIssue *read_issue(const char *text, SequenceIssue *issue, char **date)
{
    *date = NULL;
    if (*text == '\0')
        return NULL;
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_assert_cmpuint(g_strv_length(words), >=, 4);
    *date = g_strdup(words[4]);
    *issue = (SequenceIssue){(int)g_ascii_strtoll(words[0], NULL, 10), (int)g_ascii_strtoll(words[1], NULL, 10),
                             (int)g_ascii_strtoll(words[2], NULL, 10), (int)g_ascii_strtoll(words[3], NULL, 10), *date};
    return issue;
}

static char *codes_of(const GPtrArray *findings)
{
    GString *codes = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(codes, "%s%s", i > 0 ? " " : "", sequence_code(((const SequenceFinding *)findings->pdata[i])->check));
    return g_string_free(codes, FALSE);
}

static void test_check(void)
{
    static const struct {
        const char *name, *issue, *before, *after, *last_year, *later;
        int supplements;
        const char *want, *words; /* words: in the first message, or NULL */
    } rows[] = {
        {"the next one", "2026 19 0 0 2026-07-15", "2026 18 0 0 2026-07-08", "", "", "", 0, "", NULL},
        {"17 then 19", "2026 19 0 0 2026-07-15", "2026 17 0 0 2026-07-01", "", "", "", 0, "missing-number", "缺 2026 年第 18 期"},
        {"several", "2026 19 0 0 2026-07-15", "2026 15 0 0 2026-07-01", "", "", "", 0, "missing-number", "第 16 期到第 18 期"},
        {"as many as may be missing", "2026 30 0 0 2026-07-15", "2026 19 0 0 2026-07-01", "", "", "", 0, "missing-number", "第 29 期"},
        {"one more is a jump", "2026 31 0 0 2026-07-15", "2026 19 0 0 2026-07-01", "", "", "", 0, "number-jump", "差 11 期"},
        {"19 to 190", "2026 190 0 0 2026-07-15", "2026 19 0 0 2026-07-01", "", "2025 50 0 0 2025-12-30", "", 0, "number-jump",
         "2026 年第 190 期"},
        {"18 after 19, told with dates", "2026 18 0 0 2026-07-08", "2026 17 0 0 2026-07-01", "2026 19 0 0 2026-07-15", "", "", 0,
         "out-of-order", "2026 年第 18 期（2026-07-08） 在 2026 年第 19 期（2026-07-15） 之后"},
        {"what is missing before it was told then", "2026 18 0 0 2026-07-08", "2026 10 0 0 2026-07-01", "2026 19 0 0 2026-07-15", "",
         "", 0, "out-of-order", NULL},
        {"of last year", "2025 50 0 0 2025-12-30", "2025 49 0 0 2025-12-20", "", "", "2026 1 0 0 2026-01-06", 0, "out-of-order",
         "2026 年第 1 期（2026-01-06） 之后"},
        {"1 follows anything", "2026 1 0 0 2026-01-06", "", "", "2025 37 0 0 2025-12-30", "", 0, "", NULL},
        {"3 follows last year's", "2026 3 0 0 2026-01-16", "", "", "2025 37 0 0 2025-12-30", "", 0, "missing-number",
         "缺 2026 年第 1 期到第 2 期"},
        {"a year that goes on counting", "2026 38 0 0 2026-01-06", "", "", "2025 37 0 0 2025-12-30", "", 0, "", NULL},
        {"a year that begins with a misprint", "2026 83 0 0 2026-01-06", "", "", "2025 37 0 0 2025-12-30", "", 0, "number-jump", NULL},
        {"first of the year, nothing of the year before", "2026 17 0 0 2026-07-15", "", "", "", "", 0, "", NULL},
        {"a supplement has its own numbers", "2026 0 0 3 2026-07-15", "2026 0 0 1 2026-05-15", "", "", "", 0, "missing-number",
         "缺 2026 年增刊第 2 期"},
        {"first supplement of the year", "2026 0 0 1 2026-07-15", "", "", "2025 0 0 4 2025-05-15", "", 0, "", NULL},
        {"running totals go on over the year", "2026 0 93 0 2026-01-06", "2025 0 92 0 2025-12-06", "", "", "", 0, "", NULL},
        {"a total is missing", "2026 0 94 0 2026-01-06", "2025 0 92 0 2025-12-06", "", "", "", 0, "missing-number", "缺 总第 93 期"},
        {"a total that comes late", "2026 0 93 0 2026-01-06", "2025 0 92 0 2025-12-06", "2026 0 94 0 2026-02-06", "", "", 0,
         "out-of-order", "总第 94 期"},
        {"dated before the one before", "2026 19 0 0 2026-07-01", "2026 18 0 0 2026-07-08", "", "", "", 0, "date-order", "早于前一期"},
        {"the same day", "2026 19 0 0 2026-07-08", "2026 18 0 0 2026-07-08", "", "", "", 0, "", NULL},
        {"dated behind the one behind", "2026 18 0 0 2026-07-16", "2026 17 0 0 2026-07-01", "2026 19 0 0 2026-07-15", "", "", 0,
         "out-of-order date-order", NULL},
        {"dated before the last of last year", "2026 1 0 0 2025-12-01", "", "", "2025 37 0 0 2025-12-30", "", 0, "date-order", NULL},
        {"no date at all", "2026 19 0 0", "2026 18 0 0 2026-07-08", "", "", "", 0, "", NULL},
        {"as far ahead as may be", "2026 19 0 0 2026-07-27", "2026 18 0 0 2026-07-08", "", "", "", 0, "", NULL},
        {"a day more", "2026 19 0 0 2026-07-28", "2026 18 0 0 2026-07-08", "", "", "", 0, "future-date", "8 天以后"},
        {"a year that is a misprint", "2062 19 0 0 2062-07-15", "", "", "", "", 0, "future-date", NULL},
        {"number and total go together", "2026 19 359 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 0, "", NULL},
        {"the total stands still", "2026 19 358 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 0, "total-mismatch",
         "应为总第 359 期"},
        {"the total runs ahead", "2026 19 360 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 0, "total-mismatch", NULL},
        {"a supplement was counted", "2026 19 360 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 1, "", NULL},
        {"or it was not", "2026 19 359 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 1, "", NULL},
        {"two steps, and one is missing", "2026 20 360 0 2026-07-15", "2026 18 358 0 2026-07-08", "", "", "", 0, "missing-number", NULL},
        {"over the year", "2026 1 360 0 2026-01-06", "", "", "2025 52 359 0 2025-12-30", "", 0, "", NULL},
        {"over the year, too low", "2026 1 300 0 2026-01-06", "", "", "2025 52 359 0 2025-12-30", "", 0, "total-mismatch", NULL},
        {"over the year that goes on counting", "2026 53 360 0 2026-01-06", "", "", "2025 52 359 0 2025-12-30", "", 0, "", NULL},
        {"the one before has no total", "2026 19 360 0 2026-07-15", "2026 18 0 0 2026-07-08", "", "", "", 0, "", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        SequenceIssue issues[5];
        char *dates[5];
        const char *const texts[] = {rows[i].issue, rows[i].before, rows[i].after, rows[i].last_year, rows[i].later};
        const SequenceIssue *read[5];
        for (gsize n = 0; n < G_N_ELEMENTS(texts); n++)
            read[n] = read_issue(texts[n], &issues[n], &dates[n]);
        SequenceNear near = {.before = read[1], .after = read[2], .last_year = read[3], .later = read[4],
                             .supplements = rows[i].supplements};
        g_autoptr(GPtrArray) findings = sequence_check(read[0], &near, TODAY, DAYS);
        g_autofree char *codes = codes_of(findings);
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(codes, ==, rows[i].want);
        if (rows[i].words != NULL)
            g_assert_nonnull(g_strstr_len(((const SequenceFinding *)findings->pdata[0])->message, -1, rows[i].words));
        for (gsize n = 0; n < G_N_ELEMENTS(dates); n++)
            g_free(dates[n]);
    }
}

static void test_first(void)
{
    SequenceIssue issue = {.year = 2026, .number = 17, .date = "2026-07-15"};
    SequenceNear near = {.is_first = TRUE};
    g_autoptr(GPtrArray) findings = sequence_check(&issue, &near, TODAY, DAYS);
    g_autofree char *codes = codes_of(findings);
    g_assert_cmpstr(codes, ==, "new-series");
}

static void test_gaps(void)
{
    static const struct { const char *name, *issues, *want; } rows[] = {
        {"nothing", "", ""},
        {"one in mid-year", "2026 17 0 0", ""},
        {"none missing", "2026 17 0 0|2026 18 0 0", ""},
        {"one missing, in no order", "2026 19 0 0|2026 17 0 0", "2026 年第 18 期"},
        {"two gaps", "2026 1 0 0|2026 3 0 0|2026 4 0 0|2026 7 0 0", "2026 年第 2 期|2026 年第 5 期到第 6 期"},
        {"a new year", "2025 30 0 0|2026 1 0 0|2026 2 0 0", ""},
        {"a new year without its first", "2025 30 0 0|2026 2 0 0", "2026 年第 1 期"},
        {"a year that goes on", "2025 30 0 0|2026 31 0 0|2026 33 0 0", "2026 年第 32 期"},
        {"a year left out", "2024 30 0 0|2026 5 0 0", ""},
        {"supplements apart", "2026 17 0 0|2026 0 0 1|2026 18 0 0|2026 0 0 3", "2026 年增刊第 2 期"},
        {"totals over the years", "2025 0 92 0|2026 0 93 0|2026 0 96 0", "总第 94 期到第 95 期"},
        {"a number with a total is counted by its number", "2026 1 92 0|2026 2 95 0", ""},
        {"no number at all", "2026 0 0 0|2026 1 0 0", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) texts = g_strsplit(rows[i].issues, "|", -1);
        g_autoptr(GArray) issues = g_array_new(FALSE, FALSE, sizeof(SequenceIssue));
        g_autoptr(GString) got = g_string_new(NULL);
        for (char **text = texts; *text != NULL; text++) {
            SequenceIssue issue;
            char *date;
            read_issue(*text, &issue, &date);
            g_array_append_val(issues, issue);
            g_free(date);
        }
        g_autoptr(GPtrArray) gaps = sequence_gaps((const SequenceIssue *)(gpointer)issues->data, issues->len);
        for (guint n = 0; n < gaps->len; n++) {
            g_autofree char *words = sequence_gap_words(gaps->pdata[n]);
            g_string_append_printf(got, "%s%s", n > 0 ? "|" : "", words);
        }
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got->str, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sequence/check", test_check);
    g_test_add_func("/sequence/first", test_first);
    g_test_add_func("/sequence/gaps", test_gaps);
    return g_test_run();
}
