/* SPDX-License-Identifier: GPL-3.0-or-later
 * What clerks stop, row by row; holds and deadlines; failures told once. */
#include "daemon/store/stops.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/failures.h"
#include "tests/unit/store-fixture.h"

static const StoreStop stop = {.who = "王", .reason = "地址有误", .now = NOON + 10};

typedef struct {
    gint64 issue, mail;
} Sent;

static Sent released(Store *store, const char *identity)
{
    Sent sent = {.issue = store_fixture_issue(store, identity, "released")};
    sent.mail = store_fixture_mail(store, sent.issue, "issue", 3);
    return sent;
}

static void force(Store *store, const char *name, const char *values)
{
    g_autofree char *sql = g_strdup_printf("UPDATE delivery SET %s WHERE name = '%s'", values, name);
    store_fixture_sql(store, sql);
}

static void assert_state(Store *store, const char *name, const char *want)
{
    g_autoptr(StoreDelivery) row = store_fixture_find(store, name);
    g_test_message("%s", name);
    g_assert_cmpstr(delivery_state_name(row->state), ==, want);
}

/* How rows of each state follow a word about their recipient, and what they become when it is taken
 * back, or when they come back from the sender. */
static const struct {
    const char *name, *values, *paused, *resumed, *cancelled;
} rows[] = {
    {"planned", "state = 'planned'", "planned", "queued", "cancelled"},
    {"queued", "state = 'queued', first_queued = 1, next_attempt = 1", "planned", "queued", "cancelled"},
    {"deferred", "state = 'deferred', first_queued = 1, next_attempt = 9, attempts = 1, last_attempt = 5", "planned", "queued",
     "cancelled"},
    {"sending", "state = 'sending', attempts = 1", "sending", "sending", "sending"},
    {"accepted", "state = 'accepted', attempts = 1", "accepted", "accepted", "accepted"},
    {"unknown", "state = 'unknown', attempts = 1, doubt = 'clerk'", "unknown", "unknown", "unknown"},
};

static void make_rows(Store *store, Sent sent)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        store_fixture_delivery(store, sent.issue, sent.mail, rows[i].name, DELIVERY_PLANNED);
        force(store, rows[i].name, rows[i].values);
    }
}

static void test_recipient(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    int n;
    (void)data;
    make_rows(store, released(store, "a/2020/1"));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *id = store_stop_recipient(store, 0, rows[i].name, &error);
        g_assert_no_error(error);
        g_assert_true(store_stop_pause_recipient(store, 0, id, &stop, &n, &error));
        assert_state(store, rows[i].name, rows[i].paused);
        g_assert_true(store_stop_resume_recipient(store, 0, id, &stop, &n, &error));
        assert_state(store, rows[i].name, rows[i].resumed);
        g_assert_true(store_stop_cancel_recipient(store, 0, id, &stop, &n, &error));
        assert_state(store, rows[i].name, rows[i].cancelled);
    }
}

/* A row that is on its way follows when it comes back without an end of its own. */
static void test_on_the_way(StoreFixture *fixture, gconstpointer data)
{
    static const struct {
        const char *name;
        gboolean cancel;
        DeliveryState outcome;
        const char *want;
    } ways[] = {
        {"p-untried", FALSE, DELIVERY_QUEUED, "planned"},   {"p-later", FALSE, DELIVERY_DEFERRED, "planned"},
        {"p-taken", FALSE, DELIVERY_ACCEPTED, "accepted"},  {"p-refused", FALSE, DELIVERY_REFUSED, "refused"},
        {"c-untried", TRUE, DELIVERY_QUEUED, "cancelled"},  {"c-later", TRUE, DELIVERY_DEFERRED, "cancelled"},
        {"c-taken", TRUE, DELIVERY_ACCEPTED, "accepted"},   {"c-doubt", TRUE, DELIVERY_UNKNOWN, "unknown"},
    };
    Store *store = fixture->store;
    Sent sent = released(store, "a/2020/1");
    int n;
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GError) error = NULL;
        store_fixture_delivery(store, sent.issue, sent.mail, ways[i].name, DELIVERY_QUEUED);
        g_autoptr(GPtrArray) claimed = store_delivery_claim(store, 1, 1, NOON * 2, &error);
        g_assert_cmpuint(claimed->len, ==, 1);
        const StoreDelivery *row = claimed->pdata[0];
        g_assert_true((ways[i].cancel ? store_stop_cancel_recipient : store_stop_pause_recipient)(
            store, sent.issue, row->recipient, &stop, &n, &error));
        DeliveryOutcome outcome = {.delivery_id = row->id, .state = ways[i].outcome, .at = NOON, .next_attempt = NOON + 9};
        g_assert_true(store_delivery_finish(store, &outcome, 1, NULL, &error));
        assert_state(store, ways[i].name, ways[i].want);
    }
}

