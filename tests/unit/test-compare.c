/* SPDX-License-Identifier: GPL-3.0-or-later
 * What changed between two issues and why, over a small made-up district whose directory changes
 * between the two days. */
#include "recipients/compare.h"
#include "tests/unit/directory-add.h"

#include <string.h>

typedef struct {
    Directory *directory;
    gint64 id; /* the last given */
} Maker;

static gint64 add_unit(Maker *maker, const char *name, const char *kind, gint64 parent)
{
    DirectoryUnit *unit = directory_add_unit(maker->directory);
    unit->id = ++maker->id;
    unit->parent_id = parent;
    directory_set_text(maker->directory, &unit->name, name);
    directory_set_text(maker->directory, &unit->kind, kind);
    return unit->id;
}

static void add_mailbox(Maker *maker, OwnerKind kind, gint64 owner, const char *address, int copies)
{
    DirectoryMailbox *mailbox = directory_add_mailbox(maker->directory);
    mailbox->id = ++maker->id;
    mailbox->owner_kind = kind;
    mailbox->owner_id = owner;
    mailbox->channel = copies > 0 ? CHANNEL_BOTH : CHANNEL_EMAIL;
    mailbox->copies = copies;
    directory_set_text(maker->directory, &mailbox->address, address);
}

static gint64 add_person(Maker *maker, const char *name, gint64 post, const char *from, const char *to)
{
    DirectoryPerson *person = directory_add_person(maker->directory);
    person->id = ++maker->id;
    directory_set_text(maker->directory, &person->name, name);
    DirectoryTenure *tenure = directory_add_tenure(maker->directory);
    tenure->id = ++maker->id;
    tenure->change = 7;
    tenure->post_id = post;
    tenure->person_id = person->id;
    directory_set_text(maker->directory, &tenure->from, from);
    directory_set_text(maker->directory, &tenure->to, to);
    return person->id;
}

static void add_group(Maker *maker, const char *name, const char *members)
{
    DirectoryGroup *group = directory_add_group(maker->directory);
    group->id = ++maker->id;
    group->change = 9;
    directory_set_text(maker->directory, &group->name, name);
    directory_set_list(maker->directory, &group->members, members, " ");
}

static gint64 add_post(Maker *maker, gint64 unit, const char *name, PostKind kind)
{
    DirectoryPost *post = directory_add_post(maker->directory);
    post->id = ++maker->id;
    post->unit_id = unit;
    post->kind = kind;
    directory_set_text(maker->directory, &post->name, name);
    directory_set_text(maker->directory, &post->rank, "县处级");
    return post->id;
}

static void add_short_lived(Maker *maker, gint64 parent)
{
    gint64 id = add_unit(maker, "区新城办", "gov", parent);
    DirectoryUnit *unit = maker->directory->units->pdata[maker->directory->units->len - 1];
    directory_set_text(maker->directory, &unit->valid_to, "2020-03-04");
    add_mailbox(maker, OWNER_UNIT, id, "xcb@example.test", 0);
}

/* 区政府 with its 区长 and 副区长, two bureaus and a street. */
static Directory *district(const char *date)
{
    Maker maker = {directory_new(date), 0};
    gint64 government = add_unit(&maker, "区政府", "gov", 0);
    gint64 statistics = add_unit(&maker, "区统计局", "gov", government);
    gint64 audit = add_unit(&maker, "区审计局", "gov", government);
    gint64 street = add_unit(&maker, "东风路街道", "street", 0);
    add_mailbox(&maker, OWNER_UNIT, government, "zf@example.test", 0);
    add_mailbox(&maker, OWNER_UNIT, statistics, "tjj@example.test", 2);
    add_mailbox(&maker, OWNER_UNIT, audit, "sjj@example.test", 0);
    add_mailbox(&maker, OWNER_UNIT, street, "dfl@example.test", 0);
    gint64 chief = add_post(&maker, government, "区长", POST_CHIEF);
    gint64 deputy = add_post(&maker, government, "副区长", POST_DEPUTY);
    add_person(&maker, "赵某", chief, "2019-01-01", "");
    add_person(&maker, "王某", deputy, "2018-01-01", "2020-03-03");
    add_person(&maker, "李某", deputy, "2020-03-05", "");
    add_group(&maker, "直属单位", "unit:区审计局");
    add_group(&maker, "区直单位", "under:区政府");
    DirectoryAlias *alias = directory_add_alias(maker.directory);
    alias->id = ++maker.id;
    directory_set_text(maker.directory, &alias->text, "镇（办）");
    directory_set_list(maker.directory, &alias->targets, "unit:东风路街道", " ");
    if (strcmp(date, "2020-03-04") <= 0)
        add_short_lived(&maker, government);
    return maker.directory;
}

