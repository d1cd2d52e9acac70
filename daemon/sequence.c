/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rules of numbering. */
#include "daemon/sequence.h"

#include <stdio.h>
#include <string.h>

#include "daemon/base/i18n.h"

static const char *const codes[] = {
    [SEQUENCE_MISSING_NUMBER] = "missing-number", [SEQUENCE_OUT_OF_ORDER] = "out-of-order",
    [SEQUENCE_NUMBER_JUMP] = "number-jump",       [SEQUENCE_TOTAL_MISMATCH] = "total-mismatch",
    [SEQUENCE_FUTURE_DATE] = "future-date",       [SEQUENCE_DATE_ORDER] = "date-order",
    [SEQUENCE_NEW_SERIES] = "new-series",
};

const char *sequence_code(SequenceCheck check)
{
    return codes[check];
}

SequenceCounter sequence_counter(const SequenceIssue *issue)
{
    if (issue->supplement > 0)
        return SEQUENCE_BY_SUPPLEMENT;
    return issue->number > 0 ? SEQUENCE_BY_NUMBER : SEQUENCE_BY_TOTAL;
}

static int value_of(const SequenceIssue *issue)
{
    const int values[] = {[SEQUENCE_BY_NUMBER] = issue->number, [SEQUENCE_BY_SUPPLEMENT] = issue->supplement,
                          [SEQUENCE_BY_TOTAL] = issue->total};
    return values[sequence_counter(issue)];
}

static char *number_words(SequenceCounter counter, int year, int value)
{
    if (counter == SEQUENCE_BY_TOTAL)
        return g_strdup_printf(_("总第 %d 期"), value);
    return counter == SEQUENCE_BY_SUPPLEMENT ? g_strdup_printf(_("%d 年增刊第 %d 期"), year, value)
                                             : g_strdup_printf(_("%d 年第 %d 期"), year, value);
}

char *sequence_words(const SequenceIssue *issue)
{
    return number_words(sequence_counter(issue), issue->year, value_of(issue));
}

char *sequence_dated(const SequenceIssue *issue)
{
    g_autofree char *words = sequence_words(issue);
    return issue->date != NULL ? g_strdup_printf(_("%s（%s）"), words, issue->date) : g_steal_pointer(&words);
}

static void finding_free(gpointer data)
{
    SequenceFinding *finding = data;
    g_free(finding->message);
    g_free(finding);
}

/* Takes the message. */
static void add(GPtrArray *findings, SequenceCheck check, char *message)
{
    SequenceFinding *finding = g_new0(SequenceFinding, 1);
    finding->check = check;
    finding->message = message;
    g_ptr_array_add(findings, finding);
}

/* The first number that is missing before the issue; 0 = none is. */
static int missing_from(const SequenceIssue *issue, const SequenceIssue *before, const SequenceIssue *last_year)
{
    int value = value_of(issue);
    if (before != NULL)
        return value - value_of(before) > 1 ? value_of(before) + 1 : 0;
    gboolean begins = value == 1 || last_year == NULL || sequence_counter(issue) == SEQUENCE_BY_TOTAL;
    return begins || value == value_of(last_year) + 1 ? 0 : 1;
}

char *sequence_gap_words(const SequenceGap *gap)
{
    g_autofree char *one = number_words(gap->counter, gap->year, gap->first);
    return gap->first == gap->last ? g_steal_pointer(&one) : g_strdup_printf(_("%s到第 %d 期"), one, gap->last);
}

static void check_missing(GPtrArray *findings, const SequenceIssue *issue, const SequenceNear *near)
{
    int first = missing_from(issue, near->before, near->last_year), last = value_of(issue) - 1;
    if (first == 0)
        return;
    g_autofree char *own = sequence_words(issue);
    g_autofree char *before = sequence_dated(near->before != NULL ? near->before : near->last_year);
    if (last - first + 1 > SEQUENCE_LEAP) {
        add(findings, SEQUENCE_NUMBER_JUMP,
            g_strdup_printf(_("期号从 %s 一下到 %s，中间差 %d 期，请核对期号"), before, own, last - first + 1));
        return;
    }
    SequenceGap gap = {.counter = sequence_counter(issue), .year = issue->year, .first = first, .last = last};
    g_autofree char *range = sequence_gap_words(&gap);
    add(findings, SEQUENCE_MISSING_NUMBER, g_strdup_printf(_("缺 %s：上一期是 %s，本期是 %s"), range, before, own));
}

static void check_order(GPtrArray *findings, const SequenceIssue *issue, const SequenceIssue *behind)
{
    g_autofree char *own = sequence_dated(issue), *later = sequence_dated(behind);
    add(findings, SEQUENCE_OUT_OF_ORDER, g_strdup_printf(_("期号倒了：%s 在 %s 之后才交来"), own, later));
}

