/* SPDX-License-Identifier: GPL-3.0-or-later
 * The daemon's side of songfa-reports. Lines are bounded and each step of the child has its time; closing the
 * channel ends an honest child, the time limit any. */
#include "daemon/inbox/reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/base/program.h"

/* Seconds: for connecting and listing, for one mail, for waiting with IDLE (the child gives up first). */
enum { MAX_LINE = 4 << 20, BEGIN_LIMIT = 900, MAIL_LIMIT = 300, WAIT_LIMIT = 30 * 60 };

/* How often a child may be lost over one mail. */
enum { MOST_TROUBLE = 5 };

#define CHILD "songfa-reports"

struct Reader {
    const InboxSettings *settings;
    const ReaderJob *job;
    gpointer user;
    char *mailbox;
    GPid child;   /* 0 = none */
    int channel;  /* its standard input and output, -1 = closed */
    GString *heard;
    guint on_bytes, on_exit, on_time; /* sources, 0 = none */
    ReaderMail mail;                  /* what the child reads now, uid 0 = none */
    gboolean rested;                  /* the job knows how things stand at the end of this round */
};

static void begin_round(Reader *reader);

void inbox_settings_clear(InboxSettings *settings)
{
    char *texts[] = {settings->host, settings->ca_file, settings->user, settings->password_file, settings->folder};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

char *inbox_settings_name(const InboxSettings *settings)
{
    return g_strdup_printf("%s@%s/%s", settings->user, settings->host, settings->folder);
}

static void drop_source(guint *source)
{
    if (*source != 0)
        g_source_remove(*source);
    *source = 0;
}

static void close_channel(Reader *reader)
{
    drop_source(&reader->on_bytes);
    if (reader->channel >= 0)
        close(reader->channel);
    reader->channel = -1;
}

static void rest(Reader *reader, const char *problem)
{
    reader->rested = TRUE;
    if (reader->job->rested != NULL)
        reader->job->rested(reader->user, problem);
}

/* ---- a line of the child ---- */

gboolean reader_say(Reader *reader, const char *word)
{
    g_autofree char *line = g_strconcat(word, "\n", NULL);
    gsize length = strlen(line);
    return send(reader->channel, line, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (gssize)length;
}

void reader_forgive(Reader *reader)
{
    reader->mail.uid = 0;
}

static gboolean end_of_time(gpointer data)
{
    Reader *reader = data;
    reader->on_time = 0;
    log_event(LOG_LEVEL_WARNING, reader->job->name, "reader-hangs", "mailbox", reader->mailbox, NULL);
    kill(reader->child, SIGKILL);
    return G_SOURCE_REMOVE;
}

static void limit_time(Reader *reader, guint seconds)
{
    drop_source(&reader->on_time);
    reader->on_time = g_timeout_add_seconds(seconds, end_of_time, reader);
}

static gboolean begin_mail(Reader *reader, gint64 uidvalidity, gint64 uid)
{
    reader->mail = (ReaderMail){.uidvalidity = uidvalidity, .uid = uid};
    reader->rested = FALSE;
    limit_time(reader, MAIL_LIMIT);
    return uid > 0;
}

static gboolean begin_waiting(Reader *reader)
{
    reader_forgive(reader);
    limit_time(reader, WAIT_LIMIT);
    rest(reader, NULL);
    return TRUE;
}

static gboolean take_problem(Reader *reader, const char *problem)
{
    log_event(LOG_LEVEL_WARNING, reader->job->name, "not-read", "mailbox", reader->mailbox, "error", problem, NULL);
    rest(reader, problem);
    return FALSE;
}

/* It did not do what it was told with a mail that is recorded. */
static gboolean take_trouble(const Reader *reader, const char *trouble)
{
    log_event(LOG_LEVEL_WARNING, reader->job->name, "not-moved", "mailbox", reader->mailbox, "error", trouble, NULL);
    return TRUE;
}

static gboolean take_object(Reader *reader, json_t *object)
{
    const char *problem, *trouble;
    json_int_t uidvalidity, uid;
    int waiting;
    if (json_unpack(object, "{s:s}", "problem", &problem) == 0)
        return take_problem(reader, problem);
    if (json_unpack(object, "{s:s}", "trouble", &trouble) == 0)
        return take_trouble(reader, trouble);
    if (json_unpack(object, "{s:b}", "waiting", &waiting) == 0)
        return begin_waiting(reader);
    if (json_unpack(object, "{s:I, s:I}", "reading", &uid, "uidvalidity", &uidvalidity) == 0)
        return begin_mail(reader, uidvalidity, uid);
    return reader->mail.uid != 0 && json_is_object(object) && reader->job->take(reader->user, object);
}

/* FALSE ends the round. */
static gboolean take_line(Reader *reader, const char *text, gsize length)
{
    json_t *object = json_loadb(text, length, 0, NULL);
    gboolean known = object != NULL;
    gboolean ok = known && take_object(reader, object);
    json_decref(object);
    if (!known)
        log_event(LOG_LEVEL_ERROR, reader->job->name, "reader-confused", NULL);
    return ok;
}

/* ---- a round ---- */

static gboolean take_lines(Reader *reader)
{
    const char *end;
    while ((end = memchr(reader->heard->str, '\n', reader->heard->len)) != NULL) {
        gsize length = (gsize)(end - reader->heard->str);
        gboolean ok = take_line(reader, reader->heard->str, length);
        g_string_erase(reader->heard, 0, (gssize)length + 1);
        if (!ok)
            return FALSE;
    }
    return reader->heard->len < MAX_LINE;
}

/* As recv(): above 0 when there may be more, 0 at the end or after nonsense. */
static gssize hear(Reader *reader)
{
    char bytes[65536];
    gssize n = recv(reader->channel, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n > 0)
        g_string_append_len(reader->heard, bytes, n);
    return n > 0 && !take_lines(reader) ? 0 : n;
}

static gboolean take_bytes(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    Reader *reader = data;
    gssize n = hear(reader);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return G_SOURCE_CONTINUE;
    reader->on_bytes = 0;
    close_channel(reader);
    return G_SOURCE_REMOVE;
}

static gboolean next_round(gpointer data)
{
    Reader *reader = data;
    reader->on_time = 0;
    begin_round(reader);
    return G_SOURCE_REMOVE;
}

static void wait_for_next(Reader *reader)
{
    drop_source(&reader->on_time);
    reader->on_time = g_timeout_add_seconds((guint)reader->settings->interval, next_round, reader);
}

static void count_trouble(Reader *reader)
{
    gint64 n = 0;
    g_autoptr(GError) error = NULL;
    if (!reader->job->lost(reader->user, &reader->mail, &n, &error)) {
        log_event(LOG_LEVEL_ERROR, reader->job->name, "not-stored", "error", error->message, NULL);
        return;
    }
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, reader->mail.uid);
    g_autofree char *times = g_strdup_printf("%" G_GINT64_FORMAT, n);
    log_event(LOG_LEVEL_WARNING, reader->job->name, "reader-lost", "uid", uid, "times", times, NULL);
    if (n >= MOST_TROUBLE)
        reader->job->skip(reader->user, &reader->mail);
}

static void end_round(GPid child, int status, gpointer data)
{
    Reader *reader = data;
    g_spawn_close_pid(child);
    reader->child = 0;
    reader->on_exit = 0;
    drop_source(&reader->on_bytes);
    while (reader->channel >= 0 && hear(reader) > 0) /* what it said last */
        ;
    close_channel(reader);
    if (WIFSIGNALED(status))
        log_event(LOG_LEVEL_WARNING, reader->job->name, "reader-died", "signal", g_strsignal(WTERMSIG(status)), NULL);
    if (reader->mail.uid != 0)
        count_trouble(reader);
    else if (!reader->rested && !WIFSIGNALED(status))
        rest(reader, NULL);
    wait_for_next(reader);
}

/* ---- the child ---- */

static gboolean say_task(Reader *reader, const ReaderMail *last)
{
    const InboxSettings *settings = reader->settings;
    json_t *more = reader->job->settings != NULL ? reader->job->settings(reader->user) : NULL;
    json_t *task = json_pack("{s:s, s:s, s:i, s:i, s:s*, s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:o*}", "job",
                             reader->job->name, "host", settings->host, "port", settings->port, "tls",
                             (int)settings->tls, "ca_file", settings->ca_file, "timeout", settings->timeout, "user",
                             settings->user, "password_file", settings->password_file, "folder", settings->folder,
                             "idle", settings->idle, "uidvalidity", (json_int_t)last->uidvalidity, "after",
                             (json_int_t)last->uid, "settings", more);
    char *text = json_dumps(task, JSON_COMPACT);
    json_decref(task);
    gboolean said = reader_say(reader, text);
    free(text);
    return said;
}

static gboolean spawn(Reader *reader, GError **error)
{
    int ends[2];
    g_autofree char *path = program_path(CHILD);
    char *argv[] = {path, NULL};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法启动 %s：%s"), path, g_strerror(errno));
        return FALSE;
    }
    gboolean ok = g_spawn_async_with_fds(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &reader->child,
                                         ends[1], ends[1], -1, error);
    close(ends[1]);
    if (!ok) {
        close(ends[0]);
        return FALSE;
    }
    reader->channel = ends[0];
    reader->on_exit = g_child_watch_add(reader->child, end_round, reader);
    reader->on_bytes = g_unix_fd_add(reader->channel, G_IO_IN | G_IO_HUP | G_IO_ERR, take_bytes, reader);
    limit_time(reader, BEGIN_LIMIT);
    return TRUE;
}

