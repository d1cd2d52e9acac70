/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine's life: recovery, then two threads, one for the store and one for the network, that meet
 * in the exchange. */
#include "daemon/dispatch/engine.h"

#include <signal.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/recover.h"
#include "daemon/dispatch/registrar.h"
#include "daemon/dispatch/sender.h"
#include "daemon/store/quota.h"

struct Engine {
    EngineSettings settings;
    EngineParts parts;
    Sender *sender;
    GThread *sending, *registering;
};

static void engine_free(Engine *engine)
{
    sender_free(engine->sender);
    exchange_free(engine->parts.exchange);
    store_close(engine->parts.store);
    wire_close(engine->parts.wire);
    g_clear_pointer(&engine->parts.used, g_hash_table_unref);
    g_free(engine);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

/* Signals are the main thread's. */
static void block_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static gpointer run_sender(gpointer data)
{
    block_signals();
    sender_run(data);
    return NULL;
}

static gpointer run_registrar(gpointer data)
{
    block_signals();
    registrar_run(data);
    return NULL;
}

static gboolean prepare(Engine *engine, GError **error)
{
    EngineParts *parts = &engine->parts;
    return (parts->wire = wire_open(engine->settings.spool, error)) != NULL &&
           (parts->store = store_open(engine->settings.store_path, FALSE, error)) != NULL &&
           (parts->exchange = exchange_new(error)) != NULL && recover_rows(parts, error) &&
           store_delivery_hasten(parts->store, clock_now(), error) &&
           (parts->used = store_quota_load(parts->store, clock_now(), error)) != NULL &&
           (engine->sender = sender_new(parts, error)) != NULL;
}

Engine *engine_start(const EngineSettings *settings, GError **error)
{
    if (settings->relays->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("没有配置中继：请在 relays 中至少写一个"));
        return NULL;
    }
    link_library_init();
    g_autoptr(Engine) engine = g_new0(Engine, 1);
    engine->settings = *settings;
    engine->parts.settings = &engine->settings;
    if (!prepare(engine, error))
        return NULL;
    engine->registering = g_thread_new("registrar", run_registrar, &engine->parts);
    engine->sending = g_thread_new("sender", run_sender, engine->sender);
    return g_steal_pointer(&engine);
}

void engine_wake(Engine *engine)
{
    exchange_hint(engine->parts.exchange);
}

void engine_stop(Engine **engine, int grace)
{
    if (*engine == NULL)
        return;
    exchange_stop((*engine)->parts.exchange, clock_monotonic() + grace * CLOCK_SECOND);
    g_thread_join((*engine)->sending);
    g_thread_join((*engine)->registering);
    g_clear_pointer(engine, engine_free);
}
