/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mails whose outcome is unknown: sent again by the policy once, left to clerks, settled by their word. */
#include "daemon/store/doubt.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/failures.h"
#include "daemon/store/identity.h"
#include "daemon/store/reports.h"
#include "tests/unit/store-fixture.h"

enum { LATER = 1000 };

static gint64 issue_with(Store *store, const char *name, const char *values)
{
    static int count = 0;
    g_autofree char *identity = g_strdup_printf("a/2020/%d", ++count);
    gint64 issue = store_fixture_issue(store, identity, "released");
    gint64 mail = store_fixture_mail(store, issue, "issue", 3);
    store_fixture_delivery(store, issue, mail, name, DELIVERY_PLANNED);
    g_autofree char *sql = g_strdup_printf(
        "UPDATE delivery SET state = 'unknown', attempts = 1, last_attempt = %d, reply_text = 'link lost'%s WHERE name = '%s'",
        LATER, values, name);
    store_fixture_sql(store, sql);
    return issue;
}

static guint n_open(Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) open = store_doubt_open(store, &error);
    g_assert_no_error(error);
    return open->len;
}

static guint n_due(Store *store, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) due = store_doubt_due(store, now, &error);
    g_assert_no_error(error);
    return due->len;
}

static gboolean resend(Store *store, gint64 id, gint64 now)
{
    g_autoptr(GError) error = NULL;
    gboolean sent = FALSE;
    g_assert_true(store_doubt_resend(store, id, "满时", now, &sent, &error));
    g_assert_no_error(error);
    return sent;
}

static void decide(Store *store, gint64 id, gint64 at)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(store_doubt_decide(store, id, at, &error));
    g_assert_no_error(error);
}

static gint64 rows_of(Store *store)
{
    return store_fixture_number(store, "SELECT count(*) FROM delivery");
}

static void test_once(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    issue_with(store, "x", "");
    g_autoptr(StoreDelivery) old = store_fixture_find(store, "x");
    g_assert_cmpuint(n_open(store), ==, 1);
    decide(store, old->id, 2 * LATER);
    g_assert_cmpuint(n_open(store), ==, 0);
    g_assert_cmpuint(n_due(store, 2 * LATER - 1), ==, 0);
    g_assert_cmpint(store_doubt_next(store, &error), ==, 2 * LATER);
    g_assert_false(resend(store, old->id, 2 * LATER - 1));
    g_assert_cmpuint(n_due(store, 2 * LATER), ==, 1);
    g_assert_true(resend(store, old->id, 2 * LATER));
    g_assert_false(resend(store, old->id, 2 * LATER)); /* whoever comes again finds it done */
    g_autoptr(StoreDelivery) again = store_fixture_find(store, "x");
    g_assert_cmpint(again->sending_no, ==, 1);
    g_assert_cmpstr(again->message_id, ==, old->message_id);
    g_assert_cmpstr(again->token, !=, old->token);
    g_assert_cmpstr(again->reason, ==, "满时");
    g_assert_cmpint(again->state, ==, DELIVERY_QUEUED);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM audit WHERE action = 'delivery.resend' AND who = 'songfad'"
                                                " AND after LIKE '%\"reason\":\"policy\"%'"), ==, 1);
    store_fixture_sql(store, "UPDATE delivery SET state = 'unknown' WHERE sending_no = 1");
    g_assert_cmpuint(n_open(store), ==, 0); /* a second time only by a clerk */
    g_assert_cmpint(store_doubt_next(store, &error), ==, -1);
    g_assert_cmpint(rows_of(store), ==, 2);
}

static gboolean is_cancelled(Store *store, const char *name)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT state = 'cancelled' FROM delivery WHERE sending_no = 1 AND name = '%s'", name);
    return store_fixture_number(store, sql) != 0;
}

static void set_second(Store *store, const char *name, const char *values)
{
    g_autofree char *sql = g_strdup_printf("UPDATE delivery SET %s WHERE sending_no = 1 AND name = '%s'", values, name);
    store_fixture_sql(store, sql);
}

