/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows for people and programs: one set of typed cells, written as a table that aligns with Chinese
 * width, as JSON, or as CSV that Excel reads and cannot be tricked by. */
#ifndef SONGFA_BASE_TABLE_H
#define SONGFA_BASE_TABLE_H

#include <glib.h>

typedef enum { TABLE_TEXT, TABLE_JSON, TABLE_CSV } TableFormat;

typedef struct {
    const char *key;     /* JSON member, English, stable */
    const char *heading; /* column head for people, already translated */
    int max_width;       /* in columns, longer cells end in …; 0 = no limit (text form only); TABLE_REST: last
                          * column, as much as is left of the line */
} TableColumn;

#define TABLE_REST (-1)

typedef struct Table Table;

/* The columns are copied; ends with table_free(). */
Table *table_new(const TableColumn *columns, gsize n_columns);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* Appends the cells of the current row in column order; NULL text is an absent value (JSON null).
 * Control characters are shown as spaces in the text form. */
void table_text(Table *table, const char *value);
void table_int(Table *table, gint64 value);
void table_null(Table *table);

/* The columns of a line in the text form; 0 (as made) = not known, nothing is cut to it. */
void table_fit(Table *table, int width);

gsize table_rows(const Table *table);

/* The whole table written out (UTF-8); caller frees. Text: a head, a rule, numbers to the right.
 * JSON: an array of objects, one a line. CSV: RFC 4180 with CRLF and a byte-order mark; text cells
 * that begin with = + - @ TAB CR get a leading ' (DOMAIN.md §5). */
char *table_write(const Table *table, TableFormat format);

#endif
