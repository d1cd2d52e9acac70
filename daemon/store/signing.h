/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sign-offs that a clerk records: who has an issue in hand, by mail or on paper. Those that come as a
 * reply are in reports.h. */
#ifndef SONGFA_STORE_SIGNING_H
#define SONGFA_STORE_SIGNING_H

#include "daemon/store/store.h"

typedef struct {
    const char *who, *reason; /* reason NULL = none given */
    gint64 at;                /* when it was signed for */
} StoreSignature;

/* All that the recipient (id, name or address) got of the issue is signed for, audited; what was signed
 * before keeps its time. *n rows changed. NOT_FOUND for a stranger, CONFLICT when nothing of it was sent
 * or all of it is signed already. Copies on paper count as signed. */
gboolean store_sign(Store *store, gint64 issue_id, const char *recipient, const StoreSignature *signature, int *n,
                    GError **error);

/* Takes the signatures of that recipient back. */
gboolean store_unsign(Store *store, gint64 issue_id, const char *recipient, const StoreSignature *signature, int *n,
                      GError **error);

/* How many of the issue's recipients were sent to and have signed; mail and paper count together. */
gboolean store_sign_counts(Store *store, gint64 issue_id, gint64 *signed_for, gint64 *of, GError **error);

#endif
