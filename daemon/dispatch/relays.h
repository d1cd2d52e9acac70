/* SPDX-License-Identifier: GPL-3.0-or-later
 * The relays in their order: which one to use now, how it fares, and connecting to it in the
 * background. Sender thread only, but for the connecting itself. */
#ifndef SONGFA_DISPATCH_RELAYS_H
#define SONGFA_DISPATCH_RELAYS_H

#include "daemon/dispatch/exchange.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/smtp.h"

typedef struct {
    const RelaySettings *settings;
    SmtpPace pace;             /* what it has proved to bear */
    int n_links, n_connecting;
    int failures;              /* since something last went well */
    gint64 rest_until;         /* monotonic µs: no new connection before */
    char *problem;             /* why it rests */
} Relay;

void relays_note_success(Relay *relay);
/* No new connections for a while, longer each time. */
void relays_note_failure(Relay *relay, const char *problem);

typedef struct Relays Relays;

/* settings: RelaySettings, lent. The exchange is woken when a connection attempt ends. */
Relays *relays_new(const GPtrArray *settings, Exchange *exchange);
/* Breaks off attempts under way and waits for them. */
void relays_free(Relays *relays);

/* The first relay that has links, is being connected to or may be tried now; NULL when all rest. */
Relay *relays_first_usable(Relays *relays);
/* When the first of them may be tried again (monotonic µs), and the first relay in order. */
gint64 relays_rest_until(const Relays *relays);
Relay *relays_first(const Relays *relays);
/* TRUE when an earlier relay in the order has links. */
gboolean relays_has_better(const Relays *relays, const Relay *relay);

/* Starts n connection attempts. */
void relays_connect(Relays *relays, Relay *relay, guint n);
guint relays_n_connecting(const Relays *relays);
/* One ended attempt: the link (the caller's), or NULL after the relay was marked failed. FALSE when
 * there is none. */
gboolean relays_take_opened(Relays *relays, Relay **relay, Link **link);

#endif
