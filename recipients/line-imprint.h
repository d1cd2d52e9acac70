/* SPDX-License-Identifier: GPL-3.0-or-later
 * What stands around the fields: print counts (rule 3), imprint lines, page numbers and rules. */
#ifndef SONGFA_RECIPIENTS_LINE_IMPRINT_H
#define SONGFA_RECIPIENTS_LINE_IMPRINT_H

#include "recipients/line-text.h"

/* Paints every print count with its brackets; returns the first number declared, 0 when none is. */
int line_imprint_print_counts(LineText *text);

/* Where the imprint (office, date, 印发) begins within [start, end); end when there is none. */
gsize line_imprint_start(const LineText *text, gsize start, gsize end);

/* TRUE for a whole line that is an imprint. */
gboolean line_imprint_is_line(const LineText *text, gsize start, gsize end);

/* TRUE for a line of dashes, or a page number: — 1 —. */
gboolean line_imprint_is_rule(const LineText *text, gsize start, gsize end);

#endif
