/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl directory history, undo, and KIND history: who changed what in the directory, in words, and
 * the way back. */
#include <inttypes.h>
#include <jansson.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/record-text.h"
#include "daemon/ctl/record-words.h"
#include "daemon/ctl/view.h"
#include "daemon/store/directory.h"
#include "recipients/directory-json.h"

/* ---- the list ---- */

#define AT(field) G_STRUCT_OFFSET(StoreDirectoryEntry, field)

static void cell_number(View *view, gconstpointer field)
{
    gint64 number = *(const gint64 *)field;
    if (number != 0)
        table_int(view->table, number);
    else
        table_null(view->table);
}

static const ViewColumn columns[] = {
    {"change", N_("改动号"), 0, VIEW_ALL, view_int64, AT(number)},
    {"at", N_("时间"), 0, VIEW_ALL, view_time, AT(at)},
    {"who", N_("经办"), 16, VIEW_ALL, view_text, AT(who)},
    {"words", N_("做了什么"), 60, VIEW_ALL, view_text, AT(words)},
    {"from", N_("自"), 0, VIEW_ALL, view_text, AT(from)},
    {"records", N_("条数"), 0, VIEW_ALL, view_int64, AT(n_records)},
    {"undoes", N_("撤销了"), 0, VIEW_ALL, cell_number, AT(undoes)},
    {"undone_by", N_("已被撤销"), 0, VIEW_ALL, cell_number, AT(undone_by)},
};

static int print_history(Ctl *ctl, StoreDirectoryFilter *filter, const Args *args, GError **error)
{
    gint64 limit;
    if (!args_int(args, "limit", 1, G_MAXINT, 0, &limit, error))
        return 2;
    filter->limit = (int)limit;
    g_autoptr(GPtrArray) entries = store_directory_history(ctl->store, filter, error);
    if (entries == NULL)
        return 3;
    view_print(columns, G_N_ELEMENTS(columns), entries, ctl->format, NULL);
    return 0;
}

/* ---- of one record ---- */

/* The id of the record that the words name today or ever, 0 when none does; only NOT_FOUND is passed over. */
static gint64 find_id(const DirectoryKind *kind, Directory *today, Directory *all, const Args *args, GError **error)
{
    g_autoptr(GError) fault = NULL;
    const DirectoryRecord *record = record_words_find(kind, today, args, &fault);
    if (record == NULL && !g_error_matches(fault, SONGFA_ERROR, SONGFA_ERROR_USAGE))
        record = record_words_find(kind, all, args, NULL);
    if (record == NULL)
        g_propagate_error(error, g_steal_pointer(&fault));
    return record != NULL ? record->id : 0;
}

static gboolean load_both(Ctl *ctl, Directory **today, Directory **all, GError **error)
{
    *today = store_directory_load(ctl->store, NULL, NULL, error);
    *all = *today != NULL ? store_directory_load_all(ctl->store, error) : NULL;
    if (*all != NULL)
        directory_index(*all);
    return *all != NULL;
}

/* A record that was taken out altogether is found by the name it had. */
static gboolean had_name(Ctl *ctl, const DirectoryKind *kind, Directory *all, const Args *args, char **subject)
{
    g_autofree char *name = record_words_label(kind, all, args, NULL);
    g_autofree char *text = g_strdup_printf("%s:%s", kind->name, name != NULL ? name : "");
    g_autoptr(GPtrArray) found =
        store_directory_history(ctl->store, &(StoreDirectoryFilter){.subject = text, .limit = 1}, NULL);
    if (found == NULL || found->len == 0)
        return FALSE;
    *subject = g_steal_pointer(&text);
    return TRUE;
}

int cmd_history_of_record(Ctl *ctl, const Args *args, GError **error)
{
    const DirectoryKind *kind = directory_kind(ctl->command);
    g_autoptr(GError) fault = NULL;
    g_autoptr(Directory) today = NULL, all = NULL;
    g_autofree char *subject = NULL;
    StoreDirectoryFilter filter = {0};
    if (!load_both(ctl, &today, &all, error))
        return 3;
    filter.record = find_id(kind, today, all, args, &fault);
    if (filter.record == 0 && !had_name(ctl, kind, all, args, &subject)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return 1;
    }
    filter.subject = subject;
    return print_history(ctl, &filter, args, error);
}

/* The name alone: the first kind that has it. */
static int history_of_name(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(Directory) today = NULL, all = NULL;
    g_autofree char *subject = NULL;
    g_autoptr(GError) fault = NULL;
    StoreDirectoryFilter filter = {0};
    if (!load_both(ctl, &today, &all, error))
        return 3;
    for (guint i = 0; i < DIRECTORY_KINDS && filter.record == 0; i++) {
        g_autoptr(GError) none = NULL;
        filter.record = find_id(&directory_kinds[i], today, all, args, &none);
        if (fault == NULL)
            fault = g_steal_pointer(&none);
    }
    for (guint i = 0; i < DIRECTORY_KINDS && filter.record == 0 && subject == NULL; i++)
        had_name(ctl, &directory_kinds[i], all, args, &subject);
    if (filter.record == 0 && subject == NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return 1;
    }
    filter.subject = subject;
    return print_history(ctl, &filter, args, error);
}

/* ---- one change ---- */

/* What a change did to a record, its versions made again in names. */
typedef struct {
    const StoreDirectoryRow *row;
    GPtrArray *before, *after;
} Touched;

