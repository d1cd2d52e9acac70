/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choices and approvals in the store, and the issue before an issue. */
#include "daemon/store/choices.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/audit.h"
#include "tests/unit/store-fixture.h"

#define S(text) ((char *)(text))

/* The term is "有关部门", or with its field "抄送/有关部门". */
static void choose(Store *store, gint64 issue_id, const char *series, const char *term, const char *members)
{
    const char *slash = strchr(term, '/');
    g_autofree char *field = g_strndup(term, slash != NULL ? (gsize)(slash - term) : 0);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) list = g_strsplit(members, " ", -1);
    StoreChoice choice = {.issue_id = issue_id, .series = S(series), .term = S(slash != NULL ? slash + 1 : term),
                          .field = field, .members = list, .who = S("张三"), .at = NOON};
    store_choice_put(store, &choice, &error);
    g_assert_no_error(error);
}

/* "12:有关部门=unit:甲,unit:乙" a choice. */
static char *listed(Store *store, gint64 issue_id, const char *series)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) choices = store_choice_list(store, issue_id, series, &error);
    g_assert_no_error(error);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < choices->len; i++) {
        const StoreChoice *choice = choices->pdata[i];
        g_autofree char *members = g_strjoinv(",", choice->members);
        g_string_append_printf(out, "%s%s:%s%s%s=%s", i > 0 ? " " : "",
                               choice->issue_id > 0 ? "issue" : choice->series, choice->field,
                               *choice->field != '\0' ? "/" : "", choice->term, members);
        g_assert_cmpstr(choice->who, ==, "张三");
        g_assert_cmpint(choice->at, ==, NOON);
    }
    return g_string_free(out, FALSE);
}

static void assert_listed(Store *store, gint64 issue_id, const char *series, const char *want)
{
    g_autofree char *got = listed(store, issue_id, series);
    g_assert_cmpstr(got, ==, want);
}

static void test_scopes(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    gint64 one = store_fixture_issue(store, "sjxx/2020/19", "held");
    gint64 other = store_fixture_issue(store, "sjxx/2020/20", "held");
    (void)data;
    choose(store, 0, "sjxx", "有关部门", "unit:甲");
    choose(store, one, "sjxx", "有关部门", "unit:乙 -unit:丙");
    choose(store, 0, "dashi", "有关部门", "unit:丁");
    assert_listed(store, one, "sjxx", "issue:有关部门=unit:乙,-unit:丙 sjxx:有关部门=unit:甲");
    assert_listed(store, other, "sjxx", "sjxx:有关部门=unit:甲");
    assert_listed(store, 0, "dashi", "dashi:有关部门=unit:丁");
    choose(store, one, "sjxx", "有关部门", "unit:戊");
    choose(store, 0, "sjxx", "有关部门", "unit:己");
    assert_listed(store, one, "sjxx", "issue:有关部门=unit:戊 sjxx:有关部门=unit:己");
}

/* Those of one field stand before those of any, each with its own scope. */
static void test_fields(StoreFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    gint64 one = store_fixture_issue(store, "sjxx/2020/19", "held");
    (void)data;
    choose(store, 0, "sjxx", "有关部门", "unit:甲");
    choose(store, 0, "sjxx", "抄送/有关部门", "unit:乙");
    choose(store, one, "sjxx", "有关部门", "unit:丙");
    choose(store, one, "sjxx", "抄送/有关部门", "unit:丁");
    choose(store, one, "sjxx", "抄送/有关部门", "unit:戊");
    assert_listed(store, one, "sjxx", "issue:抄送/有关部门=unit:戊 issue:有关部门=unit:丙 "
                                      "sjxx:抄送/有关部门=unit:乙 sjxx:有关部门=unit:甲");
    g_assert_true(store_choice_forget(store, one, "sjxx", "有关部门", "抄送", "李四", &error));
    g_assert_false(store_choice_forget(store, one, "sjxx", "有关部门", "发", "李四", &error));
    assert_listed(store, one, "sjxx", "issue:有关部门=unit:丙 sjxx:抄送/有关部门=unit:乙 sjxx:有关部门=unit:甲");
    g_autoptr(GPtrArray) rows = store_audit_list(store, "series:sjxx", 1, NULL);
    g_assert_cmpstr(((StoreAudit *)rows->pdata[0])->after, ==,
                    "{\"term\":\"有关部门\",\"field\":\"抄送\",\"members\":[\"unit:乙\"]}");
}

