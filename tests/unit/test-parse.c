/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading whole issues: the printed variants of masthead, body and tail, verdicts with their
 * reasons, and files that mean harm. */
#include <string.h>

#include "daemon/issue/parse.h"

static Issue *parse(const char *text)
{
    return parse_issue((const guint8 *)text, strlen(text), "issue.txt");
}

static char *join(const GPtrArray *texts)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? "|" : "", (const char *)g_ptr_array_index(texts, i));
    return g_string_free(all, FALSE);
}

/* ---- masthead ---- */

typedef struct {
    const char *name, *head;
    const char *numbers; /* "number total supplement year month" */
    const char *title, *office, *date, *headline;
} MastheadRow;

static const MastheadRow mastheads[] = {
    {"each on its line", "# 上街信息\n\n第 19 期\n\n中共上街区委办公室\n\n2020 年 3 月 6 日\n\n---\n\n## 标题 一二\n\n",
     "19 0 0 2020 0", "上街信息", "中共上街区委办公室", "2020-03-06", "标题 一二"},
    {"on one line", "上街信息\n第19期  中共上街区委办公室  2020年3月6日\n\n标题\n\n",
     "19 0 0 2020 0", "上街信息", "中共上街区委办公室", "2020-03-06", "标题"},
    {"on one line, single blanks", "上街信息\n第19期 中共上街区委办公室 2020年3月6日\n\n标题\n\n",
     "19 0 0 2020 0", "上街信息", "中共上街区委办公室", "2020-03-06", "标题"},
    {"title on that line too", "上街信息 中共上街区委办公室 第19期 2020年3月6日\n\n标题\n\n",
     "19 0 0 2020 0", "上街信息", "中共上街区委办公室", "2020-03-06", "标题"},
    {"other order", "中共上街区委办公室编\n2020年3月6日印\n上街信息\n第19期\n\n标题\n\n",
     "19 0 0 2020 0", "上街信息", "中共上街区委办公室", "2020-03-06", "标题"},
    {"letter-spaced", "信 息 简 报\n\n第 十 九 期\n\n中 共 上 街 区 委 办 公 室   二 〇 二 〇 年 三 月 六 日\n\n标 题\n\n",
     "19 0 0 2020 0", "信息简报", "中共上街区委办公室", "2020-03-06", "标题"},
    {"year in brackets", "工作简报\n〔2018〕第01期\n区农委  2018年1月5日\n\n标题\n\n",
     "1 0 0 2018 0", "工作简报", "区农委", "2018-01-05", "标题"},
    {"year before the number", "工作简报\n2012年第12期\n区农委\n2013年1月4日\n\n标题\n\n",
     "12 0 0 2012 0", "工作简报", "区农委", "2013-01-04", "标题"},
    {"year without 第", "工作简报\n2012年12期\n区农委\n2012年12月4日\n\n标题\n\n",
     "12 0 0 2012 0", "工作简报", "区农委", "2012-12-04", "标题"},
    {"running total", "工作简报\n第 8 期\n（总第 359 期）\n区农委\n2019.5.6\n\n标题\n\n",
     "8 359 0 2019 0", "工作简报", "区农委", "2019-05-06", "标题"},
    {"running total beside it", "工作简报\n第8期（总134期）\n区农委  2019-05-06\n\n标题\n\n",
     "8 134 0 2019 0", "工作简报", "区农委", "2019-05-06", "标题"},
    {"supplement", "工作简报\n增刊第7期\n区农委  2019年5月6日\n\n标题\n\n",
     "0 0 7 2019 0", "工作简报", "区农委", "2019-05-06", "标题"},
    {"supplement behind", "工作简报\n第七期增刊\n区农委  2019年5月6日\n\n标题\n\n",
     "0 0 7 2019 0", "工作简报", "区农委", "2019-05-06", "标题"},
    {"supplement in brackets", "工作简报\n增刊（7）\n区农委  2019年5月6日\n\n标题\n\n",
     "0 0 7 2019 0", "工作简报", "区农委", "2019-05-06", "标题"},
    {"full width", "工作简报\n第１９期　　区农委　　２０２０年３月６日\n\n标题\n\n",
     "19 0 0 2020 0", "工作简报", "区农委", "2020-03-06", "标题"},
    {"zeros", "工作简报\n第19期\n区农委\n二○二○年三月六日\n\n标题\n\n",
     "19 0 0 2020 0", "工作简报", "区农委", "2020-03-06", "标题"},
    {"month of a monthly", "2019年12月\n(总第90期)\n上街区地方史志办公室编\n2020年1月16日印\n\n标题\n\n",
     "0 90 0 2019 12", NULL, "上街区地方史志办公室", "2020-01-16", "标题"},
    {"title of unknown form", "卓越上街\n第3期\n区农委\n2020年3月6日\n\n标题\n\n",
     "3 0 0 2020 0", "卓越上街", "区农委", "2020-03-06", "标题"},
    {"two offices", "上街信息\n第3期\n区委办公室  区政府办公室\n2020年3月6日\n\n标题\n\n",
     "3 0 0 2020 0", "上街信息", "区委办公室 区政府办公室", "2020-03-06", "标题"},
    {"marks above and beside", "内部资料  注意保存    加急\n上街信息\n第3期  区农委  2020年3月6日\n\n标题\n\n",
     "3 0 0 2020 0", "上街信息", "区农委", "2020-03-06", "标题"},
    {"a label among it", "编号：0012\n上街信息\n第3期\n签发：秦一鸣\n区农委  2020年3月6日\n\n标题\n\n",
     "3 0 0 2020 0", "上街信息", "区农委", "2020-03-06", "标题"},
    {"headline with a number of its own", "上街信息\n第3期\n区农委  2020年3月6日\n\n全区干部培训班第2期开班\n\n",
     "3 0 0 2020 0", "上街信息", "区农委", "2020-03-06", "全区干部培训班第2期开班"},
    {"headline on two lines", "上街信息\n第3期\n区农委\n2020年3月6日\n\n守好平安\n备足底气\n\n",
     "3 0 0 2020 0", "上街信息", "区农委", "2020-03-06", "守好平安 备足底气"},
    {"no headline", "上街信息\n第3期\n区农委\n2020年3月6日\n\n", "3 0 0 2020 0", "上街信息", "区农委",
     "2020-03-06", NULL},
    {"a rule of dashes between", "上街信息\n第3期\n————————\n区农委  2020年3月6日\n========\n标题\n\n",
     "3 0 0 2020 0", "上街信息", "区农委", "2020-03-06", "标题"},
};

