/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recipients put together by whom they are: one person or unit with all mailboxes and paper copies.
 * Shared by the files of the comparison. */
#ifndef SONGFA_RECIPIENTS_COMPARE_SUBJECT_H
#define SONGFA_RECIPIENTS_COMPARE_SUBJECT_H

#include "recipients/compare.h"

typedef struct {
    char *identity;   /* of its record where the directory has one, else who */
    char *who;        /* 副区长 王某, 区统计局: one of the names a shared mailbox has */
    char *title;      /* 副区长, "" for a unit */
    const char *name; /* 王某, 区统计局; within who */
    const DirectoryPerson *person; /* the record, of either day; NULL for a unit and when unknown */
    const DirectoryUnit *unit;
    GPtrArray *recipients; /* Recipient, lent */
} CompareSubject;

typedef struct {
    GPtrArray *list; /* CompareSubject, in the order of the recipients */
    GHashTable *by_identity;
} CompareSubjects;

/* Records are looked for in here, then in then. */
CompareSubjects *compare_subjects(const GPtrArray *recipients, const Directory *here,
                                  const Directory *then);
void compare_subjects_free(CompareSubjects *subjects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CompareSubjects, compare_subjects_free)

/* The same person or unit among these, or NULL; lent. */
const CompareSubject *compare_subject_find(const CompareSubjects *subjects, const CompareSubject *like);

/* 王某（副区长） as people write it in a list; caller frees. */
char *compare_subject_label(const CompareSubject *subject);

/* How a reason begins: "发：有关部门（2 份） → 按 … 选定 → …". */
typedef struct {
    char *field, *term; /* 发, 有关部门 */
    char *chosen;       /* the link of a clerk's choice, NULL when the term is none of rule 11 */
} CompareHead;

void compare_head_init(CompareHead *head, const char *because);
void compare_head_clear(CompareHead *head);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CompareHead, compare_head_clear)

/* The beginnings of all reasons: field and term, and with the choice. */
GHashTable *compare_heads(const GPtrArray *recipients);
gboolean compare_heads_have(GHashTable *heads, const CompareHead *head, gboolean with_choice);

#endif
