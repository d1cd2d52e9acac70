/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl release, hold: a clerk's decisions on one issue. */
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/pipeline.h"

/* The time that was asked for. */
static gboolean read_time(const Args *args, ReleaseOptions *options, GError **error)
{
    const char *at = args_get(args, "at");
    options->at_once = args_has(args, "now");
    if (at == NULL)
        return TRUE;
    if (!options->at_once)
        return timing_parse(at, clock_now(), &options->at, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--at 和 --now 只能写一个"));
    return FALSE;
}

static void say_outcome(const Ctl *ctl, const char *label, const char *ref, const ReleaseOutcome *outcome)
{
    g_autofree char *time = timing_words(outcome->at);
    if (outcome->approved)
        output_print(_("%s 已由 %s 审核，待第二人放行：songfactl --as 姓名 release %s\n"), label, ctl->who, ref);
    else if (outcome->at > 0)
        output_print(_("%s 已放行，定于 %s 发出。在此之前可以停：songfactl hold %s 原因\n"), label, time, ref);
    else
        output_print(_("%s 已放行，%d 封邮件排队待发。\n"), label, outcome->queued);
}

int cmd_release(Ctl *ctl, const Args *args, GError **error)
{
    ReleaseOptions options = {.who = ctl->who, .override_reason = args_get(args, "override"),
                              .as_revision = args_has(args, "as-revision"),
                              .without_pdf = args_has(args, "without-pdf")};
    ReleaseOutcome outcome;
    if (!read_time(args, &options, error))
        return 2;
    if (options.override_reason != NULL && !input_reason(options.override_reason, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    g_autoptr(Pipeline) pipeline = pipeline_new(ctl->config, ctl->store);
    if (issue == NULL || !pipeline_release(pipeline, issue->id, &options, &outcome, error))
        return 1;
    g_autofree char *label = words_issue(issue);
    say_outcome(ctl, label, args_word(args, 0), &outcome);
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
