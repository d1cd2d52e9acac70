/* SPDX-License-Identifier: GPL-3.0-or-later
 * The configuration file: what is taken, the defaults, and every error at its line. */
#include "daemon/config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

/* A file that is right, to which a row adds its own lines after line 6. */
#define RIGHT                                                              \
    "spool = \"/var/spool/songfa\"; store = \"/var/lib/songfa/db\";\n"     \
    "clerk = \"zhiban@example.test\";\n"                                   \
    "sender = { name = \"送发\"; address = \"songfa@example.test\"; };\n"  \
    "watch = ( { folder = \"/srv/in\"; } );\n"                             \
    "relays = ( { host = \"127.0.0.1\"; } );\n"                            \
    "series = ( { key = \"sjxx\"; name = \"上街信息\"; title = \"上街信息\"; } );\n"
#define HEAD                                                               \
    "spool = \"s\"; store = \"d\"; clerk = \"a@example.test\";\n"          \
    "sender = { name = \"送发\"; address = \"a@example.test\"; };\n"
#define WATCH "watch = ( { folder = \"in\"; } );\n"
#define RELAY "relays = ( { host = \"127.0.0.1\"; } );\n"
#define SERIES "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\"; } );\n"

typedef struct {
    char *folder, *file;
    GPtrArray *problems;
    Config *config;
} Loaded;

static void loaded_clear(Loaded *loaded)
{
    g_remove(loaded->file);
    g_rmdir(loaded->folder);
    g_free(loaded->file);
    g_free(loaded->folder);
    g_ptr_array_unref(loaded->problems);
    config_free(loaded->config);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Loaded, loaded_clear)

static Loaded load(const char *text, gssize length)
{
    Loaded loaded = {.folder = g_dir_make_tmp("songfa-config-XXXXXX", NULL)};
    loaded.file = g_build_filename(loaded.folder, "songfad.conf", NULL);
    g_assert_true(g_file_set_contents(loaded.file, text, length, NULL));
    loaded.problems = g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    loaded.config = config_load(loaded.file, loaded.problems);
    return loaded;
}

/* "LINE message" of all problems, one a line. */
static char *shown(const Loaded *loaded)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < loaded->problems->len; i++) {
        const ConfigProblem *problem = g_ptr_array_index(loaded->problems, i);
        g_assert_cmpstr(problem->file, ==, loaded->file);
        g_assert_false(problem->warning);
        g_string_append_printf(out, "%d %s\n", problem->line, problem->message);
    }
    return g_string_free(out, FALSE);
}

#define MAILBOX(more) \
    "mailbox = { host = \"imap.example.test\"; user = \"u\"; password_file = \"p\"; " more " };\n"

/* Each line of want begins with a line number; its words must stand in the problem of that place in
 * the list. "" = no problem. */
