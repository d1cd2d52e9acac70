/* SPDX-License-Identifier: GPL-3.0-or-later
 * The look-up tables of the directory. A name that two records share answers to neither: nobody is
 * guessed. */
#include "recipients/directory-index.h"

#include <string.h>

#include "daemon/base/arena.h"

static const char ambiguous_mark;
#define AMBIGUOUS ((gpointer)&ambiguous_mark)

static void list_free(gpointer list)
{
    g_ptr_array_unref(list);
}

static GHashTable *by_name(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static GHashTable *by_id(void)
{
    return g_hash_table_new(g_int64_hash, g_int64_equal);
}

static GHashTable *lists_by_name(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, list_free);
}

static DirectoryIndex *index_new(void)
{
    DirectoryIndex *index = g_new0(DirectoryIndex, 1);
    index->units = by_name();
    index->persons = by_name();
    index->groups = by_name();
    index->aliases = lists_by_name();
    index->posts = by_name();
    index->units_by_id = by_id();
    index->posts_by_id = by_id();
    index->persons_by_id = by_id();
    index->posts_named = lists_by_name();
    index->posts_ranked = lists_by_name();
    index->units_of_kind = lists_by_name();
    index->places = g_hash_table_new(NULL, NULL);
    index->words = g_array_new(FALSE, FALSE, sizeof(DirectoryWord));
    index->arena = arena_new();
    return index;
}

void directory_index_free(DirectoryIndex *index)
{
    if (index == NULL)
        return;
    GHashTable *tables[] = {index->units,       index->persons,      index->groups,        index->aliases,
                            index->posts,       index->units_by_id,  index->posts_by_id,   index->persons_by_id,
                            index->posts_named, index->posts_ranked, index->units_of_kind, index->places};
    DirectoryList *lists[] = {&index->posts_of_unit,     &index->units_under, &index->tenures_of_post,
                              &index->tenures_of_person, &index->stand_ins,   &index->mailboxes};
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_unref(tables[i]);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        directory_list_clear(lists[i]);
    g_array_unref(index->words);
    arena_free(index->arena);
    g_free(index);
}

/* Lists are few a key and keep the order in which records came. The key is taken. */
static void list_add_named(GHashTable *lists, char *key, gpointer record)
{
    GPtrArray *list = g_hash_table_lookup(lists, key);
    if (list == NULL)
        g_hash_table_insert(lists, key, list = g_ptr_array_new());
    else
        g_free(key);
    g_ptr_array_add(list, record);
}

/* Versions of one record share its name, where all days are indexed; the last is found. */
static gboolean is_same(const DirectoryRecord *known, const DirectoryRecord *record)
{
    return known == NULL || known == record || (known != AMBIGUOUS && known->id != 0 && known->id == record->id);
}

static void name_add(DirectoryIndex *index, GHashTable *names, const char *name, gpointer record)
{
    char *key = directory_key(name);
    gpointer known = g_hash_table_lookup(names, key);
    directory_index_word(index, name, key, record);
    g_hash_table_insert(names, key, is_same(known, record) ? record : AMBIGUOUS);
}

gpointer directory_index_find(GHashTable *names, const char *name)
{
    g_autofree char *key = directory_key(name);
    gpointer record = g_hash_table_lookup(names, key);
    return record != AMBIGUOUS ? record : NULL;
}

static void short_name_add(DirectoryIndex *index, const char *name, DirectoryUnit *unit,
                           GHashTable *canonical)
{
    g_autofree char *key = directory_key(name);
    if (!g_hash_table_contains(canonical, key))
        name_add(index, index->units, name, unit);
}

