/* SPDX-License-Identifier: GPL-3.0-or-later
 * Planned issues that wait for their time to be released, and what the clerk is told once. Times are µs. */
#ifndef SONGFA_STORE_SCHEDULE_H
#define SONGFA_STORE_SCHEDULE_H

#include "daemon/store/store.h"

typedef struct {
    gint64 issue_id, at;
    gint64 delay; /* when it waits for nothing but that it is over; 0 = for that time of the day */
    char *who;    /* let it go: a clerk, or "auto" */
} StoreSchedule;

void store_schedule_free(StoreSchedule *schedule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreSchedule, store_schedule_free)

/* In place of an earlier one; within the caller's transaction, which also changes the issue's row. */
gboolean store_schedule_put(Store *store, const StoreSchedule *schedule, GError **error);
/* Nothing when the issue has none. */
gboolean store_schedule_drop(Store *store, gint64 issue_id, GError **error);

/* Only of planned issues. NULL without error when there is none. */
StoreSchedule *store_schedule_get(Store *store, gint64 issue_id, GError **error);
/* StoreSchedule elements with free function, the next first. */
GPtrArray *store_schedule_list(Store *store, GError **error);

/* Takes note that the clerk is told of what; *first: he was not before. Within the caller's transaction. */
gboolean store_schedule_tell(Store *store, const char *what, gint64 now, gboolean *first, GError **error);

#endif
