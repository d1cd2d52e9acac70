/* SPDX-License-Identifier: GPL-3.0-or-later
 * Excel workbooks (.xlsx) to sheets of cells and back. The reader takes files of strangers: bounded in
 * everything, formulas by the value last computed. Knows nothing of what the tables mean. */
#ifndef SONGFA_RECIPIENTS_XLSX_H
#define SONGFA_RECIPIENTS_XLSX_H

#include "recipients/sheet.h"

/* All worksheets, in the order of their tabs (Sheet, freed with the array): rows with contents, each
 * with its line in Excel, cells stripped of blanks at their ends, numbers and dates as people see
 * them (xlsx-number.h). NULL and error (INPUT) that says what is wrong, where, and what to do. */
GPtrArray *xlsx_read(const void *bytes, gsize length, GError **error);

/* Writes the sheets (Sheet, the first row is the heading) to the file, which it replaces whole or not
 * at all. Every cell is a text, never a formula. FALSE and error: IO; INPUT for what Excel cannot
 * hold (over 32,767 characters, over 1,048,576 rows). */
gboolean xlsx_write(const GPtrArray *sheets, const char *path, GError **error);

#endif
