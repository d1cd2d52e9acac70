/* SPDX-License-Identifier: GPL-3.0-or-later
 * The body of a bulletin: headline, sections, items and briefs, with the paragraphs that page ends
 * broke made whole again. */
#ifndef SONGFA_ISSUE_BODY_H
#define SONGFA_ISSUE_BODY_H

#include "daemon/issue/issue.h"

/* Reads lines[from, limit) and then those of rest into the issue. */
void body_read(Issue *issue, const GPtrArray *lines, guint from, guint limit, const GPtrArray *rest);

#endif
