/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sides of a comparison brought together: rows, texts and directories of two issues. */
#include "daemon/plan-compare.h"

#include <string.h>

#include "daemon/base/clock.h"
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

/* Tells who changed the directory, and when: "（2026-03-05 由 张三 改）"; and where no record tells what
 * they did, in their words. */
static void add_author(CompareChange *change, const StoreDirectoryEntry *entry)
{
    g_autofree char *day = clock_date(entry->at), *why = change->why;
    gboolean untold = change->change == 0 && *entry->words != '\0';
    change->why = untold ? g_strdup_printf(_("%s：%s（%s 由 %s 改）"), why, entry->words, day, entry->who)
                         : g_strdup_printf(_("%s（%s 由 %s 改）"), why, day, entry->who);
    change->change = entry->number;
}

/* The newest change of the record called so, else of one whose name speaks of it (its mailbox, its
 * tenure); 0 = none. */
static gint64 change_about(const CompareChange *change, const GPtrArray *rows)
{
    const char *bracket = strstr(change->name, "（");
    g_autofree char *name =
        g_strndup(change->name, bracket != NULL ? (gsize)(bracket - change->name) : strlen(change->name));
    gint64 about = 0;
    for (guint i = 0; i < rows->len; i++) {
        const StoreDirectoryRow *row = rows->pdata[i];
        const char *colon = strchr(row->subject, ':');
        if (colon != NULL && strcmp(colon + 1, name) == 0)
            return row->number;
        if (about == 0 && strstr(row->subject, name) != NULL)
            about = row->number;
    }
    return about;
}

static const StoreDirectoryEntry *entry_of(const GPtrArray *entries, gint64 number)
{
    for (guint i = 0; i < entries->len; i++)
        if (((const StoreDirectoryEntry *)entries->pdata[i])->number == number)
            return entries->pdata[i];
    return NULL;
}

/* What the directory did since that time; a record that is no more is found by its name. */
static gboolean add_authors(Store *store, gint64 since, const GPtrArray *changes, GError **error)
{
    StoreDirectoryFilter filter = {.since = since};
    if (changes->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) entries = store_directory_history(store, &filter, error);
    g_autoptr(GPtrArray) rows = entries != NULL ? store_directory_rows(store, &filter, error) : NULL;
    for (guint i = 0; rows != NULL && i < changes->len; i++) {
        CompareChange *change = changes->pdata[i];
        if (change->cause != COMPARE_BY_DIRECTORY)
            continue;
        gint64 number = change->change > 0 ? change->change : change_about(change, rows);
        const StoreDirectoryEntry *entry = entry_of(entries, number);
        if (entry != NULL)
            add_author(change, entry);
    }
    return rows != NULL;
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
    g_autoptr(GPtrArray) changes = compare_recipients(&sides);
    return add_authors(store, previous->planned_at, changes, error) ? g_steal_pointer(&changes) : NULL;
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
static gboolean add_recipients(Store *store, const Plan *plan, const StoreIssue *row,
                               const GPtrArray *before, GPtrArray *lines, GError **error)
{
    if (are_same(before, plan->resolution->recipients))
        return TRUE;
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
    if (!add_authors(store, row->planned_at, changes, error))
        return FALSE;
    for (guint i = 0; i < changes->len; i++)
        g_ptr_array_add(lines, compare_words(changes->pdata[i]));
    if (changes->len == 0)
        g_ptr_array_add(lines, g_strdup(_("收件人的名称、称呼或顺序有改动")));
    return TRUE;
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

static void add_unresolved(const Plan *plan, GPtrArray *lines)
{
    const GPtrArray *unresolved = plan->resolution->unresolved;
    for (guint i = 0; i < unresolved->len; i++)
        g_ptr_array_add(lines, g_strdup_printf(_("现在没有着落：%s"),
                                               ((const Unresolved *)unresolved->pdata[i])->message));
}

char **plan_compare_recorded(Store *store, const Plan *plan, const StoreIssue *row, GError **error)
{
    g_autoptr(GPtrArray) before = plan_rows_load(store, row->id, error);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    if (before == NULL || !add_recipients(store, plan, row, before, lines, error) ||
        !add_print_run(store, plan, row->id, lines, error) ||
        (plan->rendered != NULL && !add_mail(store, plan, row->id, lines, error)))
        return NULL;
    add_unresolved(plan, lines);
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}
