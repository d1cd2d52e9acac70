/* SPDX-License-Identifier: GPL-3.0-or-later
 * When an issue goes. */
#include "daemon/timing.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { DAYS_AHEAD = 732, YEAR = 366 };

TimingUrgency timing_urgency(const GPtrArray *marks)
{
    static const struct { const char *word; TimingUrgency urgency; } words[] = {
        {"特提", TIMING_TOP}, {"特急", TIMING_TOP}, {"加急", TIMING_URGENT},
    };
    TimingUrgency most = TIMING_NORMAL;
    for (guint i = 0; i < marks->len; i++)
        for (gsize w = 0; w < G_N_ELEMENTS(words); w++)
            if (strstr(marks->pdata[i], words[w].word) != NULL)
                most = MAX(most, words[w].urgency);
    return most;
}

static gboolean is_day_for(const TimingRules *rules, const Calendar *calendar, gint64 moment)
{
    GDate day = clock_day(moment);
    return rules->when == TIMING_ANY || calendar_is_working(calendar, &day);
}

/* The first moment of the local day of midnight that is allowed and not before from; 0 = none. */
static gint64 moment_of_day(const TimingRules *rules, gint64 midnight, gint64 from)
{
    static const Hours whole_day = {1, {{0, HOURS_DAY}}};
    const Hours *hours = rules->when == TIMING_WORKING_HOURS ? rules->hours : &whole_day;
    if (rules->at >= 0) {
        gint64 at = clock_at(midnight, 0, rules->at);
        return at >= from ? at : 0;
    }
    for (guint i = 0; i < hours->n; i++) {
        gint64 moment = MAX(from, clock_at(midnight, 0, hours->spans[i].from));
        if (moment < clock_at(midnight, 0, hours->spans[i].to))
            return moment;
    }
    return 0;
}

gint64 timing_release(const TimingRules *rules, const Calendar *calendar, TimingUrgency urgency, gint64 now)
{
    gint64 from = now + rules->delay * CLOCK_SECOND, midnight = clock_at(from, 0, 0);
    if (urgency == TIMING_TOP || (rules->at < 0 && rules->when == TIMING_ANY))
        return from;
    for (int i = 0; i < DAYS_AHEAD; i++, midnight = clock_at(midnight, 1, 0)) {
        gint64 moment = is_day_for(rules, calendar, midnight) ? moment_of_day(rules, midnight, from) : 0;
        if (moment > 0)
            return moment;
    }
    return midnight;
}

static gboolean refuse(GError **error, const char *message, const char *text)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, "“%s”：%s", text, message);
    return FALSE;
}

gboolean timing_parse(const char *text, gint64 now, gint64 *at, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint n = g_strv_length(words);
    GDate day = clock_day(now), today = day;
    int minute;
    if (n < 1 || n > 2 || (n == 2 && !clock_parse_day(words[0], &day)) || !hours_parse_clock(words[n - 1], &minute))
        return refuse(error, _("不是时间，应写作 \"2026-11-23 09:00\"，或 09:00（下一个九点）"), text);
    int days = g_date_days_between(&today, &day);
    if (days < 0 || days > YEAR)
        return refuse(error, days < 0 ? _("已经过去") : _("在一年以后，请核对年份"), text);
    *at = clock_at(now, days, minute);
    if (*at <= now && n == 1)
        *at = clock_at(now, 1, minute);
    return *at > now || refuse(error, _("已经过去"), text);
}

char *timing_words(gint64 at)
{
    g_autofree char *text = clock_text(at);
    gsize length = strlen(text);
    return g_strndup(text, length - (g_str_has_suffix(text, ":00") ? 3 : 0));
}
