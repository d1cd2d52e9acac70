/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a mail waits for, and until when, in words. */
#ifndef SONGFA_CTL_WAITING_H
#define SONGFA_CTL_WAITING_H

#include "daemon/ctl/ctl.h"
#include "daemon/store/deliveries.h"

/* What holds for all of them. */
typedef struct {
    int pid;    /* of the daemon, 0 = it does not run */
    char *held; /* why the store sends nothing, NULL = it does */
    gboolean all_paused, any_full; /* the relays: by a clerk; no more today */
} Waiting;

/* FALSE and error when the store cannot say. */
gboolean waiting_load(Ctl *ctl, Waiting *waiting, GError **error);
void waiting_clear(Waiting *waiting);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Waiting, waiting_clear)

/* For a row that is queued, sending, deferred or planned; texts may be NULL. Caller frees. */
char *waiting_words(const Waiting *waiting, DeliveryState state, gint64 next_attempt, const char *waits_for,
                    const char *reply_text);

#endif
