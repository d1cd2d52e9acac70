/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two queues under one lock, a condition for the registrar and an eventfd for the sender. */
#include "daemon/dispatch/exchange.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/base/error.h"

struct Exchange {
    GMutex lock;
    GCond changed;      /* for the registrar */
    int wake_fd;        /* for the sender */
    Lanes ready;
    GQueue settled;
    guint enough, few;  /* what the registrar waits for */
    gboolean hinted, stopping, sender_gone;
    gint allowed;
    guint room;
    GPtrArray *relay_states; /* news for the registrar, or NULL */
    GHashTable *minutes;     /* likewise */
    char **recall;      /* NULL-terminated names of relays, or NULL */
    gint64 deadline, rest_until;
};

Exchange *exchange_new(GError **error)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, "eventfd: %s", g_strerror(errno));
        return NULL;
    }
    Exchange *exchange = g_new0(Exchange, 1);
    g_mutex_init(&exchange->lock);
    g_cond_init(&exchange->changed);
    g_queue_init(&exchange->settled);
    exchange->wake_fd = fd;
    exchange->allowed = TRUE;
    exchange->room = G_MAXINT;
    return exchange;
}

static void free_jobs(GQueue *jobs)
{
    for (GList *link; (link = g_queue_pop_head_link(jobs)) != NULL;)
        job_free(link->data);
}

void exchange_free(Exchange *exchange)
{
    if (exchange == NULL)
        return;
    GQueue ready = G_QUEUE_INIT;
    lanes_drain(&exchange->ready, &ready);
    free_jobs(&ready);
    free_jobs(&exchange->settled);
    g_strfreev(exchange->recall);
    g_clear_pointer(&exchange->relay_states, g_ptr_array_unref);
    g_clear_pointer(&exchange->minutes, g_hash_table_unref);
    close(exchange->wake_fd);
    g_mutex_clear(&exchange->lock);
    g_cond_clear(&exchange->changed);
    g_free(exchange);
}

int exchange_fd(const Exchange *exchange)
{
    return exchange->wake_fd;
}

void exchange_wake_sender(Exchange *exchange)
{
    guint64 one = 1;
    if (write(exchange->wake_fd, &one, sizeof(one)) < 0)
        return; /* the counter is full: it is readable all the more */
}

void exchange_clear_fd(Exchange *exchange)
{
    guint64 count;
    if (read(exchange->wake_fd, &count, sizeof(count)) < 0)
        return; /* somebody cleared it before */
}

void exchange_hint(Exchange *exchange)
{
    g_mutex_lock(&exchange->lock);
    exchange->hinted = TRUE;
    g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
}

void exchange_stop(Exchange *exchange, gint64 deadline)
{
    g_mutex_lock(&exchange->lock);
    exchange->stopping = TRUE;
    exchange->deadline = deadline;
    g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
    exchange_wake_sender(exchange);
}

gboolean exchange_is_stopping(Exchange *exchange, gint64 *deadline)
{
    g_mutex_lock(&exchange->lock);
    gboolean stopping = exchange->stopping;
    *deadline = exchange->deadline;
    g_mutex_unlock(&exchange->lock);
    return stopping;
}

/* Moves all links of one queue behind those of another. */
static void append_all(GQueue *to, GQueue *from)
{
    for (GList *link; (link = g_queue_pop_head_link(from)) != NULL;)
        g_queue_push_tail_link(to, link);
}

/* ---- registrar ---- */

static gboolean is_due(const Exchange *exchange, guint known_settled)
{
    return exchange->hinted || exchange->sender_gone || exchange->settled.length >= exchange->enough ||
           (exchange->settled.length > 0 && known_settled == 0) ||
           (lanes_length(&exchange->ready) < exchange->few && exchange->few > 0);
}

ExchangeView exchange_wait(Exchange *exchange, gint64 until, guint enough, guint few, GQueue *settled)
{
    g_mutex_lock(&exchange->lock);
    exchange->enough = enough > settled->length ? enough - settled->length : 0;
    exchange->few = few;
    gboolean was_stopping = exchange->stopping;
    while (!is_due(exchange, settled->length) && exchange->stopping == was_stopping)
        if (!g_cond_wait_until(&exchange->changed, &exchange->lock, until))
            break;
    ExchangeView view = {.hinted = exchange->hinted, .stopping = exchange->stopping, .sender_gone = exchange->sender_gone,
                         .n_ready = lanes_length(&exchange->ready), .rest_until = exchange->rest_until,
                         .room = exchange->room};
    append_all(settled, &exchange->settled);
    exchange->hinted = FALSE;
    g_mutex_unlock(&exchange->lock);
    return view;
}

