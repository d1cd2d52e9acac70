/* SPDX-License-Identifier: GPL-3.0-or-later
 * A change of the directory under way. */
#include "daemon/store/directory-work.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/audit.h"
#include "daemon/store/directory-rows.h"
#include "daemon/store/directory.h"
#include "recipients/directory-index.h"
#include "recipients/directory-integrity.h"
#include "recipients/directory-json.h"
#include "recipients/directory-versions.h"

#define TRIES 3          /* without the lock, before it is taken for the whole of the work */
#define MOST_PROBLEMS 20 /* named in one message */
#define MOST_FLOATS 8    /* new records that rest on new records, deep */

static void touched_free(gpointer data)
{
    DirectoryTouched *touched = data;
    g_ptr_array_unref(touched->after);
    g_free(touched->subject);
    g_free(touched->was);
    g_free(touched->is);
    g_free(touched);
}

DirectoryTouched *directory_work_touch(DirectoryWork *work, const DirectoryKind *kind, gint64 id)
{
    DirectoryTouched *touched = g_hash_table_lookup(work->by_id, &id);
    if (touched != NULL)
        return touched;
    touched = g_new0(DirectoryTouched, 1);
    touched->kind = kind;
    touched->id = id;
    touched->before = directory_versions_of(work->before, kind, id, &touched->n_before);
    touched->after = g_ptr_array_new();
    for (guint i = 0; i < touched->n_before; i++)
        g_ptr_array_add(touched->after, touched->before[i]);
    g_ptr_array_add(work->touched, touched);
    g_hash_table_insert(work->by_id, &touched->id, touched);
    return touched;
}

static void work_clear(DirectoryWork *work)
{
    g_clear_pointer(&work->by_id, g_hash_table_unref);
    g_clear_pointer(&work->touched, g_ptr_array_unref);
    g_clear_pointer(&work->made, directory_free);
    g_clear_pointer(&work->before, directory_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DirectoryWork, work_clear)

/* ---- read ---- */

static gboolean newest_change(Store *store, gint64 *number, GError **error)
{
    return db_number(store->db, "SELECT coalesce(max(number), 0) FROM directory_change", DB_NO_PARAMS, number,
                     error);
}

static gboolean read_state(DirectoryWork *work, GError **error)
{
    Db *db = work->store->db;
    if (!newest_change(work->store, &work->newest, error) ||
        !db_number(db, "SELECT coalesce(max(id), 0) + 1 FROM directory_record", DB_NO_PARAMS, &work->next_id, error))
        return FALSE;
    work->before = store_directory_load_all(work->store, error);
    if (work->before == NULL)
        return FALSE;
    directory_index_ids(work->before);
    work->made = directory_new("");
    work->touched = g_ptr_array_new_with_free_func(touched_free);
    work->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    return TRUE;
}

static gboolean read_and_prepare(DirectoryWork *work, DirectoryPrepare prepare, gpointer data, GError **error)
{
    gboolean nested = db_in_transaction(work->store->db);
    if (!nested && !db_begin_reading(work->store->db, error))
        return FALSE;
    gboolean good = read_state(work, error) && prepare(work, data, error);
    if (!nested)
        db_rollback(work->store->db);
    return good;
}

/* ---- check ---- */

static gboolean differs(const DirectoryTouched *touched)
{
    return !directory_versions_same(touched->kind, touched->before, touched->n_before, touched->after->pdata,
                                    touched->after->len);
}

static void drop_unchanged(DirectoryWork *work)
{
    guint kept = 0;
    for (guint i = 0; i < work->touched->len; i++) {
        DirectoryTouched *touched = work->touched->pdata[i];
        if (differs(touched)) {
            work->touched->pdata[i] = work->touched->pdata[kept];
            work->touched->pdata[kept++] = touched;
        } else {
            g_hash_table_remove(work->by_id, &touched->id);
        }
    }
    g_ptr_array_set_size(work->touched, (gint)kept);
}

static void add_all(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, from->pdata[i]);
}

/* The directory as it is to be; its records are those of before and made. */
static Directory *state_after(const DirectoryWork *work)
{
    Directory *after = directory_new("");
    for (gsize k = 0; k < DIRECTORY_KINDS; k++) {
        const GPtrArray *records = work->before->records[k];
        for (guint i = 0; i < records->len; i++) {
            const DirectoryRecord *record = records->pdata[i];
            const DirectoryTouched *touched = g_hash_table_lookup(work->by_id, &record->id);
            if (touched == NULL)
                g_ptr_array_add(after->records[k], records->pdata[i]);
            else if (i == 0 || ((DirectoryRecord *)records->pdata[i - 1])->id != record->id)
                add_all(after->records[k], touched->after);
        }
    }
    for (guint i = 0; i < work->touched->len; i++) {
        const DirectoryTouched *touched = work->touched->pdata[i];
        if (touched->n_before == 0)
            add_all(after->records[touched->kind->id], touched->after);
    }
    return after;
}

