/* SPDX-License-Identifier: GPL-3.0-or-later
 * The flow: a file is claimed, judged, recorded and filed. Each arrow is one short function; the
 * order of the steps is what makes a crash harmless (doc/STATES.md). */
#include "daemon/pipeline.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/pipeline-private.h"
#include "daemon/plan.h"
#include "daemon/policy.h"
#include "daemon/record.h"
#include "daemon/store/deliveries.h"

Pipeline *pipeline_new(const Config *config, Store *store)
{
    Pipeline *pipeline = g_new0(Pipeline, 1);
    pipeline->config = config;
    pipeline->store = store;
    pipeline->started = clock_now();
    pipeline->doubt_next = -1;
    pipeline->waves = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    pipeline->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return pipeline;
}

void pipeline_free(Pipeline *pipeline)
{
    g_hash_table_unref(pipeline->waves);
    g_hash_table_unref(pipeline->answers);
    g_free(pipeline);
}

const char *pipeline_result_name(PipelineResult result)
{
    static const char *const names[] = {"retry", "gone", "released", "planned",
                                        "held", "refused", "duplicate"};
    return names[result];
}

static PipelineResult retry_later(const char *name, const GError *error)
{
    log_event(LOG_LEVEL_ERROR, "intake", "not-taken", "file", name, "error", error->message, NULL);
    return PIPELINE_RETRY;
}

/* A file that cannot be read as one is held unread: the secrecy scan could not run. */
static Plan *unreadable(const Claim *claim)
{
    Plan *plan = g_new0(Plan, 1);
    plan->issue = issue_new();
    plan->issue->verdict = ISSUE_HELD;
    issue_add_reason(plan->issue, "unreadable-file", claim->problem);
    return plan;
}

static Plan *judge(Pipeline *pipeline, const Claim *claim, gint64 issue_id, const StoreHandIn *hand_in, GError **error)
{
    PlanOptions as_it_is = {.issue_id = issue_id, .series = hand_in->series, .otherwise = hand_in->series,
                            .release = hand_in->release};
    if (claim->problem != NULL)
        return unreadable(claim);
    return plan_make(pipeline->config, pipeline->store, claim->data, claim->digest, claim->shown_name,
                     &as_it_is, error);
}

/* It lay there for so long that nobody may want it any more: the daemon stood still, or is new here. */
static gboolean is_overdue(const Pipeline *pipeline, const Claim *claim)
{
    return clock_now() - claim->here_since > pipeline->config->overdue * CLOCK_SECOND;
}

/* It goes at once, or waits for the time in schedule. */
static void let_go(const Pipeline *pipeline, StoreIssue *row, const Plan *plan, StoreSchedule *schedule)
{
    gint64 now = clock_now();
    if (pipeline_time(pipeline, plan, now, schedule) > now) {
        g_free(row->reasons);
        row->reasons = policy_waits_time(schedule->at);
        return;
    }
    *schedule = (StoreSchedule){0};
    g_free(row->state);
    row->state = g_strdup("released");
    row->released_at = now;
    g_free(row->released_by);
    row->released_by = g_strdup("auto");
}

/* Planned: released by itself, or what it waits for stands in the reasons. */
static gboolean apply_policy(Pipeline *pipeline, const Claim *claim, StoreIssue *row, const Plan *plan,
                             StoreSchedule *schedule, GError **error)
{
    if (strcmp(row->state, "planned") != 0)
        return TRUE;
    g_free(row->reasons);
    row->reasons = policy_waits(pipeline->store, plan, NULL, error);
    if (row->reasons == NULL)
        return FALSE;
    if (strcmp(row->reasons, "[]") != 0)
        return TRUE;
    if (is_overdue(pipeline, claim)) {
        g_free(row->reasons);
        row->reasons = policy_waits_overdue(claim->here_since);
        return TRUE;
    }
    let_go(pipeline, row, plan, schedule);
    return TRUE;
}

