/* SPDX-License-Identifier: GPL-3.0-or-later
 * For formats that know only where ink is: characters become printed lines, and lines become paragraphs
 * again. A line that reaches the right margin goes on in the next one, unless that is indented, larger, or
 * far below. */
#ifndef SONGFA_ISSUE_EXTRACT_LAYOUT_H
#define SONGFA_ISSUE_EXTRACT_LAYOUT_H

#include "daemon/issue/extract/blocks.h"

/* A character that can be seen; lengths in points from the page's upper left corner. */
typedef struct {
    gunichar character;
    double left, right, top, bottom;
    double size; /* of its type */
    gboolean bold;
} LayoutGlyph;

/* Whether the fount of that name is a bold one: offices set their leads in bold or in Hei. NULL is none. */
gboolean layout_is_bold(const char *fount);

typedef struct Layout Layout;

Layout *layout_new(Blocks *blocks);
void layout_free(Layout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layout, layout_free)

/* The characters (LayoutGlyph) of the next page in any order, which is changed. */
void layout_page(Layout *layout, GArray *glyphs, double width, double height);

/* Writes the paragraphs of all pages, then what stood on the pages' edges. */
gboolean layout_end(Layout *layout, GError **error);

#endif