void exchange_give(Exchange *exchange, GQueue *jobs)
{
    g_mutex_lock(&exchange->lock);
    for (GList *link; (link = g_queue_pop_head_link(jobs)) != NULL;)
        lanes_push(&exchange->ready, link->data);
    g_mutex_unlock(&exchange->lock);
    exchange_wake_sender(exchange);
}

void exchange_recall(Exchange *exchange, char **paused)
{
    g_mutex_lock(&exchange->lock);
    g_strfreev(exchange->recall);
    exchange->recall = paused;
    exchange->rest_until = 0;
    g_mutex_unlock(&exchange->lock);
    exchange_wake_sender(exchange);
}

void exchange_allow(Exchange *exchange, gboolean allowed)
{
    g_atomic_int_set(&exchange->allowed, allowed);
    if (allowed)
        exchange_wake_sender(exchange);
}

/* ---- sender ---- */

guint exchange_fetch(Exchange *exchange, guint max, GQueue *jobs)
{
    g_mutex_lock(&exchange->lock);
    Job *job;
    while ((job = lanes_pop_lane(&exchange->ready, TRUE)) != NULL)
        g_queue_push_tail_link(jobs, &job->link);
    for (guint i = 0; i < max && (job = lanes_pop_lane(&exchange->ready, FALSE)) != NULL; i++)
        g_queue_push_tail_link(jobs, &job->link);
    guint left = lanes_length(&exchange->ready);
    if (left < exchange->few)
        g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
    return left;
}

void exchange_settle(Exchange *exchange, GQueue *jobs)
{
    if (jobs->length == 0)
        return;
    g_mutex_lock(&exchange->lock);
    gboolean was_empty = exchange->settled.length == 0;
    append_all(&exchange->settled, jobs);
    if (was_empty || exchange->settled.length >= exchange->enough)
        g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
}

gboolean exchange_allows(Exchange *exchange)
{
    return g_atomic_int_get(&exchange->allowed);
}

char **exchange_take_recall(Exchange *exchange)
{
    g_mutex_lock(&exchange->lock);
    char **paused = g_steal_pointer(&exchange->recall);
    g_mutex_unlock(&exchange->lock);
    return paused;
}

void exchange_rest(Exchange *exchange, gint64 until)
{
    g_mutex_lock(&exchange->lock);
    exchange->rest_until = until;
    g_mutex_unlock(&exchange->lock);
}

void exchange_set_room(Exchange *exchange, guint room)
{
    g_mutex_lock(&exchange->lock);
    exchange->room = room;
    g_mutex_unlock(&exchange->lock);
}

void exchange_tell_relays(Exchange *exchange, GPtrArray *states)
{
    if (states == NULL)
        return;
    g_mutex_lock(&exchange->lock);
    g_clear_pointer(&exchange->relay_states, g_ptr_array_unref);
    exchange->relay_states = states;
    exchange->hinted = TRUE;
    g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
}

GPtrArray *exchange_take_relays(Exchange *exchange)
{
    g_mutex_lock(&exchange->lock);
    GPtrArray *states = g_steal_pointer(&exchange->relay_states);
    g_mutex_unlock(&exchange->lock);
    return states;
}

/* In no hurry: the registrar finds it when it wakes. */
void exchange_tell_minutes(Exchange *exchange, GHashTable *used)
{
    g_mutex_lock(&exchange->lock);
    g_clear_pointer(&exchange->minutes, g_hash_table_unref);
    exchange->minutes = used;
    g_mutex_unlock(&exchange->lock);
}

GHashTable *exchange_take_minutes(Exchange *exchange)
{
    g_mutex_lock(&exchange->lock);
    GHashTable *used = g_steal_pointer(&exchange->minutes);
    g_mutex_unlock(&exchange->lock);
    return used;
}

void exchange_leave(Exchange *exchange)
{
    g_mutex_lock(&exchange->lock);
    exchange->sender_gone = TRUE;
    g_cond_signal(&exchange->changed);
    g_mutex_unlock(&exchange->lock);
}
