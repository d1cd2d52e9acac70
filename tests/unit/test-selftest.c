/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the self-test makes of a register and of a server's record, row by row. */
#include <string.h>

#include "daemon/selftest/ground.h"
#include "daemon/selftest/proof.h"
#include "tests/unit/store-fixture.h"

enum { ALLOWED = 1 };

/* Two rows are as they should be; the third is the case. */
static const struct {
    const char *name;
    DeliveryState state;
    guint taken, strangers, expected;
    guint lost, repeated, unknown, unfinished;
    gboolean holds;
} cases[] = {
    {"accepted and taken", DELIVERY_ACCEPTED, 1, 0, 3, 0, 0, 0, 0, TRUE},
    {"accepted, not taken", DELIVERY_ACCEPTED, 0, 0, 3, 1, 0, 0, 0, FALSE},
    {"accepted, taken twice", DELIVERY_ACCEPTED, 2, 0, 3, 0, 1, 0, 0, FALSE},
    {"unknown, taken", DELIVERY_UNKNOWN, 1, 0, 3, 0, 0, 1, 0, TRUE},
    {"unknown, not taken", DELIVERY_UNKNOWN, 0, 0, 3, 0, 0, 1, 0, TRUE},
    {"unknown, taken twice", DELIVERY_UNKNOWN, 2, 0, 3, 0, 1, 1, 0, FALSE},
    {"still queued", DELIVERY_QUEUED, 0, 0, 3, 0, 0, 0, 1, FALSE},
    {"queued, but taken", DELIVERY_QUEUED, 1, 0, 3, 0, 0, 0, 1, FALSE},
    {"refused", DELIVERY_REFUSED, 0, 0, 3, 0, 0, 0, 1, FALSE},
    {"a mail without a row", DELIVERY_ACCEPTED, 1, 1, 3, 0, 1, 0, 0, FALSE},
    {"a row is missing", DELIVERY_ACCEPTED, 1, 0, 4, 1, 0, 0, 0, FALSE},
    {"a row too many", DELIVERY_ACCEPTED, 1, 0, 2, 0, 0, 0, 0, FALSE},
};

static SelftestReport *new_report(void)
{
    SelftestReport *report = g_new0(SelftestReport, 1);
    report->findings = g_ptr_array_new_with_free_func((GDestroyNotify)ground_finding_free);
    report->problems = g_ptr_array_new_with_free_func(g_free);
    report->kills = 1;
    report->allowed = ALLOWED;
    return report;
}

static void add_taken(Store *store, GHashTable *record, const char *name, guint times)
{
    g_autoptr(StoreDelivery) row = store_fixture_find(store, name);
    if (times > 0)
        g_hash_table_insert(record, g_strdup(row->message_id), GUINT_TO_POINTER(times));
}

static void compare(const char *path, guint expected, GHashTable *record, SelftestReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Proof) proof = proof_open(path, expected, &error);
    g_assert_no_error(error);
    g_assert_true(proof_compare(proof, record, report, &error));
    g_assert_no_error(error);
}

static void test_rows(StoreFixture *fixture, gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GHashTable) record = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(SelftestReport) report = new_report();
    gint64 issue = store_fixture_issue(fixture->store, "zijian/2026/1", "released");
    gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
    store_fixture_delivery(fixture->store, issue, mail, "one", DELIVERY_ACCEPTED);
    store_fixture_delivery(fixture->store, issue, mail, "two", DELIVERY_ACCEPTED);
    store_fixture_delivery(fixture->store, issue, mail, "third", cases[i].state);
    add_taken(fixture->store, record, "one", 1);
    add_taken(fixture->store, record, "two", 1);
    add_taken(fixture->store, record, "third", cases[i].taken);
    if (cases[i].strangers > 0)
        g_hash_table_insert(record, g_strdup("<stranger@example.test>"), GUINT_TO_POINTER(cases[i].strangers));
    compare(fixture->path, cases[i].expected, record, report);
    g_assert_cmpuint(report->lost, ==, cases[i].lost);
    g_assert_cmpuint(report->repeated, ==, cases[i].repeated);
    g_assert_cmpuint(report->unknown, ==, cases[i].unknown);
    g_assert_cmpuint(report->unfinished, ==, cases[i].unfinished);
    g_assert_cmpint(selftest_report_holds(report), ==, cases[i].holds);
}

/* More in doubt than there were transactions to be in doubt; a register that somebody wrote into. */
static void test_whole(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GHashTable) record = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(SelftestReport) report = new_report();
    gint64 issue = store_fixture_issue(fixture->store, "zijian/2026/1", "released");
    gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
    store_fixture_delivery(fixture->store, issue, mail, "one", DELIVERY_UNKNOWN);
    store_fixture_delivery(fixture->store, issue, mail, "two", DELIVERY_UNKNOWN);
    compare(fixture->path, 2, record, report);
    g_assert_cmpuint(report->unknown, ==, 2);
    g_assert_false(selftest_report_holds(report));
}

/* The folder of a test is on a real file system: nothing there is bad, and each check says what it found. */
static void test_ground(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    for (int i = 0; i < GROUND_CHECKS; i++) {
        GroundFinding *finding = ground_check(i, fixture->folder);
        g_assert_cmpint(finding->verdict, !=, GROUND_BAD);
        g_assert_cmpuint(strlen(finding->text), >, 0);
        ground_finding_free(finding);
        finding = ground_check(i, "/proc/self/none");
        g_assert_cmpint(finding->verdict, ==, GROUND_BAD);
        g_assert_cmpuint(strlen(finding->text), >, 0);
        ground_finding_free(finding);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/selftest/rows/", cases[i].name, NULL);
        g_test_add(path, StoreFixture, GSIZE_TO_POINTER(i), store_fixture_set_up, test_rows, store_fixture_tear_down);
    }
    STORE_TEST("/selftest/whole", test_whole);
    STORE_TEST("/selftest/ground", test_ground);
    return g_test_run();
}
