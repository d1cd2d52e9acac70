/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the engine are given. */
#ifndef SONGFA_DISPATCH_ENGINE_PRIVATE_H
#define SONGFA_DISPATCH_ENGINE_PRIVATE_H

#include "daemon/dispatch/engine.h"
#include "daemon/dispatch/exchange.h"
#include "daemon/dispatch/seal.h"
#include "daemon/dispatch/wire.h"

typedef struct {
    const EngineSettings *settings;
    Store *store;  /* the registrar's */
    Wire *wire;
    Exchange *exchange;
    Seal *seal;
    gboolean is_foreign; /* the store is not the one that was left here: the wire table proves nothing */
    GHashTable *used; /* what was sent today before the start, as in relay_used() */
} EngineParts;

#endif
