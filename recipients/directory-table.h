/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of a directory's tables, CSV or .xlsx: which sheet has the records of which kind, known by its
 * heading line, and which column is which field. Knows nothing of the records' contents. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_TABLE_H
#define SONGFA_RECIPIENTS_DIRECTORY_TABLE_H

#include "recipients/directory-kind.h"
#include "recipients/sheet.h"

typedef struct {
    const char *name; /* for messages, and to tell tables with alike headings apart */
    const void *bytes;
    gsize length;
} DirectoryFile;

/* The columns that every kind of table may have beside its fields. */
#define DIRECTORY_TABLE_FROM "自"
#define DIRECTORY_TABLE_TO "至"
#define DIRECTORY_TABLE_CHANGE "版本"

typedef struct {
    const DirectoryKind *kind;
    char *place;         /* "units.csv", "名录.xlsx 工作表“单位”" */
    guint order;         /* in which the tables were given */
    Sheet *sheet;        /* its first row is the heading */
    guint *columns;      /* of each field, G_MAXUINT = none */
    guint from, to, change; /* columns, G_MAXUINT = none */
} DirectoryTable;

typedef struct {
    guint order, line; /* of the table and in it; line 0 = all of it */
    char *text;        /* "units.csv 第 3 行：…" */
} DirectoryTableError;

/* The tables of the files (DirectoryTable, freed with the array), in order. What is no table, and every
 * column that is not known, is added to errors. */
GPtrArray *directory_tables_read(const DirectoryFile *files, gsize n, GPtrArray *errors);

/* An array that frees DirectoryTableError. */
GPtrArray *directory_table_errors_new(void);

/* Adds an error at a line of the table; the message is Chinese and says what to do. */
void directory_table_error(GPtrArray *errors, const DirectoryTable *table, guint line, const char *message);

/* The cell of a row in a column, "" where there is none. Lent. */
const char *directory_table_cell(const DirectoryTable *table, guint row, guint column);

#endif
