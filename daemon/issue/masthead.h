/* SPDX-License-Identifier: GPL-3.0-or-later
 * The head of a bulletin: title, numbers, office, date and marks, in any order, each on its line or
 * several on one (DOMAIN.md §1). */
#ifndef SONGFA_ISSUE_MASTHEAD_H
#define SONGFA_ISSUE_MASTHEAD_H

#include "daemon/issue/issue.h"

/* Reads the masthead at the beginning of lines (TextLine) into the issue; returns the index of the
 * first line behind it, 0 when there is none. */
guint masthead_read(Issue *issue, const GPtrArray *lines);

#endif
