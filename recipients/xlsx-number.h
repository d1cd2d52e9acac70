/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers of a worksheet as the person who typed them sees them: dates are numbers with a date
 * format (ECMA-376 part 1, 18.8.30 numFmt and 18.17.4 dates). Pure. */
#ifndef SONGFA_RECIPIENTS_XLSX_NUMBER_H
#define SONGFA_RECIPIENTS_XLSX_NUMBER_H

#include <glib.h>

/* TRUE when the format shows a day: by its code, or by its number where code is NULL (built in). */
gboolean xlsx_number_is_date(guint format, const char *code);

/* Appends the value of a cell: a whole number without .0, others with the 15 digits Excel keeps; a
 * date as YYYY-MM-DD, its days counted from 1904 or (with the false 1900-02-29) from 1900. What is no
 * number, or no day of the years to 9999, is appended as it stands. */
void xlsx_number_append(GString *out, const char *value, gboolean is_date, gboolean from_1904);

#endif
