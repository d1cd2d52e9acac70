/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the one who is meant is reached: stand-ins, secretaries, suspended mailboxes, namesakes, posts
 * of several holders; and what holds whatever the directory and the line. */
#include <string.h>

#include "tests/unit/resolve-forms.h"
#include "tests/unit/sample-directory.h"

static const char *const units[] = {
    "unit name=区政府;kind=body", "unit name=财政局;parent=区政府", "unit name=教育局;parent=区政府",
    "post unit=区政府;name=区长;kind=chief;rank=县处级", "post unit=区政府;name=副区长;kind=deputy;rank=县处级",
    "post unit=财政局;name=局长;kind=chief", "post unit=教育局;name=局长;kind=chief",
    "mailbox owner=区政府;address=qzf@example.test",
    "mailbox owner=财政局;address=czj@example.test;channel=both;copies=3",
    "mailbox owner=教育局;address=jyj@example.test"};

/* The units, then the rows' own records, which are parted by line ends. */
static Directory *directory_with(const char *records)
{
    g_auto(GStrv) own = g_strsplit(records, "\n", -1);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        g_ptr_array_add(all, (gpointer)units[i]);
    for (char **record = own; *record != NULL; record++)
        if (**record != '\0')
            g_ptr_array_add(all, *record);
    g_ptr_array_add(all, NULL);
    return spelled_directory("2026-03-10", (const char *const *)all->pdata);
}

/* "address name salutation" of each mail, reasons behind it after " | "; paper as "name*copies"; then
 * the messages of what is unresolved. */
static char *told(const Resolution *resolution)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < resolution->recipients->len; i++) {
        const Recipient *r = resolution->recipients->pdata[i];
        if (r->channel == CHANNEL_EMAIL)
            g_string_append_printf(out, "%s %s %s", r->address, r->name, r->salutation);
        else
            g_string_append_printf(out, "%s*%d", r->id, r->copies);
        for (guint j = 0; j < r->because->len; j++)
            g_string_append_printf(out, " | %s", (char *)r->because->pdata[j]);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < resolution->unresolved->len; i++) {
        const Unresolved *u = resolution->unresolved->pdata[i];
        g_string_append_printf(out, "!%s %s\n", u->code, u->message);
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *name, *records, *key, *want;
} Row;

