/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of directory records as one table: what each is called, which fields it has and where
 * they lie. Tables for Excel, songfactl, the store and its history all walk over it. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_KIND_H
#define SONGFA_RECIPIENTS_DIRECTORY_KIND_H

#include "recipients/directory.h"

typedef enum {
    FIELD_TEXT,      /* const char * */
    FIELD_ADDRESS,   /* const char *: a mail address, or "" */
    FIELD_UNIT_KIND, /* const char *: a code, shown by its word (party = 党群机关); other words stand */
    FIELD_DAY,       /* const char *: YYYY-MM-DD or "" */
    FIELD_LIST,      /* char ** */
    FIELD_MEMBERS,   /* char **: member notation (directory.h) */
    FIELD_NUMBER,    /* int, not negative */
    FIELD_FLAG,      /* gboolean */
    FIELD_CHOICE,    /* an enum as int, one of words */
    FIELD_UNIT,      /* gint64: a unit; 0 = none where not required */
    FIELD_POST,      /* gint64: a post, UNIT/POST */
    FIELD_PERSON,    /* gint64: a person */
    FIELD_OWNER      /* gint64: owner of a DirectoryMailbox, whose owner_kind stands beside it */
} DirectoryFieldType;

/* A value, its code for programs and its word for people (N_()); both are read. */
typedef struct {
    int value;
    const char *code, *word;
} DirectoryWordOf;

typedef struct {
    const char *name;    /* option, JSON member, column of the store */
    const char *heading; /* N_(): column of tables for people, the same in files */
    DirectoryFieldType type;
    gboolean required;
    gsize offset;                 /* in the record */
    const DirectoryWordOf *words; /* FIELD_CHOICE: ends with code NULL */
} DirectoryField;

typedef struct {
    DirectoryKindId id;
    const char *name, *word; /* unit, 单位 (N_()) */
    const char *plural;      /* units: name of its file and its table */
    gsize size;
    const DirectoryField *fields;
    guint n_fields;
    guint n_keys;   /* the first fields tell one record from another */
    gboolean dated; /* carries its own from and to: its validity stays open */
} DirectoryKind;

/* In an order in which a record refers only to kinds before its own, by DirectoryKindId. */
extern const DirectoryKind directory_kinds[DIRECTORY_KINDS];

/* By name, plural or word; NULL when there is none. */
const DirectoryKind *directory_kind(const char *name);

/* The field by name or heading, or NULL. */
const DirectoryField *directory_kind_field(const DirectoryKind *kind, const char *name);

/* A new record of the kind with its strings "" and its lists empty, added and lent. */
gpointer directory_add(Directory *directory, const DirectoryKind *kind);

/* A copy of the record (any directory's) in this directory, id, change and validity included. */
gpointer directory_add_copy(Directory *directory, const DirectoryKind *kind, gconstpointer record);

/* Whether all fields are the same; id, change and validity do not count. */
gboolean directory_record_same(const DirectoryKind *kind, gconstpointer a, gconstpointer b);

/* What sets the record apart, as people call it: 区委, 区委/书记, 王明, "区委/书记 王明"; caller frees.
 * References are looked up in directory, which must be indexed; an unknown one is its number. */
char *directory_record_label(const Directory *directory, const DirectoryKind *kind, gconstpointer record);

/* As directory_suggest(), of one kind (NULL = any); posts are called as people call them, UNIT/POST. */
char **directory_suggest_kind(const Directory *directory, const DirectoryKind *kind, const char *text, guint n);

/* The code of a unit's kind by word or code, and its word; what is not listed stands for itself. */
const char *directory_unit_kind_code(const char *word);
const char *directory_unit_kind_word(const char *code);

#endif