/* What was wrong before is no reason to refuse a change. */
static void forget_old(GPtrArray *problems, const GPtrArray *old)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < old->len; i++)
        g_hash_table_add(known, ((DirectoryProblem *)old->pdata[i])->mark);
    for (guint i = problems->len; i > 0; i--)
        if (g_hash_table_contains(known, ((DirectoryProblem *)problems->pdata[i - 1])->mark))
            g_ptr_array_remove_index(problems, i - 1);
}

/* What is wrong in a record that nobody edited stands against the edit. */
static int code_of(const DirectoryWork *work, const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        const DirectoryProblem *problem = problems->pdata[i];
        if (problem->id != 0 && !g_hash_table_contains(work->by_id, &problem->id))
            return SONGFA_ERROR_CONFLICT;
    }
    return ((DirectoryProblem *)problems->pdata[0])->code;
}

/* Lets new records begin behind the days on which something stands against them; TRUE when one does. */
static gboolean float_up(DirectoryWork *work, const GPtrArray *problems)
{
    gboolean moved = FALSE;
    for (guint i = 0; i < problems->len; i++) {
        const DirectoryProblem *problem = problems->pdata[i];
        const DirectoryTouched *touched = g_hash_table_lookup(work->by_id, &problem->id);
        if (problem->until == NULL || touched == NULL || !touched->floats)
            continue;
        DirectoryRecord *record = touched->after->pdata[0];
        g_autofree char *next = directory_day_after(problem->until);
        if (strcmp(next, record->valid_from) > 0)
            directory_set_text(work->made, &record->valid_from, next);
        moved = TRUE;
    }
    return moved;
}

/* Adds the newest change of the record, where it is newer than the one that is taken back. */
static gboolean name_later(DirectoryWork *work, gint64 taken, gint64 id, DirectoryProblem *problem, GError **error)
{
    const StoreDirectoryFilter filter = {.record = id, .limit = 1};
    g_autoptr(GPtrArray) entries = id != 0 ? store_directory_history(work->store, &filter, error) : g_ptr_array_new();
    if (entries == NULL)
        return FALSE;
    const StoreDirectoryEntry *entry = entries->len > 0 ? entries->pdata[0] : NULL;
    if (entry == NULL || entry->number <= taken)
        return TRUE;
    g_autofree char *at = clock_text(entry->at), *text = problem->text;
    problem->text = g_strdup_printf(_("%s（第 %" PRId64 " 号改动，%s 于 %s：%s）"), text, entry->number, entry->who, at,
                                    entry->words);
    return TRUE;
}

/* What stands in the way of taking a change back is told with the later changes that put it there. */
static gboolean name_all_later(DirectoryWork *work, gint64 taken, const GPtrArray *problems, GError **error)
{
    for (guint i = 0; i < MIN(problems->len, MOST_PROBLEMS); i++) {
        DirectoryProblem *problem = problems->pdata[i];
        if (!name_later(work, taken, problem->id, problem, error) ||
            !name_later(work, taken, problem->other, problem, error))
            return FALSE;
    }
    return TRUE;
}

/* Says all that is wrong with the change, which takes back another or not. */
static gboolean refuse(DirectoryWork *work, gint64 taken, const GPtrArray *problems, Directory *after, GError **error)
{
    if (taken > 0 && !name_all_later(work, taken, problems, error))
        return FALSE;
    g_autofree char *text = directory_problems_text(problems, after, MOST_PROBLEMS);
    if (taken > 0)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                    _("第 %" PRId64 " 号改动没有撤销，后来的改动与它相连：\n%s\n请先撤销后来的改动，或逐条改回"), taken, text);
    else if (problems->len == 1)
        g_set_error_literal(error, SONGFA_ERROR, code_of(work, problems), text);
    else
        g_set_error(error, SONGFA_ERROR, code_of(work, problems), _("名录没有改动，有 %u 处不对：\n%s"),
                    problems->len, text);
    return FALSE;
}

static gboolean is_sound(DirectoryWork *work, gint64 taken, Directory *after, GError **error)
{
    g_autoptr(GPtrArray) problems = directory_integrity(after, work->before);
    for (guint i = 0; i < MOST_FLOATS && float_up(work, problems); i++) {
        g_ptr_array_unref(problems);
        problems = directory_integrity(after, work->before);
    }
    if (problems->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) old = directory_integrity(work->before, NULL);
    forget_old(problems, old);
    return problems->len == 0 || refuse(work, taken, problems, after, error);
}

/* ---- write ---- */

static char *versions_json(const DirectoryKind *kind, gpointer *versions, guint n)
{
    if (n == 0)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < n; i++)
        json_array_append_new(list, directory_record_to_json(kind, versions[i]));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text;
}