static void test_mastheads(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mastheads); i++) {
        const MastheadRow *row = &mastheads[i];
        g_test_message("%s", row->name);
        g_autofree char *text = g_strconcat(
            row->head, "**区农委备春耕** 近日，区农委下乡。（区农委）\n\n发：区直各单位\n", NULL);
        g_autoptr(Issue) issue = parse(text);
        g_autofree char *numbers =
            g_strdup_printf("%d %d %d %d %d", issue->number, issue->total_number, issue->supplement,
                            issue->year, issue->month);
        g_assert_cmpstr(numbers, ==, row->numbers);
        g_assert_cmpstr(issue->title, ==, row->title);
        g_assert_cmpstr(issue->office, ==, row->office);
        g_assert_cmpstr(issue->date, ==, row->date);
        g_assert_cmpstr(issue->headline, ==, row->headline);
        g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
        g_assert_cmpuint(issue->items->len, ==, 1);
    }
}

/* ---- tail ---- */

#define HEAD "上街信息\n第3期\n区农委\n2020年3月6日\n\n标题\n\n"
#define ITEM "**区农委备春耕** 近日，区农委下乡。（区农委）\n\n"

typedef struct {
    const char *name, *tail, *want;
    int copies;
} TailRow;

static const TailRow tails[] = {
    {"bold, with rules", "**本期送：区县处级领导**\n\n---\n\n**发：区直各单位负责同志**\n",
     "本期送：区县处级领导\n发：区直各单位负责同志", 0},
    {"stop stays", "发放范围：区委书记，区长。\n", "发放范围：区委书记，区长。", 0},
    {"letter-spaced label", "抄  报：省水利厅\n", "抄报：省水利厅", 0},
    {"half-width colon", "报:市委\n发:区直各单位\n", "报：市委\n发：区直各单位", 0},
    {"in brackets", "（本期送：市领导、局领导。）\n", "本期送：市领导、局领导。", 0},
    {"two in brackets", "（本报告报：院领导，抄送：节能处）\n", "本报告报：院领导\n抄送：节能处", 0},
    {"in mid-line after blanks", "送：市委办    发：区直各单位\n", "送：市委办\n发：区直各单位", 0},
    {"in mid-line after a stop", "报：市委。送：市政府办。\n", "报：市委。\n送：市政府办。", 0},
    {"quoted", "> 抄送：各所、队、室(中心)\n", "抄送：各所、队、室(中心)", 0},
    {"continued", "报：市委、区局科技处\n市农牧业局、相关科室\n", "报：市委、区局科技处\n市农牧业局、相关科室", 0},
    {"continued, then another label", "报：市委\n市农牧业局      分析：秦一  审核：乔二\n", "报：市委\n市农牧业局", 0},
    {"not continued after a stop", "报：市委。\n市农牧业局乔一\n", "报：市委。", 0},
    {"office never continues", "抄送：市总工会\n区农委\n", "抄送：市总工会", 0},
    {"imprint never continues", "抄送：市总工会\n甲市教育工会          2019年7月2日印发\n", "抄送：市总工会", 0},
    {"keywords before", "主题词：水务  监督\n抄报：省水利厅\n", "抄报：省水利厅", 0},
    {"print count", "报：市委常委。\n（共印16份）\n", "报：市委常委。", 16},
    {"print count in the field", "报：市委常委。（共印 16 份）\n", "报：市委常委。（共印 16 份）", 16},
    {"print count with the imprint", "报：市委\n区农委 2020年3月6日印发  共印20份\n", "报：市委", 20},
    {"print count as a label", "报：市委\n印数：三十份\n", "报：市委", 30},
    {"copies within", "发：各镇（2份），区直各单位（1份）\n", "发：各镇（2份），区直各单位（1份）", 0},
    {"without colon", "（此件发至县团级）\n", "此件发至：县团级", 0},
    {"for this issue", "发：区直各单位\n加发：区文联\n", "发：区直各单位\n加发：区文联", 0},
    {"salutation over it", "各市科技局、厅直属各单位:\n抄报：省政府\n", "主送：各市科技局、厅直属各单位\n抄报：省政府", 0},
    {"annex behind", "发：区直各单位。\n\n附件：1. 名单\n", "发：区直各单位。", 0},
};

