/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bytes into the spool, and a row that says who brought them. */
#include "songfa-build.h" /* renameat2() is a GNU extension */

#include "daemon/hand-in.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/intake/claim.h"
#include "daemon/store/hand-ins.h"
#include "daemon/store/issues.h"

#define FILE_MODE 0644 /* the daemon may be another user; the spool keeps others out */
#define MOST_NAMESAKES 1000

gboolean hand_in_check_name(const char *name, GError **error)
{
    g_autofree char *base = g_path_get_basename(name);
    if (strcmp(name, "-") != 0 && !claim_is_temporary(base))
        return TRUE;
    g_autofree char *shown = g_filename_display_name(name);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("“%s”是临时文件的名字，不会处理。请改用定稿的文件名"), shown);
    return FALSE;
}

/* ---- the file ---- */

static gboolean fail(const char *what, const char *place, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s %s：%s。请看文件夹权限和磁盘空间"), what, place,
                g_strerror(errno));
    return FALSE;
}

/* What root makes belongs to whom the folder belongs to, or the daemon could not take it. */
static gboolean give_to_owner(const char *path, const char *folder, GError **error)
{
    GStatBuf info;
    if (geteuid() != 0)
        return TRUE;
    if (g_stat(folder, &info) == 0 && lchown(path, info.st_uid, info.st_gid) == 0)
        return TRUE;
    return fail(_("写不了"), path, error);
}

/* The incoming folder, made when the daemon has not made it yet; caller frees. */
static char *incoming_folder(const Config *config, GError **error)
{
    g_autofree char *folder = g_build_filename(config->spool, "incoming", NULL);
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&folder);
    if (g_mkdir_with_parents(folder, 0770) != 0) {
        fail(_("建不了文件夹"), folder, error);
        return NULL;
    }
    return give_to_owner(folder, config->spool, error) ? g_steal_pointer(&folder) : NULL;
}

static gboolean write_durably(const char *place, GBytes *bytes, GError **error)
{
    gsize length, done = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    int fd = g_open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return fail(_("写不了"), place, error);
    gssize n = 0;
    while (done < length && (n = write(fd, data + done, length - done)) > 0)
        done += (gsize)n;
    gboolean good = done == length && fsync(fd) == 0;
    if (!good)
        fail(_("写不了"), place, error);
    close(fd);
    if (!good)
        g_unlink(place);
    return good;
}

/* The hidden file gets its name, or name-2, name-3 … when one waits there already. The row knows the name
 * first: the daemon may take the file at once. */
static char *give_name(Store *store, StoreHandIn *row, const char *hidden, const char *folder, const char *name,
                       GError **error)
{
    const char *dot = strrchr(name, '.');
    gsize stem = dot != NULL && dot != name ? (gsize)(dot - name) : strlen(name);
    for (int i = 1; i < MOST_NAMESAKES; i++) {
        g_autofree char *tail = i > 1 ? g_strdup_printf("-%d", i) : g_strdup("");
        g_autofree char *tried = g_strdup_printf("%.*s%s%s", (int)stem, name, tail, name + stem);
        g_autofree char *place = g_build_filename(folder, tried, NULL);
        g_free(row->place);
        row->place = claim_shown_name(tried);
        if (!store_hand_in_put(store, row, error))
            return NULL;
        if (renameat2(AT_FDCWD, hidden, AT_FDCWD, place, RENAME_NOREPLACE) == 0)
            return g_steal_pointer(&place);
        if (errno != EEXIST)
            break;
    }
    fail(_("放不进"), folder, error);
    store_hand_in_drop(store, row->id, NULL);
    return NULL;
}

static char *put_into_incoming(const Config *config, Store *store, StoreHandIn *row, const char *name, GBytes *bytes,
                               GError **error)
{
    g_autofree char *folder = incoming_folder(config, error);
    g_autofree char *token = ident_token(8);
    g_autofree char *hidden_name = g_strdup_printf(".%s.part", token);
    if (folder == NULL)
        return NULL;
    g_autofree char *hidden = g_build_filename(folder, hidden_name, NULL);
    if (!write_durably(hidden, bytes, error))
        return NULL;
    char *place = give_to_owner(hidden, folder, error) ? give_name(store, row, hidden, folder, name, error) : NULL;
    if (place == NULL)
        g_unlink(hidden);
    return place;
}

/* ---- the row ---- */

static StoreHandIn *new_row(const HandIn *hand_in, const char *base, GBytes *bytes)
{
    StoreHandIn *row = g_new0(StoreHandIn, 1);
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);
    row->at = clock_now();
    row->origin = g_strdup(hand_in->origin);
    row->series = g_strdup(hand_in->series);
    row->file_name = claim_shown_name(base);
    row->digest = ident_sha256(data, length);
    return row;
}

/* What was handed in before and stays as it is needs no second look. */
static gboolean answer_at_once(Store *store, StoreHandIn *row, const StoreIssue *known, GError **error)
{
    row->result = g_strdup(strcmp(known->state, "refused") == 0 ? "refused" : "duplicate");
    row->taken_at = clock_now();
    row->issue_id = known->id;
    return store_hand_in_put(store, row, error);
}

gint64 hand_in_put(const Config *config, Store *store, const HandIn *hand_in, GBytes *bytes, char **place,
                   GError **error)
{
    g_autofree char *base = g_path_get_basename(hand_in->name), *where = NULL;
    if (!hand_in_check_name(hand_in->name, error))
        return 0;
    g_autoptr(StoreHandIn) row = new_row(hand_in, base, bytes);
    GError *failure = NULL;
    g_autoptr(StoreIssue) known = store_issue_by_digest(store, row->digest, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return 0;
    }
    gboolean good = known != NULL && strcmp(known->state, "held") != 0
                        ? answer_at_once(store, row, known, error)
                        : (where = put_into_incoming(config, store, row, base, bytes, error)) != NULL;
    if (place != NULL)
        *place = g_steal_pointer(&where);
    return good ? row->id : 0;
}
