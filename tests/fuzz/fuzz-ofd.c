/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: the parts of an OFD (parts.h). */
#include "daemon/issue/extract/ofd.h"
#include "tests/fuzz/parts.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    parts_read(data, size, ofd_read);
    return 0;
}
