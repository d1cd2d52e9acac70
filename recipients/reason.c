/* SPDX-License-Identifier: GPL-3.0-or-later
 * The links of reasons. */
#include "recipients/reason.h"

#include <string.h>

/* Where the bracket begins that ends a link, "（2 份）" or " (since 2019-06-10)": NULL when it belongs to
 * the name. */
static const char *bracket_of(const char *link)
{
    static const struct { const char *open, *close; } forms[] = {{"（", "）"}, {" (", ")"}};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        const char *open = g_str_has_suffix(link, forms[i].close) ? g_strrstr(link, forms[i].open) : NULL;
        if (open != NULL && open != link && strpbrk(open, G_CSET_DIGITS) != NULL)
            return open;
    }
    return NULL;
}

static char *without_bracket(const char *link)
{
    const char *bracket = bracket_of(link);
    return bracket != NULL ? g_strndup(link, (gsize)(bracket - link)) : g_strdup(link);
}

gboolean reason_says_copies(const char *because)
{
    g_auto(GStrv) links = g_strsplit(because, " → ", 2);
    return links[0] != NULL && bracket_of(links[0]) != NULL;
}

char **reason_links(const char *because)
{
    const char *colon = strstr(because, "：");
    char **links = g_strsplit(colon != NULL ? colon + strlen("：") : because, " → ", -1);
    for (char **link = links; *link != NULL; link++) {
        char *bare = without_bracket(*link);
        g_free(*link);
        *link = bare;
    }
    return links;
}
