/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store's side of the engine. Hints and timers only say when to look; what is due is what the
 * store says. */
#include "daemon/dispatch/registrar.h"

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/setback.h"
#include "daemon/store/identity.h"
#include "daemon/store/quota.h"
#include "daemon/store/relay-state.h"
#include "daemon/store/stops.h"

enum {
    CLAIM = 512,    /* rows a claim takes; the next comes when fewer than half of them wait to be sent */
    MOST = 2048,    /* likewise, for a sender that ran out of jobs meanwhile */
    GROUP = 512,    /* outcomes that are stored without further waiting */
    GROUP_MS = 50,  /* others wait this long for company */
    POLL_MS = 1000, /* between looks at what others changed in the store */
    RETRY_MS = 1000 /* while the store fails */
};

typedef struct {
    const EngineParts *parts;
    Mails *mails;
    GQueue settled;      /* jobs whose outcome is not stored yet */
    GQueue claimed;      /* jobs on their way to the sender */
    guint n_out;         /* jobs the sender has */
    guint appetite;      /* rows a claim takes */
    gint64 commit_by;    /* monotonic, when settled is not empty */
    gint64 next_due;     /* wall time; -1 = nothing waits */
    gint64 next_urgent;  /* likewise, of urgent mails */
    gint64 stop_number;  /* of the store, as the sender knows it */
    guint room;          /* how many mails the limits allow the sender to have */
    gint64 poll_at, retry_at, rest_until, counter;
    Setback setback;
    gboolean failing;
    gboolean held;       /* the store is: nothing is claimed */
} Registrar;

static gint64 in_ms(gint64 ms)
{
    return clock_monotonic() + ms * CLOCK_SECOND / 1000;
}

/* ---- a store that fails ---- */

static void trouble(Registrar *registrar, const GError *error)
{
    if (!registrar->failing)
        log_event(LOG_LEVEL_ERROR, "dispatch", "store-fails", "error", error->message, NULL);
    registrar->failing = TRUE;
    registrar->retry_at = in_ms(RETRY_MS);
    exchange_allow(registrar->parts->exchange, FALSE);
}

static void relief(Registrar *registrar)
{
    if (!registrar->failing)
        return;
    registrar->failing = FALSE;
    log_event(LOG_LEVEL_INFO, "dispatch", "store-works", NULL);
    exchange_allow(registrar->parts->exchange, TRUE);
}

/* The spool learns how far the store has come: only ever after the commit. */
static void note_progress(const Registrar *registrar)
{
    g_autoptr(GError) error = NULL;
    gint64 number = store_identity_number(registrar->parts->store, &error);
    if (number >= 0)
        seal_note(registrar->parts->seal, number, clock_now());
}

/* ---- outcomes to the store ---- */

/* What was said is kept, and what was sent counts for the day's limits, from the same moment on. */
static gboolean store_outcomes(Registrar *registrar, GError **error)
{
    Store *store = registrar->parts->store;
    g_autofree DeliveryOutcome *outcomes = g_new(DeliveryOutcome, registrar->settled.length);
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    gsize n = 0;
    if (!store_begin(store, error))
        return FALSE;
    gboolean good = TRUE;
    for (GList *link = registrar->settled.head; link != NULL && good; link = link->next) {
        outcomes[n++] = job_outcome(link->data);
        job_count(link->data, used);
        good = job_store_said(link->data, store, error);
    }
    good = good && store_delivery_finish(store, outcomes, n, NULL, error) &&
           store_quota_add(store, used, clock_now(), error);
    return store_end(store, good, error);
}

static void let_go(Registrar *registrar)
{
    for (GList *link = registrar->settled.head; link != NULL; link = link->next) {
        const Job *job = link->data;
        job_note_stored(job);
        if (job->slot >= 0)
            wire_release(registrar->parts->wire, job->slot);
    }
    crash_point(CRASH_SLOTS_CLEARED);
    for (GList *link; (link = g_queue_pop_head_link(&registrar->settled)) != NULL;) {
        Job *job = link->data;
        if (job->state == DELIVERY_DEFERRED)
            registrar->next_due = registrar->next_due < 0 ? job->next_attempt : MIN(registrar->next_due, job->next_attempt);
        if (job->state != DELIVERY_QUEUED)
            job_log(job);
        job_free(job);
    }
    exchange_wake_sender(registrar->parts->exchange);
}

