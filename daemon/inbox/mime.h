/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail of strangers taken apart. It hides GMime, and bounds depth and number of the parts; what the
 * parts mean is for others. Pure; its input is hostile and may be cut off anywhere. */
#ifndef SONGFA_INBOX_MIME_H
#define SONGFA_INBOX_MIME_H

#include <glib.h>

typedef struct MimeMail MimeMail;
typedef struct MimePart MimePart; /* lent from its mail */

/* NULL when it is no mail at all. The bytes are lent for its life. */
MimeMail *mime_mail_parse(const char *data, gsize length);
void mime_mail_free(MimeMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeMail, mime_mail_free)

/* The first field of that name, as it is encoded, unfolded; "" without one. Lent. */
const char *mime_mail_header(const MimeMail *mail, const char *name);
/* All of that name from the top down, as they stand. Lent texts; caller unrefs the array. */
GPtrArray *mime_mail_headers(const MimeMail *mail, const char *name);
/* Decoded, bytes without a charset taken for UTF-8 or else GB18030; "" without one. Lent. */
const char *mime_mail_subject(const MimeMail *mail);
/* µs since 1970, as it says; 0 = it does not. */
gint64 mime_mail_date(const MimeMail *mail);
/* The address in From, when it is one mailbox alone; else NULL. Lent. */
const char *mime_mail_writer(const MimeMail *mail);
/* The addresses in To, Cc, Delivered-To and X-Original-To, at most max. Caller unrefs; owns its texts. */
GPtrArray *mime_mail_recipients(const MimeMail *mail, guint max);
/* Whether the mail as a whole is of the type; "*" is any subtype. */
gboolean mime_mail_is(const MimeMail *mail, const char *type, const char *subtype);

/* Each part that holds no others, and each mail that is enclosed, in order. TRUE when all were seen, FALSE
 * when there are too many or they lie too deep. */
typedef void (*MimeTake)(gpointer user, const MimePart *part);
gboolean mime_mail_walk(const MimeMail *mail, MimeTake take, gpointer user);

gboolean mime_part_is(const MimePart *part, const char *type, const char *subtype);
/* The mail that the part encloses, lent; NULL when it does not. */
const MimeMail *mime_part_mail(const MimePart *part);
/* "inline", "attachment" in lower case, or ""; lent. */
const char *mime_part_disposition(const MimePart *part);
/* Whether the text of the mail can point to it (Content-ID). */
gboolean mime_part_has_id(const MimePart *part);
/* The name of the file: RFC 2231, RFC 2047 all the same, or bytes as above; NULL = none. Valid UTF-8, otherwise
 * as it came: it may be a path. Caller frees. */
char *mime_part_name(const MimePart *part);
/* Its bytes, decoded. Caller unrefs. */
GBytes *mime_part_content(const MimePart *part);
/* Its text in UTF-8, NULL when it is none. Caller frees. */
char *mime_part_text(const MimePart *part);

#endif
