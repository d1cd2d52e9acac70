/* SPDX-License-Identifier: GPL-3.0-or-later
 * The record behind a difference, looked for where it is most telling first: tenure, stand-in, the
 * unit itself, then the groups and aliases the reason passes through. */
#include "recipients/compare-why.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/choose.h"
#include "recipients/compare-subject.h"
#include "recipients/reason.h"

typedef struct {
    const CompareSides *sides;
    const CompareSubject *subject;
    gint64 *change;
} Question;

typedef char *(*Answer)(const Question *question);

static gboolean holds(const char *from, const char *to, const char *day)
{
    return (*from == '\0' || strcmp(from, day) <= 0) && (*to == '\0' || strcmp(to, day) >= 0);
}

/* The words when they are there, and with them who wrote the record. */
static char *told(const Question *question, gint64 change, char *words)
{
    *question->change = change;
    return words;
}

static char *title_of(const Directory *directory, const DirectoryTenure *tenure)
{
    const DirectoryPost *post = directory_post_by_id(directory, tenure->post_id);
    return post != NULL ? directory_post_title(directory, post) : g_strdup("");
}

/* Of the person's tenures that hold on the day (or, ended, those that no longer do), the one of the
 * title, else the last to begin or end. */
static const DirectoryTenure *find_tenure(const Question *question, gboolean ended)
{
    const Directory *here = question->sides->here;
    const DirectoryTenure *found = NULL;
    gboolean found_titled = FALSE;
    for (guint i = 0; question->subject->person != NULL && i < here->tenures->len; i++) {
        const DirectoryTenure *tenure = here->tenures->pdata[i];
        gboolean over = *tenure->to != '\0' && strcmp(tenure->to, here->date) < 0;
        if (tenure->person_id != question->subject->person->id ||
            (ended ? !over : !holds(tenure->from, tenure->to, here->date)))
            continue;
        g_autofree char *title = title_of(here, tenure);
        gboolean titled = strcmp(title, question->subject->title) == 0;
        const char *day = ended ? tenure->to : tenure->from;
        if (found != NULL && (found_titled > titled ||
                              (found_titled == titled && strcmp(ended ? found->to : found->from, day) >= 0)))
            continue;
        found = tenure;
        found_titled = titled;
    }
    return found;
}

static char *left_post(const Question *question)
{
    const DirectoryTenure *tenure = find_tenure(question, TRUE);
    if (tenure == NULL)
        return NULL;
    gboolean late = strcmp(tenure->to, question->sides->then->date) < 0;
    return told(question, tenure->change,
                g_strdup_printf(late ? _("%s 离任（名录后来才登记）") : _("%s 离任"), tenure->to));
}

static char *took_post(const Question *question)
{
    const DirectoryTenure *tenure = find_tenure(question, FALSE);
    if (tenure == NULL || *tenure->from == '\0')
        return NULL;
    gboolean late = strcmp(tenure->from, question->sides->then->date) <= 0;
    if (late && directory_person(question->sides->then, question->subject->name) != NULL)
        return NULL;
    g_autofree char *title = title_of(question->sides->here, tenure);
    return told(question, tenure->change,
                g_strdup_printf(late ? _("%s 起任%s（名录后来才登记）") : _("%s 起任%s"), tenure->from, title));
}

/* A tenure without a first day says only that it is on record. */
static char *holds_post(const Question *question)
{
    const DirectoryTenure *tenure = find_tenure(question, FALSE);
    if (tenure == NULL)
        return NULL;
    g_autofree char *title = title_of(question->sides->here, tenure);
    return strcmp(title, question->subject->title) == 0
               ? told(question, tenure->change, g_strdup_printf(_("名录登记其任%s"), title))
               : NULL;
}

static const char *person_name(const Question *question, gint64 id)
{
    const DirectoryPerson *person = directory_person_by_id(question->sides->here, id);
    return person != NULL ? person->name : "";
}

/* A stand-in of, or for, the person that holds on one of the two days only. */
static char *stood_in(const Question *question)
{
    const CompareSides *sides = question->sides;
    const DirectoryPerson *person = question->subject->person;
    for (guint i = 0; person != NULL && i < sides->here->stand_ins->len; i++) {
        const DirectoryStandIn *each = sides->here->stand_ins->pdata[i];
        gboolean before = holds(each->from, each->to, sides->then->date);
        gboolean now = holds(each->from, each->to, sides->here->date);
        if (before == now || (each->person_id != person->id && each->stand_in_id != person->id))
            continue;
        const char *absent = person_name(question, each->person_id);
        const char *other = person_name(question, each->stand_in_id);
        return told(question, each->change,
                    now ? g_strdup_printf(_("%s 起由 %s 代 %s 收"), each->from, other, absent)
                        : g_strdup_printf(_("%s 代 %s 收，到 %s 为止"), other, absent, each->to));
    }
    return NULL;
}

