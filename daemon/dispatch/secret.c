/* SPDX-License-Identifier: GPL-3.0-or-later
 * Passwords: no copy of one outlives its use. */
#include "daemon/dispatch/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { SECRET_LONGEST = 8192 }; /* bearer tokens are long */

void secret_wipe(Secret *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

static char *path_of(const char *file)
{
    const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
    if (strchr(file, '/') != NULL || credentials == NULL)
        return g_strdup(file);
    return g_build_filename(credentials, file, NULL);
}

Secret *secret_read(const char *file, GError **error)
{
    g_autofree char *path = path_of(file != NULL ? file : "");
    g_autoptr(GError) cause = NULL;
    g_autoptr(Secret) text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, &cause)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("读不到密码文件：%s"), cause->message);
        return NULL;
    }
    text[strcspn(text, "\r\n")] = '\0';
    if (*text != '\0' && length <= SECRET_LONGEST)
        return g_steal_pointer(&text);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("密码文件 %s 是空的或过长"), path);
    return NULL;
}

/* ---- from a program ---- */

/* Reads up to the first line end; FALSE when time or room is over first. */
static gboolean read_line(int fd, char *line, gint64 until)
{
    gsize length = 0;
    while (length < SECRET_LONGEST) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        gint64 left = (until - clock_monotonic()) / 1000;
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        gssize n = ready > 0 ? read(fd, line + length, SECRET_LONGEST - length) : -1;
        if (n < 0)
            return FALSE;
        length += (gsize)n;
        line[length] = '\0';
        char *end = strpbrk(line, "\r\n");
        if (end != NULL)
            *end = '\0';
        if (end != NULL || n == 0)
            return *line != '\0';
    }
    return FALSE;
}

/* A program that has said its line may take what is left of its time to end. */
static gboolean ends_well(GPid child, gint64 until)
{
    int status = -1;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && clock_monotonic() < until)
        g_usleep(2000);
    if (ended == 0) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return FALSE;
    }
    return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Secret *secret_run(char **argv, int seconds, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(Secret) line = g_malloc0(SECRET_LONGEST + 1);
    gint64 until = clock_monotonic() + seconds * CLOCK_SECOND;
    GPid child;
    int out;
    if (!g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL, &out, NULL,
                                  &cause)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("取令牌的程序不能运行：%s"), cause->message);
        return NULL;
    }
    gboolean said = read_line(out, line, until);
    close(out);
    if (!said)
        kill(child, SIGKILL);
    if (ends_well(child, until) && said)
        return g_steal_pointer(&line);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                _("取令牌的程序 %s 没有在 %d 秒内给出一行令牌并正常结束"), argv[0], seconds);
    return NULL;
}
