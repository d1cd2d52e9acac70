/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store as a file: opening, damage, locks, versions, transactions, several processes. */
#include "daemon/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/store/sql.h"
#include "daemon/store/store-private.h"
#include "tests/unit/store-fixture.h"

static void test_reopen(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    GError *error = NULL;
    gint64 id = store_fixture_issue(fixture->store, "sjxx/2020/19", "planned");
    g_clear_pointer(&fixture->store, store_close);
    fixture->store = store_open(fixture->path, FALSE, &error);
    g_assert_no_error(error);
    g_autoptr(StoreIssue) issue = store_issue_by_id(fixture->store, id, &error);
    g_assert_cmpstr(issue->identity, ==, "sjxx/2020/19");
    g_assert_cmpint(store_fixture_number(fixture->store, "PRAGMA synchronous"), ==, 2);
    g_assert_cmpint(store_fixture_number(fixture->store, "PRAGMA foreign_keys"), ==, 1);
    g_assert_cmpint(store_fixture_number(fixture->store, "PRAGMA trusted_schema"), ==, 0);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT max(version) FROM schema_version"), ==,
                    store_migrations[store_migrations_count - 1].version);
    g_assert_true(store_check(fixture->store, &error));
    GStatBuf info;
    g_assert_cmpint(g_stat(fixture->path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0007, ==, 0);
}

/* What lies at the path before the store is opened, and the words of the refusal. */
static void make_nothing(const char *path)
{
    (void)path;
}

static void make_rubbish(const char *path)
{
    g_autofree char *text = g_strnfill(9000, 'x');
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void make_empty(const char *path)
{
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static void make_folder(const char *path)
{
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
}

static void make_foreign(const char *path)
{
    Store *store = store_open(path, TRUE, NULL);
    store_fixture_sql(store, "PRAGMA application_id = 12345");
    store_close(store);
}

static void make_newer(const char *path)
{
    Store *store = store_open(path, TRUE, NULL);
    store_fixture_sql(store, "INSERT INTO schema_version (version, applied_at) VALUES (99, 0)");
    store_close(store);
}

/* The second page holds a table of the schema: its header is overwritten. */
static void make_damaged(const char *path)
{
    store_close(store_open(path, TRUE, NULL));
    g_autofree char *noise = g_strnfill(4096, '\xee');
    int fd = g_open(path, O_WRONLY, 0);
    g_assert_cmpint(pwrite(fd, noise, 4096, 4096), ==, 4096);
    close(fd);
}

static void make_truncated(const char *path)
{
    store_close(store_open(path, TRUE, NULL));
    g_assert_cmpint(truncate(path, 6000), ==, 0);
}

static void test_refused(void)
{
    static const struct {
        const char *name, *file;
        void (*make)(const char *path);
        gboolean create;
        const char *want;
    } rows[] = {
        {"missing file", "s.db", make_nothing, FALSE, "不存在"},
        {"missing folder", "none/s.db", make_nothing, TRUE, "文件夹不存在"},
        {"a folder", "s.db", make_folder, TRUE, "是文件夹而不是文件"},
        {"rubbish", "s.db", make_rubbish, TRUE, "不是数据库文件"},
        {"empty file", "s.db", make_empty, FALSE, "是空文件"},
        {"other program's", "s.db", make_foreign, TRUE, "其他程序的数据库"},
        {"newer schema", "s.db", make_newer, TRUE, "更新版本"},
        {"damaged page", "s.db", make_damaged, TRUE, "已损坏"},
        {"cut off", "s.db", make_truncated, TRUE, "已损坏"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *folder = g_dir_make_tmp("songfa-store-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, rows[i].file, NULL);
        rows[i].make(path);
        g_autoptr(GError) error = NULL;
        g_assert_null(store_open(path, rows[i].create, &error));
        g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE);
        g_assert_nonnull(strstr(error->message, rows[i].want));
        g_assert_nonnull(strstr(error->message, path));
        store_fixture_remove(folder);
    }
}

static void test_read_only_folder(void)
{
    g_autofree char *folder = g_dir_make_tmp("songfa-store-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "s.db", NULL);
    store_close(store_open(path, TRUE, NULL));
    g_assert_cmpint(g_chmod(path, 0444), ==, 0);
    g_assert_cmpint(g_chmod(folder, 0555), ==, 0);
    gboolean root = geteuid() == 0;
    if (root)
        g_assert_cmpint(seteuid(65534), ==, 0); /* root may write anywhere */
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, TRUE, &error);
    if (root)
        g_assert_cmpint(seteuid(0), ==, 0);
    g_assert_null(store);
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "所在的文件夹不可写"));
    g_assert_cmpint(g_chmod(folder, 0700), ==, 0);
    store_fixture_remove(folder);
}

static void test_locked(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) other = store_open(fixture->path, FALSE, &error);
    g_assert_no_error(error);
    g_assert_true(store_begin(fixture->store, &error));
    db_set_patience(other->db, 20);
    g_assert_false(store_begin(other, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "被其他程序占用"));
    g_clear_error(&error);
    store_rollback(fixture->store);
    g_assert_true(store_begin(other, &error)); /* a refused begin leaves nothing open */
    g_assert_true(store_commit(other, &error));
}

