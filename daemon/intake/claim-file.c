/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a claimed file goes: its bytes into the spool, itself into archive/ or held/. Every step
 * may be the last before a crash and may be repeated after it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/base/crashpoint.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/intake/claim-io.h"
#include "daemon/intake/claim.h"

#define LONGEST_NAME (255 - (int)strlen(CLAIM_REASON)) /* NAME_MAX, with room for a note */
#define MOST_NAMESAKES 10000

static gboolean same_bytes(int fd, GBytes *data)
{
    gsize length, done = 0;
    const char *want = g_bytes_get_data(data, &length);
    char buffer[16384];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        if ((gsize)n > length - done || memcmp(buffer, want + done, (gsize)n) != 0)
            return FALSE;
        done += (gsize)n;
    }
    return n == 0 && done == length;
}

/* Whether this claimed file already lies in folder under name. */
static gboolean lies_there(const Claim *claim, int folder, const char *name)
{
    struct stat state;
    if (fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) != 0 || state.st_size != claim->size)
        return FALSE;
    if (claim->data == NULL) {
        g_autofree char *digest = claim_state_digest(claim->name, &state);
        return strcmp(digest, claim->digest) == 0;
    }
    g_auto(ClaimFd) fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    return fd >= 0 && S_ISREG(state.st_mode) && same_bytes(fd, claim->data);
}

gboolean claim_store_object(const Claim *claim, const char *spool, GError **error)
{
    g_return_val_if_fail(claim->data != NULL, FALSE);
    gsize length;
    const char *bytes = g_bytes_get_data(claim->data, &length);
    g_mkdir_with_parents(spool, 0700);
    g_auto(ClaimFd) objects = claim_open_folder(spool, "objects", 0700, error);
    if (objects < 0)
        return FALSE;
    flock(objects, LOCK_EX); /* one writer at a time owns the temporary name */
    if (lies_there(claim, objects, claim->digest)) {
        claim_sync(objects);
        return TRUE;
    }
    g_autofree char *temporary = g_strconcat(claim->digest, ".tmp", NULL);
    if (!claim_write(objects, temporary, bytes, length, error))
        return FALSE;
    crash_point(CRASH_OBJECT_WRITTEN);
    if (renameat(objects, temporary, objects, claim->digest) != 0)
        return claim_io_error(error, errno, _("存不了原件“%s”"), claim->shown_name);
    claim_sync(objects);
    crash_point(CRASH_OBJECT_LINKED);
    return TRUE;
}

/* The nth name for the file: NAME.ext, NAME-2.ext …, never longer than a file name may be. */
static char *nth_name(const char *name, int n)
{
    const char *dot = strrchr(name, '.');
    const char *extension = dot != NULL && dot != name && strlen(dot) <= 16 ? dot : "";
    g_autofree char *suffix = n > 1 ? g_strdup_printf("-%d%s", n, extension) : g_strdup(extension);
    int stem = (int)(strlen(name) - strlen(extension));
    int room = LONGEST_NAME - (int)strlen(suffix);
    if (stem > room)
        for (stem = room; stem > 0 && ((guchar)name[stem] & 0xc0) == 0x80;)
            stem--;
    return g_strdup_printf("%.*s%s", stem, name, suffix);
}

char *claim_destination(const Claim *claim, const char *sub_folder, GError **error)
{
    g_auto(ClaimFd) folder = claim_open_folder(claim->folder, sub_folder, 0, error);
    if (folder < 0)
        return NULL;
    for (int n = 1; n < MOST_NAMESAKES; n++) {
        g_autofree char *name = nth_name(claim->name, n);
        struct stat state;
        gboolean is_free = fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
        if (is_free || lies_there(claim, folder, name))
            return g_build_filename(claim->folder, sub_folder, name, NULL);
    }
    claim_io_error(error, EEXIST, _("“%s”的同名文件太多，请先清理"), claim->shown_name);
    return NULL;
}

static char *temporary_name(const Claim *claim)
{
    return g_strdup_printf(".%.16s.tmp", claim->digest);
}

