/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audit log: kept in order, closed to changes, and every way around that is found. */
#include "daemon/store/audit.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/store/store-private.h"
#include "tests/unit/store-fixture.h"

static void add_three(Store *store)
{
    static const struct { const char *who, *action, *subject, *before, *after; } rows[] = {
        {"li", "unit.add", "unit:甲", NULL, "{\"name\":\"甲\"}"},
        {"wang", "unit.set", "unit:甲", "{\"name\":\"甲\"}", "{\"name\":\"乙\"}"},
        {"li", "issue.release", "issue:1", "", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        clock_freeze(NOON + (gint64)i);
        g_assert_true(store_audit_add(store, rows[i].who, rows[i].action, rows[i].subject, rows[i].before,
                                      rows[i].after, &error));
    }
    clock_freeze(-1);
}

static void test_list(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    add_three(fixture->store);
    g_autoptr(GPtrArray) all = store_audit_list(fixture->store, NULL, 0, &error);
    g_assert_cmpuint(all->len, ==, 3);
    const StoreAudit *newest = g_ptr_array_index(all, 0), *middle = g_ptr_array_index(all, 1);
    g_assert_cmpstr(newest->action, ==, "issue.release");
    g_assert_null(newest->before);
    g_assert_null(newest->after);
    g_assert_cmpint(middle->id, ==, 2);
    g_assert_cmpint(middle->at, ==, NOON + 1);
    g_assert_cmpstr(middle->who, ==, "wang");
    g_assert_cmpstr(middle->before, ==, "{\"name\":\"甲\"}");
    g_assert_cmpstr(middle->after, ==, "{\"name\":\"乙\"}");
    g_autoptr(GPtrArray) of_unit = store_audit_list(fixture->store, "unit:甲", 1, &error);
    g_assert_cmpuint(of_unit->len, ==, 1);
    g_assert_cmpint(((StoreAudit *)of_unit->pdata[0])->id, ==, 2);
    gint64 n = 0;
    g_assert_true(store_audit_verify(fixture->store, &n, &error));
    g_assert_cmpint(n, ==, 3);
    g_assert_no_error(error);
}

static void test_closed(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const tampering[] = {
        "UPDATE audit SET who = 'x' WHERE id = 2", "DELETE FROM audit WHERE id = 3", "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit (id, at, who, action, subject, hash) VALUES (1, 1, '', '', '', '')",
    };
    add_three(fixture->store);
    for (gsize i = 0; i < G_N_ELEMENTS(tampering); i++) {
        g_test_message("%s", tampering[i]);
        g_autoptr(GError) error = NULL;
        g_assert_false(db_script(fixture->store->db, tampering[i], &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    }
    gint64 n = 0;
    g_assert_true(store_audit_verify(fixture->store, &n, NULL));
}

/* An intruder who takes the triggers away first. */
static void test_broken(void)
{
    static const struct { const char *name, *sql; int row; } rows[] = {
        {"who", "UPDATE audit SET who = 'zhang' WHERE id = 1", 1},
        {"time", "UPDATE audit SET at = at + 1 WHERE id = 2", 2},
        {"text moved over", "UPDATE audit SET who = who || 'u', action = 'nit.set' WHERE id = 2", 2},
        {"after", "UPDATE audit SET after = '{}' WHERE id = 2", 2},
        {"NULL made empty", "UPDATE audit SET after = '' WHERE id = 3", 3},
        {"hash", "UPDATE audit SET hash = 'x' WHERE id = 3", 3},
        {"first taken out", "DELETE FROM audit WHERE id = 1", 1},
        {"middle taken out", "DELETE FROM audit WHERE id = 2", 2},
        {"last taken off", "DELETE FROM audit WHERE id = 3", 3},
        {"all taken away", "DELETE FROM audit", 1},
        {"closed up", "DELETE FROM audit WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3", 2},
        {"one put in", "INSERT INTO audit (id, at, who, action, subject, hash) VALUES (4, 1, 'a', 'b', 'c', 'd')", 4},
        {"head taken away", "DELETE FROM audit_head", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        StoreFixture fixture;
        store_fixture_set_up(&fixture, NULL);
        add_three(fixture.store);
        store_fixture_sql(fixture.store, "DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays");
        store_fixture_sql(fixture.store, rows[i].sql);
        g_autoptr(GError) error = NULL;
        gint64 n = 0;
        g_assert_false(store_audit_verify(fixture.store, &n, &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE);
        g_autofree char *where = g_strdup_printf("第 %d 行", rows[i].row);
        g_assert_nonnull(strstr(error->message, where));
        store_fixture_tear_down(&fixture, NULL);
    }
}

/* Rolled back with what it tells of. */
static void test_in_transaction(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_begin(fixture->store, &error));
    add_three(fixture->store);
    store_rollback(fixture->store);
    gint64 n = -1;
    g_assert_true(store_audit_verify(fixture->store, &n, &error));
    g_assert_cmpint(n, ==, 0);
    add_three(fixture->store);
    g_assert_true(store_audit_verify(fixture->store, &n, &error));
    g_assert_cmpint(n, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/audit/list", test_list);
    STORE_TEST("/store/audit/closed", test_closed);
    g_test_add_func("/store/audit/broken", test_broken);
    STORE_TEST("/store/audit/in-transaction", test_in_transaction);
    return g_test_run();
}
