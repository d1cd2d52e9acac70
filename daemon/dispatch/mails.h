/* SPDX-License-Identifier: GPL-3.0-or-later
 * Composed mails, made once and shared by all their deliveries; a few are kept. */
#ifndef SONGFA_DISPATCH_MAILS_H
#define SONGFA_DISPATCH_MAILS_H

#include "daemon/dispatch/compose.h"
#include "daemon/dispatch/relay.h"
#include "daemon/store/deliveries.h"

/* A composed mail in use; counted, any thread may give its share back. */
typedef struct {
    gint shares;
    gint64 id;
    const RetrySettings *retry; /* of its series, lent from the settings */
    const Hours *quiet; /* when leaders do not get it, lent from the settings; NULL = never */
    char *message_id; /* of a mail that is the same for all, NULL = each gets his own */
    char *link_key;   /* of a mail that carries its attachment as a link (store/tokens.h), NULL = it does not */
    Composed *composed;
} SharedMail;

void mails_unref(SharedMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SharedMail, mails_unref)

typedef struct Mails Mails;

/* The texts come from the store, the attachments from SPOOL/objects. All are lent; series_retry and
 * series_quiet as in EngineSettings. */
Mails *mails_new(Store *store, const char *spool, const SenderSettings *sender, GHashTable *series_retry,
                 GHashTable *series_quiet);
void mails_free(Mails *mails);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mails, mails_free)

/* A share of the mail. Errors: STORE passes, IO (the attachment cannot be read) may pass,
 * NOT_FOUND and INPUT (it cannot be composed) do not. */
SharedMail *mails_get(Mails *mails, gint64 id, GError **error);

/* Who the delivery is for, in the words of compose_message(); all lent from it. */
ComposeRecipient mails_recipient(const SharedMail *mail, const StoreDelivery *delivery);
/* TRUE when the delivery may go out in one transaction with others of the mail. */
gboolean mails_is_same_for(const SharedMail *mail, const StoreDelivery *delivery);

/* Nothing is due: keeps no mail that is not in use. */
void mails_forget(Mails *mails);

#endif
