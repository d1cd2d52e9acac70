/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real bulletins, read wholly and sent to the sample district. They are not part of this tree: SONGFA_SAMPLES names their
 * folder, and without it there is nothing to test. */
#include <string.h>

#include "daemon/issue/parse.h"
#include "tests/unit/resolve-forms.h"
#include "tests/unit/sample-directory.h"

static char *samples_folder(void)
{
    const char *folder = g_getenv("SONGFA_SAMPLES");
    if (folder != NULL)
        return g_strdup(folder);
    return g_build_filename(g_getenv("SONGFA_SRCDIR"), "..", "shared", "samples", NULL);
}

/* NULL, with the test skipped, when the sample is not there. */
static Issue *read_sample(const char *name)
{
    g_autofree char *folder = samples_folder();
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *data = NULL;
    gsize length;
    if (!g_file_get_contents(path, &data, &length, NULL)) {
        g_test_skip("the real samples are not at SONGFA_SAMPLES");
        return NULL;
    }
    return parse_issue((const guint8 *)data, length, name);
}

typedef struct {
    const char *section, *heading, *source;
    gboolean brief;
    glong characters; /* of the text */
    guint paragraphs;
} WantedItem;

static guint count_lines(const char *text)
{
    guint n = 1;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        n++;
    return n;
}

static void check_items(const Issue *issue, const WantedItem *wanted, guint n_wanted)
{
    g_assert_cmpuint(issue->items->len, ==, n_wanted);
    for (guint i = 0; i < n_wanted; i++) {
        const IssueItem *item = g_ptr_array_index(issue->items, i);
        g_test_message("item %u: %s", i, item->heading != NULL ? item->heading : "△");
        g_assert_cmpstr(item->section, ==, wanted[i].section);
        g_assert_cmpstr(item->heading, ==, wanted[i].heading);
        g_assert_cmpstr(item->source, ==, wanted[i].source);
        g_assert_cmpint(item->brief, ==, wanted[i].brief);
        g_assert_cmpuint(count_lines(item->text), ==, wanted[i].paragraphs);
        g_assert_cmpint(g_utf8_strlen(item->text, -1), ==, wanted[i].characters);
        g_assert_null(strstr(item->text, "**"));
    }
}

static void check_texts(const GPtrArray *texts, const char *const *wanted)
{
    g_assert_cmpuint(texts->len, ==, g_strv_length((char **)wanted));
    for (guint i = 0; i < texts->len; i++)
        g_assert_cmpstr(g_ptr_array_index(texts, i), ==, wanted[i]);
}

static void check_weekly(const Issue *issue)
{
    g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    g_assert_cmpuint(issue->reasons->len, ==, 0);
    g_assert_cmpstr(issue->title, ==, "上街信息");
    g_assert_cmpint(issue->total_number, ==, 0);
    g_assert_cmpint(issue->supplement, ==, 0);
    g_assert_cmpint(issue->year, ==, 2020);
    g_assert_cmpint(issue->month, ==, 0);
    g_assert_cmpstr(issue->office, ==, "中共上街区委办公室");
    g_assert_cmpint(issue->declared_copies, ==, 0);
    g_assert_false(issue->restricted);
    g_autofree char *distribution = issue_distribution_text(issue);
    g_assert_cmpstr(distribution, ==,
                    "本期送：区县处级领导\n发：峡窝镇、各街道办事处、区直各单位负责同志");
    check_texts(issue->editors, (const char *[]){"郝婕", "李德昭", NULL});
    check_texts(issue->marks, (const char *[]){NULL});
    check_texts(issue->sections, (const char *[]){NULL});
}

static void test_weekly_19(void)
{
    static const WantedItem items[] = {
        {NULL, "团区委学雷锋战疫情送温暖", "上街区委办", FALSE, 214, 1},
        {NULL, "区发改委“一建二抓三推四督”工作法推动项目有序开复工", "区发改委", FALSE, 255, 1},
        {NULL, "区人社局“保姆式”服务缓解企业招工难", "区人社局", FALSE, 179, 1},
        {NULL, "区科工局积极帮助企业解决防疫物资紧缺难题", "区科工局", FALSE, 178, 1},
        {NULL, "区自然资源局开通审批绿色通道", "区自然资源局", FALSE, 267, 1},
        {NULL, "区纪委监委以精准监督推动复工复产高效开展", "区纪委监委", FALSE, 272, 1},
        {NULL, "区委组织部“三举措”为战“疫”强保障", "区委组织部", FALSE, 332, 1},
        {NULL, NULL, "区委老干部局", TRUE, 60, 1},
        {NULL, NULL, "峡窝镇", TRUE, 67, 1},
    };
    g_autoptr(Issue) issue = read_sample("shangjie-2020-19.txt");
    if (issue == NULL)
        return;
    check_weekly(issue);
    g_assert_cmpint(issue->number, ==, 19);
    g_assert_cmpstr(issue->date, ==, "2020-03-06");
    g_assert_true(g_str_has_suffix(issue->headline, "（三）"));
    check_items(issue, items, G_N_ELEMENTS(items));
}

