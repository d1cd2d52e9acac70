/* SPDX-License-Identifier: GPL-3.0-or-later
 * The check of a day's directory: each rule finds what it is for, and nothing else. */
#include <string.h>

#include "daemon/base/error.h"
#include "recipients/directory-check.h"
#include "recipients/directory-versions.h"
#include "tests/unit/sample-directory.h"

#define TODAY "2020-03-06"

/* An office in which nothing is amiss. */
static Directory *sound_directory(void)
{
    static const char *const lines[] = {
        "unit name=中共上街区委员会;short=区委;kind=party",
        "post unit=区委;name=书记;kind=chief;rank=县处级",
        "person name=王明",
        "tenure person=王明;post=区委/书记;from=2019-01-01",
        "mailbox owner=区委;address=qw@example.test;keeper=李静;review=2020-03-06",
        "group name=领导;members=rank:县处级",
        NULL,
    };
    return spelled_directory(TODAY, lines);
}

typedef struct {
    const char *name;
    const char *lines[9]; /* records added to the sound directory */
    const char *want;     /* "code name detail", sorted as reported, a line each */
} CheckRow;

static const CheckRow rows[] = {
    {"nothing amiss", {NULL}, ""},
    {"a class without a way",
     {"unit name=济源路街道;kind=street", NULL},
     "lost-unit 济源路街道 在“街道”里"},
    {"a group reaches what its unit has suspended",
     {"unit name=省委;kind=higher", "group name=上级;members=unit:省委",
      "mailbox owner=省委;address=sw@example.test;suspended=yes;keeper=李静", NULL},
     "lost-unit 省委 在“上级”里；收件方式都停用了\nsuspended 省委 sw@example.test "},
    {"nobody reaches it",
     {"unit name=省委;kind=higher", NULL},
     "silent-unit 省委 "},
    {"holder without a way; one with the unit's, one with the post's, one with an own way",
     {"unit name=省委;kind=higher", "post unit=省委;name=书记;kind=chief", "person name=赵一",
      "tenure person=赵一;post=省委/书记", "post unit=区委;name=副书记;kind=deputy", "person name=钱二",
      "tenure person=钱二;post=区委/副书记", NULL},
     "lost-person 赵一 省委书记\nsilent-unit 省委 "},
    {"a post's own mailbox is a way",
     {"unit name=省委;kind=higher", "post unit=省委;name=书记;kind=chief", "person name=赵一",
      "tenure person=赵一;post=省委/书记", "mailbox owner=省委/书记;channel=paper;copies=1", NULL},
     "silent-unit 省委 "},
    {"a suspended mailbox of one's own leaves the office",
     {"mailbox owner=王明;address=wm@example.test;suspended=yes", NULL},
     "suspended 王明 wm@example.test "},
    {"a tenure that ended, nobody after",
     {"post unit=区委;name=副书记;kind=deputy", "person name=钱二",
      "tenure person=钱二;post=区委/副书记;from=2018-01-01;to=2020-03-05", NULL},
     "ended-tenure 中共上街区委员会/副书记 钱二 任到 2020-03-05"},
    {"a tenure that ended, somebody planned",
     {"post unit=区委;name=副书记;kind=deputy", "person name=钱二",
      "tenure person=钱二;post=区委/副书记;to=2020-03-05", "tenure person=王明;post=区委/副书记;from=2020-04-01", NULL},
     "ended-tenure 中共上街区委员会/副书记 钱二 任到 2020-03-05，王明 自 2020-04-01 起任职"},
    {"never held",
     {"post unit=区委;name=副书记;kind=deputy", NULL},
     "idle-post 中共上街区委员会/副书记 "},
    {"to be held",
     {"post unit=区委;name=副书记;kind=deputy", "tenure person=王明;post=区委/副书记;from=2020-04-01", NULL},
     "idle-post 中共上街区委员会/副书记 王明 自 2020-04-01 起任职"},
    {"a group names a vacant post, another contains it",
     {"post unit=区委;name=副书记;kind=deputy", "group name=甲组;members=post:区委/副书记|person:王明",
      "group name=乙组;members=group:甲组", NULL},
     "broken-set 甲组 “甲组”的成员“区委/副书记”在 2020-03-06 无人任职：请登记任职，或从“甲组”中去掉\n"
     "vacant-post 中共上街区委员会/副书记 组“甲组”里"},
    {"sets without members",
     {"group name=空组;members=", "group name=乙组;members=group:空组|person:王明", "alias text=空称;targets=", NULL},
     "broken-set 空组 一个成员也没有\nbroken-set 空称 一个成员也没有\nunused-set 空称 "},
    {"ends soon, nobody after",
     {"post unit=区委;name=副书记;kind=deputy", "tenure person=王明;post=区委/副书记;to=2020-04-05", NULL},
     "ending-tenure 中共上街区委员会/副书记 王明 任到 2020-04-05"},
    {"ends later than soon",
     {"post unit=区委;name=副书记;kind=deputy", "tenure person=王明;post=区委/副书记;to=2020-04-06", NULL}, ""},
    {"ends soon, somebody after",
     {"post unit=区委;name=副书记;kind=deputy", "tenure person=王明;post=区委/副书记;to=2020-03-06", "person name=钱二",
      "tenure person=钱二;post=区委/副书记;from=2020-03-07", NULL}, ""},
    {"ends soon, a gap of a day",
     {"post unit=区委;name=副书记;kind=deputy", "tenure person=王明;post=区委/副书记;to=2020-03-06", "person name=钱二",
      "tenure person=钱二;post=区委/副书记;from=2020-03-08", NULL},
     "ending-tenure 中共上街区委员会/副书记 王明 任到 2020-03-06"},
    {"two chiefs",
     {"person name=钱二", "tenure person=钱二;post=区委/书记;from=2020-01-01", NULL},
     "two-chiefs 中共上街区委员会/书记 王明、钱二"},
    {"stand-ins in a circle",
     {"person name=钱二", "person name=孙三", "stand-in person=王明;stand_in=钱二",
      "stand-in person=钱二;stand_in=孙三", "stand-in person=孙三;stand_in=钱二", NULL},
     "stand-in-circle 钱二 孙三 孙三 也不在岗，由 钱二 代收\nstand-in-circle 孙三 钱二 钱二 也不在岗，由 孙三 代收\n"
     "stand-in-chain 王明 钱二 钱二 也不在岗，由 孙三 代收"},
    {"stand-ins that do not meet on the day",
     {"person name=钱二", "stand-in person=王明;stand_in=钱二;to=2020-03-06",
      "stand-in person=钱二;stand_in=王明;from=2020-03-07", NULL}, ""},
    {"an address outside",
     {"mailbox owner=区委;address=qw@example.com;keeper=李静", NULL},
     "outside-domain 中共上街区委员会 qw@example.com "},
    {"paper and suspended addresses are not outside",
     {"mailbox owner=区委;address=qw@example.com;channel=paper;copies=1;keeper=李静", NULL}, ""},
    {"review due, no keeper",
     {"mailbox owner=王明;address=wm@example.test;review=2020-03-05", NULL},
     "review-due 王明 wm@example.test 应在 2020-03-05 前复核\nno-keeper 王明 wm@example.test "},
    {"one address, two owners",
     {"mailbox owner=王明;address=QW@example.test;keeper=李静", NULL},
     "shared-address 中共上街区委员会 qw@example.test 另有 王明"},
    {"names that sound alike, joints apart",
     {"unit name=区发展和改革委;kind=", "mailbox owner=区发展和改革委;address=a@example.test;keeper=李静",
      "unit name=区发展与改革委;kind=", "mailbox owner=区发展与改革委;address=b@example.test;keeper=李静",
      "unit name=区发展及改各委;kind=", "mailbox owner=区发展及改各委;address=c@example.test;keeper=李静", NULL},
     "near-names 区发展与改革委 另有“区发展和改革委”\nnear-names 区发展及改各委 另有“区发展和改革委”"},
    {"a character too many",
     {"unit name=区财政局;kind=", "mailbox owner=区财政局;address=a@example.test;keeper=李静",
      "unit name=区财政局局;kind=", "mailbox owner=区财政局局;address=b@example.test;keeper=李静",
      "unit name=区民政局;kind=", "mailbox owner=区民政局;address=c@example.test;keeper=李静", NULL},
     "near-names 区财政局局 另有“区财政局”"},
    {"a number tells apart",
     {"unit name=第一小学;kind=", "mailbox owner=第一小学;address=a@example.test;keeper=李静",
      "unit name=第十一小学;kind=", "mailbox owner=第十一小学;address=b@example.test;keeper=李静", NULL}, ""},
    {"sets that nobody prints",
     {"group name=旧组;members=person:王明", "group name=内层;members=person:王明",
      "alias text=老领导;targets=group:内层", "alias text=领 导 班子;targets=person:王明", NULL},
     "unused-set 旧组 \nunused-set 老领导 "},
};

