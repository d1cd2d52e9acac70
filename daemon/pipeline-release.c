/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clerk's word on an issue: release, hold. The original is read again, so that today's directory
 * counts until the plan is frozen. */
#include <glib/gstdio.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/pipeline-private.h"
#include "daemon/plan.h"
#include "daemon/record.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries.h"

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

/* The original as it was handed in: wherever it was filed, else the spool's copy. */
static Claim *open_original(const Pipeline *pipeline, const StoreIssue *row, GError **error)
{
    g_autofree char *objects = g_build_filename(pipeline->config->spool, "objects", NULL);
    g_autofree char *object = g_build_filename(objects, row->digest, NULL);
    const char *const places[] = {row->path, object};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (places[i] == NULL)
            continue;
        g_autofree char *folder = g_path_get_dirname(places[i]);
        g_autofree char *name = g_path_get_basename(places[i]);
        g_autoptr(Claim) claim = claim_open(folder, name, pipeline->config->max_file_size, error);
        if (claim == NULL && error != NULL && *error != NULL)
            return NULL;
        if (claim != NULL && claim->problem == NULL && strcmp(claim->digest, row->digest) == 0)
            return g_steal_pointer(&claim);
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("原文件“%s”已不在原处（%s），或内容已变。请重新交送该文件。"), row->file_name,
                row->path != NULL ? row->path : "-");
    return NULL;
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
           store_delivery_queue_issue(pipeline->store, row->id, clock_now(), queued, error) &&
           audit(pipeline->store, row, options->who, "issue.release", options->override_reason, error);
}

/* A held original moves on to the archive of the folder it was handed in to. */
static gboolean file_original(Pipeline *pipeline, const Claim *claim, StoreIssue *row, GError **error)
{
    g_autofree char *last = g_path_get_basename(claim->folder);
    if (strcmp(last, "held") != 0)
        return TRUE;
    g_autofree char *top = g_path_get_dirname(claim->folder);
    Claim at_top = *claim;
    at_top.folder = top;
    g_autofree char *destination = claim_destination(&at_top, "archive", error);
    if (destination == NULL || !claim_file(claim, destination, NULL, error))
        return FALSE;
    g_autofree char *reason = g_strconcat(row->path, ".reason.txt", NULL);
    g_remove(reason);
    return store_issue_set_path(pipeline->store, row->id, destination, error);
}

/* The release is on disk whatever becomes of the file; the daemon's next start files what lies still. */
static void file_released(Pipeline *pipeline, const Claim *claim, StoreIssue *row)
{
    g_autoptr(GError) error = NULL;
    if (!file_original(pipeline, claim, row, &error))
        log_event(LOG_LEVEL_WARNING, "intake", "not-filed", "file", row->file_name, "error",
                  error->message, NULL);
}

/* A release that was cut off between its commit and its filing left the original in held/. */
void pipeline_file_released(Pipeline *pipeline)
{
    enum { RECENT = 500 };
    g_autoptr(GPtrArray) rows = store_issue_list(pipeline->store, "released", RECENT, NULL);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        StoreIssue *row = rows->pdata[i];
        if (row->path == NULL || strstr(row->path, "/held/") == NULL)
            continue;
        g_autoptr(Claim) claim = open_original(pipeline, row, NULL);
        if (claim != NULL)
            file_released(pipeline, claim, row);
    }
}

static gboolean release_anew(Pipeline *pipeline, StoreIssue *row, const ReleaseOptions *options,
                             int *queued, GError **error)
{
    g_autoptr(Claim) claim = open_original(pipeline, row, error);
    if (claim == NULL)
        return FALSE;
    PlanOptions plan_options = {options->override_reason != NULL, options->as_revision, row->id};
    g_autoptr(Plan) plan = plan_make(pipeline->config, pipeline->store, claim->data, claim->digest,
                                     row->file_name, &plan_options, error);
    if (plan == NULL)
        return FALSE;
    if (plan->issue->verdict != ISSUE_ISSUE)
        return still_held(row, plan, error);
    if (!claim_store_object(claim, pipeline->config->spool, error) ||
        !store_begin(pipeline->store, error))
        return FALSE;
    record_fill(row, plan);
    gboolean good = store_issue_update(pipeline->store, row, error) &&
                    record_plan(pipeline->store, pipeline->config, row, plan, error) &&
                    mark_released(pipeline, row, options, queued, error);
    if (!store_end(pipeline->store, good, error))
        return FALSE;
    crash_point(CRASH_RELEASED);
    file_released(pipeline, claim, row);
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

gboolean pipeline_release(Pipeline *pipeline, gint64 issue_id, const ReleaseOptions *options,
                          int *queued, GError **error)
{
    g_autoptr(StoreIssue) row = issue_row(pipeline, issue_id, error);
    if (row == NULL)
        return FALSE;
    if (strcmp(row->state, "released") == 0)
        return refuse(error, _("登记号 %" PRId64 " 已经放行，不会重复发送。补发请用 songfactl resend。"), row->id);
    if (strcmp(row->state, "refused") == 0)
        return refuse(error, _("登记号 %" PRId64 " 因带密级标志被拒收，不能放行。"), row->id);
    if (row->released_at > 0)
        return release_paused(pipeline, row, options, queued, error);
    return release_anew(pipeline, row, options, queued, error);
}

static char *held_by_clerk(const char *who, const char *reason)
{
    g_autofree char *message = g_strdup_printf(_("由 %s 暂停：%s"), who, reason);
    return record_json(json_pack("[{s:s,s:s}]", "code", "held-by-clerk", "message", message));
}

gboolean pipeline_hold(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason,
                       GError **error)
{
    g_autoptr(StoreIssue) row = issue_row(pipeline, issue_id, error);
    if (row == NULL)
        return FALSE;
    if (strcmp(row->state, "released") != 0 && strcmp(row->state, "planned") != 0)
        return refuse(error, _("登记号 %" PRId64 " 目前是“%s”状态，无需暂停。"), row->id, row->state);
    g_free(row->state);
    row->state = g_strdup("held");
    g_free(row->reasons);
    row->reasons = held_by_clerk(who, reason);
    if (!store_begin(pipeline->store, error))
        return FALSE;
    gboolean good = store_issue_update(pipeline->store, row, error) &&
                    store_delivery_pause_issue(pipeline->store, row->id, NULL, error) &&
                    audit(pipeline->store, row, who, "issue.hold", reason, error);
    return store_end(pipeline->store, good, error);
}
