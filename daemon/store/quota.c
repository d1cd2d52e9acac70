/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counts by scope and local day. */
#include "daemon/store/quota.h"

#include "daemon/base/clock.h"
#include "daemon/store/store-private.h"

#define KEEP (G_GINT64_CONSTANT(40) * 86400 * CLOCK_SECOND)

gboolean store_quota_forget(Store *store, gint64 now, GError **error)
{
    g_autofree char *oldest = clock_date(now - KEEP);
    return db_run(store->db, "DELETE FROM quota WHERE day < $1", DB_PARAMS(db_string(oldest)), NULL, error);
}

/* Rows of scope and count. */
static GHashTable *load(Store *store, const char *sql, DbValue when, GError **error)
{
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(DbRows) rows = db_query(store->db, sql, &when, 1, error);
    if (rows == NULL)
        return NULL;
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        gint64 n = db_column_int(rows, 1);
        g_hash_table_insert(used, db_column_dup(rows, 0), g_memdup2(&n, sizeof(n)));
    }
    if (failed == NULL)
        return g_steal_pointer(&used);
    g_propagate_error(error, failed);
    return NULL;
}

GHashTable *store_quota_load(Store *store, gint64 now, GError **error)
{
    g_autofree char *day = clock_date(now);
    return load(store, "SELECT scope, used FROM quota WHERE day = $1", db_string(day), error);
}

gboolean store_quota_add(Store *store, GHashTable *used, gint64 now, GError **error)
{
    g_autofree char *day = clock_date(now);
    GHashTableIter iter;
    gpointer scope, n;
    g_hash_table_iter_init(&iter, used);
    while (g_hash_table_iter_next(&iter, &scope, &n))
        if (!db_run(store->db,
                    "INSERT INTO quota (scope, day, used) VALUES ($1, $2, $3)"
                    " ON CONFLICT (scope, day) DO UPDATE SET used = quota.used + excluded.used",
                    DB_PARAMS(db_string(scope), db_string(day), db_int(*(const gint64 *)n)), NULL, error))
            return FALSE;
    return TRUE;
}

static gboolean put_minutes(Store *store, GHashTable *used, gint64 now, GError **error)
{
    GHashTableIter iter;
    gpointer scope, n;
    g_hash_table_iter_init(&iter, used);
    while (g_hash_table_iter_next(&iter, &scope, &n))
        if (!db_run(store->db,
                    "INSERT INTO minute_use (scope, at, used) VALUES ($1, $2, $3)"
                    " ON CONFLICT (scope) DO UPDATE SET at = excluded.at, used = excluded.used",
                    DB_PARAMS(db_string(scope), db_int(now), db_int(*(const gint64 *)n)), NULL, error))
            return FALSE;
    return TRUE;
}

gboolean store_minute_put(Store *store, GHashTable *used, gint64 now, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, put_minutes(store, used, now, error), error);
}

GHashTable *store_minute_load(Store *store, gint64 now, GError **error)
{
    return load(store, "SELECT scope, used FROM minute_use WHERE at > $1", db_int(now - 60 * CLOCK_SECOND), error);
}
