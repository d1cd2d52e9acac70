/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl reports: what came back by mail, the tray of what nobody is known for, and the mailboxes that
 * are flagged. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/verbs.h"
#include "daemon/ctl/view.h"
#include "daemon/store/deliveries.h"
#include "daemon/store/flags.h"
#include "daemon/store/report-tray.h"

#define LIMIT 200 /* reports listed unless asked for more */

/* ---- words ---- */

typedef struct {
    const char *name, *word;
} Word;

static const Word kind_words[] = {
    {"failed", N_("退信")},      {"delayed", N_("延迟")},       {"delivered", N_("已送达")}, {"relayed", N_("已转交")},
    {"automatic", N_("自动回复")}, {"signed", N_("签收回复")},    {"other", N_("来信")},      {"unreadable", N_("读不出")},
    {NULL, NULL},
};
static const Word tray_words[] = {
    {"unmatched", N_("对不上是哪一封")},
    {"forged", N_("标记不是本库签发的，可能是伪造的")},
    {"stranger", N_("不是从收件人自己的邮箱回的")},
    {"unreadable", N_("读取程序读不完")},
    {NULL, NULL},
};
static const Word closed_words[] = {{"matched", N_("已认领")}, {"dismissed", N_("已作罢")}, {NULL, NULL}};

static const char *word_of(const Word *words, const char *name)
{
    for (; words->name != NULL; words++)
        if (g_strcmp0(words->name, name) == 0)
            return _(words->word);
    return NULL;
}

/* ---- list ---- */

#define AT(field) G_STRUCT_OFFSET(StoreReportRow, field)

static void cell_word(View *view, const Word *words, const char *name)
{
    table_text(view->table, view->format == TABLE_JSON ? name : word_of(words, name));
}

static void cell_kind(View *view, gconstpointer record)
{
    cell_word(view, kind_words, ((const StoreReportRow *)record)->kind);
}

static void cell_tray(View *view, gconstpointer record)
{
    cell_word(view, tray_words, ((const StoreReportRow *)record)->tray);
}

static void cell_closed(View *view, gconstpointer record)
{
    cell_word(view, closed_words, ((const StoreReportRow *)record)->closed_how);
}

static void cell_delivery(View *view, gconstpointer field)
{
    gint64 id = *(const gint64 *)field;
    if (id > 0)
        table_int(view->table, id);
    else
        table_null(view->table);
}

/* One of the texts that the mail had on it. */
static char *fact(const StoreReportRow *row, const char *name)
{
    json_t *facts = json_loads(row->facts, 0, NULL);
    char *text = g_strdup(json_string_value(json_object_get(facts, name)));
    json_decref(facts);
    return text;
}

static void cell_from(View *view, gconstpointer record)
{
    g_autofree char *from = fact(record, "from");
    table_text(view->table, from);
}

static void cell_subject(View *view, gconstpointer record)
{
    g_autofree char *subject = fact(record, "subject");
    table_text(view->table, subject);
}

