/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl directory check: what is amiss in the directory, by what it would do to an issue. */
#include <inttypes.h>

#include "daemon/base/clock.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/flag-words.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/issue/issue.h"
#include "daemon/store/choices.h"
#include "daemon/store/directory.h"
#include "daemon/store/issues.h"
#include "recipients/directory-check.h"

#define SHOWN 20 /* findings of one rule on a terminal, without --all */
#define NAME_WIDTH 36
#define YEAR (366 * 24 * 3600 * CLOCK_SECOND)

/* The distribution texts of the issues of the last year. */
static GPtrArray *printed_texts(Store *store, GError **error)
{
    g_autoptr(GPtrArray) issues = store_issue_list(store, NULL, 0, error);
    if (issues == NULL)
        return NULL;
    GPtrArray *texts = g_ptr_array_new_null_terminated(issues->len, g_free, TRUE);
    for (guint i = 0; i < issues->len; i++) {
        const StoreIssue *row = issues->pdata[i];
        g_autoptr(Issue) issue = row->json != NULL && row->seen_at >= clock_now() - YEAR
                                     ? issue_from_json(row->json, NULL) : NULL;
        if (issue != NULL)
            g_ptr_array_add(texts, issue_distribution_text(issue));
    }
    return texts;
}

/* Those of all series together. */
static GPtrArray *internal_domains(const Config *config)
{
    GPtrArray *domains = g_ptr_array_new_null_terminated(4, NULL, TRUE);
    for (guint i = 0; i < config->series->len; i++)
        for (char **domain = ((const ConfigSeries *)config->series->pdata[i])->internal_domains; *domain != NULL; domain++)
            g_ptr_array_add(domains, *domain);
    return domains;
}

/* The members that are remembered for any series, lent by kept. */
static GPtrArray *chosen_members(Ctl *ctl, GPtrArray *kept, GError **error)
{
    g_autoptr(GPtrArray) members = g_ptr_array_new_null_terminated(8, NULL, TRUE);
    for (guint i = 0; i < ctl->config->series->len; i++) {
        const ConfigSeries *series = ctl->config->series->pdata[i];
        GPtrArray *choices = store_choice_list(ctl->store, 0, series->key, error);
        if (choices == NULL)
            return NULL;
        g_ptr_array_add(kept, choices);
        for (guint c = 0; c < choices->len; c++)
            for (char **member = ((const StoreChoice *)choices->pdata[c])->members; *member != NULL; member++)
                g_ptr_array_add(members, *member);
    }
    return g_steal_pointer(&members);
}

static GPtrArray *findings_on(Ctl *ctl, const Directory *directory, GError **error)
{
    g_autoptr(GPtrArray) texts = printed_texts(ctl->store, error);
    g_autoptr(GPtrArray) domains = internal_domains(ctl->config);
    g_autoptr(GHashTable) flagged = texts != NULL ? flag_words_load(ctl->store, error) : NULL;
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) chosen = flagged != NULL ? chosen_members(ctl, kept, error) : NULL;
    if (chosen == NULL)
        return NULL;
    DirectoryCheckOptions options = {
        .internal_domains = domains->len > 0 ? (const char *const *)domains->pdata : NULL,
        .chosen = chosen->len > 0 ? (const char *const *)chosen->pdata : NULL,
        .texts = texts->len > 0 ? (const char *const *)texts->pdata : NULL,
        .flagged = flagged};
    return directory_check(directory, &options);
}

static const DirectoryFinding *at(const GPtrArray *findings, guint i)
{
    return findings->pdata[i];
}

/* ---- for programs ---- */

static const DirectoryCheckRule *rule_at(gconstpointer record)
{
    return ((const DirectoryFinding *)record)->rule;
}

static void cell_weight(View *view, gconstpointer record)
{
    DirectoryCheckWeight weight = rule_at(record)->weight;
    table_text(view->table, view->format == TABLE_JSON ? directory_check_weight_code(weight)
                                                       : directory_check_weight_word(weight));
}

