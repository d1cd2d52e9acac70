/* SPDX-License-Identifier: GPL-3.0-or-later
 * Flagged mailboxes (daemon/store/flags.h) as people are told of them. */
#ifndef SONGFA_CTL_FLAG_WORDS_H
#define SONGFA_CTL_FLAG_WORDS_H

#include "daemon/store/store.h"

/* Address in lower case → what was said of it and when; NULL and error. Caller unrefs. */
GHashTable *flag_words_load(Store *store, GError **error);

/* Of an address however it is written, lent; NULL = it is not flagged. */
const char *flag_words_of(GHashTable *words, const char *address);

#endif
