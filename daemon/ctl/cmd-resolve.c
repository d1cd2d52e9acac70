/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl resolve: who would get an issue, and what stands in the way. */
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/recipients.h"
#include "daemon/plan.h"

/* Takes over the issue; what a refused one says about its recipients is not looked at. */
static Plan *resolve(Ctl *ctl, Issue *issue, const char *date, GError **error)
{
    if (issue->verdict != ISSUE_REFUSED)
        return plan_resolve(ctl->config, ctl->store, issue, 0, date, error);
    input_say_reasons(issue);
    issue_free(issue);
    return NULL;
}

static void print_plan(const Plan *plan, TableFormat format)
{
    const PrintRun *run = plan->print_run;
    if (format == TABLE_JSON) {
        g_autofree char *json = resolution_to_json(plan->resolution, run->computed, run->declared);
        output_print("%s\n", json);
        return;
    }
    recipients_print(plan->resolution->recipients, format);
    if (format == TABLE_TEXT) {
        g_autofree char *words = print_run_words(run);
        output_print(_("\n印数：%s\n"), words);
    }
}

int cmd_resolve(Ctl *ctl, const Args *args, GError **error)
{
    const char *date;
    if (!args_day(args, "date", &date, error))
        return 2;
    Issue *issue = input_issue(ctl, args_word(args, 0), error);
    if (issue == NULL)
        return 1;
    g_autoptr(Plan) plan = resolve(ctl, issue, date, error);
    if (plan == NULL)
        return 1;
    print_plan(plan, ctl->format);
    input_say_reasons(plan->issue);
    recipients_say_unresolved(plan);
    return plan->resolution->unresolved->len > 0 || plan->issue->verdict != ISSUE_ISSUE ? 1 : 0;
}
