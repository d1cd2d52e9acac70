/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of records. */
#include "daemon/ctl/record-list.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/ctl/flag-words.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/record-words.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

#define WIDTH 44 /* columns of a terminal for one field */

static gboolean holds(const DirectoryKind *kind, gconstpointer record, const char *day)
{
    DirectoryDays days = directory_record_days(kind, record);
    return strcmp(days.from, day) <= 0 && directory_reaches(days.to, day);
}

/* ---- what fits ---- */

static gboolean has_part(const char *text, const char *part)
{
    g_autofree char *key = directory_key(text);
    return strstr(key, part) != NULL;
}

/* 区委, 区委/书记 and 区委书记: a unit, or a post of it, under this name of the unit. */
static gboolean has_title(const char *unit, const DirectoryPost *post, const char *part)
{
    g_autofree char *title = g_strconcat(unit, post != NULL ? "/" : NULL, post != NULL ? post->name : NULL, NULL);
    g_autofree char *joined = g_strconcat(unit, post != NULL ? post->name : NULL, NULL);
    return has_part(title, part) || has_part(joined, part);
}

static gboolean is_titled(const DirectoryUnit *unit, const DirectoryPost *post, const char *part)
{
    if (unit == NULL)
        return FALSE;
    for (char **name = unit->short_names; *name != NULL; name++)
        if (has_title(*name, post, part))
            return TRUE;
    return has_title(unit->name, post, part);
}

/* Whether the unit or post that the field names has the word under any name of the unit. */
static gboolean refers_to(const DirectoryField *field, const Directory *directory, gconstpointer record,
                          const char *part)
{
    if (!directory_field_is_reference(field))
        return FALSE;
    gint64 id = *(const gint64 *)directory_field_place(field, (gpointer)record);
    DirectoryKindId kind = directory_field_refers_to(field, record)->id;
    const DirectoryPost *post = kind == DIRECTORY_POST ? directory_post_by_id(directory, id) : NULL;
    if (post != NULL)
        return is_titled(directory_unit_by_id(directory, post->unit_id), post, part);
    return kind == DIRECTORY_UNIT && is_titled(directory_unit_by_id(directory, id), NULL, part);
}

/* Whether a member (&unit:区委, post:区委/书记) names a unit or post that has the word under another name. */
static gboolean names(const Directory *directory, const char *member, const char *part)
{
    const char *bare = *member == '-' || *member == '&' ? member + 1 : member, *colon = strchr(bare, ':');
    if (colon == NULL)
        return FALSE;
    const DirectoryPost *post = directory_post_at(directory, colon + 1);
    const DirectoryUnit *unit = post != NULL ? directory_unit_by_id(directory, post->unit_id)
                                             : directory_unit(directory, colon + 1);
    return is_titled(unit, post, part);
}

static gboolean has_member(const DirectoryField *field, const Directory *directory, gconstpointer record,
                           const char *part)
{
    if (field->type != FIELD_MEMBERS)
        return FALSE;
    for (char **member = *(char ***)directory_field_place(field, (gpointer)record); *member != NULL; member++)
        if (names(directory, *member, part))
            return TRUE;
    return FALSE;
}

static gboolean stands_in(const DirectoryKind *kind, const Directory *directory, gconstpointer record, const char *word)
{
    g_autofree char *wanted = directory_key(word);
    const DirectoryPost *post = kind->id == DIRECTORY_POST ? record : NULL;
    if (post != NULL && is_titled(directory_unit_by_id(directory, post->unit_id), post, wanted))
        return TRUE;
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *text = directory_field_text(&kind->fields[i], directory, record);
        if (has_part(text, wanted) || refers_to(&kind->fields[i], directory, record, wanted) ||
            has_member(&kind->fields[i], directory, record, wanted))
            return TRUE;
    }
    return FALSE;
}

