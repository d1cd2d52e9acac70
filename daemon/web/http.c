/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server. libmicrohttpd counts silence only: that a request is over in time, however it drips, is
 * seen to here, by ending its socket. */
#include "daemon/web/http.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/web/http-private.h"

enum { MEMORY = 65536, WHOLE_DAY = 86400 }; /* MEMORY: of a connection, its headers included */

/* A connection, while its socket is open. */
typedef struct {
    int socket;
    gint64 deadline; /* monotonic µs */
} Peer;

struct Http {
    struct MHD_Daemon *daemon;
    const HttpHandler *handler;
    gpointer data;
    guint head, rate;
    gint64 largest;
    GMutex lock;
    GHashTable *peers; /* of Peer */
    guint sweep;
};

struct HttpRequest {
    Http *http;
    struct MHD_Connection *connection;
    Peer *peer;
    char *method, *path, *address;
    HttpReply *early; /* queued when the rest has come */
    gpointer kept;
    GDestroyNotify destroy;
};

struct HttpReply {
    struct MHD_Response *response;
    unsigned int status;
};

/* ---- time ---- */

static void set_deadline(Http *http, Peer *peer, gint64 seconds)
{
    g_mutex_lock(&http->lock);
    peer->deadline = clock_monotonic() + seconds * CLOCK_SECOND;
    g_mutex_unlock(&http->lock);
}

static gboolean sweep(gpointer data)
{
    Http *http = data;
    gint64 now = clock_monotonic();
    GHashTableIter iter;
    gpointer key;
    g_mutex_lock(&http->lock);
    g_hash_table_iter_init(&iter, http->peers);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (((Peer *)key)->deadline < now)
            shutdown(((Peer *)key)->socket, SHUT_RDWR);
    g_mutex_unlock(&http->lock);
    return G_SOURCE_CONTINUE;
}

/* libmicrohttpd tells of the end before it closes the socket. */
static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    Http *http = data;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        Peer *peer = g_new0(Peer, 1);
        peer->socket = info->connect_fd;
        peer->deadline = clock_monotonic() + http->head * CLOCK_SECOND;
        *context = peer;
        g_mutex_lock(&http->lock);
        g_hash_table_add(http->peers, peer);
        g_mutex_unlock(&http->lock);
        return;
    }
    g_mutex_lock(&http->lock);
    g_hash_table_remove(http->peers, *context);
    g_mutex_unlock(&http->lock);
}

void http_request_extend(HttpRequest *request, guint seconds)
{
    set_deadline(request->http, request->peer, (gint64)request->http->head + seconds);
}

/* ---- the request ---- */

/* %00 stays as it is written: a text would end there, and pass for a shorter one. */
static size_t unescape(void *data G_GNUC_UNUSED, struct MHD_Connection *connection G_GNUC_UNUSED, char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; to++) {
        gboolean escape = at[0] == '%' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]);
        int byte = escape ? g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]) : 0;
        *to = byte != 0 ? (char)byte : *at;
        at += byte != 0 ? 3 : 1;
    }
    *to = '\0';
    return (size_t)(to - text);
}

const char *http_request_method(const HttpRequest *request)
{
    return request->method;
}

const char *http_request_path(const HttpRequest *request)
{
    return request->path;
}

