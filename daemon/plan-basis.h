/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a plan stands on: the directory of the issue's day, and what clerks chose for terms that the
 * text leaves open. Used by the plan and by those who ask about one. */
#ifndef SONGFA_PLAN_BASIS_H
#define SONGFA_PLAN_BASIS_H

#include "daemon/config.h"
#include "daemon/issue/issue.h"
#include "daemon/store/store.h"
#include "recipients/resolve.h"

typedef struct {
    Directory *directory; /* its date is the day that says who gets the issue */
    GPtrArray *choices;   /* ResolveChoice, those of the issue before those of its series */
    GPtrArray *kept;      /* their StoreChoice */
} PlanBasis;

/* For the issue of that row (0 = none). date NULL: who gets it is said by the directory of the
 * issue's date, where mail goes by that of today; else both by that of date. */
PlanBasis *plan_basis_load(Store *store, const Issue *issue, gint64 issue_id, const char *date,
                           GError **error);
void plan_basis_free(PlanBasis *basis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanBasis, plan_basis_free)

/* Who gets the text; series NULL = not recognised. */
Resolution *plan_basis_resolve(const PlanBasis *basis, const ConfigSeries *series, const Issue *issue);

/* Who would get another issue's text today: where this issue has no choice for a term, those of
 * other_id hold. */
Resolution *plan_basis_resolve_other(PlanBasis *basis, Store *store, gint64 other_id,
                                     const ConfigSeries *series, const Issue *other, GError **error);

/* A term of the text that names an unspecified part. */
typedef struct {
    char *field, *term;
    const ResolveChoice *choice; /* lent from the basis; NULL = open */
} PlanTerm;

/* PlanTerm elements with free function, in the order of the text, each term of a field once. */
GPtrArray *plan_basis_terms(const PlanBasis *basis, const Issue *issue);

#endif
