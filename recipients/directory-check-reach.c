/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules on who can be reached: units and holders of posts without any way to them, and sets with
 * members that come to nobody. */
#include "recipients/directory-check-run.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/resolve-expand.h"

/* All groups and aliases opened into one set: what one before has brought in is not opened again. */
typedef struct {
    ResolveSet *set;
    guint items, problems; /* noted so far */
    GHashTable *said;
} Opened;

/* A set without members comes to nobody, as part of another without a word. */
static void note_empty(DirectoryCheckRun *run, DirectoryKindId kind, gconstpointer record, char **members)
{
    if (*members == NULL)
        directory_check_run_found(run, kind, record, g_strdup(_("一个成员也没有")));
}

/* What the record added. What ails a group also ails the groups that contain it: said once. */
static void note_added(DirectoryCheckRun *run, Opened *opened, DirectoryKindId kind, gconstpointer record,
                       const char *name)
{
    for (; opened->items < opened->set->items->len; opened->items++) {
        const ResolveItem *item = opened->set->items->pdata[opened->items];
        if (item->post == NULL && item->unit != NULL && !g_hash_table_contains(run->reached, item->unit))
            g_hash_table_insert(run->reached, (gpointer)item->unit, (gpointer)name);
    }
    for (; opened->problems < opened->set->problems->len; opened->problems++) {
        const ResolveProblem *problem = opened->set->problems->pdata[opened->problems];
        if (g_hash_table_add(opened->said, g_strdup(problem->message)))
            directory_check_run_found(run, kind, record, g_strdup(problem->message));
    }
}

/* Distribution lines also name units by their kind (各街道); the higher ones have no such word. */
static void note_classes(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->units->len; i++) {
        DirectoryUnit *unit = run->directory->units->pdata[i];
        if (*unit->kind != '\0' && strcmp(unit->kind, "higher") != 0 && !g_hash_table_contains(run->reached, unit))
            g_hash_table_insert(run->reached, unit, (gpointer)directory_unit_kind_word(unit->kind));
    }
}

void directory_check_run_sets(DirectoryCheckRun *run)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(run->directory);
    g_autoptr(ResolveSet) set = resolve_expander_set(expander);
    resolve_expander_gather(expander, set);
    g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Opened opened = {set, 0, 0, said};
    for (guint i = 0; i < run->directory->groups->len; i++) {
        const DirectoryGroup *group = run->directory->groups->pdata[i];
        resolve_expand_group(expander, group, set);
        note_added(run, &opened, DIRECTORY_GROUP, group, group->name);
        note_empty(run, DIRECTORY_GROUP, group, group->members);
    }
    for (guint i = 0; i < run->directory->aliases->len; i++) {
        const DirectoryAlias *alias = run->directory->aliases->pdata[i];
        resolve_expand_alias(expander, alias, set);
        note_added(run, &opened, DIRECTORY_ALIAS, alias, alias->text);
        note_empty(run, DIRECTORY_ALIAS, alias, alias->targets);
    }
    note_classes(run);
}

/* What the owner's mailboxes come to. */
typedef enum { WAY_NONE, WAY_SUSPENDED, WAY_OPEN } Way;

static Way way_to(const DirectoryCheckRun *run, OwnerKind kind, gint64 owner_id)
{
    g_autoptr(GPtrArray) mailboxes = directory_mailboxes(run->directory, kind, owner_id);
    Way way = WAY_NONE;
    for (guint i = 0; i < mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = mailboxes->pdata[i];
        way = MAX(way, mailbox->suspended ? WAY_SUSPENDED : WAY_OPEN);
    }
    return way;
}

void directory_check_run_lost_units(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->units->len; i++) {
        const DirectoryUnit *unit = run->directory->units->pdata[i];
        const char *by = g_hash_table_lookup(run->reached, unit);
        Way way = by != NULL ? way_to(run, OWNER_UNIT, unit->id) : WAY_OPEN;
        if (way != WAY_OPEN)
            directory_check_run_found(run, DIRECTORY_UNIT, unit,
                                      g_strdup_printf(way == WAY_SUSPENDED ? _("在“%s”里；收件方式都停用了") : _("在“%s”里"),
                                                      by));
    }
}

void directory_check_run_silent_units(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->units->len; i++) {
        const DirectoryUnit *unit = run->directory->units->pdata[i];
        if (!g_hash_table_contains(run->reached, unit) && way_to(run, OWNER_UNIT, unit->id) != WAY_OPEN)
            directory_check_run_found(run, DIRECTORY_UNIT, unit, g_strdup(""));
    }
}

/* As the mail goes: the person's own mailboxes, then those of the posts, then those of the units, until one
 * is in use. */
static Way way_to_person(const DirectoryCheckRun *run, const DirectoryPerson *person, const GPtrArray *posts)
{
    Way way = way_to(run, OWNER_PERSON, person->id);
    for (guint i = 0; way != WAY_OPEN && i < posts->len; i++)
        way = MAX(way, way_to(run, OWNER_POST, ((const DirectoryPost *)posts->pdata[i])->id));
    for (guint i = 0; way != WAY_OPEN && i < posts->len; i++)
        way = MAX(way, way_to(run, OWNER_UNIT, ((const DirectoryPost *)posts->pdata[i])->unit_id));
    return way;
}

void directory_check_run_lost_persons(DirectoryCheckRun *run)
{
    for (guint i = 0; i < run->directory->persons->len; i++) {
        const DirectoryPerson *person = run->directory->persons->pdata[i];
        g_autoptr(GPtrArray) posts = directory_posts_held(run->directory, person);
        Way way = posts->len > 0 ? way_to_person(run, person, posts) : WAY_OPEN;
        if (way == WAY_OPEN)
            continue;
        g_autofree char *title = directory_post_title(run->directory, posts->pdata[0]);
        directory_check_run_found(
            run, DIRECTORY_PERSON, person,
            g_strdup_printf(way == WAY_SUSPENDED ? _("%s；收件方式都停用了") : "%s", title));
    }
}
