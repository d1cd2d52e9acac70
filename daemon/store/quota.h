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

/* How much of the limits by the minute is used at now, in the same form: what was put before is replaced. */
gboolean store_minute_put(Store *store, GHashTable *used, gint64 now, GError **error);
/* What was put last, unless that is more than a minute ago. */
GHashTable *store_minute_load(Store *store, gint64 now, GError **error);

#endif
