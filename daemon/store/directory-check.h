/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a directory record must satisfy before it is stored. Each check gives FALSE and an error that
 * says in Chinese what is wrong and, where a name is unknown, which ones are near. */
#ifndef SONGFA_STORE_DIRECTORY_CHECK_H
#define SONGFA_STORE_DIRECTORY_CHECK_H

#include "daemon/store/directory-table.h"

gboolean directory_check_unit(Store *store, gconstpointer unit, GError **error);
gboolean directory_check_post(Store *store, gconstpointer post, GError **error);
gboolean directory_check_person(Store *store, gconstpointer person, GError **error);
gboolean directory_check_tenure(Store *store, gconstpointer tenure, GError **error);
gboolean directory_check_group(Store *store, gconstpointer group, GError **error);
gboolean directory_check_alias(Store *store, gconstpointer alias, GError **error);
gboolean directory_check_mailbox(Store *store, gconstpointer mailbox, GError **error);

/* Every word of every group and alias still names something; else CONFLICT, for a record that was
 * renamed or taken out while they speak of it. */
gboolean directory_check_words(Store *store, GError **error);

/* The words of one list name something; the group with that id (0 = none) is not reached from itself. */
gboolean directory_check_list(Store *store, char *const *words, GError **error);
gboolean directory_check_circle(Store *store, gint64 group_id, GError **error);

/* verb is "add", "set" or "remove"; before and after are lent, NULL = none. */
gboolean directory_audit(Store *store, const DirectoryTable *table, const char *verb, const char *label,
                         const json_t *before, const json_t *after, const char *who, GError **error);

#endif
