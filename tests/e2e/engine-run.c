/* SPDX-License-Identifier: GPL-3.0-or-later
 * Drives the real engine over a real store for tests and benches: inserts rows, runs the engine until
 * they are settled, prints them (or the cost of the run) as JSON. */
#include "daemon/dispatch/engine.h"

#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"

typedef struct {
    char *store, *spool, *tls, *ca, *user, *password, *auth, *token, *mail_from, *trace, *attachment, *address;
    char **relays; /* name=host:port */
    int issue, notify, per_minute, per_day, gap, recipients, connections, timeout, retry, give_up, wait, kilobytes, grace, set_back, set_back_amid;
    char **domains; /* name:connections:per minute */
    int batch;
    gboolean urgent, shared, no_pipelining, tried, cost, loud, registering;
} Options;

static void clear_options(Options *o)
{
    char *texts[] = {o->store, o->spool, o->tls, o->ca, o->user, o->password, o->auth, o->token, o->mail_from, o->trace, o->attachment, o->address};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(o->relays);
    g_strfreev(o->domains);
}

static gboolean read_options(Options *o, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"store", 0, 0, G_OPTION_ARG_FILENAME, &o->store, "database (made when missing)", NULL},
        {"spool", 0, 0, G_OPTION_ARG_FILENAME, &o->spool, "folder", NULL},
        {"relay", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->relays, "NAME=HOST:PORT, in order", NULL},
        {"tls", 0, 0, G_OPTION_ARG_STRING, &o->tls, "none, starttls or implicit", NULL},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &o->ca, "CA file", NULL},
        {"user", 0, 0, G_OPTION_ARG_STRING, &o->user, "login", NULL},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->password, "file", NULL},
        {"auth", 0, 0, G_OPTION_ARG_STRING, &o->auth, "password, plain, login or xoauth2", NULL},
        {"token-command", 0, 0, G_OPTION_ARG_STRING, &o->token, "for xoauth2, run by sh", NULL},
        {"notify", 0, 0, G_OPTION_ARG_INT, &o->notify, "reports: 0 of failure, 1 of success too, 2 none", NULL},
        {"mail-from", 0, 0, G_OPTION_ARG_STRING, &o->mail_from, "instead of the sender's address", NULL},
        {"no-pipelining", 0, 0, G_OPTION_ARG_NONE, &o->no_pipelining, "one command, one answer", NULL},
        {"connections", 0, 0, G_OPTION_ARG_INT, &o->connections, "per relay", NULL},
        {"per-minute", 0, 0, G_OPTION_ARG_INT, &o->per_minute, "mails, first relay", NULL},
        {"per-day", 0, 0, G_OPTION_ARG_INT, &o->per_day, "mails, first relay", NULL},
        {"gap", 0, 0, G_OPTION_ARG_INT, &o->gap, "seconds, first relay", NULL},
        {"domain", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->domains, "NAME:CONNECTIONS:PER_MINUTE, 0 = without limit", NULL},
        {"issue", 0, 0, G_OPTION_ARG_INT, &o->issue, "its number, for further rows", NULL},
        {"urgent", 0, 0, G_OPTION_ARG_NONE, &o->urgent, "the rows inserted are", NULL},
        {"shared", 0, 0, G_OPTION_ARG_NONE, &o->shared, "one identical mail for all", NULL},
        {"batch", 0, 0, G_OPTION_ARG_INT, &o->batch, "recipients in a transaction of such a mail", NULL},
        {"timeout", 0, 0, G_OPTION_ARG_INT, &o->timeout, "seconds", NULL},
        {"recipients", 0, 0, G_OPTION_ARG_INT, &o->recipients, "rows to insert", NULL},
        {"address", 0, 0, G_OPTION_ARG_STRING, &o->address, "of all recipients, instead of rN@example.test", NULL},
        {"kilobytes", 0, 0, G_OPTION_ARG_INT, &o->kilobytes, "size of a mail", NULL},
        {"attachment", 0, 0, G_OPTION_ARG_STRING, &o->attachment, "digest of a spool object", NULL},
        {"retry", 0, 0, G_OPTION_ARG_INT, &o->retry, "seconds between attempts", NULL},
        {"give-up", 0, 0, G_OPTION_ARG_INT, &o->give_up, "seconds", NULL},
        {"set-back", 0, 0, G_OPTION_ARG_INT, &o->set_back, "seconds the clock is behind that of the run before", NULL},
        {"set-back-amid", 0, 0, G_OPTION_ARG_INT, &o->set_back_amid, "seconds the clock is set back once all rows were tried", NULL},
        {"wait", 0, 0, G_OPTION_ARG_INT, &o->wait, "at most seconds", NULL},
        {"grace", 0, 0, G_OPTION_ARG_INT, &o->grace, "seconds for stopping", NULL},
        {"tried", 0, 0, G_OPTION_ARG_NONE, &o->tried, "deferred rows are settled too", NULL},
        {"cost", 0, 0, G_OPTION_ARG_NONE, &o->cost, "print time, CPU and memory instead of rows", NULL},
        {"register", 0, 0, G_OPTION_ARG_NONE, &o->registering, "take and settle the rows, send nothing", NULL},
        {"trace", 0, 0, G_OPTION_ARG_STRING, &o->trace, "subsystems", NULL},
        {"loud", 0, 0, G_OPTION_ARG_NONE, &o->loud, "log each delivery", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- run the delivery engine");
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, &argc, &argv, error);
}

