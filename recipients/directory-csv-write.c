/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory written as CSV tables. */
#include "recipients/directory-csv.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/csv.h"
#include "recipients/directory-csv-tables.h"

static char *unit_name(const Directory *directory, gint64 id)
{
    const DirectoryUnit *unit = directory_unit_by_id(directory, id);
    return g_strdup(unit != NULL ? unit->name : "");
}

static char *post_name(const Directory *directory, gint64 id)
{
    const DirectoryPost *post = directory_post_by_id(directory, id);
    if (post == NULL)
        return g_strdup("");
    g_autofree char *unit = unit_name(directory, post->unit_id);
    return g_strconcat(unit, "/", post->name, NULL);
}

static char *person_name(const Directory *directory, GHashTable *tags, gint64 id)
{
    return g_strdup(g_hash_table_lookup(tags, directory_person_by_id(directory, id)));
}

static char *owner_name(const Directory *directory, GHashTable *tags, const DirectoryMailbox *mailbox)
{
    switch (mailbox->owner_kind) {
    case OWNER_UNIT:
        return unit_name(directory, mailbox->owner_id);
    case OWNER_POST:
        return post_name(directory, mailbox->owner_id);
    case OWNER_PERSON:
        break;
    }
    return person_name(directory, tags, mailbox->owner_id);
}

static const char *choice_word(const CellChoice *choices, int value)
{
    while (choices->code != NULL && choices->value != value)
        choices++;
    return choices->code != NULL ? choices->word : "";
}

static char *cell_text(const Directory *directory, GHashTable *tags, const CsvColumn *column,
                       gconstpointer record)
{
    gconstpointer field = (const char *)record + column->offset;
    switch (column->kind) {
    case CELL_TEXT:
    case CELL_DATE:
        return g_strdup(*(char *const *)field);
    case CELL_LIST:
        return g_strjoinv("|", *(char **const *)field);
    case CELL_NUMBER:
        return g_strdup_printf("%d", *(const int *)field);
    case CELL_FLAG:
        return g_strdup(*(const gboolean *)field ? "是" : "否");
    case CELL_CHOICE:
        return g_strdup(choice_word(column->choices, *(const int *)field));
    case CELL_KIND:
        return g_strdup(directory_csv_kind_word(*(char *const *)field));
    case CELL_TAG:
        return g_strdup(g_hash_table_lookup(tags, record));
    case CELL_UNIT:
        return unit_name(directory, *(const gint64 *)field);
    case CELL_POST:
        return post_name(directory, *(const gint64 *)field);
    case CELL_PERSON:
        return person_name(directory, tags, *(const gint64 *)field);
    case CELL_OWNER:
        break;
    }
    return owner_name(directory, tags, record);
}

static void append_row(GString *out, const Directory *directory, GHashTable *tags,
                       const CsvTable *table, gconstpointer record)
{
    for (gsize c = 0; c < table->n_columns; c++) {
        g_autofree char *text = cell_text(directory, tags, &table->columns[c], record);
        csv_append(out, text != NULL ? text : "", c + 1 == table->n_columns);
    }
}

static const CsvTable *find_table(const char *name)
{
    gsize n;
    const CsvTable *tables = directory_csv_table_list(&n);
    for (gsize i = 0; i < n; i++)
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    return NULL;
}

static char *to_gbk(const char *text, gsize *length, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gsize read = 0;
    char *bytes = g_convert(text, -1, "GBK", "UTF-8", &read, length, &cause);
    if (bytes != NULL)
        return bytes;
    const char *at = g_utf8_find_prev_char(text, text + read + 1);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("“%.*s”不在 GBK 字符集中：请改用 UTF-8 导出"),
                (int)(g_utf8_next_char(at) - at), at);
    return NULL;
}

char *directory_csv_write(const Directory *directory, const char *name, gboolean gbk, gsize *length,
                          GError **error)
{
    const CsvTable *table = find_table(name);
    g_return_val_if_fail(table != NULL, NULL);
    g_autoptr(GHashTable) tags = directory_csv_tags(directory);
    g_autoptr(GString) out = g_string_new(gbk ? "" : "\xef\xbb\xbf");
    for (gsize c = 0; c < table->n_columns; c++)
        csv_append(out, table->columns[c].heading, c + 1 == table->n_columns);
    GPtrArray *records = G_STRUCT_MEMBER(GPtrArray *, directory, table->records);
    for (guint i = 0; i < records->len; i++)
        append_row(out, directory, tags, table, records->pdata[i]);
    if (gbk)
        return to_gbk(out->str, length, error);
    *length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
