/* SPDX-License-Identifier: GPL-3.0-or-later
 * The clerk is told what went wrong with the mails of an issue: all that goes wrong in one go in one notice,
 * and each row once, in the transaction that queues the notice. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/record.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/failures.h"

#define QUIET (2 * CLOCK_SECOND)   /* no news for that long: the go is over */
#define SOON (300 * CLOCK_SECOND)  /* a mail that is tried again within it belongs to the go */
#define LATEST (3600 * CLOCK_SECOND) /* told by then, though others of the issue are still on their way */

static FailureWave *wave_of(Pipeline *pipeline, gint64 issue_id)
{
    FailureWave *wave = g_hash_table_lookup(pipeline->waves, &issue_id);
    if (wave != NULL)
        return wave;
    wave = g_new0(FailureWave, 1);
    wave->issue_id = issue_id;
    g_hash_table_insert(pipeline->waves, &wave->issue_id, wave);
    return wave;
}

gboolean pipeline_wave_is_over(FailureWave *wave, const StoreFailures *failures, gint64 gap, gint64 now)
{
    if (wave->n == 0)
        wave->begun = now;
    if (failures->n != wave->n)
        wave->changed = now;
    wave->n = failures->n;
    if (now - wave->changed < QUIET || (wave->told > 0 && now - wave->told < gap))
        return FALSE;
    gint64 patience = failures->under_way ? LATEST : failures->due_soon ? gap : 0;
    return now - wave->begun >= patience;
}

static gboolean tell(Pipeline *pipeline, gint64 issue_id, guint *n, GError **error)
{
    g_autoptr(GPtrArray) rows = store_failure_list(pipeline->store, issue_id, error);
    g_autoptr(StoreIssue) issue = rows != NULL ? store_issue_by_id(pipeline->store, issue_id, error) : NULL;
    *n = rows != NULL ? rows->len : 0;
    return issue != NULL && (*n == 0 || record_failures(pipeline->store, pipeline->config, issue, rows, error)) &&
           store_failure_set_told(pipeline->store, issue_id, error);
}

static gboolean tell_of_issue(Pipeline *pipeline, gint64 issue_id)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;
    gboolean good = store_begin(pipeline->store, &error) &&
                    store_end(pipeline->store, tell(pipeline, issue_id, &n, &error), &error);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, issue_id);
    g_autofree char *rows = g_strdup_printf("%u", n);
    if (good)
        log_event(LOG_LEVEL_INFO, "dispatch", "failures-told", "issue", id, "rows", rows, NULL);
    else
        log_event(LOG_LEVEL_ERROR, "dispatch", "failures-not-told", "issue", id, "error",
                  error != NULL ? error->message : NULL, NULL);
    return good;
}

gboolean pipeline_tell_failures(Pipeline *pipeline, gboolean changed)
{
    g_autoptr(GError) error = NULL;
    if (!changed && !pipeline->has_news)
        return FALSE;
    g_autoptr(GPtrArray) issues = store_failure_issues(pipeline->store, clock_now() + SOON, &error);
    gboolean told = FALSE;
    if (issues == NULL)
        log_event(LOG_LEVEL_ERROR, "dispatch", "failures-not-told", "error", error->message, NULL);
    pipeline->has_news = issues == NULL || issues->len > 0;
    for (guint i = 0; issues != NULL && i < issues->len; i++) {
        const StoreFailures *failures = g_ptr_array_index(issues, i);
        FailureWave *wave = wave_of(pipeline, failures->issue_id);
        gint64 now = clock_monotonic();
        if (!pipeline_wave_is_over(wave, failures, pipeline->config->notice_gap * CLOCK_SECOND, now) ||
            !tell_of_issue(pipeline, failures->issue_id))
            continue;
        *wave = (FailureWave){.issue_id = wave->issue_id, .told = now};
        told = TRUE;
    }
    return told;
}
