/* SPDX-License-Identifier: GPL-3.0-or-later
 * What may stand in songfad.conf: the tables of settings, their defaults, and the rules that hold
 * between several of them. */
#include "daemon/config.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/config-inbox.h"
#include "daemon/config-reader.h"
#include "daemon/config-web.h"
#include "daemon/intake/claim.h"
#include "daemon/base/address.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define MEGABYTE G_GINT64_CONSTANT(1048576)

static gpointer watch_create(void)
{
    ConfigWatch *watch = g_new0(ConfigWatch, 1);
    watch->settle = 2;
    watch->events = TRUE;
    return watch;
}

static void watch_destroy(ConfigWatch *watch)
{
    g_free(watch->folder);
    g_free(watch->clerk);
    g_free(watch->series);
    g_free(watch->pattern);
    g_free(watch);
}

static void watch_check(ConfigReader *reader, gpointer record)
{
    ConfigWatch *watch = record;
    watch->has_release = config_reader_given(reader, "release");
    if (watch->release == RELEASE_MANUAL)
        watch->release = RELEASE_CLERK;
    if (watch->pattern != NULL && watch->final == FINAL_MOVED)
        config_reader_problem(reader, "pattern",
                              _("“pattern”只用于 final = \"name\"（文件名要像它）和 \"sidecar\"（旁边文件的结尾）：请加上 final，"
                                "或删去这一行"));
}

static const char *const release_words[] = {"auto", "unchanged", "clerk", "second", "manual", NULL};
static const char *const final_words[] = {"moved", "name", "sidecar", NULL};

static const ConfigField watch_fields[] = {
    CONFIG_FIELD(ConfigWatch, folder, CONFIG_PATH, .required = TRUE),
    CONFIG_FIELD(ConfigWatch, settle, CONFIG_DURATION, .max = HOUR),
    CONFIG_FIELD(ConfigWatch, clerk, CONFIG_ADDRESS),
    CONFIG_FIELD(ConfigWatch, results, CONFIG_FLAG),
    CONFIG_FIELD(ConfigWatch, series, CONFIG_TEXT),
    CONFIG_FIELD(ConfigWatch, release, CONFIG_WORD, .words = release_words),
    CONFIG_FIELD(ConfigWatch, subfolders, CONFIG_FLAG),
    CONFIG_FIELD(ConfigWatch, final, CONFIG_WORD, .words = final_words),
    CONFIG_FIELD(ConfigWatch, pattern, CONFIG_TEXT),
    CONFIG_FIELD(ConfigWatch, scan, CONFIG_DURATION, .min = 1, .max = HOUR),
    CONFIG_FIELD(ConfigWatch, events, CONFIG_FLAG),
    {0},
};
static const ConfigGroup watch_group = {watch_fields, watch_create, watch_check};

static gpointer relay_create(void)
{
    RelaySettings *relay = g_new0(RelaySettings, 1);
    relay->tls = TLS_STARTTLS;
    relay->pipelining = TRUE;
    relay->recipients = 100;
    relay->connections = 4;
    relay->timeout = MINUTE;
    return relay;
}

/* TLS is required off loopback unless the admin says twice that it is not. */
static void check_tls(ConfigReader *reader, RelaySettings *relay)
{
    static const guint16 ports[] = {
        [TLS_NONE] = 25, [TLS_STARTTLS] = 587, [TLS_IMPLICIT] = 465};
    gboolean loopback = address_is_loopback(relay->host);
    if (!config_reader_given(reader, "tls"))
        relay->tls = loopback ? TLS_NONE : TLS_STARTTLS;
    else if (relay->tls == TLS_NONE && !loopback && !relay->allow_plain)
        config_reader_problem(reader, "tls",
                              _("不加密就把邮件交给别的机器，内容和口令会被旁人看到：请改为 \"starttls\" "
                                "或 \"implicit\"；确实只能明文时再加一行 allow_plain = true;"));
    if (relay->port == 0)
        relay->port = ports[relay->tls];
}

