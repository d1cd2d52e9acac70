/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading printed Chinese blind to blanks, width and invisible marks. */
#include "daemon/issue/scan.h"

#include <string.h>

#include "daemon/base/han.h"

gunichar scan_next(const char **p)
{
    for (const char *at = *p; *at != '\0' && *at != '\n';) {
        gunichar c = han_fold(g_utf8_get_char(at));
        at = g_utf8_next_char(at);
        if (c == 0 || c == ' ')
            continue;
        *p = at;
        return c;
    }
    return 0;
}

const char *scan_word(const char *p, const char *word)
{
    for (; *word != '\0'; word = g_utf8_next_char(word))
        if (scan_next(&p) != g_utf8_get_char(word))
            return NULL;
    return p;
}

const char *scan_any(const char *p, const char *const *words, gsize n_words, gsize *index)
{
    for (gsize i = 0; i < n_words; i++) {
        const char *end = scan_word(p, words[i]);
        if (end == NULL)
            continue;
        if (index != NULL)
            *index = i;
        return end;
    }
    return NULL;
}

static gboolean is_among(gunichar c, const char *signs)
{
    for (; *signs != '\0'; signs = g_utf8_next_char(signs))
        if (g_utf8_get_char(signs) == c)
            return TRUE;
    return FALSE;
}

const char *scan_sign(const char *p, const char *signs)
{
    gunichar c = scan_next(&p);
    return c != 0 && is_among(c, signs) ? p : NULL;
}

gboolean scan_is_sign(const char *p, const char *signs)
{
    gunichar c = han_fold(g_utf8_get_char(p));
    return c != 0 && c != ' ' && is_among(c, signs);
}

gboolean scan_has_sign(const char *text, const char *signs)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (scan_is_sign(text, signs))
            return TRUE;
    return FALSE;
}

const char *scan_line_end(const char *p)
{
    const char *end = strchr(p, '\n');
    return end != NULL ? end : p + strlen(p);
}

gboolean scan_is_empty(const char *text)
{
    return scan_next(&text) == 0;
}

char *scan_bare(const char *text)
{
    GString *bare = g_string_new(NULL);
    for (gunichar c; (c = scan_next(&text)) != 0;)
        g_string_append_unichar(bare, c);
    return g_string_free(bare, FALSE);
}

char *scan_letters(const char *text)
{
    GString *letters = g_string_new(NULL);
    for (gunichar c; (c = scan_next(&text)) != 0;)
        if (g_unichar_isalnum(c) || han_is_ideograph(c))
            g_string_append_unichar(letters, c);
    return g_string_free(letters, FALSE);
}

char *scan_tidy(const char *text, gssize length)
{
    const char *end = length < 0 ? text + strlen(text) : text + length;
    GString *tidy = g_string_new(NULL);
    gboolean blank = FALSE;
    for (const char *p = text; p < end; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p), plain = han_fold(c);
        if (plain == ' ' || plain == 0) {
            blank = blank || plain == ' ';
            continue;
        }
        if (blank && tidy->len > 0)
            g_string_append_c(tidy, ' ');
        blank = FALSE;
        g_string_append_unichar(tidy, c);
    }
    return g_string_free(tidy, FALSE);
}

static gboolean is_letter_spaced(const char *tidy)
{
    gsize letters = 0;
    for (const char *p = tidy; *p != '\0';) {
        p = g_utf8_next_char(p);
        letters++;
        if (*p == '\0')
            break;
        if (*p++ != ' ')
            return FALSE;
    }
    return letters > 1;
}

char *scan_close_up(const char *text, gssize length)
{
    char *tidy = scan_tidy(text, length);
    if (!is_letter_spaced(tidy))
        return tidy;
    char *closed = scan_bare(tidy);
    g_free(tidy);
    return closed;
}

gsize scan_length(const char *text, gsize limit)
{
    gsize length = 0;
    while (*text != '\0' && length < limit) {
        text = g_utf8_next_char(text);
        length++;
    }
    return length;
}
