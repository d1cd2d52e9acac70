/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: the parts of a docx (parts.h). */
#include "daemon/issue/extract/docx.h"
#include "tests/fuzz/parts.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    parts_read(data, size, docx_read);
    return 0;
}