static void check_token(ConfigReader *reader, const RelaySettings *relay)
{
    if (relay->password_file != NULL)
        config_reader_problem(reader, "password_file", _("auth = \"xoauth2\" 用令牌登录，不用口令：请删去这一行"));
    gboolean by_command = relay->token_command != NULL && relay->token_command[0] != NULL;
    if (relay->user == NULL || (relay->token_file == NULL) == !by_command)
        config_reader_problem(reader, "auth",
                              _("auth = \"xoauth2\" 要写“user”，以及“token_file”和“token_command”之一"));
}

static void check_login(ConfigReader *reader, const RelaySettings *relay)
{
    if (relay->auth == RELAY_AUTH_XOAUTH2) {
        check_token(reader, relay);
        return;
    }
    if ((relay->user == NULL) != (relay->password_file == NULL))
        config_reader_problem(reader, relay->user != NULL ? "user" : "password_file",
                              _("登录要“user”和“password_file”两项都有，或都不写"));
    if (relay->token_file != NULL || relay->token_command != NULL)
        config_reader_problem(reader, relay->token_file != NULL ? "token_file" : "token_command",
                              _("令牌只用于 auth = \"xoauth2\"：请加上它，或删去这一行"));
}

static void relay_check(ConfigReader *reader, gpointer record)
{
    RelaySettings *relay = record;
    if (relay->host == NULL)
        return;
    config_reader_check_host(reader, relay->host);
    check_tls(reader, relay);
    if (relay->name == NULL)
        relay->name = g_strdup_printf("%s:%u", relay->host, relay->port);
    check_login(reader, relay);
}

#define LIMIT_FIELDS(record)                                                                                 \
    CONFIG_FIELD_AS("per_minute", record, limit.per_minute, CONFIG_NUMBER, .min = 1, .max = 100000),         \
    CONFIG_FIELD_AS("per_day", record, limit.per_day, CONFIG_NUMBER, .min = 1, .max = 100000000),            \
    CONFIG_FIELD_AS("gap", record, limit.gap, CONFIG_DURATION, .min = 1, .max = HOUR)

static const char *const notify_words[] = {"failure", "success", "none", NULL};
static const char *const auth_words[] = {"password", "plain", "login", "xoauth2", NULL};
static const char *const tls_words[] = {"none", "starttls", "implicit", NULL};

