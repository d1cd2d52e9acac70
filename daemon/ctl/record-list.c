/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of records. */
#include "daemon/ctl/record-list.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/record-words.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

#define WIDTH 44 /* columns of a terminal for one field */

static gboolean holds(const DirectoryKind *kind, gconstpointer record, const char *day)
{
    DirectoryDays days = directory_record_days(kind, record);
    return strcmp(days.from, day) <= 0 && directory_reaches(days.to, day);
}

static GPtrArray *fitting(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const GPtrArray *records = directory->records[kind->id];
    guint n = records->len;
    gpointer probe = directory_add(directory, kind);
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *option = record_words_option(&kind->fields[i]);
        const char *text = args_get(args, option);
        if (text != NULL && !directory_field_set(&kind->fields[i], directory, probe, text, directory, error))
            return NULL;
    }
    for (guint i = 0; i < n; i++)
        if (record_words_fit(kind, directory, records->pdata[i], args, probe) &&
            (!kind->dated || !args_has(args, "date") || holds(kind, records->pdata[i], directory->date)))
            g_ptr_array_add(found, records->pdata[i]);
    return g_steal_pointer(&found);
}

/* The owner's name tells people of which kind it is. */
static gboolean is_shown(const DirectoryField *field, const Directory *directory, const GPtrArray *records,
                         TableFormat format)
{
    if (format != TABLE_TEXT)
        return TRUE;
    if (strcmp(field->name, "owner_kind") == 0)
        return FALSE;
    if (field->type == FIELD_FLAG || field->type == FIELD_NUMBER) {
        for (guint i = 0; i < records->len; i++)
            if (*(const int *)directory_field_place(field, records->pdata[i]) != 0)
                return TRUE;
        return FALSE;
    }
    for (guint i = 0; i < records->len; i++) {
        g_autofree char *text = directory_field_text(field, directory, records->pdata[i]);
        if (*text != '\0')
            return TRUE;
    }
    return records->len == 0;
}

static void add_cell(Table *table, const DirectoryField *field, const Directory *directory, gconstpointer record,
                     TableFormat format)
{
    if (field->type == FIELD_NUMBER) {
        table_int(table, *(const int *)directory_field_place(field, (gpointer)record));
        return;
    }
    g_autofree char *text = format == TABLE_JSON ? directory_field_code(field, directory, record)
                                                 : directory_field_text(field, directory, record);
    table_text(table, *text != '\0' ? text : NULL);
}

/* Which version it is, for programs. */
static void add_version(Table *table, const DirectoryRecord *record)
{
    table_text(table, *record->valid_from != '\0' ? record->valid_from : NULL);
    table_text(table, *record->valid_to != '\0' ? record->valid_to : NULL);
    table_int(table, record->change);
}

static const TableColumn version[] = {
    {"valid_from", N_("有效自"), 0}, {"valid_to", N_("有效至"), 0}, {"change", N_("改动号"), 0}};

static void add_column(GArray *columns, const char *key, const char *heading, int width)
{
    TableColumn column = {key, heading, width};
    g_array_append_val(columns, column);
}

/* The table's head; the fields that stand in it are added to fields. */
static Table *table_for(const DirectoryKind *kind, const Directory *directory, const GPtrArray *records,
                        TableFormat format, GPtrArray *fields)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(TableColumn));
    add_column(columns, "id", _("编号"), 0);
    for (guint i = 0; i < kind->n_fields; i++)
        if (is_shown(&kind->fields[i], directory, records, format)) {
            add_column(columns, kind->fields[i].name, _(kind->fields[i].heading), WIDTH);
            g_ptr_array_add(fields, (gpointer)&kind->fields[i]);
        }
    for (gsize i = 0; i < G_N_ELEMENTS(version) && format != TABLE_TEXT; i++)
        add_column(columns, version[i].key, _(version[i].heading), 0);
    return table_new((const TableColumn *)(void *)columns->data, columns->len);
}

int record_list_print(const DirectoryKind *kind, Directory *directory, const Args *args, TableFormat format,
                      GError **error)
{
    g_autoptr(GPtrArray) records = fitting(kind, directory, args, error);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    if (records == NULL)
        return 1;
    g_autoptr(Table) table = table_for(kind, directory, records, format, fields);
    for (guint r = 0; r < records->len; r++) {
        table_int(table, ((const DirectoryRecord *)records->pdata[r])->id);
        for (guint i = 0; i < fields->len; i++)
            add_cell(table, fields->pdata[i], directory, records->pdata[r], format);
        if (format != TABLE_TEXT)
            add_version(table, records->pdata[r]);
    }
    g_autofree char *text = table_write(table, format);
    output_text(text);
    return 0;
}