static void test_weekly_20(void)
{
    static const WantedItem items[] = {
        {NULL, "新安路街道“3个+”保障重点项目有序推进", "新安路街道", FALSE, 891, 1},
        {NULL, "区总工会点滴关爱助力疫情防控工作", "区总工会", FALSE, 914, 1},
    };
    g_autoptr(Issue) issue = read_sample("shangjie-2020-20.txt");
    if (issue == NULL)
        return;
    check_weekly(issue);
    g_assert_cmpint(issue->number, ==, 20);
    g_assert_cmpstr(issue->date, ==, "2020-03-08");
    g_assert_true(g_str_has_suffix(issue->headline, "（四）"));
    check_items(issue, items, G_N_ELEMENTS(items));
}

static const WantedItem monthly_items[] = {
    {"本月关注", "市领导调研我区“三送一强”活动开展情况", NULL, FALSE, 635, 5},
    {"本月关注", "副市长万正峰督导我区“三送一强”活动开展情况", NULL, FALSE, 541, 4},
    {"重要会议", "区政府召开 2020 年第 2 次常务会议", NULL, FALSE, 867, 5},
    {"重要会议", "我区召开新冠肺炎疫情防控工作调度会", NULL, FALSE, 442, 2},
    {"重要会议", "我区召开国土绿化工作推进会", NULL, FALSE, 532, 4},
    {"重要会议", "我区召开安全生产工作会议", NULL, FALSE, 521, 3},
    {"重要会议", "我区召开四大班子办公室主任联席会", NULL, FALSE, 453, 3},
    {"工作动态", "赵晨阳实地督导我区技术专业类学校疫情防控工作", NULL, FALSE, 752, 4},
    {"工作动态", "区科工信局打通流通渠道解决企业复工“最后一公里”", NULL, FALSE, 259, 2},
    {"工作动态", "耿勇军察看企业复工复产及疫情防控工作", NULL, FALSE, 433, 3},
    {"工作动态", "区人社局搭建“绿色通道” 打好“组合拳”让防疫就业“两不误”", NULL, FALSE, 539, 5},
    {"基层实录", "中心路街道办事处：战“疫”生产两手抓 “线上线下”保安全", NULL, FALSE, 604, 4},
    {"基层实录", "新安路街道办事处：“送帮办”让企业减负快行", NULL, FALSE, 1067, 8},
};

static void check_monthly_masthead(const Issue *issue)
{
    g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    g_assert_null(issue->title);
    g_assert_null(issue->headline);
    g_assert_cmpint(issue->number, ==, 0);
    g_assert_cmpint(issue->total_number, ==, 92);
    g_assert_cmpint(issue->year, ==, 2020);
    g_assert_cmpint(issue->month, ==, 3);
    g_assert_cmpstr(issue->office, ==, "上街区地方史志办公室");
    g_assert_cmpstr(issue->date, ==, "2020-04-16");
    check_texts(issue->sections, (const char *[]){"本月关注", "重要会议", "工作动态", "基层实录", NULL});
}

static void check_monthly_tail(const Issue *issue)
{
    g_assert_cmpuint(issue->distribution->len, ==, 1);
    const IssueField *field = g_ptr_array_index(issue->distribution, 0);
    g_assert_cmpstr(field->label, ==, "发放范围");
    g_assert_true(g_str_has_prefix(field->text, "区委书记，区长，"));
    g_assert_true(g_str_has_suffix(field->text, "区直各单位。"));
    g_assert_cmpstr(issue->supervisor, ==, "上街区人民政府办公室");
    g_assert_cmpstr(issue->publisher, ==, "上街区地方史志办公室");
    g_assert_cmpstr(issue->telephone, ==, "68933000");
    g_assert_true(g_str_has_suffix(issue->mailbox, "@126.com"));
    g_assert_cmpint(issue->declared_copies, ==, 130);
    g_assert_true(issue->restricted);
    check_texts(issue->marks, (const char *[]){"内部资料 注意保存", NULL});
    check_texts(issue->editors, (const char *[]){NULL});
}

