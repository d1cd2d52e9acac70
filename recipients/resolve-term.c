/* SPDX-License-Identifier: GPL-3.0-or-later
 * One term looked up: alias, group, unit, class word, then its post. What has no single answer is a
 * problem with the nearest names, never a guess. */
#include "recipients/resolve-term.h"

#include <string.h>

#include "daemon/base/i18n.h"

/* Words for those who lead a unit, whatever their post is called there. */
typedef struct {
    const char *word;
    gboolean chief, deputies;
} LeaderWord;

/* What is said of a post that one person should hold: all who do receive, and the clerk is told. */
static const char several_note[] = N_("该职务有多人在任，均送");

static const LeaderWord *leader_word(const char *post)
{
    static const LeaderWord rows[] = {
        {"负责同志", TRUE, FALSE},      {"主要负责同志", TRUE, FALSE}, {"负责人", TRUE, FALSE},
        {"主要负责人", TRUE, FALSE},    {"主要领导", TRUE, FALSE},     {"主要领导同志", TRUE, FALSE},
        {"领导", TRUE, TRUE},           {"领导同志", TRUE, TRUE},      {"分管负责人", FALSE, TRUE},
        {"分管负责同志", FALSE, TRUE}, {"分管领导", FALSE, TRUE},
    };
    g_autofree char *key = directory_key(post);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].word, key) == 0)
            return &rows[i];
    return NULL;
}

/* Class words that stand for a kind of units by themselves. */
static const char *kind_of_class(const char *word)
{
    static const struct { const char *word, *kind; } rows[] = {
        {"街道办事处", "street"}, {"街道", "street"}, {"街道办", "street"}, {"办事处", "street"},
        {"办", "street"},         {"镇", "town"},     {"乡", "township"},
    };
    g_autofree char *key = directory_key(word);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].word, key) == 0)
            return rows[i].kind;
    return word;
}

static void unknown(const ResolveContext *context, const char *text, ResolveSet *set)
{
    g_auto(GStrv) near = directory_suggest(context->directory, text, 3);
    resolve_set_add_problem(
        set, "unknown-name", text,
        g_strdup_printf(_("名录中没有“%s”，或有重名：请改正发放栏，或在名录中登记该单位、简称或别名"),
                        text),
        near);
}

/* Adds an alias or a group of that name; with every, also as printed with 各. The name found is lent;
 * NULL when there is none. */
static const char *add_named_set(const ResolveContext *context, const char *name, gboolean every,
                                 gboolean *is_alias, ResolveSet *set)
{
    g_autofree char *each = g_strconcat("各", name, NULL);
    const char *names[] = {name, every ? each : NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(names) && names[i] != NULL; i++) {
        const DirectoryAlias *alias = directory_alias(context->directory, names[i], context->series, context->office);
        *is_alias = alias != NULL;
        if (alias != NULL) {
            resolve_expand_alias(context->expander, alias, set);
            return alias->text;
        }
        const DirectoryGroup *group = directory_group(context->directory, names[i]);
        if (group != NULL) {
            resolve_expand_group(context->expander, group, set);
            return group->name;
        }
    }
    return NULL;
}

static char *with_each(const char *name)
{
    return g_str_has_prefix(name, "各") ? g_strdup(name) : g_strconcat("各", name, NULL);
}

/* The chief is one person's post: the first with a holder. Deputies are all of theirs. */
static guint add_leaders(const ResolveContext *context, const ResolveItem *office,
                         const LeaderWord *word, ResolveSet *set)
{
    const char *several = word->deputies ? NULL : _(several_note);
    g_autoptr(GPtrArray) posts = directory_posts_of(context->directory, office->unit);
    guint chiefs = 0, deputies = 0;
    for (guint i = 0; i < posts->len; i++) {
        const DirectoryPost *post = posts->pdata[i];
        if (post->kind == POST_CHIEF && word->chief && (word->deputies || chiefs == 0))
            chiefs += resolve_set_add_holders(set, context->directory, post, office->path, several);
        else if (post->kind == POST_DEPUTY && word->deputies)
            deputies += resolve_set_add_holders(set, context->directory, post, office->path, NULL);
    }
    return chiefs + deputies;
}

static void unknown_post(const ResolveContext *context, const DirectoryUnit *unit, const char *text,
                         const char *post_name, ResolveSet *set)
{
    g_autoptr(GPtrArray) posts = directory_posts_of(context->directory, unit);
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < MIN(posts->len, 3); i++)
        g_ptr_array_add(titles, directory_post_title(context->directory, posts->pdata[i]));
    g_ptr_array_add(titles, NULL);
    resolve_set_add_problem(
        set, "unknown-name", text,
        g_strdup_printf(_("名录中“%s”没有“%s”这一职务：请改正发放栏，或在名录中登记该职务"),
                        directory_unit_title(unit), post_name),
        (char **)titles->pdata);
}

static void add_post_holders(const ResolveContext *context, const DirectoryPost *post, gboolean every,
                             const char *path, ResolveSet *set)
{
    const char *several = every ? NULL : _(several_note);
    if (resolve_set_add_holders(set, context->directory, post, path, several) > 0)
        return;
    g_autofree char *title = directory_post_title(context->directory, post);
    resolve_set_add_problem(
        set, "no-holder", title,
        g_strdup_printf(_("“%s”在 %s 无人任职：请在名录中登记任职，或由经办人确定改送何人"), title,
                        context->directory->date),
        NULL);
}

