/* SPDX-License-Identifier: GPL-3.0-or-later
 * The relays, and the pool of threads that connect to them: connecting blocks (names, TLS, AUTH), and
 * the sender must not. */
#include "daemon/dispatch/relays.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"

enum { LINES_KEPT = 100 }; /* of what is said until a link is open */
enum { CONNECTORS = 64, REST_FIRST = 5, REST_MOST = 300 };
enum { WIDEN_AFTER = 50, NARROW_AGAIN = 5 };   /* mails; seconds */
enum { SOON = 5 };                             /* seconds that count as the near future */

/* One connection attempt, and what came of it. */
typedef struct {
    Relay *relay;
    Dialogue *dialogue;
    Link *link;
    Transcript *said;
    GError *error;
} Attempt;

struct Relays {
    Exchange *exchange;
    Relay *list;
    guint n;
    GThreadPool *connectors;
    GAsyncQueue *opened; /* Attempt */
    gint cancelled;
};

void relays_note_success(Relay *relay)
{
    relay->failures = 0;
}

void relays_note_failure(Relay *relay, const char *problem, Transcript *said)
{
    gint64 rest = REST_FIRST;
    for (int i = 0; i < relay->failures && rest < REST_MOST; i++)
        rest *= 2;
    relay->failures++;
    relay->rest_until = clock_monotonic() + MIN(rest, REST_MOST) * CLOCK_SECOND;
    g_free(relay->problem);
    relay->problem = g_strdup(problem);
    transcript_unref(relay->said);
    relay->said = transcript_ref(said);
    log_event(LOG_LEVEL_WARNING, "dispatch", "relay-rests", "relay", relay->settings->name, "problem", problem, NULL);
}

/* Replies that were on their way already when the window was halved do not halve it again. */
void relays_note_slow(Relay *relay)
{
    gint64 now = clock_monotonic();
    relay->credit = 0;
    if (relay->window == 1 || now < relay->narrowed_at + NARROW_AGAIN * CLOCK_SECOND)
        return;
    relay->narrowed_at = now;
    relay->window = MAX(relay->window / 2, 1);
    g_autofree char *window = g_strdup_printf("%d", relay->window);
    log_event(LOG_LEVEL_WARNING, "dispatch", "fewer-connections", "relay", relay->settings->name, "window", window, NULL);
}

void relays_note_accepted(Relay *relay)
{
    if (relay->window == relay->settings->connections || ++relay->credit < WIDEN_AFTER)
        return;
    relay->credit = 0;
    relay->window++;
    g_autofree char *window = g_strdup_printf("%d", relay->window);
    log_event(LOG_LEVEL_INFO, "dispatch", "more-connections", "relay", relay->settings->name, "window", window, NULL);
}

static void record(gpointer user, DialogueKind kind, const char *line, gsize length)
{
    Attempt *attempt = user;
    dialogue_add(attempt->dialogue, clock_monotonic(), kind, -1, line, length);
    if (kind == DIALOGUE_NOTE || !log_traces("smtp"))
        return;
    g_autofree char *text = g_strndup(line, length);
    log_event(LOG_LEVEL_DEBUG, "smtp", kind == DIALOGUE_SENT ? "out" : "in", "relay", attempt->relay->settings->name, "line",
              text, NULL);
}

static void connect_one(gpointer data, gpointer user)
{
    Attempt *attempt = data;
    Relays *relays = user;
    const RelaySettings *settings = attempt->relay->settings;
    dialogue_begin(attempt->dialogue, clock_monotonic());
    attempt->link = link_open(settings, &relays->cancelled, record, attempt, &attempt->error);
    if (attempt->link == NULL)
        record(attempt, DIALOGUE_NOTE, attempt->error->message, strlen(attempt->error->message));
    attempt->said = transcript_new(attempt->dialogue, settings->name, NULL);
    g_async_queue_push(relays->opened, attempt);
    exchange_wake_sender(relays->exchange);
}

