/* SPDX-License-Identifier: GPL-3.0-or-later
 * Distribution lines made at random: rubbish, mutations of right lines, and right ones. */
#ifndef SONGFA_TESTS_LINE_GENERATE_H
#define SONGFA_TESTS_LINE_GENERATE_H

#include <glib.h>

/* The lines of the key files under tests/data; caller unrefs. */
GPtrArray *line_generate_good(void);

/* Pieces of lines put anywhere; caller frees. */
char *line_generate_rubbish(GRand *rand);

/* A right line with characters dropped, doubled, swapped, replaced and pieces put in; caller frees. */
char *line_generate_mutation(GRand *rand, const GPtrArray *good);

/* Fields of names with brackets, copies and exceptions, as an office would print them; caller frees. */
char *line_generate_orderly(GRand *rand);

#endif
