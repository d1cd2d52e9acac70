/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory as a whole, and the look-ups over its records. */
#include "recipients/directory.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "daemon/base/han.h"
#include "recipients/directory-index.h"

Directory *directory_new(const char *date)
{
    Directory *directory = g_new0(Directory, 1);
    directory->arena = arena_new();
    directory->date = arena_text(directory->arena, date);
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        directory->records[i] = g_ptr_array_new();
    return directory;
}

void directory_free(Directory *directory)
{
    if (directory == NULL)
        return;
    directory_index_free(directory->index);
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        g_ptr_array_unref(directory->records[i]);
    arena_free(directory->arena);
    g_free(directory);
}

void directory_set_text(Directory *directory, const char **field, const char *text)
{
    *field = arena_text(directory->arena, text);
}

void directory_set_list(Directory *directory, char ***field, const char *text, const char *separators)
{
    g_auto(GStrv) parts = g_strsplit_set(text, separators, -1);
    char **list = arena_new0(directory->arena, char *, g_strv_length(parts) + 1);
    guint n = 0;
    for (char **part = parts; *part != NULL; part++)
        if (*g_strstrip(*part) != '\0')
            list[n++] = arena_text(directory->arena, *part);
    *field = list;
}

void directory_key_append(GString *text, const char *name)
{
    const char *end = name + strlen(name), *p = name, *plain = name, *next; /* nothing to fold from plain to p */
    for (; p < end && (next = g_utf8_next_char(p)) <= end; p = next) {
        gunichar read = g_utf8_get_char(p), c = han_fold(read);
        gboolean blank = c == 0 || c == ' ' || c == '\n' || c == '\r';
        if (c == read && !blank)
            continue;
        g_string_append_len(text, plain, p - plain);
        plain = next;
        if (!blank)
            g_string_append_unichar(text, c);
    }
    g_string_append_len(text, plain, p - plain);
}

char *directory_key(const char *name)
{
    GString *key = g_string_sized_new(strlen(name) + 1);
    directory_key_append(key, name);
    return g_string_free(key, FALSE);
}

const DirectoryUnit *directory_unit(const Directory *directory, const char *name)
{
    return directory_index_find(directory->index->units, name);
}

const DirectoryUnit *directory_unit_by_id(const Directory *directory, gint64 id)
{
    return g_hash_table_lookup(directory->index->units_by_id, &id);
}

const DirectoryPost *directory_post(const Directory *directory, const DirectoryUnit *unit,
                                    const char *name)
{
    return directory_index_post(directory->index, unit->id, name);
}

const DirectoryPost *directory_post_at(const Directory *directory, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return NULL;
    g_autofree char *name = g_strndup(path, (gsize)(slash - path));
    const DirectoryUnit *unit = directory_unit(directory, name);
    return unit != NULL ? directory_post(directory, unit, slash + 1) : NULL;
}

const DirectoryPost *directory_post_by_id(const Directory *directory, gint64 id)
{
    return g_hash_table_lookup(directory->index->posts_by_id, &id);
}

const DirectoryPerson *directory_person(const Directory *directory, const char *name)
{
    return directory_index_find(directory->index->persons, name);
}

const DirectoryPerson *directory_person_by_id(const Directory *directory, gint64 id)
{
    return g_hash_table_lookup(directory->index->persons_by_id, &id);
}

const DirectoryGroup *directory_group(const Directory *directory, const char *name)
{
    return directory_index_find(directory->index->groups, name);
}

static gboolean same_text(const char *a, const char *b)
{
    g_autofree char *one = directory_key(a), *two = directory_key(b);
    return strcmp(one, two) == 0;
}

static gboolean same_office(const Directory *directory, const char *a, const char *b)
{
    const DirectoryUnit *unit = directory_unit(directory, a);
    return same_text(a, b) || (unit != NULL && unit == directory_unit(directory, b));
}

/* How closely the alias belongs to who speaks: 0 = to all, -1 = to others. */
static int closeness(const Directory *directory, const DirectoryAlias *alias, const char *series,
                     const char *office)
{
    gboolean of_series = *alias->series != '\0', of_office = *alias->office != '\0';
    if ((of_series && (series == NULL || !same_text(alias->series, series))) ||
        (of_office && (office == NULL || !same_office(directory, alias->office, office))))
        return -1;
    return 2 * of_series + of_office;
}

