/* SPDX-License-Identifier: GPL-3.0-or-later
 * The numbered changes of the directory, and one taken back. What a record was before and after lies
 * in the audit log. */
#include "daemon/store/directory.h"

#include <inttypes.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/directory-work.h"
#include "recipients/directory-json.h"
#include "recipients/directory-versions.h"

#define MOST_NAMED 20 /* in one message */

/* ---- asked ---- */

static void entry_free(gpointer data)
{
    StoreDirectoryEntry *entry = data;
    g_free(entry->who);
    g_free(entry->words);
    g_free(entry->from);
    g_free(entry);
}

static gpointer read_entry(const DbRows *row)
{
    StoreDirectoryEntry *entry = g_new0(StoreDirectoryEntry, 1);
    entry->number = db_column_int(row, 0);
    entry->at = db_column_int(row, 1);
    entry->who = db_column_dup(row, 2);
    entry->words = db_column_dup(row, 3);
    entry->from = db_column_dup(row, 4);
    entry->undoes = db_column_int(row, 5);
    entry->undone_by = db_column_int(row, 6);
    entry->n_records = db_column_int(row, 7);
    return entry;
}

static void row_free(gpointer data)
{
    StoreDirectoryRow *row = data;
    g_free(row->subject);
    g_free(row->before);
    g_free(row->after);
    g_free(row);
}

static char *versions_or_none(const DbRows *row, int column)
{
    const char *versions = db_column_text(row, column);
    return g_strdup(versions != NULL ? versions : "[]");
}

static gpointer read_row(const DbRows *rows)
{
    StoreDirectoryRow *row = g_new0(StoreDirectoryRow, 1);
    row->number = db_column_int(rows, 0);
    row->record = db_column_int(rows, 1);
    row->kind = directory_kind(db_column_text(rows, 2));
    row->subject = db_column_dup(rows, 3);
    row->before = versions_or_none(rows, 4);
    row->after = versions_or_none(rows, 5);
    return row;
}

/* The conditions of the filter alone, so that each finds its index; of a subject all changes of its
 * record are meant, under whatever name. */
static void add_conditions(const StoreDirectoryFilter *filter, const char *of_rows, GString *sql)
{
    g_string_append(sql, " WHERE 1 = 1");
    if (filter->number != 0)
        g_string_append(sql, " AND c.number = $1");
    if (filter->since != 0)
        g_string_append(sql, " AND c.at >= $4");
    if (filter->until != 0)
        g_string_append(sql, " AND c.at < $5");
    if (filter->record != 0)
        g_string_append_printf(sql, "%s$2))", of_rows);
    if (filter->subject != NULL)
        g_string_append_printf(sql,
                               "%sSELECT o.record_id FROM audit s JOIN directory_change_row o ON o.audit_id = s.id"
                               " WHERE s.subject = $3))",
                               of_rows);
}

static GPtrArray *ask(Store *store, const char *select, const char *of_rows, const char *order,
                      const StoreDirectoryFilter *filter, DbReader reader, GDestroyNotify destroy, GError **error)
{
    g_autoptr(GString) sql = g_string_new(select);
    add_conditions(filter, of_rows, sql);
    g_string_append(sql, order);
    return db_all(store->db, sql->str,
                  DB_PARAMS(db_int(filter->number), db_int(filter->record), db_text(filter->subject),
                            db_int(filter->since), db_int(filter->until),
                            db_int(filter->limit > 0 ? filter->limit : G_MAXINT64)),
                  reader, destroy, error);
}

GPtrArray *store_directory_history(Store *store, const StoreDirectoryFilter *filter, GError **error)
{
    return ask(store,
               "SELECT c.number, c.at, c.who, c.words, c.from_day, c.undoes, c.undone_by,"
               " (SELECT count(*) FROM directory_change_row n WHERE n.change = c.number) FROM directory_change c",
               " AND c.number IN (SELECT r.change FROM directory_change_row r WHERE r.record_id IN (",
               " ORDER BY c.number DESC LIMIT $6", filter, read_entry, entry_free, error);
}