static void cell_code(View *view, gconstpointer record)
{
    table_text(view->table, rule_at(record)->code);
}

static void cell_heading(View *view, gconstpointer record)
{
    table_text(view->table, _(rule_at(record)->heading));
}

static void cell_advice(View *view, gconstpointer record)
{
    table_text(view->table, _(rule_at(record)->advice));
}

static void cell_kind(View *view, gconstpointer record)
{
    const DirectoryKind *kind = ((const DirectoryFinding *)record)->kind;
    table_text(view->table, view->format == TABLE_JSON ? kind->name : _(kind->word));
}

#define AT(field) G_STRUCT_OFFSET(DirectoryFinding, field)

static const ViewColumn columns[] = {
    {"weight", N_("轻重"), 0, VIEW_ALL, cell_weight, 0},
    {"code", N_("代码"), 0, VIEW_JSON, cell_code, 0},
    {"found", N_("问题"), 0, VIEW_ALL, cell_heading, 0},
    {"kind", N_("表"), 0, VIEW_ALL, cell_kind, 0},
    {"id", N_("编号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"name", N_("名称"), 0, VIEW_ALL, view_text, AT(name)},
    {"detail", N_("说明"), 0, VIEW_ALL, view_text, AT(detail)},
    {"advice", N_("怎么办"), 0, VIEW_ALL, cell_advice, 0},
};

/* ---- for people ---- */

static void print_finding(const DirectoryFinding *finding)
{
    if (*finding->detail == '\0')
        output_print("    %s\n", finding->name);
    else
        output_print("    %s%*s  %s\n", finding->name, MAX(0, NAME_WIDTH - han_width(finding->name)), "", finding->detail);
}

/* The findings of one rule, from i up to end. */
static void print_rule(const GPtrArray *findings, guint i, guint end, gboolean all)
{
    const DirectoryCheckRule *rule = at(findings, i)->rule;
    guint shown = all ? end : rule->counted ? i : MIN(end, i + SHOWN);
    output_print(_("\n[%s] %s（%u）\n  %s\n"), directory_check_weight_word(rule->weight), _(rule->heading), end - i,
                 _(rule->advice));
    for (guint n = i; n < shown; n++)
        print_finding(at(findings, n));
    if (shown == i)
        output_text(_("    列出：songfactl directory check --all\n"));
    else if (shown < end)
        output_print(_("    另有 %u 处，全部：songfactl directory check --all\n"), end - shown);
}

static void print_report(const GPtrArray *findings, const Directory *directory, const guint *counts, gboolean all)
{
    output_print(_("%s 的名录：会卡住发送 %u 处，请留意 %u 处，供参考 %u 处。\n"), directory->date, counts[CHECK_STOPS],
                 counts[CHECK_WARNS], counts[CHECK_TELLS]);
    for (guint i = 0, end; i < findings->len; i = end) {
        for (end = i + 1; end < findings->len && at(findings, end)->rule == at(findings, i)->rule;)
            end++;
        print_rule(findings, i, end, all);
    }
}

int cmd_directory_check(Ctl *ctl, const Args *args, GError **error)
{
    const char *date;
    guint counts[CHECK_TELLS + 1] = {0};
    if (!args_day(args, "date", &date, error))
        return 2;
    g_autoptr(Directory) directory = store_directory_load(ctl->store, date, NULL, error);
    g_autoptr(GPtrArray) findings = directory != NULL ? findings_on(ctl, directory, error) : NULL;
    if (findings == NULL)
        return 3;
    for (guint i = 0; i < findings->len; i++)
        counts[at(findings, i)->rule->weight]++;
    if (ctl->format == TABLE_TEXT)
        print_report(findings, directory, counts, args_has(args, "all"));
    else
        view_print(columns, G_N_ELEMENTS(columns), findings, ctl->format, NULL);
    return counts[CHECK_STOPS] > 0 ? 1 : 0;
}
