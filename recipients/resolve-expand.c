/* SPDX-License-Identifier: GPL-3.0-or-later
 * Member notation opened up: "unit:", "post:", "person:", "group:", "kind:", "rank:", "under:",
 * "within:", "posts:", and the signs "-" and "&" before any of them. Groups that only add go straight
 * into the asker's set, each once, so that nesting stays cheap; those that take out are opened apart. */
#include "recipients/resolve-expand.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-kind.h"

typedef struct Member Member;

/* Where members are being opened to. */
typedef struct {
    ResolveExpander *expander;
    const char *holder, *path;
    ResolveSet *set;
} Opening;

typedef void (*OpenMember)(const Opening *to, const Member *member);

struct Member {
    char sign; /* '-', '&', or 0 */
    OpenMember open;
    const char *text, *name; /* behind the sign, behind the word */
    gconstpointer record; /* the unit, person or group of that name; NULL for none and for other words */
};

/* The members of one group or alias, read once. */
typedef struct {
    const char *holder;
    GArray *members; /* Member */
    gboolean adds;   /* no member has a sign */
    gboolean open;   /* being opened now, against circles */
    ResolveSet *set; /* what they come to when some take out, once it was asked for */
} Members;

struct ResolveExpander {
    const Directory *directory;
    Arena *arena;
    GHashTable *known; /* group or alias → Members */
    GHashTable *signs; /* what stands behind a sign → ResolveSet */
    ResolveSet *all;   /* where each group goes by itself; NULL = to who asks for it */
};

static void set_free(gpointer set)
{
    resolve_set_free(set);
}

static void members_free(gpointer data)
{
    Members *members = data;
    g_array_unref(members->members);
    g_clear_pointer(&members->set, resolve_set_free);
    g_free(members);
}

ResolveExpander *resolve_expander_new(const Directory *directory)
{
    ResolveExpander *expander = g_new0(ResolveExpander, 1);
    expander->directory = directory;
    expander->arena = arena_new();
    expander->known = g_hash_table_new_full(NULL, NULL, NULL, members_free);
    expander->signs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, set_free);
    return expander;
}

void resolve_expander_free(ResolveExpander *expander)
{
    if (expander == NULL)
        return;
    g_hash_table_unref(expander->known);
    g_hash_table_unref(expander->signs);
    arena_free(expander->arena);
    g_free(expander);
}

void resolve_expander_gather(ResolveExpander *expander, ResolveSet *all)
{
    expander->all = all;
}

ResolveSet *resolve_expander_set(ResolveExpander *expander)
{
    return resolve_set_new(expander->arena);
}

static void unknown_member(const Opening *to, const char *name)
{
    g_auto(GStrv) near = directory_suggest(to->expander->directory, name, 3);
    resolve_set_add_problem(
        to->set, "unknown-name", name,
        g_strdup_printf(_("名录中“%s”的成员“%s”查不到、有重名或是空的：请在名录中改正"), to->holder, name),
        near);
}

static void vacant_member(const Opening *to, const char *name)
{
    resolve_set_add_problem(
        to->set, "no-holder", name,
        g_strdup_printf(_("“%s”的成员“%s”在 %s 无人任职：请登记任职，或从“%s”中去掉"), to->holder, name,
                        to->expander->directory->date, to->holder),
        NULL);
}

static void open_unit(const Opening *to, const Member *member)
{
    if (member->record != NULL)
        resolve_set_add_office(to->set, member->record, to->path, NULL);
    else
        unknown_member(to, member->name);
}

static void open_post(const Opening *to, const Member *member)
{
    const DirectoryPost *post = directory_post_at(to->expander->directory, member->name);
    if (post == NULL)
        unknown_member(to, member->name);
    else if (resolve_set_add_holders(to->set, to->expander->directory, post, to->path, NULL) == 0)
        vacant_member(to, member->name);
}

static void open_person(const Opening *to, const Member *member)
{
    if (member->record != NULL)
        resolve_set_add_person(to->set, member->record, to->path);
    else
        unknown_member(to, member->name);
}

