/* SPDX-License-Identifier: GPL-3.0-or-later
 * Characters of Chinese office texts: folding of their many printed forms, and width in columns. */
#ifndef SONGFA_BASE_HAN_H
#define SONGFA_BASE_HAN_H

#include <glib.h>

/* The plain form of one character: full-width ASCII to ASCII, every kind of blank to ' ',
 * CJK compatibility forms to their base; 0 for characters without width (zero-width space, joiners,
 * byte-order mark, soft hyphen, variation selectors), which carry no meaning here.
 * Chinese punctuation without an ASCII twin (。、“”《》△〔〕) stays. */
gunichar han_fold(gunichar c);

/* The whole text folded (UTF-8 in, UTF-8 out); line ends stay; caller frees. */
char *han_fold_text(const char *text);

/* TRUE for a Han ideograph, 〇 included. */
gboolean han_is_ideograph(gunichar c);

/* Columns on a terminal: 0, 1 or 2 (Unicode UAX #11; ambiguous counts as 1, as wcwidth() does). */
int han_char_width(gunichar c);
int han_width(const char *text);

/* The text cut to at most width columns, with … where cut; caller frees. */
char *han_ellipsize(const char *text, int width);

#endif
