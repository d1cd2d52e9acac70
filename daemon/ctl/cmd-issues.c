/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl issues, show, preview: what came in and what became of it. */
#include <inttypes.h>
#include <jansson.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/waiting.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline.h"
#include "daemon/store/choices.h"
#include "daemon/store/schedule.h"
#include "daemon/store/signing.h"

#define AT(field) G_STRUCT_OFFSET(StoreIssue, field)

static void cell_state(View *view, gconstpointer record)
{
    const StoreIssue *issue = record;
    const char *word = words_issue_state(issue->shown_state);
    g_autofree char *void_word = issue->superseded_by != 0 ? g_strdup_printf(_("%s，已作废"), word) : NULL;
    table_text(view->table, view->format == TABLE_JSON ? issue->shown_state : void_word != NULL ? void_word : word);
}

/* Absent when 0. */
static void cell_other(View *view, gconstpointer field)
{
    gint64 id = *(const gint64 *)field;
    if (id != 0)
        table_int(view->table, id);
    else
        table_null(view->table);
}

static void cell_label(View *view, gconstpointer record)
{
    g_autofree char *label = words_issue(record);
    table_text(view->table, label);
}

static void cell_waits(View *view, gconstpointer field)
{
    g_autofree char *reason = words_first_reason(*(char *const *)field);
    table_text(view->table, reason);
}