static const DirectoryAlias *alias_of_key(const Directory *directory, const char *key,
                                          const char *series, const char *office)
{
    const GPtrArray *all = g_hash_table_lookup(directory->index->aliases, key);
    const DirectoryAlias *closest = NULL;
    int best = -1;
    for (guint i = 0; all != NULL && i < all->len; i++) {
        int found = closeness(directory, all->pdata[i], series, office);
        if (found > best) {
            best = found;
            closest = all->pdata[i];
        }
    }
    return closest;
}

const DirectoryAlias *directory_alias(const Directory *directory, const char *text, const char *series,
                                      const char *office)
{
    g_autofree char *key = directory_key(text);
    return alias_of_key(directory, key, series, office);
}

static gboolean is_current(const Directory *directory, const char *from, const char *to)
{
    return strcmp(from, directory->date) <= 0 && (*to == '\0' || strcmp(directory->date, to) <= 0);
}

static GPtrArray *current_tenures(const Directory *directory, const DirectoryList *list, gint64 id)
{
    guint n;
    gpointer *all = directory_list_find(list, id, &n);
    GPtrArray *current = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        DirectoryTenure *tenure = all[i];
        if (is_current(directory, tenure->from, tenure->to))
            g_ptr_array_add(current, tenure);
    }
    return current;
}

GPtrArray *directory_tenures(const Directory *directory, const DirectoryPost *post)
{
    return current_tenures(directory, &directory->index->tenures_of_post, post->id);
}

static void add_once(GPtrArray *list, gconstpointer record)
{
    if (record != NULL && !g_ptr_array_find(list, record, NULL))
        g_ptr_array_add(list, (gpointer)record);
}

GPtrArray *directory_holders(const Directory *directory, const DirectoryPost *post)
{
    g_autoptr(GPtrArray) tenures = directory_tenures(directory, post);
    GPtrArray *holders = g_ptr_array_new();
    for (guint i = 0; i < tenures->len; i++)
        add_once(holders, directory_person_by_id(
                              directory, ((DirectoryTenure *)tenures->pdata[i])->person_id));
    return holders;
}

GPtrArray *directory_posts_held(const Directory *directory, const DirectoryPerson *person)
{
    DirectoryIndex *index = directory->index;
    g_autoptr(GPtrArray) tenures =
        current_tenures(directory, &index->tenures_of_person, person->id);
    GPtrArray *posts = g_ptr_array_new();
    for (guint i = 0; i < tenures->len; i++)
        add_once(posts, directory_post_by_id(
                            directory, ((DirectoryTenure *)tenures->pdata[i])->post_id));
    g_ptr_array_sort_with_data(posts, directory_index_compare_posts, index);
    return posts;
}

GPtrArray *directory_stand_ins(const Directory *directory, const DirectoryPerson *person)
{
    guint n;
    gpointer *all = directory_list_find(&directory->index->stand_ins, person->id, &n);
    GPtrArray *current = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        DirectoryStandIn *stand_in = all[i];
        if (is_current(directory, stand_in->from, stand_in->to))
            g_ptr_array_add(current, stand_in);
    }
    return current;
}

static GPtrArray *list_copy(GPtrArray *list)
{
    return list != NULL ? g_ptr_array_copy(list, NULL, NULL) : g_ptr_array_new();
}

GPtrArray *directory_mailboxes(const Directory *directory, OwnerKind kind, gint64 owner_id)
{
    guint n;
    gpointer *all = directory_list_find(&directory->index->mailboxes, owner_id, &n);
    GPtrArray *mailboxes = g_ptr_array_new();
    for (guint i = 0; i < n; i++)
        if (((DirectoryMailbox *)all[i])->owner_kind == kind)
            g_ptr_array_add(mailboxes, all[i]);
    return mailboxes;
}

GPtrArray *directory_posts_of(const Directory *directory, const DirectoryUnit *unit)
{
    return directory_list_copy(&directory->index->posts_of_unit, unit->id);
}

