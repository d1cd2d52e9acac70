/* SPDX-License-Identifier: GPL-3.0-or-later
 * The register read: rows by filter, counts by state, the log of attempts. */
#include "daemon/store/deliveries.h"

#include "daemon/store/deliveries-private.h"

gpointer delivery_read(const DbRows *row)
{
    StoreDelivery *delivery = g_new0(StoreDelivery, 1);
    delivery->id = db_column_int(row, 0);
    delivery->mail_id = db_column_int(row, 1);
    delivery->issue_id = db_column_int(row, 2);
    delivery->recipient = db_column_dup(row, 3);
    delivery->name = db_column_dup(row, 4);
    delivery->salutation = db_column_dup(row, 5);
    delivery->unit = db_column_dup(row, 6);
    delivery->channel = db_column_dup(row, 7);
    delivery->address = db_column_dup(row, 8);
    delivery->copies = (int)db_column_int(row, 9);
    delivery->because = db_column_dup(row, 10);
    delivery->token = db_column_dup(row, 11);
    delivery->message_id = db_column_dup(row, 12);
    delivery->sending_no = (int)db_column_int(row, 13);
    delivery->reason = db_column_dup(row, 14);
    delivery_state_parse(db_column_text(row, 15), &delivery->state);
    delivery->attempts = (int)db_column_int(row, 16);
    delivery->first_queued = db_column_int(row, 17);
    delivery->next_attempt = db_column_int(row, 18);
    delivery->last_attempt = db_column_int(row, 19);
    delivery->signed_at = db_column_int(row, 20);
    delivery->reply_code = (int)db_column_int(row, 21);
    delivery->enhanced_code = db_column_dup(row, 22);
    delivery->reply_text = db_column_dup(row, 23);
    delivery->relay = db_column_dup(row, 24);
    delivery->queue_id = db_column_dup(row, 25);
    delivery->urgent = db_column_int(row, 26) != 0;
    delivery->waits_for = db_column_dup(row, 27);
    delivery->held_for = db_column_int(row, 28);
    delivery->leader = db_column_int(row, 29) != 0;
    delivery->settled_by = db_column_dup(row, 30);
    delivery->settled_at = db_column_int(row, 31);
    delivery->settled_why = db_column_dup(row, 32);
    delivery->settled_as = db_column_dup(row, 33);
    delivery->signed_by = db_column_dup(row, 34);
    delivery->follows = db_column_dup(row, 35);
    return delivery;
}

void store_delivery_free(StoreDelivery *delivery)
{
    if (delivery == NULL)
        return;
    if (delivery->is_block) {
        g_free(delivery);
        return;
    }
    char *texts[] = {delivery->recipient, delivery->name,       delivery->salutation, delivery->unit,
                     delivery->channel,   delivery->address,    delivery->because,    delivery->token,
                     delivery->message_id, delivery->reason,    delivery->enhanced_code,
                     delivery->reply_text, delivery->relay,     delivery->queue_id,   delivery->waits_for,
                     delivery->settled_by, delivery->settled_why, delivery->settled_as,
                     delivery->signed_by, delivery->follows};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(delivery);
}

void delivery_destroy(gpointer delivery)
{
    store_delivery_free(delivery);
}

/* Only what is asked for stands in the statement, so that each question finds its index. */
static GPtrArray *list_to(Store *store, const DeliveryFilter *filter, const char *to, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT " DELIVERY_COLUMNS " FROM delivery WHERE 1 = 1");
    if (filter->id != 0)
        g_string_append(sql, " AND id = $6");
    if (filter->issue_id != 0)
        g_string_append(sql, " AND issue_id = $1");
    if (filter->recipient != NULL)
        g_string_append_printf(sql, " AND %s", to);
    if (filter->state >= 0)
        g_string_append(sql, " AND state = $3");
    if (filter->since != 0)
        g_string_append(sql, " AND first_queued >= $4");
    if (!filter->notices)
        g_string_append(sql, " AND notice_id = 0");
    g_string_append(sql, " ORDER BY issue_id, id LIMIT $5");
    return db_all(store->db, sql->str,
                  DB_PARAMS(db_int(filter->issue_id), db_text(filter->recipient),
                            db_text(filter->state >= 0 ? delivery_state_name((DeliveryState)filter->state)
                                                       : NULL),
                            db_int(filter->since), db_int(filter->limit > 0 ? filter->limit : G_MAXINT64), db_int(filter->id)),
                  delivery_read, delivery_destroy, error);
}