static const ViewColumn columns[] = {
    {"issue", N_("登记号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"identity", N_("期次"), 24, VIEW_ALL, view_text, AT(identity)},
    {"revision", N_("稿次"), 0, VIEW_DETAIL, view_int, AT(revision)},
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"label", N_("名称"), 36, VIEW_TEXT, cell_label, 0},
    {"series", N_("系列"), 0, VIEW_DETAIL, view_text, AT(series)},
    {"title", N_("刊物"), 0, VIEW_DETAIL, view_text, AT(title)},
    {"year", N_("年"), 0, VIEW_DETAIL, view_positive, AT(year)},
    {"number", N_("期号"), 0, VIEW_DETAIL, view_positive, AT(number)},
    {"total_number", N_("总期号"), 0, VIEW_DETAIL, view_positive, AT(total_number)},
    {"date", N_("日期"), 0, VIEW_ALL, view_text, AT(date)},
    {"headline", N_("标题"), 40, VIEW_ALL, view_text, AT(headline)},
    {"file_name", N_("文件"), 0, VIEW_DETAIL, view_text, AT(file_name)},
    {"seen_at", N_("收到时间"), 0, VIEW_ALL, view_time, AT(seen_at)},
    {"waits_for", N_("等什么"), 40, VIEW_ALL, cell_waits, AT(reasons)},
    {"released_at", N_("放行时间"), 0, VIEW_DETAIL, view_time, AT(released_at)},
    {"corrects", N_("取代的登记号"), 0, VIEW_DETAIL, cell_other, AT(corrects)},
    {"superseded_by", N_("由哪个登记号更正"), 0, VIEW_DETAIL, cell_other, AT(superseded_by)},
};

int cmd_issues(Ctl *ctl, const Args *args, GError **error)
{
    const char *text = args_get(args, "state"), *state = NULL;
    if (text != NULL && !words_parse_issue_state(text, &state, error))
        return 2;
    g_autoptr(GPtrArray) issues = store_issue_list(ctl->store, state, 0, error);
    if (issues == NULL)
        return 3;
    view_print(columns, G_N_ELEMENTS(columns), issues, ctl->format, NULL);
    return 0;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *id_or_null(gint64 id)
{
    return id != 0 ? json_integer(id) : json_null();
}

static json_t *json_or_null(const char *text)
{
    json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    return value != NULL ? value : json_null();
}

static json_t *counts_json(const gint64 *counts)
{
    json_t *object = json_object();
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        json_object_set_new(object, delivery_state_name((DeliveryState)state),
                            json_integer(counts[state]));
    return object;
}

/* Mails of an issue that are not at rest, and what they wait for. */
typedef struct {
    Waiting waiting;
    GPtrArray *groups; /* StoreQueueGroup */
} Open;

static void open_clear(Open *open)
{
    waiting_clear(&open->waiting);
    g_clear_pointer(&open->groups, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Open, open_clear)

static gboolean open_load(Ctl *ctl, gint64 issue_id, Open *open, GError **error)
{
    open->groups = store_queue_groups(ctl->store, issue_id, QUEUE_BY_RELAY, clock_now(), error);
    return open->groups != NULL && waiting_load(ctl, &open->waiting, error);
}

static json_t *open_json(const Open *open)
{
    json_t *list = json_array();
    for (guint i = 0; i < open->groups->len; i++) {
        const StoreQueueGroup *group = g_ptr_array_index(open->groups, i);
        g_autofree char *waits = waiting_group(&open->waiting, group);
        json_array_append_new(list, json_pack("{s:s,s:s?,s:I,s:s?}", "state", delivery_state_name(group->state), "relay",
                                              group->relay, "count", (json_int_t)group->count, "waits_for", waits));
    }
    return list;
}

/* What is read for an issue besides its row. */
typedef struct {
    gint64 counts[DELIVERY_CANCELLED + 1];
    gint64 release_at;             /* when it goes, 0 = it does not wait for a time */
    gint64 signed_for, recipients; /* who have signed, of whom it was sent to */
    StorePrintRun run;
    GPtrArray *hand_ins; /* StoreHandIn */
    char *pdf_digest; /* of the PDF that goes with the file, NULL = none */
} Facts;

static void facts_clear(Facts *facts)
{
    g_clear_pointer(&facts->hand_ins, g_ptr_array_unref);
    g_free(facts->pdf_digest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

static json_t *hand_ins_json(const GPtrArray *hand_ins)
{
    json_t *list = json_array();
    for (guint i = 0; i < hand_ins->len; i++) {
        const StoreHandIn *hand_in = hand_ins->pdata[i];
        g_autofree char *at = clock_rfc3339(hand_in->at);
        json_array_append_new(list, json_pack("{s:I,s:s,s:s,s:s,s:s?}", "hand_in", (json_int_t)hand_in->id, "at", at, "origin",
                                              hand_in->origin, "file_name", hand_in->file_name, "result", hand_in->result));
    }
    return list;
}

static void print_hand_ins(const GPtrArray *hand_ins)
{
    for (guint i = 0; i < hand_ins->len; i++) {
        const StoreHandIn *hand_in = hand_ins->pdata[i];
        g_autofree char *at = clock_text(hand_in->at), *origin = answer_origin(hand_in->origin);
        output_print(_("交来：%s，%s，%s：%s\n"), at, origin, hand_in->file_name, answer_word(hand_in->result));
    }
}

static void show_json(const StoreIssue *issue, const char *approver, const Facts *facts, const Open *open)
{
    json_t *object = json_object();
    g_autofree char *seen = clock_rfc3339(issue->seen_at);
    g_autofree char *released = clock_rfc3339(issue->released_at), *at = clock_rfc3339(facts->release_at);
    json_object_set_new(object, "issue", json_integer(issue->id));
    json_object_set_new(object, "identity", text_or_null(issue->identity));
    json_object_set_new(object, "revision", json_integer(issue->revision));
    json_object_set_new(object, "state", text_or_null(issue->shown_state));
    json_object_set_new(object, "directory_day", text_or_null(issue->directory_day));
    json_object_set_new(object, "reasons", json_or_null(issue->reasons));
    json_object_set_new(object, "notices", json_or_null(issue->notices));
    json_object_set_new(object, "file_name", text_or_null(issue->file_name));
    json_object_set_new(object, "path", text_or_null(issue->path));
    json_object_set_new(object, "digest", text_or_null(issue->digest));
    json_object_set_new(object, "pdf", text_or_null(facts->pdf_digest));
    json_object_set_new(object, "seen_at", text_or_null(seen));
    json_object_set_new(object, "released_at",
                        issue->released_at > 0 ? text_or_null(released) : json_null());
    json_object_set_new(object, "release_at", facts->release_at > 0 ? text_or_null(at) : json_null());
    json_object_set_new(object, "released_by", text_or_null(issue->released_by));
    json_object_set_new(object, "approved_by", text_or_null(approver));
    json_object_set_new(object, "hand_ins", hand_ins_json(facts->hand_ins));
    json_object_set_new(object, "corrects", id_or_null(issue->corrects));
    json_object_set_new(object, "correction_reason", text_or_null(issue->correction_reason));
    json_object_set_new(object, "superseded_by", id_or_null(issue->superseded_by));
    json_object_set_new(object, "deliveries", counts_json(facts->counts));
    json_object_set_new(object, "signed", json_integer(facts->signed_for));
    json_object_set_new(object, "recipients", json_integer(facts->recipients));
    json_object_set_new(object, "waiting", open_json(open));
    json_object_set_new(object, "contents", json_or_null(issue->json));
    char *text = json_dumps(object, JSON_INDENT(2));
    output_print("%s\n", text);
    free(text);
    json_decref(object);
}

static void show_line(const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        output_print(_("%s：%s\n"), label, text);
}

static void show_correction(const StoreIssue *issue)
{
    if (issue->corrects != 0)
        output_print(_("更正：取代登记号 %" PRId64 "，原因：%s\n"), issue->corrects, issue->correction_reason);
    if (issue->superseded_by != 0)
        output_print(_("已作废：由登记号 %" PRId64 " 更正（纸质旧版收回清单：songfactl prints --recall --issue %" PRId64 "）\n"),
                     issue->superseded_by, issue->id);
}

static void show_text(const StoreIssue *issue, const char *approver, const Facts *facts,
                      const Open *open)
{
    g_autofree char *label = words_issue(issue);
    g_autofree char *seen = clock_text(issue->seen_at);
    g_autofree char *released = clock_text(issue->released_at);
    g_autofree char *reasons = words_reasons(issue->reasons), *notices = words_notices(issue->notices);
    output_print(_("登记号：%" PRId64 "\n"), issue->id);
    show_line(_("期次"), issue->identity);
    show_line(_("名称"), label);
    show_line(_("标题"), issue->headline);
    show_line(_("日期"), issue->date);
    show_line(_("名录日期"), issue->directory_day);
    show_line(_("编发机关"), issue->office);
    show_line(_("状态"), words_issue_state(issue->shown_state));
    show_correction(issue);
    output_text(reasons);
    output_text(notices);
    show_line(_("文件"), issue->path != NULL ? issue->path : issue->file_name);
    if (facts->pdf_digest != NULL)
        show_line(_("另附"), _("由 LibreOffice 生成的 PDF"));
    show_line(_("收到时间"), seen);
    print_hand_ins(facts->hand_ins);
    show_line(_("放行时间"), released);
    show_line(_("放行人"), issue->released_by);
    show_line(_("审核人"), approver);
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        if (facts->counts[state] > 0)
            output_print(_("邮件 %s：%" PRId64 "\n"),
                         words_delivery_state((DeliveryState)state), facts->counts[state]);
    for (guint i = 0; i < open->groups->len; i++) {
        const StoreQueueGroup *group = g_ptr_array_index(open->groups, i);
        g_autofree char *waits = waiting_group(&open->waiting, group);
        output_print(_("  %s %" PRId64 " 封：%s\n"), words_delivery_state(group->state), group->count, waits);
    }
    if (facts->counts[DELIVERY_UNKNOWN] > 0 && g_strcmp0(issue->shown_state, "sending") == 0)
        output_print(_("结果不明的，问过收件人后登记：songfactl settle --received|--lost --reason 怎么问的 %" PRId64
                       " 收件人…\n"),
                     issue->id);
    if (facts->recipients > 0)
        output_print(_("签收：%" PRId64 "/%" PRId64 "\n"), facts->signed_for, facts->recipients);
    if (facts->run.computed > 0)
        output_print(_("纸质应印：%d（分到各单位：songfactl prints --issue %" PRId64 "）\n"),
                     facts->run.computed, issue->id);
}

static gboolean load_facts(Ctl *ctl, gint64 issue_id, Facts *facts, GError **error)
{
    GError *fault = NULL;
    g_autoptr(StoreSchedule) schedule = store_schedule_get(ctl->store, issue_id, &fault);
    facts->release_at = schedule != NULL ? schedule->at : 0;
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return FALSE;
    }
    facts->hand_ins = store_hand_in_of_issue(ctl->store, issue_id, error);
    if (facts->hand_ins == NULL || !store_delivery_counts(ctl->store, issue_id, facts->counts, error) ||
        !store_sign_counts(ctl->store, issue_id, &facts->signed_for, &facts->recipients, error))
        return FALSE;
    store_print_run_get(ctl->store, issue_id, &facts->run, &fault);
    g_autoptr(StoreMail) mail = fault == NULL ? store_mail_of_issue(ctl->store, issue_id, &fault) : NULL;
    if (mail != NULL)
        facts->pdf_digest = g_strdup(mail->pdf_digest);
    if (fault != NULL)
        g_propagate_error(error, fault);
    return fault == NULL;
}

int cmd_show(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Facts) facts = {0};
    g_autoptr(GError) fault = NULL;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL)
        return 1;
    if (!load_facts(ctl, issue->id, &facts, error))
        return 3;
    g_autoptr(StoreApproval) approval = store_approval_get(ctl->store, issue->id, &fault);
    g_auto(Open) open = {0};
    if (fault != NULL || !open_load(ctl, issue->id, &open, &fault)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return 3;
    }
    const char *approver = approval != NULL ? approval->who : NULL;
    if (ctl->format == TABLE_JSON)
        show_json(issue, approver, &facts, &open);
    else
        show_text(issue, approver, &facts, &open);
    return 0;
}

int cmd_preview(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL)
        return 1;
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    g_autoptr(GString) eml = pipeline_preview(pipeline, issue, args_word(args, 1), error);
    if (eml == NULL)
        return 1;
    output_bytes(eml->str, eml->len);
    return 0;
}
