/* SPDX-License-Identifier: GPL-3.0-or-later
 * What becomes of unknown rows. Each verb is one durable transaction that looks at the row again: a report,
 * a clerk or a crash may have come between. */
#include "daemon/store/doubt.h"

#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries-private.h"

#define UNKNOWN "state = 'unknown' AND " DELIVERY_RESTS " AND notice_id = 0"
#define WAITS                                                                                                \
    UNKNOWN " AND doubt = 'wait' AND signed_at IS NULL AND EXISTS (SELECT 1 FROM issue i WHERE i.id = issue_id" \
            " AND i.state = 'released' AND i.superseded_by IS NULL)"

void store_doubt_free(StoreDoubt *doubt)
{
    if (doubt == NULL)
        return;
    g_free(doubt->series);
    g_free(doubt);
}

static void free_doubt(gpointer data)
{
    store_doubt_free(data);
}

static gpointer read_doubt(const DbRows *row)
{
    StoreDoubt *doubt = g_new0(StoreDoubt, 1);
    doubt->delivery_id = db_column_int(row, 0);
    doubt->since = db_column_int(row, 1);
    doubt->series = db_column_dup(row, 2);
    doubt->leader = db_column_int(row, 3) != 0;
    return doubt;
}

/* ---- the policy ---- */

#define DOUBTS "SELECT id, last_attempt, (SELECT series FROM issue i WHERE i.id = issue_id), leader FROM delivery WHERE "

GPtrArray *store_doubt_open(Store *store, GError **error)
{
    return db_all(store->db, DOUBTS UNKNOWN " AND doubt IS NULL ORDER BY id", DB_NO_PARAMS, read_doubt, free_doubt, error);
}

gboolean store_doubt_decide(Store *store, gint64 delivery_id, gint64 again_at, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET doubt = $2, next_attempt = $3 WHERE id = $1 AND " UNKNOWN " AND doubt IS NULL",
                  DB_PARAMS(db_int(delivery_id), db_string(again_at > 0 ? "wait" : "clerk"), db_int_or_null(again_at)),
                  NULL, error);
}

GPtrArray *store_doubt_due(Store *store, gint64 now, GError **error)
{
    return db_all(store->db, DOUBTS WAITS " AND next_attempt <= $1 ORDER BY id", DB_PARAMS(db_int(now)), read_doubt,
                  free_doubt, error);
}

gint64 store_doubt_next(Store *store, GError **error)
{
    gint64 next = -1;
    return db_number(store->db, "SELECT coalesce(min(next_attempt), -1) FROM delivery WHERE " WAITS, DB_NO_PARAMS, &next,
                     error) ? next : -1;
}

gboolean store_doubt_ask_anew(Store *store, GError **error)
{
    return db_run(store->db, "UPDATE delivery SET doubt = NULL, next_attempt = NULL WHERE " UNKNOWN " AND doubt = 'wait'",
                  DB_NO_PARAMS, NULL, error);
}

gboolean store_doubt_leave(Store *store, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET doubt = 'clerk', next_attempt = NULL WHERE " UNKNOWN
                  " AND (doubt IS NULL OR doubt = 'wait')",
                  DB_NO_PARAMS, NULL, error);
}

/* ---- sent again ---- */

/* Takes the word. */
static gboolean audit(Store *store, const char *who, const char *action, const StoreDelivery *row, json_t *word,
                      GError **error)
{
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, row->issue_id);
    json_object_set_new(word, "delivery", json_integer(row->id));
    json_object_set_new(word, "recipient", json_string(row->recipient));
    char *after = json_dumps(word, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(word);
    gboolean good = store_audit_add(store, who, action, subject, "{\"state\":\"unknown\"}", after, error);
    free(after);
    return good;
}

/* The row, when it is due and the last one to its recipient; else NULL. */
static StoreDelivery *due_row(Store *store, gint64 id, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) rows =
        db_all(store->db,
               "SELECT " DELIVERY_COLUMNS " FROM delivery d WHERE id = $1 AND " WAITS " AND next_attempt <= $2 AND NOT EXISTS"
               " (SELECT 1 FROM delivery l WHERE l.issue_id = d.issue_id AND l.notice_id = 0"
               " AND l.recipient = d.recipient AND l.channel = d.channel AND l.sending_no > d.sending_no)",
               DB_PARAMS(db_int(id), db_int(now)), delivery_read, NULL, error);
    return rows != NULL && rows->len > 0 ? g_ptr_array_index(rows, 0) : NULL;
}

