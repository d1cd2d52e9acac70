/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hours of the day, the calendar of working days, and when an issue goes: tables over pure functions. */
#include "daemon/timing.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "daemon/base/clock.h"

/* "2026-11-23 09:00[:30]" in the zone of the test. */
static gint64 moment(const char *text)
{
    GDate day;
    g_autofree char *date = g_strndup(text, 10), *clock = g_strndup(text + 11, 5);
    int minute = 0;
    g_assert_true(clock_parse_day(date, &day));
    g_assert_true(hours_parse_clock(clock, &minute));
    g_autoptr(GDateTime) time = g_date_time_new_local(g_date_get_year(&day), (int)g_date_get_month(&day),
                                                      g_date_get_day(&day), minute / 60, minute % 60,
                                                      strlen(text) > 16 ? atoi(text + 17) : 0);
    return g_date_time_to_unix(time) * CLOCK_SECOND;
}

static char *words(gint64 usec)
{
    g_autofree char *text = clock_text(usec);
    gsize length = strlen(text);
    return g_strndup(text, length - (g_str_has_suffix(text, ":00") ? 3 : 0));
}

/* ---- hours ---- */

static const struct { const char *text; gboolean overnight, good; guint n; } hours_rows[] = {
    {"08:30-12:00", FALSE, TRUE, 1},
    {"08:30-12:00,14:30-18:00", FALSE, TRUE, 2},
    {" 08:30 - 12:00 , 14:30 - 18:00 ", FALSE, TRUE, 2},
    {"00:00-24:00", FALSE, TRUE, 1},
    {"21:00-07:00", TRUE, TRUE, 1},
    {"12:00-14:00,21:00-07:00", TRUE, TRUE, 2},
    {"21:00-07:00", FALSE, FALSE, 0},
    {"12:00-14:00,21:00-13:00", TRUE, FALSE, 0},
    {"21:00-07:00,12:00-14:00", TRUE, FALSE, 0},
    {"14:30-18:00,08:30-12:00", FALSE, FALSE, 0},
    {"08:30-12:00,11:00-18:00", FALSE, FALSE, 0},
    {"8:30-12:00", FALSE, FALSE, 0},
    {"08:60-12:00", FALSE, FALSE, 0},
    {"24:00-24:01", TRUE, FALSE, 0},
    {"08:30", FALSE, FALSE, 0},
    {"08:30-08:30", TRUE, FALSE, 0},
    {"08:30-12:00,", FALSE, FALSE, 0},
    {"", FALSE, FALSE, 0},
    {"01:00-02:00,02:00-03:00,03:00-04:00,04:00-05:00,05:00-06:00,06:00-07:00,07:00-08:00,08:00-09:00", FALSE, TRUE, 8},
    {"01:00-02:00,02:00-03:00,03:00-04:00,04:00-05:00,05:00-06:00,06:00-07:00,07:00-08:00,08:00-09:00,10:00-11:00",
     FALSE, FALSE, 0},
};

static void test_hours_parse(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hours_rows); i++) {
        g_autoptr(GError) error = NULL;
        Hours hours = {.n = 99};
        g_test_message("%s", hours_rows[i].text);
        g_assert_cmpint(hours_parse(hours_rows[i].text, hours_rows[i].overnight, &hours, &error), ==, hours_rows[i].good);
        g_assert_cmpuint(hours.n, ==, hours_rows[i].good ? hours_rows[i].n : 99);
        g_assert_cmpint(error == NULL, ==, hours_rows[i].good);
    }
}

/* end NULL: not in them. */
static const struct { const char *hours, *at, *end; int longest; } end_rows[] = {
    {"21:00-07:00", "2026-11-23 20:59", NULL, 600},
    {"21:00-07:00", "2026-11-23 21:00", "2026-11-24 07:00", 600},
    {"21:00-07:00", "2026-11-23 23:59", "2026-11-24 07:00", 600},
    {"21:00-07:00", "2026-11-24 00:00", "2026-11-24 07:00", 600},
    {"21:00-07:00", "2026-11-24 06:59:59", "2026-11-24 07:00", 600},
    {"21:00-07:00", "2026-11-24 07:00", NULL, 600},
    {"21:00-07:00", "2026-12-31 22:00", "2027-01-01 07:00", 600},
    {"12:00-14:00,21:00-07:00", "2026-11-23 12:30", "2026-11-23 14:00", 600},
    {"12:00-14:00,14:00-15:00", "2026-11-23 12:30", "2026-11-23 15:00", 120},
    {"00:00-07:00,21:00-24:00", "2026-11-23 22:00", "2026-11-24 07:00", 420},
    {"00:00-24:00", "2026-11-23 22:00", "2026-11-24 00:00", 1440},
};

