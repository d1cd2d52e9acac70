/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports that come back by mail: a child of low privilege (songfa-reports) reads the mailbox, and
 * what it tells is stored here. Lives in the main loop and never blocks it. */
#ifndef SONGFA_DISPATCH_BOUNCE_H
#define SONGFA_DISPATCH_BOUNCE_H

#include "daemon/dispatch/relay.h"
#include "daemon/store/store.h"

typedef struct {
    RelaySettings server; /* host NULL = no mailbox is read */
    char *folder;         /* UTF-8 */
    int interval;         /* seconds from the end of one round to the next */
    gboolean idle;        /* where the server offers IDLE, it tells of new mail; else there are rounds alone */
} BounceSettings;

typedef struct Bounce Bounce;

/* Reads at once and then at the interval. Settings and store are lent for its life. */
Bounce *bounce_start(const BounceSettings *settings, Store *store);

/* Ends the child where it stands: what it had not told is told again next time. */
void bounce_stop(Bounce **bounce);

#endif
