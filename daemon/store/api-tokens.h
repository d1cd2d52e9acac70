/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens of programs that use the HTTP interface. Only their digests are stored. */
#ifndef SONGFA_STORE_API_TOKENS_H
#define SONGFA_STORE_API_TOKENS_H

#include "daemon/store/store.h"

typedef struct {
    gint64 id;
    char *name;
    char *series;                       /* the only one it may hand in, NULL = any */
    gint64 created_at, expires_at;      /* expires_at 0 = never */
    gint64 revoked_at, last_used_at;    /* 0 = not */
    char *created_by;
} StoreApiToken;

void store_api_token_free(StoreApiToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreApiToken, store_api_token_free)

/* Makes one, audited; its text (256 random bits) is given here and never again. Of api, name, series,
 * expires_at and created_by count. NULL and error: CONFLICT when a token in force has the name. Caller frees. */
char *store_api_token_add(Store *store, const StoreApiToken *api, gint64 now, GError **error);

/* By name; those in force, or all. StoreApiToken elements. */
GPtrArray *store_api_token_list(Store *store, gboolean all, GError **error);

/* Ends the token in force of that name, audited; NOT_FOUND when there is none. */
gboolean store_api_token_revoke(Store *store, const char *name, const char *who, gint64 now, GError **error);

/* The token of that text, when it is in force; else NULL, without error. Each is compared in a time that does
 * not tell how much of it is right. Its use is noted, at most once a minute. */
StoreApiToken *store_api_token_judge(Store *store, const char *text, gint64 now, GError **error);

#endif
