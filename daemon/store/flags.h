/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mailboxes that a mail system says do not exist: flagged for the clerk until the address is another one,
 * a mail arrives there, or the clerk says otherwise. Nothing is sent differently for it. */
#ifndef SONGFA_STORE_FLAGS_H
#define SONGFA_STORE_FLAGS_H

#include "daemon/store/store.h"

typedef struct {
    char *address;      /* lower case */
    gint64 at;
    char *status, *text; /* what was said; NULL = nothing */
    gint64 delivery_id;  /* of the mail that came back last */
} StoreFlag;

void store_flag_free(StoreFlag *flag);

/* By address. StoreFlag elements. */
GPtrArray *store_flag_list(Store *store, GError **error);

/* Flags the address of that delivery with its reply; within the caller's transaction. */
gboolean store_flag_set(Store *store, gint64 delivery_id, gint64 now, GError **error);

/* A clerk's word, audited; NOT_FOUND when the address is not flagged. */
gboolean store_flag_clear(Store *store, const char *address, const char *who, const char *reason, GError **error);

#endif