/* ---- rows ---- */

static char *filler(const char *sentence, gsize size)
{
    GString *text = g_string_new(NULL);
    while (text->len < size)
        g_string_append(text, sentence);
    return g_string_free(text, FALSE);
}

#define SHARED_ID "<shared@songfa.example.test>"

static gint64 insert_mail(Store *store, const Options *o, gint64 issue_id, GError **error)
{
    gsize third = (gsize)o->kilobytes * 235; /* before base64: one part text, two HTML */
    g_autofree char *body = filler("各街道办事处、区直各单位要按照会议要求抓好落实。\n", third);
    g_autofree char *text = g_strconcat("\xee\x80\x80\n\n", body, NULL);
    g_autofree char *paragraphs = filler("<p>各街道办事处、区直各单位要按照会议要求抓好落实。</p>\n", 2 * third);
    g_autofree char *html = g_strconcat("<html><body><p>\xee\x80\x80</p>\n", paragraphs, "</body></html>", NULL);
    StoreMail mail = {
        .issue_id = issue_id, .kind = (char *)"issue", .subject = (char *)"试验信息 第 1 期", .text = text, .html = html,
        .list_id = (char *)"试验信息 <test.songfa.example.test>", .issue_label = (char *)"test/2020/1", .priority = o->urgent ? 1 : 3,
        .message_id = (char *)(o->shared ? SHARED_ID : NULL),
        .date = clock_now(), .attachment_digest = o->attachment,
        .attachment_name = (char *)(o->attachment != NULL ? "试验信息第1期.bin" : NULL),
    };
    return store_mail_insert(store, &mail, error);
}

static gboolean insert_delivery(Store *store, const Options *o, gint64 issue_id, gint64 mail_id, int i, GError **error)
{
    char id[32], address[64], token[40], message_id[80];
    g_snprintf(id, sizeof(id), "r%d", i);
    g_snprintf(address, sizeof(address), "r%d@example.test", i);
    g_snprintf(token, sizeof(token), "%" G_GINT64_FORMAT "-token%018d", mail_id, i);
    g_snprintf(message_id, sizeof(message_id), "<%s@songfa.example.test>", token);
    StoreDelivery delivery = {
        .mail_id = mail_id, .issue_id = issue_id, .recipient = id, .name = (char *)"试验单位办公室",
        .salutation = (char *)"试验单位办公室：", .unit = (char *)"试验单位", .channel = (char *)"email",
        .address = o->address != NULL ? o->address : address, .copies = 1, .because = (char *)"[]", .token = token,
        .message_id = o->shared ? (char *)SHARED_ID : message_id, .state = DELIVERY_PLANNED,
    };
    return store_delivery_insert(store, &delivery, error);
}

static gboolean insert_rows(Store *store, const Options *o, GError **error)
{
    g_autofree char *identity = g_strdup_printf("test/2020/%d", o->issue);
    StoreIssue issue = {
        .identity = identity, .revision = 1, .state = (char *)"released", .digest = identity,
        .file_name = (char *)"1.txt", .path = (char *)"/1.txt", .series = (char *)"test", .title = (char *)"试验信息",
        .year = 2020, .number = o->issue, .json = (char *)"{}", .reasons = (char *)"[]", .seen_at = clock_now(),
        .released_at = clock_now(),
    };
    int queued = 0;
    if (!store_begin(store, error))
        return FALSE;
    gint64 issue_id = store_issue_insert(store, &issue, error);
    gint64 mail_id = issue_id > 0 ? insert_mail(store, o, issue_id, error) : 0;
    gboolean ok = mail_id > 0;
    for (int i = 1; ok && i <= o->recipients; i++)
        ok = insert_delivery(store, o, issue_id, mail_id, i, error);
    ok = ok && store_delivery_queue_issue(store, issue_id, clock_now(), &queued, error);
    return ok && store_commit(store, error);
}

/* ---- the run ---- */

static Tls tls_of(const char *name)
{
    if (g_strcmp0(name, "starttls") == 0)
        return TLS_STARTTLS;
    return g_strcmp0(name, "implicit") == 0 ? TLS_IMPLICIT : TLS_NONE;
}

