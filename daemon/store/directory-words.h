/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words of groups and aliases ("unit:NAME", recipients/directory.h) as the store holds them. Each
 * gives FALSE and an error that says in Chinese what is wrong and which names are near. */
#ifndef SONGFA_STORE_DIRECTORY_WORDS_H
#define SONGFA_STORE_DIRECTORY_WORDS_H

#include "daemon/store/store-private.h"

/* Each word of the list (NULL = none) names something. */
gboolean directory_words_check(Store *store, char *const *words, GError **error);

/* Every word of every group and alias still names something; else CONFLICT, for a record that was
 * renamed or taken out while they speak of it. */
gboolean directory_words_check_all(Store *store, GError **error);

/* The group is not reached from itself. */
gboolean directory_words_check_circle(Store *store, gint64 group_id, GError **error);

#endif
