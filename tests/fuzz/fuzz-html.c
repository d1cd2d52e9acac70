/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: any bytes as a web page, through libxml2. */
#include "daemon/issue/extract/html.h"
#include "tests/fuzz/read-check.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    const guint8 *data;
    gsize size;
} Input;

static gboolean read_html(gpointer data, Blocks *blocks, GError **error)
{
    const Input *input = data;
    return html_read(input->data, input->size, blocks, error);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Input input = {data, size};
    g_free(read_check(read_html, &input));
    return 0;
}