/* 2026-03-01 起, or "" for a record that holds from the start. */
static char *since(const DirectoryRecord *record)
{
    return *record->valid_from != '\0' ? g_strdup_printf(_("%s 起"), record->valid_from) : g_strdup("");
}

static char *record_gone(const Question *question, const DirectoryRecord *then, const char *word)
{
    return told(question, then->change,
                *then->valid_to != '\0' ? g_strdup_printf(_("%s登记到 %s 为止"), word, then->valid_to)
                                        : g_strdup_printf(_("名录里已没有这个%s"), word));
}

static char *record_came(const Question *question, const DirectoryRecord *here, const char *word)
{
    g_autofree char *from = since(here);
    return told(question, here->change, g_strdup_printf(_("%s新登记的%s"), from, word));
}

static char *unit_changed(const Question *question)
{
    const CompareSides *sides = question->sides;
    const DirectoryUnit *unit = question->subject->unit;
    if (unit == NULL)
        return NULL;
    const DirectoryUnit *then = directory_unit_by_id(sides->then, unit->id);
    const DirectoryUnit *here = directory_unit_by_id(sides->here, unit->id);
    if (here == NULL)
        return record_gone(question, (const DirectoryRecord *)unit, _("单位"));
    g_autofree char *from = since((const DirectoryRecord *)here);
    if (then == NULL)
        return record_came(question, (const DirectoryRecord *)here, _("单位"));
    if (strcmp(then->kind, here->kind) != 0)
        return told(question, here->change, g_strdup_printf(_("%s单位的类别改了"), from));
    if (then->parent_id != here->parent_id)
        return told(question, here->change, g_strdup_printf(_("%s上级单位改了"), from));
    return NULL;
}

static char *person_changed(const Question *question)
{
    const DirectoryPerson *person = question->subject->person;
    if (person == NULL)
        return NULL;
    const DirectoryPerson *then = directory_person_by_id(question->sides->then, person->id);
    const DirectoryPerson *here = directory_person_by_id(question->sides->here, person->id);
    if (here == NULL)
        return record_gone(question, (const DirectoryRecord *)person, _("人员"));
    return then == NULL ? record_came(question, (const DirectoryRecord *)here, _("人员")) : NULL;
}

/* The words that stand in one list only. */
static char *only_in(char **list, char **other)
{
    g_autoptr(GPtrArray) only = g_ptr_array_new();
    for (char **word = list; word != NULL && *word != NULL; word++)
        if (other == NULL || !g_strv_contains((const char *const *)other, *word))
            g_ptr_array_add(only, *word);
    g_ptr_array_add(only, NULL);
    return choose_words((char *const *)only->pdata);
}

/* NULL when the members are the same; a record that is not there has no members. */
static char *members_changed(const Question *question, const char *name, const DirectoryRecord *then,
                             char **then_members, const DirectoryRecord *here, char **here_members)
{
    if ((then == NULL && here == NULL) ||
        (then != NULL && here != NULL &&
         g_strv_equal((const char *const *)then_members, (const char *const *)here_members)))
        return NULL;
    if (here == NULL || then == NULL) {
        g_autofree char *word = g_strdup_printf(_("组或别名“%s”"), name);
        return here == NULL ? record_gone(question, then, word) : record_came(question, here, word);
    }
    g_autofree char *added = only_in(here_members, then_members);
    g_autofree char *removed = only_in(then_members, here_members);
    g_autofree char *from = since(here);
    GString *words = g_string_new(NULL);
    g_string_append_printf(words, _("%s“%s”的成员改了"), from, name);
    if (*added != '\0')
        g_string_append_printf(words, _("，加上 %s"), added);
    if (*removed != '\0')
        g_string_append_printf(words, _("，去掉 %s"), removed);
    return told(question, here->change, g_string_free(words, FALSE));
}

