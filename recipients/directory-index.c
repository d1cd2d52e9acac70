/* SPDX-License-Identifier: GPL-3.0-or-later
 * The look-up tables of the directory. A name that two records share answers to neither: nobody is
 * guessed. */
#include "recipients/directory-index.h"

#include <string.h>

#include "daemon/base/arena.h"

static const char ambiguous_mark;
#define AMBIGUOUS ((gpointer)&ambiguous_mark)

enum { LETTERS = 1024 }; /* room that grows */

/* What is being built, with room for the key of the name in hand. */
typedef struct {
    Directory *directory;
    DirectoryIndex *index;
    GString *key;
} Building;

static void list_free(gpointer list)
{
    g_ptr_array_unref(list);
}

static GHashTable *by_name(void)
{
    return g_hash_table_new(g_str_hash, g_str_equal);
}

static GHashTable *by_id(void)
{
    return g_hash_table_new(g_int64_hash, g_int64_equal);
}

static GHashTable *lists_by_name(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, list_free);
}

/* A post by its unit and its name, whose text is the key that stands in posts_named. */
typedef struct {
    gint64 unit_id;
    const char *name;
} PostKey;

static guint post_hash(gconstpointer data)
{
    const PostKey *key = data;
    return g_int64_hash(&key->unit_id) * 31 + g_direct_hash(key->name);
}

static gboolean post_equal(gconstpointer a, gconstpointer b)
{
    const PostKey *one = a, *two = b;
    return one->unit_id == two->unit_id && one->name == two->name;
}

static DirectoryIndex *index_new(void)
{
    DirectoryIndex *index = g_new0(DirectoryIndex, 1);
    index->units = by_name();
    index->persons = by_name();
    index->groups = by_name();
    index->aliases = lists_by_name();
    index->posts = g_hash_table_new(post_hash, post_equal);
    index->units_by_id = by_id();
    index->posts_by_id = by_id();
    index->persons_by_id = by_id();
    index->posts_named = lists_by_name();
    index->posts_ranked = lists_by_name();
    index->units_of_kind = lists_by_name();
    index->places = g_hash_table_new(NULL, NULL);
    index->words = g_array_new(FALSE, FALSE, sizeof(DirectoryWord));
    index->letters = g_array_sized_new(FALSE, FALSE, sizeof(gunichar), LETTERS);
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
    g_array_unref(index->letters);
    arena_free(index->arena);
    g_free(index);
}

/* The key of the name, good until the next is asked for. */
static const char *key_of(Building *building, const char *name)
{
    g_string_truncate(building->key, 0);
    directory_key_append(building->key, name);
    return building->key->str;
}

/* The key in hand for as long as the index lives; most names are their own key. */
static const char *kept_key(const Building *building, const char *name)
{
    return strcmp(building->key->str, name) == 0 ? name : arena_text(building->index->arena, building->key->str);
}

/* The list of that name, which keeps the order in which records come. */
static GPtrArray *list_named(Building *building, GHashTable *lists, const char *name)
{
    GPtrArray *list = g_hash_table_lookup(lists, key_of(building, name));
    if (list == NULL)
        g_hash_table_insert(lists, (gpointer)kept_key(building, name), list = g_ptr_array_new());
    return list;
}

/* Versions of one record share its name, where all days are indexed; the last is found. */
static gboolean is_same(const DirectoryRecord *known, const DirectoryRecord *record)
{
    return known == record || (known != AMBIGUOUS && known->id != 0 && known->id == record->id);
}

static void name_add(Building *building, GHashTable *names, const char *name, gpointer record)
{
    gpointer key, known;
    if (g_hash_table_lookup_extended(names, key_of(building, name), &key, &known)) {
        g_hash_table_insert(names, key, is_same(known, record) ? record : AMBIGUOUS);
    } else {
        key = (gpointer)kept_key(building, name);
        g_hash_table_insert(names, key, record);
    }
    directory_index_word(building->index, name, key, record);
}

gpointer directory_index_find(GHashTable *names, const char *name)
{
    g_autofree char *key = directory_key(name);
    gpointer record = g_hash_table_lookup(names, key);
    return record != AMBIGUOUS ? record : NULL;
}

/* A canonical name is its unit's alone, even where another unit has it as a short form. */
static gboolean is_canonical(Building *building, const char *name)
{
    const DirectoryUnit *unit = g_hash_table_lookup(building->index->units, key_of(building, name));
    if (unit == NULL || unit == AMBIGUOUS)
        return FALSE;
    g_autofree char *canonical = directory_key(unit->name);
    return strcmp(canonical, building->key->str) == 0;
}

static void index_units(Building *building)
{
    const GPtrArray *units = building->directory->units;
    for (guint i = 0; i < units->len; i++)
        name_add(building, building->index->units, ((DirectoryUnit *)units->pdata[i])->name, units->pdata[i]);
    for (guint i = 0; i < units->len; i++)
        for (char **name = ((DirectoryUnit *)units->pdata[i])->short_names; *name != NULL; name++)
            if (!is_canonical(building, *name))
                name_add(building, building->index->units, *name, units->pdata[i]);
}

