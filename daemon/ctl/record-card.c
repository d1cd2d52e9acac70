/* SPDX-License-Identifier: GPL-3.0-or-later
 * The card of a record: its fields, what belongs to it, its versions. What belongs to it is a table of
 * sections by kind. */
#include "daemon/ctl/record-card.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "daemon/base/han.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/record-text.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"
#include "recipients/resolve-expand.h"

#define HEADING_WIDTH 14

typedef struct {
    const DirectoryKind *kind;
    const DirectoryRecord *record;
    const Directory *slice, *all;
    const Directory *names; /* in which its references stand: slice, or all when it is not of the day */
    GPtrArray *lines; /* of the section being made: char * */
} Card;

static void take(const Card *card, char *line)
{
    g_ptr_array_add(card->lines, line);
}

/* ---- tenures ---- */

static void add_tenure(const Card *card, const DirectoryTenure *tenure, gboolean with_post)
{
    const DirectoryPerson *person = directory_person_by_id(card->slice, tenure->person_id);
    const DirectoryPost *post = directory_post_by_id(card->slice, tenure->post_id);
    g_autofree char *title = with_post && post != NULL ? directory_post_title(card->slice, post) : NULL;
    g_autofree char *days = record_text_days(tenure->from, tenure->to);
    const char *name = title != NULL ? title : person != NULL ? person->name : "?";
    gboolean open = *tenure->from == '\0' && *tenure->to == '\0';
    take(card, g_strdup_printf(open ? "%s" : "%s（%s）", name, days));
}

typedef enum { PAST = -1, PRESENT, PLANNED } When;

static When when(const Card *card, const char *from, const char *to)
{
    if (strcmp(from, card->slice->date) > 0)
        return PLANNED;
    return *to != '\0' && strcmp(to, card->slice->date) < 0 ? PAST : PRESENT;
}

static void add_tenures(const Card *card, When wanted)
{
    gboolean of_person = card->kind->id == DIRECTORY_PERSON;
    for (guint i = 0; i < card->slice->tenures->len; i++) {
        const DirectoryTenure *tenure = card->slice->tenures->pdata[i];
        if ((of_person ? tenure->person_id : tenure->post_id) == card->record->id &&
            when(card, tenure->from, tenure->to) == wanted)
            add_tenure(card, tenure, of_person);
    }
}

static void section_now(const Card *card)
{
    add_tenures(card, PRESENT);
}

static void section_planned(const Card *card)
{
    add_tenures(card, PLANNED);
}

static void section_past(const Card *card)
{
    add_tenures(card, PAST);
}

/* ---- units ---- */

static void section_posts(const Card *card)
{
    g_autoptr(GPtrArray) posts = directory_posts_of(card->slice, (const DirectoryUnit *)card->record);
    for (guint i = 0; i < posts->len; i++) {
        const DirectoryPost *post = posts->pdata[i];
        g_autoptr(GPtrArray) holders = directory_holders(card->slice, post);
        g_autoptr(GString) names = g_string_new(NULL);
        for (guint n = 0; n < holders->len; n++)
            g_string_append_printf(names, "%s%s", n > 0 ? "、" : "", ((const DirectoryPerson *)holders->pdata[n])->name);
        take(card, g_strdup_printf("%s：%s", post->name, holders->len > 0 ? names->str : _("空缺")));
    }
}

static void section_under(const Card *card)
{
    g_autoptr(GPtrArray) units = directory_units_under(card->slice, card->record->id);
    for (guint i = 0; i < units->len; i++)
        take(card, g_strdup(((const DirectoryUnit *)units->pdata[i])->name));
}

/* ---- mailboxes ---- */

static void add_mailbox(const Card *card, const DirectoryMailbox *mailbox)
{
    const DirectoryField *channel = directory_kind_field(&directory_kinds[DIRECTORY_MAILBOX], "channel");
    g_autofree char *way = directory_field_text(channel, card->slice, mailbox);
    g_autoptr(GString) line = g_string_new(*mailbox->address != '\0' ? mailbox->address : way);
    if (*mailbox->address != '\0')
        g_string_append_printf(line, "，%s", way);
    if ((mailbox->channel & CHANNEL_PAPER) != 0)
        g_string_append_printf(line, _(" %d 份"), mailbox->copies);
    if (*mailbox->secretary != '\0')
        g_string_append_printf(line, _("，%s 代阅"), mailbox->secretary);
    if (mailbox->suspended)
        g_string_append(line, _("，已停用"));
    take(card, g_strdup(line->str));
}

static void section_mailboxes(const Card *card)
{
    static const OwnerKind owners[] = {[DIRECTORY_UNIT] = OWNER_UNIT, [DIRECTORY_POST] = OWNER_POST,
                                       [DIRECTORY_PERSON] = OWNER_PERSON};
    g_autoptr(GPtrArray) mailboxes = directory_mailboxes(card->slice, owners[card->kind->id], card->record->id);
    for (guint i = 0; i < mailboxes->len; i++)
        add_mailbox(card, mailboxes->pdata[i]);
}