static const ConfigField relay_fields[] = {
    CONFIG_FIELD(RelaySettings, name, CONFIG_TEXT),
    CONFIG_FIELD(RelaySettings, host, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(RelaySettings, port, CONFIG_NUMBER, .min = 1, .max = G_MAXUINT16),
    CONFIG_FIELD(RelaySettings, tls, CONFIG_WORD, .words = tls_words),
    CONFIG_FIELD(RelaySettings, allow_plain, CONFIG_FLAG),
    CONFIG_FIELD(RelaySettings, ca_file, CONFIG_PATH),
    CONFIG_FIELD(RelaySettings, user, CONFIG_TEXT),
    CONFIG_FIELD(RelaySettings, auth, CONFIG_WORD, .words = auth_words),
    CONFIG_FIELD(RelaySettings, password_file, CONFIG_SECRET),
    CONFIG_FIELD(RelaySettings, token_file, CONFIG_SECRET),
    CONFIG_FIELD(RelaySettings, token_command, CONFIG_TEXTS),
    CONFIG_FIELD(RelaySettings, notify, CONFIG_WORD, .words = notify_words),
    CONFIG_FIELD(RelaySettings, mail_from, CONFIG_ADDRESS),
    CONFIG_FIELD(RelaySettings, helo, CONFIG_TEXT),
    CONFIG_FIELD(RelaySettings, pipelining, CONFIG_FLAG),
    CONFIG_FIELD(RelaySettings, recipients, CONFIG_NUMBER, .min = 1, .max = 1000),
    CONFIG_FIELD(RelaySettings, connections, CONFIG_NUMBER, .min = 1, .max = 200),
    CONFIG_FIELD(RelaySettings, timeout, CONFIG_DURATION, .min = 1, .max = HOUR),
    LIMIT_FIELDS(RelaySettings),
    {0},
};
static const ConfigGroup relay_group = {relay_fields, relay_create, relay_check};

static gpointer domain_create(void)
{
    return g_new0(DomainSettings, 1);
}

static gboolean is_domain(const char *domain)
{
    g_autofree char *address = g_strconcat("a@", domain + (*domain == '.'), NULL);
    return address_check(address, NULL);
}

static void domain_check(ConfigReader *reader, gpointer record)
{
    const DomainSettings *domain = record;
    const LimitSettings *limit = &domain->limit;
    if (domain->domain != NULL && !is_domain(domain->domain))
        config_reader_problem(reader, "domain",
                              _("“%s”不是域名；写作 \"gov.example.cn\"，连同下级域写作 \".gov.example.cn\""),
                              domain->domain);
    if (domain->connections == 0 && limit->per_minute == 0 && limit->per_day == 0 && limit->gap == 0)
        config_reader_problem(reader, "domain",
                              _("这个域没有限制：请写“connections”“per_minute”“per_day”“gap”之一，或删去这一组"));
}

static const ConfigField domain_fields[] = {
    CONFIG_FIELD(DomainSettings, domain, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(DomainSettings, connections, CONFIG_NUMBER, .min = 1, .max = 200),
    LIMIT_FIELDS(DomainSettings),
    {0},
};
static const ConfigGroup domain_group = {domain_fields, domain_create, domain_check};

static const ConfigField retry_fields[] = {
    CONFIG_FIELD(RetrySettings, delays, CONFIG_DURATIONS, .min = 1, .max = 7 * DAY),
    CONFIG_FIELD(RetrySettings, give_up_after, CONFIG_DURATION, .min = 1,
                 .max = 30 * DAY),
    {0},
};
static const ConfigGroup retry_group = {retry_fields, NULL, NULL};

static gpointer series_create(void)
{
    ConfigSeries *series = g_new0(ConfigSeries, 1);
    series->internal_domains = g_new0(char *, 1);
    series->retry.delays = g_ptr_array_new();
    series->personal = TRUE;
    series->unknown_after = 30 * MINUTE;
    series->timing.at = -1;
    series->checks.on[SEQUENCE_NUMBER_JUMP] = series->checks.on[SEQUENCE_FUTURE_DATE] = ODD_HOLD;
    series->checks.days_ahead = 7;
    return series;
}

static void series_destroy(ConfigSeries *series)
{
    g_free(series->key);
    g_free(series->name);
    g_free(series->title);
    g_free(series->office);
    g_free(series->number_form);
    g_free(series->templates);
    g_strfreev(series->internal_domains);
    g_ptr_array_unref(series->retry.delays);
    g_free(series);
}

static void check_key(ConfigReader *reader, const char *key)
{
    gsize length = strspn(key, G_CSET_a_2_z G_CSET_DIGITS "-");
    if (key[length] != '\0' || length > 32 || !g_ascii_islower(*key))
        config_reader_problem(reader, "key",
                              _("“key”用小写字母开头，只含小写字母、数字和 -，不超过 32 个"));
}

static void check_domains(ConfigReader *reader, char **domains)
{
    for (char **domain = domains; *domain != NULL; domain++)
        if (!is_domain(*domain))
            config_reader_problem(reader, "internal_domains",
                                  _("“%s”不是域名；写作 \"gov.example.cn\"，连同下级域写作 \".gov.example.cn\""),
                                  *domain);
}

static void series_check(ConfigReader *reader, gpointer record)
{
    static const char *const forms[] = {"number", "total", "supplement", NULL};
    ConfigSeries *series = record;
    if (series->key != NULL)
        check_key(reader, series->key);
    if (series->number_form != NULL && !g_strv_contains(forms, series->number_form))
        config_reader_problem(reader, "number_form",
                              _("“number_form”只能是 \"number\"（第N期）、\"total\"（总第N期）"
                                "或 \"supplement\"（增刊第N期）"));
    if (series->title == NULL && series->office == NULL && series->number_form == NULL)
        config_reader_problem(reader, "key",
                              _("这个刊物认不出来：请至少写“title”“office”“number_form”之一"));
    check_domains(reader, series->internal_domains);
    if (series->unknown == UNKNOWN_HOLD && config_reader_given(reader, "unknown_after"))
        config_reader_problem(reader, "unknown_after",
                              _("结果不明的不会自动再发，“unknown_after”不起作用：请加 unknown = \"resend\" 或 "
                                "\"resend-but-leaders\"，或删去这一行"));
    if (series->release == RELEASE_MANUAL)
        series->release = RELEASE_CLERK;
}

static const char *const unknown_words[] = {"hold", "resend", "resend-but-leaders", NULL};

static const char *const pdf_words[] = {"none", "required", "optional", NULL};
static const char *const when_words[] = {"any", "working-days", "working-hours", NULL};
static const char *const passes_words[] = {"none", "extra-urgent", "urgent", NULL};

static const char *const odd_words[] = {"notice", "hold", "ignore", NULL};

#define CHECK_FIELD(key, check) CONFIG_FIELD_AS(key, ConfigChecks, on[check], CONFIG_WORD, .words = odd_words)

static const ConfigField checks_fields[] = {
    CHECK_FIELD("missing_number", SEQUENCE_MISSING_NUMBER),
    CHECK_FIELD("out_of_order", SEQUENCE_OUT_OF_ORDER),
    CHECK_FIELD("number_jump", SEQUENCE_NUMBER_JUMP),
    CHECK_FIELD("total_mismatch", SEQUENCE_TOTAL_MISMATCH),
    CHECK_FIELD("future_date", SEQUENCE_FUTURE_DATE),
    CHECK_FIELD("date_order", SEQUENCE_DATE_ORDER),
    CHECK_FIELD("new_series", SEQUENCE_NEW_SERIES),
    CONFIG_FIELD(ConfigChecks, days_ahead, CONFIG_NUMBER, .max = 366),
    {0},
};
static const ConfigGroup checks_group = {checks_fields, NULL, NULL};

static const ConfigField series_fields[] = {
    CONFIG_FIELD(ConfigSeries, key, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(ConfigSeries, name, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(ConfigSeries, title, CONFIG_TEXT),
    CONFIG_FIELD(ConfigSeries, office, CONFIG_TEXT),
    CONFIG_FIELD(ConfigSeries, number_form, CONFIG_TEXT),
    CONFIG_FIELD(ConfigSeries, templates, CONFIG_PATH),
    CONFIG_FIELD(ConfigSeries, release, CONFIG_WORD, .words = release_words),
    CONFIG_FIELD_AS("delay", ConfigSeries, timing.delay, CONFIG_DURATION, .max = 7 * DAY),
    CONFIG_FIELD_AS("at", ConfigSeries, timing.at, CONFIG_CLOCK),
    CONFIG_FIELD_AS("when", ConfigSeries, timing.when, CONFIG_WORD, .words = when_words),
    CONFIG_FIELD_AS("quiet", ConfigSeries, quiet.hours, CONFIG_NIGHT),
    CONFIG_FIELD_AS("quiet_passes", ConfigSeries, quiet.passes, CONFIG_WORD, .words = passes_words),
    CONFIG_FIELD(ConfigSeries, retry, CONFIG_GROUP, .group = &retry_group),
    CONFIG_FIELD(ConfigSeries, unknown, CONFIG_WORD, .words = unknown_words),
    CONFIG_FIELD(ConfigSeries, unknown_after, CONFIG_DURATION, .min = 1, .max = 7 * DAY),
    CONFIG_FIELD(ConfigSeries, pdf, CONFIG_WORD, .words = pdf_words),
    CONFIG_FIELD(ConfigSeries, checks, CONFIG_GROUP, .group = &checks_group),
    CONFIG_FIELD(ConfigSeries, personal, CONFIG_FLAG),
    CONFIG_FIELD(ConfigSeries, internal_domains, CONFIG_TEXTS),
    CONFIG_FIELD(ConfigSeries, archive_copies, CONFIG_NUMBER, .max = 9999),
    CONFIG_FIELD(ConfigSeries, spare_copies, CONFIG_NUMBER, .max = 9999),
    {0},
};
static const ConfigGroup series_group = {series_fields, series_create, series_check};

static const ConfigField sender_fields[] = {
    CONFIG_FIELD(SenderSettings, name, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(SenderSettings, address, CONFIG_ADDRESS, .required = TRUE),
    CONFIG_FIELD(SenderSettings, reply_to, CONFIG_ADDRESS),
    {0},
};
static const ConfigGroup sender_group = {sender_fields, NULL, NULL};

static const ConfigField directory_fields[] = {
    CONFIG_FIELD(ConfigDirectory, shrink_limit, CONFIG_NUMBER, .max = 100),
    {0},
};
static const ConfigGroup directory_group = {directory_fields, NULL, NULL};

static const char *const answers_words[] = {"problems", "all", "none", NULL};
static const char *const dialogues_words[] = {"odd", "all", NULL};

static const ConfigField failures_fields[] = {
    CONFIG_FIELD(ConfigFailures, window, CONFIG_DURATION, .min = MINUTE, .max = 7 * DAY),
    CONFIG_FIELD(ConfigFailures, share, CONFIG_NUMBER, .min = 1, .max = 100),
    {0},
};
static const ConfigGroup failures_group = {failures_fields, NULL, NULL};

static const ConfigField root_fields[] = {
    CONFIG_FIELD(Config, spool, CONFIG_PATH, .required = TRUE),
    CONFIG_FIELD(Config, store, CONFIG_PATH, .required = TRUE),
    CONFIG_FIELD(Config, clerk, CONFIG_ADDRESS, .required = TRUE),
    CONFIG_FIELD(Config, answers, CONFIG_WORD, .words = answers_words),
    CONFIG_FIELD(Config, templates, CONFIG_PATH),
    CONFIG_FIELD(Config, max_file_size, CONFIG_SIZE, .min = 1024,
                 .max = 1024 * MEGABYTE),
    CONFIG_FIELD(Config, dialogues, CONFIG_WORD, .words = dialogues_words),
    CONFIG_FIELD(Config, working_hours, CONFIG_HOURS),
    CONFIG_FIELD_AS("quiet", Config, quiet.hours, CONFIG_NIGHT),
    CONFIG_FIELD_AS("quiet_passes", Config, quiet.passes, CONFIG_WORD, .words = passes_words),
    CONFIG_FIELD(Config, calendar, CONFIG_PATH),
    CONFIG_FIELD(Config, overdue, CONFIG_DURATION, .min = MINUTE, .max = 365 * DAY),
    CONFIG_FIELD(Config, notice_gap, CONFIG_DURATION, .min = 1, .max = DAY),
    CONFIG_FIELD(Config, sender, CONFIG_GROUP, .required = TRUE, .group = &sender_group),
    CONFIG_FIELD(Config, retry, CONFIG_GROUP, .group = &retry_group),
    CONFIG_FIELD_AS("watch", Config, watches, CONFIG_GROUPS, .required = TRUE,
                    .group = &watch_group),
    CONFIG_FIELD(Config, relays, CONFIG_GROUPS, .required = TRUE, .group = &relay_group),
    CONFIG_FIELD(Config, domains, CONFIG_GROUPS, .group = &domain_group),
    CONFIG_FIELD(Config, series, CONFIG_GROUPS, .required = TRUE, .group = &series_group),
    CONFIG_FIELD(Config, reports, CONFIG_GROUP, .group = &config_inbox_reports),
    CONFIG_FIELD(Config, mailbox, CONFIG_GROUP, .group = &config_inbox_mailbox),
    CONFIG_FIELD(Config, directory, CONFIG_GROUP, .group = &directory_group),
    CONFIG_FIELD(Config, failures, CONFIG_GROUP, .group = &failures_group),
    CONFIG_FIELD(Config, web, CONFIG_GROUP, .group = &config_web_group),
    CONFIG_FIELD(Config, attachments, CONFIG_GROUP, .group = &config_attachments_group),
    {0},
};
static const ConfigGroup root_group = {root_fields, NULL, NULL};

static Config *config_new(const char *file)
{
    static const int delays[] = {MINUTE,   5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
                                 HOUR,     2 * HOUR,   4 * HOUR};
    Config *config = g_new0(Config, 1);
    config->file = g_canonicalize_filename(file, NULL);
    const char *templates = g_getenv("SONGFA_TEMPLATES");
    config->templates = g_canonicalize_filename(
        templates != NULL ? templates : SONGFA_DATADIR "/templates/zh", NULL);
    config->max_file_size = 32 * MEGABYTE;
    config->overdue = 2 * DAY;
    config->working_hours = (Hours){2, {{8 * 60 + 30, 12 * 60}, {14 * 60 + 30, 18 * 60}}};
    config->quiet.passes = 1;
    config->calendar = g_strdup(SONGFA_SYSCONFDIR "/calendar");
    config->notice_gap = 15 * MINUTE;
    config->retry.delays = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(delays); i++)
        g_ptr_array_add(config->retry.delays, GINT_TO_POINTER(delays[i]));
    config->retry.give_up_after = 3 * DAY;
    config->directory.shrink_limit = 10;
    config_inbox_defaults(config);
    config->attachments.link_lasts = 30 * DAY;
    config->failures = (ConfigFailures){.window = DAY, .share = 20};
    config->watches = g_ptr_array_new_with_free_func((GDestroyNotify)watch_destroy);
    config->relays = g_ptr_array_new_with_free_func((GDestroyNotify)relay_settings_free);
    config->domains = g_ptr_array_new_with_free_func((GDestroyNotify)relay_domain_free);
    config->series = g_ptr_array_new_with_free_func((GDestroyNotify)series_destroy);
    config->lines = g_hash_table_new(NULL, NULL);
    return config;
}

void config_free(Config *config)
{
    if (config == NULL)
        return;
    g_free(config->file);
    g_free(config->spool);
    g_free(config->store);
    g_free(config->clerk);
    g_free(config->templates);
    config_inbox_clear(config);
    g_free(config->calendar);
    config_web_clear(&config->web);
    g_free(config->sender.name);
    g_free(config->sender.address);
    g_free(config->sender.reply_to);
    g_ptr_array_unref(config->retry.delays);
    g_ptr_array_unref(config->watches);
    g_ptr_array_unref(config->relays);
    g_ptr_array_unref(config->domains);
    g_ptr_array_unref(config->series);
    g_hash_table_unref(config->lines);
    g_free(config);
}

void config_problem_free(ConfigProblem *problem)
{
    g_free(problem->file);
    g_free(problem->message);
    g_free(problem);
}

gboolean config_problems_are_fatal(const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++)
        if (!((const ConfigProblem *)g_ptr_array_index(problems, i))->warning)
            return TRUE;
    return FALSE;
}

int config_line(const Config *config, gconstpointer setting)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(config->lines, setting));
}

const ConfigWatch *config_watch(const Config *config, const char *folder)
{
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(config->watches, i);
        if (strcmp(watch->folder, folder) == 0)
            return watch;
    }
    g_autofree char *above = g_path_get_dirname(folder);
    const ConfigWatch *watch = strcmp(above, folder) != 0 ? config_watch(config, above) : NULL;
    return watch != NULL && watch->subfolders && strcmp(above, watch->folder) == 0 ? watch : NULL;
}

