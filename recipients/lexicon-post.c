/* SPDX-License-Identifier: GPL-3.0-or-later
 * Posts (书记, 常务副区长, 县处级领导) and numbers (二十, １６) of distribution lines. */
#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"

static gsize post_word(const char *text, gsize length, LexPost *post)
{
    static const struct {
        LexTable table;
        LexPost post;
    } kinds[] = {
        {LEX_POST_CHIEF, {FALSE, FALSE, FALSE}},     {LEX_POST_AREA_CHIEF, {FALSE, FALSE, TRUE}},
        {LEX_POST_PLURAL, {TRUE, FALSE, FALSE}},     {LEX_POST_ANSWERABLE, {FALSE, TRUE, FALSE}},
        {LEX_POST_LEADERS, {TRUE, TRUE, FALSE}},
    };
    gsize best = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        gsize n = lexicon_suffix(kinds[i].table, text, length);
        gboolean collective = n > 0 && lexicon_suffix(LEX_COLLECTIVE, text, length - n) > 0;
        if (n > best || collective) {
            best = n;
            *post = kinds[i].post;
        }
        if (collective) /* 四套班子|成员, not 四套|班子成员 */
            break;
    }
    return best;
}

/* 常委同志 is called as 常委 is. */
static gsize addressed_post(const char *text, gsize length, LexPost *post)
{
    gsize comrade = strlen("同志"), n = post_word(text, length, post);
    if (n > 0 || length < comrade || strncmp(text + length - comrade, "同志", comrade) != 0)
        return n;
    n = post_word(text, length - comrade, post);
    return n > 0 ? n + comrade : 0;
}

gsize lexicon_modifiers(const char *text, gsize length, LexPost *post)
{
    for (gsize used = 0;;) {
        gsize left = length - used, deputy = lexicon_suffix(LEX_POST_DEPUTY, text, left);
        gsize more = MAX(deputy, lexicon_suffix(LEX_POST_MODIFIER, text, left));
        if (more == 0 || lexicon_suffix(LEX_COLLECTIVE, text, left) > more)
            return used;
        post->plural |= deputy == more;
        used += more;
    }
}

gsize lexicon_post(const char *text, gsize length, LexPost *post)
{
    gsize used = addressed_post(text, length, post);
    return used > 0 ? used + lexicon_modifiers(text, length - used, post) : 0;
}

static int han_digit(gunichar c)
{
    static const char digits[] = "〇一二三四五六七八九零壹贰叁肆伍陆柒捌玖";
    const char *at = c != 0 ? g_utf8_strchr(digits, -1, c) : NULL;
    if (at != NULL)
        return (int)g_utf8_pointer_to_offset(digits, at) % 10;
    return c == 0x4e24 /* 两 */ ? 2 : -1;
}

static int han_unit(gunichar c)
{
    static const struct {
        const char *forms;
        int unit;
    } units[] = {{"十拾", 10}, {"百佰", 100}, {"千仟", 1000}};
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (c != 0 && g_utf8_strchr(units[i].forms, -1, c) != NULL)
            return units[i].unit;
    return 0;
}

/* More would be no print run; the cap also keeps the sum from overflowing. */
#define NUMBER_MAX 1000000

int lexicon_number(const char *text, gsize *used)
{
    const char *p = text;
    int total = 0, digit = -1;
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        int value = g_unichar_isdigit(c) ? g_unichar_digit_value(c) : han_digit(c);
        int unit = han_unit(c);
        if (value >= 0) {
            digit = MIN((digit < 0 ? 0 : digit) * 10 + value, NUMBER_MAX);
        } else if (unit > 0) {
            total = MIN(total + (digit < 0 ? 1 : digit) * unit, NUMBER_MAX);
            digit = -1;
        } else {
            break;
        }
    }
    *used = (gsize)(p - text);
    return total + (digit < 0 ? 0 : digit);
}
