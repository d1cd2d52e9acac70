/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records as a table on standard output. */
#include "daemon/ctl/view.h"

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"

static void add_cell(View *view, const ViewColumn *column, gconstpointer record)
{
    column->cell(view, (const char *)record + column->offset);
}

void view_print(const ViewColumn *columns, gsize n_columns, const GPtrArray *records,
                TableFormat format, gconstpointer context)
{
    g_autoptr(GPtrArray) used = g_ptr_array_new();
    g_autoptr(GArray) heads = g_array_new(FALSE, FALSE, sizeof(TableColumn));
    for (gsize i = 0; i < n_columns; i++)
        if (columns[i].forms & (1u << format)) {
            TableColumn head = {columns[i].key, _(columns[i].heading), columns[i].max_width};
            g_array_append_val(heads, head);
            g_ptr_array_add(used, (gpointer)&columns[i]);
        }
    g_autoptr(Table) table = table_new((const TableColumn *)(void *)heads->data, heads->len);
    View view = {table, format, context};
    for (guint r = 0; r < records->len; r++)
        for (guint c = 0; c < used->len; c++)
            add_cell(&view, used->pdata[c], records->pdata[r]);
    output_table(table, format);
}

void view_text(View *view, gconstpointer field)
{
    const char *text = *(const char *const *)field;
    table_text(view->table, text != NULL && *text != '\0' ? text : NULL);
}

void view_int(View *view, gconstpointer field)
{
    table_int(view->table, *(const int *)field);
}

void view_int64(View *view, gconstpointer field)
{
    table_int(view->table, *(const gint64 *)field);
}

void view_positive(View *view, gconstpointer field)
{
    if (*(const int *)field > 0)
        table_int(view->table, *(const int *)field);
    else
        table_null(view->table);
}

void view_time(View *view, gconstpointer field)
{
    gint64 usec = *(const gint64 *)field;
    g_autofree char *text = view->format == TABLE_JSON ? clock_rfc3339(usec) : clock_text(usec);
    table_text(view->table, usec > 0 ? text : NULL);
}
