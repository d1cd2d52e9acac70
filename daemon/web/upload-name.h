/* SPDX-License-Identifier: GPL-3.0-or-later
 * What callers say a file is called, made fit to be a file's name. Pure. */
#ifndef SONGFA_WEB_UPLOAD_NAME_H
#define SONGFA_WEB_UPLOAD_NAME_H

#include <glib.h>

/* A plain name in UTF-8: GBK bytes decoded, folders (of Windows too) taken off. NULL and error (INPUT) when
 * nothing usable is left: empty, over 200 bytes, with control characters or %00. Caller frees. */
char *upload_name_clean(const char *said, GError **error);

/* The file name of a Content-Disposition (RFC 6266): filename* before filename. NULL when it has none or
 * cannot be read. Caller frees. */
char *upload_name_of_disposition(const char *header);

#endif