/* A class with nobody in it may be a misprint of its name, so it is shown. */
static void add_offices(const Opening *to, const char *name, const GPtrArray *units)
{
    if (units->len == 0)
        unknown_member(to, name);
    for (guint i = 0; i < units->len; i++)
        resolve_set_add_office(to->set, units->pdata[i], to->path, NULL);
}

static void add_all_holders(const Opening *to, const char *name, const GPtrArray *posts)
{
    guint holders = 0;
    for (guint i = 0; i < posts->len; i++)
        holders += resolve_set_add_holders(to->set, to->expander->directory, posts->pdata[i], to->path, NULL);
    if (posts->len == 0)
        unknown_member(to, name);
    else if (holders == 0)
        vacant_member(to, name);
}

static void open_kind(const Opening *to, const Member *member)
{
    g_autoptr(GPtrArray) units = directory_units_of_kind(
        to->expander->directory, directory_unit_kind_code(member->name));
    add_offices(to, member->name, units);
}

static void open_rank(const Opening *to, const Member *member)
{
    g_autoptr(GPtrArray) posts = directory_posts_ranked(to->expander->directory, member->name);
    add_all_holders(to, member->name, posts);
}

static void open_under(const Opening *to, const Member *member)
{
    const Directory *directory = to->expander->directory;
    const DirectoryUnit *unit = directory_unit(directory, member->name);
    g_autoptr(GPtrArray) units =
        unit != NULL ? directory_units_under(directory, unit->id) : g_ptr_array_new();
    add_offices(to, member->name, units);
}

static void open_within(const Opening *to, const Member *member)
{
    const Directory *directory = to->expander->directory;
    const DirectoryUnit *unit = directory_unit(directory, member->name);
    g_autoptr(GPtrArray) units =
        unit != NULL ? directory_units_within(directory, unit->id) : g_ptr_array_new();
    add_offices(to, member->name, units);
}

static void open_posts(const Opening *to, const Member *member)
{
    const Directory *directory = to->expander->directory;
    const DirectoryUnit *unit = directory_unit(directory, member->name);
    g_autoptr(GPtrArray) posts =
        unit != NULL ? directory_posts_of(directory, unit) : g_ptr_array_new();
    add_all_holders(to, member->name, posts);
}

static Members *known_members(ResolveExpander *expander, gconstpointer record, const char *holder,
                              char **texts);
static void open_record(Members *members, const Opening *to);

static void open_group(const Opening *to, const Member *member)
{
    const DirectoryGroup *group = member->record;
    if (group == NULL) {
        unknown_member(to, member->name);
        return;
    }
    Members *members = known_members(to->expander, group, group->name, group->members);
    g_autofree char *path = g_strconcat(to->path, group->name, " → ", NULL);
    ResolveSet *set = to->expander->all != NULL ? to->expander->all : to->set;
    Opening inner = {to->expander, to->holder, arena_text(to->expander->arena, path), set};
    open_record(members, &inner);
}

static void open_unknown(const Opening *to, const Member *member)
{
    unknown_member(to, member->name);
}

static Member read_member(const Directory *directory, const char *text)
{
    static const struct { const char *prefix; OpenMember open; } rows[] = {
        {"unit:", open_unit}, {"post:", open_post}, {"person:", open_person}, {"group:", open_group},
        {"kind:", open_kind}, {"rank:", open_rank}, {"under:", open_under},   {"within:", open_within},
        {"posts:", open_posts},
    };
    char sign = *text == '-' || *text == '&' ? *text++ : 0;
    Member member = {sign, open_unknown, text, text, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(text, rows[i].prefix)) {
            member.open = rows[i].open;
            member.name = text + strlen(rows[i].prefix);
        }
    member.record = member.open == open_unit     ? (gconstpointer)directory_unit(directory, member.name)
                    : member.open == open_person ? (gconstpointer)directory_person(directory, member.name)
                    : member.open == open_group  ? (gconstpointer)directory_group(directory, member.name)
                                                 : NULL;
    return member;
}

