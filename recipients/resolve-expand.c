/* SPDX-License-Identifier: GPL-3.0-or-later
 * Member notation opened up: "unit:", "post:", "person:", "group:", "kind:", "rank:", "under:",
 * "posts:", and "-" before any of them. Each group is opened once, so that nesting stays cheap. */
#include "recipients/resolve-expand.h"

#include <string.h>

#include "daemon/base/i18n.h"

struct ResolveExpander {
    const Directory *directory;
    GHashTable *opened;  /* group or alias → ResolveSet */
    GHashTable *opening; /* those being opened now, against circles */
};

ResolveExpander *resolve_expander_new(const Directory *directory)
{
    ResolveExpander *expander = g_new0(ResolveExpander, 1);
    expander->directory = directory;
    expander->opened = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)resolve_set_free);
    expander->opening = g_hash_table_new(NULL, NULL);
    return expander;
}

void resolve_expander_free(ResolveExpander *expander)
{
    if (expander == NULL)
        return;
    g_hash_table_unref(expander->opened);
    g_hash_table_unref(expander->opening);
    g_free(expander);
}

static void unknown_member(ResolveExpander *expander, const char *holder, const char *name,
                           ResolveSet *set)
{
    g_auto(GStrv) near = directory_suggest(expander->directory, name, 3);
    resolve_set_add_problem(
        set, "unknown-name", name,
        g_strdup_printf(_("名录中“%s”的成员“%s”查不到、有重名或是空的：请在名录中改正"), holder, name),
        near);
}

static void open_unit(ResolveExpander *expander, const char *holder, const char *name, ResolveSet *set)
{
    const DirectoryUnit *unit = directory_unit(expander->directory, name);
    if (unit != NULL)
        resolve_set_add_office(set, unit, "", NULL);
    else
        unknown_member(expander, holder, name, set);
}

static const DirectoryPost *find_post(const Directory *directory, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash == NULL)
        return NULL;
    g_autofree char *unit_name = g_strndup(name, (gsize)(slash - name));
    const DirectoryUnit *unit = directory_unit(directory, unit_name);
    return unit != NULL ? directory_post(directory, unit, slash + 1) : NULL;
}

static void open_post(ResolveExpander *expander, const char *holder, const char *name, ResolveSet *set)
{
    const DirectoryPost *post = find_post(expander->directory, name);
    if (post == NULL)
        unknown_member(expander, holder, name, set);
    else if (resolve_set_add_holders(set, expander->directory, post, "") == 0)
        resolve_set_add_problem(
            set, "no-holder", name,
            g_strdup_printf(_("“%s”的成员“%s”在 %s 无人任职：请登记任职，或从“%s”中去掉"), holder,
                            name, expander->directory->date, holder),
            NULL);
}

static void open_person(ResolveExpander *expander, const char *holder, const char *name,
                        ResolveSet *set)
{
    const DirectoryPerson *person = directory_person(expander->directory, name);
    if (person != NULL)
        resolve_set_add_person(set, person, "");
    else
        unknown_member(expander, holder, name, set);
}

static void open_group(ResolveExpander *expander, const char *holder, const char *name,
                       ResolveSet *set)
{
    const DirectoryGroup *group = directory_group(expander->directory, name);
    if (group == NULL) {
        unknown_member(expander, holder, name, set);
        return;
    }
    const ResolveSet *opened = resolve_expand_group(expander, group);
    g_autofree char *step = g_strconcat(group->name, " → ", NULL);
    if (opened != NULL)
        resolve_set_add_all(set, opened, step);
    else
        resolve_set_add_problem(
            set, "unknown-name", name,
            g_strdup_printf(_("名录中“%s”经“%s”又包含自己：请在名录中去掉其中一处"), group->name,
                            holder),
            NULL);
}