GPtrArray *directory_units_under(const Directory *directory, gint64 parent_id)
{
    return directory_list_copy(&directory->index->units_under, parent_id);
}

static void add_within(const Directory *directory, gint64 parent_id, GHashTable *seen, GPtrArray *units)
{
    guint n;
    gpointer *under = directory_list_find(&directory->index->units_under, parent_id, &n);
    for (guint i = 0; i < n; i++) {
        DirectoryUnit *unit = under[i];
        if (!g_hash_table_add(seen, unit))
            continue;
        g_ptr_array_add(units, unit);
        add_within(directory, unit->id, seen, units);
    }
}

GPtrArray *directory_units_within(const Directory *directory, gint64 parent_id)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    GPtrArray *units = g_ptr_array_new();
    add_within(directory, parent_id, seen, units);
    return units;
}

static GPtrArray *named_copy(GHashTable *lists, const char *name)
{
    g_autofree char *key = directory_key(name);
    return list_copy(g_hash_table_lookup(lists, key));
}

GPtrArray *directory_posts_named(const Directory *directory, const char *name)
{
    return named_copy(directory->index->posts_named, name);
}

GPtrArray *directory_posts_ranked(const Directory *directory, const char *rank)
{
    return named_copy(directory->index->posts_ranked, rank);
}

GPtrArray *directory_units_of_kind(const Directory *directory, const char *kind)
{
    return named_copy(directory->index->units_of_kind, kind);
}

guint directory_place(const Directory *directory, const DirectoryUnit *unit)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(directory->index->places, unit));
}

gboolean directory_post_leads(const DirectoryPost *post)
{
    return post->kind == POST_CHIEF || *post->rank != '\0';
}

char *directory_person_called(const DirectoryPerson *person)
{
    const char *name = person->name, *bracket = strstr(name, "（");
    if (bracket == NULL)
        bracket = strchr(name, '(');
    gboolean parted = bracket > name && (g_str_has_suffix(name, "）") || g_str_has_suffix(name, ")"));
    return parted ? g_strndup(name, (gsize)(bracket - name)) : g_strdup(name);
}

const char *directory_unit_title(const DirectoryUnit *unit)
{
    return unit->short_names[0] != NULL ? unit->short_names[0] : unit->name;
}

/* 区长, 县长, 市长 carry their body in the name. */
static gboolean heads_a_government(const char *post)
{
    static const char levels[] = "省市州盟区县旗乡镇";
    return g_utf8_strlen(post, -1) == 2 && strcmp(g_utf8_next_char(post), "长") == 0 &&
           g_utf8_strchr(levels, -1, g_utf8_get_char(post)) != NULL;
}

char *directory_post_title(const Directory *directory, const DirectoryPost *post)
{
    const DirectoryUnit *unit = directory_unit_by_id(directory, post->unit_id);
    if (unit == NULL || heads_a_government(post->name))
        return g_strdup(post->name);
    return g_strconcat(directory_unit_title(unit), post->name, NULL);
}

static gboolean knows(const Directory *directory, const char *key, const char *series,
                      const char *office, gboolean *is_alias)
{
    *is_alias = alias_of_key(directory, key, series, office) != NULL;
    return *is_alias || g_hash_table_contains(directory->index->units, key) ||
           g_hash_table_contains(directory->index->groups, key);
}

gsize directory_known(const Directory *directory, const char *text, const char *series,
                      const char *office, gboolean *is_alias)
{
    g_autoptr(GString) key = g_string_new(NULL);
    gsize longest = 0;
    gboolean found_alias = FALSE, alias;
    const char *p = text;
    for (guint n = 0; n < directory->index->longest && *p != '\0' && *p != '\n';) {
        gunichar c = g_utf8_get_char(p);
        p = g_utf8_next_char(p);
        if (c == ' ')
            continue;
        g_string_append_unichar(key, c);
        n++;
        if (knows(directory, key->str, series, office, &alias)) {
            longest = (gsize)(p - text);
            found_alias = alias;
        }
    }
    *is_alias = found_alias;
    return longest;
}
