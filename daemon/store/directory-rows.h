/* SPDX-License-Identifier: GPL-3.0-or-later
 * Versions of directory records as rows: the SQL is made from the table of kinds. */
#ifndef SONGFA_STORE_DIRECTORY_ROWS_H
#define SONGFA_STORE_DIRECTORY_ROWS_H

#include "daemon/store/store-private.h"
#include "recipients/directory-kind.h"

/* Adds the versions that hold on the day, units and posts in their order, or with NULL all versions by
 * id and first day. */
gboolean directory_rows_read(Store *store, const DirectoryKind *kind, const char *day, Directory *directory,
                             GError **error);

/* Puts n versions in the place of those that the record has; change is their number. */
gboolean directory_rows_replace(Store *store, const DirectoryKind *kind, gint64 id, gpointer *versions, guint n,
                                gint64 change, GError **error);

#endif
