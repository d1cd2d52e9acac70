/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads one issue: name and encoding, secrecy scan, then masthead, tail and body; at last the check
 * that it is a finished issue (DOMAIN.md §1). */
#include "daemon/issue/parse.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/issue/body.h"
#include "daemon/issue/format.h"
#include "daemon/issue/lines.h"
#include "daemon/issue/markdown.h"
#include "daemon/issue/masthead.h"
#include "daemon/issue/secrecy.h"
#include "daemon/issue/tail.h"
#include "daemon/issue/text.h"

/* No bulletin has as many lines; it bounds what a hostile file can cost. */
#define LINES_MAX 100000

typedef struct {
    TextResult result;
    const char *code, *message;
} Unreadable;

static const Unreadable unreadable[] = {
    {TEXT_EMPTY, "empty", N_("文件是空的，没有可读的文字。请确认已保存定稿内容后重新放入。")},
    {TEXT_BINARY, "binary",
     N_("文件含有空字节或控制字符，不是文本文件。请另存为纯文本（UTF-8 或 GB18030）后重新放入。")},
    {TEXT_UNREADABLE, "unreadable-encoding",
     N_("文件的文字编码无法识别，保密检查无法进行。请另存为 UTF-8 或 GB18030 文本后重新放入。")},
};

static void hold(Issue *issue, const char *code, const char *message)
{
    issue->verdict = ISSUE_HELD;
    issue_add_reason(issue, code, message);
}

typedef struct {
    const guint8 *data; /* of a text file; else */
    gsize length;
    const Extract *extract;
} Source;

/* What is scanned: where says where its lines are, NULL = in the text itself. */
typedef struct {
    const char *name, *text, *where;
} Scanned;

static char *place_of(const Scanned *scanned, const SecrecyHit *hit)
{
    if (scanned->where != NULL)
        return g_strdup(scanned->where);
    return hit->line == 0 ? g_strdup(_("文件名中")) : g_strdup_printf(_("正文第 %d 行"), hit->line);
}

static void add_hit(Issue *issue, const Scanned *scanned, const SecrecyHit *hit)
{
    gboolean refused = hit->level == SECRECY_REFUSE;
    g_autofree char *place = place_of(scanned, hit);
    g_autofree char *message =
        refused ? g_strdup_printf(_("%s有密级标志“%s”。涉密文件不得经互联网邮件传递，也不得在本机存储、处理；"
                                    "请立即按保密规定处置该文件，改用机要渠道分发。"),
                                  place, hit->mark)
                : g_strdup_printf(_("%s有“%s”字样，须由人工核定能否经邮件分发。"
                                    "核定可发的，请注明理由后放行。"),
                                  place, hit->mark);
    issue_add_reason(issue, refused ? "classified" : "secrecy-check", message);
}

/* FALSE when the issue is refused: then nothing of its text may be read into it. */
static gboolean check_secrecy(Issue *issue, const Scanned *scanned)
{
    g_autoptr(GPtrArray) hits = secrecy_scan(scanned->name, scanned->text);
    for (guint i = 0; i < hits->len; i++) {
        const SecrecyHit *hit = g_ptr_array_index(hits, i);
        if (issue->verdict == ISSUE_REFUSED && hit->level != SECRECY_REFUSE)
            break;
        if (hit->level == SECRECY_RESTRICT) {
            issue->restricted = TRUE;
            continue;
        }
        issue->verdict = hit->level == SECRECY_REFUSE ? ISSUE_REFUSED : ISSUE_HELD;
        add_hit(issue, scanned, hit);
        if (hit->level == SECRECY_REFUSE && issue->classification == NULL)
            issue->classification = g_strdup(hit->mark);
    }
    return issue->verdict != ISSUE_REFUSED;
}

static gboolean has_too_many_lines(const char *text)
{
    guint n = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        if (++n > LINES_MAX)
            return TRUE;
    return FALSE;
}

