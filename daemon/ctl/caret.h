/* SPDX-License-Identifier: GPL-3.0-or-later
 * Points at a place in a text on a terminal, where a Chinese character takes two columns. */
#ifndef SONGFA_CTL_CARET_H
#define SONGFA_CTL_CARET_H

#include <glib.h>

/* The line of text in which the characters [start, end) stand, and under it carets under exactly
 * their columns; long lines are cut around the place, a long place behind its first characters. Two lines, each behind indent; caller frees. */
char *caret_lines(const char *text, gsize start, gsize end, const char *indent);

#endif
