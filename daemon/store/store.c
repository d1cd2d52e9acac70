/* SPDX-License-Identifier: GPL-3.0-or-later
 * Opening the store, bringing its schema up to date, and transactions. */
#include "daemon/store/store.h"

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/sql.h"
#include "daemon/store/store-private.h"

static gboolean read_version(Store *store, gint64 *version, GError **error)
{
    gboolean has = FALSE;
    *version = 0;
    if (!db_has_table(store->db, "schema_version", &has, error))
        return FALSE;
    return !has || db_number(store->db, "SELECT coalesce(max(version), 0) FROM schema_version",
                             DB_NO_PARAMS, version, error);
}

static gboolean apply(Store *store, const StoreMigration *migration, GError **error)
{
    return db_script(store->db, migration->script, error) &&
           db_run(store->db, "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)",
                  DB_PARAMS(db_int(migration->version), db_int(clock_now())), NULL, error);
}

/* Each is asked for on its own: one may have been added between two that a store has already. */
static gboolean is_missing(Store *store, const StoreMigration *migration, gboolean *missing, GError **error)
{
    gboolean has = FALSE;
    gint64 n = 0;
    if (!db_has_table(store->db, "schema_version", &has, error) ||
        (has && !db_number(store->db, "SELECT count(*) FROM schema_version WHERE version = $1",
                           DB_PARAMS(db_int(migration->version)), &n, error)))
        return FALSE;
    *missing = n == 0;
    return TRUE;
}

static gboolean apply_missing(Store *store, GError **error)
{
    for (gsize i = 0; i < store_migrations_count; i++) {
        gboolean missing = FALSE;
        if (!is_missing(store, &store_migrations[i], &missing, error) ||
            (missing && !apply(store, &store_migrations[i], error)))
            return FALSE;
    }
    return store_token_make_key(store, error) && db_check_references(store->db, error);
}

/* Tables that others refer to may be made anew. Under the write lock the migrations are asked for again:
 * another process may have been quicker. */
static gboolean migrate_in_one_go(Store *store, GError **error)
{
    StoreWork work;
    return db_hold_references(store->db, FALSE, error) && store_work_begin(store, &work, error) &&
           store_work_end(store, &work, apply_missing(store, error), error) &&
           db_hold_references(store->db, TRUE, error);
}

static gboolean migrate(Store *store, GError **error)
{
    gint64 version = 0, newest = store_migrations[store_migrations_count - 1].version;
    gboolean missing = FALSE;
    if (!read_version(store, &version, error))
        return FALSE;
    if (version > newest) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                    _("数据库 %s 由更新版本的 songfad 建立（结构版本 %d，本程序只认识到 %d）；请升级本程序"),
                    store->path, (int)version, (int)newest);
        return FALSE;
    }
    for (gsize i = 0; i < store_migrations_count && !missing; i++)
        if (!is_missing(store, &store_migrations[i], &missing, error))
            return FALSE;
    return !missing || migrate_in_one_go(store, error);
}

static Store *open_connection(const char *path, gboolean create, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);
    store->path = g_strdup(path);
    store->db = db_open(path, create, error);
    return store->db != NULL ? g_steal_pointer(&store) : NULL;
}

Store *store_open(const char *path, gboolean create, GError **error)
{
    g_autoptr(Store) store = open_connection(path, create, error);
    if (store == NULL || (db_is_small(store->db) && !db_check(store->db, error)))
        return NULL;
    return migrate(store, error) ? g_steal_pointer(&store) : NULL;
}

Store *store_join(const char *path, GError **error)
{
    return open_connection(path, FALSE, error);
}

void store_close(Store *store)
{
    if (store == NULL)
        return;
    db_close(store->db);
    g_free(store->path);
    g_free(store->token_key);
    g_free(store);
}

gboolean store_check(Store *store, GError **error)
{
    return db_check(store->db, error);
}

gboolean store_begin(Store *store, GError **error)
{
    return db_begin(store->db, error);
}

gboolean store_commit(Store *store, GError **error)
{
    return db_commit(store->db, error);
}

void store_rollback(Store *store)
{
    db_rollback(store->db);
}

gboolean store_end(Store *store, gboolean good, GError **error)
{
    if (good)
        return store_commit(store, error);
    store_rollback(store);
    return FALSE;
}

gint64 store_change_counter(Store *store)
{
    return db_change_counter(store->db);
}

gboolean store_work_begin(Store *store, StoreWork *work, GError **error)
{
    work->nested = db_in_transaction(store->db);
    return work->nested ? db_script(store->db, "SAVEPOINT work", error) : db_begin(store->db, error);
}

gboolean store_work_end(Store *store, const StoreWork *work, gboolean ok, GError **error)
{
    if (!work->nested)
        return store_end(store, ok, error);
    if (ok)
        return db_script(store->db, "RELEASE work", error);
    db_script(store->db, "ROLLBACK TO work; RELEASE work", NULL);
    return FALSE;
}
