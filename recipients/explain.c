/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each thing that can keep an issue from somebody is looked for in turn, in the text, in its answer,
 * and in the directory. */
#include "recipients/explain.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/choose.h"
#include "recipients/resolve-expand.h"

typedef struct {
    const ExplainGround *ground;
    const ExplainWanted *wanted;
    ResolveExpander *expander;
    GPtrArray *lines;
} Explaining;

ExplainWanted explain_wanted(const Directory *directory, const char *name)
{
    return (ExplainWanted){name, directory_unit(directory, name), directory_person(directory, name),
                           choose_post(directory, name)};
}

static void say(Explaining *explaining, char *line)
{
    g_ptr_array_add(explaining->lines, line);
}

static gboolean is_wanted_name(const Explaining *explaining, const char *text)
{
    const ExplainWanted *wanted = explaining->wanted;
    const DirectoryUnit *unit = directory_unit(explaining->ground->directory, text);
    return strcmp(text, wanted->name) == 0 || (unit != NULL && unit == wanted->unit);
}

/* Whether the members come to the wanted one, or to the holders of a wanted post. */
static gboolean names_wanted(const Explaining *explaining, char **members)
{
    const ExplainWanted *wanted = explaining->wanted;
    g_autoptr(ResolveSet) set = resolve_expander_set(explaining->expander);
    resolve_expand_members(explaining->expander, "", members, set);
    ResolveItem office = {.unit = wanted->unit}, person = {.person = wanted->person};
    if ((wanted->unit != NULL && resolve_set_names(set, &office)) ||
        (wanted->person != NULL && resolve_set_names(set, &person)))
        return TRUE;
    for (guint i = 0; wanted->post != NULL && i < set->items->len; i++)
        if (((const ResolveItem *)set->items->pdata[i])->post == wanted->post)
            return TRUE;
    return FALSE;
}

/* The members of the alias or group of that name, as printed or without 各; NULL when there is none. */
static char **members_named(const Explaining *explaining, const char *name)
{
    const ExplainGround *ground = explaining->ground;
    const char *forms[] = {name, g_str_has_prefix(name, "各") ? name + strlen("各") : NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(forms) && forms[i] != NULL; i++) {
        const DirectoryAlias *alias =
            directory_alias(ground->directory, forms[i], ground->series, ground->office);
        const DirectoryGroup *group = directory_group(ground->directory, forms[i]);
        if (alias != NULL || group != NULL)
            return alias != NULL ? alias->targets : group->members;
    }
    return NULL;
}

static void explain_exceptions(Explaining *explaining)
{
    const GPtrArray *exceptions = explaining->ground->reading->exceptions;
    for (guint i = 0; i < exceptions->len; i++) {
        const LineException *exception = exceptions->pdata[i];
        char **members = members_named(explaining, exception->organisation);
        if (is_wanted_name(explaining, exception->organisation) ||
            (members != NULL && names_wanted(explaining, members)))
            say(explaining, g_strdup_printf(_("“%s”栏写明“%s”除外"), exception->field, exception->organisation));
    }
}

static gboolean means(const Explaining *explaining, const Unresolved *unresolved)
{
    return strstr(unresolved->text, explaining->wanted->name) != NULL ||
           is_wanted_name(explaining, unresolved->text);
}

/* An addressee without an answer that is, or may be meant for, the wanted one. */
static gboolean may_mean(const Explaining *explaining, const Unresolved *unresolved)
{
    if (means(explaining, unresolved))
        return TRUE;
    for (char **name = unresolved->suggestions; *name != NULL; name++)
        if (is_wanted_name(explaining, *name))
            return TRUE;
    return FALSE;
}

static void explain_unresolved(Explaining *explaining)
{
    const GPtrArray *list = explaining->ground->resolution->unresolved;
    for (guint i = 0; i < list->len; i++) {
        const Unresolved *unresolved = list->pdata[i];
        if (strcmp(unresolved->code, "unspecified") != 0 && may_mean(explaining, unresolved))
            say(explaining, g_strdup_printf(_("还没有落实：%s"), unresolved->message));
    }
}

static void explain_tenure(Explaining *explaining, const DirectoryTenure *tenure)
{
    const Directory *directory = explaining->ground->directory;
    const DirectoryPost *post = directory_post_by_id(directory, tenure->post_id);
    g_autofree char *title = post != NULL ? directory_post_title(directory, post) : g_strdup("");
    if (*tenure->to != '\0' && strcmp(tenure->to, directory->date) < 0)
        say(explaining, g_strdup_printf(_("%s 已离任%s"), tenure->to, title));
    else if (*tenure->from != '\0' && strcmp(tenure->from, directory->date) > 0)
        say(explaining, g_strdup_printf(_("%s 起才任%s"), tenure->from, title));
    else
        say(explaining, g_strdup_printf(_("按 %s 的名录，现任%s"), directory->date, title));
}

