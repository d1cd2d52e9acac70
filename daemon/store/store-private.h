/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the store share and nobody else sees. */
#ifndef SONGFA_STORE_PRIVATE_H
#define SONGFA_STORE_PRIVATE_H

#include "daemon/store/db.h"
#include "daemon/store/store.h"

struct Store {
    Db *db;
    char *path;
    char *token_key; /* once it is known, see tokens.h */
};

/* Gives a store without a key for its tokens one; with the schema, so that the key outlives whatever is
 * taken back later. */
gboolean store_token_make_key(Store *store, GError **error);

/* The bracket around a verb of several statements: all of it or nothing. Inside the caller's
 * transaction it is a savepoint, else a transaction of its own. */
typedef struct {
    gboolean nested;
} StoreWork;

gboolean store_work_begin(Store *store, StoreWork *work, GError **error);
/* Keeps the work when ok, takes it back when not; gives TRUE when it is kept. */
gboolean store_work_end(Store *store, const StoreWork *work, gboolean ok, GError **error);

#endif
