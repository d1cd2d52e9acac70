/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times of rows are wall times, for they outlive the machine's uptime; a clock that is set back leaves them
 * in the future. */
#include "daemon/store/deliveries-private.h"

/* Open rows that began to wait after now; said so that the planner takes the index of the words before: no
 * start may read all that waits. */
#define AHEAD                                                                                             \
    "first_queued + held_for > $3 AND (state || '' = 'queued' OR state || '' = 'deferred' OR state || '' = 'sending')"

/* $1 back, $2 longest, $3 now. An issue that waits for nothing but a delay waits no longer for it; the time of
 * the day that another waits for is the new clock's. A row may have been given its time a moment ago, by the new clock: it is
 * tried early then, never late. */
static const char *const steps[] = {
    "UPDATE delivery SET next_attempt = next_attempt - $1 WHERE $1 > 0 AND " DELIVERY_WAITS,
    ("UPDATE delivery SET next_attempt = next_attempt - $1 WHERE $1 > 0 AND state = 'unknown' AND " DELIVERY_RESTS
     " AND doubt = 'wait'"),
    "UPDATE delivery SET next_attempt = $3 + $2 WHERE state = 'deferred' AND urgent IN (0, 1) AND next_attempt > $3 + $2",
    "UPDATE delivery SET held_for = $3 - first_queued WHERE first_queued > $3 AND " AHEAD,
    "UPDATE delivery SET held_for = $3 - first_queued WHERE held_for > 0 AND " AHEAD,
    "UPDATE schedule SET at = at - $1 WHERE $1 > 0 AND delay > 0",
    "UPDATE schedule SET at = $3 + delay WHERE delay > 0 AND at > $3 + delay",
};

gboolean store_delivery_set_back(Store *store, gint64 back, gint64 longest, gint64 now, GError **error)
{
    StoreWork work;
    gboolean good = TRUE;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    for (gsize i = 0; good && i < G_N_ELEMENTS(steps); i++)
        good = db_run(store->db, steps[i], DB_PARAMS(db_int(back), db_int(longest), db_int(now)), NULL, error);
    return store_work_end(store, &work, good, error);
}
