/* SPDX-License-Identifier: GPL-3.0-or-later
 * Chinese in header fields: RFC 2047 encoded words (UTF-8), cut on characters, no word over 75 and
 * no line over 76 columns. Control characters never come out. */
#ifndef SONGFA_DISPATCH_RFC2047_H
#define SONGFA_DISPATCH_RFC2047_H

#include <glib.h>

/* The text fit for a header: control characters and line ends become blanks, direction overrides
 * and broken UTF-8 are taken out; caller frees. */
char *rfc2047_clean(const char *text);

/* Appends "Name: ", where a field begins. */
void rfc2047_begin(GString *out, const char *field);

/* Appends "Name: value" and CR LF for an unstructured field (Subject): plain when it is ASCII, fits
 * on the line and cannot be mistaken for encoded words. */
void rfc2047_append_text(GString *out, const char *field, const char *text);

/* Appends "Name: display-name <address>" and CR LF (RFC 5322 §3.4). The display name is plain,
 * quoted or encoded as needed, left out when NULL or empty; address stands as it is. */
void rfc2047_append_mailbox(GString *out, const char *field, const char *name, const char *address);

/* Appends "Name: display-name:;" and CR LF: a group that shows none of its members (RFC 5322 §3.4). */
void rfc2047_append_group(GString *out, const char *field, const char *name);

/* Appends the text as encoded words parted by blanks or "\r\n "; column is where the first one
 * begins. Returns the column behind the last. */
gsize rfc2047_append_words(GString *out, const char *text, gsize column);

#endif
