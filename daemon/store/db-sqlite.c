/* SPDX-License-Identifier: GPL-3.0-or-later
 * The seam of db.h filled by SQLite: WAL, synchronous=FULL, each statement prepared once. The only
 * file that knows sqlite3.h. It knows no table of ours. */
#include "daemon/store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

#define APPLICATION_ID 0x736f6e67 /* "song": tells our files from those of other programs */
#define PATIENCE_MS 10000
#define SMALL_PAGES 8192 /* 32 MB: read and checked in about 50 ms */
#define MAX_PARAMS 255

struct Db {
    sqlite3 *sqlite;
    char *path;
    GHashTable *statements; /* SQL → DbRows */
    gboolean begun;
};

/* A prepared statement; while it runs it is the caller's cursor. */
struct DbRows {
    Db *db;
    sqlite3_stmt *statement;
    guint8 numbers[MAX_PARAMS]; /* the N of $N at each of SQLite's own places */
    int n_places;
    gboolean kept, running;
};

/* What went wrong, and what to do about it. */
typedef struct {
    int code;
    SongfaError error;
    const char *advice;
} Trouble;

static const Trouble troubles[] = {
    {SQLITE_BUSY, SONGFA_ERROR_STORE, N_("被其他程序占用，等待后仍未释放；请稍后再试，或找出占用它的程序")},
    {SQLITE_LOCKED, SONGFA_ERROR_STORE, N_("被其他程序占用，等待后仍未释放；请稍后再试，或找出占用它的程序")},
    {SQLITE_NOTADB, SONGFA_ERROR_STORE, N_("不是数据库文件；请检查配置中的 store 路径，或从备份恢复")},
    {SQLITE_CORRUPT, SONGFA_ERROR_STORE, N_("已损坏；请停止 songfad，保留原文件，从备份恢复")},
    {SQLITE_CANTOPEN, SONGFA_ERROR_STORE, N_("无法打开；请检查文件夹是否存在、运行用户是否有权读写")},
    {SQLITE_READONLY, SONGFA_ERROR_STORE, N_("不可写；请检查文件和文件夹的属主与权限")},
    {SQLITE_PERM, SONGFA_ERROR_STORE, N_("不可写；请检查文件和文件夹的属主与权限")},
    {SQLITE_FULL, SONGFA_ERROR_STORE, N_("写不下：磁盘已满；请清理磁盘后再试")},
    {SQLITE_IOERR, SONGFA_ERROR_STORE, N_("读写出错；请检查磁盘和文件系统")},
    {SQLITE_CONSTRAINT, SONGFA_ERROR_CONFLICT, N_("拒绝了这项改动：与已有的记录冲突或不合规则")},
};
static const Trouble other_trouble = {0, SONGFA_ERROR_STORE, N_("出错；请查看括号内的原因")};

static const Trouble *trouble_of(int code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(troubles); i++)
        if (troubles[i].code == (code & 0xff))
            return &troubles[i];
    return &other_trouble;
}

static gboolean fail(const Db *db, int code, GError **error)
{
    const Trouble *trouble = trouble_of(code);
    g_set_error(error, SONGFA_ERROR, (int)trouble->error, _("数据库 %s %s（%s）"), db->path,
                _(trouble->advice), db->sqlite != NULL ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code));
    return FALSE;
}

/* ---- statements ---- */

static void rows_free(gpointer data)
{
    DbRows *rows = data;
    sqlite3_finalize(rows->statement);
    g_free(rows);
}

/* SQLite takes "$2" for a name and numbers places by first sight: the map gives each place its N. */
static void map_places(DbRows *rows)
{
    rows->n_places = sqlite3_bind_parameter_count(rows->statement);
    g_assert(rows->n_places <= MAX_PARAMS);
    for (int place = 1; place <= rows->n_places; place++) {
        const char *name = sqlite3_bind_parameter_name(rows->statement, place);
        rows->numbers[place - 1] = (guint8)g_ascii_strtoull(name + 1, NULL, 10);
    }
}

