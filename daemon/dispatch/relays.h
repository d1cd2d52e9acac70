/* SPDX-License-Identifier: GPL-3.0-or-later
 * The relays in their order: which one to use now, how it fares, what it bears, and connecting to it
 * in the background. Sender thread only, but for the connecting itself. */
#ifndef SONGFA_DISPATCH_RELAYS_H
#define SONGFA_DISPATCH_RELAYS_H

#include "daemon/dispatch/exchange.h"
#include "daemon/dispatch/limit.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/smtp.h"
#include "daemon/dispatch/transcript.h"
#include "daemon/store/relay-state.h"

typedef struct {
    const RelaySettings *settings;
    SmtpPace pace;             /* what it has proved to bear */
    guint recipients;          /* likewise, in one transaction */
    Limit *limit;
    int n_links, n_connecting;
    int n_open;                /* jobs on its links */
    int window;                /* connections that it bears as far as we know */
    int credit;                /* accepted since the window last changed */
    gint64 narrowed_at;        /* monotonic µs */
    int failures;              /* since something last went well; above 0 it has to prove itself with
                                * one connection and one mail */
    gint64 rest_until;         /* monotonic µs: no new connection before */
    char *problem;             /* why it rests */
    Transcript *said;          /* the attempt to connect that failed, NULL = it was not that */
    gboolean paused;           /* by a clerk */
    const char *told_state;    /* as in the last relays_take_news() */
    int told_window;
    gint64 told_rest;
} Relay;

void relays_note_success(Relay *relay);
/* No new connections for a while, longer each time. said: of an attempt to connect, else NULL. */
void relays_note_failure(Relay *relay, const char *problem, Transcript *said);
/* It asked for less: half the connections; and what it takes well gives one back now and then. */
void relays_note_slow(Relay *relay);
void relays_note_accepted(Relay *relay);

/* TRUE when a mail may begin on one of its links now: not paused, room under its limits, and while it has to
 * prove itself nothing else under way. */
gboolean relay_allows(const Relay *relay, LimitTime now);
/* TRUE when it has more links than it bears. */
gboolean relay_is_crowded(const Relay *relay);

typedef struct Relays Relays;

/* settings: RelaySettings, lent; used as in relay_used(). The exchange is woken when a connection
 * attempt ends. */
Relays *relays_new(const GPtrArray *settings, GHashTable *used, Exchange *exchange);
/* Breaks off attempts under way and waits for them. */
void relays_free(Relays *relays);

/* The first relay with room under its limits that has links, is being connected to or may be tried
 * now; NULL when there is none. */
Relay *relays_first_usable(Relays *relays, LimitTime now);
/* When there may be one again (monotonic µs). */
gint64 relays_rest_until(const Relays *relays, LimitTime now);
/* TRUE when only the limits of one of them stand in the way. */
gboolean relays_are_limited(const Relays *relays, LimitTime now);
/* How many mails all limits together allow in the near future. */
enum { RELAYS_NO_LIMIT = G_MAXINT };
guint relays_room(const Relays *relays, LimitTime now);
Relay *relays_first(const Relays *relays);
/* TRUE when an earlier relay in the order has links and may be used. */
gboolean relays_has_better(const Relays *relays, const Relay *relay, LimitTime now);

/* Those of these names are left alone, all others are not. */
void relays_set_paused(Relays *relays, char **names);

/* How all relays fare (StoreRelayState with free function, the caller's) when that has changed since the
 * last call, else NULL. */
GPtrArray *relays_take_news(Relays *relays, LimitTime now);

/* Adds how many went in the last minute, by scope (relay_scope()) → gint64, where there is a limit. */
void relays_count_minute(const Relays *relays, LimitTime now, GHashTable *used);

/* Starts as many connection attempts for that much work as the relay bears. */
void relays_connect(Relays *relays, Relay *relay, guint work);
guint relays_n_connecting(const Relays *relays);
/* One ended attempt: the link, or NULL after the relay was marked failed, and what was said; both the
 * caller's. FALSE when there is none. */
gboolean relays_take_opened(Relays *relays, Relay **relay, Link **link, Transcript **said);

#endif
