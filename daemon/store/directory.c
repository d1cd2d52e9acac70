/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory read from the store: the slice of a day, or all versions. */
#include "daemon/store/directory.h"

#include "daemon/base/clock.h"
#include "daemon/store/directory-rows.h"

/* Reads see one state of the store. */
static gboolean read_kinds(Store *store, Directory *directory, const char *date, const char *reach, GError **error)
{
    gboolean nested = db_in_transaction(store->db);
    gboolean good = nested || db_begin_reading(store->db, error);
    for (gsize i = 0; good && i < DIRECTORY_KINDS; i++)
        good = directory_rows_read(store, &directory_kinds[i], i == DIRECTORY_MAILBOX ? reach : date, directory,
                                   error);
    if (!nested)
        db_rollback(store->db);
    return good;
}

Directory *store_directory_load(Store *store, const char *date, const char *reach, GError **error)
{
    g_autofree char *today = clock_date(clock_now());
    const char *day = date != NULL ? date : today;
    g_autoptr(Directory) directory = directory_new(day);
    if (!read_kinds(store, directory, day, reach != NULL ? reach : day, error))
        return NULL;
    directory_index(directory);
    return g_steal_pointer(&directory);
}

Directory *store_directory_load_all(Store *store, GError **error)
{
    g_autoptr(Directory) directory = directory_new("");
    return read_kinds(store, directory, NULL, NULL, error) ? g_steal_pointer(&directory) : NULL;
}
