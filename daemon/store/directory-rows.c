/* SPDX-License-Identifier: GPL-3.0-or-later
 * Versions of directory records as rows: a table per kind, named by its plural; a column per field,
 * behind id, valid_from, valid_to and change. */
#include "daemon/store/directory-rows.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "recipients/directory-field.h"

#define HEAD 4 /* columns before the fields */
#define MAX_FIELDS 16

typedef struct {
    char *all, *day, *insert, *clear;
} KindSql;

static void add_columns(const DirectoryKind *kind, GString *sql)
{
    g_string_append(sql, "id, valid_from, valid_to, change");
    for (guint i = 0; i < kind->n_fields; i++)
        g_string_append_printf(sql, ", \"%s\"", kind->fields[i].name);
}

static char *select_sql(const DirectoryKind *kind, const char *table, const char *rest)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    add_columns(kind, sql);
    g_string_append_printf(sql, " FROM \"%s\" %s", table, rest);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *insert_sql(const DirectoryKind *kind, const char *table)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_printf(sql, "INSERT INTO \"%s\" (", table);
    add_columns(kind, sql);
    g_string_append(sql, ") VALUES ($1");
    for (guint i = 2; i <= HEAD + kind->n_fields; i++)
        g_string_append_printf(sql, ", $%u", i);
    g_string_append_c(sql, ')');
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static KindSql *sql_new(const DirectoryKind *kind)
{
    g_autofree char *table = g_strdelimit(g_strdup(kind->plural), "-", '_');
    gboolean ordered = directory_kind_field(kind, "order") != NULL;
    g_autofree char *on_day = g_strconcat("WHERE valid_from <= $1 AND (valid_to = '' OR valid_to >= $1) ORDER BY ",
                                          ordered ? "\"order\", id" : "id", NULL);
    KindSql *sql = g_new0(KindSql, 1);
    sql->all = select_sql(kind, table, "ORDER BY id, valid_from");
    sql->day = select_sql(kind, table, on_day);
    sql->insert = insert_sql(kind, table);
    sql->clear = g_strdup_printf("DELETE FROM \"%s\" WHERE id = $1", table);
    return sql;
}

/* Made once for the process: they depend on the table of kinds alone. */
static const KindSql *sql_of(const DirectoryKind *kind)
{
    static gsize made[DIRECTORY_KINDS];
    if (g_once_init_enter(&made[kind->id]))
        g_once_init_leave(&made[kind->id], GPOINTER_TO_SIZE(sql_new(kind)));
    return GSIZE_TO_POINTER(made[kind->id]);
}

/* ---- from rows ---- */

static char **list_of(Directory *directory, const char *text)
{
    guint n = *text != '\0' ? 1 : 0;
    for (const char *p = text; *p != '\0'; p++)
        n += *p == '\n' ? 1 : 0;
    char **list = arena_new0(directory->arena, char *, n + 1);
    char *rest = n > 0 ? memcpy(arena_alloc(directory->arena, strlen(text) + 1), text, strlen(text) + 1) : NULL;
    for (guint i = 0; i < n; i++) {
        list[i] = rest;
        rest = strchr(rest, '\n');
        if (rest != NULL)
            *rest++ = '\0';
    }
    return list;
}

static int choice_of(const DirectoryField *field, const char *code)
{
    const DirectoryWordOf *word = field->words;
    while (word->code != NULL && strcmp(word->code, code) != 0)
        word++;
    return word->value;
}

static void read_field(const DirectoryField *field, Directory *directory, gpointer record, const DbRows *row,
                       int column)
{
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field))
        *(const char **)place = arena_text(directory->arena, db_column_text(row, column));
    else if (directory_field_is_list(field))
        *(char ***)place = list_of(directory, db_column_text(row, column));
    else if (directory_field_is_reference(field))
        *(gint64 *)place = db_column_int(row, column);
    else if (field->type == FIELD_CHOICE)
        *(int *)place = choice_of(field, db_column_text(row, column));
    else
        *(int *)place = (int)db_column_int(row, column);
}

static void read_record(const DirectoryKind *kind, Directory *directory, const DbRows *row)
{
    DirectoryRecord *record = directory_add(directory, kind);
    record->id = db_column_int(row, 0);
    record->valid_from = arena_text(directory->arena, db_column_text(row, 1));
    record->valid_to = arena_text(directory->arena, db_column_text(row, 2));
    record->change = db_column_int(row, 3);
    for (guint i = 0; i < kind->n_fields; i++)
        read_field(&kind->fields[i], directory, record, row, (int)(HEAD + i));
}

gboolean directory_rows_read(Store *store, const DirectoryKind *kind, const char *day, Directory *directory,
                             GError **error)
{
    const KindSql *sql = sql_of(kind);
    g_autoptr(DbRows) rows =
        db_query(store->db, day != NULL ? sql->day : sql->all, DB_PARAMS(db_string(day)), error);
    GError *failed = NULL;
    if (rows == NULL)
        return FALSE;
    while (db_next(rows, &failed))
        read_record(kind, directory, rows);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* ---- to rows ---- */

static const char *code_of(const DirectoryField *field, int value)
{
    const DirectoryWordOf *word = field->words;
    while (word->code != NULL && word->value != value)
        word++;
    return word->code;
}

/* A list's text is put into joined, which outlives the call. */
static DbValue field_value(const DirectoryField *field, gpointer record, GPtrArray *joined)
{
    gpointer place = directory_field_place(field, record);
    if (directory_field_is_text(field))
        return db_string(*(const char **)place);
    if (directory_field_is_reference(field))
        return db_int_or_null(*(gint64 *)place);
    if (field->type == FIELD_CHOICE)
        return db_text(code_of(field, *(int *)place));
    if (!directory_field_is_list(field))
        return db_int(*(int *)place);
    g_ptr_array_add(joined, g_strjoinv("\n", *(char ***)place));
    return db_string(joined->pdata[joined->len - 1]);
}

static gboolean insert(Store *store, const DirectoryKind *kind, gpointer version, gint64 change, GError **error)
{
    const DirectoryRecord *record = version;
    DbValue values[HEAD + MAX_FIELDS] = {db_int(record->id), db_string(record->valid_from),
                                         db_string(record->valid_to), db_int(change)};
    g_autoptr(GPtrArray) joined = g_ptr_array_new_with_free_func(g_free);
    g_return_val_if_fail(kind->n_fields <= MAX_FIELDS, FALSE);
    for (guint i = 0; i < kind->n_fields; i++)
        values[HEAD + i] = field_value(&kind->fields[i], version, joined);
    return db_run(store->db, sql_of(kind)->insert, values, HEAD + kind->n_fields, NULL, error);
}

gboolean directory_rows_replace(Store *store, const DirectoryKind *kind, gint64 id, gpointer *versions, guint n,
                                gint64 change, GError **error)
{
    gboolean good = db_run(store->db, sql_of(kind)->clear, DB_PARAMS(db_int(id)), NULL, error);
    for (guint i = 0; good && i < n; i++)
        good = insert(store, kind, versions[i], change, error);
    return good;
}
