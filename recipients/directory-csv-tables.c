/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of the directory's CSV tables. */
#include "recipients/directory-csv-tables.h"

#include <string.h>

static const CellChoice post_kinds[] = {
    {POST_CHIEF, "chief", "正职"}, {POST_DEPUTY, "deputy", "副职"}, {POST_MEMBER, "member", "成员"},
    {0, NULL, NULL}};
static const CellChoice owner_kinds[] = {
    {OWNER_UNIT, "unit", "单位"}, {OWNER_POST, "post", "职务"}, {OWNER_PERSON, "person", "人员"},
    {0, NULL, NULL}};
static const CellChoice channels[] = {
    {CHANNEL_EMAIL, "email", "邮件"}, {CHANNEL_PAPER, "paper", "纸质"},
    {CHANNEL_BOTH, "both", "邮件和纸质"}, {0, NULL, NULL}};

#define AT(type, member) G_STRUCT_OFFSET(Directory##type, member), NULL
#define CHOICE(type, member, choices) G_STRUCT_OFFSET(Directory##type, member), choices

static const CsvColumn unit_columns[] = {
    {"name", "单位名称", CELL_TEXT, TRUE, AT(Unit, name)},
    {"short_names", "简称", CELL_LIST, FALSE, AT(Unit, short_names)},
    {"kind", "类别", CELL_KIND, FALSE, AT(Unit, kind)},
    {"parent", "上级单位", CELL_UNIT, FALSE, AT(Unit, parent_id)},
    {"order", "顺序", CELL_NUMBER, FALSE, AT(Unit, order)},
};
static const CsvColumn post_columns[] = {
    {"unit", "所在单位", CELL_UNIT, TRUE, AT(Post, unit_id)},
    {"post", "职务", CELL_TEXT, TRUE, AT(Post, name)},
    {"kind", "职务类别", CELL_CHOICE, TRUE, CHOICE(Post, kind, post_kinds)},
    {"rank", "职级", CELL_TEXT, FALSE, AT(Post, rank)},
    {"order", "顺序", CELL_NUMBER, FALSE, AT(Post, order)},
};
static const CsvColumn person_columns[] = {
    {"person", "姓名", CELL_TAG, TRUE, AT(Person, name)},
    {"salutation", "称呼", CELL_TEXT, FALSE, AT(Person, salutation)},
};
static const CsvColumn tenure_columns[] = {
    {"person", "姓名", CELL_PERSON, TRUE, AT(Tenure, person_id)},
    {"holds", "所任职务", CELL_POST, TRUE, AT(Tenure, post_id)},
    {"from", "任职日期", CELL_DATE, FALSE, AT(Tenure, from)},
    {"to", "离任日期", CELL_DATE, FALSE, AT(Tenure, to)},
};
static const CsvColumn group_columns[] = {
    {"group", "群组名称", CELL_TEXT, TRUE, AT(Group, name)},
    {"members", "成员", CELL_LIST, FALSE, AT(Group, members)},
};
static const CsvColumn alias_columns[] = {
    {"alias", "别名", CELL_TEXT, TRUE, AT(Alias, text)},
    {"series", "刊物", CELL_TEXT, FALSE, AT(Alias, series)},
    {"targets", "所指", CELL_LIST, FALSE, AT(Alias, targets)},
};
static const CsvColumn mailbox_columns[] = {
    {"owner_kind", "归属类别", CELL_CHOICE, TRUE, CHOICE(Mailbox, owner_kind, owner_kinds)},
    {"owner", "归属", CELL_OWNER, TRUE, AT(Mailbox, owner_id)},
    {"address", "邮箱", CELL_TEXT, FALSE, AT(Mailbox, address)},
    {"channel", "方式", CELL_CHOICE, FALSE, CHOICE(Mailbox, channel, channels)},
    {"copies", "份数", CELL_NUMBER, FALSE, AT(Mailbox, copies)},
    {"suspended", "停用", CELL_FLAG, FALSE, AT(Mailbox, suspended)},
};

#define ADD(type)                                  \
    static gpointer add_##type(Directory *directory) \
    {                                              \
        return directory_add_##type(directory);    \
    }
ADD(unit)
ADD(post)
ADD(person)
ADD(tenure)
ADD(group)
ADD(alias)
ADD(mailbox)

#define TABLE(type, plural, records)                                \
    {plural, type##_columns, G_N_ELEMENTS(type##_columns),          \
     G_STRUCT_OFFSET(Directory, records), add_##type}

static const CsvTable tables[] = {
    TABLE(unit, "units", units),          TABLE(post, "posts", posts),
    TABLE(person, "persons", persons),    TABLE(tenure, "tenures", tenures),
    TABLE(group, "groups", groups),       TABLE(alias, "aliases", aliases),
    TABLE(mailbox, "mailboxes", mailboxes),
};

const CsvTable *directory_csv_table_list(gsize *n)
{
    *n = G_N_ELEMENTS(tables);
    return tables;
}

const char *const *directory_csv_tables(void)
{
    static const char *const names[] = {"units",  "posts",   "persons",   "tenures",
                                        "groups", "aliases", "mailboxes", NULL};
    return names;
}

static const struct { const char *code, *word; } kinds[] = {
    {"party", "党群机关"}, {"body", "领导机关"}, {"gov", "政府部门"}, {"zone", "管委会"},
    {"street", "街道"},    {"town", "镇"},       {"township", "乡"},  {"higher", "上级机关"},
    {"school", "学校"},    {"hospital", "医院"}, {"company", "企业"}, {"committee", "议事机构"},
};

const char *directory_csv_kind_word(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].code, code) == 0)
            return kinds[i].word;
    return code;
}

const char *directory_csv_kind_code(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].code;
    return word;
}

GHashTable *directory_csv_tags(const Directory *directory)
{
    GHashTable *tags = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_autoptr(GHashTable) shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < directory->persons->len; i++) {
        DirectoryPerson *person = directory->persons->pdata[i];
        if (directory_person(directory, person->name) != NULL) {
            g_hash_table_insert(tags, person, g_strdup(person->name));
            continue;
        }
        char *key = directory_key(person->name);
        guint number = GPOINTER_TO_UINT(g_hash_table_lookup(shared, key)) + 1;
        g_hash_table_replace(shared, key, GUINT_TO_POINTER(number));
        g_hash_table_insert(tags, person, g_strdup_printf("%s#%u", person->name, number));
    }
    return tags;
}

GHashTable *directory_csv_persons_by_tag(GHashTable *tags)
{
    GHashTable *persons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer person, tag;
    g_hash_table_iter_init(&iter, tags);
    while (g_hash_table_iter_next(&iter, &person, &tag))
        g_hash_table_insert(persons, directory_key(tag), person);
    return persons;
}