/* A report that comes late calls back what the policy queued, unless it is being sent. */
static void test_called_back(StoreFixture *fixture, gconstpointer data)
{
    static const struct { const char *kind, *meanwhile; gboolean cancelled; } rows[] = {
        {"delivered", NULL, TRUE},
        {"signed", NULL, TRUE},
        {"failed", NULL, FALSE},
        {"delivered", "state = 'sending', attempts = 1", FALSE},
        {"delivered", "state = 'deferred', attempts = 1", FALSE},
        {"delivered", "doubt = NULL", FALSE}, /* a clerk's */
    };
    Store *store = fixture->store;
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *name = g_strdup_printf("r%d", (int)i);
        g_test_message("%s, %s", rows[i].kind, rows[i].meanwhile);
        issue_with(store, name, "");
        g_autoptr(StoreDelivery) old = store_fixture_find(store, name);
        decide(store, old->id, 2 * LATER);
        g_assert_true(resend(store, old->id, 2 * LATER));
        if (rows[i].meanwhile != NULL)
            set_second(store, name, rows[i].meanwhile);
        const StoreReportOutcome outcome = {.kind = rows[i].kind, .enhanced_code = "2.0.0", .text = "late"};
        const StoreReport report = {.mailbox = "INBOX", .uidvalidity = 1, .uid = (gint64)i + 1, .at = 3 * LATER,
                                    .token = old->token, .from = old->address, .outcomes = &outcome, .n_outcomes = 1};
        StoreReportTaken taken;
        g_assert_true(store_report_take(store, &report, &taken, &error));
        g_assert_no_error(error);
        g_assert_cmpint(taken.delivery_id, ==, old->id);
        g_assert_cmpint(is_cancelled(store, name), ==, rows[i].cancelled);
    }
}

/* What keeps a row that waits from being sent again. */
static void test_stopped(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    (void)data;
    static const struct { const char *name, *sql; } rows[] = {
        {"delivered", "UPDATE delivery SET state = 'delivered' WHERE name = 'delivered'"},
        {"bounced", "UPDATE delivery SET state = 'bounced' WHERE name = 'bounced'"},
        {"signed", "UPDATE delivery SET signed_at = 5 WHERE name = 'signed'"},
        {"held", "UPDATE issue SET state = 'held' WHERE id = (SELECT issue_id FROM delivery WHERE name = 'held')"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        issue_with(store, rows[i].name, "");
        g_autoptr(StoreDelivery) row = store_fixture_find(store, rows[i].name);
        decide(store, row->id, 2 * LATER);
        g_assert_cmpuint(n_due(store, 3 * LATER), ==, 1);
        store_fixture_sql(store, rows[i].sql);
        g_assert_cmpuint(n_due(store, 3 * LATER), ==, 0);
        g_assert_false(resend(store, row->id, 3 * LATER));
    }
    g_assert_cmpint(rows_of(store), ==, G_N_ELEMENTS(rows));
}

static void test_sent_again_by_clerk(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    int n = 0;
    gint64 issue = issue_with(store, "x", "");
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    decide(store, row->id, 2 * LATER);
    const StoreResend word = {.reason = "电话说没有", .now = LATER + 1};
    g_assert_true(store_delivery_resend(store, issue, &word, &n, &error));
    g_assert_cmpint(n, ==, 1);
    g_assert_cmpuint(n_due(store, 3 * LATER), ==, 0);
    g_assert_false(resend(store, row->id, 3 * LATER));
}

static void test_paused(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    (void)data;
    issue_with(store, "x", "");
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    store_fixture_sql(store, "INSERT INTO pause VALUES ('recipient', 'mailbox:x', '王', 1, '换地址')");
    decide(store, row->id, 2 * LATER);
    g_assert_true(resend(store, row->id, 2 * LATER));
    g_autoptr(StoreDelivery) again = store_fixture_find(store, "x");
    g_assert_cmpint(again->state, ==, DELIVERY_PLANNED);
}

static void test_left_to_clerks(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    int n = 0;
    issue_with(store, "waits", "");
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "waits");
    decide(store, row->id, 2 * LATER);
    g_assert_true(store_doubt_ask_anew(store, &error));
    g_assert_cmpuint(n_open(store), ==, 1);
    issue_with(store, "open", "");
    g_assert_cmpuint(n_open(store), ==, 2);
    g_assert_true(store_doubt_leave(store, &error));
    g_assert_cmpuint(n_open(store), ==, 0);
    g_assert_true(store_doubt_ask_anew(store, &error));
    g_assert_cmpuint(n_open(store), ==, 0);
    issue_with(store, "copied", ", state = 'queued', next_attempt = 1");
    g_assert_true(store_identity_hold(store, "副本", &error));
    g_assert_true(store_identity_release(store, "王", "核对过", TRUE, &n, &error));
    g_assert_cmpint(n, ==, 1);
    g_assert_cmpuint(n_open(store), ==, 0);
    g_assert_no_error(error);
}

