/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the store share and nobody else sees. */
#ifndef SONGFA_STORE_PRIVATE_H
#define SONGFA_STORE_PRIVATE_H

#include "daemon/store/db.h"
#include "daemon/store/store.h"

struct Store {
    Db *db;
    char *path;
};

/* The bracket around a verb of several statements: all of it or nothing. Inside the caller's
 * transaction it is a savepoint, else a transaction of its own. */
typedef struct {
    gboolean nested;
} StoreWork;

gboolean store_work_begin(Store *store, StoreWork *work, GError **error);
/* Keeps the work when ok, takes it back when not; gives TRUE when it is kept. */
gboolean store_work_end(Store *store, const StoreWork *work, gboolean ok, GError **error);

#endif
