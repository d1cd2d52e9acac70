/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clerk's word on an issue: release, hold. The original is read again, so that today's directory
 * counts until the plan is frozen; what a clerk has seen planned is sent as it was seen, or not yet. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/pipeline-private.h"
#include "daemon/plan-compare.h"
#include "daemon/policy.h"
#include "daemon/record.h"
#include "daemon/store/audit.h"
#include "daemon/store/corrections.h"
#include "daemon/store/deliveries.h"
#include "daemon/timing.h"
#include "recipients/directory.h"

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

static gboolean still_held(StoreIssue *row, const Plan *plan, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < plan->issue->reasons->len; i++) {
        const IssueReason *reason = plan->issue->reasons->pdata[i];
        g_string_append_printf(text, "\n  - %s [%s]", reason->message, reason->code);
    }
    return refuse(error, _("登记号 %" PRId64 " 仍不能发出：%s"), row->id, text->str);
}

static gboolean audit(Store *store, const StoreIssue *row, const char *who, const char *action,
                      const char *reason, GError **error)
{
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, row->id);
    g_autofree char *after = record_json(json_pack("{s:s,s:i,s:s?}", "state", row->state, "revision",
                                                   row->revision, "reason", reason));
    return store_audit_add(store, who, action, subject, NULL, after, error);
}

static gboolean mark_released(Pipeline *pipeline, StoreIssue *row, const ReleaseOptions *options,
                              int *queued, GError **error)
{
    g_free(row->state);
    row->state = g_strdup("released");
    row->released_at = clock_now();
    g_free(row->released_by);
    row->released_by = g_strdup(options->who);
    g_free(row->reasons);
    row->reasons = g_strdup("[]");
    return store_issue_update(pipeline->store, row, error) &&
           store_schedule_drop(pipeline->store, row->id, error) &&
           (row->corrects == 0 || store_correction_void(pipeline->store, row, options->who, clock_now(), NULL, error)) &&
           store_delivery_queue_issue(pipeline->store, row->id, clock_now(), queued, error) &&
           audit(pipeline->store, row, options->who, "issue.release", options->override_reason, error);
}

/* The plan as it is now, stored in place of the one on record. */
static gboolean store_plan(Pipeline *pipeline, StoreIssue *row, const Plan *plan, GError **error)
{
    return store_issue_update(pipeline->store, row, error) &&
           record_plan(pipeline->store, pipeline->config, row, plan, error);
}

