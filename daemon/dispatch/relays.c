/* SPDX-License-Identifier: GPL-3.0-or-later
 * The relays, and the pool of threads that connect to them: connecting blocks (names, TLS, AUTH), and
 * the sender must not. */
#include "daemon/dispatch/relays.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"

enum { CONNECTORS = 8, REST_FIRST = 5, REST_MOST = 300 };

/* One connection attempt, and what came of it. */
typedef struct {
    Relay *relay;
    Link *link;
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

void relays_note_failure(Relay *relay, const char *problem)
{
    gint64 rest = REST_FIRST;
    for (int i = 0; i < relay->failures && rest < REST_MOST; i++)
        rest *= 2;
    relay->failures++;
    relay->rest_until = clock_monotonic() + MIN(rest, REST_MOST) * CLOCK_SECOND;
    g_free(relay->problem);
    relay->problem = g_strdup(problem);
    log_event(LOG_LEVEL_WARNING, "dispatch", "relay-rests", "relay", relay->settings->name, "problem", problem, NULL);
}

static void trace(gpointer user, gboolean sent, const char *line, gsize length)
{
    g_autofree char *text = g_strndup(line, length);
    log_event(LOG_LEVEL_DEBUG, "smtp", sent ? "out" : "in", "relay", user, "line", text, NULL);
}

static void connect_one(gpointer data, gpointer user)
{
    Attempt *attempt = data;
    Relays *relays = user;
    attempt->link = link_open(attempt->relay->settings, &relays->cancelled, log_traces("smtp") ? trace : NULL,
                              attempt->relay->settings->name, &attempt->error);
    g_async_queue_push(relays->opened, attempt);
    exchange_wake_sender(relays->exchange);
}

Relays *relays_new(const GPtrArray *settings, Exchange *exchange)
{
    Relays *relays = g_new0(Relays, 1);
    relays->exchange = exchange;
    relays->n = settings->len;
    relays->list = g_new0(Relay, relays->n);
    for (guint i = 0; i < relays->n; i++) {
        const RelaySettings *relay = g_ptr_array_index(settings, i);
        relays->list[i].settings = relay;
        relays->list[i].pace = relay->pipelining ? SMTP_STREAMED : SMTP_PLAIN;
    }
    relays->opened = g_async_queue_new();
    relays->connectors = g_thread_pool_new(connect_one, relays, CONNECTORS, FALSE, NULL);
    return relays;
}

static void attempt_free(Attempt *attempt)
{
    link_close(attempt->link);
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
    for (guint i = 0; i < relays->n; i++)
        g_free(relays->list[i].problem);
    g_free(relays->list);
    g_free(relays);
}

static gboolean is_usable(const Relay *relay, gint64 now)
{
    return relay->n_links > 0 || relay->n_connecting > 0 || relay->rest_until <= now;
}

Relay *relays_first_usable(Relays *relays)
{
    gint64 now = clock_monotonic();
    for (guint i = 0; i < relays->n; i++)
        if (is_usable(&relays->list[i], now))
            return &relays->list[i];
    return NULL;
}

Relay *relays_first(const Relays *relays)
{
    return &relays->list[0];
}

gint64 relays_rest_until(const Relays *relays)
{
    gint64 earliest = relays->list[0].rest_until;
    for (guint i = 1; i < relays->n; i++)
        earliest = MIN(earliest, relays->list[i].rest_until);
    return earliest;
}

gboolean relays_has_better(const Relays *relays, const Relay *relay)
{
    for (const Relay *better = relays->list; better < relay; better++)
        if (better->n_links > 0)
            return TRUE;
    return FALSE;
}

void relays_connect(Relays *relays, Relay *relay, guint n)
{
    for (guint i = 0; i < n; i++) {
        Attempt *attempt = g_new0(Attempt, 1);
        attempt->relay = relay;
        relay->n_connecting++;
        g_thread_pool_push(relays->connectors, attempt, NULL);
    }
}

guint relays_n_connecting(const Relays *relays)
{
    guint n = 0;
    for (guint i = 0; i < relays->n; i++)
        n += (guint)relays->list[i].n_connecting;
    return n;
}

gboolean relays_take_opened(Relays *relays, Relay **relay, Link **link)
{
    Attempt *attempt = g_async_queue_try_pop(relays->opened);
    if (attempt == NULL)
        return FALSE;
    *relay = attempt->relay;
    *link = g_steal_pointer(&attempt->link);
    (*relay)->n_connecting--;
    if (*link != NULL)
        (*relay)->n_links++;
    else if (clock_monotonic() >= (*relay)->rest_until) /* of attempts made together one is enough */
        relays_note_failure(*relay, attempt->error->message);
    attempt_free(attempt);
    return TRUE;
}
