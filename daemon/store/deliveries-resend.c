/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sending again: a new row behind the one before, which stays as history. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/deliveries-private.h"
#include "daemon/store/tokens.h"

enum { BY_ITSELF = 1 << DELIVERY_UNKNOWN | 1 << DELIVERY_REFUSED };
enum { WITH_AN_END = BY_ITSELF | 1 << DELIVERY_ACCEPTED | 1 << DELIVERY_DELIVERED | 1 << DELIVERY_BOUNCED |
                     1 << DELIVERY_CANCELLED };

/* A message of its own has its own Message-ID at the same domain; caller frees. */
static char *new_message_id(const StoreDelivery *old, const char *token)
{
    const char *at = old->message_id != NULL ? strrchr(old->message_id, '@') : NULL;
    g_autofree char *domain = at != NULL ? g_strndup(at + 1, strcspn(at + 1, ">")) : NULL;
    return domain != NULL ? store_token_message_id(token, domain) : NULL;
}

static gboolean put_to_rest(Store *store, gint64 id, GError **error)
{
    return db_run(store->db,
                  "UPDATE delivery SET told = 1, doubt = CASE WHEN state = 'unknown' THEN 'clerk' END,"
                  " next_attempt = NULL WHERE id = $1",
                  DB_PARAMS(db_int(id)), NULL, error);
}

gboolean delivery_send_again(Store *store, const StoreDelivery *old, const char *address, const char *message_id,
                             const char *reason, gint64 now, GError **error)
{
    g_autofree char *token = store_token_new(store, error);
    if (token == NULL)
        return FALSE;
    g_autofree char *fresh = message_id == NULL ? new_message_id(old, token) : NULL;
    StoreDelivery again = *old; /* texts lent from the old row */
    again.sending_no = old->sending_no + 1;
    again.reason = (char *)reason;
    if (address != NULL)
        again.address = (char *)address;
    again.token = token;
    again.message_id = message_id != NULL ? (char *)message_id : fresh;
    again.state = DELIVERY_QUEUED;
    again.first_queued = again.next_attempt = now;
    return store_delivery_insert(store, &again, error) && put_to_rest(store, old->id, error);
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

GPtrArray *delivery_last_sendings(Store *store, gint64 issue_id, const char *recipient, GError **error)
{
    g_autoptr(GPtrArray) rows = last_sendings_to(store, issue_id, recipient, DELIVERY_TO, error);
    if (rows != NULL && rows->len == 0 && recipient != NULL)
        return last_sendings_to(store, issue_id, recipient, DELIVERY_TO_PERSON, error);
    return g_steal_pointer(&rows);
}

/* TRUE with an error: nobody is to get it any more, who waits for it gets the correction. */
static gboolean is_void(Store *store, gint64 issue_id, GError **error)
{
    gint64 correction = 0;
    GError *failed = NULL;
    if (db_number(store->db, "SELECT superseded_by FROM issue WHERE id = $1 AND superseded_by IS NOT NULL",
                  DB_PARAMS(db_int(issue_id)), &correction, &failed))
        g_set_error(&failed, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("登记号 %" PRId64 " 已作废，由登记号 %" PRId64 " 更正，不再补发。要补发的是更正：songfactl resend --reason 原因 %" PRId64
                      " 收件人"),
                    issue_id, correction, correction);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed != NULL;
}

gboolean delivery_may_send(Store *store, gint64 issue_id, GError **error)
{
    gint64 found = 0;
    GError *failed = NULL;
    if (is_void(store, issue_id, error))
        return FALSE;
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
static void explain_none(gint64 issue_id, const char *recipient, const GPtrArray *rows, GError **error)
{
    if (rows->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有发给“%s”的邮件；请用 songfactl log 查看名称、编号或地址"), recipient);
        return;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("发给“%s”的邮件没有可以补发的：还在发送或等待中，或不是所写的状态；看登记：songfactl log --issue %" PRId64),
                recipient, issue_id);
}

gboolean delivery_is_one(const GPtrArray *rows, const char *recipient, GError **error)
{
    if (rows->len <= 1)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("“%s”对应 %u 个收件人；请用编号或地址指明是哪一个"), recipient,
                rows->len);
    return FALSE;
}

/* The states that count: those asked for, as far as they have an end. */
static guint wanted_states(const StoreResend *resend)
{
    guint fallback = resend->recipients != NULL ? WITH_AN_END : BY_ITSELF;
    return resend->states != 0 ? resend->states & WITH_AN_END : fallback;
}

/* Of one recipient, or (NULL) of all. */
static gboolean resend_to(Store *store, gint64 issue_id, const char *recipient, const StoreResend *resend, int *n,
                          GError **error)
{
    guint states = wanted_states(resend);
    int before = *n;
    g_autoptr(GPtrArray) rows = delivery_last_sendings(store, issue_id, recipient, error);
    if (rows == NULL || (resend->address != NULL && !delivery_is_one(rows, recipient, error)))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = g_ptr_array_index(rows, i);
        if ((1u << row->state & states) == 0)
            continue;
        if (!delivery_send_again(store, row, resend->address, NULL, resend->reason, resend->now, error))
            return FALSE;
        ++*n;
    }
    if (*n > before || recipient == NULL)
        return TRUE;
    explain_none(issue_id, recipient, rows, error);
    return FALSE;
}

static gboolean resend_all(Store *store, gint64 issue_id, const StoreResend *resend, int *n, GError **error)
{
    if (!delivery_may_send(store, issue_id, error))
        return FALSE;
    if (resend->recipients == NULL && !resend_to(store, issue_id, NULL, resend, n, error))
        return FALSE;
    for (gsize i = 0; resend->recipients != NULL && resend->recipients[i] != NULL; i++)
        if (!resend_to(store, issue_id, resend->recipients[i], resend, n, error))
            return FALSE;
    return delivery_apply_pauses(store, issue_id, resend->now, error);
}

gboolean store_delivery_resend(Store *store, gint64 issue_id, const StoreResend *resend, int *n, GError **error)
{
    StoreWork work;
    *n = 0;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, resend_all(store, issue_id, resend, n, error), error);
}
