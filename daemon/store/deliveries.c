/* SPDX-License-Identifier: GPL-3.0-or-later
 * The plan of an issue as rows: made, queued, paused, cancelled, sent again. What happens to a row
 * on the wire is in deliveries-send.c. The table of states is doc/STATES.md. */
#include "daemon/store/deliveries.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/store/deliveries-private.h"

#define TOKEN_BYTES 15

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
                " attempts, first_queued, next_attempt) VALUES ($1, $2,"
                " coalesce((SELECT id FROM mail WHERE id = $2 AND kind = 'notice'), 0),"
                " coalesce((SELECT CASE WHEN priority = 1 THEN 1 ELSE 0 END FROM mail WHERE id = $2), 0),"
                " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17)"
                " ON CONFLICT (issue_id, notice_id, recipient, channel, sending_no) DO UPDATE SET"
                " mail_id = excluded.mail_id, urgent = excluded.urgent, name = excluded.name,"
                " salutation = excluded.salutation, unit = excluded.unit, address = excluded.address,"
                " copies = excluded.copies, because = excluded.because, token = excluded.token,"
                " message_id = excluded.message_id, state = excluded.state, stopped = NULL,"
                " next_attempt = excluded.next_attempt WHERE delivery.state = 'cancelled'",
                DB_PARAMS(db_int_or_null(delivery->issue_id), db_int_or_null(delivery->mail_id),
                          db_text(delivery->recipient), db_text(delivery->name),
                          db_text(delivery->salutation), db_text(delivery->unit),
                          db_text(delivery->channel), db_text(delivery->address), db_int(delivery->copies),
                          db_string(delivery->because != NULL ? delivery->because : "[]"),
                          db_text(delivery->token), db_text(delivery->message_id),
                          db_int(delivery->sending_no), db_text(delivery->reason),
                          db_text(delivery_state_name(delivery->state)),
                          db_int_or_null(delivery->first_queued), db_int_or_null(due_time(delivery))),
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

/* Recipients who are paused altogether: nothing begins to wait for them. */
static gboolean apply_pauses(Store *store, gint64 issue_id, gint64 now, GError **error)
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
    gboolean good = apply_pauses(store, issue_id, now, error) &&
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

/* ---- sending again ---- */

static gboolean may_resend(DeliveryState state, gboolean named)
{
    switch (state) {
    case DELIVERY_UNKNOWN:
    case DELIVERY_REFUSED:
        return TRUE;
    case DELIVERY_ACCEPTED:
    case DELIVERY_DELIVERED:
    case DELIVERY_BOUNCED:
    case DELIVERY_CANCELLED:
        return named;
    default:
        return FALSE;
    }
}

/* A new sending is a new message: its own token, its own Message-ID at the same domain. */
static gboolean insert_again(Store *store, const StoreDelivery *old, const char *address,
                             const char *reason, gint64 now, GError **error)
{
    g_autofree char *token = ident_token(TOKEN_BYTES);
    const char *domain = old->message_id != NULL ? strrchr(old->message_id, '@') : NULL;
    g_autofree char *message_id = domain != NULL ? g_strdup_printf("<%s%s", token, domain) : NULL;
    StoreDelivery again = *old; /* texts lent from the old row */
    again.sending_no = old->sending_no + 1;
    again.reason = (char *)reason;
    if (address != NULL)
        again.address = (char *)address;
    again.token = token;
    again.message_id = message_id;
    again.state = DELIVERY_QUEUED;
    again.first_queued = again.next_attempt = now;
    return store_delivery_insert(store, &again, error);
}

static GPtrArray *last_sendings_to(Store *store, gint64 issue_id, const char *recipient, const char *to,
                                   GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT " DELIVERY_COLUMNS " FROM delivery d WHERE issue_id = $1 AND notice_id = 0"
                        " AND channel = 'email' AND ($2 IS NULL OR %s)"
                        " AND NOT EXISTS (SELECT 1 FROM delivery l WHERE l.issue_id = d.issue_id"
                        " AND l.notice_id = 0 AND l.recipient = d.recipient AND l.channel = d.channel"
                        " AND l.sending_no > d.sending_no) ORDER BY id",
                        to);
    return db_all(store->db, sql, DB_PARAMS(db_int(issue_id), db_text(recipient)), delivery_read,
                  delivery_destroy, error);
}

/* The last sending to each recipient, mail only. */
static GPtrArray *last_sendings(Store *store, gint64 issue_id, const char *recipient, GError **error)
{
    g_autoptr(GPtrArray) rows = last_sendings_to(store, issue_id, recipient, DELIVERY_TO, error);
    if (rows != NULL && rows->len == 0 && recipient != NULL)
        return last_sendings_to(store, issue_id, recipient, DELIVERY_TO_PERSON, error);
    return g_steal_pointer(&rows);
}

static gboolean is_released(Store *store, gint64 issue_id, GError **error)
{
    gint64 found = 0;
    GError *failed = NULL;
    if (db_number(store->db, "SELECT id FROM issue WHERE id = $1 AND state = 'released'",
                  DB_PARAMS(db_int(issue_id)), &found, &failed))
        return TRUE;
    if (failed != NULL)
        g_propagate_error(error, failed);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("编号 %d 的一期尚未放行或已暂停，不能补发；请先放行"), (int)issue_id);
    return FALSE;
}

/* Why a named recipient got nothing. */
static void explain_none(const char *recipient, const GPtrArray *rows, GError **error)
{
    if (rows->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有发给“%s”的邮件；请用 songfactl log 查看名称、编号或地址"), recipient);
        return;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("发给“%s”的邮件还在发送或等待中，不能补发；请等它有结果"), recipient);
}

/* A new address is for one recipient: a name that two persons bear must not lead both there. */
static gboolean is_one(const GPtrArray *rows, const char *recipient, GError **error)
{
    if (rows->len <= 1)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("“%s”对应 %u 个收件人，不能都发往一个新地址；请用编号或原地址指明一个"), recipient,
                rows->len);
    return FALSE;
}

static gboolean resend_rows(Store *store, gint64 issue_id, const char *recipient, const char *address,
                            const char *reason, gint64 now, int *n, GError **error)
{
    g_autoptr(GPtrArray) rows =
        is_released(store, issue_id, error) ? last_sendings(store, issue_id, recipient, error) : NULL;
    if (rows == NULL || (address != NULL && !is_one(rows, recipient, error)))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = g_ptr_array_index(rows, i);
        if (!may_resend(row->state, recipient != NULL))
            continue;
        if (!insert_again(store, row, address, reason, now, error))
            return FALSE;
        ++*n;
    }
    if (!apply_pauses(store, issue_id, now, error))
        return FALSE;
    if (*n == 0 && recipient != NULL)
        explain_none(recipient, rows, error);
    return *n > 0 || recipient == NULL;
}

gboolean store_delivery_resend(Store *store, gint64 issue_id, const char *recipient,
                               const char *address, const char *reason, gint64 now, int *n,
                               GError **error)
{
    StoreWork work;
    *n = 0;
    if (!store_work_begin(store, &work, error))
        return FALSE;
    gboolean ok = resend_rows(store, issue_id, recipient, address, reason, now, n, error);
    return store_work_end(store, &work, ok, error);
}
