/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words of mail that came back. All looks are linear in the text. */
#include "daemon/inbox/report-words.h"

#include <string.h>

enum { SIGN_CHARS = 40 };

/* ---- tables, as folded by fold() ---- */

static const char *const system_senders[] = {"mailer-daemon", "postmaster", "mail-daemon", "maildaemon",
                                             "系统退信",      "系统管理员", "邮件系统",    NULL};
static const char *const delays[] = {"delay",    "could not send message for past", "not yet been delivered", "延迟",
                                     "暂未送达", "暂时未能",                        "等待重试",               NULL};
static const char *const failures[] = {"undeliver", "failure",  "delivery fail", "mail delivery failed", "returned mail",
                                       "returned to sender",    "not delivered", "bounce",   "退信",     "退回",
                                       "无法投递",  "投递失败", "发送失败",      "发送不成功", "未传递", "未送达",
                                       "被拒",      NULL};
static const char *const automatics[] = {
    "自动回复",   "自动答复",     "自动应答",       "自动回信",      "自动答覆",      "自動回覆",    "假期回复",
    "外出回复",   "不在办公室",   "已读回执",       "automatic reply", "autoreply",   "auto reply",  "auto-reply",
    "autoresponse", "auto response", "out of office", "out-of-office", "out of the office", "away from the office", NULL};
static const char *const precedences[] = {"auto_reply", "auto-reply", "bulk", "junk", NULL};

static const char *const *const tables[] = {
    [REPORT_WORDS_SYSTEM] = system_senders, [REPORT_WORDS_DELAY] = delays,           [REPORT_WORDS_FAILURE] = failures,
    [REPORT_WORDS_AUTOMATIC] = automatics,  [REPORT_WORDS_PRECEDENCE] = precedences,
};

/* What says it came, and what takes that back: 未收到, 收到了吗, 请重发. */
static const char *const receipts[] = {"已收",   "收到", "收悉", "签收", "收讫", "敬悉", "知悉",
                                       "已悉",   "已阅", "received", NULL};
static const char *const doubts[] = {"未",     "没",     "沒",   "收不到", "不到", "无法", "无收",   "重发",   "再发",
                                     "重新",   "补发",   "补寄", "打不开", "乱码", "错",   "误",     "缺",     "少",
                                     "退",     "是否",   "请问", "吗",     "?",    "不是", "不再",   "不清",   "如",
                                     "若",     "待",     "后再", "尽快",   "not ", "n't",  "再次发", "没有收", "请发",
                                     "重传",   "否",     "何时", "哪",     "失败", "空白", NULL};
/* Lines that only greet. */
static const char *const greetings[] = {"您好",   "你好", "各位好", "领导好", "老师好", "早上好", "上午好",
                                        "下午好", "hi",   "hello",  "大家好", NULL};
/* Where what is quoted begins. */
static const char *const quotation_heads[] = {"原始邮件", "原邮件",   "转发邮件", "original message", "发件人:", "from:",
                                              "写道:",    " wrote:", "在 20",    "发自我的",         NULL};

static char *fold(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *plain = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE); /* full width too */
    return g_utf8_casefold(plain != NULL ? plain : valid, -1);
}

static gboolean folded_has(const char *folded, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(folded, *words) != NULL)
            return TRUE;
    return FALSE;
}

gboolean report_words_in(const char *text, ReportWords words)
{
    g_return_val_if_fail(words < G_N_ELEMENTS(tables), FALSE);
    g_autofree char *folded = fold(text);
    return folded_has(folded, tables[words]);
}

/* ---- a person's own line ---- */

/* "您好！", or "尊敬的办公室：": a line that ends in a colon says nothing yet. */
static gboolean is_greeting(const char *folded)
{
    gsize length = strlen(folded);
    for (const char *const *word = greetings; *word != NULL; word++) {
        gsize n = strlen(*word);
        if (g_str_has_prefix(folded, *word) && strspn(folded + n, " !,.~") == length - n)
            return TRUE;
        if (g_str_has_prefix(folded, *word) && (g_str_equal(folded + n, "。") || g_str_equal(folded + n, "、")))
            return TRUE;
    }
    return length > 0 && folded[length - 1] == ':';
}

static gboolean is_quoted(const char *line)
{
    return *line == '>' || *line == '|' || g_str_has_prefix(line, "--");
}

/* Blanks of any width at both ends. */
static char *trimmed(const char *line)
{
    g_autofree char *valid = g_utf8_make_valid(line, -1);
    const char *from = valid, *to = valid + strlen(valid);
    while (*from != '\0' && (g_unichar_isspace(g_utf8_get_char(from)) || g_utf8_get_char(from) == 0xfeff))
        from = g_utf8_next_char(from);
    while (to > from && g_unichar_isspace(g_utf8_get_char(g_utf8_prev_char(to))))
        to = g_utf8_prev_char(to);
    return g_strndup(from, (gsize)(to - from));
}

char *report_words_own_line(const char *text, gboolean *more)
{
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    char *own = NULL;
    if (more != NULL)
        *more = FALSE;
    for (char **at = lines; *at != NULL; at++) {
        g_autofree char *line = trimmed(*at);
        g_autofree char *folded = fold(line);
        if (is_quoted(line) || folded_has(folded, quotation_heads))
            break;
        if (*line == '\0' || (own == NULL && is_greeting(folded)))
            continue;
        if (own != NULL) {
            if (more != NULL)
                *more = TRUE;
            break;
        }
        own = g_steal_pointer(&line);
    }
    return own;
}

gboolean report_words_sign(const char *line)
{
    if (g_utf8_strlen(line, -1) > SIGN_CHARS)
        return FALSE;
    g_autofree char *folded = fold(line);
    return folded_has(folded, receipts) && !folded_has(folded, doubts);
}

/* ---- HTML ---- */

static const struct { const char *name, *text; } entities[] = {
    {"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"},
};

/* What stands between these is not for people. */
static const char *const hidden[] = {"style", "script", "title", NULL};

/* Behind the tag at html, and behind what it hides. */
static const char *skip_tag(const char *html)
{
    const char *end = strchr(html, '>');
    for (const char *const *name = hidden; *name != NULL; name++) {
        gsize length = strlen(*name);
        if (g_ascii_strncasecmp(html + 1, *name, length) != 0 || g_ascii_isalnum(html[1 + length]))
            continue;
        const char *closing = end != NULL ? strstr(end, "</") : NULL;
        return closing != NULL ? closing : html + strlen(html);
    }
    return end != NULL ? end + 1 : html + strlen(html);
}

static const char *append_entity(GString *out, const char *html)
{
    for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
        if (g_str_has_prefix(html, entities[i].name)) {
            g_string_append(out, entities[i].text);
            return html + strlen(entities[i].name);
        }
    g_string_append_c(out, '&');
    return html + 1;
}

void report_words_of_html(GString *out, const char *html, gsize max)
{
    while (*html != '\0' && out->len < max) {
        if (*html == '<') {
            g_string_append_c(out, '\n');
            html = skip_tag(html);
        } else if (*html == '&') {
            html = append_entity(out, html);
        } else {
            g_string_append_c(out, *html++);
        }
    }
}
