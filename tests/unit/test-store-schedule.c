/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times of release in the store: kept, ordered, moved with the clock, of no effect once their issue went on. */
#include "daemon/store/schedule.h"

#include <locale.h>

#include "daemon/base/clock.h"
#include "daemon/store/stops.h"
#include "tests/unit/store-fixture.h"

#define MINUTE (60 * CLOCK_SECOND)

static void put(Store *store, gint64 issue, gint64 at, gint64 delay)
{
    const StoreSchedule schedule = {issue, at, delay, (char *)"王值班"};
    GError *error = NULL;
    g_assert_true(store_schedule_put(store, &schedule, &error));
    g_assert_no_error(error);
}

static gint64 at_of(Store *store, gint64 issue)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreSchedule) schedule = store_schedule_get(store, issue, &error);
    g_assert_no_error(error);
    return schedule != NULL ? schedule->at : 0;
}

static void test_keep(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    gint64 a = store_fixture_issue(store, "sjxx/2026/1", "planned"), b = store_fixture_issue(store, "sjxx/2026/2", "planned");
    gint64 held = store_fixture_issue(store, "sjxx/2026/3", "held");
    put(store, a, NOON + 2 * MINUTE, 0);
    put(store, b, NOON + MINUTE, MINUTE);
    put(store, held, NOON, 0);
    g_autoptr(GPtrArray) list = store_schedule_list(store, NULL);
    g_assert_cmpuint(list->len, ==, 2); /* that of a held issue is of no effect */
    const StoreSchedule *first = g_ptr_array_index(list, 0);
    g_assert_cmpint(first->issue_id, ==, b);
    g_assert_cmpint(first->delay, ==, MINUTE);
    g_assert_cmpstr(first->who, ==, "王值班");
    put(store, a, NOON, 0);
    g_assert_cmpint(at_of(store, a), ==, NOON);
    g_assert_true(store_schedule_drop(store, a, NULL));
    g_assert_true(store_schedule_drop(store, a, NULL));
    g_assert_cmpint(at_of(store, a), ==, 0);
    g_assert_cmpint(at_of(store, held), ==, 0);
}

/* A delay is a length of time, 08:30 is a time of the day. */
static void test_clock(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    gint64 delay = store_fixture_issue(store, "sjxx/2026/1", "planned"), clock = store_fixture_issue(store, "sjxx/2026/2", "planned");
    put(store, delay, NOON + 10 * MINUTE, 10 * MINUTE);
    put(store, clock, NOON + 10 * MINUTE, 0);
    /* an hour back, 4 minutes after it was let go */
    g_assert_true(store_delivery_set_back(store, 60 * MINUTE, 0, NOON - 56 * MINUTE, NULL));
    g_assert_cmpint(at_of(store, delay), ==, NOON - 50 * MINUTE);
    g_assert_cmpint(at_of(store, clock), ==, NOON + 10 * MINUTE);
    /* back by nobody knows how much, while no daemon ran: the whole delay again, no more */
    g_assert_true(store_delivery_set_back(store, 0, 0, NOON - 120 * MINUTE, NULL));
    g_assert_cmpint(at_of(store, delay), ==, NOON - 110 * MINUTE);
    g_assert_cmpint(at_of(store, clock), ==, NOON + 10 * MINUTE);
    /* not back: nothing changes */
    g_assert_true(store_delivery_set_back(store, 0, 0, NOON - 115 * MINUTE, NULL));
    g_assert_cmpint(at_of(store, delay), ==, NOON - 110 * MINUTE);
}

static void test_cancel(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    const StoreStop stop = {.who = "王值班", .reason = "不发了", .now = NOON};
    gint64 issue = store_fixture_issue(store, "sjxx/2026/1", "planned");
    gint64 mail = store_fixture_mail(store, issue, "issue", 3);
    int n = 0;
    store_fixture_delivery(store, issue, mail, "qwb", DELIVERY_PLANNED);
    put(store, issue, NOON + MINUTE, 0);
    g_assert_true(store_stop_cancel_issue(store, issue, &stop, &n, NULL));
    g_assert_cmpint(n, ==, 1);
    g_assert_cmpint(at_of(store, issue), ==, 0);
}

static void test_told_once(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct { const char *what; gboolean first; } rows[] = {
        {"calendar:2027", TRUE}, {"calendar:2027", FALSE}, {"calendar:2028", TRUE}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean first = FALSE;
        g_assert_true(store_schedule_tell(fixture->store, rows[i].what, NOON, &first, NULL));
        g_assert_cmpint(first, ==, rows[i].first);
    }
}

/* 加急 and 特急 go in the urgent lane. */
static void test_urgent(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct { const char *name; int priority; gboolean urgent; } rows[] = {
        {"teji", 1, TRUE}, {"jiaji", 2, TRUE}, {"plain", 3, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *identity = g_strdup_printf("sjxx/2026/%d", (int)i + 1);
        gint64 issue = store_fixture_issue(fixture->store, identity, "planned");
        gint64 mail = store_fixture_mail(fixture->store, issue, "issue", rows[i].priority);
        store_fixture_delivery(fixture->store, issue, mail, rows[i].name, DELIVERY_PLANNED);
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, rows[i].name);
        g_assert_cmpint(row->urgent, ==, rows[i].urgent);
    }
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/schedule/keep", test_keep);
    STORE_TEST("/schedule/clock", test_clock);
    STORE_TEST("/schedule/cancel", test_cancel);
    STORE_TEST("/schedule/told-once", test_told_once);
    STORE_TEST("/schedule/urgent", test_urgent);
    return g_test_run();
}
