/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the bytes of a file to text: encodings in the order byte-order mark, strict UTF-8, strict
 * GB18030 (DESIGN.md §3). What is not surely text is refused, never guessed. */
#ifndef SONGFA_ISSUE_TEXT_H
#define SONGFA_ISSUE_TEXT_H

#include <glib.h>

typedef enum {
    TEXT_READ,
    TEXT_EMPTY,     /* nothing visible in it */
    TEXT_BINARY,    /* NUL bytes or control characters: not a text file */
    TEXT_UNREADABLE /* in none of the known encodings without fault */
} TextResult;

/* The text in UTF-8 with every line end as "\n", or NULL; *result says which. Without a mark UTF-16
 * is taken only when it cannot be anything else. Caller frees. */
char *text_decode(const guint8 *data, gsize length, TextResult *result);

/* A file name of unknown encoding in UTF-8, or NULL when it is in none; caller frees. */
char *text_decode_name(const char *name);

#endif