static const struct { const char *name, *text, *want; } rows[] = {
    {"right", RIGHT, ""},
    {"reports",
     RIGHT "reports = { host = \"imap.example.test\"; user = \"u\"; password_file = \"p\"; };\n", ""},
    {"limit of removals", RIGHT "directory = { shrink_limit = 0; };\n", ""},
    {"limit over all", RIGHT "directory = { shrink_limit = 101; };\n", "7 “shrink_limit”的值 101 超出范围，应在 0 到 100 之间"},
    {"reports without login", RIGHT "reports = {\n host = \"127.0.0.1\"; };\n",
     "7 缺少必需的设置“user”\n7 “password_file”"},
    {"reports in clear off loopback",
     RIGHT "reports = { host = \"imap.example.test\"; user = \"u\"; password_file = \"p\";\n tls = \"none\"; };\n",
     "8 tls = \"implicit\""},
    {"reports over STARTTLS",
     RIGHT "reports = { host = \"127.0.0.1\"; user = \"u\"; password_file = \"p\";\n tls = \"starttls\"; };\n", ""},
    {"mailbox", RIGHT MAILBOX("allow = ( \"a@x.test\", \"@\xe4\xb8\xad\xe5\x9b\xbd.test\" ); authserv_id = \"mx\";"), ""},
    {"mailbox that trusts anybody's From", RIGHT MAILBOX("allow = ( \"a@x.test\" );"), "7 发件人地址谁都可以假冒"},
    {"mailbox that is told to", RIGHT MAILBOX("allow = ( \"a@x.test\" ); trust_from = true;"), ""},
    {"mailbox for nobody", RIGHT MAILBOX("allow = ( ); words_file = \"w\";"), "7 “allow”里没有人"},
    {"mailbox without senders", RIGHT MAILBOX("words_file = \"w\";"), "7 缺少必需的设置“allow”"},
    {"senders that are none", RIGHT MAILBOX("allow = ( \"x.test\", \"a@\" ); words_file = \"w\";"),
     "7 “x.test”不是发件人\n7 “a@”不是发件人"},
    {"mailbox of an unknown series", RIGHT MAILBOX("allow = ( \"a@x.test\" ); words_file = \"w\"; series = \"no\";"),
     "7 series 里没有 key 为“no”的刊物"},
    {"what is refused moved to where it was",
     RIGHT MAILBOX("allow = ( \"a@x.test\" ); words_file = \"w\"; folder = \"in\"; refused = \"in\";"), "7 同一个文件夹"},
    {"mailbox and reports in one",
     RIGHT "reports = { host = \"imap.example.test\"; user = \"u\"; password_file = \"p\"; };\n"
     "mailbox = { host = \"imap.example.test\"; user = \"u\"; password_file = \"p\"; allow = ( \"a@x.test\" ); trust_from = true; };\n",
     "8 收稿和收退信用的是同一个邮箱"},
    {"web", RIGHT "web = { listen = \"127.0.0.1:8025\"; public_url = \"https://songfa.example.test/x/\"; };\n", ""},
    {"web on IPv6", RIGHT "web = { listen = \"[::1]:8025\"; };\n", ""},
    {"web with TLS", RIGHT "web = { listen = \"192.0.2.1:443\"; certificate = \"c\"; key = \"k\"; };\n", ""},
    {"web in clear, said twice", RIGHT "web = { listen = \"0.0.0.0:80\"; allow_plain = true; };\n", ""},
    {"web in clear off loopback", RIGHT "web = {\n listen = \"0.0.0.0:80\"; };\n", "8 allow_plain = true"},
    {"web on a name", RIGHT "web = {\n listen = \"localhost:80\"; };\n", "8 “listen”"},
    {"web without port", RIGHT "web = {\n listen = \"127.0.0.1\"; };\n", "8 “listen”"},
    {"web on too high a port", RIGHT "web = {\n listen = \"127.0.0.1:65536\"; };\n", "8 “listen”"},
    {"web on IPv6 without brackets", RIGHT "web = {\n listen = \"::1:80\"; };\n", "8 “listen”"},
    {"web with half of TLS", RIGHT "web = { listen = \"127.0.0.1:80\";\n key = \"k\"; };\n", "8 “certificate”和“key”"},
    {"web without address", RIGHT "web = { public_url = \"https://a.example.test\"; };\n", "7 缺少必需的设置“listen”"},
    {"public address of another kind", RIGHT "web = { listen = \"127.0.0.1:80\";\n public_url = \"ftp://a.example.test\"; };\n",
     "8 “public_url”"},
    {"public address with a query", RIGHT "web = { listen = \"127.0.0.1:80\";\n public_url = \"https://a.example.test?a\"; };\n",
     "8 “public_url”"},
    {"public address without host", RIGHT "web = { listen = \"127.0.0.1:80\";\n public_url = \"https:///a\"; };\n",
     "8 “public_url”"},
    {"links", RIGHT "web = { listen = \"127.0.0.1:80\"; public_url = \"https://a.example.test\"; };\n"
     "attachments = { link_above = \"10M\"; link_lasts = \"30d\"; };\n", ""},
    {"links to nowhere", RIGHT "attachments = {\n link_above = \"10M\"; };\n", "8 “public_url”"},
    {"a folder with everything", HEAD "watch = (\n { folder = \"in\"; series = \"a\"; release = \"second\"; clerk = \"a@example.test\";"
     " final = \"sidecar\"; pattern = \".done\"; scan = \"1m\"; events = false; subfolders = true; results = true; } );\n"
     RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\"; } );\n", ""},
    {"a folder of an unknown series", HEAD "watch = (\n { folder = \"in\"; series = \"zz\"; } );\n" RELAY SERIES, "4 没有刊物“zz”"},
    {"a pattern of nothing", HEAD "watch = (\n { folder = \"in\"; pattern = \"*定稿*\"; } );\n" RELAY SERIES, "4 “pattern”只用于 final"},
    {"a rule that is none", HEAD "watch = (\n { folder = \"in\"; final = \"later\"; } );\n" RELAY SERIES, "4 “final”"},
    {"scans too rarely", HEAD "watch = (\n { folder = \"in\"; scan = \"2h\"; } );\n" RELAY SERIES, "4 “scan”的值 7200 超出范围"},
    {"answers to nobody we know", RIGHT "answers = \"some\";\n", "7 “answers”"},
    {"byte-order mark", "\xef\xbb\xbf" RIGHT, ""},
    {"comments and strings with digits", RIGHT "# 99999999999\n// 1 /* 2\n/* 99999999999 @include */\n", ""},
    {"unknown key at the top", RIGHT "spol = 1;\n", "7 不认识的设置“spol”；这里可用的有：spool, store"},
    {"unknown keys everywhere, all at once",
     HEAD "watch = (\n { folder = \"in\"; foler = 1; }\n);\nrelays = ( { host = \"localhost\";\n prot = 25; } );\n"
     SERIES "retry = {\n deleys = [1]; };\nx = 1;\n",
     "4 “foler”；这里可用的有：folder, settle\n7 “prot”\n10 “deleys”\n11 “x”"},
    {"all required missing", "\n",
     "0 缺少必需的设置“spool”\n0 “store”\n0 “clerk”\n0 “sender”\n0 “watch”\n0 “relays”\n0 “series”"},
    {"required inside a group", HEAD RELAY SERIES "watch = (\n { settle = 3; } );\n",
     "6 缺少必需的设置“folder”"},
    {"number as text", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n port = \"25\"; } );\n",
     "6 “port”应是整数，不加引号，例如 port = 1;"},
    {"text as number", RIGHT "templates = 5;\n", "7 “templates”应是文字，要加双引号"},
    {"integer that 32 bits would cut", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n port = 4294967321; } );\n",
     "6 “port”的值 4294967321 超出范围，应在 1 到 65535 之间"},
    {"hexadecimal that 32 bits would cut", RIGHT "max_file_size = 0x100000000000;\n", "7 17592186044416 超出范围"},
    {"integer beyond 64 bits", RIGHT "max_file_size = 99999999999999999999;\n", "7 超出范围"},
    {"negative", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n spare_copies = -1; } );\n",
     "6 “spare_copies”的值 -1 超出范围，应在 0 到 9999 之间"},
    {"float for integer", RIGHT "max_file_size = 1.5e6;\n", "7 “max_file_size”应是大小"},
    {"size with a wrong unit", RIGHT "max_file_size = \"32 MB\";\n", "7 “max_file_size”应是大小"},
    {"duration without unit", RIGHT "retry = { give_up_after = \"72\"; };\n", "7 “give_up_after”应是时长"},
    {"duration too long", RIGHT "retry = { give_up_after = \"99999999999999d\"; };\n", "7 “give_up_after”的值 8639999999999913600 超出范围，应在 1 到 2592000 之间"},
    {"duration beyond 64 bits", RIGHT "retry = { give_up_after = \"999999999999999999d\"; };\n",
     "7 “give_up_after”应是时长"},
    {"delay of nothing", RIGHT "retry = { delays = [ 60,\n 0 ]; };\n", "8 “delays”的值 0 超出范围"},
    {"no delays", RIGHT "retry = { delays = []; };\n", "7 “delays”应是一列时长"},
    {"empty text", RIGHT "templates = \"\";\n", "7 “templates”是空的"},
    {"line break in a name", HEAD WATCH RELAY "series = ( { key = \"a\"; title = \"甲\";\n name = \"甲\\nBcc: x\"; } );\n",
     "6 “name”里有换行或控制字符"},
    {"bad clerk", "clerk = \"zhiban@\";\n", "0 \n0 \n0 \n0 \n0 \n0 \n1 “clerk”不是可用的邮箱地址："},
    {"unknown word for tls", HEAD WATCH SERIES "relays = ( { host = \"m.example.test\";\n tls = \"ssl\"; } );\n",
     "6 “tls”只能是 \"none\"、\"starttls\"、\"implicit\" 之一"},
    {"no TLS off loopback", HEAD WATCH SERIES "relays = ( { host = \"m.example.test\";\n tls = \"none\"; } );\n",
     "6 allow_plain = true;"},
    {"no TLS off loopback, asked for twice",
     HEAD WATCH SERIES "relays = ( { host = \"m.example.test\"; tls = \"none\"; allow_plain = true; } );\n", ""},
    {"no TLS on loopback", HEAD WATCH SERIES "relays = ( { host = \"::1\"; tls = \"none\"; } );\n", ""},
    {"flag in quotes", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n pipelining = \"yes\"; } );\n",
     "6 “pipelining”只能是 true 或 false"},
    {"host with scheme", HEAD WATCH SERIES "relays = ( { host = \"smtp://m.example.test:25\"; } );\n",
     "5 “host”应只是主机名或 IP 地址"},
    {"user without password", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n user = \"u\"; } );\n",
     "6 “user”和“password_file”两项都有"},
    {"token without xoauth2", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; user = \"u\"; password_file = \"p\";\n token_file = \"t\"; } );\n",
     "6 令牌只用于 auth = \"xoauth2\""},
    {"xoauth2 without token", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; user = \"u\";\n auth = \"xoauth2\"; } );\n",
     "6 “token_file”和“token_command”之一"},
    {"xoauth2 with an empty command", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; user = \"u\";\n auth = \"xoauth2\"; token_command = []; } );\n",
     "6 “token_file”和“token_command”之一"},
    {"xoauth2 with a password", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; user = \"u\"; auth = \"xoauth2\"; token_file = \"t\";\n password_file = \"p\"; } );\n",
     "6 用令牌登录，不用口令"},
    {"xoauth2", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; user = \"u\"; auth = \"xoauth2\"; token_command = [ \"t\", \"-x\" ]; } );\n", ""},
    {"MAIL FROM that is none", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n mail_from = \"x\"; } );\n",
     "6 “mail_from”不是可用的邮箱地址"},
    {"limits", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; per_minute = 30; per_day = 1000; gap = \"2s\"; } );\n"
     "domains = ( { domain = \".gov.test\"; connections = 2; }, { domain = \"qq.test\"; gap = 5; } );\n", ""},
    {"a limit of nothing", HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\";\n per_day = 0; } );\n",
     "6 “per_day”的值 0 超出范围"},
    {"a domain that is none", RIGHT "domains = ( { gap = 5;\n domain = \"a b\"; } );\n", "8 “a b”不是域名"},
    {"a domain without limits", RIGHT "domains = ( {\n domain = \"a.test\"; } );\n", "8 这个域没有限制"},
    {"a domain twice", RIGHT "domains = ( { domain = \"a.test\"; gap = 1; },\n { domain = \"a.test\"; gap = 2; } );\n",
     "8 “domain”的值“a.test”前面已经用过"},
    {"two relays of one name",
     HEAD WATCH SERIES "relays = ( { name = \"a\"; host = \"127.0.0.1\"; },\n { name = \"a\"; host = \"::1\"; } );\n",
     "6 “name”的值“a”前面已经用过"},
    {"two relays of one host and port",
     HEAD WATCH SERIES "relays = ( { host = \"127.0.0.1\"; },\n { host = \"127.0.0.1\"; } );\n",
     "6 “name”的值“127.0.0.1:25”前面已经用过"},
    {"duplicate series key",
     HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\"; },\n"
     " { key = \"a\"; name = \"乙\"; title = \"乙\"; } );\n", "6 “key”的值“a”前面已经用过"},
    {"two series that look alike",
     HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\"; },\n"
     " { key = \"b\"; name = \"乙\"; title = \"甲\"; } );\n", "6 刊物“b”和“a”的 title、office、number_form 完全相同"},
    {"key that cannot stand in a List-Id", HEAD WATCH RELAY "series = ( { key = \"上街\"; name = \"甲\"; title = \"甲\"; } );\n",
     "5 “key”用小写字母开头"},
    {"series that nothing tells apart", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; } );\n",
     "5 这个刊物认不出来"},
    {"number form", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\";\n number_form = \"no\"; } );\n",
     "6 “number_form”只能是"},
    {"internal domain", HEAD WATCH RELAY
     "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n internal_domains = [ \".example.test\", \"a b\" ]; } );\n",
     "6 “a b”不是域名"},
    {"domains as one text", HEAD WATCH RELAY
     "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n internal_domains = \"example.test\"; } );\n",
     "6 “internal_domains”应是一列文字"},
    {"two watches on one folder", HEAD RELAY SERIES "watch = ( { folder = \"in\"; },\n { folder = \"./x/../in\"; } );\n",
     "6 “folder”的值"},
    {"group for list", HEAD RELAY SERIES "watch = { folder = \"in\"; };\n", "5 “watch”应列出至少一组设置"},
    {"empty list", HEAD RELAY SERIES "watch = ( );\n", "5 “watch”应列出至少一组设置"},
    {"text for group", RIGHT "retry = \"1m\";\n", "7 “retry”应是一组设置"},
    {"written twice", RIGHT "clerk = \"b@example.test\";\n", "7 同一个设置写了两次"},
    {"semicolon forgotten", HEAD WATCH "max_file_size = 5\nclerk2 = = 1;\n", "5 写法不对"},
    {"quote forgotten", RIGHT "templates = \"x;\n", "8 写法不对"},
    {"times of a series", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n delay = \"10m\"; at = \"08:30\"; when = \"working-hours\"; quiet = \"none\"; } );\n"
     "working_hours = \"08:30-12:00\"; quiet = \"21:00-07:00\"; quiet_passes = \"urgent\"; calendar = \"calendar\";\n", ""},
    {"a delay too long", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n delay = \"8d\"; } );\n", "6 “delay”的值 691200 超出范围"},
    {"a time that is none", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n at = \"8:30\"; } );\n", "6 “at”应是钟点"},
    {"a time as a number", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n at = 830; } );\n", "6 “at”应是文字"},
    {"a word for when", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n when = \"now\"; } );\n",
     "6 “when”只能是 \"any\"、\"working-days\"、\"working-hours\" 之一"},
    {"a time outside of the working hours", HEAD WATCH RELAY "series = ( { key = \"a\"; name = \"甲\"; title = \"甲\";\n when = \"working-hours\"; at = \"12:30\"; } );\n",
     "6 “at”不在“working_hours”的时段里"},
    {"working hours over midnight", RIGHT "working_hours = \"21:00-07:00\";\n", "7 “working_hours”：时段的终点应晚于起点：“21:00-07:00”"},
    {"no working hours", RIGHT "working_hours = \"none\";\n", "7 “working_hours”：不是时段"},
    {"quiet hours that overlap", RIGHT "quiet = \"20:00-22:00,21:00-07:00\";\n", "7 “quiet”：各时段应按先后写，不能重叠"},
    {"a word for what passes", RIGHT "quiet_passes = \"all\";\n", "7 “quiet_passes”只能是"},
    {"include", RIGHT "@include \"/etc/passwd\"\n", "7 不支持 @include"},
    {"GBK", RIGHT "# \xb8\xb4\n", "7 不是 UTF-8 编码"},
};

