/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a directory makes sense on all its days. Pure, linear in its size. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_INTEGRITY_H
#define SONGFA_RECIPIENTS_DIRECTORY_INTEGRITY_H

#include "recipients/directory-kind.h"

typedef struct {
    int code;                  /* SongfaError: INPUT, NOT_FOUND, CONFLICT */
    const DirectoryKind *kind; /* of the record in which it was found */
    gint64 id;                 /* that record, 0 = a circle of several */
    gint64 other;              /* the record that stands against it, 0 = none */
    char *text;                /* what, where, what to do */
    char *unknown;             /* a name that names nothing, NULL = none */
    char *mark;                /* the problem in ids: the same in another state of the directory */
    char *until;               /* it is there from the version's first day to this one, NULL = not so */
} DirectoryProblem;

/* Everything that is wrong in a directory of all versions, which gets ordered by id and day and a new
 * index of ids: fields (names, days, addresses, copies), names that two records have on one day,
 * references and words that name nothing on some day of what refers to them, circles of units or
 * groups. Records that it has no more are told by the names they have in before (nullable; ordered and
 * indexed likewise). DirectoryProblem elements with free function; empty when all is well. */
GPtrArray *directory_integrity(Directory *all, const Directory *before);

/* The first problems, a line each, with the names near to unknown ones; caller frees. Indexes all. */
char *directory_problems_text(const GPtrArray *problems, Directory *all, guint most);

#endif
