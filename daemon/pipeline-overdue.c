/* SPDX-License-Identifier: GPL-3.0-or-later
 * After a long time without a daemon, what fell due meanwhile is not sent by itself: a clerk says whether
 * it is still wanted. */
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/pipeline-private.h"
#include "daemon/store/deliveries.h"

static void hold_issue(Pipeline *pipeline, gint64 issue_id, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, issue_id);
    if (pipeline_hold(pipeline, issue_id, "songfad", reason, &error))
        log_event(LOG_LEVEL_WARNING, "main", "overdue-held", "issue", id, NULL);
    else
        log_event(LOG_LEVEL_ERROR, "main", "overdue-not-held", "issue", id, "error", error->message, NULL);
}

gboolean pipeline_hold_overdue(Pipeline *pipeline, gint64 alive, GError **error)
{
    gint64 now = clock_now();
    if (alive == 0 || now - alive <= pipeline->config->overdue * CLOCK_SECOND)
        return TRUE;
    pipeline->overdue = TRUE;
    g_autoptr(GArray) ids = store_delivery_waiting_issues(pipeline->store, now, error);
    if (ids == NULL)
        return FALSE;
    g_autofree char *since = clock_text(alive);
    g_autofree char *reason = g_strdup_printf(_("songfad 从 %s 起没有运行，本期过期未发；仍要发的请放行"), since);
    for (guint i = 0; i < ids->len; i++)
        hold_issue(pipeline, g_array_index(ids, gint64, i), reason);
    return TRUE;
}
