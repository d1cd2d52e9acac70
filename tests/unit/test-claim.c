/* SPDX-License-Identifier: GPL-3.0-or-later
 * One file of a watched folder: what may lie there, where it goes, and that every step can be
 * repeated and none takes another file's place. */
#include "daemon/intake/claim.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/ident.h"
#include "tests/unit/scratch.h"

#define MEGABYTE 1048576

typedef struct {
    char *path;
} Folder;

static void folder_clear(Folder *folder)
{
    scratch_remove(folder->path);
    g_free(folder->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

static Folder folder_new(void)
{
    return (Folder){scratch_new()};
}

static char *in(const Folder *folder, const char *name)
{
    return g_build_filename(folder->path, name, NULL);
}

static void put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = in(folder, name);
    g_autofree char *parent = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
    close(fd);
}

/* Asserts the file's text; NULL = there is no such file. */
static void holds(const Folder *folder, const char *name, const char *want)
{
    g_autofree char *path = in(folder, name);
    g_autofree char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    if (g_strcmp0(text, want) != 0)
        g_error("%s holds \"%s\", want \"%s\"", name, text, want);
}

static guint count(const Folder *folder, const char *sub)
{
    g_autofree char *path = in(folder, sub);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;
    while (dir != NULL && g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

static Claim *claim_of(const Folder *folder, const char *name)
{
    g_autoptr(GError) error = NULL;
    Claim *claim = claim_open(folder->path, name, MEGABYTE, &error);
    g_assert_no_error(error);
    g_assert_nonnull(claim);
    return claim;
}

/* Files it and gives the path below the folder. */
static char *file_in(const Folder *folder, const Claim *claim, const char *sub, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *destination = claim_destination(claim, sub, &error);
    g_assert_no_error(error);
    claim_file(claim, destination, (ClaimNote){CLAIM_REASON, reason}, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(destination, folder->path));
    return g_strdup(destination + strlen(folder->path) + 1);
}

static void test_temporary(void)
{
    static const struct { const char *name; gboolean want; } rows[] = {
        {"上街信息第19期.txt", FALSE}, {"~$上街信息.docx", TRUE},  {".hidden", TRUE},
        {"a.tmp", TRUE},               {"a.TMP", TRUE},           {"a.part", TRUE},
        {"a.swp", TRUE},               {"a.txt.reason.txt", TRUE}, {"a.tmp.txt", FALSE},
        {"~a.txt", FALSE},             {"tmp", FALSE},
        {"~WRL0001.tmp", TRUE},        {".~lock.a.docx#", TRUE},   {".~第7期.wps", TRUE},
        {"Thumbs.db", TRUE},           {"THUMBS.DB", TRUE},       {"desktop.ini", TRUE},
        {".DS_Store", TRUE},           {"a.docx.crdownload", TRUE}, {"a.bak", TRUE},
        {"a.docx~", TRUE},             {"5A3F1C00", TRUE},        {"20260306", FALSE},
        {"5A3F1C00.docx", FALSE},      {"a.txt.result.txt", TRUE}, {"desktop.ini.txt", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(claim_is_temporary(rows[i].name), ==, rows[i].want);
    }
}

static void test_plain(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "上街信息.txt", "第 19 期");
    g_autoptr(Claim) claim = claim_of(&folder, "上街信息.txt");
    g_assert_null(claim->problem);
    g_autoptr(GBytes) want = g_bytes_new_static("第 19 期", strlen("第 19 期"));
    g_assert_true(g_bytes_equal(claim->data, want));
    g_autofree char *digest = ident_sha256("第 19 期", strlen("第 19 期"));
    g_assert_cmpstr(claim->digest, ==, digest);
    g_assert_cmpstr(claim->shown_name, ==, "上街信息.txt");
}

static void test_names(void)
{
    static const struct { const char *name, *bytes, *want; } rows[] = {
        {"GBK", "\xc9\xcf\xbd\xd6.txt", "上街.txt"},
        {"quotes and line ends", "a\"'\n\r\tb.txt", "a\"'___b.txt"},
        {"neither", "a\xff.txt", "a\xef\xbf\xbd.txt"},
    };
    g_auto(Folder) folder = folder_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        put(&folder, rows[i].bytes, "text");
        g_autoptr(Claim) claim = claim_of(&folder, rows[i].bytes);
        g_assert_cmpstr(claim->shown_name, ==, rows[i].want);
        g_assert_cmpstr(claim->name, ==, rows[i].bytes);
        g_autofree char *filed = file_in(&folder, claim, "held", "为什么");
        g_autofree char *want = g_strconcat("held/", rows[i].bytes, NULL);
        g_assert_cmpstr(filed, ==, want);
        holds(&folder, filed, "text");
    }
}

static void make_symlink(const char *path)
{
    g_assert_cmpint(symlink("/etc/hostname", path), ==, 0);
}

static void make_fifo(const char *path)
{
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_assert_cmpuint(g_strlcpy(address.sun_path, path, sizeof address.sun_path), <,
                     sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    close(fd);
}

static void make_huge(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    g_assert_cmpint(ftruncate(fd, 1 << 30), ==, 0);
    close(fd);
}

static void make_empty(const char *path)
{
    close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void make_unreadable(const char *path)
{
    g_assert_true(g_file_set_contents(path, "secret", -1, NULL));
    g_assert_cmpint(chmod(path, 0), ==, 0);
}

static void test_problems(void)
{
    static const struct { const char *name; void (*make)(const char *); const char *want; } rows[] = {
        {"symbolic link", make_symlink, "是符号链接"},
        {"named pipe", make_fifo, "不是普通文件，而是命名管道"},
        {"socket", make_socket, "不是普通文件，而是套接字"},
        {"1 GB", make_huge, "超过上限"},
        {"empty", make_empty, "是空文件（0 字节）"},
        {"unreadable", make_unreadable, "没有权限读取"},
    };
    g_auto(Folder) folder = folder_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        if (rows[i].make == make_unreadable && geteuid() == 0)
            continue; /* root reads everything */
        g_autofree char *path = in(&folder, rows[i].name);
        rows[i].make(path);
        g_autoptr(Claim) claim = claim_of(&folder, rows[i].name);
        g_assert_null(claim->data);
        g_assert_nonnull(strstr(claim->problem, rows[i].name));
        g_assert_nonnull(strstr(claim->problem, rows[i].want));
        g_autoptr(Claim) again = claim_of(&folder, rows[i].name);
        g_assert_cmpstr(again->digest, ==, claim->digest);
        g_autofree char *filed = file_in(&folder, claim, "held", claim->problem);
        g_autofree char *want = g_strconcat("held/", rows[i].name, NULL);
        g_assert_cmpstr(filed, ==, want);
        g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK));
    }
}

static void test_gone(void)
{
    g_auto(Folder) folder = folder_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(claim_open(folder.path, "none.txt", MEGABYTE, &error));
    g_assert_no_error(error);
    g_autofree char *nowhere = in(&folder, "nowhere");
    g_assert_null(claim_open(nowhere, "none.txt", MEGABYTE, &error));
    g_assert_no_error(error);
}

static void test_object(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "text");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autoptr(GError) error = NULL;
    g_autofree char *spool = in(&folder, "spool");
    g_autofree char *object = g_build_filename("spool/objects", claim->digest, NULL);
    g_autofree char *leftover = g_strconcat(object, ".tmp", NULL);
    put(&folder, leftover, "half of a crash");
    for (int i = 0; i < 2; i++) {
        g_assert_true(claim_store_object(claim, spool, &error));
        holds(&folder, object, "text");
        g_assert_cmpuint(count(&folder, "spool/objects"), ==, 1);
    }
    static const char *const spoilt[] = {"tex", "tent"}; /* cut short, or altered, by a bad disk */
    for (gsize i = 0; i < G_N_ELEMENTS(spoilt); i++) {
        put(&folder, object, spoilt[i]);
        g_assert_true(claim_store_object(claim, spool, &error));
        holds(&folder, object, "text");
    }
    g_assert_no_error(error);
}