/* A class with nobody in it may be a misprint of its name, so it is shown. */
static void add_offices(ResolveExpander *expander, const char *holder, const char *name,
                        const GPtrArray *units, ResolveSet *set)
{
    if (units->len == 0)
        unknown_member(expander, holder, name, set);
    for (guint i = 0; i < units->len; i++)
        resolve_set_add_office(set, units->pdata[i], "", NULL);
}

static void add_all_holders(ResolveExpander *expander, const char *holder, const char *name,
                            const GPtrArray *posts, ResolveSet *set)
{
    guint holders = 0;
    for (guint i = 0; i < posts->len; i++)
        holders += resolve_set_add_holders(set, expander->directory, posts->pdata[i], "");
    if (holders == 0)
        unknown_member(expander, holder, name, set);
}

static void open_kind(ResolveExpander *expander, const char *holder, const char *name, ResolveSet *set)
{
    g_autoptr(GPtrArray) units = directory_units_of_kind(expander->directory, name);
    add_offices(expander, holder, name, units, set);
}

static void open_rank(ResolveExpander *expander, const char *holder, const char *name, ResolveSet *set)
{
    g_autoptr(GPtrArray) posts = directory_posts_ranked(expander->directory, name);
    add_all_holders(expander, holder, name, posts, set);
}

static void open_under(ResolveExpander *expander, const char *holder, const char *name,
                       ResolveSet *set)
{
    const DirectoryUnit *unit = directory_unit(expander->directory, name);
    g_autoptr(GPtrArray) units =
        unit != NULL ? directory_units_under(expander->directory, unit->id) : g_ptr_array_new();
    add_offices(expander, holder, name, units, set);
}

static void open_posts(ResolveExpander *expander, const char *holder, const char *name,
                       ResolveSet *set)
{
    const DirectoryUnit *unit = directory_unit(expander->directory, name);
    g_autoptr(GPtrArray) posts =
        unit != NULL ? directory_posts_of(expander->directory, unit) : g_ptr_array_new();
    add_all_holders(expander, holder, name, posts, set);
}

typedef void (*OpenMember)(ResolveExpander *expander, const char *holder, const char *name,
                           ResolveSet *set);

static void open_member(ResolveExpander *expander, const char *holder, const char *member,
                        ResolveSet *set)
{
    static const struct { const char *prefix; OpenMember open; } rows[] = {
        {"unit:", open_unit}, {"post:", open_post}, {"person:", open_person}, {"group:", open_group},
        {"kind:", open_kind}, {"rank:", open_rank}, {"under:", open_under},   {"posts:", open_posts},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(member, rows[i].prefix)) {
            rows[i].open(expander, holder, member + strlen(rows[i].prefix), set);
            return;
        }
    unknown_member(expander, holder, member, set);
}

ResolveSet *resolve_expand_members(ResolveExpander *expander, const char *holder, char **members)
{
    ResolveSet *set = resolve_set_new();
    for (char **member = members; *member != NULL; member++) {
        if (**member != '-') {
            open_member(expander, holder, *member, set);
            continue;
        }
        g_autoptr(ResolveSet) excluded = resolve_set_new();
        open_member(expander, holder, *member + 1, excluded);
        resolve_set_remove(set, excluded);
    }
    return set;
}

static const ResolveSet *open_record(ResolveExpander *expander, gconstpointer record,
                                     const char *name, char **members)
{
    ResolveSet *set = g_hash_table_lookup(expander->opened, record);
    if (set != NULL)
        return set;
    if (!g_hash_table_add(expander->opening, (gpointer)record))
        return NULL;
    set = resolve_expand_members(expander, name, members);
    g_hash_table_remove(expander->opening, record);
    g_hash_table_insert(expander->opened, (gpointer)record, set);
    return set;
}

const ResolveSet *resolve_expand_group(ResolveExpander *expander, const DirectoryGroup *group)
{
    return open_record(expander, group, group->name, group->members);
}

const ResolveSet *resolve_expand_alias(ResolveExpander *expander, const DirectoryAlias *alias)
{
    return open_record(expander, alias, alias->text, alias->targets);
}
