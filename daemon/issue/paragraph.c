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

static const char stops[] = "。!?….:";
static const char closings[] = "”’)》\"】」";
static const char pauses[] = ",、;“(《—-/";

static const char *last_char(const char *text, const char *end)
{
    return end > text ? g_utf8_find_prev_char(text, end) : NULL;
}

/* The bracket that belongs to the closing one at the end of the text, when it is near. */
static const char *opening_bracket(const char *text)
{
    int depth = 0, length = 0;
    const char *p = text + strlen(text);
    for (; p > text && length <= SOURCE_LENGTH + 1; length++) {
        p = g_utf8_find_prev_char(text, p);
        gunichar c = han_fold(g_utf8_get_char(p));
        depth += (c == ')') - (c == '(');
        if (depth == 0)
            return length > 0 ? p : NULL;
    }
    return NULL;
}

static gboolean ends_with_stop(const char *text, const char *end)
{
    const char *last = last_char(text, end);
    while (last != NULL && scan_is_sign(last, closings))
        last = last_char(text, last);
    return last != NULL && scan_is_sign(last, stops);
}

/* A source in brackets may follow the stop. */
gboolean paragraph_is_whole(const char *text)
{
    const char *open = opening_bracket(text);
    return ends_with_stop(text, text + strlen(text)) || (open != NULL && ends_with_stop(text, open));
}

static gboolean ends_with_pause(const char *text)
{
    const char *last = last_char(text, text + strlen(text));
    return last != NULL && scan_is_sign(last, pauses);
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

/* A line on its own: short, in two halves, or numbered, and never with a sentence inside. */
static gboolean is_subheading(const char *text)
{
    if (strstr(text, "。") != NULL)
        return FALSE;
    return width_up_to(text, PRINTED_LINE_WIDTH) < PRINTED_LINE_WIDTH || is_couplet(text) ||
           (paragraph_is_point(text) && width_up_to(text, HEADING_WIDTH) < HEADING_WIDTH);
}

gboolean paragraph_is_cut(const char *text)
{
    return ends_with_pause(text) || (!paragraph_is_whole(text) && !is_subheading(text));
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
    static const char *const words[] = {"首先", "其次", "再次", "最后"};
    int number;
    if (scan_any(text, words, G_N_ELEMENTS(words), NULL) != NULL || scan_sign(text, "●◆■◇") != NULL)
        return TRUE;
    const char *open = scan_word(text, "(");
    const char *p = scan_word(open != NULL ? open : text, "第");
    p = numeral_read(p != NULL ? p : open != NULL ? open : text, &number);
    if (p == NULL)
        return FALSE;
    const char *end = scan_sign(p, "、.是要),");
    return end != NULL && !g_unichar_isdigit(scan_next(&end));
}

static gboolean is_source(const char *text)
{
    static const char *const others[] = {"完", "待续", "略"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(text, others[i]) == 0)
            return FALSE;
    return !scan_has_sign(text, "。,;!?") && scan_sign(text, "见附") == NULL &&
           han_is_ideograph(g_utf8_get_char(text));
}

char *paragraph_take_source(GString *paragraph)
{
    static const char *const credits[] = {"供稿", "来源", "报送单位", "稿件来源", "信息来源"};
    const char *open = opening_bracket(paragraph->str);
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
    const char *blank = strchr(text, ' ');
    if (blank == NULL || g_utf8_strlen(text, blank - text) > LEAD_LENGTH ||
        g_utf8_strlen(text, blank - text) < 5)
        return NULL;
    g_autofree char *lead = g_strndup(text, (gsize)(blank - text));
    return scan_has_sign(lead, "。;!?") ? NULL : g_steal_pointer(&lead);
}
