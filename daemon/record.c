/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a plan to rows of the store. */
#include "daemon/record.h"

#include <jansson.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/dispatch/outcome.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/tokens.h"
#include "daemon/timing.h"

static void set(char **field, const char *value)
{
    g_free(*field);
    *field = g_strdup(value);
}

char *record_json(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    char *copy = g_strdup(text);
    free(text);
    json_decref(json);
    return copy;
}

static char *reasons_json(const GPtrArray *reasons)
{
    json_t *list = json_array();
    for (guint i = 0; reasons != NULL && i < reasons->len; i++) {
        const IssueReason *reason = reasons->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s}", "code", reason->code, "message",
                                              reason->message));
    }
    return record_json(list);
}

void record_fill(StoreIssue *row, const Plan *plan)
{
    const Issue *issue = plan->issue;
    static const char *const states[] = {"planned", "held", "refused"};
    set(&row->state, states[issue->verdict]);
    set(&row->identity, issue->verdict == ISSUE_ISSUE ? plan->identity : NULL);
    row->revision = MAX(plan->revision, 1);
    set(&row->series, issue->series);
    set(&row->title, plan->series != NULL ? plan->series->name : issue->title);
    row->year = issue->year;
    row->number = issue->number;
    row->total_number = issue->total_number;
    row->supplement = issue->supplement;
    set(&row->office, issue->office);
    set(&row->date, issue->date);
    set(&row->headline, issue->headline);
    row->restricted = issue->restricted;
    g_free(row->reasons);
    row->reasons = reasons_json(issue->reasons);
    g_free(row->notices);
    row->notices = reasons_json(plan->notices);
    g_free(row->json);
    row->json = issue->verdict == ISSUE_REFUSED ? NULL : issue_to_json(issue);
    set(&row->directory_day, plan->basis != NULL ? plan->basis->directory->date : NULL);
    row->planned_at = issue->verdict == ISSUE_ISSUE ? clock_now() : 0;
}

gboolean record_issue(Store *store, StoreIssue *row, const char *who, const char *action,
                      GError **error)
{
    if (row->id == 0)
        row->id = store_issue_insert(store, row, error);
    else if (!store_issue_update(store, row, error))
        return FALSE;
    if (row->id == 0)
        return FALSE;
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, row->id);
    g_autofree char *after = record_json(json_pack("{s:s,s:s,s:s,s:s?,s:s}", "state", row->state, "file",
                                            row->file_name, "digest", row->digest, "identity",
                                            row->identity, "reasons", row->reasons));
    return store_audit_add(store, who, action, subject, NULL, after, error);
}

static int priority_of(const Issue *issue)
{
    static const int priorities[] = {[TIMING_NORMAL] = 3, [TIMING_URGENT] = 2, [TIMING_TOP] = 1};
    return priorities[timing_urgency(issue->marks)];
}

static char *make_message_id(const Config *config, const char *token)
{
    return store_token_message_id(token, address_domain(config->sender.address));
}

static gint64 insert_mail(Store *store, const Config *config, const StoreIssue *row,
                          const Plan *plan, const char *message_id, GError **error)
{
    g_autofree char *list_id = g_strdup_printf("%s <%s.songfa.%s>", plan->series->name,
                                               plan->series->key,
                                               address_domain(config->sender.address));
    g_autofree char *label = g_strdup_printf("%s r%d", row->identity, row->revision);
    StoreMail mail = {
        .issue_id = row->id,
        .kind = "issue",
        .subject = plan->rendered->subject,
        .text = plan->rendered->text,
        .html = plan->rendered->html,
        .attachment_digest = row->digest,
        .attachment_name = row->file_name,
        .pdf_digest = plan->pdf_digest,
        .link_lasts = plan->linked ? config->attachments.link_lasts : 0,
        .list_id = list_id,
        .issue_label = label,
        .message_id = (char *)message_id,
        .priority = priority_of(plan->issue),
        .date = clock_now(),
    };
    return store_mail_insert(store, &mail, error);
}

