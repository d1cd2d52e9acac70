/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records grouped by an id that they hold: one array in the order of those ids, searched by halves. Ten
 * times smaller than a table of lists. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_LIST_H
#define SONGFA_RECIPIENTS_DIRECTORY_LIST_H

#include <glib.h>

typedef struct {
    gpointer *records;
    gint64 *ids; /* of each record, close together for the search */
    guint n;
    gsize place;        /* of the id in a record */
    GCompareFunc order; /* of pointers to records with the same id, NULL = as they came */
} DirectoryList;

/* Fills the list with the records; they are lent. */
void directory_list_fill(DirectoryList *list, const GPtrArray *records, gsize place, GCompareFunc order);
void directory_list_clear(DirectoryList *list);

/* The records that hold the id, lent; *n = how many. */
gpointer *directory_list_find(const DirectoryList *list, gint64 id, guint *n);

/* The same as an array of the caller's (g_ptr_array_unref). */
GPtrArray *directory_list_copy(const DirectoryList *list, gint64 id);

#endif
