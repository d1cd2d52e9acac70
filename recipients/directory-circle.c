/* SPDX-License-Identifier: GPL-3.0-or-later
 * Circles among records: depth first along the steps of a day; a step to a record on the way closes
 * one. A circle that is closed on some day is closed on the day its last step begins. */
#include "recipients/directory-circle.h"

#include <string.h>

typedef struct {
    gint64 from, to;
    DirectoryDays days;
} Step;

struct DirectoryCircle {
    GArray *steps;      /* by from */
    GHashTable *seen;   /* id → its place on the way + 1, or DONE */
    GArray *way;        /* of gint64: from the start to where we are */
    GArray *next;       /* of guint: the step to be tried next, for each on the way */
    GHashTable *closed; /* where a circle closed: one is told once, not for each day */
    const char *day;    /* NULL = all days together */
    gboolean any;
};

#define DONE G_MAXUINT

DirectoryCircle *directory_circle_new(void)
{
    DirectoryCircle *circle = g_new0(DirectoryCircle, 1);
    circle->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    circle->seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    circle->way = g_array_new(FALSE, FALSE, sizeof(gint64));
    circle->next = g_array_new(FALSE, FALSE, sizeof(guint));
    circle->closed = g_hash_table_new(g_int64_hash, g_int64_equal);
    return circle;
}

void directory_circle_free(DirectoryCircle *circle)
{
    g_array_unref(circle->steps);
    g_hash_table_unref(circle->seen);
    g_array_unref(circle->way);
    g_array_unref(circle->next);
    g_hash_table_unref(circle->closed);
    g_free(circle);
}

void directory_circle_add(DirectoryCircle *circle, gint64 from, gint64 to, DirectoryDays days)
{
    Step step = {from, to, days};
    g_array_append_val(circle->steps, step);
}

static const Step *step_at(const DirectoryCircle *circle, guint i)
{
    return &g_array_index(circle->steps, Step, i);
}

static guint first_step(const DirectoryCircle *circle, gint64 from)
{
    guint low = 0, high = circle->steps->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (step_at(circle, middle)->from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void enter(DirectoryCircle *circle, const gint64 *id)
{
    guint next = first_step(circle, *id);
    g_array_append_val(circle->way, *id);
    g_array_append_val(circle->next, next);
    g_hash_table_insert(circle->seen, (gpointer)id, GUINT_TO_POINTER(circle->way->len));
}

/* The next step from the end of the way that holds on the day, NULL = none left. */
static const Step *take_step(DirectoryCircle *circle)
{
    gint64 from = g_array_index(circle->way, gint64, circle->way->len - 1);
    guint *next = &g_array_index(circle->next, guint, circle->next->len - 1);
    while (*next < circle->steps->len && step_at(circle, *next)->from == from) {
        const Step *step = step_at(circle, (*next)++);
        if (circle->day == NULL || (strcmp(step->days.from, circle->day) <= 0 &&
                                    directory_reaches(step->days.to, circle->day)))
            return step;
    }
    return NULL;
}

static void leave(DirectoryCircle *circle)
{
    gint64 id = g_array_index(circle->way, gint64, circle->way->len - 1);
    gpointer key = NULL;
    g_hash_table_lookup_extended(circle->seen, &id, &key, NULL);
    g_hash_table_insert(circle->seen, key, GUINT_TO_POINTER(DONE));
    g_array_set_size(circle->way, circle->way->len - 1);
    g_array_set_size(circle->next, circle->next->len - 1);
}

static void walk(DirectoryCircle *circle, const gint64 *start, const DirectoryKind *kind,
                 DirectoryCircleFound found, gpointer data)
{
    enter(circle, start);
    while (circle->way->len > 0) {
        const Step *step = take_step(circle);
        guint seen = step != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(circle->seen, &step->to)) : 0;
        if (step == NULL)
            leave(circle);
        else if (seen == 0)
            enter(circle, &step->to);
        else if (seen != DONE) {
            circle->any = TRUE;
            if (circle->day != NULL && g_hash_table_add(circle->closed, (gpointer)&step->to))
                found(&g_array_index(circle->way, gint64, seen - 1), circle->way->len - seen + 1, data, kind);
        }
    }
}

static void walk_all(DirectoryCircle *circle, const DirectoryKind *kind, DirectoryCircleFound found, gpointer data)
{
    g_hash_table_remove_all(circle->seen);
    for (guint i = 0; i < circle->steps->len; i++)
        if (!g_hash_table_contains(circle->seen, &step_at(circle, i)->from))
            walk(circle, &step_at(circle, i)->from, kind, found, data);
}

static gint compare_steps(gconstpointer a, gconstpointer b)
{
    gint64 one = ((const Step *)a)->from, two = ((const Step *)b)->from;
    return (one > two) - (one < two);
}

void directory_circle_find(DirectoryCircle *circle, const DirectoryKind *kind, DirectoryCircleFound found,
                           gpointer data)
{
    g_array_sort(circle->steps, compare_steps);
    circle->day = NULL;
    walk_all(circle, kind, found, data);
    if (!circle->any)
        return;
    g_autoptr(GHashTable) days = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < circle->steps->len; i++) {
        circle->day = step_at(circle, i)->days.from;
        if (g_hash_table_add(days, (gpointer)circle->day))
            walk_all(circle, kind, found, data);
    }
}