static void test_filing(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) one = claim_of(&folder, "a.txt");
    g_autofree char *first = file_in(&folder, one, "archive", NULL);
    g_assert_cmpstr(first, ==, "archive/a.txt");
    holds(&folder, "a.txt", NULL);
    holds(&folder, "archive/a.txt", "one");

    put(&folder, "a.txt", "two");
    g_autoptr(Claim) two = claim_of(&folder, "a.txt");
    g_autofree char *second = file_in(&folder, two, "archive", NULL);
    g_assert_cmpstr(second, ==, "archive/a-2.txt");
    holds(&folder, "archive/a.txt", "one");
    holds(&folder, "archive/a-2.txt", "two");

    put(&folder, "a.txt", "two");
    g_autoptr(Claim) same = claim_of(&folder, "a.txt");
    g_autofree char *third = file_in(&folder, same, "archive", NULL);
    g_assert_cmpstr(third, ==, "archive/a-2.txt");
    holds(&folder, "a.txt", NULL);
    g_assert_cmpuint(count(&folder, "archive"), ==, 2);
}

static void test_reason(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autofree char *filed = file_in(&folder, claim, "held", "没有报头。");
    g_assert_cmpstr(filed, ==, "held/a.txt");
    holds(&folder, "held/a.txt.reason.txt", "\xef\xbb\xbf没有报头。\n");
    g_assert_cmpuint(count(&folder, "held"), ==, 2);
}

