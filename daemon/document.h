/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the bytes of a file to an issue, whatever its format: text is read here, a document by
 * songfa-extract, a child of low privilege. The only place that knows both. */
#ifndef SONGFA_DOCUMENT_H
#define SONGFA_DOCUMENT_H

#include "daemon/issue/issue.h"

/* As parse_issue(). Blocks for as long as the child takes, at most DOCUMENT_SECONDS (older formats: those of
 * LibreOffice, office.h, and twice these); what cannot be read (encrypted, damaged, without text, too slow) is
 * held with the reason. NULL and error (IO) only when the
 * thread's current GCancellable was cancelled. */
Issue *document_issue(const guint8 *data, gsize length, const char *file_name, GError **error);

enum { DOCUMENT_SECONDS = 60 };

#endif
