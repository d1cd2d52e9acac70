/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the JSON of made-up issues to mails with the default set, and what is wrong with sets that
 * cannot be used. */
#include "templates/templates.h"

#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/error.h"
#include "templates/context.h"

#define SALUTATION "\xee\x80\x80"
#define RECIPIENT "\xee\x80\x81"

static const ContextSlots slots = {SALUTATION, RECIPIENT, NULL};

static char *source_path(const char *below)
{
    return g_build_filename(g_getenv("SONGFA_SRCDIR") != NULL ? g_getenv("SONGFA_SRCDIR") : ".", below, NULL);
}

static Templates *default_set(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = source_path("templates/zh");
    Templates *templates = templates_load(folder, &error);
    g_assert_no_error(error);
    return templates;
}

static Rendered *rendered_issue(json_t *issue)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Templates) templates = default_set();
    json_t *context = context_issue(issue, "江湾区大事月报", "江湾区委办公室", &slots);
    Rendered *rendered = templates_render_issue(templates, context, &error);
    g_assert_no_error(error);
    json_decref(context);
    return rendered;
}

static Rendered *rendered_file(const char *below)
{
    g_autofree char *path = source_path(below);
    json_t *issue = json_load_file(path, 0, NULL);
    g_assert_nonnull(issue);
    Rendered *rendered = rendered_issue(issue);
    json_decref(issue);
    return rendered;
}

/* The value at "a.0.b" of the context as JSON. */
static char *at_path(json_t *value, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, ".", -1);
    for (char **part = parts; *part != NULL; part++)
        value = json_is_array(value) ? json_array_get(value, (gsize)g_ascii_strtoull(*part, NULL, 10))
                                     : json_object_get(value, *part);
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    char *copy = g_strdup(text != NULL ? text : "missing");
    free(text);
    return copy;
}

