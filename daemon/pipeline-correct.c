/* SPDX-License-Identifier: GPL-3.0-or-later
 * Corrections. The file is read outside the transaction; who has the old version is read within, so that no mail
 * can move between. */
#include "daemon/pipeline-correct.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/intake/claim.h"
#include "daemon/pipeline-private.h"
#include "daemon/policy.h"
#include "daemon/record.h"
#include "daemon/store/choices.h"
#include "daemon/store/corrections.h"

void correction_outcome_clear(CorrectionOutcome *outcome)
{
    g_clear_pointer(&outcome->plan, plan_free);
}

static gboolean G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

/* Only the version in force can be corrected, and only one that somebody may have. */
static gboolean is_in_force(Pipeline *pipeline, const StoreIssue *old, GError **error)
{
    GError *failure = NULL;
    if (old->released_at == 0)
        return refuse(error, _("登记号 %" PRId64 " 还没有发出，没有什么要更正。新文件直接交来；以它代替已排定的：songfactl release --as-revision"),
                      old->id);
    if (old->superseded_by != 0)
        return refuse(error, _("登记号 %" PRId64 " 已由登记号 %" PRId64 " 更正。再更正请写新的一版：songfactl correct %" PRId64
                               " 文件 --reason 原因"),
                      old->id, old->superseded_by, old->superseded_by);
    g_autoptr(StoreIssue) newest = store_issue_by_identity(pipeline->store, old->identity, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (newest == NULL || newest->id == old->id)
        return TRUE;
    return refuse(error, newest->corrects != 0
                             ? _("登记号 %" PRId64 " 已有更正在等第二人放行：登记号 %" PRId64)
                             : _("登记号 %" PRId64 " 已有新的一版：登记号 %" PRId64 "，要更正请写它的登记号"),
                  old->id, newest->id);
}

static Claim *open_file(Pipeline *pipeline, const char *file, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(file, NULL);
    g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
    g_autoptr(Claim) claim = claim_open(folder, name, pipeline->config->max_file_size, error);
    if (claim != NULL && claim->problem == NULL)
        return g_steal_pointer(&claim);
    if (claim != NULL)
        refuse(error, "%s", claim->problem);
    else if (error != NULL && *error == NULL)
        refuse(error, _("没有文件“%s”"), file);
    return NULL;
}

/* What this very file is in the register already. */
static gboolean is_known(const StoreIssue *old, const StoreIssue *row, GError **error)
{
    if (row->id == old->id)
        refuse(error, _("这个文件就是登记号 %" PRId64 " 发出的那一份，没有改动，不用更正。"), row->id);
    else if (row->corrects != 0)
        refuse(error, _("这个文件已经作为更正登记过（登记号 %" PRId64 "），不会重复发送。看结果：songfactl show %" PRId64),
               row->id, row->id);
    else if (strcmp(row->state, "held") != 0 || row->released_at != 0)
        refuse(error, _("这个文件已登记为登记号 %" PRId64 "，不能再作为更正。请核对文件。"), row->id);
    else
        return FALSE;
    return TRUE;
}

/* The row of the file: a new one, or that which it has since it was handed in and held. */
static StoreIssue *row_for(Pipeline *pipeline, const StoreIssue *old, const Claim *claim, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreIssue) row = store_issue_by_digest(pipeline->store, claim->digest, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return NULL;
    }
    if (row != NULL)
        return is_known(old, row, error) ? NULL : g_steal_pointer(&row);
    row = g_new0(StoreIssue, 1);
    row->digest = g_strdup(claim->digest);
    row->file_name = g_strdup(claim->shown_name);
    row->seen_at = clock_now();
    return g_steal_pointer(&row);
}

/* What was read must be the same issue, and free of reasons that hold it. */
static gboolean fits(const StoreIssue *old, const Plan *plan, GError **error)
{
    if (plan->issue->verdict == ISSUE_REFUSED)
        return refuse(error, _("新文件带密级标志，拒收；没有更正，也没有留下副本。"));
    if (plan->identity != NULL && strcmp(plan->identity, old->identity) != 0)
        return refuse(error, _("新文件是 %s，不是要更正的 %s。请核对文件和期号；刊物、年份、期号都要相同。"), plan->identity,
                      old->identity);
    if (plan->issue->verdict != ISSUE_ISSUE)
        return refuse(error, _("新文件还不能发出，没有更正：原因见上。"));
    if (plan->resolution->recipients->len == 0)
        return refuse(error, _("旧版没有送到任何人，也没有在等的，没有谁要更正。新文件请照常交来，放行时加 --as-revision。"));
    return TRUE;
}

static Plan *make_plan(Pipeline *pipeline, const StoreIssue *old, const Claim *claim, const CorrectionOptions *options,
                       GError **error)
{
    PlanOptions plan_options = {.override = options->override_reason != NULL, .issue_id = old->id,
                                .otherwise = old->series, .correction = options->reason};
    return plan_make(pipeline->config, pipeline->store, claim->data, claim->digest, claim->shown_name, &plan_options, error);
}

