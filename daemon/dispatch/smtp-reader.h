/* SPDX-License-Identifier: GPL-3.0-or-later
 * Replies of an SMTP server, read byte by byte in bounded memory (RFC 5321 §4.2). Pure. */
#ifndef SONGFA_DISPATCH_SMTP_READER_H
#define SONGFA_DISPATCH_SMTP_READER_H

#include <glib.h>

typedef struct SmtpReader SmtpReader;

SmtpReader *smtp_reader_new(void);
void smtp_reader_free(SmtpReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpReader, smtp_reader_free)

typedef enum {
    SMTP_READ_MORE,     /* all bytes used, no reply complete */
    SMTP_READ_REPLY,    /* smtp_reader_code() and _text() are valid until the next feed */
    SMTP_READ_NONSENSE  /* no SMTP reply, or one without end: the link is of no use any more */
} SmtpRead;

/* Takes bytes until a reply is complete; *used = how many. Lines of one reply are joined with a
 * blank, an enhanced code repeated on each is kept once; long texts are cut, not refused. */
SmtpRead smtp_reader_feed(SmtpReader *reader, const char *data, gsize n, gsize *used);

int smtp_reader_code(const SmtpReader *reader);
/* Valid UTF-8 (GB18030 is converted, other bytes replaced), without control characters. */
const char *smtp_reader_text(SmtpReader *reader);

#endif
