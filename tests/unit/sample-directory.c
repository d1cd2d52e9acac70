/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sample district for tests. */
#include "tests/unit/sample-directory.h"

#include "recipients/directory-field.h"

char *sample_path(const char *relative)
{
    const char *source = g_getenv("SONGFA_SRCDIR");
    return g_build_filename(source != NULL ? source : ".", relative, NULL);
}

char *sample_table(const char *table, gsize *length)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *relative = g_strdup_printf("recipients/sample/%s.csv", table);
    g_autofree char *path = sample_path(relative);
    char *bytes = NULL;
    g_file_get_contents(path, &bytes, length, &error);
    g_assert_no_error(error);
    return bytes;
}

/* New records come with ids below 0, all over the directory: turned round, they are as stored. */
static void store_ids(Directory *directory)
{
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        for (guint n = 0; n < directory->records[i]->len; n++) {
            DirectoryRecord *record = directory->records[i]->pdata[n];
            record->id = -record->id;
            for (guint f = 0; f < directory_kinds[i].n_fields; f++) {
                gint64 *place = directory_field_place(&directory_kinds[i].fields[f], record);
                if (directory_field_is_reference(&directory_kinds[i].fields[f]))
                    *place = -*place;
            }
        }
    directory_index(directory);
}

Directory *imported_directory(const char *date, const DirectoryFile *files, gsize n)
{
    g_autoptr(Directory) nothing = directory_new(date);
    g_autoptr(GPtrArray) errors = directory_table_errors_new();
    directory_index(nothing);
    g_autoptr(DirectoryImport) import = directory_import(files, n, nothing, FALSE, errors);
    for (guint i = 0; i < errors->len; i++)
        g_test_message("%s", ((const DirectoryTableError *)errors->pdata[i])->text);
    g_assert_nonnull(import);
    store_ids(import->after);
    return g_steal_pointer(&import->after);
}

Directory *sample_directory(const char *date)
{
    DirectoryFile files[DIRECTORY_KINDS];
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        files[i].name = directory_kinds[i].plural;
        files[i].bytes = sample_table(files[i].name, &files[i].length);
    }
    Directory *directory = imported_directory(date, files, DIRECTORY_KINDS);
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        g_free((gpointer)files[i].bytes);
    return directory;
}

void spell_record(Directory *directory, const char *record)
{
    g_auto(GStrv) halves = g_strsplit(record, " ", 2);
    g_auto(GStrv) fields = g_strsplit(halves[1], ";", -1);
    const DirectoryKind *kind = directory_kind(halves[0]);
    static gint64 last_id = 0;
    DirectoryRecord *made = directory_add(directory, kind);
    made->id = ++last_id;
    for (char **field = fields; *field != NULL; field++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) pair = g_strsplit(*field, "=", 2);
        directory_field_set(directory_kind_field(kind, pair[0]), directory, made, pair[1], directory, &error);
        g_assert_no_error(error);
    }
    directory_index(directory);
}

Directory *spelled_directory(const char *date, const char *const *records)
{
    Directory *directory = directory_new(date);
    directory_index(directory);
    for (const char *const *record = records; *record != NULL; record++)
        spell_record(directory, *record);
    return directory;
}