static void commit(Registrar *registrar)
{
    g_autoptr(GError) error = NULL;
    if (!store_outcomes(registrar, &error)) {
        trouble(registrar, error);
        return;
    }
    crash_point(CRASH_OUTCOME_COMMITTED);
    note_progress(registrar);
    relief(registrar);
    let_go(registrar);
}

/* ---- rows from the store ---- */

/* A job that cannot go out settles at once; others of the same mail are told so without trying. */
static void settle_unsendable(Registrar *registrar, Job *job, const GError *error)
{
    gboolean passes = error->domain != SONGFA_ERROR || error->code == SONGFA_ERROR_IO || error->code == SONGFA_ERROR_STORE;
    if (passes)
        job_postpone(job, registrar->parts->settings->retry, error->message, NULL, 0);
    else
        job_refuse(job, "5.6.0", error->message);
    g_queue_push_tail_link(&registrar->settled, &job->link);
}

static void make_job(Registrar *registrar, StoreDelivery *delivery, gint64 *broken_mail, GError **broken)
{
    g_autoptr(GError) error = NULL;
    Job *job = job_new(delivery, NULL);
    if (!address_check(delivery->address, &error)) {
        job_refuse(job, "5.1.3", error->message);
        g_queue_push_tail_link(&registrar->settled, &job->link);
        return;
    }
    if (delivery->mail_id != *broken_mail) {
        g_clear_error(broken);
        job->mail = mails_get(registrar->mails, delivery->mail_id, broken);
        *broken_mail = job->mail == NULL ? delivery->mail_id : -1;
    }
    if (job->mail == NULL)
        settle_unsendable(registrar, job, *broken);
    else
        g_queue_push_tail_link(&registrar->claimed, &job->link);
}

static void make_jobs(Registrar *registrar, GPtrArray *rows)
{
    g_autoptr(GError) broken = NULL;
    gint64 broken_mail = -1;
    gsize n;
    g_autofree gpointer *stolen = g_ptr_array_steal(rows, &n);
    for (gsize i = 0; i < n; i++)
        make_job(registrar, stolen[i], &broken_mail, &broken);
    registrar->n_out += registrar->claimed.length;
    exchange_give(registrar->parts->exchange, &registrar->claimed);
    if (registrar->settled.length > 0)
        registrar->commit_by = clock_monotonic();
}

/* The names of paused relays; caller g_strfreevs. */
static char **paused_relays(const GPtrArray *pauses)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    for (guint i = 0; i < pauses->len; i++) {
        const StorePause *pause = g_ptr_array_index(pauses, i);
        if (g_strcmp0(pause->scope, "relay") == 0)
            g_strv_builder_add(names, pause->key);
    }
    return g_strv_builder_end(names);
}

/* What clerks stopped since the last look. */
static void look_for_stops(Registrar *registrar, GError **error)
{
    Store *store = registrar->parts->store;
    gint64 number = store_stop_number(store, error);
    if (number < 0 || number == registrar->stop_number)
        return;
    g_autoptr(GPtrArray) pauses = store_stop_pauses(store, error);
    if (pauses == NULL)
        return;
    GError *failed = NULL;
    g_autofree char *held = store_identity_held(store, &failed);
    registrar->held = held != NULL || failed != NULL;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return;
    }
    registrar->stop_number = number;
    exchange_recall(registrar->parts->exchange, paused_relays(pauses));
}

static void look(Registrar *registrar)
{
    g_autoptr(GError) error = NULL;
    registrar->counter = store_change_counter(registrar->parts->store);
    registrar->next_due = store_delivery_next_due(registrar->parts->store, &error);
    if (error == NULL)
        registrar->next_urgent = store_delivery_next_urgent(registrar->parts->store, &error);
    if (error == NULL)
        look_for_stops(registrar, &error);
    if (error != NULL)
        trouble(registrar, error);
}

