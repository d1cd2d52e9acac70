/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows that went wrong (refused, expired, unknown, bounced) and that the clerk has not been told of. */
#ifndef SONGFA_STORE_FAILURES_H
#define SONGFA_STORE_FAILURES_H

#include "daemon/store/store.h"

/* How things stand with an issue that has such rows: more may go wrong in the same go. */
typedef struct {
    gint64 issue_id, n; /* n: such rows */
    gboolean under_way; /* others are queued or sending */
    gboolean due_soon;  /* others are tried again soon */
} StoreFailures;

/* soon: what is due until then counts as due_soon. StoreFailures elements with free function. */
GPtrArray *store_failure_issues(Store *store, gint64 soon, GError **error);

/* Those rows of an issue; StoreDelivery elements with free function. */
GPtrArray *store_failure_list(Store *store, gint64 issue_id, GError **error);

/* Of all mails that the relay had a say in and that were queued since then: how many, and those that it
 * refused or that came back. StoreDelivery elements with free function. */
gboolean store_failure_given(Store *store, const char *relay, gint64 since, gint64 *n, GError **error);
GPtrArray *store_failure_of_relay(Store *store, const char *relay, gint64 since, GError **error);

/* The relay is blamed for failures of that kind in the issue; *first = it was not before. Within the
 * caller's transaction. */
gboolean store_failure_blame(Store *store, gint64 issue_id, const char *relay, const char *kind, gint64 now,
                             gboolean *first, GError **error);

/* They are told now; within the caller's transaction. */
gboolean store_failure_set_told(Store *store, gint64 issue_id, GError **error);

#endif