static gboolean write_note(const Claim *claim, int folder, const char *name, ClaimNote note, GError **error)
{
    g_autofree char *temporary = temporary_name(claim);
    g_autofree char *target = g_strconcat(name, note.suffix, NULL);
    g_autofree char *text = g_strconcat("\xef\xbb\xbf", note.text,
                                        g_str_has_suffix(note.text, "\n") ? NULL : "\n", NULL);
    if (!claim_write(folder, temporary, text, strlen(text), error))
        return FALSE;
    if (renameat(folder, temporary, folder, target) != 0)
        return claim_io_error(error, errno, _("写不了“%s”的说明"), claim->shown_name);
    claim_sync(folder);
    return TRUE;
}

/* A copy of the claimed bytes, for when the file itself cannot be moved. A file that was never read
 * has none: then there is nothing of it to keep. */
static gboolean place_copy(const Claim *claim, int folder, const char *name, GError **error)
{
    if (claim->data == NULL || lies_there(claim, folder, name))
        return TRUE;
    gsize length;
    gconstpointer bytes = g_bytes_get_data(claim->data, &length);
    g_autofree char *temporary = temporary_name(claim);
    if (!claim_write(folder, temporary, bytes, length, error))
        return FALSE;
    int code = claim_move(folder, temporary, folder, name);
    if (code == 0)
        return TRUE;
    unlinkat(folder, temporary, 0);
    return claim_io_error(error, code, _("放不下“%s”"), claim->shown_name);
}

static gboolean is_untouched(const Claim *claim, int folder)
{
    struct stat now;
    return fstatat(folder, claim->name, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_size == claim->size &&
           claim_mtime(&now) == claim->mtime &&
           ((now.st_dev == claim->device && now.st_ino == claim->inode) || claim_here_since(&now) == claim->here_since);
}

static gboolean move_in(const Claim *claim, int from, int to, const char *name, GError **error)
{
    if (!is_untouched(claim, from)) /* what lies there now, if anything, is a new hand-in */
        return place_copy(claim, to, name, error);
    int code = claim_move(from, claim->name, to, name);
    if (code == 0)
        return TRUE;
    gboolean copied = code == EXDEV && claim->data != NULL;
    if (copied && !place_copy(claim, to, name, error))
        return FALSE;
    if (!copied && !(code == EEXIST && lies_there(claim, to, name)))
        return claim_io_error(error, code, _("移不动“%s”"), claim->shown_name);
    if (unlinkat(from, claim->name, 0) != 0 && errno != ENOENT)
        return claim_io_error(error, errno, _("移不动“%s”"), claim->shown_name);
    claim_sync(from);
    return TRUE;
}

gboolean claim_remove(const Claim *claim, GError **error)
{
    g_auto(ClaimFd) folder = open(claim->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return claim_io_error(error, errno, _("打不开文件夹“%s”"), claim->folder);
    if (is_untouched(claim, folder) && unlinkat(folder, claim->name, 0) != 0 && errno != ENOENT)
        return claim_io_error(error, errno, _("删不了“%s”"), claim->shown_name);
    claim_sync(folder);
    return TRUE;
}

gboolean claim_file(const Claim *claim, const char *destination, ClaimNote note, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(destination);
    g_autofree char *parent = g_path_get_dirname(folder);
    g_autofree char *sub_folder = g_path_get_basename(folder);
    g_autofree char *name = g_path_get_basename(destination);
    g_auto(ClaimFd) from = open(claim->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from < 0)
        return claim_io_error(error, errno, _("打不开文件夹“%s”"), claim->folder);
    g_auto(ClaimFd) to = claim_open_folder(parent, sub_folder, 0, error);
    if (to < 0 || (note.text != NULL && !write_note(claim, to, name, note, error)))
        return FALSE;
    crash_point(CRASH_REASON_WRITTEN);
    if (!move_in(claim, from, to, name, error))
        return FALSE;
    crash_point(CRASH_FILED);
    return TRUE;
}
