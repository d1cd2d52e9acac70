/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sets of offices and persons: in order, each once, with the way each was reached. */
#include "recipients/resolve-expand.h"

static void item_free(gpointer data)
{
    ResolveItem *item = data;
    g_free(item->path);
    g_free(item);
}

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

ResolveSet *resolve_set_new(void)
{
    ResolveSet *set = g_new0(ResolveSet, 1);
    set->items = g_ptr_array_new_with_free_func(item_free);
    set->problems = g_ptr_array_new_with_free_func(problem_free);
    set->seen = g_hash_table_new(item_hash, item_equal);
    set->reached = g_hash_table_new(NULL, NULL);
    return set;
}

void resolve_set_free(ResolveSet *set)
{
    if (set == NULL)
        return;
    g_hash_table_unref(set->seen);
    g_hash_table_unref(set->reached);
    g_ptr_array_unref(set->items);
    g_ptr_array_unref(set->problems);
    g_free(set);
}

static void keep(ResolveSet *set, ResolveItem *item)
{
    g_hash_table_add(set->seen, item);
    g_hash_table_add(set->reached,
                     item->person != NULL ? (gpointer)item->person : (gpointer)item->unit);
    g_ptr_array_add(set->items, item);
}

static void add(ResolveSet *set, const ResolveItem *item, const char *step, const char *path)
{
    if (g_hash_table_contains(set->seen, item))
        return;
    ResolveItem *copy = g_memdup2(item, sizeof *item);
    copy->path = g_strconcat(step, path, NULL);
    keep(set, copy);
}

void resolve_set_add_office(ResolveSet *set, const DirectoryUnit *unit, const char *path,
                            const char *note)
{
    ResolveItem item = {.unit = unit, .since = "", .note = note};
    add(set, &item, "", path);
}

guint resolve_set_add_holders(ResolveSet *set, const Directory *directory, const DirectoryPost *post,
                              const char *path)
{
    g_autoptr(GPtrArray) tenures = directory_tenures(directory, post);
    guint holders = 0;
    for (guint i = 0; i < tenures->len; i++) {
        const DirectoryTenure *tenure = tenures->pdata[i];
        ResolveItem item = {.unit = directory_unit_by_id(directory, post->unit_id), .post = post,
                            .person = directory_person_by_id(directory, tenure->person_id),
                            .since = tenure->from};
        if (item.person == NULL)
            continue;
        add(set, &item, "", path);
        holders++;
    }
    return holders;
}

void resolve_set_add_person(ResolveSet *set, const DirectoryPerson *person, const char *path)
{
    ResolveItem item = {.person = person, .since = ""};
    add(set, &item, "", path);
}

void resolve_set_add_item(ResolveSet *set, const ResolveItem *item)
{
    add(set, item, "", item->path);
}

void resolve_set_add_problems(ResolveSet *set, const ResolveSet *other)
{
    for (guint i = 0; i < other->problems->len; i++) {
        const ResolveProblem *problem = other->problems->pdata[i];
        resolve_set_add_problem(set, problem->code, problem->text, g_strdup(problem->message),
                                problem->suggestions);
    }
}

void resolve_set_add_all(ResolveSet *set, const ResolveSet *other, const char *step)
{
    for (guint i = 0; i < other->items->len; i++) {
        const ResolveItem *item = other->items->pdata[i];
        add(set, item, step, item->path);
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

gboolean resolve_set_excludes(const ResolveSet *excluded, const ResolveItem *item)
{
    return (item->person != NULL && g_hash_table_contains(excluded->reached, item->person)) ||
           (item->unit != NULL && g_hash_table_contains(excluded->reached, item->unit));
}

void resolve_set_remove(ResolveSet *set, const ResolveSet *excluded)
{
    gsize n;
    resolve_set_add_problems(set, excluded);
    g_autofree gpointer *items = g_ptr_array_steal(set->items, &n);
    g_hash_table_remove_all(set->seen);
    g_hash_table_remove_all(set->reached);
    for (gsize i = 0; i < n; i++)
        if (resolve_set_excludes(excluded, items[i]))
            item_free(items[i]);
        else
            keep(set, items[i]);
}
