/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: the first byte says which part of a workbook the rest replaces; what is read keeps
 * its bounds and is UTF-8. */
#include <stdlib.h>

#include "recipients/xlsx.h"
#include "tests/unit/xlsx-book.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(const Sheet *sheet)
{
    for (guint row = 0; row < sheet_rows(sheet); row++) {
        if (row > 0 && sheet_line(sheet, row) <= sheet_line(sheet, row - 1))
            abort();
        if (sheet_columns(sheet, row) == 0 || sheet_columns(sheet, row) > 256)
            abort();
        for (guint i = 0; i < sheet_columns(sheet, row); i++)
            if (!g_utf8_validate(sheet_cell(sheet, row, i), -1, NULL))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    if (size == 0)
        return -1;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    g_autoptr(GBytes) book = xlsx_book_with(data[0] % XLSX_BOOK_PARTS, text);
    gsize length;
    gconstpointer bytes = g_bytes_get_data(book, &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sheets = xlsx_read(bytes, length, &error);
    if ((sheets == NULL) == (error == NULL))
        abort();
    for (guint i = 0; sheets != NULL && i < sheets->len; i++)
        check(sheets->pdata[i]);
    return 0;
}
