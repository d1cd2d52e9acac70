/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail sink that is never the limit: one epoll loop, answers from memory, mails counted and thrown
 * away. Prints "port N" when it listens; what it counted as JSON on SIGTERM and, beginning anew, on
 * SIGUSR1. first and last: when a mail was taken, seconds of the monotonic clock. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, READ_SIZE = 262144, LINE_MAX_KEPT = 1000 };

/* Replies that became due together. */
typedef struct {
    gint64 due;
    gsize length;
} Batch;

typedef struct {
    int fd;
    gboolean in_data;
    guint matched;   /* how much of "\r\n.\r\n" the data ended with */
    GString *line;   /* a command that is not complete yet */
    GString *out;
    GQueue batches;  /* Batch, oldest first; only with latency */
} Client;

typedef struct {
    int epoll, listener, signals;
    gint64 latency; /* µs for each reply */
    GHashTable *clients;
    guint64 mails, recipients, bytes, connections;
    gint64 first, last; /* monotonic µs of mails */
    char *buffer;
} Sink;

static void reply(Sink *sink, Client *client, const char *text)
{
    gsize length = strlen(text);
    g_string_append_len(client->out, text, (gssize)length);
    if (sink->latency == 0)
        return;
    gint64 due = g_get_monotonic_time() + sink->latency;
    Batch *last = g_queue_peek_tail(&client->batches);
    if (last != NULL && due - last->due < 500) {
        last->length += length;
        return;
    }
    Batch *batch = g_new(Batch, 1);
    *batch = (Batch){due, length};
    g_queue_push_tail(&client->batches, batch);
}

static const struct {
    const char *verb, *answer;
} answers[] = {
    {"MAIL", "250 2.1.0 Ok\r\n"}, {"RCPT", "250 2.1.5 Ok\r\n"}, {"DATA", "354 Go ahead\r\n"},
    {"EHLO", "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n"},
    {"HELO", "250 sink\r\n"},     {"RSET", "250 2.0.0 Ok\r\n"}, {"NOOP", "250 2.0.0 Ok\r\n"},
    {"QUIT", "221 2.0.0 Bye\r\n"},
};

static void take_command(Sink *sink, Client *client, const char *line)
{
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        if (g_ascii_strncasecmp(line, answers[i].verb, 4) != 0)
            continue;
        reply(sink, client, answers[i].answer);
        sink->recipients += answers[i].verb[0] == 'R' && answers[i].verb[1] == 'C';
        client->in_data = answers[i].verb[0] == 'D';
        client->matched = 2; /* the command's own line end counts for a first line of "." */
        return;
    }
    reply(sink, client, "502 5.5.2 Unknown\r\n");
}

/* How much of the end of a message the n bytes end with, when no dot is in them. */
static guint matched_at_end(const char *data, gsize n)
{
    if (n >= 2 && memcmp(data + n - 2, "\r\n", 2) == 0)
        return 2;
    return n >= 1 && data[n - 1] == '\r' ? 1 : 0;
}

/* From i on, with nothing matched, to the dot that begins a line; n when there is none. Base64 has no
 * dots: most of a message is passed over at once. */
static gsize seek_dot(Client *client, const char *data, gsize i, gsize n)
{
    for (gsize at = i; at < n; at++) {
        const char *dot = memchr(data + at, '.', n - at);
        if (dot == NULL)
            break;
        at = (gsize)(dot - data);
        if (matched_at_end(data + i, at - i) == 2) {
            client->matched = 2;
            return at;
        }
    }
    client->matched = matched_at_end(data + i, n - i);
    return n;
}

static void count_mail(Sink *sink)
{
    sink->mails++;
    sink->last = g_get_monotonic_time();
    if (sink->first == 0)
        sink->first = sink->last;
}

/* Bytes up to the end of the message, all when it is not in them. */
static gsize take_data(Sink *sink, Client *client, const char *data, gsize n)
{
    static const char end[] = "\r\n.\r\n";
    for (gsize i = 0; i < n; i++) {
        if (client->matched == 0 && (i = seek_dot(client, data, i, n)) == n)
            return n;
        if (data[i] == end[client->matched])
            client->matched++;
        else
            client->matched = data[i] == '\r' ? 1 : 0;
        if (client->matched == 5) {
            client->in_data = FALSE;
            count_mail(sink);
            reply(sink, client, "250 2.0.0 Ok: queued as FAST\r\n");
            return i + 1;
        }
    }
    return n;
}

static gsize take_line(Sink *sink, Client *client, const char *data, gsize n)
{
    const char *end = memchr(data, '\n', n);
    gsize length = end != NULL ? (gsize)(end - data) + 1 : n;
    g_string_append_len(client->line, data, (gssize)MIN(length, LINE_MAX_KEPT));
    if (end != NULL) {
        take_command(sink, client, client->line->str);
        g_string_truncate(client->line, 0);
    }
    return length;
}

static void drop(Sink *sink, Client *client)
{
    close(client->fd);
    g_string_free(client->line, TRUE);
    g_string_free(client->out, TRUE);
    g_queue_clear_full(&client->batches, g_free);
    g_hash_table_remove(sink->clients, client);
    g_free(client);
}

