/* SPDX-License-Identifier: GPL-3.0-or-later
 * The cache of composed mails. */
#include "daemon/dispatch/mails.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/dispatch/attachment.h"
#include "daemon/store/issues.h"
#include "daemon/store/tokens.h"

enum { KEPT = 2 }; /* each holds its attachment's encoding: more would cost memory, not save time */

struct Mails {
    Store *store;
    const char *spool;
    const SenderSettings *sender;
    GHashTable *series_retry, *series_quiet;
    GQueue kept; /* SharedMail, last used first */
};

void mails_unref(SharedMail *mail)
{
    if (mail == NULL || !g_atomic_int_dec_and_test(&mail->shares))
        return;
    composed_free(mail->composed);
    g_free(mail->message_id);
    g_free(mail->link_key);
    g_free(mail);
}

Mails *mails_new(Store *store, const char *spool, const SenderSettings *sender, GHashTable *series_retry,
                 GHashTable *series_quiet)
{
    Mails *mails = g_new0(Mails, 1);
    mails->store = store;
    mails->spool = spool;
    mails->sender = sender;
    mails->series_retry = series_retry;
    mails->series_quiet = series_quiet;
    g_queue_init(&mails->kept);
    return mails;
}

void mails_forget(Mails *mails)
{
    g_queue_clear_full(&mails->kept, (GDestroyNotify)mails_unref);
}

void mails_free(Mails *mails)
{
    if (mails == NULL)
        return;
    mails_forget(mails);
    g_free(mails);
}

static GBytes *read_object(const Mails *mails, const char *wanted, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(mails->spool, "objects", wanted, NULL);
    g_autoptr(GError) cause = NULL;
    char *data;
    gsize length;
    if (g_file_get_contents(path, &data, &length, &cause)) {
        g_autofree char *digest = ident_sha256(data, length);
        if (strcmp(digest, wanted) == 0)
            return g_bytes_new_take(data, length);
        g_free(data);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    _("附件 %s 在 spool 里的副本已被改动，没有发送。请管理员从 archive 取原文件核对"),
                    name);
        return NULL;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("读不到附件 %s：%s。请管理员检查 spool 目录"),
                name, cause->message);
    return NULL;
}

/* What the recipients of a mail have in common: the name in its List-Id. Caller frees. */
static char *group_name(const StoreMail *mail)
{
    if (mail->message_id == NULL)
        return NULL;
    const char *end = mail->list_id != NULL ? strrchr(mail->list_id, '<') : NULL;
    return end != NULL ? g_strchomp(g_strndup(mail->list_id, (gsize)(end - mail->list_id))) : g_strdup("undisclosed-recipients");
}

static Composed *compose(const Mails *mails, const StoreMail *mail, GError **error)
{
    g_autoptr(GBytes) attachment = NULL, pdf = NULL;
    g_autofree char *pdf_name = mail->pdf_digest != NULL ? attachment_pdf_name(mail->attachment_name) : NULL;
    gboolean attached = mail->attachment_digest != NULL && mail->link_lasts == 0;
    if (attached &&
        (attachment = read_object(mails, mail->attachment_digest, mail->attachment_name, error)) == NULL)
        return NULL;
    if (pdf_name != NULL && (pdf = read_object(mails, mail->pdf_digest, pdf_name, error)) == NULL)
        return NULL;
    g_autofree char *group = group_name(mail);
    ComposeMail parts = {
        .subject = mail->subject, .text = mail->text, .html = mail->html,
        .sender_name = mails->sender->name, .sender_address = mails->sender->address,
        .reply_to = mails->sender->reply_to,
        .group = group, .list_id = mail->list_id, .date = mail->date, .issue = mail->issue_label,
        .in_reply_to = mail->in_reply_to, .references = mail->references,
        .attachment_name = attachment != NULL ? mail->attachment_name : NULL, .attachment = attachment,
        .pdf_name = pdf_name, .pdf = pdf,
        .priority = mail->priority,
    };
    return compose_mail(&parts, error);
}

/* The quiet hours that hold for the mail, NULL = none. */
static const Hours *quiet_of(const Mails *mails, const StoreMail *mail)
{
    const QuietSettings *quiet = mails->series_quiet != NULL && mail->series != NULL
                                     ? g_hash_table_lookup(mails->series_quiet, mail->series) : NULL;
    return quiet != NULL && quiet->hours.n > 0 && mail->priority > quiet->passes ? &quiet->hours : NULL;
}

static SharedMail *load(Mails *mails, gint64 id, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(StoreMail) mail = store_mail_by_id(mails->store, id, &cause);
    if (mail == NULL && cause == NULL)
        g_set_error(&cause, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("库中没有这封邮件（编号 %" PRId64 "）"), id);
    g_autofree char *link_key = mail != NULL && mail->link_lasts > 0
                                    ? store_token_link_key(mails->store, mail->attachment_digest, &cause) : NULL;
    Composed *composed = mail != NULL && cause == NULL ? compose(mails, mail, &cause) : NULL;
    if (composed == NULL) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    SharedMail *shared = g_new0(SharedMail, 1);
    shared->shares = 1;
    shared->id = id;
    shared->message_id = g_strdup(mail->message_id);
    shared->link_key = g_steal_pointer(&link_key);
    shared->composed = composed;
    shared->quiet = quiet_of(mails, mail);
    if (mails->series_retry != NULL && mail->series != NULL)
        shared->retry = g_hash_table_lookup(mails->series_retry, mail->series);
    return shared;
}

static SharedMail *keep(Mails *mails, SharedMail *mail)
{
    g_queue_push_head(&mails->kept, mail);
    if (mails->kept.length > KEPT)
        mails_unref(g_queue_pop_tail(&mails->kept));
    g_atomic_int_inc(&mail->shares);
    return mail;
}

SharedMail *mails_get(Mails *mails, gint64 id, GError **error)
{
    for (GList *link = mails->kept.head; link != NULL; link = link->next) {
        SharedMail *mail = link->data;
        if (mail->id != id)
            continue;
        g_queue_unlink(&mails->kept, link);
        g_queue_push_head_link(&mails->kept, link);
        g_atomic_int_inc(&mail->shares);
        return mail;
    }
    SharedMail *mail = load(mails, id, error);
    return mail != NULL ? keep(mails, mail) : NULL;
}

/* What is sent again goes alone, so that its own token is the envelope id by which reports find it. */
gboolean mails_is_same_for(const SharedMail *mail, const StoreDelivery *delivery)
{
    return delivery->sending_no == 0 && mail->message_id != NULL && strcmp(mail->message_id, delivery->message_id) == 0;
}

/* What was sent again is a mail of its own, but no more personal. */
ComposeRecipient mails_recipient(const SharedMail *mail, const StoreDelivery *delivery)
{
    if (mail->message_id != NULL)
        return (ComposeRecipient){.message_id = delivery->message_id, .follows = delivery->follows};
    ComposeRecipient recipient = {
        .name = delivery->name, .address = delivery->address, .salutation = delivery->salutation,
        .message_id = delivery->message_id, .token = delivery->token,
        .follows = delivery->follows,
    };
    g_autofree char *link = mail->link_key != NULL ? store_token_link(mail->link_key, delivery->token) : NULL;
    if (link != NULL)
        g_strlcpy(recipient.link, link, sizeof recipient.link);
    return recipient;
}
