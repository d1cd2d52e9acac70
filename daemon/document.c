/* SPDX-License-Identifier: GPL-3.0-or-later
 * The daemon's side of songfa-extract. The child gets the bytes as a sealed memory file and is not
 * trusted: its output is bounded and checked, its time limited. */
#include "songfa-build.h"

#include "daemon/document.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/program.h"
#include "daemon/issue/format.h"
#include "daemon/issue/parse.h"

enum { MAX_OUTPUT = 64 << 20, CHUNK = 65536 };

#define CHILD "songfa-extract"

typedef struct {
    GPid pid;
    int output;
    gint64 deadline; /* monotonic µs */
    GString *said;
} Child;

/* A file in memory that nobody can change any more, or -1. */
static int sealed_copy(const guint8 *data, gsize length)
{
    int fd = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (gsize done = 0; fd >= 0 && done < length;) {
        gssize n = write(fd, data + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (gsize)n;
    }
    if (fd >= 0)
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

/* Its output does not block: a wait that was interrupted is begun anew. */
static gboolean start(Child *child, const guint8 *data, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = program_path(CHILD);
    char *argv[] = {path, NULL};
    int ends[2], input = sealed_copy(data, length);
    if (input < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        if (input >= 0)
            close(input);
        return FALSE;
    }
    lseek(input, 0, SEEK_SET);
    gboolean ok = g_spawn_async_with_fds(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child->pid, input,
                                         ends[1], -1, &error);
    close(input);
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
static gboolean read_more(Child *child)
{
    char chunk[CHUNK];
    gint64 left = child->deadline - clock_monotonic();
    if (left <= 0 || child->said->len > MAX_OUTPUT || !has_output(child, left))
        return FALSE;
    gssize n = read(child->output, chunk, sizeof chunk);
    if (n > 0)
        g_string_append_len(child->said, chunk, n);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* A child that still runs is stopped. TRUE when it had used up its time (cage.h). */
static gboolean finish(Child *child)
{
    int status = 0;
    close(child->output);
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
}

static Extract *problem(const char *code, const char *message)
{
    Extract *extract = g_new0(Extract, 1);
    extract->code = g_strdup(code);
    extract->problem = g_strdup(message);
    return extract;
}

static Extract *read_document(const guint8 *data, gsize length, GError **error)
{
    g_autoptr(GString) said = g_string_new(NULL);
    Child child = {.said = said, .deadline = clock_monotonic() + (gint64)DOCUMENT_SECONDS * G_USEC_PER_SEC};
    if (!start(&child, data, length))
        return problem("extract-missing", _("读取文档的程序 songfa-extract 启动不了：请管理员检查安装"));
    while (read_more(&child))
        ;
    gboolean late = clock_monotonic() >= child.deadline;
    gboolean complex = finish(&child);
    if (g_cancellable_set_error_if_cancelled(g_cancellable_get_current(), error))
        return NULL;
    Extract *extract = said->len <= MAX_OUTPUT ? extract_read(said->str, said->len) : NULL;
    if (extract != NULL)
        return extract;
    if (complex)
        return problem("too-complex", _("文档过于复杂，读不完，已停止：请在 Word、WPS 中另存为 .docx 后重新交送"));
    if (late)
        return problem("too-slow", _("文档读了一分钟还没有读完，已停止：请在 Word、WPS 中另存为 .docx 后重新交送"));
    return problem("damaged", _("读取文档的程序中途停止，文件可能已损坏或过大：请在 Word、WPS 中另存后重新交送"));
}

Issue *document_issue(const guint8 *data, gsize length, const char *file_name, GError **error)
{
    if (format_of(data, length) == FORMAT_TEXT || !parse_may_open(file_name))
        return parse_issue(data, length, file_name);
    g_autoptr(Extract) extract = read_document(data, length, error);
    return extract != NULL ? parse_issue_extract(extract, file_name) : NULL;
}