static void test_tails(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_test_message("%s", tails[i].name);
        g_autofree char *text = g_strconcat(HEAD ITEM, tails[i].tail, NULL);
        g_autoptr(Issue) issue = parse(text);
        g_autofree char *got = issue_distribution_text(issue);
        g_assert_cmpstr(got, ==, tails[i].want);
        g_assert_cmpint(issue->declared_copies, ==, tails[i].copies);
        g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    }
}

static void test_salutation(void)
{
    static const struct { const char *name, *line, *want; } rows[] = {
        {"governments", "各县(区)人民政府：", "主送：各县(区)人民政府\n发：厅领导"},
        {"bureaus", "各市科技局、厅直属各单位:", "主送：各市科技局、厅直属各单位\n发：厅领导"},
        {"labelled", "主送：各县人民政府", "主送：各县人民政府\n发：厅领导"},
        {"sentence", "现将有关情况通报如下：", "发：厅领导"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *text =
            g_strconcat(HEAD, rows[i].line, "\n\n近日，全区开展检查。\n\n发：厅领导\n", NULL);
        g_autoptr(Issue) issue = parse(text);
        g_autofree char *got = issue_distribution_text(issue);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

/* What looks like a label in running text is none. */
static void test_no_field(void)
{
    static const struct { const char *name, *body; } rows[] = {
        {"in mid-sentence", "区委办通知，发：口罩两万只。各单位领取。"},
        {"warmth", "街道把关怀一一送：送米、送面、送油。"},
        {"at a page end", "会议要求各单位做好以下工作，并按时报\n\n送：材料要齐，数字要准。"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *text =
            g_strconcat(HEAD, rows[i].body, "\n\n" ITEM ITEM "发：区直各单位\n", NULL);
        g_autoptr(Issue) issue = parse(text);
        g_autofree char *got = issue_distribution_text(issue);
        g_assert_cmpstr(got, ==, "发：区直各单位");
    }
}

static void test_tail_members(void)
{
    g_autoptr(Issue) issue =
        parse(HEAD ITEM "（内部资料，注意保存）\n发：区直各单位\n主管：区政府办公室\n主题词：农业  春耕\n"
                        "签发：秦一鸣\n编辑出版：区农委  电话：0371-0000 0000  邮箱：ny@example.test\n"
                        "责任编辑：郝 婕  李德昭、王  小  明；乔 一\n");
    g_assert_cmpstr(issue->supervisor, ==, "区政府办公室");
    g_assert_cmpstr(issue->keywords, ==, "农业 春耕");
    g_assert_cmpstr(issue->signer, ==, "秦一鸣");
    g_assert_cmpstr(issue->publisher, ==, "区农委");
    g_assert_cmpstr(issue->telephone, ==, "0371-0000 0000");
    g_assert_cmpstr(issue->mailbox, ==, "ny@example.test");
    g_assert_true(issue->restricted);
    g_autofree char *marks = join(issue->marks);
    g_assert_cmpstr(marks, ==, "内部资料，注意保存");
    g_autofree char *editors = join(issue->editors);
    g_assert_cmpstr(editors, ==, "郝婕|李德昭|王小明|乔一");
}

/* An imprint at the end stands in for what the masthead does not say. */
static void test_imprint(void)
{
    g_autoptr(Issue) issue = parse("上街信息\n第3期\n\n" ITEM "发：区直各单位\n区农委   2020年3月6日印发\n");
    g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    g_assert_cmpstr(issue->office, ==, "区农委");
    g_assert_cmpstr(issue->date, ==, "2020-03-06");
    g_assert_cmpint(issue->year, ==, 2020);
}

/* ---- body ---- */

typedef struct {
    const char *name, *body;
    const char *want; /* items as "heading<source>text", △ for a brief, parted by | */
} BodyRow;

static char *describe_items(const Issue *issue)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < issue->items->len; i++) {
        const IssueItem *item = g_ptr_array_index(issue->items, i);
        g_string_append_printf(all, "%s%s<%s>%s", i > 0 ? "|" : "",
                               item->brief ? "△" : item->heading != NULL ? item->heading : "",
                               item->source != NULL ? item->source : "", item->text);
    }
    return g_string_free(all, FALSE);
}

#define LONG "区农委组织技术人员分成六个小组走进十八个村查看苗情墒情指导农户趁墒追肥"

static const BodyRow bodies[] = {
    {"bold leads", "**甲镇修路** 近日，修路。（甲镇）\n\n**乙镇栽树** 近日，栽树。（乙镇）\n",
     "甲镇修路<甲镇>近日，修路。|乙镇栽树<乙镇>近日，栽树。"},
    {"plain leads", "甲镇修好三条路 近日，修路。（甲镇）\n\n乙镇栽下千棵树 近日，栽树。（乙镇）\n",
     "甲镇修好三条路<甲镇>近日，修路。|乙镇栽下千棵树<乙镇>近日，栽树。"},
    {"headings on their own lines", "甲镇修路\n近日，修路。（甲镇）\n乙镇栽树\n近日，栽树。（乙镇）\n",
     "甲镇修路<甲镇>近日，修路。|乙镇栽树<乙镇>近日，栽树。"},
    {"markdown headings", "### 甲镇修路\n\n近日，修路。\n\n### 乙镇栽树\n\n近日，栽树。\n",
     "甲镇修路<>近日，修路。|乙镇栽树<>近日，栽树。"},
    {"briefs", "△甲镇修路。（甲镇）\n\n△ 乙镇栽树。（乙镇）\n", "△<甲镇>甲镇修路。|△<乙镇>乙镇栽树。"},
    {"joined at a page end", "**甲镇修路** " LONG "\n\n干活。（甲镇）\n", "甲镇修路<甲镇>" LONG "干活。"},
    {"joined over a page number", "**甲镇修路** " LONG "\n\n— 1 —\n\n干活。（甲镇）\n", "甲镇修路<甲镇>" LONG "干活。"},
    {"joined over digits alone", "**甲镇修路** " LONG "\n12\n干活。（甲镇）\n", "甲镇修路<甲镇>" LONG "干活。"},
    {"joined over 第 2 页", "**甲镇修路** " LONG "\n第 2 页 共 3 页\n干活。（甲镇）\n", "甲镇修路<甲镇>" LONG "干活。"},
    {"numbered point joined", "近日，修路。\n\n（一）抓好管护。落实专人，及时补\n\n植。\n", "<>近日，修路。\n（一）抓好管护。落实专人，及时补植。"},
    {"signed by the office", "**甲镇修路** 近日，修路。（甲镇）\n\n区 农 委\n2020年3月6日\n", "甲镇修路<甲镇>近日，修路。"},
    {"joined after a comma", "**甲镇修路** 近日，\n\n修路。（甲镇）\n", "甲镇修路<甲镇>近日，修路。"},
    {"not joined after a stop", "**甲镇修路** 近日，修路。\n\n下一步，再修。（甲镇）\n", "甲镇修路<甲镇>近日，修路。\n下一步，再修。"},
    {"not joined: next item", "**甲镇修路** " LONG "\n\n**乙镇栽树** 近日，栽树。\n", "甲镇修路<>" LONG "|乙镇栽树<>近日，栽树。"},
    {"not joined: brief", "**甲镇修路** " LONG "\n\n△乙镇栽树。\n", "甲镇修路<>" LONG "|△<>乙镇栽树。"},
    {"subheading stays alone", "**甲镇修路** 近日，修路。\n\n靠前服务明责任，精准指导抓发展\n\n干部下乡。\n",
     "甲镇修路<>近日，修路。\n靠前服务明责任，精准指导抓发展\n干部下乡。"},
    {"long couplet stays alone", "**甲镇修路** 近日，修路。\n\n靠前服务细化措施明确责任，精准指导扭住项目狠抓发展\n\n干部下乡。\n",
     "甲镇修路<>近日，修路。\n靠前服务细化措施明确责任，精准指导扭住项目狠抓发展\n干部下乡。"},
    {"list of points", "**甲镇修路** 一是查得细；\n\n二是修得快；\n\n三是管得好。（甲镇）\n",
     "甲镇修路<甲镇>一是查得细；\n二是修得快；\n三是管得好。"},
    {"bold points", "**甲镇修路** 近日，修路。\n\n**一是查得细。** 逐段查看。\n", "甲镇修路<>近日，修路。\n一是查得细。 逐段查看。"},
    {"source on its own line", "**甲镇修路** 近日，修路。\n\n（甲镇）\n", "甲镇修路<甲镇>近日，修路。"},
    {"source with credit", "**甲镇修路** 近日，修路。（供稿：甲镇 秦一）\n", "甲镇修路<甲镇 秦一>近日，修路。"},
    {"bracket that is no source", "**甲镇修路** 近日，印发办法（试行）\n", "甲镇修路<>近日，印发办法（试行）"},
    {"bracket with a sentence", "**甲镇修路** 近日，修路。（详见附件，下同）\n", "甲镇修路<>近日，修路。（详见附件，下同）"},
    {"bracket within the source", "**甲镇修路** 近日，修路。（区农委（区畜牧中心））\n", "甲镇修路<区农委（区畜牧中心）>近日，修路。"},
    {"stray bold", "**甲镇修路** 近日，**修路**。\n", "甲镇修路<>近日，修路。"},
    {"blanks folded", "**甲镇修路** 近日，\xc2\xa0修　路 12   公里。\n", "甲镇修路<>近日， 修 路 12 公里。"},
    {"one article", "近日，修路。\n\n下一步，再修。\n", "<>近日，修路。\n下一步，再修。"},
};

static void test_bodies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_test_message("%s", bodies[i].name);
        g_autofree char *text = g_strconcat(HEAD, bodies[i].body, "\n发：区直各单位。\n", NULL);
        g_autoptr(Issue) issue = parse(text);
        g_autofree char *got = describe_items(issue);
        g_assert_cmpstr(got, ==, bodies[i].want);
        g_assert_cmpstr(issue->headline, ==, "标题");
    }
}

