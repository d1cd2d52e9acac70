/* SPDX-License-Identifier: GPL-3.0-or-later
 * The queue at a glance: mails that are not at rest, counted by state, relay and domain. */
#ifndef SONGFA_STORE_QUEUE_H
#define SONGFA_STORE_QUEUE_H

#include "daemon/store/deliveries.h"

typedef struct {
    DeliveryState state; /* queued, sending, deferred, or planned: paused by a clerk */
    char *relay;         /* of the last attempt, NULL = none yet */
    char *domain;
    gint64 count, oldest; /* oldest: first_queued */
    gint64 next;          /* the earliest next_attempt, 0 = none */
    char *waits_for;      /* one of their texts, NULL = none */
    char *reply_text;     /* likewise, of the last attempt */
} StoreQueueGroup;

/* issue_id 0 = all issues, notices too. The largest groups first; StoreQueueGroup elements with free
 * function. */
GPtrArray *store_queue_groups(Store *store, gint64 issue_id, GError **error);

#endif
