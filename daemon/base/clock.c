/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one clock and its written forms. */
#include "daemon/base/clock.h"

#include <stdio.h>
#include <string.h>

static gint64 frozen = -1;
static _Atomic gint64 offset; /* of the wall clock, as if somebody had set it */

static void read_environment(void)
{
    static gsize once = 0;
    if (!g_once_init_enter(&once))
        return;
    const char *text = g_getenv("SONGFA_CLOCK");
    gint64 seconds;
    gboolean good = text != NULL && g_ascii_string_to_signed(text, 10, G_MININT32, G_MAXINT32, &seconds, NULL);
    if (good && (*text == '+' || *text == '-'))
        offset = seconds * CLOCK_SECOND;
    else if (good)
        frozen = seconds * CLOCK_SECOND;
    g_once_init_leave(&once, 1);
}

gint64 clock_now(void)
{
    read_environment();
    return frozen >= 0 ? frozen : g_get_real_time() + offset;
}

gint64 clock_monotonic(void)
{
    return g_get_monotonic_time();
}

void clock_freeze(gint64 usec)
{
    read_environment();
    frozen = usec;
}

void clock_set(gint64 usec)
{
    offset += usec;
}

static char *format(gint64 usec, const char *pattern)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(usec / CLOCK_SECOND);
    return time != NULL ? g_date_time_format(time, pattern) : g_strdup("");
}

char *clock_date(gint64 usec)
{
    return format(usec, "%Y-%m-%d");
}

int clock_minute(gint64 usec)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(usec / CLOCK_SECOND);
    return g_date_time_get_hour(time) * 60 + g_date_time_get_minute(time);
}

gint64 clock_at(gint64 usec, int days, int minute)
{
    GDate day = clock_day(usec);
    g_date_add_days(&day, (guint)(days + minute / 1440));
    g_autoptr(GDateTime) time = g_date_time_new_local(g_date_get_year(&day), (int)g_date_get_month(&day),
                                                      g_date_get_day(&day), minute / 60 % 24, minute % 60, 0);
    return g_date_time_to_unix(time) * CLOCK_SECOND;
}

gint64 clock_day_end(gint64 usec)
{
    return clock_at(usec, 1, 0);
}

GDate clock_day(gint64 usec)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(usec / CLOCK_SECOND);
    GDate day;
    g_date_clear(&day, 1);
    g_date_set_dmy(&day, (GDateDay)g_date_time_get_day_of_month(time), (GDateMonth)g_date_time_get_month(time),
                   (GDateYear)g_date_time_get_year(time));
    return day;
}

gboolean clock_parse_day(const char *text, GDate *day)
{
    int year, month, number, end = 0;
    if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &number, &end) != 3 || end != 10 ||
        strspn(text, "0123456789-") != 10 || year <= 0 || month <= 0 || number <= 0 ||
        !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_date_clear(day, 1);
    g_date_set_dmy(day, (GDateDay)number, (GDateMonth)month, (GDateYear)year);
    return TRUE;
}

char *clock_text(gint64 usec)
{
    return usec == 0 ? g_strdup("") : format(usec, "%Y-%m-%d %H:%M:%S");
}

char *clock_rfc3339(gint64 usec)
{
    return format(usec, "%Y-%m-%dT%H:%M:%S%:z");
}

char *clock_rfc5322(gint64 usec)
{
    static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(usec / CLOCK_SECOND);
    if (time == NULL)
        return g_strdup("");
    g_autofree char *rest = g_date_time_format(time, "%Y %H:%M:%S %z");
    return g_strdup_printf("%s, %02d %s %s", days[g_date_time_get_day_of_week(time) - 1],
                           g_date_time_get_day_of_month(time),
                           months[g_date_time_get_month(time) - 1], rest);
}
