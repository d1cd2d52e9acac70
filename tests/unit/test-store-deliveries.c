/* SPDX-License-Identifier: GPL-3.0-or-later
 * Deliveries in the store: the plan, the queue, outcomes, sending again, the register. */
#include "daemon/store/deliveries.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/stops.h"
#include "daemon/store/deliveries-private.h"
#include "tests/unit/store-fixture.h"

/* A released issue with its mail. */
typedef struct {
    gint64 issue, mail;
} Sent;

static Sent released(Store *store, const char *identity)
{
    Sent sent = {.issue = store_fixture_issue(store, identity, "released")};
    sent.mail = store_fixture_mail(store, sent.issue, "issue", 3);
    return sent;
}

static char *names_of(GPtrArray *rows)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(names, "%s ", ((StoreDelivery *)g_ptr_array_index(rows, i))->name);
    return g_string_free(names, FALSE);
}

static void assert_claim(Store *store, int max, gint64 now, const char *want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_delivery_claim(store, max, max, now, &error);
    g_assert_no_error(error);
    g_autofree char *names = names_of(rows);
    g_assert_cmpstr(names, ==, want);
}

static void assert_state(Store *store, const char *name, DeliveryState want)
{
    g_test_message("%s", name);
    g_autoptr(StoreDelivery) row = store_fixture_find(store, name);
    g_assert_cmpstr(delivery_state_name(row->state), ==, delivery_state_name(want));
}

static void force(Store *store, const char *name, const char *set)
{
    g_autofree char *sql = g_strdup_printf("UPDATE delivery SET %s WHERE name = '%s'", set, name);
    store_fixture_sql(store, sql);
}

static void test_states(void)
{
    for (DeliveryState state = DELIVERY_PLANNED; state <= DELIVERY_CANCELLED; state++) {
        DeliveryState got = DELIVERY_PLANNED;
        g_assert_true(delivery_state_parse(delivery_state_name(state), &got));
        g_assert_cmpint(got, ==, state);
    }
    DeliveryState state;
    g_assert_false(delivery_state_parse("sent", &state));
    g_assert_false(delivery_state_parse(NULL, &state));
}

static void test_round_trip(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    Sent sent = released(fixture->store, "a/2020/1");
    const StoreDelivery delivery = {
        .issue_id = sent.issue, .mail_id = sent.mail, .recipient = (char *)"mailbox:x@example.test",
        .name = (char *)"区发改委", .salutation = (char *)"区发改委：", .unit = (char *)"区委", .channel = (char *)"email",
        .address = (char *)"x@example.test", .copies = 3, .because = (char *)"[\"甲\"]", .token = (char *)"tok",
        .message_id = (char *)"<m@x>", .state = DELIVERY_QUEUED, .first_queued = NOON, .next_attempt = NOON + 9};
    g_assert_true(store_delivery_insert(fixture->store, &delivery, &error));
    g_autoptr(StoreDelivery) got = store_fixture_find(fixture->store, "区发改委");
    g_assert_cmpint(got->issue_id, ==, sent.issue);
    g_assert_cmpint(got->mail_id, ==, sent.mail);
    g_assert_cmpstr(got->recipient, ==, delivery.recipient);
    g_assert_cmpstr(got->salutation, ==, "区发改委：");
    g_assert_cmpstr(got->unit, ==, "区委");
    g_assert_cmpstr(got->channel, ==, "email");
    g_assert_cmpstr(got->address, ==, "x@example.test");
    g_assert_cmpint(got->copies, ==, 3);
    g_assert_cmpstr(got->because, ==, "[\"甲\"]");
    g_assert_cmpstr(got->token, ==, "tok");
    g_assert_cmpstr(got->message_id, ==, "<m@x>");
    g_assert_cmpint(got->state, ==, DELIVERY_QUEUED);
    g_assert_cmpint(got->first_queued, ==, NOON);
    g_assert_cmpint(got->next_attempt, ==, NOON + 9);
    g_assert_cmpint(got->attempts + got->sending_no + got->reply_code, ==, 0);
    g_assert_cmpint(got->last_attempt + got->signed_at, ==, 0);
    g_assert_null(got->reason);
    g_assert_null(got->relay);
}

