/* SPDX-License-Identifier: GPL-3.0-or-later
 * What may stand at either edge of a bulletin: marks, issuing office, date of issue, print count.
 * Masthead and tail both read it here; recipients never come from it (DOMAIN.md §2 rule 2). */
#ifndef SONGFA_ISSUE_IMPRINT_H
#define SONGFA_ISSUE_IMPRINT_H

#include <glib.h>

#include "daemon/issue/numeral.h"

/* The end of a mark (内部资料 注意保存, 加急) that stands at p, else NULL. */
const char *imprint_mark(const char *p);

/* Appends a mark as printed, blanks folded, unless it is there already. */
void imprint_add_mark(GPtrArray *marks, const char *start, const char *end);

/* TRUE when the line holds nothing but marks, brackets aside; they are appended to marks, which may
 * be NULL. */
gboolean imprint_take_marks(const char *text, GPtrArray *marks);

/* The end of a print count (共印 130 份, 印数：130) that stands at p, else NULL. */
const char *imprint_copies(const char *p, int *copies);

/* The first print count anywhere in the text, else 0. */
int imprint_find_copies(const char *text);

/* TRUE when the name ends as bodies do: 办公室, 委员会, 局 … */
gboolean imprint_is_office(const char *name);

/* The name without the word for its part in the issue (…编, …印发, …主办); caller frees. */
char *imprint_office_name(const char *name);

/* TRUE for an imprint line: an office with 编 or 印发, a date of issue, or both. What it says goes
 * to *office (caller frees, NULL = not said) and *date (day 0 = not said). */
gboolean imprint_read(const char *text, char **office, NumeralDate *date);

#endif