const char *http_request_header(const HttpRequest *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_argument(const HttpRequest *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

gint64 http_request_length(const HttpRequest *request)
{
    const char *text = http_request_header(request, "Content-Length");
    gint64 length;
    return text != NULL && g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &length, NULL) ? length : -1;
}

struct MHD_Connection *http_request_connection(const HttpRequest *request)
{
    return request->connection;
}

void http_request_keep(HttpRequest *request, gpointer data, GDestroyNotify destroy)
{
    request->kept = data;
    request->destroy = destroy;
}

gpointer http_request_kept(const HttpRequest *request)
{
    return request->kept;
}

const char *http_request_address(const HttpRequest *request)
{
    return request->address;
}

static char *peer_address(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info->client_addr;
    char text[INET6_ADDRSTRLEN] = "";
    const void *bytes = address->sa_family == AF_INET
                            ? (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr
                            : (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    inet_ntop(address->sa_family, bytes, text, sizeof text);
    return g_strdup(text);
}

/* Whom a reverse proxy on this machine speaks for: the last name is the one that it added. */
static char *client_address(const HttpRequest *request)
{
    g_autofree char *peer = peer_address(request->connection);
    const char *forwarded = http_request_header(request, "X-Forwarded-For");
    if (forwarded == NULL || !address_is_loopback(peer))
        return g_steal_pointer(&peer);
    const char *comma = strrchr(forwarded, ',');
    g_autofree char *last = g_strstrip(g_strdup(comma != NULL ? comma + 1 : forwarded));
    return g_hostname_is_ip_address(last) ? g_steal_pointer(&last) : g_steal_pointer(&peer);
}

static HttpRequest *request_new(Http *http, struct MHD_Connection *connection, const char *method, const char *path)
{
    HttpRequest *request = g_new0(HttpRequest, 1);
    request->http = http;
    request->connection = connection;
    request->peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    request->method = g_strdup(method);
    request->path = g_strdup(path);
    request->address = client_address(request);
    return request;
}

/* ---- the reply ---- */

HttpReply *http_reply_text(int status, const char *type, const char *text)
{
    HttpReply *reply = g_new0(HttpReply, 1);
    reply->status = (unsigned int)status;
    reply->response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    http_reply_add(reply, "Content-Type", type);
    http_reply_add(reply, "Cache-Control", "no-store");
    http_reply_add(reply, "X-Content-Type-Options", "nosniff");
    return reply;
}

HttpReply *http_reply_file(int status, const char *type, int fd, guint64 length)
{
    HttpReply *reply = g_new0(HttpReply, 1);
    reply->status = (unsigned int)status;
    reply->response = MHD_create_response_from_fd64(length, fd);
    if (reply->response == NULL) {
        close(fd);
        g_free(reply);
        return http_reply_text(503, "text/plain", "");
    }
    http_reply_add(reply, "Content-Type", type);
    http_reply_add(reply, "Cache-Control", "no-store");
    http_reply_add(reply, "X-Content-Type-Options", "nosniff");
    return reply;
}

int http_reply_status(const HttpReply *reply)
{
    return (int)reply->status;
}

void http_reply_add(HttpReply *reply, const char *header, const char *value)
{
    MHD_add_response_header(reply->response, header, value);
}

static void reply_free(HttpReply *reply)
{
    if (reply == NULL)
        return;
    MHD_destroy_response(reply->response);
    g_free(reply);
}

/* Sending it is bounded by silence alone: a large file on a slow line takes its time. */
static enum MHD_Result send_reply(HttpRequest *request, HttpReply *reply)
{
    set_deadline(request->http, request->peer, WHOLE_DAY);
    enum MHD_Result sent = MHD_queue_response(request->connection, reply->status, reply->response);
    reply_free(reply);
    return sent;
}

/* ---- the flow ---- */

static enum MHD_Result begin(Http *http, HttpRequest *request)
{
    gint64 length = http_request_length(request);
    HttpReply *reply = http->handler->begin(request, http->data);
    if (reply != NULL)
        return send_reply(request, reply);
    set_deadline(http, request->peer, http->head + (length < 0 ? http->largest : length) / http->rate);
    return MHD_YES;
}

/* A reply cannot go while a body comes: it waits, and the body comes to nothing. */
static enum MHD_Result take(Http *http, HttpRequest *request, const char *bytes, size_t *length)
{
    if (request->early == NULL)
        request->early = http->handler->take(request, bytes, *length, http->data);
    *length = 0;
    return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version G_GNUC_UNUSED, const char *bytes, size_t *length, void **context)
{
    Http *http = data;
    HttpRequest *request = *context;
    if (request == NULL) {
        *context = request = request_new(http, connection, method, path);
        return begin(http, request);
    }
    if (*length > 0)
        return take(http, request, bytes, length);
    HttpReply *reply = request->early != NULL ? g_steal_pointer(&request->early) : http->handler->end(request, http->data);
    return send_reply(request, reply);
}

static void on_completed(void *data, struct MHD_Connection *connection G_GNUC_UNUSED, void **context,
                         enum MHD_RequestTerminationCode code)
{
    Http *http = data;
    HttpRequest *request = *context;
    if (request == NULL)
        return;
    http->handler->done(request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK, http->data);
    set_deadline(http, request->peer, http->head);
    if (request->destroy != NULL)
        request->destroy(request->kept);
    reply_free(request->early);
    g_free(request->method);
    g_free(request->path);
    g_free(request->address);
    g_free(request);
    *context = NULL;
}

/* ---- its life ---- */

static void tell(void *data, const char *format, va_list arguments) G_GNUC_PRINTF(2, 0);

static void tell(void *data G_GNUC_UNUSED, const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    log_event(LOG_LEVEL_DEBUG, "web", "library", "text", g_strstrip(text), NULL);
}

static gboolean read_pem(const char *file, char **text, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (file == NULL || g_file_get_contents(file, text, NULL, &why))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_CONFIG, _("证书文件“%s”读不了：%s。请检查路径和权限"), file, why->message);
    return FALSE;
}

static struct MHD_Daemon *listen_at(Http *http, const HttpSettings *settings, struct sockaddr *address,
                                    const char *certificate, const char *key)
{
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (gpointer)certificate}, {MHD_OPTION_HTTPS_MEM_KEY, 0, (gpointer)key},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
                         MHD_USE_ITC | MHD_USE_ERROR_LOG | (certificate != NULL ? MHD_USE_TLS : 0) |
                         (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    return MHD_start_daemon(flags, settings->port, NULL, NULL, on_request, http,
                            MHD_OPTION_EXTERNAL_LOGGER, tell, NULL,
                            MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_CONNECTION_LIMIT, settings->connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, settings->idle,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
                            MHD_OPTION_ARRAY, certificate != NULL ? tls : plain, MHD_OPTION_END);
}

static void http_free(Http *http)
{
    g_clear_handle_id(&http->sweep, g_source_remove);
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    g_hash_table_unref(http->peers);
    g_mutex_clear(&http->lock);
    g_free(http);
}

Http *http_start(const HttpSettings *settings, const HttpHandler *handler, gpointer data, GError **error)
{
    g_autofree char *certificate = NULL, *key = NULL;
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(settings->host, settings->port);
    struct sockaddr_storage native = {0};
    if (!read_pem(settings->certificate, &certificate, error) || !read_pem(settings->key, &key, error) ||
        !g_socket_address_to_native(address, &native, sizeof native, error))
        return NULL;
    Http *http = g_new0(Http, 1);
    g_mutex_init(&http->lock);
    http->peers = g_hash_table_new_full(NULL, NULL, g_free, NULL);
    http->handler = handler;
    http->data = data;
    http->head = settings->head;
    http->rate = settings->rate;
    http->largest = settings->largest;
    http->daemon = listen_at(http, settings, (struct sockaddr *)(gpointer)&native, certificate, key);
    if (http->daemon == NULL) {
        http_free(http);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO,
                    certificate != NULL ? _("HTTP 接口在 %s 端口 %u 上开不起来：端口被占用、没有这个地址，或证书和密钥不相配")
                                        : _("HTTP 接口在 %s 端口 %u 上开不起来：端口被占用，或没有这个地址"),
                    settings->host, settings->port);
        return NULL;
    }
    http->sweep = g_timeout_add_seconds(1, sweep, http);
    return http;
}

void http_stop(Http **http)
{
    Http *self = g_steal_pointer(http);
    if (self != NULL)
        http_free(self);
}

guint16 http_port(const Http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}
