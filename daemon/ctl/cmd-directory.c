/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl directory: the whole directory out to tables for Excel; in from them in cmd-import.c. */
#include <errno.h>
#include <glib/gstdio.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/verbs.h"
#include "daemon/store/directory.h"
#include "recipients/directory-export.h"
#include "recipients/xlsx.h"

static gboolean export_table(const Sheet *sheet, const DirectoryKind *kind, const char *folder, gboolean gbk,
                             GError **error)
{
    gsize length;
    g_autofree char *bytes = directory_export_csv(sheet, gbk, &length, error);
    g_autofree char *name = g_strconcat(kind->plural, ".csv", NULL);
    g_autofree char *place = g_build_filename(folder, name, NULL);
    g_autofree char *shown = g_filename_display_name(place);
    if (bytes == NULL || !g_file_set_contents(place, bytes, (gssize)length, error))
        return FALSE;
    output_print("%s\n", shown);
    return TRUE;
}

static gboolean export_folder(const GPtrArray *sheets, const char *folder, gboolean gbk, GError **error)
{
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("建不了文件夹 %s：%s"), folder,
                    g_strerror(errno));
        return FALSE;
    }
    for (guint i = 0; i < sheets->len; i++)
        if (!export_table(sheets->pdata[i], &directory_kinds[i], folder, gbk, error))
            return FALSE;
    return TRUE;
}

static gboolean export_workbook(const GPtrArray *sheets, const char *path, gboolean gbk, GError **error)
{
    if (gbk) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--gbk 只用于 CSV：.xlsx 不分编码"));
        return FALSE;
    }
    g_autofree char *shown = g_filename_display_name(path);
    if (!xlsx_write(sheets, path, error))
        return FALSE;
    output_print("%s\n", shown);
    return TRUE;
}

static int export_directory(Ctl *ctl, const Args *args, GError **error)
{
    const char *path = args_word(args, 1), *day;
    gboolean gbk = args_has(args, "gbk");
    if (args_count(args) > 2) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("只能导出到一个文件夹或一个 .xlsx 文件"));
        return 2;
    }
    if (!args_day(args, "date", &day, error))
        return 2;
    g_autoptr(Directory) directory = store_directory_load(ctl->store, day, NULL, error);
    g_autoptr(GPtrArray) sheets = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_free);
    for (gsize i = 0; directory != NULL && i < DIRECTORY_KINDS; i++)
        g_ptr_array_add(sheets, directory_export(directory, &directory_kinds[i]));
    if (directory == NULL)
        return 3;
    gboolean workbook = g_str_has_suffix(path, ".xlsx");
    return (workbook ? export_workbook : export_folder)(sheets, path, gbk, error) ? 0 : 3;
}

int cmd_directory(Ctl *ctl, const Args *args, GError **error)
{
    static const CtlVerb verbs[] = {
        {"import", cmd_import, 2, G_MAXUINT, "apply from replace allow-shrink", "--json --csv"},
        {"export", export_directory, 2, G_MAXUINT, "gbk date", ""},
        {"check", cmd_directory_check, 1, 1, "date all", "--json --csv"},
        {"history", cmd_directory_history, 1, 3, "limit change", "--json --csv"},
        {"undo", cmd_directory_undo, 1, 2, "", "--json"},
    };
    return verbs_run(ctl, args, args_word(args, 0), verbs, G_N_ELEMENTS(verbs), error);
}
