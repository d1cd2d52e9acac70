/* SPDX-License-Identifier: GPL-3.0-or-later
 * Durable steps on files: written whole or not at all, never over another, never through a link. */
#include "songfa-build.h" /* renameat2() is a GNU extension */

#include "daemon/intake/claim-io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"

void claim_fd_close(ClaimFd fd)
{
    close(fd);
}

static const char *advice(int code)
{
    static const struct { int code; const char *text; } rows[] = {
        {ENOSPC, N_("磁盘满了。请腾出空间；文件留在原处，之后会自动再试")},
        {EDQUOT, N_("磁盘配额用完了。请腾出空间；文件留在原处，之后会自动再试")},
        {EACCES, N_("没有权限。请让运行 songfad 的用户可以读写这个文件夹")},
        {EPERM, N_("没有权限。请让运行 songfad 的用户可以读写这个文件夹")},
        {EROFS, N_("这个磁盘是只读的。请重新挂载为可写")},
        {ENOENT, N_("文件或文件夹不在了")},
        {ENOTDIR, N_("同名的东西不是文件夹，请移走它")},
        {ELOOP, N_("这里是符号链接，不跟随。请换成真的文件夹")},
        {EEXIST, N_("那里已有同名而内容不同的文件")},
        {EAGAIN, N_("别的程序正占用着它，稍后再试")},
        {EXDEV, N_("子文件夹与收件文件夹不在同一个磁盘上，移不过去")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].code == code)
            return _(rows[i].text);
    return g_strerror(code);
}

gboolean claim_io_error(GError **error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *head = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, SONGFA_ERROR, code == EEXIST ? SONGFA_ERROR_CONFLICT : SONGFA_ERROR_IO,
                _("%s：%s"), head, advice(code));
    return FALSE;
}

gint64 claim_mtime(const struct stat *state)
{
    return state->st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + state->st_mtim.tv_nsec;
}

gint64 claim_here_since(const struct stat *state)
{
    return state->st_ctim.tv_sec * G_GINT64_CONSTANT(1000000) + state->st_ctim.tv_nsec / 1000;
}

char *claim_state_digest(const char *name, const struct stat *state)
{
    g_autofree char *text = g_strdup_printf("%s/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, name,
                                            (gint64)state->st_size, claim_mtime(state));
    return ident_sha256(text, strlen(text));
}

void claim_sync(int folder)
{
    fsync(folder); /* some network file systems refuse it on folders; they have nothing better */
}

/* What songfactl makes as root belongs to whom the folder above belongs to, or the daemon could not
 * use it. Best effort: a file system without owners needs none. */
static void give_to_owner(int fd, int above)
{
    struct stat state;
    if (geteuid() == 0 && fstat(above, &state) == 0 && fchown(fd, state.st_uid, state.st_gid) != 0)
        return;
}

int claim_open_folder(const char *parent, const char *name, mode_t mode, GError **error)
{
    g_autofree char *path = g_build_filename(parent, name, NULL);
    g_auto(ClaimFd) above = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat state;
    if (above < 0 || fstat(above, &state) != 0) {
        claim_io_error(error, errno, _("打不开文件夹“%s”"), parent);
        return -1;
    }
    mode_t wanted = mode != 0 ? mode : state.st_mode & 07777;
    gboolean made = mkdirat(above, name, wanted & 0777) == 0;
    if (!made && errno != EEXIST) {
        claim_io_error(error, errno, _("建不了文件夹“%s”"), path);
        return -1;
    }
    int folder = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        claim_io_error(error, errno, _("打不开文件夹“%s”"), path);
    else if (made) {
        give_to_owner(folder, above);
        fchmod(folder, wanted); /* clerks may do here what they may above, whatever the umask */
        claim_sync(above);
    }
    return folder;
}

static gboolean write_all(int fd, const char *data, gsize length)
{
    for (gsize done = 0; done < length;) {
        ssize_t n = write(fd, data + done, length - done);
        if (n < 0 && errno != EINTR)
            return FALSE;
        done += n > 0 ? (gsize)n : 0;
    }
    return fsync(fd) == 0;
}

gboolean claim_write(int folder, const char *name, gconstpointer data, gsize length, GError **error)
{
    unlinkat(folder, name, 0);
    g_auto(ClaimFd) fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                0666);
    if (fd >= 0) {
        give_to_owner(fd, folder);
        if (write_all(fd, data, length))
            return TRUE;
    }
    int code = errno;
    unlinkat(folder, name, 0);
    return claim_io_error(error, code, _("写不了文件“%s”"), name);
}

int claim_move(int from, const char *name, int to, const char *new_name)
{
    int result = renameat2(from, name, to, new_name, RENAME_NOREPLACE);
    if (result != 0 && (errno == EINVAL || errno == ENOSYS)) { /* NFS and the like */
        result = linkat(from, name, to, new_name, 0);
        if (result == 0)
            result = unlinkat(from, name, 0);
    }
    if (result != 0)
        return errno;
    claim_sync(to);
    claim_sync(from);
    return 0;
}
