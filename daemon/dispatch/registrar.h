/* SPDX-License-Identifier: GPL-3.0-or-later
 * The thread that keeps the books: claims due rows, gives them to the sender as jobs, and stores what
 * became of them in groups. Knows no network. */
#ifndef SONGFA_DISPATCH_REGISTRAR_H
#define SONGFA_DISPATCH_REGISTRAR_H

#include "daemon/dispatch/engine-private.h"

/* Works until the sender has left and all outcomes are stored, or cannot be stored by the deadline of
 * exchange_stop(): then the wire table keeps them for the next start. */
void registrar_run(const EngineParts *parts);

#endif
