/* SPDX-License-Identifier: GPL-3.0-or-later
 * What kind of older Office file it is ([MS-CFB]): enough to know whether LibreOffice can be asked. */
#ifndef SONGFA_ISSUE_EXTRACT_OLE_H
#define SONGFA_ISSUE_EXTRACT_OLE_H

#include <glib.h>

typedef enum {
    OLE_BROKEN, /* the container cannot be read */
    OLE_TEXT,   /* a text of Word 6 to 2003, or of WPS */
    OLE_LOCKED, /* such a text, with a password to open it */
    OLE_PACKAGE, /* a newer document, encrypted */
    OLE_OTHER   /* a table, slides, mail … */
} OleKind;

OleKind ole_kind(const void *bytes, gsize length);

#endif
