/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports: found by what only the mail itself carried, recorded and applied in one transaction. */
#include "daemon/store/reports.h"

#include "daemon/base/error.h"
#include "daemon/store/deliveries-private.h"
#include "daemon/store/reports-private.h"
#include "daemon/store/tokens.h"

static const char *const result_names[] = {
    [STORE_REPORT_SETTLED] = "settled",     [STORE_REPORT_SIGNED] = "signed",     [STORE_REPORT_NOTED] = "noted",
    [STORE_REPORT_UNMATCHED] = "unmatched", [STORE_REPORT_REPEATED] = "repeated", [STORE_REPORT_EARLY] = "early",
};

const char *store_report_result_name(StoreReportResult result)
{
    g_return_val_if_fail(result < G_N_ELEMENTS(result_names), NULL);
    return result_names[result];
}

/* Whether there is such a row; its number in *id, else 0. FALSE only with error. */
static gboolean look_up(Store *store, const char *sql, const DbValue *params, gsize n, gint64 *id, GError **error)
{
    GError *failed = NULL;
    if (!db_number(store->db, sql, params, n, id, &failed))
        *id = 0;
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* ---- which row ---- */

/* Ours is the envelope id that is the row's token or, of a mail that is the same for all, its Message-ID
 * without brackets. What two recipients share means neither: the original recipient tells them apart. A mail sent again
 * under its Message-ID is the last of its sendings that went out.
 * $1 token, $2 envelope id, $3 recipient, $4 Message-ID, $5 issue label. */
#define WAS_OUT " AND state <> 'planned' AND state <> 'queued'"
static const char *const find_sql[] = {
    "SELECT id FROM delivery WHERE token = $1",
    "SELECT id FROM delivery WHERE token = $2",
    "SELECT max(id) FROM delivery WHERE message_id = '<' || $2 || '>' AND lower(address) = lower($3)" WAS_OUT " HAVING count(DISTINCT recipient) = 1",
    "SELECT max(id) FROM delivery WHERE message_id = $4 AND lower(address) = lower($3)" WAS_OUT " HAVING count(DISTINCT recipient) = 1",
    "SELECT max(id) FROM delivery WHERE message_id = $4" WAS_OUT " HAVING count(DISTINCT recipient) = 1",
    ("SELECT max(d.id) FROM mail m JOIN delivery d ON d.mail_id = m.id WHERE $3 IS NOT NULL"
     " AND m.issue_label = $5 AND lower(d.address) = lower($3) HAVING count(DISTINCT d.recipient) = 1"),
};

/* A reply tells its recipient by its writer. */
static const char *recipient_of(const StoreReport *report, const StoreReportOutcome *outcome)
{
    return outcome->recipient != NULL ? outcome->recipient : report->from;
}

static gboolean find_row(Store *store, const StoreReport *report, const StoreReportOutcome *outcome, gint64 *id,
                         GError **error)
{
    gboolean good = TRUE;
    *id = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(find_sql) && *id == 0 && good; i++)
        good = look_up(store, find_sql[i],
                       DB_PARAMS(db_text(report->token), db_text(report->envelope_id),
                                 db_text(recipient_of(report, outcome)), db_text(report->message_id),
                                 db_text(report->issue_label)),
                       id, error);
    return good;
}

/* A signature that is not ours, on the mail or on its envelope. */
static gboolean is_forged(Store *store, const StoreReport *report, gboolean *forged, GError **error)
{
    const char *tokens[] = {report->token, report->envelope_id};
    *forged = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(tokens); i++) {
        StoreTokenTrust trust = STORE_TOKEN_OTHER;
        if (tokens[i] != NULL && !store_token_judge(store, tokens[i], &trust, error))
            return FALSE;
        *forged = *forged || trust == STORE_TOKEN_FORGED;
    }
    return TRUE;
}

/* ---- what becomes of it ---- */

/* What a kind of report does to a row: the states it ends, and how. $2 to $4 the reply, $5 and $6 when
 * and by whom it was signed. Who signs for a mail in doubt has it. */
