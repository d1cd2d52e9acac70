/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counts the work of the distribution-line compiler, so that its growth can be told exactly. */
#ifndef SONGFA_TESTS_LINE_STEPS_H
#define SONGFA_TESTS_LINE_STEPS_H

#include <glib.h>

/* Characters looked at and words looked up since the last call. */
guint64 line_steps_taken(void);

#endif