static void test_forget(StoreFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    gint64 one = store_fixture_issue(store, "sjxx/2020/19", "held");
    (void)data;
    choose(store, 0, "sjxx", "有关部门", "unit:甲");
    choose(store, one, "sjxx", "有关部门", "unit:乙");
    g_assert_true(store_choice_forget(store, 0, "sjxx", "有关部门", NULL, "李四", &error));
    assert_listed(store, one, "sjxx", "issue:有关部门=unit:乙");
    g_assert_false(store_choice_forget(store, 0, "sjxx", "有关部门", NULL, "李四", &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
}

static void test_audit(StoreFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    (void)data;
    choose(store, 0, "sjxx", "有关部门", "unit:甲");
    choose(store, 0, "sjxx", "有关部门", "unit:乙");
    g_assert_true(store_choice_forget(store, 0, "sjxx", "有关部门", NULL, "李四", &error));
    g_autoptr(GPtrArray) rows = store_audit_list(store, "series:sjxx", 0, &error);
    g_assert_cmpuint(rows->len, ==, 3);
    const StoreAudit *forgotten = rows->pdata[0], *again = rows->pdata[1];
    g_assert_cmpstr(forgotten->who, ==, "李四");
    g_assert_cmpstr(forgotten->action, ==, "choice.forget");
    g_assert_cmpstr(forgotten->after, ==, NULL);
    g_assert_cmpstr(again->before, ==, "{\"term\":\"有关部门\",\"members\":[\"unit:甲\"]}");
    g_assert_cmpstr(again->after, ==, "{\"term\":\"有关部门\",\"members\":[\"unit:乙\"]}");
}

static void test_approval(StoreFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    gint64 one = store_fixture_issue(store, "sjxx/2020/19", "planned");
    (void)data;
    g_assert_null(store_approval_get(store, one, &error));
    g_assert_no_error(error);
    g_assert_true(store_approval_put(store, one, "张三", NOON, NULL, &error));
    g_assert_true(store_approval_put(store, one, "李四", NOON + 1, "核对过", &error));
    g_autoptr(StoreApproval) approval = store_approval_get(store, one, &error);
    g_assert_cmpstr(approval->who, ==, "李四");
    g_assert_cmpint(approval->at, ==, NOON + 1);
    for (int i = 0; i < 2; i++)
        g_assert_true(store_approval_drop(store, one, "王五", "改了", &error));
    g_assert_null(store_approval_get(store, one, &error));
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM audit WHERE action LIKE 'issue.%approve'"),
                    ==, 3);
}

static gint64 add_issue(Store *store, const char *identity, const char *date, int number, int revision,
                        const char *state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *digest = g_strdup_printf("%s r%d", identity, revision);
    StoreIssue issue = {.identity = S(identity), .revision = revision, .state = S(state), .digest = digest,
                        .series = S("sjxx"), .date = S(date), .number = number, .seen_at = NOON};
    gint64 id = store_issue_insert(store, &issue, &error);
    g_assert_no_error(error);
    return id;
}

/* Released, and held by a clerk since. */
static void add_stopped(Store *store, const char *identity, const char *date, int number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreIssue) issue =
        store_issue_by_id(store, add_issue(store, identity, date, number, 1, "released"), &error);
    g_assert_no_error(error);
    g_free(issue->state);
    issue->state = g_strdup("held");
    issue->released_at = NOON;
    store_issue_update(store, issue, &error);
    g_assert_no_error(error);
}

/* An issue released to two, of whom one was cancelled; the other's state. */
static void add_cancelled(Store *store, const char *identity, const char *date, int number, DeliveryState other)
{
    add_issue(store, identity, date, number, 1, "released");
    gint64 id = store_fixture_number(store, "SELECT max(id) FROM issue");
    store_fixture_delivery(store, id, 0, "one", DELIVERY_CANCELLED);
    store_fixture_delivery(store, id, 0, "two", other);
}

/* Only what went out counts: what waits for a clerk, or was stopped by one, says nothing of the next. */
static void test_previous(StoreFixture *fixture, gconstpointer data)
{
    static const struct { const char *identity, *date; int number; const char *want; } rows[] = {
        {"sjxx/2020/17", "2020-02-28", 17, NULL},
        {"sjxx/2020/18", "2020-03-01", 18, NULL},
        {"sjxx/2020/19", "2020-03-06", 19, "sjxx/2020/18 r1"},
        {"sjxx/2020/20", "2020-03-06", 20, "sjxx/2020/19 r1"},
        {"sjxx/2020/21", "2020-04-01", 21, "sjxx/2020/19 r1"},
        {"sjxx/2020/23", "2020-04-03", 23, "sjxx/2020/19 r1"},
        {"sjxx/2020/25", "2020-04-06", 25, "sjxx/2020/19 r1"},
        {"sjxx/2021/1", "2021-01-04", 1, "sjxx/2020/26 r1"},
    };
    (void)data;
    add_issue(fixture->store, "sjxx/2020/18", "2020-03-01", 18, 1, "released");
    add_issue(fixture->store, "sjxx/2020/18", "2020-03-01", 18, 2, "planned");
    add_issue(fixture->store, "sjxx/2020/19", "2020-03-06", 19, 1, "released");
    add_issue(fixture->store, "sjxx/2020/20", "2020-03-06", 20, 1, "held");
    add_stopped(fixture->store, "sjxx/2020/22", "2020-04-02", 22);
    add_cancelled(fixture->store, "sjxx/2020/24", "2020-04-05", 24, DELIVERY_CANCELLED);
    add_cancelled(fixture->store, "sjxx/2020/26", "2020-04-07", 26, DELIVERY_PLANNED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        StoreIssue issue = {.series = S("sjxx"), .identity = S(rows[i].identity), .date = S(rows[i].date),
                            .number = rows[i].number};
        g_test_message("%s", rows[i].identity);
        g_autoptr(StoreIssue) got = store_issue_previous(fixture->store, &issue, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(got != NULL ? got->digest : NULL, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store-choices/scopes", test_scopes);
    STORE_TEST("/store-choices/fields", test_fields);
    STORE_TEST("/store-choices/forget", test_forget);
    STORE_TEST("/store-choices/audit", test_audit);
    STORE_TEST("/store-choices/approval", test_approval);
    STORE_TEST("/store-choices/previous", test_previous);
    return g_test_run();
}
