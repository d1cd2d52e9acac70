/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which configured series an issue belongs to. */
#include "daemon/issue/series.h"

#include <string.h>

#include "daemon/issue/scan.h"

static gboolean same_text(const char *wanted, const char *printed)
{
    if (printed == NULL)
        return FALSE;
    g_autofree char *a = scan_bare(wanted);
    g_autofree char *b = scan_bare(printed);
    return strcmp(a, b) == 0;
}

static gboolean has_number_form(const Issue *issue, const char *form)
{
    return (strcmp(form, "number") == 0 && issue->number > 0) ||
           (strcmp(form, "total") == 0 && issue->total_number > 0) ||
           (strcmp(form, "supplement") == 0 && issue->supplement > 0);
}

/* The number of parts that hold, or 0 when one fails. */
static int score(const Issue *issue, const SeriesRule *rule)
{
    if ((rule->title != NULL && !same_text(rule->title, issue->title)) ||
        (rule->office != NULL && !same_text(rule->office, issue->office)) ||
        (rule->number_form != NULL && !has_number_form(issue, rule->number_form)))
        return 0;
    return (rule->title != NULL) + (rule->office != NULL) + (rule->number_form != NULL);
}

const char *series_match(const Issue *issue, const SeriesRule *rules, gsize n_rules)
{
    const char *best = NULL;
    int best_score = 0;
    for (gsize i = 0; i < n_rules; i++) {
        int s = score(issue, &rules[i]);
        if (s == 0 || s < best_score)
            continue;
        best = s > best_score ? rules[i].key : NULL;
        best_score = s;
    }
    return best;
}
