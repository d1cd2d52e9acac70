/* SPDX-License-Identifier: GPL-3.0-or-later
 * The exact mail that one recipient gets, as the engine would send it. */
#include <inttypes.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/mails.h"
#include "daemon/pipeline-private.h"
#include "daemon/store/deliveries.h"

/* The newest mail row of the recipient. Lent from rows. */
static const StoreDelivery *mail_row(const GPtrArray *rows)
{
    for (guint i = rows->len; i-- > 0;) {
        const StoreDelivery *row = rows->pdata[i];
        if (row->mail_id != 0)
            return row;
    }
    return NULL;
}

GString *pipeline_preview(Pipeline *pipeline, const StoreIssue *row, const char *recipient,
                          GError **error)
{
    DeliveryFilter filter = {.issue_id = row->id, .recipient = recipient, .state = -1};
    g_autoptr(GPtrArray) rows = store_delivery_list(pipeline->store, &filter, error);
    if (rows == NULL)
        return NULL;
    const StoreDelivery *delivery = mail_row(rows);
    if (delivery == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("登记号 %" PRId64 " 没有发给“%s”的邮件。用 songfactl log --issue %" PRId64
                      " 查看收件人；待处理的刊物须先放行或排定。"),
                    row->id, recipient, row->id);
        return NULL;
    }
    g_autoptr(Mails) mails = mails_new(pipeline->store, pipeline->config->spool, &pipeline->config->sender, NULL, NULL);
    g_autoptr(SharedMail) mail = mails_get(mails, delivery->mail_id, error);
    if (mail == NULL)
        return NULL;
    ComposeRecipient who = mails_recipient(mail, delivery);
    return compose_eml(mail->composed, &who);
}