/* Every word stands in one of its fields, and the options say what the probe holds. */
static gboolean fits(const DirectoryKind *kind, const Directory *directory, gconstpointer record, const Args *args,
                     gconstpointer probe)
{
    for (guint i = 1; i < args_count(args); i++)
        if (!stands_in(kind, directory, record, args_word(args, i)))
            return FALSE;
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *option = record_words_option(&kind->fields[i]);
        if (args_get(args, option) != NULL && !directory_field_same(&kind->fields[i], record, probe))
            return FALSE;
    }
    return TRUE;
}

/* Units in the order of their tree, posts in that of their units. */
static gint compare_places(gconstpointer a, gconstpointer b, gpointer data)
{
    const Directory *directory = data;
    const DirectoryUnit *units[] = {*(const DirectoryUnit *const *)a, *(const DirectoryUnit *const *)b};
    guint one = directory_place(directory, units[0]), two = directory_place(directory, units[1]);
    return (one > two) - (one < two);
}

static gint compare_posts(gconstpointer a, gconstpointer b, gpointer data)
{
    const DirectoryPost *one = *(const DirectoryPost *const *)a, *two = *(const DirectoryPost *const *)b;
    const DirectoryUnit *units[] = {directory_unit_by_id(data, one->unit_id), directory_unit_by_id(data, two->unit_id)};
    gint places = compare_places(&units[0], &units[1], data);
    return places != 0 ? places : one->order != two->order ? (one->order > two->order) - (one->order < two->order)
                                                           : (one->id > two->id) - (one->id < two->id);
}

static void put_in_order(const DirectoryKind *kind, Directory *directory, GPtrArray *records)
{
    if (kind->id == DIRECTORY_UNIT)
        g_ptr_array_sort_with_data(records, compare_places, directory);
    else if (kind->id == DIRECTORY_POST)
        g_ptr_array_sort_with_data(records, compare_posts, directory);
}

static GPtrArray *fitting(const DirectoryKind *kind, Directory *directory, const Args *args, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const GPtrArray *records = directory->records[kind->id];
    guint n = records->len;
    gpointer probe = directory_add(directory, kind);
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *option = record_words_option(&kind->fields[i]);
        const char *text = args_get(args, option);
        if (text != NULL && !directory_field_set(&kind->fields[i], directory, probe, text, directory, error))
            return NULL;
    }
    for (guint i = 0; i < n; i++)
        if (fits(kind, directory, records->pdata[i], args, probe) &&
            (!kind->dated || !args_has(args, "date") || holds(kind, records->pdata[i], directory->date)))
            g_ptr_array_add(found, records->pdata[i]);
    put_in_order(kind, directory, found);
    return g_steal_pointer(&found);
}

/* ---- the table ---- */

/* The owner's name tells people of which kind it is. */
static gboolean is_shown(const DirectoryField *field, const Directory *directory, const GPtrArray *records,
                         TableFormat format)
{
    if (format != TABLE_TEXT)
        return TRUE;
    if (strcmp(field->name, "owner_kind") == 0)
        return FALSE;
    if (field->type == FIELD_FLAG || field->type == FIELD_NUMBER) {
        for (guint i = 0; i < records->len; i++)
            if (*(const int *)directory_field_place(field, records->pdata[i]) != 0)
                return TRUE;
        return FALSE;
    }
    for (guint i = 0; i < records->len; i++) {
        g_autofree char *text = directory_field_text(field, directory, records->pdata[i]);
        if (*text != '\0')
            return TRUE;
    }
    return records->len == 0;
}

static gboolean is_under(const Directory *directory, const DirectoryUnit *unit, const DirectoryUnit *above)
{
    while (unit != NULL && unit != above)
        unit = directory_unit_by_id(directory, unit->parent_id);
    return unit != NULL;
}

/* The name of a unit, set in under those of the units above it in the list, which is in tree order; above has the
 * units on the way to the last one. */
static void add_in_tree(Table *table, const Directory *directory, GPtrArray *above, const DirectoryUnit *unit)
{
    while (above->len > 0 && !is_under(directory, unit, above->pdata[above->len - 1]))
        g_ptr_array_set_size(above, (gint)above->len - 1);
    g_autofree char *name = g_strdup_printf("%*s%s", (int)(2 * above->len), "", unit->name);
    g_ptr_array_add(above, (gpointer)unit);
    table_text(table, name);
}