static void test_monthly(void)
{
    g_autoptr(Issue) issue = read_sample("dashi-2020-03.txt");
    if (issue == NULL)
        return;
    check_monthly_masthead(issue);
    check_monthly_tail(issue);
    g_assert_cmpuint(issue->contents->len, ==, 13);
    g_assert_cmpstr(g_ptr_array_index(issue->contents, 2), ==, "区政府召开2020年第2次常务会议");
    g_assert_cmpstr(g_ptr_array_index(issue->contents, 10), ==,
                    "区人社局搭建“绿色通道”打好“组合拳”让防疫就业“两不”");
    check_items(issue, monthly_items, G_N_ELEMENTS(monthly_items));
}

static void test_feature(void)
{
    g_autoptr(Issue) issue = read_sample("feature-no-masthead.txt");
    if (issue == NULL)
        return;
    g_assert_cmpint(issue->verdict, ==, ISSUE_HELD);
    g_assert_cmpuint(issue->reasons->len, ==, 2);
    const IssueReason *first = g_ptr_array_index(issue->reasons, 0);
    const IssueReason *second = g_ptr_array_index(issue->reasons, 1);
    g_assert_cmpstr(first->code, ==, "no-masthead");
    g_assert_cmpstr(second->code, ==, "no-distribution");
    g_assert_null(issue->title);
    g_assert_null(issue->office);
    g_assert_null(issue->date);
    g_assert_cmpuint(issue->distribution->len, ==, 0);
}

/* What one member of the struct holds must come back from the JSON, whatever the issue. */
static void test_round_trip(void)
{
    static const char *const names[] = {"shangjie-2020-19.txt", "dashi-2020-03.txt",
                                        "feature-no-masthead.txt"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(Issue) issue = read_sample(names[i]);
        if (issue == NULL)
            return;
        g_autofree char *json = issue_to_json(issue);
        g_autoptr(Issue) again = issue_from_json(json, NULL);
        g_assert_nonnull(again);
        g_autofree char *json_again = issue_to_json(again);
        g_assert_cmpstr(json_again, ==, json);
    }
}

/* To whom a clerk would send it, by whom and why, with the directory of the issue's day. */
static void test_recipients(void)
{
    static const char *const domains[] = {"example.test", NULL};
    static const struct { const char *sample, *date, *expected; guint mails; int paper; } rows[] = {
        {"shangjie-2020-19.txt", "2020-03-06", "s01-s02-2020-03-06", 45, 79},
        {"shangjie-2020-20.txt", "2020-03-08", "s01-s02-2020-03-06", 45, 79},
        {"dashi-2020-03.txt", "2020-04-16", "s03-2020-04-16", 54, 123},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Issue) issue = read_sample(rows[i].sample);
        if (issue == NULL)
            return;
        g_assert_cmpstr(issue->date, ==, rows[i].date);
        g_autoptr(Directory) directory = sample_directory(issue->date);
        g_autofree char *text = issue_distribution_text(issue);
        g_autofree LineNames *names = resolve_names(directory, issue->series, issue->office);
        g_autoptr(LineReading) reading = line_read(text, names);
        ResolveOptions options = {.series = issue->series, .office = issue->office,
                                  .internal_domains = domains, .restricted = issue->restricted};
        g_autoptr(Resolution) resolution = resolve_reading(directory, reading, &options);
        assert_as_expected(rows[i].expected, resolution);
        guint mails = 0;
        for (guint j = 0; j < resolution->recipients->len; j++)
            mails += ((Recipient *)resolution->recipients->pdata[j])->channel == CHANNEL_EMAIL;
        g_assert_cmpuint(mails, ==, rows[i].mails);
        g_assert_cmpint(resolution->paper_copies, ==, rows[i].paper);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/samples/weekly/19", test_weekly_19);
    g_test_add_func("/samples/weekly/20", test_weekly_20);
    g_test_add_func("/samples/monthly", test_monthly);
    g_test_add_func("/samples/feature", test_feature);
    g_test_add_func("/samples/round-trip", test_round_trip);
    g_test_add_func("/samples/recipients", test_recipients);
    return g_test_run();
}