static const char monthly[] =
    "2020年3月\n(总第92期)\n区农委编\n2020年4月16日印\n\n目 录\n\n本月关注\n\n"
    "- 甲镇修“路”..... 1\n乙镇栽树栽花栽果建设美丽乡村.....\t2\n\n重要会议\n\n"
    "我区召开春季农业生产和森林防火\n工作电视电话会议……… 3\n丙镇“战疫”生产两手抓“线上线下”保……（14）\n\n"
    "本月关注\n\n甲镇修“路”\n\n3月10日，修路。\n\n乙镇种树栽花 栽果，建设美丽乡村\n\n3月11日，栽树。\n\n"
    "重要会议\n\n我区召开春季农业生产和森林防火工作电视电话会议\n\n3月12日，开会。\n\n"
    "丙镇“战疫”生产两手抓 “线上线下”保安全\n\n3月13日，生产。\n\n小标题\n\n会议要求，落实。\n\n"
    "发放范围：区直各单位。\n";

static void test_contents(void)
{
    g_autoptr(Issue) issue = parse(monthly);
    g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    g_autofree char *contents = join(issue->contents);
    g_assert_cmpstr(contents, ==,
                    "甲镇修“路”|乙镇栽树栽花栽果建设美丽乡村|"
                    "我区召开春季农业生产和森林防火工作电视电话会议|丙镇“战疫”生产两手抓“线上线下”保");
    g_autofree char *sections = join(issue->sections);
    g_assert_cmpstr(sections, ==, "本月关注|重要会议");
    g_autofree char *items = describe_items(issue);
    g_assert_cmpstr(items, ==,
                    "甲镇修“路”<>3月10日，修路。|乙镇种树栽花 栽果，建设美丽乡村<>3月11日，栽树。|"
                    "我区召开春季农业生产和森林防火工作电视电话会议<>3月12日，开会。|"
                    "丙镇“战疫”生产两手抓 “线上线下”保安全<>3月13日，生产。\n小标题\n会议要求，落实。");
    const IssueItem *last = g_ptr_array_index(issue->items, 3);
    g_assert_cmpstr(last->section, ==, "重要会议");
    g_assert_null(issue->headline);
}

