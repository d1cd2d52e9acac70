/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading printed Chinese the way an eye does: blind to blanks inside words (抄  报), to full width
 * and to marks without width. It knows no bulletin. */
#ifndef SONGFA_ISSUE_SCAN_H
#define SONGFA_ISSUE_SCAN_H

#include <glib.h>

/* The next visible character in its plain form, blanks passed over; *p moves behind it. 0 at the
 * end of the line or text, where *p stays. */
gunichar scan_next(const char **p);

/* The end of word (plain form, no blanks) when it stands at p, else NULL. */
const char *scan_word(const char *p, const char *word);

/* The end of the first of the words that stands at p, else NULL; *index tells which (may be NULL).
 * Longer words must come before their beginnings. */
const char *scan_any(const char *p, const char *const *words, gsize n_words, gsize *index);

/* The end of the next visible character when it is one of signs (plain forms), else NULL. */
const char *scan_sign(const char *p, const char *signs);

/* TRUE when the very character at p, no blank, is one of signs. */
gboolean scan_is_sign(const char *p, const char *signs);

/* TRUE when any character of the text is one of signs. */
gboolean scan_has_sign(const char *text, const char *signs);

/* Where the line at p ends: at its "\n" or at the end of the text. */
const char *scan_line_end(const char *p);

/* TRUE when nothing visible is left of the text. */
gboolean scan_is_empty(const char *text);

/* The text in plain form without any blank; caller frees. */
char *scan_bare(const char *text);

/* Only the letters and digits of the text, in plain form; caller frees. */
char *scan_letters(const char *text);

/* The printed text with each run of blanks as one, none at the ends; caller frees. */
char *scan_tidy(const char *text, gssize length);

/* As scan_tidy(), and letter-spaced words (信 息 简 报) drawn together; caller frees. */
char *scan_close_up(const char *text, gssize length);

/* Length of the text in characters, at most limit: cheap for very long lines. */
gsize scan_length(const char *text, gsize limit);

#endif
