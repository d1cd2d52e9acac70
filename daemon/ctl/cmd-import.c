/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl directory import: tables for Excel into the directory. What they would change is shown
 * first, and checked by the store; it is applied as one change or not at all. */
#include <inttypes.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/config.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/store/directory.h"
#include "recipients/directory-field.h"
#include "recipients/directory-import.h"

enum { MOST_LINES = 500 }; /* of the changes, shown to people */

typedef struct {
    Ctl *ctl;
    const char *from;        /* first day, "" = from the start, NULL = not said */
    GPtrArray *paths;
    Directory *known;
    DirectoryImport *import;
    GPtrArray *differences;  /* DirectoryDifference, lent */
} Import;

static void import_clear(Import *import)
{
    g_ptr_array_unref(import->paths);
    directory_free(import->known);
    directory_import_free(import->import);
    g_ptr_array_unref(import->differences);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

/* ---- the files ---- */

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean is_table(const char *name)
{
    return name[0] != '.' && name[0] != '~' && (g_str_has_suffix(name, ".csv") || g_str_has_suffix(name, ".xlsx"));
}

/* The path itself, or the tables of the folder. */
static gboolean add_paths(GPtrArray *paths, const char *path, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(paths, g_strdup(path));
        return TRUE;
    }
    g_autoptr(GDir) folder = g_dir_open(path, 0, error);
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    if (folder == NULL)
        return FALSE;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        if (is_table(name))
            g_ptr_array_add(found, g_build_filename(path, name, NULL));
    if (found->len == 0) {
        g_autofree char *shown = g_filename_display_name(path);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("文件夹 %s 里没有 .csv 或 .xlsx 文件"), shown);
        return FALSE;
    }
    g_ptr_array_sort(found, by_name);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(paths, found->pdata[i]);
    return TRUE;
}

static gboolean say_errors(const GPtrArray *errors, GError **error)
{
    for (guint i = 0; i < errors->len; i++)
        output_error("%s", ((const DirectoryTableError *)errors->pdata[i])->text);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("名录没有导入：有 %u 处错误。改好后再导入一次"), errors->len);
    return FALSE;
}

static gboolean read_tables(Import *import, gboolean replace, GError **error)
{
    g_autoptr(GPtrArray) contents = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autofree DirectoryFile *files = g_new0(DirectoryFile, import->paths->len);
    g_autoptr(GPtrArray) errors = directory_table_errors_new();
    for (guint i = 0; i < import->paths->len; i++) {
        GBytes *bytes = input_bytes(import->paths->pdata[i], INPUT_LIMIT, error);
        if (bytes == NULL)
            return FALSE;
        g_ptr_array_add(contents, bytes);
        files[i].name = import->paths->pdata[i];
        files[i].bytes = g_bytes_get_data(bytes, &files[i].length);
    }
    import->import = directory_import(files, import->paths->len, import->known, replace, errors);
    if (import->import == NULL)
        return say_errors(errors, error);
    for (guint i = 0; i < import->import->differences->len; i++)
        g_ptr_array_add(import->differences,
                        &g_array_index(import->import->differences, DirectoryDifference, i));
    return TRUE;
}

/* ---- what they would change ---- */

static void cell_kind(View *view, gconstpointer record)
{
    const DirectoryKind *kind = ((const DirectoryDifference *)record)->kind;
    table_text(view->table, view->format == TABLE_JSON ? kind->name : _(kind->word));
}

static void cell_action(View *view, gconstpointer record)
{
    static const char *const words[][2] = {{"add", N_("添加")}, {"set", N_("修改")}, {"remove", N_("移除")}};
    const DirectoryDifference *difference = record;
    guint which = difference->before == NULL ? 0 : difference->after != NULL ? 1 : 2;
    table_text(view->table, view->format == TABLE_JSON ? words[which][0] : _(words[which][1]));
}

static void cell_name(View *view, gconstpointer record)
{
    const Import *import = view->context;
    const DirectoryDifference *difference = record;
    gboolean removed = difference->after == NULL;
    g_autofree char *label =
        directory_record_label(removed ? import->known : import->import->after, difference->kind,
                               removed ? difference->before : difference->after);
    table_text(view->table, label);
}

static void add_field(const Import *import, const DirectoryDifference *difference, const DirectoryField *field,
                      GString *out)
{
    g_autofree char *now = directory_field_text(field, import->import->after, difference->after);
    const char *mark = out->len > 0 ? "；" : "";
    if (difference->before == NULL) {
        if (*now != '\0')
            g_string_append_printf(out, "%s%s %s", mark, _(field->heading), now);
    } else if (!directory_field_same(field, difference->before, difference->after)) {
        g_autofree char *was = directory_field_text(field, import->known, difference->before);
        g_string_append_printf(out, "%s%s %s→%s", mark, _(field->heading), was, now);
    }
}

static void cell_changes(View *view, gconstpointer record)
{
    const DirectoryDifference *difference = record;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; difference->after != NULL && i < difference->kind->n_fields; i++)
        if (difference->before != NULL || i >= difference->kind->n_keys)
            add_field(view->context, difference, &difference->kind->fields[i], out);
    table_text(view->table, out->str);
}

