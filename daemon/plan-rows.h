/* SPDX-License-Identifier: GPL-3.0-or-later
 * A plan that is on record: the recipients of an issue as its rows have them. */
#ifndef SONGFA_PLAN_ROWS_H
#define SONGFA_PLAN_ROWS_H

#include "daemon/store/deliveries.h"
#include "recipients/resolve.h"

/* Recipient elements with free function, in protocol order, with all their reasons: the first sending of
 * each, but what was cancelled. */
GPtrArray *plan_rows_load(Store *store, gint64 issue_id, GError **error);

/* The recipient of one row; free with recipient_free(). */
Recipient *plan_rows_recipient(const StoreDelivery *row);

#endif
