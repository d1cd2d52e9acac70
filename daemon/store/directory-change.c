/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of directory records merged into their versions, as one change. */
#include "daemon/store/directory.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/store/directory-work.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

typedef struct {
    const StoreDirectoryEdit *edits;
    gsize n;
    const char *from, *today; /* from: as the caller said, NULL = not */
    GHashTable *new_ids;      /* id below 0 → id given */
    gint64 *ids;              /* given, one an edit */
} Edits;

static gint64 id_of(const StoreDirectoryEdit *edit)
{
    return ((const DirectoryRecord *)edit->record)->id;
}

/* New records get their ids first, so that any edit may refer to any of them. */
static void give_ids(DirectoryWork *work, Edits *edits)
{
    g_hash_table_remove_all(edits->new_ids);
    for (gsize i = 0; i < edits->n; i++) {
        const gint64 *id = &((const DirectoryRecord *)edits->edits[i].record)->id;
        gint64 *given = &edits->ids[i];
        const gint64 *known = *id < 0 ? g_hash_table_lookup(edits->new_ids, id) : id;
        *given = known != NULL ? *known : work->next_id++;
        if (known == NULL)
            g_hash_table_insert(edits->new_ids, (gpointer)id, given);
    }
}

static gboolean map_reference(const Edits *edits, const DirectoryField *field, gint64 *id, GError **error)
{
    const gint64 *given = *id < 0 ? g_hash_table_lookup(edits->new_ids, id) : id;
    if (given == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s指向一条没有一起提交的新记录（%" PRId64 "）"),
                    _(field->heading), *id);
        return FALSE;
    }
    *id = *given;
    return TRUE;
}

/* The edited record with the ids that were given, as a copy of the work. */
static DirectoryRecord *mapped(DirectoryWork *work, const Edits *edits, gsize i, GError **error)
{
    const DirectoryKind *kind = edits->edits[i].kind;
    DirectoryRecord *record = directory_add_copy(work->made, kind, edits->edits[i].record);
    record->id = edits->ids[i];
    for (guint f = 0; f < kind->n_fields; f++)
        if (directory_field_is_reference(&kind->fields[f]) &&
            !map_reference(edits, &kind->fields[f], directory_field_place(&kind->fields[f], record), error))
            return NULL;
    return record;
}

static void add_new(DirectoryWork *work, const Edits *edits, DirectoryTouched *touched, DirectoryRecord *record)
{
    gboolean dated = touched->kind->dated;
    record->change = 0;
    record->valid_to = "";
    directory_set_text(work->made, &record->valid_from, edits->from != NULL && !dated ? edits->from : "");
    touched->floats = edits->from == NULL && !dated;
    g_ptr_array_add(touched->after, record);
}

static gboolean unknown_record(const DirectoryKind *kind, gint64 id, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("名录中没有编号为 %" PRId64 " 的%s"), id,
                _(kind->word));
    return FALSE;
}

static gboolean edit_versions(DirectoryWork *work, const Edits *edits, gsize i, DirectoryTouched *touched,
                              const DirectoryRecord *record, GError **error)
{
    const DirectoryKind *kind = touched->kind;
    const char *from = edits->from != NULL ? edits->from : edits->today;
    gpointer *versions = touched->after->pdata, last = versions[touched->after->len - 1];
    guint n = touched->after->len;
    GPtrArray *after = edits->edits[i].remove
                           ? directory_versions_remove(work->made, kind, versions, n, from, error)
                           : directory_versions_put(work->made, kind, versions, n, record, from, error);
    if (after == NULL) {
        g_autofree char *label = directory_record_label(work->before, kind, last);
        g_prefix_error(error, "%s“%s”：", _(kind->word), label);
        return FALSE;
    }
    g_ptr_array_unref(touched->after);
    touched->after = after;
    touched->removed = edits->edits[i].remove;
    return TRUE;
}

