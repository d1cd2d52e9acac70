/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of directory records. */
#include "daemon/ctl/kind.h"

#include <string.h>

#include "daemon/base/i18n.h"

static const FieldWord post_kinds[] = {
    {"chief", N_("正职"), POST_CHIEF}, {"deputy", N_("副职"), POST_DEPUTY},
    {"member", N_("成员"), POST_MEMBER}, {NULL, NULL, 0}};
static const FieldWord channels[] = {
    {"email", N_("邮件"), CHANNEL_EMAIL}, {"paper", N_("纸质"), CHANNEL_PAPER},
    {"both", N_("邮件和纸质"), CHANNEL_BOTH}, {NULL, NULL, 0}};
static const FieldWord yes_no[] = {{"no", N_("否"), FALSE}, {"yes", N_("是"), TRUE}, {NULL, NULL, 0}};

/* The directory's makers, with the record's type taken off. */
#define RECORD(name)                                                                               \
    static gpointer add_##name(Directory *directory)                                               \
    {                                                                                              \
        return directory_add_##name(directory);                                                    \
    }
RECORD(unit)
RECORD(post)
RECORD(person)
RECORD(tenure)
RECORD(group)
RECORD(alias)
RECORD(mailbox)

static void set_post_defaults(gpointer record)
{
    DirectoryPost *post = record;
    post->kind = g_str_has_prefix(post->name, "副") ? POST_DEPUTY : POST_CHIEF;
}

static void set_mailbox_defaults(gpointer record)
{
    DirectoryMailbox *mailbox = record;
    mailbox->channel = *mailbox->address != '\0' ? CHANNEL_EMAIL : CHANNEL_PAPER;
    mailbox->copies = 1;
}

#define IN(Type, member) G_STRUCT_OFFSET(Directory##Type, member)
#define KIND(name, word, list, n_keys, fill, set_defaults)                                         \
    #name, word, G_STRUCT_OFFSET(Directory, list), n_keys, fill, add_##name, set_defaults

const Kind kinds[] = {
    {KIND(unit, N_("单位"), units, 1, FALSE, NULL),
     {{"name", N_("名称"), &field_text, IN(Unit, name), NULL},
      {"short", N_("简称"), &field_list, IN(Unit, short_names), NULL},
      {"kind", N_("类别"), &field_text, IN(Unit, kind), NULL},
      {"parent", N_("上级"), &field_unit, IN(Unit, parent_id), NULL},
      {"order", N_("排序"), &field_number, IN(Unit, order), NULL}}},
    {KIND(post, N_("职务"), posts, 2, FALSE, set_post_defaults),
     {{"unit", N_("单位"), &field_unit, IN(Post, unit_id), NULL},
      {"name", N_("名称"), &field_text, IN(Post, name), NULL},
      {"kind", N_("类别"), &field_word, IN(Post, kind), post_kinds},
      {"rank", N_("职级"), &field_text, IN(Post, rank), NULL},
      {"order", N_("排序"), &field_number, IN(Post, order), NULL}}},
    {KIND(person, N_("人员"), persons, 1, FALSE, NULL),
     {{"name", N_("姓名"), &field_text, IN(Person, name), NULL},
      {"salutation", N_("称呼"), &field_text, IN(Person, salutation), NULL}}},
    {KIND(tenure, N_("任职"), tenures, 2, FALSE, NULL),
     {{"person", N_("人员"), &field_person, IN(Tenure, person_id), NULL},
      {"post", N_("职务"), &field_post, IN(Tenure, post_id), NULL},
      {"from", N_("起"), &field_day, IN(Tenure, from), NULL},
      {"to", N_("止"), &field_day, IN(Tenure, to), NULL}}},
    {KIND(group, N_("组"), groups, 1, TRUE, NULL),
     {{"name", N_("名称"), &field_text, IN(Group, name), NULL},
      {"members", N_("成员"), &field_list, IN(Group, members), NULL}}},
    {KIND(alias, N_("别名"), aliases, 1, TRUE, NULL),
     {{"text", N_("写法"), &field_text, IN(Alias, text), NULL},
      {"series", N_("系列"), &field_text, IN(Alias, series), NULL},
      {"targets", N_("所指"), &field_list, IN(Alias, targets), NULL}}},
    {KIND(mailbox, N_("收件方式"), mailboxes, 2, FALSE, set_mailbox_defaults),
     {{"owner", N_("属于"), &field_owner, 0, NULL},
      {"address", N_("地址"), &field_text, IN(Mailbox, address), NULL},
      {"channel", N_("方式"), &field_word, IN(Mailbox, channel), channels},
      {"copies", N_("份数"), &field_number, IN(Mailbox, copies), NULL},
      {"suspended", N_("停用"), &field_word, IN(Mailbox, suspended), yes_no}}},
    {.name = NULL},
};

const Kind *kind_named(const char *name)
{
    for (const Kind *kind = kinds; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

guint kind_n_fields(const Kind *kind)
{
    guint n = 0;
    while (n < KIND_MAX_FIELDS && kind->fields[n].name != NULL)
        n++;
    return n;
}

GPtrArray *kind_records(const Kind *kind, const Directory *directory)
{
    return *(GPtrArray *const *)(const void *)((const char *)directory + kind->list);
}

gint64 kind_id(gconstpointer record)
{
    return *(const gint64 *)record;
}

void kind_set_id(gpointer record, gint64 id)
{
    *(gint64 *)record = id;
}

gboolean kind_same(const Kind *kind, gconstpointer a, gconstpointer b, guint n)
{
    for (guint i = 0; i < n; i++)
        if (!kind->fields[i].type->same(&kind->fields[i], a, b))
            return FALSE;
    return TRUE;
}
