/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sides of a comparison brought together: rows, texts and directories of two issues. */
#include "daemon/plan-compare.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/plan-rows.h"
#include "daemon/store/directory.h"

void plan_comparison_free(PlanComparison *comparison)
{
    if (comparison == NULL)
        return;
    store_issue_free(comparison->previous);
    g_clear_pointer(&comparison->changes, g_ptr_array_unref);
    g_free(comparison);
}

static StoreIssue *find_previous(Store *store, const Plan *plan, GError **error)
{
    const Issue *issue = plan->issue;
    StoreIssue like = {.series = issue->series, .identity = plan->identity, .date = issue->date,
                       .number = issue->number, .total_number = issue->total_number,
                       .supplement = issue->supplement};
    return plan->identity != NULL ? store_issue_previous(store, &like, error) : NULL;
}

static GPtrArray *compare(Store *store, const Plan *plan, const StoreIssue *previous, const Issue *text,
                          const GPtrArray *now, GError **error)
{
    const char *day = previous->directory_day != NULL ? previous->directory_day : previous->date;
    g_autofree char *text_before = issue_distribution_text(text);
    g_autoptr(Directory) then = store_directory_load(store, day, NULL, error);
    g_autoptr(GPtrArray) before = plan_rows_load(store, previous->id, error);
    if (then == NULL || before == NULL)
        return NULL;
    g_autoptr(Resolution) middle =
        plan_basis_resolve_other(plan->basis, store, previous->id, plan->series, text, error);
    if (middle == NULL)
        return NULL;
    CompareSides sides = {
        .before = before,
        .middle = middle->recipients,
        .now = now != NULL ? now : plan->resolution->recipients,
        .open = plan->resolution->unresolved,
        .text_before = text_before,
        .text_now = plan->distribution,
        .then = then,
        .here = plan->basis->directory,
        .series = plan->issue->series,
        .office = plan->issue->office,
    };
    return compare_recipients(&sides);
}

PlanComparison *plan_compare_previous(Store *store, const Plan *plan, const GPtrArray *now,
                                      GError **error)
{
    GError *failure = NULL;
    g_autoptr(PlanComparison) comparison = g_new0(PlanComparison, 1);
    comparison->previous = find_previous(store, plan, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return NULL;
    }
    if (comparison->previous == NULL) {
        comparison->changes = g_ptr_array_new();
        return g_steal_pointer(&comparison);
    }
    g_autoptr(Issue) text = issue_from_json(comparison->previous->json, error);
    if (text == NULL)
        return NULL;
    comparison->changes = compare(store, plan, comparison->previous, text, now, error);
    return comparison->changes != NULL ? g_steal_pointer(&comparison) : NULL;
}

static gboolean is_same_recipient(const Recipient *a, const Recipient *b)
{
    return strcmp(a->id, b->id) == 0 && a->channel == b->channel && a->copies == b->copies &&
           strcmp(a->name, b->name) == 0 && strcmp(a->salutation, b->salutation) == 0 &&
           strcmp(a->unit, b->unit) == 0;
}

static gboolean are_same(const GPtrArray *before, const GPtrArray *now)
{
    gboolean same = before->len == now->len;
    for (guint i = 0; same && i < now->len; i++)
        same = is_same_recipient(before->pdata[i], now->pdata[i]);
    return same;
}

/* Both of this issue, so one directory and one text stand behind both sides. */
static void add_recipients(const Plan *plan, const GPtrArray *before, GPtrArray *lines)
{
    if (are_same(before, plan->resolution->recipients))
        return;
    CompareSides sides = {
        .before = before,
        .middle = plan->resolution->recipients,
        .now = plan->resolution->recipients,
        .open = plan->resolution->unresolved,
        .text_before = plan->distribution,
        .text_now = plan->distribution,
        .then = plan->basis->directory,
        .here = plan->basis->directory,
        .series = plan->issue->series,
        .office = plan->issue->office,
    };
    g_autoptr(GPtrArray) changes = compare_recipients(&sides);
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(lines, compare_words(changes->pdata[i]));
    if (changes->len == 0)
        g_ptr_array_add(lines, g_strdup(_("收件人的名称、称呼或顺序有改动")));
}

static gboolean add_print_run(Store *store, const Plan *plan, gint64 issue_id, GPtrArray *lines,
                              GError **error)
{
    StorePrintRun run = {0};
    GError *failure = NULL;
    if (!store_print_run_get(store, issue_id, &run, &failure) && failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (run.computed != plan->print_run->computed)
        g_ptr_array_add(lines, g_strdup_printf(_("应印份数 %d → %d"), run.computed, plan->print_run->computed));
    return TRUE;
}

static gboolean add_mail(Store *store, const Plan *plan, gint64 issue_id, GPtrArray *lines, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreMail) mail = store_mail_of_issue(store, issue_id, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (mail == NULL || strcmp(mail->subject, plan->rendered->subject) != 0 ||
        strcmp(mail->text, plan->rendered->text) != 0 || g_strcmp0(mail->html, plan->rendered->html) != 0)
        g_ptr_array_add(lines, g_strdup(_("邮件的内容有改动（模板或刊物设置改了）")));
    return TRUE;
}

char **plan_compare_recorded(Store *store, const Plan *plan, gint64 issue_id, GError **error)
{
    g_autoptr(GPtrArray) before = plan_rows_load(store, issue_id, error);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    if (before == NULL)
        return NULL;
    add_recipients(plan, before, lines);
    if (!add_print_run(store, plan, issue_id, lines, error) ||
        (plan->rendered != NULL && !add_mail(store, plan, issue_id, lines, error)))
        return NULL;
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}
