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

void relay_domain_free(DomainSettings *domain)
{
    if (domain == NULL)
        return;
    g_free(domain->domain);
    g_free(domain);
}

char *relay_scope(const char *relay_name)
{
    return g_strconcat("relay:", relay_name, NULL);
}

char *relay_domain_scope(const DomainSettings *domain)
{
    return g_strconcat("domain:", domain->domain, NULL);
}

gint64 relay_used(GHashTable *used, const char *scope)
{
    const gint64 *n = used != NULL ? g_hash_table_lookup(used, scope) : NULL;
    return n != NULL ? *n : 0;
}

void relay_set_used(GHashTable *used, char *scope, gint64 n)
{
    g_hash_table_insert(used, scope, g_memdup2(&n, sizeof(n)));
}
