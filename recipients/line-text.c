/* SPDX-License-Identifier: GPL-3.0-or-later
 * Characters and paint of a distribution text. */
#include "recipients/line-text.h"

#include <string.h>

#include "daemon/base/han.h"

gboolean line_text_among(gunichar c, const char *set)
{
    return c != 0 && g_utf8_strchr(set, -1, c) != NULL;
}

/* Punctuation that han_fold() leaves apart because elsewhere it differs. */
static const struct {
    const char *printed;
    char plain[4];
} alike[] = {
    {"〔〖【[", "("}, {"〕〗】]", ")"}, {"∶︰﹕", ":"}, {"﹐︐", ","}, {"﹑､︑", "、"}, {"﹔︔", ";"},
    {"｡﹒", "。"}, {"\r", " "}, {"\xe2\x80\xa8\xe2\x80\xa9\xc2\x85", "\n"}, {"﹙", "("}, {"﹚", ")"},
};

/* ① before or behind a name numbers it, and parts it from the next as a blank does. */
static gunichar plain_char(gunichar c)
{
    gunichar folded = han_fold(c);
    if (folded >= 0x4e00 && folded <= 0x9fff)
        return folded;
    if (g_unichar_type(folded) == G_UNICODE_OTHER_NUMBER)
        return ' ';
    for (gsize i = 0; i < G_N_ELEMENTS(alike); i++)
        if (line_text_among(folded, alike[i].printed))
            return g_utf8_get_char(alike[i].plain);
    return folded;
}

/* Bold and code marks anywhere, heading, quotation and list marks where a line begins. */
static gboolean is_markup(gunichar c, gboolean line_begins)
{
    if (c == '*' || c == '`')
        return TRUE;
    return line_begins && line_text_among(c, "#>-+△▲●○◆◇■□★☆•·");
}

LineText *line_text_new(const char *text)
{
    LineText *new = g_new0(LineText, 1);
    gsize length = (gsize)g_utf8_strlen(text, -1);
    new->plain = g_new0(gunichar, length + 1);
    new->printed = g_new0(gunichar, length + 1);
    new->kind = g_malloc0(length + 1);
    gboolean line_begins = TRUE;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar printed = g_utf8_get_char(p), plain = plain_char(printed);
        gboolean noise = plain == 0 || plain == ' ' || plain == '\n' || is_markup(plain, line_begins);
        if (plain == '\n')
            line_begins = TRUE;
        else if (!noise)
            line_begins = FALSE;
        new->plain[new->n] = noise && plain != ' ' && plain != '\n' ? 0 : plain;
        new->printed[new->n] = han_is_ideograph(plain) ? plain : printed;
        new->kind[new->n] = noise ? LINE_SPAN_NOISE : LINE_TEXT_OPEN;
        new->n++;
    }
    return new;
}

void line_text_free(LineText *text)
{
    if (text == NULL)
        return;
    g_free(text->plain);
    g_free(text->printed);
    g_free(text->kind);
    g_free(text);
}

gunichar line_text_open(const LineText *text, gsize i)
{
    return text->kind[i] == LINE_TEXT_OPEN ? text->plain[i] : 0;
}

void line_text_paint(LineText *text, gsize start, gsize end, LineSpanKind kind)
{
    for (gsize i = start; i < end; i++)
        if (text->kind[i] == LINE_TEXT_OPEN)
            text->kind[i] = (guint8)kind;
}

gboolean line_text_trim(const LineText *text, gsize *start, gsize *end)
{
    while (*start < *end && line_text_open(text, *start) == 0)
        (*start)++;
    while (*end > *start && line_text_open(text, *end - 1) == 0)
        (*end)--;
    return *start < *end;
}

gsize line_text_word(const LineText *text, gsize i, gsize limit, const char *word)
{
    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p), i++) {
        while (p != word && i < limit && (text->plain[i] == ' ' || text->plain[i] == 0))
            i++;
        if (i >= limit || line_text_open(text, i) != g_utf8_get_char(p))
            return 0;
    }
    return i;
}

char *line_text_plain(const LineText *text, gsize start, gsize end, gsize max)
{
    GString *out = g_string_new(NULL);
    for (gsize i = start; i < end && max > 0; i++) {
        gunichar c = line_text_open(text, i);
        if (c == 0)
            continue;
        g_string_append_unichar(out, c);
        max--;
    }
    return g_string_free(out, FALSE);
}

GArray *line_text_spans(const LineText *text)
{
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(LineSpan));
    gsize start = 0;
    for (gsize i = 1; i <= text->n; i++) {
        if (i < text->n && text->kind[i] == text->kind[start])
            continue;
        LineSpan span = {(LineSpanKind)text->kind[start], start, i};
        g_array_append_val(spans, span);
        start = i;
    }
    return spans;
}
