/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfad -n finds on the machine: one thing wrong at a time, named at the line of its setting. */
#include "daemon/config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/directory.h"
#include "daemon/store/store.h"
#include "tests/unit/directory-add.h"
#include "tests/unit/scratch.h"

/* $ stands for the scratch folder, % for the source tree. */
#define CONFIG                                                                   \
    "spool = \"$/spool\";\n"                                                     \
    "store = \"$/songfa.db\";\n"                                                 \
    "clerk = \"zhiban\100example.test\";\n"                                       \
    "sender = { name = \"送发\"; address = \"songfa@example.test\"; };\n"        \
    "watch = ( { folder = \"$/in\"; } );\n"                                      \
    "relays = ( { host = \"127.0.0.1\"; user = \"u\";\n"                         \
    " password_file = \"$/password\"; } );\n"                                    \
    "templates = \"%/templates/zh\";\n"                                          \
    "series = ( { key = \"sjxx\"; name = \"上街信息\"; title = \"上街信息\"; } );\n"

static char *at(const char *root, const char *name)
{
    return g_build_filename(root, name, NULL);
}

static void put(const char *root, const char *name, const char *text, mode_t mode)
{
    g_autofree char *path = at(root, name);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(chmod(path, mode), ==, 0);
}

static void remove_file(const char *root, const char *name)
{
    g_autofree char *path = at(root, name);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

static void make_folder(const char *root, const char *name)
{
    g_autofree char *path = at(root, name);
    g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
}

/* A store with one unit and, if wanted, its mailbox. */
static void make_store(const char *root, gboolean with_unit, gboolean suspended)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = at(root, "songfa.db");
    g_autoptr(Store) store = store_open(path, TRUE, &error);
    g_assert_no_error(error);
    if (!with_unit)
        return;
    g_autoptr(Directory) directory = directory_new("2026-01-01");
    DirectoryUnit *unit = directory_add_unit(directory);
    directory_set_text(directory, &unit->name, "上街区委办公室");
    unit->id = -1;
    DirectoryMailbox *mailbox = directory_add_mailbox(directory);
    mailbox->owner_kind = OWNER_UNIT;
    mailbox->id = -2;
    mailbox->owner_id = unit->id;
    directory_set_text(directory, &mailbox->address, "qwb@example.test");
    mailbox->channel = CHANNEL_EMAIL;
    mailbox->copies = 1;
    mailbox->suspended = suspended;
    const StoreDirectoryEdit edits[] = {{.kind = &directory_kinds[DIRECTORY_UNIT], .record = unit},
                                        {.kind = &directory_kinds[DIRECTORY_MAILBOX], .record = mailbox}};
    const StoreDirectoryChange change = {.who = "test", .words = "test"};
    g_assert_true(store_directory_change(store, edits, G_N_ELEMENTS(edits), &change, NULL, NULL, &error));
    g_assert_no_error(error);
}

static void spool_is_file(const char *root)
{
    put(root, "spool", "", 0644);
}

static void password_is_open(const char *root)
{
    put(root, "password", "geheim", 0640);
}

static void password_is_missing(const char *root)
{
    remove_file(root, "password");
}

static void password_is_empty(const char *root)
{
    put(root, "password", "", 0600);
}

static void store_is_missing(const char *root)
{
    remove_file(root, "songfa.db");
}

static void store_is_damaged(const char *root)
{
    g_autofree char *rubbish = g_strnfill(8192, 'x');
    put(root, "songfa.db", rubbish, 0600);
}

static void store_is_empty(const char *root)
{
    store_is_missing(root);
    make_store(root, FALSE, FALSE);
}

static void all_suspended(const char *root)
{
    store_is_missing(root);
    make_store(root, TRUE, TRUE);
}

static void held_is_file(const char *root)
{
    make_folder(root, "in");
    put(root, "in/held", "", 0644);
}

static void linked_twice(const char *root)
{
    g_autofree char *path = at(root, "alias");
    make_folder(root, "in");
    g_assert_cmpint(symlink("in", path), ==, 0);
}

static void calendar_is_wrong(const char *root)
{
    make_folder(root, "calendar");
    put(root, "calendar/2027.txt", "# 通知\n2027-10-01..2027-10-07 休 国庆节\n2027-13-09 班 国庆节\n", 0644);
}