static char *because_json(const GPtrArray *because)
{
    json_t *list = json_array();
    for (guint i = 0; i < because->len; i++)
        json_array_append_new(list, json_string(because->pdata[i]));
    return record_json(list);
}

/* What the rows of a plan have in common. */
typedef struct {
    gint64 issue_id, mail_id;
    const char *message_id; /* of the one mail for all, or NULL */
    const Correction *correction; /* lent, or NULL */
    const char *follows;    /* of the one mail for all, likewise */
    DeliveryState state;    /* of the rows */
    const char *reason;     /* of their state, or NULL */
} Outgoing;

/* The Message-ID for a recipient: whose mail takes the place of other ones than the mail for all has one of his
 * own, for it cannot share their transaction. */
static const char *message_id_of(const Outgoing *outgoing, const char *follows, const char *own)
{
    return outgoing->message_id != NULL && g_strcmp0(follows, outgoing->follows) == 0 ? outgoing->message_id : own;
}

static gboolean insert_delivery(Store *store, const Config *config, const Outgoing *outgoing,
                                const Recipient *recipient, GError **error)
{
    gboolean by_mail = recipient->channel == CHANNEL_EMAIL;
    g_autofree char *because = because_json(recipient->because);
    g_autofree char *token = store_token_new(store, error);
    if (token == NULL)
        return FALSE;
    g_autofree char *own_id = make_message_id(config, token);
    const char *follows = by_mail && outgoing->correction != NULL
                              ? correction_follows(outgoing->correction, recipient->id) : NULL;
    const char *message_id = message_id_of(outgoing, follows, own_id);
    StoreDelivery delivery = {
        .mail_id = by_mail ? outgoing->mail_id : 0,
        .issue_id = outgoing->issue_id,
        .recipient = recipient->id,
        .name = recipient->name,
        .salutation = recipient->salutation,
        .unit = recipient->unit,
        .channel = by_mail ? "email" : "paper",
        .address = recipient->address,
        .copies = recipient->copies,
        .leader = recipient->leader,
        .because = because,
        .token = token,
        .message_id = by_mail ? (char *)message_id : NULL,
        .follows = (char *)follows,
        .reason = (char *)outgoing->reason,
        .state = outgoing->state,
    };
    return store_delivery_insert(store, &delivery, error);
}

static gboolean put_print_run(Store *store, gint64 issue_id, const PrintRun *run, GError **error)
{
    StorePrintRun row = {
        .issue_id = issue_id,
        .declared = run->declared,
        .computed = run->computed,
        .archive = run->archive,
        .spare = run->spare,
    };
    return store_print_run_put(store, &row, error);
}

/* Who is named, but has no void version: not sent, and on record, so that a clerk can send it to him. */
static gboolean insert_missing(Store *store, const Config *config, const Outgoing *outgoing, GError **error)
{
    Outgoing stopped = *outgoing;
    stopped.state = DELIVERY_CANCELLED;
    for (guint i = 0; outgoing->correction != NULL && i < outgoing->correction->missing->len; i++) {
        const Recipient *recipient = outgoing->correction->missing->pdata[i];
        g_autofree char *words = correction_missing_words(outgoing->correction, recipient);
        g_autofree char *reason = g_strdup_printf(_("更正没有发给他：%s"), words);
        stopped.reason = reason;
        if (recipient->channel == CHANNEL_EMAIL && !insert_delivery(store, config, &stopped, recipient, error))
            return FALSE;
    }
    return TRUE;
}

gboolean record_plan(Store *store, const Config *config, const StoreIssue *row, const Plan *plan,
                     GError **error)
{
    if (!store_delivery_discard_planned(store, row->id, error))
        return FALSE;
    g_autofree char *token = store_token_new(store, error);
    if (token == NULL)
        return FALSE;
    g_autofree char *shared_id = plan->series->personal || plan->linked ? NULL : make_message_id(config, token);
    Outgoing outgoing = {.issue_id = row->id, .message_id = shared_id, .correction = plan->correction, .state = DELIVERY_PLANNED};
    if (plan->correction != NULL)
        outgoing.follows = correction_follows_most(plan->correction);
    outgoing.mail_id = insert_mail(store, config, row, plan, shared_id, error);
    if (outgoing.mail_id == 0)
        return FALSE;
    const GPtrArray *recipients = plan->resolution->recipients;
    for (guint i = 0; i < recipients->len; i++)
        if (!insert_delivery(store, config, &outgoing, recipients->pdata[i], error))
            return FALSE;
    return insert_missing(store, config, &outgoing, error) &&
           put_print_run(store, row->id, plan->print_run, error);
}

