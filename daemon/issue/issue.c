/* SPDX-License-Identifier: GPL-3.0-or-later
 * Life and death of one issue, and the text of its distribution fields. */
#include "daemon/issue/issue.h"

static void reason_free(gpointer data)
{
    IssueReason *reason = data;
    g_free(reason->code);
    g_free(reason->message);
    g_free(reason);
}

void issue_item_free(IssueItem *item)
{
    if (item == NULL)
        return;
    g_free(item->section);
    g_free(item->heading);
    g_free(item->source);
    g_free(item->text);
    g_free(item);
}

static void item_free(gpointer data)
{
    issue_item_free(data);
}

static void field_free(gpointer data)
{
    IssueField *field = data;
    g_free(field->label);
    g_free(field->text);
    g_free(field);
}

Issue *issue_new(void)
{
    Issue *issue = g_new0(Issue, 1);
    issue->reasons = g_ptr_array_new_with_free_func(reason_free);
    issue->contents = g_ptr_array_new_with_free_func(g_free);
    issue->sections = g_ptr_array_new_with_free_func(g_free);
    issue->items = g_ptr_array_new_with_free_func(item_free);
    issue->distribution = g_ptr_array_new_with_free_func(field_free);
    issue->editors = g_ptr_array_new_with_free_func(g_free);
    issue->marks = g_ptr_array_new_with_free_func(g_free);
    return issue;
}

static void free_texts(Issue *issue)
{
    char *texts[] = {issue->series,   issue->title,      issue->office,    issue->date,
                     issue->headline, issue->supervisor, issue->publisher, issue->telephone,
                     issue->mailbox,  issue->keywords,   issue->signer,    issue->classification,
                     issue->format};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

static void free_lists(Issue *issue)
{
    GPtrArray *lists[] = {issue->reasons,      issue->contents, issue->sections, issue->items,
                          issue->distribution, issue->editors,  issue->marks};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
}

void issue_free(Issue *issue)
{
    if (issue == NULL)
        return;
    free_texts(issue);
    free_lists(issue);
    g_free(issue);
}

void issue_add_reason(Issue *issue, const char *code, const char *message)
{
    IssueReason *reason = g_new0(IssueReason, 1);
    reason->code = g_strdup(code);
    reason->message = g_strdup(message);
    g_ptr_array_add(issue->reasons, reason);
}

IssueItem *issue_item_new(void)
{
    return g_new0(IssueItem, 1);
}

IssueField *issue_field_new(const char *label, const char *text)
{
    IssueField *field = g_new0(IssueField, 1);
    field->label = g_strdup(label);
    field->text = g_strdup(text);
    return field;
}

char *issue_distribution_text(const Issue *issue)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < issue->distribution->len; i++) {
        const IssueField *field = g_ptr_array_index(issue->distribution, i);
        g_string_append_printf(text, "%s%s：%s", i > 0 ? "\n" : "", field->label, field->text);
    }
    return g_string_free(text, FALSE);
}
