/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hand-ins as rows, and what came of one in words and as JSON. */
#include "daemon/answer.h"

#include <locale.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "tests/unit/store-fixture.h"

static gint64 put(Store *store, const char *name, const char *result, gint64 issue, const char *clerk, gint64 told)
{
    g_autoptr(GError) error = NULL;
    StoreHandIn hand_in = {.at = NOON, .origin = (char *)"mail:wang@example.test", .file_name = (char *)name,
                           .digest = (char *)"d", .result = (char *)result, .taken_at = result != NULL ? NOON + 1 : 0,
                           .issue_id = issue, .clerk = (char *)clerk, .told_at = told};
    g_assert_true(store_hand_in_put(store, &hand_in, &error));
    g_assert_no_error(error);
    return hand_in.id;
}

static void test_rows(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    gint64 issue = store_fixture_issue(store, "sjxx/2026/7", "held");
    (void)data;
    StoreHandIn row = {.at = NOON, .origin = (char *)"http:oa", .file_name = (char *)"七.txt", .digest = (char *)"abc",
                       .place = (char *)"七-2.txt", .series = (char *)"sjxx"};
    g_assert_true(store_hand_in_put(store, &row, &error));
    g_assert_cmpint(row.id, >, 0);
    g_assert_null(store_hand_in_waiting(store, "七.txt", "abc", &error));
    g_assert_null(store_hand_in_waiting(store, "七-2.txt", "abd", &error));
    g_autoptr(StoreHandIn) waiting = store_hand_in_waiting(store, "七-2.txt", "abc", &error);
    g_assert_no_error(error);
    g_assert_cmpint(waiting->id, ==, row.id);
    g_assert_cmpstr(waiting->series, ==, "sjxx");
    waiting->result = g_strdup("held");
    waiting->taken_at = NOON + 5;
    waiting->issue_id = issue;
    g_assert_true(store_hand_in_put(store, waiting, &error));
    g_assert_null(store_hand_in_waiting(store, "七-2.txt", "abc", &error));
    g_assert_true(store_hand_in_drop(store, row.id, &error)); /* taken: it stays */
    gint64 later = put(store, "七.txt", "duplicate", issue, NULL, 0);
    g_autoptr(StoreHandIn) last = store_hand_in_last(store, issue, &error);
    g_assert_cmpint(last->id, ==, later);
    g_autoptr(GPtrArray) all = store_hand_in_of_issue(store, issue, &error);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpstr(((StoreHandIn *)all->pdata[0])->origin, ==, "http:oa");
    gint64 lost = put(store, "没放成.txt", NULL, 0, NULL, 0);
    g_assert_true(store_hand_in_drop(store, lost, &error));
    g_assert_null(store_hand_in_by_id(store, lost, &error));
    g_assert_no_error(error);
}

static void test_untold(StoreFixture *fixture, gconstpointer data)
{
    Store *store = fixture->store;
    g_autoptr(GError) error = NULL;
    gint64 issue = store_fixture_issue(store, "sjxx/2026/7", "held"), n = 0;
    (void)data;
    put(store, "1", "held", issue, "a@example.test", NOON + 1);
    put(store, "2", "held", issue, "a@example.test", NOON + 2);
    put(store, "3", "held", issue, "a@example.test", 0);
    put(store, "4", "held", issue, "b@example.test", 0);
    put(store, "5", "held", issue, "b@example.test", 0);
    put(store, "6", "held", issue, NULL, 0);
    put(store, "7", NULL, 0, NULL, 0);
    g_assert_true(store_hand_in_mails_since(store, "a@example.test", NOON, &n, &error));
    g_assert_cmpint(n, ==, 2);
    g_assert_true(store_hand_in_mails_since(store, "a@example.test", NOON + 1, &n, &error));
    g_assert_cmpint(n, ==, 1);
    g_autoptr(GPtrArray) clerks = store_hand_in_untold(store, &error);
    g_assert_cmpuint(clerks->len, ==, 2);
    g_assert_cmpstr(((StoreUntold *)clerks->pdata[1])->clerk, ==, "b@example.test");
    g_assert_cmpint(((StoreUntold *)clerks->pdata[1])->n, ==, 2);
    g_autoptr(GPtrArray) one = store_hand_in_untold_of(store, "b@example.test", 1, &error);
    g_assert_cmpuint(one->len, ==, 1);
    g_assert_cmpstr(((StoreHandIn *)one->pdata[0])->file_name, ==, "4");
    g_assert_true(store_hand_in_set_told(store, "b@example.test", NOON + 9, &error));
    g_autoptr(GPtrArray) left = store_hand_in_untold(store, &error);
    g_assert_cmpuint(left->len, ==, 1);
    g_assert_true(store_hand_in_mails_since(store, "b@example.test", NOON, &n, &error));
    g_assert_cmpint(n, ==, 1); /* one mail told of both */
    g_assert_no_error(error);
}

static gint64 issue_of(Store *store, const char *state)
{
    gint64 id = store_fixture_issue(store, "sjxx/2026/7", state);
    g_autofree char *sql = g_strdup_printf(
        "UPDATE issue SET title = %s, headline = %s, number = 7, year = 2026, file_name = '七.txt', reasons = '%s' WHERE id = %d",
        strcmp(state, "refused") == 0 ? "NULL" : "'上街信息'", strcmp(state, "refused") == 0 ? "NULL" : "'标题'",
        strcmp(state, "planned") == 0 ? "[{\"code\":\"waits-clerk\",\"message\":\"由经办人放行\"}]"
        : strcmp(state, "released") == 0 ? "[]" : "[{\"code\":\"no-date\",\"message\":\"报头缺日期\"}]", (int)id);
    store_fixture_sql(store, sql);
    return id;
}

