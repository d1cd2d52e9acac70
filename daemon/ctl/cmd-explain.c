/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl explain: why this one gets an issue, or why not. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/plan-rows.h"
#include "daemon/plan.h"
#include "recipients/explain.h"
#include "recipients/lexicon.h"
#include "recipients/reason.h"

/* Whether the name is a link of a reason chain, "发：镇办 → 峡窝镇 → 收文邮箱": an alias, group, post, or a
 * person as the directory has them. */
static gboolean is_link(const Recipient *r, const char *name)
{
    for (guint i = 0; name != NULL && i < r->because->len; i++) {
        g_auto(GStrv) links = reason_links(r->because->pdata[i]);
        if (g_strv_contains((const char *const *)links, name))
            return TRUE;
    }
    return FALSE;
}

/* The one in charge of a unit may be titled by another post of his. */
static gboolean holds_post_of(const Directory *directory, const DirectoryUnit *unit, const Recipient *r)
{
    g_autoptr(GPtrArray) posts = unit != NULL ? directory_posts_of(directory, unit) : g_ptr_array_new();
    for (guint i = 0; i < posts->len; i++) {
        g_autofree char *title = directory_post_title(directory, posts->pdata[i]);
        if (is_link(r, title))
            return TRUE;
    }
    return FALSE;
}

/* Whether the term is the group, with 各 or a post of its members or not: 各街道办事处负责同志. */
static gboolean is_group(const char *term, const char *name)
{
    const char *bare = g_str_has_prefix(term, "各") ? term + strlen("各") : term;
    gsize length = strlen(name), whole = strlen(bare);
    LexPost post;
    return g_str_has_prefix(bare, name) &&
           (length == whole || lexicon_post(bare + length, whole - length, &post) == whole - length);
}

/* Whether a reason begins with the group: "发：各街道办事处负责同志 → 济源路街道党工委书记". */
static gboolean begins_with_group(const Directory *directory, const char *name, const Recipient *r)
{
    for (guint i = 0; directory_group(directory, name) != NULL && i < r->because->len; i++) {
        g_auto(GStrv) links = reason_links(r->because->pdata[i]);
        if (links[0] != NULL && is_group(links[0], name))
            return TRUE;
    }
    return FALSE;
}

/* Whether it is somebody of that name to whom it goes: 区委书记 周明远、区长 许文清. */
static gboolean is_named(const Recipient *r, const char *person)
{
    g_auto(GStrv) names = g_strsplit(r->name, "、", -1);
    for (char **who = names; person != NULL && *who != NULL; who++) {
        const char *blank = strrchr(*who, ' ');
        if (strcmp(blank != NULL ? blank + 1 : *who, person) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_wanted(const Directory *directory, const ExplainWanted *wanted, const Recipient *r)
{
    const char *const forms[] = {r->id, r->name, r->unit, r->address};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (g_strcmp0(forms[i], wanted->name) == 0)
            return TRUE;
    if (wanted->unit != NULL && directory_unit(directory, r->unit) == wanted->unit)
        return TRUE;
    g_autofree char *title = wanted->post != NULL ? directory_post_title(directory, wanted->post) : NULL;
    const char *person = wanted->person != NULL ? wanted->person->name : NULL;
    return is_link(r, wanted->name) || is_link(r, title) || is_link(r, person) ||
           holds_post_of(directory, wanted->unit, r) || begins_with_group(directory, wanted->name, r) ||
           is_named(r, person);
}

static void explain_received(const Recipient *r)
{
    if (r->channel == CHANNEL_EMAIL)
        output_print(_("%s 收到本期（邮件 %s）：\n"), r->name, r->address);
    else
        output_print(_("%s 收到本期（纸质）：\n"), r->name);
    for (guint b = 0; b < r->because->len; b++)
        output_print("  %s\n", (const char *)r->because->pdata[b]);
}

static guint explain_all_received(const Directory *directory, const ExplainWanted *wanted,
                                  const GPtrArray *recipients)
{
    guint found = 0;
    for (guint i = 0; i < recipients->len; i++)
        if (is_wanted(directory, wanted, recipients->pdata[i])) {
            explain_received(recipients->pdata[i]);
            found++;
        }
    return found;
}

static void print_lines(char **lines)
{
    for (char **line = lines; *line != NULL; line++)
        output_print("  %s\n", *line);
}

/* Why not at all, or (received) why not on every way. */
static void explain_against(const Plan *plan, const ExplainWanted *wanted, gboolean received)
{
    const Issue *issue = plan->issue;
    const Directory *directory = plan->basis->directory;
    g_autofree LineNames *names = resolve_names(directory, issue->series, issue->office);
    g_autoptr(LineReading) reading = line_read(plan->distribution, names);
    ExplainGround ground = {directory, reading, plan->resolution, issue->series, issue->office};
    g_auto(GStrv) lines =
        received ? explain_obstacles(&ground, wanted) : explain_absence(&ground, wanted);
    if (!received)
        output_print(_("%s 不收本期：\n"), wanted->name);
    print_lines(lines);
}

/* An issue that did not go out yet is told so first: what follows is what would happen. */
static void explain_state(const StoreIssue *row)
{
    if (row == NULL || row->released_at > 0)
        return;
    g_autofree char *reasons = words_reasons(row->reasons);
    output_print(_("本期%s，还没有发给任何人。\n%s"), words_issue_state(row->state), reasons);
}

/* date as in plan_basis_load(); a day that is asked for is answered by its directory, not by the record. */
static int explain(Ctl *ctl, const StoreIssue *row, Issue *issue, const char *name, const char *date, GError **error)
{
    gboolean frozen = row != NULL && row->planned_at > 0 && date == NULL;
    g_autoptr(Plan) plan =
        plan_resolve(ctl->config, ctl->store, issue, row != NULL ? row->id : 0, date, error);
    if (plan == NULL)
        return 3;
    const Directory *directory = plan->basis->directory;
    g_autoptr(GPtrArray) rows = frozen ? plan_rows_load(ctl->store, row->id, error) : NULL;
    if (frozen && rows == NULL)
        return 3;
    ExplainWanted wanted = explain_wanted(directory, name);
    explain_state(row);
    gboolean received =
        explain_all_received(directory, &wanted, frozen ? rows : plan->resolution->recipients) > 0;
    if (!received || !frozen)
        explain_against(plan, &wanted, received);
    return 0;
}

int cmd_explain(Ctl *ctl, const Args *args, GError **error)
{
    const char *ref = args_word(args, 0), *name = args_word(args, 1), *date;
    if (!args_day(args, "date", &date, error))
        return 2;
    if (*name == '\0') { /* paper recipients have an empty address */
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("要写明问的是谁：单位、职务、姓名、组或邮箱"));
        return 2;
    }
    if (g_file_test(ref, G_FILE_TEST_IS_REGULAR)) {
        Issue *issue = input_issue(ctl, ref, error);
        return issue != NULL ? explain(ctl, NULL, issue, name, date, error) : 1;
    }
    g_autoptr(StoreIssue) row = input_stored_issue(ctl, ref, error);
    Issue *issue = row != NULL ? input_issue_of_row(row, error) : NULL;
    return issue != NULL ? explain(ctl, row, issue, name, date, error) : 1;
}