static void test_problems(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(Loaded) loaded = load(rows[i].text, -1);
        g_autofree char *got = shown(&loaded);
        g_auto(GStrv) want = g_strsplit(rows[i].want, "\n", -1);
        g_auto(GStrv) have = g_strsplit(g_strchomp(got), "\n", -1);
        gboolean right = g_strv_length(want) == g_strv_length(have) &&
                         (loaded.config == NULL) == (*rows[i].want != '\0');
        for (guint k = 0; right && want[k] != NULL; k++) {
            char *words = strchr(want[k], ' ');
            gsize head = words != NULL ? (gsize)(words - want[k]) + 1 : 0;
            right = strncmp(want[k], have[k], head) == 0 && strstr(have[k], want[k] + head) != NULL;
        }
        if (!right)
            g_error("%s: want\n%s\ngot\n%s", rows[i].name, rows[i].want, got);
    }
}

static void test_unreadable(void)
{
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    g_assert_null(config_load("/nonexistent/songfad.conf", problems));
    g_assert_cmpuint(problems->len, ==, 1);
    const ConfigProblem *problem = g_ptr_array_index(problems, 0);
    g_assert_nonnull(strstr(problem->message, "读不了配置文件"));
    g_auto(Loaded) loaded = load("a = 1;\nb\0 = 2;\n", 15);
    g_autofree char *got = shown(&loaded);
    g_assert_nonnull(strstr(got, "2 文件里有 NUL 字节"));
}

