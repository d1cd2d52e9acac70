/* SPDX-License-Identifier: GPL-3.0-or-later
 * What becomes of a delivery: the retry schedule, giving up, and recovery from the wire table. */
#include "daemon/dispatch/recover.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "tests/unit/store-fixture.h"

static GPtrArray *delays_of(const char *text)
{
    GPtrArray *delays = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0')
            g_ptr_array_add(delays, GINT_TO_POINTER((int)g_ascii_strtoll(words[i], NULL, 10)));
    return delays;
}

static Job *job_tried(int attempts, int seconds_ago)
{
    StoreDelivery *delivery = g_new0(StoreDelivery, 1);
    delivery->attempts = attempts;
    delivery->first_queued = clock_now() - seconds_ago * CLOCK_SECOND;
    return job_new(delivery, NULL);
}

static void test_schedule(void)
{
    static const struct {
        const char *name, *delays;
        int attempts, queued_ago, give_up_after;
        DeliveryState state;
        int next_in;
    } rows[] = {
        {"first step", "60 300 900", 1, 0, 86400, DELIVERY_DEFERRED, 60},
        {"second step", "60 300 900", 2, 70, 86400, DELIVERY_DEFERRED, 300},
        {"the last repeats", "60 300 900", 9, 5000, 86400, DELIVERY_DEFERRED, 900},
        {"no schedule", "", 1, 0, 86400, DELIVERY_DEFERRED, 300},
        {"the last attempt is at the deadline", "60 300 900", 3, 86000, 86400, DELIVERY_DEFERRED, 400},
        {"at the deadline it is over", "60 300 900", 3, 86400, 86400, DELIVERY_REFUSED, 0},
    };
    clock_freeze(NOON);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GPtrArray) delays = delays_of(rows[i].delays);
        RetrySettings retry = {.delays = delays, .give_up_after = rows[i].give_up_after};
        SmtpResult result = {.outcome = OUTCOME_DEFERRED, .stage = OUTCOME_AT_RCPT, .code = 451, .text = "4.3.0 later"};
        Job *job = job_tried(rows[i].attempts, rows[i].queued_ago);
        job_settle(job, &retry, &result, "one");
        g_assert_cmpstr(delivery_state_name(job->state), ==, delivery_state_name(rows[i].state));
        g_assert_cmpint(job->code, ==, 451);
        g_assert_cmpstr(job->enhanced, ==, rows[i].state == DELIVERY_REFUSED ? "4.4.7" : "4.3.0");
        g_assert_true(g_str_has_suffix(job->text, "later"));
        g_assert_cmpint(job->next_attempt, ==, rows[i].next_in > 0 ? NOON + rows[i].next_in * CLOCK_SECOND : 0);
        job_free(job);
    }
    clock_freeze(-1);
}

static void test_other_ends(void)
{
    clock_freeze(NOON);
    RetrySettings retry = {.give_up_after = 86400};
    Job *job = job_tried(1, 0);
    SmtpResult taken = {.outcome = OUTCOME_ACCEPTED, .stage = OUTCOME_AT_DOT, .code = 250, .text = "2.0.0 Ok: queued as 4F1B2"};
    job_settle(job, &retry, &taken, "one");
    DeliveryOutcome outcome = job_outcome(job);
    g_assert_cmpint(outcome.state, ==, DELIVERY_ACCEPTED);
    g_assert_cmpstr(outcome.queue_id, ==, "4F1B2");
    g_assert_cmpstr(outcome.enhanced_code, ==, "2.0.0");
    g_assert_cmpstr(outcome.reply_text, ==, "Ok: queued as 4F1B2");
    g_assert_cmpint(outcome.at, ==, NOON);
    job_postpone(job, &retry, "no relay", "one", NOON + 7);
    g_assert_cmpint(job->state, ==, DELIVERY_DEFERRED);
    g_assert_cmpint(job->next_attempt, ==, NOON + 7);
    job_refuse(job, "5.1.3", "bad address");
    outcome = job_outcome(job);
    g_assert_cmpint(outcome.state, ==, DELIVERY_REFUSED);
    g_assert_cmpstr(outcome.enhanced_code, ==, "5.1.3");
    g_assert_null(outcome.relay);
    job_free(job);
    clock_freeze(-1);
}

/* ---- recovery ---- */

typedef enum { NO_SLOT, DOT_SLOT, TAKEN_SLOT, LATER_SLOT, REFUSED_SLOT } SlotKind;

static const struct {
    const char *name;
    SlotKind slot;
    DeliveryState same_boot, other_boot;
    int code;
} leftovers[] = {
    {"never-tried", NO_SLOT, DELIVERY_QUEUED, DELIVERY_UNKNOWN, 0},
    {"in-doubt", DOT_SLOT, DELIVERY_UNKNOWN, DELIVERY_UNKNOWN, 0},
    {"taken", TAKEN_SLOT, DELIVERY_ACCEPTED, DELIVERY_UNKNOWN, 250},
    {"later", LATER_SLOT, DELIVERY_DEFERRED, DELIVERY_UNKNOWN, 451},
    {"refused", REFUSED_SLOT, DELIVERY_REFUSED, DELIVERY_UNKNOWN, 554},
};

