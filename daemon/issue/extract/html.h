/* SPDX-License-Identifier: GPL-3.0-or-later
 * Web pages, as Word and WPS save them too. Nothing that a page refers to is looked at. */
#ifndef SONGFA_ISSUE_EXTRACT_HTML_H
#define SONGFA_ISSUE_EXTRACT_HTML_H

#include "daemon/issue/extract/blocks.h"

/* Adds what it says to blocks. FALSE and error (INPUT) when it is in no known encoding, or too much. */
gboolean html_read(const void *bytes, gsize length, Blocks *blocks, GError **error);

#endif
