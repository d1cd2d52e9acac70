/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl release, hold: a clerk's decisions on one issue. */
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline.h"

int cmd_release(Ctl *ctl, const Args *args, GError **error)
{
    ReleaseOptions options = {ctl->who, args_get(args, "override"), args_has(args, "as-revision"),
                              args_has(args, "without-pdf")};
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