static void test_hours_end(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(end_rows); i++) {
        Hours hours;
        g_test_message("%s at %s", end_rows[i].hours, end_rows[i].at);
        g_assert_true(hours_parse(end_rows[i].hours, TRUE, &hours, NULL));
        gint64 end = hours_end(&hours, moment(end_rows[i].at));
        g_autofree char *text = end > 0 ? words(end) : NULL;
        g_assert_cmpstr(text, ==, end_rows[i].end);
        g_assert_cmpint(hours_longest(&hours), ==, end_rows[i].longest);
    }
    Hours none = {0};
    g_assert_cmpint(hours_end(&none, moment("2026-11-23 22:00")), ==, 0);
}

/* ---- the calendar ---- */

static char *calendar_folder(void)
{
    const char *root = g_getenv("SONGFA_SRCDIR");
    return g_build_filename(root != NULL ? root : ".", "daemon", "calendar", NULL);
}

/* The files that are shipped, without a fault. */
static Calendar *shipped(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autofree char *folder = calendar_folder();
    Calendar *calendar = calendar_load(folder, NULL, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    return calendar;
}

/* Each range as the notice of its year has it, with the days at its ends. */
static const struct { const char *from, *to; gboolean working; const char *name; } notice_rows[] = {
    {"2024-12-31", "2024-12-31", TRUE, NULL},
    {"2025-01-01", "2025-01-01", FALSE, "元旦"},
    {"2025-01-02", "2025-01-03", TRUE, NULL},
    {"2025-01-25", "2025-01-25", FALSE, NULL},
    {"2025-01-26", "2025-01-26", TRUE, "春节"},
    {"2025-01-27", "2025-01-27", TRUE, NULL},
    {"2025-01-28", "2025-02-04", FALSE, "春节"},
    {"2025-02-05", "2025-02-07", TRUE, NULL},
    {"2025-02-08", "2025-02-08", TRUE, "春节"},
    {"2025-02-09", "2025-02-09", FALSE, NULL},
    {"2025-04-04", "2025-04-06", FALSE, "清明节"},
    {"2025-04-27", "2025-04-27", TRUE, "劳动节"},
    {"2025-05-01", "2025-05-05", FALSE, "劳动节"},
    {"2025-05-31", "2025-06-02", FALSE, "端午节"},
    {"2025-09-28", "2025-09-28", TRUE, "国庆节、中秋节"},
    {"2025-10-01", "2025-10-08", FALSE, "国庆节、中秋节"},
    {"2025-10-09", "2025-10-10", TRUE, NULL},
    {"2025-10-11", "2025-10-11", TRUE, "国庆节、中秋节"},
    {"2025-10-12", "2025-10-12", FALSE, NULL},
    {"2025-12-31", "2025-12-31", TRUE, NULL},
    {"2026-01-01", "2026-01-03", FALSE, "元旦"},
    {"2026-01-04", "2026-01-04", TRUE, "元旦"},
    {"2026-02-14", "2026-02-14", TRUE, "春节"},
    {"2026-02-15", "2026-02-23", FALSE, "春节"},
    {"2026-02-24", "2026-02-27", TRUE, NULL},
    {"2026-02-28", "2026-02-28", TRUE, "春节"},
    {"2026-03-01", "2026-03-01", FALSE, NULL},
    {"2026-04-04", "2026-04-06", FALSE, "清明节"},
    {"2026-05-01", "2026-05-05", FALSE, "劳动节"},
    {"2026-05-09", "2026-05-09", TRUE, "劳动节"},
    {"2026-06-19", "2026-06-21", FALSE, "端午节"},
    {"2026-09-20", "2026-09-20", TRUE, "国庆节"},
    {"2026-09-25", "2026-09-27", FALSE, "中秋节"},
    {"2026-09-28", "2026-09-30", TRUE, NULL},
    {"2026-10-01", "2026-10-07", FALSE, "国庆节"},
    {"2026-10-10", "2026-10-10", TRUE, "国庆节"},
    {"2026-10-11", "2026-10-11", FALSE, NULL},
    {"2026-12-31", "2026-12-31", TRUE, NULL},
    {"2027-01-01", "2027-01-01", TRUE, NULL}, /* no file: Monday to Friday */
};

static void test_notices(void)
{
    g_autoptr(Calendar) calendar = shipped();
    for (gsize i = 0; i < G_N_ELEMENTS(notice_rows); i++) {
        GDate day, last;
        g_assert_true(clock_parse_day(notice_rows[i].from, &day) && clock_parse_day(notice_rows[i].to, &last));
        for (; g_date_compare(&day, &last) <= 0; g_date_add_days(&day, 1)) {
            const CalendarDay *named = calendar_day(calendar, &day);
            g_test_message("%s: %d-%02d", notice_rows[i].from, g_date_get_month(&day), g_date_get_day(&day));
            g_assert_cmpint(calendar_is_working(calendar, &day), ==, notice_rows[i].working);
            g_assert_cmpstr(named != NULL ? named->name : NULL, ==, notice_rows[i].name);
        }
    }
}

/* How many days are worked in a year: what the notice moves it moves back, but for the holidays themselves (13
 * since 2025), of which those on a weekend cost nothing extra. */
static void test_sums(void)
{
    static const struct { GDateYear year; int working; } sums[] = {{2025, 248}, {2026, 248}};
    g_autoptr(Calendar) calendar = shipped();
    for (gsize i = 0; i < G_N_ELEMENTS(sums); i++) {
        int n = 0;
        GDate day;
        g_date_clear(&day, 1);
        g_date_set_dmy(&day, 1, G_DATE_JANUARY, sums[i].year);
        for (; g_date_get_year(&day) == sums[i].year; g_date_add_days(&day, 1))
            n += calendar_is_working(calendar, &day);
        g_assert_cmpint(n, ==, sums[i].working);
    }
}

/* wrong: "LINE words" of the one problem; NULL = none. */
static const struct { const char *name, *text, *wrong; } file_rows[] = {
    {"right", "2027-10-01..2027-10-07 休 国庆节\n2027-10-09 班 国庆节\n", NULL},
    {"comments, blanks, tabs, Windows line ends", "# 说明\r\n\r\n2027-10-01\t休\t国庆节 # 见通知\r\n", NULL},
    {"ideographic blanks", "2027-10-01　休　国庆节\n", NULL},
    {"byte-order mark", "\xef\xbb\xbf" "2027-10-01 休 国庆节\n", NULL},
    {"December before", "2026-12-31..2027-01-02 休 元旦\n", NULL},
    {"no such day", "2027-10-01 休 国庆节\n2027-02-29 休 春节\n", "2 “2027-02-29”不是日期"},
    {"range backwards", "2027-10-07..2027-10-01 休 国庆节\n", "1 终点早于起点"},
    {"other year", "# a\n2026-10-01 休 国庆节\n", "2 不在 2027 年"},
    {"over the year's end", "2027-12-31..2028-01-02 休 元旦\n", "1 不在 2027 年"},
    {"other word", "2027-10-01 放假 国庆节\n", "1 休或班"},
    {"without name", "2027-10-01 休\n", "1 三项"},
    {"twice", "2027-10-01..2027-10-07 休 国庆节\n2027-10-07 休 中秋节\n", "2 2027-10-07 前面已经写过"},
    {"worked anyway", "2027-10-08 班 国庆节\n", "1 2027-10-08 不是周六、周日"},
    {"short date", "2027-1-1 休 元旦\n", "1 “2027-1-1”不是日期"},
    {"three ends", "2027-10-01..2027-10-02..2027-10-03 休 国庆节\n", "1 不是日期"},
    {"empty", "# nothing\n", "0 没有写一天"},
};

static void test_files(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(file_rows); i++) {
        g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
        g_autoptr(Calendar) calendar = calendar_new();
        g_test_message("%s", file_rows[i].name);
        calendar_read(calendar, 2027, "2027.txt", file_rows[i].text, problems);
        g_assert_cmpint(calendar_knows(calendar, 2027), ==, file_rows[i].wrong == NULL);
        GDate day;
        g_assert_true(clock_parse_day("2027-10-01", &day));
        if (file_rows[i].wrong == NULL) {
            g_assert_cmpuint(problems->len, ==, 0);
            continue;
        }
        g_assert_null(calendar_day(calendar, &day)); /* nothing of a file with an error is used */
        g_assert_cmpuint(problems->len, ==, 1);
        const CalendarProblem *problem = g_ptr_array_index(problems, 0);
        g_assert_cmpint(problem->line, ==, atoi(file_rows[i].wrong));
        g_assert_nonnull(strstr(problem->message, strchr(file_rows[i].wrong, ' ') + 1));
    }
}

