/* SPDX-License-Identifier: GPL-3.0-or-later
 * One file of a watched folder: opened safely, read and digested. */
#include "daemon/intake/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/intake/claim-io.h"

void claim_free(Claim *claim)
{
    if (claim == NULL)
        return;
    g_free(claim->folder);
    g_free(claim->name);
    g_free(claim->shown_name);
    g_clear_pointer(&claim->data, g_bytes_unref);
    g_free(claim->digest);
    g_free(claim->problem);
    g_free(claim);
}

/* Office saves under eight hexadecimal digits first, and renames that. */
static gboolean is_being_saved(const char *name)
{
    return strlen(name) == 8 && strspn(name, "0123456789ABCDEF") == 8 && strcspn(name, "ABCDEF") < 8;
}

gboolean claim_is_temporary(const char *name)
{
    static const char *const prefixes[] = {"~$", "."};
    static const char *const suffixes[] = {".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download",
                                           ".swp", ".bak", ".wbk", ".asd", "~", CLAIM_REASON, CLAIM_RESULT};
    static const char *const names[] = {"thumbs.db", "ehthumbs.db", "desktop.ini"};
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(lower, prefixes[i]))
            return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(lower, suffixes[i]))
            return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(lower, names[i]) == 0)
            return TRUE;
    return is_being_saved(name);
}

char *claim_shown_name(const char *name)
{
    g_autofree char *decoded = g_utf8_validate(name, -1, NULL)
                                   ? g_strdup(name)
                                   : g_convert(name, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
    g_autofree char *valid = decoded != NULL ? g_steal_pointer(&decoded) : g_utf8_make_valid(name, -1);
    GString *shown = g_string_new(NULL);
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        g_string_append_unichar(shown, g_unichar_iscntrl(c) ? '_' : c);
    }
    g_strstrip(shown->str);
    if (*shown->str == '\0') /* nothing but blanks */
        g_string_assign(shown, "_");
    return g_string_free(shown, FALSE);
}

static void note_state(Claim *claim, const struct stat *state)
{
    claim->device = state->st_dev;
    claim->inode = state->st_ino;
    claim->size = state->st_size;
    claim->mtime = claim_mtime(state);
    claim->here_since = claim_here_since(state);
}

static const char *kind_name(mode_t mode)
{
    static const struct { mode_t mode; const char *name; } rows[] = {
        {S_IFDIR, N_("文件夹")},   {S_IFIFO, N_("命名管道")}, {S_IFSOCK, N_("套接字")},
        {S_IFCHR, N_("字符设备")}, {S_IFBLK, N_("块设备")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if ((mode & S_IFMT) == rows[i].mode)
            return _(rows[i].name);
    return _("特殊文件");
}

/* Why a file in this state is not read at all, or NULL; caller frees. */
static char *state_problem(const Claim *claim, const struct stat *state, gint64 max_size)
{
    if (S_ISLNK(state->st_mode))
        return g_strdup_printf(_("“%s”是符号链接，没有按它去找别处的文件。"
                                 "请把文件本身复制到收件文件夹。"), claim->shown_name);
    if (!S_ISREG(state->st_mode))
        return g_strdup_printf(_("“%s”不是普通文件，而是%s。请放入要发的文件本身。"),
                               claim->shown_name, kind_name(state->st_mode));
    if (state->st_size == 0)
        return g_strdup_printf(_("“%s”是空文件（0 字节）。多半是没有存好或没有传完，请重新放入。"),
                               claim->shown_name);
    if (state->st_size > max_size) {
        g_autofree char *size = g_format_size_full((guint64)state->st_size, G_FORMAT_SIZE_IEC_UNITS);
        g_autofree char *limit = g_format_size_full((guint64)max_size, G_FORMAT_SIZE_IEC_UNITS);
        return g_strdup_printf(_("“%s”有 %s，超过上限 %s，没有读取。请确认放入的是信息本身；"
                                 "确实要发这么大的文件，请管理员调大配置里的 max_file_size。"),
                               claim->shown_name, size, limit);
    }
    return NULL;
}

/* Reads the whole file; FALSE and error when it fails or does not keep the state it had. */
static gboolean read_all(Claim *claim, int fd, GError **error)
{
    gsize size = (gsize)claim->size, done = 0;
    g_autofree char *buffer = g_malloc(size + 1); /* one more, to see that it ends there */
    ssize_t n;
    while (done <= size && (n = read(fd, buffer + done, size + 1 - done)) != 0) {
        if (n < 0 && errno != EINTR)
            return claim_io_error(error, errno, _("读不了“%s”"), claim->shown_name);
        done += n > 0 ? (gsize)n : 0;
    }
    struct stat now;
    if (done != size || fstat(fd, &now) != 0 || now.st_ino != claim->inode ||
        claim_mtime(&now) != claim->mtime) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFLICT, _("“%s”正在被改写，稍后再取"),
                    claim->shown_name);
        return FALSE;
    }
    claim->digest = ident_sha256(buffer, size);
    claim->data = g_bytes_new_take(g_steal_pointer(&buffer), size);
    return TRUE;
}

/* It cannot be opened. Gone: FALSE without error; not for us to read: a problem; else it may work
 * later: FALSE and error. */
static gboolean explain_open(Claim *claim, int code, GError **error)
{
    if (code == ENOENT || code == ENOTDIR)
        return FALSE;
    if (code != EACCES && code != EPERM)
        return claim_io_error(error, code, _("打不开“%s”"), claim->shown_name);
    claim->problem = g_strdup_printf(_("没有权限读取“%s”。请让运行 songfad 的用户可以读这个文件，"
                                       "再重新放入收件文件夹。"), claim->shown_name);
    return TRUE;
}

/* Fills in what the file holds, or its problem; FALSE as claim_open() gives NULL. */
static gboolean take(Claim *claim, int folder, gint64 max_size, GError **error)
{
    struct stat state;
    if (fstatat(folder, claim->name, &state, AT_SYMLINK_NOFOLLOW) != 0)
        return explain_open(claim, errno, error);
    note_state(claim, &state);
    claim->problem = state_problem(claim, &state, max_size);
    if (claim->problem == NULL) {
        g_auto(ClaimFd) fd = openat(folder, claim->name,
                                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd >= 0 ? !read_all(claim, fd, error) : !explain_open(claim, errno, error))
            return FALSE;
    }
    if (claim->problem != NULL)
        claim->digest = claim_state_digest(claim->name, &state);
    return TRUE;
}

Claim *claim_open(const char *folder, const char *name, gint64 max_size, GError **error)
{
    g_autoptr(Claim) claim = g_new0(Claim, 1);
    claim->folder = g_strdup(folder);
    claim->name = g_strdup(name);
    claim->shown_name = claim_shown_name(name);
    g_auto(ClaimFd) fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && take(claim, fd, max_size, error))
        return g_steal_pointer(&claim);
    if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
        claim_io_error(error, errno, _("打不开文件夹“%s”"), folder);
    return NULL;
}