static void test_rollback(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_begin(fixture->store, &error));
    store_fixture_issue(fixture->store, "sjxx/2020/1", "planned");
    store_rollback(fixture->store);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM issue"), ==, 0);

    g_assert_true(store_begin(fixture->store, &error));
    store_fixture_issue(fixture->store, "sjxx/2020/1", "planned");
    g_clear_pointer(&fixture->store, store_close); /* as an early return would */
    fixture->store = store_open(fixture->path, FALSE, &error);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM issue"), ==, 0);
}

/* A database that may not grow stands for a full disk: SQLite then gives the transaction up alone. */
static void test_full(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 issue = store_fixture_issue(fixture->store, "sjxx/2020/1", "planned");
    gint64 pages = store_fixture_number(fixture->store, "PRAGMA page_count");
    g_autofree char *limit = g_strdup_printf("PRAGMA max_page_count = %d", (int)pages + 2);
    g_autofree char *body = g_strnfill(1000000, 'x');
    store_fixture_number(fixture->store, limit);
    g_assert_true(store_begin(fixture->store, &error));
    g_assert_true(store_issue_set_path(fixture->store, issue, "/moved", &error));
    const StoreMail mail = {.issue_id = issue, .kind = (char *)"issue", .text = body, .date = NOON};
    g_assert_cmpint(store_mail_insert(fixture->store, &mail, &error), ==, 0);
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "磁盘已满"));
    g_clear_error(&error);
    store_rollback(fixture->store);
    g_autoptr(StoreIssue) found = store_issue_by_id(fixture->store, issue, &error);
    g_assert_null(found->path);
    g_assert_true(store_issue_set_path(fixture->store, issue, "/after", &error));
}

/* Writes n issues, each in its own transaction; the exit status of a child. */
static int write_issues(const char *path, int process, int n)
{
    g_autoptr(Store) store = store_open(path, TRUE, NULL);
    for (int i = 0; store != NULL && i < n; i++) {
        g_autofree char *digest = g_strdup_printf("%d/%d", process, i);
        const StoreIssue issue = {.state = (char *)"held", .digest = digest, .seen_at = NOON};
        if (!store_begin(store, NULL) || store_issue_insert(store, &issue, NULL) == 0 ||
            !store_commit(store, NULL))
            return 1;
    }
    return store != NULL ? 0 : 2;
}

