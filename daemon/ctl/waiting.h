/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a mail waits for, and until when, in words: the same wherever it is asked. */
#ifndef SONGFA_CTL_WAITING_H
#define SONGFA_CTL_WAITING_H

#include "daemon/ctl/ctl.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/queue.h"

/* What holds for all of them, and what was asked about issues. */
typedef struct {
    Ctl *ctl;
    int pid;     /* of the daemon, 0 = it does not run */
    char *held;  /* why the store sends nothing, NULL = it does */
    char *relays; /* why no relay takes a mail now, in words; NULL = one does */
    GHashTable *issues, *minutes; /* minutes: as in store_minute_load() */
} Waiting;

/* FALSE and error when the store cannot say. */
gboolean waiting_load(Ctl *ctl, Waiting *waiting, GError **error);
void waiting_clear(Waiting *waiting);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Waiting, waiting_clear)

/* For a mail that is queued, sending, deferred or planned, NULL for one at rest and for paper. Caller frees. */
char *waiting_row(const Waiting *waiting, const StoreDelivery *row);
char *waiting_group(const Waiting *waiting, const StoreQueueGroup *group);

/* When a mail of the issue is tried last (µs), where its deadline counts from that time; 0 = it has none. */
gint64 waiting_deadline(const Waiting *waiting, gint64 issue_id, DeliveryState state, gint64 since);

#endif