static void write_file(const char *folder, const char *name, const char *text, gssize length)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, length, NULL));
}

/* The admin's year takes the place of the one that came along, wholly; GB18030 is read; a file that would be
 * overlooked is a problem. */
static void test_folders(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autofree char *folder = g_dir_make_tmp("songfa-calendar-XXXXXX", NULL), *first = calendar_folder();
    g_autofree char *gbk = g_convert("2026-10-01 休 国庆节\n", -1, "GB18030", "UTF-8", NULL, NULL, NULL);
    write_file(folder, "2026.txt", gbk, -1);
    write_file(folder, "2027年.txt", "2027-10-01 休 国庆节\n", -1);
    write_file(folder, "README", "", 0);
    g_autoptr(Calendar) calendar = calendar_load(first, folder, problems);
    static const struct { const char *day; gboolean working; } days[] = {
        {"2026-10-01", FALSE}, {"2026-10-02", TRUE}, {"2026-10-10", FALSE}, {"2025-10-11", TRUE}};
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        GDate day;
        g_assert_true(clock_parse_day(days[i].day, &day));
        g_assert_cmpint(calendar_is_working(calendar, &day), ==, days[i].working);
    }
    g_assert_cmpuint(problems->len, ==, 1);
    g_assert_nonnull(strstr(((CalendarProblem *)g_ptr_array_index(problems, 0))->file, "2027年.txt"));
    static const char *const names[] = {"2026.txt", "2027年.txt", "README"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void test_missing(void)
{
    static const struct { const char *day; int year; } rows[] = {
        {"2026-11-14", 0}, {"2026-11-15", 2027}, {"2026-12-31", 2027}, {"2025-12-31", 0},
        {"2027-01-01", 2027}, {"2024-06-01", 2024}, {"2025-01-01", 0}};
    g_autoptr(Calendar) calendar = shipped();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GDate day;
        g_assert_true(clock_parse_day(rows[i].day, &day));
        g_assert_cmpint(calendar_missing(calendar, &day), ==, rows[i].year);
    }
}

