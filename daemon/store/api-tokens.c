/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens of the HTTP interface. */
#include "daemon/store/api-tokens.h"

#include <jansson.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/store/audit.h"
#include "daemon/store/store-private.h"

enum { TOKEN_BYTES = 32 };
#define USE_STEP (60 * CLOCK_SECOND) /* a write for each request would cost more than it tells */
#define IN_FORCE "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)"
#define COLUMNS "id, name, series, created_at, expires_at, revoked_at, last_used_at, created_by"

static gpointer read_token(const DbRows *row)
{
    StoreApiToken *token = g_new0(StoreApiToken, 1);
    token->id = db_column_int(row, 0);
    token->name = db_column_dup(row, 1);
    token->series = db_column_dup(row, 2);
    token->created_at = db_column_int(row, 3);
    token->expires_at = db_column_int(row, 4);
    token->revoked_at = db_column_int(row, 5);
    token->last_used_at = db_column_int(row, 6);
    token->created_by = db_column_dup(row, 7);
    return token;
}

void store_api_token_free(StoreApiToken *token)
{
    if (token == NULL)
        return;
    g_free(token->name);
    g_free(token->series);
    g_free(token->created_by);
    g_free(token);
}

static void destroy_token(gpointer token)
{
    store_api_token_free(token);
}

/* ---- made, listed, ended ---- */

static gboolean audit(Store *store, const char *action, const char *who, const char *name, json_t *word, GError **error)
{
    g_autofree char *subject = g_strconcat("token:", name, NULL);
    char *after = word != NULL ? json_dumps(word, JSON_COMPACT) : NULL;
    json_decref(word);
    gboolean good = store_audit_add(store, who, action, subject, NULL, after, error);
    free(after);
    return good;
}

static gboolean check_free(Store *store, const char *name, GError **error)
{
    gint64 n = 0;
    if (!db_number(store->db, "SELECT count(*) FROM api_token WHERE name = $1 AND revoked_at IS NULL",
                   DB_PARAMS(db_text(name)), &n, error))
        return FALSE;
    if (n > 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("已有名为“%s”的令牌；请换一个名字，或先 songfactl token revoke %s"), name, name);
    return n == 0;
}

static gboolean add(Store *store, const StoreApiToken *api, const char *digest, gint64 now, GError **error)
{
    g_autofree char *expires = api->expires_at > 0 ? clock_rfc3339(api->expires_at) : NULL;
    return check_free(store, api->name, error) &&
           db_run(store->db,
                  "INSERT INTO api_token (name, digest, series, created_at, created_by, expires_at)"
                  " VALUES ($1, $2, $3, $4, $5, $6)",
                  DB_PARAMS(db_text(api->name), db_text(digest), db_text(api->series), db_int(now),
                            db_text(api->created_by), db_int_or_null(api->expires_at)), NULL, error) &&
           audit(store, "token.add", api->created_by, api->name,
                 json_pack("{s:s?,s:s?}", "series", api->series, "expires", expires), error);
}

char *store_api_token_add(Store *store, const StoreApiToken *api, gint64 now, GError **error)
{
    g_autofree char *text = ident_token(TOKEN_BYTES), *digest = ident_sha256(text, strlen(text));
    StoreWork work;
    if (!store_work_begin(store, &work, error) ||
        !store_work_end(store, &work, add(store, api, digest, now, error), error))
        return NULL;
    return g_steal_pointer(&text);
}

GPtrArray *store_api_token_list(Store *store, gboolean all, GError **error)
{
    const char *sql = all ? "SELECT " COLUMNS " FROM api_token WHERE $1 >= 0 ORDER BY name, id"
                          : "SELECT " COLUMNS " FROM api_token WHERE " IN_FORCE " ORDER BY name, id";
    return db_all(store->db, sql, DB_PARAMS(db_int(clock_now())), read_token, destroy_token, error);
}

static gboolean revoke(Store *store, const char *name, const char *who, gint64 now, GError **error)
{
    gint64 changed = 0;
    if (!db_run(store->db, "UPDATE api_token SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL",
                DB_PARAMS(db_text(name), db_int(now)), &changed, error))
        return FALSE;
    if (changed == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有名为“%s”的令牌，或已经作废；songfactl token list --all 列出全部"), name);
        return FALSE;
    }
    return audit(store, "token.revoke", who, name, NULL, error);
}

gboolean store_api_token_revoke(Store *store, const char *name, const char *who, gint64 now, GError **error)
{
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, revoke(store, name, who, now, error), error);
}

/* ---- judged ---- */

/* The id of the one whose digest it is, 0 when none; all are looked at. */
static gboolean find(Store *store, const char *digest, gint64 now, gint64 *id, GError **error)
{
    g_autoptr(DbRows) rows =
        db_query(store->db, "SELECT id, digest FROM api_token WHERE " IN_FORCE, DB_PARAMS(db_int(now)), error);
    GError *failed = NULL;
    *id = 0;
    if (rows == NULL)
        return FALSE;
    while (db_next(rows, &failed))
        if (ident_same(db_column_text(rows, 1), digest))
            *id = db_column_int(rows, 0);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean note_use(Store *store, StoreApiToken *token, gint64 now, GError **error)
{
    if (now - token->last_used_at < USE_STEP && now >= token->last_used_at)
        return TRUE;
    token->last_used_at = now;
    return db_run(store->db, "UPDATE api_token SET last_used_at = $2 WHERE id = $1",
                  DB_PARAMS(db_int(token->id), db_int(now)), NULL, error);
}

StoreApiToken *store_api_token_judge(Store *store, const char *text, gint64 now, GError **error)
{
    g_autofree char *digest = ident_sha256(text, strlen(text));
    gint64 id;
    if (!find(store, digest, now, &id, error) || id == 0)
        return NULL;
    g_autoptr(StoreApiToken) token = db_one(store->db, "SELECT " COLUMNS " FROM api_token WHERE id = $1",
                                            DB_PARAMS(db_int(id)), read_token, error);
    return token != NULL && note_use(store, token, now, error) ? g_steal_pointer(&token) : NULL;
}
