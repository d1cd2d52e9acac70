/* SPDX-License-Identifier: GPL-3.0-or-later
 * The seven kinds of directory records as the store keeps them: how each is read, shown in words and
 * written down in the audit log. One table; loading, putting and removing walk over it. */
#ifndef SONGFA_STORE_DIRECTORY_TABLE_H
#define SONGFA_STORE_DIRECTORY_TABLE_H

#include <jansson.h>

#include "daemon/store/store-private.h"
#include "recipients/directory.h"

typedef struct {
    const char *name;  /* "unit": as in store_directory_remove(), audit actions and subjects */
    const char *word;  /* 单位 */
    const char *table; /* in the schema */
    const char *all, *one;           /* SELECT of the records; $1 = id */
    gpointer (*add)(Directory *directory, const DbRows *row);
    const char *all_items, *one_items; /* SELECT of owner and text of their lists, NULL = no list */
    char ***(*list)(gpointer record);
    const char *label;               /* SELECT of the record in words; $1 = id */
    json_t *(*to_json)(gconstpointer record);
} DirectoryTable;

extern const DirectoryTable directory_tables[];
extern const gsize directory_tables_count;

/* NULL when there is none of that name. */
const DirectoryTable *directory_table(const char *name);

/* Adds the record with that id, or all with 0, to the directory; *record (nullable) = the last. */
gboolean directory_table_read(const DirectoryTable *table, Store *store, gint64 id, Directory *directory,
                              gpointer *record, GError **error);

/* The record with that id as JSON; NULL and error (NOT_FOUND) when there is none. */
json_t *directory_table_json(const DirectoryTable *table, Store *store, gint64 id, GError **error);

/* The record in words: 区委/书记; caller frees. NULL without error when there is none. */
char *directory_table_label(const DirectoryTable *table, Store *store, gint64 id, GError **error);

/* Writes the change into the audit log. verb is "add", "set" or "remove"; before and after are lent,
 * NULL = none. */
gboolean directory_table_audit(const DirectoryTable *table, Store *store, const char *verb, const char *label,
                               const json_t *before, const json_t *after, const char *who, GError **error);

/* How enums of directory.h are written in the schema. */
extern const char *const directory_post_kinds[];
extern const char *const directory_channels[];

#endif
