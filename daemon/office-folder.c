/* SPDX-License-Identifier: GPL-3.0-or-later
 * A temporary folder, locked while it is in use so that nobody takes it for a leftover. */
#include "songfa-build.h"

#include "daemon/office-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/cage.h"
#include "daemon/base/clock.h"

#define PREFIX "songfa-office-"

/* Between its making and its lock a folder is nobody's: only old ones are leftovers. */
enum { LEFTOVER_SECONDS = 600, MAX_DEPTH = 64 };

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- removing ---- */

static void remove_at(int at, const char *name, int depth);

static void empty(int folder, int depth)
{
    int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    if (entries == NULL) {
        if (copy >= 0)
            close(copy);
        return;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_at(folder, entry->d_name, depth + 1);
    closedir(entries);
}

static void remove_at(int at, const char *name, int depth)
{
    if (unlinkat(at, name, 0) == 0 || depth > MAX_DEPTH)
        return;
    int folder = open_folder(at, name);
    if (folder < 0)
        return;
    empty(folder, depth);
    close(folder);
    unlinkat(at, name, AT_REMOVEDIR);
}

/* ---- leftovers ---- */

static gboolean is_ours(uid_t owner)
{
    guint user, group;
    return owner == geteuid() || (cage_user(&user, &group) && owner == user);
}

static gboolean is_leftover(int folder)
{
    struct stat info;
    return fstat(folder, &info) == 0 && is_ours(info.st_uid) &&
           clock_now() / G_USEC_PER_SEC - info.st_ctime > LEFTOVER_SECONDS && flock(folder, LOCK_EX | LOCK_NB) == 0;
}

static void sweep(const char *among)
{
    g_autoptr(GDir) entries = g_dir_open(among, 0, NULL);
    int at = entries != NULL ? open(among, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    for (const char *name; at >= 0 && (name = g_dir_read_name(entries)) != NULL;) {
        int folder = g_str_has_prefix(name, PREFIX) ? open_folder(at, name) : -1;
        if (folder >= 0 && is_leftover(folder))
            remove_at(at, name, 0);
        if (folder >= 0)
            close(folder);
    }
    if (at >= 0)
        close(at);
}

/* ---- its life ---- */

OfficeFolder office_folder_new(void)
{
    guint user, group;
    OfficeFolder folder = {.path = g_build_filename(g_get_tmp_dir(), PREFIX "XXXXXX", NULL), .fd = -1};
    sweep(g_get_tmp_dir());
    if (g_mkdtemp_full(folder.path, 0700) == NULL)
        g_clear_pointer(&folder.path, g_free);
    folder.fd = folder.path != NULL ? open_folder(AT_FDCWD, folder.path) : -1;
    if (folder.fd >= 0 && flock(folder.fd, LOCK_EX | LOCK_NB) == 0 &&
        (!cage_user(&user, &group) || fchown(folder.fd, user, group) == 0))
        return folder;
    office_folder_clear(&folder);
    return folder;
}

void office_folder_clear(OfficeFolder *folder)
{
    if (folder->fd >= 0) {
        empty(folder->fd, 0);
        close(folder->fd);
    }
    if (folder->path != NULL)
        g_rmdir(folder->path);
    g_clear_pointer(&folder->path, g_free);
    folder->fd = -1;
}

static gboolean read_all(int fd, char *data, gsize length)
{
    for (gsize done = 0; done < length;) {
        gssize n = read(fd, data + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        done += (gsize)n;
    }
    return TRUE;
}

GBytes *office_folder_read(const OfficeFolder *folder, const char *name, gsize most)
{
    struct stat info;
    GBytes *bytes = NULL;
    int out = open_folder(folder->fd, "out");
    int fd = out >= 0 ? openat(out, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 && (gsize)info.st_size <= most) {
        g_autofree char *data = g_malloc((gsize)info.st_size);
        if (read_all(fd, data, (gsize)info.st_size))
            bytes = g_bytes_new_take(g_steal_pointer(&data), (gsize)info.st_size);
    }
    if (fd >= 0)
        close(fd);
    if (out >= 0)
        close(out);
    return bytes;
}
