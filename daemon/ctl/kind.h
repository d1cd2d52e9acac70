/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of directory records as one table: what fields each has, what tells one from another,
 * and how it is stored. */
#ifndef SONGFA_CTL_KIND_H
#define SONGFA_CTL_KIND_H

#include "daemon/ctl/field.h"

#define KIND_MAX_FIELDS 6

typedef struct {
    const char *name, *word;  /* command and store table, and what people call it (N_) */
    gsize list;               /* offset of its array in Directory */
    guint n_keys;             /* the first fields tell one record from another */
    gboolean words_fill_last; /* words behind the keys are the last field's list */
    gpointer (*add)(Directory *directory);
    void (*set_defaults)(gpointer record); /* what a new record has where nothing is said, or NULL */
    RecordField fields[KIND_MAX_FIELDS];   /* ends with a NULL name when shorter */
} Kind;

/* In an order in which a record only refers to kinds before its own; ends with a NULL name. */
extern const Kind kinds[];

const Kind *kind_named(const char *name);
guint kind_n_fields(const Kind *kind);

/* The directory's records of that kind, lent. */
GPtrArray *kind_records(const Kind *kind, const Directory *directory);

/* Every record begins with its id. */
gint64 kind_id(gconstpointer record);
void kind_set_id(gpointer record, gint64 id);

/* Whether the first n fields are the same. */
gboolean kind_same(const Kind *kind, gconstpointer a, gconstpointer b, guint n);

#endif
