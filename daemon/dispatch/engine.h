/* SPDX-License-Identifier: GPL-3.0-or-later
 * The delivery engine: a thread that takes due rows from the store, sends them over pooled
 * connections and commits the outcomes in groups. */
#ifndef SONGFA_DISPATCH_ENGINE_H
#define SONGFA_DISPATCH_ENGINE_H

#include <glib.h>

#include "daemon/dispatch/relay.h"

typedef struct {
    const char *store_path;
    const char *spool;            /* objects/ (attachments); names the wire table */
    const GPtrArray *relays;      /* RelaySettings, tried in order */
    const GPtrArray *domains;     /* DomainSettings, NULL = none */
    const SenderSettings *sender;
    const RetrySettings *retry;
    gboolean whole_dialogues;     /* of all attempts, not only of those that did not go as they should */
    GHashTable *series_retry;     /* RetrySettings by series key where they are others, NULL = none */
    GHashTable *series_quiet;     /* QuietSettings by series key, NULL = none */
} EngineSettings;

typedef struct Engine Engine;

/* Settles what an earlier run left in doubt (doc/STATES.md), then starts the thread. NULL and error
 * when store or spool are unusable. The settings are lent for the engine's life. */
Engine *engine_start(const EngineSettings *settings, GError **error);

/* A hint that the store has new rows; any thread, never blocks. */
void engine_wake(Engine *engine);

/* Finishes what is on the wire (at most grace seconds), stores it, joins the thread, frees. */
void engine_stop(Engine **engine, int grace);

#endif
