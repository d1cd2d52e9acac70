/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl directory: the whole directory in from CSV files, or out to them. An import is shown
 * first and applied in one transaction or not at all. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/kind.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/store/directory.h"
#include "recipients/directory-csv.h"

/* What the import does to one record. */
typedef struct {
    const Kind *kind;
    gpointer record;        /* of the files */
    gconstpointer before;   /* of the store, NULL = new */
} Change;

typedef struct {
    Ctl *ctl;
    Directory *known, *read;
    GPtrArray *changes;     /* Change, in the order of kinds */
    guint added, unchanged, missing;
    GHashTable *ids[OWNER_PERSON + 1]; /* ids in the files of new records */
} Import;

static void import_clear(Import *import)
{
    directory_free(import->known);
    directory_free(import->read);
    g_clear_pointer(&import->changes, g_ptr_array_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(import->ids); i++)
        g_clear_pointer(&import->ids[i], g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The path itself, or the CSV files of the folder. */
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
        if (g_str_has_suffix(name, ".csv") && name[0] != '.')
            g_ptr_array_add(found, g_build_filename(path, name, NULL));
    if (found->len == 0) {
        g_autofree char *shown = g_filename_display_name(path);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("文件夹 %s 里没有 .csv 文件"), shown);
        return FALSE;
    }
    g_ptr_array_sort(found, by_name);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(paths, found->pdata[i]);
    return TRUE;
}

static int say_errors(const GPtrArray *errors, GError **error)
{
    for (guint i = 0; i < errors->len; i++) {
        g_autofree char *text = directory_csv_error_text(errors->pdata[i]);
        output_error("%s", text);
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("名录没有导入：有 %u 处错误。改好后再导入一次"), errors->len);
    return FALSE;
}

static gboolean read_files(Import *import, const Args *args, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) contents = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GArray) files = g_array_new(FALSE, TRUE, sizeof(DirectoryCsvFile));
    g_autoptr(GPtrArray) errors = directory_csv_errors_new();
    for (guint i = 1; i < args_count(args); i++)
        if (!add_paths(paths, args_word(args, i), error))
            return FALSE;
    for (guint i = 0; i < paths->len; i++) {
        GBytes *bytes = input_bytes(paths->pdata[i], INPUT_LIMIT, error);
        if (bytes == NULL)
            return FALSE;
        g_ptr_array_add(contents, bytes);
        DirectoryCsvFile file = {.name = paths->pdata[i]};
        file.bytes = g_bytes_get_data(bytes, &file.length);
        g_array_append_val(files, file);
    }
    import->known = store_directory_load(import->ctl->store, NULL, NULL, error);
    if (import->known == NULL)
        return FALSE;
    import->read = directory_csv_read((const DirectoryCsvFile *)(void *)files->data, files->len,
                                      import->known, import->known->date, errors);
    return import->read != NULL || say_errors(errors, error);
}

static gpointer record_with_id(const Kind *kind, const Directory *directory, gint64 id)
{
    const GPtrArray *records = kind_records(kind, directory);
    for (guint i = 0; i < records->len; i++)
        if (kind_id(records->pdata[i]) == id)
            return records->pdata[i];
    return NULL;
}

static void compare(Import *import, const Kind *kind)
{
    const GPtrArray *read = kind_records(kind, import->read);
    guint kept = 0;
    for (guint i = 0; i < read->len; i++) {
        gconstpointer before = record_with_id(kind, import->known, kind_id(read->pdata[i]));
        Change change = {kind, read->pdata[i], before};
        kept += before != NULL ? 1 : 0;
        if (before != NULL && kind_same(kind, before, read->pdata[i], kind_n_fields(kind)))
            import->unchanged++;
        else
            g_ptr_array_add(import->changes, g_memdup2(&change, sizeof change));
    }
    import->added += read->len - kept;
    if (read->len > 0)
        import->missing += kind_records(kind, import->known)->len - kept;
}

/* The field's text; what it refers to may stand in the files or in the store. */
static char *field_of(const Import *import, const RecordField *field, gconstpointer record)
{
    char *text = field->type->text(field, import->read, record, FALSE);
    return text != NULL ? text : field->type->text(field, import->known, record, FALSE);
}

static void cell_kind(View *view, gconstpointer record)
{
    const Kind *kind = ((const Change *)record)->kind;
    table_text(view->table, view->format == TABLE_JSON ? kind->name : _(kind->word));
}

static void cell_action(View *view, gconstpointer record)
{
    gboolean added = ((const Change *)record)->before == NULL;
    const char *word = added ? _("添加") : _("修改");
    table_text(view->table, view->format != TABLE_JSON ? word : added ? "add" : "set");
}

static void cell_name(View *view, gconstpointer record)
{
    const Change *change = record;
    g_autoptr(GString) name = g_string_new(NULL);
    for (guint i = 0; i < change->kind->n_keys; i++) {
        g_autofree char *text = field_of(view->context, &change->kind->fields[i], change->record);
        if (text != NULL && *text != '\0')
            g_string_append_printf(name, "%s%s", i > 0 ? " " : "", text);
    }
    table_text(view->table, name->str);
}