static void explain_tenures(Explaining *explaining)
{
    const GPtrArray *tenures = explaining->ground->directory->tenures;
    const DirectoryPerson *person = explaining->wanted->person;
    for (guint i = 0; person != NULL && i < tenures->len; i++)
        if (((const DirectoryTenure *)tenures->pdata[i])->person_id == person->id)
            explain_tenure(explaining, tenures->pdata[i]);
}

static const char *day_or_open(const char *day)
{
    return *day != '\0' ? day : _("未定");
}

static void explain_stand_ins(Explaining *explaining)
{
    const Directory *directory = explaining->ground->directory;
    const DirectoryPerson *person = explaining->wanted->person;
    for (guint i = 0; person != NULL && i < directory->stand_ins->len; i++) {
        const DirectoryStandIn *each = directory->stand_ins->pdata[i];
        const DirectoryPerson *other = directory_person_by_id(directory, each->stand_in_id);
        gboolean away = (*each->from == '\0' || strcmp(each->from, directory->date) <= 0) &&
                        (*each->to == '\0' || strcmp(each->to, directory->date) >= 0);
        if (each->person_id == person->id && other != NULL && away && !each->both)
            say(explaining, g_strdup_printf(_("从 %s 到 %s 由 %s 代收"), day_or_open(each->from),
                                            day_or_open(each->to), other->name));
    }
}

/* The one who left it last before the day, as words; NULL when nobody did. */
static char *last_holder(const Directory *directory, const DirectoryPost *post)
{
    const DirectoryTenure *last = NULL;
    for (guint i = 0; i < directory->tenures->len; i++) {
        const DirectoryTenure *tenure = directory->tenures->pdata[i];
        if (tenure->post_id == post->id && *tenure->to != '\0' && strcmp(tenure->to, directory->date) < 0 &&
            (last == NULL || strcmp(tenure->to, last->to) > 0))
            last = tenure;
    }
    const DirectoryPerson *person =
        last != NULL ? directory_person_by_id(directory, last->person_id) : NULL;
    return person != NULL ? g_strdup_printf(_("（%s %s 已离任）"), person->name, last->to) : g_strdup("");
}

static void explain_post(Explaining *explaining)
{
    const Directory *directory = explaining->ground->directory;
    const DirectoryPost *post = explaining->wanted->post;
    if (post == NULL)
        return;
    g_autoptr(GPtrArray) holders = directory_holders(directory, post);
    g_autofree char *title = directory_post_title(directory, post);
    g_autofree char *last = last_holder(directory, post);
    if (holders->len == 0)
        say(explaining, g_strdup_printf(_("“%s”在 %s 无人任职%s"), title, directory->date, last));
    for (guint i = 0; i < holders->len; i++)
        say(explaining, g_strdup_printf(_("“%s”在 %s 由 %s 担任"), title, directory->date,
                                        ((const DirectoryPerson *)holders->pdata[i])->name));
}

static void explain_members(Explaining *explaining, const char *name, char **members, GHashTable *seen);

/* One that takes the wanted one out, or a group inside whose own members may. */
static void explain_member(Explaining *explaining, const char *name, const char *member, GHashTable *seen)
{
    char *alone[] = {(char *)member + (*member == '-' || *member == '&'), NULL};
    if (*member == '-' && names_wanted(explaining, alone))
        say(explaining, g_strdup_printf(_("组“%s”里以 %s 除去"), name, member));
    else if (*member == '&' && !names_wanted(explaining, alone))
        say(explaining, g_strdup_printf(_("组“%s”以 %s 只留同在其中的"), name, member));
    else if (g_str_has_prefix(member, "group:")) {
        const char *inner = member + strlen("group:");
        const DirectoryGroup *group = directory_group(explaining->ground->directory, inner);
        if (group != NULL)
            explain_members(explaining, group->name, group->members, seen);
    }
}

/* Only groups that some member of brings the wanted one in have something to take out. */
static gboolean brings_in(const Explaining *explaining, char **members)
{
    for (char **member = members; *member != NULL; member++) {
        char *alone[] = {*member, NULL};
        if (**member != '-' && **member != '&' && names_wanted(explaining, alone))
            return TRUE;
    }
    return FALSE;
}

static void explain_members(Explaining *explaining, const char *name, char **members, GHashTable *seen)
{
    if (!g_hash_table_add(seen, members))
        return;
    gboolean brought = brings_in(explaining, members);
    for (char **member = members; *member != NULL; member++)
        if (brought || g_str_has_prefix(*member, "group:"))
            explain_member(explaining, name, *member, seen);
}

