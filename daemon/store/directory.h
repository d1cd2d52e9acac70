/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory over time in the store. Each record has versions with disjoint days; a change writes
 * versions of many records, numbered and in the audit log, all or nothing. Records are those of
 * recipients/directory-kind.h. */
#ifndef SONGFA_STORE_DIRECTORY_H
#define SONGFA_STORE_DIRECTORY_H

#include "daemon/store/store.h"
#include "recipients/directory-kind.h"

/* The indexed directory as of a day (NULL = today), its mailboxes as of the day reach (NULL = that
 * day too). Tenures and stand-ins are whole in it. Units and posts come in protocol order. */
Directory *store_directory_load(Store *store, const char *date, const char *reach, GError **error);

/* All versions of all records (date ""), by id and first day, not indexed. */
Directory *store_directory_load_all(Store *store, GError **error);

/* One record as it is to be. A record that was loaded keeps its change and valid_from while it is
 * edited: they tell which version was edited. */
typedef struct {
    const DirectoryKind *kind;
    gconstpointer record; /* an id below 0 is new; others in the change may refer to it by that id */
    gboolean remove;      /* only its id counts */
    gint64 seen;          /* the record's change number as its editor saw it, 0 = not asked */
} StoreDirectoryEdit;

typedef struct {
    const char *who, *words; /* who did it, and what: "unit set 区委 --order 2" */
    const char *from; /* first day on which it holds, "" = from the start; NULL = today, and for new
                       * records the first from which on names are free and references exist */
} StoreDirectoryChange;

/* Applies the edits as one change, checked over all days (recipients/directory-integrity.h; what was
 * wrong before does not count), in the caller's transaction or its own. What each edit does to the
 * versions of its record: recipients/directory-versions.h. *number (nullable) = the number of the
 * change, 0 when nothing differs; ids (nullable, n of them) = the ids given. FALSE and error with
 * every problem named: INPUT, NOT_FOUND, or CONFLICT when records that were not edited stand against
 * it, or when one was changed after its editor saw it. */
gboolean store_directory_change(Store *store, const StoreDirectoryEdit *edits, gsize n,
                                const StoreDirectoryChange *change, gint64 *ids, gint64 *number,
                                GError **error);

/* Takes a change back by a new one (*undo, nullable, is its number), which can be taken back in turn.
 * CONFLICT naming them when records it wrote were changed since, or when others now need them. */
gboolean store_directory_undo(Store *store, gint64 number, const char *who, gint64 *undo, GError **error);

/* ---- history ---- */

typedef struct {
    gint64 number, at;
    char *who, *words, *from; /* from: first day on which it holds, "" = from the start */
    gint64 undoes, undone_by; /* numbers of changes, 0 = none */
    gint64 n_records;
} StoreDirectoryEntry;

/* What is asked for; 0 and NULL = any. */
typedef struct {
    gint64 number;                                    /* this change */
    gint64 record;                                    /* changes of the record with this id */
    const char *subject;                              /* of records called so then: "unit:区委" */
    gint64 since, until;                              /* time of the change, until exclusive */
    int limit;
} StoreDirectoryFilter;

/* StoreDirectoryEntry, newest first, with free function. */
GPtrArray *store_directory_history(Store *store, const StoreDirectoryFilter *filter, GError **error);

/* What a change did to one record. Versions are JSON arrays (recipients/directory-json.h), "[]" = none. */
typedef struct {
    gint64 number, record;
    const DirectoryKind *kind;
    char *subject;            /* "unit:区委": kind and name as they were then */
    char *before, *after;
} StoreDirectoryRow;

/* The rows of the changes that the filter finds, newest change first; with free function. */
GPtrArray *store_directory_rows(Store *store, const StoreDirectoryFilter *filter, GError **error);

#endif