static DirectoryUnit *unit_of(Directory *directory, const char *name)
{
    for (guint i = 0; i < directory->units->len; i++)
        if (strcmp(((DirectoryUnit *)directory->units->pdata[i])->name, name) == 0)
            return directory->units->pdata[i];
    g_assert_not_reached();
}

static DirectoryMailbox *mailbox_of(Directory *directory, const char *address)
{
    for (guint i = 0; i < directory->mailboxes->len; i++)
        if (strcmp(((DirectoryMailbox *)directory->mailboxes->pdata[i])->address, address) == 0)
            return directory->mailboxes->pdata[i];
    g_assert_not_reached();
}

/* What becomes of the directory of the later day. */
static void larger_group(Directory *directory)
{
    DirectoryGroup *group = directory->groups->pdata[0];
    directory_set_list(directory, &group->members, "unit:区审计局 unit:区统计局", " ");
    directory_set_text(directory, &group->valid_from, "2020-03-02");
}

static void smaller_group(Directory *directory)
{
    DirectoryGroup *group = directory->groups->pdata[0];
    directory_set_list(directory, &group->members, "unit:区统计局", " ");
}

static void streets(Directory *directory)
{
    DirectoryAlias *alias = directory->aliases->pdata[0];
    directory_set_list(directory, &alias->targets, "unit:区审计局", " ");
}

static void new_address(Directory *directory)
{
    DirectoryMailbox *mailbox = mailbox_of(directory, "sjj@example.test");
    directory_set_text(directory, &mailbox->address, "audit@example.test");
    directory_set_text(directory, &mailbox->valid_from, "2020-03-02");
    mailbox->change = 8;
}

static void more_copies(Directory *directory)
{
    mailbox_of(directory, "tjj@example.test")->copies = 5;
}

static void other_name(Directory *directory)
{
    directory_set_text(directory, &unit_of(directory, "区审计局")->name, "区审计委");
}

static void other_kind(Directory *directory)
{
    DirectoryUnit *unit = unit_of(directory, "东风路街道");
    directory_set_text(directory, &unit->kind, "town");
    directory_set_text(directory, &unit->valid_from, "2020-03-02");
}

static void dateless(Directory *directory)
{
    Maker maker = {directory, 800};
    DirectoryTenure *first = directory->tenures->pdata[0];
    directory_set_text(directory, &first->to, "2020-03-04");
    gint64 person = add_person(&maker, "秦某", first->post_id, "", "");
    add_mailbox(&maker, OWNER_PERSON, person, "qin@example.test", 0);
}

/* 李某 who comes into office shares the name of another, who has been in it for long. */
static void namesakes(Directory *directory)
{
    Maker maker = {directory, 800};
    for (guint i = 0; i < directory->persons->len; i++) {
        DirectoryPerson *person = directory->persons->pdata[i];
        if (strcmp(person->name, "李某") == 0)
            directory_set_text(directory, &person->name, "李某（财政局）");
    }
    DirectoryTenure *last = directory->tenures->pdata[directory->tenures->len - 1];
    directory_set_text(directory, &last->from, "2020-03-04");
    gint64 post = add_post(&maker, unit_of(directory, "区统计局")->id, "局长", POST_CHIEF);
    add_person(&maker, "李某（统计局）", post, "2010-01-01", "");
}

static void stand_in(Directory *directory)
{
    DirectoryStandIn *each = directory_add_stand_in(directory);
    for (guint i = 0; i < directory->persons->len; i++) {
        const DirectoryPerson *person = directory->persons->pdata[i];
        if (strcmp(person->name, "赵某") == 0)
            each->person_id = person->id;
        if (strcmp(person->name, "李某") == 0)
            each->stand_in_id = person->id;
    }
    each->id = 900;
    directory_set_text(directory, &each->from, "2020-03-05");
}