/* A canonical name is its unit's alone, even where another unit has it as a short form. */
static void index_units(Directory *directory, DirectoryIndex *index)
{
    g_autoptr(GHashTable) canonical = by_name();
    for (guint i = 0; i < directory->units->len; i++) {
        DirectoryUnit *unit = directory->units->pdata[i];
        name_add(index, index->units, unit->name, unit);
        g_hash_table_add(canonical, directory_key(unit->name));
        list_add_named(index->units_of_kind, directory_key(unit->kind), unit);
    }
    for (guint i = 0; i < directory->units->len; i++) {
        DirectoryUnit *unit = directory->units->pdata[i];
        for (char **name = unit->short_names; *name != NULL; name++)
            short_name_add(index, *name, unit, canonical);
    }
}

char *directory_index_post_key(gint64 unit_id, const char *name)
{
    g_autofree char *key = directory_key(name);
    return g_strdup_printf("%" G_GINT64_FORMAT "/%s", unit_id, key);
}

static void index_posts(Directory *directory, DirectoryIndex *index)
{
    for (guint i = 0; i < directory->posts->len; i++) {
        DirectoryPost *post = directory->posts->pdata[i];
        g_hash_table_insert(index->posts, directory_index_post_key(post->unit_id, post->name), post);
        list_add_named(index->posts_named, directory_key(post->name), post);
        if (*post->rank != '\0')
            list_add_named(index->posts_ranked, directory_key(post->rank), post);
        g_autofree char *title = directory_post_title(directory, post);
        g_autofree char *key = directory_key(title);
        directory_index_word(index, arena_text(index->arena, title), key, post);
    }
}

static void index_persons(Directory *directory, DirectoryIndex *index)
{
    for (guint i = 0; i < directory->persons->len; i++) {
        DirectoryPerson *person = directory->persons->pdata[i];
        name_add(index, index->persons, person->name, person);
    }
}

static void index_groups(Directory *directory, DirectoryIndex *index)
{
    for (guint i = 0; i < directory->groups->len; i++) {
        DirectoryGroup *group = directory->groups->pdata[i];
        name_add(index, index->groups, group->name, group);
    }
    for (guint i = 0; i < directory->aliases->len; i++) {
        DirectoryAlias *alias = directory->aliases->pdata[i];
        char *key = directory_key(alias->text);
        directory_index_word(index, alias->text, key, alias);
        list_add_named(index->aliases, key, alias);
    }
}

static gint compare_units(gconstpointer a, gconstpointer b)
{
    const DirectoryUnit *one = *(DirectoryUnit *const *)a, *two = *(DirectoryUnit *const *)b;
    if (one->order != two->order)
        return one->order < two->order ? -1 : 1;
    return (one->id > two->id) - (one->id < two->id);
}

static gint compare_posts(gconstpointer a, gconstpointer b)
{
    const DirectoryPost *one = *(DirectoryPost *const *)a, *two = *(DirectoryPost *const *)b;
    if (one->order != two->order)
        return one->order < two->order ? -1 : 1;
    return (one->id > two->id) - (one->id < two->id);
}

static gint compare_tenures(gconstpointer a, gconstpointer b)
{
    const DirectoryTenure *one = *(DirectoryTenure *const *)a, *two = *(DirectoryTenure *const *)b;
    int from = strcmp(one->from, two->from);
    return from != 0 ? from : (one->id > two->id) - (one->id < two->id);
}

static void fill_lists(const Directory *directory, DirectoryIndex *index)
{
    directory_list_fill(&index->units_under, directory->units, G_STRUCT_OFFSET(DirectoryUnit, parent_id),
                        compare_units);
    directory_list_fill(&index->posts_of_unit, directory->posts, G_STRUCT_OFFSET(DirectoryPost, unit_id),
                        compare_posts);
    directory_list_fill(&index->tenures_of_post, directory->tenures, G_STRUCT_OFFSET(DirectoryTenure, post_id),
                        compare_tenures);
    directory_list_fill(&index->tenures_of_person, directory->tenures, G_STRUCT_OFFSET(DirectoryTenure, person_id),
                        NULL);
    directory_list_fill(&index->stand_ins, directory->stand_ins, G_STRUCT_OFFSET(DirectoryStandIn, person_id), NULL);
    directory_list_fill(&index->mailboxes, directory->mailboxes, G_STRUCT_OFFSET(DirectoryMailbox, owner_id), NULL);
}

