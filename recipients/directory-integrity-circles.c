/* SPDX-License-Identifier: GPL-3.0-or-later
 * The integrity check of circles: a unit is not above itself, a group not within itself, on any day. */
#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-circle.h"
#include "recipients/directory-integrity-run.h"

static void complain_of_circle(const gint64 *ids, guint n, gpointer data, const DirectoryKind *kind)
{
    DirectoryIntegrity *check = data;
    g_autoptr(GString) way = g_string_new(NULL), mark = g_string_new("circle");
    for (guint i = 0; i <= n; i++) {
        guint n_versions;
        gpointer *versions = directory_versions_of(check->all, kind, ids[i % n], &n_versions);
        g_autofree char *label = directory_record_label(check->all, kind, versions[n_versions - 1]);
        g_string_append_printf(way, "%s“%s”", i > 0 ? "→" : "", label);
        g_string_append_printf(mark, " %" G_GINT64_FORMAT, ids[i % n]);
    }
    directory_integrity_complain(
        check, SONGFA_ERROR_INPUT, kind, 0,
        g_strdup_printf(kind->id == DIRECTORY_UNIT ? _("单位的上级绕回了自己：%s；请另选其中一个的上级")
                                                   : _("组又包含了自己：%s；请去掉其中一处"),
                        way->str),
        g_string_free(g_steal_pointer(&mark), FALSE));
}

static void check_unit_circles(DirectoryIntegrity *check)
{
    g_autoptr(DirectoryCircle) circle = directory_circle_new();
    for (guint i = 0; i < check->all->units->len; i++) {
        const DirectoryUnit *unit = check->all->units->pdata[i];
        if (unit->parent_id != 0)
            directory_circle_add(circle, unit->id, unit->parent_id,
                                 (DirectoryDays){unit->valid_from, unit->valid_to});
    }
    directory_circle_find(circle, &directory_kinds[DIRECTORY_UNIT], complain_of_circle, check);
}

/* The name of the group that a word speaks of; NULL = of something else. */
static const char *group_in(const char *word)
{
    const char *bare = *word == '-' || *word == '&' ? word + 1 : word;
    return g_str_has_prefix(bare, "group:") ? bare + strlen("group:") : NULL;
}

static void add_steps(DirectoryIntegrity *check, DirectoryCircle *circle, const DirectoryGroup *group,
                      const char *name)
{
    const DirectoryDays days = {group->valid_from, group->valid_to};
    const DirectoryClaim *claim = directory_integrity_claims(check, "group", name);
    DirectoryDays shared;
    for (; claim != NULL; claim = claim->next)
        if (directory_days_meet(claim->days, days, &shared))
            directory_circle_add(circle, group->id, claim->version->id, shared);
}

static void check_group_circles(DirectoryIntegrity *check)
{
    const DirectoryKind *kind = &directory_kinds[DIRECTORY_GROUP];
    g_autoptr(DirectoryCircle) circle = directory_circle_new();
    for (guint i = 0; i < check->all->groups->len; i++) {
        const DirectoryGroup *group = check->all->groups->pdata[i];
        char **text = g_hash_table_contains(check->broken, group) ? NULL : group->members;
        for (; text != NULL && *text != NULL; text++) {
            const char *name = group_in(*text);
            if (name != NULL)
                add_steps(check, circle, group, name);
        }
    }
    directory_circle_find(circle, kind, complain_of_circle, check);
}

void directory_integrity_circles(DirectoryIntegrity *check)
{
    check_unit_circles(check);
    check_group_circles(check);
}
