/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: the distribution-line compiler reads anything, and what it reads holds together. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/line-checks.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    const LineNames names = line_checks_names();
    g_autoptr(LineReading) reading = line_read(text, size % 2 == 0 ? &names : NULL);
    const char *fault = line_checks_fault(text, reading);
    if (fault != NULL) {
        fprintf(stderr, "%s\n", fault);
        abort();
    }
    g_autofree char *key = line_key(reading);
    g_autofree char *json = line_to_json(reading);
    return key == NULL || json == NULL ? -1 : 0;
}
