/* SPDX-License-Identifier: GPL-3.0-or-later
 * Versions made void, their papers, and numbers next to each other. */
#include "daemon/store/corrections.h"

#include "daemon/base/error.h"
#include "daemon/store/doubt.h"
#include "daemon/store/numbers.h"
#include "tests/unit/store-fixture.h"

#define OLD_STATE(name) "SELECT count(*) FROM delivery WHERE name = '" name "' AND issue_id = 1 AND state = "

/* The first version with a row in each state, and its correction with the same recipients, planned. */
static void two_versions(Store *store)
{
    static const struct { const char *name; DeliveryState state; } rows[] = {
        {"planned", DELIVERY_PLANNED}, {"queued", DELIVERY_QUEUED}, {"paused", DELIVERY_PLANNED}, {"sending", DELIVERY_PLANNED},
        {"unknown", DELIVERY_PLANNED}, {"accepted", DELIVERY_PLANNED},
    };
    gint64 old = store_fixture_issue(store, "a/2020/1", "released");
    gint64 mail = store_fixture_mail(store, old, "issue", 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        store_fixture_delivery(store, old, mail, rows[i].name, rows[i].state);
    store_fixture_delivery(store, old, 0, "paper", DELIVERY_PLANNED);
    store_fixture_sql(store, "UPDATE delivery SET state = name WHERE name IN ('sending', 'accepted')");
    store_fixture_sql(store, "UPDATE delivery SET state = 'unknown', doubt = 'wait', next_attempt = 1, last_attempt = 1 WHERE name = 'unknown'");
    store_fixture_sql(store, "UPDATE delivery SET stopped = 'paused' WHERE name = 'paused'");
    store_fixture_sql(store, "UPDATE issue SET state = 'held', reasons = '[1]', released_at = 1 WHERE id = 1");
    gint64 new = store_fixture_issue(store, "b/2020/1", "planned");
    store_fixture_sql(store, "UPDATE issue SET identity = 'a/2020/1', revision = 2, corrects = 1 WHERE id = 2");
    gint64 new_mail = store_fixture_mail(store, new, "issue", 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        store_fixture_delivery(store, new, new_mail, rows[i].name, DELIVERY_PLANNED);
}

static int make_void(Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreIssue) correction = store_issue_by_id(store, 2, &error);
    int n = -1;
    g_assert_no_error(error);
    g_assert_cmpint(correction->corrects, ==, 1);
    g_assert_true(store_correction_void(store, correction, "王某", NOON, &n, &error));
    g_assert_no_error(error);
    return n;
}

static void test_void(StoreFixture *fixture, gconstpointer data)
{
    static const struct { const char *name, *sql; gint64 want; } rows[] = {
        {"waiting mails are cancelled", "SELECT count(*) FROM delivery WHERE issue_id = 1 AND state = 'cancelled'", 3},
        {"what is on the wire is, when it comes back", OLD_STATE("sending") "'sending' AND stopped = 'cancelled'", 1},
        {"what is in doubt is left to nobody's policy", OLD_STATE("unknown") "'unknown' AND doubt = 'clerk' AND told = 1"
         " AND next_attempt IS NULL", 1},
        {"what was taken stays", OLD_STATE("accepted") "'accepted'", 1},
        {"paper stays, to be collected", OLD_STATE("paper") "'planned'", 1},
        {"the stop is over, and the two know each other", "SELECT count(*) FROM issue WHERE id = 1 AND state = 'released'"
         " AND reasons = '[]' AND superseded_by = 2", 1},
        {"a pause goes on", "SELECT count(*) FROM delivery WHERE issue_id = 2 AND stopped = 'paused'", 1},
        {"of that recipient", "SELECT count(*) FROM delivery WHERE issue_id = 2 AND stopped = 'paused' AND name = 'paused'", 1},
        {"the engine hears of it", "SELECT n FROM stop_count", 1},
        {"it is on record, once", "SELECT count(*) FROM audit WHERE action = 'issue.supersede' AND subject = 'issue:1'", 1},
    };
    (void)data;
    two_versions(fixture->store);
    g_assert_cmpint(make_void(fixture->store), ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(store_fixture_number(fixture->store, rows[i].sql), ==, rows[i].want);
    }
    g_autoptr(StoreIssue) old = store_issue_by_id(fixture->store, 1, NULL);
    store_fixture_sql(fixture->store, "UPDATE delivery SET state = 'accepted' WHERE state = 'sending'");
    g_autoptr(StoreIssue) at_rest = store_issue_by_id(fixture->store, 1, NULL);
    g_assert_cmpint(old->superseded_by, ==, 2);
    g_assert_cmpstr(old->shown_state, ==, "sending");
    g_assert_cmpstr(at_rest->shown_state, ==, "done"); /* nobody has to act on what is in doubt */
}

static void test_sent_again(StoreFixture *fixture, gconstpointer data)
{
    static const char *const who[] = {"accepted", NULL};
    StoreResend resend = {.recipients = who, .reason = "漏看", .now = NOON};
    g_autoptr(GError) error = NULL;
    int n;
    (void)data;
    two_versions(fixture->store);
    make_void(fixture->store);
    g_assert_false(store_delivery_resend(fixture->store, 1, &resend, &n, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_assert_nonnull(g_strstr_len(error->message, -1, "resend --reason 原因 2"));
    store_fixture_sql(fixture->store, "UPDATE delivery SET doubt = 'wait', next_attempt = 1 WHERE name = 'unknown' AND issue_id = 1");
    g_assert_cmpint(store_doubt_next(fixture->store, NULL), ==, -1); /* not even when a policy asks for it */
}

static void test_papers(StoreFixture *fixture, gconstpointer data)
{
    static const struct { gint64 issue; guint want; } rows[] = {{0, 1}, {1, 1}, {2, 1}, {3, 0}};
    (void)data;
    two_versions(fixture->store);
    store_fixture_issue(fixture->store, "c/2020/1", "released");
    g_autoptr(GPtrArray) before = store_correction_papers(fixture->store, 0, NULL);
    g_assert_cmpuint(before->len, ==, 0);
    make_void(fixture->store);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) papers = store_correction_papers(fixture->store, rows[i].issue, NULL);
        g_assert_cmpuint(papers->len, ==, rows[i].want);
    }
}

static void number(Store *store, const char *identity, int year, int n, int total, int supplement, const char *date)
{
    gint64 id = store_fixture_issue(store, identity, "released");
    g_autofree char *sql = g_strdup_printf("UPDATE issue SET series = 'a', year = %d, number = %d, total_number = %d, supplement = %d,"
                                           " date = '%s' WHERE id = %" G_GINT64_FORMAT, year, n, total, supplement, date, id);
    store_fixture_sql(store, sql);
}

static const char *identity_of(const StoreNumber *number)
{
    return number != NULL ? number->identity : "";
}

static void test_near(StoreFixture *fixture, gconstpointer data)
{
    static const struct { const char *name; StoreIssue issue; const char *want; int supplements; gboolean first; } rows[] = {
        {"between two", {.series = "a", .identity = "x", .year = 2020, .number = 3, .date = "2020-03-09"}, "a/2020/2 a/2020/5 a/2019/9 a/2021/1",
         1, FALSE},
        {"the first of a year", {.series = "a", .identity = "x", .year = 2021, .number = 2, .date = "2021-01-09"}, "a/2021/1  a/2020/5 ", 0, FALSE},
        {"itself does not count", {.series = "a", .identity = "a/2020/5", .year = 2020, .number = 5, .date = "2020-03-10"},
         "a/2020/2  a/2019/9 a/2021/1", 1, FALSE},
        {"supplements among themselves", {.series = "a", .identity = "x", .year = 2020, .supplement = 3, .date = "2020-03-10"},
         "a/2020/s1   ", 1, FALSE},
        {"totals over the years", {.series = "a", .identity = "x", .year = 2030, .total_number = 50, .date = "2030-03-10"}, "a/t40 a/t60  ", 1, FALSE},
        {"a series nobody has seen", {.series = "b", .identity = "x", .year = 2020, .number = 3, .date = "2020-03-10"}, "   ", 0, TRUE},
        {"a counter nobody has seen is no new series", {.series = "a", .identity = "x", .year = 2040, .supplement = 1, .date = "2040-03-10"},
         "   ", 0, FALSE},
    };
    (void)data;
    number(fixture->store, "a/2019/9", 2019, 9, 0, 0, "2019-12-01");
    number(fixture->store, "a/2020/2", 2020, 2, 0, 0, "2020-03-01");
    number(fixture->store, "a/2020/5", 2020, 5, 0, 0, "2020-03-20");
    number(fixture->store, "a/2021/1", 2021, 1, 0, 0, "2021-01-01");
    number(fixture->store, "a/2020/s1", 2020, 0, 0, 1, "2020-03-05");
    number(fixture->store, "a/t40", 2020, 0, 40, 0, "2020-03-05");
    number(fixture->store, "a/t60", 2030, 0, 60, 0, "2030-05-05");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(StoreNumbersNear) near = {0};
        g_assert_true(store_numbers_near(fixture->store, &rows[i].issue, &near, &error));
        g_autofree char *got = g_strjoin(" ", identity_of(near.before), identity_of(near.after), identity_of(near.last_year),
                                         identity_of(near.later), NULL);
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(got, ==, rows[i].want);
        g_assert_cmpint(near.supplements, ==, rows[i].supplements);
        g_assert_cmpint(near.is_first, ==, rows[i].first);
    }
    g_autoptr(GPtrArray) all = store_numbers_list(fixture->store, "a", 2020, NULL);
    g_assert_cmpuint(all->len, ==, 6);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/corrections/void", test_void);
    STORE_TEST("/store/corrections/sent-again", test_sent_again);
    STORE_TEST("/store/corrections/papers", test_papers);
    STORE_TEST("/store/corrections/near", test_near);
    return g_test_run();
}
