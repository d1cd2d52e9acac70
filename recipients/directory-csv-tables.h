/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of the directory's CSV tables: heads, what a cell holds, where it goes in the record.
 * Shared by reader and writer. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CSV_TABLES_H
#define SONGFA_RECIPIENTS_DIRECTORY_CSV_TABLES_H

#include "recipients/directory-csv.h"

typedef enum {
    CELL_TEXT,
    CELL_LIST,   /* parts with | between */
    CELL_NUMBER, /* int */
    CELL_DATE,   /* YYYY-MM-DD or "" */
    CELL_FLAG,   /* gboolean */
    CELL_CHOICE, /* an enum, in words */
    CELL_KIND,   /* of a unit: a word for its code, or the code */
    CELL_TAG,    /* a person's name, with #N where persons share it */
    CELL_UNIT,   /* the id of a unit, by name */
    CELL_POST,   /* the id of a post, as UNIT/POST */
    CELL_PERSON, /* the id of a person, by name as in CELL_TAG */
    CELL_OWNER   /* the id of a mailbox owner, by the kind beside it */
} CellKind;

typedef struct {
    int value;
    const char *code, *word; /* both are read, the word is written */
} CellChoice;

typedef struct {
    const char *key, *heading; /* both are read, the heading is written */
    CellKind kind;
    gboolean required;
    gsize offset;              /* in the record */
    const CellChoice *choices; /* for CELL_CHOICE, ends with code NULL */
} CsvColumn;

typedef struct {
    const char *name; /* units … */
    const CsvColumn *columns;
    gsize n_columns;
    gsize records; /* offset of the GPtrArray in Directory */
    gpointer (*add)(Directory *directory);
} CsvTable;

/* All tables, in the order in which they are written. */
const CsvTable *directory_csv_table_list(gsize *n);

/* The word of a unit's kind and back; what is not listed stands for itself. Lent. */
const char *directory_csv_kind_word(const char *code);
const char *directory_csv_kind_code(const char *word);

/* Persons under the names by which tables call them: person → tag, and key of tag → person. */
GHashTable *directory_csv_tags(const Directory *directory);
GHashTable *directory_csv_persons_by_tag(GHashTable *tags);

#endif