/* All processes meet a store that is not there yet: one makes it, nobody fails. */
static void test_processes(void)
{
    enum { PROCESSES = 4, EACH = 50 };
    g_autofree char *folder = g_dir_make_tmp("songfa-store-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "s.db", NULL);
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            int status = write_issues(path, i, EACH);
            g_free(g_steal_pointer(&path)); /* for valgrind, which counts a child's memory too */
            g_free(g_steal_pointer(&folder));
            _exit(status);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
        g_assert_cmpint(status, ==, 0);
    }
    g_autoptr(Store) store = store_open(path, FALSE, NULL);
    g_assert_cmpint(store_fixture_number(store, "SELECT count(*) FROM issue"), ==, PROCESSES * EACH);
    g_clear_pointer(&store, store_close);
    store_fixture_remove(folder);
}

static gpointer write_in_thread(gpointer data)
{
    return GINT_TO_POINTER(write_issues(data, 9, 100));
}

static void test_threads(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    gint64 before = store_change_counter(fixture->store);
    GThread *thread = g_thread_new("writer", write_in_thread, fixture->path);
    g_assert_cmpint(write_issues(fixture->path, 8, 100), ==, 0);
    g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(thread)), ==, 0);
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM issue"), ==, 200);
    g_assert_cmpint(store_change_counter(fixture->store), >, before);
}

static void test_change_counter(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(Store) other = store_open(fixture->path, FALSE, NULL);
    gint64 here = store_change_counter(fixture->store), there = store_change_counter(other);
    g_assert_cmpint(store_change_counter(fixture->store), ==, here);
    store_fixture_issue(other, "sjxx/2020/1", "planned");
    g_assert_cmpint(store_change_counter(fixture->store), >, here);
    g_assert_cmpint(store_change_counter(other), >, there);
    here = store_change_counter(fixture->store);
    g_assert_cmpint(store_change_counter(fixture->store), ==, here);
}

/* The same SQL again while its rows are still being read. */
static void test_nested_query(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    const char *sql = "SELECT 1 UNION SELECT 2 ORDER BY 1";
    g_autoptr(GError) error = NULL;
    g_autoptr(DbRows) outer = db_query(fixture->store->db, sql, DB_NO_PARAMS, &error);
    g_assert_true(db_next(outer, &error));
    g_autoptr(DbRows) inner = db_query(fixture->store->db, sql, DB_NO_PARAMS, &error);
    g_assert_true(db_next(inner, &error));
    g_assert_true(db_next(inner, &error));
    g_assert_cmpint(db_column_int(inner, 0), ==, 2);
    g_assert_cmpint(db_column_int(outer, 0), ==, 1);
    g_assert_false(db_next(inner, &error));
    g_assert_no_error(error);
}

/* Parameters go by their number, not by where they first stand. */
static void test_parameters(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 number = 0;
    g_assert_true(db_number(fixture->store->db, "SELECT $2 * 100 + $1 * 10 + $2",
                            DB_PARAMS(db_int(3), db_int(7)), &number, &error));
    g_assert_cmpint(number, ==, 737);
    g_assert_false(db_number(fixture->store->db, "SELECT 1 WHERE $1 IS NOT NULL",
                             DB_PARAMS(db_text("")), &number, &error));
    g_assert_no_error(error);
    g_assert_true(db_number(fixture->store->db, "SELECT length($1)", DB_PARAMS(db_string(NULL)), &number,
                            &error));
    g_assert_cmpint(number, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/reopen", test_reopen);
    g_test_add_func("/store/refused", test_refused);
    g_test_add_func("/store/read-only-folder", test_read_only_folder);
    STORE_TEST("/store/locked", test_locked);
    STORE_TEST("/store/rollback", test_rollback);
    STORE_TEST("/store/full", test_full);
    g_test_add_func("/store/processes", test_processes);
    STORE_TEST("/store/threads", test_threads);
    STORE_TEST("/store/change-counter", test_change_counter);
    STORE_TEST("/store/nested-query", test_nested_query);
    STORE_TEST("/store/parameters", test_parameters);
    return g_test_run();
}
