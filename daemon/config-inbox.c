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

/* ---- what is handed in ---- */

static void check_senders(ConfigReader *reader, const WriterRules *rules)
{
    for (char **entry = rules->allow; entry != NULL && *entry != NULL; entry++)
        if (!writer_rule_is_valid(*entry))
            config_reader_problem(reader, "allow",
                                  _("“%s”不是发件人：写作 \"clerk@example.test\"，整个域写作 \"@example.test\""), *entry);
    if (rules->allow != NULL && *rules->allow == NULL)
        config_reader_problem(reader, "allow", _("“allow”里没有人：请写上可以用邮件交稿的发件人"));
    if (rules->authserv_id == NULL && rules->words_file == NULL && !rules->trust_from)
        config_reader_problem(reader, "allow",
                              _("发件人地址谁都可以假冒：请再写 authserv_id（由本单位邮件服务器验证）或 words_file（每人一个暗号）；"
                                "确实只凭地址时再加一行 trust_from = true;"));
}

static void mailbox_check(ConfigReader *reader, gpointer record)
{
    MailboxSettings *mailbox = record;
    check_inbox(reader, &mailbox->inbox);
    check_senders(reader, &mailbox->senders);
    if (mailbox->refused != NULL && g_strcmp0(mailbox->refused, mailbox->inbox.folder) == 0)
        config_reader_problem(reader, "refused", _("“refused”和“folder”是同一个文件夹：请改成另一个"));
}

static const ConfigField mailbox_fields[] = {
    INBOX_FIELDS(MailboxSettings, inbox.),
    CONFIG_FIELD_AS("allow", MailboxSettings, senders.allow, CONFIG_TEXTS, .required = TRUE),
    CONFIG_FIELD_AS("authserv_id", MailboxSettings, senders.authserv_id, CONFIG_TEXT),
    CONFIG_FIELD_AS("words_file", MailboxSettings, senders.words_file, CONFIG_PATH),
    CONFIG_FIELD_AS("trust_from", MailboxSettings, senders.trust_from, CONFIG_FLAG),
    CONFIG_FIELD(MailboxSettings, refused, CONFIG_TEXT),
    CONFIG_FIELD(MailboxSettings, per_hour, CONFIG_NUMBER, .min = 1, .max = 10000),
    CONFIG_FIELD(MailboxSettings, series, CONFIG_TEXT),
    {0},
};
const ConfigGroup config_inbox_mailbox = {mailbox_fields, NULL, mailbox_check};

/* ---- both ---- */

void config_inbox_defaults(Config *config)
{
    InboxSettings *inboxes[] = {&config->reports, &config->mailbox.inbox};
    for (gsize i = 0; i < G_N_ELEMENTS(inboxes); i++) {
        inboxes[i]->timeout = MINUTE;
        inboxes[i]->folder = g_strdup("INBOX");
        inboxes[i]->interval = 5 * MINUTE;
        inboxes[i]->idle = TRUE;
    }
    config->mailbox.per_hour = 60;
}

void config_inbox_clear(Config *config)
{
    inbox_settings_clear(&config->reports);
    inbox_settings_clear(&config->mailbox.inbox);
    writer_rules_clear(&config->mailbox.senders);
    g_free(config->mailbox.refused);
    g_free(config->mailbox.series);
}

void config_inbox_check(const Config *config, GPtrArray *problems)
{
    const MailboxSettings *mailbox = &config->mailbox;
    if (mailbox->inbox.host == NULL)
        return;
    g_autofree char *own = inbox_settings_name(&mailbox->inbox);
    g_autofree char *reports = config->reports.host != NULL ? inbox_settings_name(&config->reports) : NULL;
    int line = config_line(config, &mailbox->inbox.host);
    if (g_strcmp0(own, reports) == 0)
        config_problem_add(problems, config->file, line, FALSE,
                           g_strdup(_("收稿和收退信用的是同一个邮箱文件夹：请给收稿另开一个邮箱，或用服务器的规则把来稿分到另一个文件夹，写在 folder 里")));
    if (mailbox->series != NULL && config_series(config, mailbox->series) == NULL)
        config_problem_add(problems, config->file, config_line(config, &mailbox->series), FALSE,
                           g_strdup_printf(_("series 里没有 key 为“%s”的刊物"), mailbox->series));
}
