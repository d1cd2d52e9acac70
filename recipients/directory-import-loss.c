/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an import would take away that is rarely meant: much of a table, or a leader. */
#include "recipients/directory-import.h"

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { SMALL_TABLE = 10, NAMED = 5 };

static guint removals(const DirectoryImport *import, const DirectoryKind *kind)
{
    guint n = 0;
    for (guint i = 0; i < import->differences->len; i++) {
        const DirectoryDifference *difference = &g_array_index(import->differences, DirectoryDifference, i);
        n += difference->kind == kind && difference->after == NULL ? 1 : 0;
    }
    return n;
}

static void add_shares(const DirectoryImport *import, const Directory *known, guint percent, GString *out)
{
    for (gsize i = 0; i < DIRECTORY_KINDS; i++) {
        const DirectoryKind *kind = &directory_kinds[i];
        guint all = known->records[i]->len, gone = removals(import, kind);
        if (all >= SMALL_TABLE && gone * G_GUINT64_CONSTANT(100) > all * (guint64)percent)
            g_string_append_printf(out, _("%s将移除 %u 条（共 %u 条）；"), _(kind->word), gone, all);
    }
}

static gboolean holds(const Directory *directory, gint64 post_id, gint64 person_id)
{
    const DirectoryPost *post = directory_post_by_id(directory, post_id);
    if (post == NULL)
        return FALSE;
    g_autoptr(GPtrArray) holders = directory_holders(directory, post);
    for (guint i = 0; i < holders->len; i++)
        if (((const DirectoryPerson *)holders->pdata[i])->id == person_id)
            return TRUE;
    return FALSE;
}

/* The leaders who would hold the post no longer; *n counts all, the first are named. */
static void add_lost_holders(const DirectoryImport *import, const Directory *known, const DirectoryPost *post,
                             GString *names, guint *n)
{
    g_autoptr(GPtrArray) holders = directory_holders(known, post);
    for (guint i = 0; i < holders->len; i++) {
        const DirectoryPerson *person = holders->pdata[i];
        if (holds(import->after, post->id, person->id))
            continue;
        if ((*n)++ < NAMED) {
            g_autofree char *title = directory_post_title(known, post);
            g_string_append_printf(names, "%s%s（%s）", names->len > 0 ? "、" : "", person->name, title);
        }
    }
}

static void add_leaders(const DirectoryImport *import, const Directory *known, GString *out)
{
    g_autoptr(GString) names = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < known->posts->len; i++)
        if (directory_post_leads(known->posts->pdata[i]))
            add_lost_holders(import, known, known->posts->pdata[i], names, &n);
    if (n > 0)
        g_string_append_printf(out, n > NAMED ? _("%u 位领导将不再任职：%s 等；") : _("%u 位领导将不再任职：%s；"),
                               n, names->str);
}

gboolean directory_import_is_safe(const DirectoryImport *import, const Directory *known, guint percent,
                                  GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    add_shares(import, known, percent, out);
    add_leaders(import, known, out);
    if (out->len == 0)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("%s核对无误后加 --allow-shrink 再导入"), out->str);
    return FALSE;
}
