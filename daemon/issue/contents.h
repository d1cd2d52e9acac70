/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contents list of a monthly: entries with leaders and page numbers under their sections, and
 * the comparison by which the body's headings are found again. */
#ifndef SONGFA_ISSUE_CONTENTS_H
#define SONGFA_ISSUE_CONTENTS_H

#include "daemon/issue/issue.h"
#include "daemon/issue/lines.h"

typedef struct Contents Contents;

/* Reads the contents list that begins at lines[from] into issue->contents; *end is the first line
 * behind it, before limit. NULL when no list stands there. */
Contents *contents_read(Issue *issue, const GPtrArray *lines, guint from, guint limit, guint *end);
void contents_free(Contents *contents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Contents, contents_free)

/* TRUE when a line of the body is the name of one of the list's sections. */
gboolean contents_is_section(const Contents *contents, const char *text);

/* TRUE when a line of the body is the heading of one of the next entries, which differs at most in
 * blanks, punctuation, a cut end or a misprint; that entry and those before it are used up. */
gboolean contents_take_heading(Contents *contents, const char *text);

#endif