/* The link as a group or alias, as printed or without 各. */
static char *link_changed(const Question *question, const char *link)
{
    const Directory *then = question->sides->then, *here = question->sides->here;
    const char *series = question->sides->series, *office = question->sides->office;
    const DirectoryAlias *old_alias = directory_alias(then, link, series, office);
    const DirectoryAlias *new_alias = directory_alias(here, link, series, office);
    char *words = members_changed(question, link, (const DirectoryRecord *)old_alias,
                                  old_alias != NULL ? old_alias->targets : NULL,
                                  (const DirectoryRecord *)new_alias,
                                  new_alias != NULL ? new_alias->targets : NULL);
    if (words != NULL)
        return words;
    const DirectoryGroup *old_group = directory_group(then, link), *new_group = directory_group(here, link);
    return members_changed(question, link, (const DirectoryRecord *)old_group,
                           old_group != NULL ? old_group->members : NULL,
                           (const DirectoryRecord *)new_group,
                           new_group != NULL ? new_group->members : NULL);
}

static char *group_changed(const Question *question)
{
    for (guint r = 0; r < question->subject->recipients->len; r++) {
        const Recipient *recipient = question->subject->recipients->pdata[r];
        for (guint b = 0; b < recipient->because->len; b++) {
            g_auto(GStrv) links = reason_links(recipient->because->pdata[b]);
            for (char **link = links; *link != NULL; link++) {
                const char *bare = g_str_has_prefix(*link, "各") ? *link + strlen("各") : *link;
                char *words = link_changed(question, *link);
                if (words == NULL && bare != *link)
                    words = link_changed(question, bare);
                if (words != NULL)
                    return words;
            }
        }
    }
    return NULL;
}

static char *directory_changed(const Question *question)
{
    return told(question, 0, g_strdup(_("名录有改动")));
}

/* The first of the answers that has something to say. */
static char *ask(const CompareSides *sides, const CompareSubject *subject, const Answer *answers,
                 gint64 *change)
{
    Question question = {sides, subject, change};
    char *words = NULL;
    for (const Answer *answer = answers; words == NULL; answer++)
        words = *answer != NULL ? (*answer)(&question) : directory_changed(&question);
    return words;
}

char *compare_why_removed(const CompareSides *sides, const CompareSubject *subject, gint64 *change)
{
    static const Answer answers[] = {stood_in, left_post, person_changed, unit_changed, group_changed, NULL};
    return ask(sides, subject, answers, change);
}

char *compare_why_added(const CompareSides *sides, const CompareSubject *subject, gint64 *change)
{
    static const Answer answers[] = {stood_in,   took_post,      unit_changed, group_changed,
                                     holds_post, person_changed, NULL};
    return ask(sides, subject, answers, change);
}

static char *name_changed(const Question *question)
{
    const DirectoryUnit *unit = question->subject->unit;
    if (unit == NULL)
        return NULL;
    g_autofree char *from = since((const DirectoryRecord *)unit);
    return told(question, unit->change, g_strdup_printf(_("%s改了名称"), from));
}

char *compare_why_renamed(const CompareSides *sides, const CompareSubject *subject, gint64 *change)
{
    static const Answer answers[] = {name_changed, took_post, left_post, NULL};
    return ask(sides, subject, answers, change);
}

static gboolean owns(const CompareSubject *subject, const DirectoryMailbox *mailbox)
{
    return (subject->unit != NULL && mailbox->owner_kind == OWNER_UNIT &&
            mailbox->owner_id == subject->unit->id) ||
           (subject->person != NULL && mailbox->owner_kind == OWNER_PERSON &&
            mailbox->owner_id == subject->person->id);
}

char *compare_why_address(const CompareSides *sides, const CompareSubject *subject, const char *address,
                          gint64 *change)
{
    Question question = {sides, subject, change};
    for (guint i = 0; i < sides->here->mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = sides->here->mailboxes->pdata[i];
        if (g_ascii_strcasecmp(mailbox->address, address) != 0)
            continue;
        g_autofree char *from = since((const DirectoryRecord *)mailbox);
        return told(&question, mailbox->change, g_strdup_printf(_("%s名录中这样登记"), from));
    }
    return directory_changed(&question);
}

char *compare_why_copies(const CompareSides *sides, const CompareSubject *subject, gint64 *change)
{
    Question question = {sides, subject, change};
    for (guint i = 0; i < sides->here->mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = sides->here->mailboxes->pdata[i];
        if ((mailbox->channel & CHANNEL_PAPER) == 0 || !owns(subject, mailbox))
            continue;
        g_autofree char *from = since((const DirectoryRecord *)mailbox);
        return told(&question, mailbox->change, g_strdup_printf(_("%s名录登记的份数是 %d"), from, mailbox->copies));
    }
    return directory_changed(&question);
}
