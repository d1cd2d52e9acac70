/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfactl says: results on standard output, everything else on standard error, as UTF-8. */
#ifndef SONGFA_CTL_OUTPUT_H
#define SONGFA_CTL_OUTPUT_H

#include "daemon/base/table.h"

void output_text(const char *text);
void output_bytes(const char *bytes, gsize length);
void output_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A table in that form; as text it fits the terminal, and one without rows is a line that says so. */
void output_table(Table *table, TableFormat format);

/* A line to standard error, after "songfactl: ". */
void output_error(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Sends on what is waiting. FALSE, after saying so, when standard output failed at any time; a
 * reader that went away is no failure. */
gboolean output_flush(void);

#endif