/* What the audit log will say of the record. */
static void describe(DirectoryTouched *touched, const Directory *before, const Directory *after)
{
    gpointer *versions = touched->before;
    guint n = touched->n_before;
    touched->was = versions_json(touched->kind, versions, n);
    touched->is = versions_json(touched->kind, touched->after->pdata, touched->after->len);
    gboolean gone = touched->after->len == 0;
    gconstpointer last = gone ? versions[n - 1] : touched->after->pdata[touched->after->len - 1];
    g_autofree char *label = directory_record_label(gone ? before : after, touched->kind, last);
    touched->subject = g_strconcat(touched->kind->name, ":", label, NULL);
}

static gboolean check_and_describe(DirectoryWork *work, gint64 taken, GError **error)
{
    g_autoptr(Directory) after = state_after(work);
    if (!is_sound(work, taken, after, error))
        return FALSE;
    for (guint i = 0; i < work->touched->len; i++)
        describe(work->touched->pdata[i], work->before, after);
    return TRUE;
}

static gboolean write_entry(Store *store, const DirectoryEntry *entry, gint64 number, GError **error)
{
    return db_run(store->db,
                  "INSERT INTO directory_change (number, at, who, words, from_day, undoes)"
                  " VALUES ($1, $2, $3, $4, $5, $6)",
                  DB_PARAMS(db_int(number), db_int(clock_now()), db_string(entry->who), db_string(entry->words),
                            db_string(entry->from), db_int_or_null(entry->undoes)),
                  NULL, error) &&
           (entry->undoes == 0 ||
            (db_run(store->db, "UPDATE directory_change SET undone_by = $2 WHERE number = $1",
                    DB_PARAMS(db_int(entry->undoes), db_int(number)), NULL, error) &&
             db_run(store->db, "UPDATE directory_change SET undone_by = NULL WHERE undone_by = $1",
                    DB_PARAMS(db_int(entry->undoes)), NULL, error)));
}

static gboolean write_touched(Store *store, const DirectoryTouched *touched, const DirectoryEntry *entry,
                              gint64 number, StoreAuditChain *chain, GError **error)
{
    const char *verb = touched->was == NULL ? "add" : touched->is == NULL || touched->removed ? "remove" : "set";
    g_autofree char *action = g_strconcat(touched->kind->name, ".", verb, NULL);
    if (touched->was == NULL && /* one that comes back has its id already */
        !db_run(store->db, "INSERT INTO directory_record (id, kind) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                DB_PARAMS(db_int(touched->id), db_string(touched->kind->name)), NULL, error))
        return FALSE;
    if (!directory_rows_replace(store, touched->kind, touched->id, touched->after->pdata, touched->after->len,
                                number, error))
        return FALSE;
    gint64 audit = store_audit_chain_add(chain, entry->who, action, touched->subject, touched->was, touched->is,
                                         error);
    return audit != 0 &&
           db_run(store->db, "INSERT INTO directory_change_row (change, record_id, audit_id) VALUES ($1, $2, $3)",
                  DB_PARAMS(db_int(number), db_int(touched->id), db_int(audit)), NULL, error);
}

static gboolean write_all(const DirectoryWork *work, const DirectoryEntry *entry, gint64 number, GError **error)
{
    g_autoptr(StoreAuditChain) chain = store_audit_chain_open(work->store, error);
    gboolean good = chain != NULL && write_entry(work->store, entry, number, error);
    for (guint i = 0; good && i < work->touched->len; i++)
        good = write_touched(work->store, work->touched->pdata[i], entry, number, chain, error);
    return good && store_audit_chain_end(chain, error);
}

/* *done = FALSE when another change came between: nothing is written then. */
static gboolean write_if_newest(const DirectoryWork *work, const DirectoryEntry *entry, gboolean *done,
                                GError **error)
{
    gint64 newest = 0;
    StoreWork bracket;
    if (!store_work_begin(work->store, &bracket, error))
        return FALSE;
    gboolean good = newest_change(work->store, &newest, error);
    *done = good && newest == work->newest;
    if (*done)
        good = write_all(work, entry, newest + 1, error);
    return store_work_end(work->store, &bracket, good, error);
}

/* ---- all of it ---- */

static gboolean attempt(Store *store, const DirectoryEntry *entry, DirectoryPrepare prepare, gpointer data,
                        gint64 *number, gboolean *done, GError **error)
{
    g_auto(DirectoryWork) work = {.store = store};
    if (!read_and_prepare(&work, prepare, data, error))
        return FALSE;
    drop_unchanged(&work);
    *number = work.touched->len > 0 ? work.newest + 1 : 0;
    *done = *number == 0;
    return *done || (check_and_describe(&work, entry->undoes, error) && write_if_newest(&work, entry, done, error));
}

gboolean directory_work_run(Store *store, const DirectoryEntry *entry, DirectoryPrepare prepare, gpointer data,
                            gint64 *number, GError **error)
{
    gboolean done = FALSE;
    for (guint i = 0; i < TRIES && !done; i++)
        if (!attempt(store, entry, prepare, data, number, &done, error))
            return FALSE;
    if (done)
        return TRUE;
    StoreWork bracket;
    return store_work_begin(store, &bracket, error) &&
           store_work_end(store, &bracket, attempt(store, entry, prepare, data, number, &done, error), error);
}
