/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as text where thousands are written in a second: printf costs ten times as much. */
#ifndef SONGFA_BASE_DECIMAL_H
#define SONGFA_BASE_DECIMAL_H

#include <glib.h>

enum { DECIMAL_ROOM = 32 };

/* Writes the number and a NUL to DECIMAL_ROOM bytes or more; returns where the NUL stands. */
char *decimal_put(char *to, gint64 number);

/* Likewise thousandths as "12.034". */
char *decimal_put_thousandths(char *to, gint64 thousandths);

#endif
