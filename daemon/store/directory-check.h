/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a directory record must satisfy before it is stored. Each check gives FALSE and an error that
 * says in Chinese what is wrong and what to do. */
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

#endif
