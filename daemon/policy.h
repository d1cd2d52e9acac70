/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a plan that can be sent still waits for, by the release policy of its series. */
#ifndef SONGFA_POLICY_H
#define SONGFA_POLICY_H

#include "daemon/plan-compare.h"
#include "daemon/store/choices.h"

/* What it waits for, as reasons of a row (JSON, issues.h); "[]": it goes by itself. approval is the
 * one it has, or NULL. NULL and error when it cannot be compared with the last issue. Caller frees. */
char *policy_waits(Store *store, const Plan *plan, const StoreApproval *approval, GError **error);

/* The same for a file that lay in its folder since then (µs), too long to go by itself. Caller frees. */
char *policy_waits_overdue(gint64 since);

/* The same for a plan that is let go and waits for its time (µs). Caller frees. */
char *policy_waits_time(gint64 at);

/* The same for one that was to go by itself and is not what it was: the changes, a line each. Caller frees. */
char *policy_waits_replanned(const char *changes);

/* The same from a comparison already made. */
char *policy_waits_compared(const Plan *plan, const PlanComparison *comparison,
                            const StoreApproval *approval);

/* Whoever approved the planned issue has to look again, for it was handed in anew: within the caller's
 * transaction. Nothing when nobody has. */
gboolean policy_disapprove(Store *store, StoreIssue *row, GError **error);

/* "auto" …, and what it means in words (translated, static). A name that is none reads as "clerk". */
const char *policy_name(ReleasePolicy policy);
ReleasePolicy policy_of_name(const char *name);
const char *policy_words(ReleasePolicy policy);

#endif
