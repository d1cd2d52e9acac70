/* SPDX-License-Identifier: GPL-3.0-or-later
 * Readings from the notation of the corpus, and resolutions as texts to compare. */
#include "tests/unit/resolve-forms.h"

#include <string.h>

#include "tests/unit/sample-directory.h"

static void add_addressee(LineReading *reading, const char *field, char **words)
{
    static const char *const quantifiers[] = {"one", "every", "some"};
    LineAddressee *addressee = g_new0(LineAddressee, 1);
    addressee->field = g_strdup(field);
    for (guint i = 0; i < G_N_ELEMENTS(quantifiers); i++)
        if (strcmp(words[0], quantifiers[i]) == 0)
            addressee->quantifier = (LineQuantifier)i;
    g_auto(GStrv) counted = g_strsplit(words[1], "*", 2);
    g_auto(GStrv) parts = g_strsplit(counted[0], "/", 2);
    addressee->organisation = g_strdup(parts[0]);
    addressee->post = g_strdup(parts[1]);
    addressee->copies = counted[1] != NULL ? atoi(counted[1]) : 0;
    addressee->start = reading->addressees->len * 10;
    addressee->end = addressee->start + 5;
    g_ptr_array_add(reading->addressees, addressee);
}

/* One atom of the corpus notation: "every 区委/常委*2", "except 区统计局", "archive*3", "unresolved X". */
static void add_atom(LineReading *reading, const char *field, const char *atom)
{
    g_auto(GStrv) words = g_strsplit(atom, " ", 2);
    if (strcmp(words[0], "except") == 0) {
        LineException *exception = g_new0(LineException, 1);
        exception->field = g_strdup(field);
        exception->organisation = g_strdup(words[1]);
        g_ptr_array_add(reading->exceptions, exception);
    } else if (g_str_has_prefix(words[0], "archive")) {
        LineArchive *archive = g_new0(LineArchive, 1);
        archive->field = g_strdup(field);
        archive->copies = atoi(words[0] + strcspn(words[0], "*") + (strchr(words[0], '*') != NULL));
        g_ptr_array_add(reading->archive, archive);
    } else if (strcmp(words[0], "unresolved") == 0) {
        LineUnresolved *left = g_new0(LineUnresolved, 1);
        left->field = g_strdup(field);
        left->text = g_strdup(words[1]);
        g_ptr_array_add(reading->unresolved, left);
    } else {
        add_addressee(reading, field, words);
    }
}

/* A reading from the notation of the corpus: "发: one 峡窝镇; every 街道办事处 | 抄送: …". */
static LineReading *reading_of(const char *key)
{
    LineReading *reading = line_reading_new();
    g_auto(GStrv) fields = g_strsplit(key, " | ", -1);
    for (char **field = fields; *field != NULL; field++) {
        g_auto(GStrv) parts = g_strsplit(*field, ": ", 2);
        g_auto(GStrv) atoms = g_strsplit(parts[1], "; ", -1);
        for (char **atom = atoms; *atom != NULL; atom++)
            add_atom(reading, parts[0], *atom);
    }
    return reading;
}

Resolution *resolve(const Directory *directory, const char *key, const ResolveOptions *options)
{
    static const ResolveOptions none = {0};
    LineReading *reading = reading_of(key);
    Resolution *resolution = resolve_reading(directory, reading, options != NULL ? options : &none);
    line_reading_free(reading);
    return resolution;
}

static char *long_form(const Resolution *resolution)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < resolution->recipients->len; i++) {
        const Recipient *recipient = resolution->recipients->pdata[i];
        g_string_append_printf(out, "%s\t%s\t%s\t%d\n", recipient->id, recipient->name,
                               recipient->unit, recipient->copies);
        for (guint j = 0; j < recipient->because->len; j++)
            g_string_append_printf(out, "\t%s\n", (char *)recipient->because->pdata[j]);
    }
    return g_string_free(out, FALSE);
}

char *short_form(const Resolution *resolution)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < resolution->recipients->len; i++) {
        const Recipient *recipient = resolution->recipients->pdata[i];
        g_string_append(out, out->len > 0 ? " " : "");
        if (recipient->channel == CHANNEL_EMAIL)
            g_string_append_len(out, recipient->address,
                                strchr(recipient->address, '@') - recipient->address);
        else
            g_string_append_printf(out, "%s*%d", strrchr(recipient->id, ':') + 1, recipient->copies);
    }
    for (guint i = 0; i < resolution->unresolved->len; i++) {
        const Unresolved *unresolved = resolution->unresolved->pdata[i];
        g_autofree char *near = g_strjoinv("|", unresolved->suggestions);
        g_string_append_printf(out, "%s!%s:%s[%s]", out->len > 0 ? " " : "", unresolved->code,
                               unresolved->text, near);
    }
    return g_string_free(out, FALSE);
}

void assert_as_expected(const char *name, const Resolution *resolution)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *relative = g_strdup_printf("tests/data/expected/%s.txt", name);
    g_autofree char *path = sample_path(relative), *want = NULL;
    g_file_get_contents(path, &want, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *got = long_form(resolution);
    g_auto(GStrv) got_lines = g_strsplit(got, "\n", -1), want_lines = g_strsplit(want, "\n", -1);
    for (guint i = 0; got_lines[i] != NULL && want_lines[i] != NULL; i++)
        g_assert_cmpstr(got_lines[i], ==, want_lines[i]);
    g_assert_cmpuint(g_strv_length(got_lines), ==, g_strv_length(want_lines));
    g_assert_cmpuint(resolution->unresolved->len, ==, 0);
}