static void test_insert_rules(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Sent sent = released(fixture->store, "a/2020/1");
    gint64 notice = store_fixture_mail(fixture->store, sent.issue, "notice", 3);
    store_fixture_delivery(fixture->store, sent.issue, sent.mail, "taken", DELIVERY_PLANNED);
    store_fixture_delivery(fixture->store, sent.issue, sent.mail, "gone", DELIVERY_CANCELLED);
    const struct {
        const char *name, *recipient, *channel, *address;
        gint64 issue, mail;
        const char *want; /* words of the refusal, NULL = taken in */
    } rows[] = {
        {"again", "mailbox:taken", "email", "t@example.test", sent.issue, sent.mail, "已有一条发送记录"},
        {"on paper too", "mailbox:taken", "paper", NULL, sent.issue, 0, NULL},
        {"as a notice", "mailbox:taken", "email", "t@example.test", sent.issue, notice, NULL},
        {"cancelled before", "mailbox:gone", "email", "new@example.test", sent.issue, sent.mail, NULL},
        {"no address", "mailbox:n", "email", NULL, sent.issue, sent.mail, "不合规则"},
        {"no mail", "mailbox:m", "email", "m@example.test", sent.issue, 0, "不合规则"},
        {"unknown issue", "mailbox:i", "email", "i@example.test", 4711, sent.mail, "不合规则"},
        {"unknown mail", "mailbox:u", "email", "i@example.test", sent.issue, 4711, "不合规则"},
        {"unknown channel", "mailbox:f", "fax", "1@example.test", sent.issue, sent.mail, "不合规则"},
        {"no recipient", NULL, "email", "1@example.test", sent.issue, sent.mail, "不合规则"},
    };
    g_autoptr(GError) error = NULL;
    g_assert_true(store_begin(fixture->store, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const StoreDelivery row = {.issue_id = rows[i].issue, .mail_id = rows[i].mail, .copies = 1,
                                   .recipient = (char *)rows[i].recipient, .name = (char *)rows[i].name,
                                   .channel = (char *)rows[i].channel, .address = (char *)rows[i].address};
        g_autoptr(GError) refused = NULL;
        g_assert_cmpint(store_delivery_insert(fixture->store, &row, &refused), ==, rows[i].want == NULL);
        if (rows[i].want == NULL)
            continue;
        g_assert_error(refused, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
        g_assert_nonnull(strstr(refused->message, rows[i].want));
    }
    g_assert_true(store_commit(fixture->store, &error)); /* a refused row does not end the transaction */
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery"), ==, 4);
    g_autoptr(StoreDelivery) revived = store_fixture_find(fixture->store, "cancelled before");
    g_assert_cmpint(revived->state, ==, DELIVERY_PLANNED);
    g_assert_cmpstr(revived->address, ==, "new@example.test");
}

static void test_plan_verbs(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent sent = released(store, "a/2020/1"), other = released(store, "a/2020/2");
    gint64 notice = store_fixture_mail(store, sent.issue, "notice", 3);
    store_fixture_delivery(store, sent.issue, sent.mail, "one", DELIVERY_PLANNED);
    store_fixture_delivery(store, sent.issue, sent.mail, "two", DELIVERY_PLANNED);
    store_fixture_delivery(store, sent.issue, 0, "paper", DELIVERY_PLANNED);
    store_fixture_delivery(store, sent.issue, notice, "clerk", DELIVERY_QUEUED);
    store_fixture_delivery(store, other.issue, other.mail, "elsewhere", DELIVERY_PLANNED);
    int n = 0;
    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON, &n, &error));
    g_assert_cmpint(n, ==, 2);
    g_autoptr(StoreDelivery) one = store_fixture_find(store, "one");
    g_assert_cmpint(one->first_queued, ==, NOON);
    g_assert_cmpint(one->next_attempt, ==, NOON);
    assert_state(store, "paper", DELIVERY_PLANNED);
    assert_state(store, "elsewhere", DELIVERY_PLANNED);

    force(store, "two", "state = 'sending'");
    g_assert_true(store_delivery_pause_issue(store, sent.issue, NOON, &n, &error));
    g_assert_cmpint(n, ==, 1);
    assert_state(store, "one", DELIVERY_PLANNED);
    assert_state(store, "two", DELIVERY_SENDING);
    assert_state(store, "clerk", DELIVERY_QUEUED);

    g_assert_true(store_delivery_queue_issue(store, sent.issue, NOON + 5, &n, &error));
    g_autoptr(StoreDelivery) again = store_fixture_find(store, "one");
    g_assert_cmpint(again->first_queued, ==, NOON); /* the first time stays */
    g_assert_cmpint(again->next_attempt, ==, NOON + 5);

    const StoreStop stop = {.who = "clerk", .reason = "too late", .now = NOON};
    g_assert_true(store_stop_cancel_issue(store, sent.issue, &stop, &n, &error));
    g_assert_cmpint(n, ==, 2);
    assert_state(store, "one", DELIVERY_CANCELLED);
    assert_state(store, "paper", DELIVERY_CANCELLED);
    assert_state(store, "two", DELIVERY_SENDING);
    assert_state(store, "clerk", DELIVERY_QUEUED);
}