static void test_rules(void)
{
    static const char *const domains[] = {"example.test", NULL};
    static const char *const texts[] = {"发：领导班子、各领导", "送：上级、乙组", "送：上级、乙组", NULL};
    static const DirectoryCheckOptions options = {.internal_domains = domains, .texts = texts};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Directory) directory = sound_directory();
        for (guint n = 0; rows[i].lines[n] != NULL; n++)
            spell_record(directory, rows[i].lines[n]);
        g_autoptr(GPtrArray) findings = directory_check(directory, &options);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint n = 0; n < findings->len; n++) {
            const DirectoryFinding *finding = findings->pdata[n];
            g_string_append_printf(got, "%s%s %s %s", n > 0 ? "\n" : "", finding->rule->code, finding->name,
                                   finding->detail);
        }
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got->str, ==, rows[i].want);
    }
}

static void test_options(void)
{
    static const DirectoryCheckOptions options = {0};
    g_autoptr(Directory) directory = sound_directory();
    spell_record(directory, "group name=旧组;members=person:王明");
    spell_record(directory, "mailbox owner=区委;address=qw@example.com;keeper=李静");
    g_autoptr(GPtrArray) findings = directory_check(directory, &options);
    g_assert_cmpuint(findings->len, ==, 0); /* neither texts nor domains are known */
}

