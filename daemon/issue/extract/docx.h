/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads Office Open XML (ECMA-376 part 1, 17, WordprocessingML), as Word and WPS write it. */
#ifndef SONGFA_ISSUE_EXTRACT_DOCX_H
#define SONGFA_ISSUE_EXTRACT_DOCX_H

#include "daemon/base/package.h"
#include "daemon/issue/extract/blocks.h"

/* The whole text in reading order: headers, the text with boxes and tables, notes, footers; what is
 * hidden apart. FALSE and error (INPUT) in words for a clerk. */
gboolean docx_read(Package *package, Blocks *blocks, GError **error);

#endif
