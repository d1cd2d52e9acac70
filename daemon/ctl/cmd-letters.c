/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl letters: the mails that came into the mailbox for hand-ins, and what was done with each. */
#include <inttypes.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/verbs.h"
#include "daemon/ctl/view.h"
#include "daemon/store/letters.h"

#define LIMIT 200 /* letters listed unless asked for more */

static const struct {
    const char *verdict, *word, *hint;
} verdicts[] = {
    {"taken", N_("已受理"), NULL},
    {"repeated", N_("同一封的副本"), N_("同一封邮件以前受理过，没有再处理，也没有再答复")},
    {"unclear", N_("发件人不明"), N_("发件人栏不是恰好一个地址，说不准是谁写的；没有处理，没有答复")},
    {"stranger", N_("不在名单"), N_("发件人不在 mailbox 的 allow 里；没有处理，没有答复")},
    {"unproved", N_("不能证实"), N_("发件人在名单里，但不能证实是他本人：邮件服务器没有验证通过，也没有他的暗号；没有处理，没有答复")},
    {"automatic", N_("自动邮件"), N_("自动回复、退信或群发邮件；没有处理，没有答复")},
    {"too-many", N_("来得太密"), N_("这个发件人一小时内的邮件超过了 per_hour；没有处理，没有答复，请到邮箱里看")},
    {"unreadable", N_("读不出"), N_("读取程序几次都读不完这封邮件，请到邮箱里打开看")},
};

static int place_of(const StoreLetter *letter)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(verdicts); i++)
        if (strcmp(verdicts[i].verdict, letter->verdict) == 0)
            return i;
    g_return_val_if_reached(0);
}

static void cell_verdict(View *view, gconstpointer record)
{
    const StoreLetter *letter = record;
    table_text(view->table, view->format == TABLE_JSON ? letter->verdict : _(verdicts[place_of(letter)].word));
}

#define AT(field) G_STRUCT_OFFSET(StoreLetter, field)

static const ViewColumn columns[] = {
    {"letter", N_("编号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"at", N_("时间"), 0, VIEW_ALL, view_time, AT(at)},
    {"verdict", N_("结论"), 0, VIEW_ALL, cell_verdict, 0},
    {"from", N_("来自"), 32, VIEW_ALL, view_text, AT(sender)},
    {"subject", N_("主题"), 40, VIEW_ALL, view_text, AT(subject)},
    {"answered", N_("答复"), 0, VIEW_ALL, view_time, AT(answered_at)},
    {"by", N_("凭什么相信"), 0, VIEW_DETAIL, view_text, AT(proof)},
    {"message_id", N_("邮件标识"), 0, VIEW_DETAIL, view_text, AT(message_id)},
    {"mailbox", N_("邮箱"), 0, VIEW_DETAIL, view_text, AT(mailbox)},
    {"uid", N_("邮箱里的编号"), 0, VIEW_DETAIL, view_int64, AT(uid)},
};

static int list_letters(Ctl *ctl, const Args *args, GError **error)
{
    gint64 limit;
    if (!args_int(args, "limit", 0, G_MAXINT32, LIMIT, &limit, error))
        return 2;
    g_autoptr(GPtrArray) rows = store_letter_list(ctl->store, args_has(args, "all"), (int)limit, error);
    if (rows == NULL)
        return 3;
    if (rows->len == 0 && ctl->format == TABLE_TEXT)
        output_text(args_has(args, "all") ? _("还没有来稿邮件。\n") : _("没有未受理的来稿邮件。\n"));
    else
        view_print(columns, G_N_ELEMENTS(columns), rows, ctl->format, NULL);
    return 0;
}

/* ---- one of them ---- */

static StoreLetter *named(Ctl *ctl, const char *word, GError **error)
{
    gint64 id;
    if (g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &id, NULL))
        return store_letter_get(ctl->store, id, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("“%s”不是来稿邮件的编号；songfactl letters --all 列出编号"), word);
    return NULL;
}

static gboolean show_hand_ins(Ctl *ctl, const StoreLetter *letter, GError **error)
{
    g_autoptr(GArray) ids = store_letter_hand_ins(ctl->store, letter->id, error);
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        g_autoptr(Answer) answer = answer_load(ctl->store, g_array_index(ids, gint64, i), error);
        if (answer == NULL)
            return FALSE;
        g_autofree char *text = answer_text(answer);
        output_print("\n%s", text);
    }
    return ids != NULL;
}

static gboolean show_text(Ctl *ctl, const StoreLetter *letter, GError **error)
{
    g_autofree char *at = clock_text(letter->at), *answered = clock_text(letter->answered_at);
    const char *hint = verdicts[place_of(letter)].hint;
    const struct { const char *label, *text; } lines[] = {
        {_("时间"), at},
        {_("来自"), letter->sender},
        {_("主题"), letter->subject},
        {_("邮件标识"), letter->message_id},
        {_("结论"), hint != NULL ? _(hint) : _(verdicts[place_of(letter)].word)},
        {_("凭什么相信"), letter->proof},
        {_("答复"), letter->answered_at > 0 ? answered : NULL},
    };
    output_print(_("编号：%" PRId64 "\n"), letter->id);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i].text != NULL)
            output_print(_("%s：%s\n"), lines[i].label, lines[i].text);
    output_print(_("在邮箱 %s 里的编号：%" PRId64 "\n"), letter->mailbox, letter->uid);
    return show_hand_ins(ctl, letter, error);
}

static int show_letter(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(StoreLetter) letter = named(ctl, args_word(args, 1), error);
    if (letter == NULL)
        return 1;
    if (ctl->format == TABLE_TEXT)
        return show_text(ctl, letter, error) ? 0 : 3;
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, letter);
    view_print(columns, G_N_ELEMENTS(columns), one, ctl->format, NULL);
    return 0;
}

int cmd_letters(Ctl *ctl, const Args *args, GError **error)
{
    static const CtlVerb verbs[] = {
        {"list", list_letters, 1, 1, "all limit", "--json --csv"}, {"show", show_letter, 2, 2, "", "--json --csv"}};
    const char *verb = args_count(args) > 0 ? args_word(args, 0) : "list";
    return verbs_run(ctl, args, verb, verbs, G_N_ELEMENTS(verbs), error);
}