static gsize length_due(Sink *sink, Client *client)
{
    gsize length = 0;
    gint64 now = g_get_monotonic_time();
    if (sink->latency == 0)
        return client->out->len;
    for (Batch *batch; (batch = g_queue_peek_head(&client->batches)) != NULL && batch->due <= now;) {
        length += batch->length;
        g_free(g_queue_pop_head(&client->batches));
    }
    return length;
}

/* Replies are short and the client reads them: a full socket buffer means a broken client. */
static gboolean flush(Sink *sink, Client *client)
{
    gsize length = length_due(sink, client);
    if (length == 0)
        return TRUE;
    gboolean whole = send(client->fd, client->out->str, length, MSG_NOSIGNAL) == (gssize)length;
    g_string_erase(client->out, 0, (gssize)length);
    return whole;
}

static void serve(Sink *sink, Client *client)
{
    gssize n = recv(client->fd, sink->buffer, READ_SIZE, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        drop(sink, client);
        return;
    }
    for (gsize at = 0; n > 0 && at < (gsize)n;)
        at += client->in_data ? take_data(sink, client, sink->buffer + at, (gsize)n - at)
                              : take_line(sink, client, sink->buffer + at, (gsize)n - at);
    sink->bytes += n > 0 ? (guint64)n : 0;
    if (!flush(sink, client))
        drop(sink, client);
}

static void welcome(Sink *sink)
{
    int one = 1, fd = accept(sink->listener, NULL, NULL);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    Client *client = g_new0(Client, 1);
    client->fd = fd;
    client->line = g_string_new(NULL);
    client->out = g_string_new(NULL);
    g_queue_init(&client->batches);
    g_hash_table_add(sink->clients, client);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(sink->epoll, EPOLL_CTL_ADD, fd, &event);
    sink->connections++;
    reply(sink, client, "220 sink ESMTP\r\n");
    if (!flush(sink, client))
        drop(sink, client);
}

static void flush_due(Sink *sink)
{
    g_autoptr(GList) clients = g_hash_table_get_keys(sink->clients);
    for (GList *link = clients; link != NULL; link = link->next)
        if (!flush(sink, link->data))
            drop(sink, link->data);
}

static int listen_on_free_port(guint16 *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(*port)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        g_error("cannot listen: %s", g_strerror(errno));
    *port = ntohs(address.sin_port);
    return fd;
}

static int catch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void watch(const Sink *sink, const int *fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = (void *)fd};
    epoll_ctl(sink->epoll, EPOLL_CTL_ADD, *fd, &event);
}

static void print_counts(Sink *sink)
{
    printf("{\"mails\": %" G_GUINT64_FORMAT ", \"recipients\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT
           ", \"connections\": %" G_GUINT64_FORMAT ", \"first\": %.6f, \"last\": %.6f}\n", sink->mails, sink->recipients,
           sink->bytes, sink->connections, (double)sink->first / 1e6, (double)sink->last / 1e6);
    fflush(stdout);
    sink->mails = sink->recipients = sink->bytes = sink->connections = 0;
    sink->first = sink->last = 0;
}

/* FALSE when it is the end. */
static gboolean take_signal(Sink *sink)
{
    struct signalfd_siginfo info;
    print_counts(sink);
    return read(sink->signals, &info, sizeof(info)) == sizeof(info) && info.ssi_signo == SIGUSR1;
}

static void run(Sink *sink)
{
    struct epoll_event events[EVENTS];
    for (;;) {
        int n = epoll_wait(sink->epoll, events, EVENTS, sink->latency > 0 ? 1 : -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == &sink->signals && !take_signal(sink))
                return;
            if (events[i].data.ptr == &sink->signals)
                continue;
            if (events[i].data.ptr == &sink->listener)
                welcome(sink);
            else
                serve(sink, events[i].data.ptr);
        }
        if (sink->latency > 0)
            flush_due(sink);
    }
}

int main(int argc, char **argv)
{
    int latency = 0, wanted_port = 0;
    const GOptionEntry entries[] = {
        {"latency-ms", 0, 0, G_OPTION_ARG_INT, &latency, "wait before each reply", "MS"},
        {"port", 0, 0, G_OPTION_ARG_INT, &wanted_port, "0 = a free one", "PORT"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- count mails");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        g_error("%s", error->message);
    guint16 port = (guint16)wanted_port;
    Sink sink = {.epoll = epoll_create1(EPOLL_CLOEXEC), .latency = latency * G_GINT64_CONSTANT(1000)};
    sink.listener = listen_on_free_port(&port);
    sink.signals = catch_signals();
    sink.clients = g_hash_table_new(NULL, NULL);
    sink.buffer = g_malloc(READ_SIZE);
    watch(&sink, &sink.listener);
    watch(&sink, &sink.signals);
    printf("port %u\n", port);
    fflush(stdout);
    run(&sink);
    g_autoptr(GList) clients = g_hash_table_get_keys(sink.clients);
    for (GList *link = clients; link != NULL; link = link->next)
        drop(&sink, link->data);
    g_hash_table_unref(sink.clients);
    g_free(sink.buffer);
    return 0;
}