static void check_dates(GPtrArray *findings, const SequenceIssue *issue, const SequenceNear *near)
{
    const SequenceIssue *before = near->before != NULL ? near->before : near->last_year, *after = near->after;
    g_autofree char *own = sequence_dated(issue);
    if (before != NULL && g_strcmp0(issue->date, before->date) < 0 && issue->date != NULL) {
        g_autofree char *other = sequence_dated(before);
        add(findings, SEQUENCE_DATE_ORDER, g_strdup_printf(_("日期倒了：%s 早于前一期 %s"), own, other));
    } else if (after != NULL && after->date != NULL && g_strcmp0(issue->date, after->date) > 0) {
        g_autofree char *other = sequence_dated(after);
        add(findings, SEQUENCE_DATE_ORDER, g_strdup_printf(_("日期倒了：%s 晚于后一期 %s"), own, other));
    }
}

/* Supplements may be counted in the total or not: between the two steps there is room for them. */
static void check_total(GPtrArray *findings, const SequenceIssue *issue, const SequenceNear *near)
{
    const SequenceIssue *before = near->before != NULL ? near->before : near->last_year;
    if (sequence_counter(issue) != SEQUENCE_BY_NUMBER || issue->total == 0 || before == NULL || before->total == 0)
        return;
    gboolean goes_on = near->before != NULL || issue->number == before->number + 1;
    int step = issue->number - (goes_on ? before->number : 0), got = issue->total - before->total;
    if (got >= step && got <= step + near->supplements)
        return;
    g_autofree char *own = sequence_words(issue), *other = sequence_words(before);
    add(findings, SEQUENCE_TOTAL_MISMATCH,
        g_strdup_printf(_("总期号对不上：%s 是总第 %d 期，%s 却是总第 %d 期，应为总第 %d 期"), other, before->total, own, issue->total,
                        before->total + step));
}

static gboolean read_day(const char *text, GDate *day)
{
    guint year, month, number;
    g_date_clear(day, 1);
    if (text == NULL || sscanf(text, "%4u-%2u-%2u", &year, &month, &number) != 3 ||
        !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_date_set_dmy(day, (GDateDay)number, (GDateMonth)month, (GDateYear)year);
    return TRUE;
}

static void check_future(GPtrArray *findings, const SequenceIssue *issue, const char *today, int days)
{
    GDate own, now;
    if (!read_day(issue->date, &own) || !read_day(today, &now))
        return;
    int ahead = g_date_days_between(&now, &own);
    if (ahead > days)
        add(findings, SEQUENCE_FUTURE_DATE,
            g_strdup_printf(_("日期 %s 在 %d 天以后（今天 %s），请核对日期"), issue->date, ahead, today));
}

GPtrArray *sequence_check(const SequenceIssue *issue, const SequenceNear *near, const char *today, int days)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(finding_free);
    check_future(findings, issue, today, days);
    if (near->is_first) {
        add(findings, SEQUENCE_NEW_SERIES, g_strdup(_("本刊在登记里还没有过一期，这是第一次")));
        return findings;
    }
    const SequenceIssue *behind = near->after != NULL ? near->after : near->later;
    if (behind != NULL)
        check_order(findings, issue, behind);
    else
        check_missing(findings, issue, near);
    check_dates(findings, issue, near);
    check_total(findings, issue, near);
    return findings;
}

/* ---- gaps ---- */

static int year_of(const SequenceIssue *issue)
{
    return sequence_counter(issue) == SEQUENCE_BY_TOTAL ? 0 : issue->year;
}

static gint by_number(gconstpointer a, gconstpointer b, gpointer data)
{
    const SequenceIssue *issues = data, *one = &issues[*(const gsize *)a], *two = &issues[*(const gsize *)b];
    const int keys[][2] = {{(int)sequence_counter(one), (int)sequence_counter(two)},
                           {year_of(one), year_of(two)}, {value_of(one), value_of(two)}};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

/* What stands in order before place: in the same year, or (as the last) in the year before. */
static gboolean stands_before(const SequenceIssue *issue, const SequenceIssue *other, int years)
{
    return other != NULL && sequence_counter(issue) == sequence_counter(other) && year_of(issue) - year_of(other) == years;
}

static void add_gap(GPtrArray *gaps, const SequenceIssue *issues, gsize before, gsize after)
{
    const SequenceIssue *issue = &issues[after], *other = before != G_MAXSIZE ? &issues[before] : NULL;
    gboolean same = stands_before(issue, other, 0), next = stands_before(issue, other, 1);
    int first = missing_from(issue, same ? other : NULL, next ? other : NULL);
    if (first == 0)
        return;
    SequenceGap *gap = g_new0(SequenceGap, 1);
    *gap = (SequenceGap){sequence_counter(issue), year_of(issue), first, value_of(issue) - 1, same ? before : G_MAXSIZE, after};
    g_ptr_array_add(gaps, gap);
}

GPtrArray *sequence_gaps(const SequenceIssue *issues, gsize n)
{
    GPtrArray *gaps = g_ptr_array_new_with_free_func(g_free);
    g_autofree gsize *order = g_new(gsize, n + 1);
    for (gsize i = 0; i < n; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)n, sizeof *order, by_number, (gpointer)issues);
    for (gsize i = 0; i < n; i++)
        if (value_of(&issues[order[i]]) > 0)
            add_gap(gaps, issues, i > 0 ? order[i - 1] : G_MAXSIZE, order[i]);
    return gaps;
}
