/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl resolve: who would get an issue, and what stands in the way. */
#include "daemon/base/i18n.h"
#include "daemon/ctl/caret.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/plan.h"

#define AT(field) G_STRUCT_OFFSET(Recipient, field)

static const char *channel_word(Channel channel)
{
    return channel == CHANNEL_EMAIL ? _("邮件") : _("纸质");
}

static void cell_channel(View *view, gconstpointer field)
{
    table_text(view->table, channel_word(*(const Channel *)field));
}

static void cell_because(View *view, gconstpointer field)
{
    const GPtrArray *because = *(GPtrArray *const *)field;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < because->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "；" : "", (const char *)because->pdata[i]);
    table_text(view->table, out->str);
}

static void print_recipients(const GPtrArray *recipients, TableFormat format)
{
    static const ViewColumn columns[] = {
        {"name", N_("收件人"), 40, VIEW_ALL, view_text, AT(name)},
        {"channel", N_("方式"), 0, VIEW_ALL, cell_channel, AT(channel)},
        {"address", N_("地址"), 40, VIEW_ALL, view_text, AT(address)},
        {"copies", N_("份数"), 0, VIEW_ALL, view_int, AT(copies)},
        {"because", N_("依据"), 0, VIEW_ALL, cell_because, AT(because)},
    };
    view_print(columns, G_N_ELEMENTS(columns), recipients, format, NULL);
}

static void say_unresolved(const Issue *issue, const Resolution *resolution)
{
    g_autofree char *text = issue_distribution_text(issue);
    for (guint i = 0; i < resolution->unresolved->len; i++) {
        const Unresolved *u = resolution->unresolved->pdata[i];
        g_autofree char *place = caret_lines(text, u->start, u->end, "    ");
        g_autofree char *near = g_strjoinv("、", u->suggestions);
        output_error("%s%s%s\n%s", u->message, *near != '\0' ? _("。相近的有：") : "", near, place);
    }
}

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
    print_recipients(plan->resolution->recipients, format);
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
    say_unresolved(plan->issue, plan->resolution);
    return plan->resolution->unresolved->len > 0 || plan->issue->verdict != ISSUE_ISSUE ? 1 : 0;
}