static guint n_untold(Store *store, gint64 issue)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = store_failure_list(store, issue, &error);
    g_assert_no_error(error);
    return list->len;
}

/* The clerk is not asked for what the policy does. */
static void test_told(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    (void)data;
    gint64 issue = issue_with(store, "x", "");
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    g_assert_cmpuint(n_untold(store, issue), ==, 0);
    decide(store, row->id, 2 * LATER);
    g_assert_cmpuint(n_untold(store, issue), ==, 0);
    g_assert_true(resend(store, row->id, 2 * LATER));
    g_assert_cmpuint(n_untold(store, issue), ==, 0);
    store_fixture_sql(store, "UPDATE delivery SET state = 'unknown' WHERE sending_no = 1");
    g_assert_cmpuint(n_untold(store, issue), ==, 1);
    gint64 held = issue_with(store, "y", "");
    g_autoptr(StoreDelivery) left = store_fixture_find(store, "y");
    decide(store, left->id, 0);
    g_assert_cmpuint(n_untold(store, held), ==, 1);
}

/* ---- a clerk's word ---- */

static gboolean settle(Store *store, gint64 issue, gboolean received, const char *recipient, int *n, GError **error)
{
    const char *const recipients[] = {recipient, NULL};
    const StoreWord word = {.recipients = recipients, .received = received, .who = "王", .reason = "电话问过", .now = 77};
    return store_doubt_settle(store, issue, &word, n, error);
}

static void test_received(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    int n = 0;
    gint64 issue = issue_with(store, "x", ", doubt = 'wait', next_attempt = 2");
    g_assert_true(settle(store, issue, TRUE, "x@example.test", &n, &error));
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    g_assert_cmpint(n, ==, 1);
    g_assert_cmpint(row->state, ==, DELIVERY_DELIVERED);
    g_assert_cmpstr(row->settled_as, ==, "received");
    g_assert_cmpstr(row->settled_by, ==, "王");
    g_assert_cmpstr(row->settled_why, ==, "电话问过");
    g_assert_cmpint(row->settled_at, ==, 77);
    g_assert_cmpstr(row->reply_text, ==, "link lost");
    g_autoptr(GPtrArray) attempts = store_attempt_list(store, row->id, &error);
    g_assert_cmpuint(attempts->len, ==, 1);
    g_assert_cmpint(((StoreAttempt *)attempts->pdata[0])->outcome, ==, DELIVERY_UNKNOWN);
    g_assert_cmpuint(n_due(store, 5), ==, 0);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM audit WHERE action = 'delivery.settle' AND who = '王'"
                                                " AND before LIKE '%unknown%' AND after LIKE '%received%'"), ==, 1);
    g_assert_false(settle(store, issue, TRUE, "x", &n, &error)); /* said already */
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

static void test_lost(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    int n = 0;
    gint64 issue = issue_with(store, "x", "");
    g_autoptr(StoreDelivery) old = store_fixture_find(store, "x");
    g_assert_true(settle(store, issue, FALSE, "x", &n, &error));
    g_autoptr(StoreDelivery) again = store_fixture_find(store, "x");
    g_assert_cmpint(again->sending_no, ==, 1);
    g_assert_cmpint(again->state, ==, DELIVERY_QUEUED);
    g_assert_cmpstr(again->reason, ==, "电话问过");
    g_assert_cmpstr(again->message_id, !=, old->message_id);
    g_assert_null(again->settled_by);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery WHERE state = 'unknown' AND settled_as = 'lost'"), ==, 1);
    g_assert_cmpuint(n_open(store), ==, 0);
}

