/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads PDF (ISO 32000-1) with poppler, which is seen only here. */
#ifndef SONGFA_ISSUE_EXTRACT_PDF_H
#define SONGFA_ISSUE_EXTRACT_PDF_H

#include "daemon/issue/extract/blocks.h"

/* Printed lines are joined into paragraphs again, across pages too. FALSE and error (INPUT) in words for
 * a clerk. */
gboolean pdf_read(const void *bytes, gsize length, Blocks *blocks, GError **error);

#endif
