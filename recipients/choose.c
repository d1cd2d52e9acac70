/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clerk's words for members, looked up by kind: a name stands for the first kind that knows it. */
#include "recipients/choose.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/resolve-expand.h"

typedef struct {
    const Directory *directory;
    const char *series, *office;
} Choosing;

/* Each adds the members that the word stands for, and tells whether it knows it. */
typedef gboolean (*Finder)(const Choosing *choosing, const char *word, GPtrArray *members);

static gboolean find_unit(const Choosing *choosing, const char *word, GPtrArray *members)
{
    const DirectoryUnit *unit = directory_unit(choosing->directory, word);
    if (unit != NULL)
        g_ptr_array_add(members, g_strconcat("unit:", directory_unit_title(unit), NULL));
    return unit != NULL;
}

static void add_post(const Choosing *choosing, const DirectoryPost *post, GPtrArray *members)
{
    const DirectoryUnit *unit = directory_unit_by_id(choosing->directory, post->unit_id);
    g_ptr_array_add(members, g_strconcat("post:", directory_unit_title(unit), "/", post->name, NULL));
}

static const DirectoryPost *post_titled(const Directory *directory, const char *title)
{
    const DirectoryPost *found = NULL;
    g_autofree char *key = directory_key(title);
    for (guint i = 0; i < directory->posts->len; i++) {
        const DirectoryPost *post = directory->posts->pdata[i];
        g_autofree char *its = directory_post_title(directory, post), *its_key = directory_key(its);
        if (strcmp(its_key, key) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = post;
    }
    return found;
}

const DirectoryPost *choose_post(const Directory *directory, const char *word)
{
    return strchr(word, '/') != NULL ? directory_post_at(directory, word) : post_titled(directory, word);
}

static gboolean find_post(const Choosing *choosing, const char *word, GPtrArray *members)
{
    const DirectoryPost *post = choose_post(choosing->directory, word);
    if (post != NULL)
        add_post(choosing, post, members);
    return post != NULL;
}

static gboolean find_person(const Choosing *choosing, const char *word, GPtrArray *members)
{
    const DirectoryPerson *person = directory_person(choosing->directory, word);
    if (person != NULL)
        g_ptr_array_add(members, g_strconcat("person:", person->name, NULL));
    return person != NULL;
}

static gboolean find_group(const Choosing *choosing, const char *word, GPtrArray *members)
{
    const DirectoryGroup *group = directory_group(choosing->directory, word);
    if (group != NULL)
        g_ptr_array_add(members, g_strconcat("group:", group->name, NULL));
    return group != NULL;
}

static gboolean find_alias(const Choosing *choosing, const char *word, GPtrArray *members)
{
    const DirectoryAlias *alias =
        directory_alias(choosing->directory, word, choosing->series, choosing->office);
    for (char **target = alias != NULL ? alias->targets : NULL; target != NULL && *target != NULL; target++)
        g_ptr_array_add(members, g_strdup(*target));
    return alias != NULL;
}

/* Member notation has a prefix of ASCII letters. */
static gboolean find_notation(const Choosing *choosing, const char *word, GPtrArray *members)
{
    gsize letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    (void)choosing;
    if (letters == 0 || word[letters] != ':')
        return FALSE;
    g_ptr_array_add(members, g_strdup(word));
    return TRUE;
}

static gboolean unknown(const Choosing *choosing, const char *word, GError **error)
{
    g_auto(GStrv) names = directory_suggest(choosing->directory, word, 3);
    g_autofree char *near = g_strjoinv("、", names);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("名录里没有“%s”，或有重名。请写单位、单位/职务、姓名、组名或 unit:… 一类的写法%s%s"), word,
                *near != '\0' ? _("。相近的有：") : "", near);
    return FALSE;
}

static gboolean add_word(const Choosing *choosing, const char *word, GPtrArray *members, GError **error)
{
    static const Finder finders[] = {find_notation, find_unit, find_group, find_alias, find_person, find_post};
    gboolean taken_out = *word == '-' || *word == '&';
    const char *name = word + taken_out;
    guint before = members->len;
    gboolean found = FALSE;
    for (gsize i = 0; !found && i < G_N_ELEMENTS(finders); i++)
        found = finders[i](choosing, name, members);
    if (!found)
        return unknown(choosing, name, error);
    for (guint i = before; taken_out && i < members->len; i++) {
        g_autofree char *plain = members->pdata[i];
        members->pdata[i] = g_strdup_printf("%c%s", *word, plain);
    }
    return TRUE;
}

/* What the members come to must be somebody, and all of it known. */
static gboolean check(const Choosing *choosing, char **members, GError **error)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(choosing->directory);
    g_autoptr(ResolveSet) set = resolve_expander_set(expander);
    resolve_expand_members(expander, _("选定"), members, set);
    if (set->problems->len > 0) {
        const ResolveProblem *problem = set->problems->pdata[0];
        g_autofree char *near = g_strjoinv("、", problem->suggestions);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, "%s%s%s", problem->message,
                    *near != '\0' ? _("。相近的有：") : "", near);
        return FALSE;
    }
    if (set->items->len > 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("这样选定，一个收件人也没有。请另选"));
    return FALSE;
}

char **choose_members(const Directory *directory, const char *series, const char *office,
                      char *const *words, GError **error)
{
    Choosing choosing = {directory, series, office};
    GPtrArray *members = g_ptr_array_new();
    gboolean good = TRUE;
    for (char *const *word = words; good && *word != NULL; word++)
        good = add_word(&choosing, *word, members, error);
    g_ptr_array_add(members, NULL);
    g_auto(GStrv) list = (char **)g_ptr_array_free(members, FALSE);
    return good && check(&choosing, list, error) ? g_steal_pointer(&list) : NULL;
}

/* Names of records stand for themselves; classes of them keep their word (under:区政府). */
static const char *bare_word(const char *member)
{
    static const char *const names[] = {"unit:", "post:", "person:", "group:"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(member, names[i]))
            return member + strlen(names[i]);
    return member;
}

char *choose_words(char *const *members)
{
    GString *words = g_string_new(NULL);
    for (char *const *member = members; *member != NULL; member++) {
        g_string_append(words, words->len > 0 ? "、" : "");
        if (**member == '-')
            g_string_append_printf(words, _("除去 %s"), bare_word(*member + 1));
        else
            g_string_append(words, bare_word(*member));
    }
    return g_string_free(words, FALSE);
}
