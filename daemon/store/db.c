/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the seam of db.h gives over any engine: parameters, and rows made into records. */
#include "daemon/store/db.h"

DbValue db_int(gint64 number)
{
    return (DbValue){.number = number};
}

DbValue db_int_or_null(gint64 number)
{
    return (DbValue){.number = number, .is_null = number == 0};
}

DbValue db_text(const char *text)
{
    return (DbValue){.text = text, .is_text = TRUE, .is_null = text == NULL || *text == '\0'};
}

DbValue db_string(const char *text)
{
    return (DbValue){.text = text != NULL ? text : "", .is_text = TRUE};
}

char *db_column_dup(const DbRows *rows, int column)
{
    return g_strdup(db_column_text(rows, column));
}

static gboolean propagate(GError **error, GError *failed)
{
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

GPtrArray *db_all(Db *db, const char *sql, const DbValue *params, gsize n, DbReader reader,
                  GDestroyNotify destroy, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, sql, params, n, error);
    if (rows == NULL)
        return NULL;
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(destroy);
    GError *failed = NULL;
    while (db_next(rows, &failed))
        g_ptr_array_add(records, reader(rows));
    return propagate(error, failed) ? g_steal_pointer(&records) : NULL;
}

gpointer db_one(Db *db, const char *sql, const DbValue *params, gsize n, DbReader reader, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, sql, params, n, error);
    if (rows == NULL)
        return NULL;
    GError *failed = NULL;
    gpointer record = db_next(rows, &failed) ? reader(rows) : NULL;
    propagate(error, failed);
    return record;
}

/* Reads to the end: a statement that writes and returns is done, and durable, only there. */
gboolean db_number(Db *db, const char *sql, const DbValue *params, gsize n, gint64 *number, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, sql, params, n, error);
    if (rows == NULL)
        return FALSE;
    GError *failed = NULL;
    gboolean found = FALSE;
    while (db_next(rows, &failed)) {
        if (!found)
            *number = db_column_int(rows, 0);
        found = TRUE;
    }
    return propagate(error, failed) && found;
}

GArray *db_numbers(Db *db, const char *sql, const DbValue *params, gsize n, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, sql, params, n, error);
    if (rows == NULL)
        return NULL;
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    GError *failed = NULL;
    while (db_next(rows, &failed)) {
        gint64 number = db_column_int(rows, 0);
        g_array_append_val(numbers, number);
    }
    return propagate(error, failed) ? g_steal_pointer(&numbers) : NULL;
}

static gpointer read_text(const DbRows *row)
{
    return db_column_dup(row, 0);
}

char *db_lookup(Db *db, const char *sql, const DbValue *params, gsize n, GError **error)
{
    return db_one(db, sql, params, n, read_text, error);
}
