/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counting the queue. */
#include "daemon/store/queue.h"

#include "daemon/store/store-private.h"

/* What stands behind the last @ of an address. */
#define DOMAIN "lower(substr(address, length(rtrim(address, replace(address, '@', ''))) + 1))"
#define OPEN_ROWS                                                                                          \
    "(state = 'queued' OR state = 'sending' OR state = 'deferred' OR (state = 'planned' AND first_queued IS NOT NULL" \
    " AND channel = 'email'))"

static gpointer read_group(const DbRows *row)
{
    StoreQueueGroup *group = g_new0(StoreQueueGroup, 1);
    delivery_state_parse(db_column_text(row, 0), &group->state);
    group->relay = db_column_dup(row, 1);
    group->domain = db_column_dup(row, 2);
    group->count = db_column_int(row, 3);
    group->oldest = db_column_int(row, 4);
    group->next = db_column_int(row, 5);
    group->waits_for = db_column_dup(row, 6);
    group->reply_text = db_column_dup(row, 7);
    return group;
}

static void free_group(gpointer data)
{
    StoreQueueGroup *group = data;
    g_free(group->relay);
    g_free(group->domain);
    g_free(group->waits_for);
    g_free(group->reply_text);
    g_free(group);
}

GPtrArray *store_queue_groups(Store *store, gint64 issue_id, GError **error)
{
    return db_all(store->db,
                  "SELECT state, relay, " DOMAIN ", count(*), min(first_queued), min(next_attempt), max(waits_for),"
                  " max(reply_text) FROM delivery WHERE " OPEN_ROWS " AND ($1 = 0 OR (issue_id = $1 AND notice_id = 0))"
                  " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3, 1, 2",
                  DB_PARAMS(db_int(issue_id)), read_group, free_group, error);
}
