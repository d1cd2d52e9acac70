/* SPDX-License-Identifier: GPL-3.0-or-later
 * Judging paragraphs of running text: whole or cut by a page end, point of a list, source in
 * brackets, lead. */
#ifndef SONGFA_ISSUE_PARAGRAPH_H
#define SONGFA_ISSUE_PARAGRAPH_H

#include <glib.h>

/* TRUE when the text ends as a sentence does. */
gboolean paragraph_is_whole(const char *text);

/* TRUE when the text was cut by the end of a page or line: no sentence end, and not a subheading. */
gboolean paragraph_is_cut(const char *text);

/* TRUE when line continues the paragraph before it. */
gboolean paragraph_goes_on(const char *paragraph, const char *line);

/* TRUE when the text begins with the number of a point: 一、 （二） 3. 一是 */
gboolean paragraph_is_point(const char *text);

/* Takes a closing （区发改委） off the paragraph and returns the name, or NULL; caller frees. */
char *paragraph_take_source(GString *paragraph);

/* The lead of an item printed without bold type (区委办做好服务 近日，…): what stands before the first
 * blank when it is short and no sentence; NULL otherwise. Caller frees. */
char *paragraph_lead(const char *text);

#endif