static void test_context(void)
{
    static const struct { const char *name, *issue, *path, *want; } rows[] = {
        {"number", "{\"number\":19}", "number", "\"第 19 期\""},
        {"number without blanks", "{\"number\":19}", "short_number", "\"第19期\""},
        {"total number", "{\"total_number\":92}", "number", "\"总第 92 期\""},
        {"both numbers", "{\"number\":3,\"total_number\":92}", "number", "\"第 3 期（总第 92 期）\""},
        {"supplement", "{\"supplement\":7}", "number", "\"增刊第 7 期\""},
        {"supplement with a total", "{\"supplement\":7,\"total_number\":9}", "short_number", "\"增刊第7期（总第9期）\""},
        {"behind a month", "{\"year\":2020,\"month\":3,\"total_number\":92}", "number", "\"（总第 92 期）\""},
        {"no number", "{\"number\":null}", "number", "null"},
        {"month", "{\"year\":2020,\"month\":3}", "month", "\"2020年3月\""},
        {"no month", "{\"year\":2020}", "month", "null"},
        {"date", "{\"date\":\"2020-03-06\"}", "date", "\"2020年3月6日\""},
        {"date, two digits", "{\"date\":\"2020-12-31\"}", "date", "\"2020年12月31日\""},
        {"date in words stays", "{\"date\":\"三月六日\"}", "date", "\"三月六日\""},
        {"no date", "{}", "date", "null"},
        {"printed title", "{\"title\":\"信息\"}", "series", "\"信息\""},
        {"title from the series", "{\"title\":null}", "series", "\"刊名\""},
        {"short title", "{\"title\":\"一二三四五六七八\"}", "series_is_long", "false"},
        {"long title", "{\"title\":\"一二三四五六七八九\"}", "series_is_long", "true"},
        {"headline with slots", "{\"headline\":\"甲\xee\x80\x80乙\xef\xa3\xbf丙\xf3\xb0\x80\x80\"}", "headline", "\"甲乙丙\""},
        {"headline with control characters", "{\"headline\":\"甲\\u0001\\r乙\\u007f\"}", "headline", "\"甲乙\""},
        {"headline of nothing else", "{\"headline\":\"\xee\x80\x80\"}", "headline", "null"},
        {"no contents", "{\"contents\":[]}", "contents", "null"},
        {"contents", "{\"contents\":[\"甲\",\"乙\"]}", "contents", "{\"lines\":[\"甲\",\"乙\"]}"},
        {"contents with slots", "{\"contents\":[\"甲\xee\x80\x81\"]}", "contents.lines.0", "\"甲\""},
        {"marks", "{\"marks\":[\"内部资料 注意保存\"]}", "marks.lines.0", "\"内部资料 注意保存\""},
        {"not urgent", "{\"marks\":[\"内部资料\"]}", "urgent", "null"},
        {"urgent", "{\"marks\":[\"内部资料\",\"特急\"]}", "urgent", "\"特急\""},
        {"editors", "{\"editors\":[\"周启明\",\"何苗\"]}", "editors", "\"周启明　何苗\""},
        {"no editors", "{\"editors\":[]}", "editors", "null"},
        {"copies", "{\"declared_copies\":130}", "copies", "130"},
        {"no copies", "{\"declared_copies\":null}", "copies", "null"},
        {"distribution", "{\"distribution\":[{\"label\":\"发\",\"text\":\"各镇、\\n各街道\"}]}", "distribution",
         "[{\"label\":\"发\",\"text\":\"各镇、各街道\"}]"},
        {"one paragraph: the heading runs in", "{\"items\":[{\"heading\":\"题\",\"text\":\"文\",\"source\":\"区委办\"}]}",
         "sections", "[{\"title\":null,\"items\":[{\"heading\":null,\"paragraphs\":[{\"text\":\"文\",\"brief\":false,"
         "\"lead\":\"题\",\"source\":\"区委办\"}]}]}]"},
        {"paragraphs: the heading stands alone", "{\"items\":[{\"heading\":\"题\",\"text\":\"一\\n二\",\"source\":\"办\"}]}",
         "sections.0.items.0", "{\"heading\":\"题\",\"paragraphs\":[{\"text\":\"一\",\"brief\":false,\"lead\":null,"
         "\"source\":null},{\"text\":\"二\",\"brief\":false,\"lead\":null,\"source\":\"办\"}]}"},
        {"brief", "{\"items\":[{\"heading\":null,\"text\":\"一\\n二\",\"brief\":true}]}", "sections.0.items.0.paragraphs",
         "[{\"text\":\"一\",\"brief\":true,\"lead\":null,\"source\":null},{\"text\":\"二\",\"brief\":false,\"lead\":null,"
         "\"source\":null}]"},
        {"heading without text", "{\"items\":[{\"heading\":\"题\",\"text\":null}]}", "sections.0.items.0",
         "{\"heading\":\"题\",\"paragraphs\":[{\"text\":\"\",\"brief\":false,\"lead\":null,\"source\":null}]}"},
        {"sections gather neighbours", "{\"items\":[{\"section\":\"甲\",\"text\":\"1\"},{\"section\":\"甲\",\"text\":\"2\"},"
         "{\"section\":\"乙\",\"text\":\"3\"}]}", "sections.1.items.0.paragraphs.0.text", "\"3\""},
        {"three sections of two names", "{\"items\":[{\"section\":\"甲\"},{\"section\":\"乙\"},{\"section\":\"甲\"}]}",
         "sections.2.title", "\"甲\""},
        {"no items", "{}", "sections", "[]"},
        {"slots", "{}", "salutation", "\"" SALUTATION "\""},
        {"sender", "{}", "sender", "\"发信单位\""},
        {"members of a wrong kind", "{\"headline\":1,\"items\":\"x\",\"marks\":{\"a\":1},\"number\":\"9\"}", "number", "null"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        json_t *issue = json_loads(rows[i].issue, 0, NULL);
        g_assert_nonnull(issue);
        json_t *context = context_issue(issue, "刊名", "发信单位", &slots);
        g_autofree char *got = at_path(context, rows[i].path);
        g_assert_cmpstr(got, ==, rows[i].want);
        json_decref(context);
        json_decref(issue);
    }
}

/* Each of the texts stands in the body, one behind the other. */
static void check_order(const char *body, const char *const *texts)
{
    const char *at = body;
    for (; *texts != NULL; texts++) {
        g_test_message("%s", *texts);
        at = strstr(at, *texts);
        g_assert_nonnull(at);
        at += strlen(*texts);
    }
}

static void test_bulletin(void)
{
    g_autoptr(Rendered) rendered = rendered_file("tests/data/render-bulletin.json");
    g_assert_cmpstr(rendered->subject, ==, "【加急】江湾信息 第7期：抓春耕 促开工 全力实现一季度“开门红”（二）");
    check_order(rendered->text, (const char *const[]){
        SALUTATION "\n\n", "现送上《江湾信息》第7期，请查阅，原件见附件。\n", "\n加急\n", "江湾信息\n　　　　第 7 期\n",
        "中共江湾区委办公室　　2021年3月9日\n", "抓春耕 促开工 全力实现一季度“开门红”（二）\n",
        "　　区农业农村局“三早三实”抓好春耕备耕　“三早”即", "占计划的 81.5%。（区农业农村局）\n",
        "　　△近日，临江街道组织", "（临江街道）\n", "送：市委办公室，区委", "发：各镇党委", "责任编辑：周启明　何苗\n（共印 86 份）\n", NULL});
    g_assert_null(strstr(rendered->text, "目　录"));
    g_assert_null(strstr(rendered->text, "\n\n\n"));
    check_order(rendered->html, (const char *const[]){
        "<!DOCTYPE html>", "lang=\"zh-CN\"", "charset=utf-8", "<p style=\"margin:0;\">" SALUTATION "</p>",
        "color:#d7000f;\">江湾信息</td>", ">第 7 期</td>", ">中共江湾区委办公室</td>", ">2021年3月9日</td>",
        "border-top:3px solid #d7000f", "<h1 ", "抓春耕 促开工", "<b style=", ">区农业农村局“三早三实”抓好春耕备耕</b>　“三早”即",
        "（区农业农村局）</p>", "△近日", "送：市委办公室", "（共印 86 份）", "发给" RECIPIENT, "</html>", NULL});
}

static void test_monthly(void)
{
    g_autoptr(Rendered) rendered = rendered_file("tests/data/render-monthly.json");
    g_assert_cmpstr(rendered->subject, ==, "江湾区大事月报 2021年3月（总第58期）");
    check_order(rendered->text, (const char *const[]){
        "内部资料 注意保存\n", "江湾区大事月报\n　　　　2021年3月\n　　　　（总第 58 期）\n", "目　录\n　　市调研组来我区",
        "【本月关注】\n\n市调研组来我区察看内河航道整治\n\n　　3月11日", "【重要会议】", "【基层实录】", "发放范围：区委书记，区长",
        "主管：江湾区人民政府办公室\n编辑出版：江湾区地方史志办公室\n电话：5550100\n邮箱：jwqszb@example.test\n（共印 130 份）\n", NULL});
    check_order(rendered->html, (const char *const[]){
        "江湾区大事月报</td>", ">2021年3月</td>", ">（总第 58 期）</td>", ">目录</p>", "<h2 ", ">本月关注</h2>", "<h3 ",
        ">市调研组来我区察看内河航道整治</h3>", "主管：江湾区人民政府办公室", "（共印 130 份）", NULL});
    g_assert_null(strstr(rendered->html, "<h1"));
}

/* Mail programs drop or fear these; and nothing may be fetched. */
static void test_html_is_safe(void)
{
    static const char *const never[] = {"<script", "<style", "<link", "<img", "http://", "https://", "url(",
                                        "class=",  "onclick", "position:", "float:", "javascript:"};
    g_autoptr(Rendered) rendered = rendered_file("tests/data/render-monthly.json");
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++) {
        g_test_message("%s", never[i]);
        g_assert_null(strstr(rendered->html, never[i]));
    }
}

