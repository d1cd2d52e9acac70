/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records as a table: a column names a field of the record, the forms it stands in, and how its
 * cell is made. */
#ifndef SONGFA_CTL_VIEW_H
#define SONGFA_CTL_VIEW_H

#include "daemon/base/table.h"

typedef struct {
    Table *table;
    TableFormat format;
    gconstpointer context; /* what the cells need besides their record */
} View;

/* In which forms a column stands. */
enum { VIEW_TEXT = 1 << TABLE_TEXT, VIEW_JSON = 1 << TABLE_JSON, VIEW_CSV = 1 << TABLE_CSV };
#define VIEW_PEOPLE (VIEW_TEXT | VIEW_CSV)
#define VIEW_DETAIL (VIEW_JSON | VIEW_CSV) /* too much for a terminal */
#define VIEW_ALL (VIEW_TEXT | VIEW_JSON | VIEW_CSV)

typedef struct {
    const char *key;     /* JSON member */
    const char *heading; /* N_() */
    int max_width;       /* as in table.h */
    guint forms;
    void (*cell)(View *view, gconstpointer field); /* adds exactly one cell */
    gsize offset;        /* of the field in the record; 0 = the record itself */
} ViewColumn;

/* Writes the records to standard output in that form. */
void view_print(const ViewColumn *columns, gsize n_columns, const GPtrArray *records,
                TableFormat format, gconstpointer context);

/* Cells for fields: char * ("" and NULL are absent), int and gint64, those absent when 0, and
 * gint64 times (RFC 3339 in JSON, readable elsewhere, absent when 0). */
void view_text(View *view, gconstpointer field);
void view_int(View *view, gconstpointer field);
void view_int64(View *view, gconstpointer field);
void view_positive(View *view, gconstpointer field); /* int */
void view_time(View *view, gconstpointer field);

#endif
