/* SPDX-License-Identifier: GPL-3.0-or-later
 * The clerk is told what went wrong with the mails of an issue: all of it in one notice, and each row
 * once, in the transaction that queues the notice. */
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/record.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/failures.h"

static gboolean tell(Pipeline *pipeline, gint64 issue_id, guint *n, GError **error)
{
    g_autoptr(GPtrArray) rows = store_failure_list(pipeline->store, issue_id, error);
    g_autoptr(StoreIssue) issue = rows != NULL ? store_issue_by_id(pipeline->store, issue_id, error) : NULL;
    *n = rows != NULL ? rows->len : 0;
    return issue != NULL && (*n == 0 || record_failures(pipeline->store, pipeline->config, issue, rows, error)) &&
           store_failure_set_told(pipeline->store, issue_id, error);
}

static void tell_of_issue(Pipeline *pipeline, gint64 issue_id)
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
}

void pipeline_tell_failures(Pipeline *pipeline)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) ids = store_failure_issues(pipeline->store, &error);
    if (ids == NULL)
        log_event(LOG_LEVEL_ERROR, "dispatch", "failures-not-told", "error", error->message, NULL);
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        tell_of_issue(pipeline, g_array_index(ids, gint64, i));
}
