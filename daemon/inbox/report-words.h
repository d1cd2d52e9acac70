/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words by which mail that came back is told apart: mail systems, delays, failures, automatic
 * replies, and the sign-off of a person. Tables and text only; the input is hostile. */
#ifndef SONGFA_INBOX_REPORT_WORDS_H
#define SONGFA_INBOX_REPORT_WORDS_H

#include <glib.h>

typedef enum {
    REPORT_WORDS_SYSTEM,    /* in From: a mail system writes */
    REPORT_WORDS_DELAY,     /* in Subject: still being tried */
    REPORT_WORDS_FAILURE,   /* in Subject: given back */
    REPORT_WORDS_AUTOMATIC, /* in Subject or the first line: nobody wrote it */
    REPORT_WORDS_PRECEDENCE /* in Precedence: likewise */
} ReportWords;

/* Whether one of those words stands in text, however it is written (case, width). */
gboolean report_words_in(const char *text, ReportWords words);

/* The first line that the writer wrote himself, trimmed: no greeting alone, nothing quoted or below a
 * quotation's head; NULL when there is none. Caller frees. *more (nullable) = he wrote on behind it. */
char *report_words_own_line(const char *text, gboolean *more);

/* Whether that line says that the mail was received: 已收, 收到 …; never when it may say the opposite, or
 * asks. */
gboolean report_words_sign(const char *line);

/* Appends the text of HTML, each element's on a line of its own, without styles and scripts, until out
 * has max bytes. */
void report_words_of_html(GString *out, const char *html, gsize max);

#endif
