/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses that may be written to, and the many that must never reach a relay. */
#include "daemon/base/address.h"

#include <string.h>

#include "daemon/base/error.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

/* want NULL: passes; otherwise the whole message behind "邮箱地址“…”不能用：". */
static const struct { const char *name, *input, *want; } rows[] = {
    {"plain", "quwei@sj.example.test", NULL},
    {"digits", "68933000@126.example", NULL},
    {"all of atext", "a!#$%&'*+-/=?^_`{|}~z@example.test", NULL},
    {"inner dots", "a.b.c@example.test", NULL},
    {"localhost", "root@localhost", NULL},
    {"localhost in capitals", "root@LOCALHOST", NULL},
    {"local part of 64", "a" L63 "@example.test", NULL},
    {"label of 63", "a@" L63 ".test", NULL},
    {"punycode", "a@xn--fiqs8s.example", NULL},
    {"label that begins with a digit", "a@163.example", NULL},
    {"empty", "", "地址是空的，请填写"},
    {"line feed at the end", "a@example.test\n", "第 15 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"header injected", "a@example.test\r\nBcc: b@example.test", "第 15 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"command injected", "a@example.test>\r\nRCPT TO:<b@example.test", "第 15 个字符“>”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"carriage return alone", "a\r@example.test", "第 2 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"tab", "a\t@example.test", "第 2 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"escape byte", "a@exa\x1bmple.test", "第 6 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"delete byte", "a\x7f@example.test", "第 2 个字符是换行、制表符之类的控制字符，请重新录入"},
    {"blank", "a b@example.test", "第 2 个字符是空格，请删去"},
    {"blank in front", " a@example.test", "第 1 个字符是空格，请删去"},
    {"ideographic space", "a@example.test　", "第 15 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"no-break space", "a\xc2\xa0@example.test", "第 2 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"zero-width space", "a\xe2\x80\x8b@example.test", "第 2 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"full-width at", "a＠example.test", "第 2 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"full-width dot", "a@example．test", "第 10 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"Chinese stop for a dot", "a@example。test", "第 10 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"Cyrillic a", "\xd0\xb0@example.test", "第 1 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"SMTPUTF8 local part", "张三@example.test", "第 1 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"SMTPUTF8 domain", "a@上街.example", "第 3 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"direction override", "a@\xe2\x80\xae" "example.test", "第 3 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"broken UTF-8", "a\xff@example.test", "第 2 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"NUL written long", "a\xc0\x80@example.test", "第 2 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"},
    {"quoted local part", "\"a b\"@example.test", "第 1 个字符“\"”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"display name", "a<a@example.test>", "第 2 个字符“<”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"comment", "a(x)@example.test", "第 2 个字符“(”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"two addresses", "a@example.test,b@example.test", "第 15 个字符“,”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"two addresses, semicolon", "a@example.test;b@example.test", "第 15 个字符“;”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"backslash", "a\\@example.test", "第 2 个字符“\\”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"source route", "@relay.test:a@example.test", "第 12 个字符“:”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"address literal", "a@[127.0.0.1]", "第 3 个字符“[”不能出现在地址里；只填写“名称@域名”，不带引号、括号"},
    {"bare IP address", "a@127.0.0.1", "“@”后面要写域名，不能写 IP 地址"},
    {"no at", "example.test", "缺少“@”"},
    {"two ats", "a@b@example.test", "有不止一个“@”；一栏只填一个地址"},
    {"nothing before at", "@example.test", "“@”前面没有名称"},
    {"nothing behind at", "a@", "“@”后面没有域名"},
    {"only at", "@", "“@”前面没有名称"},
    {"leading dot", ".a@example.test", "“@”前面的名称不能以点开头或结尾"},
    {"trailing dot", "a.@example.test", "“@”前面的名称不能以点开头或结尾"},
    {"two dots", "a..b@example.test", "“@”前面有连续的点"},
    {"local part of 65", "ab" L63 "@example.test", "“@”前面超过 64 个字符"},
    {"label of 64", "a@a" L63 ".test", "域名的一节“a" L63 "”超过 63 个字符"},
    {"domain of 256", "a@" L63 "." L63 "." L63 "." L63 ".x", "域名超过 255 个字符"},
    {"whole too long", L63 "@" L63 "." L63 "." L63, "地址超过 254 个字符"},
    {"domain leads with a dot", "a@.example.test", "域名中有多余的点"},
    {"domain ends with a dot", "a@example.test.", "域名中有多余的点"},
    {"domain with two dots", "a@example..test", "域名中有多余的点"},
    {"domain of one label", "a@example", "域名“example”不完整，至少要有一个点"},
    {"label begins with a hyphen", "a@-example.test", "域名的一节“-example”以连字符开头或结尾"},
    {"label ends with a hyphen", "a@example-.test", "域名的一节“example-”以连字符开头或结尾"},
    {"underscore in the domain", "a@ex_ample.test", "域名中不能有“_”"},
    {"percent hack in the domain", "a@b%c.test", "域名中不能有“%”"},
};

static void test_check(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        gboolean passes = address_check(rows[i].input, &error);
        g_assert_cmpint(passes, ==, rows[i].want == NULL);
        if (rows[i].want == NULL)
            continue;
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT);
        const char *what = strstr(error->message, "不能用：");
        g_assert_nonnull(what);
        g_assert_cmpstr(what + strlen("不能用："), ==, rows[i].want);
    }
}

/* The message quotes the address without its control bytes and not without end. */
static void test_message(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(address_check("a@b\r\nc.test", &error));
    g_assert_true(g_str_has_prefix(error->message, "邮箱地址“a@b??c.test”不能用："));
    g_autofree char *endless = g_strnfill(100000, 'a');
    g_autoptr(GError) cut = NULL;
    g_assert_false(address_check(endless, &cut));
    g_assert_cmpuint(strlen(cut->message), <, 200);
}

static void test_internal(void)
{
    static const char *const domains[] = {"sj.example.test", ".gov.example", NULL};
    static const struct { const char *name, *address; gboolean want; } cases[] = {
        {"the domain", "a@sj.example.test", TRUE},
        {"the domain, capitals", "a@SJ.Example.Test", TRUE},
        {"below a domain without a dot in front", "a@x.sj.example.test", FALSE},
        {"ends alike", "a@evilsj.example.test", FALSE},
        {"below", "a@oa.gov.example", TRUE},
        {"two below", "a@b.oa.gov.example", TRUE},
        {"the parent itself", "a@gov.example", FALSE},
        {"ends alike with the dot's name", "a@evilgov.example", FALSE},
        {"goes on", "a@sj.example.test.evil.example", FALSE},
        {"elsewhere", "a@example.org", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(address_is_internal(cases[i].address, domains), ==, cases[i].want);
    }
    g_assert_true(address_is_internal("a@example.org", NULL));
    g_assert_cmpstr(address_domain("a@example.org"), ==, "example.org");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/check", test_check);
    g_test_add_func("/address/message", test_message);
    g_test_add_func("/address/internal", test_internal);
    return g_test_run();
}
