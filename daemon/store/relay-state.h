/* SPDX-License-Identifier: GPL-3.0-or-later
 * How each relay fares, for people to look at; the engine writes it and does not read it. */
#ifndef SONGFA_STORE_RELAY_STATE_H
#define SONGFA_STORE_RELAY_STATE_H

#include "daemon/store/store.h"

typedef struct {
    char *name;
    const char *state; /* "closed", "open", "half-open" (doc/STATES.md), static */
    char *problem;     /* the last one, NULL = none */
    gint64 at, until;  /* until: when an open one is tried again, 0 = not open */
    int connections;   /* how many it bears as far as we know */
} StoreRelayState;

void store_relay_state_free(StoreRelayState *state);

/* Replaces what is known of these relays (StoreRelayState elements). */
gboolean store_relay_state_put(Store *store, const GPtrArray *states, GError **error);
/* StoreRelayState elements with free function. */
GPtrArray *store_relay_state_list(Store *store, GError **error);

#endif
