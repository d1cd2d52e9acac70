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
#include "daemon/dispatch/agenda.h"
#include "daemon/dispatch/conn.h"

enum { EVENTS = 64, TICK_MS = 100, LIMITED_MS = 1000 };
enum { COUNT = 2 }; /* seconds between looks at the minute's use */
enum { HOLD = 5, REST = 60 }; /* seconds that jobs wait here, and that no new ones are wanted at most */

struct Sender {
    const EngineParts *parts;
    Relays *relays;
    GPtrArray *conns;     /* Conn */
    Agenda *agenda;
    GQueue untried;       /* jobs that a link gave back */
    GQueue settled;
    ConnExits exits;
    int epoll;
    gboolean stopping;
    guint room;           /* what the relays' limits allow soon; RELAYS_NO_LIMIT */
    gint64 heard_at; /* monotonic: whatever came until then was read */
    gint64 deadline, next_check, next_count;
    gint64 told;          /* the sum of what was told of the minute's use */
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
    sender->relays = relays_new(parts->settings->relays, parts->used, parts->exchange);
    sender->conns = g_ptr_array_new();
    g_queue_init(&sender->untried);
    g_queue_init(&sender->settled);
    sender->agenda = agenda_new(parts, &sender->settled);
    sender->exits = (ConnExits){.parts = parts, .settled = &sender->settled, .again = &sender->untried};
    return sender;
}

void sender_free(Sender *sender)
{
    if (sender == NULL)
        return;
    g_ptr_array_unref(sender->conns);
    relays_free(sender->relays);
    agenda_free(sender->agenda);
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
    return may_start(sender) && agenda_has_next(sender->agenda);
}

/* Jobs of one mail up to what a transaction holds; FALSE when there is nothing to send now. */
static gboolean load(Sender *sender, Conn *conn, LimitTime now)
{
    for (Job *job; !conn_is_loaded(conn) && relay_allows(conn_relay(conn), now) &&
                   (job = agenda_next(sender->agenda, conn_parcel(conn))) != NULL;)
        conn_load(conn, job, now);
    return conn_parcel(conn) != NULL;
}

static void fill(Sender *sender, Conn *conn)
{
    Relay *relay = conn_relay(conn);
    LimitTime now = limit_time_now();
    if (relay_is_crowded(relay))
        conn_retire(conn);
    if (relays_has_better(sender->relays, relay, now))
        return;
    while (conn_wants(conn) && may_start(sender) && load(sender, conn, now))
        conn_dispatch(conn);
}

static void take_all(Sender *sender, GQueue *jobs)
{
    agenda_return(sender->agenda, &sender->untried);
    agenda_drain(sender->agenda, jobs);
}

/* No relay answers: the clerk is to see why, row by row, and the rows wait in the store. */
static void postpone_all(Sender *sender, LimitTime now)
{
    const Relay *relay = relays_first(sender->relays);
    gint64 until = relays_rest_until(sender->relays, now);
    gint64 wall = now.wall + MAX(until - now.monotonic, CLOCK_SECOND);
    GQueue jobs = G_QUEUE_INIT;
    exchange_rest(sender->parts->exchange, until);
    take_all(sender, &jobs);
    for (GList *link; (link = g_queue_pop_head_link(&jobs)) != NULL;) {
        job_postpone(link->data, sender->parts->settings->retry, relay->problem, relay->settings->name, wall);
        if (relay->said != NULL)
            job_keep(link->data, relay->said, -1);
        g_queue_push_tail_link(&sender->settled, link);
    }
}

static void put_back_all(Sender *sender)
{
    GQueue jobs = G_QUEUE_INIT;
    take_all(sender, &jobs);
    for (GList *link; (link = g_queue_pop_head_link(&jobs)) != NULL;) {
        job_put_back(link->data);
        g_queue_push_tail_link(&sender->settled, link);
    }
}

/* The relays have had what they may have: for a short while the jobs wait here. */
static void wait_for_room(Sender *sender, LimitTime now)
{
    gint64 until = relays_rest_until(sender->relays, now);
    if (until <= now.monotonic + HOLD * CLOCK_SECOND)
        return;
    exchange_rest(sender->parts->exchange, MIN(until, now.monotonic + REST * CLOCK_SECOND));
    put_back_all(sender);
}

