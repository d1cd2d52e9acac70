/* SPDX-License-Identifier: GPL-3.0-or-later
 * The plan of an issue as rows: made, queued, paused. What happens to a row on the wire is in
 * deliveries-send.c, sending again in deliveries-resend.c. The table of states is doc/STATES.md. */
#include "daemon/store/deliveries.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/deliveries-private.h"

static const char *const state_names[] = {
    [DELIVERY_PLANNED] = "planned",   [DELIVERY_QUEUED] = "queued",
    [DELIVERY_SENDING] = "sending",   [DELIVERY_ACCEPTED] = "accepted",
    [DELIVERY_DEFERRED] = "deferred", [DELIVERY_REFUSED] = "refused",
    [DELIVERY_UNKNOWN] = "unknown",   [DELIVERY_DELIVERED] = "delivered",
    [DELIVERY_BOUNCED] = "bounced",   [DELIVERY_CANCELLED] = "cancelled",
};

const char *delivery_state_name(DeliveryState state)
{
    g_return_val_if_fail(state < G_N_ELEMENTS(state_names), NULL);
    return state_names[state];
}

gboolean delivery_state_parse(const char *name, DeliveryState *state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(state_names); i++) {
        if (g_strcmp0(name, state_names[i]) == 0) {
            *state = (DeliveryState)i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean waits(DeliveryState state)
{
    return state == DELIVERY_QUEUED || state == DELIVERY_DEFERRED;
}

/* A waiting row without a time is due at once. */
static gint64 due_time(const StoreDelivery *delivery)
{
    if (!waits(delivery->state) || delivery->next_attempt != 0)
        return delivery->next_attempt;
    return delivery->first_queued != 0 ? delivery->first_queued : clock_now();
}

gboolean store_delivery_insert(Store *store, const StoreDelivery *delivery, GError **error)
{
    gint64 changed = 0;
    if (!db_run(store->db,
                "INSERT INTO delivery (issue_id, mail_id, notice_id, urgent, recipient, name, salutation,"
                " unit, channel, address, copies, because, token, message_id, sending_no, reason, state,"
                " attempts, first_queued, next_attempt, leader, follows) VALUES ($1, $2,"
                " coalesce((SELECT id FROM mail WHERE id = $2 AND kind = 'notice'), 0),"
                " coalesce((SELECT CASE WHEN priority < 3 THEN 1 ELSE 0 END FROM mail WHERE id = $2), 0),"
                " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18, $19)"
                " ON CONFLICT (issue_id, notice_id, recipient, channel, sending_no) DO UPDATE SET"
                " mail_id = excluded.mail_id, urgent = excluded.urgent, name = excluded.name,"
                " salutation = excluded.salutation, unit = excluded.unit, address = excluded.address,"
                " copies = excluded.copies, because = excluded.because, token = excluded.token,"
                " message_id = excluded.message_id, state = excluded.state, stopped = NULL, leader = excluded.leader,"
                " reason = excluded.reason, follows = excluded.follows,"
                " next_attempt = excluded.next_attempt WHERE delivery.state = 'cancelled'",
                DB_PARAMS(db_int_or_null(delivery->issue_id), db_int_or_null(delivery->mail_id),
                          db_text(delivery->recipient), db_text(delivery->name),
                          db_text(delivery->salutation), db_text(delivery->unit),
                          db_text(delivery->channel), db_text(delivery->address), db_int(delivery->copies),
                          db_string(delivery->because != NULL ? delivery->because : "[]"),
                          db_text(delivery->token), db_text(delivery->message_id),
                          db_int(delivery->sending_no), db_text(delivery->reason),
                          db_text(delivery_state_name(delivery->state)),
                          db_int_or_null(delivery->first_queued), db_int_or_null(due_time(delivery)),
                          db_int(delivery->leader ? 1 : 0), db_text(delivery->follows)),
                &changed, error))
        return FALSE;
    if (changed > 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("%s 在本期已有一条发送记录，不再重复登记"),
                delivery->recipient);
    return FALSE;
}

/* Runs one statement over the rows of an issue; n as the verbs report it. */
static gboolean change_rows(Store *store, const char *sql, gint64 issue_id, gint64 now, int *n,
                            GError **error)
{
    gint64 changed = 0;
    gboolean ok = db_run(store->db, sql, DB_PARAMS(db_int(issue_id), db_int(now)), &changed, error);
    if (n != NULL)
        *n = (int)changed;
    return ok;
}

gboolean delivery_apply_pauses(Store *store, gint64 issue_id, gint64 now, GError **error)
{
    return change_rows(store,
                       "UPDATE delivery SET stopped = 'paused', state = 'planned', next_attempt = NULL,"
                       " held_at = CASE WHEN first_queued IS NULL THEN NULL ELSE $2 END"
                       " WHERE recipient IN (SELECT key FROM pause WHERE scope = 'recipient')"
                       " AND issue_id = $1 AND notice_id = 0 AND state IN ('planned', 'queued') AND stopped IS NULL",
                       issue_id, now, NULL, error);
}

gboolean store_delivery_queue_issue(Store *store, gint64 issue_id, gint64 now, int *n, GError **error)
{
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean good = delivery_apply_pauses(store, issue_id, now, error) &&
                    change_rows(store,
                                "UPDATE delivery SET state = 'queued', first_queued = coalesce(first_queued, $2),"
                                " held_for = held_for + coalesce($2 - held_at, 0), held_at = NULL,"
                                " next_attempt = $2 WHERE state = 'planned' AND " DELIVERY_RESTS
                                " AND stopped IS NULL AND issue_id = $1 AND notice_id = 0 AND channel = 'email'",
                                issue_id, now, n, error);
    return store_work_end(store, &work, good, error);
}

gboolean store_delivery_pause_issue(Store *store, gint64 issue_id, gint64 now, int *n, GError **error)
{
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean good = change_rows(store,
                                "UPDATE delivery SET state = 'planned', next_attempt = NULL, held_at = $2"
                                " WHERE state IN ('queued', 'deferred') AND issue_id = $1 AND notice_id = 0",
                                issue_id, now, n, error) &&
                    change_rows(store, "UPDATE stop_count SET n = n + 1", 0, 0, NULL, error);
    return store_work_end(store, &work, good, error);
}

gboolean store_delivery_discard_planned(Store *store, gint64 issue_id, GError **error)
{
    static const char *const steps[] = {
        "UPDATE delivery SET state = 'cancelled' WHERE state = 'planned' AND issue_id = $1"
        " AND notice_id = 0 AND sending_no = 0 AND attempts > 0",
        "DELETE FROM delivery WHERE state = 'planned' AND issue_id = $1 AND notice_id = 0"
        " AND sending_no = 0",
        "DELETE FROM mail WHERE issue_id = $1 AND kind = 'issue'"
        " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.mail_id = mail.id)",
    };
    StoreWork work;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean ok = TRUE;
    for (gsize i = 0; ok && i < G_N_ELEMENTS(steps); i++)
        ok = change_rows(store, steps[i], issue_id, 0, NULL, error);
    return store_work_end(store, &work, ok, error);
}
