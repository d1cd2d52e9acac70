/* SPDX-License-Identifier: GPL-3.0-or-later
 * The visible lines of a text, cleaned of markup and of the traces of paper pages. */
#include "daemon/issue/lines.h"

#include <string.h>

#include "daemon/base/han.h"
#include "daemon/issue/scan.h"

/* Blanks included: a page number may stand in the middle of its line. */
#define PAGE_NUMBER_LENGTH 80

static void line_free(gpointer data)
{
    TextLine *line = data;
    g_free(line->text);
    g_free(line->lead);
    g_free(line);
}

static gboolean is_dash(gunichar c)
{
    return c == '-' || c == 0x2013 || c == 0x2014 || c == 0x2015 || c == 0x2500 || c == 0x2501 ||
           c == 0x2010 || c == 0x2212 || c == '_' || c == '=';
}

/* A drawn line: ---, ***, ———. */
static gboolean is_rule(const char *text)
{
    gsize n = 0;
    gunichar first = scan_next(&text);
    for (gunichar c = first; c != 0; c = scan_next(&text), n++)
        if (!(is_dash(c) && is_dash(first)) && !(c == '*' && first == '*'))
            return FALSE;
    return n >= 3;
}

/* — 1 —, - 2 -, 第3页, 3/10, or digits alone. */
static gboolean is_page_number(const char *text)
{
    if (scan_length(text, PAGE_NUMBER_LENGTH + 1) > PAGE_NUMBER_LENGTH)
        return FALSE;
    g_autofree char *bare = scan_bare(text);
    const char *p = bare;
    while (is_dash(g_utf8_get_char(p)) || *p == '.' || *p == '~')
        p = g_utf8_next_char(p);
    const char *word = scan_word(p, "第");
    p = word != NULL ? word : p;
    gsize digits = strspn(p, "0123456789");
    p += digits;
    if ((word = scan_word(p, "页")) != NULL)
        p = word + strspn(word, "/,");
    if ((word = scan_word(p, "共")) != NULL || (word = scan_word(p, "/")) != NULL) {
        p = word + strspn(word, "0123456789");
        word = scan_word(p, "页");
        p = word != NULL ? word : p;
    }
    while (is_dash(g_utf8_get_char(p)) || *p == '.' || *p == '~')
        p = g_utf8_next_char(p);
    return digits > 0 && digits <= 4 && *p == '\0';
}

/* The line with every blank as ' ', without invisible characters and escapes of markup, trimmed. */
static char *printed_line(const char *line, gsize length)
{
    GString *out = g_string_sized_new(length);
    const char *end = line + length;
    for (const char *p = line; p < end; p = g_utf8_next_char(p)) {
        p += *p == '\\' && p + 1 < end && g_ascii_ispunct(p[1]);
        gunichar c = g_utf8_get_char(p), plain = han_fold(c);
        if (plain == 0)
            continue;
        g_string_append_unichar(out, plain == ' ' ? ' ' : c);
    }
    return g_strstrip(g_string_free(out, FALSE));
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ')
        p++;
    return p;
}

/* Passes over > quotes, # headings and list marks, noting what they say. */
static const char *skip_block_marks(const char *p, TextLine *line)
{
    while (*p == '>')
        p = skip_blanks(p + 1);
    const char *level = p;
    while (*level == '#')
        level++;
    if (level > p && level - p <= 6) {
        line->heading = (int)(level - p);
        p = skip_blanks(level);
    }
    if ((*p == '-' || *p == '+' || *p == '*') && p[1] == ' ') {
        line->listed = TRUE;
        p = skip_blanks(p + 1);
    }
    return p;
}

/* Takes the ** out of the text; a first pair that opens the line marks its lead. */
static void take_bold(TextLine *line, const char *text)
{
    GString *out = g_string_new(NULL);
    const char *close = g_str_has_prefix(text, "**") ? strstr(text + 2, "**") : NULL;
    for (const char *p = text; *p != '\0'; p++) {
        if (p == close)
            line->lead_length = out->len;
        if (p[0] == '*' && p[1] == '*')
            p++;
        else if (*p != ' ' || out->len > 0)
            g_string_append_c(out, *p);
    }
    line->text = g_strchomp(g_string_free(out, FALSE));
    if (line->lead_length > 0)
        line->lead = scan_tidy(line->text, (gssize)line->lead_length);
}

static TextLine *line_new(const char *printed)
{
    TextLine *line = g_new0(TextLine, 1);
    take_bold(line, skip_block_marks(printed, line));
    return line;
}

typedef struct {
    GPtrArray *lines;
    gboolean apart, ruled;
} Split;

static void add_line(Split *split, const char *start, gsize length)
{
    g_autofree char *printed = printed_line(start, length);
    if (*printed == '\0' || is_rule(printed) || is_page_number(printed)) {
        split->apart = TRUE;
        split->ruled = split->ruled || is_rule(printed);
        return;
    }
    TextLine *line = line_new(printed);
    if (scan_is_empty(line->text)) {
        line_free(line);
        split->apart = TRUE;
        return;
    }
    line->apart = split->apart;
    line->ruled = split->ruled;
    split->apart = split->ruled = FALSE;
    g_ptr_array_add(split->lines, line);
}

GPtrArray *lines_split(const char *text)
{
    Split split = {g_ptr_array_new_with_free_func(line_free), FALSE, FALSE};
    for (const char *line = text, *end; *line != '\0'; line = *end == '\n' ? end + 1 : end) {
        end = scan_line_end(line);
        add_line(&split, line, (gsize)(end - line));
    }
    return split.lines;
}