static Members *members_new(const Directory *directory, const char *holder, char **texts)
{
    Members *members = g_new0(Members, 1);
    members->holder = holder;
    members->members = g_array_new(FALSE, FALSE, sizeof(Member));
    members->adds = TRUE;
    for (char **text = texts; *text != NULL; text++) {
        Member member = read_member(directory, *text);
        members->adds = members->adds && member.sign == 0;
        g_array_append_val(members->members, member);
    }
    return members;
}

static Members *known_members(ResolveExpander *expander, gconstpointer record, const char *holder,
                              char **texts)
{
    Members *members = g_hash_table_lookup(expander->known, record);
    if (members == NULL) {
        members = members_new(expander->directory, holder, texts);
        g_hash_table_insert(expander->known, (gpointer)record, members);
    }
    return members;
}

/* Many groups take out the same, so that is opened once. */
static const ResolveSet *signed_set(ResolveExpander *expander, const char *holder, const Member *member)
{
    ResolveSet *set = g_hash_table_lookup(expander->signs, member->text);
    if (set == NULL) {
        ResolveSet *all = expander->all;
        expander->all = NULL;
        set = resolve_expander_set(expander);
        member->open(&(Opening){expander, holder, "", set}, member);
        expander->all = all;
        g_hash_table_insert(expander->signs, arena_text(expander->arena, member->text), set);
    }
    return set;
}

/* From left to right: a bare one adds, "-" takes out, "&" keeps only what it names too. */
static void open_members(const Members *members, const Opening *to)
{
    for (guint i = 0; i < members->members->len; i++) {
        const Member *member = &g_array_index(members->members, Member, i);
        if (member->sign == 0)
            member->open(&(Opening){to->expander, members->holder, to->path, to->set}, member);
        else
            resolve_set_filter(to->set, signed_set(to->expander, members->holder, member),
                               member->sign == '&');
    }
}

static const ResolveSet *set_of(Members *members, ResolveExpander *expander)
{
    if (members->set == NULL) {
        ResolveSet *set = resolve_expander_set(expander);
        open_members(members, &(Opening){expander, members->holder, "", set});
        members->set = set;
    }
    return members->set;
}

/* What the members come to by themselves, when the groups among them go elsewhere. */
static void add_own(const Members *members, const Opening *to)
{
    g_autoptr(ResolveSet) own = resolve_expander_set(to->expander);
    open_members(members, &(Opening){to->expander, members->holder, "", own});
    resolve_set_add_all(to->set, own, to->path);
}

/* to->holder is whose member this is. */
static void open_record(Members *members, const Opening *to)
{
    if (g_hash_table_contains(to->set->whole, members))
        return;
    if (members->open) {
        resolve_set_add_problem(
            to->set, "unknown-name", members->holder,
            g_strdup_printf(_("名录中“%s”经“%s”又包含自己：请在名录中去掉其中一处"), members->holder,
                            to->holder),
            NULL);
        return;
    }
    members->open = TRUE;
    if (members->adds)
        open_members(members, to);
    else if (to->expander->all != NULL)
        add_own(members, to);
    else
        resolve_set_add_all(to->set, set_of(members, to->expander), to->path);
    members->open = FALSE;
    g_hash_table_add(to->set->whole, members);
}

void resolve_expand_group(ResolveExpander *expander, const DirectoryGroup *group, ResolveSet *set)
{
    open_record(known_members(expander, group, group->name, group->members),
                &(Opening){expander, group->name, "", set});
}

void resolve_expand_alias(ResolveExpander *expander, const DirectoryAlias *alias, ResolveSet *set)
{
    open_record(known_members(expander, alias, alias->text, alias->targets),
                &(Opening){expander, alias->text, "", set});
}

void resolve_expand_members(ResolveExpander *expander, const char *holder, char **texts, ResolveSet *set)
{
    Members *members = members_new(expander->directory, holder, texts);
    open_members(members, &(Opening){expander, holder, "", set});
    members_free(members);
}
