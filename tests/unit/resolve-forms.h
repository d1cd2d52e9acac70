/* SPDX-License-Identifier: GPL-3.0-or-later
 * For tests of the resolver: readings from the notation of the corpus, and resolutions as texts. */
#ifndef SONGFA_TESTS_RESOLVE_FORMS_H
#define SONGFA_TESTS_RESOLVE_FORMS_H

#include "recipients/resolve.h"

/* What the key comes to: "发: one 峡窝镇; every 区委/常委*2; except 区统计局 | 抄送: archive*3". */
Resolution *resolve(const Directory *directory, const char *key, const ResolveOptions *options);

/* Nothing is unresolved, and tests/data/expected/NAME.txt lists each recipient with its unit and
 * copies, its reasons indented below. */
void assert_as_expected(const char *name, const Resolution *resolution);

/* The name before the @ of each mail and "name*copies" of each paper, then "!code:text[suggestions]"
 * of what is unresolved. Caller frees. */
char *short_form(const Resolution *resolution);

#endif
