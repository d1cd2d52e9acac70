/* SPDX-License-Identifier: GPL-3.0-or-later
 * One addressee or exception of the reading, looked up in the directory: alias, group, unit, class,
 * post, lone post (DOMAIN.md §2, rules 8 to 12). Shared by the files of the resolver. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_TERM_H
#define SONGFA_RECIPIENTS_RESOLVE_TERM_H

#include "recipients/resolve-expand.h"

typedef struct {
    const Directory *directory;
    ResolveExpander *expander;
    const char *series, *office; /* whose aliases hold; NULL = not known */
} ResolveContext;

typedef struct {
    gboolean every;
    const char *organisation; /* "" for a lone post */
    const char *post;         /* NULL for the body itself */
} ResolveTerm;

/* Who it stands for; never NULL. *head is the term as a clerk reads it (各街道办事处负责同志), the
 * caller's. */
ResolveSet *resolve_term(const ResolveContext *context, const ResolveTerm *term, char **head);

#endif
