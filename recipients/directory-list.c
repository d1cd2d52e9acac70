/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records grouped by an id that they hold. */
#include "recipients/directory-list.h"

static gint64 id_of(const DirectoryList *list, gconstpointer record)
{
    return *(const gint64 *)(gconstpointer)((const char *)record + list->place);
}

static gint compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const DirectoryList *list = data;
    gint64 one = id_of(list, *(const gconstpointer *)a), two = id_of(list, *(const gconstpointer *)b);
    if (one != two)
        return one < two ? -1 : 1;
    return list->order != NULL ? list->order(a, b) : 0;
}

static gboolean is_sorted(DirectoryList *list)
{
    for (guint i = 1; i < list->n; i++)
        if (compare(&list->records[i - 1], &list->records[i], list) > 0)
            return FALSE;
    return TRUE;
}

/* The sort is stable. */
void directory_list_fill(DirectoryList *list, const GPtrArray *records, gsize place, GCompareFunc order)
{
    directory_list_clear(list);
    *list = (DirectoryList){g_memdup2(records->pdata, records->len * sizeof(gpointer)), NULL, records->len, place, order};
    if (!is_sorted(list))
        g_qsort_with_data(list->records, (gint)list->n, sizeof(gpointer), compare, list);
    list->ids = g_new(gint64, list->n);
    for (guint i = 0; i < list->n; i++)
        list->ids[i] = id_of(list, list->records[i]);
}

void directory_list_clear(DirectoryList *list)
{
    g_clear_pointer(&list->records, g_free);
    g_clear_pointer(&list->ids, g_free);
    list->n = 0;
}

gpointer *directory_list_find(const DirectoryList *list, gint64 id, guint *n)
{
    guint low = 0, high = list->n;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (list->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < list->n && list->ids[high] == id;)
        high++;
    *n = high - low;
    return *n > 0 ? &list->records[low] : NULL;
}

GPtrArray *directory_list_copy(const DirectoryList *list, gint64 id)
{
    guint n;
    gpointer *found = directory_list_find(list, id, &n);
    GPtrArray *copy = g_ptr_array_sized_new(n);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(copy, found[i]);
    return copy;
}
