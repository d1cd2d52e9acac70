/* SPDX-License-Identifier: GPL-3.0-or-later
 * The clock that was set back. */
#include "daemon/dispatch/setback.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/job.h"

#define SLACK (60 * CLOCK_SECOND)

static gint64 longest_of(const RetrySettings *retry, gint64 longest)
{
    if (retry->delays == NULL || retry->delays->len == 0)
        return MAX(longest, JOB_DEFAULT_DELAY * CLOCK_SECOND);
    for (guint i = 0; i < retry->delays->len; i++)
        longest = MAX(longest, GPOINTER_TO_INT(g_ptr_array_index(retry->delays, i)) * CLOCK_SECOND);
    return longest;
}

/* The longest step of any schedule: no row ever waits for longer. */
static gint64 longest_step(const EngineSettings *settings)
{
    gint64 longest = longest_of(settings->retry, 0);
    GHashTableIter iter;
    gpointer retry;
    if (settings->series_retry == NULL)
        return longest;
    g_hash_table_iter_init(&iter, settings->series_retry);
    while (g_hash_table_iter_next(&iter, NULL, &retry))
        longest = longest_of(retry, longest);
    return longest;
}

gboolean setback_start(const EngineParts *parts, GError **error)
{
    return store_delivery_set_back(parts->store, 0, longest_step(parts->settings), clock_now(), error);
}

gboolean setback_look(Setback *setback, const EngineParts *parts, gboolean *moved, GError **error)
{
    gint64 now = clock_now(), ahead = now - clock_monotonic(), back = setback->ahead - ahead;
    *moved = setback->ahead != 0 && back >= SLACK;
    if (!*moved) {
        setback->ahead = setback->ahead != 0 ? MAX(setback->ahead, ahead) : ahead;
        return TRUE;
    }
    if (!store_delivery_set_back(parts->store, back, longest_step(parts->settings), now, error))
        return FALSE;
    setback->ahead = ahead;
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, back / CLOCK_SECOND);
    log_event(LOG_LEVEL_WARNING, "dispatch", "clock-set-back", "seconds", seconds, NULL);
    return TRUE;
}
