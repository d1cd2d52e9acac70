/* SPDX-License-Identifier: GPL-3.0-or-later
 * The versions of directory records over time, and what an edit makes of them. */
#include "recipients/directory-versions.h"

#include <string.h>

#include "daemon/base/arena.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"

/* ---- days ---- */

gboolean directory_reaches(const char *to, const char *day)
{
    return *to == '\0' || strcmp(day, to) <= 0;
}

gboolean directory_days_meet(DirectoryDays a, DirectoryDays b, DirectoryDays *shared)
{
    if (!directory_reaches(a.to, b.from) || !directory_reaches(b.to, a.from))
        return FALSE;
    if (shared != NULL) {
        shared->from = strcmp(a.from, b.from) > 0 ? a.from : b.from;
        shared->to = *a.to != '\0' && directory_reaches(b.to, a.to) ? a.to : b.to;
    }
    return TRUE;
}

static const char *day_in(const DirectoryKind *kind, gconstpointer record, const char *name)
{
    return *(const char **)directory_field_place(directory_kind_field(kind, name), (gpointer)record);
}

DirectoryDays directory_record_days(const DirectoryKind *kind, gconstpointer record)
{
    const DirectoryRecord *head = record;
    if (!kind->dated)
        return (DirectoryDays){head->valid_from, head->valid_to};
    return (DirectoryDays){day_in(kind, record, "from"), day_in(kind, record, "to")};
}

char *directory_day_plus(const char *day, int days)
{
    if (*day == '\0' || !directory_is_day(day))
        return g_strdup(day);
    guint year = (guint)g_ascii_strtoull(day, NULL, 10), month = (guint)g_ascii_strtoull(day + 5, NULL, 10);
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)g_ascii_strtoull(day + 8, NULL, 10), (GDateMonth)month, (GDateYear)year);
    if (days > 0)
        g_date_add_days(&date, (guint)days);
    else if (g_date_get_julian(&date) > (guint)-days) /* else there is none before it */
        g_date_subtract_days(&date, (guint)-days);
    return g_strdup_printf("%04u-%02u-%02u", g_date_get_year(&date), (guint)g_date_get_month(&date),
                           g_date_get_day(&date));
}

char *directory_day_before(const char *day)
{
    return directory_day_plus(day, -1);
}

char *directory_day_after(const char *day)
{
    return directory_day_plus(day, 1);
}

/* ---- order ---- */

static int compare(gconstpointer a, gconstpointer b)
{
    const DirectoryRecord *one = *(DirectoryRecord *const *)a, *two = *(DirectoryRecord *const *)b;
    if (one->id != two->id)
        return one->id < two->id ? -1 : 1;
    return strcmp(one->valid_from, two->valid_from);
}

static gboolean is_sorted(GPtrArray *records)
{
    for (guint i = 1; i < records->len; i++)
        if (compare(&records->pdata[i - 1], &records->pdata[i]) > 0)
            return FALSE;
    return TRUE;
}

void directory_versions_sort(Directory *all)
{
    for (gsize i = 0; i < DIRECTORY_KINDS; i++)
        if (!is_sorted(all->records[i]))
            g_ptr_array_sort(all->records[i], compare);
}

gpointer *directory_versions_of(const Directory *all, const DirectoryKind *kind, gint64 id, guint *n)
{
    const GPtrArray *records = all->records[kind->id];
    guint low = 0, high = records->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (((DirectoryRecord *)records->pdata[middle])->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < records->len && ((DirectoryRecord *)records->pdata[high])->id == id;)
        high++;
    *n = high - low;
    return &records->pdata[low];
}

gboolean directory_versions_same(const DirectoryKind *kind, gpointer *a, guint n_a, gpointer *b, guint n_b)
{
    gboolean same = n_a == n_b;
    for (guint i = 0; same && i < n_a; i++) {
        const DirectoryRecord *one = a[i], *two = b[i];
        same = strcmp(one->valid_from, two->valid_from) == 0 && strcmp(one->valid_to, two->valid_to) == 0 &&
               directory_record_same(kind, one, two);
    }
    return same;
}

/* ---- edits ---- */

static gpointer ended(const DirectoryKind *kind, const char *day, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                _("这条%s在 %s 以前已经结束，没有可改的；要改以前的内容，请写明从更早的哪一天起"), _(kind->word), day);
    return NULL;
}

/* A new version under way: a copy whose fields and days may be set. */
static DirectoryRecord *copy_to(GPtrArray *list, Directory *directory, const DirectoryKind *kind,
                                gconstpointer version)
{
    DirectoryRecord *copy = directory_add_copy(directory, kind, version);
    g_ptr_array_add(list, copy);
    return copy;
}

