/* SPDX-License-Identifier: GPL-3.0-or-later
 * The Mustache renderer against the behaviours of the public Mustache specification, module by
 * module, in this project's own words and data; then its errors, its limits and the name check. */
#include "templates/mustache.h"

#include <string.h>

typedef struct {
    const char *name, *template, *json, *want;
    const char *partials; /* JSON object of name → source, or NULL */
} Row;

static const Row interpolation[] = {
    {"no tags", "没有标签的文字。\n", "{}", "没有标签的文字。\n", NULL},
    {"empty template", "", "{}", "", NULL},
    {"plain name", "发：{{unit}}。", "{\"unit\":\"区委办\"}", "发：区委办。", NULL},
    {"value is not read again", "{{a}}", "{\"a\":\"{{b}}\",\"b\":\"x\"}", "{{b}}", NULL},
    {"escapes markup", "{{a}}", "{\"a\":\"& \\\" < > '\"}", "&amp; &quot; &lt; &gt; &#39;", NULL},
    {"triple is raw", "{{{a}}}", "{\"a\":\"& \\\" < >\"}", "& \" < >", NULL},
    {"ampersand is raw", "{{&a}}", "{\"a\":\"& \\\" < >\"}", "& \" < >", NULL},
    {"integer", "共{{n}}份", "{\"n\":130}", "共130份", NULL},
    {"integer, triple", "共{{{n}}}份", "{\"n\":130}", "共130份", NULL},
    {"integer, ampersand", "共{{&n}}份", "{\"n\":130}", "共130份", NULL},
    {"zero is printed", "{{n}}", "{\"n\":0}", "0", NULL},
    {"negative integer", "{{n}}", "{\"n\":-7}", "-7", NULL},
    {"decimal", "{{n}}%", "{\"n\":83.3}", "83.3%", NULL},
    {"decimal, triple", "{{{n}}}%", "{\"n\":1.21}", "1.21%", NULL},
    {"decimal, ampersand", "{{&n}}%", "{\"n\":1.21}", "1.21%", NULL},
    {"decimal that needs all digits", "{{n}}", "{\"n\":0.30000000000000004}", "0.30000000000000004", NULL},
    {"true is printed", "{{b}}", "{\"b\":true}", "true", NULL},
    {"null is nothing", "[{{a}}]", "{\"a\":null}", "[]", NULL},
    {"null, triple", "[{{{a}}}]", "{\"a\":null}", "[]", NULL},
    {"null, ampersand", "[{{&a}}]", "{\"a\":null}", "[]", NULL},
    {"missing is nothing", "[{{gone}}]", "{}", "[]", NULL},
    {"missing, triple", "[{{{gone}}}]", "{}", "[]", NULL},
    {"missing, ampersand", "[{{&gone}}]", "{}", "[]", NULL},
    {"dotted is a section in short", "{{p.n}} = {{#p}}{{n}}{{/p}}", "{\"p\":{\"n\":\"王\"}}", "王 = 王", NULL},
    {"dotted, triple", "{{{p.n}}}", "{\"p\":{\"n\":\"<王>\"}}", "<王>", NULL},
    {"dotted, ampersand", "{{&p.n}}", "{\"p\":{\"n\":\"<王>\"}}", "<王>", NULL},
    {"dotted, any depth", "{{a.b.c.d.e}}", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":\"底\"}}}}}", "底", NULL},
    {"dotted, broken chain", "[{{a.b.c}}]", "{\"a\":{}}", "[]", NULL},
    {"dotted, chain does not restart outside", "[{{a.b.c}}]", "{\"a\":{\"b\":{}},\"c\":\"错\"}", "[]", NULL},
    {"dotted, through a text", "[{{a.b}}]", "{\"a\":\"文\"}", "[]", NULL},
    {"dotted, first part sought outwards", "{{#x}}{{a.b}}{{/x}}", "{\"x\":{\"y\":1},\"a\":{\"b\":\"外\"}}", "外", NULL},
    {"dotted, first part decides", "[{{#a}}{{b.c}}{{/a}}]", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"错\"}}", "[]", NULL},
    {"dotted is never one key", "[{{a.b}}]", "{\"a.b\":\"错\"}", "[]", NULL},
    {"dotted key does not hide the path", "{{a.b}}", "{\"a.b\":\"错\",\"a\":{\"b\":\"对\"}}", "对", NULL},
    {"itself", "你好，{{.}}！", "\"世界\"", "你好，世界！", NULL},
    {"itself is escaped", "{{.}}", "\"<&>\"", "&lt;&amp;&gt;", NULL},
    {"itself, triple", "{{{.}}}", "\"<&>\"", "<&>", NULL},
    {"itself, ampersand", "{{&.}}", "\"<&>\"", "<&>", NULL},
    {"itself is a number", "{{.}}", "85", "85", NULL},
    {"blanks around stay", "| {{a}} |", "{\"a\":\"-\"}", "| - |", NULL},
    {"blanks around stay, triple", "| {{{a}}} |", "{\"a\":\"-\"}", "| - |", NULL},
    {"blanks around stay, ampersand", "| {{&a}} |", "{\"a\":\"-\"}", "| - |", NULL},
    {"alone on a line it keeps the line", "  {{a}}\n", "{\"a\":\"-\"}", "  -\n", NULL},
    {"triple alone keeps the line", "  {{{a}}}\n", "{\"a\":\"-\"}", "  -\n", NULL},
    {"ampersand alone keeps the line", "  {{&a}}\n", "{\"a\":\"-\"}", "  -\n", NULL},
    {"padding in the tag", "|{{  a  }}|", "{\"a\":\"-\"}", "|-|", NULL},
    {"padding in the tag, triple", "|{{{  a  }}}|", "{\"a\":\"-\"}", "|-|", NULL},
    {"padding in the tag, ampersand", "|{{&  a  }}|", "{\"a\":\"-\"}", "|-|", NULL},
    {"a Chinese name", "{{单位}}", "{\"单位\":\"区委办\"}", "区委办", NULL},
    {"neighbours", "{{a}}{{b}}", "{\"a\":\"1\",\"b\":\"2\"}", "12", NULL},
    {"a lone brace is text", "{ {{a}} }", "{\"a\":\"1\"}", "{ 1 }", NULL},
};