static DbRows *prepare(Db *db, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK) {
        fail(db, code, error);
        return NULL;
    }
    DbRows *rows = g_new0(DbRows, 1);
    rows->db = db;
    rows->statement = statement;
    map_places(rows);
    return rows;
}

/* The kept statement, or one of its own for a query that already runs further up. */
static DbRows *take_statement(Db *db, const char *sql, GError **error)
{
    DbRows *rows = g_hash_table_lookup(db->statements, sql);
    if (rows != NULL && !rows->running)
        return rows;
    gboolean keep = rows == NULL;
    rows = prepare(db, sql, error);
    if (rows != NULL && keep) {
        rows->kept = TRUE;
        g_hash_table_insert(db->statements, g_strdup(sql), rows);
    }
    return rows;
}

/* A statement that ends within the call borrows its texts, a cursor that outlives it copies them. */
static int bind_value(sqlite3_stmt *statement, int place, const DbValue *value, gboolean copy)
{
    if (value->is_null)
        return sqlite3_bind_null(statement, place);
    if (value->is_text)
        return sqlite3_bind_text(statement, place, value->text, -1, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    return sqlite3_bind_int64(statement, place, value->number);
}

static gboolean bind_all(DbRows *rows, const DbValue *params, gsize n, gboolean copy, GError **error)
{
    for (int i = 0; i < rows->n_places; i++) {
        g_assert(rows->numbers[i] >= 1 && rows->numbers[i] <= n);
        int code = bind_value(rows->statement, i + 1, &params[rows->numbers[i] - 1], copy);
        if (code != SQLITE_OK)
            return fail(rows->db, code, error);
    }
    return TRUE;
}

/* A full disk makes SQLite roll back on its own; what follows must not be committed piecemeal. */
static gboolean transaction_lives(const Db *db, GError **error)
{
    if (!db->begun || !sqlite3_get_autocommit(db->sqlite))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                _("数据库 %s 的这次写入已因先前的错误撤销；请排除该错误后重做"), db->path);
    return FALSE;
}

static DbRows *start(Db *db, const char *sql, const DbValue *params, gsize n, gboolean copy, GError **error)
{
    if (!transaction_lives(db, error))
        return NULL;
    DbRows *rows = take_statement(db, sql, error);
    if (rows == NULL)
        return NULL;
    rows->running = TRUE;
    if (!bind_all(rows, params, n, copy, error)) {
        db_rows_end(rows);
        return NULL;
    }
    return rows;
}

DbRows *db_query(Db *db, const char *sql, const DbValue *params, gsize n, GError **error)
{
    return start(db, sql, params, n, TRUE, error);
}

gboolean db_next(DbRows *rows, GError **error)
{
    int code = sqlite3_step(rows->statement);
    if (code == SQLITE_ROW)
        return TRUE;
    return code == SQLITE_DONE ? FALSE : fail(rows->db, code, error);
}

void db_rows_end(DbRows *rows)
{
    if (rows == NULL)
        return;
    if (!rows->kept) {
        rows_free(rows);
        return;
    }
    sqlite3_reset(rows->statement);
    sqlite3_clear_bindings(rows->statement); /* gives the copies of long texts back */
    rows->running = FALSE;
}

