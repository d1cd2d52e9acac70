/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of the directory over the directory there is: what they would change, record by record. A
 * record is known again by its first fields (directory-kind.h); others keep their place. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_IMPORT_H
#define SONGFA_RECIPIENTS_DIRECTORY_IMPORT_H

#include "recipients/directory-table.h"

typedef struct {
    const DirectoryKind *kind;
    gconstpointer before; /* in the directory there is, NULL = new */
    gconstpointer after;  /* in the one there would be, NULL = removed */
} DirectoryDifference;

typedef struct {
    Directory *after;       /* as it would be, indexed; new records have ids below 0 */
    GArray *differences;    /* DirectoryDifference: by kind, in the order of rows, then those removed */
    guint unchanged;        /* rows that change nothing */
    guint missing;          /* records of the kinds given that no row has, and that are kept */
    gboolean given[DIRECTORY_KINDS];
} DirectoryImport;

/* Reads the files over known, which is indexed and of the day from which the change is to hold. A
 * column that a table lacks keeps its contents; an empty cell empties its field. With replace, records
 * of the kinds given that no row has are removed, but for tenures that were over. A row whose 版本 is
 * older than the record is an error unless it changes nothing. Freed with directory_import_free();
 * NULL when anything is wrong: then errors (DirectoryTableError, by table and line) says what. */
DirectoryImport *directory_import(const DirectoryFile *files, gsize n, const Directory *known,
                                  gboolean replace, GPtrArray *errors);
void directory_import_free(DirectoryImport *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DirectoryImport, directory_import_free)

/* FALSE and error (CONFLICT) when the import removes more than percent of the records of a kind (of
 * those with at least ten), or a leader, one who holds a chief post or one with a rank, would hold it
 * no longer; the message has the counts and the first names. */
gboolean directory_import_is_safe(const DirectoryImport *import, const Directory *known, guint percent,
                                  GError **error);

#endif