static gboolean changed_since(DirectoryWork *work, const DirectoryTouched *touched, GError **error)
{
    const DirectoryRecord *last = touched->before[touched->n_before - 1];
    const StoreDirectoryFilter filter = {.number = last->change};
    g_autofree char *label = directory_record_label(work->before, touched->kind, last);
    g_autoptr(GPtrArray) entries = store_directory_history(work->store, &filter, error);
    if (entries == NULL || entries->len == 0)
        return FALSE;
    const StoreDirectoryEntry *entry = entries->pdata[0];
    g_autofree char *at = clock_text(entry->at);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT,
                _("%s“%s”在你读取之后已被改动：%s 于 %s（第 %" PRId64 " 号改动：%s）；请看过新的内容再改"),
                _(touched->kind->word), label, entry->who, at, entry->number, entry->words);
    return FALSE;
}

static gboolean not_yet(const DirectoryWork *work, gint64 seen, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("看到的改动号 %" PRId64 " 还没有：名录最新是第 %" PRId64 " 号改动，请核对"), seen, work->newest);
    return FALSE;
}

/* Every version of a record has the number of the newest change of any of them. */
static gboolean was_seen(DirectoryWork *work, const StoreDirectoryEdit *edit, const DirectoryTouched *touched,
                         GError **error)
{
    if (edit->seen > work->newest)
        return not_yet(work, edit->seen, error);
    return edit->seen == 0 || touched->n_before == 0 ||
           ((DirectoryRecord *)touched->before[0])->change <= edit->seen || changed_since(work, touched, error);
}

static gboolean merge(DirectoryWork *work, const Edits *edits, gsize i, GError **error)
{
    const StoreDirectoryEdit *edit = &edits->edits[i];
    DirectoryRecord *record = edit->remove ? NULL : mapped(work, edits, i, error);
    if (record == NULL && !edit->remove)
        return FALSE;
    DirectoryTouched *touched = directory_work_touch(work, edit->kind, edits->ids[i]);
    if (!was_seen(work, edit, touched, error))
        return FALSE;
    if (touched->after->len > 0)
        return edit_versions(work, edits, i, touched, record, error);
    if (id_of(edit) >= 0 || edit->remove)
        return unknown_record(edit->kind, id_of(edit), error);
    add_new(work, edits, touched, record);
    return TRUE;
}

static gboolean merge_all(DirectoryWork *work, gpointer data, GError **error)
{
    Edits *edits = data;
    give_ids(work, edits);
    for (gsize i = 0; i < edits->n; i++)
        if (!merge(work, edits, i, error))
            return FALSE;
    return TRUE;
}

/* In the history new records without a day hold from the start. */
static const char *first_day(const Edits *edits)
{
    gboolean only_new = TRUE;
    for (gsize i = 0; i < edits->n; i++)
        only_new = only_new && id_of(&edits->edits[i]) < 0;
    return edits->from != NULL ? edits->from : only_new ? "" : edits->today;
}

gboolean store_directory_change(Store *store, const StoreDirectoryEdit *edits, gsize n,
                                const StoreDirectoryChange *change, gint64 *ids, gint64 *number, GError **error)
{
    g_autofree char *today = clock_date(clock_now());
    g_autofree gint64 *own_ids = ids == NULL ? g_new0(gint64, n) : NULL;
    g_autoptr(GHashTable) new_ids = g_hash_table_new(g_int64_hash, g_int64_equal);
    gint64 own_number = 0;
    Edits merged = {edits, n, change->from, today, new_ids, ids != NULL ? ids : own_ids};
    if (change->from != NULL && !directory_is_day(change->from)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("“%s”不是日期；请写成 2020-03-06"), change->from);
        return FALSE;
    }
    const DirectoryEntry entry = {change->who, change->words, first_day(&merged), 0};
    return directory_work_run(store, &entry, merge_all, &merged, number != NULL ? number : &own_number, error);
}
