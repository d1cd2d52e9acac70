/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a clerk chose for a term that names an unspecified part (DOMAIN.md §2, rule 11): found for an
 * addressee, and told in its reason. Shared by the files of the resolver, and the plan. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_CHOICE_H
#define SONGFA_RECIPIENTS_RESOLVE_CHOICE_H

#include "recipients/resolve.h"

/* The first choice (ResolveChoice) for the term in that field; lent. NULL when there is none, or
 * choices is NULL. */
const ResolveChoice *resolve_choice_find(const GPtrArray *choices, const char *field, const char *term);

/* "有关部门 → 按 2026-03-01 由 张三 选定", as links of a reason; caller frees. */
char *resolve_choice_head(const ResolveChoice *choice);

#endif
