/* SPDX-License-Identifier: GPL-3.0-or-later
 * The look-up tables over a directory's records, shared by the files of the directory; others ask
 * through directory.h. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_INDEX_H
#define SONGFA_RECIPIENTS_DIRECTORY_INDEX_H

#include "recipients/directory-list.h"
#include "recipients/directory.h"

/* A name in the form in which it is compared, for suggestions. */
typedef struct {
    const char *printed; /* lent from the record, or in the index's arena */
    gconstpointer record;
    guint first, length; /* of its key, in the index's letters */
    guint64 mask; /* one bit a character, by its code: a quick bound on what two names share */
} DirectoryWord;

typedef struct DirectoryIndex {
    GHashTable *units, *persons, *groups; /* key → record, or a mark when two share the name */
    GHashTable *aliases;                  /* key → GPtrArray of records, one a series and office */
    GHashTable *posts;                    /* unit and key → record */
    GHashTable *units_by_id, *posts_by_id, *persons_by_id;
    DirectoryList posts_of_unit, units_under;          /* in their order */
    DirectoryList tenures_of_post, tenures_of_person;  /* of a post: by start */
    DirectoryList stand_ins, mailboxes;                /* by person; by owner of whatever kind */
    GHashTable *posts_named, *posts_ranked, *units_of_kind;    /* key → GPtrArray */
    GHashTable *places;                                        /* unit → its place in protocol order */
    GArray *words;                                             /* DirectoryWord */
    GArray *letters;                                           /* gunichar: of all words, one after another */
    struct Arena *arena;                                       /* keys, titles of posts */
    guint longest;                                             /* characters of the longest word */
} DirectoryIndex;

void directory_index_free(DirectoryIndex *index);

/* Builds the tables of ids alone, for labels: of several versions the last one counts. Names are found
 * only after directory_index(). */
void directory_index_ids(Directory *directory);

/* The record of a name in units, persons or groups; NULL when unknown or shared by two. */
gpointer directory_index_find(GHashTable *names, const char *name);

/* The post of that name in the unit, NULL when there is none. */
const DirectoryPost *directory_index_post(const DirectoryIndex *index, gint64 unit_id, const char *name);

/* Orders pointers to posts by the place of their units, then by their own order (GCompareDataFunc,
 * data is the index). */
gint directory_index_compare_posts(gconstpointer a, gconstpointer b, gpointer data);

/* Adds the name, which is lent, to the words that directory_suggest() looks through. */
void directory_index_word(DirectoryIndex *index, const char *printed, const char *key,
                          gconstpointer record);

#endif
