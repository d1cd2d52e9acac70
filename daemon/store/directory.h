/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory in the store: read whole as of a day, changed record by record, every change in the
 * audit log. Records are those of recipients/directory.h. */
#ifndef SONGFA_STORE_DIRECTORY_H
#define SONGFA_STORE_DIRECTORY_H

#include "daemon/store/store.h"
#include "recipients/directory.h"

/* The indexed directory; date NULL = today. */
Directory *store_directory_load(Store *store, const char *date, GError **error);

/* Each writes one record (id 0 = new), checks it (names unique, parents known, no cycle, address
 * strict, dates in order) and audits it as who; the new id, or 0 and error with the nearest names.
 * Within the caller's transaction when one is open, else in its own. */
gint64 store_unit_put(Store *store, const DirectoryUnit *unit, const char *who, GError **error);
gint64 store_post_put(Store *store, const DirectoryPost *post, const char *who, GError **error);
gint64 store_person_put(Store *store, const DirectoryPerson *person, const char *who, GError **error);
gint64 store_tenure_put(Store *store, const DirectoryTenure *tenure, const char *who, GError **error);
gint64 store_group_put(Store *store, const DirectoryGroup *group, const char *who, GError **error);
gint64 store_alias_put(Store *store, const DirectoryAlias *alias, const char *who, GError **error);
gint64 store_mailbox_put(Store *store, const DirectoryMailbox *mailbox, const char *who, GError **error);

/* table is "unit", "post", "person", "tenure", "group", "alias" or "mailbox". Refused with
 * SONGFA_ERROR_CONFLICT naming what still refers to it. */
gboolean store_directory_remove(Store *store, const char *table, gint64 id, const char *who,
                                GError **error);

#endif
