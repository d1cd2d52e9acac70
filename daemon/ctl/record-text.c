/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records, their days and what became of them, in words. */
#include "daemon/ctl/record-text.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-versions.h"

char *record_text_days(const char *from, const char *to)
{
    if (*from != '\0' && *to != '\0')
        return g_strdup_printf(_("自 %s 至 %s"), from, to);
    if (*from != '\0')
        return g_strchug(g_strdup_printf(_("自 %s 起"), from)); /* in sentences a blank may stand before it */
    return *to != '\0' ? g_strdup_printf(_("至 %s"), to) : g_strdup(_("一直有效"));
}

char *record_text_fields(const DirectoryKind *kind, const Directory *names, gconstpointer record)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < kind->n_fields; i++) {
        g_autofree char *text = directory_field_text(&kind->fields[i], names, record);
        if (*text != '\0')
            g_string_append_printf(out, "%s%s %s", out->len > 0 ? "；" : "", _(kind->fields[i].heading), text);
    }
    return g_string_free(out, FALSE);
}

char *record_text_differences(const DirectoryKind *kind, const Directory *names, gconstpointer before,
                              gconstpointer after)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < kind->n_fields; i++) {
        const DirectoryField *field = &kind->fields[i];
        if (directory_field_same(field, before, after))
            continue;
        g_autofree char *was = directory_field_text(field, names, before);
        g_autofree char *is = directory_field_text(field, names, after);
        g_string_append_printf(out, "%s%s %s→%s", out->len > 0 ? "；" : "", _(field->heading),
                               *was != '\0' ? was : _("无"), *is != '\0' ? is : _("无"));
    }
    return g_string_free(out, FALSE);
}

static const DirectoryRecord *at(const GPtrArray *versions, guint i)
{
    return versions->pdata[i];
}

/* The version in force on the first day of another, else the first. */
static const DirectoryRecord *version_on(const GPtrArray *versions, const char *day)
{
    const DirectoryRecord *found = at(versions, 0);
    for (guint i = 1; i < versions->len; i++)
        if (strcmp(at(versions, i)->valid_from, day) <= 0)
            found = at(versions, i);
    return found;
}

/* Where a record that went on now ends, or the other way round. */
static void add_end(GPtrArray *lines, const DirectoryRecord *before, const DirectoryRecord *after)
{
    if (strcmp(before->valid_to, after->valid_to) == 0)
        return;
    if (*after->valid_to == '\0' || (*before->valid_to != '\0' && strcmp(before->valid_to, after->valid_to) < 0)) {
        g_autofree char *days = record_text_days(after->valid_from, after->valid_to);
        g_ptr_array_add(lines, g_strdup_printf(_("有效期延长：%s"), days));
        return;
    }
    g_autofree char *gone = directory_day_after(after->valid_to);
    g_ptr_array_add(lines, g_strdup_printf(_("自 %s 起删除"), gone));
}

static void add_difference(GPtrArray *lines, const DirectoryKind *kind, DirectoryDays days, char *text)
{
    g_autofree char *owned = text, *when = record_text_days(days.from, days.to);
    if (*text != '\0')
        g_ptr_array_add(lines, kind->dated ? g_steal_pointer(&owned) : g_strdup_printf("%s：%s", when, text));
}

/* A version against each of those that held on one of its days, or were nearest before it. */
static void add_differences(GPtrArray *lines, const DirectoryKind *kind, const Directory *names,
                            const GPtrArray *before, const DirectoryRecord *version)
{
    const DirectoryDays days = {version->valid_from, version->valid_to};
    gboolean met = FALSE;
    for (guint i = 0; i < before->len; i++) {
        const DirectoryRecord *old = at(before, i);
        DirectoryDays shared;
        if (!directory_days_meet((DirectoryDays){old->valid_from, old->valid_to}, days, &shared))
            continue;
        add_difference(lines, kind, shared, record_text_differences(kind, names, old, version));
        met = TRUE;
    }
    if (!met)
        add_difference(lines, kind, days,
                       record_text_differences(kind, names, version_on(before, version->valid_from), version));
}

GPtrArray *record_text_changes(const DirectoryKind *kind, const Directory *names, const GPtrArray *before,
                               const GPtrArray *after)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < after->len; i++) {
        const DirectoryRecord *version = at(after, i);
        if (before->len == 0)
            add_difference(lines, kind, (DirectoryDays){version->valid_from, version->valid_to},
                           record_text_fields(kind, names, version));
        else
            add_differences(lines, kind, names, before, version);
    }
    if (before->len > 0 && after->len > 0) {
        add_end(lines, at(before, before->len - 1), at(after, after->len - 1));
    } else if (after->len == 0 && before->len > 0) {
        g_autofree char *text = record_text_fields(kind, names, at(before, before->len - 1));
        g_ptr_array_add(lines, g_strdup_printf(_("全部删除，原来是：%s"), text));
    }
    return lines;
}
