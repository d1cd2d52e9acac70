/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports in the store: which row is meant, what becomes of it, and each mail once. */
#include "daemon/store/reports.h"

#include "tests/unit/store-fixture.h"

#define MAILBOX "songfa@localhost/INBOX"
#define OTHER_TOKEN "zzzzzzzzzzzzzzzzzzzzzzzz"

static StoreReportResult take(Store *store, const StoreReport *report, gint64 *id)
{
    StoreReportResult result;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_report_take(store, report, &result, id, &error));
    g_assert_no_error(error);
    return result;
}

/* An issue with one row in that state. */
static void add_row(StoreFixture *fixture, DeliveryState state)
{
    gint64 issue = store_fixture_issue(fixture->store, "a", "released");
    gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
    store_fixture_delivery(fixture->store, issue, mail, "li", DELIVERY_QUEUED);
    g_autofree char *sql = g_strdup_printf("UPDATE delivery SET state = '%s', reply_code = 250, enhanced_code ="
                                           " '2.0.0', reply_text = 'Ok'", delivery_state_name(state));
    store_fixture_sql(fixture->store, sql);
}

static void test_changes(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *name;
        DeliveryState state;
        const char *kind;
        StoreReportResult result;
        DeliveryState want;
    } rows[] = {
        {"accepted bounces", DELIVERY_ACCEPTED, "failed", STORE_REPORT_SETTLED, DELIVERY_BOUNCED},
        {"accepted arrives", DELIVERY_ACCEPTED, "delivered", STORE_REPORT_SETTLED, DELIVERY_DELIVERED},
        {"unknown bounces", DELIVERY_UNKNOWN, "failed", STORE_REPORT_SETTLED, DELIVERY_BOUNCED},
        {"unknown arrives", DELIVERY_UNKNOWN, "delivered", STORE_REPORT_SETTLED, DELIVERY_DELIVERED},
        {"arrived, then bounced behind it", DELIVERY_DELIVERED, "failed", STORE_REPORT_SETTLED, DELIVERY_BOUNCED},
        {"bounced stays", DELIVERY_BOUNCED, "delivered", STORE_REPORT_NOTED, DELIVERY_BOUNCED},
        {"delayed is no failure", DELIVERY_ACCEPTED, "delayed", STORE_REPORT_NOTED, DELIVERY_ACCEPTED},
        {"relayed has not arrived", DELIVERY_ACCEPTED, "relayed", STORE_REPORT_NOTED, DELIVERY_ACCEPTED},
        {"out of office", DELIVERY_ACCEPTED, "automatic", STORE_REPORT_NOTED, DELIVERY_ACCEPTED},
        {"a waiting row is not settled", DELIVERY_DEFERRED, "failed", STORE_REPORT_NOTED, DELIVERY_DEFERRED},
        {"a refused row is not settled", DELIVERY_REFUSED, "delivered", STORE_REPORT_NOTED, DELIVERY_REFUSED},
        {"sending: too early", DELIVERY_SENDING, "failed", STORE_REPORT_EARLY, DELIVERY_SENDING},
        {"sending: delayed can be noted", DELIVERY_SENDING, "delayed", STORE_REPORT_NOTED, DELIVERY_SENDING},
    };
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) before = store_fixture_find(fixture->store, "li");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *sql = g_strdup_printf("UPDATE delivery SET state = '%s', reply_code = 250, next_attempt = 1",
                                               delivery_state_name(rows[i].state));
        store_fixture_sql(fixture->store, sql);
        StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 1 + (gint64)i, .at = NOON,
                              .kind = rows[i].kind, .token = before->token};
        gint64 id = 0;
        g_assert_cmpstr(store_report_result_name(take(fixture->store, &report, &id)), ==,
                        store_report_result_name(rows[i].result));
        g_assert_cmpint(id, ==, before->id);
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
        g_assert_cmpstr(delivery_state_name(row->state), ==, delivery_state_name(rows[i].want));
    }
}

static void test_reply(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) before = store_fixture_find(fixture->store, "li");
    StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 7, .at = NOON, .kind = "delivered",
                          .token = before->token, .enhanced_code = "2.1.5"};
    gint64 id;
    take(fixture->store, &report, &id);
    g_autoptr(StoreDelivery) arrived = store_fixture_find(fixture->store, "li");
    g_assert_cmpint(arrived->reply_code, ==, 250);
    g_assert_cmpstr(arrived->enhanced_code, ==, "2.1.5");
    g_assert_cmpstr(arrived->reply_text, ==, "Ok");
    report.uid = 8;
    report.kind = "failed";
    report.enhanced_code = "5.1.1";
    report.text = "no such user";
    take(fixture->store, &report, &id);
    g_autoptr(StoreDelivery) bounced = store_fixture_find(fixture->store, "li");
    g_assert_cmpint(bounced->reply_code, ==, 0);
    g_assert_cmpstr(bounced->enhanced_code, ==, "5.1.1");
    g_assert_cmpstr(bounced->reply_text, ==, "no such user");
}

