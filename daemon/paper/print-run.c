/* SPDX-License-Identifier: GPL-3.0-or-later
 * The print run: copies summed by unit, with archive and spare, against the declared count. */
#include "daemon/paper/print-run.h"

#include "daemon/base/i18n.h"

static void unit_free(gpointer data)
{
    PrintRunUnit *unit = data;
    g_free(unit->unit);
    g_free(unit);
}

static PrintRunUnit *unit_for(PrintRun *run, GHashTable *by_name, const char *name)
{
    PrintRunUnit *unit = g_hash_table_lookup(by_name, name);
    if (unit != NULL)
        return unit;
    unit = g_new0(PrintRunUnit, 1);
    unit->unit = g_strdup(name);
    g_hash_table_insert(by_name, unit->unit, unit);
    g_ptr_array_add(run->units, unit);
    return unit;
}

PrintRun *print_run_new(const PrintRunPaper *papers, gsize n, int archive, int spare, int declared)
{
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    PrintRun *run = g_new0(PrintRun, 1);
    run->units = g_ptr_array_new_with_free_func(unit_free);
    for (gsize i = 0; i < n; i++) {
        unit_for(run, by_name, papers[i].unit)->copies += papers[i].copies;
        run->for_recipients += papers[i].copies;
    }
    run->archive = archive;
    run->spare = spare;
    run->computed = run->for_recipients + archive + spare;
    run->declared = declared;
    return run;
}

void print_run_free(PrintRun *run)
{
    if (run == NULL)
        return;
    g_ptr_array_unref(run->units);
    g_free(run);
}

int print_run_difference(const PrintRun *run)
{
    return run->declared > 0 ? run->declared - run->computed : 0;
}

static void append_declared(GString *words, const PrintRun *run)
{
    int difference = print_run_difference(run);
    if (run->declared <= 0) {
        g_string_append(words, _("；未标注印数"));
        return;
    }
    g_string_append_printf(words, _("；标注共印 %d 份，"), run->declared);
    if (difference > 0)
        g_string_append_printf(words, _("多 %d 份"), difference);
    else if (difference < 0)
        g_string_append_printf(words, _("少 %d 份"), -difference);
    else
        g_string_append(words, _("相符"));
}

char *print_run_words(const PrintRun *run)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < run->units->len; i++) {
        const PrintRunUnit *unit = run->units->pdata[i];
        g_string_append_printf(words, _("%s %d，"), unit->unit, unit->copies);
    }
    if (run->archive > 0)
        g_string_append_printf(words, _("存档 %d，"), run->archive);
    if (run->spare > 0)
        g_string_append_printf(words, _("备用 %d，"), run->spare);
    g_string_append_printf(words, _("合计 %d"), run->computed);
    append_declared(words, run);
    return g_string_free(words, FALSE);
}
