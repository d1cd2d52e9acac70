/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports that come back by mail: a child of low privilege (songfa-reports) reads the mailbox, and
 * what it tells is stored here. Lives in the main loop and never blocks it. */
#ifndef SONGFA_DISPATCH_BOUNCE_H
#define SONGFA_DISPATCH_BOUNCE_H

#include "daemon/inbox/reader.h"
#include "daemon/store/store.h"

typedef struct Bounce Bounce;

/* Reads at once and then at the interval. Settings and store are lent for its life. */
Bounce *bounce_start(const InboxSettings *settings, Store *store);

/* Ends the child where it stands: what it had not told is told again next time. */
void bounce_stop(Bounce **bounce);

#endif