static void test_discard(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent fresh = released(store, "a/2020/1"), tried = released(store, "a/2020/2");
    store_fixture_delivery(store, fresh.issue, fresh.mail, "fresh", DELIVERY_PLANNED);
    store_fixture_delivery(store, fresh.issue, 0, "paper", DELIVERY_PLANNED);
    g_assert_true(store_delivery_discard_planned(store, fresh.issue, &error));
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery"), ==, 0);
    g_autoptr(StoreMail) gone = store_mail_of_issue(store, fresh.issue, &error);
    g_assert_null(gone);

    store_fixture_delivery(store, tried.issue, tried.mail, "sent", DELIVERY_PLANNED);
    store_fixture_delivery(store, tried.issue, tried.mail, "tried", DELIVERY_PLANNED);
    store_fixture_delivery(store, tried.issue, tried.mail, "untried", DELIVERY_PLANNED);
    force(store, "sent", "state = 'accepted', attempts = 1");
    force(store, "tried", "attempts = 1");
    g_assert_true(store_delivery_discard_planned(store, tried.issue, &error));
    assert_state(store, "sent", DELIVERY_ACCEPTED);
    assert_state(store, "tried", DELIVERY_CANCELLED);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery"), ==, 2);
    g_autoptr(StoreMail) kept = store_mail_of_issue(store, tried.issue, &error);
    g_assert_cmpint(kept->id, ==, tried.mail);
    g_assert_no_error(error);
}

static void test_claim_order(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    Sent sent = released(store, "a/2020/1");
    gint64 urgent = store_fixture_mail(store, sent.issue, "notice", 1);
    static const struct { const char *name, *set; gboolean urgent; } rows[] = {
        {"late", "next_attempt = 300", FALSE},
        {"early", "next_attempt = 100", FALSE},
        {"retry", "next_attempt = 200, state = 'deferred', attempts = 4", FALSE},
        {"same", "next_attempt = 100", FALSE},
        {"future", "next_attempt = 9000", FALSE},
        {"urgent", "next_attempt = 400", TRUE},
        {"urgent-future", "next_attempt = 9000", TRUE},
        {"done", "state = 'accepted'", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        store_fixture_delivery(store, sent.issue, rows[i].urgent ? urgent : sent.mail, rows[i].name,
                               DELIVERY_QUEUED);
        force(store, rows[i].name, rows[i].set);
    }
    g_assert_cmpint(store_delivery_next_due(store, NULL), ==, 100);
    assert_claim(store, 3, 500, "urgent early same ");
    assert_claim(store, 3, 500, "retry late ");
    assert_claim(store, 3, 500, "");
    g_assert_cmpint(store_delivery_next_due(store, NULL), ==, 9000);
    g_autoptr(StoreDelivery) retry = store_fixture_find(store, "retry");
    g_assert_cmpint(retry->attempts, ==, 5);
    g_assert_cmpint(retry->state, ==, DELIVERY_SENDING);
    g_autoptr(GArray) doubt = store_delivery_in_doubt(store, NULL);
    g_assert_cmpuint(doubt->len, ==, 5);
    assert_claim(store, 9, 9000, "urgent-future future ");
    g_assert_cmpint(store_delivery_next_due(store, NULL), ==, -1);
}

static void assert_plan(Store *store, const char *sql, const char *wanted, const char *unwanted)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
    g_autoptr(GError) error = NULL;
    const DbValue params[] = {db_int(1), db_int(1), db_int(1)};
    g_autoptr(DbRows) rows = db_query(store->db, explain, params, 3, &error);
    g_autoptr(GString) plan = g_string_new(NULL);
    while (db_next(rows, &error))
        g_string_append_printf(plan, "%s\n", db_column_text(rows, 3));
    g_test_message("%s", plan->str);
    g_assert_nonnull(strstr(plan->str, wanted));
    g_assert_null(strstr(plan->str, unwanted));
}

