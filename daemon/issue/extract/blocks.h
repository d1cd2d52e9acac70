/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a reader found, in reading order, as JSON lines: paragraphs with their place and bold type, ends
 * of pages, and as the last line whether it was all (extract-main.c). Bounded in text and lines. */
#ifndef SONGFA_ISSUE_EXTRACT_BLOCKS_H
#define SONGFA_ISSUE_EXTRACT_BLOCKS_H

#include <glib.h>
#include <stdio.h>

/* Where a paragraph stands. */
typedef enum {
    PLACE_BODY,
    PLACE_BOX,    /* a text box; it comes before the paragraph it hangs on */
    PLACE_CELL,   /* of a table */
    PLACE_HEADER, /* of the pages */
    PLACE_FOOTER,
    PLACE_NOTE,   /* a foot or end note */
    PLACE_HIDDEN  /* hidden, deleted or a comment: not to be read as the issue's text, but it is in the file */
} Place;

typedef struct Blocks Blocks;

Blocks *blocks_new(FILE *out);
void blocks_free(Blocks *blocks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Blocks, blocks_free)

/* Paragraphs nest (a text box inside one): the inner one comes first. heading: its level, 0 = none. */
void blocks_begin(Blocks *blocks, Place place, int heading);
/* Text of the innermost open paragraph, UTF-8; a line break is "\n", a tab "\t". Text outside of any is
 * passed over. */
void blocks_text(Blocks *blocks, const char *text, gssize length, gboolean bold);
void blocks_heading(Blocks *blocks, int heading); /* known only inside of it */
/* Writes the paragraph. FALSE and error (INPUT) when there is too much text. */
gboolean blocks_end(Blocks *blocks, GError **error);

void blocks_page(Blocks *blocks); /* the end of a page */
/* The end of a table's cell, and of its row. */
void blocks_cell(Blocks *blocks);
void blocks_row(Blocks *blocks);

/* TRUE when no paragraph had anything visible. */
gboolean blocks_are_empty(const Blocks *blocks);

#endif
