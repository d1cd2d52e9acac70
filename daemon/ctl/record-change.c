/* SPDX-License-Identifier: GPL-3.0-or-later
 * A change of the directory from reading it to saying what was done. */
#include "daemon/ctl/record-change.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/record-words.h"
#include "daemon/store/directory.h"
#include "recipients/directory-field.h"

static void change_clear(RecordChange *change)
{
    g_clear_pointer(&change->directory, directory_free);
    g_clear_pointer(&change->edits, g_array_unref);
    g_clear_pointer(&change->done, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordChange, change_clear)

gboolean record_change_edit(RecordChange *change, const DirectoryKind *kind, gconstpointer record, gboolean remove,
                            GError **error)
{
    StoreDirectoryEdit edit = {.kind = kind, .record = record, .remove = remove};
    if (!args_int(change->args, "seen", 1, G_MAXINT64, 0, &edit.seen, error))
        return FALSE;
    g_array_append_val(change->edits, edit);
    return TRUE;
}

void record_change_say(RecordChange *change, const char *deed, const DirectoryKind *kind, gconstpointer record)
{
    g_autofree char *label = directory_record_label(change->directory, kind, record);
    g_free(change->done);
    change->done = g_strdup_printf("%s%s %s", deed, _(kind->word), label);
}

/* "，自 2026-11-21 起", "" where it is open. */
static char *from_words(const char *from, const char *today)
{
    if (from == NULL || *from == '\0')
        return g_strdup("");
    return g_strdup_printf(strcmp(from, today) > 0 ? _("，自 %s 起（尚未生效）") : _("，自 %s 起"), from);
}

static void print_json(const RecordChange *change, gint64 number, const char *from, gint64 id)
{
    (void)change;
    output_print("{\"change\":%" PRId64 ",\"id\":%" PRId64 ",\"from\":\"%s\"}\n", number, id, from);
}

/* The first day as the store put it. */
static char *day_of(Ctl *ctl, gint64 number)
{
    g_autoptr(GPtrArray) found =
        store_directory_history(ctl->store, &(StoreDirectoryFilter){.number = number, .limit = 1}, NULL);
    return g_strdup(found != NULL && found->len > 0 ? ((const StoreDirectoryEntry *)found->pdata[0])->from : "");
}

static void print_done(const RecordChange *change, gint64 number, gint64 id)
{
    g_autofree char *from = number > 0 ? day_of(change->ctl, number) : g_strdup("");
    g_autofree char *today = clock_date(clock_now());
    g_autofree char *since = from_words(from, today);
    if (change->ctl->format == TABLE_JSON)
        print_json(change, number, from, id);
    else if (number == 0)
        output_print(_("没有变化：名录里本来就是这样（编号 %" PRId64 "）。\n"), id);
    else
        output_print(_("%s（编号 %" PRId64 "）%s。撤销：songfactl directory undo %" PRId64 "\n"), change->done, id,
                     since, number);
}

static gboolean read_from(RecordChange *change, GError **error)
{
    change->from = args_get(change->args, "from");
    if (change->from == NULL || strcmp(change->from, "-") != 0)
        return args_day(change->args, "from", &change->from, error);
    change->from = "";
    return TRUE;
}

static gboolean make_and_store(RecordChange *change, RecordChangeMake make, gint64 *id, gint64 *number, GError **error)
{
    gboolean on_a_day = change->from != NULL && *change->from != '\0';
    change->directory = store_directory_load(change->ctl->store, on_a_day ? change->from : NULL, NULL, error);
    if (change->directory == NULL || !make(change, error))
        return FALSE;
    g_autofree char *words = record_words_line(change->ctl->command, change->kind, change->args);
    g_autofree gint64 *ids = g_new0(gint64, change->edits->len);
    StoreDirectoryChange what = {.who = change->ctl->who, .words = words, .from = change->from};
    if (!store_directory_change(change->ctl->store, (const StoreDirectoryEdit *)(void *)change->edits->data,
                                change->edits->len, &what, ids, number, error))
        return FALSE;
    *id = ids[change->edits->len - 1];
    return TRUE;
}

int record_change_run(Ctl *ctl, const Args *args, const DirectoryKind *kind, gboolean reads_from,
                      RecordChangeMake make, GError **error)
{
    g_auto(RecordChange) change = {.ctl = ctl, .args = args, .kind = kind};
    gint64 id = 0, number = 0;
    change.edits = g_array_new(FALSE, FALSE, sizeof(StoreDirectoryEdit));
    if (reads_from && !read_from(&change, error))
        return 2;
    if (!store_begin(ctl->store, error))
        return 3;
    gboolean made = make_and_store(&change, make, &id, &number, error);
    if (!store_end(ctl->store, made, error))
        return 1;
    print_done(&change, number, id);
    return 0;
}