static Resolution *resolve(const Directory *directory, const char *text, const GPtrArray *choices)
{
    ResolveOptions options = {.choices = choices};
    g_autofree LineNames *names = resolve_names(directory, NULL, NULL);
    g_autoptr(LineReading) reading = line_read(text, names);
    return resolve_reading(directory, reading, &options);
}

/* "unit:甲 unit:乙" of a clerk's, for 有关部门; NULL = none. */
static GPtrArray *choices_of(const char *members, const char *who, ResolveChoice *choice)
{
    GPtrArray *choices = g_ptr_array_new();
    if (members == NULL)
        return choices;
    *choice = (ResolveChoice){.term = "有关部门", .members = g_strsplit(members, " ", -1),
                              .who = who, .date = "2020-03-01"};
    g_ptr_array_add(choices, choice);
    return choices;
}

typedef struct {
    const char *name, *before, *now;
    void (*change)(Directory *directory);
    const char *chosen_before, *chosen_now;
    const char *want; /* lines */
} Row;

static char *lines_of(const GPtrArray *changes)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < changes->len; i++) {
        g_autofree char *words = compare_words(changes->pdata[i]);
        g_string_append_printf(out, "%s%s", i > 0 ? "\n" : "", words);
    }
    return g_string_free(out, FALSE);
}

static GPtrArray *compare_row(const Row *row)
{
    g_autoptr(Directory) then = district("2020-03-01"), here = district("2020-03-06");
    if (row->change != NULL)
        row->change(here);
    directory_index(then);
    directory_index(here);
    ResolveChoice old = {0}, new = {0};
    g_autoptr(GPtrArray) old_choices = choices_of(row->chosen_before, "张三", &old);
    g_autoptr(GPtrArray) new_choices = choices_of(row->chosen_now, "李四", &new);
    g_autoptr(Resolution) before = resolve(then, row->before, old_choices);
    g_autoptr(Resolution) middle =
        resolve(here, row->before, row->chosen_now != NULL ? new_choices : old_choices);
    g_autoptr(Resolution) now = resolve(here, row->now, new_choices);
    CompareSides sides = {before->recipients, middle->recipients, now->recipients, now->unresolved,
                          row->before, row->now, then, here, NULL, NULL};
    GPtrArray *changes = compare_recipients(&sides);
    g_strfreev(old.members);
    g_strfreev(new.members);
    return changes;
}

