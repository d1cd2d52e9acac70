/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows on their way: taken when due, settled when answered. Each verb is one durable transaction. */
#include "daemon/store/deliveries.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/deliveries-private.h"

/* Rows an outcome statement takes at once: each statement has a cost beside that of its rows. */
enum { FEW_ROWS = 16 };

/* ---- taken ---- */

#define DUE_COLUMNS                                                                                \
    "recipient, name, salutation, address, token, message_id, follows, id, mail_id, issue_id, sending_no," \
    " attempts, first_queued, held_for, urgent, leader"
enum { DUE_TEXTS = 7 };

static void read_numbers(const DbRows *row, StoreDelivery *delivery)
{
    int column = DUE_TEXTS;
    delivery->id = db_column_int(row, column++);
    delivery->mail_id = db_column_int(row, column++);
    delivery->issue_id = db_column_int(row, column++);
    delivery->sending_no = (int)db_column_int(row, column++);
    delivery->attempts = (int)db_column_int(row, column++);
    delivery->first_queued = db_column_int(row, column++);
    delivery->held_for = db_column_int(row, column++);
    delivery->urgent = db_column_int(row, column++) != 0;
    delivery->leader = db_column_int(row, column) != 0;
}

/* A DbReader. One block a row, freed as one: rows are made in one thread and freed in another by the
 * hundred. */
static gpointer read_due(const DbRows *row)
{
    const char *texts[DUE_TEXTS];
    gsize sizes[DUE_TEXTS], size = sizeof(StoreDelivery);
    for (int i = 0; i < DUE_TEXTS; i++) {
        texts[i] = db_column_text(row, i);
        sizes[i] = texts[i] != NULL ? strlen(texts[i]) + 1 : 0;
        size += sizes[i];
    }
    StoreDelivery *delivery = g_malloc(size);
    *delivery = (StoreDelivery){.is_block = TRUE};
    char **places[DUE_TEXTS] = {&delivery->recipient, &delivery->name,  &delivery->salutation,
                                &delivery->address,   &delivery->token, &delivery->message_id,
                                &delivery->follows};
    char *at = (char *)(delivery + 1);
    for (int i = 0; i < DUE_TEXTS; at += sizes[i++])
        *places[i] = texts[i] != NULL ? memcpy(at, texts[i], sizes[i]) : NULL;
    read_numbers(row, delivery);
    return delivery;
}

static GPtrArray *due_rows(Store *store, int urgent, int max, gint64 now, GError **error)
{
    return db_all(store->db,
                  "SELECT " DUE_COLUMNS " FROM delivery WHERE " DELIVERY_WAITS
                  " AND urgent = $1 AND next_attempt <= $2 ORDER BY next_attempt, id LIMIT $3",
                  DB_PARAMS(db_int(urgent), db_int(now), db_int(max)), read_due, delivery_destroy,
                  error);
}

/* The row's state is asked for again, in a form that chooses no index: an engine that lets two
 * claims look at once must not give a row to both. */
static gboolean mark_run(Store *store, gint64 first, gint64 last, GError **error)
{
    gint64 changed = 0;
    if (!db_run(store->db,
                "UPDATE delivery SET state = 'sending', attempts = attempts + 1"
                " WHERE id BETWEEN $1 AND $2 AND (state || '' = 'queued' OR state || '' = 'deferred')",
                DB_PARAMS(db_int(first), db_int(last)), &changed, error))
        return FALSE;
    if (changed == last - first + 1)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE, _("待发的行被另一个程序同时取走；稍后会重新读取"));
    return FALSE;
}

/* An issue's rows stand one behind the other and are marked together. */
static gboolean mark_all(Store *store, const GPtrArray *rows, GError **error)
{
    for (guint i = 0, n; i < rows->len; i += n) {
        const StoreDelivery *first = g_ptr_array_index(rows, i), *next;
        for (n = 1; i + n < rows->len; n++) {
            next = g_ptr_array_index(rows, i + n);
            if (next->id != first->id + n)
                break;
        }
        if (!mark_run(store, first->id, first->id + n - 1, error))
            return FALSE;
    }
    return TRUE;
}

/* What will be overwritten by the outcome of the attempt that now begins. */
static gboolean keep_attempts(Store *store, GPtrArray *rows, GError **error)
{
    for (guint i = 0; i < rows->len; i++) {
        StoreDelivery *row = g_ptr_array_index(rows, i);
        if (row->attempts > 0 && !delivery_keep_attempt(store, row->id, error))
            return FALSE;
        row->attempts++;
        row->state = DELIVERY_SENDING;
    }
    return TRUE;
}

static gboolean claim_class(Store *store, int urgent, int max, gint64 now, GPtrArray *claimed,
                            GError **error)
{
    g_autoptr(GPtrArray) rows = due_rows(store, urgent, max, now, error);
    if (rows == NULL || !keep_attempts(store, rows, error) || !mark_all(store, rows, error))
        return FALSE;
    g_ptr_array_extend_and_steal(claimed, g_steal_pointer(&rows));
    return TRUE;
}