static void fill(StoreIssue *row, const StoreIssue *old, const Plan *plan)
{
    record_fill(row, plan);
    row->corrects = old->id;
    g_free(row->correction_reason);
    row->correction_reason = g_strdup(plan->correction->reason);
}

/* Mails of the old version that wait must not go out while the second looks at the new one. */
static gboolean stop_old(Pipeline *pipeline, const StoreIssue *old, const CorrectionOptions *options, GError **error)
{
    gint64 counts[DELIVERY_CANCELLED + 1] = {0};
    if (!store_delivery_counts(pipeline->store, old->id, counts, error))
        return FALSE;
    gboolean waits = counts[DELIVERY_PLANNED] + counts[DELIVERY_QUEUED] + counts[DELIVERY_SENDING] + counts[DELIVERY_DEFERRED] > 0;
    g_autofree char *reason = g_strdup_printf(_("有误，待更正放行：%s"), options->reason);
    return strcmp(old->state, "released") != 0 || !waits || pipeline_stop(pipeline, old->id, options->who, reason, error);
}

/* The first of two: it waits for somebody else, as any issue of the series does. */
static gboolean approve(Pipeline *pipeline, const StoreIssue *old, StoreIssue *row, const CorrectionOptions *options,
                        const Plan *plan, GError **error)
{
    StoreApproval approval = {(char *)options->who, clock_now()};
    g_free(row->reasons);
    row->reasons = policy_waits_compared(plan, NULL, &approval);
    return record_issue(pipeline->store, row, options->who, "issue.correct", error) &&
           record_plan(pipeline->store, pipeline->config, row, plan, error) &&
           store_approval_put(pipeline->store, row->id, options->who, approval.at, options->override_reason, error) &&
           stop_old(pipeline, old, options, error);
}

static gboolean release(Pipeline *pipeline, StoreIssue *row, const CorrectionOptions *options, CorrectionOutcome *outcome,
                        GError **error)
{
    gint64 now = clock_now();
    g_free(row->state);
    row->state = g_strdup("released");
    row->released_at = now;
    g_free(row->released_by);
    row->released_by = g_strdup(options->who);
    g_free(row->reasons);
    row->reasons = g_strdup("[]");
    return record_issue(pipeline->store, row, options->who, "issue.correct", error) &&
           record_plan(pipeline->store, pipeline->config, row, outcome->plan, error) &&
           store_correction_void(pipeline->store, row, options->who, now, &outcome->cancelled, error) &&
           store_delivery_queue_issue(pipeline->store, row->id, now, &outcome->queued, error);
}

/* Within the transaction nothing moves: the old version is still in force, and who has it is read again. */
static gboolean record(Pipeline *pipeline, const StoreIssue *old, StoreIssue *row, const CorrectionOptions *options,
                       CorrectionOutcome *outcome, GError **error)
{
    g_autoptr(StoreIssue) now = store_issue_by_id(pipeline->store, old->id, error);
    if (now == NULL || !is_in_force(pipeline, now, error) || !plan_correct(outcome->plan, pipeline->store, error))
        return FALSE;
    fill(row, old, outcome->plan);
    outcome->approved = outcome->plan->release == RELEASE_SECOND;
    return outcome->approved ? approve(pipeline, now, row, options, outcome->plan, error)
                             : release(pipeline, row, options, outcome, error);
}

/* A file that lay in held/ since it was handed in goes to the archive. */
static void file_held(Pipeline *pipeline, StoreIssue *row)
{
    g_autoptr(Claim) lying = row->path != NULL ? pipeline_open_original(pipeline, row, NULL) : NULL;
    if (lying != NULL)
        pipeline_file_original(pipeline, lying, row);
}

gboolean pipeline_correct(Pipeline *pipeline, const StoreIssue *old, const char *file, const CorrectionOptions *options,
                          CorrectionOutcome *outcome, GError **error)
{
    *outcome = (CorrectionOutcome){0};
    if (!is_in_force(pipeline, old, error))
        return FALSE;
    g_autoptr(Claim) claim = open_file(pipeline, file, error);
    g_autoptr(StoreIssue) row = claim != NULL ? row_for(pipeline, old, claim, error) : NULL;
    if (row == NULL)
        return FALSE;
    outcome->plan = make_plan(pipeline, old, claim, options, error);
    if (outcome->plan == NULL || !fits(old, outcome->plan, error))
        return FALSE;
    const PdfOptions pdf = {.without = options->without_pdf};
    if (!options->dry_run && (!pipeline_add_pdf(pipeline, claim, outcome->plan, &pdf, error) || !fits(old, outcome->plan, error)))
        return FALSE;
    outcome->revision = outcome->plan->revision;
    outcome->approved = outcome->plan->release == RELEASE_SECOND;
    if (options->dry_run)
        return TRUE;
    if (!claim_store_object(claim, pipeline->config->spool, error) || !store_begin(pipeline->store, error) ||
        !store_end(pipeline->store, record(pipeline, old, row, options, outcome, error), error))
        return FALSE;
    crash_point(CRASH_RELEASED);
    outcome->issue_id = row->id;
    file_held(pipeline, row);
    return TRUE;
}