gint64 db_column_int(const DbRows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

const char *db_column_text(const DbRows *rows, int column)
{
    return (const char *)sqlite3_column_text(rows->statement, column);
}

gboolean db_run(Db *db, const char *sql, const DbValue *params, gsize n, gint64 *changed, GError **error)
{
    g_autoptr(DbRows) rows = start(db, sql, params, n, FALSE, error);
    if (rows == NULL)
        return FALSE;
    gint64 before = sqlite3_total_changes64(db->sqlite);
    int code;
    do
        code = sqlite3_step(rows->statement);
    while (code == SQLITE_ROW);
    if (code != SQLITE_DONE)
        return fail(db, code, error);
    if (changed != NULL)
        *changed = sqlite3_total_changes64(db->sqlite) == before ? 0 : sqlite3_changes64(db->sqlite);
    return TRUE;
}

gboolean db_script(Db *db, const char *sql, GError **error)
{
    if (!transaction_lives(db, error))
        return FALSE;
    int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || fail(db, code, error);
}

/* ---- transactions ---- */

static gboolean begin(Db *db, const char *sql, GError **error)
{
    g_return_val_if_fail(!db->begun, FALSE);
    db->begun = db_script(db, sql, error);
    return db->begun;
}

gboolean db_begin(Db *db, GError **error)
{
    return begin(db, "BEGIN IMMEDIATE", error);
}

gboolean db_begin_reading(Db *db, GError **error)
{
    return begin(db, "BEGIN", error);
}

gboolean db_commit(Db *db, GError **error)
{
    g_return_val_if_fail(db->begun, FALSE);
    gboolean ok = db_script(db, "COMMIT", error);
    if (!ok)
        db_rollback(db);
    db->begun = FALSE;
    return ok;
}

void db_rollback(Db *db)
{
    if (!sqlite3_get_autocommit(db->sqlite))
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    db->begun = FALSE;
}

gboolean db_in_transaction(Db *db)
{
    return db->begun;
}

/* data_version sees what others committed, total_changes what we wrote: both only grow. */
gint64 db_change_counter(Db *db)
{
    gint64 of_others = 0;
    db_number(db, "PRAGMA data_version", DB_NO_PARAMS, &of_others, NULL);
    return of_others + sqlite3_total_changes64(db->sqlite);
}

/* ---- opening ---- */

static gboolean may(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
}

static gboolean file_check(const char *path, gboolean create, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    const char *advice = NULL;
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        advice = N_("所在的文件夹不存在；请先建立它，或改正配置中的 store 路径");
    else if (g_file_test(path, G_FILE_TEST_IS_DIR))
        advice = N_("是文件夹而不是文件；请改正配置中的 store 路径");
    else if (!may(folder, W_OK | X_OK))
        advice = N_("所在的文件夹不可写；请检查文件夹的属主与权限");
    else if (!g_file_test(path, G_FILE_TEST_EXISTS) && !create)
        advice = N_("不存在；请检查配置中的 store 路径，或先启动 songfad 建立它");
    else if (g_file_test(path, G_FILE_TEST_EXISTS) && !may(path, R_OK | W_OK))
        advice = N_("不可读写；请检查文件的属主与权限");
    if (advice != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE, _("数据库 %s %s"), path, _(advice));
    return advice == NULL;
}

/* Made by us, so that no one else may read it; SQLite gives its side files the same mode. One that is
 * there is not opened: closing it would take away the locks of this process's other connections. */
static gboolean file_make(const char *path, GError **error)
{
    int fd = g_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        return g_close(fd, error);
    if (errno == EEXIST)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE, _("数据库 %s 无法建立：%s"), path,
                g_strerror(errno));
    return FALSE;
}

/* Nobody reads SQLite's own count of memory, and keeping it takes a lock at each allocation. */
static void set_up_library(void)
{
    static gsize once = 0;
    if (!g_once_init_enter(&once))
        return;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    g_once_init_leave(&once, 1);
}

