/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports in the store: which row is meant, what becomes of it, and each mail once. */
#include "daemon/store/reports.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/report-tray.h"
#include "daemon/store/signing.h"
#include "daemon/store/tokens.h"

#include "tests/unit/store-fixture.h"

#define MAILBOX "songfa@localhost/INBOX"
#define OTHER_TOKEN "zzzzzzzzzzzzzzzzzzzzzzzz"

/* A mail about one recipient. */
typedef struct {
    gint64 uidvalidity, uid;
    const char *kind, *token, *envelope_id, *message_id, *recipient, *issue_label, *from, *enhanced_code, *text;
} Mail;

static StoreReportResult take(Store *store, const Mail *mail, gint64 *id)
{
    const StoreReportOutcome outcome = {.kind = mail->kind, .recipient = mail->recipient,
                                        .enhanced_code = mail->enhanced_code, .text = mail->text};
    const StoreReport report = {.mailbox = MAILBOX, .uidvalidity = mail->uidvalidity, .uid = mail->uid, .at = NOON,
                                .from = mail->from, .token = mail->token, .envelope_id = mail->envelope_id,
                                .message_id = mail->message_id, .issue_label = mail->issue_label, .outcomes = &outcome,
                                .n_outcomes = 1};
    StoreReportTaken taken;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_report_take(store, &report, &taken, &error));
    g_assert_no_error(error);
    *id = taken.delivery_id;
    return taken.result;
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
        Mail report = {.uidvalidity = 1, .uid = 1 + (gint64)i,
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
    Mail report = {.uidvalidity = 1, .uid = 7, .kind = "delivered",
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
        Mail report = {.uidvalidity = 1, .uid = 1 + (gint64)i,
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
    Mail report = {.uidvalidity = 1, .uid = 1, .kind = "failed",
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
        Mail report = {.uidvalidity = 1, .uid = 1 + (gint64)i, .kind = "delayed",
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
    Mail report = {.uidvalidity = 9, .uid = 4, .kind = "failed",
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

static void test_tokens(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *token = store_token_new(fixture->store, &error), *other = store_token_new(fixture->store, &error);
    g_autofree char *forged = g_strdup(token);
    forged[strlen(forged) - 2] = forged[strlen(forged) - 2] == 'a' ? 'b' : 'a';
    g_autofree char *swapped = g_strdup_printf("%.24s%s", other, token + 24);
    g_autofree char *message_id = store_token_message_id(token, "example.test");
    g_assert_cmpuint(strlen(message_id), ==, strlen("<@example.test>") + 24);
    const struct { const char *name, *token; StoreTokenTrust want; } rows[] = {
        {"ours", token, STORE_TOKEN_SIGNED},       {"another of ours", other, STORE_TOKEN_SIGNED},
        {"a letter changed", forged, STORE_TOKEN_FORGED}, {"a signature of another", swapped, STORE_TOKEN_FORGED},
        {"before there were signatures", OTHER_TOKEN, STORE_TOKEN_UNSIGNED},
        {"some envelope id", "QQ+abc=", STORE_TOKEN_OTHER}, {"nothing", "", STORE_TOKEN_OTHER},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        StoreTokenTrust trust;
        g_test_message("%s", rows[i].name);
        g_assert_true(store_token_judge(fixture->store, rows[i].token, &trust, &error));
        g_assert_cmpint(trust, ==, rows[i].want);
    }
    Store *again = store_open(fixture->path, FALSE, &error);
    StoreTokenTrust trust;
    g_assert_true(store_token_judge(again, token, &trust, &error));
    g_assert_cmpint(trust, ==, STORE_TOKEN_SIGNED);
    store_close(again);
}

/* With a forged token nothing is tried, not even the Message-ID. */
static void test_forged(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
    g_autofree char *forged = g_strconcat(row->token, "aaaaaaaaaaaaaaaaaaaaaaaaaa", NULL);
    const Mail mails[] = {
        {.uidvalidity = 1, .uid = 1, .kind = "failed", .token = forged, .message_id = row->message_id},
        {.uidvalidity = 1, .uid = 2, .kind = "failed", .envelope_id = forged, .message_id = row->message_id},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
        gint64 id;
        g_assert_cmpint(take(fixture->store, &mails[i], &id), ==, STORE_REPORT_UNMATCHED);
        g_assert_cmpint(id, ==, 0);
    }
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM report WHERE tray = 'forged'"), ==, 2);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM delivery WHERE state = 'bounced'"), ==, 0);
}

/* Mails of one transaction: each recipient's own outcome. One that is still sending puts off the whole. */
static void test_several(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    gint64 issue = store_fixture_issue(store, "a", "released"), mail = store_fixture_mail(store, issue, "issue", 3);
    static const char *const names[] = {"li", "wang", "zhao"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        store_fixture_delivery(store, issue, mail, names[i], DELIVERY_QUEUED);
    store_fixture_sql(store, "UPDATE delivery SET state = 'accepted', message_id = '<same@example.test>';"
                             "UPDATE delivery SET state = 'sending' WHERE name = 'zhao'");
    const StoreReportOutcome outcomes[] = {
        {.kind = "delivered", .recipient = "li@example.test"},
        {.kind = "failed", .recipient = "Wang@Example.test", .enhanced_code = "5.1.1"},
        {.kind = "failed", .recipient = "zhao@example.test"},
        {.kind = "failed", .recipient = "nobody@example.test"},
    };
    const StoreReport report = {.mailbox = MAILBOX, .uidvalidity = 1, .uid = 1, .at = NOON,
                                .envelope_id = "same@example.test", .outcomes = outcomes,
                                .n_outcomes = G_N_ELEMENTS(outcomes)};
    StoreReportTaken taken[G_N_ELEMENTS(outcomes)];
    g_autoptr(GError) error = NULL;
    g_assert_true(store_report_take(store, &report, taken, &error));
    g_assert_cmpint(taken[0].result, ==, STORE_REPORT_EARLY);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM report"), ==, 0);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM delivery WHERE state = 'accepted'"), ==, 2);
    store_fixture_sql(store, "UPDATE delivery SET state = 'accepted' WHERE name = 'zhao'");
    g_assert_true(store_report_take(store, &report, taken, &error));
    static const char *const want[] = {"delivered", "bounced", "bounced"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(StoreDelivery) row = store_fixture_find(store, names[i]);
        g_assert_cmpint(taken[i].result, ==, STORE_REPORT_SETTLED);
        g_assert_cmpstr(delivery_state_name(row->state), ==, want[i]);
    }
    g_assert_cmpint(taken[3].result, ==, STORE_REPORT_UNMATCHED);
    g_assert_true(store_report_take(store, &report, taken, &error));
    g_assert_cmpint(taken[1].result, ==, STORE_REPORT_REPEATED);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM report"), ==, 4);
    g_assert_cmpint(store_report_open(store, &error), ==, 1);
}

static void test_sign_off(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *name;
        DeliveryState state;
        const char *kind, *from;
        StoreReportResult result;
        DeliveryState want;
        const char *signed_by;
    } rows[] = {
        {"from the recipient", DELIVERY_ACCEPTED, "signed", "Li@Example.test", STORE_REPORT_SIGNED, DELIVERY_ACCEPTED, "reply"},
        {"of a mail in doubt", DELIVERY_UNKNOWN, "signed", "li@example.test", STORE_REPORT_SIGNED, DELIVERY_DELIVERED, "reply"},
        {"from another address", DELIVERY_ACCEPTED, "signed", "wang@example.test", STORE_REPORT_UNMATCHED, DELIVERY_ACCEPTED, NULL},
        {"from nobody", DELIVERY_ACCEPTED, "signed", NULL, STORE_REPORT_UNMATCHED, DELIVERY_ACCEPTED, NULL},
        {"a letter is no sign-off", DELIVERY_ACCEPTED, "other", "li@example.test", STORE_REPORT_NOTED, DELIVERY_ACCEPTED, NULL},
        {"nor is an automatic reply", DELIVERY_ACCEPTED, "automatic", "li@example.test", STORE_REPORT_NOTED, DELIVERY_ACCEPTED, NULL},
        {"before its answer", DELIVERY_SENDING, "signed", "li@example.test", STORE_REPORT_EARLY, DELIVERY_SENDING, NULL},
    };
    add_row(fixture, DELIVERY_ACCEPTED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *sql = g_strdup_printf("UPDATE delivery SET state = '%s', signed_at = NULL, signed_by = NULL",
                                               delivery_state_name(rows[i].state));
        store_fixture_sql(fixture->store, sql);
        g_autoptr(StoreDelivery) before = store_fixture_find(fixture->store, "li");
        Mail mail = {.uidvalidity = 1, .uid = 1 + (gint64)i, .kind = rows[i].kind, .from = rows[i].from,
                     .message_id = before->message_id};
        gint64 id;
        g_assert_cmpint(take(fixture->store, &mail, &id), ==, rows[i].result);
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
        g_assert_cmpstr(delivery_state_name(row->state), ==, delivery_state_name(rows[i].want));
        g_assert_cmpstr(row->signed_by, ==, rows[i].signed_by);
        g_assert_cmpint(row->signed_at, ==, rows[i].signed_by != NULL ? NOON : 0);
    }
}

static void test_tray(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_row(fixture, DELIVERY_ACCEPTED);
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, "li");
    gint64 id;
    gboolean changed;
    Mail mail = {.uidvalidity = 1, .uid = 1, .kind = "failed", .enhanced_code = "5.1.1", .text = "no such user"};
    g_assert_cmpint(take(fixture->store, &mail, &id), ==, STORE_REPORT_UNMATCHED);
    mail.uid = 2;
    take(fixture->store, &mail, &id);
    g_autoptr(GPtrArray) open = store_report_list(fixture->store, FALSE, 0, &error);
    g_assert_cmpuint(open->len, ==, 2);
    gint64 newest = ((StoreReportRow *)open->pdata[0])->id, oldest = ((StoreReportRow *)open->pdata[1])->id;
    g_assert_false(store_report_match(fixture->store, oldest, row->id + 1, "zhang", "why", NOON, &changed, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_true(store_report_match(fixture->store, oldest, row->id, "zhang", "why", NOON, &changed, &error));
    g_assert_true(changed);
    g_autoptr(StoreDelivery) bounced = store_fixture_find(fixture->store, "li");
    g_assert_cmpint(bounced->state, ==, DELIVERY_BOUNCED);
    g_assert_cmpstr(bounced->reply_text, ==, "no such user");
    g_assert_false(store_report_dismiss(fixture->store, oldest, "zhang", "why", NOON, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_clear_error(&error);
    g_assert_true(store_report_dismiss(fixture->store, newest, "zhang", "why", NOON, &error));
    g_assert_cmpint(store_report_open(fixture->store, &error), ==, 0);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM audit WHERE who = 'zhang'"), ==, 2);
}

static void test_trouble(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    gint64 n = 0, id;
    g_autoptr(GError) error = NULL;
    for (gint64 i = 1; i <= 3; i++) {
        g_assert_true(store_report_trouble(fixture->store, MAILBOX, 1, 7, &n, &error));
        g_assert_cmpint(n, ==, i);
    }
    g_assert_true(store_report_trouble(fixture->store, MAILBOX, 1, 8, &n, &error));
    g_assert_cmpint(n, ==, 1);
    const Mail mail = {.uidvalidity = 1, .uid = 7, .kind = "unreadable"};
    g_assert_cmpint(take(fixture->store, &mail, &id), ==, STORE_REPORT_UNMATCHED);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM report_trouble"), ==, 1);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM report WHERE tray = 'unreadable'"), ==, 1);
}

static int sign(Store *store, gint64 issue, const char *recipient, const char *who)
{
    const StoreSignature signature = {.who = who, .reason = "电话", .at = NOON};
    int n = -1;
    g_autoptr(GError) error = NULL;
    return store_sign(store, issue, recipient, &signature, &n, &error) ? n : -(int)error->code - 1000;
}

static void test_signing(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Store *store = fixture->store;
    gint64 issue = store_fixture_issue(store, "a", "released"), mail = store_fixture_mail(store, issue, "issue", 3);
    gint64 signed_for, of;
    int n;
    g_autoptr(GError) error = NULL;
    store_fixture_delivery(store, issue, mail, "li", DELIVERY_QUEUED);
    store_fixture_delivery(store, issue, mail, "wang", DELIVERY_QUEUED);
    store_fixture_delivery(store, issue, 0, "zhao", DELIVERY_PLANNED);
    store_fixture_sql(store, "UPDATE delivery SET state = 'unknown' WHERE name = 'li'; UPDATE delivery SET copies = 3"
                             " WHERE name = 'zhao'; INSERT INTO print_run SELECT id, 0, 3, 0, 0, 3, 3, 0 FROM issue");
    g_assert_cmpint(sign(store, issue, "li", "zhang"), ==, 1);
    g_assert_cmpint(sign(store, issue, "li", "zhang"), ==, -SONGFA_ERROR_CONFLICT - 1000);
    g_assert_cmpint(sign(store, issue, "wang", "zhang"), ==, -SONGFA_ERROR_CONFLICT - 1000); /* still queued */
    g_assert_cmpint(sign(store, issue, "nobody", "zhang"), ==, -SONGFA_ERROR_NOT_FOUND - 1000);
    g_assert_cmpint(sign(store, issue, "zhao", "zhang"), ==, 1);
    g_assert_cmpint(store_fixture_number(store, "SELECT signed_copies FROM print_run"), ==, 3);
    g_autoptr(StoreDelivery) li = store_fixture_find(store, "li");
    g_assert_cmpstr(li->signed_by, ==, "zhang");
    g_assert_cmpint(li->state, ==, DELIVERY_DELIVERED);
    g_assert_true(store_sign_counts(store, issue, &signed_for, &of, &error));
    g_assert_cmpint(signed_for, ==, 2);
    g_assert_cmpint(of, ==, 2);
    const StoreSignature back = {.who = "zhang", .reason = "误记", .at = NOON};
    g_assert_true(store_unsign(store, issue, "zhao", &back, &n, &error));
    g_assert_cmpint(store_fixture_number(store, "SELECT signed_copies FROM print_run"), ==, 0);
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
    STORE_TEST("/store-reports/tokens", test_tokens);
    STORE_TEST("/store-reports/forged", test_forged);
    STORE_TEST("/store-reports/several", test_several);
    STORE_TEST("/store-reports/sign-off", test_sign_off);
    STORE_TEST("/store-reports/tray", test_tray);
    STORE_TEST("/store-reports/trouble", test_trouble);
    STORE_TEST("/store-reports/signing", test_signing);
    return g_test_run();
}
