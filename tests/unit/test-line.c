/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution-line compiler, held to the answer keys of clerks. */
#include <string.h>

#include "recipients/line.h"

static char *key_of(const char *text)
{
    g_autoptr(LineReading) reading = line_read(text, NULL);
    return line_key(reading);
}

/* Spans tile the text: no gap, no overlap. */
static void assert_tiled(const char *text, const LineReading *reading)
{
    gsize place = 0;
    for (guint i = 0; i < reading->spans->len; i++) {
        const LineSpan *span = &g_array_index(reading->spans, LineSpan, i);
        g_assert_cmpuint(span->start, ==, place);
        g_assert_cmpuint(span->end, >, span->start);
        g_assert_cmpint(span->kind, <=, LINE_SPAN_UNRESOLVED);
        place = span->end;
    }
    g_assert_cmpuint(place, ==, (gsize)g_utf8_strlen(text, -1));
}

/* One row of a key file: id, text with \n for a line end, key. */
static gboolean row_holds(char **columns)
{
    g_auto(GStrv) lines = g_strsplit(columns[1], "\\n", -1);
    g_autofree char *text = g_strjoinv("\n", lines);
    g_autofree char *key = key_of(text);
    g_autoptr(LineReading) reading = line_read(text, NULL);
    assert_tiled(text, reading);
    if (strcmp(key, columns[2]) == 0)
        return TRUE;
    g_test_message("%s: %s\n  want %s\n  got  %s", columns[0], columns[1], columns[2], key);
    return FALSE;
}

static void check_keys(const char *file)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL)) {
        g_test_skip("no key file");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint rows = 0, wrong = 0;
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) columns = g_strsplit(*line, "\t", -1);
        if (g_strv_length(columns) != 3 || strcmp(columns[0], "id") == 0)
            continue;
        rows++;
        wrong += !row_holds(columns);
    }
    g_test_message("%u rows", rows);
    g_assert_cmpuint(rows, >, 30);
    g_assert_cmpuint(wrong, ==, 0);
}

static void test_corpus(void)
{
    const char *shared = g_getenv("SONGFA_SHARED"), *tree = g_getenv("SONGFA_SRCDIR");
    g_autofree char *base = shared != NULL ? g_strdup(shared) : g_build_filename(tree != NULL ? tree : ".", "..", "shared", NULL);
    g_autofree char *file = g_build_filename(base, "corpus", "distribution-lines.tsv", NULL);
    check_keys(file);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line/corpus", test_corpus);
    return g_test_run();
}
