/* SPDX-License-Identifier: GPL-3.0-or-later
 * From what songfa-extract found to the text that parse_issue() reads: a line a paragraph, headings
 * with #, a bold beginning in **, cells of a row side by side. Pure. */
#ifndef SONGFA_ISSUE_EXTRACTED_H
#define SONGFA_ISSUE_EXTRACTED_H

#include <glib.h>

typedef struct {
    char *text;    /* UTF-8; NULL when there is a problem */
    char *hidden;  /* hidden, deleted and comments: for the secrecy scan only */
    char *format;  /* "docx" …; NULL when a problem came before it was known */
    char *code;    /* of the problem: damaged, encrypted, no-text … */
    char *problem; /* in words for a clerk */
} Extract;

/* The code of a file in a format that LibreOffice has to convert first. */
#define EXTRACT_CONVERT "convert"

/* Reads the JSON lines of the child, who is not trusted. NULL when they are not whole. */
Extract *extract_read(const char *lines, gsize length);
void extract_free(Extract *extract);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Extract, extract_free)

#endif