static void set_up(Relay *relay, const RelaySettings *settings, GHashTable *used, LimitTime now)
{
    g_autofree char *scope = relay_scope(settings->name);
    relay->settings = settings;
    relay->pace = settings->pipelining ? SMTP_STREAMED : SMTP_PLAIN;
    relay->recipients = (guint)settings->recipients;
    relay->window = settings->connections;
    relay->limit = limit_new(&settings->limit, relay_used(used, scope), now);
}

Relays *relays_new(const GPtrArray *settings, GHashTable *used, Exchange *exchange)
{
    LimitTime now = limit_time_now();
    Relays *relays = g_new0(Relays, 1);
    relays->exchange = exchange;
    relays->n = settings->len;
    relays->list = g_new0(Relay, relays->n);
    for (guint i = 0; i < relays->n; i++)
        set_up(&relays->list[i], g_ptr_array_index(settings, i), used, now);
    relays->opened = g_async_queue_new();
    relays->connectors = g_thread_pool_new(connect_one, relays, CONNECTORS, FALSE, NULL);
    return relays;
}

static void attempt_free(Attempt *attempt)
{
    link_close(attempt->link);
    dialogue_free(attempt->dialogue);
    transcript_unref(attempt->said);
    g_clear_error(&attempt->error);
    g_free(attempt);
}

void relays_free(Relays *relays)
{
    if (relays == NULL)
        return;
    g_atomic_int_set(&relays->cancelled, 1);
    g_thread_pool_free(relays->connectors, FALSE, TRUE);
    for (Attempt *attempt; (attempt = g_async_queue_try_pop(relays->opened)) != NULL;)
        attempt_free(attempt);
    g_async_queue_unref(relays->opened);
    for (guint i = 0; i < relays->n; i++) {
        limit_free(relays->list[i].limit);
        g_free(relays->list[i].problem);
        transcript_unref(relays->list[i].said);
    }
    g_free(relays->list);
    g_free(relays);
}

static gboolean has_room(const Relay *relay, LimitTime now)
{
    return !relay->paused && limit_free_at(relay->limit, now) <= now.monotonic;
}

gboolean relay_allows(const Relay *relay, LimitTime now)
{
    return (relay->failures == 0 || relay->n_open == 0) && has_room(relay, now);
}

/* A relay that has to prove itself is asked with one connection. */
static int most_links(const Relay *relay)
{
    return relay->failures > 0 ? 1 : relay->window;
}

gboolean relay_is_crowded(const Relay *relay)
{
    return relay->n_links > relay->window;
}

static gboolean is_resting(const Relay *relay, LimitTime now)
{
    return !relay->paused && relay->n_links == 0 && relay->n_connecting == 0 && relay->rest_until > now.monotonic;
}

Relay *relays_first_usable(Relays *relays, LimitTime now)
{
    for (guint i = 0; i < relays->n; i++)
        if (!is_resting(&relays->list[i], now) && has_room(&relays->list[i], now))
            return &relays->list[i];
    return NULL;
}

Relay *relays_first(const Relays *relays)
{
    return &relays->list[0];
}

gint64 relays_rest_until(const Relays *relays, LimitTime now)
{
    gint64 earliest = G_MAXINT64;
    for (guint i = 0; i < relays->n; i++) {
        const Relay *relay = &relays->list[i];
        gint64 rest = is_resting(relay, now) ? relay->rest_until : 0;
        if (!relay->paused)
            earliest = MIN(earliest, MAX(rest, limit_free_at(relay->limit, now)));
    }
    return earliest;
}

gboolean relays_are_limited(const Relays *relays, LimitTime now)
{
    for (guint i = 0; i < relays->n; i++)
        if (!is_resting(&relays->list[i], now))
            return TRUE;
    return FALSE;
}

void relays_set_paused(Relays *relays, char **names)
{
    for (guint i = 0; i < relays->n; i++) {
        Relay *relay = &relays->list[i];
        gboolean paused = g_strv_contains((const char *const *)names, relay->settings->name);
        if (paused != relay->paused)
            log_event(LOG_LEVEL_INFO, "dispatch", paused ? "relay-paused" : "relay-resumed", "relay",
                      relay->settings->name, NULL);
        relay->paused = paused;
    }
}