/* Known per address, however it is written; another address is none of its business. */
static void test_flagged(void)
{
    g_autoptr(Directory) directory = sound_directory();
    g_autoptr(GHashTable) flagged = g_hash_table_new(g_str_hash, g_str_equal);
    const DirectoryCheckOptions options = {.flagged = flagged};
    g_hash_table_insert(flagged, (gpointer)"wm@example.test", (gpointer)"2020-03-06 退信：550 5.1.1");
    g_hash_table_insert(flagged, (gpointer)"nobody@example.test", (gpointer)"");
    spell_record(directory, "mailbox owner=王明;address=WM@Example.test;keeper=李静");
    g_autoptr(GPtrArray) findings = directory_check(directory, &options);
    g_assert_cmpuint(findings->len, ==, 1);
    const DirectoryFinding *finding = findings->pdata[0];
    g_assert_cmpstr(finding->rule->code, ==, "flagged");
    g_assert_cmpstr(finding->detail, ==, "2020-03-06 退信：550 5.1.1");
}

/* A vacant post stops an issue where somebody speaks of it. */
static void test_vacant(void)
{
    static const struct { const char *chosen, *text, *want; } rows_of_vacant[] = {
        {NULL, "发：区委", "idle-post "},
        {"post:区委/副书记", "发：区委", "vacant-post 刊物记着的选定里"},
        {"-post:区委/副书记", "发：区委", "idle-post "},
        {"post:区委/书记", "发：区委", "idle-post "},
        {NULL, "送：区委副书记", "vacant-post 近期期次里写到"},
        {NULL, "送：区委书记、副书记，区长", "vacant-post 近期期次里写到"},
        {NULL, "送：区委书记，副书记", "idle-post "},
        {NULL, "送：区长、副书记", "idle-post "},
        {NULL, "送：中共上街区委员会副书记", "vacant-post 近期期次里写到"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows_of_vacant); i++) {
        const char *const chosen[] = {rows_of_vacant[i].chosen, NULL}, *const texts[] = {rows_of_vacant[i].text, NULL};
        const DirectoryCheckOptions options = {.chosen = chosen, .texts = texts};
        g_autoptr(Directory) directory = sound_directory();
        spell_record(directory, "post unit=区委;name=副书记;kind=deputy");
        g_autoptr(GPtrArray) findings = directory_check(directory, &options);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint n = 0; n < findings->len; n++) {
            const DirectoryFinding *finding = findings->pdata[n];
            if (g_str_has_suffix(finding->rule->code, "-post"))
                g_string_append_printf(got, "%s %s", finding->rule->code, finding->detail);
        }
        g_test_message("%s", rows_of_vacant[i].text);
        g_assert_cmpstr(got->str, ==, rows_of_vacant[i].want);
    }
}

static void test_weights(void)
{
    g_autoptr(Directory) directory = sound_directory();
    static const DirectoryCheckOptions options = {0};
    spell_record(directory, "unit name=济源路街道;kind=street");
    spell_record(directory, "mailbox owner=王明;address=wm@example.test");
    g_autoptr(GPtrArray) findings = directory_check(directory, &options);
    const DirectoryFinding *first = findings->pdata[0], *last = findings->pdata[findings->len - 1];
    g_assert_cmpstr(directory_check_weight_code(first->rule->weight), ==, "stops");
    g_assert_cmpstr(directory_check_weight_code(last->rule->weight), ==, "tells");
    g_assert_cmpint(first->kind->id, ==, DIRECTORY_UNIT);
    g_assert_cmpint(first->id, ==, directory_unit(directory, "济源路街道")->id);
}

static void test_days(void)
{
    static const struct { const char *day; int plus; const char *want; } days[] = {
        {"2020-03-06", 1, "2020-03-07"},  {"2020-02-28", 1, "2020-02-29"}, {"2020-03-01", -1, "2020-02-29"},
        {"2019-12-31", 1, "2020-01-01"},  {"2020-03-06", 30, "2020-04-05"}, {"2020-03-06", 0, "2020-03-06"},
        {"0001-01-01", -1, "0001-01-01"}, {"", 30, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        g_autofree char *got = directory_day_plus(days[i].day, days[i].plus);
        g_assert_cmpstr(got, ==, days[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directory-check/rules", test_rules);
    g_test_add_func("/directory-check/options", test_options);
    g_test_add_func("/directory-check/flagged", test_flagged);
    g_test_add_func("/directory-check/vacant", test_vacant);
    g_test_add_func("/directory-check/weights", test_weights);
    g_test_add_func("/directory-check/days", test_days);
    return g_test_run();
}
