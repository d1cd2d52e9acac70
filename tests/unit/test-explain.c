/* SPDX-License-Identifier: GPL-3.0-or-later
 * Why somebody does not get an issue, over the sample district with a few records more. */
#include "recipients/explain.h"

#include <string.h>

#include "tests/unit/directory-add.h"
#include "tests/unit/sample-directory.h"

static void add_tenure(Directory *directory, gint64 id, const char *name, const char *unit,
                       const char *post, const char *from, const char *to)
{
    DirectoryPerson *person = directory_add_person(directory);
    person->id = id;
    directory_set_text(directory, &person->name, name);
    DirectoryTenure *tenure = directory_add_tenure(directory);
    tenure->id = id + 1;
    tenure->person_id = id;
    tenure->post_id = directory_post(directory, directory_unit(directory, unit), post)->id;
    directory_set_text(directory, &tenure->from, from);
    directory_set_text(directory, &tenure->to, to);
}

static void add_group(Directory *directory, gint64 id, const char *name, const char *members)
{
    DirectoryGroup *group = directory_add_group(directory);
    group->id = id;
    directory_set_text(directory, &group->name, name);
    directory_set_list(directory, &group->members, members, " ");
}

static void suspend(Directory *directory, const char *address)
{
    for (guint i = 0; i < directory->mailboxes->len; i++) {
        DirectoryMailbox *mailbox = directory->mailboxes->pdata[i];
        if (strcmp(mailbox->address, address) == 0)
            mailbox->suspended = TRUE;
    }
}

static Directory *district(void)
{
    Directory *directory = sample_directory("2020-03-06");
    add_tenure(directory, 90001, "王某某", "区政府", "副区长", "2018-01-01", "2020-03-03");
    add_tenure(directory, 90003, "李某某", "区政府", "副区长", "2020-03-10", "");
    add_group(directory, 90010, "直属单位", "under:区政府 -unit:区统计局");
    add_group(directory, 90011, "统计单位", "under:区政府 &unit:区统计局");
    add_group(directory, 90012, "各类单位", "group:直属单位 unit:区检察院");
    DirectoryStandIn *each = directory_add_stand_in(directory);
    each->id = 90020;
    each->person_id = directory_person(directory, "许文清")->id;
    each->stand_in_id = directory_person(directory, "周明远")->id;
    directory_set_text(directory, &each->from, "2020-03-05");
    suspend(directory, "qsjj@example.test");
    directory_index(directory);
    return directory;
}

static char *explain(const Directory *directory, const char *text, const char *name)
{
    ResolveOptions options = {0};
    g_autofree LineNames *names = resolve_names(directory, NULL, NULL);
    g_autoptr(LineReading) reading = line_read(text, names);
    g_autoptr(Resolution) resolution = resolve_reading(directory, reading, &options);
    ExplainGround ground = {directory, reading, resolution, NULL, NULL};
    ExplainWanted wanted = explain_wanted(directory, name);
    g_auto(GStrv) lines = explain_absence(&ground, &wanted);
    return g_strjoinv("\n", lines);
}

static void test_absence(void)
{
    static const struct { const char *name, *text, *wanted, *says; } rows[] = {
        {"not named", "发：区统计局", "区商务局", "发送范围没有写到，也不在写到的类别和组里"},
        {"unknown, with near names", "发：区统计局", "区统汁局", "相近的有：区统计局"},
        {"excepted", "发：直属单位，区商务局除外", "区商务局", "“发”栏写明“区商务局”除外"},
        {"excepted by its class", "发：区直单位，街道办事处除外", "济源路街道", "“发”栏写明“街道办事处”除外"},
        {"left office", "送：副区长", "王某某", "2020-03-03 已离任"},
        {"not in office yet", "送：副区长", "李某某", "2020-03-10 起才任"},
        {"in another office", "发：区统计局", "周明远", "现任区委书记"},
        {"away", "送：区长", "许文清", "从 2020-03-05 到 未定 由 周明远 代收"},
        {"taken out of a group", "发：直属单位", "区统计局", "组“直属单位”里以 -unit:区统计局 除去"},
        {"taken out of a group inside", "发：各类单位", "区统计局", "组“直属单位”里以 -unit:区统计局 除去"},
        {"not kept by a group", "发：统计单位", "区商务局", "组“统计单位”以 &unit:区统计局 只留同在其中的"},
        {"suspended", "发：区统计局", "区审计局", "收件方式 qsjj@example.test 已停用"},
        {"suspended and addressed", "发：区审计局", "区审计局", "还没有落实："},
        {"not chosen yet", "发：有关部门", "区商务局", "“有关部门”尚未选定"},
        {"holder of a post", "发：区统计局", "区委书记", "“区委书记”在 2020-03-06 由 周明远 担任"},
        {"post of a unit", "发：区统计局", "区委/书记", "“区委书记”在 2020-03-06 由 周明远 担任"},
    };
    g_autoptr(Directory) directory = district();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = explain(directory, rows[i].text, rows[i].wanted);
        g_test_message("%s: %s", rows[i].name, got);
        g_assert_nonnull(strstr(got, rows[i].says));
    }
}

/* Groups that never had it in them, and the other tenure, are not spoken of. */
static void test_silence(void)
{
    static const struct { const char *text, *wanted, *not; } rows[] = {
        {"发：直属单位", "区检察院", "除去"},
        {"发：统计单位", "区统计局", "只留"},
        {"发：区统计局", "区商务局", "选定"},
        {"送：副区长", "周明远", "离任"},
        {"送：副区长", "王某某", "没有写到"},
        {"发：直属单位，区商务局除外", "区商务局", "没有写到"},
    };
    g_autoptr(Directory) directory = district();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = explain(directory, rows[i].text, rows[i].wanted);
        g_test_message("%s", got);
        g_assert_null(strstr(got, rows[i].not));
    }
}

static void test_obstacles(void)
{
    static const struct { const char *name, *text, *wanted, *says; } rows[] = {
        {"none", "发：区统计局", "区统计局", ""},
        {"of another", "发：区统计局、区审计局", "区统计局", ""},
        {"its own", "发：区统计局、区审计局", "区审计局", "已停用"},
    };
    g_autoptr(Directory) directory = district();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree LineNames *names = resolve_names(directory, NULL, NULL);
        g_autoptr(LineReading) reading = line_read(rows[i].text, names);
        g_autoptr(Resolution) resolution = resolve_reading(directory, reading, &(ResolveOptions){0});
        ExplainGround ground = {directory, reading, resolution, NULL, NULL};
        ExplainWanted wanted = explain_wanted(directory, rows[i].wanted);
        g_auto(GStrv) lines = explain_obstacles(&ground, &wanted);
        g_test_message("%s", rows[i].name);
        g_assert_cmpuint(g_strv_length(lines), ==, *rows[i].says != '\0' ? 1 : 0);
        g_assert_true(lines[0] == NULL || strstr(lines[0], rows[i].says) != NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/explain/absence", test_absence);
    g_test_add_func("/explain/silence", test_silence);
    g_test_add_func("/explain/obstacles", test_obstacles);
    return g_test_run();
}
