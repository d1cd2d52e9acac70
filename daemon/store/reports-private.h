/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a report does to its row, for those who found the row: the reader or a clerk. */
#ifndef SONGFA_STORE_REPORTS_PRIVATE_H
#define SONGFA_STORE_REPORTS_PRIVATE_H

#include "daemon/store/reports.h"

/* Whether the row is still on its way while the kind would change it: its answer may come any moment. */
gboolean report_is_early(Store *store, const char *kind, gint64 delivery_id, gboolean *early, GError **error);

/* Applies the outcome to the row within the caller's transaction; *result is settled, signed or noted.
 * signed_at, signed_by: for "signed". */
gboolean report_apply(Store *store, const StoreReportOutcome *outcome, gint64 delivery_id, gint64 signed_at,
                      const char *signed_by, StoreReportResult *result, GError **error);

/* Who read the mail came back from it: nothing is held against it any more. */
gboolean report_forget_trouble(Store *store, const char *mailbox, gint64 uidvalidity, gint64 uid, GError **error);

#endif
