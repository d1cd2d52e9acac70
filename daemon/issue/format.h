/* SPDX-License-Identifier: GPL-3.0-or-later
 * What kind of file the bytes are, by content, never by name: names lie. */
#ifndef SONGFA_ISSUE_FORMAT_H
#define SONGFA_ISSUE_FORMAT_H

#include <glib.h>

typedef enum {
    FORMAT_TEXT, /* or anything that is none of the others */
    FORMAT_ZIP,  /* docx, odt, ofd and others: the package tells which */
    FORMAT_OLE,  /* doc, wps, or an encrypted docx ([MS-CFB] §2.2) */
    FORMAT_PDF,  /* ISO 32000-1 §7.5.2 */
    FORMAT_RTF,
    FORMAT_HTML
} Format;

Format format_of(const guint8 *data, gsize length);

/* For bytes that are no text: what they are instead, in a word for a clerk (a picture, a program …), or
 * NULL when nothing tells. Static. */
const char *format_name_of_other(const guint8 *data, gsize length);

#endif
