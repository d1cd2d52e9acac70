/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: the distribution-line compiler reads anything, and its spans tile the text. */
#include <stdlib.h>

#include "recipients/line.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    g_autoptr(LineReading) reading = line_read(text, NULL);
    gsize place = 0;
    gboolean unresolved = FALSE;
    for (guint i = 0; i < reading->spans->len; i++) {
        const LineSpan *span = &g_array_index(reading->spans, LineSpan, i);
        if (span->start != place || span->end <= span->start || span->kind > LINE_SPAN_UNRESOLVED)
            abort();
        unresolved |= span->kind == LINE_SPAN_UNRESOLVED;
        place = span->end;
    }
    if (place != (gsize)g_utf8_strlen(text, -1) || unresolved != (reading->unresolved->len > 0))
        abort();
    g_autofree char *key = line_key(reading);
    g_autofree char *json = line_to_json(reading);
    return key == NULL || json == NULL ? -1 : 0;
}