/* A million rows must not be sorted or scanned to find ten. */
static void test_claim_plan(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    assert_plan(fixture->store,
                "SELECT * FROM delivery WHERE " DELIVERY_WAITS " AND urgent = $1"
                " AND next_attempt <= $2 ORDER BY next_attempt, id LIMIT $3",
                "USING INDEX delivery_due (urgent=? AND next_attempt<?)", "TEMP B-TREE");
    assert_plan(fixture->store,
                "UPDATE delivery SET state = 'sending' WHERE id BETWEEN $1 AND $2"
                " AND (state || '' = 'queued' OR state || '' = 'deferred')",
                "SEARCH delivery USING INTEGER PRIMARY KEY", "SCAN");
    assert_plan(fixture->store, "SELECT id FROM delivery WHERE state = 'sending'", "USING INDEX delivery_sending",
                "TEMP B-TREE");
    assert_plan(fixture->store,
                "SELECT count(*) FROM delivery WHERE state = 'refused' AND " DELIVERY_RESTS
                " AND issue_id = $1 AND notice_id = 0 AND channel = 'email'",
                "COVERING INDEX delivery_resting (state=? AND issue_id=?", "SCAN");
    assert_plan(fixture->store,
                "SELECT next_attempt FROM delivery WHERE " DELIVERY_WAITS " AND urgent = $1"
                " ORDER BY next_attempt LIMIT 1",
                "USING INDEX delivery_due", "TEMP B-TREE");
    assert_plan(fixture->store,
                "UPDATE delivery SET next_attempt = $1 WHERE state = 'queued' AND urgent IN (0, 1) AND next_attempt > $1",
                "SEARCH delivery USING INDEX delivery_due (urgent=? AND next_attempt>?)", "SCAN");
}