static void test_defaults(void)
{
    g_setenv("SONGFA_TEMPLATES", "/opt/templates", TRUE);
    g_auto(Loaded) loaded = load(RIGHT, -1);
    g_unsetenv("SONGFA_TEMPLATES");
    const Config *config = loaded.config;
    g_assert_nonnull(config);
    g_assert_cmpstr(config->spool, ==, "/var/spool/songfa");
    g_assert_cmpstr(config->clerk, ==, "zhiban@example.test");
    g_assert_cmpstr(config->sender.name, ==, "送发");
    g_assert_null(config->sender.reply_to);
    g_assert_cmpint(config->max_file_size, ==, 33554432);
    const int delays[] = {60, 300, 900, 1800, 3600, 7200, 14400};
    g_assert_cmpuint(config->retry.delays->len, ==, G_N_ELEMENTS(delays));
    for (guint i = 0; i < G_N_ELEMENTS(delays); i++)
        g_assert_cmpint(GPOINTER_TO_INT(config->retry.delays->pdata[i]), ==, delays[i]);
    g_assert_cmpint(config->retry.give_up_after, ==, 259200);
    const ConfigWatch *watch = config->watches->pdata[0];
    g_assert_cmpint(watch->settle, ==, 2);
    const RelaySettings *relay = config->relays->pdata[0];
    g_assert_cmpstr(relay->name, ==, "127.0.0.1:25");
    g_assert_cmpint(relay->tls, ==, TLS_NONE);
    g_assert_cmpint(relay->connections, ==, 4);
    g_assert_cmpint(relay->timeout, ==, 60);
    g_assert_true(relay->pipelining);
    g_assert_cmpint(relay->recipients, ==, 100);
    g_assert_cmpint(relay->limit.per_minute + relay->limit.per_day + relay->limit.gap, ==, 0);
    const ConfigSeries *series = config_series(config, "sjxx");
    g_assert_nonnull(series);
    g_assert_null(config_series(config, "other"));
    g_assert_cmpint(series->release, ==, RELEASE_AUTO);
    g_assert_true(series->personal);
    g_assert_cmpint(series->pdf, ==, PDF_NONE);
    g_assert_cmpstr(series->templates, ==, "/opt/templates");
    g_assert_cmpuint(g_strv_length(series->internal_domains), ==, 0);
    g_assert_cmpint(config_line(config, &relay->host), ==, 5);
    g_assert_cmpint(config_line(config, &relay->port), ==, 0);
}

