/* SPDX-License-Identifier: GPL-3.0-or-later
 * From offices and persons to mailboxes and paper: which address, how many copies, under which name
 * (DOMAIN.md §2, rule 13). Shared by the files of the resolver. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_DELIVER_H
#define SONGFA_RECIPIENTS_RESOLVE_DELIVER_H

#include "recipients/resolve.h"

/* An office or a person with everything that led there; records are lent. */
typedef struct {
    const DirectoryUnit *unit;     /* the office, NULL for a person */
    const DirectoryPerson *person; /* NULL for an office */
    GPtrArray *reasons;            /* char *, without the mailbox at their end */
    int copies;                    /* the largest printed, 0 = none */
    const LineAddressee *first;    /* the addressee that first led there, lent */
} ResolveTarget;

/* Adds the targets' recipients, or what is unresolved about them, and puts the mails first, all in
 * protocol order. The targets are ResolveTarget; no person is reached at the office of a unit in
 * left_out. */
void resolve_deliver(Resolution *resolution, const Directory *directory, const GPtrArray *targets,
                     GHashTable *left_out, const ResolveOptions *options);

/* Adds an unresolved entry; field, text and suggestions (may be NULL) are copied, the message is
 * taken. */
void resolve_unresolved(Resolution *resolution, const char *code, const char *field, const char *text,
                        char *message, char **suggestions, gsize start, gsize end);

#endif
