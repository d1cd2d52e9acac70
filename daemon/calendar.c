/* SPDX-License-Identifier: GPL-3.0-or-later
 * The national calendar of working days. */
#include "daemon/calendar.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"

enum { NOTICE_MONTH = 11, NOTICE_DAY = 15 };

struct Calendar {
    GHashTable *days;  /* julian day → CalendarDay */
    GHashTable *years; /* those there is a file for */
};

/* A file that is being read. */
typedef struct {
    const char *file;
    int year, line;
    GPtrArray *problems;
    GHashTable *days;
} Reading;

static void day_free(gpointer data)
{
    CalendarDay *day = data;
    g_free(day->name);
    g_free(day);
}

void calendar_problem_free(CalendarProblem *problem)
{
    g_free(problem->file);
    g_free(problem->message);
    g_free(problem);
}

Calendar *calendar_new(void)
{
    Calendar *calendar = g_new0(Calendar, 1);
    calendar->days = g_hash_table_new_full(NULL, NULL, NULL, day_free);
    calendar->years = g_hash_table_new(NULL, NULL);
    return calendar;
}

void calendar_free(Calendar *calendar)
{
    if (calendar == NULL)
        return;
    g_hash_table_unref(calendar->days);
    g_hash_table_unref(calendar->years);
    g_free(calendar);
}

/* ---- a file ---- */

static void complain(const Reading *reading, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void complain(const Reading *reading, const char *format, ...)
{
    CalendarProblem *problem = g_new0(CalendarProblem, 1);
    va_list arguments;
    va_start(arguments, format);
    problem->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem->file = g_strdup(reading->file);
    problem->line = reading->line;
    g_ptr_array_add(reading->problems, problem);
}

static gboolean is_of_year(const GDate *day, int year)
{
    int its = g_date_get_year(day);
    return its == year || (its == year - 1 && g_date_get_month(day) == G_DATE_DECEMBER);
}

/* "2026-10-01", or "2026-10-01..2026-10-07". */
static gboolean read_range(const Reading *reading, const char *text, GDate *first, GDate *last)
{
    g_auto(GStrv) ends = g_strsplit(text, "..", 2);
    const char *end = ends[1] != NULL ? ends[1] : ends[0];
    if (!clock_parse_day(ends[0], first) || !clock_parse_day(end, last))
        complain(reading, _("“%s”不是日期：应写作 2026-10-01，一段写作 2026-10-01..2026-10-07"), text);
    else if (g_date_compare(first, last) > 0)
        complain(reading, _("“%s”的终点早于起点"), text);
    else if (!is_of_year(first, reading->year) || !is_of_year(last, reading->year))
        complain(reading, _("“%s”不在 %d 年：别的年份写在它自己的文件里"), text, reading->year);
    else
        return TRUE;
    return FALSE;
}

static gboolean is_weekend(const GDate *day)
{
    return g_date_get_weekday(day) >= G_DATE_SATURDAY;
}

static void take_day(const Reading *reading, const GDate *day, gboolean working, const char *name)
{
    gpointer key = GUINT_TO_POINTER(g_date_get_julian(day));
    g_autofree char *words = g_strdup_printf("%04d-%02d-%02d", g_date_get_year(day), g_date_get_month(day),
                                             g_date_get_day(day));
    if (g_hash_table_contains(reading->days, key)) {
        complain(reading, _("%s 前面已经写过"), words);
        return;
    }
    if (working && !is_weekend(day))
        complain(reading, _("%s 不是周六、周日，本来就上班：请核对日期"), words);
    CalendarDay *entry = g_new0(CalendarDay, 1);
    entry->working = working;
    entry->name = g_strdup(name);
    g_hash_table_insert(reading->days, key, entry);
}

static void read_words(const Reading *reading, char **words)
{
    GDate first, last;
    gboolean working = g_strcmp0(words[1], "班") == 0;
    if (g_strv_length(words) < 3 || (!working && strcmp(words[1], "休") != 0)) {
        complain(reading, _("一行应是日期、休或班、节日三项，如：2026-10-01..2026-10-07  休  国庆节"));
        return;
    }
    if (!read_range(reading, words[0], &first, &last))
        return;
    g_autofree char *name = g_strjoinv(" ", words + 2);
    for (; g_date_compare(&first, &last) <= 0; g_date_add_days(&first, 1))
        take_day(reading, &first, working, name);
}

/* The words of a line without its comment; empty for a line without any. Caller g_strfreevs. */
static char **words_of(const char *line)
{
    g_autofree char *bare = g_strndup(line, strcspn(line, "#\r"));
    g_auto(GStrv) ideographic = g_strsplit(bare, "\343\200\200", -1); /* U+3000, as Chinese keyboards write it */
    g_autofree char *plain = g_strjoinv(" ", ideographic);
    g_auto(GStrv) parts = g_strsplit_set(plain, " \t", -1);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
            g_strv_builder_add(words, *part);
    return g_strv_builder_end(words);
}

static void take_over(Calendar *calendar, GHashTable *days)
{
    GHashTableIter iter;
    gpointer key, day;
    g_hash_table_iter_init(&iter, days);
    while (g_hash_table_iter_next(&iter, &key, &day)) {
        g_hash_table_iter_steal(&iter);
        g_hash_table_replace(calendar->days, key, day);
    }
}

void calendar_read(Calendar *calendar, int year, const char *file, const char *text, GPtrArray *problems)
{
    g_autoptr(GHashTable) days = g_hash_table_new_full(NULL, NULL, NULL, day_free);
    Reading reading = {.file = file, .year = year, .problems = problems, .days = days};
    guint before = problems->len;
    g_auto(GStrv) lines = g_strsplit(g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = words_of(lines[i]);
        reading.line = (int)i + 1;
        if (words[0] != NULL)
            read_words(&reading, words);
    }
    reading.line = 0;
    if (g_hash_table_size(days) == 0 && problems->len == before)
        complain(&reading, _("没有写一天：请照国务院办公厅的通知填写，或移走这个文件"));
    if (problems->len > before)
        return;
    take_over(calendar, days);
    g_hash_table_add(calendar->years, GINT_TO_POINTER(year));
}

/* ---- the folders ---- */

/* UTF-8, or GB18030 as Chinese editors may save it; NULL after a problem. */
static char *load_text(const Reading *reading)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(reading->file, &text, &length, &error))
        complain(reading, _("读不了：%s"), error->message);
    else if (memchr(text, '\0', length) != NULL)
        complain(reading, _("不是文本文件"));
    else if (g_utf8_validate(text, -1, NULL))
        return g_steal_pointer(&text);
    else {
        char *converted = g_convert(text, (gssize)length, "UTF-8", "GB18030", NULL, NULL, NULL);
        if (converted == NULL)
            complain(reading, _("不是 UTF-8 编码：请在编辑器里另存为 UTF-8"));
        return converted;
    }
    return NULL;
}

