/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which files are declared finished by their names or by sidecars, and the order they are taken in. */
#include "daemon/intake/final.h"

#include <glib/gstdio.h>
#include <string.h>

#include "daemon/intake/sidecar.h"
#include "tests/unit/scratch.h"

static void test_names(void)
{
    static const struct { const char *name, *pattern; gboolean want; } rows[] = {
        {"第7期定稿.docx", NULL, TRUE},       {"定稿.docx", NULL, TRUE},
        {"第7期.docx", NULL, FALSE},          {"第7期未定稿.docx", NULL, FALSE},
        {"非定稿 第7期.docx", NULL, FALSE},   {"第7期待定稿.docx", NULL, FALSE},
        {"第7期（不是定稿）.docx", NULL, FALSE}, {"定稿（尚未定稿）.docx", NULL, FALSE},
        {"第7期-final.docx", "*-FINAL.*", TRUE}, {"第7期-finale.docx", "*-final.*", FALSE},
        {"未定稿.docx", "*定稿*", TRUE},      {"第17期.docx", "第?期*", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s %s", rows[i].name, rows[i].pattern);
        g_assert_cmpint(final_name_says(rows[i].name, rows[i].pattern), ==, rows[i].want);
    }
}

static void test_spoken_for(void)
{
    static const struct { const char *name, *suffix, *want; } rows[] = {
        {"七.docx.ok", NULL, "七.docx"},   {"七.docx.OK", NULL, "七.docx"},   {"七.docx.定稿", NULL, "七.docx"},
        {"七.ok", NULL, "七"},             {"七.docx.ok.txt", NULL, "七.docx"}, {"七.docx.定稿.TXT", NULL, "七.docx"},
        {"七.docx", NULL, NULL},           {".ok", NULL, NULL},               {"七.txt", NULL, NULL},
        {"七.docx.ok", ".done", NULL},     {"七.docx.Done", ".done", "七.docx"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = final_spoken_for(rows[i].name, rows[i].suffix);
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_order(void)
{
    static const char *const sorted[] = {
        "上街信息第9期.docx", "上街信息第10期.docx", "上街信息第11期.docx", "上街信息第100期.docx",
        "大事月报2026年第2期.txt", "大事月报2026年第10期.txt",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sorted); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(sorted); k++) {
            int order = final_compare(sorted[i], sorted[k]);
            g_test_message("%s %s", sorted[i], sorted[k]);
            g_assert_cmpint((order > 0) - (order < 0), ==, (i > k) - (i < k));
        }
}

/* --- sidecars: what lies in a folder, and for which files it speaks */

typedef struct {
    const char *name, *here[5], *file;
    gboolean want;
} SidecarRow;

static const SidecarRow sidecar_rows[] = {
    {"none", {"七.docx"}, "七.docx", FALSE},
    {"by its whole name", {"七.docx", "七.docx.ok"}, "七.docx", TRUE},
    {"by its stem", {"七.docx", "七.ok"}, "七.docx", TRUE},
    {"a stem that two have", {"七.docx", "七.pdf", "七.ok"}, "七.docx", FALSE},
    {"its whole name, although two have the stem", {"七.docx", "七.pdf", "七.pdf.定稿"}, "七.pdf", TRUE},
    {"that of the other", {"七.docx", "七.pdf", "七.pdf.定稿"}, "七.docx", FALSE},
    {"of a longer name", {"七.docx", "七.docx2.ok"}, "七.docx", FALSE},
};

static void put(const char *folder, const char *name, gsize size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL), *text = g_strnfill(size, 'x');
    g_assert_true(g_file_set_contents(path, text, (gssize)size, NULL));
}

static gboolean lies_in(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void test_sidecars(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sidecar_rows); i++) {
        const SidecarRow *row = &sidecar_rows[i];
        g_autofree char *folder = scratch_new();
        g_autoptr(Sidecars) sidecars = sidecars_new(folder, NULL);
        g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
        g_test_message("%s", row->name);
        for (gsize k = 0; k < G_N_ELEMENTS(row->here) && row->here[k] != NULL; k++) {
            put(folder, row->here[k], 0);
            if (!sidecars_look(sidecars, row->here[k], 1))
                g_hash_table_add(files, (gpointer)row->here[k]);
        }
        g_assert_cmpint(sidecars_speak(sidecars, row->file, files), ==, row->want);
        sidecars_forget(sidecars, 1);
        g_assert_cmpint(sidecars_speak(sidecars, row->file, files), ==, row->want);
        sidecars_forget(sidecars, 2); /* a scan that saw none */
        g_assert_false(sidecars_speak(sidecars, row->file, files));
        scratch_remove(folder);
    }
}

static void test_consume(void)
{
    static const struct { const char *mark; gsize size; gboolean stays; } rows[] = {
        {"七.docx.ok", 0, FALSE}, {"七.ok", 12, FALSE}, {"七.docx.ok", 5000, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *folder = scratch_new();
        g_autoptr(Sidecars) sidecars = sidecars_new(folder, NULL);
        g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
        put(folder, rows[i].mark, rows[i].size);
        g_assert_true(sidecars_look(sidecars, rows[i].mark, 1));
        g_assert_false(lies_in(folder, "七.docx"));
        sidecars_consume(sidecars, "别的.docx", files);
        g_assert_true(lies_in(folder, rows[i].mark));
        sidecars_consume(sidecars, "七.docx", files);
        g_assert_cmpint(lies_in(folder, rows[i].mark), ==, rows[i].stays);
        g_assert_false(sidecars_speak(sidecars, "七.docx", files));
        scratch_remove(folder);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/final/names", test_names);
    g_test_add_func("/final/spoken-for", test_spoken_for);
    g_test_add_func("/final/order", test_order);
    g_test_add_func("/final/sidecars", test_sidecars);
    g_test_add_func("/final/consume", test_consume);
    return g_test_run();
}
