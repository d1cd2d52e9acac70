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
