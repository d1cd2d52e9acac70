/* SPDX-License-Identifier: GPL-3.0-or-later
 * Member notation: sets from left to right, classes by parent, nesting, circles; the way to each
 * member in the reasons; all groups together; and whose word an alias is. */
#include <string.h>

#include "recipients/resolve-expand.h"
#include "tests/unit/resolve-forms.h"
#include "tests/unit/sample-directory.h"

/* 市 ─ 区 ─ 甲局 ─ 甲科, 区 ─ 乙局, 市 ─ 丙局; every unit has its mailbox, 甲局 and 丙局 a head. */
static const char *const records[] = {
    "unit name=市政府;kind=body;order=1",
    "unit name=区政府;kind=body;parent=市政府;order=1",
    "unit name=甲局;kind=gov;parent=区政府;order=1",
    "unit name=甲科;kind=gov;parent=甲局",
    "unit name=乙局;kind=gov;parent=区政府;order=2",
    "unit name=丙局;kind=gov;parent=市政府;order=2",
    "post unit=甲局;name=局长;kind=chief;rank=正科",
    "post unit=丙局;name=局长;kind=chief;rank=正科",
    "post unit=乙局;name=局长;kind=chief;rank=正科",
    "post unit=乙局;name=副局长;kind=deputy;rank=副科",
    "person name=赵一",
    "person name=钱二",
    "tenure person=赵一;post=甲局/局长",
    "tenure person=钱二;post=丙局/局长",
    "mailbox owner=市政府;address=shi@example.test",
    "mailbox owner=区政府;address=qu@example.test",
    "mailbox owner=甲局;address=jia@example.test",
    "mailbox owner=甲科;address=ke@example.test",
    "mailbox owner=乙局;address=yi@example.test",
    "mailbox owner=丙局;address=bing@example.test",
    "mailbox owner=赵一;address=zhao@example.test",
    "mailbox owner=钱二;address=qian@example.test",
    "group name=各局;members=kind:gov|-unit:甲科",
    "group name=区内;members=within:区政府",
    "group name=外局;members=group:各局|-group:区内",
    "group name=两局;members=group:各局|&group:区内",
    "group name=都来;members=group:外局|group:两局",
    "group name=圈一;members=unit:甲局|group:圈二",
    "group name=圈二;members=unit:乙局|group:圈一",
    "group name=圈三;members=unit:丙局|group:圈三|-unit:丙局",
    NULL};