static void say_counts(const Import *import, guint shown)
{
    guint added = 0, removed = 0, all = import->differences->len;
    for (guint i = 0; i < all; i++) {
        const DirectoryDifference *difference = import->differences->pdata[i];
        added += difference->before == NULL ? 1 : 0;
        removed += difference->after == NULL ? 1 : 0;
    }
    if (shown < all)
        output_print(_("以上列出 %u 条，共 %u 条；加 --json 列出全部。\n"), shown, all);
    output_print(_("添加 %u，修改 %u，移除 %u，不变 %u；名录里另有 %u 条文件里没有，保留不动。\n"), added,
                 all - added - removed, removed, import->import->unchanged, import->import->missing);
}

static void print_changes(const Import *import)
{
    static const ViewColumn columns[] = {
        {"table", N_("表"), 0, VIEW_ALL, cell_kind, 0},
        {"action", N_("动作"), 0, VIEW_ALL, cell_action, 0},
        {"name", N_("名称"), 50, VIEW_ALL, cell_name, 0},
        {"changes", N_("内容"), 80, VIEW_ALL, cell_changes, 0},
    };
    TableFormat format = import->ctl->format;
    guint shown = format == TABLE_TEXT ? MIN(import->differences->len, MOST_LINES) : import->differences->len;
    g_autoptr(GPtrArray) lines = g_ptr_array_sized_new(shown);
    for (guint i = 0; i < shown; i++)
        g_ptr_array_add(lines, import->differences->pdata[i]);
    if (shown > 0 || format != TABLE_TEXT)
        view_print(columns, G_N_ELEMENTS(columns), lines, format, import);
    if (format == TABLE_TEXT)
        say_counts(import, shown);
}

/* ---- applying ---- */

/* What the history says was done: the command and the names of the files. */
static char *words_of(const Import *import, gboolean replace)
{
    GString *words = g_string_new(replace ? "directory import --replace" : "directory import");
    for (guint i = 0; i < import->paths->len; i++) {
        g_autofree char *name = g_path_get_basename(import->paths->pdata[i]);
        g_autofree char *shown = g_filename_display_name(name);
        g_string_append_printf(words, " %s", shown);
    }
    return g_string_free(words, FALSE);
}

/* Only what was shown is written: records that were changed since they were read stop it. */
static gboolean change(const Import *import, gboolean replace, gint64 *number, GError **error)
{
    g_autofree char *words = words_of(import, replace);
    g_autofree StoreDirectoryEdit *edits = g_new0(StoreDirectoryEdit, import->differences->len);
    StoreDirectoryChange what = {import->ctl->who, words, import->from};
    for (guint i = 0; i < import->differences->len; i++) {
        const DirectoryDifference *difference = import->differences->pdata[i];
        const DirectoryRecord *before = difference->before;
        gboolean removed = difference->after == NULL;
        edits[i] = (StoreDirectoryEdit){difference->kind, removed ? before : difference->after, removed,
                                        before != NULL ? before->change : 0};
    }
    return store_directory_change(import->ctl->store, edits, import->differences->len, &what, NULL, number, error);
}

/* What the store would refuse is said before anybody says --apply. */
static gboolean try_change(const Import *import, gboolean replace, GError **error)
{
    gint64 number;
    if (!store_begin(import->ctl->store, error))
        return FALSE;
    gboolean good = change(import, replace, &number, error);
    store_rollback(import->ctl->store);
    return good;
}

static gboolean is_safe(const Import *import, const Args *args, GError **error)
{
    return args_has(args, "allow-shrink") ||
           directory_import_is_safe(import->import, import->known,
                                    (guint)import->ctl->config->directory.shrink_limit, error);
}

static gboolean finish(const Import *import, const Args *args, GError **error)
{
    gboolean apply = args_has(args, "apply"), replace = args_has(args, "replace");
    gint64 number = 0;
    if (!is_safe(import, args, error) ||
        !(apply ? change(import, replace, &number, error) : try_change(import, replace, error)))
        return FALSE;
    if (import->ctl->format != TABLE_TEXT)
        return TRUE;
    if (number > 0)
        output_print(_("已写入名录（第 %" PRId64 " 号改动）。\n"), number);
    else
        output_text(apply ? _("名录本来就是这样，没有要写的。\n")
                          : _("这是预览，没有写入。确认后加 --apply 再做一次。\n"));
    return TRUE;
}

/* "-" is from the start. */
static gboolean read_from(Import *import, const Args *args, GError **error)
{
    if (g_strcmp0(args_get(args, "from"), "-") != 0)
        return args_day(args, "from", &import->from, error);
    import->from = "";
    return TRUE;
}

int cmd_import(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Import) import = {.ctl = ctl, .paths = g_ptr_array_new_with_free_func(g_free),
                             .differences = g_ptr_array_new()};
    if (!read_from(&import, args, error))
        return 2;
    for (guint i = 1; i < args_count(args); i++)
        if (!add_paths(import.paths, args_word(args, i), error))
            return 1;
    const char *day = import.from != NULL && *import.from != '\0' ? import.from : NULL;
    import.known = store_directory_load(ctl->store, day, NULL, error);
    if (import.known == NULL)
        return 3;
    if (!read_tables(&import, args_has(args, "replace"), error))
        return 1;
    print_changes(&import);
    return finish(&import, args, error) ? 0 : 1;
}
