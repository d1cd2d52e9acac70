/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl calendar: working days and days off, as months to look at or as one day's answer. */
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"

static const char *const weekdays[] = {N_("一"), N_("二"), N_("三"), N_("四"), N_("五"), N_("六"), N_("日")};

static const char *weekday_of(const GDate *day)
{
    return _(weekdays[g_date_get_weekday(day) - G_DATE_MONDAY]);
}

/* ---- a month ---- */

/* Right-aligned by what a terminal shows: a gap of two, the text, room for a mark behind it. */
static void add_cell(GString *line, const char *text, const char *mark)
{
    g_string_append_printf(line, "%*s%s%s%*s", 4 - han_width(text), "", text, mark, han_width(_("休")) - han_width(mark), "");
}

static const char *mark_of(const Calendar *calendar, const GDate *day)
{
    const CalendarDay *named = calendar_day(calendar, day);
    return named == NULL ? "" : named->working ? _("班") : _("休");
}

/* Of a named day the first of its run only: "国庆节 10-01 至 10-07 休". */
static void add_names(const Calendar *calendar, GDateMonth month, int year, GString *out)
{
    GDate day;
    g_date_clear(&day, 1);
    g_date_set_dmy(&day, 1, month, (GDateYear)year);
    while (g_date_get_month(&day) == month) {
        const CalendarDay *first = calendar_day(calendar, &day), *next = first;
        guint from = g_date_get_day(&day), to = from;
        g_date_add_days(&day, 1);
        for (; first != NULL && g_date_get_month(&day) == month; g_date_add_days(&day, 1), to++) {
            next = calendar_day(calendar, &day);
            if (next == NULL || next->working != first->working || g_strcmp0(next->name, first->name) != 0)
                break;
        }
        if (first == NULL)
            continue;
        g_string_append_printf(out, "  %d-%02u", (int)month, from);
        if (to > from)
            g_string_append_printf(out, _(" 至 %d-%02u"), (int)month, to);
        g_string_append_printf(out, "  %s  %s\n", first->working ? _("班") : _("休"), first->name);
    }
}

static void print_month(const Calendar *calendar, GDateMonth month, int year)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GDate day;
    g_date_clear(&day, 1);
    g_date_set_dmy(&day, 1, month, (GDateYear)year);
    g_string_append_printf(out, _("%d年%d月\n"), year, (int)month);
    for (gsize i = 0; i < G_N_ELEMENTS(weekdays); i++)
        add_cell(out, _(weekdays[i]), "");
    g_string_append_c(out, '\n');
    for (int i = G_DATE_MONDAY; i < (int)g_date_get_weekday(&day); i++)
        add_cell(out, "", "");
    for (; g_date_get_month(&day) == month; g_date_add_days(&day, 1)) {
        g_autofree char *cell = g_strdup_printf("%u", (guint)g_date_get_day(&day));
        add_cell(out, cell, mark_of(calendar, &day));
        if (g_date_get_weekday(&day) == G_DATE_SUNDAY)
            g_string_append_c(out, '\n');
    }
    if (g_date_get_weekday(&day) != G_DATE_MONDAY)
        g_string_append_c(out, '\n');
    add_names(calendar, month, year, out);
    g_string_append_c(out, '\n');
    output_text(out->str);
}

/* ---- rows ---- */

typedef struct {
    char *date;
    int weekday; /* 1 = Monday */
    const char *kind, *name;
    gboolean working;
} Row;

static void free_row(gpointer data)
{
    g_free(((Row *)data)->date);
    g_free(data);
}

static void cell_weekday(View *view, gconstpointer record)
{
    int weekday = ((const Row *)record)->weekday;
    if (view->format == TABLE_JSON)
        table_int(view->table, weekday);
    else
        table_text(view->table, _(weekdays[weekday - 1]));
}

static void cell_working(View *view, gconstpointer record)
{
    gboolean working = ((const Row *)record)->working;
    table_text(view->table, view->format == TABLE_JSON ? (working ? "yes" : "no") : (working ? _("上班") : _("休息")));
}

#define AT(field) G_STRUCT_OFFSET(Row, field)

