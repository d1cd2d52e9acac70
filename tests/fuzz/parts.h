/* SPDX-License-Identifier: GPL-3.0-or-later
 * Packages as a fuzzer can mutate them: the parts in clear, each after a byte 0x1c as NAME "\n" XML,
 * packed before they are read, so that no checksum stands in the way; tests/fuzz/seeds.py makes the first.
 * Every other mutation is one of whole elements, which leaves the XML well formed. */
#ifndef SONGFA_TESTS_PARTS_H
#define SONGFA_TESTS_PARTS_H

#include "daemon/base/package.h"
#include "daemon/issue/extract/blocks.h"

typedef gboolean (*PartsReader)(Package *package, Blocks *blocks, GError **error);

/* Packs the parts and lets the reader read them, with read_check(). */
void parts_read(const guint8 *data, gsize size, PartsReader reader);

#endif
