/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: any bytes as the container of an older Office file, through libgsf. */
#include <stdlib.h>

#include "daemon/issue/extract/ole.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    if (ole_kind(data, size) > OLE_OTHER)
        abort();
    return 0;
}
