/* SPDX-License-Identifier: GPL-3.0-or-later
 * A child's output, a time limit, and its end. */
#include "songfa-build.h"

#include "daemon/base/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"

enum { CHUNK = 65536 };

typedef struct {
    GPid pid;
    int output;
    gint64 deadline; /* monotonic µs */
} Child;

int errand_sealed_copy(const void *data, gsize length)
{
    int fd = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (gsize done = 0; fd >= 0 && done < length;) {
        gssize n = write(fd, (const char *)data + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (gsize)n;
    }
    if (fd < 0)
        return -1;
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Its output does not block: a wait that was interrupted is begun anew. */
static gboolean start(const Errand *errand, Child *child)
{
    g_autoptr(GError) error = NULL;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return FALSE;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | (errand->mute ? G_SPAWN_STDERR_TO_DEV_NULL : 0);
    gboolean ok = g_spawn_async_with_fds(NULL, (char **)errand->argv, NULL, flags, NULL, NULL, &child->pid,
                                         errand->input, ends[1], -1, &error);
    close(ends[1]);
    if (!ok)
        close(ends[0]);
    child->output = ends[0];
    if (ok)
        g_unix_set_fd_nonblocking(child->output, TRUE, NULL);
    return ok;
}

/* Waits for output until the deadline or until the thread is to stop. */
static gboolean has_output(const Child *child, gint64 left)
{
    GPollFD waits[2] = {{.fd = child->output, .events = G_IO_IN | G_IO_HUP}};
    GCancellable *stopping = g_cancellable_get_current();
    guint n = stopping != NULL && g_cancellable_make_pollfd(stopping, &waits[1]) ? 2 : 1;
    gint ready = g_poll(waits, n, (gint)(left / 1000) + 1);
    gboolean again = ready < 0 && errno == EINTR;
    if (n == 2)
        g_cancellable_release_fd(stopping);
    return again || (ready > 0 && waits[0].revents != 0);
}

/* FALSE when there is no more to read: the end, too much, out of time, or stopped. */
static gboolean read_more(const Errand *errand, const Child *child, GString *said)
{
    char chunk[CHUNK];
    gint64 left = child->deadline - clock_monotonic();
    if (left <= 0 || said->len > errand->most || !has_output(child, left))
        return FALSE;
    gssize n = read(child->output, chunk, sizeof chunk);
    if (n > 0)
        g_string_append_len(said, chunk, n);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* What still runs is stopped; the status of what has ended stays. */
static int finish(const Child *child)
{
    int status = 0;
    close(child->output);
    kill(-child->pid, SIGKILL);
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

ErrandEnd errand_run(const Errand *errand, GString *said, int *status)
{
    Child child = {.deadline = clock_monotonic() + (gint64)errand->seconds * G_USEC_PER_SEC};
    if (!start(errand, &child))
        return ERRAND_NOT_BEGUN;
    while (read_more(errand, &child, said))
        ;
    gboolean late = clock_monotonic() >= child.deadline;
    *status = finish(&child);
    if (g_cancellable_is_cancelled(g_cancellable_get_current()))
        return ERRAND_STOPPED;
    if (said->len > errand->most)
        return ERRAND_TALKATIVE;
    return late ? ERRAND_LATE : ERRAND_ENDED;
}
