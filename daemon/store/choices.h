/* SPDX-License-Identifier: GPL-3.0-or-later
 * What clerks decide before a release: whom an unspecified term means (DOMAIN.md §2, rule 11), and
 * who has checked a plan that a second person must release. Each change is audited. */
#ifndef SONGFA_STORE_CHOICES_H
#define SONGFA_STORE_CHOICES_H

#include "daemon/store/store.h"

typedef struct {
    gint64 issue_id; /* 0 = remembered for the series */
    char *series;    /* key */
    char *term;      /* 有关部门 */
    char *field;     /* label: 发; "" or NULL = in any field */
    char **members;  /* member notation (recipients/directory.h) */
    char *who;
    gint64 at;
} StoreChoice;

void store_choice_free(StoreChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreChoice, store_choice_free)

/* Writes the choice in place of the one for the same issue, or series, term and field. */
gboolean store_choice_put(Store *store, const StoreChoice *choice, GError **error);
/* Takes it back; NOT_FOUND when there is none. issue_id and field as in StoreChoice. */
gboolean store_choice_forget(Store *store, gint64 issue_id, const char *series, const char *term,
                             const char *field, const char *who, GError **error);

/* Those of the issue (0 = none), then those remembered for the series; of each first those for one field: the
 * first that fits a term and its field holds.
 * StoreChoice elements with free function. */
GPtrArray *store_choice_list(Store *store, gint64 issue_id, const char *series, GError **error);

typedef struct {
    char *who;
    gint64 at;
} StoreApproval;

void store_approval_free(StoreApproval *approval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreApproval, store_approval_free)

/* Who has checked the plan of the issue. NULL without error when nobody has. */
StoreApproval *store_approval_get(Store *store, gint64 issue_id, GError **error);
/* why: for the audit log, NULL = nothing to add. */
gboolean store_approval_put(Store *store, gint64 issue_id, const char *who, gint64 at, const char *why,
                            GError **error);
/* It falls, by whom and why; nothing happens when there is none. */
gboolean store_approval_drop(Store *store, gint64 issue_id, const char *who, const char *why, GError **error);

#endif