static void touched_clear(gpointer data)
{
    Touched *touched = data;
    g_ptr_array_unref(touched->before);
    g_ptr_array_unref(touched->after);
}

/* The records a change touched, with all names that they need. */
static GArray *touched_by(const GPtrArray *rows, Directory *names)
{
    GArray *touched = g_array_new(FALSE, FALSE, sizeof(Touched));
    g_array_set_clear_func(touched, touched_clear);
    for (guint i = 0; i < rows->len; i++) {
        const StoreDirectoryRow *row = rows->pdata[i];
        Touched record = {row, directory_records_from_json(names, row->kind, row->before),
                          directory_records_from_json(names, row->kind, row->after)};
        g_array_append_val(touched, record);
    }
    directory_index(names);
    return touched;
}

static void print_touched(const Touched *touched, const Directory *names)
{
    const DirectoryKind *kind = touched->row->kind;
    const GPtrArray *versions = touched->after->len > 0 ? touched->after : touched->before;
    g_autofree char *label = versions->len > 0
        ? directory_record_label(names, kind, versions->pdata[versions->len - 1]) : g_strdup(touched->row->subject);
    g_autoptr(GPtrArray) lines = record_text_changes(kind, names, touched->before, touched->after);
    output_print(_("%s%s %s（编号 %" PRId64 "）\n"), touched->before->len == 0 ? _("新增") : "", _(kind->word), label,
                 touched->row->record);
    for (guint i = 0; i < lines->len; i++)
        output_print("  %s\n", (const char *)lines->pdata[i]);
}

static void print_entry(const StoreDirectoryEntry *entry)
{
    g_autofree char *at = clock_text(entry->at);
    output_print(_("第 %" PRId64 " 号改动：%s，%s，%s\n"), entry->number, at, entry->who, entry->words);
    if (entry->undoes != 0)
        output_print(_("它撤销了第 %" PRId64 " 号改动。\n"), entry->undoes);
    if (entry->undone_by != 0)
        output_print(_("它已由第 %" PRId64 " 号改动撤销。\n"), entry->undone_by);
}

static json_t *touched_json(const StoreDirectoryRow *row)
{
    return json_pack("{s:s, s:I, s:s, s:o, s:o}", "kind", row->kind->name, "id", (json_int_t)row->record, "subject",
                     row->subject, "before", json_loads(row->before, 0, NULL), "after",
                     json_loads(row->after, 0, NULL));
}

static void print_json(const StoreDirectoryEntry *entry, const GPtrArray *rows)
{
    g_autofree char *at = clock_rfc3339(entry->at);
    json_t *records = json_array();
    for (guint i = 0; i < rows->len; i++)
        json_array_append_new(records, touched_json(rows->pdata[i]));
    json_t *json = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:o}", "change", (json_int_t)entry->number, "at", at,
                             "who", entry->who, "words", entry->words, "from", entry->from, "undoes",
                             (json_int_t)entry->undoes, "undone_by", (json_int_t)entry->undone_by, "records", records);
    char *text = json_dumps(json, JSON_INDENT(1));
    output_print("%s\n", text);
    free(text);
    json_decref(json);
}

/* FALSE and error (NOT_FOUND) when there is no such change. */
static gboolean print_change(Ctl *ctl, gint64 number, GError **error)
{
    StoreDirectoryFilter filter = {.number = number};
    g_autoptr(GPtrArray) entries = store_directory_history(ctl->store, &filter, error);
    g_autoptr(GPtrArray) rows = entries != NULL ? store_directory_rows(ctl->store, &filter, error) : NULL;
    g_autoptr(Directory) names = rows != NULL ? store_directory_load_all(ctl->store, error) : NULL;
    if (names == NULL)
        return FALSE;
    if (entries->len == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有第 %" PRId64 " 号改动。全部：songfactl directory history"), number);
        return FALSE;
    }
    if (ctl->format == TABLE_JSON) {
        print_json(entries->pdata[0], rows);
        return TRUE;
    }
    g_autoptr(GArray) touched = touched_by(rows, names);
    print_entry(entries->pdata[0]);
    for (guint i = 0; i < touched->len; i++)
        print_touched(&g_array_index(touched, Touched, i), names);
    return TRUE;
}

int cmd_directory_history(Ctl *ctl, const Args *args, GError **error)
{
    gint64 number;
    if (!args_int(args, "change", 1, G_MAXINT64, 0, &number, error))
        return 2;
    if (number > 0 && !ctl_check_form(ctl, "--json", "history --change", error))
        return 2;
    if (number > 0)
        return print_change(ctl, number, error) ? 0 : 1;
    if (args_count(args) > 1)
        return history_of_name(ctl, args, error);
    return print_history(ctl, &(StoreDirectoryFilter){0}, args, error);
}

/* ---- back ---- */

int cmd_directory_undo(Ctl *ctl, const Args *args, GError **error)
{
    const char *word = args_word(args, 1);
    gint64 number, undo = 0;
    if (word == NULL || !g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &number, NULL)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("要撤销第几号改动？全部：songfactl directory history"));
        return 2;
    }
    if (!store_directory_undo(ctl->store, number, ctl->who, &undo, error))
        return 1;
    if (ctl->format != TABLE_JSON)
        output_print(_("已撤销第 %" PRId64 " 号改动。又要恢复：songfactl directory undo %" PRId64 "\n"), number, undo);
    return print_change(ctl, undo, error) ? 0 : 1;
}