static void test_sets(void)
{
    static const struct { const char *name, *members, *want; } rows[] = {
        {"adds", "unit:乙局|unit:甲局|unit:乙局", "jia yi"},
        {"under is one level", "under:区政府", "jia yi"},
        {"within is every level", "within:市政府", "qu jia ke yi bing"},
        {"class under a parent", "kind:gov|&under:区政府", "jia yi"},
        {"class within a parent", "kind:gov|&within:区政府", "jia ke yi"},
        {"from left to right: taken out, then in again", "kind:gov|-within:区政府|unit:甲科", "ke bing"},
        {"from left to right: in, then taken out", "unit:甲科|kind:gov|-within:区政府", "bing"},
        {"persons of the units named", "rank:正科|&within:区政府", "zhao"},
        {"persons but one", "rank:正科|-person:赵一", "qian"},
        {"persons but those of a unit", "rank:正科|-unit:丙局", "zhao"},
        {"group out of a group", "group:外局", "bing"},
        {"group with a group", "group:两局", "jia yi"},
        {"a group again after it was taken out", "group:区内|-group:区内|group:区内", "jia ke yi"},
        {"a group again behind a narrowing", "group:区内|&unit:甲科|group:区内", "jia ke yi"},
        {"nested signs", "group:都来", "jia yi bing"},
        {"nothing left", "unit:甲局|&unit:乙局", "!unspecified:有关部门[]"},
        {"nothing before", "-unit:甲局", "!unspecified:有关部门[]"},
        {"sign of an unknown", "kind:gov|&unit:丁局",
         "!unknown-name:丁局[丙局|两局|乙局]"},
        {"nobody to take out", "unit:甲局|-post:乙局/局长", "jia"},
        {"nobody to keep", "unit:甲局|&rank:副科", "!unspecified:有关部门[]"},
        {"nobody to add", "unit:甲局|post:乙局/局长", "jia !no-holder:乙局/局长[]"},
        {"nobody of a rank", "unit:甲局|rank:副科", "jia !no-holder:副科[]"},
        {"no such rank", "rank:厅级", "!unknown-name:厅级[]"},
        {"no such word", "units:甲局", "!unknown-name:units:甲局[甲局|甲局局长]"},
        {"a circle", "group:圈一", "jia yi !unknown-name:圈一[]"},
        {"a circle on the way", "unit:丙局|group:圈二", "jia yi bing !unknown-name:圈二[]"},
        {"a circle that takes out", "group:圈三", "!unknown-name:圈三[]"},
    };
    g_autoptr(Directory) directory = spelled_directory("2020-03-06", records);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(GStrv) members = g_strsplit(rows[i].members, "|", -1);
        ResolveChoice choice = {NULL, "有关部门", members, "张三", "2020-03-06", FALSE};
        g_autoptr(GPtrArray) choices = g_ptr_array_new();
        g_ptr_array_add(choices, &choice);
        g_autoptr(Resolution) resolution =
            resolve(directory, "发: some 部门", &(ResolveOptions){.choices = choices});
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

/* What is written and comes to nobody is told, unless the text itself leaves all of it out. */
static void test_nobody(void)
{
    static const struct { const char *name, *key, *want; } rows[] = {
        {"group without members", "发: one 甲局; every 空组", "jia !nobody:空组[]"},
        {"sets that share nothing", "发: every 无交集", "!nobody:无交集[]"},
        {"alias for such a group", "发: one 空称; one 乙局", "yi !nobody:空称[]"},
        {"posts of such a group", "发: every 空组/局长", "!nobody:空组局长[]"},
        {"left out by the text", "发: one 乙局; every 只甲; except 甲局", "yi"},
        {"exception of nobody", "发: one 乙局; except 空组", "yi !unknown-exception:空组[]"},
    };
    g_autoptr(Directory) directory = spelled_directory("2020-03-06", records);
    spell_record(directory, "group name=空组;members=");
    spell_record(directory, "group name=无交集;members=unit:甲局|&unit:乙局");
    spell_record(directory, "group name=只甲;members=unit:甲局");
    spell_record(directory, "alias text=空称;targets=group:空组");
    directory_index(directory);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, NULL);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_ways(void)
{
    static const struct { const char *key, *want; } rows[] = {
        {"发: every 外局", "发：各外局 → 各局 → 丙局 → 收文邮箱"},
        {"发: every 都来; except 甲局; except 乙局", "发：各都来 → 外局 → 各局 → 丙局 → 收文邮箱"},
        {"发: every 圈二; except 乙局", "发：各圈二 → 圈一 → 甲局 → 收文邮箱"},
    };
    g_autoptr(Directory) directory = spelled_directory("2020-03-06", records);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, NULL);
        g_assert_cmpuint(resolution->recipients->len, ==, 1);
        const Recipient *recipient = resolution->recipients->pdata[0];
        g_assert_cmpuint(recipient->because->len, ==, 1);
        g_assert_cmpstr(recipient->because->pdata[0], ==, rows[i].want);
    }
}

enum { TREES = 200, GROUPS = 14, UNITS = 9 };

/* A group of some units, a kind and groups before it, some of them taken out or narrowed to. */
static void spell_group(Directory *directory, GRand *rand, int number)
{
    static const char *const signs[] = {"", "", "", "-", "&"};
    g_autoptr(GString) record = g_string_new(NULL);
    g_string_printf(record, "group name=组%d;members=", number);
    for (int i = g_rand_int_range(rand, 1, 5); i > 0; i--) {
        g_string_append(record, signs[g_rand_int_range(rand, 0, G_N_ELEMENTS(signs))]);
        switch (g_rand_int_range(rand, 0, number > 0 ? 4 : 2)) {
        case 0:
            g_string_append_printf(record, "kind:%s|", g_rand_boolean(rand) ? "gov" : "town");
            break;
        case 1:
            g_string_append_printf(record, "unit:单位%d|", g_rand_int_range(rand, 0, UNITS));
            break;
        default:
            g_string_append_printf(record, "group:组%d|", g_rand_int_range(rand, 0, number));
        }
    }
    spell_record(directory, record->str);
}

static Directory *random_groups(guint32 seed)
{
    Directory *directory = directory_new("2020-03-06");
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (int i = 0; i < UNITS; i++) {
        g_autofree char *record = g_strdup_printf("unit name=单位%d;kind=%s", i, i % 3 == 0 ? "gov" : "town");
        spell_record(directory, record);
    }
    for (int i = 0; i < GROUPS; i++)
        spell_group(directory, rand, i);
    directory_index(directory);
    return directory;
}