static const struct {
    const char *kind, *sql;
    StoreReportResult result;
} changes[] = {
    {"failed", "UPDATE delivery SET state = 'bounced', reply_code = $2, enhanced_code = $3, reply_text = $4"
               " WHERE id = $1 AND state IN ('accepted', 'unknown', 'delivered')", STORE_REPORT_SETTLED},
    {"delivered", "UPDATE delivery SET state = 'delivered', reply_code = coalesce($2, reply_code),"
                  " enhanced_code = coalesce($3, enhanced_code), reply_text = coalesce($4, reply_text)"
                  " WHERE id = $1 AND state IN ('accepted', 'unknown')", STORE_REPORT_SETTLED},
    {"signed", "UPDATE delivery SET signed_at = $5, signed_by = $6,"
               " state = CASE WHEN state = 'unknown' THEN 'delivered' ELSE state END"
               " WHERE id = $1 AND signed_at IS NULL AND notice_id = 0"
               " AND state IN ('accepted', 'unknown', 'delivered', 'bounced', 'refused')", STORE_REPORT_SIGNED},
};

static int change_of(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++)
        if (g_strcmp0(changes[i].kind, kind) == 0)
            return (int)i;
    return -1;
}

gboolean report_is_early(Store *store, const char *kind, gint64 delivery_id, gboolean *early, GError **error)
{
    gint64 found = 0;
    *early = FALSE;
    if (change_of(kind) < 0 || delivery_id == 0)
        return TRUE;
    if (!look_up(store, "SELECT id FROM delivery WHERE id = $1 AND state = 'sending'", DB_PARAMS(db_int(delivery_id)),
                 &found, error))
        return FALSE;
    *early = found != 0;
    return TRUE;
}

/* Who has received a mail has a mailbox. */
static gboolean clear_flag(Store *store, gint64 delivery_id, GError **error)
{
    return db_run(store->db,
                  "DELETE FROM mailbox_flag WHERE address = (SELECT lower(address) FROM delivery WHERE id = $1)",
                  DB_PARAMS(db_int(delivery_id)), NULL, error);
}

gboolean report_apply(Store *store, const StoreReportOutcome *outcome, gint64 delivery_id, gint64 signed_at,
                      const char *signed_by, StoreReportResult *result, GError **error)
{
    gint64 changed = 0;
    int change = change_of(outcome->kind);
    *result = STORE_REPORT_NOTED;
    if (change < 0)
        return TRUE;
    if (!delivery_keep_attempt(store, delivery_id, error) ||
        !db_run(store->db, changes[change].sql,
                DB_PARAMS(db_int(delivery_id), db_int_or_null(outcome->reply_code), db_text(outcome->enhanced_code),
                          db_text(outcome->text), db_int(signed_at), db_text(signed_by)),
                &changed, error))
        return FALSE;
    if (changed > 0)
        *result = changes[change].result;
    return changed == 0 || g_strcmp0(outcome->kind, "failed") == 0 ||
           (clear_flag(store, delivery_id, error) && delivery_call_back(store, delivery_id, error));
}

/* ---- one mail ---- */

/* Why a clerk must look at it; NULL = none. */
static const char *tray_of(const StoreReportOutcome *outcome, gboolean forged, gboolean strange, gint64 id)
{
    if (g_strcmp0(outcome->kind, "unreadable") == 0)
        return "unreadable";
    if (forged)
        return "forged";
    if (id == 0)
        return "unmatched";
    return strange ? "stranger" : NULL;
}

static gboolean record(Store *store, const StoreReport *report, gsize part, const StoreReportTaken *taken,
                       const char *tray, GError **error)
{
    const StoreReportOutcome *outcome = &report->outcomes[part];
    return db_run(store->db,
                  "INSERT INTO report (mailbox, uidvalidity, uid, part, at, kind, delivery_id, settled, reply_code,"
                  " enhanced_code, text, facts, tray) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                  DB_PARAMS(db_text(report->mailbox), db_int(report->uidvalidity), db_int(report->uid),
                            db_int((gint64)part), db_int(report->at), db_text(outcome->kind),
                            db_int_or_null(taken->delivery_id), db_int(taken->result == STORE_REPORT_SETTLED),
                            db_int_or_null(outcome->reply_code), db_text(outcome->enhanced_code), db_text(outcome->text),
                            db_string(report->facts != NULL ? report->facts : "{}"), db_text(tray)),
                  NULL, error);
}

