/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of cells as it stands in a file: what CSV and XLSX are read into and written from. Knows
 * neither the formats nor what the cells mean. */
#ifndef SONGFA_RECIPIENTS_SHEET_H
#define SONGFA_RECIPIENTS_SHEET_H

#include <glib.h>

typedef struct Sheet Sheet;

/* An empty table; the name is copied. */
Sheet *sheet_new(const char *name);
void sheet_free(Sheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)

/* Begins a row, which stands in the file on that line (from 1); rows come in the order of lines. */
void sheet_begin_row(Sheet *sheet, guint line);

/* Adds the next cell to the row begun (copied), or the cell of a column (from 0) not before it; the
 * cells left out are "". */
void sheet_add(Sheet *sheet, const char *text);
void sheet_add_at(Sheet *sheet, guint column, const char *text);

/* Ends the row begun: one whose cells are all empty is taken out. */
void sheet_end_row(Sheet *sheet);

const char *sheet_name(const Sheet *sheet);
guint sheet_rows(const Sheet *sheet);

/* The bytes that its rows, cells (those left out too) and texts take. */
gsize sheet_size(const Sheet *sheet);

/* Of a row (from 0): the line on which it begins, the number of its cells. */
guint sheet_line(const Sheet *sheet, guint row);
guint sheet_columns(const Sheet *sheet, guint row);

/* The cell, "" behind the end of its row; lent. */
const char *sheet_cell(const Sheet *sheet, guint row, guint column);

#endif