/* Markup, quotes and slots in every text of an issue come out as plain text. */
static void test_hostile(void)
{
#define EVIL "<script>alert('1')</script>\\\"><img src=x>&" SALUTATION "{{sender}}"
    static const char json[] =
        "{\"title\":\"" EVIL "\",\"office\":\"" EVIL "\",\"date\":\"" EVIL "\",\"headline\":\"" EVIL "\\r\\nBcc: x\","
        "\"contents\":[\"" EVIL "\"],\"marks\":[\"" EVIL "\"],\"editors\":[\"" EVIL "\"],\"telephone\":\"" EVIL "\","
        "\"mailbox\":\"" EVIL "\",\"items\":[{\"section\":\"" EVIL "\",\"heading\":\"" EVIL "\",\"text\":\"" EVIL "\","
        "\"source\":\"" EVIL "\"}],\"distribution\":[{\"label\":\"" EVIL "\",\"text\":\"" EVIL "\"}]}";
    json_t *issue = json_loads(json, 0, NULL);
    g_assert_nonnull(issue);
    g_autoptr(Rendered) rendered = rendered_issue(issue);
    json_decref(issue);
    g_assert_null(strchr(rendered->subject, '\n'));
    g_assert_null(strchr(rendered->subject, '\r'));
    g_assert_null(strstr(rendered->html, "<script"));
    g_assert_null(strstr(rendered->html, "<img"));
    g_assert_nonnull(strstr(rendered->html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x&gt;&amp;{{sender}}"));
    g_assert_nonnull(strstr(rendered->text, "<script>alert('1')</script>\"><img src=x>&{{sender}}"));
    g_auto(GStrv) at_slots = g_strsplit(rendered->html, SALUTATION, -1);
    g_assert_cmpuint(g_strv_length(at_slots), ==, 2);
#undef EVIL
}

static void test_notices(void)
{
    static const struct { const char *kind, *subject, *has, *lacks; } rows[] = {
        {"held", "【待处理】第7期.txt（江湾信息）尚未发出", "　· 没有刊头〔no-masthead〕\n　· 没有发栏〔no-field〕\n", NULL},
        {"planned", "【待放行】江湾信息：标题二", "为什么等\n　· 没有刊头\n　· 没有发栏\n", "〔"},
        {"refused", "【拒收】第7期.txt 不能通过本系统发送", "　· 没有刊头〔no-masthead〕\n　· 没有发栏〔no-field〕\n", "标题二"},
        {"delivery", "【未送达】江湾信息：标题二", "最近 40 封里有 30 封", "这个邮箱已标记"},
        {"delivery", "【未送达】江湾信息：标题二", "　· 王明 <w@example.test>：拒收\n　　对方答复：550 5.1.1 <no>\n　　怎么办：核对地址\n", NULL},
    };
    g_autoptr(Templates) templates = default_set();
    json_t *context = json_loads(
        "{\"file\":\"第7期.txt\",\"time\":\"2020-03-06 08:30:00\",\"register\":12,\"title\":\"江湾信息\",\"headline\":\"标题二\","
        "\"digest\":\"00\",\"reasons\":[{\"code\":\"no-masthead\",\"message\":\"没有刊头\"},{\"code\":\"no-field\","
        "\"message\":\"没有发栏\"}],\"deliveries\":[{\"name\":\"王明\",\"address\":\"w@example.test\",\"state\":\"拒收\","
        "\"reply\":\"550 5.1.1 <no>\",\"advice\":\"核对地址\"}],\"people\":true,"
        "\"relays\":[{\"relay\":\"loopback\",\"failed\":30,\"given\":40,\"reply\":\"550 5.7.1\",\"advice\":\"核对\"}]}", 0, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].kind);
        g_autoptr(GError) error = NULL;
        g_autoptr(Rendered) notice = templates_render_notice(templates, rows[i].kind, context, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(notice->subject, ==, rows[i].subject);
        g_assert_null(notice->html);
        g_assert_nonnull(strstr(notice->text, rows[i].has));
        g_assert_nonnull(strstr(notice->text, "12"));
        g_assert_true(*notice->text != '\n');
        if (rows[i].lacks != NULL)
            g_assert_null(strstr(notice->text, rows[i].lacks));
    }
    json_decref(context);
}

/* A copy of the default set with one file changed: contents NULL removes it. */
static char *changed_set(const char *file, const char *contents, gsize length)
{
    char *folder = g_dir_make_tmp("songfa-templates-XXXXXX", NULL);
    g_autofree char *from = source_path("templates/zh");
    g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *source = g_build_filename(from, name, NULL), *target = g_build_filename(folder, name, NULL);
        g_autofree char *text = NULL;
        gsize size;
        g_assert_true(g_file_get_contents(source, &text, &size, NULL));
        g_assert_true(g_file_set_contents(target, text, (gssize)size, NULL));
    }
    g_autofree char *target = g_build_filename(folder, file, NULL);
    if (contents != NULL)
        g_assert_true(g_file_set_contents(target, contents, (gssize)length, NULL));
    else
        g_assert_cmpint(g_unlink(target), ==, 0);
    return folder;
}

