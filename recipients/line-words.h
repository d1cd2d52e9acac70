/* SPDX-License-Identifier: GPL-3.0-or-later
 * What one item says by itself: quantifier, body, post, copies. It knows no sisters. */
#ifndef SONGFA_RECIPIENTS_LINE_WORDS_H
#define SONGFA_RECIPIENTS_LINE_WORDS_H

#include "recipients/line-items.h"

/* Reads item->text into the other members. */
void line_words_read(LineItem *item, const LineNames *names);

/* 2份, 各2份, 各一式两份: the copies when the whole text says so, else 0; *each for 各. */
int line_words_copies(const char *text, gboolean *each);

/* The same for a text in brackets, where the number may stand alone: （2）. */
int line_words_bracket_copies(const char *text, gboolean *each);

/* FALSE when the text holds a character that no name has: one that could not be read (U+FFFD), a control
 * character, a sign. */
gboolean line_words_may_spell(const char *text);

/* TRUE when the text ends as a body, a class or a post does. */
gboolean line_words_is_complete(const char *text);

/* Rule 5 between two names: whether 和, 与, 及 joins them rather than stands inside one name. */
gboolean line_words_are_two(const char *left, const char *right);

/* Bytes of the quantifiers that begin text (各, 各有关); *some for rule 11; 0 = none. */
gsize line_words_quantifier(const char *text, gboolean *some);

/* Bytes of the area that begins text: 市 (rule 8), 上街区, 内蒙古; 0 = none. */
gsize line_words_area(const char *text);

#endif