static const ViewColumn columns[] = {
    {"report", N_("编号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"at", N_("时间"), 0, VIEW_ALL, view_time, AT(at)},
    {"kind", N_("类别"), 0, VIEW_ALL, cell_kind, 0},
    {"tray", N_("为什么待认领"), 36, VIEW_ALL, cell_tray, 0},
    {"delivery", N_("邮件编号"), 0, VIEW_ALL, cell_delivery, AT(delivery_id)},
    {"from", N_("来自"), 32, VIEW_ALL, cell_from, 0},
    {"subject", N_("主题"), 32, VIEW_ALL, cell_subject, 0},
    {"status", N_("细码"), 0, VIEW_ALL, view_text, AT(enhanced_code)},
    {"reply_code", N_("回复码"), 0, VIEW_DETAIL, view_positive, AT(reply_code)},
    {"text", N_("内容"), 40, VIEW_ALL, view_text, AT(text)},
    {"closed", N_("处理"), 0, VIEW_ALL, cell_closed, 0},
    {"closed_by", N_("经办"), 0, VIEW_DETAIL, view_text, AT(closed_by)},
    {"closed_at", N_("处理时间"), 0, VIEW_DETAIL, view_time, AT(closed_at)},
    {"reason", N_("原因"), 0, VIEW_DETAIL, view_text, AT(closed_reason)},
    {"mailbox", N_("邮箱"), 0, VIEW_DETAIL, view_text, AT(mailbox)},
    {"uid", N_("邮箱里的编号"), 0, VIEW_DETAIL, view_int64, AT(uid)},
};

static int list_reports(Ctl *ctl, const Args *args, GError **error)
{
    gint64 limit;
    if (!args_int(args, "limit", 0, G_MAXINT32, LIMIT, &limit, error))
        return 2;
    g_autoptr(GPtrArray) rows = store_report_list(ctl->store, args_has(args, "all"), (int)limit, error);
    if (rows == NULL)
        return 3;
    if (rows->len == 0 && ctl->format == TABLE_TEXT)
        output_text(args_has(args, "all") ? _("还没有回报。\n") : _("没有待认领的回报。\n"));
    else
        view_print(columns, G_N_ELEMENTS(columns), rows, ctl->format, NULL);
    return 0;
}

/* ---- one of them ---- */

static StoreReportRow *named(Ctl *ctl, const char *word, GError **error)
{
    gint64 id;
    if (g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &id, NULL))
        return store_report_get(ctl->store, id, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("“%s”不是回报的编号；songfactl reports 列出编号"), word);
    return NULL;
}

static void show_line(const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        output_print(_("%s：%s\n"), label, text);
}

static void show_facts(const StoreReportRow *row)
{
    static const struct { const char *name, *label; } facts[] = {
        {"from", N_("来自")},           {"subject", N_("主题")},       {"token", N_("送发标记")},
        {"envelope_id", N_("信封标识")}, {"message_id", N_("原邮件标识")}, {"issue_label", N_("期次")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
        g_autofree char *text = fact(row, facts[i].name);
        show_line(_(facts[i].label), text);
    }
}

static void show_text(const StoreReportRow *row)
{
    g_autofree char *at = clock_text(row->at), *closed_at = clock_text(row->closed_at);
    output_print(_("编号：%" PRId64 "\n"), row->id);
    show_line(_("时间"), at);
    show_line(_("类别"), word_of(kind_words, row->kind));
    show_facts(row);
    show_line(_("细码"), row->enhanced_code);
    show_line(_("内容"), row->text);
    if (row->delivery_id != 0)
        output_print(_("邮件编号：%" PRId64 "\n"), row->delivery_id);
    show_line(_("为什么待认领"), word_of(tray_words, row->tray));
    output_print(_("在邮箱 %s 里的编号：%" PRId64 "\n"), row->mailbox, row->uid);
    if (row->closed_at > 0) {
        show_line(_("处理"), word_of(closed_words, row->closed_how));
        show_line(_("经办"), row->closed_by);
        show_line(_("处理时间"), closed_at);
        show_line(_("原因"), row->closed_reason);
    } else if (row->tray != NULL) {
        output_print(_("认领：songfactl reports match --reason 原因 %" PRId64 " 期次 收件人；与送发无关的：songfactl reports dismiss --reason 原因 %" PRId64 "\n"),
                     row->id, row->id);
    }
}

static int show_report(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(StoreReportRow) row = named(ctl, args_word(args, 1), error);
    if (row == NULL)
        return 1;
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, row);
    if (ctl->format == TABLE_TEXT)
        show_text(row);
    else
        view_print(columns, G_N_ELEMENTS(columns), one, ctl->format, NULL);
    return 0;
}

/* ---- a clerk's word ---- */

/* The last mail of that issue to that recipient; 0 and error. */
static gint64 last_mail(Ctl *ctl, const char *ref, const char *recipient, GError **error)
{
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, ref, error);
    if (issue == NULL)
        return 0;
    const DeliveryFilter filter = {.issue_id = issue->id, .recipient = recipient, .state = -1};
    g_autoptr(GPtrArray) rows = store_delivery_list(ctl->store, &filter, error);
    const StoreDelivery *last = NULL;
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const StoreDelivery *row = rows->pdata[i];
        if (strcmp(row->channel, "email") != 0)
            continue;
        if (last != NULL && strcmp(last->recipient, row->recipient) != 0) {
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                        _("“%s”对应几个收件人；请用 songfactl log 里的地址或编号指明一个"), recipient);
            return 0;
        }
        last = last == NULL || row->id > last->id ? row : last;
    }
    if (rows != NULL && last == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有发给“%s”的邮件；请用 songfactl log 查看名称、编号或地址"), recipient);
    return last != NULL ? last->id : 0;
}

