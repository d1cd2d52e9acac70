/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counting the queue. */
#include "daemon/store/queue.h"

#include "daemon/base/clock.h"
#include "daemon/store/deliveries-private.h"

/* What stands behind the last @ of an address. */
#define DOMAIN "lower(substr(address, length(rtrim(address, replace(address, '@', ''))) + 1))"
#define AGE                                                                                                \
    "CASE WHEN first_queued >= $2 - 300000000 THEN 0 WHEN first_queued >= $2 - 3600000000 THEN 1"          \
    " WHEN first_queued >= $2 - 86400000000 THEN 2 ELSE 3 END"
/* Each part finds its rows by an index of its own (deliveries-private.h). */
#define ON_THE_WIRE "state = 'sending'"
#define SCHEDULED                                                                                              \
    "state = 'planned' AND " DELIVERY_RESTS " AND first_queued IS NULL AND channel = 'email' AND notice_id = 0"  \
    " AND issue_id IN (SELECT s.issue_id FROM schedule s JOIN issue i ON i.id = s.issue_id AND i.state = 'planned')"
#define STOPPED "state = 'planned' AND " DELIVERY_RESTS " AND first_queued IS NOT NULL AND channel = 'email'"

void store_queue_group_free(StoreQueueGroup *group)
{
    if (group == NULL)
        return;
    g_free(group->relay);
    g_free(group->domain);
    g_free(group->waits_for);
    g_free(group->reply_text);
    g_free(group);
}

static gpointer read_group(const DbRows *row)
{
    StoreQueueGroup *group = g_new0(StoreQueueGroup, 1);
    group->issue_id = db_column_int(row, 0);
    delivery_state_parse(db_column_text(row, 1), &group->state);
    group->relay = db_column_dup(row, 2);
    group->domain = db_column_dup(row, 3);
    group->age = (int)db_column_int(row, 4);
    group->count = db_column_int(row, 5);
    group->oldest = db_column_int(row, 6);
    group->since = db_column_int(row, 7);
    group->next = db_column_int(row, 8);
    group->waits_for = db_column_dup(row, 9);
    group->reply_text = db_column_dup(row, 10);
    return group;
}

static void free_group(gpointer group)
{
    store_queue_group_free(group);
}

static gboolean add_groups(Store *store, gint64 issue_id, guint by, gint64 now, const char *which, GPtrArray *groups,
                           GError **error)
{
    g_autofree char *sql = g_strconcat(
        "SELECT issue_id, state, ", (by & QUEUE_BY_RELAY) != 0 ? "relay" : "NULL", ", ",
        (by & QUEUE_BY_DOMAIN) != 0 ? DOMAIN : "NULL", ", ", (by & QUEUE_BY_AGE) != 0 ? AGE : "-1",
        ", count(*), min(first_queued), min(first_queued + held_for), min(next_attempt), max(waits_for), max(reply_text)"
        " FROM delivery WHERE ", which, issue_id != 0 ? " AND issue_id = $1 AND notice_id = 0" : "", " GROUP BY 1, 2, 3, 4, 5",
        NULL);
    g_autoptr(GPtrArray) some = db_all(store->db, sql, DB_PARAMS(db_int(issue_id), db_int(now)), read_group, free_group, error);
    if (some == NULL)
        return FALSE;
    g_ptr_array_extend_and_steal(groups, g_steal_pointer(&some));
    return TRUE;
}

GPtrArray *store_queue_groups(Store *store, gint64 issue_id, guint by, gint64 now, GError **error)
{
    static const char *const which[] = {DELIVERY_WAITS, ON_THE_WIRE, STOPPED, SCHEDULED};
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(free_group);
    for (gsize i = 0; i < G_N_ELEMENTS(which); i++)
        if (!add_groups(store, issue_id, by, now, which[i], groups, error))
            return NULL;
    return g_steal_pointer(&groups);
}

StoreDelivery *store_queue_oldest(Store *store, GError **error)
{
    static const char *const sql[] = {
        "SELECT " DELIVERY_COLUMNS " FROM delivery WHERE " DELIVERY_WAITS " ORDER BY +first_queued, id LIMIT 1",
        "SELECT " DELIVERY_COLUMNS " FROM delivery WHERE " ON_THE_WIRE " ORDER BY +first_queued, id LIMIT 1",
    };
    g_autoptr(StoreDelivery) oldest = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(sql); i++) {
        GError *failed = NULL;
        g_autoptr(StoreDelivery) row = db_one(store->db, sql[i], DB_NO_PARAMS, delivery_read, &failed);
        if (failed != NULL) {
            g_propagate_error(error, failed);
            return NULL;
        }
        if (row != NULL && (oldest == NULL || row->first_queued < oldest->first_queued)) {
            store_delivery_free(oldest);
            oldest = g_steal_pointer(&row);
        }
    }
    return g_steal_pointer(&oldest);
}