static RelayAuth auth_of(const char *name)
{
    static const char *const names[] = {"password", "plain", "login", "xoauth2"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_strcmp0(name, names[i]) == 0)
            return (RelayAuth)i;
    return RELAY_AUTH_PASSWORD;
}

static RelaySettings *relay_of(const Options *o, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, "=", 2);
    const char *colon = strrchr(parts[1], ':');
    RelaySettings *relay = g_new0(RelaySettings, 1);
    relay->name = g_strdup(parts[0]);
    relay->host = g_strndup(parts[1], (gsize)(colon - parts[1]));
    relay->port = (guint16)g_ascii_strtoull(colon + 1, NULL, 10);
    relay->tls = tls_of(o->tls);
    relay->ca_file = g_strdup(o->ca);
    relay->user = g_strdup(o->user);
    relay->password_file = g_strdup(o->password);
    relay->auth = auth_of(o->auth);
    relay->notify = (DsnNotify)o->notify;
    relay->mail_from = g_strdup(o->mail_from);
    if (o->token != NULL)
        relay->token_command = g_strdupv((char *[]){(char *)"/bin/sh", (char *)"-c", o->token, NULL});
    relay->helo = g_strdup("songfa.example.test");
    relay->pipelining = !o->no_pipelining;
    relay->connections = o->connections;
    relay->recipients = o->batch;
    relay->timeout = o->timeout;
    return relay;
}

/* Nothing waits and nothing is on its way; *pause (µs) until it is worth to ask again, for the question
 * costs the engine's processor. */
static gboolean all_settled(Store *store, const Options *o, gulong *pause)
{
    gint64 due = store_delivery_next_due(store, NULL);
    *pause = 10000;
    if (due >= 0 && (!o->tried || due <= clock_now()))
        return FALSE;
    *pause = 1000;
    g_autoptr(GArray) sending = store_delivery_in_doubt(store, NULL);
    return sending != NULL && sending->len == 0;
}

/* Until all is settled, with the clock set back amid it. */
static void wait_for_end(Store *store, const Options *o)
{
    gint64 until = clock_monotonic() + o->wait * CLOCK_SECOND;
    Options tried = *o;
    gboolean to_set = o->set_back_amid > 0;
    tried.tried = TRUE;
    for (gulong pause = 1000; clock_monotonic() < until && !(all_settled(store, o, &pause) && !to_set); g_usleep(pause))
        if (to_set && all_settled(store, &tried, &pause)) {
            clock_set(-o->set_back_amid * CLOCK_SECOND);
            to_set = FALSE;
        }
}

static DomainSettings *domain_of(const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, ":", 3);
    DomainSettings *domain = g_new0(DomainSettings, 1);
    domain->domain = g_strdup(parts[0]);
    domain->connections = (int)g_ascii_strtoll(parts[1], NULL, 10);
    domain->limit.per_minute = (int)g_ascii_strtoll(parts[2], NULL, 10);
    return domain;
}

enum { GROUP = 2048 }; /* registrar.c's MOST */

typedef struct {
    gint64 started, settled;
    double cpu;
} Cost;

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static gboolean run_engine(Store *store, const Options *o, Cost *cost, GError **error)
{
    g_autoptr(GPtrArray) relays = g_ptr_array_new_with_free_func((GDestroyNotify)relay_settings_free);
    for (gsize i = 0; o->relays != NULL && o->relays[i] != NULL; i++)
        g_ptr_array_add(relays, relay_of(o, o->relays[i]));
    ((RelaySettings *)relays->pdata[0])->limit =
        (LimitSettings){.per_minute = o->per_minute, .per_day = o->per_day, .gap = o->gap};
    g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func((GDestroyNotify)relay_domain_free);
    for (gsize i = 0; o->domains != NULL && o->domains[i] != NULL; i++)
        g_ptr_array_add(domains, domain_of(o->domains[i]));
    g_autoptr(GPtrArray) delays = g_ptr_array_new();
    g_ptr_array_add(delays, GINT_TO_POINTER(o->retry));
    SenderSettings sender = {.name = (char *)"试验办公室", .address = (char *)"office@example.test"};
    RetrySettings retry = {.delays = delays, .give_up_after = o->give_up};
    EngineSettings settings = {.store_path = o->store, .spool = o->spool, .relays = relays, .domains = domains,
                               .sender = &sender, .retry = &retry};
    cost->cpu = cpu_seconds();
    cost->started = clock_monotonic();
    Engine *engine = engine_start(&settings, error);
    if (engine == NULL)
        return FALSE;
    wait_for_end(store, o);
    cost->settled = clock_monotonic();
    cost->cpu = cpu_seconds() - cost->cpu;
    engine_stop(&engine, o->grace);
    return TRUE;
}

