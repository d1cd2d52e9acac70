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

Directory *sample_directory(const char *date)
{
    DirectoryCsvFile files[8];
    gsize n = 0;
    for (const char *const *table = directory_csv_tables(); *table != NULL; table++, n++) {
        files[n].name = *table;
        files[n].bytes = sample_table(*table, &files[n].length);
    }
    g_autoptr(GPtrArray) errors = directory_csv_errors_new();
    Directory *directory = directory_csv_read(files, n, NULL, date, errors);
    for (guint i = 0; i < errors->len; i++) {
        g_autofree char *text = directory_csv_error_text(errors->pdata[i]);
        g_test_message("%s", text);
    }
    g_assert_nonnull(directory);
    for (gsize i = 0; i < n; i++)
        g_free((char *)files[i].bytes);
    return directory;
}

static void spell_record(Directory *directory, char **words, gint64 id)
{
    const DirectoryKind *kind = directory_kind(words[0]);
    DirectoryRecord *record = directory_add(directory, kind);
    record->id = id;
    for (char **word = words + 1; *word != NULL; word++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = g_strsplit(*word, "=", 2);
        const DirectoryField *field = directory_kind_field(kind, parts[0]);
        g_assert_nonnull(field);
        directory_field_set(field, directory, record, parts[1], directory, &error);
        g_assert_no_error(error);
    }
    directory_index(directory);
}

Directory *spelled_directory(const char *date, const char *const *records)
{
    Directory *directory = directory_new(date);
    directory_index(directory);
    for (gint64 i = 0; records[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit(records[i], " ", -1);
        spell_record(directory, words, i + 1);
    }
    return directory;
}
