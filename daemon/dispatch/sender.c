/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sending thread. One turn of the loop: read what came, hand out jobs, write, pass on what is
 * settled. */
#include "daemon/dispatch/sender.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/conn.h"

enum { EVENTS = 64, FETCH = 64, TICK_MS = 100 };

struct Sender {
    const EngineParts *parts;
    Relays *relays;
    GPtrArray *conns;     /* Conn */
    GQueue waiting;       /* jobs without a link */
    GQueue settled;
    ConnExits exits;
    guint n_ready;        /* more jobs at the exchange */
    int epoll;
    gboolean stopping;
    gint64 deadline, next_check;
};

Sender *sender_new(const EngineParts *parts, GError **error)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, exchange_fd(parts->exchange), &event) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, "epoll: %s", g_strerror(errno));
        return NULL;
    }
    Sender *sender = g_new0(Sender, 1);
    sender->parts = parts;
    sender->epoll = epoll;
    sender->relays = relays_new(parts->settings->relays, parts->exchange);
    sender->conns = g_ptr_array_new();
    g_queue_init(&sender->waiting);
    g_queue_init(&sender->settled);
    sender->exits = (ConnExits){.parts = parts, .settled = &sender->settled, .again = &sender->waiting};
    return sender;
}

void sender_free(Sender *sender)
{
    if (sender == NULL)
        return;
    g_ptr_array_unref(sender->conns);
    relays_free(sender->relays);
    close(sender->epoll);
    g_free(sender);
}

/* ---- jobs ---- */

static gboolean may_start(const Sender *sender)
{
    return !sender->stopping && exchange_allows(sender->parts->exchange);
}

static gboolean has_jobs(Sender *sender)
{
    if (sender->waiting.length == 0 && sender->n_ready > 0)
        sender->n_ready = exchange_fetch(sender->parts->exchange, FETCH, &sender->waiting);
    return sender->waiting.length > 0;
}

/* A job keeps its slot when its link left it untried. */
static Job *next_job(Sender *sender)
{
    if (!has_jobs(sender))
        return NULL;
    Job *job = g_queue_peek_head(&sender->waiting);
    if (job->slot < 0)
        job->slot = wire_take(sender->parts->wire);
    if (job->slot < 0)
        return NULL; /* the registrar lags: its next commit frees slots and wakes us */
    g_queue_pop_head_link(&sender->waiting);
    return job;
}

static void fill(Sender *sender, Conn *conn)
{
    if (relays_has_better(sender->relays, conn_relay(conn)))
        return;
    for (Job *job; conn_wants(conn) && may_start(sender) && (job = next_job(sender)) != NULL;)
        conn_add(conn, job);
}

static void drain_exchange(Sender *sender)
{
    sender->n_ready = exchange_fetch(sender->parts->exchange, G_MAXUINT, &sender->waiting);
}

/* No relay answers: the clerk is to see why, row by row, and the rows wait in the store. */
static void postpone_all(Sender *sender)
{
    const Relay *relay = relays_first(sender->relays);
    gint64 until = relays_rest_until(sender->relays);
    gint64 wall = clock_now() + MAX(until - clock_monotonic(), CLOCK_SECOND);
    exchange_rest(sender->parts->exchange, until);
    drain_exchange(sender);
    for (GList *link; (link = g_queue_pop_head_link(&sender->waiting)) != NULL;) {
        job_postpone(link->data, sender->parts->settings->retry, relay->problem, relay->settings->name, wall);
        g_queue_push_tail_link(&sender->settled, link);
    }
}

static void put_back_all(Sender *sender)
{
    drain_exchange(sender);
    for (GList *link; (link = g_queue_pop_head_link(&sender->waiting)) != NULL;) {
        job_put_back(link->data);
        g_queue_push_tail_link(&sender->settled, link);
    }
}

/* ---- connections ---- */

static void watch(Sender *sender, Conn *conn, int operation)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
    if (conn_is_blocked(conn))
        event.events |= EPOLLOUT;
    if (epoll_ctl(sender->epoll, operation, conn_fd(conn), &event) != 0)
        conn_break(conn, g_strerror(errno));
}

static void write_out(Sender *sender, Conn *conn)
{
    gboolean was_blocked = conn_is_blocked(conn);
    conn_write(conn);
    if (conn_is_blocked(conn) != was_blocked)
        watch(sender, conn, EPOLL_CTL_MOD);
}

