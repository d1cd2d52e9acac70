/* SPDX-License-Identifier: GPL-3.0-or-later
 * Notices when the wall clock is set back, against the one that never is, so that retries do not wait until
 * it has caught up. Registrar thread, and the engine's start. */
#ifndef SONGFA_DISPATCH_SETBACK_H
#define SONGFA_DISPATCH_SETBACK_H

#include "daemon/dispatch/engine-private.h"

typedef struct {
    gint64 ahead; /* wall clock minus monotonic, the most seen; 0 = not looked at yet */
} Setback;

/* For the start: by how much the clock went back meanwhile is not known, so no row waits longer than the
 * longest step of the retry schedules. */
gboolean setback_start(const EngineParts *parts, GError **error);

/* When the clock went back by a minute or more since the last look, moves what waits with it; *moved. A
 * smaller step is not worth it, but is remembered. FALSE and error: the next look tries again. */
gboolean setback_look(Setback *setback, const EngineParts *parts, gboolean *moved, GError **error);

#endif
