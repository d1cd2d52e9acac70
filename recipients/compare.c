/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two lists of recipients held side by side: who is gone, who is new, what changed about the others,
 * and whether the text, a choice or the directory did it. */
#include "recipients/compare.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/compare-subject.h"
#include "recipients/compare-why.h"
#include "recipients/reason.h"

typedef struct {
    const CompareSides *sides;
    CompareSubjects *before, *middle, *now;
    GHashTable *heads_before, *heads_now;
    GPtrArray *changes;
} Comparison;

static void change_free(gpointer data)
{
    CompareChange *change = data;
    g_free(change->name);
    g_free(change->before);
    g_free(change->after);
    g_free(change->why);
    g_free(change);
}

static CompareChange *add_change(Comparison *comparison, CompareKind kind, const CompareSubject *subject,
                                 const char *before, const char *after)
{
    CompareChange *change = g_new0(CompareChange, 1);
    change->kind = kind;
    change->cause = COMPARE_BY_DIRECTORY;
    change->name = compare_subject_label(subject);
    change->before = g_strdup(before);
    change->after = g_strdup(after);
    g_ptr_array_add(comparison->changes, change);
    return change;
}

static void put_down_to(CompareChange *change, CompareCause cause, char *why)
{
    change->cause = cause;
    change->why = why;
}

/* Calls for every reason of the subject until one of them explains the change. */
typedef gboolean (*Explain)(const Comparison *comparison, const CompareHead *head, CompareChange *change);

