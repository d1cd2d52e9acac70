/* SPDX-License-Identifier: GPL-3.0-or-later
 * IMAP by libetpan over a stream of ours, since libetpan's own TLS does not verify certificates. */
#include "daemon/inbox/imap.h"

#include <errno.h>
#include <libetpan/idle.h>
#include <libetpan/libetpan.h>
#include <poll.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/inbox/fields.h"
#include "songfa-build.h"

enum { STREAM_BUFFER = 8192, MAX_IN_MEMORY = 256 << 20 };

struct Imap {
    mailimap *session;
    guint32 listed; /* mails in the folder when it was last listed */
};

/* What libetpan reads from: libcurl has heard the greeting, which libetpan wants to hear first. */
typedef struct {
    Stream *stream;
    const char *greeting; /* what is left of it */
} Line;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(clist, mailimap_fetch_list_free)

/* ---- the stream as libetpan wants it ---- */

static ssize_t low_read(mailstream_low *low, void *data, size_t n)
{
    Line *line = low->data;
    gsize left = MIN(strlen(line->greeting), n);
    if (left == 0)
        return stream_recv(line->stream, data, n);
    memcpy(data, line->greeting, left);
    line->greeting += left;
    return (ssize_t)left;
}

static ssize_t low_write(mailstream_low *low, const void *data, size_t n)
{
    return stream_send(((Line *)low->data)->stream, data, n);
}

static int low_close(mailstream_low *low)
{
    g_clear_pointer(&((Line *)low->data)->stream, stream_close);
    return 0;
}

static int low_fd(mailstream_low *low)
{
    const Line *line = low->data;
    return line->stream != NULL ? stream_fd(line->stream) : -1;
}

static void low_free(mailstream_low *low)
{
    low_close(low);
    g_free(low->data);
    free(low);
}

static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_fd,
    .mailstream_free = low_free,
};

/* ---- sessions ---- */

static gboolean fail(const Imap *imap, const char *what, GError **error)
{
    const char *said = imap->session->imap_response;
    g_autofree char *heard = said != NULL ? fields_line(said) : NULL;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, "%s（%s）", what,
                heard != NULL ? heard : _("连接中断或答复不合规则"));
    return FALSE;
}

/* Some providers let nobody read who does not say what program it is (RFC 2971). */
static void identify(Imap *imap)
{
    struct mailimap_capability_data *capabilities = NULL;
    char *name = NULL, *version = NULL;
    if (mailimap_capability(imap->session, &capabilities) == MAILIMAP_NO_ERROR)
        mailimap_capability_data_free(capabilities);
    if (mailimap_has_id(imap->session))
        mailimap_id_basic(imap->session, PACKAGE_NAME, PACKAGE_VERSION, &name, &version);
    free(name);
    free(version);
}

