/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl pause, resume, cancel: what a clerk stops at once, by issue, recipient or relay; and
 * release-store. */
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline.h"
#include "daemon/store/identity.h"
#include "daemon/store/stops.h"

/* What the words of the command are about: an issue, a recipient (in that issue or all), or a relay. */
typedef struct {
    StoreIssue *issue;
    char *recipient;
    const char *relay;
    StoreStop stop;
} Target;

static void target_clear(Target *target)
{
    store_issue_free(target->issue);
    g_free(target->recipient);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

static gboolean check_usage(const Args *args, gboolean needs_reason, GError **error)
{
    gboolean relay = args_has(args, "relay"), recipient = args_has(args, "recipient"), issue = args_count(args) > 0;
    if ((relay && (recipient || issue)) || !(relay || recipient || issue))
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("请写明期次、--recipient 收件人（可加期次）、--relay 中继三者之一"));
    else
        return !needs_reason || input_reason(args_get(args, "reason"), error);
    return FALSE;
}

static gboolean check_relay(const Ctl *ctl, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < ctl->config->relays->len; i++) {
        const RelaySettings *relay = g_ptr_array_index(ctl->config->relays, i);
        if (g_strcmp0(relay->name, name) == 0)
            return TRUE;
        g_ptr_array_add(names, relay->name);
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv("、", (char **)names->pdata);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("配置里没有中继“%s”；有的是：%s"), name, list);
    return FALSE;
}

/* The target, empty and error when it cannot be found. */
static gboolean find(Ctl *ctl, const Args *args, Target *target, GError **error)
{
    const char *issue = args_word(args, 0), *recipient = args_get(args, "recipient");
    target->stop = (StoreStop){.who = ctl->who, .reason = args_get(args, "reason"), .now = clock_now()};
    target->relay = args_get(args, "relay");
    if (target->relay != NULL)
        return check_relay(ctl, target->relay, error);
    if (issue != NULL && (target->issue = input_stored_issue(ctl, issue, error)) == NULL)
        return FALSE;
    if (recipient == NULL)
        return TRUE;
    target->recipient =
        store_stop_recipient(ctl->store, target->issue != NULL ? target->issue->id : 0, recipient, error);
    return target->recipient != NULL;
}

static gint64 issue_id(const Target *target)
{
    return target->issue != NULL ? target->issue->id : 0;
}

int cmd_pause(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Target) target = {0};
    int n = 0;
    if (!check_usage(args, TRUE, error))
        return 2;
    if (!find(ctl, args, &target, error))
        return 1;
    if (target.relay != NULL) {
        if (!store_stop_pause_relay(ctl->store, target.relay, &target.stop, error))
            return 1;
        output_print(_("中继 %s 已停用，正在传的这一封除外。恢复：songfactl resume --relay %s\n"), target.relay, target.relay);
        return 0;
    }
    if (target.recipient != NULL) {
        if (!store_stop_pause_recipient(ctl->store, issue_id(&target), target.recipient, &target.stop, &n, error))
            return 1;
        output_print(_("收件人 %s 已暂停：排队的 %d 封不再等待发送，已取出还没开始传的也不发。\n"), target.recipient, n);
        return 0;
    }
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (!pipeline_hold(pipeline, target.issue->id, ctl->who, target.stop.reason, error))
        return 1;
    g_autofree char *label = words_issue(target.issue);
    output_print(_("%s 已暂停。恢复：songfactl resume %s\n"), label, args_word(args, 0));
    return 0;
}

/* What was never released is not resumed: that is a decision of its own. */
static int resume_issue(Ctl *ctl, const Target *target, GError **error)
{
    ReleaseOptions options = {.who = ctl->who};
    ReleaseOutcome outcome = {0};
    if (target->issue->released_at == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("这一期还没有放行过，谈不上恢复；放行请用 songfactl release"));
        return 1;
    }
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (!pipeline_release(pipeline, target->issue->id, &options, &outcome, error))
        return 1;
    g_autofree char *label = words_issue(target->issue);
    output_print(_("%s 已恢复，%d 封邮件排队待发。\n"), label, outcome.queued);
    return 0;
}

int cmd_resume(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Target) target = {0};
    int n = 0;
    if (!check_usage(args, FALSE, error))
        return 2;
    if (!find(ctl, args, &target, error))
        return 1;
    if (target.relay == NULL && target.recipient == NULL)
        return resume_issue(ctl, &target, error);
    if (target.relay != NULL) {
        if (!store_stop_resume_relay(ctl->store, target.relay, &target.stop, error))
            return 1;
        output_print(_("中继 %s 已恢复。\n"), target.relay);
        return 0;
    }
    if (!store_stop_resume_recipient(ctl->store, issue_id(&target), target.recipient, &target.stop, &n, error))
        return 1;
    output_print(_("收件人 %s 已恢复，%d 封邮件排队待发。\n"), target.recipient, n);
    return 0;
}

int cmd_cancel(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Target) target = {0};
    int n = 0;
    gboolean good;
    if (!check_usage(args, TRUE, error))
        return 2;
    if (!find(ctl, args, &target, error))
        return 1;
    if (target.relay != NULL)
        good = store_stop_cancel_relay(ctl->store, target.relay, &target.stop, &n, error);
    else if (target.recipient != NULL)
        good = store_stop_cancel_recipient(ctl->store, issue_id(&target), target.recipient, &target.stop, &n, error);
    else
        good = store_stop_cancel_issue(ctl->store, target.issue->id, &target.stop, &n, error);
    if (good)
        output_print(_("%d 封不再发送；正在传的以结果为准。\n"), n);
    return good ? 0 : 1;
}

int cmd_release_store(Ctl *ctl, const Args *args, GError **error)
{
    const char *reason = args_get(args, "reason");
    int n = 0;
    if (!input_reason(reason, error))
        return 2;
    if (!store_identity_release(ctl->store, ctl->who, reason, args_has(args, "doubt"), &n, error))
        return 1;
    output_print(_("数据库已放行。"));
    if (n > 0)
        output_print(_("%d 封等待中的改为结果不明，核实后用 songfactl resend 补发。"), n);
    output_print("\n");
    return 0;
}
