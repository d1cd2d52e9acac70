/* SPDX-License-Identifier: GPL-3.0-or-later
 * Limits. The minute is a ring of the last start times, so that no 60 seconds ever hold more than was
 * allowed; the day ends at local midnight, as providers count. */
#include "daemon/dispatch/limit.h"

#include "daemon/base/clock.h"

#define MINUTE (60 * CLOCK_SECOND)

struct Limit {
    const LimitSettings *settings;
    gint64 *starts; /* ring of per_minute times, the oldest at next */
    int n_starts, next;
    gint64 last;    /* when the last one went, 0 = none did */
    gint64 used, day_end;
};

LimitTime limit_time_now(void)
{
    return (LimitTime){.monotonic = clock_monotonic(), .wall = clock_now()};
}

Limit *limit_new(const LimitSettings *settings, gint64 used, LimitTime now)
{
    Limit *limit = g_new0(Limit, 1);
    limit->settings = settings;
    limit->starts = g_new0(gint64, (gsize)MAX(settings->per_minute, 1));
    limit->used = used;
    limit->day_end = clock_day_end(now.wall);
    return limit;
}

void limit_free(Limit *limit)
{
    if (limit == NULL)
        return;
    g_free(limit->starts);
    g_free(limit);
}

/* A clock set back does not give a day twice. */
static void begin_day(Limit *limit, gint64 wall)
{
    if (wall < limit->day_end)
        return;
    limit->used = 0;
    limit->day_end = clock_day_end(wall);
}

static gint64 after_gap(const Limit *limit)
{
    return limit->last > 0 ? limit->last + limit->settings->gap * CLOCK_SECOND : 0;
}

static gint64 after_minute(const Limit *limit)
{
    int most = limit->settings->per_minute;
    return most > 0 && limit->n_starts == most ? limit->starts[limit->next] + MINUTE : 0;
}

static gint64 after_day(Limit *limit, LimitTime now)
{
    begin_day(limit, now.wall);
    gboolean full = limit->settings->per_day > 0 && limit->used >= limit->settings->per_day;
    return full ? now.monotonic + limit->day_end - now.wall : 0;
}

gint64 limit_free_at(Limit *limit, LimitTime now)
{
    return MAX(MAX(after_gap(limit), after_minute(limit)), after_day(limit, now));
}

void limit_take(Limit *limit, LimitTime now)
{
    int most = limit->settings->per_minute;
    begin_day(limit, now.wall);
    limit->used++;
    limit->last = now.monotonic;
    if (most == 0)
        return;
    limit->starts[limit->next] = now.monotonic;
    limit->next = (limit->next + 1) % most;
    limit->n_starts = MIN(limit->n_starts + 1, most);
}

/* Of the ring, those that will be over a minute old. */
static int room_in_minute(const Limit *limit, gint64 at)
{
    int most = limit->settings->per_minute, room = most - limit->n_starts;
    for (int i = 0; i < limit->n_starts; i++)
        room += limit->starts[i] + MINUTE <= at;
    return room;
}

int limit_room(Limit *limit, LimitTime now, gint64 horizon)
{
    const LimitSettings *settings = limit->settings;
    gint64 until = now.monotonic + horizon, free_at = MAX(limit_free_at(limit, now), now.monotonic);
    int room = G_MAXINT;
    if (free_at > until)
        return 0;
    if (settings->per_minute > 0)
        room = room_in_minute(limit, until);
    if (settings->per_day > 0)
        room = (int)MIN(room, settings->per_day - limit->used);
    if (settings->gap > 0)
        room = (int)MIN(room, (until - free_at) / (settings->gap * CLOCK_SECOND) + 1);
    return room;
}

int limit_used_this_minute(const Limit *limit, LimitTime now)
{
    return limit->settings->per_minute > 0 ? limit->settings->per_minute - room_in_minute(limit, now.monotonic) : 0;
}

gint64 limit_used_today(Limit *limit, LimitTime now)
{
    begin_day(limit, now.wall);
    return limit->used;
}

const char *limit_reason(Limit *limit, LimitTime now)
{
    if (after_day(limit, now) > now.monotonic)
        return "day";
    if (after_minute(limit) > now.monotonic)
        return "minute";
    return after_gap(limit) > now.monotonic ? "gap" : NULL;
}
