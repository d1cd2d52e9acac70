/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sets of offices and persons: in order, each once, with the way each was reached. */
#include "recipients/resolve-expand.h"

#include <string.h>

static void problem_free(gpointer data)
{
    ResolveProblem *problem = data;
    g_free(problem->text);
    g_free(problem->message);
    g_strfreev(problem->suggestions);
    g_free(problem);
}

static guint item_hash(gconstpointer data)
{
    const ResolveItem *item = data;
    return (g_direct_hash(item->unit) * 31 + g_direct_hash(item->post)) * 31 +
           g_direct_hash(item->person);
}

static gboolean item_equal(gconstpointer a, gconstpointer b)
{
    const ResolveItem *one = a, *two = b;
    return one->unit == two->unit && one->post == two->post && one->person == two->person;
}

ResolveSet *resolve_set_new(Arena *arena)
{
    ResolveSet *set = g_new0(ResolveSet, 1);
    set->arena = arena;
    set->items = g_ptr_array_new();
    set->problems = g_ptr_array_new_with_free_func(problem_free);
    set->seen = g_hash_table_new(item_hash, item_equal);
    set->reached = g_hash_table_new(NULL, NULL);
    set->whole = g_hash_table_new(NULL, NULL);
    return set;
}

void resolve_set_free(ResolveSet *set)
{
    if (set == NULL)
        return;
    g_hash_table_unref(set->seen);
    g_hash_table_unref(set->reached);
    g_hash_table_unref(set->whole);
    g_ptr_array_unref(set->items);
    g_ptr_array_unref(set->problems);
    g_free(set);
}

/* An office is one item, a person one for each post. */
static gboolean has_item(const ResolveSet *set, const ResolveItem *item)
{
    return item->person != NULL ? g_hash_table_contains(set->seen, item)
                                : g_hash_table_contains(set->reached, item->unit);
}

static void keep_item(ResolveSet *set, ResolveItem *item)
{
    if (item->person != NULL)
        g_hash_table_add(set->seen, item);
    g_hash_table_add(set->reached,
                     item->person != NULL ? (gpointer)item->person : (gpointer)item->unit);
    g_ptr_array_add(set->items, item);
}

void resolve_set_add_item(ResolveSet *set, const ResolveItem *item)
{
    if (has_item(set, item))
        return;
    ResolveItem *copy = arena_new0(set->arena, ResolveItem, 1);
    *copy = *item;
    keep_item(set, copy);
}

void resolve_set_add_office(ResolveSet *set, const DirectoryUnit *unit, const char *path,
                            const char *note)
{
    ResolveItem item = {.unit = unit, .since = "", .note = note, .path = path};
    resolve_set_add_item(set, &item);
}

/* Whether the last is a person who is not among those before. */
static gboolean is_new(const DirectoryPerson *const *persons, guint last)
{
    for (guint i = 0; i < last; i++)
        if (persons[i] == persons[last])
            return FALSE;
    return persons[last] != NULL;
}

guint resolve_set_add_holders(ResolveSet *set, const Directory *directory, const DirectoryPost *post,
                              const char *path, const char *several)
{
    g_autoptr(GPtrArray) tenures = directory_tenures(directory, post);
    g_autofree const DirectoryPerson **persons = g_new(const DirectoryPerson *, tenures->len);
    guint holders = 0;
    for (guint i = 0; i < tenures->len; i++) {
        persons[i] = directory_person_by_id(directory, ((const DirectoryTenure *)tenures->pdata[i])->person_id);
        if (is_new(persons, i))
            holders++;
    }
    const DirectoryUnit *unit = holders > 0 ? directory_unit_by_id(directory, post->unit_id) : NULL;
    for (guint i = 0; i < tenures->len; i++) {
        ResolveItem item = {.unit = unit, .post = post, .person = persons[i],
                            .since = ((const DirectoryTenure *)tenures->pdata[i])->from,
                            .note = holders > 1 ? several : NULL, .path = path};
        if (item.person != NULL)
            resolve_set_add_item(set, &item);
    }
    return holders;
}

void resolve_set_add_person(ResolveSet *set, const DirectoryPerson *person, const char *path)
{
    ResolveItem item = {.person = person, .since = "", .path = path};
    resolve_set_add_item(set, &item);
}

static void copy_problem(ResolveSet *set, const ResolveProblem *problem)
{
    resolve_set_add_problem(set, problem->code, problem->text, g_strdup(problem->message),
                            problem->suggestions);
}

void resolve_set_add_problems(ResolveSet *set, const ResolveSet *other)
{
    for (guint i = 0; i < other->problems->len; i++)
        copy_problem(set, other->problems->pdata[i]);
}

/* Items that came the same way share their path, and so do their copies. */
void resolve_set_add_all(ResolveSet *set, const ResolveSet *other, const char *path)
{
    const char *from = "", *to = path;
    for (guint i = 0; i < other->items->len; i++) {
        ResolveItem item = *(ResolveItem *)other->items->pdata[i];
        if (item.path != from) {
            g_autofree char *joined = g_strconcat(path, item.path, NULL);
            from = item.path;
            to = arena_text(set->arena, joined);
        }
        item.path = to;
        resolve_set_add_item(set, &item);
    }
    resolve_set_add_problems(set, other);
}

void resolve_set_add_problem(ResolveSet *set, const char *code, const char *text, char *message,
                             char **suggestions)
{
    ResolveProblem *problem = g_new0(ResolveProblem, 1);
    problem->code = code;
    problem->text = g_strdup(text);
    problem->message = message;
    problem->suggestions = suggestions != NULL ? g_strdupv(suggestions) : g_new0(char *, 1);
    g_ptr_array_add(set->problems, problem);
}

gboolean resolve_set_names(const ResolveSet *other, const ResolveItem *item)
{
    return (item->person != NULL && g_hash_table_contains(other->reached, item->person)) ||
           (item->unit != NULL && g_hash_table_contains(other->reached, item->unit));
}

/* Two items may stand for one person, so what is reached is made anew when any is dropped. */
static void filter_items(ResolveSet *set, const ResolveSet *other, gboolean keep)
{
    gsize n;
    g_autofree gpointer *items = g_ptr_array_steal(set->items, &n);
    g_hash_table_remove_all(set->seen);
    g_hash_table_remove_all(set->reached);
    g_hash_table_remove_all(set->whole);
    for (gsize i = 0; i < n; i++)
        if (resolve_set_names(other, items[i]) == keep)
            keep_item(set, items[i]);
}

void resolve_set_filter(ResolveSet *set, const ResolveSet *other, gboolean keep)
{
    for (guint i = 0; i < other->problems->len; i++)
        if (strcmp(((ResolveProblem *)other->problems->pdata[i])->code, "no-holder") != 0)
            copy_problem(set, other->problems->pdata[i]);
    for (guint i = 0; i < set->items->len; i++)
        if (resolve_set_names(other, set->items->pdata[i]) != keep) {
            filter_items(set, other, keep);
            return;
        }
}
