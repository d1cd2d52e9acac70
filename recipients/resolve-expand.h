/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who a name of the directory stands for: groups, aliases, classes and posts opened up into unit
 * offices and persons, each with the way it was reached. Shared by the files of the resolver. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_EXPAND_H
#define SONGFA_RECIPIENTS_RESOLVE_EXPAND_H

#include "recipients/directory.h"

/* One office or person, reached in one way; records are lent from the directory. */
typedef struct {
    const DirectoryUnit *unit;     /* the office, or the unit of the post; NULL for a person by name */
    const DirectoryPost *post;     /* NULL for an office or a person by name */
    const DirectoryPerson *person; /* NULL for an office */
    const char *since;             /* start of the tenure, "" when not known */
    const char *note;              /* why the office stands in for a person, else NULL */
    char *path;                    /* "县处级领导 → ", or "" */
} ResolveItem;

typedef struct {
    const char *code; /* as in Unresolved */
    char *text, *message;
    char **suggestions;
} ResolveProblem;

/* Items in order, each once; problems met on the way. */
typedef struct ResolveSet {
    GPtrArray *items, *problems;
    GHashTable *seen;    /* the items */
    GHashTable *reached; /* persons, and units by their office */
} ResolveSet;

ResolveSet *resolve_set_new(void);
void resolve_set_free(ResolveSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolveSet, resolve_set_free)

/* The office of the unit; every person who now holds the post, and how many they are. */
void resolve_set_add_office(ResolveSet *set, const DirectoryUnit *unit, const char *path,
                            const char *note);
guint resolve_set_add_holders(ResolveSet *set, const Directory *directory, const DirectoryPost *post,
                              const char *path);
void resolve_set_add_person(ResolveSet *set, const DirectoryPerson *person, const char *path);
void resolve_set_add_item(ResolveSet *set, const ResolveItem *item);

/* Everything of the other set, its paths led by step ("" = none); or its problems only. */
void resolve_set_add_all(ResolveSet *set, const ResolveSet *other, const char *step);
void resolve_set_add_problems(ResolveSet *set, const ResolveSet *other);

/* A problem under its code: text and suggestions are copied (suggestions may be NULL), the message is taken. */
void resolve_set_add_problem(ResolveSet *set, const char *code, const char *text, char *message,
                             char **suggestions);

/* TRUE when the item falls under the excluded set: its person stands there, or its unit's office.
 * To remove is to drop such items and to keep the problems of the excluded set. */
gboolean resolve_set_excludes(const ResolveSet *excluded, const ResolveItem *item);
void resolve_set_remove(ResolveSet *set, const ResolveSet *excluded);

/* Opens member notation (directory.h), remembering what each group came to. */
typedef struct ResolveExpander ResolveExpander;
ResolveExpander *resolve_expander_new(const Directory *directory);
void resolve_expander_free(ResolveExpander *expander);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolveExpander, resolve_expander_free)

/* What the group or alias stands for; lent, good for the expander's life. NULL inside a circle of
 * groups, which is seen only while one of them is being opened. */
const ResolveSet *resolve_expand_group(ResolveExpander *expander, const DirectoryGroup *group);
const ResolveSet *resolve_expand_alias(ResolveExpander *expander, const DirectoryAlias *alias);

/* What the members come to; name says whose they are in problems. The caller's. */
ResolveSet *resolve_expand_members(ResolveExpander *expander, const char *name, char **members);

#endif