static const struct {
    const char *state, *result, *subject, *has[4], *lacks;
    gboolean problem;
} answers[] = {
    {"released", "released", "【已受理】上街信息 2026年第7期", {"已受理并放行", "邮件 1 封，纸质应印 40 份，标注 45 份", "邮件 wang@example.test", "songfactl log --issue 1"}, "原因：", FALSE},
    {"planned", "planned", "【待放行】上街信息 2026年第7期", {"等待：由经办人放行", "songfactl release 1", "交来的.txt"}, "原因：", TRUE},
    {"held", "held", "【待处理】上街信息 2026年第7期", {"还没有发给任何人", "原因：报头缺日期", "songfactl show 1"}, "等待：", TRUE},
    {"refused", "refused", "【拒收】交来的.txt", {"拒收", "原因：报头缺日期", "取走原文件"}, "上街信息", TRUE},
    {"released", "duplicate", "【以前交过】上街信息 2026年第7期", {"以前交过", "第一次交来：", "七.txt", "songfactl resend"}, "原因：", FALSE},
    {"refused", "duplicate", "【以前交过】交来的.txt", {"取走原文件"}, "songfactl resend", FALSE},
};

static void test_answers(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GError) error = NULL;
        Store *store = fixture->store;
        g_test_message("%s %s", answers[i].state, answers[i].result);
        store_fixture_sql(store, "DELETE FROM hand_in; DELETE FROM print_run; DELETE FROM delivery; DELETE FROM mail;"
                                 "DELETE FROM issue; DELETE FROM sqlite_sequence");
        gint64 issue = issue_of(store, answers[i].state);
        if (strcmp(answers[i].state, "released") == 0) {
            StorePrintRun run = {.issue_id = issue, .computed = 40, .declared = 45};
            store_fixture_delivery(store, issue, store_fixture_mail(store, issue, "issue", 3), "王", DELIVERY_QUEUED);
            g_assert_true(store_print_run_put(store, &run, &error));
        }
        gint64 id = put(store, "交来的.txt", answers[i].result, issue, NULL, 0);
        g_autoptr(Answer) answer = answer_load(store, id, &error);
        g_assert_no_error(error);
        g_assert_true(answer_is_given(answer));
        g_assert_cmpint(answer_is_problem(answer), ==, answers[i].problem);
        g_autofree char *subject = answer_subject(answer), *text = answer_text(answer);
        g_assert_cmpstr(subject, ==, answers[i].subject);
        for (gsize k = 0; k < G_N_ELEMENTS(answers[i].has) && answers[i].has[k] != NULL; k++)
            if (strstr(text, answers[i].has[k]) == NULL)
                g_error("no %s in: %s", answers[i].has[k], text);
        if (strstr(text, answers[i].lacks) != NULL)
            g_error("%s in: %s", answers[i].lacks, text);
        json_t *json = answer_json(answer);
        g_assert_cmpstr(json_string_value(json_object_get(json, "result")), ==, answers[i].result);
        g_assert_cmpint(json_integer_value(json_object_get(json, "issue")), ==, issue);
        g_assert_cmpint(json_integer_value(json_object_get(json_object_get(json, "recipients"), "declared_copies")), ==,
                        strcmp(answers[i].state, "released") == 0 ? 45 : 0);
        g_assert_cmpint(json_is_null(json_object_get(json, "headline")), ==, strcmp(answers[i].state, "refused") == 0);
        json_decref(json);
    }
}

static void test_waiting(StoreFixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    gint64 id = put(fixture->store, "等着.txt", NULL, 0, NULL, 0);
    g_autoptr(Answer) answer = answer_load(fixture->store, id, &error);
    g_assert_no_error(error);
    g_assert_false(answer_is_given(answer));
    g_autofree char *text = answer_text(answer);
    g_assert_nonnull(strstr(text, "还没有处理"));
    json_t *json = answer_json(answer);
    g_assert_cmpstr(json_string_value(json_object_get(json, "result")), ==, "waiting");
    json_decref(json);
    g_assert_null(answer_load(fixture->store, 99, &error));
    g_assert_nonnull(error);
}

static void test_origins(void)
{
    static const struct { const char *origin, *want; } rows[] = {
        {"folder:/srv/in", "文件夹 /srv/in"}, {"songfactl:王", "songfactl（王）"}, {"mail:a@b", "邮件 a@b"},
        {"http:oa", "网络接口（oa）"}, {"{}", "{}"}, {"folder:{}", "文件夹 {}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *words = answer_origin(rows[i].origin);
        g_assert_cmpstr(words, ==, rows[i].want);
    }
}

int main(int argc, char **argv)
{
    g_setenv("LANGUAGE", "zh_CN", TRUE);
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/answer/rows", test_rows);
    STORE_TEST("/answer/untold", test_untold);
    STORE_TEST("/answer/answers", test_answers);
    STORE_TEST("/answer/waiting", test_waiting);
    g_test_add_func("/answer/origins", test_origins);
    return g_test_run();
}
