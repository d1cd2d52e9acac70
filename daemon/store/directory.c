/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory read whole, and records taken out of it. */
#include "daemon/store/directory.h"

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/directory-table.h"
#include "daemon/store/directory-words.h"

static gboolean read_all(Store *store, Directory *directory, GError **error)
{
    for (gsize i = 0; i < directory_tables_count; i++)
        if (!directory_table_read(&directory_tables[i], store, 0, directory, NULL, error))
            return FALSE;
    return TRUE;
}

Directory *store_directory_load(Store *store, const char *date, GError **error)
{
    g_autofree char *today = clock_date(clock_now());
    g_autoptr(Directory) directory = directory_new(date != NULL ? date : today);
    gboolean nested = db_in_transaction(store->db);
    if (!nested && !db_begin_reading(store->db, error))
        return NULL;
    gboolean ok = read_all(store, directory, error);
    if (!nested)
        db_rollback(store->db);
    if (!ok)
        return NULL;
    directory_index(directory);
    return g_steal_pointer(&directory);
}

/* Who holds on to a record: rows of child whose column names it. */
typedef struct {
    const char *table, *child, *find; /* $1 = id */
} Reference;

static const Reference references[] = {
    {"unit", "unit", "SELECT id FROM unit WHERE parent_id = $1 LIMIT 1"},
    {"unit", "post", "SELECT id FROM post WHERE unit_id = $1 LIMIT 1"},
    {"unit", "mailbox", "SELECT id FROM mailbox WHERE unit_id = $1 LIMIT 1"},
    {"post", "tenure", "SELECT id FROM tenure WHERE post_id = $1 LIMIT 1"},
    {"post", "mailbox", "SELECT id FROM mailbox WHERE post_id = $1 LIMIT 1"},
    {"person", "tenure", "SELECT id FROM tenure WHERE person_id = $1 LIMIT 1"},
    {"person", "mailbox", "SELECT id FROM mailbox WHERE person_id = $1 LIMIT 1"},
};

static gboolean refuse_removal(Store *store, const DirectoryTable *table, const char *label,
                               const DirectoryTable *child, gint64 child_id, GError **error)
{
    g_autofree char *holder = directory_table_label(child, store, child_id, error);
    if (holder != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("不能删除%s“%s”：%s“%s”还在引用它；请先删除或改动后者"), _(table->word), label,
                    _(child->word), holder);
    return FALSE;
}

static gboolean is_unused(Store *store, const DirectoryTable *table, gint64 id, const char *label,
                          GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(references); i++) {
        GError *failed = NULL;
        gint64 child = 0;
        if (g_strcmp0(references[i].table, table->name) != 0)
            continue;
        if (db_number(store->db, references[i].find, DB_PARAMS(db_int(id)), &child, &failed))
            return refuse_removal(store, table, label, directory_table(references[i].child), child, error);
        if (failed != NULL) {
            g_propagate_error(error, failed);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean remove_record(Store *store, const DirectoryTable *table, gint64 id, const char *who,
                              GError **error)
{
    json_t *before = directory_table_json(table, store, id, error);
    g_autofree char *label = before != NULL ? directory_table_label(table, store, id, error) : NULL;
    g_autofree char *sql = g_strdup_printf("DELETE FROM %s WHERE id = $1", table->table);
    gboolean ok = label != NULL && is_unused(store, table, id, label, error) &&
                  db_run(store->db, sql, DB_PARAMS(db_int(id)), NULL, error) &&
                  directory_words_check_all(store, error) &&
                  directory_table_audit(table, store, "remove", label, before, NULL, who, error);
    json_decref(before);
    return ok;
}

gboolean store_directory_remove(Store *store, const char *table, gint64 id, const char *who, GError **error)
{
    const DirectoryTable *known = directory_table(table);
    g_return_val_if_fail(known != NULL, FALSE);
    StoreWork work;
    return store_work_begin(store, &work, error) &&
           store_work_end(store, &work, remove_record(store, known, id, who, error), error);
}
