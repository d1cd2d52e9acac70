/* SPDX-License-Identifier: GPL-3.0-or-later
 * Requests with a key. */
#include "daemon/store/api-requests.h"

#include "daemon/base/clock.h"
#include "daemon/store/store-private.h"

#define KEPT (STORE_API_REQUEST_DAYS * 86400 * CLOCK_SECOND)

static gpointer read_request(const DbRows *row)
{
    StoreApiRequest *request = g_new0(StoreApiRequest, 1);
    request->token_id = db_column_int(row, 0);
    request->key = db_column_dup(row, 1);
    request->at = db_column_int(row, 2);
    request->body = db_column_dup(row, 3);
    request->hand_in_id = db_column_int(row, 4);
    request->status = (int)db_column_int(row, 5);
    request->answer = db_column_dup(row, 6);
    return request;
}

void store_api_request_free(StoreApiRequest *request)
{
    if (request == NULL)
        return;
    g_free(request->key);
    g_free(request->body);
    g_free(request->answer);
    g_free(request);
}

StoreApiRequest *store_api_request_get(Store *store, gint64 token_id, const char *key, gint64 now, GError **error)
{
    return db_one(store->db,
                  "SELECT token_id, request_key, at, body, hand_in_id, status, answer FROM api_request"
                  " WHERE token_id = $1 AND request_key = $2 AND at > $3",
                  DB_PARAMS(db_int(token_id), db_text(key), db_int(now - KEPT)), read_request, error);
}

static gboolean reserve(Store *store, const StoreApiRequest *request, GError **error)
{
    return db_run(store->db, "DELETE FROM api_request WHERE at <= $1", DB_PARAMS(db_int(request->at - KEPT)), NULL, error) &&
           db_run(store->db, "INSERT INTO api_request (token_id, request_key, at, body) VALUES ($1, $2, $3, $4)",
                  DB_PARAMS(db_int(request->token_id), db_text(request->key), db_int(request->at),
                            db_text(request->body)), NULL, error);
}

gboolean store_api_request_reserve(Store *store, const StoreApiRequest *request, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) && store_work_end(store, &work, reserve(store, request, error), error);
}

gboolean store_api_request_bind(Store *store, const StoreApiRequest *request, gint64 hand_in_id, GError **error)
{
    return db_run(store->db, "UPDATE api_request SET hand_in_id = $3 WHERE token_id = $1 AND request_key = $2",
                  DB_PARAMS(db_int(request->token_id), db_text(request->key), db_int(hand_in_id)), NULL, error);
}

gboolean store_api_request_answer(Store *store, const StoreApiRequest *request, int status, const char *answer,
                                  GError **error)
{
    return db_run(store->db,
                  "UPDATE api_request SET status = $3, answer = $4"
                  " WHERE token_id = $1 AND request_key = $2 AND status IS NULL",
                  DB_PARAMS(db_int(request->token_id), db_text(request->key), db_int(status), db_text(answer)), NULL,
                  error);
}

gboolean store_api_request_find(Store *store, const char *origin, const char *digest, gint64 since, gint64 *hand_in_id,
                                GError **error)
{
    GError *failed = NULL;
    *hand_in_id = 0;
    db_number(store->db, "SELECT id FROM hand_in WHERE origin = $1 AND digest = $2 AND at >= $3 ORDER BY id LIMIT 1",
              DB_PARAMS(db_text(origin), db_text(digest), db_int(since)), hand_in_id, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}
