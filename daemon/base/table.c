/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows written as aligned text, JSON or CSV. */
#include "daemon/base/table.h"

#include <jansson.h>
#include <string.h>

#include "daemon/base/han.h"

#define LEAST_REST 12 /* columns that the last column gets on a narrow line */

typedef enum { CELL_NULL, CELL_TEXT, CELL_INT } CellKind;

typedef struct {
    CellKind kind;
    gint64 number;
    char *text;
} Cell;

typedef struct {
    char *key, *heading;
    int max_width;
} Column;

struct Table {
    GArray *columns;
    GArray *cells;
    int line; /* its columns, 0 = not known */
};

static void column_clear(gpointer data)
{
    Column *column = data;
    g_free(column->key);
    g_free(column->heading);
}

static void cell_clear(gpointer data)
{
    g_free(((Cell *)data)->text);
}

Table *table_new(const TableColumn *columns, gsize n_columns)
{
    Table *table = g_new0(Table, 1);
    table->columns = g_array_new(FALSE, FALSE, sizeof(Column));
    g_array_set_clear_func(table->columns, column_clear);
    table->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    g_array_set_clear_func(table->cells, cell_clear);
    for (gsize i = 0; i < n_columns; i++) {
        Column column = {g_strdup(columns[i].key), g_strdup(columns[i].heading),
                         columns[i].max_width};
        g_array_append_val(table->columns, column);
    }
    return table;
}

void table_free(Table *table)
{
    if (table == NULL)
        return;
    g_array_unref(table->columns);
    g_array_unref(table->cells);
    g_free(table);
}

static void add(Table *table, CellKind kind, gint64 number, const char *text)
{
    Cell cell = {kind, number, g_strdup(text)};
    g_array_append_val(table->cells, cell);
}

void table_text(Table *table, const char *value)
{
    add(table, value != NULL ? CELL_TEXT : CELL_NULL, 0, value);
}

void table_int(Table *table, gint64 value)
{
    add(table, CELL_INT, value, NULL);
}

void table_null(Table *table)
{
    add(table, CELL_NULL, 0, NULL);
}

void table_fit(Table *table, int width)
{
    table->line = width;
}

gsize table_rows(const Table *table)
{
    return table->columns->len > 0 ? table->cells->len / table->columns->len : 0;
}

static const Column *column_at(const Table *table, gsize c)
{
    return &g_array_index(table->columns, Column, c);
}

static const Cell *cell_at(const Table *table, gsize row, gsize c)
{
    return &g_array_index(table->cells, Cell, row * table->columns->len + c);
}