static void check_masthead(Issue *issue)
{
    gboolean numbered = issue->number > 0 || issue->total_number > 0 || issue->supplement > 0;
    if (!numbered && issue->office == NULL && issue->date == NULL) {
        hold(issue, "no-masthead",
             _("没有报头：找不到期号、编发单位和日期，看来不是一期定稿的刊物。请补全报头，"
               "或改从刊物定稿文件提交。"));
        return;
    }
    if (!numbered)
        hold(issue, "no-number", _("报头缺期号（如“第 19 期”）。请在刊名下补上期号后重新放入。"));
    if (issue->office == NULL)
        hold(issue, "no-office", _("报头缺编发单位（如“某某办公室”）。请补上编发单位后重新放入。"));
    if (issue->date == NULL)
        hold(issue, "no-date", _("报头缺日期（如“2020 年 3 月 6 日”）。请补上编发日期后重新放入。"));
}

static void check_distribution(Issue *issue)
{
    if (issue->distribution->len == 0)
        hold(issue, "no-distribution",
             _("文末没有发送范围（如“本期送：”“发：”“发放范围：”）。请在文末写明发送范围后重新放入。"));
}

static void read_text(Issue *issue, const char *text)
{
    g_autoptr(GPtrArray) lines = lines_split(text);
    g_autoptr(GPtrArray) rest = g_ptr_array_new();
    guint body = masthead_read(issue, lines);
    guint tail = tail_find(issue, lines, body);
    tail_read(issue, lines, tail, rest);
    body_read(issue, lines, body, tail, rest);
    check_masthead(issue);
    check_distribution(issue);
}

static void hold_unreadable(Issue *issue, const Source *source, TextResult result)
{
    const char *other = result != TEXT_EMPTY ? format_name_of_other(source->data, source->length) : NULL;
    if (other != NULL) {
        g_autofree char *message =
            g_strdup_printf(_("文件其实是%s，不是文稿。请交送 Word、WPS、PDF 或纯文本格式的定稿。"), other);
        hold(issue, "unknown-format", message);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(unreadable); i++)
        if (unreadable[i].result == result)
            hold(issue, unreadable[i].code, _(unreadable[i].message));
}

/* The name comes first: what it marks as classified is not opened. */
gboolean parse_may_open(const char *file_name)
{
    g_autoptr(Issue) issue = issue_new();
    g_autofree char *name = text_decode_name(file_name);
    return name == NULL || check_secrecy(issue, &(Scanned){name, "", NULL});
}

/* What hides is scanned too, for it goes out with the file. */
static void read_all(Issue *issue, const char *text, const char *hidden, gboolean named)
{
    if (has_too_many_lines(text) || has_too_many_lines(hidden))
        hold(issue, "too-many-lines", _("文件行数过多，不像一期刊物，保密检查未进行。请核对文件。"));
    else if (check_secrecy(issue, &(Scanned){"", text, NULL}) &&
             check_secrecy(issue, &(Scanned){"", hidden, _("批注、修订痕迹、水印或隐藏文字中")}) && named)
        read_text(issue, text);
}

static void read_typed(Issue *issue, const char *text, gboolean named)
{
    g_autofree char *hidden = NULL, *shown = has_too_many_lines(text) ? NULL : markdown_shown(text, &hidden);
    read_all(issue, shown != NULL ? shown : text, hidden != NULL ? hidden : "", named);
}

static void read_source(Issue *issue, const Source *source, gboolean named)
{
    const Extract *extract = source->extract;
    TextResult result = TEXT_READ;
    g_autofree char *text = extract != NULL ? g_strdup(extract->text)
                                            : text_decode(source->data, source->length, &result);
    if (text != NULL && extract == NULL)
        read_typed(issue, text, named);
    else if (text != NULL)
        read_all(issue, text, extract->hidden, named);
    else if (extract != NULL)
        hold(issue, extract->code, extract->problem);
    else
        hold_unreadable(issue, source, result);
}

static Issue *parse(const Source *source, const char *file_name)
{
    Issue *issue = issue_new();
    g_autofree char *name = text_decode_name(file_name);
    if (!check_secrecy(issue, &(Scanned){name != NULL ? name : "", "", NULL}))
        return issue;
    if (name == NULL)
        hold(issue, "unreadable-name", _("文件名的编码无法识别，保密检查无法进行。请改名后重新放入。"));
    read_source(issue, source, name != NULL);
    return issue;
}

Issue *parse_issue(const guint8 *data, gsize length, const char *file_name)
{
    return parse(&(Source){data, length, NULL}, file_name);
}

Issue *parse_issue_extract(const Extract *extract, const char *file_name)
{
    Issue *issue = parse(&(Source){.extract = extract}, file_name);
    issue->format = g_strdup(extract->format);
    return issue;
}