/* What waits for nothing but its time. */
static gboolean is_scheduled(const StoreIssue *row)
{
    return strcmp(row->state, "planned") == 0 && row->reasons != NULL &&
           strstr(row->reasons, "\"waits-time\"") != NULL;
}

static json_t *notice_context(const StoreIssue *row)
{
    g_autofree char *time = clock_text(row->seen_at);
    json_t *reasons = json_loads(row->reasons != NULL ? row->reasons : "[]", 0, NULL);
    json_t *notices = json_loads(row->notices != NULL ? row->notices : "[]", 0, NULL);
    gboolean refused = strcmp(row->state, "refused") == 0;
    return json_pack("{s:b,s:s,s:s,s:I,s:s?,s:s?,s:s,s:o,s:o}", "scheduled", is_scheduled(row), "file", row->file_name, "time", time,
                     "register", (json_int_t)row->id, "title", refused ? NULL : row->title,
                     "headline", refused ? NULL : row->headline, "digest", row->digest, "reasons",
                     reasons != NULL ? reasons : json_array(), "notices", notices != NULL ? notices : json_array());
}

static const char *notice_folder(const Config *config, const StoreIssue *row)
{
    const ConfigSeries *series = row->series != NULL ? config_series(config, row->series) : NULL;
    return series != NULL ? series->templates : config->templates;
}

gint64 record_mail(Store *store, const Config *config, const RecordMail *words, GError **error)
{
    StoreMail mail = {
        .issue_id = words->issue_id,
        .kind = "notice",
        .subject = (char *)words->subject,
        .text = (char *)words->text,
        .in_reply_to = (char *)words->in_reply_to,
        .references = (char *)words->references,
        .priority = 3,
        .date = clock_now(),
    };
    gint64 mail_id = store_mail_insert(store, &mail, error);
    if (mail_id == 0)
        return 0;
    g_autofree char *recipient = g_strdup_printf("clerk:%" G_GINT64_FORMAT, mail_id);
    g_autofree char *token = store_token_new(store, error);
    if (token == NULL)
        return 0;
    g_autofree char *message_id = make_message_id(config, token);
    StoreDelivery delivery = {
        .mail_id = mail_id,
        .issue_id = words->issue_id,
        .recipient = recipient,
        .name = (char *)words->name,
        .salutation = "",
        .unit = "",
        .channel = "email",
        .address = (char *)words->address,
        .copies = 1,
        .because = "[]",
        .token = token,
        .message_id = message_id,
        .state = DELIVERY_QUEUED,
        .first_queued = clock_now(),
        .next_attempt = clock_now(),
    };
    if (!store_delivery_insert(store, &delivery, error))
        return 0;
    crash_point(CRASH_NOTICE_QUEUED);
    return mail_id;
}

gboolean record_answer(Store *store, const Config *config, gint64 issue_id, const char *clerk, const char *subject,
                       const char *text, GError **error)
{
    const RecordMail mail = {
        .issue_id = issue_id, .name = _("值班人员"), .address = clerk, .subject = subject, .text = text};
    return record_mail(store, config, &mail, error) != 0;
}

gboolean record_notice(Store *store, const Config *config, const StoreIssue *row, const char *origin,
                       const char *clerk, char **text, GError **error)
{
    g_autoptr(Templates) templates = templates_load(notice_folder(config, row), error);
    if (templates == NULL)
        return FALSE;
    json_t *context = notice_context(row);
    json_object_set_new(context, "origin", json_string(origin));
    g_autoptr(Rendered) rendered = templates_render_notice(templates, row->state, context, error);
    json_decref(context);
    if (rendered == NULL ||
        (clerk != NULL && !record_answer(store, config, row->id, clerk, rendered->subject, rendered->text, error)))
        return FALSE;
    *text = g_strdup(rendered->text);
    return TRUE;
}