/* ---- verdicts ---- */

static char *describe_reasons(const Issue *issue)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < issue->reasons->len; i++) {
        const IssueReason *reason = g_ptr_array_index(issue->reasons, i);
        g_string_append_printf(all, "%s%s", i > 0 ? " " : "", reason->code);
        g_assert_cmpuint(strlen(reason->message), >, 20);
    }
    return g_string_free(all, FALSE);
}

static void test_verdicts(void)
{
    static const struct {
        const char *name, *input;
        gsize length; /* 0 = up to the NUL */
        const char *file_name;
        IssueVerdict verdict;
        const char *codes;
    } rows[] = {
        {"issue", HEAD ITEM "发：区直各单位\n", 0, "a.txt", ISSUE_ISSUE, ""},
        {"running text", HEAD "要保守秘密。\n发：区直各单位\n", 0, "a.txt", ISSUE_ISSUE, ""},
        {"feature", "老厂区的春天\n\n清晨六点，铁门打开。\n", 0, "a.txt", ISSUE_HELD, "no-masthead no-distribution"},
        {"no distribution", HEAD ITEM, 0, "a.txt", ISSUE_HELD, "no-distribution"},
        {"no number", "上街信息\n区农委\n2020年3月6日\n\n" ITEM "发：甲镇\n", 0, "a.txt", ISSUE_HELD, "no-number"},
        {"no office", "上街信息\n第3期\n2020年3月6日\n\n" ITEM "发：甲镇\n", 0, "a.txt", ISSUE_HELD, "no-office"},
        {"no date", "上街信息\n第3期\n区农委\n\n" ITEM "发：甲镇\n", 0, "a.txt", ISSUE_HELD, "no-date"},
        {"empty field", HEAD ITEM "发：\n", 0, "a.txt", ISSUE_HELD, "no-distribution"},
        {"empty", "\n \n", 0, "a.txt", ISSUE_HELD, "empty"},
        {"NUL", "a\0b", 3, "a.txt", ISSUE_HELD, "binary"},
        {"no encoding", "\xff\xff\xff", 0, "a.txt", ISSUE_HELD, "unreadable-encoding"},
        {"name in no encoding", HEAD ITEM "发：甲镇\n", 0, "\xff\xfe.txt", ISSUE_HELD, "unreadable-name"},
        {"hold word", HEAD ITEM "注意保密\n发：甲镇\n", 0, "a.txt", ISSUE_HELD, "secrecy-check"},
        {"classified", HEAD "机密★\n" ITEM "发：甲镇\n", 0, "a.txt", ISSUE_REFUSED, "classified"},
        {"classified and held", "工作秘密\n机密★\n" HEAD, 0, "a.txt", ISSUE_REFUSED, "classified"},
        {"classified name", HEAD ITEM "发：甲镇\n", 0, "机密.txt", ISSUE_REFUSED, "classified"},
        {"classified name, unreadable text", "\xff\xff\xff", 0, "机密.txt", ISSUE_REFUSED, "classified"},
        {"classified text, unreadable name", "机密★\n", 0, "\xff.txt", ISSUE_REFUSED, "unreadable-name classified"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        gsize length = rows[i].length > 0 ? rows[i].length : strlen(rows[i].input);
        g_autoptr(Issue) issue = parse_issue((const guint8 *)rows[i].input, length, rows[i].file_name);
        g_autofree char *codes = describe_reasons(issue);
        g_assert_cmpstr(codes, ==, rows[i].codes);
        g_assert_cmpint(issue->verdict, ==, rows[i].verdict);
    }
}

/* A refused issue says only why; its JSON holds none of its words. */
static void test_refused_is_empty(void)
{
    g_autoptr(Issue) issue = parse("机密★1年\n" HEAD ITEM "发：甲镇\n");
    g_assert_cmpstr(issue->classification, ==, "机密★1年");
    g_autofree char *json = issue_to_json(issue);
    static const char *const words[] = {"上街信息", "区农委", "春耕", "甲镇", "标题", "2020"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_assert_null(strstr(json, words[i]));
}

static void test_encodings(void)
{
    static const char *const charsets[] = {"GB18030", "UTF-16", "UTF-16LE", "UTF-16BE"};
    g_autoptr(Issue) plain = parse(monthly);
    g_autofree char *want = issue_to_json(plain);
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
        g_test_message("%s", charsets[i]);
        gsize length;
        g_autofree char *data = g_convert(monthly, -1, charsets[i], "UTF-8", NULL, &length, NULL);
        g_autoptr(Issue) issue = parse_issue((const guint8 *)data, length, "a.txt");
        g_autofree char *got = issue_to_json(issue);
        g_assert_cmpstr(got, ==, want);
    }
}

/* ---- JSON ---- */

static void test_json(void)
{
    g_autoptr(Issue) issue = parse("机密★\n");
    g_autofree char *json = issue_to_json(issue);
    g_assert_true(g_str_has_prefix(json, "{\n  \"verdict\": \"refused\",\n  \"reasons\": [\n"));
    g_assert_nonnull(strstr(json, "\"number\": null"));
    g_assert_nonnull(strstr(json, "\"items\": []"));
    g_assert_nonnull(strstr(json, "\"classification\": \"机密★\""));
    g_autoptr(Issue) again = issue_from_json(json, NULL);
    g_autofree char *json_again = issue_to_json(again);
    g_assert_cmpstr(json_again, ==, json);
}

static void test_json_damaged(void)
{
    g_autoptr(Issue) issue = parse(monthly);
    g_autofree char *json = issue_to_json(issue);
    static const struct { const char *name, *from, *to; } rows[] = {
        {"cut", "}", ""},
        {"verdict", "\"issue\"", "\"perhaps\""},
        {"number as text", "\"total_number\": 92", "\"total_number\": \"92\""},
        {"negative number", "\"total_number\": 92", "\"total_number\": -1"},
        {"number too large", "\"total_number\": 92", "\"total_number\": 99999999999"},
        {"list as text", "\"editors\": []", "\"editors\": \"\""},
        {"number in a list of texts", "\"editors\": []", "\"editors\": [1]"},
        {"text in a list of records", "\"reasons\": []", "\"reasons\": [\"a\"]"},
        {"member missing", "\"office\"", "\"bureau\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(GStrv) parts = g_strsplit(json, rows[i].from, 2);
        g_assert_cmpuint(g_strv_length(parts), ==, 2);
        g_autofree char *damaged = g_strjoinv(rows[i].to, parts);
        g_autoptr(GError) error = NULL;
        g_assert_null(issue_from_json(damaged, &error));
        g_assert_nonnull(error);
    }
}

/* ---- made-up bulletins and hostile files ---- */

static Issue *read_data(const char *name)
{
    g_autofree char *path =
        g_build_filename(g_getenv("SONGFA_SRCDIR"), "tests", "data", "issues", name, NULL);
    g_autofree char *data = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(path, &data, &length, NULL));
    return parse_issue((const guint8 *)data, length, name);
}

static void test_data(void)
{
    static const struct {
        const char *name, *key; /* "number total year month items briefs sections fields copies" */
        IssueVerdict verdict;
    } rows[] = {
        {"shangjie-xinxi-2026-07.txt", "7 0 2026 0 8 2 0 2 0", ISSUE_ISSUE},
        {"shangjie-xinxi-2026-08.txt", "8 0 2026 0 5 1 0 2 0", ISSUE_ISSUE},
        {"dashi-2026-06.txt", "0 167 2026 6 8 0 4 1 130", ISSUE_ISSUE},
        {"feature.txt", "0 0 0 0 1 0 0 0 0", ISSUE_HELD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Issue) issue = read_data(rows[i].name);
        guint briefs = 0;
        for (guint n = 0; n < issue->items->len; n++)
            briefs += ((IssueItem *)g_ptr_array_index(issue->items, n))->brief ? 1 : 0;
        g_autofree char *key = g_strdup_printf(
            "%d %d %d %d %u %u %u %u %d", issue->number, issue->total_number, issue->year,
            issue->month, issue->items->len, briefs, issue->sections->len, issue->distribution->len,
            issue->declared_copies);
        g_assert_cmpstr(key, ==, rows[i].key);
        g_assert_cmpint(issue->verdict, ==, rows[i].verdict);
    }
}

/* One long line in each place, of every kind of character that a reader may stop at. Quadratic work
 * would take minutes. */
static void test_long_lines(void)
{
    static const char *const units[] = {"啊", " ", "，", "（", "**", "发：", "第", "1", "密", "a   ", "…",
                                        "机密 ", "> ", "\xe2\x80\x8b", "内部", "- ", "发 "};
    static const char *const places[] = {"%s\n" HEAD "发：甲镇\n", HEAD "%s\n\n发：甲镇\n",
                                         HEAD ITEM "发：%s\n", HEAD ITEM "发：甲镇\n%s\n",
                                         HEAD "**%s** 近日。\n发：甲镇\n", HEAD "△%s（甲镇）\n发：甲镇\n"};
    const gsize size = 32 << 10;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(places); j++) {
            g_test_message("%s in %s", units[i], places[j]);
            g_autoptr(GString) line = g_string_sized_new(size);
            while (line->len < size)
                g_string_append(line, units[i]);
            g_auto(GStrv) parts = g_strsplit(places[j], "%s", 2);
            g_autofree char *text = g_strjoinv(line->str, parts);
            gint64 start = g_get_monotonic_time();
            g_autoptr(Issue) issue = parse(text);
            g_assert_nonnull(issue);
            g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
        }
}

