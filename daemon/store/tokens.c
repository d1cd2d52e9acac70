/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signed tokens. */
#include "daemon/store/tokens.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/store/store-private.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz234567"
enum { NAME_BYTES = 15, NAME_LENGTH = 24, SIGNATURE_LENGTH = 26, KEY_BYTES = 32 };

gboolean store_token_make_key(Store *store, GError **error)
{
    g_autofree char *fresh = ident_token(KEY_BYTES);
    return db_run(store->db, "INSERT INTO token_key (one, key) VALUES (1, $1) ON CONFLICT (one) DO NOTHING",
                  DB_PARAMS(db_text(fresh)), NULL, error);
}

static const char *key_of(Store *store, GError **error)
{
    GError *failed = NULL;
    if (store->token_key == NULL)
        store->token_key = db_lookup(store->db, "SELECT key FROM token_key", DB_NO_PARAMS, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    else if (store->token_key == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE, _("数据库 %s 里没有签名用的密钥，请从备份恢复"), store->path);
    return store->token_key;
}

char *store_token_new(Store *store, GError **error)
{
    const char *key = key_of(store, error);
    if (key == NULL)
        return NULL;
    g_autofree char *name = ident_token(NAME_BYTES);
    g_autofree char *signature = ident_signature(key, name);
    return g_strconcat(name, signature, NULL);
}

char *store_token_message_id(const char *token, const char *domain)
{
    return g_strdup_printf("<%.*s@%s>", NAME_LENGTH, token, domain);
}

/* ---- links ---- */

char *store_token_link_key(Store *store, const char *digest, GError **error)
{
    const char *key = key_of(store, error);
    g_autofree char *text = g_strconcat("link:", digest, NULL);
    return key != NULL ? ident_signature(key, text) : NULL;
}

char *store_token_link(const char *link_key, const char *delivery_token)
{
    g_autofree char *name = g_strndup(delivery_token, NAME_LENGTH);
    g_autofree char *signature = ident_signature(link_key, name);
    return g_strconcat(name, signature, NULL);
}

char *store_token_of_link(Store *store, const char *link, GError **error)
{
    const char *key = key_of(store, error);
    if (key == NULL || link[strspn(link, LETTERS)] != '\0' || strlen(link) != NAME_LENGTH + SIGNATURE_LENGTH)
        return NULL;
    g_autofree char *name = g_strndup(link, NAME_LENGTH);
    g_autofree char *signature = ident_signature(key, name);
    return g_strconcat(name, signature, NULL);
}

/* ---- judged ---- */

gboolean store_token_judge(Store *store, const char *token, StoreTokenTrust *trust, GError **error)
{
    gsize length = strspn(token, LETTERS);
    gboolean whole = token[length] == '\0';
    *trust = whole && length == NAME_LENGTH ? STORE_TOKEN_UNSIGNED : STORE_TOKEN_OTHER;
    if (!whole || length != NAME_LENGTH + SIGNATURE_LENGTH)
        return TRUE;
    const char *key = key_of(store, error);
    if (key == NULL)
        return FALSE;
    g_autofree char *name = g_strndup(token, NAME_LENGTH);
    g_autofree char *signature = ident_signature(key, name);
    *trust = ident_same(signature, token + NAME_LENGTH) ? STORE_TOKEN_SIGNED : STORE_TOKEN_FORGED;
    return TRUE;
}