/* As the relay of one transaction of --batch recipients would have answered. */
static gboolean settle_rows(Store *store, const Options *o, const GPtrArray *rows, GError **error)
{
    g_autofree DeliveryOutcome *outcomes = g_new(DeliveryOutcome, rows->len);
    gint64 now = clock_now();
    for (guint i = 0; i < rows->len; i++)
        outcomes[i] = (DeliveryOutcome){
            .delivery_id = ((const StoreDelivery *)rows->pdata[i])->id, .state = DELIVERY_ACCEPTED, .at = now + (int)i / o->batch,
            .reply_code = 250, .enhanced_code = "2.0.0", .reply_text = "Ok: queued as FAST", .relay = "sink", .queue_id = "FAST",
        };
    return store_delivery_finish(store, outcomes, rows->len, NULL, error);
}

/* What the register alone costs: each row durably marked, then durably settled, in groups as large as the
 * engine ever takes. */
static gboolean run_register(Store *store, const Options *o, Cost *cost, GError **error)
{
    cost->cpu = cpu_seconds();
    cost->started = clock_monotonic();
    for (guint n = 1; n > 0;) {
        g_autoptr(GPtrArray) rows = store_delivery_claim(store, GROUP, GROUP, clock_now(), error);
        if (rows == NULL || (rows->len > 0 && !settle_rows(store, o, rows, error)))
            return FALSE;
        n = rows->len;
    }
    cost->settled = clock_monotonic();
    cost->cpu = cpu_seconds() - cost->cpu;
    return TRUE;
}

static void print_json(json_t *value)
{
    g_autofree char *text = json_dumps(value, JSON_ENSURE_ASCII);
    puts(text);
    json_decref(value);
}

/* Peak memory in MB: rusage would begin with what the parent had. */
static double peak_memory(void)
{
    g_autofree char *text = NULL;
    const char *line = g_file_get_contents("/proc/self/status", &text, NULL, NULL) ? strstr(text, "VmHWM:") : NULL;
    return line != NULL ? g_ascii_strtod(line + strlen("VmHWM:"), NULL) / 1024 : 0;
}

/* open: how many the relay did not take. */
static gboolean print_cost(Store *store, const Cost *cost, GError **error)
{
    gint64 counts[DELIVERY_CANCELLED + 1], open = 0;
    if (!store_delivery_counts(store, 0, counts, error))
        return FALSE;
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        open += state == DELIVERY_ACCEPTED ? 0 : counts[state];
    print_json(json_pack("{s:I, s:f, s:f, s:f}", "open", (json_int_t)open, "seconds", (double)(cost->settled - cost->started) / (double)CLOCK_SECOND,
                         "cpu_s", cost->cpu, "rss_mb", peak_memory()));
    return TRUE;
}

static gboolean print_rows(Store *store, GError **error)
{
    DeliveryFilter filter = {.state = -1};
    g_autoptr(GPtrArray) rows = store_delivery_list(store, &filter, error);
    if (rows == NULL)
        return FALSE;
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *row = g_ptr_array_index(rows, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:i, s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:I, s:I}", "recipient", row->recipient,
                                              "state", delivery_state_name(row->state), "attempts", row->attempts, "code",
                                              row->reply_code, "enhanced", row->enhanced_code, "text", row->reply_text, "relay",
                                              row->relay, "queue_id", row->queue_id, "message_id", row->message_id, "waits_for", row->waits_for,
                                              "last_attempt", (json_int_t)row->last_attempt, "next_attempt",
                                              (json_int_t)row->next_attempt));
    }
    print_json(list);
    return TRUE;
}

static gboolean run(const Options *o, GError **error)
{
    g_autoptr(Store) store = store_open(o->store, TRUE, error);
    if (store == NULL || (o->recipients > 0 && !insert_rows(store, o, error)))
        return FALSE;
    Cost cost = {0};
    if ((o->relays != NULL && !run_engine(store, o, &cost, error)) ||
        (o->registering && !run_register(store, o, &cost, error)))
        return FALSE;
    if (!o->cost)
        return print_rows(store, error);
    return print_cost(store, &cost, error);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_autoptr(GError) error = NULL;
    Options o = {.issue = 1, .connections = 1, .timeout = 10, .retry = 60, .give_up = 86400, .wait = 30, .grace = 5, .kilobytes = 25, .batch = 100};
    gboolean ok = read_options(&o, argc, argv, &error);
    log_set_level(o.loud ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING);
    log_set_trace(o.trace);
    clock_set(-o.set_back * CLOCK_SECOND);
    ok = ok && run(&o, &error);
    if (!ok)
        fprintf(stderr, "%s\n", error->message);
    clear_options(&o);
    log_set_trace(NULL);
    return ok ? 0 : 1;
}
