/* SPDX-License-Identifier: GPL-3.0-or-later
 * One change of the directory by a command: the directory is read, edited and written in one
 * transaction, so that nobody's edit is lost, and what was done is said with the way back. */
#ifndef SONGFA_CTL_RECORD_CHANGE_H
#define SONGFA_CTL_RECORD_CHANGE_H

#include "daemon/ctl/ctl.h"
#include "recipients/directory-kind.h"

typedef struct {
    Ctl *ctl;
    const Args *args;
    const DirectoryKind *kind; /* of the command, or NULL */
    const char *from;          /* first day on which it holds: NULL = not said, "" = from the start */
    Directory *directory;      /* of that day, today's when not said; records in it are edited in place */
    GArray *edits;             /* of StoreDirectoryEdit */
    char *done;                /* "已修改单位 区委" */
} RecordChange;

/* Adds the edits and says what they do; FALSE and error stops it all. */
typedef gboolean (*RecordChangeMake)(RecordChange *change, GError **error);

/* Has make() add its edits, writes them as one change and prints what was done. from is said by --from
 * unless a field of the kind has that name, which reads_from tells. The exit code. */
int record_change_run(Ctl *ctl, const Args *args, const DirectoryKind *kind, gboolean reads_from,
                      RecordChangeMake make, GError **error);

/* Adds one edit; --seen goes with it. FALSE and error (USAGE) for a bad --seen. */
gboolean record_change_edit(RecordChange *change, const DirectoryKind *kind, gconstpointer record, gboolean remove,
                            GError **error);

/* 已修改单位 区委: what was done, to which record. Takes over done. */
void record_change_say(RecordChange *change, const char *deed, const DirectoryKind *kind, gconstpointer record);

#endif