const char *config_folder_series(const Config *config, const char *folder)
{
    const ConfigWatch *watch = config_watch(config, folder);
    if (watch == NULL || strcmp(watch->folder, folder) == 0)
        return watch != NULL ? watch->series : NULL;
    g_autofree char *base = g_path_get_basename(folder), *name = claim_shown_name(base);
    for (guint i = 0; i < config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(config->series, i);
        if (strcmp(series->key, name) == 0 || strcmp(series->name, name) == 0)
            return series->key;
    }
    return NULL;
}

const ConfigSeries *config_series(const Config *config, const char *key)
{
    for (guint i = 0; i < config->series->len; i++) {
        const ConfigSeries *series = g_ptr_array_index(config->series, i);
        if (g_strcmp0(series->key, key) == 0)
            return series;
    }
    return NULL;
}

GHashTable *config_series_retry(const Config *config)
{
    GHashTable *retries = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < config->series->len; i++) {
        ConfigSeries *series = g_ptr_array_index(config->series, i);
        g_hash_table_insert(retries, series->key, &series->retry);
    }
    return retries;
}

/* The text member at offset must differ in all records; one by default stands at the line of the
 * required member. */
static void check_unique(const Config *config, const char *file, const GPtrArray *records,
                         gsize offset, gsize required, const char *key, GPtrArray *problems)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < records->len; i++) {
        char *record = g_ptr_array_index(records, i), **value = (char **)(record + offset);
        int line = config_line(config, value);
        if (*value != NULL && !g_hash_table_add(seen, *value))
            config_problem_add(problems, file, line > 0 ? line : config_line(config, record + required),
                               FALSE, g_strdup_printf(_("“%s”的值“%s”前面已经用过，请改成不同的"), key, *value));
    }
}

