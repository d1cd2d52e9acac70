/* SPDX-License-Identifier: GPL-3.0-or-later
 * The secrecy scan against the lists of DOMAIN.md §3: what refuses, holds, restricts, and what is
 * running text. */
#include <string.h>

#include "daemon/issue/secrecy.h"

typedef struct {
    const char *name, *input;
    const char *want; /* "refuse 机密★1年; hold 工作秘密", "" = no hit */
} SecrecyRow;

static char *describe(GPtrArray *hits)
{
    static const char *const names[] = {
        [SECRECY_RESTRICT] = "restrict", [SECRECY_HOLD] = "hold", [SECRECY_REFUSE] = "refuse"};
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < hits->len; i++) {
        const SecrecyHit *hit = g_ptr_array_index(hits, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", names[hit->level], hit->mark);
    }
    return g_string_free(text, FALSE);
}

static void check_rows(const SecrecyRow *rows, gsize n, gboolean as_name)
{
    for (gsize i = 0; i < n; i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GPtrArray) hits =
            as_name ? secrecy_scan(rows[i].input, "") : secrecy_scan("", rows[i].input);
        g_autofree char *got = describe(hits);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_refused(void)
{
    static const SecrecyRow rows[] = {
        {"star", "机密★1年", "refuse 机密★1年"},
        {"star without term", "上街信息\n秘密★\n", "refuse 秘密★"},
        {"open star", "绝密☆长期", "refuse 绝密☆长期"},
        {"asterisk", "秘密*10年", "refuse 秘密*10年"},
        {"full-width asterisk", "秘密＊", "refuse 秘密*"},
        {"middle dot", "机密·6个月", "refuse 机密·6个月"},
        {"black circle", "机密●", "refuse 机密●"},
        {"blank before the star", "机密 ★ 3年", "refuse 机密★3年"},
        {"grade", "机密级★", "refuse 机密级★"},
        {"in running text", "本件为机密★，请勿外传", "refuse 机密★"},
        {"zero width inside", "机\xe2\x80\x8b密\xe2\x80\x8d★", "refuse 机密★"},
        {"soft hyphen inside", "机\xc2\xad密★", "refuse 机密★"},
        {"old characters", "機密★", "refuse 机密★"},
        {"bold type", "**机密**★", "refuse 机密★"},
        {"escaped asterisk", "秘密\\*1年", "refuse 秘密*1年"},
        {"quoted level", "【机密】★", "refuse 机密★"},
        {"alone", "秘密\n上街信息", "refuse 秘密"},
        {"letter-spaced alone", "秘 密\n上街信息", "refuse 秘密"},
        {"ideographic space", "秘　密\n上街信息", "refuse 秘密"},
        {"bold and bracketed", "**（绝 密）**\n上街信息", "refuse 绝密"},
        {"with term, without star", "机密 1年\n上街信息", "refuse 机密"},
        {"beside urgency", "秘密  特急\n上街信息", "refuse 秘密"},
        {"behind the copy number", "000012 机密\n上街信息", "refuse 机密"},
        {"one character a line", "上街信息\n秘\n密\n", "refuse 秘密"},
        {"label", "正文。\n密级：秘密\n", "refuse 秘密"},
        {"label, blanks", "密 级 ： 机 密", "refuse 机密"},
        {"label in running text", "该件密级：机密，已收回", "refuse 机密"},
        {"label and level on two lines", "编号一\n密级\n绝密\n", "refuse 绝密"},
        {"label without colon", "密级 秘密", "refuse 秘密"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

static void test_running_text(void)
{
    static const SecrecyRow rows[] = {
        {"keeping secrets", "要教育干部保守秘密，遵守纪律。", ""},
        {"a secret", "这是一个秘密。", ""},
        {"heading", "商业秘密保护\n近日，区市场监管局上门讲解。", ""},
        {"bold heading", "**商业秘密保护** 近日", ""},
        {"bold at the end", "**严守国家秘密** 近日", ""},
        {"public", "密级：公开", ""},
        {"none", "密级：无", ""},
        {"not secret", "密级：非密", ""},
        {"label of a heading", "密级确定工作会召开", ""},
        {"contents leaders", "我区开展保守国家秘密宣传······12", ""},
        {"dots of contents", "保守国家秘密......12", ""},
        {"two lines of a sentence", "大家都要保守\n秘密，不得泄露。", ""},
        {"close work", "工商密切配合，协商密切。", ""},
        {"copy number in the middle", "上街信息\n123456\n", ""},
        {"confidential talk", "机密码箱已交接。", ""},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

static void test_held(void)
{
    static const SecrecyRow rows[] = {
        {"copy number", "000123\n上街信息", "hold 六位份号"},
        {"full-width copy number", "０００１２３\n上街信息", "hold 六位份号"},
        {"labelled copy number", "份号：0012\n上街信息", "hold 份号"},
        {"work secret", "（工作秘密）", "hold 工作秘密"},
        {"trade secret", "商密\n上街信息", "hold 商密"},
        {"core trade secret", "核心商密 长期", "hold 核心商密"},
        {"trade secret with star", "本件为商密★2年。", "hold 商密"},
        {"internal with star", "内部★1年", "hold 内部★"},
        {"mind secrecy", "注 意 保 密", "hold 注意保密"},
        {"give back", "（阅后退回）", "hold 阅后退回"},
        {"destroy", "本件请阅后销毁。", "hold 阅后销毁"},
        {"two at once", "注意保密 阅后退回", "hold 注意保密; hold 阅后退回"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

static void test_restricted(void)
{
    static const SecrecyRow rows[] = {
        {"of the monthly", "(内部资料 注意保存)", "restrict 内部资料注意保存"},
        {"with comma", "内部资料，注意保存", "restrict 内部资料注意保存"},
        {"letter-spaced", "内 部 资 料  注 意 保 存", "restrict 内部资料注意保存"},
        {"on two lines", "内部资料\n注意保存\n", "restrict 内部资料注意保存"},
        {"for reading", "【内部参阅】", "restrict 内部参阅"},
        {"use", "仅供内部使用", "restrict 仅供内部使用"},
        {"not to be passed on", "本刊内容不得外传。", "restrict 不得外传"},
        {"paragraph of running text",
         "会议要求，各单位要健全档案管理制度，明确专人负责借阅登记，涉及群众个人信息的材料一律不得外传，"
         "对违反规定的要严肃处理，并及时向区委办公室报告有关情况，确保不出问题。",
         ""},
        {"with a hold", "内部参阅 注意保密", "hold 注意保密; restrict 内部参阅"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

static void test_file_names(void)
{
    static const SecrecyRow rows[] = {
        {"plain", "上街信息第19期.txt", ""},
        {"level", "机密-通知.txt", "refuse 机密"},
        {"spaced", "秘 密 文件.txt", "refuse 秘密"},
        {"underlined", "绝_密.txt", "refuse 绝密"},
        {"classified", "涉密目录.txt", "refuse 涉密"},
        {"full-width blank", "机　密.doc", "refuse 机密"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), TRUE);
}

/* A lone level counts in the first and the last 15 visible lines, empty ones between or not. */
static void test_edges(void)
{
    static const struct {
        const char *name;
        int before, after;
        gboolean hit;
    } rows[] = {
        {"first line", 0, 100, TRUE},     {"fifteenth line", 14, 100, TRUE},
        {"sixteenth line", 15, 100, FALSE}, {"last line", 100, 0, TRUE},
        {"fifteenth from the end", 100, 14, TRUE}, {"sixteenth from the end", 100, 15, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = 0; n < rows[i].before; n++)
            g_string_append(text, "各单位抓好落实。\n\n");
        g_string_append(text, "  秘 密  \n");
        for (int n = 0; n < rows[i].after; n++)
            g_string_append(text, "\n各单位抓好落实。\n");
        g_autoptr(GPtrArray) hits = secrecy_scan("", text->str);
        g_assert_cmpuint(hits->len, ==, rows[i].hit ? 1 : 0);
    }
}

static void test_place(void)
{
    g_autoptr(GPtrArray) hits = secrecy_scan("涉密.txt", "\n\n工作秘密\n\n机密★\n");
    g_assert_cmpuint(hits->len, ==, 3);
    static const int lines[] = {0, 5, 3};
    for (guint i = 0; i < hits->len; i++)
        g_assert_cmpint(((SecrecyHit *)g_ptr_array_index(hits, i))->line, ==, lines[i]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secrecy/refused", test_refused);
    g_test_add_func("/secrecy/running-text", test_running_text);
    g_test_add_func("/secrecy/held", test_held);
    g_test_add_func("/secrecy/restricted", test_restricted);
    g_test_add_func("/secrecy/file-names", test_file_names);
    g_test_add_func("/secrecy/edges", test_edges);
    g_test_add_func("/secrecy/place", test_place);
    return g_test_run();
}
