/* SPDX-License-Identifier: GPL-3.0-or-later
 * A directory record as JSON. */
#include "recipients/directory-json.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "recipients/directory-field.h"

static json_t *list_json(char *const *texts)
{
    json_t *list = json_array();
    for (; *texts != NULL; texts++)
        json_array_append_new(list, json_string(*texts));
    return list;
}

static json_t *field_json(const DirectoryField *field, gpointer record)
{
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field))
        return json_string(*(const char **)place);
    if (directory_field_is_list(field))
        return list_json(*(char ***)place);
    if (directory_field_is_reference(field))
        return json_integer(*(gint64 *)place);
    if (field->type == FIELD_FLAG)
        return json_boolean(*(gboolean *)place);
    if (field->type == FIELD_NUMBER)
        return json_integer(*(int *)place);
    g_autofree char *code = directory_field_code(field, NULL, record);
    return json_string(code);
}

json_t *directory_record_to_json(const DirectoryKind *kind, gconstpointer record)
{
    const DirectoryRecord *head = record;
    json_t *fields = json_object();
    for (guint i = 0; i < kind->n_fields; i++)
        json_object_set_new(fields, kind->fields[i].name, field_json(&kind->fields[i], (gpointer)record));
    return json_pack("{s:I, s:s, s:s, s:o}", "id", (json_int_t)head->id, "valid_from", head->valid_from,
                     "valid_to", head->valid_to, "fields", fields);
}

static void set_list(Directory *directory, char ***list, const json_t *json)
{
    char **texts = arena_new0(directory->arena, char *, json_array_size(json) + 1);
    guint n = 0;
    for (gsize i = 0; i < json_array_size(json); i++) {
        const json_t *text = json_array_get(json, i);
        if (json_is_string(text))
            texts[n++] = arena_text(directory->arena, json_string_value(text));
    }
    *list = texts;
}

static void set_choice(const DirectoryField *field, int *value, const char *code)
{
    for (const DirectoryWordOf *word = field->words; word->code != NULL && code != NULL; word++)
        if (strcmp(word->code, code) == 0)
            *value = word->value;
}

static void set_field(const DirectoryField *field, Directory *directory, gpointer record, const json_t *json)
{
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field) && json_is_string(json))
        directory_set_text(directory, place, json_string_value(json));
    else if (directory_field_is_list(field) && json_is_array(json))
        set_list(directory, place, json);
    else if (directory_field_is_reference(field) && json_is_integer(json))
        *(gint64 *)place = json_integer_value(json);
    else if (field->type == FIELD_FLAG)
        *(gboolean *)place = json_is_true(json);
    else if (field->type == FIELD_NUMBER && json_is_integer(json))
        *(int *)place = (int)json_integer_value(json);
    else if (field->type == FIELD_CHOICE)
        set_choice(field, place, json_string_value(json));
}

gpointer directory_record_from_json(Directory *directory, const DirectoryKind *kind, const json_t *json)
{
    DirectoryRecord *record = directory_add(directory, kind);
    const json_t *fields = json_object_get(json, "fields");
    record->id = json_integer_value(json_object_get(json, "id"));
    directory_set_text(directory, &record->valid_from, json_string_value(json_object_get(json, "valid_from")));
    directory_set_text(directory, &record->valid_to, json_string_value(json_object_get(json, "valid_to")));
    for (guint i = 0; i < kind->n_fields; i++)
        set_field(&kind->fields[i], directory, record, json_object_get(fields, kind->fields[i].name));
    return record;
}

GPtrArray *directory_records_from_json(Directory *directory, const DirectoryKind *kind, const char *text)
{
    GPtrArray *records = g_ptr_array_new();
    json_t *list = json_loads(text, 0, NULL);
    for (gsize i = 0; i < json_array_size(list); i++)
        g_ptr_array_add(records, directory_record_from_json(directory, kind, json_array_get(list, i)));
    json_decref(list);
    return records;
}
