/* SPDX-License-Identifier: GPL-3.0-or-later
 * Print counts, imprints, rules and page numbers. */
#include "recipients/line-imprint.h"

#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"

/* A print count fits into this many characters. */
#define PRINT_COUNT_MAX 24

static gboolean is_date_digit(gunichar c)
{
    return g_unichar_isdigit(c) || line_text_among(c, "〇○◯零一二三四五六七八九十Oo");
}

static gsize next_open(const LineText *text, gsize i, gsize end)
{
    for (i++; i < end && line_text_open(text, i) == 0;)
        i++;
    return i;
}

static gsize after_open(const LineText *text, gsize i, gsize count)
{
    for (; count > 0; i++)
        if (line_text_open(text, i) != 0)
            count--;
    return i;
}

static gsize line_end(const LineText *text, gsize i)
{
    while (i < text->n && text->plain[i] != '\n')
        i++;
    return i;
}

/* 印发 also ends the imprint of an office: then a date or blank stands before it, never a name. */
static gboolean word_may_begin(const LineText *text, gsize i, const char *word)
{
    if (g_str_has_prefix(word, "共印") || g_str_has_prefix(word, "本期") || i == 0)
        return TRUE;
    gunichar before = text->plain[i - 1];
    return !han_is_ideograph(before) || before == 0x65e5 /* 日 */;
}

/* Reads 共印 130 份 from the compact text; *used = bytes of it, 0 when it is none. */
static int read_print_count(const char *compact, gsize *used)
{
    *used = 0;
    gsize word = lexicon_begins(LEX_PRINT_COUNT, compact), digits;
    if (word == 0)
        return 0;
    const char *p = compact + word;
    gboolean firm = g_str_has_prefix(p - strlen("数"), "数");
    for (; line_text_among(g_utf8_get_char(p), ":约计为"); p = g_utf8_next_char(p))
        firm |= *p == ':';
    int count = lexicon_number(p, &digits);
    p += digits;
    if (digits == 0)
        return 0;
    if (line_text_among(g_utf8_get_char(p), "份册本"))
        p = g_utf8_next_char(p);
    else if (!firm)
        return 0;
    *used = (gsize)(p - compact);
    return count;
}

static void paint_print_count(LineText *text, gsize start, gsize end)
{
    gsize before = start;
    while (before > 0 && text->plain[before - 1] == ' ')
        before--;
    gsize after = end;
    while (after < text->n && text->plain[after] == ' ')
        after++;
    if (before > 0 && line_text_open(text, before - 1) == '(' && after < text->n &&
        line_text_open(text, after) == ')') {
        start = before - 1;
        end = after + 1;
    }
    line_text_paint(text, start, end, LINE_SPAN_PRINT_COUNT);
}

int line_imprint_print_counts(LineText *text)
{
    int declared = 0;
    gsize end = 0;
    for (gsize i = 0; i < text->n; i++) {
        if (i >= end)
            end = line_end(text, i + (text->plain[i] == '\n'));
        if (!line_text_among(line_text_open(text, i), "共印份打复本"))
            continue;
        gsize used;
        g_autofree char *compact = line_text_plain(text, i, end, PRINT_COUNT_MAX);
        int count = read_print_count(compact, &used);
        if (used == 0 || !word_may_begin(text, i, compact))
            continue;
        paint_print_count(text, i, after_open(text, i, (gsize)g_utf8_strlen(compact, (gssize)used)));
        declared = declared != 0 ? declared : count;
    }
    return declared;
}

/* 2019年7月 or 2019.7.2 with the digit at i as its last of the year; FALSE when it is none. */
static gboolean is_date_at(const LineText *text, gsize i, gsize end)
{
    gsize mark = next_open(text, i, end);
    if (mark >= end || !line_text_among(line_text_open(text, mark), "年.-/"))
        return FALSE;
    gunichar want = line_text_open(text, mark) == 0x5e74 /* 年 */ ? 0x6708 /* 月 */ : 0;
    gsize at = mark;
    for (int digits = 0; digits < 4; digits++) {
        at = next_open(text, at, end);
        gunichar c = at < end ? line_text_open(text, at) : 0;
        if (digits > 0 && (want != 0 ? c == want : line_text_among(c, ".-/")))
            return TRUE;
        if (!is_date_digit(c))
            return FALSE;
    }
    return FALSE;
}

/* Where the first date begins; end when there is none. */
static gsize find_date(const LineText *text, gsize start, gsize end)
{
    gsize run = end; /* where the digits now read began */
    for (gsize i = start; i < end; i++) {
        gunichar c = line_text_open(text, i);
        if (c == 0)
            continue;
        if (!is_date_digit(c)) {
            run = end;
            continue;
        }
        if (run == end)
            run = i;
        if (is_date_at(text, i, end))
            return run;
    }
    return end;
}

gsize line_imprint_start(const LineText *text, gsize start, gsize end)
{
    gsize date = find_date(text, start, end);
    if (date == end)
        return end;
    gsize office = date;
    while (office > start && line_text_open(text, office - 1) == 0)
        office--;
    for (; office > start; office--) {
        gunichar c = line_text_open(text, office - 1);
        if (c == 0x3002 /* 。 */)
            return office;
        if (line_text_among(c, ",;、()"))
            return date;
        if (c == 0 && office - 1 > start && line_text_open(text, office - 2) == 0)
            return office;
    }
    return date;
}

gboolean line_imprint_is_line(const LineText *text, gsize start, gsize end)
{
    if (find_date(text, start, end) < end)
        return TRUE;
    gsize tail = end;
    for (int open = 0; tail > start && open < 2; tail--)
        open += line_text_open(text, tail - 1) != 0;
    g_autofree char *compact = line_text_plain(text, tail, end, 2);
    return lexicon_ends(LEX_IMPRINT, compact) > 0;
}

gboolean line_imprint_is_rule(const LineText *text, gsize start, gsize end)
{
    gsize digits = 0, others = 0;
    for (gsize i = start; i < end; i++) {
        gunichar c = line_text_open(text, i);
        if (g_unichar_isdigit(c))
            digits++;
        else if (c != 0 && !line_text_among(c, "-—–―─━═=_~…·.|+第页"))
            others++;
    }
    return others == 0 && digits <= 4;
}