const DirectoryPost *directory_index_post(const DirectoryIndex *index, gint64 unit_id, const char *name)
{
    g_autofree char *key = directory_key(name);
    gpointer kept;
    if (!g_hash_table_lookup_extended(index->posts_named, key, &kept, NULL))
        return NULL;
    return g_hash_table_lookup(index->posts, &(PostKey){unit_id, kept});
}

/* The title as a word. */
static void index_title(Building *building, const DirectoryPost *post)
{
    g_autofree char *title = directory_post_title(building->directory, post);
    const char *printed = arena_text(building->index->arena, title);
    directory_index_word(building->index, printed, key_of(building, printed), post);
}

static void index_posts(Building *building)
{
    DirectoryIndex *index = building->index;
    for (guint i = 0; i < building->directory->posts->len; i++) {
        DirectoryPost *post = building->directory->posts->pdata[i];
        gpointer name;
        list_named(building, index->posts_named, post->name);
        g_hash_table_lookup_extended(index->posts_named, building->key->str, &name, NULL);
        PostKey *key = arena_new0(index->arena, PostKey, 1);
        *key = (PostKey){post->unit_id, name};
        g_hash_table_insert(index->posts, key, post);
        index_title(building, post);
    }
}

static void index_persons(Building *building)
{
    const GPtrArray *persons = building->directory->persons;
    for (guint i = 0; i < persons->len; i++)
        name_add(building, building->index->persons, ((DirectoryPerson *)persons->pdata[i])->name, persons->pdata[i]);
}

static void index_groups(Building *building)
{
    DirectoryIndex *index = building->index;
    for (guint i = 0; i < building->directory->groups->len; i++) {
        DirectoryGroup *group = building->directory->groups->pdata[i];
        name_add(building, index->groups, group->name, group);
    }
    for (guint i = 0; i < building->directory->aliases->len; i++) {
        DirectoryAlias *alias = building->directory->aliases->pdata[i];
        g_ptr_array_add(list_named(building, index->aliases, alias->text), alias);
        directory_index_word(index, alias->text, building->key->str, alias);
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

static void place_unit(Building *building, DirectoryUnit *unit)
{
    DirectoryIndex *index = building->index;
    g_hash_table_insert(index->places, unit, GUINT_TO_POINTER(g_hash_table_size(index->places)));
    g_ptr_array_add(list_named(building, index->units_of_kind, unit->kind), unit);
}

/* Protocol order: each unit before its sub-units, sisters by their order. */
static void index_places(Building *building)
{
    DirectoryIndex *index = building->index;
    const GPtrArray *units = building->directory->units;
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    push_reversed(stack, &index->units_under, 0);
    while (stack->len > 0) {
        DirectoryUnit *unit = g_ptr_array_steal_index(stack, stack->len - 1);
        if (g_hash_table_contains(index->places, unit))
            continue;
        place_unit(building, unit);
        push_reversed(stack, &index->units_under, unit->id);
    }
    for (guint i = 0; i < units->len; i++) /* under a parent that is not there */
        if (!g_hash_table_contains(index->places, units->pdata[i]))
            place_unit(building, units->pdata[i]);
}

static guint place_of(const DirectoryIndex *index, const DirectoryPost *post)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(index->places, g_hash_table_lookup(index->units_by_id, &post->unit_id)));
}

gint directory_index_compare_posts(gconstpointer a, gconstpointer b, gpointer index)
{
    guint one = place_of(index, *(DirectoryPost *const *)a), two = place_of(index, *(DirectoryPost *const *)b);
    return one != two ? (one > two) - (one < two) : compare_posts(a, b);
}

typedef struct {
    DirectoryPost *post;
    guint place;
} Placed;

static gint compare_placed(gconstpointer a, gconstpointer b)
{
    const Placed *one = a, *two = b;
    return one->place != two->place ? (one->place > two->place) - (one->place < two->place)
                                    : compare_posts(&one->post, &two->post);
}

/* The lists of posts in protocol order. */
static void list_posts(Building *building)
{
    DirectoryIndex *index = building->index;
    const GPtrArray *posts = building->directory->posts;
    g_autoptr(GArray) placed = g_array_sized_new(FALSE, FALSE, sizeof(Placed), posts->len);
    for (guint i = 0; i < posts->len; i++) {
        Placed row = {posts->pdata[i], place_of(index, posts->pdata[i])};
        g_array_append_val(placed, row);
    }
    g_array_sort(placed, compare_placed);
    for (guint i = 0; i < placed->len; i++) {
        DirectoryPost *post = g_array_index(placed, Placed, i).post;
        g_ptr_array_add(list_named(building, index->posts_named, post->name), post);
        if (*post->rank != '\0')
            g_ptr_array_add(list_named(building, index->posts_ranked, post->rank), post);
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
    g_autoptr(GString) key = g_string_new(NULL);
    Building building = {directory, directory->index, key};
    index_units(&building);
    index_posts(&building);
    index_persons(&building);
    index_groups(&building);
    fill_lists(directory, directory->index);
    index_places(&building);
    list_posts(&building);
}
