/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settles what an earlier run left behind, as doc/STATES.md says. */
#ifndef SONGFA_DISPATCH_RECOVER_H
#define SONGFA_DISPATCH_RECOVER_H

#include "daemon/dispatch/engine-private.h"

/* Before the threads start: rows in sending get the outcome the wire table proves; then the table is
 * emptied. Repeating it after a crash amid it changes nothing. */
gboolean recover_rows(const EngineParts *parts, GError **error);

#endif