static void test_finish(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent sent = released(store, "a/2020/1");
    static const char *const names[] = {"ok", "later", "no", "doubt", "back", "idle", "over"};
    gint64 ids[G_N_ELEMENTS(names)];
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        store_fixture_delivery(store, sent.issue, sent.mail, names[i], DELIVERY_QUEUED);
        g_autoptr(StoreDelivery) row = store_fixture_find(store, names[i]);
        ids[i] = row->id;
    }
    assert_claim(store, 5, NOON, "ok later no doubt back ");
    force(store, "over", "state = 'accepted'");
    const DeliveryOutcome outcomes[] = {
        {ids[0], DELIVERY_ACCEPTED, NOON + 1, 0, 250, "2.0.0", "Ok", "relay1", "Q1", NULL},
        {ids[1], DELIVERY_DEFERRED, NOON + 2, NOON + 60, 451, "4.7.1", "slow", "relay1", NULL, NULL},
        {ids[2], DELIVERY_REFUSED, NOON + 3, NOON + 60, 550, "5.1.1", "none", "relay1", NULL, NULL},
        {ids[3], DELIVERY_UNKNOWN, NOON + 4, 0, 0, NULL, "lost", "relay1", NULL, NULL},
        {ids[4], DELIVERY_QUEUED, NOON + 5, 0, 0, NULL, NULL, NULL, NULL, NULL},
        {ids[5], DELIVERY_ACCEPTED, NOON + 6, 0, 250, NULL, "not sending", NULL, NULL, NULL},
        {ids[6], DELIVERY_REFUSED, NOON + 7, 0, 550, NULL, "settled before", NULL, NULL, NULL},
        {4711, DELIVERY_ACCEPTED, NOON + 8, 0, 250, NULL, "no such row", NULL, NULL, NULL},
    };
    int changed = 0;
    g_assert_true(store_delivery_finish(store, outcomes, G_N_ELEMENTS(outcomes), &changed, &error));
    g_assert_no_error(error);
    g_assert_cmpint(changed, ==, 5);
    static const struct { const char *name; DeliveryState state; int attempts, code; gint64 next, last; } want[] = {
        {"ok", DELIVERY_ACCEPTED, 1, 250, 0, NOON + 1},
        {"later", DELIVERY_DEFERRED, 1, 451, NOON + 60, NOON + 2},
        {"no", DELIVERY_REFUSED, 1, 550, 0, NOON + 3},
        {"doubt", DELIVERY_UNKNOWN, 1, 0, 0, NOON + 4},
        {"back", DELIVERY_QUEUED, 0, 0, NOON, 0},
        {"idle", DELIVERY_QUEUED, 0, 0, NOON, 0},
        {"over", DELIVERY_ACCEPTED, 0, 0, NOON, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(want); i++) {
        g_test_message("%s", want[i].name);
        g_autoptr(StoreDelivery) row = store_fixture_find(store, want[i].name);
        g_assert_cmpint(row->state, ==, want[i].state);
        g_assert_cmpint(row->attempts, ==, want[i].attempts);
        g_assert_cmpint(row->reply_code, ==, want[i].code);
        g_assert_cmpint(row->next_attempt, ==, want[i].next);
        g_assert_cmpint(row->last_attempt, ==, want[i].last);
    }
    g_autoptr(StoreDelivery) ok = store_fixture_find(store, "ok");
    g_assert_cmpstr(ok->enhanced_code, ==, "2.0.0");
    g_assert_cmpstr(ok->reply_text, ==, "Ok");
    g_assert_cmpstr(ok->relay, ==, "relay1");
    g_assert_cmpstr(ok->queue_id, ==, "Q1");
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM attempt"), ==, 0); /* all stand in the rows */
}

static void test_attempts(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "x", DELIVERY_QUEUED);
    g_autoptr(StoreDelivery) row = store_fixture_find(store, "x");
    const DeliveryOutcome outcomes[] = {
        {row->id, DELIVERY_DEFERRED, 10, NOON, 421, "4.3.2", "busy", "r1", NULL, NULL},
        {row->id, DELIVERY_QUEUED, 0, NOON, 0, NULL, NULL, NULL, NULL, NULL},
        {row->id, DELIVERY_ACCEPTED, 30, 0, 250, "2.0.0", "Ok", "r2", "Q", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        assert_claim(store, 1, NOON, "x ");
        g_assert_true(store_delivery_finish(store, &outcomes[i], 1, NULL, &error));
    }
    g_autoptr(GPtrArray) attempts = store_attempt_list(store, row->id, &error);
    g_assert_cmpuint(attempts->len, ==, 2);
    const StoreAttempt *first = g_ptr_array_index(attempts, 0), *last = g_ptr_array_index(attempts, 1);
    g_assert_cmpint(first->number, ==, 1);
    g_assert_cmpint(first->outcome, ==, DELIVERY_DEFERRED);
    g_assert_cmpint(first->reply_code, ==, 421);
    g_assert_cmpstr(first->reply_text, ==, "busy");
    g_assert_cmpint(last->number, ==, 2);
    g_assert_cmpint(last->at, ==, 30);
    g_assert_cmpstr(last->queue_id, ==, "Q");
    static const char *const tampering[] = {"UPDATE attempt SET outcome = 'accepted'", "DELETE FROM attempt"};
    for (gsize i = 0; i < G_N_ELEMENTS(tampering); i++) {
        g_autoptr(GError) refused = NULL;
        g_assert_false(db_script(store->db, tampering[i], &refused));
        g_assert_nonnull(strstr(refused->message, "append-only"));
    }
}

