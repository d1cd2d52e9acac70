/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows and cells (ECMA-376 part 1, 18.3.1): where they stand, and the text of each type. */
#include "recipients/xlsx-cells.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/xlsx-number.h"

enum {
    MAX_LINE = 1048576,
    MAX_COLUMN = 256 /* that may hold something */
};

typedef struct {
    PackagePart *part;
    const XlsxBook *book;
    Sheet *sheet;
    gsize room;
    guint line;      /* of the row being read, 0 before the first */
    guint column;    /* the one after the cell read last, from 0 */
    gboolean in_row; /* the row is in the sheet */
    GString *text;   /* of the cell being read */
} Cells;

static gboolean fail(GError **error, const char *message)
{
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

gboolean xlsx_cells_damaged(GError **error)
{
    return fail(error, _("内容前后不符，文件已损坏：请在 Excel 或 WPS 中打开后另存"));
}

gboolean xlsx_cells_too_many(GError **error)
{
    return fail(error, _("内容过多：请删去多余的内容，或分成几个文件"));
}

guint xlsx_cells_number(PackagePart *part, const char *name, guint missing)
{
    guint64 number;
    const char *text = package_part_attribute(part, name);
    if (text == NULL)
        return missing;
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT - 1, &number, NULL) ? (guint)number
                                                                               : G_MAXUINT;
}

/* The character of _xHHHH_, by which XML's forbidden ones are written; 0 for other text. */
static gunichar escaped(const char *p)
{
    gunichar c = 0;
    for (guint i = 2; i < 6; i++) {
        if (!g_ascii_isxdigit(p[i]))
            return 0;
        c = c * 16 + (gunichar)g_ascii_xdigit_value(p[i]);
    }
    return p[6] == '_' && g_unichar_validate(c) ? c : 0;
}

static void unescape(GString *text)
{
    for (char *p = text->str; (p = strstr(p, "_x")) != NULL; p++) {
        gunichar c = escaped(p);
        if (c == 0)
            continue;
        gsize at = (gsize)(p - text->str), length = (gsize)g_unichar_to_utf8(c, p);
        g_string_erase(text, (gssize)(at + length), (gssize)(strlen("_x0000_") - length));
        p = text->str + at + length - 1;
    }
}

gboolean xlsx_cells_text(PackagePart *part, GString *text, GError **error)
{
    guint level = package_part_level(part), reading = 0;
    gboolean in_text = FALSE;
    g_string_truncate(text, 0);
    while (package_part_next(part, error)) {
        guint here = package_part_level(part);
        switch (package_part_event(part)) {
        case PACKAGE_START:
            reading = reading == 0 && package_part_is(part, "rPh") ? here : reading;
            in_text = reading == 0 && package_part_is(part, "t");
            break;
        case PACKAGE_TEXT:
            if (in_text)
                g_string_append(text, package_part_text(part));
            break;
        case PACKAGE_END:
            in_text = FALSE;
            reading = here == reading ? 0 : reading;
            if (here == level) {
                unescape(text);
                return TRUE;
            }
            break;
        case PACKAGE_EOF:
            return xlsx_cells_damaged(error);
        }
    }
    return FALSE;
}

/* The column (from 0) of a place like AB12 in this line; G_MAXUINT when it is none. */
static guint column_of(const char *place, guint line)
{
    guint column = 0;
    guint64 number;
    const char *p = place;
    for (; g_ascii_isalpha(*p) && p - place < 3; p++)
        column = column * 26 + (guint)(g_ascii_toupper(*p) - 'A') + 1;
    gboolean good = column > 0 && g_ascii_string_to_unsigned(p, 10, line, line, &number, NULL);
    return good ? column - 1 : G_MAXUINT;
}

/* What a cell's value means is said by its type (18.18.11 ST_CellType) and its style. */
static gboolean interpret(Cells *cells, const char *type, guint style, GError **error)
{
    guint64 number;
    if (strcmp(type, "inlineStr") == 0 || strcmp(type, "str") == 0 || strcmp(type, "e") == 0)
        return TRUE;
    g_autofree char *value = g_strstrip(g_strdup(cells->text->str));
    if (*value == '\0')
        return TRUE;
    g_string_truncate(cells->text, 0);
    if (strcmp(type, "s") == 0) {
        const GPtrArray *strings = cells->book->strings;
        if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT, &number, NULL) || number >= strings->len)
            return xlsx_cells_damaged(error);
        g_string_append(cells->text, strings->pdata[number]);
    } else if (strcmp(type, "b") == 0) {
        g_string_append(cells->text, strcmp(value, "0") == 0 ? "FALSE" : "TRUE");
    } else if (strcmp(type, "d") == 0) {
        g_string_append_len(cells->text, value, (gssize)strcspn(value, "T"));
    } else {
        const GArray *dates = cells->book->dates;
        gboolean is_date = style < dates->len && g_array_index(dates, guint8, style) != 0;
        xlsx_number_append(cells->text, value, is_date, cells->book->from_1904);
    }
    return TRUE;
}

