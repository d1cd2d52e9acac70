/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports: found by what only the mail itself carried, recorded and applied in one transaction. */
#include "daemon/store/reports.h"

#include "daemon/base/error.h"
#include "daemon/store/deliveries-private.h"

static const char *const result_names[] = {
    [STORE_REPORT_SETTLED] = "settled",     [STORE_REPORT_NOTED] = "noted",
    [STORE_REPORT_UNMATCHED] = "unmatched", [STORE_REPORT_REPEATED] = "repeated",
    [STORE_REPORT_EARLY] = "early",
};

const char *store_report_result_name(StoreReportResult result)
{
    g_return_val_if_fail(result < G_N_ELEMENTS(result_names), NULL);
    return result_names[result];
}

/* Ours is the envelope id that is the row's token or, of a mail that is the same for all, its Message-ID
 * without brackets. What two rows share means neither: the original recipient tells them apart. $1 token, $2 envelope id,
 * $3 recipient, $4 Message-ID, $5 issue label. */
static const char *const find_sql[] = {
    "SELECT id FROM delivery WHERE token = $1",
    "SELECT id FROM delivery WHERE token = $2",
    "SELECT max(id) FROM delivery WHERE message_id = '<' || $2 || '>' AND lower(address) = lower($3) HAVING count(*) = 1",
    "SELECT max(id) FROM delivery WHERE message_id = $4 AND lower(address) = lower($3) HAVING count(*) = 1",
    "SELECT max(id) FROM delivery WHERE message_id = $4 HAVING count(*) = 1",
    ("SELECT max(d.id) FROM mail m JOIN delivery d ON d.mail_id = m.id WHERE $3 IS NOT NULL"
     " AND m.issue_label = $5 AND lower(d.address) = lower($3) HAVING count(*) = 1"),
};

static gboolean find_row(Store *store, const StoreReport *report, gint64 *id, GError **error)
{
    GError *failed = NULL;
    *id = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(find_sql) && *id == 0 && failed == NULL; i++)
        if (!db_number(store->db, find_sql[i],
                       DB_PARAMS(db_text(report->token), db_text(report->envelope_id), db_text(report->recipient),
                                 db_text(report->message_id), db_text(report->issue_label)),
                       id, &failed))
            *id = 0;
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* What a kind of report does to a row: the states it ends, and how. */
static const struct {
    const char *kind, *sql;
} changes[] = {
    {"failed", "UPDATE delivery SET state = 'bounced', reply_code = $2, enhanced_code = $3, reply_text = $4"
               " WHERE id = $1 AND state IN ('accepted', 'unknown', 'delivered')"},
    {"delivered", "UPDATE delivery SET state = 'delivered', reply_code = coalesce($2, reply_code),"
                  " enhanced_code = coalesce($3, enhanced_code), reply_text = coalesce($4, reply_text)"
                  " WHERE id = $1 AND state IN ('accepted', 'unknown')"},
};

static const char *change_of(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++)
        if (g_strcmp0(changes[i].kind, kind) == 0)
            return changes[i].sql;
    return NULL;
}

static gboolean change_row(Store *store, const StoreReport *report, gint64 id, gboolean *settled, GError **error)
{
    gint64 changed = 0;
    const char *sql = change_of(report->kind);
    gboolean ok = sql == NULL || id == 0 ||
                  (delivery_keep_attempt(store, id, error) &&
                   db_run(store->db, sql,
                          DB_PARAMS(db_int(id), db_int_or_null(report->reply_code),
                                    db_text(report->enhanced_code), db_text(report->text)),
                          &changed, error));
    *settled = changed > 0;
    return ok;
}

/* The relay may report before its answer is stored. */
static gboolean is_early(Store *store, const StoreReport *report, gint64 id, gboolean *early, GError **error)
{
    gint64 found = 0;
    GError *failed = NULL;
    *early = change_of(report->kind) != NULL &&
             db_number(store->db, "SELECT id FROM delivery WHERE id = $1 AND state = 'sending'",
                       DB_PARAMS(db_int(id)), &found, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean is_known(Store *store, const StoreReport *report, gboolean *known, GError **error)
{
    gint64 found = 0;
    GError *failed = NULL;
    *known = db_number(store->db, "SELECT id FROM report WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3",
                       DB_PARAMS(db_text(report->mailbox), db_int(report->uidvalidity), db_int(report->uid)),
                       &found, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean record(Store *store, const StoreReport *report, gint64 id, gboolean settled, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO report (mailbox, uidvalidity, uid, at, kind, delivery_id, settled, reply_code,"
                  " enhanced_code, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                  DB_PARAMS(db_text(report->mailbox), db_int(report->uidvalidity), db_int(report->uid),
                            db_int(report->at), db_text(report->kind), db_int_or_null(id), db_int(settled),
                            db_int_or_null(report->reply_code), db_text(report->enhanced_code),
                            db_text(report->text)),
                  NULL, error);
}

static gboolean take(Store *store, const StoreReport *report, StoreReportResult *result, gint64 *id,
                     GError **error)
{
    gboolean known, early, settled;
    *id = 0;
    if (!is_known(store, report, &known, error))
        return FALSE;
    *result = STORE_REPORT_REPEATED;
    if (known)
        return TRUE;
    if (!find_row(store, report, id, error) || !is_early(store, report, *id, &early, error))
        return FALSE;
    *result = STORE_REPORT_EARLY;
    if (early)
        return TRUE;
    if (!change_row(store, report, *id, &settled, error))
        return FALSE;
    *result = settled ? STORE_REPORT_SETTLED : *id != 0 ? STORE_REPORT_NOTED : STORE_REPORT_UNMATCHED;
    return record(store, report, *id, settled, error);
}

gboolean store_report_take(Store *store, const StoreReport *report, StoreReportResult *result,
                           gint64 *delivery_id, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, take(store, report, result, delivery_id, error), error);
}

gboolean store_report_last(Store *store, const char *mailbox, gint64 *uidvalidity, gint64 *uid, GError **error)
{
    g_autoptr(DbRows) rows =
        db_query(store->db, "SELECT uidvalidity, uid FROM report WHERE mailbox = $1 ORDER BY id DESC LIMIT 1",
                 DB_PARAMS(db_text(mailbox)), error);
    if (rows == NULL)
        return FALSE;
    GError *failed = NULL;
    gboolean found = db_next(rows, &failed);
    *uidvalidity = found ? db_column_int(rows, 0) : 0;
    *uid = found ? db_column_int(rows, 1) : 0;
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}
