/* SPDX-License-Identifier: GPL-3.0-or-later
 * Links to relays over libcurl in CURLOPT_CONNECT_ONLY mode. libcurl does what it is good at; the
 * mail transaction itself is smtp.c's, since libcurl's own has no pipelining. */
#include "daemon/dispatch/link.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/address.h"
#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"
#include "daemon/dispatch/secret.h"

/* Less than two segments of the loopback (64 KB each) would wait for the reader's delayed acknowledgements. */
enum { RECORD = 16384, NEAR_BUFFER = 128 * 1024 };
enum { SECRET_SHORTEST = 6 }; /* shorter words stand in many replies by chance */

struct Link {
    CURL *curl;
    curl_socket_t socket;
    gboolean tls;
    GPtrArray *lines;      /* of the EHLO reply being read, or last read */
    gboolean lines_complete;
    char *last_reply;      /* what the relay said last, for the error text */
    char problem[CURL_ERROR_SIZE];
    const gint *cancel;
    LinkTrace trace;
    gpointer user;
    gboolean in_auth;      /* what is sent now may be a password */
    GPtrArray *secrets;    /* until it is open: what no reply may repeat to us */
    char *record;          /* TLS only: what a send that has to be repeated must offer again */
    gsize record_length;
};

void link_library_init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void link_close(Link *link)
{
    if (link == NULL)
        return;
    if (link->curl != NULL)
        curl_easy_cleanup(link->curl);
    g_ptr_array_unref(link->lines);
    g_ptr_array_unref(link->secrets);
    g_free(link->last_reply);
    g_free(link->record);
    g_free(link);
}

const GPtrArray *link_capabilities(const Link *link)
{
    return link->lines;
}

int link_fd(const Link *link)
{
    return (int)link->socket;
}

/* ---- what must hold before a password leaves the machine ---- */

static const char *const login_options[] = {
    [RELAY_AUTH_PASSWORD] = "AUTH=PLAIN;AUTH=LOGIN",
    [RELAY_AUTH_PLAIN] = "AUTH=PLAIN",
    [RELAY_AUTH_LOGIN] = "AUTH=LOGIN",
    [RELAY_AUTH_XOAUTH2] = "AUTH=XOAUTH2",
};

/* A token is short-lived: it is asked for anew with each connection. */
static Secret *login_secret(const RelaySettings *relay, GError **error)
{
    if (relay->auth != RELAY_AUTH_XOAUTH2)
        return secret_read(relay->password_file, error);
    if (relay->token_command != NULL)
        return secret_run(relay->token_command, relay->timeout, error);
    return secret_read(relay->token_file, error);
}

static gboolean set_login(Link *link, const RelaySettings *relay, GError **error)
{
    if (relay->user == NULL)
        return TRUE;
    if (relay->tls == TLS_NONE && !address_is_loopback(relay->host)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG,
                    _("中继 %s：没有 TLS 就不能登录，密码会以明文外泄。请把 tls 设为 starttls 或 implicit"), relay->name);
        return FALSE;
    }
    g_autoptr(Secret) secret = login_secret(relay, error);
    if (secret == NULL) {
        g_prefix_error(error, _("中继 %s："), relay->name);
        return FALSE;
    }
    curl_easy_setopt(link->curl, CURLOPT_USERNAME, relay->user);
    curl_easy_setopt(link->curl, CURLOPT_LOGIN_OPTIONS, login_options[relay->auth]);
    curl_easy_setopt(link->curl, relay->auth == RELAY_AUTH_XOAUTH2 ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, secret);
    g_ptr_array_add(link->secrets, g_steal_pointer(&secret));
    return TRUE;
}

/* ---- what libcurl tells on the way ---- */

/* The words, or the code alone when a hostile relay repeats a password in them. Takes the line. */
static char *without_secrets(const Link *link, char *line)
{
    for (guint i = 0; i < link->secrets->len; i++)
        if (strlen(link->secrets->pdata[i]) >= SECRET_SHORTEST && strstr(line, link->secrets->pdata[i]) != NULL) {
            char *shown = g_strdup_printf("%.4s***", line);
            secret_wipe(line);
            return shown;
        }
    return line;
}