GPtrArray *store_directory_rows(Store *store, const StoreDirectoryFilter *filter, GError **error)
{
    return ask(store,
               "SELECT r.change, r.record_id, k.kind, a.subject, a.before, a.after FROM directory_change c"
               " JOIN directory_change_row r ON r.change = c.number"
               " JOIN directory_record k ON k.id = r.record_id JOIN audit a ON a.id = r.audit_id",
               " AND (r.record_id IN (", " ORDER BY r.change DESC, r.record_id LIMIT $6", filter, read_row,
               row_free, error);
}

/* ---- taken back ---- */

typedef struct {
    gint64 number;
    GString *changed; /* the records that were changed since, in words */
    guint n_changed;
} Undo;

static gboolean name_changed(DirectoryWork *work, Undo *undo, const StoreDirectoryRow *row, GError **error)
{
    if (undo->n_changed++ >= MOST_NAMED)
        return TRUE;
    const StoreDirectoryFilter filter = {.record = row->record, .limit = 1};
    g_autoptr(GPtrArray) entries = store_directory_history(work->store, &filter, error);
    if (entries == NULL)
        return FALSE;
    const StoreDirectoryEntry *entry = entries->pdata[0];
    g_autofree char *at = clock_text(entry->at);
    const char *name = strchr(row->subject, ':') + 1;
    g_string_append_printf(undo->changed, _("\n%s“%s”（第 %" PRId64 " 号改动，%s 于 %s：%s）"),
                           _(row->kind->word), name, entry->number, entry->who, at, entry->words);
    return TRUE;
}

static gboolean take_back(DirectoryWork *work, Undo *undo, const StoreDirectoryRow *row, GError **error)
{
    DirectoryTouched *touched = directory_work_touch(work, row->kind, row->record);
    g_autoptr(GPtrArray) left = directory_records_from_json(work->made, row->kind, row->after);
    if (!directory_versions_same(row->kind, touched->before, touched->n_before, left->pdata, left->len))
        return name_changed(work, undo, row, error);
    g_ptr_array_unref(touched->after);
    touched->after = directory_records_from_json(work->made, row->kind, row->before);
    return TRUE;
}

static gboolean take_all_back(DirectoryWork *work, gpointer data, GError **error)
{
    Undo *undo = data;
    const StoreDirectoryFilter filter = {.number = undo->number};
    g_autoptr(GPtrArray) rows = store_directory_rows(work->store, &filter, error);
    g_string_truncate(undo->changed, 0);
    undo->n_changed = 0;
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        if (!take_back(work, undo, rows->pdata[i], error))
            return FALSE;
    if (undo->n_changed > 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("第 %" PRId64 " 号改动没有撤销：它写过的记录有 %u 条后来又改过%s\n请先撤销后来的改动，或逐条改回"),
                    undo->number, undo->n_changed, undo->changed->str);
    return rows != NULL && undo->n_changed == 0;
}

static gpointer no_change(gint64 number, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                _("名录没有可撤销的第 %" PRId64 " 号改动；全部改动：songfactl directory history"), number);
    return NULL;
}

/* The change as the history has it; NULL and error when it wrote nothing that could be taken back. */
static GPtrArray *find_change(Store *store, gint64 number, GError **error)
{
    const StoreDirectoryFilter filter = {.number = number};
    GError *failed = NULL;
    g_autoptr(GPtrArray) entries = number > 0 ? store_directory_history(store, &filter, &failed) : NULL;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return NULL;
    }
    if (entries == NULL || entries->len == 0 || ((StoreDirectoryEntry *)entries->pdata[0])->n_records == 0)
        return no_change(number, error);
    return g_steal_pointer(&entries);
}

gboolean store_directory_undo(Store *store, gint64 number, const char *who, gint64 *undo, GError **error)
{
    gint64 own_number = 0;
    g_autoptr(GPtrArray) entries = find_change(store, number, error);
    if (entries == NULL)
        return FALSE;
    const StoreDirectoryEntry *taken = entries->pdata[0];
    g_autofree char *words = taken->undoes > 0 /* its words only name another number */
                                 ? g_strdup_printf(_("撤销第 %" PRId64 " 号改动"), number)
                                 : g_strdup_printf(_("撤销第 %" PRId64 " 号改动：%s"), number, taken->words);
    g_autoptr(GString) changed = g_string_new(NULL);
    Undo job = {.number = number, .changed = changed};
    const DirectoryEntry entry = {who, words, taken->from, number};
    return directory_work_run(store, &entry, take_all_back, &job, undo != NULL ? undo : &own_number, error);
}