/* Reads to the end of the cell at whose start the part is: the raw value, or the inline text. */
static gboolean read_value(Cells *cells, GError **error)
{
    PackagePart *part = cells->part;
    guint level = package_part_level(part);
    gboolean in_value = FALSE;
    g_string_truncate(cells->text, 0);
    while (package_part_next(part, error)) {
        PackageEvent event = package_part_event(part);
        if (event == PACKAGE_END && package_part_level(part) == level)
            return TRUE;
        if (event == PACKAGE_TEXT && in_value)
            g_string_append(cells->text, package_part_text(part));
        if (event == PACKAGE_START && package_part_is(part, "is") && !xlsx_cells_text(part, cells->text, error))
            return FALSE;
        if (event == PACKAGE_START || event == PACKAGE_END)
            in_value = event == PACKAGE_START && package_part_is(part, "v");
        if (event == PACKAGE_EOF)
            return xlsx_cells_damaged(error);
    }
    return FALSE;
}

static gboolean store_cell(Cells *cells, guint column, GError **error)
{
    const char *text = g_strstrip(cells->text->str);
    if (*text == '\0')
        return TRUE;
    if (column >= MAX_COLUMN)
        return fail(error, _("第 256 列以后还有内容：请删去多余的列"));
    if (!cells->in_row)
        sheet_begin_row(cells->sheet, cells->line);
    cells->in_row = TRUE;
    sheet_add_at(cells->sheet, column, text);
    return sheet_size(cells->sheet) <= cells->room || xlsx_cells_too_many(error);
}

static gboolean read_cell(Cells *cells, GError **error)
{
    const char *place = package_part_attribute(cells->part, "r");
    guint column = place != NULL ? column_of(place, cells->line) : cells->column;
    guint style = xlsx_cells_number(cells->part, "s", 0);
    g_autofree char *type = g_strdup(package_part_attribute(cells->part, "t"));
    if (column < cells->column || column == G_MAXUINT)
        return xlsx_cells_damaged(error);
    cells->column = column + 1;
    return read_value(cells, error) && interpret(cells, type != NULL ? type : "n", style, error) &&
           store_cell(cells, column, error);
}

static gboolean begin_row(Cells *cells, GError **error)
{
    guint line = xlsx_cells_number(cells->part, "r", cells->line + 1);
    if (line <= cells->line || line > MAX_LINE)
        return xlsx_cells_damaged(error);
    cells->line = line;
    cells->column = 0;
    cells->in_row = FALSE;
    return TRUE;
}

static gboolean read_element(Cells *cells, GError **error)
{
    if (package_part_is(cells->part, "row"))
        return begin_row(cells, error);
    if (package_part_is(cells->part, "c"))
        return cells->line > 0 ? read_cell(cells, error) : xlsx_cells_damaged(error);
    return TRUE;
}

static gboolean read_rows(Cells *cells, GError **error)
{
    while (package_part_next(cells->part, error)) {
        if (package_part_event(cells->part) == PACKAGE_EOF)
            return TRUE;
        if (package_part_event(cells->part) == PACKAGE_START && !read_element(cells, error))
            return FALSE;
    }
    return FALSE;
}

Sheet *xlsx_cells_read(Package *package, const char *part, const char *name, const XlsxBook *book,
                       gsize room, GError **error)
{
    g_autoptr(Sheet) sheet = sheet_new(name);
    g_autoptr(PackagePart) opened = package_part_open(package, part, error);
    g_autoptr(GString) text = g_string_new(NULL);
    Cells cells = {.part = opened, .book = book, .sheet = sheet, .room = room, .text = text};
    if (opened != NULL && read_rows(&cells, error))
        return g_steal_pointer(&sheet);
    if (cells.line > 0)
        g_prefix_error(error, _("工作表“%s”第 %u 行："), name, cells.line);
    else
        g_prefix_error(error, _("工作表“%s”："), name);
    return NULL;
}
