/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which store this is, how far it has come, and whether it may send. */
#ifndef SONGFA_STORE_IDENTITY_H
#define SONGFA_STORE_IDENTITY_H

#include "daemon/store/store.h"

/* The store's id, given to it at the first call; NULL and error. Caller frees. */
char *store_identity_id(Store *store, GError **error);

/* A number that only grows: with each claim, each group of outcomes and each entry of the audit log; 0 as
 * long as nothing of that happened, -1 and error. */
gint64 store_identity_number(Store *store, GError **error);

/* Whether mails were ever taken for sending; FALSE and error. */
gboolean store_identity_has_sent(Store *store, gboolean *sent, GError **error);

/* Nothing is to be sent, for this reason in words, until it is released. */
gboolean store_identity_hold(Store *store, const char *reason, GError **error);
/* The reason, NULL = it may send, or error. Caller frees. */
char *store_identity_held(Store *store, GError **error);

/* An operator's word; in_doubt: mails that wait may have been sent by the other store, and become unknown
 * (*n of them). CONFLICT when it is not held. */
gboolean store_identity_release(Store *store, const char *who, const char *reason, gboolean in_doubt, int *n,
                                GError **error);

#endif
