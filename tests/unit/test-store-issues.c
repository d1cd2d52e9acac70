/* SPDX-License-Identifier: GPL-3.0-or-later
 * Issues, mails and print runs in the store. */
#include "daemon/store/issues.h"

#include <string.h>

#include "daemon/base/error.h"
#include "tests/unit/store-fixture.h"

#define S(text) ((char *)(text))

static StoreIssue full_issue(void)
{
    return (StoreIssue){.identity = S("sjxx/2020/19"), .revision = 2, .state = S("planned"), .digest = S("abc"),
                        .file_name = S("第19期.txt"), .path = S("/in/第19期.txt"), .series = S("sjxx"),
                        .title = S("样报"), .year = 2020, .number = 19, .total_number = 92, .supplement = 7,
                        .office = S("某办公室"), .date = S("2020-03-06"), .headline = S("标题"),
                        .json = S("{}"), .reasons = S("[{\"code\":\"x\"}]"), .restricted = TRUE,
                        .seen_at = NOON, .planned_at = NOON + 1, .released_at = NOON + 2,
                        .released_by = S("wang"), .directory_day = S("2020-03-06")};
}

static void assert_same(const StoreIssue *got, const StoreIssue *want)
{
    const struct { const char *name, *got, *want; } texts[] = {
        {"identity", got->identity, want->identity}, {"state", got->state, want->state},
        {"digest", got->digest, want->digest}, {"file", got->file_name, want->file_name},
        {"path", got->path, want->path}, {"series", got->series, want->series},
        {"title", got->title, want->title}, {"office", got->office, want->office},
        {"date", got->date, want->date}, {"headline", got->headline, want->headline},
        {"json", got->json, want->json}, {"reasons", got->reasons, want->reasons},
        {"by", got->released_by, want->released_by}, {"day", got->directory_day, want->directory_day},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i].name);
        g_assert_cmpstr(texts[i].got, ==, texts[i].want);
    }
    g_assert_cmpint(got->revision, ==, want->revision);
    g_assert_cmpint(got->year * 1000 + got->number, ==, want->year * 1000 + want->number);
    g_assert_cmpint(got->total_number * 100 + got->supplement, ==, want->total_number * 100 + want->supplement);
    g_assert_cmpint(got->restricted, ==, want->restricted);
    g_assert_cmpint(got->seen_at, ==, want->seen_at);
    g_assert_cmpint(got->planned_at, ==, want->planned_at);
    g_assert_cmpint(got->released_at, ==, want->released_at);
}

static void test_round_trip(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    StoreIssue issue = full_issue();
    issue.id = store_issue_insert(fixture->store, &issue, &error);
    g_assert_cmpint(issue.id, >, 0);
    g_autoptr(StoreIssue) got = store_issue_by_id(fixture->store, issue.id, &error);
    assert_same(got, &issue);

    StoreIssue changed = {.id = issue.id, .digest = S("other"), .state = S("held"), .headline = S(""), .seen_at = 5};
    g_assert_true(store_issue_update(fixture->store, &changed, &error));
    g_autoptr(StoreIssue) after = store_issue_by_digest(fixture->store, "abc", &error);
    changed.digest = S("abc"), changed.seen_at = NOON; /* these two never change */
    changed.headline = NULL, changed.revision = 1, changed.reasons = S("[]");
    assert_same(after, &changed);
    g_assert_cmpstr(after->shown_state, ==, "held");

    g_assert_true(store_issue_set_path(fixture->store, issue.id, "/archive/a", &error));
    g_autoptr(StoreIssue) moved = store_issue_by_id(fixture->store, issue.id, &error);
    g_assert_cmpstr(moved->path, ==, "/archive/a");
    g_assert_no_error(error);
}

