/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fields of directory records as words: how each type is read from an option and shown in a
 * table. Knows the records, not the verbs. */
#ifndef SONGFA_CTL_FIELD_H
#define SONGFA_CTL_FIELD_H

#include "daemon/base/table.h"
#include "recipients/directory.h"

typedef struct RecordField RecordField;

/* The id by which a unit, post or person of that id is to be known. */
typedef gint64 (*FieldRenumber)(OwnerKind kind, gint64 id, gpointer data);

typedef struct {
    /* Writes the text into the field of record; FALSE and error (INPUT) that says what would do. */
    gboolean (*set)(const RecordField *field, const Directory *directory, gpointer record,
                    const char *text, GError **error);
    /* The field in words for people, or with for_program the stable one; NULL or "" when it says
     * nothing. Caller frees. */
    char *(*text)(const RecordField *field, const Directory *directory, gconstpointer record,
                  gboolean for_program);
    /* Whether both records have the same in this field. */
    gboolean (*same)(const RecordField *field, gconstpointer a, gconstpointer b);
    /* Gives every id in the field to renumber and takes its answer; NULL for fields without. */
    void (*refer)(const RecordField *field, gpointer record, FieldRenumber renumber, gpointer data);
} FieldType;

/* A word for a program, one for people, and the value it stands for. */
typedef struct {
    const char *name, *word;
    int value;
} FieldWord;

struct RecordField {
    const char *name;    /* option and JSON member */
    const char *heading; /* N_() */
    const FieldType *type;
    gsize offset;
    const FieldWord *words; /* field_word: ends with a NULL name */
};

extern const FieldType field_text;   /* char * */
extern const FieldType field_list;   /* char **: separated by commas */
extern const FieldType field_number; /* int, not negative */
extern const FieldType field_day;    /* char *: YYYY-MM-DD or "" */
extern const FieldType field_word;   /* an enum, one of words */
extern const FieldType field_unit;   /* gint64: a unit by name; "-" = none */
extern const FieldType field_post;   /* gint64: UNIT/POST */
extern const FieldType field_person; /* gint64: a person by name */
extern const FieldType field_owner;  /* OwnerKind and id of a DirectoryMailbox: unit:NAME … */

/* Adds the field as one cell; numbers stay numbers. */
void field_cell(const RecordField *field, const Directory *directory, gconstpointer record,
                Table *table, TableFormat format);

#endif
