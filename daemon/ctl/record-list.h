/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records of one kind as a table. */
#ifndef SONGFA_CTL_RECORD_LIST_H
#define SONGFA_CTL_RECORD_LIST_H

#include "daemon/base/table.h"
#include "daemon/ctl/args.h"
#include "recipients/directory-kind.h"

/* Prints those of the directory's records that fit the words and options; with --date, of tenures and
 * stand-ins only those that hold on its day. For people, columns in which nothing stands are left out.
 * flags (flag-words.h): of mailboxes that are flagged, why; NULL = the column is left out. The exit code; error when an option cannot be read. */
int record_list_print(const DirectoryKind *kind, Directory *directory, const Args *args, TableFormat format,
                      GHashTable *flags, GError **error);

#endif
