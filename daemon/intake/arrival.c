/* SPDX-License-Identifier: GPL-3.0-or-later
 * When is a file that arrives final? */
#include "daemon/intake/arrival.h"

#include "daemon/base/clock.h"
#include "daemon/intake/claim-io.h"

#define BREATH (CLOCK_SECOND / 5)
#define PATIENCE (600 * CLOCK_SECOND) /* a writer that never closes, or whose close was not seen */
#define FIRST_RETRY CLOCK_SECOND
#define LAST_RETRY (300 * CLOCK_SECOND)

void arrival_observe(Arrival *arrival, const struct stat *state, gint64 now)
{
    gint64 mtime = claim_mtime(state);
    if (arrival->inode == state->st_ino && arrival->size == state->st_size && arrival->mtime == mtime) {
        arrival->rests++;
        return;
    }
    if (arrival->hint == ARRIVAL_MOVED && arrival->inode != 0)
        arrival->hint = ARRIVAL_SEEN; /* somebody writes to it after all */
    arrival->inode = state->st_ino;
    arrival->regular = S_ISREG(state->st_mode);
    arrival->size = state->st_size;
    arrival->mtime = mtime;
    arrival->changed_at = now;
    arrival->rests = 0;
    arrival->failures = 0;
    arrival->retry_at = 0;
}

void arrival_hint(Arrival *arrival, ArrivalHint hint, gint64 now)
{
    arrival->hint = hint;
    arrival->changed_at = now;
}

void arrival_hint_new(Arrival *arrival, gint64 now)
{
    gboolean writing = arrival->regular && arrival->size == 0;
    arrival_hint(arrival, writing ? ARRIVAL_WRITING : ARRIVAL_SEEN, now);
}

void arrival_fail(Arrival *arrival, gint64 now)
{
    gint64 delay = FIRST_RETRY << MIN(arrival->failures, 10);
    arrival->retry_at = now + MIN(delay, LAST_RETRY);
    arrival->failures++;
}

gint64 arrival_due(const Arrival *arrival, int settle)
{
    gint64 rest = settle * CLOCK_SECOND;
    switch (arrival->hint) {
    case ARRIVAL_SEEN:
        break;
    case ARRIVAL_WRITING:
        rest = MAX(rest, PATIENCE);
        break;
    case ARRIVAL_CLOSED:
        if (arrival->size > 0) /* an empty one was perhaps only touched, to be filled later */
            rest = MIN(rest, BREATH);
        break;
    case ARRIVAL_MOVED:
        rest = 0;
        break;
    }
    return MAX(arrival->changed_at + rest, arrival->retry_at);
}
