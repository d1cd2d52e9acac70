/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which posts somebody speaks of: groups, aliases, remembered choices, and the texts of late. */
#include "recipients/directory-check-run.h"

#include <string.h>

#include "daemon/base/i18n.h"

static void name_posts(DirectoryCheckRun *run, char *const *members, const char *where)
{
    static const char prefix[] = "post:";
    for (; *members != NULL; members++) {
        const DirectoryPost *post = g_str_has_prefix(*members, prefix)
                                        ? directory_post_at(run->directory, *members + strlen(prefix)) : NULL;
        if (post != NULL && !g_hash_table_contains(run->named, post))
            g_hash_table_insert(run->named, (gpointer)post, g_strdup(where));
    }
}

static void name_all(DirectoryCheckRun *run)
{
    const Directory *directory = run->directory;
    run->named = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = directory->groups->pdata[i];
        g_autofree char *where = g_strdup_printf(_("组“%s”里"), group->name);
        name_posts(run, group->members, where);
    }
    for (guint i = 0; i < directory->aliases->len; i++) {
        const DirectoryAlias *alias = directory->aliases->pdata[i];
        g_autofree char *where = g_strdup_printf(_("别名“%s”里"), alias->text);
        name_posts(run, alias->targets, where);
    }
    if (run->options->chosen != NULL)
        name_posts(run, (char *const *)run->options->chosen, _("刊物记着的选定里"));
}

/* Behind a name of its unit, or in the same group of posts: 区委书记、副书记. */
static gboolean stands_in(const char *text, const char *unit, const char *post)
{
    g_autofree char *key = directory_key(unit);
    for (const char *at = strstr(text, key); *key != '\0' && at != NULL; at = strstr(at + 1, key)) {
        const char *rest = at + strlen(key);
        g_autofree char *group = g_strndup(rest, strcspn(rest, ",;:\n"));
        if (strstr(group, post) == group)
            return TRUE;
        const char *comma = strstr(group, "、");
        while (comma != NULL && !g_str_has_prefix(comma + strlen("、"), post))
            comma = strstr(comma + 1, "、");
        if (comma != NULL)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_printed(const DirectoryCheckRun *run, const DirectoryPost *post)
{
    const DirectoryUnit *unit = directory_unit_by_id(run->directory, post->unit_id);
    g_autofree char *name = directory_key(post->name);
    for (const char *const *text = run->options->texts; unit != NULL && text != NULL && *text != NULL; text++) {
        g_autofree char *key = directory_key(*text);
        if (stands_in(key, unit->name, name))
            return TRUE;
        for (char **form = unit->short_names; *form != NULL; form++)
            if (stands_in(key, *form, name))
                return TRUE;
    }
    return FALSE;
}

char *directory_check_run_where_named(DirectoryCheckRun *run, const DirectoryPost *post)
{
    if (run->named == NULL)
        name_all(run);
    const char *where = g_hash_table_lookup(run->named, post);
    return where != NULL ? g_strdup(where) : is_printed(run, post) ? g_strdup(_("近期期次里写到")) : NULL;
}
