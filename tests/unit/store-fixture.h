/* SPDX-License-Identifier: GPL-3.0-or-later
 * A store in a folder of its own, and records to fill it, for the tests of daemon/store. */
#ifndef SONGFA_TESTS_STORE_FIXTURE_H
#define SONGFA_TESTS_STORE_FIXTURE_H

#include "daemon/store/deliveries.h"
#include "daemon/store/issues.h"
#include "daemon/store/store.h"

#define NOON (G_GINT64_CONSTANT(1583467200) * 1000000)

typedef struct {
    char *folder, *path;
    Store *store;
} StoreFixture;

void store_fixture_set_up(StoreFixture *fixture, gconstpointer data);
void store_fixture_tear_down(StoreFixture *fixture, gconstpointer data);
#define STORE_TEST(path, function) \
    g_test_add(path, StoreFixture, NULL, store_fixture_set_up, function, store_fixture_tear_down)

/* Takes the folder and all in it away. */
void store_fixture_remove(const char *folder);

/* Each adds a record and gives its id; all must succeed. */
gint64 store_fixture_issue(Store *store, const char *identity, const char *state);
gint64 store_fixture_mail(Store *store, gint64 issue_id, const char *kind, int priority);
/* name is made an address under example.test and an id; mail_id 0 = on paper. */
void store_fixture_delivery(Store *store, gint64 issue_id, gint64 mail_id, const char *name,
                            DeliveryState state);

/* Puts a store in the fixture's place that lacked the migrations from first to last when the rows were
 * written into it, and opens it. */
void store_fixture_old(StoreFixture *fixture, int first, int last, const char *rows);

/* Runs raw SQL, as an intruder or another program might. */
void store_fixture_sql(Store *store, const char *sql);
gint64 store_fixture_number(Store *store, const char *sql);

/* The only delivery of that name, newest sending; caller frees. */
StoreDelivery *store_fixture_find(Store *store, const char *name);

#endif