static void section_sharers(const Card *card)
{
    const DirectoryMailbox *own = (const DirectoryMailbox *)card->record;
    for (guint i = 0; i < card->slice->mailboxes->len && *own->address != '\0'; i++) {
        const DirectoryMailbox *mailbox = card->slice->mailboxes->pdata[i];
        if (mailbox->id != own->id && g_ascii_strcasecmp(mailbox->address, own->address) == 0)
            take(card, directory_field_text(&card->kind->fields[0], card->slice, mailbox));
    }
}

/* ---- stand-ins ---- */

static void section_stand_ins(const Card *card)
{
    for (guint i = 0; i < card->slice->stand_ins->len; i++) {
        const DirectoryStandIn *row = card->slice->stand_ins->pdata[i];
        gboolean away = row->person_id == card->record->id;
        const DirectoryPerson *other = directory_person_by_id(card->slice, away ? row->stand_in_id : row->person_id);
        if ((!away && row->stand_in_id != card->record->id) || other == NULL)
            continue;
        g_autofree char *days = record_text_days(row->from, row->to);
        take(card, g_strdup_printf(away ? _("由 %s 代收（%s）") : _("代 %s 收（%s）"), other->name, days));
    }
}

/* ---- sets ---- */

static gboolean reaches(const Card *card, const ResolveSet *set)
{
    for (guint i = 0; i < set->items->len; i++) {
        const ResolveItem *item = set->items->pdata[i];
        gconstpointer met = card->kind->id == DIRECTORY_PERSON ? (gconstpointer)item->person
                            : card->kind->id == DIRECTORY_POST ? (gconstpointer)item->post
                            : item->post == NULL               ? (gconstpointer)item->unit : NULL;
        if (met != NULL && ((const DirectoryRecord *)met)->id == card->record->id)
            return TRUE;
    }
    return FALSE;
}

/* 区领导（编发单位 区委办）: one wording may be an alias of several issuers. */
static char *alias_text(const DirectoryAlias *alias)
{
    if (*alias->series != '\0')
        return g_strdup_printf(_("别名 %s（刊物 %s）"), alias->text, alias->series);
    if (*alias->office != '\0')
        return g_strdup_printf(_("别名 %s（编发单位 %s）"), alias->text, alias->office);
    return g_strdup_printf(_("别名 %s"), alias->text);
}

static void section_sets(const Card *card)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(card->slice);
    for (guint i = 0; i < card->slice->groups->len; i++) {
        const DirectoryGroup *group = card->slice->groups->pdata[i];
        g_autoptr(ResolveSet) set = resolve_expander_set(expander);
        resolve_expand_group(expander, group, set);
        if (reaches(card, set))
            take(card, g_strdup_printf(_("组 %s"), group->name));
    }
    for (guint i = 0; i < card->slice->aliases->len; i++) {
        const DirectoryAlias *alias = card->slice->aliases->pdata[i];
        g_autoptr(ResolveSet) set = resolve_expander_set(expander);
        resolve_expand_alias(expander, alias, set);
        if (reaches(card, set))
            take(card, alias_text(alias));
    }
}

static void add_items(const Card *card, const ResolveSet *set)
{
    for (guint i = 0; i < set->items->len; i++) {
        const ResolveItem *item = set->items->pdata[i];
        g_autofree char *title = item->post != NULL ? directory_post_title(card->slice, item->post) : NULL;
        if (item->person == NULL)
            take(card, g_strdup(directory_unit_title(item->unit)));
        else
            take(card, g_strdup_printf("%s%s%s", title != NULL ? title : "", title != NULL ? " " : "", item->person->name));
    }
    for (guint i = 0; i < set->problems->len; i++)
        take(card, g_strdup_printf("！%s", ((const ResolveProblem *)set->problems->pdata[i])->message));
}

static void section_reached(const Card *card)
{
    g_autoptr(ResolveExpander) expander = resolve_expander_new(card->slice);
    g_autoptr(ResolveSet) set = resolve_expander_set(expander);
    if (card->kind->id == DIRECTORY_GROUP)
        resolve_expand_group(expander, (const DirectoryGroup *)card->record, set);
    else
        resolve_expand_alias(expander, (const DirectoryAlias *)card->record, set);
    add_items(card, set);
}

/* ---- versions ---- */