static const ViewColumn columns[] = {
    {"date", N_("日期"), 0, VIEW_ALL, view_text, AT(date)},
    {"weekday", N_("星期"), 0, VIEW_ALL, cell_weekday, 0},
    {"working", N_("上班"), 0, VIEW_ALL, cell_working, 0},
    {"kind", N_("调休"), 0, VIEW_ALL, view_text, AT(kind)},
    {"name", N_("节日"), 0, VIEW_ALL, view_text, AT(name)},
};

static void add_row(GPtrArray *rows, const Calendar *calendar, const GDate *day)
{
    const CalendarDay *named = calendar_day(calendar, day);
    Row *row = g_new0(Row, 1);
    row->date = g_strdup_printf("%04d-%02d-%02d", g_date_get_year(day), g_date_get_month(day), g_date_get_day(day));
    row->weekday = (int)g_date_get_weekday(day);
    row->working = calendar_is_working(calendar, day);
    row->kind = named != NULL ? (named->working ? "班" : "休") : NULL;
    row->name = named != NULL ? named->name : NULL;
    g_ptr_array_add(rows, row);
}

static void print_rows(const Calendar *calendar, GDate from, const GDate *to, TableFormat format)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    for (; g_date_compare(&from, to) <= 0; g_date_add_days(&from, 1))
        add_row(rows, calendar, &from);
    view_print(columns, G_N_ELEMENTS(columns), rows, format, NULL);
}

/* ---- the command ---- */

/* A year, all of it, or one day. */
static gboolean read_span(const char *text, GDate *from, GDate *to, GError **error)
{
    gint64 year;
    GDate today = clock_day(clock_now());
    if (text != NULL && clock_parse_day(text, from)) {
        *to = *from;
        return TRUE;
    }
    if (text != NULL && !g_ascii_string_to_signed(text, 10, 1949, 9999, &year, NULL)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("“%s”不是年份或日期。请写成 2026 或 2026-10-10"), text);
        return FALSE;
    }
    GDateYear shown = text != NULL ? (GDateYear)year : g_date_get_year(&today);
    g_date_clear(from, 1);
    g_date_clear(to, 1);
    g_date_set_dmy(from, 1, G_DATE_JANUARY, shown);
    g_date_set_dmy(to, 31, G_DATE_DECEMBER, shown);
    return TRUE;
}

static void print_day(const Calendar *calendar, const GDate *day)
{
    const CalendarDay *named = calendar_day(calendar, day);
    gboolean working = calendar_is_working(calendar, day);
    output_print(_("%04d-%02d-%02d 星期%s：%s"), g_date_get_year(day), g_date_get_month(day), g_date_get_day(day),
                 weekday_of(day), working ? _("上班") : _("休息"));
    if (named != NULL)
        output_print(working ? _("（%s调休）") : _("（%s）"), named->name);
    output_text("\n\n");
    print_month(calendar, g_date_get_month(day), g_date_get_year(day));
}

static void print_text(const Calendar *calendar, const GDate *from, const GDate *to)
{
    if (g_date_compare(from, to) == 0)
        print_day(calendar, from);
    else
        for (int month = G_DATE_JANUARY; month <= G_DATE_DECEMBER; month++)
            print_month(calendar, (GDateMonth)month, g_date_get_year(from));
}

/* FALSE after the problems were said: a file with an error is not used. */
static gboolean say_problems(const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        const CalendarProblem *problem = g_ptr_array_index(problems, i);
        output_error("%s:%d: %s", problem->file, problem->line, problem->message);
    }
    return problems->len == 0;
}

int cmd_calendar(Ctl *ctl, const Args *args, GError **error)
{
    GDate from, to;
    if (!read_span(args_word(args, 0), &from, &to, error))
        return 2;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    g_autoptr(Calendar) calendar = config_calendar(ctl->config, problems);
    gboolean good = say_problems(problems);
    if (ctl->format == TABLE_TEXT)
        print_text(calendar, &from, &to);
    else
        print_rows(calendar, from, &to, ctl->format);
    if (!calendar_knows(calendar, g_date_get_year(&from)))
        output_error(_("没有 %d 年的放假、调休安排，只把周六、周日当作休息。请照国务院办公厅的通知写成 %s/%d.txt"),
                     g_date_get_year(&from), ctl->config->calendar, g_date_get_year(&from));
    return good ? 0 : 3;
}
