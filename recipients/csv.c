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
    if (length == 0) /* bytes may be NULL */
        return g_strdup("");
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

static void add_cell(Sheet *sheet, GString *cell)
{
    if (cell->str[0] == '\'' && needs_guard(cell->str[1]))
        sheet_add(sheet, cell->str + 1);
    else
        sheet_add(sheet, g_strstrip(cell->str));
}

Sheet *csv_parse(const char *name, const char *text, guint *bad_line)
{
    g_autoptr(Sheet) sheet = sheet_new(name);
    g_autoptr(GString) cell = g_string_new(NULL);
    guint line = 1;
    const char *p = text;
    while (*p != '\0') {
        sheet_begin_row(sheet, line);
        for (gboolean more = TRUE; more; more = *p == ',' && p++ != NULL) {
            guint began = line;
            g_string_truncate(cell, 0);
            p = read_cell(p, cell, &line);
            if (p == NULL) {
                *bad_line = began;
                return NULL;
            }
            add_cell(sheet, cell);
        }
        p += *p == '\r' && p[1] == '\n' ? 2 : *p != '\0';
        line++;
        sheet_end_row(sheet);
    }
    return g_steal_pointer(&sheet);
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
