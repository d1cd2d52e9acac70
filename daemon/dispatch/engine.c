/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine's life: recovery, then two threads, one for the store and one for the network, that meet
 * in the exchange. */
#include "daemon/dispatch/engine.h"

#include <malloc.h>
#include <signal.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/recover.h"
#include "daemon/dispatch/registrar.h"
#include "daemon/dispatch/sender.h"
#include "daemon/dispatch/setback.h"
#include "daemon/dispatch/transcript.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/doubt.h"
#include "daemon/store/identity.h"
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
    seal_free(engine->parts.seal);
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

/* A store that was restored or copied holds mails that were sent since: it starts held. */
static gboolean check_seal(EngineParts *parts, SealMark *found, GError **error)
{
    const EngineSettings *settings = parts->settings;
    g_autofree char *id = store_identity_id(parts->store, error);
    gint64 number = id != NULL ? store_identity_number(parts->store, error) : -1;
    gboolean sent = FALSE;
    if (number < 0 || !store_identity_has_sent(parts->store, &sent, error))
        return FALSE;
    g_auto(SealMark) left = seal_left(settings->spool);
    *found = seal_found(settings->store_path, id, number);
    found->alive = left.alive;
    found->has_sent = sent;
    const char *difference = seal_difference(&left, found);
    parts->is_foreign = difference != NULL;
    if (difference == NULL)
        return TRUE;
    log_event(LOG_LEVEL_WARNING, "dispatch", "store-held", "reason", difference, NULL);
    return store_identity_hold(parts->store, difference, error);
}

/* The marks are written when recovery is over: until then the next start finds the same difference. What is
 * unknown in another's store may have been sent again by the other: that is for clerks to find out. */
static gboolean recover(EngineParts *parts, GError **error)
{
    g_auto(SealMark) found = {0};
    return check_seal(parts, &found, error) && recover_rows(parts, error) &&
           (!parts->is_foreign || store_doubt_leave(parts->store, error)) &&
           (parts->seal = seal_new(parts->settings->spool, &found, error)) != NULL;
}

static gboolean prepare_dialogues(Store *store, GError **error)
{
    gint64 last = store_dialogue_last(store, error);
    transcript_count_from(last);
    return last >= 0;
}

static gboolean prepare(Engine *engine, GError **error)
{
    EngineParts *parts = &engine->parts;
    return (parts->wire = wire_open(engine->settings.spool, error)) != NULL &&
           (parts->store = store_join(engine->settings.store_path, error)) != NULL &&
           (parts->exchange = exchange_new(error)) != NULL && recover(parts, error) &&
           store_delivery_hasten(parts->store, clock_now(), error) && setback_start(parts, error) &&
           store_quota_forget(parts->store, clock_now(), error) &&
           prepare_dialogues(parts->store, error) &&
           (parts->used = store_quota_load(parts->store, clock_now(), error)) != NULL &&
           (engine->sender = sender_new(parts, error)) != NULL;
}

/* A batch of jobs is freed about once in ten milliseconds and the next one made: memory that went back to
 * the kernel in between would be cleared and mapped anew each time. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
}

Engine *engine_start(const EngineSettings *settings, GError **error)
{
    if (settings->relays->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("没有配置中继：请在 relays 中至少写一个"));
        return NULL;
    }
    link_library_init();
    keep_memory();
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

/* What could not be stored is needed by the next start. */
static void forget_wire(const EngineParts *parts)
{
    g_autoptr(GArray) under_way = store_delivery_in_doubt(parts->store, NULL);
    if (under_way != NULL && under_way->len == 0)
        wire_forget(parts->wire);
}

void engine_stop(Engine **engine, int grace)
{
    if (*engine == NULL)
        return;
    exchange_stop((*engine)->parts.exchange, clock_monotonic() + grace * CLOCK_SECOND);
    g_thread_join((*engine)->sending);
    g_thread_join((*engine)->registering);
    forget_wire(&(*engine)->parts);
    g_clear_pointer(engine, engine_free);
}
