/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hand-in by mail as configured (mailbox.h). Settings only. */
#ifndef SONGFA_MAILBOX_SETTINGS_H
#define SONGFA_MAILBOX_SETTINGS_H

#include "daemon/inbox/reader.h"
#include "daemon/intake/writer.h"

typedef struct {
    InboxSettings inbox;
    WriterRules senders;
    char *refused; /* folder to which mails are moved that nobody may hand in; NULL = they stay */
    int per_hour;  /* mails of one sender that are taken and answered */
    char *series;  /* key of what they are expected to be of, NULL = any */
} MailboxSettings;

#endif
