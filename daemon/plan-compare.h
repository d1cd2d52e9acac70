/* SPDX-License-Identifier: GPL-3.0-or-later
 * A plan held beside that of the issue before it, or beside its own as it stood on record. */
#ifndef SONGFA_PLAN_COMPARE_H
#define SONGFA_PLAN_COMPARE_H

#include "daemon/plan.h"
#include "daemon/store/issues.h"
#include "recipients/compare.h"

typedef struct {
    StoreIssue *previous; /* NULL: nothing to compare with */
    GPtrArray *changes;   /* CompareChange; empty without previous */
} PlanComparison;

void plan_comparison_free(PlanComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanComparison, plan_comparison_free)

/* With the last released issue of the series before the plan's; changes of the directory made since say
 * who made them. now (Recipient) are those on record, NULL = those of the plan. */
PlanComparison *plan_compare_previous(Store *store, const Plan *plan, const GPtrArray *now,
                                      GError **error);

/* What the plan made now has otherwise than the one on record, a line each in words: recipients, copies,
 * print run, what is unresolved, and the mail when the plan has one. Empty when the same would be sent.
 * Free with g_strfreev. */
char **plan_compare_recorded(Store *store, const Plan *plan, const StoreIssue *row, GError **error);

#endif
