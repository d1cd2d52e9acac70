/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checks shared by the tests of the distribution-line compiler. */
#ifndef SONGFA_TESTS_LINE_CHECKS_H
#define SONGFA_TESTS_LINE_CHECKS_H

#include "recipients/line.h"

/* tests/FOLDER/NAME in the source tree; caller frees. */
char *line_checks_file(const char *folder, const char *name);

/* Spans tile the text without gap or overlap. */
gboolean line_checks_tiled(const char *text, const LineReading *reading);

/* Text painted unresolved and unresolved entries go together: neither without the other. */
gboolean line_checks_accounted(const LineReading *reading);

/* What is wrong with the reading, NULL when nothing is: tiling, kinds, places, a name that does not come
 * from the text, a character of an addressee that nobody got. */
const char *line_checks_fault(const char *text, const LineReading *reading);

/* The key of a reading with names folded, so that widths and forms of brackets do not count. */
char *line_checks_plain_key(const LineReading *reading);

/* A small directory that knows some names and aliases whole. */
LineNames line_checks_names(void);

#endif