/* "2026.txt" → 2026, 0 = not the name of a year's file. */
static int year_of(const char *name)
{
    gint64 year = 0;
    g_autofree char *stem = g_strndup(name, 4);
    return strlen(name) == strlen("2026.txt") && g_str_has_suffix(name, ".txt") &&
                   g_ascii_string_to_signed(stem, 10, 1949, 9999, &year, NULL) ? (int)year : 0;
}

/* Paths by year. A text file that is called otherwise would be overlooked in silence: it is a problem. */
static void list_years(const char *folder, GHashTable *paths, GPtrArray *problems)
{
    g_autoptr(GDir) dir = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        Reading reading = {.file = path, .problems = problems};
        int year = year_of(name);
        if (year > 0)
            g_hash_table_insert(paths, GINT_TO_POINTER(year), g_steal_pointer(&path));
        else if (*name != '.' && g_str_has_suffix(name, ".txt"))
            complain(&reading, _("文件名应是年份，如 2026.txt；这个文件没有用上"));
    }
}

static gint by_year(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

Calendar *calendar_load(const char *shipped, const char *own, GPtrArray *problems)
{
    Calendar *calendar = calendar_new();
    g_autoptr(GHashTable) paths = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    list_years(shipped, paths, problems);
    list_years(own, paths, problems);
    g_autoptr(GList) years = g_list_sort(g_hash_table_get_keys(paths), by_year);
    for (GList *link = years; link != NULL; link = link->next) {
        int year = GPOINTER_TO_INT(link->data);
        Reading reading = {.file = g_hash_table_lookup(paths, link->data), .year = year, .problems = problems};
        g_autofree char *text = load_text(&reading);
        if (text != NULL)
            calendar_read(calendar, year, reading.file, text, problems);
    }
    return calendar;
}

/* ---- days ---- */

gboolean calendar_knows(const Calendar *calendar, int year)
{
    return g_hash_table_contains(calendar->years, GINT_TO_POINTER(year));
}

const CalendarDay *calendar_day(const Calendar *calendar, const GDate *day)
{
    return g_hash_table_lookup(calendar->days, GUINT_TO_POINTER(g_date_get_julian(day)));
}

gboolean calendar_is_working(const Calendar *calendar, const GDate *day)
{
    const CalendarDay *named = calendar_day(calendar, day);
    return named != NULL ? named->working : !is_weekend(day);
}

int calendar_missing(const Calendar *calendar, const GDate *day)
{
    int year = g_date_get_year(day), month = (int)g_date_get_month(day);
    gboolean is_out = month > NOTICE_MONTH || (month == NOTICE_MONTH && g_date_get_day(day) >= NOTICE_DAY);
    if (!calendar_knows(calendar, year))
        return year;
    return is_out && !calendar_knows(calendar, year + 1) ? year + 1 : 0;
}
