/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers, years and dates in every printed form of DOMAIN.md §1. */
#include "daemon/issue/numeral.h"

static void test_numbers(void)
{
    static const struct {
        const char *input;
        int want; /* -1 = none */
        const char *rest;
    } rows[] = {
        {"19期", 19, "期"},
        {"１９期", 19, "期"},
        {"1 9 期", 19, " 期"},
        {"01期", 1, "期"},
        {"十期", 10, "期"},
        {"十九期", 19, "期"},
        {"二十期", 20, "期"},
        {"三十五期", 35, "期"},
        {"一百期", 100, "期"},
        {"一百零五期", 105, "期"},
        {"一百一十二期", 112, "期"},
        {"一千二百期", 1200, "期"},
        {"二〇期", 20, "期"},
        {"三五九期", 359, "期"},
        {"两期", 2, "期"},
        {"999999999", 999999999, ""},
        {"9999999999", -1, NULL},
        {"九九九九九九九九九九九九", -1, NULL},
        {"千千千千千千千千千千", 10000, ""},
        {"期", -1, NULL},
        {"", -1, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].input);
        int value = 0;
        const char *end = numeral_read(rows[i].input, &value);
        g_assert_cmpstr(end, ==, rows[i].rest);
        if (end != NULL)
            g_assert_cmpint(value, ==, rows[i].want);
    }
}

static void test_dates(void)
{
    static const struct {
        const char *name, *input, *want; /* NULL = no day */
        int year, month;                 /* 0 = no date at all */
        const char *rest;
    } rows[] = {
        {"blanks", "2020 年 3 月 6 日", "2020-03-06", 2020, 3, ""},
        {"printed", "2020年4月16日印", "2020-04-16", 2020, 4, "印"},
        {"full width", "２０２０年０３月０８日", "2020-03-08", 2020, 3, ""},
        {"Chinese", "二〇一二年三月二十二日", "2012-03-22", 2012, 3, ""},
        {"zero: circle", "二○一二年十月十日", "2012-10-10", 2012, 10, ""},
        {"zero: large circle", "二◯一二年十一月三十日", "2012-11-30", 2012, 11, ""},
        {"zero: character", "二零一二年十二月三十一日", "2012-12-31", 2012, 12, ""},
        {"zero: digit", "二0一二年一月一日", "2012-01-01", 2012, 1, ""},
        {"zero: letter", "二OO八年八月八日", "2008-08-08", 2008, 8, ""},
        {"zero: full-width letter", "二ＯＯ八年八月八日", "2008-08-08", 2008, 8, ""},
        {"zero: letter among digits", "2O2O年3月6日", "2020-03-06", 2020, 3, ""},
        {"letter-spaced", "二 〇 二 〇 年 三 月 六 日", "2020-03-06", 2020, 3, ""},
        {"twenty", "二〇二〇年二月二十日", "2020-02-20", 2020, 2, ""},
        {"hyphens", "2020-03-06", "2020-03-06", 2020, 3, ""},
        {"dots", "2020.3.6", "2020-03-06", 2020, 3, ""},
        {"slashes", "2020/3/6印", "2020-03-06", 2020, 3, "印"},
        {"day with 号", "2020年3月6号", "2020-03-06", 2020, 3, ""},
        {"leap day", "2020年2月29日", "2020-02-29", 2020, 2, ""},
        {"month", "2020年3月", NULL, 2020, 3, ""},
        {"month and title", "2020年3月大事", NULL, 2020, 3, "大事"},
        {"no leap day", "2021年2月29日", NULL, 0, 0, NULL},
        {"month 13", "2020年13月1日", NULL, 0, 0, NULL},
        {"mixed signs", "2020-03.06", NULL, 0, 0, NULL},
        {"number of the year", "2012年第12期", NULL, 0, 0, NULL},
        {"year 3020", "3020年3月6日", NULL, 0, 0, NULL},
        {"short year", "20年3月6日", NULL, 0, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        NumeralDate date;
        const char *end = numeral_date(rows[i].input, &date);
        g_assert_cmpstr(end, ==, rows[i].rest);
        if (end == NULL)
            continue;
        g_assert_cmpint(date.year, ==, rows[i].year);
        g_assert_cmpint(date.month, ==, rows[i].month);
        g_autofree char *text = numeral_date_text(&date);
        g_assert_cmpstr(text, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/numeral/numbers", test_numbers);
    g_test_add_func("/numeral/dates", test_dates);
    return g_test_run();
}