static void add_cell(Table *table, const DirectoryField *field, const Directory *directory, gconstpointer record,
                     TableFormat format)
{
    if (field->type == FIELD_NUMBER) {
        table_int(table, *(const int *)directory_field_place(field, (gpointer)record));
        return;
    }
    g_autofree char *text = format == TABLE_JSON ? directory_field_code(field, directory, record)
                                                 : directory_field_text(field, directory, record);
    table_text(table, *text != '\0' ? text : NULL);
}

/* Which version it is, for programs. */
static void add_version(Table *table, const DirectoryRecord *record)
{
    table_text(table, *record->valid_from != '\0' ? record->valid_from : NULL);
    table_text(table, *record->valid_to != '\0' ? record->valid_to : NULL);
    table_int(table, record->change);
}

static const TableColumn version[] = {
    {"valid_from", N_("有效自"), 0}, {"valid_to", N_("有效至"), 0}, {"change", N_("改动号"), 0}};

static void add_column(GArray *columns, const char *key, const char *heading, int width)
{
    TableColumn column = {key, heading, width};
    g_array_append_val(columns, column);
}

static const char *flag_of(GHashTable *flags, gconstpointer record)
{
    return flags != NULL ? flag_words_of(flags, ((const DirectoryMailbox *)record)->address) : NULL;
}

/* For people as long as one of the records is flagged. */
static gboolean shows_flags(const GPtrArray *records, TableFormat format, GHashTable *flags)
{
    for (guint i = 0; format == TABLE_TEXT && i < records->len; i++)
        if (flag_of(flags, records->pdata[i]) != NULL)
            return TRUE;
    return format != TABLE_TEXT && flags != NULL;
}

/* The table's head; the fields that stand in it are added to fields. */
static Table *table_for(const DirectoryKind *kind, const Directory *directory, const GPtrArray *records,
                        TableFormat format, gboolean flagged, GPtrArray *fields)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(TableColumn));
    add_column(columns, "id", _("编号"), 0);
    for (guint i = 0; i < kind->n_fields; i++)
        if (is_shown(&kind->fields[i], directory, records, format)) {
            add_column(columns, kind->fields[i].name, _(kind->fields[i].heading), WIDTH);
            g_ptr_array_add(fields, (gpointer)&kind->fields[i]);
        }
    if (flagged)
        add_column(columns, "flagged", _("标记"), WIDTH);
    for (gsize i = 0; i < G_N_ELEMENTS(version) && format != TABLE_TEXT; i++)
        add_column(columns, version[i].key, _(version[i].heading), 0);
    return table_new((const TableColumn *)(void *)columns->data, columns->len);
}

int record_list_print(const DirectoryKind *kind, Directory *directory, const Args *args, TableFormat format,
                      GHashTable *flags, GError **error)
{
    g_autoptr(GPtrArray) records = fitting(kind, directory, args, error);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    if (records == NULL)
        return 1;
    gboolean flagged = shows_flags(records, format, flags);
    g_autoptr(Table) table = table_for(kind, directory, records, format, flagged, fields);
    g_autoptr(GPtrArray) above = g_ptr_array_new();
    gboolean tree = kind->id == DIRECTORY_UNIT && format == TABLE_TEXT;
    for (guint r = 0; r < records->len; r++) {
        table_int(table, ((const DirectoryRecord *)records->pdata[r])->id);
        if (tree)
            add_in_tree(table, directory, above, records->pdata[r]);
        for (guint i = tree ? 1 : 0; i < fields->len; i++)
            add_cell(table, fields->pdata[i], directory, records->pdata[r], format);
        if (flagged)
            table_text(table, flag_of(flags, records->pdata[r]));
        if (format != TABLE_TEXT)
            add_version(table, records->pdata[r]);
    }
    if (records->len == 0 && format == TABLE_TEXT)
        output_print(_("没有这样的%s。\n"), _(kind->word));
    else
        output_table(table, format);
    return 0;
}
