/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl correct: a new version of an issue that was released, to those who have the old one. */
#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline-correct.h"

/* ---- for programs ---- */

static json_t *member_json(const CorrectionMember *member)
{
    static const char *const had[] = {[CORRECTION_HAS] = "received", [CORRECTION_MAY] = "unknown", [CORRECTION_WAITS] = "waiting"};
    const StoreDelivery *row = member->row;
    return json_pack("{s:s,s:s?,s:s,s:s?,s:i,s:s}", "id", row->recipient, "name", row->name, "channel", row->channel,
                     "address", row->address, "copies", row->copies, "old", had[member->had]);
}

static json_t *members_json(const GPtrArray *members)
{
    json_t *list = json_array();
    for (guint i = 0; i < members->len; i++)
        json_array_append_new(list, member_json(members->pdata[i]));
    return list;
}

static json_t *missing_json(const Correction *correction)
{
    json_t *list = json_array();
    for (guint i = 0; i < correction->missing->len; i++) {
        const Recipient *recipient = correction->missing->pdata[i];
        g_autofree char *why = correction_missing_words(correction, recipient);
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:i,s:s}", "id", recipient->id, "name", recipient->name, "channel",
                                              recipient->channel == CHANNEL_PAPER ? "paper" : "email", "address",
                                              recipient->address, "copies", recipient->copies, "why", why));
    }
    return list;
}

static gboolean is_text_changed(const Correction *correction)
{
    return g_strcmp0(correction->text_before, correction->text_now) != 0;
}

static void print_json(const StoreIssue *old, const CorrectionOutcome *outcome)
{
    const Correction *correction = outcome->plan->correction;
    json_t *object = json_pack(
        "{s:s,s:i,s:I,s:s,s:s,s:i,s:i,s:i,s:o,s:o,s:o,s:o}", "identity", old->identity, "revision", outcome->revision, "corrects",
        (json_int_t)old->id, "reason", correction->reason, "state",
        outcome->issue_id == 0 ? "dry-run" : outcome->approved ? "planned" : "released", "mails", outcome->queued, "cancelled",
        outcome->cancelled, "print_run", outcome->plan->print_run->computed, "recipients", members_json(correction->members),
        "missing", missing_json(correction), "left", members_json(correction->left), "outside", members_json(correction->outside));
    json_object_set_new(object, "issue", outcome->issue_id != 0 ? json_integer(outcome->issue_id) : json_null());
    json_object_set_new(object, "distribution", is_text_changed(correction)
                        ? json_pack("{s:s?,s:s}", "before", correction->text_before, "now", correction->text_now) : json_null());
    char *text = json_dumps(object, JSON_INDENT(2));
    output_print("%s\n", text);
    free(text);
    json_decref(object);
}

/* ---- for people ---- */

static void print_member(const CorrectionMember *member)
{
    const StoreDelivery *row = member->row;
    if (g_strcmp0(row->channel, "paper") == 0)
        output_print(_("  %s（纸质 %d 份）\n"), row->name, row->copies);
    else
        output_print("  %s <%s>\n", row->name, row->address);
}

static void print_members(const char *heading, const GPtrArray *members)
{
    if (members->len == 0)
        return;
    output_text(heading);
    for (guint i = 0; i < members->len; i++)
        print_member(members->pdata[i]);
}

static void print_missing(const Correction *correction, const char *ref)
{
    if (correction->missing->len == 0)
        return;
    output_text(_("没有发给（现在会写到，但没有收到旧版）：\n"));
    for (guint i = 0; i < correction->missing->len; i++) {
        const Recipient *recipient = correction->missing->pdata[i];
        g_autofree char *why = correction_missing_words(correction, recipient);
        if (recipient->channel == CHANNEL_PAPER)
            output_print(_("  %s（纸质 %d 份）：%s\n"), recipient->name, recipient->copies, why);
        else
            output_print(_("  %s <%s>：%s\n"), recipient->name, recipient->address, why);
    }
    output_print(_("  要发给其中谁，放行后补发：songfactl resend --reason 原因 %s 收件人\n"), ref);
}