static void test_word_refused(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    (void)data;
    static const struct { const char *name, *sql, *recipient; gboolean received; SongfaError code; } rows[] = {
        {"nobody", "", "nobody@example.test", TRUE, SONGFA_ERROR_NOT_FOUND},
        {"accepted", "UPDATE delivery SET state = 'accepted'", "x", TRUE, SONGFA_ERROR_CONFLICT},
        {"bears a name twice", "UPDATE delivery SET name = 'x'", "x", TRUE, SONGFA_ERROR_CONFLICT},
        {"held", "UPDATE issue SET state = 'held'", "x", FALSE, SONGFA_ERROR_CONFLICT},
    };
    gint64 issue = issue_with(store, "x", "");
    store_fixture_delivery(store, issue, store_fixture_mail(store, issue, "issue", 3), "y", DELIVERY_PLANNED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        int n = 0;
        g_test_message("%s", rows[i].name);
        store_fixture_sql(store, rows[i].sql);
        g_assert_false(settle(store, issue, rows[i].received, rows[i].recipient, &n, &error));
        g_assert_error(error, SONGFA_ERROR, (gint)rows[i].code);
        store_fixture_sql(store, "UPDATE delivery SET name = substr(recipient, 9), state = 'unknown'; UPDATE issue SET state = 'released'");
        g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery WHERE settled_by IS NOT NULL OR sending_no > 0"), ==, 0);
    }
}

/* A report knows better than the clerk was told, and is told in turn. */
static void test_report_after_word(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    (void)data;
    int n = 0;
    StoreReportTaken taken;
    gint64 issue = issue_with(store, "x", "");
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    g_assert_true(settle(store, issue, TRUE, "x", &n, &error));
    const StoreReportOutcome outcome = {.kind = "failed", .reply_code = 550, .text = "no such user"};
    const StoreReport report = {.mailbox = "m", .uidvalidity = 1, .uid = 1, .at = 9, .token = row->token,
                                .outcomes = &outcome, .n_outcomes = 1};
    g_assert_true(store_report_take(store, &report, &taken, &error));
    g_assert_cmpint(taken.result, ==, STORE_REPORT_SETTLED);
    g_autoptr(StoreDelivery) after = store_fixture_find(store, "x");
    g_assert_cmpint(after->state, ==, DELIVERY_BOUNCED);
    g_assert_cmpstr(after->settled_by, ==, "王");
    g_assert_cmpuint(n_untold(store, issue), ==, 1);
}

/* Nothing that was unknown before there were policies is sent again by one. */
static void test_older_rows(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    store_fixture_old(fixture, 21, 22,
                      "INSERT INTO issue (id, revision, state, digest, year, number, total_number, supplement, reasons, restricted,"
                      " seen_at) VALUES (1, 1, 'released', 'd', 2020, 1, 0, 0, '[]', 0, 1);"
                      "INSERT INTO mail (id, issue_id, kind, subject, text, priority, date) VALUES (1, 1, 'issue', 's', 't', 3, 1);"
                      "INSERT INTO delivery (issue_id, mail_id, notice_id, urgent, recipient, name, channel, address, copies, because,"
                      " sending_no, state, attempts, last_attempt) VALUES (1, 1, 0, 0, 'x', 'x', 'email', 'x@example.test', 1, '[]',"
                      " 0, 'unknown', 1, 5)");
    g_assert_cmpuint(n_open(fixture->store), ==, 0);
    g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "x");
    g_assert_true(row->leader);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/doubt/once", test_once);
    STORE_TEST("/doubt/called-back", test_called_back);
    STORE_TEST("/doubt/stopped", test_stopped);
    STORE_TEST("/doubt/sent-again-by-clerk", test_sent_again_by_clerk);
    STORE_TEST("/doubt/paused", test_paused);
    STORE_TEST("/doubt/left-to-clerks", test_left_to_clerks);
    STORE_TEST("/doubt/told", test_told);
    STORE_TEST("/doubt/received", test_received);
    STORE_TEST("/doubt/lost", test_lost);
    STORE_TEST("/doubt/word-refused", test_word_refused);
    STORE_TEST("/doubt/report-after-word", test_report_after_word);
    STORE_TEST("/doubt/older-rows", test_older_rows);
    return g_test_run();
}
