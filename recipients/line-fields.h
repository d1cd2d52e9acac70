/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 1 to 3: the text cut into fields at its labels, noise and print counts painted. It knows
 * labels and lines, nothing of what stands in a field. */
#ifndef SONGFA_RECIPIENTS_LINE_FIELDS_H
#define SONGFA_RECIPIENTS_LINE_FIELDS_H

#include "recipients/line-text.h"

#define LINE_SALUTATION "主送"

typedef struct {
    gsize start, end;
} LinePiece;

typedef struct {
    char *label;
    GArray *pieces; /* LinePiece: what stands in the field, one for each line */
} LineField;

/* The fields in the order of the text. Lines that belong to none are left in reading->unresolved;
 * the print count in reading->declared_copies. Caller unrefs. */
GPtrArray *line_fields_cut(LineText *text, LineReading *reading);

/* Adds what nobody could read (rule 16) and paints it. */
void line_fields_unresolved(LineText *text, LineReading *reading, const char *label, gsize start,
                            gsize end);

#endif