static void begin_round(Reader *reader)
{
    ReaderMail last = {0};
    g_autoptr(GError) error = NULL;
    g_string_truncate(reader->heard, 0);
    reader_forgive(reader);
    reader->rested = FALSE;
    if (reader->job->last(reader->user, &last, &error) && spawn(reader, &error)) {
        if (!say_task(reader, &last))
            close_channel(reader);
        return;
    }
    log_event(LOG_LEVEL_ERROR, reader->job->name, "not-started", "error", error->message, NULL);
    rest(reader, error->message);
    wait_for_next(reader);
}

Reader *reader_start(const InboxSettings *settings, const ReaderJob *job, gpointer user)
{
    Reader *reader = g_new0(Reader, 1);
    reader->settings = settings;
    reader->job = job;
    reader->user = user;
    reader->mailbox = inbox_settings_name(settings);
    reader->channel = -1;
    reader->heard = g_string_new(NULL);
    begin_round(reader);
    return reader;
}

void reader_stop(Reader **reader)
{
    Reader *self = *reader;
    if (self == NULL)
        return;
    close_channel(self);
    drop_source(&self->on_exit);
    drop_source(&self->on_time);
    if (self->child != 0) {
        kill(self->child, SIGKILL);
        waitpid(self->child, NULL, 0);
    }
    g_string_free(self->heard, TRUE);
    g_free(self->mailbox);
    g_clear_pointer(reader, g_free);
}
