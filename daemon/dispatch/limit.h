/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much a relay or a domain may be sent: a minute's window, a day's count, a gap between mails.
 * Pure: the time is given. Each recipient of a mail counts as one. */
#ifndef SONGFA_DISPATCH_LIMIT_H
#define SONGFA_DISPATCH_LIMIT_H

#include <glib.h>

#include "daemon/dispatch/relay.h"

/* Both clocks at one moment: minutes and gaps go by the monotonic one, days by the wall. */
typedef struct {
    gint64 monotonic, wall; /* µs */
} LimitTime;

LimitTime limit_time_now(void);

typedef struct Limit Limit;

/* settings are lent. used: how many were sent on the day of now before. */
Limit *limit_new(const LimitSettings *settings, gint64 used, LimitTime now);
void limit_free(Limit *limit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Limit, limit_free)

/* When the next one may go (monotonic µs): now or earlier = at once. */
gint64 limit_free_at(Limit *limit, LimitTime now);
/* One goes. */
void limit_take(Limit *limit, LimitTime now);

/* How many may go within the next horizon (µs); G_MAXINT = any number. */
int limit_room(Limit *limit, LimitTime now, gint64 horizon);

/* How many went in the last minute, 0 where it has no limit. */
int limit_used_this_minute(const Limit *limit, LimitTime now);

/* How many went today. */
gint64 limit_used_today(Limit *limit, LimitTime now);

/* Which limit holds it up: "gap", "minute", "day"; NULL = none. */
const char *limit_reason(Limit *limit, LimitTime now);

#endif
