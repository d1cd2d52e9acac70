/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the sender has to send, in the order in which it may go: urgent mails first, and those whose
 * domain has no room left out of the way. Sender thread only. */
#ifndef SONGFA_DISPATCH_AGENDA_H
#define SONGFA_DISPATCH_AGENDA_H

#include "daemon/dispatch/domains.h"
#include "daemon/dispatch/engine-private.h"
#include "daemon/dispatch/parcel.h"

typedef struct Agenda Agenda;

/* Jobs that are settled without being sent go to settled, lent. */
Agenda *agenda_new(const EngineParts *parts, GQueue *settled);
/* Must be drained before. */
void agenda_free(Agenda *agenda);

/* The exchange has news: urgent jobs come in at once. */
void agenda_refresh(Agenda *agenda);
/* There is something that may go now. */
gboolean agenda_has_next(Agenda *agenda);
/* The next job, if it goes with the parcel (NULL = any), with a slot of the wire table, NULL = none now (no room for its domain, or no slot: the
 * registrar's next commit frees slots and wakes the sender). */
Job *agenda_next(Agenda *agenda, const Parcel *parcel);
/* A link left the jobs untried: they go first. Empties jobs. */
void agenda_return(Agenda *agenda, GQueue *jobs);

/* As relays_count_minute(), of the domains. */
void agenda_count_minute(const Agenda *agenda, LimitTime now, GHashTable *used);

/* How many are here or wait at the exchange. */
guint agenda_length(const Agenda *agenda);
/* All of them, those at the exchange too. */
void agenda_drain(Agenda *agenda, GQueue *jobs);

#endif
