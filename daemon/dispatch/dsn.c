/* SPDX-License-Identifier: GPL-3.0-or-later
 * DSN parameters. */
#include "daemon/dispatch/dsn.h"

char *dsn_xtext(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '!' || *p > '~' || *p == '+' || *p == '=')
            g_string_append_printf(out, "+%02X", (unsigned char)*p);
        else
            g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

char *dsn_mail_parameters(const char *envelope_id)
{
    g_autofree char *xtext = dsn_xtext(envelope_id);
    return g_strconcat(" RET=HDRS ENVID=", xtext, NULL);
}

char *dsn_recipient_parameters(const char *address, DsnNotify notify)
{
    g_autofree char *xtext = dsn_xtext(address);
    return g_strconcat(" NOTIFY=FAILURE,DELAY", notify == DSN_SUCCESS ? ",SUCCESS" : "", " ORCPT=rfc822;", xtext, NULL);
}