/* ---- when it goes ---- */

static const struct {
    const char *name;
    int delay, at; /* seconds; minute of the day or -1 */
    TimingWhen when;
    TimingUrgency urgency;
    const char *now, *goes;
} rows[] = {
    {"at once", 0, -1, TIMING_ANY, TIMING_NORMAL, "2026-11-21 03:04:05", "2026-11-21 03:04:05"},
    {"delay", 600, -1, TIMING_ANY, TIMING_NORMAL, "2026-11-21 23:55", "2026-11-22 00:05"},
    {"delay, 加急", 600, -1, TIMING_ANY, TIMING_URGENT, "2026-11-21 23:55", "2026-11-22 00:05"},
    {"delay, 特急: the stop stays", 600, -1, TIMING_ANY, TIMING_TOP, "2026-11-21 23:55", "2026-11-22 00:05"},

    {"clock, later today", 0, 510, TIMING_ANY, TIMING_NORMAL, "2026-11-21 08:29:59", "2026-11-21 08:30"},
    {"clock, this very moment", 0, 510, TIMING_ANY, TIMING_NORMAL, "2026-11-21 08:30", "2026-11-21 08:30"},
    {"clock, tomorrow", 0, 510, TIMING_ANY, TIMING_NORMAL, "2026-11-21 08:30:01", "2026-11-22 08:30"},
    {"clock over the year's end", 0, 510, TIMING_ANY, TIMING_NORMAL, "2026-12-31 09:00", "2027-01-01 08:30"},
    {"midnight", 0, 0, TIMING_ANY, TIMING_NORMAL, "2026-11-21 00:00:01", "2026-11-22 00:00"},
    {"clock, delay passes it", 600, 510, TIMING_ANY, TIMING_NORMAL, "2026-11-21 08:25", "2026-11-22 08:30"},
    {"clock, delay before it", 600, 510, TIMING_ANY, TIMING_NORMAL, "2026-11-21 08:20", "2026-11-21 08:30"},
    {"clock, 加急 waits too", 0, 510, TIMING_ANY, TIMING_URGENT, "2026-11-21 09:00", "2026-11-22 08:30"},
    {"clock, 特急 does not", 0, 510, TIMING_ANY, TIMING_TOP, "2026-11-21 09:00", "2026-11-21 09:00"},
    {"clock and delay, 特急 keeps the delay", 600, 510, TIMING_ANY, TIMING_TOP, "2026-11-21 09:00", "2026-11-21 09:10"},

    {"working day, on one", 0, -1, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-11-20 23:59", "2026-11-20 23:59"},
    {"working day, on Saturday", 0, -1, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-11-21 10:00", "2026-11-23 00:00"},
    {"working day, Saturday that is worked", 0, -1, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-10-10 10:00", "2026-10-10 10:00"},
    {"working day, delay into the weekend", 7200, -1, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-11-20 23:00", "2026-11-23 00:00"},
    {"clock on a working day, Friday after it", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-11-20 09:00", "2026-11-23 08:30"},
    {"clock on a working day, over 国庆", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-09-30 09:00", "2026-10-08 08:30"},
    {"clock on a working day, to the Saturday worked", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-10-09 09:00", "2026-10-10 08:30"},
    {"clock on a working day, over 春节", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-02-14 09:00", "2026-02-24 08:30"},
    {"clock on a working day, over the year's end", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2025-12-31 09:00", "2026-01-04 08:30"},
    {"into a year without file: weekends only", 0, 510, TIMING_WORKING_DAYS, TIMING_NORMAL, "2026-12-31 09:00", "2027-01-01 08:30"},

    {"hours, in them", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 08:30", "2026-11-20 08:30"},
    {"hours, before them", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 07:00", "2026-11-20 08:30"},
    {"hours, last second of the morning", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 11:59:59", "2026-11-20 11:59:59"},
    {"hours, at noon", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 12:00", "2026-11-20 14:30"},
    {"hours, delay over noon", 600, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 11:55", "2026-11-20 14:30"},
    {"hours, Friday evening", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 18:00", "2026-11-23 08:30"},
    {"hours, Friday evening before a Sunday worked", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-09-18 18:00", "2026-09-20 08:30"},
    {"hours, in the holidays", 0, -1, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-10-03 10:00", "2026-10-08 08:30"},
    {"hours, 加急 keeps them", 0, -1, TIMING_WORKING_HOURS, TIMING_URGENT, "2026-10-03 10:00", "2026-10-08 08:30"},
    {"hours, 特急 does not", 0, -1, TIMING_WORKING_HOURS, TIMING_TOP, "2026-10-03 10:00", "2026-10-03 10:00"},
    {"hours, 特急 keeps the delay", 600, -1, TIMING_WORKING_HOURS, TIMING_TOP, "2026-10-03 10:00", "2026-10-03 10:10"},
    {"clock in the hours", 0, 900, TIMING_WORKING_HOURS, TIMING_NORMAL, "2026-11-20 15:01", "2026-11-23 15:00"},
};

static void test_release(void)
{
    g_autoptr(Calendar) calendar = shipped();
    Hours hours;
    g_assert_true(hours_parse("08:30-12:00,14:30-18:00", FALSE, &hours, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const TimingRules rules = {rows[i].delay, rows[i].at, rows[i].when, &hours};
        g_test_message("%s", rows[i].name);
        g_autofree char *goes = words(timing_release(&rules, calendar, rows[i].urgency, moment(rows[i].now)));
        g_assert_cmpstr(goes, ==, rows[i].goes);
    }
}

/* Days that are all off: it ends, and far away. */
static void test_no_day(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autoptr(Calendar) calendar = calendar_new();
    for (int year = 2026; year <= 2029; year++) {
        g_autofree char *text = g_strdup_printf("%d-01-01..%d-12-31 休 假\n", year, year);
        calendar_read(calendar, year, "x", text, problems);
    }
    g_assert_cmpuint(problems->len, ==, 0);
    const TimingRules rules = {0, -1, TIMING_WORKING_DAYS, NULL};
    gint64 now = moment("2026-11-20 10:00"), goes = timing_release(&rules, calendar, TIMING_NORMAL, now);
    g_assert_cmpint(goes, >, now + G_GINT64_CONSTANT(730) * 86400 * CLOCK_SECOND);
}

static const struct { const char *mark; TimingUrgency urgency; } marks[] = {
    {"内部资料 注意保存", TIMING_NORMAL}, {"平急", TIMING_NORMAL}, {"急件", TIMING_NORMAL}, {"加急", TIMING_URGENT},
    {"特急", TIMING_TOP}, {"特提", TIMING_TOP}, {"紧急程度：特急", TIMING_TOP},
};

static void test_urgency(void)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_assert_cmpint(timing_urgency(all), ==, TIMING_NORMAL);
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        g_ptr_array_add(one, (gpointer)marks[i].mark);
        g_ptr_array_add(all, (gpointer)marks[i].mark);
        g_assert_cmpint(timing_urgency(one), ==, marks[i].urgency);
    }
    g_assert_cmpint(timing_urgency(all), ==, TIMING_TOP);
}

/* at NULL: not taken. Now is 2026-11-21 08:00. */
static const struct { const char *text, *at; } said[] = {
    {"2026-11-23 09:00", "2026-11-23 09:00"}, {"09:00", "2026-11-21 09:00"}, {"07:00", "2026-11-22 07:00"},
    {"08:00", "2026-11-22 08:00"},            {"2026-11-21 08:01", "2026-11-21 08:01"},
    {"2026-11-21 08:00", NULL},               {"2026-11-20 09:00", NULL},
    {"2028-11-21 09:00", NULL},               {"2026-11-23", NULL},
    {"2026-11-31 09:00", NULL},               {"9:00", NULL},
    {"24:00", NULL},                          {"", NULL},
    {"2026-11-23  09:00", NULL},              {"明天 09:00", NULL},
};

static void test_parse(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        g_autoptr(GError) error = NULL;
        gint64 at = 0;
        g_test_message("%s", said[i].text);
        gboolean good = timing_parse(said[i].text, moment("2026-11-21 08:00"), &at, &error);
        g_autofree char *text = good ? words(at) : NULL;
        g_assert_cmpstr(text, ==, said[i].at);
        g_assert_cmpint(error == NULL, ==, good);
    }
    g_autofree char *round = timing_words(moment("2026-11-21 08:00")), *odd = timing_words(moment("2026-11-21 08:00:07"));
    g_assert_cmpstr(round, ==, "2026-11-21 08:00");
    g_assert_cmpstr(odd, ==, "2026-11-21 08:00:07");
}

/* Where clocks change, the clock on the wall holds: 02:30 on 2026-03-29 is not there, and is on all others. */
static void test_summer_time(void)
{
    g_setenv("TZ", "Europe/Berlin", TRUE);
    g_autoptr(Calendar) calendar = calendar_new();
    const TimingRules rules = {0, 150, TIMING_ANY, NULL}, delay = {7200, -1, TIMING_ANY, NULL};
    g_autofree char *gap = words(timing_release(&rules, calendar, TIMING_NORMAL, moment("2026-03-28 12:00")));
    g_autofree char *day = words(timing_release(&rules, calendar, TIMING_NORMAL, moment("2026-03-29 12:00")));
    g_autofree char *later = words(timing_release(&delay, calendar, TIMING_NORMAL, moment("2026-03-29 01:30")));
    g_assert_cmpstr(gap, ==, "2026-03-29 03:00");
    g_assert_cmpstr(day, ==, "2026-03-30 02:30");
    g_assert_cmpstr(later, ==, "2026-03-29 04:30");
    g_setenv("TZ", "Asia/Shanghai", TRUE);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_setenv("TZ", "Asia/Shanghai", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timing/hours", test_hours_parse);
    g_test_add_func("/timing/hours-end", test_hours_end);
    g_test_add_func("/timing/notices", test_notices);
    g_test_add_func("/timing/sums", test_sums);
    g_test_add_func("/timing/files", test_files);
    g_test_add_func("/timing/folders", test_folders);
    g_test_add_func("/timing/missing", test_missing);
    g_test_add_func("/timing/release", test_release);
    g_test_add_func("/timing/no-day", test_no_day);
    g_test_add_func("/timing/urgency", test_urgency);
    g_test_add_func("/timing/parse", test_parse);
    g_test_add_func("/timing/summer-time", test_summer_time);
    return g_test_run();
}
