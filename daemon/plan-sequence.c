/* SPDX-License-Identifier: GPL-3.0-or-later
 * From rows of numbers to the rules of numbering. */
#include "daemon/plan-sequence.h"

#include "daemon/base/clock.h"

SequenceIssue plan_sequence_of(const Issue *issue)
{
    return (SequenceIssue){issue->year, issue->number, issue->total_number, issue->supplement, issue->date};
}

SequenceIssue plan_sequence_of_number(const StoreNumber *number)
{
    return (SequenceIssue){number->year, number->number, number->total_number, number->supplement, number->date};
}

/* In place, or NULL when there is none. */
static const SequenceIssue *place(SequenceIssue *place, const StoreNumber *number)
{
    if (number != NULL)
        *place = plan_sequence_of_number(number);
    return number != NULL ? place : NULL;
}

GPtrArray *plan_sequence_check(Store *store, const Issue *issue, const char *identity, int days, GError **error)
{
    SequenceIssue own = plan_sequence_of(issue), before, after, last_year, later;
    StoreIssue like = {.series = issue->series, .identity = (char *)identity, .date = issue->date, .year = issue->year,
                       .number = issue->number, .total_number = issue->total_number, .supplement = issue->supplement};
    g_auto(StoreNumbersNear) found = {0};
    g_autofree char *today = clock_date(clock_now());
    if (!store_numbers_near(store, &like, &found, error))
        return NULL;
    SequenceNear near = {
        .before = place(&before, found.before), .after = place(&after, found.after),
        .last_year = place(&last_year, found.last_year), .later = place(&later, found.later),
        .supplements = found.supplements, .is_first = found.is_first,
    };
    return sequence_check(&own, &near, today, days);
}
