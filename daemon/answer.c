/* SPDX-License-Identifier: GPL-3.0-or-later
 * What came of a hand-in, in words and as JSON. */
#include "daemon/answer.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/schedule.h"

/* ---- words for parts ---- */

/* The pattern with value for each {}; caller frees. */
static char *fill(const char *pattern, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(pattern, "{}", -1);
    return g_strjoinv(value, parts);
}

char *answer_label(const StoreIssue *issue)
{
    GString *out = g_string_new(issue->title != NULL ? issue->title : issue->series);
    if (issue->year > 0)
        g_string_append_printf(out, _(" %d年"), issue->year);
    if (issue->supplement > 0)
        g_string_append_printf(out, _("增刊第%d期"), issue->supplement);
    else if (issue->number > 0)
        g_string_append_printf(out, _("第%d期"), issue->number);
    if (issue->supplement == 0 && issue->total_number > 0)
        g_string_append_printf(out, _("（总第%d期）"), issue->total_number);
    if (issue->revision > 1)
        g_string_append_printf(out, _("（第%d稿）"), issue->revision);
    if (issue->number == 0 && issue->total_number == 0 && issue->supplement == 0)
        g_string_assign(out, issue->file_name != NULL ? issue->file_name : "");
    return g_string_free(out, FALSE);
}

/* A planned row waits, it is not at fault. */
static gboolean is_wait(const json_t *reason)
{
    const char *code = json_string_value(json_object_get(reason, "code"));
    return code != NULL && g_str_has_prefix(code, "waits-");
}

/* A line for each reason that has a message. */
static char *lines_of(const char *json, void (*add)(GString *out, const json_t *reason, const char *message))
{
    GString *out = g_string_new(NULL);
    json_t *list = json != NULL ? json_loads(json, 0, NULL) : NULL, *reason;
    gsize i;
    json_array_foreach(list, i, reason) {
        const char *message = json_string_value(json_object_get(reason, "message"));
        if (message != NULL)
            add(out, reason, message);
    }
    json_decref(list);
    return g_string_free(out, FALSE);
}

static void add_reason(GString *out, const json_t *reason, const char *message)
{
    if (is_wait(reason))
        g_string_append_printf(out, _("等待：%s\n"), message);
    else
        g_string_append_printf(out, _("原因：%s\n"), message);
}

char *answer_reasons(const char *json)
{
    return lines_of(json, add_reason);
}

static void add_notice(GString *out, const json_t *notice, const char *message)
{
    (void)notice;
    g_string_append_printf(out, _("请留意：%s\n"), message);
}

char *answer_notices(const char *json)
{
    return lines_of(json, add_notice);
}

char *answer_origin(const char *origin)
{
    static const struct { const char *kind, *words; } rows[] = {
        {"folder:", N_("文件夹 {}")}, {"songfactl:", N_("songfactl（{}）")},
        {"mail:", N_("邮件 {}")}, {"http:", N_("网络接口（{}）")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(origin, rows[i].kind))
            return fill(_(rows[i].words), origin + strlen(rows[i].kind));
    return g_strdup(origin);
}

/* ---- results ---- */

typedef struct {
    const char *name, *word, *head, *next;
    gboolean problem;
} Result;

/* {} is the label in a head, the register number in a next step. */
static const Result results[] = {
    {"released", N_("已受理"), N_("已受理并放行：{}"), N_("看各封结果：songfactl log --issue {}"), FALSE},
    {"planned", N_("待放行"), N_("已受理，等放行：{}"),
     N_("核对收件人和份数：songfactl plan {}；无误则放行：songfactl release {}；不发：songfactl hold {} 原因"), TRUE},
    {"scheduled", N_("定时发出"), N_("已受理，定时发出：{}"),
     N_("到时自动发出；马上发：songfactl release --now {}；不发：songfactl hold {} 原因"), FALSE},
    {"held", N_("待处理"), N_("待处理，还没有发给任何人：{}"),
     N_("文件有误的，改正后重新交来；名录有缺的，补齐后放行：songfactl release {}；详情：songfactl show {}"), TRUE},
    {"refused", N_("拒收"), N_("拒收，不能通过本系统发送：{}"),
     N_("请立即取走原文件，按保密规定处理，不要改名、删去标志后再交；确属误认的，请有定密权限的人员确认后改正标志"), TRUE},
    {"duplicate", N_("以前交过"), N_("这份文件以前交过，不再送发：{}"),
     N_("要补发：songfactl resend --reason 理由 {}；内容有改动的，存好后重新交来"), FALSE},
};

static const Result *find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
        if (g_strcmp0(results[i].name, name) == 0)
            return &results[i];
    return NULL;
}