static gint64 delivery_named(Ctl *ctl, const Args *args, GError **error)
{
    gint64 id;
    if (args_count(args) == 4)
        return last_mail(ctl, args_word(args, 2), args_word(args, 3), error);
    if (g_ascii_string_to_signed(args_word(args, 2), 10, 1, G_MAXINT64, &id, NULL))
        return id;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("“%s”不是邮件编号；请写编号，或写期次和收件人"),
                args_word(args, 2));
    return 0;
}

static int match_report(Ctl *ctl, const Args *args, GError **error)
{
    const char *reason = args_get(args, "reason");
    gboolean changed;
    if (!input_reason(reason, error))
        return 2;
    g_autoptr(StoreReportRow) row = named(ctl, args_word(args, 1), error);
    gint64 delivery = row != NULL ? delivery_named(ctl, args, error) : 0;
    if (delivery == 0 ||
        !store_report_match(ctl->store, row->id, delivery, ctl->who, reason, clock_now(), &changed, error))
        return 1;
    output_text(changed ? _("已认领，登记已照此更新。\n") : _("已认领；登记里这封邮件的状态不变。\n"));
    return 0;
}

static int dismiss_report(Ctl *ctl, const Args *args, GError **error)
{
    const char *reason = args_get(args, "reason");
    if (!input_reason(reason, error))
        return 2;
    g_autoptr(StoreReportRow) row = named(ctl, args_word(args, 1), error);
    if (row == NULL || !store_report_dismiss(ctl->store, row->id, ctl->who, reason, clock_now(), error))
        return 1;
    output_text(_("已作罢，登记不变。\n"));
    return 0;
}

/* ---- flagged mailboxes ---- */

#define FLAG(field) G_STRUCT_OFFSET(StoreFlag, field)

static const ViewColumn flag_columns[] = {
    {"address", N_("邮箱"), 40, VIEW_ALL, view_text, FLAG(address)},
    {"at", N_("时间"), 0, VIEW_ALL, view_time, FLAG(at)},
    {"status", N_("细码"), 0, VIEW_ALL, view_text, FLAG(status)},
    {"text", N_("对方答复"), 60, VIEW_ALL, view_text, FLAG(text)},
    {"delivery", N_("邮件编号"), 0, VIEW_DETAIL, view_int64, FLAG(delivery_id)},
};

static int list_flags(Ctl *ctl, const Args *args G_GNUC_UNUSED, GError **error)
{
    g_autoptr(GPtrArray) flags = store_flag_list(ctl->store, error);
    if (flags == NULL)
        return 3;
    if (flags->len == 0 && ctl->format == TABLE_TEXT)
        output_text(_("没有被标记的邮箱。\n"));
    else
        view_print(flag_columns, G_N_ELEMENTS(flag_columns), flags, ctl->format, NULL);
    return 0;
}

static int clear_flag(Ctl *ctl, const Args *args, GError **error)
{
    const char *reason = args_get(args, "reason");
    if (!input_reason(reason, error))
        return 2;
    if (!store_flag_clear(ctl->store, args_word(args, 1), ctl->who, reason, error))
        return 1;
    output_print(_("已取消 %s 的标记。\n"), args_word(args, 1));
    return 0;
}

/* ---- the command ---- */

int cmd_reports(Ctl *ctl, const Args *args, GError **error)
{
    static const CtlVerb verbs[] = {
        {"list", list_reports, 1, 1, "all limit", "--json --csv"}, {"show", show_report, 2, 2, "", "--json --csv"},
        {"match", match_report, 3, 4, "reason", ""},   {"dismiss", dismiss_report, 2, 2, "reason", ""},
        {"flags", list_flags, 1, 1, "", "--json --csv"},           {"unflag", clear_flag, 2, 2, "reason", ""},
    };
    const char *verb = args_count(args) > 0 ? args_word(args, 0) : "list";
    return verbs_run(ctl, args, verb, verbs, G_N_ELEMENTS(verbs), error);
}
