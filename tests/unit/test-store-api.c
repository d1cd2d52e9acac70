/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens of the HTTP interface, requests that carry a key, and links. */
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/store/api-requests.h"
#include "daemon/store/api-tokens.h"
#include "daemon/store/hand-ins.h"
#include "daemon/store/tokens.h"
#include "tests/unit/store-fixture.h"

#define DAY (86400 * CLOCK_SECOND)

static char *add(Store *store, const char *name, gint64 expires_at)
{
    g_autoptr(GError) error = NULL;
    const StoreApiToken api = {.name = (char *)name, .series = "sjxx", .expires_at = expires_at, .created_by = "li"};
    char *text = store_api_token_add(store, &api, NOON, &error);
    g_assert_no_error(error);
    return text;
}

/* The name of whose token it is; caller frees. */
static char *judged(Store *store, const char *text, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreApiToken) token = store_api_token_judge(store, text, now, &error);
    g_assert_no_error(error);
    return token != NULL ? g_strdup(token->name) : NULL;
}

static void assert_judged(Store *store, const char *text, gint64 now, const char *want)
{
    g_autofree char *name = judged(store, text, now);
    g_assert_cmpstr(name, ==, want);
}

static void test_tokens(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    g_autofree char *a = add(store, "a", 0), *b = add(store, "b", NOON + DAY);
    g_assert_cmpstr(a, !=, b);
    assert_judged(store, a, NOON, "a");
    assert_judged(store, b, NOON + DAY - 1, "b");
    assert_judged(store, b, NOON + DAY, NULL);
    assert_judged(store, "", NOON, NULL);
    assert_judged(store, "a", NOON, NULL);
    g_assert_true(store_api_token_revoke(store, "a", "li", NOON, &error));
    assert_judged(store, a, NOON, NULL);
    g_assert_false(store_api_token_revoke(store, "a", "li", NOON, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND);
    g_clear_error(&error);
    const StoreApiToken taken = {.name = "b", .created_by = "li"};
    g_assert_null(store_api_token_add(store, &taken, NOON, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_autofree char *again = add(store, "a", 0);
    assert_judged(store, again, NOON, "a");
}

static gint64 used_at(Store *store)
{
    return store_fixture_number(store, "SELECT last_used_at FROM api_token");
}

static void test_use(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *a = add(fixture->store, "a", 0);
    static const struct { gint64 now, want; } rows[] = {
        {NOON, NOON}, {NOON + 59 * CLOCK_SECOND, NOON}, {NOON + 61 * CLOCK_SECOND, NOON + 61 * CLOCK_SECOND}, {NOON, NOON}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_judged(fixture->store, a, rows[i].now, "a");
        g_assert_cmpint(used_at(fixture->store), ==, rows[i].want);
    }
}

static gint64 hand_in(Store *store, const char *origin, gint64 at)
{
    g_autoptr(GError) error = NULL;
    StoreHandIn row = {.at = at, .origin = (char *)origin, .file_name = "a.txt", .digest = "d"};
    g_assert_true(store_hand_in_put(store, &row, &error));
    return row.id;
}

static void assert_request(Store *store, gint64 now, gint64 hand_in_id, int status, const char *answer)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreApiRequest) got = store_api_request_get(store, 1, "k", now, &error);
    g_assert_no_error(error);
    g_assert_nonnull(got);
    g_assert_cmpstr(got->body, ==, "b");
    g_assert_cmpint(got->hand_in_id, ==, hand_in_id);
    g_assert_cmpint(got->status, ==, status);
    g_assert_cmpstr(got->answer, ==, answer);
}

static void test_requests(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    Store *store = fixture->store;
    g_autofree char *token = add(store, "a", 0);
    g_assert_nonnull(token);
    const StoreApiRequest request = {.token_id = 1, .key = "k", .at = NOON, .body = "b"};
    g_assert_true(store_api_request_reserve(store, &request, &error));
    assert_request(store, NOON, 0, 0, NULL);
    g_assert_false(store_api_request_reserve(store, &request, NULL));
    gint64 id = hand_in(store, "http:a", NOON);
    g_assert_true(store_api_request_bind(store, &request, id, &error));
    g_assert_true(store_api_request_answer(store, &request, 202, "first", &error));
    g_assert_true(store_api_request_answer(store, &request, 201, "second", &error));
    assert_request(store, NOON, id, 202, "first");
    g_assert_null(store_api_request_get(store, 2, "k", NOON, &error));
    g_assert_null(store_api_request_get(store, 1, "other", NOON, &error));
    g_assert_null(store_api_request_get(store, 1, "k", NOON + STORE_API_REQUEST_DAYS * DAY, &error));
    const StoreApiRequest later = {.token_id = 1, .key = "k", .at = NOON + STORE_API_REQUEST_DAYS * DAY, .body = "c"};
    g_assert_true(store_api_request_reserve(store, &later, &error));
    g_assert_no_error(error);
}

static void test_find(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct { const char *origin; gint64 since; gboolean found; } rows[] = {
        {"http:a", NOON, TRUE}, {"http:a", NOON + 1, FALSE}, {"http:b", NOON, FALSE}};
    gint64 id = hand_in(fixture->store, "http:a", NOON), got;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(store_api_request_find(fixture->store, rows[i].origin, "d", rows[i].since, &got, NULL));
        g_assert_cmpint(got, ==, rows[i].found ? id : 0);
    }
}

/* A link opens one file for one delivery; the delivery's own token is not enough to make it. */
static void test_links(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    g_autofree char *one = store_token_new(store, NULL), *two = store_token_new(store, NULL);
    g_autofree char *key = store_token_link_key(store, "file", NULL), *other_key = store_token_link_key(store, "other", NULL);
    g_autofree char *link = store_token_link(key, one), *other = store_token_link(other_key, one);
    g_autofree char *others = store_token_link(key, two), *again = store_token_link(key, one);
    g_assert_cmpstr(link, ==, again);
    g_assert_cmpstr(link, !=, one);
    g_assert_cmpstr(link, !=, other);
    g_assert_cmpstr(link, !=, others);
    g_autofree char *of = store_token_of_link(store, link, NULL);
    g_assert_cmpstr(of, ==, one);
    static const char *const none[] = {"", "a", "../../etc/passwd"};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_null(store_token_of_link(store, none[i], NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/api/tokens", test_tokens);
    STORE_TEST("/store/api/use", test_use);
    STORE_TEST("/store/api/requests", test_requests);
    STORE_TEST("/store/api/find", test_find);
    STORE_TEST("/store/api/links", test_links);
    return g_test_run();
}
