/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV tables read into a directory: first all rows to records, then names to ids, then checks. All
 * errors are collected, each with its place. */
#include "recipients/directory-csv.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/csv.h"
#include "recipients/directory-csv-reader.h"

static void error_free(gpointer data)
{
    DirectoryCsvError *error = data;
    g_free(error->file);
    g_free(error->column);
    g_free(error->value);
    g_free(error->message);
    g_free(error);
}

GPtrArray *directory_csv_errors_new(void)
{
    return g_ptr_array_new_with_free_func(error_free);
}

char *directory_csv_error_text(const DirectoryCsvError *error)
{
    GString *text = g_string_new(error->file);
    if (error->line > 0)
        g_string_append_printf(text, _(" 第 %u 行"), error->line);
    if (*error->column != '\0')
        g_string_append_printf(text, _("“%s”"), error->column);
    if (*error->value != '\0')
        g_string_append_printf(text, "=“%s”", error->value);
    g_string_append_printf(text, _("：%s"), error->message);
    return g_string_free(text, FALSE);
}

static const CsvColumn *find_column(const CsvTable *table, const char *heading)
{
    g_autofree char *key = directory_key(heading);
    for (gsize i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].heading, key) == 0 ||
            g_ascii_strcasecmp(table->columns[i].key, key) == 0)
            return &table->columns[i];
    return NULL;
}

/* How many of the table's columns the heading names; 0 when one it needs is missing. */
static guint match_heading(const CsvTable *table, const Sheet *sheet)
{
    guint matched = 0, needed = 0, present = 0;
    for (gsize i = 0; i < table->n_columns; i++)
        needed += table->columns[i].required ? 1 : 0;
    for (guint i = 0; i < sheet_columns(sheet, 0); i++) {
        const CsvColumn *column = find_column(table, sheet_cell(sheet, 0, i));
        matched += column != NULL ? 1 : 0;
        present += column != NULL && column->required ? 1 : 0;
    }
    return present >= needed ? matched : 0;
}

static const CsvTable *recognise(const Sheet *sheet)
{
    gsize n;
    guint best = 0;
    const CsvTable *tables = directory_csv_table_list(&n), *found = NULL;
    for (gsize i = 0; i < n; i++) {
        guint matched = match_heading(&tables[i], sheet);
        if (matched > best) {
            best = matched;
            found = &tables[i];
        }
    }
    return found;
}

static void read_row(CsvReader *reader, const CsvTable *table, const CsvColumn **columns,
                     guint n_columns, const CsvPlace *place, const Sheet *sheet, guint row)
{
    gpointer record = table->add(reader->directory);
    g_hash_table_insert(reader->places, record, g_memdup2(place, sizeof *place));
    for (guint i = 0; i < n_columns; i++) {
        const char *text = sheet_cell(sheet, row, i);
        if (columns[i] == NULL)
            continue;
        if (*text != '\0')
            directory_csv_set_cell(reader, place, columns[i], record, text);
        else if (columns[i]->required)
            directory_csv_error(reader, place, columns[i]->heading, NULL, g_strdup(_("不能空着")));
    }
    for (guint i = n_columns; i < sheet_columns(sheet, row); i++)
        if (*sheet_cell(sheet, row, i) != '\0')
            directory_csv_error(reader, place, NULL, sheet_cell(sheet, row, i),
                                g_strdup(_("多出一格：内容里有逗号时请加英文双引号")));
}

static void read_table(CsvReader *reader, const char *file, const Sheet *sheet)
{
    const CsvTable *table = recognise(sheet);
    CsvPlace place = {file, sheet_line(sheet, 0)};
    guint n_columns = sheet_columns(sheet, 0);
    if (table == NULL) {
        directory_csv_error(reader, &place, NULL, sheet_cell(sheet, 0, 0),
                            g_strdup(_("表头认不出：首行应为列名，如“单位名称,简称,类别,上级单位,顺序”")));
        return;
    }
    g_autofree const CsvColumn **columns = g_new0(const CsvColumn *, n_columns);
    for (guint i = 0; i < n_columns; i++) {
        columns[i] = find_column(table, sheet_cell(sheet, 0, i));
        if (columns[i] == NULL)
            directory_csv_error(reader, &place, sheet_cell(sheet, 0, i), NULL,
                                g_strdup_printf(_("%s 表没有这一列：请改正列名或删去"), table->name));
    }
    for (guint i = 1; i < sheet_rows(sheet); i++) {
        place.line = sheet_line(sheet, i);
        read_row(reader, table, columns, n_columns, &place, sheet, i);
    }
}

static void read_file(CsvReader *reader, const DirectoryCsvFile *file)
{
    g_autoptr(GError) error = NULL;
    CsvPlace place = {file->name, 0};
    g_autofree char *text = csv_decode(file->bytes, file->length, &error);
    if (text == NULL) {
        directory_csv_error(reader, &place, NULL, NULL, g_strdup(error->message));
        return;
    }
    g_autoptr(Sheet) sheet = csv_parse(file->name, text, &place.line);
    if (sheet == NULL)
        directory_csv_error(reader, &place, NULL, NULL,
                            g_strdup(_("双引号不成对，或引号后还有内容：请改正这一格")));
    else if (sheet_rows(sheet) == 0)
        directory_csv_error(reader, &place, NULL, NULL, g_strdup(_("是空表，没有表头")));
    else
        read_table(reader, file->name, sheet);
}

static gint compare_errors(gconstpointer a, gconstpointer b)
{
    const DirectoryCsvError *one = *(DirectoryCsvError *const *)a,
                            *two = *(DirectoryCsvError *const *)b;
    int file = strcmp(one->file, two->file);
    return file != 0 ? file : (one->line > two->line) - (one->line < two->line);
}

static void reference_free(gpointer data)
{
    CsvReference *reference = data;
    g_free(reference->name);
    g_free(reference);
}

static void reader_init(CsvReader *reader, const Directory *known, const char *date, GPtrArray *errors)
{
    reader->directory = directory_new(date);
    reader->known = known;
    reader->errors = errors;
    reader->references = g_ptr_array_new_with_free_func(reference_free);
    reader->places = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->broken = g_hash_table_new(NULL, NULL);
    reader->tags = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    reader->persons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->known_tags = known != NULL ? directory_csv_tags(known) : g_hash_table_new(NULL, NULL);
    reader->known_persons = directory_csv_persons_by_tag(reader->known_tags);
}

static void reader_clear(CsvReader *reader)
{
    directory_free(reader->directory);
    g_ptr_array_unref(reader->references);
    g_hash_table_unref(reader->places);
    g_hash_table_unref(reader->broken);
    g_hash_table_unref(reader->tags);
    g_hash_table_unref(reader->persons);
    g_hash_table_unref(reader->known_tags);
    g_hash_table_unref(reader->known_persons);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CsvReader, reader_clear)

Directory *directory_csv_read(const DirectoryCsvFile *files, gsize n, const Directory *known,
                              const char *date, GPtrArray *errors)
{
    g_auto(CsvReader) reader = {0};
    guint before = errors->len;
    reader_init(&reader, known, date, errors);
    for (gsize i = 0; i < n; i++)
        read_file(&reader, &files[i]);
    directory_csv_link(&reader);
    g_ptr_array_sort(errors, compare_errors);
    return errors->len == before ? g_steal_pointer(&reader.directory) : NULL;
}
