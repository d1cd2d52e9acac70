/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of this room share. */
#ifndef SONGFA_WEB_PRIVATE_H
#define SONGFA_WEB_PRIVATE_H

#include "daemon/config.h"
#include "daemon/store/store.h"
#include "daemon/web/http.h"
#include "daemon/web/web.h"

struct Web {
    const Config *config;
    Http *http;
    GMutex lock;         /* over the store and busy */
    Store *store;        /* between web_store() and web_done() */
    GHashTable *busy;    /* idempotency keys of requests at work, with their token */
    gint stopping;       /* atomic */
};

/* The store for this thread alone, until web_done(). Not while waiting or reading a body. */
Store *web_store(Web *web);
void web_done(Web *web);

#endif