/* A sign-off from another address than the one the mail went to is nobody's. */
static gboolean is_strange(Store *store, const StoreReport *report, const StoreReportOutcome *outcome, gint64 id,
                           gboolean *strange, GError **error)
{
    gint64 own = 0;
    *strange = FALSE;
    if (id == 0 || g_strcmp0(outcome->kind, "signed") != 0)
        return TRUE;
    if (!look_up(store, "SELECT id FROM delivery WHERE id = $1 AND lower(address) = lower($2)",
                 DB_PARAMS(db_int(id), db_text(report->from)), &own, error))
        return FALSE;
    *strange = own == 0;
    return TRUE;
}

/* The time a mail gives itself, as far as it can be true. */
static gint64 signed_at(const StoreReport *report)
{
    return report->date > 0 && report->date < report->at ? report->date : report->at;
}

static gboolean take_outcome(Store *store, const StoreReport *report, gsize part, gboolean forged,
                             StoreReportTaken *taken, GError **error)
{
    const StoreReportOutcome *outcome = &report->outcomes[part];
    gboolean strange = FALSE;
    if (!is_strange(store, report, outcome, taken->delivery_id, &strange, error))
        return FALSE;
    const char *tray = tray_of(outcome, forged, strange, taken->delivery_id);
    taken->result = STORE_REPORT_UNMATCHED;
    return (tray != NULL || report_apply(store, outcome, taken->delivery_id, signed_at(report), "reply", &taken->result, error)) &&
           record(store, report, part, taken, tray, error);
}

static gboolean is_known(Store *store, const StoreReport *report, gboolean *known, GError **error)
{
    gint64 found = 0;
    gboolean good =
        look_up(store, "SELECT max(id) FROM report WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3",
                DB_PARAMS(db_text(report->mailbox), db_int(report->uidvalidity), db_int(report->uid)), &found, error);
    *known = found != 0;
    return good;
}

/* Finds all rows first: a relay may report before its answer is stored. */
static gboolean find_rows(Store *store, const StoreReport *report, gboolean forged, StoreReportTaken *taken,
                          gboolean *early, GError **error)
{
    *early = FALSE;
    for (gsize i = 0; i < report->n_outcomes && !forged; i++) {
        gboolean this_early = FALSE;
        if (!find_row(store, report, &report->outcomes[i], &taken[i].delivery_id, error) ||
            !report_is_early(store, report->outcomes[i].kind, taken[i].delivery_id, &this_early, error))
            return FALSE;
        *early = *early || this_early;
    }
    return TRUE;
}

gboolean report_forget_trouble(Store *store, const char *mailbox, gint64 uidvalidity, gint64 uid, GError **error)
{
    return db_run(store->db, "DELETE FROM report_trouble WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3",
                  DB_PARAMS(db_text(mailbox), db_int(uidvalidity), db_int(uid)), NULL, error);
}

static gboolean take(Store *store, const StoreReport *report, StoreReportTaken *taken, GError **error)
{
    gboolean known = FALSE, forged = FALSE, early = FALSE;
    if (!is_known(store, report, &known, error) || !is_forged(store, report, &forged, error) ||
        (!known && !find_rows(store, report, forged, taken, &early, error)))
        return FALSE;
    if (known || early) {
        for (gsize i = 0; i < report->n_outcomes; i++)
            taken[i].result = known ? STORE_REPORT_REPEATED : STORE_REPORT_EARLY;
        return TRUE;
    }
    for (gsize i = 0; i < report->n_outcomes; i++)
        if (!take_outcome(store, report, i, forged, &taken[i], error))
            return FALSE;
    return report_forget_trouble(store, report->mailbox, report->uidvalidity, report->uid, error);
}

gboolean store_report_take(Store *store, const StoreReport *report, StoreReportTaken *taken, GError **error)
{
    StoreWork work;
    for (gsize i = 0; i < report->n_outcomes; i++)
        taken[i] = (StoreReportTaken){0};
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, take(store, report, taken, error), error);
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

gboolean store_report_trouble(Store *store, const char *mailbox, gint64 uidvalidity, gint64 uid, gint64 *n,
                              GError **error)
{
    return db_number(store->db,
                     "INSERT INTO report_trouble (mailbox, uidvalidity, uid, n) VALUES ($1, $2, $3, 1)"
                     " ON CONFLICT (mailbox, uidvalidity, uid) DO UPDATE SET n = report_trouble.n + 1 RETURNING n",
                     DB_PARAMS(db_text(mailbox), db_int(uidvalidity), db_int(uid)), n, error);
}