static void serve(Sender *sender, Conn *conn, guint32 events)
{
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        conn_read(conn);
    fill(sender, conn);
    write_out(sender, conn);
}

static void add_opened(Sender *sender)
{
    Relay *relay;
    Link *link;
    while (relays_take_opened(sender->relays, &relay, &link)) {
        if (link == NULL)
            continue;
        Conn *conn = conn_new(&sender->exits, relay, link);
        g_ptr_array_add(sender->conns, conn);
        watch(sender, conn, EPOLL_CTL_ADD);
        serve(sender, conn, 0);
    }
}

/* Idle connections take what waits; for the rest more are opened. */
static void hand_out(Sender *sender)
{
    if (!may_start(sender) || !has_jobs(sender))
        return;
    for (guint i = 0; i < sender->conns->len && has_jobs(sender); i++) {
        Conn *conn = g_ptr_array_index(sender->conns, i);
        if (conn_wants(conn))
            serve(sender, conn, 0);
    }
}

static void open_more(Sender *sender)
{
    if (!may_start(sender) || !has_jobs(sender))
        return;
    Relay *relay = relays_first_usable(sender->relays);
    if (relay == NULL) {
        postpone_all(sender);
        return;
    }
    int existing = relay->n_links + relay->n_connecting;
    guint work = sender->waiting.length + sender->n_ready, coming = (guint)relay->n_connecting;
    if (relay->rest_until <= clock_monotonic() && existing < relay->settings->connections && work > coming)
        relays_connect(sender->relays, relay, MIN(work - coming, (guint)(relay->settings->connections - existing)));
}

static void check_times(Sender *sender)
{
    gint64 now = clock_monotonic();
    if (now < sender->next_check)
        return;
    sender->next_check = now + TICK_MS * CLOCK_SECOND / 1000;
    for (guint i = 0; i < sender->conns->len; i++)
        conn_check(g_ptr_array_index(sender->conns, i), now);
}

static void sweep(Sender *sender)
{
    for (guint i = sender->conns->len; i > 0; i--) {
        Conn *conn = g_ptr_array_index(sender->conns, i - 1);
        if (!conn_is_over(conn))
            continue;
        g_ptr_array_remove_index_fast(sender->conns, i - 1);
        epoll_ctl(sender->epoll, EPOLL_CTL_DEL, conn_fd(conn), NULL);
        conn_free(conn);
    }
}

/* ---- the loop ---- */

static void wind_down(Sender *sender)
{
    gboolean late = clock_monotonic() >= sender->deadline;
    put_back_all(sender);
    for (guint i = 0; i < sender->conns->len; i++) {
        Conn *conn = g_ptr_array_index(sender->conns, i);
        if (late)
            conn_break(conn, _("程序停止时还没有答复"));
        else if (conn_is_idle(conn))
            conn_quit(conn);
    }
}

static void wait_for_events(Sender *sender)
{
    struct epoll_event events[EVENTS];
    gboolean busy = sender->conns->len > 0 || sender->waiting.length > 0 || relays_n_connecting(sender->relays) > 0 ||
                    sender->stopping;
    int n = epoll_wait(sender->epoll, events, EVENTS, busy ? TICK_MS : -1);
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr != NULL)
            continue;
        exchange_clear_fd(sender->parts->exchange);
        sender->n_ready = exchange_fetch(sender->parts->exchange, 0, &sender->waiting);
        sender->stopping = exchange_is_stopping(sender->parts->exchange, &sender->deadline);
    }
    for (int i = 0; i < n; i++)
        if (events[i].data.ptr != NULL)
            serve(sender, events[i].data.ptr, events[i].events);
}

static gboolean is_finished(const Sender *sender)
{
    return sender->stopping && sender->conns->len == 0;
}

void sender_run(Sender *sender)
{
    while (!is_finished(sender)) {
        wait_for_events(sender);
        add_opened(sender);
        hand_out(sender);
        check_times(sender);
        sweep(sender);
        open_more(sender);
        if (sender->stopping)
            wind_down(sender);
        exchange_settle(sender->parts->exchange, &sender->settled);
    }
    put_back_all(sender);
    exchange_settle(sender->parts->exchange, &sender->settled);
    exchange_leave(sender->parts->exchange);
}