/* What lies about when an earlier run ended at some step; filing must then come to one same end. */
static void test_repeat(void)
{
    static const struct { const char *name; gboolean source, reason, moved; } rows[] = {
        {"nothing done", TRUE, FALSE, FALSE},
        {"reason written", TRUE, TRUE, FALSE},
        {"moved", FALSE, TRUE, TRUE},
        {"copied, source not removed", TRUE, TRUE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_auto(Folder) folder = folder_new();
        put(&folder, "a.txt", "one");
        g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
        g_autofree char *source = in(&folder, "a.txt");
        if (!rows[i].source)
            g_unlink(source);
        if (rows[i].reason)
            put(&folder, "held/a.txt.reason.txt", "旧");
        if (rows[i].moved)
            put(&folder, "held/a.txt", "one");
        for (int twice = 0; twice < 2; twice++) {
            g_autofree char *filed = file_in(&folder, claim, "held", "新");
            g_assert_cmpstr(filed, ==, "held/a.txt");
            holds(&folder, "a.txt", NULL);
            holds(&folder, "held/a.txt", "one");
            holds(&folder, "held/a.txt.reason.txt", "\xef\xbb\xbf新\n");
            g_assert_cmpuint(count(&folder, "held"), ==, 2);
        }
    }
}

static void test_changed_meanwhile(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    put(&folder, "a.txt", "a new hand-in");
    g_autofree char *filed = file_in(&folder, claim, "archive", NULL);
    holds(&folder, filed, "one");
    holds(&folder, "a.txt", "a new hand-in");
}

/* What lies there by that name now is another file. */
static void test_removed(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    for (int twice = 0; twice < 2; twice++) {
        g_assert_true(claim_remove(claim, NULL));
        holds(&folder, "a.txt", NULL);
    }
    put(&folder, "a.txt", "a new hand-in");
    g_assert_true(claim_remove(claim, NULL));
    holds(&folder, "a.txt", "a new hand-in");
}

static void test_occupied(void)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autoptr(GError) error = NULL;
    g_autofree char *destination = claim_destination(claim, "archive", &error);
    put(&folder, "archive/a.txt", "somebody else's");
    g_assert_false(claim_file(claim, destination, (ClaimNote){0}, &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "移不动“a.txt”：那里已有同名而内容不同的文件"));
    holds(&folder, "a.txt", "one");
    holds(&folder, "archive/a.txt", "somebody else's");
}

static void test_linked_sub_folder(void)
{
    g_auto(Folder) folder = folder_new();
    g_auto(Folder) elsewhere = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autoptr(GError) error = NULL;
    g_autofree char *held = in(&folder, "held");
    g_assert_cmpint(symlink(elsewhere.path, held), ==, 0);
    g_assert_null(claim_destination(claim, "held", &error));
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_IO);
    holds(&folder, "a.txt", "one");
    g_assert_cmpuint(count(&elsewhere, "."), ==, 0);
}

static void test_long_name(void)
{
    g_auto(Folder) folder = folder_new();
    g_autoptr(GString) name = g_string_new("x");
    while (name->len + 3 + 4 <= 255)
        g_string_append(name, "长");
    g_string_append(name, ".txt");
    put(&folder, name->str, "one");
    g_autoptr(Claim) claim = claim_of(&folder, name->str);
    g_autofree char *filed = file_in(&folder, claim, "held", "为什么");
    g_assert_true(g_str_has_suffix(filed, "长.txt"));
    g_assert_true(g_utf8_validate(filed, -1, NULL));
    g_autofree char *reason = g_strconcat(filed, ".reason.txt", NULL);
    holds(&folder, filed, "one");
    holds(&folder, reason, "\xef\xbb\xbf为什么\n");
}

static void test_no_right(void)
{
    if (geteuid() == 0) {
        g_test_skip("root may write everywhere");
        return;
    }
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.txt", "one");
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(chmod(folder.path, 0500), ==, 0);
    g_assert_null(claim_destination(claim, "held", &error));
    g_assert_cmpint(chmod(folder.path, 0700), ==, 0);
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "没有权限"));
    holds(&folder, "a.txt", "one");
}

/* A file larger than RLIMIT_FSIZE fails in write(), as on a full disk. */
static void test_write_fails(void)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *text = g_strnfill(300000, 'x');
    put(&folder, "a.txt", text);
    g_autoptr(Claim) claim = claim_of(&folder, "a.txt");
    g_autoptr(GError) error = NULL;
    struct rlimit before, small = {100000, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    gboolean stored = claim_store_object(claim, folder.path, &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_assert_false(stored);
    g_assert_error(error, SONGFA_ERROR, SONGFA_ERROR_IO);
    g_assert_cmpuint(count(&folder, "objects"), ==, 0);
    holds(&folder, "a.txt", text);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/claim/temporary", test_temporary);
    g_test_add_func("/claim/plain", test_plain);
    g_test_add_func("/claim/names", test_names);
    g_test_add_func("/claim/problems", test_problems);
    g_test_add_func("/claim/gone", test_gone);
    g_test_add_func("/claim/object", test_object);
    g_test_add_func("/claim/filing", test_filing);
    g_test_add_func("/claim/reason", test_reason);
    g_test_add_func("/claim/repeat", test_repeat);
    g_test_add_func("/claim/changed-meanwhile", test_changed_meanwhile);
    g_test_add_func("/claim/removed", test_removed);
    g_test_add_func("/claim/occupied", test_occupied);
    g_test_add_func("/claim/linked-sub-folder", test_linked_sub_folder);
    g_test_add_func("/claim/long-name", test_long_name);
    g_test_add_func("/claim/no-right", test_no_right);
    g_test_add_func("/claim/write-fails", test_write_fails);
    return g_test_run();
}
