/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of cells, packed: the texts in one arena, the cells of all rows in one array. */
#include "recipients/sheet.h"

#include <string.h>

enum { ARENA_BLOCK = 1 << 16 };

typedef struct {
    guint line, first, n; /* its cells begin at first */
} Row;

struct Sheet {
    char *name;
    GArray *rows;     /* Row */
    GPtrArray *cells; /* const char *, in the arena */
    GStringChunk *arena;
    gsize text_size;
};

Sheet *sheet_new(const char *name)
{
    Sheet *sheet = g_new0(Sheet, 1);
    sheet->name = g_strdup(name);
    sheet->rows = g_array_new(FALSE, FALSE, sizeof(Row));
    sheet->cells = g_ptr_array_new();
    sheet->arena = g_string_chunk_new(ARENA_BLOCK);
    return sheet;
}

void sheet_free(Sheet *sheet)
{
    if (sheet == NULL)
        return;
    g_free(sheet->name);
    g_array_unref(sheet->rows);
    g_ptr_array_unref(sheet->cells);
    g_string_chunk_free(sheet->arena);
    g_free(sheet);
}

static Row *last_row(const Sheet *sheet)
{
    return &g_array_index(sheet->rows, Row, sheet->rows->len - 1);
}

void sheet_begin_row(Sheet *sheet, guint line)
{
    Row row = {line, sheet->cells->len, 0};
    g_array_append_val(sheet->rows, row);
}

void sheet_add(Sheet *sheet, const char *text)
{
    gsize length = strlen(text);
    char *kept = length > 0 ? g_string_chunk_insert_len(sheet->arena, text, (gssize)length) : (char *)"";
    g_ptr_array_add(sheet->cells, kept);
    sheet->text_size += length;
    last_row(sheet)->n++;
}

void sheet_add_at(Sheet *sheet, guint column, const char *text)
{
    g_return_if_fail(column >= last_row(sheet)->n);
    while (last_row(sheet)->n < column)
        sheet_add(sheet, "");
    sheet_add(sheet, text);
}

void sheet_end_row(Sheet *sheet)
{
    const Row *row = last_row(sheet);
    for (guint i = 0; i < row->n; i++)
        if (*(const char *)sheet->cells->pdata[row->first + i] != '\0')
            return;
    g_ptr_array_set_size(sheet->cells, (gint)row->first);
    g_array_set_size(sheet->rows, sheet->rows->len - 1);
}

const char *sheet_name(const Sheet *sheet)
{
    return sheet->name;
}

guint sheet_rows(const Sheet *sheet)
{
    return sheet->rows->len;
}

gsize sheet_size(const Sheet *sheet)
{
    return sheet->rows->len * sizeof(Row) + sheet->cells->len * sizeof(char *) + sheet->text_size;
}

guint sheet_line(const Sheet *sheet, guint row)
{
    return g_array_index(sheet->rows, Row, row).line;
}

guint sheet_columns(const Sheet *sheet, guint row)
{
    return g_array_index(sheet->rows, Row, row).n;
}

const char *sheet_cell(const Sheet *sheet, guint row, guint column)
{
    const Row *at = &g_array_index(sheet->rows, Row, row);
    return column < at->n ? sheet->cells->pdata[at->first + column] : "";
}