static gboolean log_in(Imap *imap, Stream *stream, const char *user, const char *password, GError **error)
{
    Line *line = g_new0(Line, 1);
    *line = (Line){.stream = stream, .greeting = "* OK greeted\r\n"};
    mailstream *buffered = mailstream_new(mailstream_low_new(line, &driver), STREAM_BUFFER);
    if (mailimap_connect(imap->session, buffered) != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return fail(imap, _("IMAP 握手失败，请检查 host、port 和 tls"), error);
    if (mailimap_login(imap->session, user, password) != MAILIMAP_NO_ERROR)
        return fail(imap, _("IMAP 登录被拒，请核对账号和授权码"), error);
    return TRUE;
}

Imap *imap_open(Stream *stream, const char *user, const char *password, GError **error)
{
    g_autoptr(Imap) imap = g_new0(Imap, 1);
    mmap_string_set_ceil(MAX_IN_MEMORY); /* beyond it libetpan would write files, which its process may not */
    imap->session = mailimap_new(0, NULL);
    if (!log_in(imap, stream, user, password, error))
        return NULL;
    identify(imap);
    return g_steal_pointer(&imap);
}

void imap_close(Imap *imap)
{
    if (imap == NULL)
        return;
    mailimap_logout(imap->session);
    mailimap_free(imap->session);
    g_free(imap);
}

/* ---- the folder ---- */

/* As the protocol spells it (RFC 3501 §5.1.3). */
static char *encode(const char *folder, GError **error)
{
    return g_convert(folder, -1, "UTF-7-IMAP", "UTF-8", NULL, NULL, error);
}

gboolean imap_select(Imap *imap, const char *folder, guint32 *uidvalidity, GError **error)
{
    g_autofree char *encoded = encode(folder, error);
    if (encoded == NULL)
        return FALSE;
    if (mailimap_select(imap->session, encoded) != MAILIMAP_NO_ERROR)
        return fail(imap, _("打不开邮箱文件夹，请检查 folder"), error);
    *uidvalidity = imap->session->imap_selection_info->sel_uidvalidity;
    return TRUE;
}

static int by_number(gconstpointer a, gconstpointer b)
{
    guint32 one = *(const guint32 *)a, two = *(const guint32 *)b;
    return (one > two) - (one < two);
}

/* "n:*" gives the last mail even when its UID is below n (RFC 3501 §6.4.8). A mail that comes while the
 * server searches may be counted in its answer and yet not be found: what was counted before is listed. */
GArray *imap_list(Imap *imap, guint32 after, GError **error)
{
    clist *found = NULL;
    imap->listed = imap->session->imap_selection_info->sel_exists;
    struct mailimap_search_key *key = mailimap_search_key_new_uid(mailimap_set_new_interval(after + 1, 0));
    int code = mailimap_uid_search(imap->session, NULL, key, &found);
    mailimap_search_key_free(key);
    if (code != MAILIMAP_NO_ERROR) {
        fail(imap, _("列不出邮件"), error);
        return NULL;
    }
    GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (clistiter *at = clist_begin(found); at != NULL; at = clist_next(at)) {
        guint32 uid = *(uint32_t *)clist_content(at);
        if (uid > after)
            g_array_append_val(uids, uid);
    }
    mailimap_search_result_free(found);
    g_array_sort(uids, by_number);
    return uids;
}

/* ---- waiting ---- */

static gboolean has_changed(const Imap *imap)
{
    return imap->session->imap_selection_info->sel_exists != imap->listed ||
           imap->session->imap_stream->read_buffer_len > 0;
}

static void wait_for_word(int server, int fd, int seconds)
{
    struct pollfd both[] = {{.fd = server, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    while (poll(both, G_N_ELEMENTS(both), seconds * 1000) < 0 && errno == EINTR)
        ;
}

gboolean imap_can_wait(const Imap *imap)
{
    return mailimap_has_idle(imap->session) != 0;
}

gboolean imap_wait(Imap *imap, int fd, int seconds, GError **error)
{
    if (mailimap_idle(imap->session) != MAILIMAP_NO_ERROR)
        return fail(imap, _("IMAP 服务器不接受 IDLE，请在配置里写 idle = false"), error);
    if (!has_changed(imap))
        wait_for_word(mailimap_idle_get_fd(imap->session), fd, seconds);
    if (mailimap_idle_done(imap->session) == MAILIMAP_NO_ERROR)
        return TRUE;
    return fail(imap, _("等待新邮件时连接中断"), error);
}

/* ---- one mail ---- */

static const struct mailimap_msg_att_static *static_item(clistiter *at)
{
    const struct mailimap_msg_att_item *item = clist_content(at);
    return item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC ? item->att_data.att_static : NULL;
}

/* The body in an answer about that mail; answers about others may stand beside it. */
static GBytes *body_of(const struct mailimap_msg_att *answer, guint32 uid)
{
    const struct mailimap_msg_att_body_section *body = NULL;
    gboolean asked_for = FALSE;
    for (clistiter *at = clist_begin(answer->att_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att_static *item = static_item(at);
        if (item != NULL && item->att_type == MAILIMAP_MSG_ATT_UID)
            asked_for = item->att_data.att_uid == uid;
        else if (item != NULL && item->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            body = item->att_data.att_body_section;
    }
    if (!asked_for || body == NULL || body->sec_body_part == NULL)
        return NULL;
    return g_bytes_new(body->sec_body_part, body->sec_length);
}

GBytes *imap_fetch(Imap *imap, guint32 uid, guint32 max, GError **error)
{
    g_autoptr(clist) answers = NULL;
    struct mailimap_set *set = mailimap_set_new_single(uid);
    struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att(
        mailimap_fetch_att_new_body_peek_section_partial(mailimap_section_new(NULL), 0, max));
    int code = mailimap_uid_fetch(imap->session, set, what, &answers);
    mailimap_fetch_type_free(what);
    mailimap_set_free(set);
    if (code != MAILIMAP_NO_ERROR) {
        fail(imap, _("读不到邮件"), error);
        return NULL;
    }
    GBytes *body = NULL;
    for (clistiter *at = clist_begin(answers); at != NULL && body == NULL; at = clist_next(at))
        body = body_of(clist_content(at), uid);
    return body;
}

void imap_mark_seen(Imap *imap, guint32 uid)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, mailimap_flag_new_seen());
    struct mailimap_set *set = mailimap_set_new_single(uid);
    struct mailimap_store_att_flags *change = mailimap_store_att_flags_new_add_flags_silent(flags);
    mailimap_uid_store(imap->session, set, change);
    mailimap_store_att_flags_free(change);
    mailimap_set_free(set);
}

gboolean imap_move(Imap *imap, guint32 uid, const char *folder, GError **error)
{
    g_autofree char *encoded = encode(folder, error);
    if (encoded == NULL)
        return FALSE;
    if (!mailimap_has_extension(imap->session, "MOVE"))
        return fail(imap, _("邮箱服务器不支持移动邮件（MOVE），邮件留在原处"), error);
    struct mailimap_set *set = mailimap_set_new_single(uid);
    int code = mailimap_uid_move(imap->session, set, encoded);
    if (code != MAILIMAP_NO_ERROR && mailimap_create(imap->session, encoded) == MAILIMAP_NO_ERROR)
        code = mailimap_uid_move(imap->session, set, encoded);
    mailimap_set_free(set);
    return code == MAILIMAP_NO_ERROR || fail(imap, _("邮件移不到指定的文件夹，留在原处"), error);
}