/* How many more the sender may have: no more than it can send soon. Urgent ones go before those that it
 * has. */
static guint wanted(const Registrar *registrar, gboolean bulk)
{
    guint out = bulk ? MIN(registrar->n_out, registrar->room) : 0;
    return MIN(registrar->appetite, registrar->room - out);
}

/* A sender that waits for the store's disk is given more at a time; a slow one leaves the rows where a clerk
 * can still stop them. */
static void note_appetite(Registrar *registrar, const ExchangeView *view)
{
    if (view->n_ready == 0 && registrar->n_out > 0)
        registrar->appetite = MIN(registrar->appetite * 2, MOST);
}

/* bulk: not only urgent mails. */
static void claim(Registrar *registrar, gboolean bulk)
{
    g_autoptr(GError) error = NULL;
    guint max = wanted(registrar, bulk);
    g_autoptr(GPtrArray) rows = store_delivery_claim(registrar->parts->store, (int)max, bulk ? (int)max : 0,
                                                     clock_now(), &error);
    if (rows == NULL) {
        trouble(registrar, error);
        return;
    }
    relief(registrar);
    if (rows->len > 0) {
        crash_point(CRASH_BATCH_MARKED);
        note_progress(registrar);
    }
    if (max > 0 && rows->len == max) {
        registrar->next_due = 0; /* there may be more */
    } else {
        registrar->appetite = CLAIM;
        look(registrar);
    }
    if (rows->len == 0 && registrar->next_due <= clock_now())
        registrar->next_due = -1; /* somebody else took them; the next look tells */
    make_jobs(registrar, rows);
}

/* ---- when to do what ---- */

static gboolean rows_are_due(const Registrar *registrar)
{
    return !registrar->failing && registrar->next_due >= 0 && registrar->next_due <= clock_now();
}

static gboolean may_claim(const Registrar *registrar)
{
    return !registrar->held && rows_are_due(registrar) && clock_monotonic() >= registrar->rest_until && wanted(registrar, TRUE) > 0;
}

static gboolean may_claim_urgent(const Registrar *registrar)
{
    return !registrar->held && !registrar->failing && clock_monotonic() >= registrar->rest_until && wanted(registrar, FALSE) > 0 &&
           registrar->next_urgent >= 0 && registrar->next_urgent <= clock_now();
}

static gint64 wake_time(const Registrar *registrar)
{
    gint64 until = registrar->poll_at;
    if (registrar->failing)
        return MIN(until, registrar->retry_at);
    if (registrar->settled.length > 0)
        until = MIN(until, registrar->commit_by);
    if (registrar->next_due >= 0 && !rows_are_due(registrar))
        until = MIN(until, clock_monotonic() + registrar->next_due - clock_now());
    if (rows_are_due(registrar) && registrar->rest_until > clock_monotonic())
        until = MIN(until, registrar->rest_until);
    return until;
}

static void take_settled(Registrar *registrar, guint n_before)
{
    registrar->n_out -= registrar->settled.length - n_before;
    if (n_before == 0 && registrar->settled.length > 0)
        registrar->commit_by = registrar->n_out > 0 ? in_ms(GROUP_MS) : clock_monotonic();
}

/* Settled jobs worth waking up for: a group, or all there are. */
static guint enough(const Registrar *registrar)
{
    if (registrar->failing)
        return G_MAXUINT; /* more of them do not mend the store */
    return CLAMP(registrar->settled.length + registrar->n_out, 1, GROUP);
}

static gboolean should_commit(const Registrar *registrar, const ExchangeView *view)
{
    gint64 now = clock_monotonic();
    if (registrar->settled.length == 0 || (registrar->failing && now < registrar->retry_at))
        return FALSE;
    return registrar->failing || registrar->settled.length >= GROUP || now >= registrar->commit_by ||
           registrar->n_out == 0 || view->stopping;
}