/* Paused altogether: later issues and sendings again do not reach the recipient either. */
static void test_later_rows(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    int n;
    (void)data;
    Sent first = released(store, "a/2020/1"), second = released(store, "a/2020/2");
    store_fixture_delivery(store, first.issue, first.mail, "one", DELIVERY_QUEUED);
    g_autofree char *id = store_stop_recipient(store, 0, "one", &error);
    g_assert_true(store_stop_pause_recipient(store, 0, id, &stop, &n, &error));
    g_assert_cmpint(n, ==, 1);
    store_fixture_delivery(store, second.issue, second.mail, "one", DELIVERY_PLANNED);
    store_fixture_delivery(store, second.issue, second.mail, "two", DELIVERY_PLANNED);
    g_assert_true(store_delivery_queue_issue(store, second.issue, NOON, &n, &error));
    g_assert_cmpint(n, ==, 1);
    assert_state(store, "two", "queued");
    g_autoptr(GPtrArray) pauses = store_stop_pauses(store, &error);
    g_assert_cmpuint(pauses->len, ==, 1);
    g_assert_cmpstr(((StorePause *)pauses->pdata[0])->key, ==, id);
    g_assert_true(store_stop_resume_recipient(store, 0, id, &stop, &n, &error));
    g_assert_cmpint(n, ==, 2);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM pause"), ==, 0);
}

/* In a held issue a resumed row waits for the issue. */
static void test_held_issue(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    int n;
    (void)data;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "one", DELIVERY_QUEUED);
    g_autofree char *id = store_stop_recipient(store, sent.issue, "one", &error);
    g_assert_true(store_stop_pause_recipient(store, sent.issue, id, &stop, &n, &error));
    store_fixture_sql(store, "UPDATE issue SET state = 'held'");
    g_assert_true(store_delivery_pause_issue(store, sent.issue, NOON, &n, &error));
    g_assert_true(store_stop_resume_recipient(store, sent.issue, id, &stop, &n, &error));
    g_assert_cmpint(n, ==, 0);
    assert_state(store, "one", "planned");
    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON, &n, &error));
    assert_state(store, "one", "queued");
}

/* The time in which nothing may be sent does not count for the deadline. */
static void test_held_for(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    int n;
    (void)data;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "one", DELIVERY_PLANNED);
    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON, &n, &error));
    g_assert_true(store_delivery_pause_issue(store, sent.issue, NOON + 100, &n, &error));
    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON + 1100, &n, &error));
    g_assert_true(store_delivery_pause_issue(store, sent.issue, NOON + 1200, &n, &error));
    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON + 1230, &n, &error));
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "one");
    g_assert_cmpint(row->first_queued, ==, NOON);
    g_assert_cmpint(row->held_for, ==, 1030);
}

