/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads OFD (GB/T 33190-2016), the fixed layout of Chinese offices: pages of placed characters in a package. */
#ifndef SONGFA_ISSUE_EXTRACT_OFD_H
#define SONGFA_ISSUE_EXTRACT_OFD_H

#include "daemon/base/package.h"
#include "daemon/issue/extract/blocks.h"

/* All documents of the package as pdf_read() does it, each page with its templates; annotations, what is not
 * seen, and watermarks come as hidden. Signatures are not looked at. */
gboolean ofd_read(Package *package, Blocks *blocks, GError **error);

#endif