static void remove_set(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(folder);
}

static void test_load_errors(void)
{
    static const struct { const char *name, *file, *contents, *want; } rows[] = {
        {"missing file", "body.html.mustache", NULL, "body.html.mustache：缺少这个文件，请从默认模板复制一份"},
        {"syntax", "subject.mustache", "甲\n{{#a}}", "subject.mustache 第 2 行第 7 列：第 2 行开始的“a”没有结束，缺少 {{/a}}"},
        {"unknown name", "subject.mustache", "甲\n{{titel}}", "subject.mustache:2: titel。可用的名称见"},
        {"unknown name in a partial", "item.html.mustache", "{{heding}}", "item.html:1: heding。"},
        {"missing partial", "cover.html.mustache", NULL, "body.html.mustache:14: cover.html。"},
        {"syntax of a partial nobody uses", "spare.mustache", "{{", "spare.mustache 第 1 行第 1 列："},
        {"a notice asks for text of the issue", "notice-refused.txt.mustache", "题\n{{sections}}", "notice-refused.txt.mustache:2: sections。"},
        {"not UTF-8", "subject.mustache", "\xc9\xcf", "subject.mustache：不是 UTF-8 文本"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        g_autofree char *folder = changed_set(rows[i].file, rows[i].contents, rows[i].contents != NULL ? strlen(rows[i].contents) : 0);
        g_assert_null(templates_load(folder, &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG);
        g_assert_nonnull(strstr(error->message, rows[i].want));
        g_assert_nonnull(strstr(error->message, folder));
        remove_set(folder);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(templates_load("/nonexistent", &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG);
    g_autofree char *folder = changed_set("subject.mustache", "a\0b", 3);
    g_autoptr(GError) nul = NULL;
    g_assert_null(templates_load(folder, &nul));
    g_assert_error(nul, SONGFA_ERROR, SONGFA_ERROR_CONFIG);
    remove_set(folder);
}

static void test_byte_order_mark(void)
{
    g_autofree char *folder = changed_set("subject.mustache", "\xef\xbb\xbf{{series}}\r\n", 15);
    g_autoptr(GError) error = NULL;
    g_autoptr(Templates) templates = templates_load(folder, &error);
    g_assert_no_error(error);
    json_t *context = context_schema();
    g_autoptr(Rendered) rendered = templates_render_issue(templates, context, &error);
    g_assert_cmpstr(rendered->subject, ==, "信息");
    json_decref(context);
    remove_set(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/templates/context", test_context);
    g_test_add_func("/templates/bulletin", test_bulletin);
    g_test_add_func("/templates/monthly", test_monthly);
    g_test_add_func("/templates/html-is-safe", test_html_is_safe);
    g_test_add_func("/templates/hostile", test_hostile);
    g_test_add_func("/templates/notices", test_notices);
    g_test_add_func("/templates/load-errors", test_load_errors);
    g_test_add_func("/templates/byte-order-mark", test_byte_order_mark);
    return g_test_run();
}