static void test_missing(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_null(store_issue_by_id(fixture->store, 7, &error));
    g_assert_null(store_issue_by_ref(fixture->store, "sjxx/2020/19", &error));
    g_assert_null(store_issue_by_digest(fixture->store, "abc", &error));
    g_assert_null(store_mail_by_id(fixture->store, 7, &error));
    g_assert_null(store_mail_of_issue(fixture->store, 7, &error));
    StorePrintRun run;
    g_assert_false(store_print_run_get(fixture->store, 7, &run, &error));
    g_assert_no_error(error);
    g_assert_false(store_issue_set_path(fixture->store, 7, "/x", &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
}

static void test_conflicts(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name, *digest, *identity, *state, *json;
        int revision;
        const char *want; /* words of the refusal, NULL = taken */
    } rows[] = {
        {"same number, held", "d1", "sjxx/2020/19", "held", NULL, 1, NULL},
        {"same number, planned", "d2", "sjxx/2020/19", "planned", NULL, 1, "sjxx/2020/19 第 1 版"},
        {"next revision", "d3", "sjxx/2020/19", "planned", NULL, 2, NULL},
        {"same file", "d0", "sjxx/2020/20", "planned", NULL, 1, "已经登记过"},
        {"no identity", "d4", NULL, "planned", NULL, 1, NULL},
        {"no identity again", "d5", NULL, "planned", NULL, 1, NULL},
        {"unknown state", "d6", NULL, "sent", NULL, 1, "不合规则"},
        {"no digest", "", NULL, "held", NULL, 1, "不合规则"},
        {"refused without text", "d7", NULL, "refused", NULL, 1, NULL},
        {"refused with text", "d8", NULL, "refused", "{}", 1, "不合规则"},
    };
    const StoreIssue first = {.digest = S("d0"), .identity = S("sjxx/2020/19"), .state = S("released"), .revision = 1};
    g_assert_cmpint(store_issue_insert(fixture->store, &first, NULL), >, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        const StoreIssue issue = {.digest = S(rows[i].digest), .identity = S(rows[i].identity),
                                  .state = S(rows[i].state), .revision = rows[i].revision,
                                  .file_name = S("样"), .json = S(rows[i].json)};
        g_autoptr(GError) error = NULL;
        gint64 id = store_issue_insert(fixture->store, &issue, &error);
        g_assert_cmpint(id != 0, ==, rows[i].want == NULL);
        if (rows[i].want == NULL)
            continue;
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
        g_assert_nonnull(strstr(error->message, rows[i].want));
    }
}

/* Releasing what was held under a number already given out. */
static void test_update_conflict(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    store_fixture_issue(fixture->store, "sjxx/2020/19", "released");
    gint64 id = store_fixture_issue(fixture->store, "sjxx/2020/19", "held");
    g_autoptr(StoreIssue) issue = store_issue_by_id(fixture->store, id, &error);
    g_free(issue->state);
    issue->state = g_strdup("released");
    g_assert_false(store_issue_update(fixture->store, issue, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_clear_error(&error);
    issue->revision = 2;
    g_assert_true(store_issue_update(fixture->store, issue, &error));
    g_assert_no_error(error);
}

/* Two who read the same row: the one who writes second would undo what it has not seen. */
static void test_stale_update(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 id = store_fixture_issue(fixture->store, "sjxx/2020/19", "held");
    g_autoptr(StoreIssue) daemon = store_issue_by_id(fixture->store, id, &error);
    g_autoptr(StoreIssue) clerk = store_issue_by_id(fixture->store, id, &error);
    g_free(clerk->state);
    clerk->state = g_strdup("released");
    clerk->released_at = NOON;
    g_assert_true(store_issue_update(fixture->store, clerk, &error));
    g_assert_true(store_issue_update(fixture->store, clerk, &error)); /* knows its own change */
    g_assert_no_error(error);
    g_assert_false(store_issue_update(fixture->store, daemon, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_clear_error(&error);
    g_autoptr(StoreIssue) after = store_issue_by_id(fixture->store, id, &error);
    g_assert_cmpstr(after->state, ==, "released");
    g_assert_cmpint(after->released_at, ==, NOON);

    g_assert_true(store_issue_set_path(fixture->store, id, "/archive/a", &error));
    g_assert_false(store_issue_update(fixture->store, clerk, &error)); /* it would bring the old path back */
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

/* What was stopped after its release may have reached some: its number is not free. */
static void test_stopped_keeps_number(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name, *state;
        gint64 released_at;
        gboolean is_taken;
    } rows[] = {
        {"never released", "held", 0, FALSE},
        {"stopped", "held", NOON, TRUE},
        {"released", "released", NOON, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) error = NULL;
        g_autofree char *identity = g_strdup_printf("sjxx/2020/%d", (int)i);
        g_autofree char *one = g_strconcat(identity, "-one", NULL), *two = g_strconcat(identity, "-two", NULL);
        const StoreIssue first = {.digest = one, .identity = identity, .state = S(rows[i].state),
                                  .released_at = rows[i].released_at};
        const StoreIssue second = {.digest = two, .identity = identity, .state = S("planned")};
        gint64 id = store_issue_insert(fixture->store, &first, &error);
        g_autoptr(StoreIssue) holder = store_issue_by_identity(fixture->store, identity, &error);
        g_assert_no_error(error);
        g_assert_cmpint(holder != NULL ? holder->id : 0, ==, rows[i].is_taken ? id : 0);
        g_assert_cmpint(store_issue_insert(fixture->store, &second, &error) == 0, ==, rows[i].is_taken);
        g_assert_cmpint(g_error_matches(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT), ==, rows[i].is_taken);
    }
}

static void test_refs(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    gint64 first = store_fixture_issue(store, "sjxx/2020/19", "released");
    gint64 waiting = store_fixture_issue(store, "sjxx/2020/19", "held");
    gint64 supplement = store_fixture_issue(store, "sjxx/2020/s7", "planned");
    StoreIssue second = {.digest = S("r2"), .identity = S("sjxx/2020/19"), .state = S("released"), .revision = 2};
    gint64 second_id = store_issue_insert(store, &second, NULL);
    g_autofree char *by_id = g_strdup_printf("%d", (int)waiting);
    const struct { const char *ref; gint64 want; } rows[] = {
        {"sjxx/2020/19", second_id}, {"sjxx/2020/19r1", first},   {"sjxx/2020/19r2", second_id},
        {"sjxx/2020/19r3", 0},       {"sjxx/2020/s7", supplement}, {by_id, waiting},
        {"", 0},                     {"r2", 0},                    {"99999", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].ref);
        g_autoptr(GError) error = NULL;
        g_autoptr(StoreIssue) issue = store_issue_by_ref(store, rows[i].ref, &error);
        g_assert_no_error(error);
        g_assert_cmpint(issue != NULL ? issue->id : 0, ==, rows[i].want);
    }
    g_autoptr(StoreIssue) newest = store_issue_by_identity(store, "sjxx/2020/19", NULL);
    g_assert_cmpint(newest->id, ==, second_id);
}

static void test_shown_state(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name, *state, *one, *two, *after, *want; /* SQL run last */
    } rows[] = {
        {"held", "held", NULL, NULL, NULL, "held"},
        {"planned", "planned", "planned", NULL, NULL, "planned"},
        {"paper only", "released", NULL, NULL, NULL, "done"},
        {"not queued yet", "released", "planned", "accepted", NULL, "released"},
        {"waiting", "released", "queued", "accepted", NULL, "sending"},
        {"on the wire", "released", "accepted", "sending", NULL, "sending"},
        {"deferred", "released", "deferred", "refused", NULL, "sending"},
        {"in doubt", "released", "accepted", "unknown", NULL, "sending"},
        {"in doubt, signed", "released", "accepted", "unknown", "UPDATE delivery SET signed_at = 1", "done"},
        {"all settled", "released", "accepted", "refused", NULL, "done"},
        {"reported", "released", "delivered", "bounced", NULL, "done"},
        {"cancelled", "released", "cancelled", "accepted", NULL, "done"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *identity = g_strdup_printf("sjxx/2020/%d", (int)i);
        gint64 issue = store_fixture_issue(fixture->store, identity, rows[i].state);
        gint64 mail = store_fixture_mail(fixture->store, issue, "issue", 3);
        store_fixture_delivery(fixture->store, issue, 0, "paper", DELIVERY_PLANNED);
        store_fixture_delivery(fixture->store, issue, store_fixture_mail(fixture->store, issue, "notice", 3),
                               "clerk", DELIVERY_QUEUED);
        const char *states[] = {rows[i].one, rows[i].two};
        for (int j = 0; j < 2 && states[j] != NULL; j++) {
            DeliveryState state = DELIVERY_PLANNED;
            g_assert_true(delivery_state_parse(states[j], &state));
            g_autofree char *name = g_strdup_printf("n%d", j);
            store_fixture_delivery(fixture->store, issue, mail, name, DELIVERY_PLANNED);
            g_autofree char *sql =
                g_strdup_printf("UPDATE delivery SET state = '%s', next_attempt = 1 WHERE issue_id = %d AND name = '%s'",
                                states[j], (int)issue, name);
            store_fixture_sql(fixture->store, sql);
        }
        if (rows[i].after != NULL)
            store_fixture_sql(fixture->store, rows[i].after);
        g_autoptr(StoreIssue) got = store_issue_by_id(fixture->store, issue, NULL);
        g_assert_cmpstr(got->shown_state, ==, rows[i].want);
    }
}

static void test_list(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    gint64 held = store_fixture_issue(fixture->store, NULL, "held");
    gint64 done = store_fixture_issue(fixture->store, "a/2020/1", "released");
    gint64 open = store_fixture_issue(fixture->store, "a/2020/2", "released");
    store_fixture_delivery(fixture->store, open, store_fixture_mail(fixture->store, open, "issue", 3), "x",
                           DELIVERY_QUEUED);
    const struct { const char *state; int limit; gint64 want[4]; } rows[] = {
        {NULL, 0, {open, done, held}}, {NULL, 2, {open, done}},  {"held", 0, {held}},
        {"released", 0, {open, done}}, {"sending", 0, {open}},   {"done", 0, {done}},
        {"refused", 0, {0}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s %d", rows[i].state, rows[i].limit);
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = store_issue_list(fixture->store, rows[i].state, rows[i].limit, &error);
        g_assert_no_error(error);
        for (guint j = 0; j <= list->len; j++)
            g_assert_cmpint(j < list->len ? ((StoreIssue *)g_ptr_array_index(list, j))->id : 0, ==,
                            rows[i].want[j]);
    }
}

static void test_mail(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 issue = store_fixture_issue(fixture->store, "a/2020/1", "planned");
    store_fixture_mail(fixture->store, issue, "issue", 3);
    const StoreMail mail = {.issue_id = issue, .kind = S("issue"), .subject = S("题"), .text = S("文"),
                            .html = S("<p>"), .attachment_digest = S("dd"), .attachment_name = S("原件.docx"),
                            .pdf_digest = S("ee"),
                            .list_id = S("l"), .issue_label = S("a/2020/1r1"), .priority = 1, .date = NOON};
    gint64 id = store_mail_insert(fixture->store, &mail, &error);
    gint64 notice = store_fixture_mail(fixture->store, issue, "notice", 0);
    g_autoptr(StoreMail) got = store_mail_of_issue(fixture->store, issue, &error);
    g_assert_cmpint(got->id, ==, id);
    g_assert_cmpstr(got->subject, ==, "题");
    g_assert_cmpstr(got->text, ==, "文");
    g_assert_cmpstr(got->html, ==, "<p>");
    g_assert_cmpstr(got->attachment_digest, ==, "dd");
    g_assert_cmpstr(got->attachment_name, ==, "原件.docx");
    g_assert_cmpstr(got->pdf_digest, ==, "ee");
    g_assert_cmpstr(got->list_id, ==, "l");
    g_assert_cmpstr(got->issue_label, ==, "a/2020/1r1");
    g_assert_cmpint(got->priority, ==, 1);
    g_assert_cmpint(got->date, ==, NOON);
    g_autoptr(StoreMail) plain = store_mail_by_id(fixture->store, notice, &error);
    g_assert_cmpstr(plain->kind, ==, "notice");
    g_assert_null(plain->html);
    g_assert_cmpint(plain->priority, ==, 3);
    const StoreMail orphan = {.issue_id = 4711, .kind = S("issue"), .text = S("文")};
    g_assert_cmpint(store_mail_insert(fixture->store, &orphan, &error), ==, 0);
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

static void test_print_run(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 issue = store_fixture_issue(fixture->store, "a/2020/1", "planned");
    StorePrintRun run = {.issue_id = issue, .declared = 130, .computed = 97, .archive = 2, .spare = 5}, got;
    g_assert_true(store_print_run_put(fixture->store, &run, &error));
    run.printed = 96, run.handed_over = 90, run.signed_copies = 80, run.computed = 98;
    g_assert_true(store_print_run_put(fixture->store, &run, &error));
    g_assert_true(store_print_run_get(fixture->store, issue, &got, &error));
    const int wanted[] = {130, 98, 2, 5, 96, 90, 80};
    const int read[] = {got.declared, got.computed, got.archive, got.spare,
                        got.printed, got.handed_over, got.signed_copies};
    g_assert_true(memcmp(read, wanted, sizeof wanted) == 0);
    g_assert_cmpint(got.issue_id, ==, issue);
    run.declared = -1;
    g_assert_false(store_print_run_put(fixture->store, &run, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/issues/round-trip", test_round_trip);
    STORE_TEST("/store/issues/missing", test_missing);
    STORE_TEST("/store/issues/conflicts", test_conflicts);
    STORE_TEST("/store/issues/update-conflict", test_update_conflict);
    STORE_TEST("/store/issues/stale-update", test_stale_update);
    STORE_TEST("/store/issues/stopped-keeps-number", test_stopped_keeps_number);
    STORE_TEST("/store/issues/refs", test_refs);
    STORE_TEST("/store/issues/shown-state", test_shown_state);
    STORE_TEST("/store/issues/list", test_list);
    STORE_TEST("/store/issues/mail", test_mail);
    STORE_TEST("/store/issues/print-run", test_print_run);
    return g_test_run();
}