/* A store that is older than this one has a lower stamp (identity.h). */
static gboolean stamp(Store *store, GError **error)
{
    return db_run(store->db, "UPDATE store_identity SET stamp = stamp + 1", DB_NO_PARAMS, NULL, error);
}

GPtrArray *store_delivery_claim(Store *store, int max, int bulk, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) claimed = g_ptr_array_new_with_free_func(delivery_destroy);
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return NULL;
    gboolean good = claim_class(store, 1, max, now, claimed, error) &&
                    claim_class(store, 0, MIN(bulk, max - (int)claimed->len), now, claimed, error) &&
                    (claimed->len == 0 || stamp(store, error));
    return store_work_end(store, &work, good, error) ? g_steal_pointer(&claimed) : NULL;
}

/* ---- settled ---- */

/* What would wait again stays planned, or is cancelled, when a clerk has stopped it or its issue in the
 * meantime. */
#define IS_STOPPED                                                                                   \
    "(stopped IS NOT NULL OR (notice_id = 0 AND EXISTS (SELECT 1 FROM issue i WHERE i.id = issue_id" \
    " AND i.state = 'held')))"
#define STOPPED_STATE "CASE WHEN stopped = 'cancelled' THEN 'cancelled' ELSE 'planned' END"

/* Never tried: back in the queue as if it had not been taken. */
static gboolean put_back(Store *store, const DeliveryOutcome *outcome, gint64 *changed, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET attempts = attempts - 1,"
                  " state = CASE WHEN " IS_STOPPED " THEN " STOPPED_STATE " ELSE 'queued' END,"
                  " held_at = CASE WHEN " IS_STOPPED " THEN $4 END,"
                  " next_attempt = coalesce($2, next_attempt), waits_for = $3"
                  " WHERE id = $1 AND state = 'sending'",
                  DB_PARAMS(db_int(outcome->delivery_id), db_int_or_null(outcome->next_attempt),
                            db_text(outcome->reply_text), db_int(outcome->at)),
                  changed, error);
}

enum { OUTCOME_VALUES = 10 };

/* Settles n rows, whose values come in the order of outcome_values(). */
static char *make_settle_sql(gsize n)
{
    GString *sql = g_string_new("UPDATE delivery SET last_attempt = v.column2, reply_code = v.column4,"
                                " enhanced_code = v.column5, state = CASE WHEN v.column3 = 'deferred' AND "
                                IS_STOPPED " THEN " STOPPED_STATE " ELSE v.column3 END, held_at ="
                                " CASE WHEN v.column3 = 'deferred' AND " IS_STOPPED " THEN v.column2 END, reply_text = v.column6,"
                                " relay = v.column7, queue_id = v.column8, next_attempt = v.column9,"
                                " timing = v.column10"
                                " FROM (VALUES ");
    for (gsize i = 0; i < n * OUTCOME_VALUES; i++)
        g_string_append_printf(sql, "%s$%d%s", i % OUTCOME_VALUES > 0 ? ", " : i > 0 ? ", (" : "(", (int)i + 1,
                               (i + 1) % OUTCOME_VALUES == 0 ? ")" : "");
    g_string_append(sql, ") v WHERE delivery.id = v.column1 AND delivery.state = 'sending'");
    return g_string_free(sql, FALSE);
}

/* The two statements there are: for one row, for FEW_ROWS. */
static const char *settle_sql(gsize n)
{
    static char *texts[2];
    char **text = &texts[n == 1 ? 0 : 1];
    if (g_once_init_enter(text))
        g_once_init_leave(text, make_settle_sql(n));
    return *text;
}

static void outcome_values(const DeliveryOutcome *outcome, DbValue *values)
{
    const DbValue all[OUTCOME_VALUES] = {
        db_int(outcome->delivery_id),
        db_int(outcome->at),
        db_string(delivery_state_name(outcome->state)),
        db_int_or_null(outcome->reply_code),
        db_text(outcome->enhanced_code),
        db_text(outcome->reply_text),
        db_text(outcome->relay),
        db_text(outcome->queue_id),
        db_int_or_null(outcome->state == DELIVERY_DEFERRED ? outcome->next_attempt : 0),
        db_text(outcome->timing),
    };
    memcpy(values, all, sizeof(all));
}

static gboolean is_same(const DeliveryOutcome *a, const DeliveryOutcome *b)
{
    return a->state == b->state && a->at == b->at && a->next_attempt == b->next_attempt &&
           a->reply_code == b->reply_code && g_strcmp0(a->enhanced_code, b->enhanced_code) == 0 &&
           g_strcmp0(a->reply_text, b->reply_text) == 0 && g_strcmp0(a->relay, b->relay) == 0 &&
           g_strcmp0(a->queue_id, b->queue_id) == 0 && g_strcmp0(a->timing, b->timing) == 0;
}

/* How many of the next outcomes are the same for rows that stand one behind the other: those of one
 * transaction. */