/* The post of one unit: by its name there, else by a word for its leaders. */
static void add_post_of(const ResolveContext *context, const ResolveTerm *term, const LeaderWord *word,
                        const ResolveItem *office, ResolveSet *set)
{
    g_autofree char *text = g_strconcat(term->organisation, term->post, NULL);
    const DirectoryPost *post = directory_post(context->directory, office->unit, term->post);
    if (post == NULL && word == NULL)
        post = directory_post(context->directory, office->unit, text);
    if (post != NULL)
        add_post_holders(context, post, term->every, office->path, set);
    else if (word == NULL)
        unknown_post(context, office->unit, text, term->post, set);
    else if (add_leaders(context, office, word, set) == 0)
        resolve_set_add_office(set, office->unit, office->path, _("名录无在任负责同志"));
}

/* Members that are persons already stand for themselves. */
static void add_posts_of_all(const ResolveContext *context, const ResolveTerm *term,
                             const ResolveSet *body, ResolveSet *set)
{
    const LeaderWord *word = leader_word(term->post);
    for (guint i = 0; i < body->items->len; i++) {
        const ResolveItem *item = body->items->pdata[i];
        if (item->person != NULL)
            resolve_set_add_item(set, item);
        else
            add_post_of(context, term, word, item, set);
    }
    resolve_set_add_problems(set, body);
}

/* Rule 9: the posts of that name in this district. */
static GPtrArray *lone_posts(const ResolveContext *context, const char *name)
{
    g_autoptr(GPtrArray) named = directory_posts_named(context->directory, name);
    GPtrArray *own = g_ptr_array_new();
    for (guint i = 0; i < named->len; i++) {
        const DirectoryPost *post = named->pdata[i];
        const DirectoryUnit *unit = directory_unit_by_id(context->directory, post->unit_id);
        if (unit != NULL && strcmp(unit->kind, "higher") != 0)
            g_ptr_array_add(own, (gpointer)post);
    }
    return own;
}

static void ambiguous_post(const ResolveContext *context, const char *name, const GPtrArray *posts,
                           ResolveSet *set)
{
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < MIN(posts->len, 5); i++)
        g_ptr_array_add(titles, directory_post_title(context->directory, posts->pdata[i]));
    g_ptr_array_add(titles, NULL);
    resolve_set_add_problem(
        set, "unknown-name", name,
        g_strdup_printf(_("有 %u 个单位设“%s”，看不出是哪一个：请写明单位，或为本刊登记别名"),
                        posts->len, name),
        (char **)titles->pdata);
}

static void add_lone_post(const ResolveContext *context, const ResolveTerm *term, const char *name,
                          ResolveSet *set)
{
    g_autoptr(GPtrArray) posts = lone_posts(context, name);
    if (posts->len == 0)
        unknown(context, name, set);
    else if (posts->len == 1)
        add_post_holders(context, posts->pdata[0], term->every, "", set);
    else
        ambiguous_post(context, name, posts, set);
}

static const DirectoryPerson *find_person(const ResolveContext *context, const char *name)
{
    g_autofree char *bare = directory_key(name);
    if (g_str_has_suffix(bare, "同志"))
        bare[strlen(bare) - strlen("同志")] = '\0';
    return directory_person(context->directory, bare);
}

/* A unit, a person, or with every a kind of units. FALSE when it is none of them. */
static gboolean add_named(const ResolveContext *context, const ResolveTerm *term, ResolveSet *base)
{
    const DirectoryUnit *unit = directory_unit(context->directory, term->organisation);
    const DirectoryPerson *person = find_person(context, term->organisation);
    if (unit != NULL) {
        resolve_set_add_office(base, unit, "", NULL);
        return TRUE;
    }
    if (term->every) {
        g_autoptr(GPtrArray) units =
            directory_units_of_kind(context->directory, kind_of_class(term->organisation));
        for (guint i = 0; i < units->len; i++)
            resolve_set_add_office(base, units->pdata[i], "", NULL);
        if (units->len > 0)
            return TRUE;
    }
    if (person != NULL)
        resolve_set_add_person(base, person, "");
    return person != NULL;
}

/* Adds the body of the term, before its post. FALSE when the directory does not know it. */
static gboolean add_body(const ResolveContext *context, const ResolveTerm *term, ResolveSet *set, char **head)
{
    gboolean is_alias = FALSE;
    const char *found = add_named_set(context, term->organisation, term->every, &is_alias, set);
    if (found == NULL && !add_named(context, term, set))
        return FALSE;
    if (found == NULL)
        found = term->organisation;
    gboolean each = term->every && !is_alias && directory_unit(context->directory, found) == NULL;
    g_autofree char *name = each ? with_each(found) : g_strdup(found);
    g_free(*head);
    *head = g_strconcat(name, term->post, NULL);
    return TRUE;
}

ResolveSet *resolve_term(const ResolveContext *context, const ResolveTerm *term, char **head)
{
    ResolveSet *set = resolve_expander_set(context->expander);
    gboolean is_alias;
    *head = g_strconcat(term->organisation, term->post, NULL);
    if (term->post != NULL && add_named_set(context, *head, FALSE, &is_alias, set) != NULL)
        return set;
    if (*term->organisation == '\0') {
        add_lone_post(context, term, *head, set);
        return set;
    }
    g_autoptr(ResolveSet) body = term->post != NULL ? resolve_expander_set(context->expander) : NULL;
    if (!add_body(context, term, body != NULL ? body : set, head))
        unknown(context, term->organisation, set); /* its post may be a sister's suffix, not in print */
    else if (body != NULL)
        add_posts_of_all(context, term, body, set);
    return set;
}
