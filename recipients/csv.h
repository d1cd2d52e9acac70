/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV as offices keep it (RFC 4180): bytes to rows of cells and back. Knows nothing of the tables. */
#ifndef SONGFA_RECIPIENTS_CSV_H
#define SONGFA_RECIPIENTS_CSV_H

#include "recipients/sheet.h"

/* The bytes as UTF-8 without byte-order mark: UTF-8 when they are, else GBK (GB18030), strictly; NULL
 * and error (INPUT) when neither, or with NUL bytes; caller frees. */
char *csv_decode(const char *bytes, gsize length, GError **error);

/* The rows as a sheet of that name; empty lines are left out. Lines end in CRLF, LF or CR. A cell is
 * stripped of blanks at its ends and of the guard that csv_append() sets. NULL when a quoted cell
 * does not end or goes on after its quote: *bad_line is where it began. */
Sheet *csv_parse(const char *name, const char *text, guint *bad_line);

/* Adds one cell and the comma or CRLF after it. A cell that Excel would take for a formula, or that
 * begins with the guard itself, gets a leading '. */
void csv_append(GString *out, const char *cell, gboolean last);

#endif