/* The names of the units that all groups reach: each in a set of its own, or gathered into one. */
static char *reached_by_all(const Directory *directory, gboolean gather)
{
    g_autoptr(GHashTable) reached = g_hash_table_new(NULL, NULL);
    g_autoptr(ResolveExpander) together = resolve_expander_new(directory);
    g_autoptr(ResolveSet) all = resolve_expander_set(together);
    resolve_expander_gather(together, all);
    for (guint i = 0; i < directory->groups->len; i++) {
        g_autoptr(ResolveExpander) apart = resolve_expander_new(directory);
        g_autoptr(ResolveSet) own = resolve_expander_set(apart);
        ResolveSet *set = gather ? all : own;
        resolve_expand_group(gather ? together : apart, directory->groups->pdata[i], set);
        for (guint k = 0; k < set->items->len; k++)
            g_hash_table_add(reached, (gpointer)((const ResolveItem *)set->items->pdata[k])->unit);
    }
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < directory->units->len; i++)
        if (g_hash_table_contains(reached, directory->units->pdata[i]))
            g_string_append_printf(names, "%s ", ((const DirectoryUnit *)directory->units->pdata[i])->name);
    return g_string_free(names, FALSE);
}

static void test_gathered(void)
{
    guint partly = 0; /* trees that leave a unit out, which tell the two apart */
    for (guint32 seed = 0; seed < TREES; seed++) {
        g_autoptr(Directory) directory = random_groups(seed);
        g_autofree char *apart = reached_by_all(directory, FALSE), *together = reached_by_all(directory, TRUE);
        if (strcmp(apart, together) != 0)
            g_test_message("tree %u", seed);
        g_assert_cmpstr(together, ==, apart);
        partly += *apart != '\0' && strstr(apart, "单位0") == NULL;
    }
    g_assert_cmpuint(partly, >, 0);
}

/* 区局 is another body for another issuer. */
static const char *const issuers[] = {
    "unit name=中共上街区委办公室;short=区委办", "unit name=甲局;short=老甲局",
    "unit name=乙局", "unit name=丙局", "unit name=丁局",
    "mailbox owner=甲局;address=jia@example.test", "mailbox owner=乙局;address=yi@example.test",
    "mailbox owner=丙局;address=bing@example.test", "mailbox owner=丁局;address=ding@example.test",
    "alias text=区局;targets=unit:甲局",
    "alias text=区局;office=区委办;targets=unit:乙局",
    "alias text=区局;series=上街信息;targets=unit:丙局",
    "alias text=区局;series=上街信息;office=区委办;targets=unit:丁局",
    "alias text=外局;office=史志办;targets=unit:甲局",
    NULL};

static void test_issuers(void)
{
    static const struct { const char *name, *text, *series, *office, *want; } rows[] = {
        {"general", "发：区局", NULL, NULL, "jia"},
        {"of another office", "发：区局", "甲刊", "甲局", "jia"},
        {"of the office", "发：区局", NULL, "区委办", "yi"},
        {"of the office by its full name", "发：区局", "甲刊", "中共上街区委办公室", "yi"},
        {"series before office", "发：区局", "上街信息", "甲局", "bing"},
        {"of the series", "发：区 局", "上街信息", NULL, "bing"},
        {"of both", "发：区局", "上街信息", "区委办", "ding"},
        {"of an office that is no unit", "发：外局", NULL, "史志办", "jia"},
        {"no word of this office", "发：外局", NULL, "区委办", "!unknown-name:外局[外局|丁局|丙局]"},
    };
    g_autoptr(Directory) directory = spelled_directory("2020-03-06", issuers);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree LineNames *names = resolve_names(directory, rows[i].series, rows[i].office);
        g_autoptr(LineReading) reading = line_read(rows[i].text, names);
        ResolveOptions options = {.series = rows[i].series, .office = rows[i].office};
        g_autoptr(Resolution) resolution = resolve_reading(directory, reading, &options);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resolve-members/sets", test_sets);
    g_test_add_func("/resolve-members/nobody", test_nobody);
    g_test_add_func("/resolve-members/ways", test_ways);
    g_test_add_func("/resolve-members/gathered", test_gathered);
    g_test_add_func("/resolve-members/issuers", test_issuers);
    return g_test_run();
}
