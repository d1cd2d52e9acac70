/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams over libcurl in CURLOPT_CONNECT_ONLY mode: without a user it does TCP, the greeting, STARTTLS and
 * TLS with the certificate verified, and leaves the login to others. */
#include "daemon/inbox/stream.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/inbox/fields.h"

struct Stream {
    CURL *curl;
    curl_socket_t socket;
    int timeout;
    char problem[CURL_ERROR_SIZE];
};

static void set_options(Stream *stream, const StreamServer *server)
{
    CURL *curl = stream->curl;
    gboolean v6 = strchr(server->host, ':') != NULL;
    g_autofree char *url = g_strdup_printf("%s://%s%s%s:%u/", server->tls == TLS_IMPLICIT ? "imaps" : "imap", v6 ? "[" : "",
                                           server->host, v6 ? "]" : "", server->port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(server->tls == TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)server->timeout);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, stream->problem);
    if (server->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
}

static gboolean connect_to(Stream *stream, const StreamServer *server, GError **error)
{
    CURLcode code = curl_easy_perform(stream->curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(stream->curl, CURLINFO_ACTIVESOCKET, &stream->socket);
    if (code == CURLE_OK && stream->socket != CURL_SOCKET_BAD)
        return TRUE;
    g_autofree char *detail = fields_line(stream->problem[0] != '\0' ? stream->problem : curl_easy_strerror(code));
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s:%u：连接失败，请检查 host、port、tls 和 ca_file（%s）"),
                server->host, server->port, detail);
    return FALSE;
}

Stream *stream_open(const StreamServer *server, GError **error)
{
    if (server->tls == TLS_NONE && !address_is_loopback(server->host)) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("%s：没有 TLS 就不能登录，密码会以明文外泄"),
                    server->host);
        return NULL;
    }
    g_autoptr(Stream) stream = g_new0(Stream, 1);
    stream->timeout = server->timeout;
    stream->curl = curl_easy_init();
    if (stream->curl == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法使用 libcurl"));
        return NULL;
    }
    set_options(stream, server);
    return connect_to(stream, server, error) ? g_steal_pointer(&stream) : NULL;
}

void stream_close(Stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->curl != NULL)
        curl_easy_cleanup(stream->curl);
    g_free(stream);
}

int stream_fd(const Stream *stream)
{
    return (int)stream->socket;
}

static gboolean wait_for(const Stream *stream, short events)
{
    struct pollfd fd = {.fd = (int)stream->socket, .events = events};
    int ready;
    do {
        ready = poll(&fd, 1, stream->timeout * 1000);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

gssize stream_send(Stream *stream, const void *data, gsize n)
{
    gsize sent = 0;
    CURLcode code;
    while ((code = curl_easy_send(stream->curl, data, n, &sent)) == CURLE_AGAIN)
        if (!wait_for(stream, POLLOUT))
            return -1;
    return code == CURLE_OK ? (gssize)sent : -1;
}

gssize stream_recv(Stream *stream, void *data, gsize n)
{
    gsize received = 0;
    CURLcode code;
    while ((code = curl_easy_recv(stream->curl, data, n, &received)) == CURLE_AGAIN)
        if (!wait_for(stream, POLLIN))
            return -1;
    return code == CURLE_OK ? (gssize)received : -1;
}
