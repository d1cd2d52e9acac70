/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which files are declared finished, and their order. */
#include "songfa-build.h" /* strverscmp() is a GNU extension */

#include "daemon/intake/final.h"

#include <string.h>

gboolean final_name_says(const char *name, const char *pattern)
{
    static const char *const denials[] = {"未", "非", "待", "不是", "尚未"};
    static const char word[] = "定稿";
    if (pattern != NULL) {
        g_autofree char *folded = g_utf8_casefold(name, -1), *wanted = g_utf8_casefold(pattern, -1);
        return g_pattern_match_simple(wanted, folded);
    }
    const char *found = strstr(name, word);
    for (const char *at = found; at != NULL; at = strstr(at + 1, word)) {
        g_autofree char *before = g_strndup(name, (gsize)(at - name));
        for (gsize i = 0; i < G_N_ELEMENTS(denials); i++)
            if (g_str_has_suffix(before, denials[i]))
                return FALSE;
    }
    return found != NULL;
}

/* Without that end, whatever its case; NULL when it has another, or is nothing else. */
static char *without(const char *name, const char *end)
{
    gsize length = strlen(name), cut = strlen(end);
    if (length <= cut || g_ascii_strcasecmp(name + length - cut, end) != 0)
        return NULL;
    return g_strndup(name, length - cut);
}

char *final_spoken_for(const char *name, const char *suffix)
{
    static const char *const usual[] = {".ok", ".定稿"};
    const char *const own[] = {suffix};
    const char *const *suffixes = suffix != NULL ? own : usual;
    g_autofree char *bare = without(name, ".txt");
    for (gsize i = 0; i < (suffix != NULL ? G_N_ELEMENTS(own) : G_N_ELEMENTS(usual)); i++) {
        char *spoken = without(bare != NULL ? bare : name, suffixes[i]);
        if (spoken != NULL)
            return spoken;
    }
    return NULL;
}

char *final_stem(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name ? g_strndup(name, (gsize)(dot - name)) : g_strdup(name);
}

int final_compare(const char *a, const char *b)
{
    return strverscmp(a, b);
}