static void check(const Row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = directory_with(rows[i].records);
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, NULL);
        g_autofree char *got = told(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

#define LEADERS                                                                                      \
    "person name=李某\nperson name=王某\nperson name=赵某\nmailbox owner=李某;address=li@example.test\n" \
    "mailbox owner=王某;address=wang@example.test\nmailbox owner=赵某;address=zhao@example.test\n"       \
    "tenure person=李某;post=区政府/区长;from=2025-01-01\ntenure person=王某;post=区政府/副区长\n"

static void test_stand_ins(void)
{
    static const Row rows[] = {
        {"away", LEADERS "stand-in person=李某;stand_in=王某;from=2026-03-01;to=2026-03-20", "送: one /区长",
         "wang@example.test 区政府副区长 王某 王某同志： | "
         "送：区长 → 李某（2025-01-01 起）（请假 至 2026-03-20） → 代收 王某\n"},
        {"not yet away", LEADERS "stand-in person=李某;stand_in=王某;from=2026-03-11", "送: one /区长",
         "li@example.test 区长 李某 李某同志： | 送：区长 → 李某（2025-01-01 起）\n"},
        {"back", LEADERS "stand-in person=李某;stand_in=王某;to=2026-03-09", "送: one /区长",
         "li@example.test 区长 李某 李某同志： | 送：区长 → 李某（2025-01-01 起）\n"},
        {"on the last day, named by name", LEADERS "stand-in person=李某;stand_in=赵某;to=2026-03-10",
         "送: one 李某",
         "zhao@example.test 赵某 赵某同志： | 送：李某（请假 至 2026-03-10） → 代收 赵某\n"},
        {"both", LEADERS "stand-in person=李某;stand_in=赵某;both=yes", "送: one 李某",
         "li@example.test 区长 李某 李某同志： | 送：李某（请假，本人仍收）\n"
         "zhao@example.test 赵某 赵某同志： | 送：李某（请假，本人仍收） → 代收 赵某\n"},
        {"one after another",
         LEADERS "stand-in person=李某;stand_in=王某\nstand-in person=王某;stand_in=赵某;to=2026-04-01",
         "送: one 李某",
         "zhao@example.test 赵某 赵某同志： | "
         "送：李某（请假） → 代收 王某（请假 至 2026-04-01） → 代收 赵某\n"},
        {"on their own account too", LEADERS "stand-in person=李某;stand_in=王某",
         "送: one /区长; every 区政府/副区长",
         "wang@example.test 区政府副区长 王某 王某同志： | "
         "送：区长 → 李某（2025-01-01 起）（请假） → 代收 王某 | 送：区政府副区长 → 王某\n"},
        {"a circle", LEADERS "stand-in person=李某;stand_in=王某\nstand-in person=王某;stand_in=李某",
         "送: one 李某",
         "!stand-in “李某”请假，代收又转回“李某”：请在名录中改正代收，或由经办人确定改送何人\n"},
        {"two for one, the second unknown", LEADERS "stand-in person=李某;stand_in=王某\nstand-in person=李某",
         "送: one 李某",
         "wang@example.test 区政府副区长 王某 王某同志： | 送：李某（请假） → 代收 王某\n"
         "!stand-in “李某”请假，代收人已不在名录中：请在名录中改正代收，或由经办人确定改送何人\n"},
        {"left out", LEADERS "stand-in person=李某;stand_in=王某", "送: one 李某; except 王某",
         "!stand-in “李某”请假，代收人“王某”却在除外之列：请由经办人确定改送何人\n"},
        {"the one away left out", LEADERS "stand-in person=李某;stand_in=王某",
         "送: one 李某; one 赵某; except 李某", "zhao@example.test 赵某 赵某同志： | 送：赵某\n"},
    };
    check(rows, G_N_ELEMENTS(rows));
}

#define HEAD "person name=孙某\ntenure person=孙某;post=财政局/局长\n"

static void test_mailboxes(void)
{
    static const Row rows[] = {
        {"secretary", HEAD "mailbox owner=孙某;address=sun@example.test;secretary=张某", "送: one 财政局/局长",
         "sun@example.test 财政局局长 孙某 孙某同志： | 送：财政局局长 → 孙某 → 秘书 张某 代收\n"},
        {"secretary of the post",
         HEAD "mailbox owner=财政局/局长;address=jz@example.test;secretary=张某;channel=both;copies=2",
         "送: one 财政局/局长",
         "jz@example.test 财政局局长 孙某 孙某同志： | "
         "送：财政局局长 → 孙某 → 财政局局长邮箱 → 秘书 张某 代收\n"
         "paper:person:孙某*2 | 送：财政局局长 → 孙某 → 财政局局长纸质 → 秘书 张某 代收\n"},
        {"own and the secretary's",
         HEAD "mailbox owner=孙某;address=sun@example.test\nmailbox owner=孙某;address=z@example.test;secretary=张某",
         "送: one 孙某",
         "sun@example.test 财政局局长 孙某 孙某同志： | 送：孙某\n"
         "z@example.test 财政局局长 孙某 孙某同志： | 送：孙某 → 秘书 张某 代收\n"},
        {"own before the post's before the office's",
         HEAD "mailbox owner=孙某;address=sun@example.test\nmailbox owner=财政局/局长;address=jz@example.test",
         "送: one 孙某", "sun@example.test 财政局局长 孙某 孙某同志： | 送：孙某\n"},
        {"own suspended, the post's left",
         HEAD "mailbox owner=孙某;address=sun@example.test;suspended=yes\n"
              "mailbox owner=财政局/局长;address=jz@example.test",
         "送: one 孙某",
         "jz@example.test 财政局局长 孙某 孙某同志： | "
         "送：孙某 → 财政局局长邮箱（sun@example.test 已停用，未送）\n"},
        {"own suspended, the office's left", HEAD "mailbox owner=孙某;address=sun@example.test;suspended=yes",
         "送: one 孙某",
         "czj@example.test 财政局局长 孙某 孙某同志： | "
         "送：孙某 → 财政局收文邮箱（sun@example.test 已停用，未送）\n"
         "paper:unit:财政局*3 | 送：孙某 → 财政局纸质（sun@example.test 已停用，未送）\n"},
        {"mail suspended, paper left",
         HEAD "mailbox owner=孙某;address=sun@example.test;suspended=yes\nmailbox owner=孙某;channel=paper;copies=2",
         "送: one 孙某", "paper:person:孙某*2 | 送：孙某 → 纸质（sun@example.test 已停用，未送）\n"},
        {"none left",
         "unit name=统计局\nmailbox owner=统计局;address=tj@example.test;suspended=yes\n"
         "mailbox owner=统计局;channel=paper;suspended=yes", "送: one 统计局",
         "!suspended “统计局”没有可用的收件方式（tj@example.test 已停用，未送）（纸质 已停用，未送）："
         "请在名录中恢复或换一个，或由经办人另行送达\n"},
        {"not at the office of a unit left out",
         HEAD "tenure person=孙某;post=区政府/副区长", "送: one 区政府/副区长; except 财政局",
         "qzf@example.test 区政府副区长 孙某 孙某同志： | "
         "送：区政府副区长 → 孙某 → 区政府收文邮箱（本人无邮箱）\n"},
        {"nor when there is no other", HEAD, "送: one 孙某; except 财政局",
         "!no-mailbox “财政局局长 孙某”既无邮箱也无纸质登记：请在名录中登记后再发\n"},
        {"none at all", "unit name=统计局", "送: one 统计局",
         "!no-mailbox “统计局”既无邮箱也无纸质登记：请在名录中登记后再发\n"},
        {"units on one mailbox, the largest count",
         "unit name=国库处;parent=财政局\nmailbox owner=国库处;address=CZJ@example.test;channel=both",
         "发: one 财政局*2; one 国库处; one 财政局*5",
         "czj@example.test 财政局、国库处 财政局、国库处： | 发：财政局（2 份） → 收文邮箱 | "
         "发：财政局（5 份） → 收文邮箱 | 发：国库处 → 收文邮箱\n"
         "paper:unit:财政局*5 | 发：财政局（2 份） → 纸质 | 发：财政局（5 份） → 纸质\n"
         "paper:unit:国库处*1 | 发：国库处 → 纸质\n"},
    };
    check(rows, G_N_ELEMENTS(rows));
}

static void test_names(void)
{
    static const Row rows[] = {
        {"namesakes by their posts",
         "person name=张伟（财政局）\nperson name=张伟(教育局)\ntenure person=张伟（财政局）;post=财政局/局长\n"
         "tenure person=张伟(教育局);post=教育局/局长\nmailbox owner=张伟（财政局）;address=a@example.test\n"
         "mailbox owner=张伟(教育局);address=b@example.test",
         "送: one 财政局/局长; one 教育局/局长",
         "a@example.test 财政局局长 张伟 张伟同志： | 送：财政局局长 → 张伟（财政局）\n"
         "b@example.test 教育局局长 张伟 张伟同志： | 送：教育局局长 → 张伟(教育局)\n"},
        {"namesake by the whole name",
         "person name=张伟（财政局）\nperson name=张伟（教育局）\nmailbox owner=张伟（教育局）;address=b@example.test",
         "送: one 张伟(教育局)", "b@example.test 张伟 张伟同志： | 送：张伟(教育局) → 张伟（教育局）\n"},
        {"namesakes by their bare name",
         "person name=张伟（财政局）\nperson name=张伟（教育局）", "送: one 张伟",
         "!unknown-name 名录中没有“张伟”，或有重名：请改正发放栏，或在名录中登记该单位、简称或别名\n"},
        {"one chief post, two holders",
         "person name=甲\nperson name=乙\ntenure person=甲;post=区政府/区长\ntenure person=乙;post=区政府/区长\n"
         "mailbox owner=甲;address=a@example.test\nmailbox owner=乙;address=b@example.test",
         "送: one /区长",
         "a@example.test 区长 甲 甲同志： | 送：区长（该职务有多人在任，均送） → 甲\n"
         "b@example.test 区长 乙 乙同志： | 送：区长（该职务有多人在任，均送） → 乙\n"},
        {"every holder of a plural post",
         "person name=甲\nperson name=乙\ntenure person=甲;post=区政府/副区长\n"
         "tenure person=乙;post=区政府/副区长\n"
         "mailbox owner=甲;address=a@example.test\nmailbox owner=乙;address=b@example.test",
         "送: every /副区长",
         "a@example.test 区政府副区长 甲 甲同志： | 送：副区长 → 区政府副区长 → 甲\n"
         "b@example.test 区政府副区长 乙 乙同志： | 送：副区长 → 区政府副区长 → 乙\n"},
        {"a bare post of two units", "", "送: one /局长",
         "!unknown-name 有 2 个单位设“局长”，看不出是哪一个：请写明单位，或为本刊登记别名\n"},
    };
    check(rows, G_N_ELEMENTS(rows));
}

/* ---- whatever the directory and the line ---- */

enum { UNITS = 5, PERSONS = 8, GROUPS = 4 };

/* The addresses at which a leader receives. */
static void test_leaders(void)
{
    static const Row rows[] = {
        {"a post with a rank", LEADERS, "送: one /区长; every /副区长", "li@example.test wang@example.test "},
        {"a chief without one", LEADERS "tenure person=赵某;post=财政局/局长", "送: one 财政局/局长", "zhao@example.test "},
        {"a chief at the office of his unit", "person name=钱某\ntenure person=钱某;post=财政局/局长", "送: one 财政局/局长",
         "czj@example.test "},
        {"an office", LEADERS, "送: one 财政局; one 区政府", ""},
        {"a mailbox shared with an office", "person name=钱某\ntenure person=钱某;post=教育局/局长",
         "送: one 教育局; one 教育局/局长", "jyj@example.test "},
        {"a person in a post that leads nobody",
         LEADERS "post unit=教育局;name=科员;kind=member\ntenure person=赵某;post=教育局/科员", "送: one 教育局/科员", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Directory) directory = directory_with(rows[i].records);
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, NULL);
        g_autoptr(GString) got = g_string_new(NULL);
        g_assert_cmpuint(resolution->recipients->len, >, 0);
        for (guint j = 0; j < resolution->recipients->len; j++) {
            const Recipient *r = resolution->recipients->pdata[j];
            if (r->leader && r->channel == CHANNEL_EMAIL)
                g_string_append_printf(got, "%s ", r->address);
        }
        g_assert_cmpstr(got->str, ==, rows[i].want);
    }
}

