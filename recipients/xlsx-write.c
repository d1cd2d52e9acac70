/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sheets written as a workbook: the heading bold and in sight, columns as wide as what they hold. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"
#include "recipients/xlsx.h"

enum {
    NARROWEST = 6,
    WIDEST = 60,
    MEASURED = 1000 /* rows that say how wide a column is */
};

static guint widest_row(const Sheet *sheet)
{
    guint columns = 0;
    for (guint row = 0; row < sheet_rows(sheet); row++)
        columns = MAX(columns, sheet_columns(sheet, row));
    return columns;
}

static void set_widths(lxw_worksheet *to, const Sheet *sheet, guint columns)
{
    for (guint column = 0; column < columns; column++) {
        int width = NARROWEST;
        for (guint row = 0; row < MIN(sheet_rows(sheet), MEASURED); row++)
            width = MAX(width, han_width(sheet_cell(sheet, row, column)));
        worksheet_set_column(to, (lxw_col_t)column, (lxw_col_t)column, MIN(width, WIDEST) + 2, NULL);
    }
}

/* The library does not guard a text that reads as an escape (_x0041_), so it would come out as A. */
static char *guarded(const char *text)
{
    GString *out = g_string_new(text);
    for (gsize at = out->len; at-- > 0;) {
        const char *p = out->str + at;
        if (p[0] == '_' && p[1] == 'x' && strspn(p + 2, "0123456789ABCDEFabcdef") == 4 && p[6] == '_')
            g_string_insert(out, (gssize)at, "_x005F");
    }
    return g_string_free(out, FALSE);
}

static lxw_error write_cell(lxw_worksheet *to, guint row, guint column, const char *text,
                            lxw_format *format)
{
    if (strstr(text, "_x") == NULL)
        return worksheet_write_string(to, row, (lxw_col_t)column, text, format);
    g_autofree char *safe = guarded(text);
    return worksheet_write_string(to, row, (lxw_col_t)column, safe, format);
}

static lxw_error write_cells(lxw_worksheet *to, const Sheet *sheet, lxw_format *heading)
{
    lxw_error code = LXW_NO_ERROR;
    for (guint row = 0; row < sheet_rows(sheet); row++)
        for (guint column = 0; code == LXW_NO_ERROR && column < sheet_columns(sheet, row); column++) {
            const char *text = sheet_cell(sheet, row, column);
            if (*text != '\0')
                code = write_cell(to, row, column, text, row == 0 ? heading : NULL);
        }
    return code;
}

static lxw_error write_sheet(lxw_workbook *book, const Sheet *sheet, lxw_format *heading)
{
    lxw_worksheet *to = workbook_add_worksheet(book, sheet_name(sheet));
    if (to == NULL)
        return LXW_ERROR_PARAMETER_VALIDATION;
    guint rows = sheet_rows(sheet), columns = widest_row(sheet);
    lxw_error code = write_cells(to, sheet, heading);
    if (code != LXW_NO_ERROR || columns == 0)
        return code;
    set_widths(to, sheet, columns);
    worksheet_freeze_panes(to, 1, 0);
    return worksheet_autofilter(to, 0, 0, rows - 1, (lxw_col_t)(columns - 1));
}

/* Writes and closes the workbook, whatever happens. */
static lxw_error write_book(const GPtrArray *sheets, const char *path)
{
    lxw_workbook *book = workbook_new(path);
    if (book == NULL)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    lxw_format *heading = workbook_add_format(book);
    lxw_error code = LXW_NO_ERROR;
    format_set_bold(heading);
    for (guint i = 0; code == LXW_NO_ERROR && i < sheets->len; i++)
        code = write_sheet(book, sheets->pdata[i], heading);
    lxw_error closed = workbook_close(book);
    return code != LXW_NO_ERROR ? code : closed;
}

static gboolean is_too_large(lxw_error code)
{
    return code == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED || code == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE;
}

/* Asked first: libxlsxwriter says it on standard error by itself. */
static gboolean has_folder(const char *path, const char *shown, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("写不了 %s：已有同名的文件夹，请换一个文件名"), shown);
        return FALSE;
    }
    if (g_file_test(folder, G_FILE_TEST_IS_DIR) && g_access(folder, W_OK) == 0)
        return TRUE;
    g_autofree char *place = g_filename_display_name(folder);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("写不了 %s：文件夹 %s 不存在或不能写，请先建好或改权限"), shown,
                place);
    return FALSE;
}

gboolean xlsx_write(const GPtrArray *sheets, const char *path, GError **error)
{
    g_autofree char *shown = g_filename_display_name(path);
    if (!has_folder(path, shown, error))
        return FALSE;
    g_autofree char *draft = g_strconcat(path, ".part", NULL);
    lxw_error code = write_book(sheets, draft);
    if (code == LXW_NO_ERROR && g_rename(draft, path) == 0)
        return TRUE;
    g_unlink(draft);
    if (is_too_large(code))
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                    _("%s 写不成 Excel 文件：有一格超过 32767 字或行数过多，请改用 CSV"), shown);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    _("写不了 %s：请检查文件夹的权限和剩余空间，并关闭已打开的同名文件"), shown);
    return FALSE;
}
