/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings of times: what series take from the whole, and the calendar they ask. */
#include "daemon/base/i18n.h"
#include "daemon/config-reader.h"
#include "daemon/config.h"

static void inherit_quiet(const Config *config, ConfigSeries *series)
{
    if (config_line(config, &series->quiet.hours) == 0)
        series->quiet.hours = config->quiet.hours;
    if (config_line(config, &series->quiet.passes) == 0)
        series->quiet.passes = config->quiet.passes;
}

/* A time of the day outside of the hours in which it may be would never come. */
static void check_time(const Config *config, const ConfigSeries *series, const char *file, GPtrArray *problems)
{
    const TimingRules *rules = &series->timing;
    if (rules->when == TIMING_WORKING_HOURS && rules->at >= 0 && !hours_have(rules->hours, rules->at))
        config_problem_add(problems, file, config_line(config, &rules->at), FALSE,
                           g_strdup(_("“at”不在“working_hours”的时段里：请改其中之一，或改用 when = \"working-days\"")));
}

void config_timing_inherit(Config *config, const char *file, GPtrArray *problems)
{
    for (guint i = 0; i < config->series->len; i++) {
        ConfigSeries *series = g_ptr_array_index(config->series, i);
        inherit_quiet(config, series);
        series->timing.hours = &config->working_hours;
        check_time(config, series, file, problems);
    }
}

GHashTable *config_series_quiet(const Config *config)
{
    GHashTable *quiet = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < config->series->len; i++) {
        ConfigSeries *series = g_ptr_array_index(config->series, i);
        g_hash_table_insert(quiet, series->key, &series->quiet);
    }
    return quiet;
}

gboolean config_uses_calendar(const Config *config)
{
    for (guint i = 0; i < config->series->len; i++)
        if (((const ConfigSeries *)g_ptr_array_index(config->series, i))->timing.when != TIMING_ANY)
            return TRUE;
    return FALSE;
}

Calendar *config_calendar(const Config *config, GPtrArray *problems)
{
    const char *shipped = g_getenv("SONGFA_CALENDAR");
    return calendar_load(shipped != NULL ? shipped : SONGFA_DATADIR "/calendar", config->calendar, problems);
}