static gsize take_reply_line(char *data, gsize size, gsize n, void *user)
{
    Link *link = user;
    gsize length = size * n;
    char *line = without_secrets(link, g_strchomp(g_strndup(data, length)));
    g_free(link->last_reply);
    link->last_reply = line;
    if (strncmp(line, "250", 3) == 0 && strlen(line) >= 4) {
        if (link->lines_complete)
            g_ptr_array_set_size(link->lines, 0); /* what was offered before TLS does not count */
        if (link->lines->len < 100)
            g_ptr_array_add(link->lines, g_utf8_make_valid(line + 4, -1));
        link->lines_complete = line[3] == ' ';
    }
    return length;
}

static int take_progress(void *user, curl_off_t a G_GNUC_UNUSED, curl_off_t b G_GNUC_UNUSED,
                         curl_off_t c G_GNUC_UNUSED, curl_off_t d G_GNUC_UNUSED)
{
    const Link *link = user;
    return link->cancel != NULL && g_atomic_int_get(link->cancel) != 0;
}

/* From AUTH until its outcome everything sent is hidden, but for the name of the mechanism. */
static char *hide(Link *link, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    gboolean begins = g_ascii_strcasecmp(words[0] != NULL ? words[0] : "", "AUTH") == 0 && words[1] != NULL;
    const char *hidden = begins ? words[2] : line;
    if (hidden != NULL)
        g_ptr_array_add(link->secrets, g_strdup(hidden));
    return begins ? g_strdup_printf("AUTH %s ***", words[1]) : g_strdup("***");
}

static void tell_line(Link *link, gboolean sent, const char *data, gsize n)
{
    char *line = g_strchomp(g_strndup(data, n));
    if (sent && g_ascii_strncasecmp(line, "AUTH ", 5) == 0)
        link->in_auth = TRUE;
    else if (!sent && line[0] != '3')
        link->in_auth = FALSE;
    g_autofree char *shown = sent && link->in_auth ? hide(link, line) : without_secrets(link, g_strdup(line));
    link->trace(link->user, sent ? DIALOGUE_SENT : DIALOGUE_HEARD, shown, strlen(shown));
    secret_wipe(line);
}

/* Of what libcurl tells about itself: where it got to, and how it is encrypted. */
static void tell_note(const Link *link, const char *data, gsize n)
{
    static const char *const told[] = {"Connected to ", "SSL connection using "};
    g_autofree char *line = g_strchomp(g_strndup(data, n));
    const char *number = strstr(line, " (#"); /* of the connection within libcurl */
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        if (g_str_has_prefix(line, told[i]))
            link->trace(link->user, DIALOGUE_NOTE, line, number != NULL ? (gsize)(number - line) : strlen(line));
}

static int take_debug(CURL *curl G_GNUC_UNUSED, curl_infotype type, char *data, gsize n, void *user)
{
    Link *link = user;
    if (type == CURLINFO_HEADER_IN || type == CURLINFO_HEADER_OUT)
        tell_line(link, type == CURLINFO_HEADER_OUT, data, n);
    else if (type == CURLINFO_TEXT)
        tell_note(link, data, n);
    return 0;
}

/* ---- connecting ---- */

static char *relay_url(const RelaySettings *relay)
{
    const char *helo = relay->helo != NULL ? relay->helo : g_get_host_name();
    g_autofree char *escaped = g_uri_escape_string(helo, NULL, FALSE);
    gboolean v6 = strchr(relay->host, ':') != NULL;
    return g_strdup_printf("%s://%s%s%s:%u/%s", relay->tls == TLS_IMPLICIT ? "smtps" : "smtp",
                           v6 ? "[" : "", relay->host, v6 ? "]" : "", relay->port, escaped);
}

