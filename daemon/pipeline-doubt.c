/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails whose outcome is unknown: the policy of their series is asked once, and those that it sends again
 * wait their time, in which a report or a clerk may settle them. */
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/store/doubt.h"

/* NULL when a clerk is to say. */
static const ConfigSeries *resending_series(const Pipeline *pipeline, const StoreDoubt *doubt)
{
    const ConfigSeries *series = doubt->series != NULL ? config_series(pipeline->config, doubt->series) : NULL;
    if (series == NULL || series->unknown == UNKNOWN_HOLD)
        return NULL;
    return doubt->leader && series->unknown == UNKNOWN_RESEND_BUT_LEADERS ? NULL : series;
}

/* The time counts while songfad runs, for no report is read otherwise; and a clock set back must not make
 * it longer. */
static gint64 again_at(const Pipeline *pipeline, const StoreDoubt *doubt, const ConfigSeries *series)
{
    gint64 since = MIN(MAX(doubt->since, pipeline->started), clock_now());
    return since + series->unknown_after * CLOCK_SECOND;
}

static gboolean decide_all(Pipeline *pipeline, GError **error)
{
    g_autoptr(GPtrArray) doubts = store_doubt_open(pipeline->store, error);
    if (doubts == NULL)
        return FALSE;
    for (guint i = 0; i < doubts->len; i++) {
        const StoreDoubt *doubt = g_ptr_array_index(doubts, i);
        const ConfigSeries *series = resending_series(pipeline, doubt);
        gint64 at = series != NULL ? again_at(pipeline, doubt, series) : 0;
        if (!store_doubt_decide(pipeline->store, doubt->delivery_id, at, error))
            return FALSE;
    }
    return TRUE;
}

static char *reason_words(const ConfigSeries *series)
{
    int seconds = series->unknown_after;
    return seconds % 60 == 0 ? g_strdup_printf(_("结果不明已 %d 分钟，没有回执，按本刊规定再发一次"), seconds / 60)
                             : g_strdup_printf(_("结果不明已 %d 秒，没有回执，按本刊规定再发一次"), seconds);
}

static gboolean resend(Pipeline *pipeline, const StoreDoubt *doubt, guint *n, GError **error)
{
    const ConfigSeries *series = resending_series(pipeline, doubt);
    if (series == NULL)
        return TRUE;
    gboolean sent = FALSE;
    g_autofree char *reason = reason_words(series);
    if (!store_doubt_resend(pipeline->store, doubt->delivery_id, reason, clock_now(), &sent, error))
        return FALSE;
    *n += sent ? 1 : 0;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, doubt->delivery_id);
    if (sent)
        log_event(LOG_LEVEL_INFO, "dispatch", "sent-again", "id", id, "reason", "policy", NULL);
    return TRUE;
}

static gboolean resend_due(Pipeline *pipeline, guint *n, GError **error)
{
    g_autoptr(GPtrArray) due = store_doubt_due(pipeline->store, clock_now(), error);
    if (due == NULL)
        return FALSE;
    for (guint i = 0; i < due->len; i++)
        if (!resend(pipeline, due->pdata[i], n, error))
            return FALSE;
    GError *failed = NULL;
    pipeline->doubt_next = store_doubt_next(pipeline->store, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

gboolean pipeline_begin_doubt(Pipeline *pipeline, GError **error)
{
    return pipeline->overdue ? store_doubt_leave(pipeline->store, error) : store_doubt_ask_anew(pipeline->store, error);
}

gboolean pipeline_settle_doubt(Pipeline *pipeline, gboolean changed)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;
    if (!changed && (pipeline->doubt_next < 0 || pipeline->doubt_next > clock_now()))
        return FALSE;
    if (!decide_all(pipeline, &error) || !resend_due(pipeline, &n, &error)) {
        log_event(LOG_LEVEL_ERROR, "dispatch", "doubt-not-settled", "error", error->message, NULL);
        pipeline->doubt_next = 0; /* the next second tries again */
    }
    return n > 0;
}
