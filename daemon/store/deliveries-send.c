/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows on their way: taken when due, settled when answered. Each verb is one durable transaction. */
#include "daemon/store/deliveries.h"

#include "daemon/store/deliveries-private.h"

static int by_due_time(gconstpointer a, gconstpointer b)
{
    const StoreDelivery *one = *(StoreDelivery *const *)a, *two = *(StoreDelivery *const *)b;
    if (one->next_attempt != two->next_attempt)
        return one->next_attempt < two->next_attempt ? -1 : 1;
    return one->id < two->id ? -1 : one->id > two->id;
}

/* The state is asked for twice: inside it chooses the index of due rows; outside it keeps two claims
 * from the same row on an engine that lets both look at once, in a form that chooses no index. */
static gboolean claim_class(Store *store, int urgent, int max, gint64 now, GPtrArray *claimed,
                            GError **error)
{
    GPtrArray *rows =
        db_all(store->db,
               "UPDATE delivery SET state = 'sending', attempts = attempts + 1 WHERE id IN"
               " (SELECT id FROM delivery WHERE state IN ('queued', 'deferred') AND urgent = $1"
               " AND next_attempt <= $2 ORDER BY next_attempt, id LIMIT $3)"
               " AND state || '' IN ('queued', 'deferred') RETURNING " DELIVERY_COLUMNS,
               DB_PARAMS(db_int(urgent), db_int(now), db_int(max)), delivery_read, delivery_destroy, error);
    if (rows == NULL)
        return FALSE;
    g_ptr_array_sort(rows, by_due_time); /* RETURNING promises no order */
    g_ptr_array_extend_and_steal(claimed, rows);
    return TRUE;
}

GPtrArray *store_delivery_claim(Store *store, int max, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) claimed = g_ptr_array_new_with_free_func(delivery_destroy);
    if (!store_begin(store, error))
        return NULL;
    if (!claim_class(store, 1, max, now, claimed, error) ||
        !claim_class(store, 0, max - (int)claimed->len, now, claimed, error)) {
        store_rollback(store);
        return NULL;
    }
    return store_commit(store, error) ? g_steal_pointer(&claimed) : NULL;
}

/* What would wait again stays planned when a clerk has stopped its issue in the meantime. */
#define IS_STOPPED                                                                                   \
    "(notice_id = 0 AND EXISTS (SELECT 1 FROM issue i WHERE i.id = issue_id AND i.state = 'held'))"

/* Never tried: back in the queue as if it had not been taken. */
static gboolean put_back(Store *store, const DeliveryOutcome *outcome, gint64 *changed, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET attempts = attempts - 1,"
                  " state = CASE WHEN " IS_STOPPED " THEN 'planned' ELSE 'queued' END,"
                  " next_attempt = coalesce($2, next_attempt) WHERE id = $1 AND state = 'sending'",
                  DB_PARAMS(db_int(outcome->delivery_id), db_int_or_null(outcome->next_attempt)), changed,
                  error);
}

/* The log takes its number from the row as it still is, so it is written first. */
static gboolean settle(Store *store, const DeliveryOutcome *outcome, gint64 *changed, GError **error)
{
    const DbValue params[] = {
        db_int(outcome->delivery_id),
        db_int(outcome->at),
        db_string(delivery_state_name(outcome->state)),
        db_int_or_null(outcome->reply_code),
        db_text(outcome->enhanced_code),
        db_text(outcome->reply_text),
        db_text(outcome->relay),
        db_text(outcome->queue_id),
        db_int_or_null(outcome->state == DELIVERY_DEFERRED ? outcome->next_attempt : 0),
    };
    gboolean ok = db_run(store->db,
                         "INSERT INTO attempt (delivery_id, number, at, outcome, reply_code,"
                         " enhanced_code, reply_text, relay, queue_id)"
                         " SELECT id, attempts, $2, $3, $4, $5, $6, $7, $8"
                         " FROM delivery WHERE id = $1 AND state = 'sending'",
                         params, G_N_ELEMENTS(params), changed, error);
    if (!ok || *changed == 0)
        return ok;
    return db_run(store->db,
                  "UPDATE delivery SET last_attempt = $2, reply_code = $4, enhanced_code = $5,"
                  " state = CASE WHEN $3 = 'deferred' AND " IS_STOPPED " THEN 'planned' ELSE $3 END,"
                  " reply_text = $6, relay = $7, queue_id = $8, next_attempt = $9 WHERE id = $1",
                  params, G_N_ELEMENTS(params), NULL, error);
}

static gboolean finish_all(Store *store, const DeliveryOutcome *outcomes, gsize n, int *changed,
                           GError **error)
{
    for (gsize i = 0; i < n; i++) {
        gint64 one = 0;
        gboolean ok = outcomes[i].state == DELIVERY_QUEUED ? put_back(store, &outcomes[i], &one, error)
                                                           : settle(store, &outcomes[i], &one, error);
        if (!ok)
            return FALSE;
        *changed += (int)one;
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
    gboolean ok = store_work_end(store, &work, finish_all(store, outcomes, n, &n_changed, error), error);
    if (changed != NULL)
        *changed = ok ? n_changed : 0;
    return ok;
}

GArray *store_delivery_in_doubt(Store *store, GError **error)
{
    g_autoptr(DbRows) rows = db_query(
        store->db, "SELECT id FROM delivery WHERE state = 'sending' ORDER BY id", DB_NO_PARAMS, error);
    if (rows == NULL)
        return NULL;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        gint64 id = db_column_int(rows, 0);
        g_array_append_val(ids, id);
    }
    if (failed == NULL)
        return g_steal_pointer(&ids);
    g_propagate_error(error, failed);
    return NULL;
}

gint64 store_delivery_next_due(Store *store, GError **error)
{
    gint64 earliest = -1;
    for (int urgent = 0; urgent <= 1; urgent++) {
        gint64 due;
        GError *failed = NULL;
        if (db_number(store->db,
                      "SELECT next_attempt FROM delivery WHERE state IN ('queued', 'deferred')"
                      " AND urgent = $1 ORDER BY next_attempt LIMIT 1",
                      DB_PARAMS(db_int(urgent)), &due, &failed))
            earliest = earliest < 0 ? due : MIN(earliest, due);
        if (failed != NULL) {
            g_propagate_error(error, failed);
            return -1;
        }
    }
    return earliest;
}
