/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one clock and its written forms. */
#include "daemon/base/clock.h"

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

gint64 clock_day_end(gint64 usec)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(usec / CLOCK_SECOND);
    g_autoptr(GDateTime) noon = g_date_time_new_local(g_date_time_get_year(time), g_date_time_get_month(time),
                                                      g_date_time_get_day_of_month(time), 12, 0, 0);
    g_autoptr(GDateTime) next = g_date_time_add_days(noon, 1);
    g_autoptr(GDateTime) end = g_date_time_new_local(g_date_time_get_year(next), g_date_time_get_month(next),
                                                     g_date_time_get_day_of_month(next), 0, 0, 0);
    return g_date_time_to_unix(end) * CLOCK_SECOND;
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