/* Nobody is at hand to hear of it: whoever was told of the hand-in is told of this. */
static gboolean tell_clerk(Pipeline *pipeline, const StoreIssue *row, GError **error)
{
    GError *failure = NULL;
    g_autofree char *text = NULL;
    g_autoptr(StoreHandIn) hand_in = store_hand_in_last(pipeline->store, row->id, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    g_autofree char *origin = hand_in != NULL ? answer_origin(hand_in->origin) : g_strdup("songfactl");
    const char *clerk = hand_in != NULL && hand_in->clerk != NULL ? hand_in->clerk : pipeline->config->clerk;
    return record_notice(pipeline->store, pipeline->config, row, origin, clerk, &text, error);
}

/* What a new plan waits for: never for nothing, or it would go unseen. */
static char *waits_anew(Pipeline *pipeline, const Plan *plan, const char *changes, gboolean due, GError **error)
{
    g_autofree char *waits = due ? NULL : policy_waits(pipeline->store, plan, NULL, error);
    if (!due && (waits == NULL || strcmp(waits, "[]") != 0))
        return g_steal_pointer(&waits);
    return policy_waits_replanned(changes);
}

/* What the clerk saw is not what would be sent: the new plan is stored, to be looked at first. */
static gboolean replan(Pipeline *pipeline, StoreIssue *row, const Plan *plan, char **lines,
                       const ReleaseOptions *options, ReleaseOutcome *outcome, GError **error)
{
    g_autofree char *text = g_strjoinv("\n  ", lines);
    g_autofree char *waits = waits_anew(pipeline, plan, text, options->due, error);
    if (waits == NULL || !store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    g_free(row->reasons);
    row->reasons = g_steal_pointer(&waits);
    gboolean good = store_plan(pipeline, row, plan, error) && store_schedule_drop(pipeline->store, row->id, error) &&
                    store_approval_drop(pipeline->store, row->id, options->who, _("计划有变"), error) &&
                    audit(pipeline->store, row, options->who, "issue.replan", text, error) &&
                    (!options->due || tell_clerk(pipeline, row, error));
    if (!store_end(pipeline->store, good, error))
        return FALSE;
    outcome->stopped = options->due;
    return options->due ||
           refuse(error, _("登记号 %" PRId64 " 的计划在排定以后有变，没有发出：\n  %s\n新计划已存下。"
                           "核对：songfactl plan %" PRId64 "；照新计划发：再运行一次 songfactl release %" PRId64),
                  row->id, text, row->id, row->id);
}

/* It was good to send when it was let go, and is not any more. */
static gboolean hold_due(Pipeline *pipeline, StoreIssue *row, const Plan *plan, const ReleaseOptions *options,
                         ReleaseOutcome *outcome, GError **error)
{
    if (!store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    gboolean good = store_issue_update(pipeline->store, row, error) &&
                    store_schedule_drop(pipeline->store, row->id, error) &&
                    store_delivery_discard_planned(pipeline->store, row->id, error) &&
                    store_approval_drop(pipeline->store, row->id, options->who, _("待处理"), error) &&
                    audit(pipeline->store, row, "songfad", "issue.hold", row->reasons, error) &&
                    tell_clerk(pipeline, row, error);
    outcome->stopped = TRUE;
    return store_end(pipeline->store, good, error);
}

/* The first of two: the plan is on record from here, and waits for somebody else. */
static gboolean approve(Pipeline *pipeline, StoreIssue *row, const Plan *plan,
                        const ReleaseOptions *options, GError **error)
{
    StoreApproval approval = {(char *)options->who, clock_now()};
    if (!store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    g_free(row->reasons);
    row->reasons = policy_waits_compared(plan, NULL, &approval);
    gboolean good = store_plan(pipeline, row, plan, error) &&
                    store_approval_put(pipeline->store, row->id, options->who, approval.at,
                                       options->override_reason, error);
    return store_end(pipeline->store, good, error);
}

/* Let go, for a later time; the plan on record is what was let go. */
static gboolean schedule(Pipeline *pipeline, StoreIssue *row, const Plan *plan, const ReleaseOptions *options,
                         StoreSchedule *schedule, GError **error)
{
    g_autofree char *time = timing_words(schedule->at);
    if (!store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    g_free(row->reasons);
    row->reasons = policy_waits_time(schedule->at);
    schedule->issue_id = row->id;
    schedule->who = (char *)options->who;
    gboolean good = store_plan(pipeline, row, plan, error) && store_schedule_put(pipeline->store, schedule, error) &&
                    audit(pipeline->store, row, options->who, "issue.schedule",
                          options->override_reason != NULL ? options->override_reason : time, error);
    return store_end(pipeline->store, good, error);
}

static gboolean send(Pipeline *pipeline, StoreIssue *row, Plan *plan, const ReleaseOptions *options,
                     int *queued, GError **error)
{
    if (!store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    gboolean good = (plan->correction == NULL || plan_correct(plan, pipeline->store, error)) &&
                    store_plan(pipeline, row, plan, error) &&
                    mark_released(pipeline, row, options, queued, error);
    return store_end(pipeline->store, good, error);
}

/* One way to write each name: blanks, widths, capitals and 同志 make no difference. */
static char *name_key(const char *who)
{
    g_autofree char *folded = directory_key(who);
    char *key = g_utf8_casefold(folded, -1);
    if (g_str_has_suffix(key, "同志"))
        key[strlen(key) - strlen("同志")] = '\0';
    return key;
}

/* 张三 and 张三（办公室） may be one person; 张三（办公室） and 张三（财政局） are two. */
static gboolean is_same_person(const char *one, const char *two)
{
    g_autofree char *a = name_key(one), *b = name_key(two);
    g_autofree char *called_a = directory_person_called(&(DirectoryPerson){.name = a});
    g_autofree char *called_b = directory_person_called(&(DirectoryPerson){.name = b});
    return strcmp(a, b) == 0 || strcmp(called_a, b) == 0 || strcmp(a, called_b) == 0;
}

/* Where two must release: whether who is the second. *first is for the first. FALSE with an error for
 * the same person again. */
static gboolean is_turn_of(Pipeline *pipeline, const StoreIssue *row, const Plan *plan,
                           const ReleaseOptions *options, gboolean *first, GError **error)
{
    GError *failure = NULL;
    *first = FALSE;
    if (plan->release != RELEASE_SECOND || options->due)
        return TRUE;
    g_autoptr(StoreApproval) approval = store_approval_get(pipeline->store, row->id, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    *first = approval == NULL;
    if (*first && options->at > 0)
        return refuse(error, _("登记号 %" PRId64 " 须由两人放行：时间由第二人放行时定，现在请去掉 --at"), row->id);
    if (approval == NULL || !is_same_person(approval->who, options->who))
        return TRUE;
    return refuse(error, _("登记号 %" PRId64 " 已由 %s 审核，须由另一人放行（songfactl --as 姓名 release %" PRId64 "）。"),
                  row->id, approval->who, row->id);
}

/* Nobody stands in between any more: it goes now, or when a clerk or its series says. */
static gboolean let_go(Pipeline *pipeline, StoreIssue *row, Plan *plan, const ReleaseOptions *options,
                       ReleaseOutcome *outcome, GError **error)
{
    gint64 now = clock_now();
    StoreSchedule later = {.at = options->at};
    if (later.at == 0 && !options->at_once && !options->due && plan->correction == NULL)
        pipeline_time(pipeline, plan, now, &later);
    if (later.at <= now)
        return send(pipeline, row, plan, options, &outcome->queued, error);
    outcome->at = later.at;
    return schedule(pipeline, row, plan, options, &later, error);
}

static gboolean decide(Pipeline *pipeline, StoreIssue *row, const Claim *claim, Plan *plan,
                       const ReleaseOptions *options, ReleaseOutcome *outcome, GError **error)
{
    if (plan->issue->verdict != ISSUE_ISSUE)
        return options->due ? hold_due(pipeline, row, plan, options, outcome, error) : still_held(row, plan, error);
    if (strcmp(row->state, "planned") == 0) {
        g_auto(GStrv) lines = plan_compare_recorded(pipeline->store, plan, row, error);
        if (lines == NULL)
            return FALSE;
        if (lines[0] != NULL)
            return replan(pipeline, row, plan, lines, options, outcome, error);
    }
    if (!is_turn_of(pipeline, row, plan, options, &outcome->approved, error) ||
        !claim_store_object(claim, pipeline->config->spool, error))
        return FALSE;
    return outcome->approved ? approve(pipeline, row, plan, options, error)
                             : let_go(pipeline, row, plan, options, outcome, error);
}

/* A planned issue was found good to send before, with what a clerk then set aside. */
static gboolean release_anew(Pipeline *pipeline, StoreIssue *row, const ReleaseOptions *options,
                             ReleaseOutcome *outcome, GError **error)
{
    g_autoptr(Claim) claim = pipeline_open_original(pipeline, row, error);
    if (claim == NULL)
        return FALSE;
    gboolean planned = strcmp(row->state, "planned") == 0;
    gboolean seen = planned && !(options->due && strcmp(options->who, "auto") == 0);
    GError *failure = NULL;
    g_autoptr(StoreHandIn) hand_in = store_hand_in_last(pipeline->store, row->id, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    const PlanOptions plan_options = {.override = options->override_reason != NULL || seen,
                                      .as_revision = options->as_revision, .issue_id = row->id,
                                      .otherwise = hand_in != NULL ? hand_in->series : NULL,
                                      .release = hand_in != NULL && row->corrects == 0 ? hand_in->release : NULL,
                                      .correction = row->corrects != 0 ? row->correction_reason : NULL};
    g_autoptr(Plan) plan = plan_make(pipeline->config, pipeline->store, claim->data, claim->digest,
                                     row->file_name, &plan_options, error);
    const PdfOptions pdf = {row->id, planned, options->without_pdf};
    if (plan == NULL || !pipeline_add_pdf(pipeline, claim, plan, &pdf, error) ||
        !decide(pipeline, row, claim, plan, options, outcome, error))
        return FALSE;
    crash_point(CRASH_RELEASED);
    pipeline_file_original(pipeline, claim, row);
    return TRUE;
}

/* TRUE with an error: what a later revision has taken the place of must not follow it. */
static gboolean is_superseded(Pipeline *pipeline, const StoreIssue *row, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreIssue) newest = store_issue_by_identity(pipeline->store, row->identity, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    else if (newest != NULL && newest->revision > row->revision)
        refuse(error, _("登记号 %" PRId64 " 已由新版（登记号 %" PRId64 "）代替，不再发送旧版。"), row->id,
               newest->id);
    else
        return FALSE;
    return TRUE;
}

/* A frozen plan is not made again: what was stopped goes on. */
static gboolean release_paused(Pipeline *pipeline, StoreIssue *row, const ReleaseOptions *options,
                               int *queued, GError **error)
{
    if (is_superseded(pipeline, row, error) || !store_begin(pipeline->store, error))
        return FALSE;
    gboolean good = mark_released(pipeline, row, options, queued, error);
    return store_end(pipeline->store, good, error);
}

static StoreIssue *issue_row(Pipeline *pipeline, gint64 id, GError **error)
{
    StoreIssue *row = store_issue_by_id(pipeline->store, id, error);
    if (row == NULL && error != NULL && *error == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有登记号为 %" PRId64 " 的刊物。用 songfactl issues 查看。"), id);
    return row;
}

/* What waits for its time is not let go once more by the same word: now, or when? */
static gboolean may_let_go(Pipeline *pipeline, const StoreIssue *row, const ReleaseOptions *options, GError **error)
{
    GError *failure = NULL;
    if (options->due || options->at_once || options->at > 0)
        return TRUE;
    g_autoptr(StoreSchedule) waits = store_schedule_get(pipeline->store, row->id, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    if (waits == NULL)
        return failure == NULL;
    g_autofree char *time = timing_words(waits->at);
    return refuse(error, _("登记号 %" PRId64 " 定于 %s 发出。马上发：songfactl release %" PRId64
                           " --now；改时间：--at；不发：songfactl hold %" PRId64 " 原因"),
                  row->id, time, row->id, row->id);
}

gboolean pipeline_release(Pipeline *pipeline, gint64 issue_id, const ReleaseOptions *options,
                          ReleaseOutcome *outcome, GError **error)
{
    g_autoptr(StoreIssue) row = issue_row(pipeline, issue_id, error);
    *outcome = (ReleaseOutcome){0};
    if (row == NULL)
        return FALSE;
    if (strcmp(row->state, "released") == 0)
        return refuse(error, _("登记号 %" PRId64 " 已经放行，不会重复发送。补发请用 songfactl resend。"), row->id);
    if (strcmp(row->state, "refused") == 0)
        return refuse(error, _("登记号 %" PRId64 " 因带密级标志被拒收，不能放行。"), row->id);
    if (row->released_at > 0 && options->at > 0)
        return refuse(error, _("登记号 %" PRId64 " 已经放行过，接着发不能另定时间；到时再运行 songfactl release %" PRId64),
                      row->id, row->id);
    if (row->released_at > 0)
        return release_paused(pipeline, row, options, &outcome->queued, error);
    return may_let_go(pipeline, row, options, error) && release_anew(pipeline, row, options, outcome, error);
}

static char *held_by_clerk(const char *who, const char *reason)
{
    g_autofree char *message = g_strdup_printf(_("由 %s 暂停：%s"), who, reason);
    return record_json(json_pack("[{s:s,s:s}]", "code", "held-by-clerk", "message", message));
}

/* Of what was released something must still be on its way: a hold that stops nothing would read as if it had. */
static gboolean has_mails_to_stop(Pipeline *pipeline, const StoreIssue *row, GError **error)
{
    gint64 counts[DELIVERY_CANCELLED + 1] = {0};
    if (!store_delivery_counts(pipeline->store, row->id, counts, error))
        return FALSE;
    if (counts[DELIVERY_PLANNED] + counts[DELIVERY_QUEUED] + counts[DELIVERY_SENDING] + counts[DELIVERY_DEFERRED] > 0)
        return TRUE;
    return refuse(error, _("登记号 %" PRId64 " 已没有等待发送的邮件，停不住什么，没有改动。"
                           "看各封结果：songfactl log --issue %" PRId64), row->id, row->id);
}

static gboolean can_be_held(Pipeline *pipeline, const StoreIssue *row, GError **error)
{
    if (strcmp(row->state, "released") == 0)
        return has_mails_to_stop(pipeline, row, error);
    if (strcmp(row->state, "planned") == 0)
        return TRUE;
    return refuse(error,
                  strcmp(row->state, "refused") == 0 ? _("登记号 %" PRId64 " 已拒收，本来就不发送，不用暂停。")
                                                     : _("登记号 %" PRId64 " 已在待处理，本来就不发送，不用暂停。"),
                  row->id);
}

static gboolean hold(Pipeline *pipeline, StoreIssue *row, const char *who, const char *reason, GError **error)
{
    if (!can_be_held(pipeline, row, error))
        return FALSE;
    g_free(row->state);
    row->state = g_strdup("held");
    g_free(row->reasons);
    row->reasons = held_by_clerk(who, reason);
    return store_issue_update(pipeline->store, row, error) &&
           store_schedule_drop(pipeline->store, row->id, error) &&
           store_delivery_pause_issue(pipeline->store, row->id, clock_now(), NULL, error) &&
           (row->released_at > 0 || store_approval_drop(pipeline->store, row->id, who, reason, error)) &&
           audit(pipeline->store, row, who, "issue.hold", reason, error);
}

/* What may be stopped is asked where nothing can move any more. */
gboolean pipeline_stop(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, GError **error)
{
    g_autoptr(StoreIssue) row = issue_row(pipeline, issue_id, error);
    return row != NULL && hold(pipeline, row, who, reason, error);
}

static gboolean hold_issue(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, gboolean tell,
                           GError **error)
{
    if (!store_begin(pipeline->store, error))
        return FALSE;
    g_autoptr(StoreIssue) row = issue_row(pipeline, issue_id, error);
    gboolean good = row != NULL && hold(pipeline, row, who, reason, error) &&
                    (!tell || tell_clerk(pipeline, row, error));
    return store_end(pipeline->store, good, error);
}

gboolean pipeline_hold(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, GError **error)
{
    return hold_issue(pipeline, issue_id, who, reason, FALSE, error);
}

gboolean pipeline_hold_telling(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, GError **error)
{
    return hold_issue(pipeline, issue_id, who, reason, TRUE, error);
}
