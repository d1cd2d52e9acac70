/* SPDX-License-Identifier: GPL-3.0-or-later
 * One connection at work: a link, its SMTP machine and the jobs on it, joined to the wire table.
 * Knows no epoll and no store. */
#ifndef SONGFA_DISPATCH_CONN_H
#define SONGFA_DISPATCH_CONN_H

#include "daemon/dispatch/engine-private.h"
#include "daemon/dispatch/parcel.h"
#include "daemon/dispatch/relays.h"

typedef struct Conn Conn;

/* Jobs leave the connection into one of these queues. */
typedef struct {
    const EngineParts *parts;
    GQueue *settled; /* with an outcome */
    GQueue *again;   /* untried: may go on another link at once */
} ConnExits;

/* Takes the link. exits is lent. opening: what was said on the link so far. */
Conn *conn_new(const ConnExits *exits, Relay *relay, Link *link, Transcript *opening);
/* What was still open leaves as the machine sees fit. */
void conn_free(Conn *conn);

int conn_fd(const Conn *conn);
Relay *conn_relay(const Conn *conn);

gboolean conn_wants(const Conn *conn);
/* Takes the job, which counts for the limits; job->slot must be a slot of the wire table. It goes out with
 * those loaded before it, to which it must be like (parcel_takes()). */
void conn_load(Conn *conn, Job *job, LimitTime now);
/* What is loaded, NULL = nothing; it lacks no more jobs. */
const Parcel *conn_parcel(const Conn *conn);
gboolean conn_is_loaded(const Conn *conn);
/* What is loaded goes out. */
void conn_dispatch(Conn *conn);
void conn_read(Conn *conn);
void conn_write(Conn *conn);
/* Bytes are waiting for the fd to become writable. */
gboolean conn_is_blocked(const Conn *conn);
gboolean conn_is_idle(const Conn *conn);
/* Takes no more jobs, and is not counted among the relay's links; ends when it is idle. */
void conn_retire(Conn *conn);
/* Says QUIT; the connection ends soon after. Only when idle. */
void conn_quit(Conn *conn);
/* Time passes: an answer may be overdue, an idle connection may have lived long enough. */
void conn_check(Conn *conn, gint64 now);
/* Gives up what is open. why: Chinese, for the clerk. */
void conn_break(Conn *conn, const char *why);
/* Nothing more will happen: free it. */
gboolean conn_is_over(const Conn *conn);

#endif
