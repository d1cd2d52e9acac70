/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads one issue from the bytes of a text file, or from the text of a document: secrecy scan, encoding,
 * masthead, body, tail. */
#ifndef SONGFA_ISSUE_PARSE_H
#define SONGFA_ISSUE_PARSE_H

#include "daemon/issue/extracted.h"
#include "daemon/issue/issue.h"

/* Never NULL and never fails: what cannot be read is an issue with verdict ISSUE_HELD and reasons.
 * A refused issue carries nothing but reasons and the mark found. file_name is the name without
 * folders (raw bytes allowed), used for the secrecy scan only. */
Issue *parse_issue(const guint8 *data, gsize length, const char *file_name);

/* The same of what was found in a document. */
Issue *parse_issue_extract(const Extract *extract, const char *file_name);

/* FALSE when the name alone says that the file must not be opened. */
gboolean parse_may_open(const char *file_name);

#endif
