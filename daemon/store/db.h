/* SPDX-License-Identifier: GPL-3.0-or-later
 * The narrow seam to a database engine. The verbs of the store are written once, in SQL that SQLite
 * and PostgreSQL both read: $1 parameters, RETURNING, ON CONFLICT. db-sqlite.c fills the seam today;
 * nothing of an engine's library shows above it, and nothing of bulletins below it. */
#ifndef SONGFA_STORE_DB_H
#define SONGFA_STORE_DB_H

#include <glib.h>

typedef struct Db Db;     /* one connection; one thread */
typedef struct DbRows DbRows; /* the rows of a running query, read once, in order */

/* Connects; with create, makes the database when there is none. Errors as in store_open(). */
Db *db_open(const char *path, gboolean create, GError **error);
void db_close(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* How long a statement waits for other writers before it fails; 10 s at first. */
void db_set_patience(Db *db, int milliseconds);

gboolean db_has_table(Db *db, const char *table, gboolean *has, GError **error);

/* Reads the whole database for damage: linear in its size. */
gboolean db_check(Db *db, GError **error);
/* Whether a row may refer to what is not there. Off while tables are made anew (outside a transaction, no
 * effect within); then all must be checked before the commit. */
gboolean db_hold_references(Db *db, gboolean hold, GError **error);
gboolean db_check_references(Db *db, GError **error);
/* TRUE when it is small enough to be checked at each opening (some ms). */
gboolean db_is_small(Db *db);

/* The write lock is taken at once. After a failed commit, or any error that made the engine give up the
 * transaction, nothing of it remains and every statement fails until db_rollback(). */
gboolean db_begin(Db *db, GError **error);
gboolean db_commit(Db *db, GError **error);
/* Reads see one state of the database until db_rollback(). */
gboolean db_begin_reading(Db *db, GError **error);
void db_rollback(Db *db);
gboolean db_in_transaction(Db *db);

/* Changes when any connection commits. */
gint64 db_change_counter(Db *db);

/* A parameter. Texts are lent for the call. */
typedef struct {
    gboolean is_null, is_text;
    gint64 number;
    const char *text;
} DbValue;

DbValue db_int(gint64 number);
DbValue db_int_or_null(gint64 number); /* 0 is NULL: ids and times that are not there */
DbValue db_text(const char *text);     /* "" is NULL */
DbValue db_string(const char *text);   /* NULL is "" */

#define DB_PARAMS(...) \
    (const DbValue[]){__VA_ARGS__}, sizeof((const DbValue[]){__VA_ARGS__}) / sizeof(DbValue)
#define DB_NO_PARAMS NULL, 0

/* Runs one statement; *changed (nullable) = rows written. The SQL is prepared once and kept. A row
 * that breaks a rule of the schema is SONGFA_ERROR_CONFLICT. */
gboolean db_run(Db *db, const char *sql, const DbValue *params, gsize n, gint64 *changed, GError **error);
/* Runs a script of statements without parameters. */
gboolean db_script(Db *db, const char *sql, GError **error);

/* The first column of the first row, as a number or as a text of the caller's; FALSE or NULL without
 * error when there is no row. */
gboolean db_number(Db *db, const char *sql, const DbValue *params, gsize n, gint64 *number, GError **error);
char *db_lookup(Db *db, const char *sql, const DbValue *params, gsize n, GError **error);

/* Makes one record from the current row. */
typedef gpointer (*DbReader)(const DbRows *row);

/* The first row as a record (NULL without error when there is none); all rows as an array that frees
 * its elements. */
gpointer db_one(Db *db, const char *sql, const DbValue *params, gsize n, DbReader reader, GError **error);
GPtrArray *db_all(Db *db, const char *sql, const DbValue *params, gsize n, DbReader reader,
                  GDestroyNotify destroy, GError **error);

/* The first column of all rows, as gint64. */
GArray *db_numbers(Db *db, const char *sql, const DbValue *params, gsize n, GError **error);

/* The query row by row, for those who need no array. db_next() is FALSE at the end and on error. */
DbRows *db_query(Db *db, const char *sql, const DbValue *params, gsize n, GError **error);
gboolean db_next(DbRows *rows, GError **error);
void db_rows_end(DbRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_end)

/* Columns count from 0; NULL reads as 0 and NULL. Lent until the next row; _dup is the caller's. */
gint64 db_column_int(const DbRows *rows, int column);
const char *db_column_text(const DbRows *rows, int column);
char *db_column_dup(const DbRows *rows, int column);

#endif
