/* SPDX-License-Identifier: GPL-3.0-or-later
 * Subjects of a comparison, and what their reasons say. */
#include "recipients/compare-subject.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/reason.h"

static void subject_free(gpointer data)
{
    CompareSubject *subject = data;
    g_free(subject->identity);
    g_free(subject->who);
    g_free(subject->title);
    g_ptr_array_unref(subject->recipients);
    g_free(subject);
}

/* The reasons name a person as the directory does, with the bracket that parts namesakes. */
static const DirectoryPerson *person_of(const CompareSubject *subject, const Recipient *recipient,
                                        const Directory *directory)
{
    for (guint b = 0; b < recipient->because->len; b++) {
        g_auto(GStrv) links = reason_links(recipient->because->pdata[b]);
        for (char **link = links; *link != NULL; link++) {
            const DirectoryPerson *person = directory_person(directory, *link);
            g_autofree char *called = person != NULL ? directory_person_called(person) : NULL;
            if (g_strcmp0(called, subject->name) == 0)
                return person;
        }
    }
    return directory_person(directory, subject->name);
}

static gboolean find_record(CompareSubject *subject, const Recipient *recipient, const Directory *directory)
{
    if (*subject->title == '\0')
        subject->unit = directory_unit(directory, subject->name);
    if (subject->unit == NULL)
        subject->person = person_of(subject, recipient, directory);
    return subject->unit != NULL || subject->person != NULL;
}

/* 副区长 王某: the title ends at the last blank. */
static CompareSubject *subject_new(const char *who, const Recipient *recipient, const Directory *here,
                                   const Directory *then)
{
    CompareSubject *subject = g_new0(CompareSubject, 1);
    subject->who = g_strdup(who);
    const char *blank = strrchr(subject->who, ' ');
    subject->title = g_strndup(who, blank != NULL ? (gsize)(blank - subject->who) : 0);
    subject->name = blank != NULL ? blank + 1 : subject->who;
    subject->recipients = g_ptr_array_new();
    if (!find_record(subject, recipient, here))
        find_record(subject, recipient, then);
    subject->identity =
        subject->unit != NULL     ? g_strdup_printf("unit:%" G_GINT64_FORMAT, subject->unit->id)
        : subject->person != NULL ? g_strdup_printf("person:%" G_GINT64_FORMAT, subject->person->id)
                                  : g_strdup(who);
    return subject;
}

/* The one of that identity; the subject is taken. */
static CompareSubject *keep(CompareSubjects *subjects, CompareSubject *subject)
{
    CompareSubject *known = g_hash_table_lookup(subjects->by_identity, subject->identity);
    if (known != NULL) {
        subject_free(subject);
        return known;
    }
    g_hash_table_insert(subjects->by_identity, subject->identity, subject);
    g_ptr_array_add(subjects->list, subject);
    return subject;
}

CompareSubjects *compare_subjects(const GPtrArray *recipients, const Directory *here,
                                  const Directory *then)
{
    CompareSubjects *subjects = g_new0(CompareSubjects, 1);
    subjects->list = g_ptr_array_new_with_free_func(subject_free);
    subjects->by_identity = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < recipients->len; i++) {
        Recipient *recipient = recipients->pdata[i];
        g_auto(GStrv) names = g_strsplit(recipient->name, "、", -1);
        for (char **who = names; *who != NULL; who++)
            g_ptr_array_add(keep(subjects, subject_new(*who, recipient, here, then))->recipients, recipient);
    }
    return subjects;
}

void compare_subjects_free(CompareSubjects *subjects)
{
    if (subjects == NULL)
        return;
    g_hash_table_unref(subjects->by_identity);
    g_ptr_array_unref(subjects->list);
    g_free(subjects);
}

const CompareSubject *compare_subject_find(const CompareSubjects *subjects, const CompareSubject *like)
{
    return g_hash_table_lookup(subjects->by_identity, like->identity);
}

char *compare_subject_label(const CompareSubject *subject)
{
    return *subject->title != '\0' ? g_strdup_printf(_("%s（%s）"), subject->name, subject->title)
                                   : g_strdup(subject->name);
}

void compare_head_init(CompareHead *head, const char *because)
{
    const char *colon = strstr(because, "：");
    g_auto(GStrv) links = reason_links(because);
    gboolean is_choice = links[0] != NULL && g_str_has_prefix(links[0], "有关");
    head->field = g_strndup(because, colon != NULL ? (gsize)(colon - because) : 0);
    head->term = g_strdup(links[0] != NULL ? links[0] : "");
    head->chosen = is_choice ? g_strdup(links[1]) : NULL;
}

void compare_head_clear(CompareHead *head)
{
    g_clear_pointer(&head->field, g_free);
    g_clear_pointer(&head->term, g_free);
    g_clear_pointer(&head->chosen, g_free);
}

static char *head_key(const CompareHead *head, gboolean with_choice)
{
    return g_strjoin("\t", head->field, head->term, with_choice ? head->chosen : NULL, NULL);
}

GHashTable *compare_heads(const GPtrArray *recipients)
{
    GHashTable *heads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < recipients->len; i++) {
        const Recipient *recipient = recipients->pdata[i];
        for (guint b = 0; b < recipient->because->len; b++) {
            g_auto(CompareHead) head = {0};
            compare_head_init(&head, recipient->because->pdata[b]);
            g_hash_table_add(heads, head_key(&head, FALSE));
            g_hash_table_add(heads, head_key(&head, TRUE));
        }
    }
    return heads;
}

gboolean compare_heads_have(GHashTable *heads, const CompareHead *head, gboolean with_choice)
{
    g_autofree char *key = head_key(head, with_choice);
    return g_hash_table_contains(heads, key);
}
