/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each child leads a process group and dies with the thread that started it. */
#include "daemon/selftest/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { PAUSE = 10000 /* µs */ };

/* Between fork and exec: only what is safe there. */
static void set_up(gpointer data)
{
    (void)data;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

GPid child_start(const char *const *argv, const char *log, GError **error)
{
    GPid pid = 0;
    int out = g_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s 打不开：%s"), log, g_strerror(errno));
        return 0;
    }
    gboolean started = g_spawn_async_with_fds(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, set_up, NULL,
                                              &pid, -1, out, out, error);
    close(out);
    if (!started)
        g_prefix_error(error, _("%s 启动不了："), argv[0]);
    return started ? pid : 0;
}

static int wait_for(GPid pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

gboolean child_run(const char *const *argv, const char *log, GError **error)
{
    GPid pid = child_start(argv, log, error);
    if (pid == 0)
        return FALSE;
    if (wait_for(pid) == 0)
        return TRUE;
    g_autofree char *said = child_last_line(log);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s 没有做成：%s"), argv[0], said);
    return FALSE;
}

gboolean child_has_ended(GPid pid, int *status)
{
    return waitpid(pid, status, WNOHANG) == pid;
}

void child_kill(GPid pid)
{
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL); /* it may not lead its group yet */
    wait_for(pid);
}

gboolean child_stop(GPid pid, int seconds)
{
    gint64 end = clock_monotonic() + seconds * CLOCK_SECOND;
    int status = 0;
    kill(pid, SIGTERM);
    while (clock_monotonic() < end) {
        if (child_has_ended(pid, &status))
            return status == 0;
        g_usleep(PAUSE);
    }
    child_kill(pid);
    return FALSE;
}

char *child_last_line(const char *log)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(log, &text, NULL, NULL))
        return g_strdup("");
    g_autofree char *valid = g_utf8_make_valid(g_strchomp(text), -1);
    const char *line = strrchr(valid, '\n');
    return g_strdup(line != NULL ? line + 1 : valid);
}
