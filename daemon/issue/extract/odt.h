/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads OpenDocument text (ISO/IEC 26300, ODF 1.2 part 1), as LibreOffice and WPS write it. */
#ifndef SONGFA_ISSUE_EXTRACT_ODT_H
#define SONGFA_ISSUE_EXTRACT_ODT_H

#include "daemon/base/package.h"
#include "daemon/issue/extract/blocks.h"

/* As docx_read(). */
gboolean odt_read(Package *package, Blocks *blocks, GError **error);

#endif