static void test_matching(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
    const struct { const char *name, *token, *envelope_id, *message_id; gboolean want; } rows[] = {
        {"token", row->token, NULL, NULL, TRUE},
        {"envelope id", NULL, row->token, NULL, TRUE},
        {"Message-ID", NULL, NULL, row->message_id, TRUE},
        {"a strange token does not hide the Message-ID", OTHER_TOKEN, OTHER_TOKEN, row->message_id, TRUE},
        {"nothing known", OTHER_TOKEN, OTHER_TOKEN, "<x@example.test>", FALSE},
        {"nothing at all", NULL, NULL, NULL, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 1 + (gint64)i, .at = NOON,
                              .kind = "delayed", .token = rows[i].token, .envelope_id = rows[i].envelope_id,
                              .message_id = rows[i].message_id};
        gint64 id;
        StoreReportResult result = take(fixture->store, &report, &id);
        g_assert_cmpint(id, ==, rows[i].want ? row->id : 0);
        g_assert_cmpint(result, ==, rows[i].want ? STORE_REPORT_NOTED : STORE_REPORT_UNMATCHED);
    }
}

static void test_shared_message_id(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    gint64 issue = store_fixture_issue(fixture->store, "a", "released");
    gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
    store_fixture_delivery(fixture->store, issue, mail, "li", DELIVERY_QUEUED);
    store_fixture_delivery(fixture->store, issue, mail, "wang", DELIVERY_QUEUED);
    store_fixture_sql(fixture->store, "UPDATE delivery SET state = 'accepted', message_id = '<same@example.test>'");
    StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 1, .at = NOON, .kind = "failed",
                          .message_id = "<same@example.test>"};
    gint64 id;
    g_assert_cmpint(take(fixture->store, &report, &id), ==, STORE_REPORT_UNMATCHED);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE state = 'bounced'"), ==, 0);
    report.uid = 2;
    report.recipient = "Wang@example.test";
    g_assert_cmpint(take(fixture->store, &report, &id), ==, STORE_REPORT_SETTLED);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE state = 'bounced'"
                                                         " AND address = 'wang@example.test'"), ==, 1);
    report.uid = 3;
    report.recipient = "nobody@example.test";
    g_assert_cmpint(take(fixture->store, &report, &id), ==, STORE_REPORT_UNMATCHED);
}

/* Mails of one transaction have one Message-ID; what a relay returns may be even less. */
static void test_by_recipient(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct { const char *name, *message_id, *recipient, *label, *want, *envelope_id; } rows[] = {
        {"envelope id that is shared", NULL, "wang@example.test", NULL, "wang", "same@example.test"},
        {"envelope id that is shared, without recipient", NULL, NULL, NULL, NULL, "same@example.test"},
        {"original recipient", "<same@example.test>", "Wang@example.test", NULL, "wang", NULL},
        {"a recipient that is none of them", "<same@example.test>", "zhao@example.test", NULL, NULL, NULL},
        {"a recipient alone is a guess", NULL, "li@example.test", NULL, NULL, NULL},
        {"issue label", NULL, "li@example.test", "a r1", "li", NULL},
        {"label of another issue", NULL, "li@example.test", "b r1", NULL, NULL},
        {"label alone", NULL, NULL, "a r1", NULL, NULL},
    };
    Store *store = fixture->store;
    gint64 issue = store_fixture_issue(store, "a", "released"), mail = store_fixture_mail(store, issue, "issue", 3);
    store_fixture_delivery(store, issue, mail, "li", DELIVERY_QUEUED);
    store_fixture_delivery(store, issue, mail, "wang", DELIVERY_QUEUED);
    store_fixture_sql(store, "UPDATE delivery SET state = 'accepted', message_id = '<same@example.test>';"
                             "UPDATE mail SET issue_label = 'a r1'");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 1 + (gint64)i, .at = NOON, .kind = "delayed",
                              .message_id = rows[i].message_id, .recipient = rows[i].recipient, .issue_label = rows[i].label,
                              .envelope_id = rows[i].envelope_id};
        g_autoptr(StoreDelivery) row = rows[i].want != NULL ? store_fixture_find(store, rows[i].want) : NULL;
        gint64 id;
        take(store, &report, &id);
        g_assert_cmpint(id, ==, row != NULL ? row->id : 0);
    }
}

static void test_once(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
    StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 9, .uid = 4, .at = NOON, .kind = "failed",
                          .token = row->token};
    gint64 id, uidvalidity, uid;
    g_assert_true(store_report_last(fixture->store, MAILBOX, &uidvalidity, &uid, NULL));
    g_assert_cmpint(uidvalidity + uid, ==, 0);
    g_assert_cmpint(take(fixture->store, &report, &id), ==, STORE_REPORT_SETTLED);
    store_fixture_sql(fixture->store, "UPDATE delivery SET state = 'accepted'");
    g_assert_cmpint(take(fixture->store, &report, &id), ==, STORE_REPORT_REPEATED);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM report"), ==, 1);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE state = 'bounced'"), ==, 0);
    g_assert_true(store_report_last(fixture->store, MAILBOX, &uidvalidity, &uid, NULL));
    g_assert_cmpint(uidvalidity, ==, 9);
    g_assert_cmpint(uid, ==, 4);
    g_assert_true(store_report_last(fixture->store, "another", &uidvalidity, &uid, NULL));
    g_assert_cmpint(uidvalidity, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store-reports/by-recipient", test_by_recipient);
    STORE_TEST("/store-reports/changes", test_changes);
    STORE_TEST("/store-reports/reply", test_reply);
    STORE_TEST("/store-reports/matching", test_matching);
    STORE_TEST("/store-reports/shared-message-id", test_shared_message_id);
    STORE_TEST("/store-reports/once", test_once);
    return g_test_run();
}
