/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading and writing CSV. */
#include "recipients/csv.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

static const char guarded[] = "=+-@\t\r'";

static gboolean needs_guard(char c)
{
    return c != '\0' && strchr(guarded, c) != NULL;
}

char *csv_decode(const char *bytes, gsize length, GError **error)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (length >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0) {
        bytes += strlen(mark);
        length -= strlen(mark);
    }
    if (g_utf8_validate_len(bytes, length, NULL))
        return g_strndup(bytes, length);
    if (memchr(bytes, '\0', length) == NULL) {
        char *text = g_convert(bytes, (gssize)length, "UTF-8", "GB18030", NULL, NULL, NULL);
        if (text != NULL)
            return text;
    }
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                        _("编码既不是 UTF-8 也不是 GBK：请在 Excel 或 WPS 中另存为“CSV UTF-8”"));
    return NULL;
}

static void row_free(gpointer data)
{
    CsvRow *row = data;
    g_ptr_array_unref(row->cells);
    g_free(row);
}

static CsvRow *row_new(guint line)
{
    CsvRow *row = g_new0(CsvRow, 1);
    row->line = line;
    row->cells = g_ptr_array_new_with_free_func(g_free);
    return row;
}

static gboolean is_empty(const CsvRow *row)
{
    for (guint i = 0; i < row->cells->len; i++)
        if (*(char *)row->cells->pdata[i] != '\0')
            return FALSE;
    return TRUE;
}

/* Reads a quoted cell from behind its quote; the place behind the closing one, NULL without one. */
static const char *read_quoted(const char *p, GString *cell, guint *line)
{
    for (; *p != '\0'; p++) {
        if (*p == '"' && p[1] != '"')
            return p + 1;
        if (*p == '"')
            p++;
        if (*p == '\n')
            (*line)++;
        g_string_append_c(cell, *p);
    }
    return NULL;
}

static const char *read_plain(const char *p, GString *cell)
{
    gsize length = strcspn(p, ",\r\n");
    g_string_append_len(cell, p, (gssize)length);
    return p + length;
}

/* One cell; NULL when its quotes are wrong. Blanks may stand around the quotes. */
static const char *read_cell(const char *p, GString *cell, guint *line)
{
    const char *start = p + strspn(p, " ");
    if (*start != '"')
        return read_plain(p, cell);
    p = read_quoted(start + 1, cell, line);
    if (p == NULL)
        return NULL;
    p += strspn(p, " ");
    return *p == ',' || *p == '\r' || *p == '\n' || *p == '\0' ? p : NULL;
}

static char *plain_cell(const GString *cell)
{
    const char *start = cell->str;
    if (*start == '\'' && needs_guard(start[1]))
        return g_strdup(start + 1);
    return g_strstrip(g_strdup(start));
}

GPtrArray *csv_parse(const char *text, guint *bad_line)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
    g_autoptr(GString) cell = g_string_new(NULL);
    guint line = 1;
    const char *p = text;
    while (*p != '\0') {
        CsvRow *row = row_new(line);
        g_ptr_array_add(rows, row);
        for (gboolean more = TRUE; more; more = *p == ',' && p++ != NULL) {
            guint began = line;
            g_string_truncate(cell, 0);
            p = read_cell(p, cell, &line);
            if (p == NULL) {
                *bad_line = began;
                return NULL;
            }
            g_ptr_array_add(row->cells, plain_cell(cell));
        }
        p += *p == '\r' && p[1] == '\n' ? 2 : *p != '\0';
        line++;
        if (is_empty(row))
            g_ptr_array_remove_index(rows, rows->len - 1);
    }
    return g_steal_pointer(&rows);
}

void csv_append(GString *out, const char *cell, gboolean last)
{
    gboolean quote = strpbrk(cell, "\",\r\n") != NULL;
    if (quote)
        g_string_append_c(out, '"');
    if (needs_guard(*cell))
        g_string_append_c(out, '\'');
    for (const char *p = cell; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    if (quote)
        g_string_append_c(out, '"');
    g_string_append(out, last ? "\r\n" : ",");
}