static const char *state_of(const Relay *relay, LimitTime now)
{
    if (relay->failures == 0)
        return "closed";
    return relay->rest_until > now.monotonic ? "open" : "half-open";
}

/* Notes what is told now; TRUE when it is news. */
static gboolean note_told(Relay *relay, LimitTime now)
{
    const char *state = state_of(relay, now);
    gboolean news = relay->told_state != state || relay->told_window != relay->window ||
                    relay->told_rest != relay->rest_until;
    relay->told_state = state;
    relay->told_window = relay->window;
    relay->told_rest = relay->rest_until;
    return news;
}

static StoreRelayState *tell(const Relay *relay, LimitTime now)
{
    StoreRelayState *state = g_new0(StoreRelayState, 1);
    state->name = g_strdup(relay->settings->name);
    state->state = relay->told_state;
    state->problem = g_strdup(relay->problem);
    state->at = now.wall;
    if (relay->rest_until > now.monotonic)
        state->until = now.wall + relay->rest_until - now.monotonic;
    state->connections = relay->window;
    return state;
}

GPtrArray *relays_take_news(Relays *relays, LimitTime now)
{
    gboolean news = FALSE;
    for (guint i = 0; i < relays->n; i++)
        news |= note_told(&relays->list[i], now);
    if (!news)
        return NULL;
    GPtrArray *states = g_ptr_array_new_with_free_func((GDestroyNotify)store_relay_state_free);
    for (guint i = 0; i < relays->n; i++)
        g_ptr_array_add(states, tell(&relays->list[i], now));
    return states;
}

void relays_count_minute(const Relays *relays, LimitTime now, GHashTable *used)
{
    for (guint i = 0; i < relays->n; i++) {
        const Relay *relay = &relays->list[i];
        if (relay->settings->limit.per_minute > 0)
            relay_set_used(used, relay_scope(relay->settings->name), limit_used_this_minute(relay->limit, now));
    }
}

guint relays_room(const Relays *relays, LimitTime now)
{
    gint64 room = 0;
    for (guint i = 0; i < relays->n; i++)
        room += relays->list[i].paused ? 0 : limit_room(relays->list[i].limit, now, SOON * CLOCK_SECOND);
    return (guint)MIN(room, RELAYS_NO_LIMIT);
}

gboolean relays_has_better(const Relays *relays, const Relay *relay, LimitTime now)
{
    for (const Relay *better = relays->list; better < relay; better++)
        if (better->n_links > 0 && relay_allows(better, now))
            return TRUE;
    return FALSE;
}

static void connect_once(Relays *relays, Relay *relay)
{
    Attempt *attempt = g_new0(Attempt, 1);
    attempt->relay = relay;
    attempt->dialogue = dialogue_new(LINES_KEPT);
    relay->n_connecting++;
    g_thread_pool_push(relays->connectors, attempt, NULL);
}

void relays_connect(Relays *relays, Relay *relay, guint work)
{
    if (relay->rest_until > clock_monotonic())
        return;
    int coming = relay->n_connecting, free = most_links(relay) - relay->n_links - coming;
    gint64 wanted = MIN((gint64)work - coming, free);
    for (gint64 i = 0; i < wanted; i++)
        connect_once(relays, relay);
}

guint relays_n_connecting(const Relays *relays)
{
    guint n = 0;
    for (guint i = 0; i < relays->n; i++)
        n += (guint)relays->list[i].n_connecting;
    return n;
}

gboolean relays_take_opened(Relays *relays, Relay **relay, Link **link, Transcript **said)
{
    Attempt *attempt = g_async_queue_try_pop(relays->opened);
    if (attempt == NULL)
        return FALSE;
    *relay = attempt->relay;
    *link = g_steal_pointer(&attempt->link);
    *said = transcript_ref(attempt->said);
    (*relay)->n_connecting--;
    if (*link != NULL)
        (*relay)->n_links++;
    else if (clock_monotonic() >= (*relay)->rest_until) /* of attempts made together one is enough */
        relays_note_failure(*relay, attempt->error->message, attempt->said);
    attempt_free(attempt);
    return TRUE;
}
