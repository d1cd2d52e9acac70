/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fixture of the store's tests. */
#include "tests/unit/store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "daemon/base/ident.h"
#include "daemon/store/sql.h"
#include "daemon/store/store-private.h"

void store_fixture_set_up(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    GError *error = NULL;
    fixture->folder = g_dir_make_tmp("songfa-store-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->path = g_build_filename(fixture->folder, "songfa.db", NULL);
    fixture->store = store_open(fixture->path, TRUE, &error);
    g_assert_no_error(error);
}

void store_fixture_remove(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

void store_fixture_tear_down(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    store_close(fixture->store);
    store_fixture_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
}

gint64 store_fixture_issue(Store *store, const char *identity, const char *state)
{
    static int count = 0;
    g_autofree char *digest = g_strdup_printf("digest-%d", ++count);
    const StoreIssue issue = {.identity = (char *)identity, .revision = 1, .state = (char *)state,
                              .digest = digest, .file_name = (char *)"一期.txt", .seen_at = NOON};
    GError *error = NULL;
    gint64 id = store_issue_insert(store, &issue, &error);
    g_assert_no_error(error);
    return id;
}

gint64 store_fixture_mail(Store *store, gint64 issue_id, const char *kind, int priority)
{
    const StoreMail mail = {.issue_id = issue_id, .kind = (char *)kind, .subject = (char *)"样报",
                            .text = (char *)"正文", .priority = priority, .date = NOON};
    GError *error = NULL;
    gint64 id = store_mail_insert(store, &mail, &error);
    g_assert_no_error(error);
    return id;
}

void store_fixture_delivery(Store *store, gint64 issue_id, gint64 mail_id, const char *name,
                            DeliveryState state)
{
    g_autofree char *address = g_strdup_printf("%s@example.test", name);
    g_autofree char *recipient = g_strdup_printf("%s:%s", mail_id != 0 ? "mailbox" : "paper", name);
    g_autofree char *token = ident_token(15);
    g_autofree char *message_id = g_strdup_printf("<%s@songfa.example.test>", token);
    const StoreDelivery delivery = {
        .issue_id = issue_id, .mail_id = mail_id, .recipient = recipient, .name = (char *)name,
        .unit = (char *)"区委", .channel = mail_id != 0 ? (char *)"email" : (char *)"paper",
        .address = mail_id != 0 ? address : NULL, .copies = 1, .because = (char *)"[\"发：区委\"]",
        .token = mail_id != 0 ? token : NULL, .message_id = mail_id != 0 ? message_id : NULL,
        .state = state, .next_attempt = state == DELIVERY_QUEUED ? NOON : 0};
    GError *error = NULL;
    store_delivery_insert(store, &delivery, &error);
    g_assert_no_error(error);
}

void store_fixture_old(StoreFixture *fixture, int first, int last, const char *rows)
{
    GError *error = NULL;
    g_clear_pointer(&fixture->store, store_close);
    g_assert_cmpint(g_remove(fixture->path), ==, 0); /* its side files went with the last connection */
    Db *db = db_open(fixture->path, TRUE, &error);
    for (gsize i = 0; i < store_migrations_count; i++) {
        int version = store_migrations[i].version;
        if (version >= first && version <= last)
            continue;
        g_autofree char *script = g_strdup_printf("%s; INSERT INTO schema_version VALUES (%d, 0)",
                                                  store_migrations[i].script, version);
        g_assert_true(db_script(db, script, &error));
    }
    g_assert_true(db_script(db, rows, &error));
    db_close(db);
    fixture->store = store_open(fixture->path, FALSE, &error);
    g_assert_no_error(error);
}

void store_fixture_sql(Store *store, const char *sql)
{
    GError *error = NULL;
    db_script(store->db, sql, &error);
    g_assert_no_error(error);
}

gint64 store_fixture_number(Store *store, const char *sql)
{
    GError *error = NULL;
    gint64 number = -1;
    db_number(store->db, sql, DB_NO_PARAMS, &number, &error);
    g_assert_no_error(error);
    return number;
}

StoreDelivery *store_fixture_find(Store *store, const char *name)
{
    GError *error = NULL;
    const DeliveryFilter filter = {.recipient = name, .state = -1, .notices = TRUE};
    g_autoptr(GPtrArray) rows = store_delivery_list(store, &filter, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(rows->len, >, 0);
    return g_ptr_array_steal_index(rows, rows->len - 1);
}
