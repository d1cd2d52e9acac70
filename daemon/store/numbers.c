/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers asked for by their neighbours: an index each, so that a series of many years costs no more. */
#include "daemon/store/numbers.h"

#include "daemon/store/store-private.h"

/* As in issues.c: planned, released, and what was stopped after its release. */
#define HOLDS_NUMBER "(state IN ('planned', 'released') OR released_at IS NOT NULL)"
#define SELECT_NUMBER "SELECT id, series, identity, date, year, number, total_number, supplement FROM issue WHERE series = $1"

void store_number_free(StoreNumber *number)
{
    if (number == NULL)
        return;
    g_free(number->series);
    g_free(number->identity);
    g_free(number->date);
    g_free(number);
}

static void free_number(gpointer data)
{
    store_number_free(data);
}

static gpointer read_number(const DbRows *row)
{
    StoreNumber *number = g_new0(StoreNumber, 1);
    int *numbers[] = {&number->year, &number->number, &number->total_number, &number->supplement};
    number->issue_id = db_column_int(row, 0);
    number->series = db_column_dup(row, 1);
    number->identity = db_column_dup(row, 2);
    number->date = db_column_dup(row, 3);
    for (int i = 0; i < (int)G_N_ELEMENTS(numbers); i++)
        *numbers[i] = (int)db_column_int(row, i + 4);
    return number;
}

void store_numbers_clear(StoreNumbersNear *near)
{
    StoreNumber **numbers[] = {&near->before, &near->after, &near->last_year, &near->later};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        g_clear_pointer(numbers[i], store_number_free);
}

/* How issues like this one are counted. */
typedef struct {
    const char *column;
    const char *same; /* of the same counter */
    int value;
    gboolean by_year;
} Counter;

static Counter counter_of(const StoreIssue *issue)
{
    if (issue->supplement > 0)
        return (Counter){"supplement", " AND supplement > 0", issue->supplement, TRUE};
    if (issue->number > 0)
        return (Counter){"number", " AND supplement = 0 AND number > 0", issue->number, TRUE};
    return (Counter){"total_number", " AND supplement = 0 AND number = 0 AND total_number > 0", issue->total_number, FALSE};
}

/* The first of those counted alike, as the rest of the statement says ($3 = year, $4 = value); FALSE on error. */
static gboolean find(Store *store, const StoreIssue *issue, const Counter *counter, const char *rest, StoreNumber **found,
                     GError **error)
{
    GError *failed = NULL;
    g_autoptr(GString) sql = g_string_new(SELECT_NUMBER);
    g_string_append_printf(sql, "%s AND identity <> $2 AND " HOLDS_NUMBER " %s, revision DESC LIMIT 1", counter->same, rest);
    g_string_replace(sql, "COUNTER", counter->column, 0);
    *found = db_one(store->db, sql->str,
                    DB_PARAMS(db_string(issue->series), db_string(issue->identity), db_int(issue->year), db_int(counter->value)),
                    read_number, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

static gboolean find_near(Store *store, const StoreIssue *issue, StoreNumbersNear *near, GError **error)
{
    Counter counter = counter_of(issue);
    if (!counter.by_year)
        return find(store, issue, &counter, "AND COUNTER < $4 ORDER BY COUNTER DESC", &near->before, error) &&
               find(store, issue, &counter, "AND COUNTER > $4 ORDER BY COUNTER", &near->after, error);
    return find(store, issue, &counter, "AND year = $3 AND COUNTER < $4 ORDER BY COUNTER DESC", &near->before, error) &&
           find(store, issue, &counter, "AND year = $3 AND COUNTER > $4 ORDER BY COUNTER", &near->after, error) &&
           find(store, issue, &counter, "AND year = $3 - 1 ORDER BY COUNTER DESC", &near->last_year, error) &&
           find(store, issue, &counter, "AND year > $3 ORDER BY year, COUNTER", &near->later, error);
}

static gboolean count_supplements(Store *store, const StoreIssue *issue, StoreNumbersNear *near, GError **error)
{
    const StoreNumber *before = near->before != NULL ? near->before : near->last_year;
    gint64 n = 0;
    if (before == NULL || before->date == NULL || issue->date == NULL)
        return TRUE;
    if (!db_number(store->db,
                   "SELECT count(DISTINCT identity) FROM issue WHERE series = $1 AND supplement > 0 AND date BETWEEN $2 AND $3"
                   " AND " HOLDS_NUMBER,
                   DB_PARAMS(db_string(issue->series), db_text(before->date), db_text(issue->date)), &n, error))
        return FALSE;
    near->supplements = (int)n;
    return TRUE;
}

static gboolean ask_first(Store *store, const StoreIssue *issue, StoreNumbersNear *near, GError **error)
{
    gint64 others = 0;
    if (near->before != NULL || near->after != NULL || near->last_year != NULL || near->later != NULL)
        return TRUE;
    if (!db_number(store->db,
                   "SELECT count(*) FROM (SELECT 1 FROM issue WHERE series = $1 AND identity <> $2 AND " HOLDS_NUMBER " LIMIT 1) o",
                   DB_PARAMS(db_string(issue->series), db_string(issue->identity)), &others, error))
        return FALSE;
    near->is_first = others == 0;
    return TRUE;
}

gboolean store_numbers_near(Store *store, const StoreIssue *issue, StoreNumbersNear *near, GError **error)
{
    *near = (StoreNumbersNear){0};
    return find_near(store, issue, near, error) && count_supplements(store, issue, near, error) &&
           ask_first(store, issue, near, error);
}

static GPtrArray *list(Store *store, const char *where, const char *series, int since, GError **error)
{
    g_autofree char *sql = g_strconcat(SELECT_NUMBER " AND (year >= $2 OR year = 0) AND ", where,
                                       " ORDER BY year, supplement, number, total_number, revision", NULL);
    return db_all(store->db, sql, DB_PARAMS(db_string(series), db_int(since)), read_number, free_number, error);
}

GPtrArray *store_numbers_list(Store *store, const char *series, int since, GError **error)
{
    return list(store, HOLDS_NUMBER " AND NOT EXISTS (SELECT 1 FROM issue newer WHERE newer.identity = issue.identity"
                " AND newer.revision > issue.revision AND newer.state IN ('planned', 'released'))", series, since, error);
}

GPtrArray *store_numbers_held(Store *store, const char *series, int since, GError **error)
{
    return list(store, "state = 'held' AND released_at IS NULL", series, since, error);
}
