/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a directory makes sense on all its days: the steps in their order, and the problems in words. */
#include "recipients/directory-integrity-run.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "recipients/directory-field.h"
#include "recipients/directory-index.h"

/* ---- problems ---- */

static void problem_free(gpointer data)
{
    DirectoryProblem *problem = data;
    g_free(problem->text);
    g_free(problem->unknown);
    g_free(problem->mark);
    g_free(problem->until);
    g_free(problem);
}

DirectoryProblem *directory_integrity_complain(DirectoryIntegrity *check, SongfaError code,
                                               const DirectoryKind *kind, gint64 id, char *text, char *mark)
{
    const DirectoryProblem problem = {.code = (int)code, .kind = kind, .id = id, .text = text, .mark = mark};
    DirectoryProblem *kept = g_memdup2(&problem, sizeof problem);
    g_ptr_array_add(check->problems, kept);
    return kept;
}

void directory_integrity_field(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                               const char *heading, const char *value, const char *wanted)
{
    g_autofree char *name = directory_integrity_name(check, kind, record);
    directory_integrity_complain(
        check, SONGFA_ERROR_INPUT, kind, record->id,
        g_strdup_printf(_("%s的%s“%s”不对：%s"), name, heading, value, wanted),
        g_strdup_printf("field %" G_GINT64_FORMAT " %s %s", record->id, heading, value));
}

void directory_integrity_ends_early(DirectoryProblem *problem, const DirectoryRecord *version, DirectoryDays days)
{
    if (*days.to != '\0' && strcmp(days.from, version->valid_from) == 0)
        problem->until = g_strdup(days.to);
}

char *directory_integrity_name(const DirectoryIntegrity *check, const DirectoryKind *kind,
                               const DirectoryRecord *record)
{
    g_autofree char *label = directory_record_label(check->all, kind, record);
    return g_strdup_printf(_("%s“%s”"), _(kind->word), label);
}

char *directory_integrity_days_text(DirectoryDays days)
{
    if (*days.from != '\0' && *days.to != '\0')
        return g_strdup_printf(_("在 %s 至 %s "), days.from, days.to);
    if (*days.from != '\0')
        return g_strdup_printf(_("自 %s 起"), days.from);
    return *days.to != '\0' ? g_strdup_printf(_("到 %s 为止"), days.to) : g_strdup("");
}

/* ---- the whole ---- */

static void check_days(DirectoryIntegrity *check, const DirectoryKind *kind, const DirectoryRecord *record,
                       const DirectoryRecord *before)
{
    DirectoryDays days = directory_record_days(kind, record), valid = {record->valid_from, record->valid_to};
    if (!directory_reaches(days.to, days.from))
        directory_integrity_field(check, kind, record, _("起止日期"), days.from,
                                  _("开始日期晚于结束日期，请改正"));
    if (!directory_is_day(valid.from) || !directory_is_day(valid.to) || !directory_reaches(valid.to, valid.from))
        directory_integrity_field(check, kind, record, _("有效日期"), valid.from,
                                  _("应是日历上的日期，且开始不晚于结束"));
    if (before != NULL && before->id == record->id &&
        directory_days_meet(valid, (DirectoryDays){before->valid_from, before->valid_to}, NULL))
        directory_integrity_field(check, kind, record, _("有效日期"), valid.from, _("与它的另一段日期重叠"));
}

typedef void (*CheckRecord)(DirectoryIntegrity *check, const DirectoryKind *kind, DirectoryRecord *record);

static void for_all(DirectoryIntegrity *check, CheckRecord visit)
{
    for (gsize k = 0; k < DIRECTORY_KINDS; k++)
        for (guint i = 0; i < check->all->records[k]->len; i++)
            if (!g_hash_table_contains(check->broken, check->all->records[k]->pdata[i]))
                visit(check, &directory_kinds[k], check->all->records[k]->pdata[i]);
}

static void check_all_days(DirectoryIntegrity *check)
{
    for (gsize k = 0; k < DIRECTORY_KINDS; k++) {
        const GPtrArray *records = check->all->records[k];
        for (guint i = 0; i < records->len; i++)
            check_days(check, &directory_kinds[k], records->pdata[i], i > 0 ? records->pdata[i - 1] : NULL);
    }
}

GPtrArray *directory_integrity(Directory *all, const Directory *before)
{
    DirectoryIntegrity check = {
        all, before, arena_new(), g_hash_table_new(g_str_hash, g_str_equal), g_string_new(NULL),
        g_hash_table_new(NULL, NULL), g_ptr_array_new_with_free_func(problem_free)};
    directory_versions_sort(all);
    directory_index_ids(all);
    for_all(&check, directory_integrity_fields);
    check_all_days(&check);
    for_all(&check, directory_integrity_claim);
    for_all(&check, directory_integrity_refer);
    directory_integrity_circles(&check);
    g_hash_table_unref(check.claims);
    g_hash_table_unref(check.broken);
    g_string_free(check.key, TRUE);
    arena_free(check.arena);
    return check.problems;
}

char *directory_problems_text(const GPtrArray *problems, Directory *all, guint most)
{
    g_autoptr(GString) out = g_string_new(NULL);
    directory_index(all);
    for (guint i = 0; i < MIN(problems->len, most); i++) {
        const DirectoryProblem *problem = problems->pdata[i];
        g_auto(GStrv) found = problem->unknown != NULL ? directory_suggest(all, problem->unknown, 3) : NULL;
        g_autofree char *near = found != NULL ? g_strjoinv("、", found) : g_strdup("");
        g_string_append_printf(out, "%s%s%s%s", i > 0 ? "\n" : "", problem->text,
                               *near != '\0' ? _("。相近的有：") : "", near);
    }
    if (problems->len > most)
        g_string_append_printf(out, _("\n……另有 %u 处"), problems->len - most);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