static gboolean explain_by_heads(const Comparison *comparison, const CompareSubject *subject,
                                 Explain explain, CompareChange *change)
{
    for (guint r = 0; r < subject->recipients->len; r++) {
        const Recipient *recipient = subject->recipients->pdata[r];
        for (guint b = 0; b < recipient->because->len; b++) {
            g_auto(CompareHead) head = {0};
            compare_head_init(&head, recipient->because->pdata[b]);
            if (explain(comparison, &head, change))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_open(const Comparison *comparison, const char *term)
{
    const GPtrArray *open = comparison->sides->open;
    for (guint i = 0; open != NULL && i < open->len; i++)
        if (strcmp(((const Unresolved *)open->pdata[i])->text, term) == 0)
            return TRUE;
    return FALSE;
}

static gboolean chosen_otherwise(const Comparison *comparison, const CompareHead *head, CompareChange *change)
{
    if (head->chosen == NULL || compare_heads_have(comparison->heads_now, head, TRUE))
        return FALSE;
    if (is_open(comparison, head->term))
        put_down_to(change, COMPARE_BY_CHOICE, g_strdup_printf(_("“%s”尚未选定"), head->term));
    else if (compare_heads_have(comparison->heads_now, head, FALSE))
        put_down_to(change, COMPARE_BY_CHOICE, g_strdup_printf(_("“%s”另行选定，不再包括"), head->term));
    else
        return FALSE;
    return TRUE;
}

static gboolean chosen_anew(const Comparison *comparison, const CompareHead *head, CompareChange *change)
{
    if (head->chosen == NULL || compare_heads_have(comparison->heads_before, head, TRUE))
        return FALSE;
    put_down_to(change, COMPARE_BY_CHOICE, g_strdup_printf(_("“%s”%s"), head->term, head->chosen));
    return TRUE;
}

/* A term may be printed, with 各 or without, and reach nobody: all it names is excepted. */
static gboolean is_written(GHashTable *heads, const char *text, const CompareHead *head)
{
    const char *bare = g_str_has_prefix(head->term, "各") ? head->term + strlen("各") : head->term;
    return compare_heads_have(heads, head, FALSE) || strstr(text, bare) != NULL;
}

static gboolean written_no_more(const Comparison *comparison, const CompareHead *head, CompareChange *change)
{
    if (is_written(comparison->heads_now, comparison->sides->text_now, head))
        return FALSE;
    put_down_to(change, COMPARE_BY_TEXT, g_strdup_printf(_("本期发送范围不再写“%s”"), head->term));
    return TRUE;
}

static gboolean newly_written(const Comparison *comparison, const CompareHead *head, CompareChange *change)
{
    if (is_written(comparison->heads_before, comparison->sides->text_before, head))
        return FALSE;
    put_down_to(change, COMPARE_BY_TEXT, g_strdup_printf(_("本期发送范围新写到“%s”"), head->term));
    return TRUE;
}

static void removed(Comparison *comparison, const CompareSubject *subject)
{
    CompareChange *change = add_change(comparison, COMPARE_REMOVED, subject, "", "");
    if (explain_by_heads(comparison, subject, chosen_otherwise, change))
        return;
    if (compare_subject_find(comparison->middle, subject) == NULL)
        change->why = compare_why_removed(comparison->sides, subject, &change->change);
    else if (!explain_by_heads(comparison, subject, written_no_more, change))
        put_down_to(change, COMPARE_BY_TEXT, g_strdup(_("本期写明除外")));
}

static void added(Comparison *comparison, const CompareSubject *subject)
{
    CompareChange *change = add_change(comparison, COMPARE_ADDED, subject, "", "");
    if (explain_by_heads(comparison, subject, chosen_anew, change))
        return;
    if (compare_subject_find(comparison->middle, subject) != NULL)
        change->why = compare_why_added(comparison->sides, subject, &change->change);
    else if (!explain_by_heads(comparison, subject, newly_written, change))
        put_down_to(change, COMPARE_BY_TEXT, g_strdup(_("上期写明除外，本期没有")));
}

static void renamed(Comparison *comparison, const CompareSubject *before, const CompareSubject *now)
{
    if (strcmp(before->who, now->who) == 0)
        return;
    gboolean person = now->person != NULL;
    CompareChange *change = add_change(comparison, COMPARE_RENAMED, now, person ? before->title : before->name,
                                       person ? now->title : now->name);
    change->why = compare_why_renamed(comparison->sides, now, &change->change);
}

/* The subject's mail addresses that the other does not have. */
static GPtrArray *own_addresses(const CompareSubject *subject, const CompareSubject *other)
{
    GPtrArray *own = g_ptr_array_new();
    for (guint i = 0; i < subject->recipients->len; i++) {
        const Recipient *recipient = subject->recipients->pdata[i];
        gboolean shared = recipient->channel != CHANNEL_EMAIL;
        for (guint k = 0; !shared && k < other->recipients->len; k++)
            shared = g_ascii_strcasecmp(((const Recipient *)other->recipients->pdata[k])->address,
                                        recipient->address) == 0;
        if (!shared)
            g_ptr_array_add(own, recipient->address);
    }
    return own;
}

static void moved(Comparison *comparison, const CompareSubject *before, const CompareSubject *now)
{
    g_autoptr(GPtrArray) old = own_addresses(before, now), new = own_addresses(now, before);
    for (guint i = 0; i < MAX(old->len, new->len); i++) {
        const char *from = i < old->len ? old->pdata[i] : "", *to = i < new->len ? new->pdata[i] : "";
        CompareChange *change = add_change(comparison, COMPARE_ADDRESS, now, from, to);
        change->why = compare_why_address(comparison->sides, now, to, &change->change);
    }
}

static int copies_of(const CompareSubject *subject)
{
    int copies = 0;
    for (guint i = 0; subject != NULL && i < subject->recipients->len; i++) {
        const Recipient *recipient = subject->recipients->pdata[i];
        copies += recipient->channel == CHANNEL_PAPER ? recipient->copies : 0;
    }
    return copies;
}

static char *copies_words(int copies)
{
    return copies > 0 ? g_strdup_printf("%d", copies) : g_strdup("");
}

static gboolean says_copies(const CompareSubject *subject)
{
    for (guint r = 0; r < subject->recipients->len; r++) {
        const Recipient *recipient = subject->recipients->pdata[r];
        for (guint b = 0; b < recipient->because->len; b++)
            if (reason_says_copies(recipient->because->pdata[b]))
                return TRUE;
    }
    return FALSE;
}

static void recounted(Comparison *comparison, const CompareSubject *before, const CompareSubject *now)
{
    int old = copies_of(before), new = copies_of(now);
    if (old == new)
        return;
    g_autofree char *from = copies_words(old), *to = copies_words(new);
    CompareChange *change = add_change(comparison, COMPARE_COPIES, now, from, to);
    if (copies_of(compare_subject_find(comparison->middle, now)) == old)
        put_down_to(change, COMPARE_BY_TEXT,
                    g_strdup(says_copies(now) ? _("本期写明了份数") : _("本期没有写份数，按名录登记")));
    else
        change->why = compare_why_copies(comparison->sides, now, &change->change);
}

static void compare(Comparison *comparison)
{
    const GPtrArray *before = comparison->before->list, *now = comparison->now->list;
    for (guint i = 0; i < before->len; i++)
        if (compare_subject_find(comparison->now, before->pdata[i]) == NULL)
            removed(comparison, before->pdata[i]);
    for (guint i = 0; i < now->len; i++)
        if (compare_subject_find(comparison->before, now->pdata[i]) == NULL)
            added(comparison, now->pdata[i]);
    for (guint i = 0; i < now->len; i++) {
        const CompareSubject *old = compare_subject_find(comparison->before, now->pdata[i]);
        if (old == NULL)
            continue;
        renamed(comparison, old, now->pdata[i]);
        moved(comparison, old, now->pdata[i]);
        recounted(comparison, old, now->pdata[i]);
    }
}

GPtrArray *compare_recipients(const CompareSides *sides)
{
    g_autoptr(CompareSubjects) before = compare_subjects(sides->before, sides->here, sides->then);
    g_autoptr(CompareSubjects) middle = compare_subjects(sides->middle, sides->here, sides->then);
    g_autoptr(CompareSubjects) now = compare_subjects(sides->now, sides->here, sides->then);
    g_autoptr(GHashTable) heads_before = compare_heads(sides->before), heads_now = compare_heads(sides->now);
    Comparison comparison = {sides, before, middle, now, heads_before, heads_now,
                             g_ptr_array_new_with_free_func(change_free)};
    compare(&comparison);
    return comparison.changes;
}

char *compare_summary(const GPtrArray *changes)
{
    guint n[3] = {0};
    for (guint i = 0; i < changes->len; i++)
        n[MIN(((const CompareChange *)changes->pdata[i])->kind, COMPARE_RENAMED)]++;
    GString *words = g_string_new(NULL);
    if (n[COMPARE_ADDED] > 0)
        g_string_append_printf(words, "+%u", n[COMPARE_ADDED]);
    if (n[COMPARE_REMOVED] > 0)
        g_string_append_printf(words, "%s−%u", words->len > 0 ? " " : "", n[COMPARE_REMOVED]);
    if (n[COMPARE_RENAMED] > 0)
        g_string_append_printf(words, _("%s改 %u"), words->len > 0 ? "，" : "", n[COMPARE_RENAMED]);
    return g_string_free(words, FALSE);
}

/* 邮箱 a → b; 2 份 → 5 份; 副区长 → 区长. */
static char *step_words(const CompareChange *change)
{
    const char *before = *change->before != '\0' ? change->before : _("无");
    const char *after = *change->after != '\0' ? change->after : _("无");
    switch (change->kind) {
    case COMPARE_ADDRESS:
        return g_strdup_printf(_("邮箱 %s → %s，"), before, after);
    case COMPARE_COPIES:
        return g_strdup_printf(_("纸质份数 %s → %s，"), before, after);
    case COMPARE_RENAMED:
        return g_strdup_printf(_("%s → %s，"), before, after);
    case COMPARE_ADDED:
    case COMPARE_REMOVED:
        return g_strdup("");
    }
    g_return_val_if_reached(NULL);
}

char *compare_words(const CompareChange *change)
{
    static const char *const signs[] = {"+", "−", "~", "~", "~"};
    g_autofree char *step = step_words(change);
    return g_strdup_printf(_("%s %s：%s%s"), signs[change->kind], change->name, step, change->why);
}

const char *compare_kind_name(CompareKind kind)
{
    static const char *const names[] = {"added", "removed", "renamed", "address", "copies"};
    return names[kind];
}

const char *compare_cause_name(CompareCause cause)
{
    static const char *const names[] = {"text", "choice", "directory"};
    return names[cause];
}