static void set_tls(CURL *curl, const RelaySettings *relay)
{
    if (relay->tls == TLS_STARTTLS)
        curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (relay->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, relay->ca_file);
}

static void set_options(Link *link, const RelaySettings *relay)
{
    CURL *curl = link->curl;
    g_autofree char *url = relay_url(relay);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)relay->timeout);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, link->problem);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_reply_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, link);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, take_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, link);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, take_debug);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, link);
    set_tls(curl, relay);
}

static const struct {
    CURLcode code;
    const char *text;
} connect_problems[] = {
    {CURLE_COULDNT_RESOLVE_HOST, N_("找不到主机，请检查 host 和 DNS")},
    {CURLE_COULDNT_CONNECT, N_("连接不上，请检查 host、port、防火墙和对方服务")},
    {CURLE_OPERATION_TIMEDOUT, N_("连接超时，请检查网络")},
    {CURLE_PEER_FAILED_VERIFICATION, N_("证书验证不通过，没有送出密码和邮件；请检查 host、ca_file 和对方证书")},
    {CURLE_SSL_CACERT_BADFILE, N_("ca_file 不能用，请检查")},
    {CURLE_USE_SSL_FAILED, N_("对方不提供 STARTTLS，没有送出密码和邮件；请检查 tls 和 port")},
    {CURLE_SSL_CONNECT_ERROR, N_("TLS 握手失败，请检查 tls 和 port")},
    {CURLE_LOGIN_DENIED, N_("登录被拒，请核对账号和授权码")},
    {CURLE_WEIRD_SERVER_REPLY, N_("对方的答复不合 SMTP 规则，或拒绝服务")},
    {CURLE_ABORTED_BY_CALLBACK, N_("连接已取消")},
};

static void set_connect_error(const Link *link, const RelaySettings *relay, CURLcode code, GError **error)
{
    const char *text = _("连接失败");
    for (gsize i = 0; i < G_N_ELEMENTS(connect_problems); i++)
        if (connect_problems[i].code == code)
            text = _(connect_problems[i].text);
    const char *detail = link->problem[0] != '\0' ? link->problem : curl_easy_strerror(code);
    const char *said = link->last_reply != NULL && link->last_reply[0] >= '3' ? link->last_reply : NULL;
    g_autofree char *heard = g_utf8_make_valid(said != NULL ? said : detail, -1);
    g_autofree char *shown = han_ellipsize(heard, 300);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("中继 %s（%s:%u）：%s（%s）"), relay->name, relay->host,
                relay->port, text, shown);
}

/* libcurl goes on without a login where none is offered; a relay that should know us and does not ask
 * is not the relay we were told of. */
static gboolean was_logged_in(const Link *link, const RelaySettings *relay, GError **error)
{
    for (guint i = 0; i < link->lines->len; i++)
        if (g_ascii_strncasecmp(link->lines->pdata[i], "AUTH", 4) == 0)
            return TRUE;
    if (relay->user == NULL)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                _("中继 %s（%s:%u）：对方不提供登录，没有送出邮件；请检查 host、port 和 tls，或去掉 user"), relay->name,
                relay->host, relay->port);
    return FALSE;
}

/* What goes to a server on this machine stays in the processor's cache when it is not written far ahead of
 * the reader; a farther one needs the buffer that the kernel finds for the way to it. */
