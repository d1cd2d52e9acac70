/* SPDX-License-Identifier: GPL-3.0-or-later
 * A reading written out: the key of the corpus, and the JSON of `songfactl terms`. */
#include <jansson.h>

#include "recipients/line.h"

static const char *quantifier_name(LineQuantifier quantifier)
{
    static const char *const names[] = {[LINE_ONE] = "one", [LINE_EVERY] = "every", [LINE_SOME] = "some"};
    return names[quantifier];
}

/* The four lists of a reading, walked together in the order of the text. */
typedef struct {
    const LineReading *reading;
    guint addressee, exception, archive, unresolved;
} Walk;

typedef struct {
    const char *field;
    char *atom;
} Atom;

static char *addressee_atom(const LineAddressee *addressee)
{
    GString *atom = g_string_new(quantifier_name(addressee->quantifier));
    g_string_append_printf(atom, " %s", addressee->organisation);
    if (addressee->post != NULL)
        g_string_append_printf(atom, "/%s", addressee->post);
    if (addressee->copies > 0)
        g_string_append_printf(atom, "*%d", addressee->copies);
    return g_string_free(atom, FALSE);
}

static gsize start_of(const GPtrArray *list, guint i, gsize offset)
{
    return i < list->len ? *(gsize *)((char *)list->pdata[i] + offset) : G_MAXSIZE;
}

/* The next atom, FALSE at the end. */
static gboolean walk_next(Walk *walk, Atom *atom)
{
    const LineReading *reading = walk->reading;
    gsize addressee = start_of(reading->addressees, walk->addressee, G_STRUCT_OFFSET(LineAddressee, start));
    gsize exception = start_of(reading->exceptions, walk->exception, G_STRUCT_OFFSET(LineException, start));
    gsize archive = start_of(reading->archive, walk->archive, G_STRUCT_OFFSET(LineArchive, start));
    gsize unresolved = start_of(reading->unresolved, walk->unresolved, G_STRUCT_OFFSET(LineUnresolved, start));
    gsize first = MIN(MIN(addressee, exception), MIN(archive, unresolved));
    if (first == G_MAXSIZE)
        return FALSE;
    if (first == addressee) {
        const LineAddressee *it = reading->addressees->pdata[walk->addressee++];
        *atom = (Atom){it->field, addressee_atom(it)};
    } else if (first == exception) {
        const LineException *it = reading->exceptions->pdata[walk->exception++];
        *atom = (Atom){it->field, g_strdup_printf("except %s", it->organisation)};
    } else if (first == archive) {
        const LineArchive *it = reading->archive->pdata[walk->archive++];
        *atom = (Atom){it->field, it->copies > 0 ? g_strdup_printf("archive*%d", it->copies) : g_strdup("archive")};
    } else {
        const LineUnresolved *it = reading->unresolved->pdata[walk->unresolved++];
        *atom = (Atom){it->field, g_strdup_printf("unresolved %s", it->text)};
    }
    return TRUE;
}

char *line_key(const LineReading *reading)
{
    GString *key = g_string_new(NULL);
    Walk walk = {reading, 0, 0, 0, 0};
    Atom atom;
    const char *field = NULL;
    while (walk_next(&walk, &atom)) {
        if (field == NULL || g_strcmp0(field, atom.field) != 0)
            g_string_append_printf(key, "%s%s: ", field == NULL ? "" : " | ", atom.field);
        else
            g_string_append(key, "; ");
        g_string_append(key, atom.atom);
        field = atom.field;
        g_free(atom.atom);
    }
    if (reading->declared_copies > 0)
        g_string_append_printf(key, "%s# copies=%d", field == NULL ? "" : " ", reading->declared_copies);
    return g_string_free(key, FALSE);
}

static json_t *number_or_null(int number)
{
    return number > 0 ? json_integer(number) : json_null();
}

/* A lone post has no organisation, a line without a label no field. */
static const char *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static json_t *addressees_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        const LineAddressee *it = list->pdata[i];
        json_array_append_new(array, json_pack("{s:s?, s:s, s:s?, s:s?, s:o}", "field", text_or_null(it->field),
                                               "quantifier", quantifier_name(it->quantifier), "organisation",
                                               text_or_null(it->organisation), "post", it->post, "copies",
                                               number_or_null(it->copies)));
    }
    return array;
}

static json_t *exceptions_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        const LineException *it = list->pdata[i];
        json_array_append_new(array, json_pack("{s:s?, s:s}", "field", text_or_null(it->field), "organisation",
                                               it->organisation));
    }
    return array;
}

static json_t *archive_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        const LineArchive *it = list->pdata[i];
        json_array_append_new(array, json_pack("{s:s?, s:o}", "field", text_or_null(it->field), "copies",
                                               number_or_null(it->copies)));
    }
    return array;
}

static json_t *unresolved_json(const GPtrArray *list)
{
    json_t *array = json_array();
    for (guint i = 0; i < list->len; i++) {
        const LineUnresolved *it = list->pdata[i];
        json_array_append_new(array, json_pack("{s:s?, s:s}", "field", text_or_null(it->field), "text", it->text));
    }
    return array;
}

char *line_to_json(const LineReading *reading)
{
    json_t *root = json_pack("{s:o, s:o, s:o, s:o, s:o}", "addressees", addressees_json(reading->addressees),
                             "exceptions", exceptions_json(reading->exceptions), "archive",
                             archive_json(reading->archive), "unresolved", unresolved_json(reading->unresolved),
                             "declared_copies", number_or_null(reading->declared_copies));
    char *text = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}
