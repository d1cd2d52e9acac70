/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines made at random. */
#include "tests/unit/line-generate.h"

#include "tests/unit/line-checks.h"

static const char *pick(GRand *rand, const GPtrArray *list)
{
    return list->pdata[g_rand_int_range(rand, 0, (gint32)list->len)];
}

/* Pieces of which lines are made; mutations put any of them anywhere. */
static const char *const pieces[] = {
    "发：", "抄送:", "报 送：", "本期送：", "此件发至", "主题词：", "审核：甲", "各", "有关", "各有关",
    "全体", "区委", "市政府", "政府", "人大", "政协", "法院", "县", "市", "区", "镇", "街道", "办",
    "街道办事处", "乡镇", "石桥镇", "云岭区", "人民政府", "管委会", "财政局", "应急与减灾处", "办公室",
    "科室", "单位", "区直", "直属", "部门", "书记", "副书记", "区长", "县处级领导", "负责同志", "领导",
    "主任", "、", "，", "；", "。", ",", "和", "与", "及", "以及", "（", "）", "(", ")", "2份", "各2份",
    "（3份）", "共印16份", "（共印 130 份）", "存档", "除", "外", "除外", "除外的", "不发", "等", "含",
    "同志", "党委", "事业", "：", ":", " ", "　", "    ", "\n", "\n\n", "**", "# ", "> ", "---",
    "2020年3月6日印发", "\xe2\x80\x8b", "１２", "1.", "①", "A", "☃", "|", "同上",
};

char *line_generate_rubbish(GRand *rand)
{
    GString *line = g_string_new(g_rand_boolean(rand) ? "发：" : "");
    for (int n = g_rand_int_range(rand, 0, 24); n > 0; n--)
        g_string_append(line, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
    return g_string_free(line, FALSE);
}

char *line_generate_mutation(GRand *rand, const GPtrArray *good)
{
    const char *line = pick(rand, good);
    glong length;
    g_autofree gunichar *chars = g_utf8_to_ucs4_fast(line, -1, &length);
    GString *out = g_string_new(NULL);
    for (glong i = 0; i < length; i++) {
        switch (g_rand_int_range(rand, 0, 40)) {
        case 0:
            break;
        case 1:
            g_string_append_unichar(out, chars[i]);
            g_string_append_unichar(out, chars[i]);
            break;
        case 2:
            g_string_append(out, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
            g_string_append_unichar(out, chars[i]);
            break;
        case 3:
            g_string_append_unichar(out, chars[g_rand_int_range(rand, 0, (gint32)length)]);
            break;
        case 4:
            g_string_append_unichar(out, chars[MIN(i + 1, length - 1)]);
            g_string_append_unichar(out, chars[i]);
            i++;
            break;
        default:
            g_string_append_unichar(out, chars[i]);
        }
    }
    return g_string_free(out, FALSE);
}

static void add_good_lines(GPtrArray *lines, const char *name)
{
    g_autofree char *file = line_checks_file("data", name), *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
    for (char **row = rows; *row != NULL; row++) {
        g_auto(GStrv) columns = g_strsplit(*row, "\t", -1);
        if (g_strv_length(columns) != 3)
            continue;
        g_auto(GStrv) parts = g_strsplit(columns[1], "\\n", -1);
        g_ptr_array_add(lines, g_strjoinv("\n", parts));
    }
}

GPtrArray *line_generate_good(void)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    add_good_lines(lines, "lines.tsv");
    add_good_lines(lines, "lines-clerk.tsv");
    add_good_lines(lines, "lines-office.tsv");
    return lines;
}

/* The tables from which orderly lines are made. */
static const char *const labels[] = {"报", "送", "发", "抄送", "抄报", "主送", "呈报", "本期送", "发放范围", "加发"};
static const char *const areas[] = {"市", "县", "区", "省", "州", "云岭区", "石桥县", "镇", "内蒙古"};
static const char *const bodies[] = {
    "委", "政府", "人大常委会", "政协", "纪委监委", "财政局", "教育局", "发展和改革委员会", "委办公室",
    "政府办公室", "气象局", "总工会", "水务局应急处",
};
static const char *const classes[] = {
    "镇", "乡镇", "街道办事处", "县（市、区）人民政府", "科室", "区直单位", "直属单位", "人民团体",
    "镇（街道）党委", "县公安局", "部门", "高等院校", "开发区管委会",
};
static const char *const posts[] = {"书记", "主任", "副主任", "领导", "负责同志", "常委", "局长", "主要负责人", "秘书长"};
static const char *const separators[] = {"、", "、", "、", "，", "；"};

#define PICK(rand, table) table[g_rand_int_range(rand, 0, G_N_ELEMENTS(table))]

static gboolean one_in(GRand *rand, int n)
{
    return g_rand_int_range(rand, 0, n) == 0;
}

static void add_name(GRand *rand, GString *line)
{
    if (one_in(rand, 3))
        g_string_append_printf(line, "%s%s", one_in(rand, 4) ? "有关" : "各", PICK(rand, classes));
    else
        g_string_append_printf(line, "%s%s", PICK(rand, areas), PICK(rand, bodies));
    if (one_in(rand, 4))
        g_string_append(line, PICK(rand, posts));
    if (one_in(rand, 8))
        g_string_append_printf(line, "（%s%d份）", one_in(rand, 2) ? "各" : "", g_rand_int_range(rand, 1, 30));
    else if (one_in(rand, 20))
        g_string_append(line, one_in(rand, 2) ? "（云岭镇除外）" : "（不含石桥镇、云岭镇）");
}

static void add_field(GRand *rand, GString *line)
{
    g_string_append_printf(line, "%s：", PICK(rand, labels));
    for (int n = g_rand_int_range(rand, 1, 9); n > 0; n--) {
        add_name(rand, line);
        if (n > 1)
            g_string_append(line, PICK(rand, separators));
    }
    if (one_in(rand, 6))
        g_string_append_printf(line, "，存档%d份", g_rand_int_range(rand, 1, 9));
}

char *line_generate_orderly(GRand *rand)
{
    GString *line = g_string_new(NULL);
    for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--) {
        add_field(rand, line);
        if (n > 1)
            g_string_append(line, one_in(rand, 2) ? "\n" : "。");
    }
    if (one_in(rand, 4))
        g_string_append_printf(line, "\n（共印%d份）", g_rand_int_range(rand, 1, 500));
    return g_string_free(line, FALSE);
}
