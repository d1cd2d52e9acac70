/* SPDX-License-Identifier: GPL-3.0-or-later
 * The header fields of an attachment, so that its Chinese name survives in every client: RFC 2231
 * for those that know it, RFC 2047 in Content-Type for Outlook, Foxmail and the web mailers, plain
 * ASCII for the rest (DOMAIN.md §5). */
#ifndef SONGFA_DISPATCH_ATTACHMENT_H
#define SONGFA_DISPATCH_ATTACHMENT_H

#include <glib.h>

/* A name that is safe as a file name everywhere: no control characters, no \ / : * ? " < > |, no dot
 * in front, at most 180 bytes with the extension kept; never empty; caller frees. */
char *attachment_safe_name(const char *name);

/* The name of the PDF made from a file of that name: 第7期.docx → 第7期.pdf; caller frees. */
char *attachment_pdf_name(const char *name);

/* The values of Content-Type and Content-Disposition as they stand behind the colon, with blank in
 * front and line end behind; caller frees. The type follows the extension; texts go as
 * application/octet-stream, since mail programs may change line ends and charset of text/plain. */
char *attachment_content_type(const char *name);
char *attachment_disposition(const char *name);

#endif
