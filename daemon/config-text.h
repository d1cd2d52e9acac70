/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of a configuration file made ready for libconfig: checked for what that library would
 * swallow in silence. Knows tokens, not settings. */
#ifndef SONGFA_CONFIG_TEXT_H
#define SONGFA_CONFIG_TEXT_H

#include <glib.h>

/* The file without byte-order mark, every integer marked as 64 bits wide (libconfig 1.5 cuts the
 * others silently); lines keep their numbers. NULL after appending to problems (ConfigProblem):
 * unreadable, not UTF-8, NUL bytes, @include. Caller frees. */
char *config_text_load(const char *file, GPtrArray *problems);

#endif
