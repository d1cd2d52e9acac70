/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes from a process what it does not need before it meets hostile input. */
#ifndef SONGFA_DISPATCH_CAGE_H
#define SONGFA_DISPATCH_CAGE_H

#include <glib.h>

/* For good: no new privileges, no core, no files to write, bounded memory, processor time and
 * descriptors; a root process becomes nobody. FALSE when any of it could not be had. */
gboolean cage_enter(GError **error);

#endif
