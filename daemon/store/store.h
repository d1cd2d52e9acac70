/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store: the meeting point of daemon, songfactl and later the console. One Store a thread.
 * Domain verbs are in issues.h, deliveries.h, directory.h, audit.h; SQL lives behind them. */
#ifndef SONGFA_STORE_STORE_H
#define SONGFA_STORE_STORE_H

#include <glib.h>

typedef struct Store Store;

/* Opens (and with create, makes) the store and brings its schema up to date. Errors
 * SONGFA_ERROR_STORE in Chinese: missing folder, no right, locked for longer than 10 s, damaged
 * ("file is not a database", failed quick_check), newer schema than this program knows. A store up to
 * 32 MB is checked whole each time; a larger one by store_check(). */
Store *store_open(const char *path, gboolean create, GError **error);
/* One more connection, for another thread, to a store that this process has open: it was checked and brought
 * up to date then. */
Store *store_join(const char *path, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Reads the whole store for damage, linear in its size: for the daemon's start and songfactl verify.
 * Not tied to an unclean stop: a killed process cannot damage a WAL store, a bad disk or a bad copy
 * can, and at any time. */
gboolean store_check(Store *store, GError **error);

/* One write transaction (BEGIN IMMEDIATE); does not nest. Commit is durable when it returns TRUE
 * (WAL, synchronous=FULL). After a failed commit the transaction is rolled back. */
gboolean store_begin(Store *store, GError **error);
gboolean store_commit(Store *store, GError **error);
void store_rollback(Store *store);
/* Commits what went well (good), rolls the rest back; FALSE when nothing was stored: error is the
 * commit's, or was set before. */
gboolean store_end(Store *store, gboolean good, GError **error);

/* A number that changes when any process commits to the store; for waiting without reading rows. */
gint64 store_change_counter(Store *store);

#endif