static void test_values(void)
{
    g_auto(Loaded) loaded = load(
        "spool = \"spool\"; store = \"../db\"; clerk = \"a@example.test\"; templates = \"zh\";\n"
        "sender = { name = \"送\"; address = \"a@example.test\"; reply_to = \"b@example.test\"; };\n"
        "watch = ( { folder = \"in\"; settle = \"1m\"; } ); max_file_size = \"5M\";\n"
        "relays = ( { host = \"m.example.test\"; user = \"u\"; password_file = \"relay\"; ca_file = \"ca.pem\"; },\n"
        "  { host = \"n.example.test\"; tls = \"implicit\"; pipelining = false; connections = 200; recipients = 7;\n"
        "    user = \"u\"; password_file = \"./pw\"; timeout = \"2m\"; } );\n"
        "retry = { delays = ( 1, \"2h\" ); give_up_after = \"1d\"; };\n"
        "series = ( { key = \"a-1\"; name = \"甲\"; office = \"办\"; release = \"manual\"; templates = \"/t\";\n"
        "  internal_domains = [ \"example.test\", \".example.test\" ]; archive_copies = 2; spare_copies = 3; personal = false; pdf = \"required\"; },\n"
        "  { key = \"b\"; name = \"乙\"; number_form = \"total\"; } );\n", -1);
    g_autofree char *problems = shown(&loaded);
    g_assert_cmpstr(problems, ==, "");
    const Config *config = loaded.config;
    g_autofree char *spool = g_build_filename(loaded.folder, "spool", NULL);
    g_assert_cmpstr(config->spool, ==, spool);
    g_autofree char *above = g_path_get_dirname(loaded.folder);
    g_autofree char *store = g_build_filename(above, "db", NULL);
    g_assert_cmpstr(config->store, ==, store);
    g_assert_cmpint(config->max_file_size, ==, 5 << 20);
    g_assert_cmpint(((ConfigWatch *)config->watches->pdata[0])->settle, ==, 60);
    const RelaySettings *first = config->relays->pdata[0], *second = config->relays->pdata[1];
    g_assert_cmpint(first->tls, ==, TLS_STARTTLS);
    g_assert_cmpint(first->port, ==, 587);
    g_assert_cmpstr(first->password_file, ==, "relay");
    g_assert_cmpint(second->tls, ==, TLS_IMPLICIT);
    g_assert_cmpint(second->port, ==, 465);
    g_assert_cmpint(second->timeout, ==, 120);
    g_assert_false(second->pipelining);
    g_assert_cmpint(second->recipients, ==, 7);
    g_autofree char *password = g_build_filename(loaded.folder, "pw", NULL);
    g_assert_cmpstr(second->password_file, ==, password);
    g_assert_cmpint(GPOINTER_TO_INT(config->retry.delays->pdata[1]), ==, 7200);
    const ConfigSeries *series = config_series(config, "a-1");
    g_assert_cmpint(series->release, ==, RELEASE_CLERK);
    g_assert_false(series->personal);
    g_assert_cmpint(series->pdf, ==, PDF_REQUIRED);
    g_assert_cmpstr(series->templates, ==, "/t");
    g_assert_cmpstr(series->internal_domains[1], ==, ".example.test");
    g_assert_cmpint(series->archive_copies + 10 * series->spare_copies, ==, 32);
    g_autofree char *templates = g_build_filename(loaded.folder, "zh", NULL);
    g_assert_cmpstr(config_series(config, "b")->templates, ==, templates);
}

static void test_example(void)
{
    g_autofree char *file = g_build_filename(g_getenv("SONGFA_SRCDIR"), "doc/songfad.conf.example", NULL);
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    g_autoptr(Config) config = config_load(file, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    g_assert_cmpstr(config_series(config, "sjxx")->title, ==, "上街信息");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines) - 1, <, 40);
    int changes = 0;
    for (char **line = lines; *line != NULL; line++)
        changes += strstr(*line, "# 改：") != NULL;
    g_assert_cmpint(changes, ==, 3);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config/problems", test_problems);
    g_test_add_func("/config/unreadable", test_unreadable);
    g_test_add_func("/config/defaults", test_defaults);
    g_test_add_func("/config/values", test_values);
    g_test_add_func("/config/example", test_example);
    return g_test_run();
}
