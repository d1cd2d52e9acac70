/* SPDX-License-Identifier: GPL-3.0-or-later
 * Folding and width of the characters of Chinese office texts. */
#include "daemon/base/han.h"

static gboolean is_invisible(gunichar c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xad;
}

static gunichar fold_compatibility(gunichar c)
{
    gunichar base[4];
    if (!(c >= 0x2e80 && c <= 0x2fdf) && !(c >= 0xf900 && c <= 0xfaff))
        return c;
    return g_unichar_fully_decompose(c, TRUE, base, G_N_ELEMENTS(base)) == 1 ? base[0] : c;
}

gunichar han_fold(gunichar c)
{
    if (c < 0x80)
        return c == '\t' || c == '\v' || c == '\f' ? ' ' : c;
    if (is_invisible(c))
        return 0;
    if (c >= 0xff01 && c <= 0xff5e)
        return c - 0xff01 + '!';
    if (c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
        c == 0x3000)
        return ' ';
    return fold_compatibility(c);
}

char *han_fold_text(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        if (c != 0)
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

gboolean han_is_ideograph(gunichar c)
{
    return c == 0x3007 || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

int han_char_width(gunichar c)
{
    if (c == 0 || is_invisible(c) || g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

int han_width(const char *text)
{
    int width = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        width += han_char_width(g_utf8_get_char(p));
    return width;
}

char *han_ellipsize(const char *text, int width)
{
    if (han_width(text) <= width)
        return g_strdup(text);
    int used = 2; /* the ellipsis itself */
    const char *p = text;
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        int w = han_char_width(g_utf8_get_char(p));
        if (used + w > width)
            break;
        used += w;
    }
    GString *out = g_string_new_len(text, p - text);
    g_string_append(out, "…");
    return g_string_free(out, FALSE);
}
