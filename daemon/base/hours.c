/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hours of the day. */
#include "daemon/base/hours.h"

#include <stdio.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

/* "24:00" → 1440, too. */
static gboolean read_clock(const char *text, int *minute)
{
    int hour, rest, end = 0;
    if (strlen(text) != 5 || strspn(text, "0123456789:") != 5 || sscanf(text, "%2d:%2d%n", &hour, &rest, &end) != 2 ||
        end != 5 || rest > 59 || hour * 60 + rest > HOURS_DAY)
        return FALSE;
    *minute = hour * 60 + rest;
    return TRUE;
}

gboolean hours_parse_clock(const char *text, int *minute)
{
    return read_clock(text, minute) && *minute < HOURS_DAY;
}

static gboolean read_span(const char *text, HoursSpan *span)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", -1);
    return g_strv_length(ends) == 2 && hours_parse_clock(g_strstrip(ends[0]), &span->from) &&
           read_clock(g_strstrip(ends[1]), &span->to) && span->from != span->to;
}

static gboolean refuse(GError **error, const char *message, const char *text)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, "%s：“%s”", message, text);
    return FALSE;
}

static gboolean is_overnight(const HoursSpan *span)
{
    return span->to <= span->from;
}

/* Each begins where the one before has ended; what runs into the next day ends before the first. */
static gboolean is_in_order(const Hours *hours)
{
    for (guint i = 1; i < hours->n; i++)
        if (is_overnight(&hours->spans[i - 1]) || hours->spans[i].from < hours->spans[i - 1].to)
            return FALSE;
    const HoursSpan *last = &hours->spans[hours->n - 1];
    return !is_overnight(last) || hours->n == 1 || last->to <= hours->spans[0].from;
}

gboolean hours_parse(const char *text, gboolean overnight, Hours *hours, GError **error)
{
    Hours found = {0};
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    for (gsize i = 0; parts[i] != NULL; i++) {
        HoursSpan span;
        if (!read_span(parts[i], &span))
            return refuse(error, _("不是时段，应写作 08:30-12:00，几段用逗号分开"), parts[i]);
        if (is_overnight(&span) && !overnight)
            return refuse(error, _("时段的终点应晚于起点"), parts[i]);
        if (found.n == HOURS_MOST)
            return refuse(error, _("时段太多，最多 8 段"), text);
        found.spans[found.n++] = span;
    }
    if (found.n == 0 || !is_in_order(&found))
        return refuse(error, _("各时段应按先后写，不能重叠"), text);
    *hours = found;
    return TRUE;
}

static const HoursSpan *span_at(const Hours *hours, int minute)
{
    for (guint i = 0; i < hours->n; i++) {
        const HoursSpan *span = &hours->spans[i];
        gboolean in = is_overnight(span) ? minute >= span->from || minute < span->to
                                         : minute >= span->from && minute < span->to;
        if (in)
            return span;
    }
    return NULL;
}

gboolean hours_have(const Hours *hours, int minute)
{
    return span_at(hours, minute) != NULL;
}

gint64 hours_end(const Hours *hours, gint64 usec)
{
    gint64 end = 0, at = usec;
    for (guint i = 0; i < hours->n; i++) {
        int minute = clock_minute(at);
        const HoursSpan *span = span_at(hours, minute);
        if (span == NULL)
            break;
        end = at = clock_at(at, is_overnight(span) && minute >= span->from ? 1 : 0, span->to);
    }
    return end;
}

int hours_longest(const Hours *hours)
{
    int longest = 0;
    for (guint i = 0; i < hours->n; i++) {
        const HoursSpan *span = &hours->spans[i];
        longest = MAX(longest, span->to - span->from + (is_overnight(span) ? HOURS_DAY : 0));
    }
    return longest;
}
