/* SPDX-License-Identifier: GPL-3.0-or-later
 * The visible lines of a text without what is no text: markup, page numbers, rules, quote signs.
 * It knows how exported pages look and nothing of what a bulletin says. */
#ifndef SONGFA_ISSUE_LINES_H
#define SONGFA_ISSUE_LINES_H

#include <glib.h>

typedef struct {
    char *text;        /* as printed, trimmed; runs of blanks stay, each blank is ' ' */
    char *lead;        /* bold type at the beginning of the line (tidy), else NULL */
    gsize lead_length; /* bytes of text under the lead */
    int heading;       /* level of a # heading, else 0 */
    gboolean apart;    /* an empty line, rule or page number stood before it */
    gboolean ruled;    /* a rule stood before it */
    gboolean listed;   /* it had a list mark ("- ") */
} TextLine;

/* All visible lines (TextLine) of a text; the array owns them. */
GPtrArray *lines_split(const char *text);

#endif
