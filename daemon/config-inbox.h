/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings of mailboxes that are read: for reports, and for what is handed in. */
#ifndef SONGFA_CONFIG_INBOX_H
#define SONGFA_CONFIG_INBOX_H

#include "daemon/config-reader.h"

extern const ConfigGroup config_inbox_reports; /* an InboxSettings */
extern const ConfigGroup config_inbox_mailbox; /* a MailboxSettings */

/* What holds where nothing is given. */
void config_inbox_defaults(Config *config);
void config_inbox_clear(Config *config);

/* What holds between the two of them and the rest. */
void config_inbox_check(const Config *config, GPtrArray *problems);

#endif
