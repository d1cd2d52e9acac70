/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tables of the settings of mailboxes that are read. */
#include "daemon/config-inbox.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"

#define MINUTE 60
#define DAY 86400

static const char *const tls_words[] = {"none", "starttls", "implicit", NULL};

static void check_inbox(ConfigReader *reader, InboxSettings *inbox)
{
    if (inbox->host == NULL)
        return;
    gboolean loopback = address_is_loopback(inbox->host);
    config_reader_check_host(reader, inbox->host);
    if (!config_reader_given(reader, "tls"))
        inbox->tls = loopback ? TLS_NONE : TLS_IMPLICIT;
    if (inbox->tls == TLS_NONE && !loopback)
        config_reader_problem(reader, "tls",
                              _("要读的邮箱要加密：请写 tls = \"implicit\"（端口 993）或 \"starttls\"（端口 143）；"
                                "\"none\" 只能用于本机"));
    if (inbox->port == 0)
        inbox->port = inbox->tls == TLS_IMPLICIT ? 993 : 143;
}

/* in: the member that is the InboxSettings, with its dot; empty when it is the record itself. */
#define INBOX_FIELDS(record, in)                                                                                     \
    CONFIG_FIELD_AS("host", record, in host, CONFIG_TEXT, .required = TRUE),                                         \
    CONFIG_FIELD_AS("port", record, in port, CONFIG_NUMBER, .min = 1, .max = G_MAXUINT16),                           \
    CONFIG_FIELD_AS("tls", record, in tls, CONFIG_WORD, .words = tls_words),                                         \
    CONFIG_FIELD_AS("ca_file", record, in ca_file, CONFIG_PATH),                                                     \
    CONFIG_FIELD_AS("user", record, in user, CONFIG_TEXT, .required = TRUE),                                         \
    CONFIG_FIELD_AS("password_file", record, in password_file, CONFIG_SECRET, .required = TRUE),                     \
    CONFIG_FIELD_AS("timeout", record, in timeout, CONFIG_DURATION, .min = 1, .max = 5 * MINUTE),                    \
    CONFIG_FIELD_AS("folder", record, in folder, CONFIG_TEXT),                                                       \
    CONFIG_FIELD_AS("interval", record, in interval, CONFIG_DURATION, .min = 1, .max = DAY),                         \
    CONFIG_FIELD_AS("idle", record, in idle, CONFIG_FLAG)

/* ---- reports ---- */

static void reports_check(ConfigReader *reader, gpointer record)
{
    check_inbox(reader, record);
}

static const ConfigField reports_fields[] = {INBOX_FIELDS(InboxSettings, ), {0}};
const ConfigGroup config_inbox_reports = {reports_fields, NULL, reports_check};

/* ---- defaults ---- */

void config_inbox_defaults(Config *config)
{
    InboxSettings *inboxes[] = {&config->reports};
    for (gsize i = 0; i < G_N_ELEMENTS(inboxes); i++) {
        inboxes[i]->timeout = MINUTE;
        inboxes[i]->folder = g_strdup("INBOX");
        inboxes[i]->interval = 5 * MINUTE;
        inboxes[i]->idle = TRUE;
    }
}

void config_inbox_clear(Config *config)
{
    inbox_settings_clear(&config->reports);
}
