/* SPDX-License-Identifier: GPL-3.0-or-later
 * Issues as rows. sending and done are not stored: they are read from the deliveries. */
#include "daemon/store/issues.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/deliveries-private.h"

#define OF_ISSUE " AND d.issue_id = i.id AND d.notice_id = 0"

/* A row in doubt is settled by a later sending to the same recipient, by a signature, or by a correction that
 * voids its issue. */
#define SHOWN_STATE                                                                                  \
    "CASE WHEN i.state <> 'released' THEN i.state"                                                   \
    " WHEN EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'queued'" OF_ISSUE ")"                   \
    " OR EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'sending'" OF_ISSUE ")"                    \
    " OR EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'deferred' AND " DELIVERY_RESTS OF_ISSUE ")" \
    " OR (i.superseded_by IS NULL AND EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'unknown' AND " DELIVERY_RESTS OF_ISSUE  \
    " AND d.signed_at IS NULL AND NOT EXISTS (SELECT 1 FROM delivery l"          \
    " WHERE l.issue_id = d.issue_id AND l.notice_id = 0 AND l.recipient = d.recipient"               \
    " AND l.channel = d.channel AND l.sending_no > d.sending_no))) THEN 'sending'"                   \
    " WHEN EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'planned' AND " DELIVERY_RESTS OF_ISSUE \
    " AND d.channel = 'email') THEN 'released'"                                  \
    " ELSE 'done' END"

#define SELECT_ISSUE                                                                                 \
    "SELECT i.id, i.identity, i.revision, i.state, i.digest, i.file_name, i.path, i.series, i.title," \
    " i.year, i.number, i.total_number, i.supplement, i.office, i.date, i.headline, i.json, i.reasons," \
    " i.restricted, i.seen_at, i.planned_at, i.released_at, i.released_by, i.changes,"      \
    " i.directory_day, i.corrects, i.correction_reason, i.superseded_by, i.notices, " SHOWN_STATE                \
    " FROM issue i "

static gpointer read_issue(const DbRows *row)
{
    StoreIssue *issue = g_new0(StoreIssue, 1);
    issue->id = db_column_int(row, 0);
    issue->identity = db_column_dup(row, 1);
    issue->revision = (int)db_column_int(row, 2);
    issue->state = db_column_dup(row, 3);
    issue->digest = db_column_dup(row, 4);
    issue->file_name = db_column_dup(row, 5);
    issue->path = db_column_dup(row, 6);
    issue->series = db_column_dup(row, 7);
    issue->title = db_column_dup(row, 8);
    issue->year = (int)db_column_int(row, 9);
    issue->number = (int)db_column_int(row, 10);
    issue->total_number = (int)db_column_int(row, 11);
    issue->supplement = (int)db_column_int(row, 12);
    issue->office = db_column_dup(row, 13);
    issue->date = db_column_dup(row, 14);
    issue->headline = db_column_dup(row, 15);
    issue->json = db_column_dup(row, 16);
    issue->reasons = db_column_dup(row, 17);
    issue->restricted = db_column_int(row, 18) != 0;
    issue->seen_at = db_column_int(row, 19);
    issue->planned_at = db_column_int(row, 20);
    issue->released_at = db_column_int(row, 21);
    issue->released_by = db_column_dup(row, 22);
    issue->changes = db_column_int(row, 23);
    issue->directory_day = db_column_dup(row, 24);
    issue->corrects = db_column_int(row, 25);
    issue->correction_reason = db_column_dup(row, 26);
    issue->superseded_by = db_column_int(row, 27);
    issue->notices = db_column_dup(row, 28);
    issue->shown_state = db_column_dup(row, 29);
    return issue;
}

void store_issue_free(StoreIssue *issue)
{
    if (issue == NULL)
        return;
    char **texts[] = {&issue->identity, &issue->state,    &issue->digest,  &issue->file_name,
                      &issue->path,     &issue->series,   &issue->title,   &issue->office,
                      &issue->date,     &issue->headline, &issue->json,    &issue->reasons,
                      &issue->released_by, &issue->directory_day, &issue->correction_reason, &issue->notices,
                      &issue->shown_state};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    g_free(issue);
}

static void free_issue(gpointer data)
{
    store_issue_free(data);
}

