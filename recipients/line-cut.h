/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 5: where one name of a field ends and the next begins. It knows separators and where a name
 * is complete, not what the names say. */
#ifndef SONGFA_RECIPIENTS_LINE_CUT_H
#define SONGFA_RECIPIENTS_LINE_CUT_H

#include "recipients/line-fields.h"

/* A name longer than this many characters is none. */
#define LINE_NAME_MAX 64
/* As much as is looked at to the left and right of a place that may part two names. */
#define LINE_CUT_NEAR 14
#define LINE_CUT_NO_MATCH G_MAXSIZE
#define LINE_CUT_AND_OTHERS 0x7b49 /* 等 */

/* 、 parts the items of a group, ， groups, ； parts of a field. */
enum { LINE_CUT_ITEM = 1, LINE_CUT_GROUP, LINE_CUT_PART };

typedef struct {
    gunichar c;       /* folded */
    gsize pos;        /* in the text */
    gsize byte;       /* in the folded text of the cells */
    gsize match;      /* the other bracket, or LINE_CUT_NO_MATCH */
    gboolean gap;     /* blanks before it */
    gboolean newline; /* a line end before it */
    gboolean torn;    /* before it stood what is part of no name: a print count, a remark, copies in brackets */
} LineCell;

/* The characters of one field that are still to be read. */
typedef struct {
    LineText *text;
    const LineNames *names;
    GArray *cells;
    GString *folded;
} LineCells;

/* A name with its brackets; level is that of the separator before it. */
typedef struct {
    gsize begin, end;
    int level;
    gboolean exception; /* 除…外 */
    gboolean joined;    /* 和, 与 or 及 stands before it */
} LineRange;

LineCells *line_cut_cells(LineText *text, const LineField *field, const LineNames *names);
void line_cut_free(LineCells *cells);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineCells, line_cut_free)

LineCell *line_cut_cell(const LineCells *cells, gsize i);

/* The level of the separator at i; 0 when it is none. */
int line_cut_level(const LineCells *cells, gsize i);

/* The characters of [begin, end), folded; caller frees. */
char *line_cut_text(const LineCells *cells, gsize begin, gsize end);

/* TRUE when what is part of no name stands amid [begin, end). */
gboolean line_cut_is_torn(const LineCells *cells, gsize begin, gsize end);

/* Paints the text from begin to end with all that stands between. */
void line_cut_paint(const LineCells *cells, gsize begin, gsize end, LineSpanKind kind);

/* How many cells from i LineNames knows as one name; 0 for none. */
gsize line_cut_known(const LineCells *cells, gsize i);

/* The names of [begin, end); separators are painted. Caller unrefs. */
GArray *line_cut_ranges(const LineCells *cells, gsize begin, gsize end);

#endif