static gboolean put_schedule(Pipeline *pipeline, const StoreIssue *row, StoreSchedule *schedule, GError **error)
{
    schedule->issue_id = row->id;
    schedule->who = (char *)"auto";
    return store_schedule_put(pipeline->store, schedule, error);
}

/* Who approved an earlier file of this number has not seen this one. */
static gboolean disapprove_earlier(Pipeline *pipeline, const StoreIssue *row, const Plan *plan,
                                   GError **error)
{
    if (plan->identity == NULL)
        return TRUE;
    GError *failure = NULL;
    g_autoptr(StoreIssue) earlier = store_issue_by_identity(pipeline->store, plan->identity, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL && (earlier == NULL || earlier->id == row->id ||
                               policy_disapprove(pipeline->store, earlier, error));
}

/* One transaction: after it the issue, its rows and the answer are there, or none of them. */
static gboolean record(Pipeline *pipeline, StoreIssue *row, const Plan *plan, StoreSchedule *schedule,
                       StoreHandIn *hand_in, char **text, GError **error)
{
    gboolean automatic = strcmp(row->state, "released") == 0;
    gboolean planned = automatic || strcmp(row->state, "planned") == 0;
    g_autofree char *action = g_strdup_printf("issue.%s", row->state);
    return disapprove_earlier(pipeline, row, plan, error) &&
           record_issue(pipeline->store, row, "songfad", action, error) &&
           (!planned || record_plan(pipeline->store, pipeline->config, row, plan, error)) &&
           (schedule->at == 0 || put_schedule(pipeline, row, schedule, error)) &&
           (!automatic || store_delivery_queue_issue(pipeline->store, row->id, clock_now(), NULL, error)) &&
           pipeline_answer(pipeline, hand_in, row, row->state, text, error);
}

static const char *filing_folder(const StoreIssue *row)
{
    return strcmp(row->state, "held") == 0 || strcmp(row->state, "refused") == 0 ? "held" : "archive";
}

static void log_taken(const StoreIssue *row, const Plan *plan)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
    g_autofree char *recipients = plan->resolution == NULL ? NULL :
        g_strdup_printf("%u", plan->resolution->recipients->len);
    g_autoptr(GString) codes = g_string_new(NULL);
    for (guint i = 0; i < plan->issue->reasons->len; i++)
        g_string_append_printf(codes, "%s%s", i > 0 ? "," : "",
                               ((const IssueReason *)plan->issue->reasons->pdata[i])->code);
    log_event(LOG_LEVEL_INFO, "intake", row->state, "issue", id, "identity", row->identity, "digest",
              row->digest, "recipients", recipients, "reasons", codes->len > 0 ? codes->str : NULL, NULL);
}

