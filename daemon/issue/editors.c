/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names in a row, where a blank may part two names or the two characters of one. */
#include "daemon/issue/editors.h"

#include <string.h>

#include "daemon/issue/scan.h"

static gboolean is_single(const char *word)
{
    return word != NULL && scan_length(word, 2) == 1;
}

/* Single characters belong together: two of them, or all three of a row of three. */
static guint name_length(char **words)
{
    guint n = 0;
    while (n < 4 && is_single(words[n]))
        n++;
    return n == 3 ? 3 : n >= 2 ? 2 : 1;
}

static void read_group(const char *group, GPtrArray *names)
{
    g_autofree char *tidy = scan_tidy(group, -1);
    g_auto(GStrv) words = g_strsplit(tidy, " ", -1);
    for (char **word = words; *word != NULL;) {
        GString *name = g_string_new(NULL);
        for (guint n = name_length(word); n > 0; n--)
            g_string_append(name, *word++);
        if (name->len > 0)
            g_ptr_array_add(names, g_string_free(name, FALSE));
        else
            g_string_free(name, TRUE);
    }
}

/* Commas and wide gaps part names for certain. */
void editors_read(const char *row, GPtrArray *names)
{
    g_autoptr(GString) group = g_string_new(NULL);
    for (const char *p = row; *p != '\0'; p = g_utf8_next_char(p)) {
        if (scan_is_sign(p, "、,;/。") || g_str_has_prefix(p, "   ")) {
            read_group(group->str, names);
            g_string_truncate(group, 0);
        } else {
            g_string_append_unichar(group, g_utf8_get_char(p));
        }
    }
    read_group(group->str, names);
}