/* $1 is the id, $2 and $3 what never changes, the others the fields of an update. */
#define ISSUE_PARAMS(issue)                                                                          \
    DB_PARAMS(db_int((issue)->id), db_text((issue)->digest), db_int((issue)->seen_at),               \
              db_text((issue)->identity), db_int(MAX((issue)->revision, 1)), db_text((issue)->state), \
              db_text((issue)->file_name), db_text((issue)->path), db_text((issue)->series),         \
              db_text((issue)->title), db_int((issue)->year), db_int((issue)->number),               \
              db_int((issue)->total_number), db_int((issue)->supplement), db_text((issue)->office),  \
              db_text((issue)->date), db_text((issue)->headline), db_text((issue)->json),            \
              db_string((issue)->reasons != NULL ? (issue)->reasons : "[]"),                         \
              db_int((issue)->restricted ? 1 : 0), db_int_or_null((issue)->planned_at),              \
              db_int_or_null((issue)->released_at), db_text((issue)->released_by),                   \
              db_int((issue)->changes), db_text((issue)->directory_day),                             \
              db_int_or_null((issue)->corrects), db_text((issue)->correction_reason),   \
              db_text((issue)->notices))

/* Who holds a number: what is planned or released, and what was stopped after its release. */
#define HOLDS_NUMBER "(state IN ('planned', 'released') OR released_at IS NOT NULL)"

static gboolean holds_number(const StoreIssue *issue)
{
    return g_strcmp0(issue->state, "planned") == 0 || g_strcmp0(issue->state, "released") == 0 ||
           issue->released_at != 0;
}