static char *one_line(const char *text)
{
    char *copy = g_strdup(text);
    for (char *p = copy; *p != '\0'; p++)
        if ((guchar)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return copy;
}

static char *shown(const Table *table, gsize row, gsize c)
{
    const Cell *cell = cell_at(table, row, c);
    switch (cell->kind) {
    case CELL_INT:
        return g_strdup_printf("%" G_GINT64_FORMAT, cell->number);
    case CELL_NULL:
        return g_strdup("-");
    case CELL_TEXT:
        break;
    }
    g_autofree char *plain = one_line(cell->text);
    int limit = column_at(table, c)->max_width;
    return limit > 0 ? han_ellipsize(plain, limit) : g_steal_pointer(&plain);
}

static void append_padded(GString *out, const char *text, int width, gboolean right, gboolean last)
{
    int blanks = MAX(0, width - han_width(text));
    if (right)
        g_string_append_printf(out, "%*s", blanks, "");
    g_string_append(out, text);
    if (!right && !last)
        g_string_append_printf(out, "%*s", blanks, "");
    if (!last)
        g_string_append(out, "  ");
}

/* The last column gets what the others leave of the line, where it is made so. */
static void cut_rest(const Table *table, GPtrArray *cells, int *widths)
{
    gsize n = table->columns->len, last = n - 1;
    int rest = table->line;
    if (table->line <= 0 || column_at(table, last)->max_width != TABLE_REST)
        return;
    for (gsize c = 0; c < last; c++)
        rest -= widths[c] + 2;
    rest = MAX(rest, LEAST_REST);
    widths[last] = MIN(widths[last], rest);
    for (gsize i = last; i < cells->len; i += n) {
        char *whole = cells->pdata[i];
        cells->pdata[i] = han_ellipsize(whole, rest);
        g_free(whole);
    }
}

static char *write_text(const Table *table)
{
    gsize n = table->columns->len, rows = table_rows(table);
    g_autofree int *widths = g_new0(int, n);
    g_autofree gboolean *right = g_new0(gboolean, n);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    for (gsize c = 0; c < n; c++)
        widths[c] = han_width(column_at(table, c)->heading);
    for (gsize row = 0; row < rows; row++)
        for (gsize c = 0; c < n; c++) {
            char *text = shown(table, row, c);
            g_ptr_array_add(cells, text);
            widths[c] = MAX(widths[c], han_width(text));
            right[c] |= cell_at(table, row, c)->kind == CELL_INT;
        }
    cut_rest(table, cells, widths);
    GString *out = g_string_new(NULL);
    for (gsize c = 0; c < n; c++)
        append_padded(out, column_at(table, c)->heading, widths[c], right[c], c + 1 == n);
    g_string_append_c(out, '\n');
    for (gsize c = 0; c < n; c++) {
        for (int i = 0; i < widths[c]; i++)
            g_string_append_c(out, '-');
        g_string_append(out, c + 1 == n ? "\n" : "  ");
    }
    for (gsize row = 0; row < rows; row++) {
        for (gsize c = 0; c < n; c++)
            append_padded(out, cells->pdata[row * n + c], widths[c], right[c], c + 1 == n);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static json_t *cell_json(const Cell *cell)
{
    switch (cell->kind) {
    case CELL_INT:
        return json_integer(cell->number);
    case CELL_TEXT:
        return json_string(cell->text);
    case CELL_NULL:
        break;
    }
    return json_null();
}

static char *write_json(const Table *table)
{
    GString *out = g_string_new("[");
    gsize rows = table_rows(table);
    for (gsize row = 0; row < rows; row++) {
        json_t *object = json_object();
        for (gsize c = 0; c < table->columns->len; c++)
            json_object_set_new(object, column_at(table, c)->key, cell_json(cell_at(table, row, c)));
        char *text = json_dumps(object, JSON_COMPACT);
        g_string_append(out, row == 0 ? "\n" : ",\n");
        g_string_append(out, text != NULL ? text : "{}");
        free(text);
        json_decref(object);
    }
    g_string_append(out, "\n]\n");
    return g_string_free(out, FALSE);
}

static void append_csv(GString *out, const char *text)
{
    gboolean guard = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    gboolean quote = strpbrk(text, "\",\r\n") != NULL;
    if (quote)
        g_string_append_c(out, '"');
    if (guard)
        g_string_append_c(out, '\'');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    if (quote)
        g_string_append_c(out, '"');
}

static char *write_csv(const Table *table)
{
    gsize n = table->columns->len, rows = table_rows(table);
    GString *out = g_string_new("\xef\xbb\xbf");
    for (gsize c = 0; c < n; c++) {
        append_csv(out, column_at(table, c)->heading);
        g_string_append(out, c + 1 == n ? "\r\n" : ",");
    }
    for (gsize row = 0; row < rows; row++)
        for (gsize c = 0; c < n; c++) {
            const Cell *cell = cell_at(table, row, c);
            if (cell->kind == CELL_TEXT)
                append_csv(out, cell->text);
            else if (cell->kind != CELL_NULL)
                g_string_append_printf(out, "%" G_GINT64_FORMAT, cell->number);
            g_string_append(out, c + 1 == n ? "\r\n" : ",");
        }
    return g_string_free(out, FALSE);
}

char *table_write(const Table *table, TableFormat format)
{
    switch (format) {
    case TABLE_JSON:
        return write_json(table);
    case TABLE_CSV:
        return write_csv(table);
    case TABLE_TEXT:
        break;
    }
    return write_text(table);
}
