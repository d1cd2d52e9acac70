/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of persons as printed in a row: 郝婕 李德昭; 郝 婕 is one name (DOMAIN.md §1). */
#ifndef SONGFA_ISSUE_EDITORS_H
#define SONGFA_ISSUE_EDITORS_H

#include <glib.h>

/* Appends each name of the row, without blanks, to names (char *). */
void editors_read(const char *row, GPtrArray *names);

#endif