static const Result *result_of(const Answer *answer)
{
    gboolean planned = g_strcmp0(answer->hand_in->result, "planned") == 0;
    return find(planned && answer->release_at > 0 ? "scheduled" : answer->hand_in->result);
}

const char *answer_word(const char *result)
{
    const Result *found = find(result);
    return found != NULL ? _(found->word) : _("还没有取走");
}

static gboolean is_refused(const Answer *answer)
{
    return answer->issue != NULL && g_strcmp0(answer->issue->state, "refused") == 0;
}

gboolean answer_is_given(const Answer *answer)
{
    return answer->issue != NULL && result_of(answer) != NULL;
}

gboolean answer_is_problem(const Answer *answer)
{
    return answer_is_given(answer) && result_of(answer)->problem;
}

/* ---- its life ---- */

void answer_free(Answer *answer)
{
    if (answer == NULL)
        return;
    store_hand_in_free(answer->hand_in);
    store_issue_free(answer->issue);
    g_free(answer);
}

static gboolean load_time(Store *store, Answer *answer, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreSchedule) schedule = store_schedule_get(store, answer->issue->id, &failure);
    answer->release_at = schedule != NULL ? schedule->at : 0;
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

static gboolean count_mails(Store *store, Answer *answer, GError **error)
{
    gint64 counts[DELIVERY_CANCELLED + 1] = {0};
    GError *failure = NULL;
    if (!store_delivery_counts(store, answer->issue->id, counts, error))
        return FALSE;
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        answer->mails += counts[state];
    store_print_run_get(store, answer->issue->id, &answer->papers, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

Answer *answer_new(Store *store, StoreHandIn *hand_in, GError **error)
{
    g_autoptr(Answer) answer = g_new0(Answer, 1);
    answer->hand_in = hand_in;
    if (hand_in->issue_id == 0)
        return g_steal_pointer(&answer);
    answer->issue = store_issue_by_id(store, hand_in->issue_id, error);
    return answer->issue != NULL && load_time(store, answer, error) && count_mails(store, answer, error) ? g_steal_pointer(&answer) : NULL;
}

Answer *answer_load(Store *store, gint64 hand_in_id, GError **error)
{
    GError *failure = NULL;
    StoreHandIn *hand_in = store_hand_in_by_id(store, hand_in_id, &failure);
    if (hand_in != NULL)
        return answer_new(store, hand_in, error);
    if (failure != NULL)
        g_propagate_error(error, failure);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有编号为 %" PRId64 " 的来稿"), hand_in_id);
    return NULL;
}

/* ---- as text ---- */

/* A refused file goes by its name alone. */
static char *label_of(const Answer *answer)
{
    return is_refused(answer) ? g_strdup(answer->hand_in->file_name) : answer_label(answer->issue);
}

char *answer_subject(const Answer *answer)
{
    if (!answer_is_given(answer))
        return g_strdup_printf(_("【已收到】%s"), answer->hand_in->file_name);
    g_autofree char *label = label_of(answer);
    return g_strdup_printf(_("【%s】%s"), _(result_of(answer)->word), label);
}

static char *next_step(const Answer *answer)
{
    g_autofree char *id = g_strdup_printf("%" PRId64, answer->issue->id);
    const Result *result = is_refused(answer) ? find("refused") : result_of(answer);
    return fill(_(result->next), id);
}

/* What was planned: mails, and paper copies against what the issue declares. */
static void add_plan(GString *text, const Answer *answer)
{
    if (answer->mails == 0 && answer->papers.computed == 0)
        return;
    g_string_append_printf(text, _("  邮件 %" PRId64 " 封，纸质应印 %d 份"), answer->mails, answer->papers.computed);
    if (answer->papers.declared > 0)
        g_string_append_printf(text, _("，标注 %d 份"), answer->papers.declared);
    g_string_append_c(text, '\n');
}

static void add_earlier(GString *text, const Answer *answer)
{
    const StoreIssue *issue = answer->issue;
    g_autofree char *time = clock_text(issue->seen_at);
    g_string_append_printf(text, _("  第一次交来：%s，%s\n"), time, issue->file_name);
}

static void add_release(GString *text, const StoreIssue *issue)
{
    g_autofree char *time = clock_text(issue->released_at);
    if (issue->released_at > 0)
        g_string_append_printf(text, _("  放行：%s\n"), time);
}

char *answer_text(const Answer *answer)
{
    const StoreHandIn *hand_in = answer->hand_in;
    GString *text = g_string_new(NULL);
    g_autofree char *time = clock_text(hand_in->at), *origin = answer_origin(hand_in->origin);
    if (!answer_is_given(answer)) {
        g_string_append_printf(text, _("“%s”已收到（%s，%s），还没有处理。\n"), hand_in->file_name, time, origin);
        return g_string_free(text, FALSE);
    }
    const StoreIssue *issue = answer->issue;
    g_autofree char *label = label_of(answer), *reasons = answer_reasons(issue->reasons), *next = next_step(answer);
    g_autofree char *notices = is_refused(answer) ? g_strdup("") : answer_notices(issue->notices);
    g_autofree char *head = fill(_(result_of(answer)->head), label);
    g_string_append(text, head);
    g_string_append_printf(text, _("（登记号 %" PRId64 "）\n"), issue->id);
    g_string_append_printf(text, _("  文件：%s（%s，%s）\n"), hand_in->file_name, time, origin);
    if (strcmp(hand_in->result, "duplicate") == 0)
        add_earlier(text, answer);
    add_plan(text, answer);
    add_release(text, issue);
    g_string_append(text, reasons);
    g_string_append(text, notices);
    g_string_append_printf(text, _("接下来：%s\n"), next);
    return g_string_free(text, FALSE);
}

/* ---- as JSON ---- */

static json_t *time_json(gint64 time)
{
    g_autofree char *text = clock_rfc3339(time);
    return time > 0 ? json_string(text) : json_null();
}

static void add_issue(json_t *object, const Answer *answer)
{
    const StoreIssue *issue = answer->issue;
    gboolean refused = is_refused(answer);
    g_autofree char *label = label_of(answer), *next = next_step(answer);
    json_t *reasons = json_loads(issue->reasons != NULL ? issue->reasons : "[]", 0, NULL);
    json_t *notices = json_loads(issue->notices != NULL && !refused ? issue->notices : "[]", 0, NULL);
    json_t *more = json_pack(
        "{s:I,s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:o,s:o,s:o,s:o,s:{s:I,s:i,s:i},s:s}", "issue", (json_int_t)issue->id,
        "state", issue->shown_state != NULL ? issue->shown_state : issue->state, "identity", issue->identity, "label",
        label, "series", refused ? NULL : issue->series, "title", refused ? NULL : issue->title, "date",
        refused ? NULL : issue->date, "headline", refused ? NULL : issue->headline, "first_handed_in",
        time_json(issue->seen_at), "released_at", time_json(issue->released_at), "release_at", time_json(answer->release_at), "reasons",
        reasons != NULL ? reasons : json_array(), "recipients", "mails", (json_int_t)answer->mails, "paper_copies",
        answer->papers.computed, "declared_copies", answer->papers.declared, "next", next);
    json_object_update(object, more);
    json_object_set_new(object, "notices", notices != NULL ? notices : json_array());
    json_decref(more);
}

json_t *answer_json(const Answer *answer)
{
    const StoreHandIn *hand_in = answer->hand_in;
    json_t *object = json_pack("{s:I,s:s,s:s,s:o,s:s}", "hand_in", (json_int_t)hand_in->id, "file", hand_in->file_name,
                               "origin", hand_in->origin, "handed_in", time_json(hand_in->at), "result",
                               answer_is_given(answer) ? hand_in->result : "waiting");
    if (answer_is_given(answer))
        add_issue(object, answer);
    return object;
}