static void test_relay_and_issue(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL, again = NULL, never = NULL;
    int n;
    (void)data;
    gint64 before = store_stop_number(store, &error);
    g_assert_true(store_stop_pause_relay(store, "qq", &stop, &error));
    g_assert_false(store_stop_pause_relay(store, "qq", &stop, &again));
    g_assert_error(again, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_assert_false(store_stop_resume_relay(store, "163", &stop, &never));
    g_assert_error(never, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_assert_true(store_stop_resume_relay(store, "qq", &stop, &error));
    g_assert_cmpint(store_stop_number(store, &error), ==, before + 2);

    Sent sent = released(store, "a/2020/1");
    make_rows(store, sent);
    force(store, "deferred", "relay = 'qq'");
    g_assert_true(store_stop_cancel_relay(store, "qq", &stop, &n, &error));
    g_assert_cmpint(n, ==, 1);
    assert_state(store, "deferred", "cancelled");
    g_assert_true(store_stop_cancel_issue(store, sent.issue, &stop, &n, &error));
    g_assert_cmpint(n, ==, 2);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM audit WHERE who = '王' AND after LIKE '%地址有误%'"), ==, 4);
}

static void test_who_is_meant(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) none = NULL, many = NULL;
    (void)data;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "one", DELIVERY_PLANNED);
    store_fixture_delivery(store, sent.issue, sent.mail, "two", DELIVERY_PLANNED);
    force(store, "two", "name = 'one'");
    g_assert_null(store_stop_recipient(store, 0, "three", &none));
    g_assert_error(none, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
    g_assert_null(store_stop_recipient(store, 0, "one", &many));
    g_assert_error(many, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

/* ---- the clock ---- */

static void test_set_back(StoreFixture *fixture, gconstpointer data)
{
    enum { BACK = 1000, LONGEST = 50, NOW = 5000 };
    static const struct { const char *name, *values; gint64 next, held_for; } clocks[] = {
        {"waits", "state = 'deferred', first_queued = 5900, next_attempt = 6010", 5010, -900},
        {"waits too long", "state = 'deferred', first_queued = 4000, next_attempt = 7000", NOW + LONGEST, 0},
        {"put off", "state = 'queued', first_queued = 5900, next_attempt = 8000", 7000, -900},
        {"in doubt", "state = 'unknown', doubt = 'wait', first_queued = 5900, next_attempt = 6600", 5600, 0},
        {"sending", "state = 'sending', first_queued = 5900, held_for = 100", 0, -900},
        {"over", "state = 'accepted', first_queued = 5900, next_attempt = NULL", 0, 0},
    };
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    Sent sent = released(store, "a/2020/1");
    for (gsize i = 0; i < G_N_ELEMENTS(clocks); i++) {
        store_fixture_delivery(store, sent.issue, sent.mail, clocks[i].name, DELIVERY_PLANNED);
        force(store, clocks[i].name, clocks[i].values);
    }
    for (int again = 0; again < 2; again++) { /* a look that finds nothing changes nothing */
        g_assert_true(store_delivery_set_back(store, again == 0 ? BACK : 0, LONGEST, NOW, &error));
        for (gsize i = 0; i < G_N_ELEMENTS(clocks); i++) {
            g_autoptr(StoreDelivery) row = store_fixture_find(store, clocks[i].name);
            g_test_message("%s", clocks[i].name);
            g_assert_cmpint(row->next_attempt, ==, clocks[i].next);
            g_assert_cmpint(row->held_for, ==, clocks[i].held_for);
        }
    }
}

/* ---- failures ---- */

/* How many rows are not told, and whether others are under way or tried again until NOON. */
static void assert_untold(Store *store, gint64 issue, guint wanted, gboolean under_way, gboolean due_soon)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) issues = store_failure_issues(store, NOON, &error);
    g_autoptr(GPtrArray) list = store_failure_list(store, issue, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(list->len, ==, wanted);
    g_assert_cmpuint(issues->len, ==, wanted > 0 ? 1 : 0);
    if (wanted == 0)
        return;
    const StoreFailures *failures = issues->pdata[0];
    g_assert_cmpint(failures->issue_id, ==, issue);
    g_assert_cmpint(failures->n, ==, wanted);
    g_assert_cmpint(failures->under_way, ==, under_way);
    g_assert_cmpint(failures->due_soon, ==, due_soon);
}

static void test_failures(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    Sent sent = released(store, "a/2020/1");
    gint64 notice = store_fixture_mail(store, sent.issue, "notice", 3);
    make_rows(store, sent);
    store_fixture_delivery(store, sent.issue, notice, "clerk", DELIVERY_QUEUED);
    force(store, "clerk", "state = 'refused'");
    assert_untold(store, sent.issue, 1, TRUE, TRUE);
    force(store, "queued", "state = 'refused'");
    assert_untold(store, sent.issue, 2, TRUE, TRUE);
    force(store, "sending", "state = 'bounced'");
    assert_untold(store, sent.issue, 3, FALSE, TRUE);
    g_autofree char *late = g_strdup_printf("next_attempt = %" G_GINT64_FORMAT, NOON + 1);
    force(store, "deferred", late);
    assert_untold(store, sent.issue, 3, FALSE, FALSE);
    g_assert_true(store_failure_set_told(store, sent.issue, &error));
    assert_untold(store, sent.issue, 0, FALSE, FALSE);
    force(store, "deferred", "state = 'refused'"); /* expired later: told by itself */
    assert_untold(store, sent.issue, 1, FALSE, FALSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/stops/recipient", test_recipient);
    STORE_TEST("/stops/on-the-way", test_on_the_way);
    STORE_TEST("/stops/later-rows", test_later_rows);
    STORE_TEST("/stops/held-issue", test_held_issue);
    STORE_TEST("/stops/held-for", test_held_for);
    STORE_TEST("/stops/relay-and-issue", test_relay_and_issue);
    STORE_TEST("/stops/who-is-meant", test_who_is_meant);
    STORE_TEST("/stops/set-back", test_set_back);
    STORE_TEST("/stops/failures", test_failures);
    return g_test_run();
}
