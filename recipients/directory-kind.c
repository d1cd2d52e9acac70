/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of directory records. */
#include "recipients/directory-kind.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"

static const DirectoryWordOf post_kinds[] = {
    {POST_CHIEF, "chief", N_("正职")}, {POST_DEPUTY, "deputy", N_("副职")},
    {POST_MEMBER, "member", N_("成员")}, {0, NULL, NULL}};
static const DirectoryWordOf owner_kinds[] = {
    {OWNER_UNIT, "unit", N_("单位")}, {OWNER_POST, "post", N_("职务")},
    {OWNER_PERSON, "person", N_("人员")}, {0, NULL, NULL}};
static const DirectoryWordOf channels[] = {
    {CHANNEL_EMAIL, "email", N_("邮件")}, {CHANNEL_PAPER, "paper", N_("纸质")},
    {CHANNEL_BOTH, "both", N_("邮件和纸质")}, {0, NULL, NULL}};

#define AT(type, member) G_STRUCT_OFFSET(Directory##type, member)

static const DirectoryField unit_fields[] = {
    {"name", N_("单位名称"), FIELD_TEXT, TRUE, AT(Unit, name), NULL},
    {"short", N_("简称"), FIELD_LIST, FALSE, AT(Unit, short_names), NULL},
    {"kind", N_("类别"), FIELD_UNIT_KIND, FALSE, AT(Unit, kind), NULL},
    {"parent", N_("上级单位"), FIELD_UNIT, FALSE, AT(Unit, parent_id), NULL},
    {"order", N_("顺序"), FIELD_NUMBER, FALSE, AT(Unit, order), NULL},
};
static const DirectoryField post_fields[] = {
    {"unit", N_("所在单位"), FIELD_UNIT, TRUE, AT(Post, unit_id), NULL},
    {"name", N_("职务"), FIELD_TEXT, TRUE, AT(Post, name), NULL},
    {"kind", N_("职务类别"), FIELD_CHOICE, TRUE, AT(Post, kind), post_kinds},
    {"rank", N_("职级"), FIELD_TEXT, FALSE, AT(Post, rank), NULL},
    {"order", N_("顺序"), FIELD_NUMBER, FALSE, AT(Post, order), NULL},
};
static const DirectoryField person_fields[] = {
    {"name", N_("姓名"), FIELD_TEXT, TRUE, AT(Person, name), NULL},
    {"salutation", N_("称呼"), FIELD_TEXT, FALSE, AT(Person, salutation), NULL},
};
static const DirectoryField tenure_fields[] = {
    {"person", N_("姓名"), FIELD_PERSON, TRUE, AT(Tenure, person_id), NULL},
    {"post", N_("所任职务"), FIELD_POST, TRUE, AT(Tenure, post_id), NULL},
    {"from", N_("任职日期"), FIELD_DAY, FALSE, AT(Tenure, from), NULL},
    {"to", N_("离任日期"), FIELD_DAY, FALSE, AT(Tenure, to), NULL},
};
static const DirectoryField stand_in_fields[] = {
    {"person", N_("不在岗人员"), FIELD_PERSON, TRUE, AT(StandIn, person_id), NULL},
    {"stand_in", N_("代收人"), FIELD_PERSON, TRUE, AT(StandIn, stand_in_id), NULL},
    {"from", N_("代收开始日期"), FIELD_DAY, FALSE, AT(StandIn, from), NULL},
    {"to", N_("代收结束日期"), FIELD_DAY, FALSE, AT(StandIn, to), NULL},
    {"both", N_("本人同时收"), FIELD_FLAG, FALSE, AT(StandIn, both), NULL},
};
static const DirectoryField group_fields[] = {
    {"name", N_("群组名称"), FIELD_TEXT, TRUE, AT(Group, name), NULL},
    {"members", N_("成员"), FIELD_MEMBERS, FALSE, AT(Group, members), NULL},
};
static const DirectoryField alias_fields[] = {
    {"text", N_("别名"), FIELD_TEXT, TRUE, AT(Alias, text), NULL},
    {"series", N_("刊物"), FIELD_TEXT, FALSE, AT(Alias, series), NULL},
    {"office", N_("编发单位"), FIELD_TEXT, FALSE, AT(Alias, office), NULL},
    {"targets", N_("所指"), FIELD_MEMBERS, FALSE, AT(Alias, targets), NULL},
};
static const DirectoryField mailbox_fields[] = {
    {"owner", N_("归属"), FIELD_OWNER, TRUE, AT(Mailbox, owner_id), NULL},
    {"address", N_("邮箱"), FIELD_ADDRESS, FALSE, AT(Mailbox, address), NULL},
    {"owner_kind", N_("归属类别"), FIELD_CHOICE, FALSE, AT(Mailbox, owner_kind), owner_kinds},
    {"channel", N_("方式"), FIELD_CHOICE, FALSE, AT(Mailbox, channel), channels},
    {"copies", N_("份数"), FIELD_NUMBER, FALSE, AT(Mailbox, copies), NULL},
    {"suspended", N_("停用"), FIELD_FLAG, FALSE, AT(Mailbox, suspended), NULL},
    {"secretary", N_("秘书"), FIELD_TEXT, FALSE, AT(Mailbox, secretary), NULL},
    {"keeper", N_("保管人"), FIELD_TEXT, FALSE, AT(Mailbox, keeper), NULL},
    {"review", N_("复核日期"), FIELD_DAY, FALSE, AT(Mailbox, review), NULL},
};

