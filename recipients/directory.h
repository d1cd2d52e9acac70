/* SPDX-License-Identifier: GPL-3.0-or-later
 * The office's directory as of one day, in memory: units, posts, persons, tenures, groups, aliases,
 * mailboxes. Names are the keys people use; ids come from the store. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_H
#define SONGFA_RECIPIENTS_DIRECTORY_H

#include "recipients/directory-record.h"

typedef struct {
    const char *date;       /* as of; "" = all days, each version a record */
    union {
        GPtrArray *records[DIRECTORY_KINDS]; /* by DirectoryKindId; lent to whoever walks over them */
        struct {
            GPtrArray *units, *posts, *persons, *tenures, *stand_ins, *groups, *aliases, *mailboxes;
        };
    };
    struct Arena *arena;          /* holds every record and text */
    struct DirectoryIndex *index; /* made by directory_index() */
} Directory;

Directory *directory_new(const char *date);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/* Replaces a string of one of its records, or a list by the parts of text between any of the
 * separator's characters, stripped, empty ones left out. The copies live as long as the directory. */
void directory_set_text(Directory *directory, const char **field, const char *text);
void directory_set_list(Directory *directory, char ***field, const char *text, const char *separators);

/* Call when all records are in: builds the look-up tables, anew after a change. */
void directory_index(Directory *directory);

/* Look-ups; all lent, NULL when unknown. Names match canonical and short forms after han folding
 * and without blanks. Ids are those of the records. */
const DirectoryUnit *directory_unit(const Directory *directory, const char *name);
const DirectoryUnit *directory_unit_by_id(const Directory *directory, gint64 id);
const DirectoryPost *directory_post(const Directory *directory, const DirectoryUnit *unit, const char *name);
/* The post of "UNIT/POST"; the last slash parts them. */
const DirectoryPost *directory_post_at(const Directory *directory, const char *path);
const DirectoryPost *directory_post_by_id(const Directory *directory, gint64 id);
const DirectoryPerson *directory_person(const Directory *directory, const char *name);
const DirectoryPerson *directory_person_by_id(const Directory *directory, gint64 id);
const DirectoryGroup *directory_group(const Directory *directory, const char *name);

/* The alias as the series or the issuing office (each NULL = not known) means it: the series' own
 * before the office's, that before the general one. An office is the same under each of its names. */
const DirectoryAlias *directory_alias(const Directory *directory, const char *text, const char *series,
                                      const char *office);

/* Persons who hold the post on the directory's date, in order of tenure start; lent elements, the
 * array is the caller's (g_ptr_array_unref). */
GPtrArray *directory_holders(const Directory *directory, const DirectoryPost *post);

/* The tenures of the post that hold on the directory's date, by start; as directory_holders(). */
GPtrArray *directory_tenures(const Directory *directory, const DirectoryPost *post);

/* What holds on the directory's date of those who receive in the person's place; empty when the person
 * is not away. As directory_holders(). */
GPtrArray *directory_stand_ins(const Directory *directory, const DirectoryPerson *person);

/* All mailboxes of an owner, suspended ones too; lent elements, caller unrefs the array. */
GPtrArray *directory_mailboxes(const Directory *directory, OwnerKind kind, gint64 owner_id);

/* Records by what they share, in protocol order (tree of units, then order); as
 * directory_holders(). Parent 0 gives the units at the top; within goes down to any depth. */
GPtrArray *directory_posts_of(const Directory *directory, const DirectoryUnit *unit);
GPtrArray *directory_units_under(const Directory *directory, gint64 parent_id);
GPtrArray *directory_units_within(const Directory *directory, gint64 parent_id);
GPtrArray *directory_posts_named(const Directory *directory, const char *name);
GPtrArray *directory_posts_ranked(const Directory *directory, const char *rank);
GPtrArray *directory_units_of_kind(const Directory *directory, const char *kind);

/* The posts a person holds on the directory's date. */
GPtrArray *directory_posts_held(const Directory *directory, const DirectoryPerson *person);

/* Whether who holds the post is a leader: the chief of a unit, or anyone in a post with a rank. */
gboolean directory_post_leads(const DirectoryPost *post);

/* The unit's place in protocol order: each unit before its sub-units, sisters by their order. */
guint directory_place(const Directory *directory, const DirectoryUnit *unit);

/* The person as others call them: without the bracket that parts namesakes (张伟（财政局） is 张伟).
 * Caller frees. */
char *directory_person_called(const DirectoryPerson *person);

/* As a clerk writes them: the first short form (区委), and that with the post (区委书记), but 区长
 * alone. The first is lent; the caller frees the second. */
const char *directory_unit_title(const DirectoryUnit *unit);
char *directory_post_title(const Directory *directory, const DirectoryPost *post);

/* The length in bytes of the longest unit, group or alias (as in directory_alias()) that text begins
 * with, 0 for none; blanks inside it do not count. *is_alias tells which. */
gsize directory_known(const Directory *directory, const char *text, const char *series,
                      const char *office, gboolean *is_alias);

/* The form in which names are compared: folded (han.h), without blanks; caller frees. */
char *directory_key(const char *name);
/* The same at the end of a text; a character cut off at its end is left out. */
void directory_key_append(GString *text, const char *name);

/* Up to n names and aliases nearest to text, nearest first (edit distance over characters, shared
 * ideographs count); caller frees with g_strfreev. Empty when nothing is near. */
char **directory_suggest(const Directory *directory, const char *text, guint n);

#endif
