/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was sent on a day under each limit, carried over restarts. */
#ifndef SONGFA_STORE_QUOTA_H
#define SONGFA_STORE_QUOTA_H

#include "daemon/store/store.h"

/* The counts of the local day of now: scope → gint64, for g_hash_table_unref. */
GHashTable *store_quota_load(Store *store, gint64 now, GError **error);

/* Drops what is older than 40 days. */
gboolean store_quota_forget(Store *store, gint64 now, GError **error);

/* Adds counts of the same form to that day, within the caller's transaction. */
gboolean store_quota_add(Store *store, GHashTable *used, gint64 now, GError **error);

#endif
