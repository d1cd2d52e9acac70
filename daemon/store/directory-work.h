/* SPDX-License-Identifier: GPL-3.0-or-later
 * A change of the directory under way: read, prepared and checked without holding other writers up,
 * then written in one short transaction, or done again when another change came between. */
#ifndef SONGFA_STORE_DIRECTORY_WORK_H
#define SONGFA_STORE_DIRECTORY_WORK_H

#include "daemon/store/store-private.h"
#include "recipients/directory-kind.h"

/* What stands in the history. */
typedef struct {
    const char *who, *words;
    const char *from;     /* first day on which it holds, "" = from the start */
    gint64 undoes;        /* number of the change that it takes back, 0 = none */
} DirectoryEntry;

/* A record that is written. */
typedef struct {
    const DirectoryKind *kind;
    gint64 id;
    gpointer *before; /* its versions, lent */
    guint n_before;
    GPtrArray *after; /* its versions to be; elements lent */
    gboolean removed; /* asked to end: the audit log says so even where past days stay */
    gboolean floats;  /* new, from whatever day names and references allow */
    char *subject, *was, *is; /* for the audit log; was and is NULL = no versions */
} DirectoryTouched;

typedef struct {
    Store *store;
    Directory *before;   /* all versions, with an index of ids */
    Directory *made;     /* holds the versions that are made */
    GHashTable *by_id;   /* id → DirectoryTouched */
    GPtrArray *touched;  /* in the order in which they were first asked for */
    gint64 newest;       /* number of the newest change when it was read */
    gint64 next_id;      /* for new records */
} DirectoryWork;

/* The record to be written; a new one when none has that id. */
DirectoryTouched *directory_work_touch(DirectoryWork *work, const DirectoryKind *kind, gint64 id);

/* Fills the work within a read of the store; called again when another change came between. */
typedef gboolean (*DirectoryPrepare)(DirectoryWork *work, gpointer data, GError **error);

/* *number = the number of the change, 0 when nothing differs. */
gboolean directory_work_run(Store *store, const DirectoryEntry *entry, DirectoryPrepare prepare, gpointer data,
                            gint64 *number, GError **error);

#endif
