/* SPDX-License-Identifier: GPL-3.0-or-later
 * Issues that were let go and wait for their time: when that is, and what happens then. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/record.h"
#include "daemon/timing.h"

#define TRY_AGAIN (10 * CLOCK_SECOND)
#define CALENDAR_LOOK (3600 * CLOCK_SECOND)

static Calendar *load_calendar(const Pipeline *pipeline)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_problem_free);
    Calendar *calendar = config_calendar(pipeline->config, problems);
    for (guint i = 0; i < problems->len; i++) {
        const CalendarProblem *problem = g_ptr_array_index(problems, i);
        g_autofree char *line = g_strdup_printf("%d", problem->line);
        log_event(LOG_LEVEL_ERROR, "main", "calendar", "file", problem->file, "line", line, "problem",
                  problem->message, NULL);
    }
    return calendar;
}

gint64 pipeline_time(const Pipeline *pipeline, const Plan *plan, gint64 now, StoreSchedule *schedule)
{
    const TimingRules *rules = &plan->series->timing;
    g_autoptr(Calendar) calendar = rules->when != TIMING_ANY ? load_calendar(pipeline) : calendar_new();
    gint64 delay = rules->delay * CLOCK_SECOND;
    *schedule = (StoreSchedule){0};
    schedule->at = timing_release(rules, calendar, timing_urgency(plan->issue->marks), now);
    schedule->delay = schedule->at == now + delay ? delay : 0;
    return schedule->at;
}

/* ---- when the time has come ---- */

/* Those that are due, and when to look again: what fails is tried again after a while. */
static GArray *sort_out(Pipeline *pipeline, const GPtrArray *schedules, gint64 now)
{
    GArray *ids = NULL;
    pipeline->due_next = -1;
    for (guint i = 0; i < schedules->len && pipeline->due_next < 0; i++) {
        const StoreSchedule *schedule = g_ptr_array_index(schedules, i);
        if (schedule->at > now)
            pipeline->due_next = schedule->at;
        else {
            ids = ids != NULL ? ids : g_array_new(FALSE, FALSE, sizeof(gint64));
            g_array_append_val(ids, schedule->issue_id);
        }
    }
    gint64 again = now + TRY_AGAIN;
    if (ids != NULL)
        pipeline->due_next = pipeline->due_next < 0 ? again : MIN(pipeline->due_next, again);
    return ids;
}

GArray *pipeline_due(Pipeline *pipeline, gboolean changed)
{
    g_autoptr(GError) error = NULL;
    gint64 now = clock_now();
    if (!changed && (pipeline->due_next < 0 || pipeline->due_next > now))
        return NULL;
    g_autoptr(GPtrArray) schedules = store_schedule_list(pipeline->store, &error);
    if (schedules != NULL)
        return sort_out(pipeline, schedules, now);
    log_event(LOG_LEVEL_ERROR, "main", "schedule-not-read", "error", error->message, NULL);
    pipeline->due_next = 0; /* the next second tries again */
    return NULL;
}

static PipelineResult say(gint64 issue_id, const char *event, PipelineResult result, const GError *error)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, issue_id);
    LogLevel level = error != NULL ? LOG_LEVEL_ERROR : result == PIPELINE_HELD ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO;
    log_event(level, "main", event, "issue", id, "error", error != NULL ? error->message : NULL, NULL);
    return result;
}

static PipelineResult hold_with(Pipeline *pipeline, gint64 issue_id, const char *reason)
{
    g_autoptr(GError) error = NULL;
    if (pipeline_hold_telling(pipeline, issue_id, "songfad", reason, &error))
        return say(issue_id, "due-held", PIPELINE_HELD, NULL);
    return say(issue_id, "due-not-held", PIPELINE_RETRY, error);
}

/* What is no fault of the issue: a disk, a store, a clerk who was at it too, a daemon that is stopping. */
static gboolean passes(const GError *error)
{
    return error->domain != SONGFA_ERROR || error->code == SONGFA_ERROR_CONFLICT || error->code == SONGFA_ERROR_STORE ||
           error->code == SONGFA_ERROR_IO;
}

static PipelineResult release(Pipeline *pipeline, const StoreSchedule *schedule)
{
    g_autoptr(GError) error = NULL;
    const ReleaseOptions options = {.who = schedule->who, .due = TRUE};
    ReleaseOutcome outcome;
    if (pipeline_release(pipeline, schedule->issue_id, &options, &outcome, &error))
        return say(schedule->issue_id, outcome.stopped ? "due-held" : "due-released",
                   outcome.stopped ? PIPELINE_HELD : PIPELINE_RELEASED, NULL);
    return passes(error) ? say(schedule->issue_id, "due-not-released", PIPELINE_RETRY, error)
                         : hold_with(pipeline, schedule->issue_id, error->message);
}

PipelineResult pipeline_release_due(Pipeline *pipeline, gint64 issue_id)
{
    g_autoptr(GError) error = NULL;
    gint64 now = clock_now();
    g_autoptr(StoreSchedule) schedule = store_schedule_get(pipeline->store, issue_id, &error);
    if (error != NULL)
        return say(issue_id, "due-not-released", PIPELINE_RETRY, error);
    if (schedule == NULL || schedule->at > now)
        return PIPELINE_GONE;
    if (now - schedule->at <= pipeline->config->overdue * CLOCK_SECOND)
        return release(pipeline, schedule);
    g_autofree char *time = timing_words(schedule->at);
    g_autofree char *reason = g_strdup_printf(_("定于 %s 发出，到时 songfad 没有运行，本期过期未发；仍要发的请放行"), time);
    return hold_with(pipeline, issue_id, reason);
}

/* ---- the files of working days ---- */

static gboolean tell_missing(Pipeline *pipeline, int year, gboolean *told, GError **error)
{
    g_autofree char *key = g_strdup_printf("calendar:%d", year);
    g_autofree char *subject = g_strdup_printf(_("【请补】%d 年的工作日安排"), year);
    g_autofree char *text = g_strdup_printf(
        _("有刊物按工作日发出，但没有 %d 年的放假、调休安排：到时只把周六、周日当作休息。\n\n"
          "国务院办公厅的通知一般在上一年 11 月公布。请管理员照它写成 %s/%d.txt，每行一天或一段，如：\n\n"
          "  2026-10-01..2026-10-07  休  国庆节\n  2026-10-10              班  国庆节\n\n"
          "写好后核对：songfactl calendar %d；检查：songfad -n。写好就有效，不用重启。\n"),
        year, pipeline->config->calendar, year, year);
    return store_schedule_tell(pipeline->store, key, clock_now(), told, error) &&
           (!*told || record_answer(pipeline->store, pipeline->config, 0, pipeline->config->clerk, subject, text, error));
}

gboolean pipeline_tell_calendar(Pipeline *pipeline)
{
    g_autoptr(GError) error = NULL;
    gboolean told = FALSE;
    if (clock_monotonic() < pipeline->calendar_next || !config_uses_calendar(pipeline->config))
        return FALSE;
    pipeline->calendar_next = clock_monotonic() + CALENDAR_LOOK;
    GDate today = clock_day(clock_now());
    g_autoptr(Calendar) calendar = load_calendar(pipeline);
    int year = calendar_missing(calendar, &today);
    if (year == 0)
        return FALSE;
    if (!store_begin(pipeline->store, &error) ||
        !store_end(pipeline->store, tell_missing(pipeline, year, &told, &error), &error)) {
        log_event(LOG_LEVEL_ERROR, "main", "calendar-not-told", "error", error->message, NULL);
        return FALSE;
    }
    return told;
}