/* For people to look at: when it cannot be stored, the next news are. */
static void store_relays(const Registrar *registrar)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) states = exchange_take_relays(registrar->parts->exchange);
    if (states != NULL && !store_relay_state_put(registrar->parts->store, states, &error))
        log_event(LOG_LEVEL_WARNING, "dispatch", "relays-not-stored", "error", error->message, NULL);
    g_autoptr(GHashTable) minutes = exchange_take_minutes(registrar->parts->exchange);
    if (minutes != NULL && error == NULL && !store_minute_put(registrar->parts->store, minutes, clock_now(), &error))
        log_event(LOG_LEVEL_WARNING, "dispatch", "minutes-not-stored", "error", error->message, NULL);
}

static gboolean clock_went_back(Registrar *registrar)
{
    g_autoptr(GError) error = NULL;
    gboolean moved = FALSE;
    if (!setback_look(&registrar->setback, registrar->parts, &moved, &error))
        trouble(registrar, error);
    return moved;
}

static void poll_store(Registrar *registrar, gboolean hinted)
{
    gint64 now = clock_monotonic();
    if (now < registrar->poll_at && !hinted)
        return;
    registrar->poll_at = in_ms(POLL_MS);
    note_progress(registrar);
    if (clock_went_back(registrar) || hinted || registrar->next_due < 0 || store_change_counter(registrar->parts->store) != registrar->counter)
        look(registrar);
}

static void feed(Registrar *registrar, const ExchangeView *view)
{
    gboolean retry = registrar->failing && !registrar->held && registrar->settled.length == 0 && clock_monotonic() >= registrar->retry_at;
    if (view->n_ready < registrar->appetite / 2 && (may_claim(registrar) || retry)) {
        note_appetite(registrar, view);
        claim(registrar, TRUE);
    } else if (may_claim_urgent(registrar))
        claim(registrar, FALSE);
    else if (registrar->n_out == 0 && registrar->settled.length == 0)
        mails_forget(registrar->mails);
}

/* One round; FALSE when the work is over. */
static gboolean work(Registrar *registrar)
{
    guint n_before = registrar->settled.length;
    guint few = may_claim(registrar) ? registrar->appetite / 2 : 0;
    ExchangeView view = exchange_wait(registrar->parts->exchange, wake_time(registrar), enough(registrar), few, &registrar->settled);
    registrar->rest_until = view.rest_until;
    registrar->room = view.room;
    take_settled(registrar, n_before);
    if (should_commit(registrar, &view))
        commit(registrar);
    if (!view.stopping) {
        if (!registrar->failing)
            store_relays(registrar);
        poll_store(registrar, view.hinted);
        feed(registrar, &view);
    }
    return !view.sender_gone;
}

/* Jobs given while the sender was leaving. */
static void put_back_unfetched(Registrar *registrar)
{
    exchange_fetch(registrar->parts->exchange, G_MAXUINT, &registrar->claimed);
    for (GList *link; (link = g_queue_pop_head_link(&registrar->claimed)) != NULL;) {
        job_put_back(link->data);
        g_queue_push_tail_link(&registrar->settled, link);
    }
}

static void store_the_rest(Registrar *registrar)
{
    gint64 deadline;
    exchange_is_stopping(registrar->parts->exchange, &deadline);
    put_back_unfetched(registrar);
    while (registrar->settled.length > 0) {
        commit(registrar);
        if (registrar->settled.length > 0 && clock_monotonic() >= deadline)
            break;
        if (registrar->settled.length > 0)
            g_usleep(RETRY_MS * 100);
    }
    for (GList *link; (link = g_queue_pop_head_link(&registrar->settled)) != NULL;)
        job_free(link->data);
}

void registrar_run(const EngineParts *parts)
{
    Registrar registrar = {.parts = parts, .next_due = -1, .next_urgent = -1, .stop_number = -1, .room = CLAIM, .appetite = CLAIM};
    registrar.mails = mails_new(parts->store, parts->settings->spool, parts->settings->sender,
                                parts->settings->series_retry, parts->settings->series_quiet);
    look(&registrar);
    registrar.poll_at = in_ms(POLL_MS);
    while (work(&registrar))
        continue;
    store_the_rest(&registrar);
    mails_free(registrar.mails);
}
