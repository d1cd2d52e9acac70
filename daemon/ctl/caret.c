/* SPDX-License-Identifier: GPL-3.0-or-later
 * Carets under a place in a text. */
#include "daemon/ctl/caret.h"

#include <string.h>

#include "daemon/base/han.h"

#define SHOWN_BEFORE 24 /* characters of a long line shown before and after the place */
#define SHOWN_AFTER 12
#define SHOWN_PLACE 40 /* characters of a long place */

/* Without what a terminal would act on: controls are blanks, marks of direction are left out. */
static char *plain_copy(const char *from, const char *to)
{
    GString *out = g_string_new(NULL);
    for (const char *p = from; p < to; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        GUnicodeType type = g_unichar_type(c);
        if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
            g_string_append_c(out, ' ');
        else if (type != G_UNICODE_FORMAT)
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* from moved towards limit by at most n characters; *cut tells that it did not arrive. */
static const char *step(const char *from, const char *limit, guint n, gboolean *cut)
{
    for (; from != limit && n > 0; n--)
        from = from > limit ? g_utf8_prev_char(from) : g_utf8_next_char(from);
    *cut = from != limit;
    return from;
}

char *caret_lines(const char *text, gsize start, gsize end, const char *indent)
{
    glong length = g_utf8_strlen(text, -1);
    const char *from = g_utf8_offset_to_pointer(text, (glong)MIN(start, (gsize)length));
    const char *to = g_utf8_offset_to_pointer(text, (glong)MIN(MAX(end, start), (gsize)length));
    const char *head = from, *tail = from;
    while (head > text && head[-1] != '\n')
        head--;
    tail += strcspn(from, "\n");
    to = MIN(to, tail);
    gboolean cut_head, cut_place, cut_tail;
    head = step(from, head, SHOWN_BEFORE, &cut_head);
    to = step(from, to, SHOWN_PLACE, &cut_place);
    tail = step(to, tail, cut_place ? 0 : SHOWN_AFTER, &cut_tail);
    g_autofree char *before = plain_copy(head, from);
    g_autofree char *place = plain_copy(from, to);
    g_autofree char *after = plain_copy(to, tail);
    g_autofree char *blanks = g_strnfill((gsize)(han_width(before) + (cut_head ? 1 : 0)), ' ');
    g_autofree char *carets = g_strnfill((gsize)MAX(1, han_width(place)), '^');
    return g_strdup_printf("%s%s%s%s%s%s\n%s%s%s\n", indent, cut_head ? "…" : "", before, place,
                           after, cut_tail ? "…" : "", indent, blanks, carets);
}
