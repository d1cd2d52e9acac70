/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who a name of the directory stands for: groups, aliases, classes and posts opened up into unit
 * offices and persons, each with the way it was reached. Shared by the files of the resolver. */
#ifndef SONGFA_RECIPIENTS_RESOLVE_EXPAND_H
#define SONGFA_RECIPIENTS_RESOLVE_EXPAND_H

#include "daemon/base/arena.h"
#include "recipients/directory.h"

/* One office or person, reached in one way; all lent, from the directory or the arena. */
typedef struct {
    const DirectoryUnit *unit;     /* the office, or the unit of the post; NULL for a person by name */
    const DirectoryPost *post;     /* NULL for an office or a person by name */
    const DirectoryPerson *person; /* NULL for an office */
    const char *since;             /* start of the tenure, "" when not known */
    const char *note;              /* what a clerk should know of it, else NULL */
    const char *path;              /* "县处级领导 → ", or "" */
} ResolveItem;

typedef struct {
    const char *code; /* as in Unresolved */
    char *text, *message;
    char **suggestions;
} ResolveProblem;

/* Items in order, each once; problems met on the way. */
typedef struct ResolveSet {
    Arena *arena; /* lent: holds the items */
    GPtrArray *items, *problems;
    GHashTable *seen;    /* the items that are persons */
    GHashTable *reached; /* persons, and units by their office */
    GHashTable *whole;   /* groups that went in and of which nothing was taken out since */
} ResolveSet;

/* See resolve_expander_set(); the arena must outlive the set. */
ResolveSet *resolve_set_new(Arena *arena);
void resolve_set_free(ResolveSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolveSet, resolve_set_free)

/* The office of the unit; every person who now holds the post, and how many they are: several is
 * their note when they are more than one. Paths and notes are lent. */
void resolve_set_add_office(ResolveSet *set, const DirectoryUnit *unit, const char *path,
                            const char *note);
guint resolve_set_add_holders(ResolveSet *set, const Directory *directory, const DirectoryPost *post,
                              const char *path, const char *several);
void resolve_set_add_person(ResolveSet *set, const DirectoryPerson *person, const char *path);
void resolve_set_add_item(ResolveSet *set, const ResolveItem *item);

/* Everything of the other set, its paths led by path; or its problems only. */
void resolve_set_add_all(ResolveSet *set, const ResolveSet *other, const char *path);
void resolve_set_add_problems(ResolveSet *set, const ResolveSet *other);

/* A problem under its code: text and suggestions are copied (suggestions may be NULL), the message is taken. */
void resolve_set_add_problem(ResolveSet *set, const char *code, const char *text, char *message,
                             char **suggestions);

/* TRUE when the item falls under what the other set names: its person stands there, or its unit's
 * office. */
gboolean resolve_set_names(const ResolveSet *other, const ResolveItem *item);

/* Takes out, or keeps only, the items that the other set names. Its problems stay, but for posts that
 * nobody holds: nobody is missed. */
void resolve_set_filter(ResolveSet *set, const ResolveSet *other, gboolean keep);

/* Opens member notation (directory.h), reading each group's members once. */
typedef struct ResolveExpander ResolveExpander;
ResolveExpander *resolve_expander_new(const Directory *directory);
void resolve_expander_free(ResolveExpander *expander);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolveExpander, resolve_expander_free)

/* From here on every group that is a member adds what it comes to by itself to that set, whoever takes out of
 * it. All groups together reach the same as without, in time that grows with their members alone rather than
 * with what each of them comes to. */
void resolve_expander_gather(ResolveExpander *expander, ResolveSet *all);

/* An empty set, good for the expander's life; the caller's. */
ResolveSet *resolve_expander_set(ResolveExpander *expander);

/* Adds what the group, the alias or the members come to. A circle of groups is a problem of the set
 * and is not followed. holder says whose the members are in problems. */
void resolve_expand_group(ResolveExpander *expander, const DirectoryGroup *group, ResolveSet *set);
void resolve_expand_alias(ResolveExpander *expander, const DirectoryAlias *alias, ResolveSet *set);
void resolve_expand_members(ResolveExpander *expander, const char *holder, char **members,
                            ResolveSet *set);

#endif
