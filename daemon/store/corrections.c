/* SPDX-License-Identifier: GPL-3.0-or-later
 * Versions made void, and their papers. */
#include "daemon/store/corrections.h"

#include <jansson.h>

#include "daemon/store/audit.h"
#include "daemon/store/deliveries-private.h"

#define OF_VERSION " AND notice_id = 0 AND channel = 'email' AND issue_id = $1"

/* $1 the version, $2 the correction, $3 now. The pauses are read before the rows they stand in are cancelled. */
static const char pause_sql[] =
    "UPDATE delivery SET stopped = 'paused' WHERE issue_id = $2 AND notice_id = 0 AND channel = 'email'"
    " AND state = 'planned' AND recipient IN (SELECT recipient FROM delivery WHERE stopped = 'paused'" OF_VERSION ")";
static const char cancel_sql[] =
    "UPDATE delivery SET state = 'cancelled', stopped = NULL, next_attempt = NULL"
    " WHERE state IN ('planned', 'queued', 'deferred')" OF_VERSION;
static const char *const other_sql[] = {
    "UPDATE delivery SET stopped = 'cancelled' WHERE state = 'sending'" OF_VERSION,
    "UPDATE delivery SET doubt = 'clerk', next_attempt = NULL, told = 1 WHERE state = 'unknown'" OF_VERSION,
    "UPDATE issue SET superseded_by = coalesce(superseded_by, $2), state = 'released',"
    " reasons = CASE WHEN state = 'held' THEN '[]' ELSE reasons END, changes = changes + 1 WHERE id = $1",
};

static gboolean run(Store *store, const char *sql, gint64 version, const StoreIssue *correction, gint64 now, gint64 *changed,
                    GError **error)
{
    return db_run(store->db, sql, DB_PARAMS(db_int(version), db_int(correction->id), db_int(now)), changed, error);
}

static gboolean audit(Store *store, const StoreIssue *version, const StoreIssue *correction, const char *who, GError **error)
{
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, version->id);
    json_t *word = json_pack("{s:I,s:i,s:s?}", "superseded_by", (json_int_t)correction->id, "revision", correction->revision,
                             "reason", correction->correction_reason);
    char *after = json_dumps(word, JSON_COMPACT);
    json_decref(word);
    gboolean good = store_audit_add(store, who, "issue.supersede", subject, NULL, after, error);
    free(after);
    return good;
}

static gboolean make_void(Store *store, const StoreIssue *version, const StoreIssue *correction, const char *who, gint64 now,
                          gint64 *cancelled, GError **error)
{
    if (!run(store, pause_sql, version->id, correction, now, NULL, error) ||
        !run(store, cancel_sql, version->id, correction, now, cancelled, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(other_sql); i++)
        if (!run(store, other_sql[i], version->id, correction, now, NULL, error))
            return FALSE;
    return version->superseded_by != 0 || audit(store, version, correction, who, error);
}

static gboolean make_all_void(Store *store, const StoreIssue *correction, const char *who, gint64 now, int *n, GError **error)
{
    g_autoptr(GPtrArray) versions = store_issue_versions(store, correction->identity, correction->revision, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        gint64 cancelled = 0;
        if (!make_void(store, versions->pdata[i], correction, who, now, &cancelled, error))
            return FALSE;
        if (n != NULL)
            *n += (int)cancelled;
    }
    return versions != NULL && db_run(store->db, "UPDATE stop_count SET n = n + 1", DB_NO_PARAMS, NULL, error);
}

gboolean store_correction_void(Store *store, const StoreIssue *correction, const char *who, gint64 now, int *n,
                               GError **error)
{
    StoreWork work;
    if (n != NULL)
        *n = 0;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, make_all_void(store, correction, who, now, n, error), error);
}

static gpointer read_paper(const DbRows *row)
{
    StoreVoidPaper *paper = g_new0(StoreVoidPaper, 1);
    paper->issue_id = db_column_int(row, 0);
    paper->identity = db_column_dup(row, 1);
    paper->revision = (int)db_column_int(row, 2);
    paper->unit = db_column_dup(row, 3);
    paper->name = db_column_dup(row, 4);
    paper->copies = (int)db_column_int(row, 5);
    paper->signed_at = db_column_int(row, 6);
    paper->signed_by = db_column_dup(row, 7);
    return paper;
}

static void free_paper(gpointer data)
{
    StoreVoidPaper *paper = data;
    g_free(paper->identity);
    g_free(paper->unit);
    g_free(paper->name);
    g_free(paper->signed_by);
    g_free(paper);
}

GPtrArray *store_correction_papers(Store *store, gint64 issue_id, GError **error)
{
    return db_all(store->db,
                  "SELECT d.issue_id, i.identity, i.revision, d.unit, d.name, d.copies, d.signed_at, d.signed_by"
                  " FROM issue i JOIN delivery d ON d.issue_id = i.id AND d.notice_id = 0 AND d.channel = 'paper'"
                  " AND d.state <> 'cancelled' WHERE i.superseded_by IS NOT NULL"
                  " AND ($1 = 0 OR i.identity = (SELECT identity FROM issue WHERE id = $1)) ORDER BY d.issue_id, d.id",
                  DB_PARAMS(db_int(issue_id)), read_paper, free_paper, error);
}