static gsize n_alike(const DeliveryOutcome *outcomes, gsize n)
{
    gsize alike = 1;
    while (alike < n && outcomes[alike].delivery_id == outcomes[0].delivery_id + (gint64)alike &&
           is_same(&outcomes[alike], &outcomes[0]))
        alike++;
    return alike;
}

static gboolean settle_run(Store *store, const DeliveryOutcome *first, gsize n, gint64 *changed, GError **error)
{
    DbValue values[OUTCOME_VALUES + 1];
    outcome_values(first, values);
    values[OUTCOME_VALUES] = db_int(first->delivery_id + (gint64)n - 1);
    return db_run(store->db,
                  "UPDATE delivery SET last_attempt = $2, reply_code = $4, enhanced_code = $5, state ="
                  " CASE WHEN $3 = 'deferred' AND " IS_STOPPED " THEN 'planned' ELSE $3 END, reply_text = $6,"
                  " relay = $7, queue_id = $8, next_attempt = $9, timing = $10"
                  " WHERE id BETWEEN $1 AND $11 AND state = 'sending'",
                  values, G_N_ELEMENTS(values), changed, error);
}

/* Outcomes of tried rows; n is 1 or FEW_ROWS. */
static gboolean settle(Store *store, const DeliveryOutcome *outcomes, gsize n, gint64 *changed, GError **error)
{
    DbValue values[FEW_ROWS * OUTCOME_VALUES];
    for (gsize i = 0; i < n; i++)
        outcome_values(&outcomes[i], values + i * OUTCOME_VALUES);
    return db_run(store->db, settle_sql(n), values, n * OUTCOME_VALUES, changed, error);
}

/* How many of the next outcomes one statement takes. */
static gsize n_together(const DeliveryOutcome *outcomes, gsize n)
{
    for (gsize i = 0; i < FEW_ROWS; i++)
        if (i >= n || outcomes[i].state == DELIVERY_QUEUED)
            return 1;
    return FEW_ROWS;
}

/* Stores the next few outcomes; how many in *taken. */
static gboolean finish_some(Store *store, const DeliveryOutcome *outcomes, gsize n, gsize *taken, gint64 *changed,
                            GError **error)
{
    *taken = 1;
    if (outcomes->state == DELIVERY_QUEUED)
        return put_back(store, outcomes, changed, error);
    *taken = n_alike(outcomes, n);
    if (*taken > 1)
        return settle_run(store, outcomes, *taken, changed, error);
    *taken = n_together(outcomes, n);
    return settle(store, outcomes, *taken, changed, error);
}

static gboolean finish_all(Store *store, const DeliveryOutcome *outcomes, gsize n, int *changed,
                           GError **error)
{
    for (gsize i = 0, taken; i < n; i += taken) {
        gint64 some = 0;
        if (!finish_some(store, outcomes + i, n - i, &taken, &some, error))
            return FALSE;
        *changed += (int)some;
    }
    return TRUE;
}

gboolean store_delivery_finish(Store *store, const DeliveryOutcome *outcomes, gsize n, int *changed,
                               GError **error)
{
    int n_changed = 0;
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean good = finish_all(store, outcomes, n, &n_changed, error) && stamp(store, error);
    gboolean ok = store_work_end(store, &work, good, error);
    if (changed != NULL)
        *changed = ok ? n_changed : 0;
    return ok;
}

GArray *store_delivery_in_doubt(Store *store, GError **error)
{
    return db_numbers(store->db, "SELECT id FROM delivery WHERE state = 'sending'", DB_NO_PARAMS, error);
}

GArray *store_delivery_waiting_issues(Store *store, gint64 now, GError **error)
{
    return db_numbers(store->db,
                      "SELECT DISTINCT d.issue_id FROM delivery d JOIN issue i ON i.id = d.issue_id"
                      " WHERE (d.state = 'queued' OR d.state = 'deferred') AND d.next_attempt <= $1"
                      " AND d.notice_id = 0 AND i.state = 'released'",
                      DB_PARAMS(db_int(now)), error);
}

static gint64 next_of_class(Store *store, int urgent, GError **error)
{
    gint64 due = -1;
    if (!db_number(store->db,
                   "SELECT next_attempt FROM delivery WHERE " DELIVERY_WAITS
                   " AND urgent = $1 ORDER BY next_attempt LIMIT 1",
                   DB_PARAMS(db_int(urgent)), &due, error))
        return -1;
    return due;
}

gint64 store_delivery_next_urgent(Store *store, GError **error)
{
    return next_of_class(store, 1, error);
}

gint64 store_delivery_next_due(Store *store, GError **error)
{
    GError *failed = NULL;
    gint64 urgent = next_of_class(store, 1, &failed);
    gint64 bulk = failed == NULL ? next_of_class(store, 0, &failed) : -1;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return -1;
    }
    return urgent < 0 || bulk < 0 ? MAX(urgent, bulk) : MIN(urgent, bulk);
}

gboolean store_delivery_hasten(Store *store, gint64 now, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET next_attempt = $1 WHERE state = 'queued' AND urgent IN (0, 1)"
                  " AND next_attempt > $1",
                  DB_PARAMS(db_int(now)), NULL, error);
}