static gboolean same_recogniser(const ConfigSeries *a, const ConfigSeries *b)
{
    return g_strcmp0(a->title, b->title) == 0 && g_strcmp0(a->office, b->office) == 0 &&
           g_strcmp0(a->number_form, b->number_form) == 0;
}

static void check_recognisers(const Config *config, const char *file, GPtrArray *problems)
{
    for (guint i = 1; i < config->series->len; i++)
        for (guint j = 0; j < i; j++) {
            const ConfigSeries *earlier = g_ptr_array_index(config->series, j);
            const ConfigSeries *series = g_ptr_array_index(config->series, i);
            if (same_recogniser(earlier, series))
                config_problem_add(problems, file, config_line(config, &series->key), FALSE,
                                   g_strdup_printf(_("刊物“%s”和“%s”的 title、office、number_form 完全相同，"
                                                     "分不清来稿属于哪个"),
                                                   series->key, earlier->key));
        }
}

static void check_watches(const Config *config, const char *file, GPtrArray *problems)
{
    for (guint i = 0; i < config->watches->len; i++) {
        const ConfigWatch *watch = g_ptr_array_index(config->watches, i);
        if (watch->series != NULL && config_series(config, watch->series) == NULL)
            config_problem_add(problems, file, config_line(config, &watch->series), FALSE,
                               g_strdup_printf(_("没有刊物“%s”：watch 的“series”写 series 里的一个 key"), watch->series));
    }
}