/* Tells in the words of the trade what the unique indexes would refuse; they still stand behind it. */
static gboolean is_free(Store *store, const StoreIssue *issue, GError **error)
{
    GError *failed = NULL;
    gint64 other = 0;
    if (db_number(store->db, "SELECT id FROM issue WHERE digest = $1 AND id <> $2",
                  DB_PARAMS(db_string(issue->digest), db_int(issue->id)), &other, &failed))
        g_set_error(&failed, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("同一文件（%s）已经登记过，编号 %d；请用 songfactl show %d 查看"), issue->file_name,
                    (int)other, (int)other);
    else if (failed == NULL && holds_number(issue) &&
             db_number(store->db,
                       "SELECT id FROM issue WHERE identity = $1 AND revision = $2 AND id <> $3"
                       " AND " HOLDS_NUMBER,
                       DB_PARAMS(db_text(issue->identity), db_int(MAX(issue->revision, 1)),
                                 db_int(issue->id)),
                       &other, &failed))
        g_set_error(&failed, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("期号 %s 第 %d 版已经登记过，编号 %d；请先用 songfactl show %d 查看，再决定是否作为新版发出"),
                    issue->identity, MAX(issue->revision, 1), (int)other, (int)other);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

gint64 store_issue_insert(Store *store, const StoreIssue *issue, GError **error)
{
    gint64 id = 0;
    if (is_free(store, issue, error))
        db_number(store->db,
                  "INSERT INTO issue (digest, seen_at, identity, revision, state, file_name, path, series,"
                  " title, year, number, total_number, supplement, office, date, headline, json, reasons,"
                  " restricted, planned_at, released_at, released_by, directory_day, corrects, correction_reason,"
                  " notices)"
                  " VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
                  " $21, $22, $23, $25, $26, $27, $28)"
                  " RETURNING id",
                  ISSUE_PARAMS(issue), &id, error);
    return id;
}

static gboolean one_changed(gboolean ok, gint64 changed, gint64 id, GError **error)
{
    if (ok && changed == 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有编号为 %d 的一期"), (int)id);
    return ok && changed > 0;
}

/* Nothing was changed: the row is gone, or is not the one that was read any more. */
static gboolean explain_unchanged(Store *store, gint64 id, GError **error)
{
    g_autoptr(StoreIssue) now = store_issue_by_id(store, id, error);
    if (now != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("编号 %d 的一期刚被别处改动（现为 %s）；请用 songfactl show %d 查看后再做"), (int)id,
                    now->shown_state, (int)id);
    else if (error != NULL && *error == NULL)
        one_changed(TRUE, 0, id, error);
    return FALSE;
}

gboolean store_issue_update(Store *store, StoreIssue *issue, GError **error)
{
    gint64 changed = 0;
    gboolean ok = is_free(store, issue, error) &&
                  db_run(store->db,
                         "UPDATE issue SET identity = $4, revision = $5, state = $6, file_name = $7,"
                         " path = $8, series = $9, title = $10, year = $11, number = $12,"
                         " total_number = $13, supplement = $14, office = $15, date = $16,"
                         " headline = $17, json = $18, reasons = $19, restricted = $20,"
                         " planned_at = $21, released_at = $22, released_by = $23, directory_day = $25, corrects = $26,"
                         " correction_reason = $27, notices = $28,"
                         " changes = changes + 1 WHERE id = $1 AND changes = $24",
                         ISSUE_PARAMS(issue), &changed, error);
    if (ok && changed == 0)
        return explain_unchanged(store, issue->id, error);
    issue->changes += ok ? 1 : 0;
    return ok;
}

gboolean store_issue_set_path(Store *store, gint64 id, const char *path, GError **error)
{
    gint64 changed = 0;
    gboolean ok = db_run(store->db, "UPDATE issue SET path = $2, changes = changes + 1 WHERE id = $1",
                         DB_PARAMS(db_int(id), db_text(path)), &changed, error);
    return one_changed(ok, changed, id, error);
}

StoreIssue *store_issue_by_id(Store *store, gint64 id, GError **error)
{
    return db_one(store->db, SELECT_ISSUE "WHERE i.id = $1", DB_PARAMS(db_int(id)), read_issue, error);
}

StoreIssue *store_issue_by_digest(Store *store, const char *digest, GError **error)
{
    return db_one(store->db, SELECT_ISSUE "WHERE i.digest = $1", DB_PARAMS(db_string(digest)), read_issue,
                  error);
}

StoreIssue *store_issue_by_identity(Store *store, const char *identity, GError **error)
{
    return db_one(store->db,
                  SELECT_ISSUE "WHERE i.identity = $1 AND " HOLDS_NUMBER
                               " ORDER BY i.revision DESC LIMIT 1",
                  DB_PARAMS(db_string(identity)), read_issue, error);
}

GPtrArray *store_issue_versions(Store *store, const char *identity, int below, GError **error)
{
    return db_all(store->db,
                  SELECT_ISSUE "WHERE i.identity = $1 AND i.revision < $2 AND i.released_at IS NOT NULL"
                               " ORDER BY i.revision",
                  DB_PARAMS(db_string(identity), db_int(below)), read_issue, free_issue, error);
}

/* One whose mails and papers were all cancelled went to nobody. */
#define ROW_OF_ISSUE "SELECT 1 FROM delivery d WHERE d.issue_id = i.id AND d.notice_id = 0"
#define NOT_ALL_CANCELLED \
    "(EXISTS (" ROW_OF_ISSUE " AND d.state <> 'cancelled') OR NOT EXISTS (" ROW_OF_ISSUE "))"

StoreIssue *store_issue_previous(Store *store, const StoreIssue *issue, GError **error)
{
    return db_one(store->db,
                  SELECT_ISSUE "WHERE i.series = $1 AND i.identity <> $2 AND i.state = 'released'"
                               " AND " NOT_ALL_CANCELLED " AND (i.date, i.number, i.total_number, i.supplement) < ($3, $4, $5, $6)"
                               " ORDER BY i.date DESC, i.number DESC, i.total_number DESC,"
                               " i.supplement DESC, i.revision DESC LIMIT 1",
                  DB_PARAMS(db_string(issue->series), db_string(issue->identity), db_string(issue->date),
                            db_int(issue->number), db_int(issue->total_number), db_int(issue->supplement)),
                  read_issue, error);
}

/* "sjxx/2020/19r2" → identity and 2; 0 when no revision is asked for. */
static char *split_revision(const char *ref, int *revision)
{
    const char *mark = strrchr(ref, 'r');
    gint64 number;
    *revision = 0;
    if (mark == NULL || mark == ref || !g_ascii_isdigit(mark[-1]) ||
        !g_ascii_string_to_signed(mark + 1, 10, 1, G_MAXINT, &number, NULL))
        return g_strdup(ref);
    *revision = (int)number;
    return g_strndup(ref, (gsize)(mark - ref));
}

StoreIssue *store_issue_by_ref(Store *store, const char *ref, GError **error)
{
    gint64 id;
    if (g_ascii_string_to_signed(ref, 10, 1, G_MAXINT64, &id, NULL))
        return store_issue_by_id(store, id, error);
    int revision;
    g_autofree char *identity = split_revision(ref, &revision);
    return db_one(store->db,
                  SELECT_ISSUE "WHERE i.identity = $1 AND ($2 = 0 OR i.revision = $2) ORDER BY i.revision"
                               " DESC, i.state IN ('planned', 'released') DESC, i.id DESC LIMIT 1",
                  DB_PARAMS(db_string(identity), db_int(revision)), read_issue, error);
}

GPtrArray *store_issue_list(Store *store, const char *state, int limit, GError **error)
{
    const char *sql = SELECT_ISSUE "ORDER BY i.id DESC LIMIT $2";
    if (state != NULL)
        sql = SELECT_ISSUE "WHERE i.state = $1 OR " SHOWN_STATE " = $1 ORDER BY i.id DESC LIMIT $2";
    return db_all(store->db, sql,
                  DB_PARAMS(db_text(state), db_int(limit > 0 ? limit : G_MAXINT64)), read_issue, free_issue,
                  error);
}
