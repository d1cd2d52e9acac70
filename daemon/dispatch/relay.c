/* SPDX-License-Identifier: GPL-3.0-or-later
 * One relay as configured. */
#include "daemon/dispatch/relay.h"

void relay_settings_free(RelaySettings *relay)
{
    if (relay == NULL)
        return;
    g_free(relay->name);
    g_free(relay->host);
    g_free(relay->ca_file);
    g_free(relay->user);
    g_free(relay->password_file);
    g_free(relay->token_file);
    g_strfreev(relay->token_command);
    g_free(relay->mail_from);
    g_free(relay->helo);
    g_free(relay);
}
