/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures not told yet: a small index holds them alone (sql/011-stops.sql). */
#include "daemon/store/failures.h"

#include "daemon/store/deliveries-private.h"

/* What the policy sends again by itself is no news yet. */
#define UNTOLD                                                                                             \
    "told = 0 AND notice_id = 0 AND state IN ('refused', 'unknown', 'bounced')"                           \
    " AND (state <> 'unknown' OR doubt = 'clerk')"
#define NONE_IN(state_)                                                                                    \
    " AND NOT EXISTS (SELECT 1 FROM delivery q WHERE q.state = '" state_ "' AND q.issue_id = d.issue_id"  \
    " AND q.notice_id = 0)"

GArray *store_failure_issues(Store *store, GError **error)
{
    return db_numbers(
        store->db, "SELECT DISTINCT issue_id FROM delivery d WHERE " UNTOLD NONE_IN("queued") NONE_IN("sending"),
        DB_NO_PARAMS, error);
}

GPtrArray *store_failure_list(Store *store, gint64 issue_id, GError **error)
{
    return db_all(store->db, "SELECT " DELIVERY_COLUMNS " FROM delivery WHERE " UNTOLD " AND issue_id = $1 ORDER BY id",
                  DB_PARAMS(db_int(issue_id)), delivery_read, delivery_destroy, error);
}

gboolean store_failure_set_told(Store *store, gint64 issue_id, GError **error)
{
    return db_run(store->db, "UPDATE delivery SET told = 1 WHERE " UNTOLD " AND issue_id = $1",
                  DB_PARAMS(db_int(issue_id)), NULL, error);
}