static const struct {
    const char *name;
    void (*prepare)(const char *root);
    const char *from, *to; /* changed in CONFIG, or NULL */
    const char *want;      /* "LINE words", "" = nothing to say */
} rows[] = {
    {"all well", NULL, NULL, NULL, ""},
    {"spool is a file", spool_is_file, NULL, NULL, "1 不是文件夹"},
    {"watch below nothing", NULL, "$/in", "$/nowhere/in", "5 $/nowhere”不存在"},
    {"held is a file", held_is_file, NULL, NULL, "5 $/in/held”不是文件夹"},
    {"watch in the spool", NULL, "$/in", "$/spool/in", "5 $/spool”不存在\n5 互相包含"},
    {"spool in the watch", NULL, "$/spool", "$/in/spool", "5 互相包含"},
    {"store in the watch", held_is_file, "$/songfa.db", "$/in/songfa.db", "5 $/in/held”不是文件夹\n5 放着数据库\n2 还没有"},
    {"two watches by a link", linked_twice, "$/in\"; }", "$/in\"; }, { folder = \"$/alias\"; }",
     "5 就是“$/alias”，或在它里面\n5 就是“$/in”，或在它里面"},
    {"watch in another's archive", linked_twice, "$/in\"; }", "$/in\"; }, { folder = \"$/in/archive\"; }",
     "5 $/in/archive”就是“$/in”，或在它里面"},
    {"store below nothing", NULL, "$/songfa.db", "$/nowhere/songfa.db", "2 $/nowhere”不存在\n2 还没有"},
    {"password for all to read", password_is_open, NULL, NULL, "7 chmod 600 $/password"},
    {"no password", password_is_missing, NULL, NULL, "7 没有口令文件"},
    {"empty password", password_is_empty, NULL, NULL, "7 是空的"},
    {"credential of systemd", NULL, "$/password", "relay", "7 由 systemd"},
    {"no certificates", NULL, "user =", "ca_file = \"$/ca.pem\"; user =", "6 证书文件“$/ca.pem”读不了"},
    {"TLS well", NULL, "templates =", "web = { listen = \"127.0.0.1:1\"; certificate = \"$/songfa.db\"; key = \"$/password\"; }; templates =", ""},
    {"no TLS certificate", NULL, "templates =", "web = { listen = \"127.0.0.1:1\"; certificate = \"$/c\"; key = \"$/k\"; }; templates =",
     "8 证书文件“$/c”读不了\n8 密钥文件“$/k”读不了"},
    {"TLS key for all to read", password_is_open, "templates =",
     "web = { listen = \"127.0.0.1:1\"; certificate = \"$/songfa.db\"; key = \"$/password\"; }; templates =",
     "7 chmod 600\n8 密钥文件“$/password”别的用户也能读"},
    {"no templates", NULL, "%/templates/zh", "$/zh", "8 模板不可用"},
    {"no templates of a series", NULL, "key = \"sjxx\";", "key = \"sjxx\"; templates = \"$/zh\";", "9 模板不可用"},
    {"a calendar with an error", calendar_is_wrong, "templates =", "calendar = \"$/calendar\"; templates =", "3 “2027-13-09”不是日期"},
    {"no store", store_is_missing, NULL, NULL, "2 还没有"},
    {"damaged store", store_is_damaged, NULL, NULL, "2 不可用"},
    {"empty directory", store_is_empty, NULL, NULL, "2 名录是空的"},
    {"nobody reachable", all_suspended, NULL, NULL, "2 没有一个可用的邮箱"},
};

static char *fill_in(const char *text, const char *root)
{
    g_autoptr(GString) out = g_string_new(text);
    g_string_replace(out, "$", root, 0);
    g_string_replace(out, "%", g_getenv("SONGFA_SRCDIR"), 0);
    return g_strdup(out->str);
}

static char *problems_of(const char *root, const char *text)
{
    g_autofree char *file = at(root, "songfad.conf");
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    g_autoptr(Config) config = config_load(file, problems);
    g_assert_nonnull(config);
    config_check(config, problems);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < problems->len; i++) {
        const ConfigProblem *problem = g_ptr_array_index(problems, i);
        g_assert_cmpint(problem->warning, ==, strstr(problem->message, "systemd") != NULL);
        g_string_append_printf(out, "%s%d %s", i > 0 ? "\n" : "", problem->line, problem->message);
    }
    g_assert_cmpint(config_problems_are_fatal(problems), ==,
                    problems->len > 0 && strstr(out->str, "systemd") == NULL);
    return g_string_free(out, FALSE);
}

static gboolean matches(const char *got, const char *want)
{
    g_auto(GStrv) have = g_strsplit(got, "\n", -1), lines = g_strsplit(want, "\n", -1);
    if (g_strv_length(have) != g_strv_length(lines))
        return FALSE;
    for (guint i = 0; lines[i] != NULL; i++) {
        gsize head = strcspn(lines[i], " ") + 1;
        if (strncmp(have[i], lines[i], head) != 0 || strstr(have[i], lines[i] + head) == NULL)
            return FALSE;
    }
    return TRUE;
}

static void test_check(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *root = scratch_new();
        put(root, "password", "geheim", 0600);
        make_store(root, TRUE, FALSE);
        if (rows[i].prepare != NULL)
            rows[i].prepare(root);
        g_autoptr(GString) text = g_string_new(CONFIG);
        if (rows[i].from != NULL)
            g_assert_cmpuint(g_string_replace(text, rows[i].from, rows[i].to, 1), ==, 1);
        g_autofree char *config = fill_in(text->str, root), *want = fill_in(rows[i].want, root);
        g_autofree char *got = problems_of(root, config);
        if (*want == '\0' ? *got != '\0' : !matches(got, want))
            g_error("%s: want\n%s\ngot\n%s", rows[i].name, want, got);
        scratch_remove(root);
    }
}

static void test_changes_nothing(void)
{
    g_autofree char *root = scratch_new();
    put(root, "password", "geheim", 0600);
    g_autofree char *config = fill_in(CONFIG, root);
    g_autofree char *got = problems_of(root, config);
    g_assert_nonnull(strstr(got, "还没有"));
    static const char *const names[] = {"spool", "in", "songfa.db"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = at(root, names[i]);
        g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    }
    scratch_remove(root);
}

static void test_no_right(void)
{
    if (geteuid() == 0) {
        g_test_skip("root may write everywhere");
        return;
    }
    g_autofree char *root = scratch_new();
    put(root, "password", "geheim", 0600);
    make_store(root, TRUE, FALSE);
    make_folder(root, "in");
    g_autofree char *in = at(root, "in");
    g_assert_cmpint(chmod(in, 0500), ==, 0);
    g_autofree char *config = fill_in(CONFIG, root);
    g_autofree char *got = problems_of(root, config);
    g_assert_true(g_str_has_prefix(got, "5 "));
    g_assert_nonnull(strstr(got, "写不进去"));
    g_assert_cmpint(chmod(in, 0700), ==, 0);
    scratch_remove(root);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config-check/rows", test_check);
    g_test_add_func("/config-check/changes-nothing", test_changes_nothing);
    g_test_add_func("/config-check/no-right", test_no_right);
    return g_test_run();
}
