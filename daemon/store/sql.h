/* SPDX-License-Identifier: GPL-3.0-or-later
 * The schema, embedded: one text a migration, from sql/NNN-NAME.sql by sql.awk at build time. */
#ifndef SONGFA_STORE_SQL_H
#define SONGFA_STORE_SQL_H

#include <glib.h>

typedef struct {
    int version;
    const char *script;
} StoreMigration;

/* In rising order of version. */
extern const StoreMigration store_migrations[];
extern const gsize store_migrations_count;

#endif
