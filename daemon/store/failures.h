/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows that went wrong (refused, expired, unknown, bounced) and that the clerk has not been told of. */
#ifndef SONGFA_STORE_FAILURES_H
#define SONGFA_STORE_FAILURES_H

#include "daemon/store/store.h"

/* Issues that have such rows, while none of their rows is queued or sending, so that all that went
 * wrong in one go is told in one. gint64 elements. */
GArray *store_failure_issues(Store *store, GError **error);

/* Those rows of an issue; StoreDelivery elements with free function. */
GPtrArray *store_failure_list(Store *store, gint64 issue_id, GError **error);

/* They are told now; within the caller's transaction. */
gboolean store_failure_set_told(Store *store, gint64 issue_id, GError **error);

#endif
