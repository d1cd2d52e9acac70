/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stands between the compiler's files (the linker's --wrap) and counts their calls: all reading of
 * characters and all look-ups of words pass here. */
#include "tests/unit/line-steps.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-cut.h"

static guint64 steps;

guint64 line_steps_taken(void)
{
    guint64 taken = steps;
    steps = 0;
    return taken;
}

/* A function of the compiler that counts what it costs and goes on to the real one. */
#define COUNTED(type, name, parameters, arguments, cost)                                                     \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        steps += (cost);                                                                                     \
        return __real_##name arguments;                                                                      \
    }

COUNTED(gsize, lexicon_prefix, (LexTable table, const char *text, gsize length), (table, text, length), 1)
COUNTED(gsize, lexicon_suffix, (LexTable table, const char *text, gsize length), (table, text, length), 1)
COUNTED(gsize, lexicon_begins, (LexTable table, const char *text), (table, text), 1)
COUNTED(gsize, lexicon_ends, (LexTable table, const char *text), (table, text), strlen(text))
COUNTED(gboolean, lexicon_has, (LexTable table, const char *text), (table, text), strlen(text))
COUNTED(gsize, lexicon_post, (const char *text, gsize length, LexPost *post), (text, length, post), length)
COUNTED(gunichar, line_text_open, (const LineText *text, gsize i), (text, i), 1)
COUNTED(LineCell *, line_cut_cell, (const LineCells *cells, gsize i), (cells, i), 1)
