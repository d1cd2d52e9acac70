/* SPDX-License-Identifier: GPL-3.0-or-later
 * The original of an issue on record: found again, and filed when it has left held/. */
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/intake/claim.h"
#include "daemon/pipeline-private.h"

/* The original as it was handed in: wherever it was filed, else the spool's copy. */
Claim *pipeline_open_original(const Pipeline *pipeline, const StoreIssue *row, GError **error)
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
    if (destination == NULL || !claim_file(claim, destination, (ClaimNote){0}, error))
        return FALSE;
    g_autofree char *reason = g_strconcat(row->path, CLAIM_REASON, NULL);
    g_remove(reason);
    return store_issue_set_path(pipeline->store, row->id, destination, error);
}

/* The decision is on disk whatever becomes of the file; the daemon's next start files what lies still. */
void pipeline_file_original(Pipeline *pipeline, const Claim *claim, StoreIssue *row)
{
    g_autoptr(GError) error = NULL;
    if (!file_original(pipeline, claim, row, &error))
        log_event(LOG_LEVEL_WARNING, "intake", "not-filed", "file", row->file_name, "error",
                  error->message, NULL);
}

static void file_all(Pipeline *pipeline, const char *state)
{
    enum { RECENT = 500 };
    g_autoptr(GPtrArray) rows = store_issue_list(pipeline->store, state, RECENT, NULL);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        StoreIssue *row = rows->pdata[i];
        if (row->path == NULL || strstr(row->path, "/held/") == NULL)
            continue;
        g_autoptr(Claim) claim = pipeline_open_original(pipeline, row, NULL);
        if (claim != NULL)
            pipeline_file_original(pipeline, claim, row);
    }
}

/* A decision that was cut off between its commit and its filing left the original in held/. */
void pipeline_file_released(Pipeline *pipeline)
{
    file_all(pipeline, "released");
    file_all(pipeline, "planned");
}