static int any(int n)
{
    return g_test_rand_int_range(0, n);
}

static gboolean one_in(int n)
{
    return any(n) == 0;
}

static void add(GPtrArray *records, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void add(GPtrArray *records, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(records, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static char *random_member(void)
{
    const char *sign = one_in(3) ? "-" : one_in(6) ? "&" : "";
    int n = any(8);
    return n < 3   ? g_strdup_printf("%sgroup:组%d", sign, any(GROUPS))
           : n < 5 ? g_strdup_printf("%sunit:局%d", sign, any(UNITS))
           : n < 6 ? g_strdup_printf("%sperson:人%d", sign, any(PERSONS))
           : n < 7 ? g_strdup_printf("%sposts:局%d", sign, any(UNITS))
                   : g_strdup_printf("%swithin:局%d", sign, any(UNITS));
}

/* Everyone has a mailbox of their own; some have another that they share, or none in use. */
static Directory *random_directory(void)
{
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < UNITS; i++) {
        if (i > 0)
            add(records, "unit name=局%d;parent=局%d", i, any(i));
        else
            add(records, "unit name=局0");
        add(records, "post unit=局%d;name=局长;kind=chief", i);
        add(records, "mailbox owner=局%d;address=u%d@example.test;channel=%s", i, i, one_in(2) ? "both" : "email");
    }
    for (int i = 0; i < PERSONS; i++) {
        add(records, "person name=人%d", i);
        add(records, "tenure person=人%d;post=局%d/局长", i, any(UNITS));
        add(records, "mailbox owner=人%d;address=p%d@example.test;suspended=%s", i, i, one_in(6) ? "yes" : "no");
        if (one_in(4))
            add(records, "mailbox owner=人%d;address=Shared%d@example.test;secretary=某", i, any(2));
    }
    for (int i = 0; i < PERSONS; i++)
        if (one_in(3))
            add(records, "stand-in person=人%d;stand_in=人%d;both=%s", i, any(PERSONS), one_in(3) ? "yes" : "no");
    for (int i = 0; i < GROUPS; i++) {
        g_autofree char *one = random_member(), *two = random_member(), *three = random_member();
        add(records, "group name=组%d;members=%s|%s|%s", i, one, two, three);
    }
    g_ptr_array_add(records, NULL);
    return spelled_directory("2026-03-10", (const char *const *)records->pdata);
}

static void check_resolution(const Resolution *resolution, const char *except)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *shut_out = g_strconcat(except, "@example.test", NULL);
    for (guint i = 0; i < resolution->recipients->len; i++) {
        const Recipient *r = resolution->recipients->pdata[i];
        g_assert_cmpuint(r->because->len, >, 0);
        for (guint j = 0; j < r->because->len; j++)
            g_assert_true(g_str_has_prefix(r->because->pdata[j], "发："));
        g_assert_cmpint(r->copies, >=, 1);
        g_assert_true(g_hash_table_add(seen, g_strdup(r->id)));
        if (r->channel == CHANNEL_EMAIL) {
            g_assert_true(g_hash_table_add(seen, g_ascii_strdown(r->address, -1)));
            g_assert_cmpstr(r->address, !=, shut_out);
        }
    }
}

static void test_always(void)
{
    guint recipients = 0, problems = 0;
    for (int round = 0; round < 150; round++) {
        g_autoptr(Directory) directory = random_directory();
        g_autoptr(GString) key = g_string_new("发: ");
        for (int i = 0; i < 3; i++)
            g_string_append_printf(key, one_in(2) ? "every 组%d; " : "one 局%d/局长; ", any(GROUPS));
        gboolean person = one_in(2);
        int out = any(person ? PERSONS : UNITS);
        g_string_append_printf(key, "one 人%d; except %s%d", any(PERSONS), person ? "人" : "局", out);
        g_autofree char *except = g_strdup_printf("%s%d", person ? "p" : "u", out);
        g_test_message("%s", key->str);
        g_autoptr(Resolution) resolution = resolve(directory, key->str, NULL);
        check_resolution(resolution, except);
        recipients += resolution->recipients->len;
        problems += resolution->unresolved->len;
    }
    g_assert_cmpuint(recipients, >, 150);
    g_assert_cmpuint(problems, >, 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resolve-receive/stand-ins", test_stand_ins);
    g_test_add_func("/resolve-receive/mailboxes", test_mailboxes);
    g_test_add_func("/resolve-receive/names", test_names);
    g_test_add_func("/resolve-receive/leaders", test_leaders);
    g_test_add_func("/resolve-receive/always", test_always);
    return g_test_run();
}
