/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who receives for a person who is away: the stand-in, and whoever stands in for that one. Shared by
 * the files of the resolver. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_AWAY_H
#define SONGFA_RECIPIENTS_RESOLVE_AWAY_H

#include "recipients/directory.h"

typedef struct {
    const DirectoryPerson *person; /* lent */
    char *steps; /* from the one who is away: "（请假 至 2026-03-20） → 代收 王明"; "" for oneself */
} ResolveReceiver;

/* Whoever is there at the end of the stand-ins, ResolveReceiver; the array is the caller's. *trouble is
 * a message for the clerk when they come to nobody, else NULL; the caller's. */
GPtrArray *resolve_receivers(const Directory *directory, const DirectoryPerson *person, char **trouble);

#endif