static void section_versions(const Card *card)
{
    guint n = 0;
    gpointer *versions = directory_versions_of(card->all, card->kind, card->record->id, &n);
    for (guint i = 0; i < n; i++) {
        const DirectoryRecord *version = versions[i];
        static const char *const words[] = {N_("过去"), N_("现行"), N_("计划")};
        g_autofree char *days = record_text_days(version->valid_from, version->valid_to);
        g_autofree char *text = i == 0 ? record_text_fields(card->kind, card->all, version)
                                       : record_text_differences(card->kind, card->all, versions[i - 1], version);
        take(card, g_strdup_printf(_("%s（%s，第 %" PRId64 " 号改动）：%s"), days,
                                   _(words[when(card, version->valid_from, version->valid_to) + 1]), version->change,
                                   text));
    }
}

/* ---- the card ---- */

#define OF(kind) (1u << DIRECTORY_##kind)

static const struct {
    guint kinds;
    const char *key, *heading;
    void (*add)(const Card *card);
} sections[] = {
    {OF(POST), "holders", N_("现任"), section_now},
    {OF(PERSON), "posts", N_("现任职务"), section_now},
    {OF(POST) | OF(PERSON), "planned", N_("将任"), section_planned},
    {OF(POST) | OF(PERSON), "past", N_("曾任"), section_past},
    {OF(UNIT), "posts", N_("职务"), section_posts},
    {OF(UNIT) | OF(POST) | OF(PERSON), "mailboxes", N_("收件方式"), section_mailboxes},
    {OF(PERSON), "stand_ins", N_("代收"), section_stand_ins},
    {OF(UNIT), "units", N_("下属单位"), section_under},
    {OF(UNIT) | OF(POST) | OF(PERSON), "sets", N_("所在的组和别名"), section_sets},
    {OF(GROUP) | OF(ALIAS), "reaches", N_("会送到"), section_reached},
    {OF(MAILBOX), "shared_with", N_("同用这个邮箱的"), section_sharers},
    {~0u, "versions", N_("版本"), section_versions},
};

static GPtrArray *section_lines(Card *card, gsize i)
{
    GPtrArray *lines = card->lines = g_ptr_array_new_with_free_func(g_free);
    if ((sections[i].kinds & 1u << card->kind->id) != 0)
        sections[i].add(card);
    return lines;
}

static void write_fields(const Card *card, GString *out)
{
    for (guint i = 0; i < card->kind->n_fields; i++) {
        const char *heading = _(card->kind->fields[i].heading);
        g_autofree char *text = directory_field_text(&card->kind->fields[i], card->names, card->record);
        if (*text != '\0')
            g_string_append_printf(out, "  %s%*s%s\n", heading, MAX(1, HEADING_WIDTH - han_width(heading)), "", text);
    }
}

static char *write_text(Card *card, const char *label)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, _("%s %s（编号 %" PRId64 "），%s 的名录\n"), _(card->kind->word), label, card->record->id,
                           card->slice->date);
    write_fields(card, out);
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        g_autoptr(GPtrArray) lines = section_lines(card, i);
        if (lines->len > 0)
            g_string_append_printf(out, _("%s（%u）\n"), _(sections[i].heading), lines->len);
        for (guint n = 0; n < lines->len; n++)
            g_string_append_printf(out, "  %s\n", (const char *)lines->pdata[n]);
    }
    return g_string_free(out, FALSE);
}

static json_t *write_json(Card *card, const char *label)
{
    json_t *fields = json_object();
    for (guint i = 0; i < card->kind->n_fields; i++) {
        g_autofree char *text = directory_field_code(&card->kind->fields[i], card->names, card->record);
        json_object_set_new(fields, card->kind->fields[i].name, json_string(text));
    }
    json_t *json = json_pack("{s:s, s:I, s:s, s:I, s:s, s:s, s:o}", "kind", card->kind->name, "id",
                             (json_int_t)card->record->id, "name", label, "change", (json_int_t)card->record->change,
                             "valid_from", card->record->valid_from, "valid_to", card->record->valid_to, "fields", fields);
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        g_autoptr(GPtrArray) lines = section_lines(card, i);
        if ((sections[i].kinds & 1u << card->kind->id) == 0)
            continue;
        json_t *list = json_array();
        for (guint n = 0; n < lines->len; n++)
            json_array_append_new(list, json_string(lines->pdata[n]));
        json_object_set_new(json, sections[i].key, list);
    }
    return json;
}

char *record_card(const DirectoryKind *kind, const DirectoryRecord *record, const Directory *slice,
                  const Directory *all, gboolean json)
{
    gboolean of_the_day = g_ptr_array_find(slice->records[kind->id], record, NULL);
    Card card = {kind, record, slice, all, of_the_day ? slice : all, NULL};
    g_autofree char *label = directory_record_label(card.names, kind, record);
    if (!json)
        return write_text(&card, label);
    json_t *object = write_json(&card, label);
    char *text = json_dumps(object, JSON_INDENT(1));
    char *line = g_strconcat(text, "\n", NULL);
    free(text);
    json_decref(object);
    return line;
}