static void cell_changes(View *view, gconstpointer record)
{
    const Change *change = record;
    const Kind *kind = change->kind;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = kind->n_keys; i < kind_n_fields(kind); i++) {
        const RecordField *field = &kind->fields[i];
        if (change->before != NULL && field->type->same(field, change->before, change->record))
            continue;
        g_autofree char *now = field_of(view->context, field, change->record);
        g_autofree char *was =
            change->before != NULL ? field_of(view->context, field, change->before) : NULL;
        if (change->before != NULL)
            g_string_append_printf(out, "%s%s %s→%s", out->len > 0 ? "；" : "", _(field->heading),
                                   was != NULL ? was : "", now != NULL ? now : "");
        else if (now != NULL && *now != '\0')
            g_string_append_printf(out, "%s%s %s", out->len > 0 ? "；" : "", _(field->heading), now);
    }
    table_text(view->table, out->str);
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
    if (import->changes->len > 0 || format != TABLE_TEXT)
        view_print(columns, G_N_ELEMENTS(columns), import->changes, format, import);
    if (format == TABLE_TEXT)
        output_print(_("添加 %u，修改 %u，不变 %u；名录里另有 %u 条文件里没有，保留不动。\n"), import->added,
                     import->changes->len - import->added, import->unchanged, import->missing);
}

/* Ids below 0 are new to the store; they are told apart over all kinds. */
static gint64 new_id(OwnerKind kind, gint64 id)
{
    return -((id << 2) + kind + 1);
}

static gint64 renumber(OwnerKind kind, gint64 id, gpointer data)
{
    const Import *import = data;
    return g_hash_table_contains(import->ids[kind], &id) ? new_id(kind, id) : id;
}

static void renumber_references(Import *import, const Change *change)
{
    for (guint i = 0; i < kind_n_fields(change->kind); i++) {
        const RecordField *field = &change->kind->fields[i];
        if (field->type->refer != NULL)
            field->type->refer(field, change->record, renumber, import);
    }
}

/* The kind as an owner; none for records that nobody refers to by id. */
static int owner_of(const Kind *kind)
{
    static const char *const owners[] = {
        [OWNER_UNIT] = "unit", [OWNER_POST] = "post", [OWNER_PERSON] = "person"};
    int i = 0;
    while (i < (int)G_N_ELEMENTS(owners) && strcmp(kind->name, owners[i]) != 0)
        i++;
    return i;
}

static void give_new_ids(Import *import)
{
    for (guint i = 0; i < import->changes->len; i++) {
        const Change *change = import->changes->pdata[i];
        int owner = owner_of(change->kind);
        gint64 id = kind_id(change->record);
        if (change->before == NULL && owner <= OWNER_PERSON)
            g_hash_table_add(import->ids[owner], g_memdup2(&id, sizeof id));
    }
    for (guint i = 0; i < import->changes->len; i++)
        renumber_references(import, import->changes->pdata[i]);
    for (guint i = 0; i < import->changes->len; i++) {
        const Change *change = import->changes->pdata[i];
        int owner = owner_of(change->kind);
        if (change->before == NULL)
            kind_set_id(change->record, owner <= OWNER_PERSON
                                            ? new_id((OwnerKind)owner, kind_id(change->record))
                                            : -(((gint64)i + 1) << 2));
    }
}

static gboolean apply(Import *import, GError **error)
{
    g_autoptr(GArray) edits = g_array_new(FALSE, TRUE, sizeof(StoreDirectoryEdit));
    const StoreDirectoryChange what = {.who = import->ctl->who, .words = "directory import"};
    for (gsize i = 0; i < G_N_ELEMENTS(import->ids); i++)
        import->ids[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    give_new_ids(import);
    for (guint i = 0; i < import->changes->len; i++) {
        const Change *change = import->changes->pdata[i];
        StoreDirectoryEdit edit = {.kind = directory_kind(change->kind->name), .record = change->record};
        g_array_append_val(edits, edit);
    }
    return store_directory_change(import->ctl->store, (const StoreDirectoryEdit *)(void *)edits->data,
                                  edits->len, &what, NULL, NULL, error);
}

static int import_directory(Ctl *ctl, const Args *args, GError **error)
{
    g_auto(Import) import = {.ctl = ctl, .changes = g_ptr_array_new_with_free_func(g_free)};
    if (!read_files(&import, args, error))
        return 1;
    for (const Kind *kind = kinds; kind->name != NULL; kind++)
        compare(&import, kind);
    print_changes(&import);
    if (args_has(args, "apply") && !apply(&import, error))
        return 1;
    if (ctl->format == TABLE_TEXT)
        output_text(args_has(args, "apply") ? _("已写入名录。\n")
                                            : _("这是预览，没有写入。确认后加 --apply 再做一次。\n"));
    return 0;
}

static gboolean export_table(const Directory *directory, const char *table, const char *folder,
                             gboolean gbk, GError **error)
{
    gsize length;
    g_autofree char *bytes = directory_csv_write(directory, table, gbk, &length, error);
    g_autofree char *name = g_strconcat(table, ".csv", NULL);
    g_autofree char *place = g_build_filename(folder, name, NULL);
    g_autofree char *shown = g_filename_display_name(place);
    if (bytes == NULL || !g_file_set_contents(place, bytes, (gssize)length, error))
        return FALSE;
    output_print("%s\n", shown);
    return TRUE;
}

static int export_directory(Ctl *ctl, const Args *args, GError **error)
{
    const char *folder = args_word(args, 1);
    if (args_count(args) > 2) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("只能导出到一个文件夹"));
        return 2;
    }
    g_autoptr(Directory) directory = store_directory_load(ctl->store, NULL, NULL, error);
    if (directory == NULL)
        return 3;
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("建不了文件夹 %s：%s"), folder,
                    g_strerror(errno));
        return 3;
    }
    for (const char *const *table = directory_csv_tables(); *table != NULL; table++)
        if (!export_table(directory, *table, folder, args_has(args, "gbk"), error))
            return 3;
    return 0;
}

int cmd_directory(Ctl *ctl, const Args *args, GError **error)
{
    const char *verb = args_word(args, 0);
    if (strcmp(verb, "import") == 0)
        return import_directory(ctl, args, error);
    if (strcmp(verb, "export") == 0)
        return export_directory(ctl, args, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                _("directory 后面应是 import 或 export，不是“%s”"), verb);
    return 2;
}