static void test_ten_megabytes(void)
{
    const gsize size = 10 << 20;
    g_autoptr(GString) text = g_string_new(HEAD "**区农委备春耕** ");
    while (text->len < size)
        g_string_append(text, "区农委下乡查看苗情，");
    g_string_append(text, "。（区农委）\n发：甲镇\n");
    g_autoptr(Issue) issue = parse(text->str);
    g_assert_cmpint(issue->verdict, ==, ISSUE_ISSUE);
    const IssueItem *item = g_ptr_array_index(issue->items, 0);
    g_assert_cmpstr(item->source, ==, "区农委");
    g_assert_cmpuint(strlen(item->text), >, size - 100);
}

static void test_many_lines(void)
{
    static const struct { const char *name, *line; guint lines; const char *codes; } rows[] = {
        {"at the limit", "啊。\n", 99000, ""},
        {"beyond it", "啊。\n", 100001, "too-many-lines"},
        {"empty ones", "\n", 100001, "too-many-lines"},
        {"entries of a contents list", "甲镇修路..... 1\n", 99000, ""},
        {"headings", "甲镇修路\n", 99000, ""},
        {"fields", "发：甲镇\n", 99000, ""},
        {"names", "甲镇\n", 99000, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GString) text = g_string_new(HEAD);
        for (guint n = 0; n < rows[i].lines; n++)
            g_string_append(text, rows[i].line);
        g_string_append(text, "发：甲镇\n");
        gint64 start = g_get_monotonic_time();
        g_autoptr(Issue) issue = parse(text->str);
        g_autofree char *codes = describe_reasons(issue);
        g_assert_cmpstr(codes, ==, rows[i].codes);
        g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/mastheads", test_mastheads);
    g_test_add_func("/parse/tails", test_tails);
    g_test_add_func("/parse/salutation", test_salutation);
    g_test_add_func("/parse/no-field", test_no_field);
    g_test_add_func("/parse/tail-members", test_tail_members);
    g_test_add_func("/parse/imprint", test_imprint);
    g_test_add_func("/parse/bodies", test_bodies);
    g_test_add_func("/parse/contents", test_contents);
    g_test_add_func("/parse/verdicts", test_verdicts);
    g_test_add_func("/parse/refused-is-empty", test_refused_is_empty);
    g_test_add_func("/parse/encodings", test_encodings);
    g_test_add_func("/parse/json", test_json);
    g_test_add_func("/parse/json-damaged", test_json_damaged);
    g_test_add_func("/parse/data", test_data);
    g_test_add_func("/parse/long-lines", test_long_lines);
    g_test_add_func("/parse/ten-megabytes", test_ten_megabytes);
    g_test_add_func("/parse/many-lines", test_many_lines);
    return g_test_run();
}
