/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times of release. */
#include "daemon/store/schedule.h"

#include "daemon/store/store-private.h"

/* A schedule that its issue outran, as when it was stopped, is of no effect. */
#define SELECT_SCHEDULE                                                                                \
    "SELECT s.issue_id, s.at, s.delay, s.who FROM schedule s JOIN issue i ON i.id = s.issue_id"       \
    " WHERE i.state = 'planned'"

void store_schedule_free(StoreSchedule *schedule)
{
    if (schedule == NULL)
        return;
    g_free(schedule->who);
    g_free(schedule);
}

static void free_schedule(gpointer data)
{
    store_schedule_free(data);
}

static gpointer read_schedule(const DbRows *row)
{
    StoreSchedule *schedule = g_new0(StoreSchedule, 1);
    schedule->issue_id = db_column_int(row, 0);
    schedule->at = db_column_int(row, 1);
    schedule->delay = db_column_int(row, 2);
    schedule->who = db_column_dup(row, 3);
    return schedule;
}

gboolean store_schedule_put(Store *store, const StoreSchedule *schedule, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO schedule (issue_id, at, delay, who) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT (issue_id) DO UPDATE SET at = excluded.at, delay = excluded.delay, who = excluded.who",
                  DB_PARAMS(db_int(schedule->issue_id), db_int(schedule->at), db_int(schedule->delay),
                            db_string(schedule->who)),
                  NULL, error);
}

gboolean store_schedule_drop(Store *store, gint64 issue_id, GError **error)
{
    return db_run(store->db, "DELETE FROM schedule WHERE issue_id = $1", DB_PARAMS(db_int(issue_id)), NULL, error);
}

StoreSchedule *store_schedule_get(Store *store, gint64 issue_id, GError **error)
{
    return db_one(store->db, SELECT_SCHEDULE " AND s.issue_id = $1", DB_PARAMS(db_int(issue_id)), read_schedule, error);
}

GPtrArray *store_schedule_list(Store *store, GError **error)
{
    return db_all(store->db, SELECT_SCHEDULE " ORDER BY s.at, s.issue_id", DB_NO_PARAMS, read_schedule, free_schedule,
                  error);
}

gboolean store_schedule_tell(Store *store, const char *what, gint64 now, gboolean *first, GError **error)
{
    gint64 changed = 0;
    gboolean good = db_run(store->db, "INSERT INTO told_once (what, at) VALUES ($1, $2) ON CONFLICT (what) DO NOTHING",
                           DB_PARAMS(db_string(what), db_int(now)), &changed, error);
    *first = changed > 0;
    return good;
}
