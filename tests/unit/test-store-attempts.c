/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows by the thousand: taken in runs, settled in groups; the last attempt in the row, those before it in
 * the log; and how a store of the older form is brought over. */
#include "daemon/store/reports.h"
#include "tests/unit/store-fixture.h"

enum { OLD_FORM = 5 };

static gint64 released_mail(Store *store, gint64 *issue)
{
    *issue = store_fixture_issue(store, "a/2020/1", "released");
    return store_fixture_mail(store, *issue, "issue", 3);
}

static void add_rows(Store *store, int n)
{
    gint64 issue, mail = released_mail(store, &issue);
    for (int i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("r%03d", i);
        store_fixture_delivery(store, issue, mail, name, DELIVERY_QUEUED);
    }
}

static DeliveryOutcome outcome(const StoreDelivery *row, DeliveryState state)
{
    return (DeliveryOutcome){.delivery_id = row->id, .state = state, .at = NOON + row->id, .next_attempt = NOON + 60,
                             .reply_code = 250, .enhanced_code = "2.0.0", .reply_text = row->recipient, .relay = "one"};
}

static void claim_and_finish(Store *store, DeliveryState state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_delivery_claim(store, 1000, 1000, NOON + 1000, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(rows->len, >, 0);
    for (guint i = 0; i < rows->len; i++) {
        const DeliveryOutcome one = outcome(g_ptr_array_index(rows, i), state);
        g_assert_true(store_delivery_finish(store, &one, 1, NULL, &error));
    }
}

/* Each of many outcomes reaches its own row, whatever stands beside it; one given twice counts once. */
static void test_many(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const DeliveryState states[] = {DELIVERY_ACCEPTED, DELIVERY_DEFERRED, DELIVERY_ACCEPTED,
                                           DELIVERY_REFUSED, DELIVERY_UNKNOWN};
    enum { ROWS = 100, PUT_BACK = 50 };
    g_autoptr(GError) error = NULL;
    add_rows(fixture->store, ROWS);
    store_fixture_sql(fixture->store, "UPDATE delivery SET state = 'cancelled' WHERE id % 7 = 0"); /* gaps */
    g_autoptr(GPtrArray) rows = store_delivery_claim(fixture->store, ROWS, ROWS, NOON, &error);
    g_assert_cmpuint(rows->len, ==, ROWS - ROWS / 7);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE state = 'sending'"),
                    ==, rows->len);
    DeliveryOutcome outcomes[ROWS + 1];
    for (guint i = 0; i < rows->len; i++)
        outcomes[i] = outcome(g_ptr_array_index(rows, i), i == PUT_BACK ? DELIVERY_QUEUED : states[i % G_N_ELEMENTS(states)]);
    outcomes[rows->len] = outcomes[0];
    int changed = 0;
    g_assert_true(store_delivery_finish(fixture->store, outcomes, rows->len + 1, &changed, &error));
    g_assert_no_error(error);
    g_assert_cmpint(changed, ==, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const StoreDelivery *taken = g_ptr_array_index(rows, i);
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, taken->name);
        g_assert_cmpint(row->state, ==, outcomes[i].state);
        g_assert_cmpint(row->last_attempt, ==, i == PUT_BACK ? 0 : outcomes[i].at);
        g_assert_cmpstr(row->reply_text, ==, i == PUT_BACK ? NULL : taken->recipient);
        g_assert_cmpint(row->attempts, ==, i == PUT_BACK ? 0 : 1);
    }
}

/* The rows of one transaction, with a gap and a different reply amid them. */
static void test_alike(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    enum { ROWS = 60, GONE = 20, OTHER = 40 };
    g_autoptr(GError) error = NULL;
    add_rows(fixture->store, ROWS);
    g_autofree char *gap = g_strdup_printf("UPDATE delivery SET state = 'cancelled' WHERE id = %d", GONE);
    store_fixture_sql(fixture->store, gap);
    g_autoptr(GPtrArray) rows = store_delivery_claim(fixture->store, ROWS, ROWS, NOON, &error);
    g_assert_cmpuint(rows->len, ==, ROWS - 1);
    DeliveryOutcome outcomes[ROWS];
    for (guint i = 0; i < rows->len; i++) {
        outcomes[i] = outcome(g_ptr_array_index(rows, i), DELIVERY_ACCEPTED);
        outcomes[i].at = NOON;
        outcomes[i].reply_text = outcomes[i].delivery_id == OTHER ? "other" : "same";
    }
    int changed = 0;
    g_assert_true(store_delivery_finish(fixture->store, outcomes, rows->len, &changed, &error));
    g_assert_no_error(error);
    g_assert_cmpint(changed, ==, ROWS - 1);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE reply_text = 'same'"), ==, ROWS - 2);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT id FROM delivery WHERE reply_text = 'other'"), ==, OTHER);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT id FROM delivery WHERE state = 'cancelled'"), ==, GONE);
}

/* "number outcome at" of each attempt, in one text. */
static char *attempts_of(Store *store, const char *name)
{
    g_autoptr(StoreDelivery) row = store_fixture_find(store, name);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) attempts = store_attempt_list(store, row->id, &error);
    g_assert_no_error(error);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < attempts->len; i++) {
        const StoreAttempt *attempt = g_ptr_array_index(attempts, i);
        g_string_append_printf(text, "%d %s %d;", attempt->number, delivery_state_name(attempt->outcome), attempt->reply_code);
    }
    return g_string_free(text, FALSE);
}