static void inherit_retry(const Config *config, RetrySettings *retry)
{
    if (retry->delays->len == 0)
        g_ptr_array_extend(retry->delays, config->retry.delays, NULL, NULL);
    if (retry->give_up_after == 0)
        retry->give_up_after = config->retry.give_up_after;
}

static void inherit(Config *config)
{
    for (guint i = 0; i < config->series->len; i++) {
        ConfigSeries *series = g_ptr_array_index(config->series, i);
        if (series->templates == NULL)
            series->templates = g_strdup(config->templates);
        inherit_retry(config, &series->retry);
    }
}

static gint by_line(gconstpointer a, gconstpointer b)
{
    return (*(ConfigProblem *const *)a)->line - (*(ConfigProblem *const *)b)->line;
}

Config *config_load(const char *file, GPtrArray *problems)
{
    g_autoptr(Config) config = config_new(file);
    guint before = problems->len;
    if (config_reader_run(file, &root_group, config, config->lines, problems)) {
        check_unique(config, file, config->watches, offsetof(ConfigWatch, folder),
                     offsetof(ConfigWatch, folder), "folder", problems);
        check_unique(config, file, config->relays, offsetof(RelaySettings, name),
                     offsetof(RelaySettings, host), "name", problems);
        check_unique(config, file, config->domains, offsetof(DomainSettings, domain),
                     offsetof(DomainSettings, domain), "domain", problems);
        check_unique(config, file, config->series, offsetof(ConfigSeries, key),
                     offsetof(ConfigSeries, key), "key", problems);
        check_recognisers(config, file, problems);
        config_timing_inherit(config, file, problems);
        config_inbox_check(config, problems);
        config_web_relate(config, file, problems);
        check_watches(config, file, problems);
        inherit(config);
    }
    g_ptr_array_sort(problems, by_line);
    return problems->len == before ? g_steal_pointer(&config) : NULL;
}
