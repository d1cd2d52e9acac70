/* SPDX-License-Identifier: GPL-3.0-or-later
 * The queue at a glance: mails that are not at rest, counted. */
#ifndef SONGFA_STORE_QUEUE_H
#define SONGFA_STORE_QUEUE_H

#include "daemon/store/deliveries.h"

/* What is counted apart; issues always are. */
typedef enum { QUEUE_BY_RELAY = 1 << 0, QUEUE_BY_DOMAIN = 1 << 1, QUEUE_BY_AGE = 1 << 2 } QueueBy;

/* How long ago rows were queued: up to 5 minutes, an hour, a day, longer. */
enum { QUEUE_AGES = 4 };

typedef struct {
    gint64 issue_id;     /* 0 = notices about none */
    DeliveryState state; /* queued, sending, deferred, or planned: paused by a clerk, or let go for a later time */
    char *relay;         /* of the last attempt, NULL = none yet, or not asked for */
    char *domain;        /* NULL = not asked for */
    int age;             /* from 0, -1 = not asked for */
    gint64 count, oldest; /* oldest: first_queued */
    gint64 since;         /* the earliest first_queued + held_for: where deadlines count from */
    gint64 next;          /* the earliest next_attempt, 0 = none */
    char *waits_for;      /* one of their texts, NULL = none */
    char *reply_text;     /* likewise, of the last attempt */
} StoreQueueGroup;

void store_queue_group_free(StoreQueueGroup *group);

/* issue_id 0 = all issues, notices too. by: QueueBy. StoreQueueGroup elements with free function. */
GPtrArray *store_queue_groups(Store *store, gint64 issue_id, guint by, gint64 now, GError **error);

/* The row of them that was queued first, NULL without error when there is none. */
StoreDelivery *store_queue_oldest(Store *store, GError **error);

#endif