static gboolean connect_file(Db *db, GError **error)
{
    set_up_library();
    int code = sqlite3_open_v2(db->path, &db->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return fail(db, code, error);
    sqlite3_extended_result_codes(db->sqlite, 1);
    sqlite3_busy_timeout(db->sqlite, PATIENCE_MS);
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    return TRUE;
}

static gboolean is_ours(Db *db, gboolean create, GError **error)
{
    gint64 pages = 0, id = 0;
    if (!db_number(db, "PRAGMA page_count", DB_NO_PARAMS, &pages, error))
        return FALSE;
    if (pages == 0 && create)
        return db_run(db, "PRAGMA application_id = " G_STRINGIFY(APPLICATION_ID), DB_NO_PARAMS, NULL, error);
    if (pages > 0 && !db_number(db, "PRAGMA application_id", DB_NO_PARAMS, &id, error))
        return FALSE;
    if (id == APPLICATION_ID)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                pages == 0 ? _("数据库 %s 是空文件；请从备份恢复，或删除它后启动 songfad 重新建立")
                           : _("数据库 %s 是其他程序的数据库，不是 songfad 的；请改正配置中的 store 路径"),
                db->path);
    return FALSE;
}

static gboolean use_wal(Db *db, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, "PRAGMA journal_mode = WAL", DB_NO_PARAMS, error);
    GError *failed = NULL;
    if (rows == NULL)
        return FALSE;
    if (db_next(rows, &failed) && g_strcmp0(db_column_text(rows, 0), "wal") == 0)
        return TRUE;
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                _("数据库 %s 所在的文件系统不支持预写日志（WAL）；请把它放在本机磁盘上"), db->path);
    return FALSE;
}

Db *db_open(const char *path, gboolean create, GError **error)
{
    if (!file_check(path, create, error) || (create && !file_make(path, error)))
        return NULL;
    g_autoptr(Db) db = g_new0(Db, 1);
    db->path = g_strdup(path);
    db->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rows_free);
    if (!connect_file(db, error) || !is_ours(db, create, error) || !use_wal(db, error))
        return NULL;
    if (!db_script(db,
                   "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
                   "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;"
                   "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;",
                   error))
        return NULL;
    return g_steal_pointer(&db);
}

void db_close(Db *db)
{
    if (db == NULL)
        return;
    if (db->sqlite != NULL)
        db_rollback(db);
    g_hash_table_unref(db->statements);
    sqlite3_close(db->sqlite);
    g_free(db->path);
    g_free(db);
}

void db_set_patience(Db *db, int milliseconds)
{
    sqlite3_busy_timeout(db->sqlite, milliseconds);
}

gboolean db_has_table(Db *db, const char *table, gboolean *has, GError **error)
{
    gint64 n = 0;
    gboolean ok = db_number(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
                            DB_PARAMS(db_string(table)), &n, error);
    *has = n > 0;
    return ok;
}

gboolean db_check_references(Db *db, GError **error)
{
    g_autofree char *table = NULL;
    GError *failed = NULL;
    table = db_lookup(db, "PRAGMA foreign_key_check", DB_NO_PARAMS, &failed);
    if (failed != NULL)
        g_propagate_error(error, failed);
    else if (table != NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                    _("数据库 %s 的表 %s 里有指向不存在的记录的行；请保留原文件，从备份恢复"), db->path, table);
    return failed == NULL && table == NULL;
}

gboolean db_hold_references(Db *db, gboolean hold, GError **error)
{
    return db_script(db, hold ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", error);
}

gboolean db_is_small(Db *db)
{
    gint64 pages = G_MAXINT64;
    db_number(db, "PRAGMA page_count", DB_NO_PARAMS, &pages, NULL);
    return pages <= SMALL_PAGES;
}

gboolean db_check(Db *db, GError **error)
{
    g_autoptr(DbRows) rows = db_query(db, "PRAGMA quick_check(1)", DB_NO_PARAMS, error);
    if (rows == NULL)
        return FALSE;
    GError *failed = NULL;
    if (db_next(rows, &failed) && g_strcmp0(db_column_text(rows, 0), "ok") == 0)
        return TRUE;
    if (failed != NULL)
        g_propagate_error(error, failed);
    else
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_STORE,
                    _("数据库 %s 已损坏；请停止 songfad，保留原文件，从备份恢复（%s）"), db->path,
                    db_column_text(rows, 0));
    return FALSE;
}
