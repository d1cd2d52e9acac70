/* SPDX-License-Identifier: GPL-3.0-or-later
 * The foot of a bulletin: distribution fields, editors, print count, marks (DOMAIN.md §2 rules 1 to
 * 3). It cuts fields and keeps their text as printed; what they mean is the recipients' matter. */
#ifndef SONGFA_ISSUE_TAIL_H
#define SONGFA_ISSUE_TAIL_H

#include "daemon/issue/issue.h"
#include "daemon/issue/lines.h"

/* The index of the first line of the tail, not before from; lines->len when there is none. The issue
 * has its masthead already: its office may sign above the tail. */
guint tail_find(const Issue *issue, const GPtrArray *lines, guint from);

/* Reads the lines from start on into the issue. Lines that are no part of a tail (an annex behind
 * it) are appended to rest, which does not own them. */
void tail_read(Issue *issue, const GPtrArray *lines, guint start, GPtrArray *rest);

/* Takes a line outside the tail that begins with one of its labels (签发：…); FALSE when it does not. */
gboolean tail_take_label(Issue *issue, const TextLine *line);

/* Takes the line under the headline when it addresses somebody: a salutation (各县(区)人民政府：), which
 * becomes field 主送, or a labelled field. It goes before the fields of the tail. FALSE otherwise. */
gboolean tail_take_salutation(Issue *issue, const TextLine *line);

#endif