/* Where the last day of a record stands. */
static const char **last_day(const DirectoryKind *kind, DirectoryRecord *record)
{
    return kind->dated ? directory_field_place(directory_kind_field(kind, "to"), record) : &record->valid_to;
}

static void end_before(Directory *directory, const DirectoryKind *kind, DirectoryRecord *record, const char *day)
{
    g_autofree char *last = directory_day_before(day);
    directory_set_text(directory, last_day(kind, record), last);
}

/* What an edit changes, and where. */
typedef struct {
    const DirectoryRecord *base;   /* the version that was edited */
    const DirectoryRecord *target; /* the one in force on the first day */
    gconstpointer record;
    const char *from;
} Edit;

/* The first version that is not over on the day. */
static const DirectoryRecord *in_force(gpointer *versions, guint n, const char *day)
{
    for (guint i = 0; i < n; i++) {
        const DirectoryRecord *version = versions[i];
        if (directory_reaches(version->valid_to, day))
            return version;
    }
    return NULL;
}

static const DirectoryRecord *edited(gpointer *versions, guint n, const DirectoryRecord *record)
{
    for (guint i = 0; i < n; i++) {
        const DirectoryRecord *version = versions[i];
        if (record->change != 0 && version->change == record->change &&
            strcmp(version->valid_from, record->valid_from) == 0)
            return version;
    }
    return NULL;
}

/* The target has every difference; a later version those that it did not have of its own. */
static void apply(const Edit *edit, const DirectoryKind *kind, Directory *directory, gboolean is_target,
                  DirectoryRecord *version)
{
    for (guint i = 0; i < kind->n_fields; i++) {
        const DirectoryField *field = &kind->fields[i];
        if (directory_field_same(field, edit->base, edit->record))
            continue;
        if (is_target || directory_field_same(field, version, edit->base) ||
            directory_field_same(field, version, edit->target))
            directory_field_copy(field, directory, version, edit->record);
    }
}

/* Versions that follow one another and say the same become one. */
static void join_equal(const DirectoryKind *kind, GPtrArray *versions)
{
    for (guint i = 1; i < versions->len;) {
        DirectoryRecord *before = versions->pdata[i - 1], *version = versions->pdata[i];
        g_autofree char *next = *before->valid_to != '\0' ? directory_day_after(before->valid_to) : NULL;
        if (g_strcmp0(next, version->valid_from) != 0 || !directory_record_same(kind, before, version)) {
            i++;
            continue;
        }
        before->valid_to = version->valid_to;
        g_ptr_array_remove_index(versions, i);
    }
}

static GPtrArray *put_versions(const Edit *edit, Directory *directory, const DirectoryKind *kind,
                               gpointer *versions, guint n)
{
    GPtrArray *list = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        const DirectoryRecord *old = versions[i];
        DirectoryRecord *version = copy_to(list, directory, kind, old);
        gboolean is_target = old == edit->target;
        if (is_target && strcmp(old->valid_from, edit->from) < 0) {
            end_before(directory, kind, version, edit->from);
            version = copy_to(list, directory, kind, old);
            directory_set_text(directory, &version->valid_from, edit->from);
        }
        if (is_target || strcmp(old->valid_from, edit->from) > 0)
            apply(edit, kind, directory, is_target, version);
    }
    join_equal(kind, list);
    return list;
}

GPtrArray *directory_versions_put(Directory *directory, const DirectoryKind *kind, gpointer *versions, guint n,
                                  gconstpointer record, const char *from, GError **error)
{
    Edit edit = {.base = edited(versions, n, record), .record = record, .from = kind->dated ? "" : from};
    edit.target = in_force(versions, n, edit.from);
    gboolean begins_later = edit.target != NULL && strcmp(edit.target->valid_from, edit.from) > 0;
    gboolean in_gap = begins_later && *edit.from != '\0' && edit.target != versions[0] && edit.base != edit.target;
    if (edit.target == NULL || in_gap)
        return ended(kind, from, error);
    if (begins_later)
        edit.from = edit.target->valid_from;
    if (edit.base == NULL)
        edit.base = edit.target;
    return put_versions(&edit, directory, kind, versions, n);
}

GPtrArray *directory_versions_remove(Directory *directory, const DirectoryKind *kind, gpointer *versions, guint n,
                                     const char *from, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    gboolean found = FALSE;
    for (guint i = 0; i < n; i++) {
        DirectoryDays days = directory_record_days(kind, versions[i]);
        gboolean over = !directory_reaches(days.to, from), begun = *from != '\0' && strcmp(days.from, from) < 0;
        found = found || !over;
        if (!begun)
            continue;
        DirectoryRecord *version = copy_to(list, directory, kind, versions[i]);
        if (!over)
            end_before(directory, kind, version, from);
    }
    return found ? g_steal_pointer(&list) : ended(kind, from, error);
}