static void print_lines(const char *sign, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
            output_print("  %s %s\n", sign, *line);
}

static void print_text_change(const Correction *correction)
{
    if (!is_text_changed(correction))
        return;
    output_text(_("分发栏有改动（更正只发给有旧版的，不照新的分发栏增减）：\n"));
    print_lines("−", correction->text_before);
    print_lines("+", correction->text_now);
    for (guint i = 0; i < correction->unresolved->len; i++)
        output_print(_("  新的分发栏没有着落：%s\n"), ((const Unresolved *)correction->unresolved->pdata[i])->message);
}

static void print_counts(const Correction *correction)
{
    guint has = correction_count(correction, "email", CORRECTION_HAS), may = correction_count(correction, "email", CORRECTION_MAY);
    guint waits = correction_count(correction, "email", CORRECTION_WAITS);
    output_print(_("邮件 %u 封：收到过旧版的 %u，结果不明的 %u，旧版还没发出、改发新版的 %u\n"), has + may + waits, has, may, waits);
}

static void print_paper(const CorrectionOutcome *outcome, const StoreIssue *old)
{
    const PrintRun *run = outcome->plan->print_run;
    if (run->for_recipients == 0)
        return;
    g_autofree char *words = print_run_words(run);
    output_print(_("纸质重印：%s\n"), words);
    output_print(_("旧版作废以后看收回清单：songfactl prints --recall --issue %" PRId64 "\n"), old->id);
}

static void print_head(const Ctl *ctl, const StoreIssue *old, const CorrectionOutcome *outcome)
{
    g_autofree char *label = words_issue(old), *versions = correction_versions_words(outcome->plan->correction);
    output_print(_("%s：第 %d 版更正，%s作废。原因：%s\n"), label, outcome->revision, versions,
                 outcome->plan->correction->reason);
    if (outcome->issue_id == 0)
        output_text(_("试看：什么也没有登记，什么也没有发出。\n"));
    else if (outcome->approved)
        output_print(_("已由 %s 审核，待第二人放行：songfactl --as 姓名 release %" PRId64 "。旧版还没发出的已停发。\n"), ctl->who,
                     outcome->issue_id);
    else
        output_print(_("登记号 %" PRId64 "，%d 封邮件排队待发；旧版还没发出的 %d 封已取消。\n"), outcome->issue_id, outcome->queued,
                     outcome->cancelled);
}

static void print_text(const Ctl *ctl, const StoreIssue *old, const CorrectionOutcome *outcome)
{
    const Correction *correction = outcome->plan->correction;
    g_autofree char *ref = outcome->issue_id != 0 ? g_strdup_printf("%" PRId64, outcome->issue_id) : g_strdup(_("更正的登记号"));
    print_head(ctl, old, outcome);
    print_counts(correction);
    print_paper(outcome, old);
    print_text_change(correction);
    print_members(_("照发，虽然现在的分发栏和名录不再写到（有旧版，发到原处）：\n"), correction->left);
    print_missing(correction, ref);
    print_members(_("新版标有“内部资料”等字样，不能发到内部邮箱以外；请另行告知旧版作废：\n"), correction->outside);
}

int cmd_correct(Ctl *ctl, const Args *args, GError **error)
{
    CorrectionOptions options = {ctl->who, args_get(args, "reason"), args_get(args, "override"), args_has(args, "dry-run"),
                                 args_has(args, "without-pdf")};
    g_auto(CorrectionOutcome) outcome = {0};
    if (!input_reason(options.reason, error) ||
        (options.override_reason != NULL && !input_reason(options.override_reason, error)))
        return 2;
    g_autoptr(StoreIssue) old = input_stored_issue(ctl, args_word(args, 0), error);
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (old == NULL)
        return 1;
    if (!pipeline_correct(pipeline, old, args_word(args, 1), &options, &outcome, error)) {
        if (outcome.plan != NULL)
            input_say_reasons(outcome.plan->issue);
        return 1;
    }
    if (ctl->format == TABLE_JSON)
        print_json(old, &outcome);
    else
        print_text(ctl, old, &outcome);
    return 0;
}
