/* SPDX-License-Identifier: GPL-3.0-or-later
 * Requests that carry a key of the caller's own, so that one that is sent again is done once: reserved before
 * anything is done, bound to its hand-in, and kept with the first answer. */
#ifndef SONGFA_STORE_API_REQUESTS_H
#define SONGFA_STORE_API_REQUESTS_H

#include "daemon/store/store.h"

#define STORE_API_REQUEST_DAYS 7 /* a key is known for so long */

typedef struct {
    gint64 token_id;
    char *key;
    gint64 at;
    char *body;        /* SHA-256 of what was sent */
    gint64 hand_in_id; /* 0 = not known yet: a crash came between */
    int status;        /* 0 = not answered yet */
    char *answer;
} StoreApiRequest;

void store_api_request_free(StoreApiRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreApiRequest, store_api_request_free)

/* NULL without error when there is none. */
StoreApiRequest *store_api_request_get(Store *store, gint64 token_id, const char *key, gint64 now, GError **error);

/* Of request token_id, key, at and body count. Those whose days are over are forgotten. */
gboolean store_api_request_reserve(Store *store, const StoreApiRequest *request, GError **error);
gboolean store_api_request_bind(Store *store, const StoreApiRequest *request, gint64 hand_in_id, GError **error);
/* What was told first; it stays. */
gboolean store_api_request_answer(Store *store, const StoreApiRequest *request, int status, const char *answer,
                                  GError **error);

/* The hand-in of that origin and file that came after since: what a crash kept from being bound. 0 = none. */
gboolean store_api_request_find(Store *store, const char *origin, const char *digest, gint64 since, gint64 *hand_in_id,
                                GError **error);

#endif