/* What a clerk stopped must not go out from here any more: the store knows what it is. */
static void obey_recall(Sender *sender)
{
    g_auto(GStrv) paused = exchange_take_recall(sender->parts->exchange);
    if (paused == NULL)
        return;
    relays_set_paused(sender->relays, paused);
    put_back_all(sender);
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
    Transcript *taken;
    while (relays_take_opened(sender->relays, &relay, &link, &taken)) {
        g_autoptr(Transcript) opening = taken;
        if (link == NULL)
            continue;
        Conn *conn = conn_new(&sender->exits, relay, link, opening);
        g_ptr_array_add(sender->conns, conn);
        watch(sender, conn, EPOLL_CTL_ADD);
        serve(sender, conn, 0);
    }
}

/* Idle connections take what waits; for the rest more are opened. */
static void hand_out(Sender *sender)
{
    for (guint i = 0; i < sender->conns->len && has_jobs(sender); i++) {
        Conn *conn = g_ptr_array_index(sender->conns, i);
        if (conn_wants(conn))
            serve(sender, conn, 0);
    }
}

static void open_more(Sender *sender)
{
    LimitTime now = limit_time_now();
    sender->room = relays_room(sender->relays, now);
    exchange_set_room(sender->parts->exchange, sender->room);
    if (!has_jobs(sender))
        return;
    Relay *relay = relays_first_usable(sender->relays, now);
    if (relay != NULL)
        relays_connect(sender->relays, relay, agenda_length(sender->agenda));
    else if (relays_are_limited(sender->relays, now))
        wait_for_room(sender, now);
    else
        postpone_all(sender, now);
}

/* For people to look at, now and then while it changes. */
static void tell_minutes(Sender *sender)
{
    LimitTime now = limit_time_now();
    if (now.monotonic < sender->next_count)
        return;
    sender->next_count = now.monotonic + COUNT * CLOCK_SECOND;
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    relays_count_minute(sender->relays, now, used);
    agenda_count_minute(sender->agenda, now, used);
    GHashTableIter iter;
    gpointer n;
    gint64 sum = 0;
    g_hash_table_iter_init(&iter, used);
    while (g_hash_table_iter_next(&iter, NULL, &n))
        sum += *(const gint64 *)n;
    if (sum > 0 || sender->told > 0)
        exchange_tell_minutes(sender->parts->exchange, g_steal_pointer(&used));
    sender->told = sum;
}

/* By the time when it was last asked what came: a process that was stopped for long finds its answers first. */
static void check_times(Sender *sender)
{
    gint64 now = sender->heard_at;
    if (now < sender->next_check)
        return;
    sender->next_check = now + TICK_MS * CLOCK_SECOND / 1000;
    for (guint i = 0; i < sender->conns->len; i++)
        conn_check(g_ptr_array_index(sender->conns, i), now);
    tell_minutes(sender);
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
    gboolean busy = sender->conns->len > 0 || agenda_length(sender->agenda) > 0 ||
                    relays_n_connecting(sender->relays) > 0 || sender->stopping;
    int idle_ms = sender->room == RELAYS_NO_LIMIT ? -1 : LIMITED_MS; /* room comes back with time alone */
    gint64 asked_at = clock_monotonic();
    int n = epoll_wait(sender->epoll, events, EVENTS, busy ? TICK_MS : idle_ms);
    if (n >= 0 && n < EVENTS)
        sender->heard_at = asked_at;
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr != NULL)
            continue;
        exchange_clear_fd(sender->parts->exchange);
        obey_recall(sender);
        agenda_refresh(sender->agenda);
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
        check_times(sender);
        sweep(sender);
        agenda_return(sender->agenda, &sender->untried); /* behind sweep: no link is left to wake us for them */
        hand_out(sender);
        open_more(sender);
        exchange_tell_relays(sender->parts->exchange, relays_take_news(sender->relays, limit_time_now()));
        if (sender->stopping)
            wind_down(sender);
        exchange_settle(sender->parts->exchange, &sender->settled);
    }
    put_back_all(sender);
    exchange_settle(sender->parts->exchange, &sender->settled);
    exchange_leave(sender->parts->exchange);
}