static void explain_groups(Explaining *explaining)
{
    const GPtrArray *addressees = explaining->ground->reading->addressees;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < addressees->len; i++) {
        const LineAddressee *addressee = addressees->pdata[i];
        g_autofree char *name = g_strconcat(addressee->organisation, addressee->post, NULL);
        char **members = members_named(explaining, name);
        if (members == NULL)
            members = members_named(explaining, addressee->organisation);
        if (members != NULL)
            explain_members(explaining, name, members, seen);
    }
}

static void explain_mailboxes(Explaining *explaining)
{
    const ExplainWanted *wanted = explaining->wanted;
    const Directory *directory = explaining->ground->directory;
    if (wanted->unit == NULL && wanted->person == NULL)
        return;
    g_autoptr(GPtrArray) mailboxes =
        wanted->unit != NULL ? directory_mailboxes(directory, OWNER_UNIT, wanted->unit->id)
                             : directory_mailboxes(directory, OWNER_PERSON, wanted->person->id);
    for (guint i = 0; i < mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = mailboxes->pdata[i];
        if (mailbox->suspended)
            say(explaining, g_strdup_printf(_("收件方式 %s 已停用"),
                                            *mailbox->address != '\0' ? mailbox->address : _("纸质")));
    }
}

static void explain_open_terms(Explaining *explaining)
{
    const GPtrArray *list = explaining->ground->resolution->unresolved;
    for (guint i = 0; i < list->len; i++) {
        const Unresolved *unresolved = list->pdata[i];
        if (strcmp(unresolved->code, "unspecified") == 0)
            say(explaining, g_strdup_printf(_("“%s”尚未选定，是否包括它由经办人决定（songfactl choose）"),
                                            unresolved->text));
    }
}

/* 副区长, which many may hold. */
static gboolean is_post_name(const Explaining *explaining)
{
    g_autoptr(GPtrArray) posts =
        directory_posts_named(explaining->ground->directory, explaining->wanted->name);
    return posts->len > 0;
}

static gboolean is_known(const Explaining *explaining)
{
    const ExplainWanted *wanted = explaining->wanted;
    return wanted->unit != NULL || wanted->person != NULL || wanted->post != NULL ||
           members_named(explaining, wanted->name) != NULL || is_post_name(explaining);
}

static void explain_unknown(Explaining *explaining)
{
    g_auto(GStrv) names =
        directory_suggest(explaining->ground->directory, explaining->wanted->name, 3);
    g_autofree char *near = g_strjoinv("、", names);
    say(explaining, g_strdup_printf(_("名录里没有这个名字，或有重名%s%s"),
                                    *near != '\0' ? _("。相近的有：") : "", near));
}

typedef void (*Step)(Explaining *explaining);

/* What by itself keeps the issue away; what a clerk should know besides. */
static const Step telling[] = {explain_exceptions, explain_unresolved, explain_stand_ins, explain_groups, NULL};
static const Step besides[] = {explain_tenures, explain_post, explain_mailboxes, NULL};

static void take_steps(Explaining *explaining, const Step *steps)
{
    for (const Step *step = steps; *step != NULL; step++)
        (*step)(explaining);
}

/* Once in office, and in none now. */
static gboolean left_office(const Explaining *explaining)
{
    const Directory *directory = explaining->ground->directory;
    const DirectoryPerson *person = explaining->wanted->person;
    gboolean ever = FALSE;
    for (guint i = 0; person != NULL && i < directory->tenures->len; i++)
        ever = ever || ((const DirectoryTenure *)directory->tenures->pdata[i])->person_id == person->id;
    if (!ever)
        return FALSE;
    g_autoptr(GPtrArray) posts = directory_posts_held(directory, person);
    return posts->len == 0;
}

char **explain_absence(const ExplainGround *ground, const ExplainWanted *wanted)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(ground->directory);
    Explaining explaining = {ground, wanted, expander, g_ptr_array_new()};
    take_steps(&explaining, telling);
    gboolean told = explaining.lines->len > 0;
    if (!is_known(&explaining))
        explain_unknown(&explaining);
    else if (!told && !left_office(&explaining))
        say(&explaining, g_strdup(_("发送范围没有写到，也不在写到的类别和组里")));
    take_steps(&explaining, besides);
    explain_open_terms(&explaining);
    g_ptr_array_add(explaining.lines, NULL);
    return (char **)g_ptr_array_free(explaining.lines, FALSE);
}

char **explain_obstacles(const ExplainGround *ground, const ExplainWanted *wanted)
{
    Explaining explaining = {ground, wanted, NULL, g_ptr_array_new()};
    for (guint i = 0; i < ground->resolution->unresolved->len; i++) {
        const Unresolved *unresolved = ground->resolution->unresolved->pdata[i];
        if (means(&explaining, unresolved))
            say(&explaining, g_strdup(unresolved->message));
    }
    g_ptr_array_add(explaining.lines, NULL);
    return (char **)g_ptr_array_free(explaining.lines, FALSE);
}
