/* SPDX-License-Identifier: GPL-3.0-or-later
 * Markdown (CommonMark 0.31, GFM 4.10 for tables) as far as a reader does not see what is typed: comments,
 * front matter, tables, links, tags, entities. Nothing sure tells such a text from another one, so only forms
 * are touched that no typed bulletin has; what marks paragraphs (#, **, >) is read by lines.c. */
#ifndef SONGFA_ISSUE_MARKDOWN_H
#define SONGFA_ISSUE_MARKDOWN_H

#include <glib.h>

/* What is seen of the text, line for line as it stands there: the row of a table is one line, its cells apart
 * or behind their label. *hidden gets what is not seen, for the secrecy scan. Caller frees both. */
char *markdown_shown(const char *text, char **hidden);

#endif