/* ---- what went wrong ---- */

enum { FAILURES_SHOWN = 100 };

static const char *failure_words(DeliveryState state)
{
    static const struct { DeliveryState state; const char *words; } rows[] = {
        {DELIVERY_REFUSED, N_("没有送出")},
        {DELIVERY_BOUNCED, N_("被退回")},
        {DELIVERY_UNKNOWN, N_("结果不明，可能已收到")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].state == state)
            return _(rows[i].words);
    g_return_val_if_reached("");
}

/* The reply as it came: "550 5.1.1 no such user"; NULL = there was none. Caller frees. */
static char *whole_reply(const StoreDelivery *row)
{
    if (row->reply_code == 0)
        return g_strdup(row->reply_text);
    g_autofree char *code = g_strdup_printf("%d", row->reply_code);
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    char *const all[] = {code, row->enhanced_code, row->reply_text};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i] != NULL)
            g_ptr_array_add(parts, all[i]);
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(" ", (char **)parts->pdata);
}

gboolean record_flags(const StoreDelivery *row)
{
    return (row->state == DELIVERY_BOUNCED || row->state == DELIVERY_REFUSED) &&
           outcome_fault(row->reply_code, row->enhanced_code, row->reply_text) == OUTCOME_FAULT_ADDRESS;
}

static json_t *failure_json(const StoreDelivery *row)
{
    g_autofree char *reply = whole_reply(row);
    Outcome outcome = row->state == DELIVERY_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_REFUSED;
    const char *advice = outcome_advice(outcome, row->reply_code, row->enhanced_code, row->reply_text);
    json_t *object = json_pack("{s:s,s:s,s:s,s:s?,s:s}", "name", row->name, "address", row->address, "state",
                               failure_words(row->state), "reply", reply, "advice", advice);
    if (record_flags(row))
        json_object_set_new(object, "flagged", json_true());
    return object;
}

static json_t *blame_json(const RecordBlame *blame)
{
    const StoreDelivery *row = blame->example;
    const char *advice = outcome_advice(OUTCOME_REFUSED, row->reply_code, row->enhanced_code, row->reply_text);
    return json_pack("{s:s,s:i,s:i,s:s?,s:s}", "relay", blame->relay, "failed", (int)blame->failed, "given",
                     (int)blame->given, "reply", row->reply_text, "advice", advice);
}

static json_t *failures_context(const StoreIssue *row, const RecordFailures *failures)
{
    json_t *context = notice_context(row), *list = json_array(), *relays = json_array();
    const GPtrArray *rows = failures->rows;
    for (guint i = 0; i < failures->blames->len; i++)
        json_array_append_new(relays, blame_json(failures->blames->pdata[i]));
    for (guint i = 0; i < MIN(rows->len, FAILURES_SHOWN); i++)
        json_array_append_new(list, failure_json(rows->pdata[i]));
    if (rows->len > FAILURES_SHOWN) {
        g_autofree char *rest = g_strdup_printf(_("另有 %u 个"), rows->len - FAILURES_SHOWN);
        json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "name", rest, "address", "…", "state", _("见登记")));
    }
    json_object_set_new(context, "deliveries", list);
    json_object_set_new(context, "relays", relays);
    json_object_set_new(context, "people", json_boolean(rows->len > 0));
    return context;
}

gboolean record_failures(Store *store, const Config *config, const StoreIssue *row, const RecordFailures *failures,
                         GError **error)
{
    g_autoptr(Templates) templates = templates_load(notice_folder(config, row), error);
    if (templates == NULL)
        return FALSE;
    json_t *context = failures_context(row, failures);
    g_autoptr(Rendered) rendered = templates_render_notice(templates, "delivery", context, error);
    json_decref(context);
    return rendered != NULL &&
           record_answer(store, config, row->id, config->clerk, rendered->subject, rendered->text, error);
}