static gboolean leave_new_row(Store *store, const StoreDelivery *old, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET doubt = 'clerk' WHERE issue_id = $1 AND notice_id = 0 AND recipient = $2"
                  " AND channel = 'email' AND sending_no = $3",
                  DB_PARAMS(db_int(old->issue_id), db_text(old->recipient), db_int(old->sending_no + 1)), NULL, error);
}

static gboolean resend(Store *store, gint64 id, const char *reason, gint64 now, gboolean *sent, GError **error)
{
    GError *failed = NULL;
    g_autoptr(StoreDelivery) row = due_row(store, id, now, &failed);
    if (row == NULL && failed != NULL)
        g_propagate_error(error, failed);
    if (row == NULL)
        return failed == NULL;
    *sent = TRUE;
    return delivery_send_again(store, row, NULL, row->message_id, reason, now, error) &&
           leave_new_row(store, row, error) && delivery_apply_pauses(store, row->issue_id, now, error) &&
           audit(store, "songfad", "delivery.resend", row, json_pack("{s:s,s:s}", "reason", "policy", "words", reason),
                 error);
}

gboolean store_doubt_resend(Store *store, gint64 delivery_id, const char *reason, gint64 now, gboolean *sent,
                            GError **error)
{
    StoreWork work;
    *sent = FALSE;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, resend(store, delivery_id, reason, now, sent, error), error);
}

gboolean delivery_call_back(Store *store, gint64 id, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET state = 'cancelled', next_attempt = NULL WHERE state = 'queued' AND attempts = 0"
                  " AND doubt = 'clerk' AND EXISTS (SELECT 1 FROM delivery d WHERE d.id = $1"
                  " AND d.issue_id = delivery.issue_id AND d.recipient = delivery.recipient"
                  " AND d.channel = delivery.channel AND d.message_id = delivery.message_id"
                  " AND d.sending_no < delivery.sending_no)",
                  DB_PARAMS(db_int(id)), NULL, error);
}

/* ---- a clerk's word ---- */

static gboolean settle_row(Store *store, const StoreDelivery *row, const StoreWord *word, GError **error)
{
    const char *as = word->received ? "received" : "lost";
    return delivery_keep_attempt(store, row->id, error) &&
           db_run(store->db,
                  "UPDATE delivery SET state = CASE WHEN $2 = 'received' THEN 'delivered' ELSE state END, told = 0,"
                  " next_attempt = NULL, settled_as = $2, settled_by = $3, settled_at = $4, settled_why = $5"
                  " WHERE id = $1",
                  DB_PARAMS(db_int(row->id), db_text(as), db_text(word->who), db_int(word->now), db_text(word->reason)),
                  NULL, error) &&
           (word->received || delivery_send_again(store, row, NULL, NULL, word->reason, word->now, error)) &&
           audit(store, word->who, "delivery.settle", row,
                 json_pack("{s:s,s:s}", "word", as, "reason", word->reason), error);
}

static gboolean settle_to(Store *store, gint64 issue_id, const char *recipient, const StoreWord *word, int *n,
                          GError **error)
{
    int before = *n;
    g_autoptr(GPtrArray) rows = delivery_last_sendings(store, issue_id, recipient, error);
    if (rows == NULL || !delivery_is_one(rows, recipient, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = g_ptr_array_index(rows, i);
        if (row->state != DELIVERY_UNKNOWN)
            continue;
        if (!settle_row(store, row, word, error))
            return FALSE;
        ++*n;
    }
    if (*n > before)
        return TRUE;
    if (rows->len == 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有发给“%s”的邮件；请用 songfactl log 查看名称、编号或地址"), recipient);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("发给“%s”的邮件最后一次不是结果不明，无需核实；看登记：songfactl log --issue %" PRId64), recipient,
                    issue_id);
    return FALSE;
}

static gboolean settle_all(Store *store, gint64 issue_id, const StoreWord *word, int *n, GError **error)
{
    if (!word->received && !delivery_may_send(store, issue_id, error))
        return FALSE;
    for (gsize i = 0; word->recipients[i] != NULL; i++)
        if (!settle_to(store, issue_id, word->recipients[i], word, n, error))
            return FALSE;
    return word->received || delivery_apply_pauses(store, issue_id, word->now, error);
}

gboolean store_doubt_settle(Store *store, gint64 issue_id, const StoreWord *word, int *n, GError **error)
{
    StoreWork work;
    *n = 0;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, settle_all(store, issue_id, word, n, error), error);
}
