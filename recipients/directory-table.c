/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files to tables: decode, find the kind, find the columns. */
#include "recipients/directory-table.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/base/package.h"
#include "recipients/csv.h"
#include "recipients/xlsx.h"

enum { NONE = G_MAXUINT };

static void error_free(gpointer data)
{
    DirectoryTableError *error = data;
    g_free(error->text);
    g_free(error);
}

GPtrArray *directory_table_errors_new(void)
{
    return g_ptr_array_new_with_free_func(error_free);
}

static void add_error(GPtrArray *errors, const char *place, guint order, guint line, const char *message)
{
    DirectoryTableError *error = g_new0(DirectoryTableError, 1);
    error->order = order;
    error->line = line;
    error->text = line > 0 ? g_strdup_printf(_("%s 第 %u 行：%s"), place, line, message)
                           : g_strdup_printf(_("%s：%s"), place, message);
    g_ptr_array_add(errors, error);
}

void directory_table_error(GPtrArray *errors, const DirectoryTable *table, guint line, const char *message)
{
    add_error(errors, table->place, table->order, line, message);
}

const char *directory_table_cell(const DirectoryTable *table, guint row, guint column)
{
    return column != NONE ? sheet_cell(table->sheet, row, column) : "";
}

static void table_free(gpointer data)
{
    DirectoryTable *table = data;
    g_free(table->place);
    sheet_free(table->sheet);
    g_free(table->columns);
    g_free(table);
}

/* ---- which kind ---- */

static gboolean is_heading(const char *key, const char *name, const char *heading)
{
    return strcmp(key, heading) == 0 || g_ascii_strcasecmp(key, name) == 0;
}

static const DirectoryField *find_field(const DirectoryKind *kind, const char *key)
{
    for (guint i = 0; i < kind->n_fields; i++)
        if (is_heading(key, kind->fields[i].name, kind->fields[i].heading))
            return &kind->fields[i];
    return NULL;
}

/* How many of the kind's columns the heading names; 0 when one it needs is missing. */
static guint match(const DirectoryKind *kind, char **keys)
{
    guint matched = 0, missing = 0;
    for (guint i = 0; i < kind->n_fields; i++)
        missing += kind->fields[i].required ? 1 : 0;
    for (char **key = keys; *key != NULL; key++) {
        const DirectoryField *field = find_field(kind, *key);
        matched += field != NULL ? 1 : 0;
        missing -= field != NULL && field->required && missing > 0 ? 1 : 0;
    }
    return missing == 0 ? matched : 0;
}

/* The kind whose columns the heading has most of; where several have as many, the one that the file
 * or the sheet is named after. */
static const DirectoryKind *recognise(char **keys, const char *name)
{
    const DirectoryKind *named = directory_kind(name), *found = NULL;
    guint best = 0;
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        const DirectoryKind *kind = &directory_kinds[i];
        guint matched = match(kind, keys);
        if (matched > best || (matched == best && kind == named))
            found = kind;
        best = MAX(matched, best);
    }
    return best > 0 ? found : NULL;
}

/* ---- which columns ---- */

/* Where the column that the key names is kept, NULL when the kind has none of that name. */
static guint *column_of(DirectoryTable *table, const char *key)
{
    if (is_heading(key, "valid_from", DIRECTORY_TABLE_FROM))
        return &table->from;
    if (is_heading(key, "valid_to", DIRECTORY_TABLE_TO))
        return &table->to;
    if (is_heading(key, "change", DIRECTORY_TABLE_CHANGE))
        return &table->change;
    const DirectoryField *field = find_field(table->kind, key);
    return field != NULL ? &table->columns[field - table->kind->fields] : NULL;
}

static void read_heading(DirectoryTable *table, char **keys, GPtrArray *errors)
{
    guint line = sheet_line(table->sheet, 0);
    for (guint i = 0; keys[i] != NULL; i++) {
        guint *column = column_of(table, keys[i]);
        g_autofree char *message = NULL;
        if (column == NULL)
            message = g_strdup_printf(_("%s表没有“%s”这一列：请改正列名或删去"), _(table->kind->word),
                                      sheet_cell(table->sheet, 0, i));
        else if (*column != NONE)
            message = g_strdup_printf(_("“%s”这一列出现了两次：请删去一列"), keys[i]);
        else
            *column = i;
        if (message != NULL)
            directory_table_error(errors, table, line, message);
    }
}

