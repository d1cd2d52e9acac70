/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails whose outcome is unknown: by the policy of their series they are sent again once, after a while,
 * or left to a clerk, whose word settles them. Tables: doc/STATES.md. */
#ifndef SONGFA_STORE_DOUBT_H
#define SONGFA_STORE_DOUBT_H

#include "daemon/store/deliveries.h"

/* An unknown row. */
typedef struct {
    gint64 delivery_id, since;
    char *series; /* NULL = of none that is known */
    gboolean leader;
} StoreDoubt;

void store_doubt_free(StoreDoubt *doubt);

/* Those of which the policy was not asked yet; StoreDoubt elements with free function. */
GPtrArray *store_doubt_open(Store *store, GError **error);

/* The policy's answer: sent again at that time, 0 = never but by a clerk. */
gboolean store_doubt_decide(Store *store, gint64 delivery_id, gint64 again_at, GError **error);

/* Rows that wait to be sent again by the policy: those that are due, and when the next one is (-1 = none).
 * Only of released issues; what a clerk sent again or a recipient has signed for does not count. As
 * store_doubt_open(). */
GPtrArray *store_doubt_due(Store *store, gint64 now, GError **error);
gint64 store_doubt_next(Store *store, GError **error);

/* Sends such a row again, for that reason in words, with its word in the audit log: the same message under
 * the same Message-ID, so that a mailbox that has it may drop this one. The policy is never asked of the
 * new row. *sent FALSE: it was settled, sent again or stopped in the meantime. */
gboolean store_doubt_resend(Store *store, gint64 delivery_id, const char *reason, gint64 now, gboolean *sent,
                            GError **error);

/* The policy is asked anew of rows that wait to be sent again. */
gboolean store_doubt_ask_anew(Store *store, GError **error);
/* It is asked of none that is unknown now: only clerks send them again. */
gboolean store_doubt_leave(Store *store, GError **error);

/* A clerk's word on what became of mails; texts are lent. */
typedef struct {
    const char *const *recipients; /* as in DeliveryFilter, NULL-terminated */
    gboolean received;             /* they have it; else it was lost and is sent again */
    const char *who, *reason;
    gint64 now;
} StoreWord;

/* The last row of each must be unknown, else CONFLICT or NOT_FOUND, and nothing is done. It is delivered
 * by the clerk's word, or stays as history behind a new row; each with its line in the audit log. What is
 * lost needs a released issue. *n = how many. */
gboolean store_doubt_settle(Store *store, gint64 issue_id, const StoreWord *word, int *n, GError **error);

#endif
