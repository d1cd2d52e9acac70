/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failures not told yet: a small index holds them alone (sql/020-delivery-indexes.sql). */
#include "daemon/store/failures.h"

#include "daemon/store/deliveries-private.h"

/* What the policy sends again by itself is no news yet. */
#define UNTOLD                                                                                             \
    "told = 0 AND notice_id = 0 AND (state = 'refused' OR state = 'unknown' OR state = 'bounced')"        \
    " AND (state <> 'unknown' OR doubt = 'clerk')"
#define SOME_IN(state_)                                                                                  \
    "EXISTS (SELECT 1 FROM delivery q WHERE q.state = '" state_ "' AND q.issue_id = d.issue_id AND q.notice_id = 0"

static gpointer read_failures(const DbRows *row)
{
    StoreFailures *failures = g_new0(StoreFailures, 1);
    failures->issue_id = db_column_int(row, 0);
    failures->n = db_column_int(row, 1);
    failures->under_way = db_column_int(row, 2) != 0;
    failures->due_soon = db_column_int(row, 3) != 0;
    return failures;
}

GPtrArray *store_failure_issues(Store *store, gint64 soon, GError **error)
{
    return db_all(store->db,
                  "SELECT issue_id, count(*), " SOME_IN("queued") ") OR " SOME_IN("sending") "), " SOME_IN("deferred")
                  " AND " DELIVERY_RESTS " AND q.next_attempt <= $1) FROM delivery d WHERE " UNTOLD " GROUP BY issue_id",
                  DB_PARAMS(db_int(soon)), read_failures, g_free, error);
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

/* ---- relays ---- */

#define GIVEN " notice_id = 0 AND first_queued >= $2 AND relay = $1"

gboolean store_failure_given(Store *store, const char *relay, gint64 since, gint64 *n, GError **error)
{
    return db_number(store->db,
                     "SELECT count(*) FROM delivery WHERE state IN ('accepted', 'delivered', 'bounced', 'refused') AND" GIVEN,
                     DB_PARAMS(db_text(relay), db_int(since)), n, error);
}

GPtrArray *store_failure_of_relay(Store *store, const char *relay, gint64 since, GError **error)
{
    return db_all(store->db, "SELECT " DELIVERY_COLUMNS " FROM delivery WHERE state IN ('bounced', 'refused') AND" GIVEN,
                  DB_PARAMS(db_text(relay), db_int(since)), delivery_read, delivery_destroy, error);
}

gboolean store_failure_blame(Store *store, gint64 issue_id, const char *relay, const char *kind, gint64 now,
                             gboolean *first, GError **error)
{
    gint64 changed = 0;
    gboolean good = db_run(store->db,
                           "INSERT INTO relay_blame (issue_id, relay, kind, at) VALUES ($1, $2, $3, $4)"
                           " ON CONFLICT (issue_id, relay, kind) DO NOTHING",
                           DB_PARAMS(db_int(issue_id), db_text(relay), db_text(kind), db_int(now)), &changed, error);
    *first = changed > 0;
    return good;
}
