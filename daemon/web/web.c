/* SPDX-License-Identifier: GPL-3.0-or-later
 * The life of the room: its store, its server. */
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/web/routes.h"
#include "daemon/web/web-private.h"

enum { CONNECTIONS = 64, IDLE = 30, HEAD = 20, RATE = 16384 };

Store *web_store(Web *web)
{
    g_mutex_lock(&web->lock);
    return web->store;
}

void web_done(Web *web)
{
    g_mutex_unlock(&web->lock);
}

static void web_free(Web *web)
{
    g_atomic_int_set(&web->stopping, 1);
    http_stop(&web->http);
    g_clear_pointer(&web->store, store_close);
    g_hash_table_unref(web->busy);
    g_mutex_clear(&web->lock);
    g_free(web);
}

Web *web_start(const Config *config, GError **error)
{
    HttpSettings settings = {
        .host = config->web.host, .port = config->web.port,
        .certificate = config->web.certificate, .key = config->web.key,
        .connections = CONNECTIONS, .idle = IDLE, .head = HEAD, .rate = RATE, .largest = config->max_file_size,
    };
    Web *web = g_new0(Web, 1);
    web->config = config;
    g_mutex_init(&web->lock);
    web->busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    web->store = store_join(config->store, error);
    web->http = web->store != NULL ? http_start(&settings, &routes_handler, web, error) : NULL;
    if (web->http == NULL) {
        web_free(web);
        return NULL;
    }
    g_autofree char *port = g_strdup_printf("%u", http_port(web->http));
    log_event(LOG_LEVEL_INFO, "web", "listening", "address", settings.host, "port", port, "tls",
              settings.certificate != NULL ? "yes" : "no", NULL);
    return web;
}

void web_stop(Web **web)
{
    Web *self = g_steal_pointer(web);
    if (self != NULL)
        web_free(self);
}
