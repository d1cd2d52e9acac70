/* SPDX-License-Identifier: GPL-3.0-or-later
 * Header fields in a text, as they stand in the parts of a delivery status notification, and the
 * codes in a diagnostic. Pure; its input is hostile. */
#ifndef SONGFA_INBOX_FIELDS_H
#define SONGFA_INBOX_FIELDS_H

#include <glib.h>

/* One field, unfolded and trimmed; texts are lent for the call. Both NULL: a blank line. */
typedef void (*FieldsTake)(gpointer user, const char *name, const char *value);

/* Walks the lines of text in order; lines that are no field are left out. */
void fields_walk(const char *text, FieldsTake take, gpointer user);

/* Behind the comment or quoted string that begins at text (RFC 5322 §3.2.2, §3.2.4), or NULL when it does not end. Lent. */
const char *fields_behind(const char *text);

/* The part behind "type;" (RFC 3464 §2.1.2), or the whole without one; lent. */
const char *fields_untyped(const char *value);

/* The first enhanced status code (RFC 3463) in text, or NULL; caller frees. An IP address is none. */
char *fields_status(const char *text);

/* The first reply code 4xx or 5xx that stands alone in text, 0 = none. */
int fields_reply_code(const char *text);

/* The first "<id>" in value that can be a Message-ID, or NULL; caller frees. */
char *fields_message_id(const char *value);

/* A token of ours (ident.h), or NULL when value is none; caller frees. */
char *fields_token(const char *value);

/* Valid UTF-8 on one line, cut to a length that a person reads; NULL when nothing is left. */
char *fields_line(const char *text);

#endif