static const Row sections[] = {
    {"true shows", "{{#b}}显示{{/b}}", "{\"b\":true}", "显示", NULL},
    {"false hides", "[{{#b}}显示{{/b}}]", "{\"b\":false}", "[]", NULL},
    {"null hides", "[{{#b}}显示{{/b}}]", "{\"b\":null}", "[]", NULL},
    {"missing hides", "[{{#b}}显示{{/b}}]", "{}", "[]", NULL},
    {"empty text hides", "[{{#b}}显示{{/b}}]", "{\"b\":\"\"}", "[]", NULL},
    {"zero hides", "[{{#b}}显示{{/b}}]", "{\"b\":0}", "[]", NULL},
    {"object is the context", "{{#p}}{{name}}好{{/p}}", "{\"p\":{\"name\":\"王\"}}", "王好", NULL},
    {"empty object shows", "{{#p}}有{{/p}}", "{\"p\":{}}", "有", NULL},
    {"text is the context", "{{#a}}“{{.}}”{{/a}}", "{\"a\":\"文\"}", "“文”", NULL},
    {"outer names are seen", "{{#p}}{{a}}{{b}}{{c.d}}{{/p}}",
     "{\"a\":\"甲\",\"b\":\"乙\",\"p\":{\"b\":\"丙\"},\"c\":{\"d\":\"丁\"}}", "甲丙丁", NULL},
    {"a key in a list's element, others outside", "{{#l}}{{u}}{{n}};{{/l}}",
     "{\"u\":\"区\",\"l\":[{\"n\":1},{\"n\":2,\"u\":\"市\"}]}", "区1;市2;", NULL},
    {"deep contexts", "{{#a}}{{one}}{{#b}}{{one}}{{two}}{{#c}}{{one}}{{two}}{{three}}{{/c}}{{two}}{{/b}}{{one}}{{/a}}",
     "{\"a\":{\"one\":1},\"b\":{\"two\":2},\"c\":{\"three\":3}}", "11212321", NULL},
    {"list", "{{#l}}{{n}}，{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "1，2，3，", NULL},
    {"empty list", "[{{#l}}有{{/l}}]", "{\"l\":[]}", "[]", NULL},
    {"list element null is still an element", "{{#l}}({{.}}){{/l}}", "{\"l\":[null,1]}", "()(1)", NULL},
    {"two of one name", "{{#b}}前{{/b}}中{{#b}}后{{/b}}", "{\"b\":true}", "前中后", NULL},
    {"nested, true", "甲{{#b}}乙{{#b}}丙{{/b}}丁{{/b}}戊", "{\"b\":true}", "甲乙丙丁戊", NULL},
    {"nested, false", "甲{{#b}}乙{{#b}}丙{{/b}}丁{{/b}}戊", "{\"b\":false}", "甲戊", NULL},
    {"a missing section's name outside stays unseen", "[{{#gone}}{{a}}{{/gone}}]", "{\"a\":1}", "[]", NULL},
    {"iterator of texts", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"甲\",\"乙\"]}", "(甲)(乙)", NULL},
    {"iterator of integers", "{{#l}}({{.}}){{/l}}", "{\"l\":[1,2,3]}", "(1)(2)(3)", NULL},
    {"iterator of decimals", "{{#l}}({{.}}){{/l}}", "{\"l\":[1.1,2.2]}", "(1.1)(2.2)", NULL},
    {"iterator of lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[\"a\",\"b\"]]}", "(12)(ab)", NULL},
    {"iterator escapes", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"<\",\"&\"]}", "(&lt;)(&amp;)", NULL},
    {"iterator, triple", "{{#l}}({{{.}}}){{/l}}", "{\"l\":[\"<\",\"&\"]}", "(<)(&)", NULL},
    {"iterator, ampersand", "{{#l}}({{&.}}){{/l}}", "{\"l\":[\"<\",\"&\"]}", "(<)(&)", NULL},
    {"iterator over the root list", "{{#.}}({{v}}){{/.}}", "[{\"v\":\"甲\"},{\"v\":\"乙\"}]", "(甲)(乙)", NULL},
    {"dotted, true", "{{#a.b.c}}有{{/a.b.c}}", "{\"a\":{\"b\":{\"c\":true}}}", "有", NULL},
    {"dotted, false", "[{{#a.b.c}}有{{/a.b.c}}]", "{\"a\":{\"b\":{\"c\":false}}}", "[]", NULL},
    {"dotted, broken chain", "[{{#a.b.c}}有{{/a.b.c}}]", "{\"a\":{}}", "[]", NULL},
    {"blanks around stay", " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", " | \t|\t | \n", NULL},
    {"blanks inside stay", " | {{#b}} {{! 注 }}\n {{/b}} | \n", "{\"b\":true}", " |  \n  | \n", NULL},
    {"two on a line are not standalone", " {{#b}}是{{/b}}\n {{#b}}好{{/b}}\n", "{\"b\":true}", " 是\n 好\n", NULL},
    {"standalone lines go", "甲\n{{#b}}\n乙\n{{/b}}\n丙\n", "{\"b\":true}", "甲\n乙\n丙\n", NULL},
    {"standalone, indented", "甲\n  {{#b}}\n乙\n  {{/b}}\n丙\n", "{\"b\":true}", "甲\n乙\n丙\n", NULL},
    {"standalone, tabs and trailing blanks", "甲\n\t{{#b}} \t\n乙\n{{/b}}  \n丙", "{\"b\":true}", "甲\n乙\n丙", NULL},
    {"standalone, CR LF", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", "|\r\n|", NULL},
    {"standalone on the first line", "  {{#b}}\n甲{{/b}}\n乙", "{\"b\":true}", "甲\n乙", NULL},
    {"standalone on the last line", "甲{{#b}}\n乙\n  {{/b}}", "{\"b\":true}", "甲\n乙\n", NULL},
    {"a list of whole lines", "{{#l}}\n- {{.}}\n{{/l}}\n完\n", "{\"l\":[\"甲\",\"乙\"]}", "- 甲\n- 乙\n完\n", NULL},
    {"padding in the tag", "|{{# b }}={{/ b }}|", "{\"b\":true}", "|=|", NULL},
};

static const Row inverted[] = {
    {"false shows", "{{^b}}显示{{/b}}", "{\"b\":false}", "显示", NULL},
    {"true hides", "[{{^b}}显示{{/b}}]", "{\"b\":true}", "[]", NULL},
    {"null shows", "{{^b}}显示{{/b}}", "{\"b\":null}", "显示", NULL},
    {"missing shows", "{{^b}}显示{{/b}}", "{}", "显示", NULL},
    {"empty text shows", "{{^b}}显示{{/b}}", "{\"b\":\"\"}", "显示", NULL},
    {"object hides", "[{{^p}}显示{{/p}}]", "{\"p\":{\"n\":1}}", "[]", NULL},
    {"list hides", "[{{^l}}显示{{/l}}]", "{\"l\":[1]}", "[]", NULL},
    {"empty list shows", "{{^l}}无{{/l}}", "{\"l\":[]}", "无", NULL},
    {"two of one name", "{{^b}}前{{/b}}中{{^b}}后{{/b}}", "{\"b\":false}", "前中后", NULL},
    {"nested, false", "甲{{^b}}乙{{^b}}丙{{/b}}丁{{/b}}戊", "{\"b\":false}", "甲乙丙丁戊", NULL},
    {"nested, true", "甲{{^b}}乙{{^b}}丙{{/b}}丁{{/b}}戊", "{\"b\":true}", "甲戊", NULL},
    {"either or", "{{#b}}有{{/b}}{{^b}}无{{/b}}", "{\"b\":[]}", "无", NULL},
    {"the context stays", "{{#p}}{{^x}}{{n}}{{/x}}{{/p}}", "{\"p\":{\"n\":\"王\"}}", "王", NULL},
    {"dotted, true", "[{{^a.b}}无{{/a.b}}]", "{\"a\":{\"b\":true}}", "[]", NULL},
    {"dotted, false", "{{^a.b}}无{{/a.b}}", "{\"a\":{\"b\":false}}", "无", NULL},
    {"dotted, broken chain", "{{^a.b.c}}无{{/a.b.c}}", "{\"a\":{}}", "无", NULL},
    {"blanks around stay", " | {{^b}}\t|\t{{/b}} | \n", "{}", " | \t|\t | \n", NULL},
    {"standalone lines go", "甲\n{{^b}}\n乙\n{{/b}}\n丙\n", "{}", "甲\n乙\n丙\n", NULL},
    {"standalone, indented", "甲\n  {{^b}}\n乙\n  {{/b}}\n丙\n", "{}", "甲\n乙\n丙\n", NULL},
    {"standalone, CR LF", "|\r\n{{^b}}\r\n{{/b}}\r\n|", "{}", "|\r\n|", NULL},
    {"standalone on the first line", "  {{^b}}\n甲{{/b}}\n乙", "{}", "甲\n乙", NULL},
    {"standalone on the last line", "甲{{^b}}\n乙\n  {{/b}}", "{}", "甲\n乙\n", NULL},
    {"padding in the tag", "|{{^ b }}={{/ b }}|", "{}", "|=|", NULL},
};

static const Row comments[] = {
    {"goes", "12{{! 注 }}34", "{}", "1234", NULL},
    {"several lines", "12{{!\n  注\n  释\n}}34\n", "{}", "1234\n", NULL},
    {"standalone line goes", "甲\n{{! 注 }}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"standalone, indented", "甲\n  {{! 注 }}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"standalone, CR LF", "|\r\n{{! 注 }}\r\n|", "{}", "|\r\n|", NULL},
    {"standalone on the first line", "  {{! 注 }}\n甲", "{}", "甲", NULL},
    {"standalone on the last line", "甲\n  {{! 注 }}", "{}", "甲\n", NULL},
    {"standalone, several lines", "甲\n{{!\n注\n}}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"standalone, several lines, indented", "甲\n  {{!\n    注\n  }}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"in a line it is not standalone", "  12 {{! 34 }}\n", "{}", "  12 \n", NULL},
    {"blanks around stay", "12 {{! 注 }} 34", "{}", "12  34", NULL},
    {"is not a variable", "[{{! a }}{{!a}}]", "{\"! a\":1,\"a\":2,\"!a\":3}", "[]", NULL},
    {"empty", "[{{!}}]", "{}", "[]", NULL},
};

static const Row partials[] = {
    {"by name", "“{{>p}}”", "{}", "“部件”", "{\"p\":\"部件\"}"},
    {"missing is nothing", "“{{>gone}}”", "{}", "“”", "{}"},
    {"sees the context", "“{{>p}}”", "{\"a\":\"甲\"}", "“*甲*”", "{\"p\":\"*{{a}}*\"}"},
    {"sees the section's context", "{{#l}}{{>p}}{{/l}}", "{\"l\":[{\"a\":1},{\"a\":2}]}", "<1><2>", "{\"p\":\"<{{a}}>\"}"},
    {"calls itself", "{{>node}}", "{\"c\":\"X\",\"nodes\":[{\"c\":\"Y\",\"nodes\":[]}]}", "X<Y<>>",
     "{\"node\":\"{{c}}<{{#nodes}}{{>node}}{{/nodes}}>\"}"},
    {"inside a partial", "{{>a}}", "{\"v\":\"值\"}", "*值!*", "{\"a\":\"*{{>b}}*\",\"b\":\"{{v}}!\"}"},
    {"blanks around stay", "| {{>p}} |", "{}", "| \t|\t |", "{\"p\":\"\\t|\\t\"}"},
    {"in a line it is not indented", "  {{a}}  {{> p}}\n", "{\"a\":\"|\"}", "  |  >\n>\n", "{\"p\":\">\\n>\"}"},
    {"standalone, CR LF", "|\r\n{{>p}}\r\n|", "{}", "|\r\n>|", "{\"p\":\">\"}"},
    {"standalone on the first line", "  {{>p}}\n>", "{}", "  >\n  >>", "{\"p\":\">\\n>\"}"},
    {"standalone on the last line", ">\n  {{>p}}", "{}", ">\n  >\n  >", "{\"p\":\">\\n>\"}"},
    {"indents its lines, not the values", "\\\n {{>p}}\n/\n", "{\"a\":\"<\\n->\"}", "\\\n |\n <\n->\n |\n/\n",
     "{\"p\":\"|\\n{{{a}}}\\n|\\n\"}"},
    {"indents add up", "  {{>a}}\n", "{}", "  (\n    x\n  )\n", "{\"a\":\"(\\n  {{>b}}\\n)\\n\",\"b\":\"x\\n\"}"},
    {"one partial at two indents", " {{>p}}\n  {{>p}}\n", "{}", " x\n  x\n", "{\"p\":\"x\\n\"}"},
    {"standalone tags in an indented partial", "  {{>p}}\n", "{\"b\":true}", "  x\n", "{\"p\":\"{{#b}}\\nx\\n{{/b}}\\n\"}"},
    {"padding in the tag", "|{{> p }}|", "{}", "|[]|", "{\"p\":\"[]\"}"},
    {"a name that is a path stays a name", "[{{>../../etc/passwd}}]", "{}", "[]", "{}"},
};

static const Row delimiters[] = {
    {"a pair", "{{=<% %>=}}(<%a%>)", "{\"a\":\"嘿\"}", "(嘿)", NULL},
    {"characters that mean much elsewhere", "({{=[ ]=}}[a])", "{\"a\":\"嘿\"}", "(嘿)", NULL},
    {"old ones are text then", "{{=<% %>=}}{{a}}<%a%>", "{\"a\":\"1\"}", "{{a}}1", NULL},
    {"and back again", "{{=| |=}}|a||={{ }}=|{{a}}", "{\"a\":\"1\"}", "11", NULL},
    {"in sections", "{{#s}}\n{{a}}|a|\n{{/s}}\n{{=| |=}}\n|#s|\n{{a}}|a|\n|/s|\n", "{\"s\":true,\"a\":\"值\"}",
     "值|a|\n{{a}}值\n", NULL},
    {"in inverted sections", "{{^s}}\n{{a}}|a|\n{{/s}}\n{{=| |=}}\n|^s|\n{{a}}|a|\n|/s|\n", "{\"a\":\"值\"}",
     "值|a|\n{{a}}值\n", NULL},
    {"partials begin with the usual ones", "[{{>p}}]\n{{=| |=}}\n[|>p|]\n", "{\"a\":\"是\"}", "[.是.]\n[.是.]\n",
     "{\"p\":\".{{a}}.\"}"},
    {"partials do not change the caller's", "[{{>p}}]\n[.{{a}}. .|a|.]\n", "{\"a\":\"是\"}",
     "[.是. .是.]\n[.是. .|a|.]\n", "{\"p\":\".{{a}}. {{=| |=}}.|a|.\"}"},
    {"raw with own delimiters", "{{=<% %>=}}<%&a%><%{a}%><%a%>", "{\"a\":\"<\"}", "<<&lt;", NULL},
    {"blanks around stay", "| {{=@ @=}} |", "{}", "|  |", NULL},
    {"blanks around stay to the right", " | {{=@ @=}}\n", "{}", " | \n", NULL},
    {"standalone line goes", "甲\n{{=@ @=}}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"standalone, indented", "甲\n  {{=@ @=}}\n乙\n", "{}", "甲\n乙\n", NULL},
    {"standalone, CR LF", "|\r\n{{= @ @ =}}\r\n|", "{}", "|\r\n|", NULL},
    {"standalone on the first line", "  {{=@ @=}}\n=", "{}", "=", NULL},
    {"standalone on the last line", "=\n  {{=@ @=}}", "{}", "=\n", NULL},
    {"padding in the tag", "|{{=  @    @  =}}|@a@", "{\"a\":\"1\"}", "||1", NULL},
};

static const char *partial_from_json(const char *name, gpointer user_data)
{
    return json_string_value(json_object_get(user_data, name));
}

static void check_rows(gconstpointer data, gsize n_rows)
{
    const Row *rows = data;
    for (gsize i = 0; i < n_rows; i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        json_t *context = json_loads(rows[i].json, JSON_DECODE_ANY, NULL);
        json_t *sources = json_loads(rows[i].partials != NULL ? rows[i].partials : "{}", 0, NULL);
        g_assert_nonnull(context);
        g_assert_nonnull(sources);
        g_autoptr(Mustache) mustache = mustache_compile("t", rows[i].template, &error);
        g_assert_no_error(error);
        g_autofree char *got =
            mustache_render(mustache, context, MUSTACHE_ESCAPE_HTML, partial_from_json, sources, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(got, ==, rows[i].want);
        json_decref(context);
        json_decref(sources);
    }
}

static void test_interpolation(void) { check_rows(interpolation, G_N_ELEMENTS(interpolation)); }
static void test_sections(void) { check_rows(sections, G_N_ELEMENTS(sections)); }
static void test_inverted(void) { check_rows(inverted, G_N_ELEMENTS(inverted)); }
static void test_comments(void) { check_rows(comments, G_N_ELEMENTS(comments)); }
static void test_partials(void) { check_rows(partials, G_N_ELEMENTS(partials)); }
static void test_delimiters(void) { check_rows(delimiters, G_N_ELEMENTS(delimiters)); }

static void test_errors(void)
{
    static const struct { const char *name, *template, *want; } rows[] = {
        {"tag without end", "甲\n乙{{a", "模板 t 第 2 行第 2 列：标签没有结束，缺少“}}”"},
        {"triple with two braces", "{{{a}}", "模板 t 第 1 行第 1 列：标签没有结束，缺少“}}}”"},
        {"no name", "{{}}", "模板 t 第 1 行第 1 列：标签里没有名称"},
        {"no name in a section", "x{{# }}", "模板 t 第 1 行第 2 列：标签里没有名称"},
        {"blank in a name", "{{a b}}", "模板 t 第 1 行第 1 列：名称“a b”中有空白"},
        {"empty part", "{{a..b}}", "模板 t 第 1 行第 1 列：名称“a..b”中有空的一节"},
        {"section without end", "{{#a}}\n甲", "模板 t 第 2 行第 2 列：第 1 行开始的“a”没有结束，缺少 {{/a}}"},
        {"end without section", "甲{{/a}}", "模板 t 第 1 行第 2 列：{{/a}} 没有对应的开始标签"},
        {"crossed sections", "{{#a}}\n{{#b}}{{/a}}{{/b}}", "模板 t 第 2 行第 7 列：{{/a}} 与第 2 行的“b”不配对"},
        {"one delimiter", "{{=<%=}}", "模板 t 第 1 行第 1 列：定界符应写成 {{=[ ]=}}：两个词，中间一个空格"},
        {"three delimiters", "{{=a b c=}}", "模板 t 第 1 行第 1 列：定界符应写成 {{=[ ]=}}：两个词，中间一个空格"},
        {"delimiter with =", "{{=a= =b=}}", "模板 t 第 1 行第 1 列：定界符应写成 {{=[ ]=}}：两个词，中间一个空格"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        g_assert_null(mustache_compile("t", rows[i].template, &error));
        g_assert_nonnull(error);
        g_assert_cmpstr(error->message, ==, rows[i].want);
    }
}

static char *repeated(const char *text, guint times)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < times; i++)
        g_string_append(out, text);
    return g_string_free(out, FALSE);
}

/* Templates and partials that would never end, or never end soon. */
static void test_limits(void)
{
    g_autofree char *wide = repeated(" {{>p}}\n\t{{>p}}\n", 200);
    const struct { const char *name, *template, *partial; } rows[] = {
        {"partial calls itself", "{{>p}}", "x{{>p}}"},
        {"partial calls itself twice", "{{>p}}", "{{>p}}{{>p}}"},
        {"partial calls itself in sections", "{{>p}}", "{{#l}}{{#l}}{{>p}}{{/l}}{{/l}}"},
        {"partial calls itself, indented", "{{>p}}", wide},
        {"lists of lists of lists", "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}"
         "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}"
         "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}", ""},
    };
    json_t *context = json_loads("{\"l\":[1,2,3]}", 0, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        json_t *sources = json_pack("{s:s}", "p", rows[i].partial);
        g_autoptr(Mustache) mustache = mustache_compile("t", rows[i].template, &error);
        g_assert_no_error(error);
        g_assert_null(mustache_render(mustache, context, MUSTACHE_ESCAPE_NONE, partial_from_json, sources, &error));
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, "嵌套太深或结果太大"));
        json_decref(sources);
    }
    json_decref(context);
    g_autofree char *deep = repeated("{{#a}}", 65), *huge = repeated("0123456789abcdef", 65537);
    g_autoptr(GError) too_deep = NULL, too_long = NULL;
    g_assert_null(mustache_compile("t", deep, &too_deep));
    g_assert_cmpstr(too_deep->message, ==, "模板 t 第 1 行第 385 列：区段嵌套超过 64 层");
    g_assert_null(mustache_compile("t", huge, &too_long));
    g_assert_cmpstr(too_long->message, ==, "模板 t 超过 1 MB");
}

/* Every cut of a template that uses everything, and every byte of it changed, compiles or fails in
 * good order. */
static void test_hostile(void)
{
    static const char whole[] = "{{#a}}\n{{{b.c}}} {{^d}}{{&e}}{{/d}}\n {{>p}}\n{{! x }}\n{{/a}}\n{{=<% %>=}}<%f%>";
    json_t *context = json_loads("{\"a\":[{\"b\":{\"c\":1}}],\"f\":\"<\"}", 0, NULL);
    json_t *sources = json_loads("{\"p\":\"{{#a}}{{/a}}\\n\"}", 0, NULL);
    for (gsize at = 0; at < sizeof whole - 1; at++) {
        for (const char *byte = "{}#/=.\n\xff"; *byte != '\0'; byte++) {
            g_autofree char *copy = g_strdup(whole);
            copy[at] = *byte;
            if (*byte == '\n') /* the template ends here */
                copy[at + 1] = '\0';
            g_autoptr(GError) error = NULL;
            g_autoptr(Mustache) mustache = mustache_compile("t", copy, &error);
            g_assert_true((mustache == NULL) == (error != NULL));
            if (mustache == NULL)
                continue;
            g_autofree char *out =
                mustache_render(mustache, context, MUSTACHE_ESCAPE_HTML, partial_from_json, sources, &error);
            g_assert_true((out == NULL) == (error != NULL));
        }
    }
    json_decref(context);
    json_decref(sources);
}

static void test_unescaped(void)
{
    json_t *context = json_loads("{\"a\":\"<&'>\"}", 0, NULL);
    g_autoptr(Mustache) mustache = mustache_compile("t", "{{a}}", NULL);
    g_autofree char *text = mustache_render(mustache, context, MUSTACHE_ESCAPE_NONE, NULL, NULL, NULL);
    g_assert_cmpstr(text, ==, "<&'>");
    json_decref(context);
}

static void test_unknown_names(void)
{
    static const struct { const char *name, *template, *want; } rows[] = {
        {"all known", "{{title}}{{#items}}{{heading}}{{title}}{{/items}}{{^empty}}{{title}}{{/empty}}", ""},
        {"a variable", "甲\n{{titel}}", "t:2: titel"},
        {"raw", "{{{titel}}}", "t:1: titel"},
        {"a section and what is in it", "{{#itms}}\n{{heading}}{{/itms}}", "t:1: itms|t:2: heading"},
        {"an inverted section", "{{^gone}}{{x}}{{/gone}}", "t:1: gone|t:1: x"},
        {"a name of another section", "{{heading}}", "t:1: heading"},
        {"inside an inverted section", "{{^items}}{{titel}}{{/items}}", "t:1: titel"},
        {"inside a section that is empty in the schema", "{{#empty}}{{titel}}{{/empty}}", "t:1: titel"},
        {"dotted", "{{office.name}}{{office.nmae}}", "t:1: office.nmae"},
        {"a partial", "{{>gone}}", "t:1: gone"},
        {"inside a partial", "{{#items}}{{>item}}{{/items}}", "item:1: sauce"},
        {"the same partial out of place", "{{>item}}", "item:1: heading|item:1: sauce"},
        {"a partial that calls itself", "{{>loop}}", "loop:1: x"},
        {"twice at one place is once", "{{x}}{{x}}", "t:1: x"},
    };
    json_t *schema = json_loads("{\"title\":\"题\",\"items\":[{\"heading\":\"头\"}],\"empty\":\"\","
                                "\"office\":{\"name\":\"办\"}}", 0, NULL);
    json_t *sources = json_loads("{\"item\":\"{{heading}}{{sauce}}\",\"loop\":\"{{x}}{{>loop}}\"}", 0, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Mustache) mustache = mustache_compile("t", rows[i].template, NULL);
        g_auto(GStrv) unknown = mustache_unknown_names(mustache, schema, partial_from_json, sources);
        g_autofree char *got = g_strjoinv("|", unknown);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
    json_decref(schema);
    json_decref(sources);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mustache/interpolation", test_interpolation);
    g_test_add_func("/mustache/sections", test_sections);
    g_test_add_func("/mustache/inverted", test_inverted);
    g_test_add_func("/mustache/comments", test_comments);
    g_test_add_func("/mustache/partials", test_partials);
    g_test_add_func("/mustache/delimiters", test_delimiters);
    g_test_add_func("/mustache/errors", test_errors);
    g_test_add_func("/mustache/limits", test_limits);
    g_test_add_func("/mustache/hostile", test_hostile);
    g_test_add_func("/mustache/unescaped", test_unescaped);
    g_test_add_func("/mustache/unknown-names", test_unknown_names);
    return g_test_run();
}