GPtrArray *store_delivery_list(Store *store, const DeliveryFilter *filter, GError **error)
{
    g_autoptr(GPtrArray) rows = list_to(store, filter, DELIVERY_TO, error);
    if (rows != NULL && rows->len == 0 && filter->recipient != NULL)
        return list_to(store, filter, DELIVERY_TO_PERSON, error);
    return g_steal_pointer(&rows);
}

#define COUNT "SELECT count(*) FROM delivery WHERE "
#define MAILS_OF_ISSUE " AND issue_id = $1 AND notice_id = 0 AND channel = 'email'"
#define MAILS " AND $1 = 0 AND notice_id = 0 AND channel = 'email'"

/* Mail rows in the state, of one issue or of all; state NULL = in any. The two states of rows on their
 * way have indexes of their own. */
static gboolean count(Store *store, const char *state, gint64 issue_id, gint64 *n, GError **error)
{
    gboolean on_its_way = g_strcmp0(state, "queued") == 0 || g_strcmp0(state, "sending") == 0;
    g_autofree char *sql =
        state == NULL ? g_strconcat(COUNT "1 = 1", issue_id != 0 ? MAILS_OF_ISSUE : MAILS, NULL)
                      : g_strconcat(COUNT "state = '", state, on_its_way ? "'" : "' AND " DELIVERY_RESTS,
                                    issue_id != 0 ? MAILS_OF_ISSUE : MAILS, NULL);
    return db_number(store->db, sql, DB_PARAMS(db_int(issue_id)), n, error);
}

/* Accepted is what is left: the state of nearly all rows, which no index need hold. */
gboolean store_delivery_counts(Store *store, gint64 issue_id, gint64 *counts, GError **error)
{
    gint64 all = 0, others = 0;
    if (!count(store, NULL, issue_id, &all, error))
        return FALSE;
    for (DeliveryState state = 0; state <= DELIVERY_CANCELLED; state++) {
        if (state == DELIVERY_ACCEPTED)
            continue;
        if (!count(store, delivery_state_name(state), issue_id, &counts[state], error))
            return FALSE;
        others += counts[state];
    }
    counts[DELIVERY_ACCEPTED] = all - others;
    return TRUE;
}

void store_attempt_free(StoreAttempt *attempt)
{
    if (attempt == NULL)
        return;
    g_free(attempt->enhanced_code);
    g_free(attempt->reply_text);
    g_free(attempt->relay);
    g_free(attempt->queue_id);
    g_free(attempt->timing);
    g_free(attempt);
}

static void free_attempt(gpointer data)
{
    store_attempt_free(data);
}

static gpointer read_attempt(const DbRows *row)
{
    StoreAttempt *attempt = g_new0(StoreAttempt, 1);
    attempt->number = (int)db_column_int(row, 0);
    attempt->at = db_column_int(row, 1);
    delivery_state_parse(db_column_text(row, 2), &attempt->outcome);
    attempt->reply_code = (int)db_column_int(row, 3);
    attempt->enhanced_code = db_column_dup(row, 4);
    attempt->reply_text = db_column_dup(row, 5);
    attempt->relay = db_column_dup(row, 6);
    attempt->queue_id = db_column_dup(row, 7);
    attempt->timing = db_column_dup(row, 8);
    return attempt;
}

/* The attempt that stands in a row: not the one that is under way. */
#define ROW_ATTEMPT                                                                                   \
    "SELECT id, attempts - (state = 'sending') AS number, last_attempt, CASE WHEN state IN ('accepted'," \
    " 'refused', 'unknown') THEN state ELSE 'deferred' END, reply_code, enhanced_code, reply_text,"   \
    " relay, queue_id, timing FROM delivery d WHERE id = $1 AND last_attempt IS NOT NULL AND NOT EXISTS"      \
    " (SELECT 1 FROM attempt WHERE delivery_id = $1 AND number = d.attempts - (d.state = 'sending'))"

gboolean delivery_keep_attempt(Store *store, gint64 id, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO attempt (delivery_id, number, at, outcome, reply_code, enhanced_code,"
                  " reply_text, relay, queue_id, timing) " ROW_ATTEMPT,
                  DB_PARAMS(db_int(id)), NULL, error);
}

GPtrArray *store_attempt_list(Store *store, gint64 delivery_id, GError **error)
{
    return db_all(store->db,
                  "SELECT number, at, outcome, reply_code, enhanced_code, reply_text, relay, queue_id, timing FROM"
                  " (SELECT * FROM attempt WHERE delivery_id = $1 UNION ALL " ROW_ATTEMPT ") a ORDER BY number",
                  DB_PARAMS(db_int(delivery_id)), read_attempt, free_attempt, error);
}