/* A clerk stops the issue while its rows are on the wire. */
static void test_finish_stopped(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent sent = released(store, "a/2020/1");
    gint64 notice = store_fixture_mail(store, sent.issue, "notice", 3);
    static const struct { const char *name; DeliveryState outcome, want; } rows[] = {
        {"ok", DELIVERY_ACCEPTED, DELIVERY_ACCEPTED}, {"no", DELIVERY_REFUSED, DELIVERY_REFUSED},
        {"doubt", DELIVERY_UNKNOWN, DELIVERY_UNKNOWN}, {"later", DELIVERY_DEFERRED, DELIVERY_PLANNED},
        {"back", DELIVERY_QUEUED, DELIVERY_PLANNED}, {"clerk", DELIVERY_DEFERRED, DELIVERY_DEFERRED},
    };
    DeliveryOutcome outcomes[G_N_ELEMENTS(rows)] = {{0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean is_notice = strcmp(rows[i].name, "clerk") == 0;
        store_fixture_delivery(store, sent.issue, is_notice ? notice : sent.mail, rows[i].name, DELIVERY_QUEUED);
        g_autoptr(StoreDelivery) row = store_fixture_find(store, rows[i].name);
        outcomes[i] = (DeliveryOutcome){.delivery_id = row->id, .state = rows[i].outcome, .at = 5, .next_attempt = 9};
    }
    g_autoptr(GPtrArray) claimed = store_delivery_claim(store, 99, 99, NOON, &error);
    g_assert_cmpuint(claimed->len, ==, G_N_ELEMENTS(rows));
    store_fixture_sql(store, "UPDATE issue SET state = 'held'");
    g_assert_true(store_delivery_pause_issue(store, sent.issue, NOON, NULL, &error));
    g_assert_true(store_delivery_finish(store, outcomes, G_N_ELEMENTS(rows), NULL, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_state(store, rows[i].name, rows[i].want);
    assert_claim(store, 9, NOON, "clerk ");
}

/* One bad outcome takes the whole batch back. */
static void test_finish_atomic(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "good", DELIVERY_QUEUED);
    store_fixture_delivery(store, sent.issue, sent.mail, "bad", DELIVERY_QUEUED);
    g_autoptr(StoreDelivery) good = store_fixture_find(store, "good"), bad = store_fixture_find(store, "bad");
    assert_claim(store, 2, NOON, "good bad ");
    const DeliveryOutcome outcomes[] = {
        {good->id, DELIVERY_ACCEPTED, 10, 0, 250, NULL, NULL, NULL, NULL, NULL},
        {bad->id, DELIVERY_DEFERRED, 10, 0, 451, NULL, NULL, NULL, NULL, NULL}, /* without a time to try again */
    };
    int changed = -1;
    g_assert_false(store_delivery_finish(store, outcomes, 2, &changed, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_assert_cmpint(changed, ==, 0);
    assert_state(store, "good", DELIVERY_SENDING);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM attempt"), ==, 0);
}

static gboolean resend(Store *store, gint64 issue, const char *recipient, const char *address, const char *reason, int *n,
                       GError **error)
{
    const char *const recipients[] = {recipient, NULL};
    const StoreResend word = {.recipients = recipient != NULL ? recipients : NULL, .address = address, .reason = reason,
                              .now = NOON};
    return store_delivery_resend(store, issue, &word, n, error);
}

static void test_resend_rules(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct { DeliveryState state; gboolean all, named; } rows[] = {
        {DELIVERY_PLANNED, FALSE, FALSE},  {DELIVERY_QUEUED, FALSE, FALSE},   {DELIVERY_SENDING, FALSE, FALSE},
        {DELIVERY_DEFERRED, FALSE, FALSE}, {DELIVERY_CANCELLED, FALSE, TRUE}, {DELIVERY_UNKNOWN, TRUE, TRUE},
        {DELIVERY_REFUSED, TRUE, TRUE},    {DELIVERY_ACCEPTED, FALSE, TRUE},   {DELIVERY_DELIVERED, FALSE, TRUE},
        {DELIVERY_BOUNCED, FALSE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", delivery_state_name(rows[i].state));
        g_autofree char *identity = g_strdup_printf("a/2020/%d", (int)i);
        Sent sent = released(fixture->store, identity);
        store_fixture_delivery(fixture->store, sent.issue, sent.mail, "x", DELIVERY_QUEUED);
        g_autofree char *set = g_strdup_printf("state = '%s'", delivery_state_name(rows[i].state));
        force(fixture->store, "x", set);
        int n = -1;
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(resend(fixture->store, sent.issue, "x@example.test", NULL, "电话", &n, &error),
                        ==, rows[i].named);
        g_assert_cmpint(n, ==, rows[i].named);
        if (!rows[i].named)
            g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
        g_autofree char *undo =
            g_strdup_printf("DELETE FROM delivery WHERE issue_id = %d AND sending_no > 0", (int)sent.issue);
        store_fixture_sql(fixture->store, undo);
        g_clear_error(&error);
        g_assert_true(resend(fixture->store, sent.issue, NULL, NULL, "全部", &n, &error));
        g_assert_cmpint(n, ==, rows[i].all);
    }
}

static void test_resend(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    int n = 0;
    Sent sent = released(store, "a/2020/1");
    store_fixture_delivery(store, sent.issue, sent.mail, "x", DELIVERY_PLANNED);
    force(store, "x", "state = 'unknown', attempts = 2, reply_code = 0, last_attempt = 5");
    g_autoptr(StoreDelivery) old = store_fixture_find(store, "x");
    g_assert_true(resend(store, sent.issue, NULL, NULL, "对方未收到", &n, &error));
    g_assert_cmpint(n, ==, 1);
    g_autoptr(StoreDelivery) again = store_fixture_find(store, "x");
    g_assert_cmpint(again->sending_no, ==, 1);
    g_assert_cmpint(again->state, ==, DELIVERY_QUEUED);
    g_assert_cmpint(again->attempts + again->last_attempt, ==, 0);
    g_assert_cmpint(again->first_queued, ==, NOON);
    g_assert_cmpint(again->next_attempt, ==, NOON);
    g_assert_cmpstr(again->reason, ==, "对方未收到");
    g_assert_cmpstr(again->address, ==, old->address);
    g_assert_cmpstr(again->token, !=, old->token);
    g_assert_true(g_str_has_suffix(again->message_id, "@songfa.example.test>"));
    g_assert_cmpstr(again->message_id, !=, old->message_id);

    g_assert_true(resend(store, sent.issue, NULL, NULL, "再来", &n, &error));
    g_assert_cmpint(n, ==, 0); /* the old row in doubt is history */
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery WHERE state = 'unknown'"), ==, 1);
    store_fixture_sql(store, "UPDATE delivery SET state = 'accepted' WHERE sending_no = 1");
    g_autoptr(StoreIssue) issue = store_issue_by_id(store, sent.issue, &error);
    g_assert_cmpstr(issue->shown_state, ==, "done");

    store_fixture_delivery(store, sent.issue, sent.mail, "区长 许文清", DELIVERY_PLANNED);
    force(store, "区长 许文清", "state = 'accepted'");
    g_assert_true(resend(store, sent.issue, "许文清", NULL, "误删", &n, &error));
    g_assert_cmpint(n, ==, 1);
    force(store, "区长 许文清", "state = 'refused'");
    g_assert_true(resend(store, sent.issue, "许文清", "new@example.test", "换邮箱", &n, &error));
    const DeliveryFilter to = {.issue_id = sent.issue, .recipient = "许文清", .state = DELIVERY_QUEUED};
    g_autoptr(GPtrArray) moved = store_delivery_list(store, &to, &error);
    g_assert_cmpuint(moved->len, ==, 1);
    g_assert_cmpstr(((StoreDelivery *)moved->pdata[0])->address, ==, "new@example.test");
    g_assert_false(resend(store, sent.issue, "nobody", NULL, "无此人", &n, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
    g_clear_error(&error);
    store_fixture_sql(store, "UPDATE issue SET state = 'held'");
    g_assert_false(resend(store, sent.issue, "x", NULL, "暂停中", &n, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

static void test_list(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    Sent one = released(store, "a/2020/1"), two = released(store, "a/2020/2");
    gint64 notice = store_fixture_mail(store, one.issue, "notice", 3);
    store_fixture_delivery(store, two.issue, two.mail, "b1", DELIVERY_PLANNED);
    store_fixture_delivery(store, one.issue, one.mail, "a1", DELIVERY_QUEUED);
    store_fixture_delivery(store, one.issue, 0, "a2", DELIVERY_PLANNED);
    store_fixture_delivery(store, one.issue, notice, "clerk", DELIVERY_QUEUED);
    force(store, "a1", "first_queued = 500");
    store_fixture_delivery(store, two.issue, two.mail, "区委书记 周明远", DELIVERY_DEFERRED);
    const struct { const char *name; DeliveryFilter filter; const char *want; } rows[] = {
        {"all", {.state = -1, .notices = TRUE}, "a1 a2 clerk b1 区委书记 周明远 "},
        {"without notices", {.state = -1}, "a1 a2 b1 区委书记 周明远 "},
        {"one issue", {.state = -1, .issue_id = one.issue}, "a1 a2 "},
        {"by id", {.state = -1, .recipient = "paper:a2"}, "a2 "},
        {"by name", {.state = -1, .recipient = "b1"}, "b1 "},
        {"by address", {.state = -1, .recipient = "a1@example.test"}, "a1 "},
        {"by person", {.state = -1, .recipient = "周明远"}, "区委书记 周明远 "},
        {"half a person", {.state = -1, .recipient = "明远"}, ""},
        {"a post with its person behind", {.state = -1, .recipient = "区委书记"}, ""},
        {"no pattern", {.state = -1, .recipient = "%"}, ""},
        {"by state", {.state = DELIVERY_PLANNED}, "a2 b1 "},
        {"since", {.state = -1, .since = 500}, "a1 "},
        {"later", {.state = -1, .since = 501}, ""},
        {"limit", {.state = -1, .limit = 2}, "a1 a2 "},
        {"several", {.state = DELIVERY_QUEUED, .issue_id = one.issue, .recipient = "a1", .since = 1}, "a1 "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = store_delivery_list(store, &rows[i].filter, &error);
        g_assert_no_error(error);
        g_autofree char *names = names_of(list);
        g_assert_cmpstr(names, ==, rows[i].want);
    }
    gint64 counts[DELIVERY_CANCELLED + 1] = {0};
    g_assert_true(store_delivery_counts(store, 0, counts, NULL));
    g_assert_cmpint(counts[DELIVERY_PLANNED], ==, 1); /* paper and notices do not count */
    g_assert_cmpint(counts[DELIVERY_QUEUED], ==, 1);
    g_assert_true(store_delivery_counts(store, two.issue, counts, NULL));
    g_assert_cmpint(counts[DELIVERY_QUEUED], ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/deliveries/states", test_states);
    STORE_TEST("/store/deliveries/round-trip", test_round_trip);
    STORE_TEST("/store/deliveries/insert-rules", test_insert_rules);
    STORE_TEST("/store/deliveries/plan-verbs", test_plan_verbs);
    STORE_TEST("/store/deliveries/discard", test_discard);
    STORE_TEST("/store/deliveries/claim-order", test_claim_order);
    STORE_TEST("/store/deliveries/claim-plan", test_claim_plan);
    STORE_TEST("/store/deliveries/finish", test_finish);
    STORE_TEST("/store/deliveries/attempts", test_attempts);
    STORE_TEST("/store/deliveries/finish-stopped", test_finish_stopped);
    STORE_TEST("/store/deliveries/finish-atomic", test_finish_atomic);
    STORE_TEST("/store/deliveries/resend-rules", test_resend_rules);
    STORE_TEST("/store/deliveries/resend", test_resend);
    STORE_TEST("/store/deliveries/list", test_list);
    return g_test_run();
}