static void push_reversed(GPtrArray *stack, const DirectoryList *units_under, gint64 parent_id)
{
    guint n;
    gpointer *units = directory_list_find(units_under, parent_id, &n);
    for (; n > 0; n--)
        g_ptr_array_add(stack, units[n - 1]);
}

/* Protocol order: each unit before its sub-units, sisters by their order. */
static void index_places(Directory *directory, DirectoryIndex *index)
{
    guint place = 0;
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    push_reversed(stack, &index->units_under, 0);
    while (stack->len > 0) {
        DirectoryUnit *unit = g_ptr_array_steal_index(stack, stack->len - 1);
        if (g_hash_table_contains(index->places, unit))
            continue;
        g_hash_table_insert(index->places, unit, GUINT_TO_POINTER(place++));
        push_reversed(stack, &index->units_under, unit->id);
    }
    for (guint i = 0; i < directory->units->len; i++) /* under a parent that is not there */
        if (!g_hash_table_contains(index->places, directory->units->pdata[i]))
            g_hash_table_insert(index->places, directory->units->pdata[i], GUINT_TO_POINTER(place++));
}

static gint compare_unit_places(gconstpointer a, gconstpointer b, gpointer index)
{
    GHashTable *places = ((DirectoryIndex *)index)->places;
    guint one = GPOINTER_TO_UINT(g_hash_table_lookup(places, *(const gconstpointer *)a));
    guint two = GPOINTER_TO_UINT(g_hash_table_lookup(places, *(const gconstpointer *)b));
    return (one > two) - (one < two);
}

gint directory_index_compare_posts(gconstpointer a, gconstpointer b, gpointer data)
{
    DirectoryIndex *index = data;
    const DirectoryPost *one = *(DirectoryPost *const *)a, *two = *(DirectoryPost *const *)b;
    const DirectoryUnit *units[] = {g_hash_table_lookup(index->units_by_id, &one->unit_id),
                                    g_hash_table_lookup(index->units_by_id, &two->unit_id)};
    int place = compare_unit_places(&units[0], &units[1], index);
    return place != 0 ? place : compare_posts(a, b);
}

static void sort_by_place(DirectoryIndex *index)
{
    static const struct { gsize lists; GCompareDataFunc compare; } rows[] = {
        {G_STRUCT_OFFSET(DirectoryIndex, units_of_kind), compare_unit_places},
        {G_STRUCT_OFFSET(DirectoryIndex, posts_named), directory_index_compare_posts},
        {G_STRUCT_OFFSET(DirectoryIndex, posts_ranked), directory_index_compare_posts},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        GHashTableIter iter;
        gpointer list;
        g_hash_table_iter_init(&iter, G_STRUCT_MEMBER(GHashTable *, index, rows[i].lists));
        while (g_hash_table_iter_next(&iter, NULL, &list))
            g_ptr_array_sort_with_data(list, rows[i].compare, index);
    }
}

static void index_ids(GHashTable *by_id, const GPtrArray *records)
{
    for (guint i = 0; i < records->len; i++)
        g_hash_table_insert(by_id, &((DirectoryRecord *)records->pdata[i])->id, records->pdata[i]);
}

void directory_index_ids(Directory *directory)
{
    directory_index_free(directory->index);
    DirectoryIndex *index = directory->index = index_new();
    index_ids(index->units_by_id, directory->units);
    index_ids(index->posts_by_id, directory->posts);
    index_ids(index->persons_by_id, directory->persons);
}

void directory_index(Directory *directory)
{
    directory_index_ids(directory);
    DirectoryIndex *index = directory->index;
    index_units(directory, index);
    index_posts(directory, index);
    index_persons(directory, index);
    index_groups(directory, index);
    fill_lists(directory, index);
    index_places(directory, index);
    sort_by_place(index);
}
