/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the two threads of the engine meet: the registrar (store) gives jobs to the sender (network)
 * and gets them back settled. Neither ever waits for the other's work. */
#ifndef SONGFA_DISPATCH_EXCHANGE_H
#define SONGFA_DISPATCH_EXCHANGE_H

#include "daemon/dispatch/lanes.h"

typedef struct Exchange Exchange;

Exchange *exchange_new(GError **error);
/* Frees the jobs still in it. */
void exchange_free(Exchange *exchange);

/* ---- any thread ---- */
/* The store may have new rows. */
void exchange_hint(Exchange *exchange);
/* Both threads are to end; what is on the wire has until deadline (monotonic µs). */
void exchange_stop(Exchange *exchange, gint64 deadline);
gboolean exchange_is_stopping(Exchange *exchange, gint64 *deadline);

/* ---- registrar ---- */
typedef struct {
    gboolean hinted, stopping, sender_gone;
    guint n_ready;     /* jobs given that the sender has not fetched */
    gint64 rest_until; /* no relay takes a mail before that (monotonic µs) */
    guint room;        /* how many mails the relays' limits allow in the near future */
} ExchangeView;

/* Moves the settled jobs to settled and tells how things stand. Waits before that until a time
 * (monotonic µs), a hint, the end, enough settled jobs, or few jobs left to send. */
ExchangeView exchange_wait(Exchange *exchange, gint64 until, guint enough, guint few, GQueue *settled);
/* Empties jobs. */
void exchange_give(Exchange *exchange, GQueue *jobs);
/* A clerk stopped something: the sender is to give back all that is not on a link, and to leave the
 * relays of these names alone. Takes paused. */
void exchange_recall(Exchange *exchange, char **paused);
/* What the sender told since the last call, the caller's; NULL = nothing. */
GPtrArray *exchange_take_relays(Exchange *exchange);
/* Likewise, how much of the limits by the minute is used (scope → gint64). */
GHashTable *exchange_take_minutes(Exchange *exchange);
/* Whether new transactions may begin: no while outcomes cannot be stored. */
void exchange_allow(Exchange *exchange, gboolean allowed);

/* ---- sender ---- */
/* Becomes readable when there is something to do. */
int exchange_fd(const Exchange *exchange);
void exchange_clear_fd(Exchange *exchange);
/* Makes the fd readable; any thread. */
void exchange_wake_sender(Exchange *exchange);
/* All urgent jobs and up to max others to the end of jobs; how many are left. */
guint exchange_fetch(Exchange *exchange, guint max, GQueue *jobs);
/* Empties jobs. */
void exchange_settle(Exchange *exchange, GQueue *jobs);
gboolean exchange_allows(Exchange *exchange);
/* The names of an exchange_recall() since the last call, the caller's; NULL = there was none. */
char **exchange_take_recall(Exchange *exchange);
void exchange_rest(Exchange *exchange, gint64 until);
void exchange_set_room(Exchange *exchange, guint room);
/* How the relays fare (StoreRelayState), for the store. Takes states, NULL = no news. */
void exchange_tell_relays(Exchange *exchange, GPtrArray *states);
/* How much of the limits by the minute is used, for the store. Takes it. */
void exchange_tell_minutes(Exchange *exchange, GHashTable *used);
/* The sender's last word. */
void exchange_leave(Exchange *exchange);

#endif
