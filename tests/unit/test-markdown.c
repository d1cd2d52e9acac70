/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a reader sees of Markdown, and what is no Markdown though it looks like it. */
#include <string.h>

#include "daemon/issue/markdown.h"

typedef struct {
    const char *name, *text, *shown, *hidden;
} Row;

static const Row rows[] = {
    {"nothing", "", "", ""},
    {"plain text", "上街信息\n第 19 期\n发：甲镇、乙镇。\n", "上街信息\n第 19 期\n发：甲镇、乙镇。\n", ""},
    {"comment", "甲<!-- 乙 -->丙\n", "甲丙\n", " 乙 \n"},
    {"comment over lines keeps them", "甲<!-- 乙\n丙 -->丁\n戊", "甲\n丁\n戊", " 乙\n丙 \n"},
    {"comment inside a mark", "秘<!-- x -->密★1年", "秘密★1年", " x \n"},
    {"no comment: it never ends", "甲<!-- 乙\n丙 <!-- 丁", "甲<!-- 乙\n丙 <!-- 丁", ""},
    {"no comment: escaped", "甲\\<!-- 乙 -->", "甲\\<!-- 乙 -->", ""},
    {"tag", "<center>甲</center>", "甲", ""},
    {"tag with attributes", "<img src=\"a.png\" alt=\"秘密\">甲", "甲", " src=\"a.png\" alt=\"秘密\"\n"},
    {"line break", "甲<br/>乙<BR>丙", "甲    乙    丙", ""},
    {"no tag: address", "<bianji@example.test>", "<bianji@example.test>", ""},
    {"no tag: less than", "1<a 且 2>b<上街信息>附件<A1>", "1<a 且 2>b<上街信息>附件<A1>", ""},
    {"link", "见[通知](https://example.test/a \"甲\")。", "见通知。", "(https://example.test/a \"甲\")\n"},
    {"picture", "![报头](a.png)甲", "甲", "报头\n(a.png)\n"},
    {"no link: words in brackets", "[2018](增刊)第7期，[甲](乙丙)", "[2018](增刊)第7期，[甲](乙丙)", ""},
    {"no link: not closed", "[甲](https://example.test", "[甲](https://example.test", ""},
    {"entities", "&emsp;甲&nbsp;乙&amp;&#31192;&#x5bc6;", "  甲 乙&秘密", ""},
    {"no entities", "甲&乙&#;&#x;&#0;&#1114112;&#10;", "甲&乙&#;&#x;&#0;&#1114112;&#10;", ""},
    {"escapes stay", "1\\. \\[甲\\](a.b) \\\\", "1\\. \\[甲\\](a.b) \\\\", ""},
    {"hard line end", "甲\\\n乙\\", "甲\n乙", ""},
    {"front matter", "---\ntitle: 甲\ntags:\n- 乙\n  c: d\n\n---\n丙\n", "\n\n\n\n\n\n\n丙\n",
     "---\ntitle: 甲\ntags:\n- 乙\n  c: d\n\n---\n"},
    {"no front matter: rules", "---\n# 上街信息\n---\n", "---\n# 上街信息\n---\n", ""},
    {"no front matter: a text", "---\ntitle: 甲\n发：乙\n---\n", "---\ntitle: 甲\n发：乙\n---\n", ""},
    {"no front matter: no end", "---\ntitle: 甲\n", "---\ntitle: 甲\n", ""},
    {"no front matter: further down", "甲\n---\ntitle: 乙\n---\n", "甲\n---\ntitle: 乙\n---\n", ""},
    {"table", "| 甲 | 乙 |\n|---|:-:|\n| 丙 | 丁\n戊\n", "甲    乙\n\n丙    丁\n戊\n", ""},
    {"table of labels", "| **送** | 甲镇 |\n|---|---|\n| 发： | 乙镇 | 丙镇 |\n", "送：甲镇\n\n发：乙镇    丙镇\n", ""},
    {"table without outer bars", "甲|乙\n-|-\n丙|丁\n", "甲    乙\n\n丙    丁\n", ""},
    {"bar within a cell", "|甲\\|乙|丙|\n|-|-|\n", "甲\\|乙    丙\n\n", ""},
    {"two tables", "|甲|\n|-|\n\n|乙|\n|-|\n", "甲\n\n\n乙\n\n", ""},
    {"no table: bars in a line", "第7期 | 区委办 | 2月13日\n甲 | 乙\n", "第7期 | 区委办 | 2月13日\n甲 | 乙\n", ""},
    {"no table: a rule", "甲\n---\n乙 | 丙\n", "甲\n---\n乙 | 丙\n", ""},
};

static void test_rows(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *hidden = NULL;
        g_autofree char *shown = markdown_shown(rows[i].text, &hidden);
        g_assert_cmpstr(shown, ==, rows[i].shown);
        g_assert_cmpstr(hidden, ==, rows[i].hidden);
    }
}

static gsize line_ends(const char *text)
{
    gsize n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* Forms that never end cost no more than one look each. */
static void test_many(void)
{
    static const char *const units[] = {"<!-- ", "<a ", "[a](b.", "![", "&#1", "|-|\n", "\\", "[a](b \""};
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = 0; n < 50000; n++)
            g_string_append(text, units[i]);
        g_autofree char *hidden = NULL;
        gint64 start = g_get_monotonic_time();
        g_autofree char *shown = markdown_shown(text->str, &hidden);
        g_test_message("%s: %" G_GINT64_FORMAT " us", units[i], g_get_monotonic_time() - start);
        g_assert_cmpuint(line_ends(shown), ==, line_ends(text->str));
        g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/markdown/rows", test_rows);
    g_test_add_func("/markdown/many", test_many);
    return g_test_run();
}
