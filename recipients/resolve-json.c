/* SPDX-License-Identifier: GPL-3.0-or-later
 * A resolution as JSON for `songfactl resolve` (DESIGN.md §5). */
#include "recipients/resolve.h"

#include <jansson.h>

static json_t *strings(GPtrArray *texts)
{
    json_t *array = json_array();
    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(array, json_string(texts->pdata[i]));
    return array;
}

static json_t *recipient_json(const Recipient *recipient)
{
    gboolean mail = recipient->channel == CHANNEL_EMAIL;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(recipient->id));
    json_object_set_new(object, "name", json_string(recipient->name));
    json_object_set_new(object, "channel", json_string(mail ? "email" : "paper"));
    json_object_set_new(object, "address", mail ? json_string(recipient->address) : json_null());
    json_object_set_new(object, "copies", json_integer(recipient->copies));
    json_object_set_new(object, "because", strings(recipient->because));
    return object;
}

static json_t *unresolved_json(const Unresolved *unresolved)
{
    json_t *suggestions = json_array();
    for (char **name = unresolved->suggestions; *name != NULL; name++)
        json_array_append_new(suggestions, json_string(*name));
    json_t *object = json_object();
    gboolean labelled = unresolved->field != NULL && *unresolved->field != '\0';
    json_object_set_new(object, "field", labelled ? json_string(unresolved->field) : json_null());
    json_object_set_new(object, "text", json_string(unresolved->text));
    json_object_set_new(object, "suggestions", suggestions);
    json_object_set_new(object, "code", json_string(unresolved->code));
    json_object_set_new(object, "message", json_string(unresolved->message));
    return object;
}

static json_t *paper_json(int computed, int declared)
{
    json_t *object = json_object();
    json_object_set_new(object, "computed", json_integer(computed));
    json_object_set_new(object, "declared", declared > 0 ? json_integer(declared) : json_null());
    json_object_set_new(object, "difference",
                        declared > 0 ? json_integer(declared - computed) : json_null());
    return object;
}

char *resolution_to_json(const Resolution *resolution, int total_computed, int declared)
{
    json_t *recipients = json_array(), *unresolved = json_array(), *object = json_object();
    for (guint i = 0; i < resolution->recipients->len; i++)
        json_array_append_new(recipients, recipient_json(resolution->recipients->pdata[i]));
    for (guint i = 0; i < resolution->unresolved->len; i++)
        json_array_append_new(unresolved, unresolved_json(resolution->unresolved->pdata[i]));
    json_object_set_new(object, "recipients", recipients);
    json_object_set_new(object, "unresolved", unresolved);
    json_object_set_new(object, "paper", paper_json(total_computed, declared));
    char *text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}