static void set_buffer(const Link *link)
{
    int size = NEAR_BUFFER;
    char *peer = NULL;
    if (curl_easy_getinfo(link->curl, CURLINFO_PRIMARY_IP, &peer) == CURLE_OK && peer != NULL && address_is_loopback(peer))
        setsockopt(link->socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static gboolean finish_open(Link *link, const RelaySettings *relay, GError **error)
{
    int one = 1;
    CURLcode code = curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &link->socket);
    if (code != CURLE_OK || link->socket == CURL_SOCKET_BAD) {
        set_connect_error(link, relay, CURLE_COULDNT_CONNECT, error);
        return FALSE;
    }
    setsockopt(link->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    set_buffer(link);
    curl_easy_setopt(link->curl, CURLOPT_PASSWORD, NULL);
    curl_easy_setopt(link->curl, CURLOPT_XOAUTH2_BEARER, NULL);
    link->tls = relay->tls != TLS_NONE;
    if (link->tls)
        link->record = g_malloc(RECORD);
    link->cancel = NULL;
    curl_easy_setopt(link->curl, CURLOPT_VERBOSE, 0L);
    g_ptr_array_set_size(link->secrets, 0);
    return TRUE;
}

Link *link_open(const RelaySettings *relay, const gint *cancel, LinkTrace trace, gpointer user, GError **error)
{
    g_autoptr(Link) link = g_new0(Link, 1);
    link->lines = g_ptr_array_new_with_free_func(g_free);
    link->secrets = g_ptr_array_new_with_free_func((GDestroyNotify)secret_wipe);
    link->cancel = cancel;
    link->trace = trace;
    link->user = user;
    link->curl = curl_easy_init();
    if (link->curl == NULL) {
        set_connect_error(link, relay, CURLE_FAILED_INIT, error);
        return NULL;
    }
    set_options(link, relay);
    if (!set_login(link, relay, error))
        return NULL;
    CURLcode code = curl_easy_perform(link->curl);
    if (code != CURLE_OK) {
        set_connect_error(link, relay, code, error);
        return NULL;
    }
    return was_logged_in(link, relay, error) && finish_open(link, relay, error) ? g_steal_pointer(&link) : NULL;
}

/* ---- bytes ---- */

static gssize broken(GError **error, const char *detail)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("与中继的连接中断：%s"), detail);
    return -1;
}

static gssize send_plain(Link *link, const struct iovec *pieces, gsize n, GError **error)
{
    struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = n};
    gssize sent = sendmsg(link->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : broken(error, g_strerror(errno));
}

static void fill_record(Link *link, const struct iovec *pieces, gsize n)
{
    for (gsize i = 0; i < n && link->record_length < RECORD; i++) {
        gsize length = MIN(pieces[i].iov_len, RECORD - link->record_length);
        memcpy(link->record + link->record_length, pieces[i].iov_base, length);
        link->record_length += length;
    }
}

/* A TLS library that could not write a record wants to be offered the same bytes again, so a record
 * once begun stays as it is until it is gone. */
static gssize send_tls(Link *link, const struct iovec *pieces, gsize n, GError **error)
{
    if (link->record_length == 0)
        fill_record(link, pieces, n);
    gsize sent = 0;
    CURLcode code = curl_easy_send(link->curl, link->record, link->record_length, &sent);
    if (code == CURLE_AGAIN)
        return 0;
    link->record_length = 0;
    return code == CURLE_OK ? (gssize)sent : broken(error, curl_easy_strerror(code));
}

gssize link_send(Link *link, const struct iovec *pieces, gsize n, GError **error)
{
    return link->tls ? send_tls(link, pieces, n, error) : send_plain(link, pieces, n, error);
}

static gssize recv_plain(Link *link, char *data, gsize n, GError **error)
{
    gssize received = recv(link->socket, data, n, MSG_DONTWAIT);
    if (received > 0)
        return received;
    if (received == 0)
        return broken(error, _("对方关闭了连接"));
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : broken(error, g_strerror(errno));
}

static gssize recv_tls(Link *link, char *data, gsize n, GError **error)
{
    gsize received = 0;
    CURLcode code = curl_easy_recv(link->curl, data, n, &received);
    if (code == CURLE_AGAIN)
        return 0;
    if (code != CURLE_OK)
        return broken(error, curl_easy_strerror(code));
    return received > 0 ? (gssize)received : broken(error, _("对方关闭了连接"));
}

gssize link_recv(Link *link, char *data, gsize n, GError **error)
{
    return link->tls ? recv_tls(link, data, n, error) : recv_plain(link, data, n, error);
}

gboolean link_may_hold_more(const Link *link, gsize n, gsize room)
{
    return link->tls || n == room;
}
