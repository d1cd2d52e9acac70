/* SPDX-License-Identifier: GPL-3.0-or-later
 * The characters of a distribution text: folded for reading, kept as printed for names, each painted
 * once with what it was read as. It knows characters and paint, no rule. */
#ifndef SONGFA_RECIPIENTS_LINE_TEXT_H
#define SONGFA_RECIPIENTS_LINE_TEXT_H

#include "recipients/line.h"

/* Not read yet; what still is when all is done becomes unresolved. */
#define LINE_TEXT_OPEN 0xff

typedef struct {
    gsize n;
    gunichar *plain;   /* folded; every bracket is ( or ), markup and invisible characters are 0 */
    gunichar *printed; /* for names: as printed, but compatibility ideographs folded */
    guint8 *kind;      /* LineSpanKind or LINE_TEXT_OPEN */
} LineText;

/* text must be valid UTF-8. Blanks, line ends and markup are already painted noise. */
LineText *line_text_new(const char *text);
void line_text_free(LineText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineText, line_text_free)

/* The folded character at i if it is still to be read, else 0. */
gunichar line_text_open(const LineText *text, gsize i);

/* TRUE when c is one of the characters of set; 0 never is. */
gboolean line_text_among(gunichar c, const char *set);

/* Paints what is still open in [start, end). */
void line_text_paint(LineText *text, gsize start, gsize end, LineSpanKind kind);

/* The open range without what is not open at its ends; FALSE when nothing is open. */
gboolean line_text_trim(const LineText *text, gsize *start, gsize *end);

/* The end of word if it stands at i, letter-spaced or not, and ends before limit; 0 if it does not. */
gsize line_text_word(const LineText *text, gsize i, gsize limit, const char *word);

/* The open characters of [start, end): folded, at most max of them; caller frees. */
char *line_text_plain(const LineText *text, gsize start, gsize end, gsize max);

/* The spans that tile the text. */
GArray *line_text_spans(const LineText *text);

#endif