static PipelineResult result_of(const StoreIssue *row)
{
    static const struct { const char *state; PipelineResult result; } rows[] = {
        {"released", PIPELINE_RELEASED}, {"planned", PIPELINE_PLANNED},
        {"held", PIPELINE_HELD}, {"refused", PIPELINE_REFUSED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(row->state, rows[i].state) == 0)
            return rows[i].result;
    g_return_val_if_reached(PIPELINE_RETRY);
}

static PipelineResult take(Pipeline *pipeline, const Claim *claim, StoreIssue *row, StoreHandIn *hand_in,
                           GError **error)
{
    g_autoptr(Plan) plan = judge(pipeline, claim, row->id, hand_in, error);
    const PdfOptions pdf = {.issue_id = row->id};
    if (plan == NULL || !pipeline_add_pdf(pipeline, claim, plan, &pdf, error))
        return PIPELINE_RETRY;
    StoreSchedule schedule = {0};
    record_fill(row, plan);
    if (!apply_policy(pipeline, claim, row, plan, &schedule, error))
        return PIPELINE_RETRY;
    gboolean held = strcmp(filing_folder(row), "held") == 0;
    if (!held && !claim_store_object(claim, pipeline->config->spool, error))
        return PIPELINE_RETRY;
    g_autofree char *destination = claim_destination(claim, filing_folder(row), error);
    if (destination == NULL)
        return PIPELINE_RETRY;
    g_free(row->path);
    row->path = pipeline_keeps(pipeline, claim, row->state) ? g_strdup(destination) : NULL;
    g_autofree char *text = NULL;
    if (!store_begin(pipeline->store, error))
        return PIPELINE_RETRY;
    if (!store_end(pipeline->store, record(pipeline, row, plan, &schedule, hand_in, &text, error), error))
        return PIPELINE_RETRY;
    crash_point(CRASH_TAKEN);
    log_taken(row, plan);
    if (!pipeline_file(pipeline, claim, destination, row->state, text, error))
        return PIPELINE_RETRY;
    return result_of(row);
}

/* A held file handed in again is judged again: the directory may know more now. What a clerk
 * stopped by hand only songfactl starts again. */
static gboolean is_open_again(const StoreIssue *row)
{
    return strcmp(row->state, "held") == 0 && row->released_at == 0 &&
           strstr(row->reasons, "\"held-by-clerk\"") == NULL;
}

/* Handed in again, it is to be looked at again. */
static gboolean record_again(Pipeline *pipeline, StoreIssue *row, StoreHandIn *hand_in, const char *result, char **text,
                             GError **error)
{
    return store_begin(pipeline->store, error) &&
           store_end(pipeline->store,
                     (strcmp(row->state, "planned") != 0 || policy_disapprove(pipeline->store, row, error)) &&
                         pipeline_answer(pipeline, hand_in, row, result, text, error),
                     error);
}

/* This very file was taken before: by an earlier run that was stopped before filing it, or handed
 * in twice. Either way it only needs filing. */
static PipelineResult file_again(Pipeline *pipeline, const Claim *claim, StoreIssue *row, StoreHandIn *hand_in,
                                 GError **error)
{
    const char *fresh = strcmp(row->state, "refused") == 0 ? "refused" : "duplicate";
    g_autofree char *result = g_strdup(hand_in->result != NULL ? hand_in->result : fresh), *text = NULL;
    if (!record_again(pipeline, row, hand_in, result, &text, error))
        return PIPELINE_RETRY;
    g_autofree char *destination = claim_destination(claim, filing_folder(row), error);
    if (destination == NULL || !pipeline_file(pipeline, claim, destination, result, text, error))
        return PIPELINE_RETRY;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
    log_event(LOG_LEVEL_INFO, "intake", "duplicate", "issue", id, "digest", row->digest, NULL);
    return PIPELINE_DUPLICATE;
}

static StoreIssue *new_row(const Claim *claim)
{
    StoreIssue *row = g_new0(StoreIssue, 1);
    row->digest = g_strdup(claim->digest);
    row->file_name = g_strdup(claim->shown_name);
    row->seen_at = clock_now();
    return row;
}

static PipelineResult take_known(Pipeline *pipeline, const Claim *claim, StoreIssue *known, GError **error)
{
    g_autoptr(StoreHandIn) hand_in = pipeline_hand_in(pipeline, claim, known, error);
    if (hand_in == NULL)
        return PIPELINE_RETRY;
    if (known != NULL && !is_open_again(known))
        return file_again(pipeline, claim, known, hand_in, error);
    g_autoptr(StoreIssue) fresh = known == NULL ? new_row(claim) : NULL;
    return take(pipeline, claim, known != NULL ? known : fresh, hand_in, error);
}

PipelineResult pipeline_take(Pipeline *pipeline, const char *folder, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Claim) claim = claim_open(folder, name, pipeline->config->max_file_size, &error);
    if (error != NULL)
        return retry_later(name, error);
    if (claim == NULL)
        return PIPELINE_GONE;
    crash_point(CRASH_CLAIMED);
    g_autoptr(StoreIssue) known = store_issue_by_digest(pipeline->store, claim->digest, &error);
    PipelineResult result = error == NULL ? take_known(pipeline, claim, known, &error) : PIPELINE_RETRY;
    return error != NULL ? retry_later(claim->shown_name, error) : result;
}
