/* SPDX-License-Identifier: GPL-3.0-or-later
 * The clerk is told what went wrong with the mails of an issue: all that goes wrong in one go in one notice,
 * and each row once, in the transaction that queues the notice. What a relay is to blame for is told of the
 * relay, once an issue; mailboxes that do not exist are flagged. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/record.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/failures.h"
#include "daemon/store/flags.h"

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

/* ---- whose fault ---- */

/* Fewer may be chance. */
enum { BLAME_LEAST = 5 };

/* From which share on failures of a kind can be the relay's at all. Dead addresses are the directory's,
 * unless nearly all of them are said to be dead. */
static const guint least_share[] = {
    [OUTCOME_FAULT_OTHER] = 101, [OUTCOME_FAULT_ADDRESS] = 80, [OUTCOME_FAULT_POLICY] = 0, [OUTCOME_FAULT_ROUTE] = 0,
};

static OutcomeFault fault_of(const StoreDelivery *row)
{
    return row->state == DELIVERY_UNKNOWN || row->relay == NULL
               ? OUTCOME_FAULT_OTHER : outcome_fault(row->reply_code, row->enhanced_code, row->reply_text);
}

static void free_blame(gpointer data)
{
    RecordBlame *blame = data;
    g_free(blame->relay);
    g_free(blame);
}

static RecordBlame *blame_of(const GPtrArray *blames, const StoreDelivery *row)
{
    for (guint i = 0; i < blames->len; i++) {
        RecordBlame *blame = g_ptr_array_index(blames, i);
        if (blame->fault == fault_of(row) && g_strcmp0(blame->relay, row->relay) == 0)
            return blame;
    }
    return NULL;
}

/* How many mails of the relay failed alike, of how many it was given. */
static gboolean count_alike(Pipeline *pipeline, RecordBlame *blame, GError **error)
{
    gint64 given = 0, since = clock_now() - pipeline->config->failures.window * CLOCK_SECOND;
    g_autoptr(GPtrArray) failed = store_failure_of_relay(pipeline->store, blame->relay, since, error);
    if (failed == NULL || !store_failure_given(pipeline->store, blame->relay, since, &given, error))
        return FALSE;
    for (guint i = 0; i < failed->len; i++)
        blame->failed += fault_of(failed->pdata[i]) == blame->fault;
    blame->given = (guint)given;
    return TRUE;
}

static gboolean is_to_blame(const Pipeline *pipeline, const RecordBlame *blame)
{
    guint share = MAX((guint)pipeline->config->failures.share, least_share[blame->fault]);
    return blame->failed >= BLAME_LEAST && blame->failed * 100 > blame->given * share;
}

/* One for each relay and kind in the rows, to blame or not; NULL and error. */
static GPtrArray *weigh(Pipeline *pipeline, const GPtrArray *rows, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_blame);
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = g_ptr_array_index(rows, i);
        if (fault_of(row) == OUTCOME_FAULT_OTHER || blame_of(found, row) != NULL)
            continue;
        RecordBlame *blame = g_new0(RecordBlame, 1);
        *blame = (RecordBlame){.relay = g_strdup(row->relay), .fault = fault_of(row), .example = row};
        g_ptr_array_add(found, blame);
        if (!count_alike(pipeline, blame, error))
            return NULL;
    }
    return g_steal_pointer(&found);
}

/* ---- one issue ---- */

/* What is told: rows that failed by themselves, relays that are blamed for the first time. */
static gboolean sort_out(Pipeline *pipeline, gint64 issue_id, const GPtrArray *rows, const GPtrArray *weighed,
                         RecordFailures *failures, GError **error)
{
    gint64 now = clock_now();
    for (guint i = 0; i < weighed->len; i++) {
        RecordBlame *blame = g_ptr_array_index(weighed, i);
        gboolean first = FALSE;
        if (!is_to_blame(pipeline, blame))
            continue;
        if (!store_failure_blame(pipeline->store, issue_id, blame->relay, outcome_fault_name(blame->fault), now, &first, error))
            return FALSE;
        if (first)
            g_ptr_array_add(failures->blames, blame);
    }
    for (guint i = 0; i < rows->len; i++) {
        StoreDelivery *row = g_ptr_array_index(rows, i);
        const RecordBlame *blame = blame_of(weighed, row);
        if (blame != NULL && is_to_blame(pipeline, blame))
            continue;
        if (record_flags(row) && !store_flag_set(pipeline->store, row->id, now, error))
            return FALSE;
        g_ptr_array_add(failures->rows, row);
    }
    return TRUE;
}

static void failures_clear(RecordFailures *failures)
{
    g_ptr_array_unref(failures->rows);
    g_ptr_array_unref(failures->blames);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordFailures, failures_clear)

static gboolean tell(Pipeline *pipeline, gint64 issue_id, RecordFailures *failures, GError **error)
{
    g_autoptr(GPtrArray) rows = store_failure_list(pipeline->store, issue_id, error);
    g_autoptr(StoreIssue) issue = rows != NULL ? store_issue_by_id(pipeline->store, issue_id, error) : NULL;
    g_autoptr(GPtrArray) weighed = issue != NULL ? weigh(pipeline, rows, error) : NULL;
    return weighed != NULL && sort_out(pipeline, issue_id, rows, weighed, failures, error) &&
           (failures->rows->len + failures->blames->len == 0 ||
            record_failures(pipeline->store, pipeline->config, issue, failures, error)) &&
           store_failure_set_told(pipeline->store, issue_id, error);
}

static gboolean tell_of_issue(Pipeline *pipeline, gint64 issue_id)
{
    g_autoptr(GError) error = NULL;
    g_auto(RecordFailures) failures = {.rows = g_ptr_array_new(), .blames = g_ptr_array_new()};
    gboolean good = store_begin(pipeline->store, &error) &&
                    store_end(pipeline->store, tell(pipeline, issue_id, &failures, &error), &error);
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, issue_id);
    g_autofree char *rows = g_strdup_printf("%u", failures.rows->len);
    g_autofree char *relays = g_strdup_printf("%u", failures.blames->len);
    if (good)
        log_event(LOG_LEVEL_INFO, "dispatch", "failures-told", "issue", id, "rows", rows, "relays", relays, NULL);
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