#define KIND(ID, name, word, plural, Type, fields, n_keys, dated)                                    \
    [DIRECTORY_##ID] = {DIRECTORY_##ID, name, word, plural, sizeof(Directory##Type), fields,         \
                        G_N_ELEMENTS(fields), n_keys, dated}

const DirectoryKind directory_kinds[DIRECTORY_KINDS] = {
    KIND(UNIT, "unit", N_("单位"), "units", Unit, unit_fields, 1, FALSE),
    KIND(POST, "post", N_("职务"), "posts", Post, post_fields, 2, FALSE),
    KIND(PERSON, "person", N_("人员"), "persons", Person, person_fields, 1, FALSE),
    KIND(TENURE, "tenure", N_("任职"), "tenures", Tenure, tenure_fields, 3, TRUE),
    KIND(STAND_IN, "stand-in", N_("代收"), "stand-ins", StandIn, stand_in_fields, 3, TRUE),
    KIND(GROUP, "group", N_("组"), "groups", Group, group_fields, 1, FALSE),
    KIND(ALIAS, "alias", N_("别名"), "aliases", Alias, alias_fields, 3, FALSE),
    KIND(MAILBOX, "mailbox", N_("收件方式"), "mailboxes", Mailbox, mailbox_fields, 2, FALSE),
};

const DirectoryKind *directory_kind(const char *name)
{
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        const DirectoryKind *kind = &directory_kinds[i];
        if (strcmp(kind->name, name) == 0 || strcmp(kind->plural, name) == 0 || strcmp(kind->word, name) == 0)
            return kind;
    }
    return NULL;
}

const DirectoryField *directory_kind_field(const DirectoryKind *kind, const char *name)
{
    for (guint i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, name) == 0 || strcmp(kind->fields[i].heading, name) == 0)
            return &kind->fields[i];
    return NULL;
}

static gpointer add_record(Directory *directory, const DirectoryKind *kind)
{
    gpointer record = arena_alloc(directory->arena, kind->size);
    g_ptr_array_add(directory->records[kind->id], record);
    return record;
}

gpointer directory_add(Directory *directory, const DirectoryKind *kind)
{
    static char *no_texts[] = {NULL};
    DirectoryRecord *record = add_record(directory, kind);
    record->valid_from = record->valid_to = "";
    for (guint i = 0; i < kind->n_fields; i++) {
        const DirectoryField *field = &kind->fields[i];
        if (directory_field_is_text(field))
            *(const char **)directory_field_place(field, record) = "";
        else if (directory_field_is_list(field))
            *(char ***)directory_field_place(field, record) = no_texts;
    }
    if (kind->id == DIRECTORY_MAILBOX)
        ((DirectoryMailbox *)(gpointer)record)->channel = CHANNEL_EMAIL;
    return record;
}

gpointer directory_add_copy(Directory *directory, const DirectoryKind *kind, gconstpointer record)
{
    DirectoryRecord *copy = memcpy(add_record(directory, kind), record, kind->size);
    copy->valid_from = arena_text(directory->arena, copy->valid_from);
    copy->valid_to = arena_text(directory->arena, copy->valid_to);
    for (guint i = 0; i < kind->n_fields; i++)
        directory_field_own(&kind->fields[i], directory, copy);
    return copy;
}

gboolean directory_record_same(const DirectoryKind *kind, gconstpointer a, gconstpointer b)
{
    for (guint i = 0; i < kind->n_fields; i++)
        if (!directory_field_same(&kind->fields[i], a, b))
            return FALSE;
    return TRUE;
}

/* The owner or the post leads, the address or the person follows, dates are left out. */
char *directory_record_label(const Directory *directory, const DirectoryKind *kind, gconstpointer record)
{
    static const guint order[DIRECTORY_KINDS][2] = {[DIRECTORY_TENURE] = {1, 0}, [DIRECTORY_STAND_IN] = {0, 1},
                                                    [DIRECTORY_POST] = {0, 1}, [DIRECTORY_MAILBOX] = {0, 1}};
    g_autofree char *first = directory_field_text(&kind->fields[order[kind->id][0]], directory, record);
    if (order[kind->id][0] == order[kind->id][1])
        return g_steal_pointer(&first);
    g_autofree char *second = directory_field_text(&kind->fields[order[kind->id][1]], directory, record);
    if (*second == '\0')
        return g_steal_pointer(&first);
    return g_strconcat(first, kind->id == DIRECTORY_POST ? "/" : " ", second, NULL);
}

static const struct { const char *code, *word; } unit_kinds[] = {
    {"party", "党群机关"}, {"body", "领导机关"}, {"gov", "政府部门"}, {"zone", "管委会"},
    {"street", "街道"},    {"town", "镇"},       {"township", "乡"},  {"higher", "上级机关"},
    {"school", "学校"},    {"hospital", "医院"}, {"company", "企业"}, {"committee", "议事机构"},
};

const char *directory_unit_kind_word(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unit_kinds); i++)
        if (strcmp(unit_kinds[i].code, code) == 0)
            return unit_kinds[i].word;
    return code;
}

const char *directory_unit_kind_code(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unit_kinds); i++)
        if (strcmp(unit_kinds[i].word, word) == 0)
            return unit_kinds[i].code;
    return word;
}
