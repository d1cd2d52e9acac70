/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gaps in the numbers of the register. */
#include "daemon/ctl/gaps.h"

#include <inttypes.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/plan-sequence.h"

static void gap_free(gpointer data)
{
    Gap *gap = data;
    g_free(gap->words);
    g_free(gap->before);
    g_free(gap->after);
    g_free(gap->held);
    g_free(gap);
}

int gaps_since(void)
{
    g_autofree char *today = clock_date(clock_now());
    return (int)g_ascii_strtoll(today, NULL, 10) - 1;
}

static gboolean is_within(const SequenceGap *gap, const StoreNumber *number)
{
    SequenceIssue issue = plan_sequence_of_number(number);
    const int values[] = {[SEQUENCE_BY_NUMBER] = issue.number, [SEQUENCE_BY_SUPPLEMENT] = issue.supplement,
                          [SEQUENCE_BY_TOTAL] = issue.total};
    return sequence_counter(&issue) == gap->counter && (gap->year == 0 || gap->year == issue.year) &&
           values[gap->counter] >= gap->first && values[gap->counter] <= gap->last;
}

static char *held_words(const SequenceGap *gap, const GPtrArray *held)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < held->len; i++) {
        const StoreNumber *number = held->pdata[i];
        if (is_within(gap, number))
            g_string_append_printf(words, "%s%" PRId64, words->len > 0 ? _("、") : "", number->issue_id);
    }
    return g_string_free(words, words->len == 0);
}

static Gap *make_gap(const ConfigSeries *series, const SequenceGap *found, const SequenceIssue *issues, const GPtrArray *held)
{
    Gap *gap = g_new0(Gap, 1);
    gap->series = series->key;
    gap->name = series->name;
    gap->words = sequence_gap_words(found);
    gap->year = found->year;
    gap->first = found->first;
    gap->last = found->last;
    gap->before = found->before != G_MAXSIZE ? sequence_dated(&issues[found->before]) : NULL;
    gap->after = sequence_dated(&issues[found->after]);
    gap->held = held_words(found, held);
    return gap;
}

/* One year more is read, so that the first of a year is known for one that goes on or does not. */
static gboolean add_series(Ctl *ctl, const ConfigSeries *series, int since, GPtrArray *gaps, GError **error)
{
    g_autoptr(GPtrArray) numbers = store_numbers_list(ctl->store, series->key, since - 1, error);
    g_autoptr(GPtrArray) held = numbers != NULL ? store_numbers_held(ctl->store, series->key, since - 1, error) : NULL;
    if (held == NULL)
        return FALSE;
    g_autofree SequenceIssue *issues = g_new0(SequenceIssue, numbers->len + 1);
    for (guint i = 0; i < numbers->len; i++)
        issues[i] = plan_sequence_of_number(numbers->pdata[i]);
    g_autoptr(GPtrArray) found = sequence_gaps(issues, numbers->len);
    for (guint i = 0; i < found->len; i++) {
        const SequenceGap *gap = found->pdata[i];
        if (issues[gap->after].year >= since)
            g_ptr_array_add(gaps, make_gap(series, gap, issues, held));
    }
    return TRUE;
}

GPtrArray *gaps_load(Ctl *ctl, const char *series, int since, GError **error)
{
    g_autoptr(GPtrArray) gaps = g_ptr_array_new_with_free_func(gap_free);
    for (guint i = 0; i < ctl->config->series->len; i++) {
        const ConfigSeries *one = ctl->config->series->pdata[i];
        if ((series == NULL || g_str_equal(series, one->key)) && !add_series(ctl, one, since, gaps, error))
            return NULL;
    }
    return g_steal_pointer(&gaps);
}