static void assert_attempts(Store *store, const char *wanted, gint64 in_log)
{
    g_autofree char *got = attempts_of(store, "r000");
    g_assert_cmpstr(got, ==, wanted);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM attempt"), ==, in_log);
}

static void test_last_in_row(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    add_rows(store, 1);
    assert_attempts(store, "", 0);
    claim_and_finish(store, DELIVERY_DEFERRED);
    assert_attempts(store, "1 deferred 250;", 0);
    claim_and_finish(store, DELIVERY_QUEUED);
    assert_attempts(store, "1 deferred 250;", 1);
    claim_and_finish(store, DELIVERY_DEFERRED);
    assert_attempts(store, "1 deferred 250;2 deferred 250;", 1);
    g_autoptr(GPtrArray) taken = store_delivery_claim(store, 1, 1, NOON + 1000, &error);
    assert_attempts(store, "1 deferred 250;2 deferred 250;", 2);
    const DeliveryOutcome last = outcome(g_ptr_array_index(taken, 0), DELIVERY_ACCEPTED);
    g_assert_true(store_delivery_finish(store, &last, 1, NULL, &error));
    assert_attempts(store, "1 deferred 250;2 deferred 250;3 accepted 250;", 2);
}

/* A report writes its own reply into the row; what the relay said is kept. */
static void test_report_keeps(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    add_rows(store, 1);
    claim_and_finish(store, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "r000");
    static const char *const kinds[] = {"delivered", "failed"};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const StoreReportOutcome outcome = {.kind = kinds[i], .reply_code = 550, .enhanced_code = "5.1.1"};
        const StoreReport report = {.mailbox = "m", .uidvalidity = 1, .uid = i + 1, .at = NOON, .token = row->token,
                                    .outcomes = &outcome, .n_outcomes = 1};
        StoreReportTaken taken;
        g_assert_true(store_report_take(store, &report, &taken, &error));
        g_assert_cmpint(taken.result, ==, STORE_REPORT_SETTLED);
        assert_attempts(store, "1 accepted 250;", 1);
    }
    g_autoptr(StoreDelivery) bounced = store_fixture_find(store, "r000");
    g_assert_cmpint(bounced->reply_code, ==, 550);
}

static const char old_rows[] =
    "INSERT INTO issue (id, revision, state, digest, year, number, total_number, supplement, reasons, restricted,"
    " seen_at) VALUES (1, 1, 'released', 'd', 2020, 1, 1, 0, '[]', 0, 1);"
    "INSERT INTO mail (id, issue_id, kind, subject, text, priority, date) VALUES (1, 1, 'issue', 's', 't', 3, 1);"
    "INSERT INTO delivery (id, issue_id, mail_id, notice_id, urgent, recipient, name, channel, address, copies, because,"
    " token, sending_no, state, attempts, next_attempt, last_attempt, reply_code)"
    " VALUES (7, 1, 1, 0, 0, 'r', 'r000', 'email', 'r@example.test', 1, '[]', 't', 0, 'deferred', 1, 5, 4, 451),"
    " (9, 1, 1, 0, 0, 'gone', 'gone', 'email', 'g@example.test', 1, '[]', 'g', 0, 'planned', 0, NULL, NULL, NULL);"
    "DELETE FROM delivery WHERE id = 9;"
    "INSERT INTO attempt (delivery_id, number, at, outcome, reply_code) VALUES (7, 1, 4, 'deferred', 451);";

static void test_old_form(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    store_fixture_old(fixture, OLD_FORM + 1, G_MAXINT, old_rows);
    Store *store = fixture->store;
    assert_attempts(store, "1 deferred 451;", 1);
    g_assert_cmpint(store_fixture_number(store, "PRAGMA foreign_keys"), ==, 1);
    claim_and_finish(store, DELIVERY_ACCEPTED);
    assert_attempts(store, "1 deferred 451;2 accepted 250;", 1);
    store_fixture_delivery(store, 1, 1, "new", DELIVERY_QUEUED);
    g_autoptr(StoreDelivery) new = store_fixture_find(store, "new");
    g_assert_cmpint(new->id, ==, 10); /* 9 was given once and is not given again */
}

/* Counts come from small indexes; accepted is what remains. */
static void test_counts(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    add_rows(fixture->store, 66);
    store_fixture_delivery(fixture->store, 1, 0, "paper", DELIVERY_PLANNED);
    for (DeliveryState state = 0, from = 0; state <= DELIVERY_CANCELLED; state++) {
        g_autofree char *sql = g_strdup_printf("UPDATE delivery SET state = '%s' WHERE id > %d AND id <= %d",
                                               delivery_state_name(state), (int)from, (int)(from + state + 1));
        store_fixture_sql(fixture->store, sql);
        from += state + 1;
    }
    for (gint64 issue = 0; issue <= 1; issue++) {
        gint64 counts[DELIVERY_CANCELLED + 1];
        g_assert_true(store_delivery_counts(fixture->store, issue, counts, &error));
        for (DeliveryState state = 0; state <= DELIVERY_CANCELLED; state++)
            g_assert_cmpint(counts[state], ==, state + (state == DELIVERY_QUEUED ? 12 : 1));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/attempts/many", test_many);
    STORE_TEST("/store/attempts/alike", test_alike);
    STORE_TEST("/store/attempts/last-in-row", test_last_in_row);
    STORE_TEST("/store/attempts/report-keeps", test_report_keeps);
    STORE_TEST("/store/attempts/old-form", test_old_form);
    STORE_TEST("/store/attempts/counts", test_counts);
    return g_test_run();
}
