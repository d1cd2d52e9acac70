/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records to cells, in words that the reader knows whatever the language. */
#include "recipients/directory-export.h"

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/csv.h"
#include "recipients/directory-field.h"
#include "recipients/directory-table.h"

/* Which of the common columns the kind's records need. */
typedef struct {
    gboolean from, to, change;
} Common;

static Common needed(const GPtrArray *records)
{
    Common common = {FALSE, FALSE, FALSE};
    for (guint i = 0; i < records->len; i++) {
        const DirectoryRecord *record = records->pdata[i];
        common.from = common.from || *record->valid_from != '\0';
        common.to = common.to || *record->valid_to != '\0';
        common.change = common.change || record->change != 0;
    }
    return common;
}

static void add_heading(Sheet *sheet, const DirectoryKind *kind, Common common)
{
    sheet_begin_row(sheet, 1);
    for (guint i = 0; i < kind->n_fields; i++)
        sheet_add(sheet, kind->fields[i].heading);
    if (common.from)
        sheet_add(sheet, DIRECTORY_TABLE_FROM);
    if (common.to)
        sheet_add(sheet, DIRECTORY_TABLE_TO);
    if (common.change)
        sheet_add(sheet, DIRECTORY_TABLE_CHANGE);
    sheet_end_row(sheet);
}

static void add_row(Sheet *sheet, const Directory *directory, const DirectoryKind *kind, Common common,
                    const DirectoryRecord *record)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *text = directory_field_cell(&kind->fields[i], directory, record);
        sheet_add(sheet, text);
    }
    if (common.from)
        sheet_add(sheet, record->valid_from);
    if (common.to)
        sheet_add(sheet, record->valid_to);
    if (common.change) {
        g_autofree char *change = g_strdup_printf("%" G_GINT64_FORMAT, record->change);
        sheet_add(sheet, change);
    }
}

Sheet *directory_export(const Directory *directory, const DirectoryKind *kind)
{
    const GPtrArray *records = directory->records[kind->id];
    Sheet *sheet = sheet_new(kind->word);
    Common common = needed(records);
    add_heading(sheet, kind, common);
    for (guint i = 0; i < records->len; i++) {
        sheet_begin_row(sheet, i + 2);
        add_row(sheet, directory, kind, common, records->pdata[i]);
        sheet_end_row(sheet);
    }
    return sheet;
}

static char *to_gbk(const GString *text, gsize *length, GError **error)
{
    gsize read = 0;
    char *bytes = g_convert(text->str, (gssize)text->len, "GBK", "UTF-8", &read, length, NULL);
    if (bytes != NULL)
        return bytes;
    const char *at = g_utf8_find_prev_char(text->str, text->str + read + 1);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%.*s”不在 GBK 字符集中：请改用 UTF-8 导出"),
                (int)(g_utf8_next_char(at) - at), at);
    return NULL;
}

char *directory_export_csv(const Sheet *sheet, gboolean gbk, gsize *length, GError **error)
{
    g_autoptr(GString) out = g_string_new(gbk ? "" : "\xef\xbb\xbf");
    for (guint row = 0; row < sheet_rows(sheet); row++)
        for (guint i = 0; i < sheet_columns(sheet, row); i++)
            csv_append(out, sheet_cell(sheet, row, i), i + 1 == sheet_columns(sheet, row));
    if (gbk)
        return to_gbk(out, length, error);
    *length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
