/* SPDX-License-Identifier: GPL-3.0-or-later
 * Children sent on an errand: what they say, their ends, and that they are gone. */
#include "daemon/base/errand.h"

#include <gio/gio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *name, *script;
    int seconds;
    gsize most;
    ErrandEnd end;
    const char *said; /* NULL = whatever */
    int status;       /* of one that ended by itself, else -1 */
} rows[] = {
    {"says something", "echo yes", 60, 100, ERRAND_ENDED, "yes\n", 0},
    {"reads what it is given", "cat", 60, 100, ERRAND_ENDED, "input", 0},
    {"ends badly", "exit 3", 60, 100, ERRAND_ENDED, "", 3},
    {"says too much", "while :; do echo yes; done", 60, 100, ERRAND_TALKATIVE, NULL, -1},
    {"takes too long", "exec sleep 3600", 1, 100, ERRAND_LATE, "", -1},
    {"goes on in silence", "exec >&- 2>&-; exec sleep 3600", 60, 100, ERRAND_ENDED, "", -1},
};

static ErrandEnd send_out(const char *script, int seconds, gsize most, GString *said, int *status)
{
    char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
    int input = errand_sealed_copy("input", 5);
    g_assert_cmpint(input, >=, 0);
    g_assert_cmpint(write(input, "x", 1), ==, -1);
    ErrandEnd end = errand_run(&(Errand){.argv = argv, .input = input, .seconds = seconds, .most = most}, said, status);
    close(input);
    return end;
}

static void test_ends(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) said = g_string_new(NULL);
        int status;
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(send_out(rows[i].script, rows[i].seconds, rows[i].most, said, &status), ==, rows[i].end);
        if (rows[i].said != NULL)
            g_assert_cmpstr(said->str, ==, rows[i].said);
        g_assert_cmpint(WIFEXITED(status) ? WEXITSTATUS(status) : -1, ==, rows[i].status);
        g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
    }
}

static void test_not_begun(void)
{
    char *argv[] = {(char *)"/nonexistent/program", NULL};
    g_autoptr(GString) said = g_string_new(NULL);
    int status;
    g_assert_cmpint(errand_run(&(Errand){.argv = argv, .input = 0, .seconds = 1, .most = 1}, said, &status), ==,
                    ERRAND_NOT_BEGUN);
}

static void test_stopped(void)
{
    g_autoptr(GCancellable) stopping = g_cancellable_new();
    g_autoptr(GString) said = g_string_new(NULL);
    int status;
    g_cancellable_push_current(stopping);
    g_cancellable_cancel(stopping);
    g_assert_cmpint(send_out("exec sleep 3600", 60, 100, said, &status), ==, ERRAND_STOPPED);
    g_cancellable_pop_current(stopping);
    g_assert_true(WIFSIGNALED(status));
}

/* A zombie that nobody has waited for has no command line any more. */
static gboolean is_alive(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", (int)pid), *words = NULL;
    gsize length = 0;
    return g_file_get_contents(path, &words, &length, NULL) && length > 0;
}

/* One that leads a group takes it along. */
static void test_group(void)
{
    g_autoptr(GString) said = g_string_new(NULL);
    int status;
    g_assert_cmpint(send_out("exec setsid -w sh -c 'sleep 3600 >&- & echo $!; exec sleep 3600'", 2, 100, said, &status),
                    ==, ERRAND_LATE);
    pid_t pid = (pid_t)g_ascii_strtoll(said->str, NULL, 10);
    g_assert_cmpint(pid, >, 0);
    for (int i = 0; i < 3000 && is_alive(pid); i++)
        g_usleep(10000);
    g_assert_false(is_alive(pid));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/errand/ends", test_ends);
    g_test_add_func("/errand/not-begun", test_not_begun);
    g_test_add_func("/errand/stopped", test_stopped);
    g_test_add_func("/errand/group", test_group);
    return g_test_run();
}
