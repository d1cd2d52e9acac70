/* SPDX-License-Identifier: GPL-3.0-or-later
 * Judging paragraphs by their ends. */
#include "daemon/issue/paragraph.h"

#include <string.h>

#include "daemon/base/han.h"
#include "daemon/issue/numeral.h"
#include "daemon/issue/scan.h"

/* A line of print has 28 characters, the first of a paragraph two less: a shorter line that ends
 * without a stop ended on purpose. */
#define PRINTED_LINE_WIDTH 44
/* Beyond two lines nothing is a heading. */
#define HEADING_WIDTH 80
#define SOURCE_LENGTH 30
#define LEAD_LENGTH 50

static const char *const stops[] = {"。", "!", "?", "…", ".", ":"};
static const char *const closings[] = {"”", "’", ")", "》", "\"", "】", "」"};
static const char *const pauses[] = {",", "、", ";", "“", "(", "《", "—", "-", "/"};

static gboolean is_one_of(const char *p, const char *const *words, gsize n)
{
    return p != NULL && *p != ' ' && scan_any(p, words, n, NULL) != NULL;
}

static const char *last_char(const char *text, const char *end)
{
    return end > text ? g_utf8_find_prev_char(text, end) : NULL;
}

gboolean paragraph_is_whole(const char *text)
{
    const char *last = last_char(text, text + strlen(text));
    while (is_one_of(last, closings, G_N_ELEMENTS(closings)))
        last = last_char(text, last);
    return is_one_of(last, stops, G_N_ELEMENTS(stops));
}

static gboolean ends_with_pause(const char *text)
{
    return is_one_of(last_char(text, text + strlen(text)), pauses, G_N_ELEMENTS(pauses));
}

/* Width of the text, at most limit columns. */
static int width_up_to(const char *text, int limit)
{
    int width = 0;
    for (const char *p = text; *p != '\0' && width < limit; p = g_utf8_next_char(p))
        width += han_char_width(g_utf8_get_char(p));
    return width;
}

/* 靠前服务明责任，精准指导抓发展: two halves of one length are a subheading. */
static gboolean is_couplet(const char *text)
{
    if (width_up_to(text, HEADING_WIDTH) >= HEADING_WIDTH)
        return FALSE;
    const char *comma = strstr(text, "，");
    gsize skip = strlen("，");
    if (comma == NULL && (comma = strchr(text, ' ')) != NULL)
        skip = 1;
    return comma != NULL && strstr(comma + skip, "，") == NULL &&
           g_utf8_strlen(text, comma - text) == g_utf8_strlen(comma + skip, -1);
}

gboolean paragraph_is_cut(const char *text)
{
    if (ends_with_pause(text))
        return TRUE;
    return !paragraph_is_whole(text) && width_up_to(text, PRINTED_LINE_WIDTH) >= PRINTED_LINE_WIDTH &&
           !is_couplet(text) &&
           !(paragraph_is_point(text) && width_up_to(text, HEADING_WIDTH) < HEADING_WIDTH);
}

gboolean paragraph_goes_on(const char *paragraph, const char *line)
{
    if (!paragraph_is_cut(paragraph))
        return FALSE;
    gboolean list_item = g_str_has_suffix(paragraph, "；") || g_str_has_suffix(paragraph, ";");
    return !list_item || !paragraph_is_point(line);
}

gboolean paragraph_is_point(const char *text)
{
    static const char *const numbers_end[] = {"、", ".", "是", "要", ")", ","};
    static const char *const words[] = {"首先", "其次", "再次", "最后", "●", "◆", "■", "◇"};
    int number;
    if (scan_any(text, words, G_N_ELEMENTS(words), NULL) != NULL)
        return TRUE;
    const char *open = scan_word(text, "(");
    const char *p = scan_word(open != NULL ? open : text, "第");
    p = numeral_read(p != NULL ? p : open != NULL ? open : text, &number);
    if (p == NULL)
        return FALSE;
    const char *end = scan_any(p, numbers_end, G_N_ELEMENTS(numbers_end), NULL);
    return end != NULL && !g_unichar_isdigit(scan_next(&end));
}

/* The opening bracket that belongs to the closing one at the end of the text. */
static char *opening_bracket(char *text)
{
    int depth = 0, length = 0;
    for (char *p = text + strlen(text); p > text && length <= SOURCE_LENGTH + 1; length++) {
        p = g_utf8_find_prev_char(text, p);
        gunichar c = han_fold(g_utf8_get_char(p));
        depth += (c == ')') - (c == '(');
        if (depth == 0)
            return length > 0 ? p : NULL;
    }
    return NULL;
}

static gboolean is_source(const char *text)
{
    static const char *const signs[] = {"。", "，", "；", "！", "？", ",", ";"};
    static const char *const others[] = {"完", "待续", "略"};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        if (strstr(text, signs[i]) != NULL)
            return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(text, others[i]) == 0)
            return FALSE;
    return scan_word(text, "见") == NULL && scan_word(text, "附") == NULL &&
           han_is_ideograph(g_utf8_get_char(text));
}

char *paragraph_take_source(GString *paragraph)
{
    static const char *const credits[] = {"供稿", "来源", "报送单位", "稿件来源", "信息来源"};
    char *open = opening_bracket(paragraph->str);
    if (open == NULL)
        return NULL;
    g_autofree char *before = g_strchomp(g_strndup(paragraph->str, (gsize)(open - paragraph->str)));
    const char *name = g_utf8_next_char(open);
    const char *credit = scan_any(name, credits, G_N_ELEMENTS(credits), NULL);
    const char *colon = credit != NULL ? scan_word(credit, ":") : NULL;
    name = colon != NULL ? colon : name;
    const char *close = g_utf8_find_prev_char(paragraph->str, paragraph->str + paragraph->len);
    char *source = scan_close_up(name, close - name);
    if ((*before != '\0' && !paragraph_is_whole(before)) || !is_source(source)) {
        g_free(source);
        return NULL;
    }
    g_string_assign(paragraph, before);
    return source;
}

char *paragraph_lead(const char *text)
{
    static const char *const signs[] = {"。", "；", "！", "？"};
    const char *blank = strchr(text, ' ');
    if (blank == NULL || g_utf8_strlen(text, blank - text) > LEAD_LENGTH ||
        g_utf8_strlen(text, blank - text) < 5)
        return NULL;
    g_autofree char *lead = g_strndup(text, (gsize)(blank - text));
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        if (strstr(lead, signs[i]) != NULL)
            return NULL;
    return g_steal_pointer(&lead);
}