static void leave_slot(Wire *wire, gint64 id, SlotKind kind)
{
    static const struct { int code; const char *text, *queue_id; } answers[] = {
        [TAKEN_SLOT] = {250, "2.0.0 Ok: queued as 4F1B2", "4F1B2"},
        [LATER_SLOT] = {451, "4.3.0 later", NULL},
        [REFUSED_SLOT] = {554, "5.7.1 no", NULL},
    };
    if (kind == NO_SLOT)
        return;
    int slot = wire_take(wire);
    wire_mark_dot(wire, slot, id, "one");
    if (kind != DOT_SLOT)
        wire_answer(wire, slot, answers[kind].code, answers[kind].text, answers[kind].queue_id);
}

/* Rows in sending and their slots, as a killed engine leaves them. */
static void leave_rows(StoreFixture *fixture)
{
    gint64 issue = store_fixture_issue(fixture->store, "test/2020/1", "released");
    gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
    for (gsize i = 0; i < G_N_ELEMENTS(leftovers); i++)
        store_fixture_delivery(fixture->store, issue, mail, leftovers[i].name, DELIVERY_PLANNED);
    g_assert_true(store_delivery_queue_issue(fixture->store, issue, NOON, NULL, NULL));
    g_autoptr(GPtrArray) claimed = store_delivery_claim(fixture->store, 100, 100, NOON, NULL);
    g_assert_cmpuint(claimed->len, ==, G_N_ELEMENTS(leftovers));
    g_autoptr(Wire) wire = wire_open(fixture->folder, NULL);
    wire_reset(wire);
    for (gsize i = 0; i < G_N_ELEMENTS(leftovers); i++) {
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, leftovers[i].name);
        leave_slot(wire, row->id, leftovers[i].slot);
    }
}

static void recover(StoreFixture *fixture)
{
    RetrySettings retry = {.give_up_after = 86400};
    EngineSettings settings = {.retry = &retry};
    g_autoptr(Wire) wire = wire_open(fixture->folder, NULL);
    EngineParts parts = {.settings = &settings, .store = fixture->store, .wire = wire};
    GError *error = NULL;
    g_assert_true(recover_rows(&parts, &error));
    g_assert_no_error(error);
    g_assert_true(wire_is_of_this_boot(wire));
    for (int slot = 0; slot < WIRE_SLOTS; slot++)
        g_assert_cmpint(wire_entry(wire, slot).phase, ==, WIRE_FREE);
    wire_forget(wire);
}

static void check_rows(const StoreFixture *fixture, gboolean same_boot)
{
    for (gsize i = 0; i < G_N_ELEMENTS(leftovers); i++) {
        g_test_message("%s", leftovers[i].name);
        g_autoptr(StoreDelivery) row = store_fixture_find(fixture->store, leftovers[i].name);
        DeliveryState want = same_boot ? leftovers[i].same_boot : leftovers[i].other_boot;
        g_assert_cmpstr(delivery_state_name(row->state), ==, delivery_state_name(want));
        g_assert_cmpint(row->reply_code, ==, same_boot ? leftovers[i].code : 0);
        g_assert_cmpint(row->attempts, ==, want == DELIVERY_QUEUED ? 0 : 1);
        if (same_boot && leftovers[i].slot == TAKEN_SLOT)
            g_assert_cmpstr(row->queue_id, ==, "4F1B2");
    }
}

static void test_same_boot(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    leave_rows(fixture);
    recover(fixture);
    check_rows(fixture, TRUE);
    recover(fixture); /* a crash amid recovery repeats it */
    check_rows(fixture, TRUE);
}

static void test_other_boot(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    leave_rows(fixture);
    g_autofree char *path = wire_file(fixture->folder), *table = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(path, &table, &length, NULL));
    table[24] = '?'; /* in the boot id */
    g_assert_true(g_file_set_contents(path, table, (gssize)length, NULL));
    recover(fixture);
    check_rows(fixture, FALSE);
}

static void test_no_table(StoreFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    leave_rows(fixture);
    g_autofree char *path = wire_file(fixture->folder);
    g_assert_true(g_file_set_contents(path, "damaged", -1, NULL));
    recover(fixture);
    check_rows(fixture, FALSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_ERROR);
    g_test_add_func("/job/schedule", test_schedule);
    g_test_add_func("/job/other-ends", test_other_ends);
    STORE_TEST("/recover/same-boot", test_same_boot);
    STORE_TEST("/recover/other-boot", test_other_boot);
    STORE_TEST("/recover/no-table", test_no_table);
    return g_test_run();
}