static void test_changes(void)
{
    static const Row rows[] = {
        {"nothing", "发：区统计局", "发：区统计局", NULL, NULL, NULL, ""},
        {"tenure ends, another begins", "送：副区长", "送：副区长", NULL, NULL, NULL,
         "− 王某（区政府副区长）：2020-03-03 离任\n"
         "+ 李某（区政府副区长）：2020-03-05 起任区政府副区长"},
        {"newly written", "发：区审计局", "发：区审计局、区统计局", NULL, NULL, NULL,
         "+ 区统计局：本期发送范围新写到“区统计局”"},
        {"written no more", "发：区审计局、区统计局", "发：区审计局", NULL, NULL, NULL,
         "− 区统计局：本期发送范围不再写“区统计局”"},
        {"excepted", "发：直属单位、区统计局", "发：直属单位、区统计局，区审计局除外", NULL, NULL, NULL,
         "− 区审计局：本期写明除外"},
        {"excepted before", "发：直属单位、区统计局，区审计局除外", "发：直属单位、区统计局", NULL, NULL, NULL,
         "+ 区审计局：上期写明除外，本期没有"},
        {"member added", "发：直属单位", "发：直属单位", larger_group, NULL, NULL,
         "+ 区统计局：2020-03-02 起“直属单位”的成员改了，加上 区统计局"},
        {"member exchanged", "发：直属单位", "发：直属单位", smaller_group, NULL, NULL,
         "− 区审计局：“直属单位”的成员改了，加上 区统计局，去掉 区审计局\n"
         "+ 区统计局：“直属单位”的成员改了，加上 区统计局，去掉 区审计局"},
        {"address", "发：区审计局", "发：区审计局", new_address, NULL, NULL,
         "~ 区审计局：邮箱 sjj@example.test → audit@example.test，2020-03-02 起名录中这样登记"},
        {"copies by the directory", "发：区统计局", "发：区统计局", more_copies, NULL, NULL,
         "~ 区统计局：纸质份数 2 → 5，名录登记的份数是 5"},
        {"copies by the text", "发：区统计局", "发：区统计局（5份）", NULL, NULL, NULL,
         "~ 区统计局：纸质份数 2 → 5，本期写明了份数"},
        {"copies no longer in the text", "发：区统计局（5份）", "发：区统计局", NULL, NULL, NULL,
         "~ 区统计局：纸质份数 5 → 2，本期没有写份数，按名录登记"},
        {"a name that ends in a bracket", "发：镇（办）、区统计局", "发：镇（办）、区统计局", streets, NULL, NULL,
         "− 东风路街道：“镇（办）”的成员改了，加上 区审计局，去掉 东风路街道\n"
         "+ 区审计局：“镇（办）”的成员改了，加上 区审计局，去掉 东风路街道"},
        {"unit renamed, another ended", "发：区直单位", "发：区直单位", other_name, NULL, NULL,
         "− 区新城办：单位登记到 2020-03-04 为止\n~ 区审计委：区审计局 → 区审计委，改了名称"},
        {"unit of another kind", "发：各街道、区审计局", "发：各街道、区审计局", other_kind, NULL, NULL,
         "− 东风路街道：2020-03-02 起单位的类别改了"},
        {"tenure without days", "送：区长", "送：区长", dateless, NULL, NULL,
         "− 赵某（区长）：2020-03-04 离任\n+ 秦某（区长）：名录登记其任区长"},
        {"namesakes", "送：区长、副区长", "送：区长、副区长", namesakes, NULL, NULL,
         "− 王某（区政府副区长）：2020-03-03 离任\n+ 李某（区政府副区长）：2020-03-04 起任区政府副区长"},
        {"stand-in", "送：区长", "送：区长", stand_in, NULL, NULL,
         "− 赵某（区长）：2020-03-05 起由 李某 代 赵某 收\n"
         "+ 李某（区政府副区长）：2020-03-05 起由 李某 代 赵某 收"},
        {"chosen", "发：区审计局", "发：区审计局、有关部门", NULL, NULL, "unit:区统计局",
         "+ 区统计局：“有关部门”按 2020-03-01 由 李四 选定"},
        {"chosen otherwise", "发：有关部门", "发：有关部门", NULL, "unit:区审计局", "unit:区统计局",
         "− 区审计局：“有关部门”另行选定，不再包括\n+ 区统计局：“有关部门”按 2020-03-01 由 李四 选定"},
        {"not chosen yet", "发：有关部门", "发：有关部门", NULL, "unit:区审计局", NULL,
         "− 区审计局：“有关部门”尚未选定"},
        {"term written no more", "发：有关部门、区统计局", "发：区统计局", NULL, "unit:区审计局", NULL,
         "− 区审计局：本期发送范围不再写“有关部门”"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GPtrArray) changes = compare_row(&rows[i]);
        g_autofree char *got = lines_of(changes);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_summary(void)
{
    static const struct { Row row; const char *want, *cause; gint64 change; } rows[] = {
        {{"same", "发：区统计局", "发：区统计局", NULL, NULL, NULL, NULL}, "", NULL, 0},
        {{"both", "送：副区长", "送：副区长", NULL, NULL, NULL, NULL}, "+1 −1", "directory", 7},
        {{"changed", "发：区审计局", "发：区审计局", new_address, NULL, NULL, NULL}, "改 1", "directory", 8},
        {{"text", "发：区审计局、区统计局", "发：东风路街道、区统计局（3份）", NULL, NULL, NULL, NULL},
         "+1 −1，改 1", "text", 0},
        {{"choice", "发：区审计局", "发：区审计局、有关部门", NULL, NULL, "unit:区统计局", NULL}, "+1", "choice", 0},
        {{"group", "发：直属单位", "发：直属单位", larger_group, NULL, NULL, NULL}, "+1", "directory", 9},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].row.name);
        g_autoptr(GPtrArray) changes = compare_row(&rows[i].row);
        g_autofree char *got = compare_summary(changes);
        g_assert_cmpstr(got, ==, rows[i].want);
        if (changes->len == 0)
            continue;
        const CompareChange *first = changes->pdata[0];
        g_assert_cmpstr(compare_cause_name(first->cause), ==, rows[i].cause);
        g_assert_cmpint(first->change, ==, rows[i].change);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/changes", test_changes);
    g_test_add_func("/compare/summary", test_summary);
    return g_test_run();
}
