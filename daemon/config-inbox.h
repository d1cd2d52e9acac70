/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings of mailboxes that are read. */
#ifndef SONGFA_CONFIG_INBOX_H
#define SONGFA_CONFIG_INBOX_H

#include "daemon/config-reader.h"

extern const ConfigGroup config_inbox_reports; /* an InboxSettings */

/* What holds where nothing is given. */
void config_inbox_defaults(Config *config);
void config_inbox_clear(Config *config);

#endif