/* A line may be longer than the heading only by empty cells. */
static void check_width(const DirectoryTable *table, GPtrArray *errors)
{
    guint width = sheet_columns(table->sheet, 0);
    for (guint row = 1; row < sheet_rows(table->sheet); row++)
        for (guint i = width; i < sheet_columns(table->sheet, row); i++)
            if (*sheet_cell(table->sheet, row, i) != '\0') {
                directory_table_error(errors, table, sheet_line(table->sheet, row),
                                      _("比表头多出一格：内容里有逗号时请加英文双引号"));
                break;
            }
}

/* ---- which files ---- */

typedef struct {
    GPtrArray *tables, *errors;
} Reading;

static char **keys_of(const Sheet *sheet)
{
    g_autoptr(GStrvBuilder) keys = g_strv_builder_new();
    for (guint i = 0; i < sheet_columns(sheet, 0); i++) {
        g_autofree char *key = directory_key(sheet_cell(sheet, 0, i));
        g_strv_builder_add(keys, key);
    }
    return g_strv_builder_end(keys);
}

/* Takes the sheet; name is what it is called for people to know its kind by. */
static void add_sheet(Reading *reading, Sheet *sheet, const char *place, const char *name)
{
    guint order = reading->tables->len;
    g_auto(GStrv) keys = keys_of(sheet);
    const DirectoryKind *kind = recognise(keys, name);
    if (kind == NULL) {
        add_error(reading->errors, place, order, sheet_line(sheet, 0),
                  _("表头认不出：首行应为列名，如“单位名称,简称,类别,上级单位,顺序”；不是名录的表请删去"));
        sheet_free(sheet);
        return;
    }
    DirectoryTable *table = g_new0(DirectoryTable, 1);
    table->kind = kind;
    table->place = g_strdup(place);
    table->order = order;
    table->sheet = sheet;
    table->columns = g_new(guint, kind->n_fields);
    memset(table->columns, 0xff, kind->n_fields * sizeof *table->columns);
    table->from = table->to = table->change = NONE;
    g_ptr_array_add(reading->tables, table);
    read_heading(table, keys, reading->errors);
    check_width(table, reading->errors);
}

static void read_csv(Reading *reading, const DirectoryFile *file, const char *stem)
{
    g_autoptr(GError) error = NULL;
    guint bad_line = 0;
    g_autofree char *text = csv_decode(file->bytes, file->length, &error);
    Sheet *sheet = text != NULL ? csv_parse(stem, text, &bad_line) : NULL;
    if (sheet != NULL && sheet_rows(sheet) > 0) {
        add_sheet(reading, sheet, file->name, stem);
        return;
    }
    add_error(reading->errors, file->name, reading->tables->len, bad_line,
              text == NULL    ? error->message
              : sheet == NULL ? _("双引号不成对，或引号后还有内容：请改正这一格")
                              : _("是空表，没有表头"));
    sheet_free(sheet);
}

/* A new workbook often has an empty sheet or two: they are passed over. */
static void read_xlsx(Reading *reading, const DirectoryFile *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sheets = xlsx_read(file->bytes, file->length, &error);
    if (sheets == NULL)
        add_error(reading->errors, file->name, reading->tables->len, 0, error->message);
    for (guint i = 0; sheets != NULL && i < sheets->len; i++) {
        Sheet *sheet = g_steal_pointer(&sheets->pdata[i]);
        g_autofree char *place = g_strdup_printf(_("%s 工作表“%s”"), file->name, sheet_name(sheet));
        if (sheet_rows(sheet) > 0)
            add_sheet(reading, sheet, place, sheet_name(sheet));
        else
            sheet_free(sheet);
    }
}

GPtrArray *directory_tables_read(const DirectoryFile *files, gsize n, GPtrArray *errors)
{
    Reading reading = {g_ptr_array_new_with_free_func(table_free), errors};
    for (gsize i = 0; i < n; i++) {
        g_autofree char *stem = g_path_get_basename(files[i].name);
        char *dot = strrchr(stem, '.');
        if (dot != NULL)
            *dot = '\0';
        if (package_is(files[i].bytes, files[i].length))
            read_xlsx(&reading, &files[i]);
        else
            read_csv(&reading, &files[i], stem);
    }
    return reading.tables;
}
