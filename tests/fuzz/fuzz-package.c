/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: any bytes as a file that is handed in, then as a zip: its directory, its packing and
 * its checksums. Every entry of the known names is unpacked and read. */
#include <stdlib.h>

#include "daemon/base/package.h"
#include "daemon/issue/extract/docx.h"
#include "daemon/issue/extract/odt.h"
#include "daemon/issue/format.h"
#include "tests/fuzz/read-check.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean read_docx(gpointer data, Blocks *blocks, GError **error)
{
    return docx_read(data, blocks, error);
}

static gboolean read_odt(gpointer data, Blocks *blocks, GError **error)
{
    return odt_read(data, blocks, error);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    Format format = format_of(data, size);
    g_autoptr(Package) package = package_open(data, size, &error);
    if ((package == NULL) != (error != NULL))
        abort();
    if (package_is(data, size) != (format == FORMAT_ZIP || format == FORMAT_OLE))
        abort();
    if (package == NULL)
        return 0;
    g_free(read_check(read_docx, package));
    g_free(read_check(read_odt, package));
    return 0;
}
