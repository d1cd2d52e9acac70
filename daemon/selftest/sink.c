/* SPDX-License-Identifier: GPL-3.0-or-later
 * SMTP as far as a relay on loopback needs it (RFC 5321, RFC 2920). The answer to the final dot comes
 * after a short random while, so that there is something to kill in between. */
#include "daemon/selftest/sink.h"

#include <gio/gio.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"

enum { THREADS = 64, LONGEST_WAIT = 20000 /* µs */, LINGER = 1000 /* µs */ };

struct Sink {
    GSocketService *service;
    GCancellable *stop;
    guint16 port;
    int live; /* connections that are served, atomic */
    GMutex mutex;
    GHashTable *times; /* Message-ID → how often */
    guint taken;
};

typedef struct {
    Sink *sink;
    GDataInputStream *in;
    GOutputStream *out;
    gboolean in_data, in_head;
    char *message_id;
} Dialogue;

static gboolean reply(Dialogue *dialogue, const char *text)
{
    return g_output_stream_write_all(dialogue->out, text, strlen(text), NULL, dialogue->sink->stop, NULL);
}

static void record(Sink *sink, const char *message_id)
{
    g_mutex_lock(&sink->mutex);
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(sink->times, message_id));
    g_hash_table_insert(sink->times, g_strdup(message_id), GUINT_TO_POINTER(before + 1));
    sink->taken++;
    g_mutex_unlock(&sink->mutex);
}

/* Taken from here on, whether the answer arrives or not. */
static gboolean take_dot(Dialogue *dialogue)
{
    dialogue->in_data = FALSE;
    record(dialogue->sink, dialogue->message_id != NULL ? dialogue->message_id : "");
    g_usleep(ident_below(LONGEST_WAIT));
    return reply(dialogue, "250 2.0.0 Ok\r\n");
}

static gboolean take_content(Dialogue *dialogue, char *line)
{
    static const char header[] = "Message-ID:";
    if (strcmp(line, ".") == 0)
        return take_dot(dialogue);
    if (*line == '\0')
        dialogue->in_head = FALSE;
    if (dialogue->in_head && g_ascii_strncasecmp(line, header, strlen(header)) == 0) {
        g_free(dialogue->message_id);
        dialogue->message_id = g_strdup(g_strstrip(line + strlen(header)));
    }
    return TRUE;
}

static gboolean begin_data(Dialogue *dialogue)
{
    dialogue->in_data = dialogue->in_head = TRUE;
    g_clear_pointer(&dialogue->message_id, g_free);
    return reply(dialogue, "354 Go ahead\r\n");
}

static gboolean take_command(Dialogue *dialogue, const char *line)
{
    static const struct {
        const char *verb, *answer;
    } answers[] = {
        {"EHLO", "250-selftest\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"},
        {"HELO", "250 selftest\r\n"}, {"MAIL", "250 2.1.0 Ok\r\n"}, {"RCPT", "250 2.1.5 Ok\r\n"},
        {"RSET", "250 2.0.0 Ok\r\n"}, {"NOOP", "250 2.0.0 Ok\r\n"}, {"QUIT", "221 2.0.0 Bye\r\n"},
    };
    if (g_ascii_strcasecmp(line, "DATA") == 0)
        return begin_data(dialogue);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        if (g_ascii_strncasecmp(line, answers[i].verb, 4) == 0)
            return reply(dialogue, answers[i].answer);
    return reply(dialogue, "502 5.5.2 Unknown\r\n");
}

static void talk(Dialogue *dialogue)
{
    gboolean good = reply(dialogue, "220 selftest ESMTP\r\n");
    while (good) {
        g_autofree char *line = g_data_input_stream_read_line(dialogue->in, NULL, dialogue->sink->stop, NULL);
        if (line == NULL)
            return;
        good = dialogue->in_data ? take_content(dialogue, line) : take_command(dialogue, line);
    }
}

/* In a thread of its own. */
static gboolean serve(GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
                      gpointer data)
{
    Dialogue dialogue = {.sink = data};
    (void)service;
    (void)source;
    dialogue.in = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    dialogue.out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    g_data_input_stream_set_newline_type(dialogue.in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    talk(&dialogue);
    g_free(dialogue.message_id);
    g_object_unref(dialogue.in);
    g_atomic_int_add(&dialogue.sink->live, -1);
    return TRUE;
}

/* Before its thread begins, so that sink_free() waits for that too. */
static gboolean count(GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
    Sink *sink = data;
    (void)service;
    (void)connection;
    (void)source;
    g_atomic_int_inc(&sink->live);
    return FALSE;
}

static gboolean listen_on_loopback(Sink *sink, GError **error)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(loopback, 0), got = NULL;
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(sink->service), wanted, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_TCP, NULL, &got, error)) {
        g_prefix_error(error, "%s", _("无法在本机（127.0.0.1）开一个端口："));
        return FALSE;
    }
    sink->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(got));
    return TRUE;
}

Sink *sink_new(GError **error)
{
    g_autoptr(Sink) sink = g_new0(Sink, 1);
    g_mutex_init(&sink->mutex);
    sink->times = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sink->stop = g_cancellable_new();
    sink->service = g_threaded_socket_service_new(THREADS);
    g_signal_connect(sink->service, "incoming", G_CALLBACK(count), sink);
    g_signal_connect(sink->service, "run", G_CALLBACK(serve), sink);
    return listen_on_loopback(sink, error) ? g_steal_pointer(&sink) : NULL;
}

void sink_free(Sink *sink)
{
    if (sink == NULL)
        return;
    g_socket_service_stop(sink->service);
    g_socket_listener_close(G_SOCKET_LISTENER(sink->service));
    g_cancellable_cancel(sink->stop);
    while (g_atomic_int_get(&sink->live) > 0)
        g_usleep(LINGER);
    g_object_unref(sink->service);
    g_object_unref(sink->stop);
    g_hash_table_unref(sink->times);
    g_mutex_clear(&sink->mutex);
    g_free(sink);
}

guint16 sink_port(const Sink *sink)
{
    return sink->port;
}

guint sink_taken(Sink *sink)
{
    g_mutex_lock(&sink->mutex);
    guint taken = sink->taken;
    g_mutex_unlock(&sink->mutex);
    return taken;
}

GHashTable *sink_record(Sink *sink)
{
    GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer message_id, times;
    g_mutex_lock(&sink->mutex);
    g_hash_table_iter_init(&iter, sink->times);
    while (g_hash_table_iter_next(&iter, &message_id, &times))
        g_hash_table_insert(copy, g_strdup(message_id), times);
    g_mutex_unlock(&sink->mutex);
    return copy;
}
