/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl release, hold, resend: a clerk's decisions on one issue. */
#include <jansson.h>

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline.h"
#include "daemon/store/audit.h"
#include "daemon/store/deliveries.h"

int cmd_release(Ctl *ctl, const Args *args, GError **error)
{
    ReleaseOptions options = {ctl->who, args_get(args, "override"), args_has(args, "as-revision")};
    ReleaseOutcome outcome;
    if (options.override_reason != NULL && !input_reason(options.override_reason, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (issue == NULL || !pipeline_release(pipeline, issue->id, &options, &outcome, error))
        return 1;
    g_autofree char *label = words_issue(issue);
    if (outcome.approved)
        output_print(_("%s 已由 %s 审核，待第二人放行：songfactl --as 姓名 release %s\n"), label, ctl->who,
                     args_word(args, 0));
    else
        output_print(_("%s 已放行，%d 封邮件排队待发。\n"), label, outcome.queued);
    return 0;
}

int cmd_hold(Ctl *ctl, const Args *args, GError **error)
{
    const char *reason = args_word(args, 1);
    if (!input_reason(reason, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (issue == NULL || !pipeline_hold(pipeline, issue->id, ctl->who, reason, error))
        return 1;
    g_autofree char *label = words_issue(issue);
    output_print(_("%s 已停发，待处理。恢复：songfactl release %s\n"), label, args_word(args, 0));
    return 0;
}

/* The new rows and the word on them are one change. */
static gboolean resend(Ctl *ctl, const StoreIssue *issue, const char *recipient, const char *address,
                       const char *reason, int *n, GError **error)
{
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, issue->id);
    json_t *after = json_pack("{s:s?,s:s?,s:s}", "recipient", recipient, "address", address, "reason", reason);
    g_autofree char *text = json_dumps(after, JSON_COMPACT);
    json_decref(after);
    if (!store_begin(ctl->store, error))
        return FALSE;
    gboolean good =
        store_delivery_resend(ctl->store, issue->id, recipient, address, reason, clock_now(), n, error) &&
        (*n == 0 || store_audit_add(ctl->store, ctl->who, "issue.resend", subject, NULL, text, error));
    return store_end(ctl->store, good, error);
}

/* A new address is held to the same rules as those of the directory. */
static gboolean check_new_address(Ctl *ctl, const StoreIssue *issue, const char *recipient,
                                  const char *address, GError **error)
{
    if (address == NULL)
        return TRUE;
    if (recipient == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--address 须与 --recipient 同用：写明是谁的新地址。"));
        return FALSE;
    }
    if (!address_check(address, error))
        return FALSE;
    const ConfigSeries *series = issue->series != NULL ? config_series(ctl->config, issue->series) : NULL;
    if (!issue->restricted ||
        (series != NULL && address_is_internal(address, (const char *const *)series->internal_domains)))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("本期标有“内部资料”等字样，只能发往内部邮箱；%s 不在该刊物的 internal_domains 中。"), address);
    return FALSE;
}

int cmd_resend(Ctl *ctl, const Args *args, GError **error)
{
    const char *recipient = args_get(args, "recipient"), *reason = args_get(args, "reason");
    const char *address = args_get(args, "address");
    int n = 0;
    if (!input_reason(reason, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL || !check_new_address(ctl, issue, recipient, address, error) ||
        !resend(ctl, issue, recipient, address, reason, &n, error))
        return 1;
    if (n == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有可以补发的邮件：只补发结果不明、被拒的，或用 --recipient 指明的已受理的。"
                      "看各封结果：songfactl log --issue %s"),
                    args_word(args, 0));
        return 1;
    }
    output_print(_("%d 封邮件排队补发。\n"), n);
    return 0;
}
