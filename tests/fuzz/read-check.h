/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds for every reader of documents: it says all or why not, in words that a clerk can read, and
 * what it wrote is what the daemon understands. */
#ifndef SONGFA_TESTS_READ_CHECK_H
#define SONGFA_TESTS_READ_CHECK_H

#include "daemon/issue/extract/blocks.h"

typedef gboolean (*ReadFunc)(gpointer data, Blocks *blocks, GError **error);

/* Lets read write blocks and checks what came; a fault ends the process. Returns what was written, as
 * JSON lines; caller frees. */
char *read_check(ReadFunc read, gpointer data);

#endif
