/* SPDX-License-Identifier: GPL-3.0-or-later
 * The daemon's side of songfa-reports. The child is not trusted: its lines are bounded and checked,
 * its time is limited, and the store alone says what was handled. A mail is answered only after its
 * commit, so whoever dies, it is either recorded or told again. */
#include "daemon/dispatch/bounce.h"

#include <errno.h>
#include <glib-unix.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/crashpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/base/program.h"
#include "daemon/dispatch/bounce-line.h"

/* Seconds: for connecting and listing, for one mail, for waiting with IDLE (the reader gives up first). */
enum { MAX_LINE = 4 << 20, BEGIN_LIMIT = 900, MAIL_LIMIT = 300, WAIT_LIMIT = 30 * 60 };

/* How often a reader may be lost over one mail. */
enum { MOST_TROUBLE = 5 };

#define CHILD "songfa-reports"

struct Bounce {
    const BounceSettings *settings;
    Store *store;
    char *mailbox;
    GPid child;   /* 0 = none */
    int channel;  /* its standard input and output, -1 = closed */
    GString *heard;
    guint on_bytes, on_exit, on_time; /* sources, 0 = none */
    guint unmatched;                  /* since it was last told */
    gint64 uidvalidity, uid;          /* the mail that the child reads now, uid 0 = none */
};

static void begin_round(Bounce *bounce);

static void drop_source(guint *source)
{
    if (*source != 0)
        g_source_remove(*source);
    *source = 0;
}

static void close_channel(Bounce *bounce)
{
    drop_source(&bounce->on_bytes);
    if (bounce->channel >= 0)
        close(bounce->channel);
    bounce->channel = -1;
}

/* ---- a line of the child ---- */

static gboolean say(Bounce *bounce, const char *line)
{
    gsize length = strlen(line);
    return send(bounce->channel, line, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (gssize)length;
}

static gboolean end_of_time(gpointer data)
{
    Bounce *bounce = data;
    bounce->on_time = 0;
    log_event(LOG_LEVEL_WARNING, "reports", "reader-hangs", "mailbox", bounce->mailbox, NULL);
    kill(bounce->child, SIGKILL);
    return G_SOURCE_REMOVE;
}

static void limit_time(Bounce *bounce, guint seconds)
{
    drop_source(&bounce->on_time);
    bounce->on_time = g_timeout_add_seconds(seconds, end_of_time, bounce);
}

static void log_outcome(const StoreReport *report, gsize i, const StoreReportTaken *taken)
{
    const StoreReportOutcome *outcome = &report->outcomes[i];
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, report->uid);
    g_autofree char *delivery = taken->delivery_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, taken->delivery_id) : NULL;
    log_event(LOG_LEVEL_INFO, "reports", "report", "uid", uid, "kind", outcome->kind, "result",
              store_report_result_name(taken->result), "delivery", delivery, "status", outcome->enhanced_code, NULL);
}

/* Stores it and says what became of its recipients: the worst result is the answer's. */
static gboolean store_report(Bounce *bounce, StoreReport *report, StoreReportResult *worst)
{
    g_autoptr(GError) error = NULL;
    g_autofree StoreReportTaken *taken = g_new0(StoreReportTaken, report->n_outcomes);
    report->mailbox = bounce->mailbox;
    report->at = clock_now();
    if (!store_report_take(bounce->store, report, taken, &error)) {
        log_event(LOG_LEVEL_ERROR, "reports", "not-stored", "error", error->message, NULL);
        return FALSE;
    }
    crash_point(CRASH_REPORT_COMMITTED);
    *worst = STORE_REPORT_SETTLED;
    for (gsize i = 0; i < report->n_outcomes; i++) {
        log_outcome(report, i, &taken[i]);
        *worst = MAX(*worst, taken[i].result);
        bounce->unmatched += taken[i].result == STORE_REPORT_UNMATCHED;
    }
    return TRUE;
}

/* What is for people, or about nothing we know, stays unread in the mailbox. */
static const char *answer_for(const BounceLine *line, StoreReportResult worst)
{
    if (worst == STORE_REPORT_EARLY)
        return "stop\n";
    return worst <= STORE_REPORT_NOTED && !line->for_people ? "seen\n" : "left\n";
}

static gboolean take_report(Bounce *bounce, BounceLine *line)
{
    StoreReportResult worst;
    bounce->uid = 0;
    return store_report(bounce, &line->report, &worst) && say(bounce, answer_for(line, worst));
}

static void log_unmatched(Bounce *bounce)
{
    g_autofree char *unmatched = g_strdup_printf("%u", bounce->unmatched);
    if (bounce->unmatched > 0)
        log_event(LOG_LEVEL_INFO, "reports", "left-unread", "mailbox", bounce->mailbox, "unmatched", unmatched, NULL);
    bounce->unmatched = 0;
}

static gboolean begin_mail(Bounce *bounce, const BounceLine *line)
{
    bounce->uidvalidity = line->uidvalidity;
    bounce->uid = line->uid;
    limit_time(bounce, MAIL_LIMIT);
    return TRUE;
}

static gboolean begin_waiting(Bounce *bounce)
{
    bounce->uid = 0;
    log_unmatched(bounce);
    limit_time(bounce, WAIT_LIMIT);
    return TRUE;
}

/* FALSE ends the round. */
static gboolean take_line(Bounce *bounce, const char *text, gsize length)
{
    g_auto(BounceLine) line;
    bounce_line_parse(&line, text, length);
    switch (line.kind) {
    case BOUNCE_LINE_READING:
        return begin_mail(bounce, &line);
    case BOUNCE_LINE_REPORT:
        return take_report(bounce, &line);
    case BOUNCE_LINE_WAITING:
        return begin_waiting(bounce);
    case BOUNCE_LINE_PROBLEM:
        log_event(LOG_LEVEL_WARNING, "reports", "not-read", "mailbox", bounce->mailbox, "error", line.problem, NULL);
        return FALSE;
    default:
        log_event(LOG_LEVEL_ERROR, "reports", "reader-confused", NULL);
        return FALSE;
    }
}

/* ---- a round ---- */

static gboolean take_lines(Bounce *bounce)
{
    const char *end;
    while ((end = memchr(bounce->heard->str, '\n', bounce->heard->len)) != NULL) {
        gsize length = (gsize)(end - bounce->heard->str);
        gboolean ok = take_line(bounce, bounce->heard->str, length);
        g_string_erase(bounce->heard, 0, (gssize)length + 1);
        if (!ok)
            return FALSE;
    }
    return bounce->heard->len < MAX_LINE;
}

/* As recv(): above 0 when there may be more, 0 at the end or after nonsense. */
static gssize hear(Bounce *bounce)
{
    char bytes[4096];
    gssize n = recv(bounce->channel, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n > 0)
        g_string_append_len(bounce->heard, bytes, n);
    return n > 0 && !take_lines(bounce) ? 0 : n;
}

/* Closing the channel ends an honest child; the time limit ends any. */
static gboolean take_bytes(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    Bounce *bounce = data;
    gssize n = hear(bounce);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return G_SOURCE_CONTINUE;
    bounce->on_bytes = 0;
    close_channel(bounce);
    return G_SOURCE_REMOVE;
}

static gboolean next_round(gpointer data)
{
    Bounce *bounce = data;
    bounce->on_time = 0;
    begin_round(bounce);
    return G_SOURCE_REMOVE;
}

static void wait_for_next(Bounce *bounce)
{
    drop_source(&bounce->on_time);
    bounce->on_time = g_timeout_add_seconds((guint)bounce->settings->interval, next_round, bounce);
}

/* A mail that the reader never comes back from goes to the tray unread, so that those behind it are. */
static void skip_mail(Bounce *bounce)
{
    const StoreReportOutcome outcome = {
        .kind = "unreadable", .text = _("读取程序几次都读不完这封邮件，请到邮箱里打开看")};
    StoreReport report = {.uidvalidity = bounce->uidvalidity, .uid = bounce->uid, .outcomes = &outcome, .n_outcomes = 1};
    StoreReportResult worst;
    store_report(bounce, &report, &worst);
}

static void count_trouble(Bounce *bounce)
{
    gint64 n = 0;
    g_autoptr(GError) error = NULL;
    if (!store_report_trouble(bounce->store, bounce->mailbox, bounce->uidvalidity, bounce->uid, &n, &error)) {
        log_event(LOG_LEVEL_ERROR, "reports", "not-stored", "error", error->message, NULL);
        return;
    }
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, bounce->uid);
    g_autofree char *times = g_strdup_printf("%" G_GINT64_FORMAT, n);
    log_event(LOG_LEVEL_WARNING, "reports", "reader-lost", "uid", uid, "times", times, NULL);
    if (n >= MOST_TROUBLE)
        skip_mail(bounce);
}

static void end_round(GPid child, int status, gpointer data)
{
    Bounce *bounce = data;
    g_spawn_close_pid(child);
    bounce->child = 0;
    bounce->on_exit = 0;
    drop_source(&bounce->on_bytes);
    while (bounce->channel >= 0 && hear(bounce) > 0) /* what it said last */
        ;
    close_channel(bounce);
    if (WIFSIGNALED(status))
        log_event(LOG_LEVEL_WARNING, "reports", "reader-died", "signal", g_strsignal(WTERMSIG(status)), NULL);
    if (bounce->uid != 0)
        count_trouble(bounce);
    log_unmatched(bounce);
    wait_for_next(bounce);
}

/* ---- the child ---- */

static gboolean say_task(Bounce *bounce, gint64 uidvalidity, gint64 after)
{
    const RelaySettings *server = &bounce->settings->server;
    json_t *task =
        json_pack("{s:s, s:i, s:i, s:s*, s:i, s:s, s:s, s:s, s:b, s:I, s:I}", "host", server->host, "port", server->port,
                  "tls", (int)server->tls, "ca_file", server->ca_file, "timeout", server->timeout, "user", server->user,
                  "password_file", server->password_file, "folder", bounce->settings->folder, "idle",
                  bounce->settings->idle, "uidvalidity", (json_int_t)uidvalidity, "after", (json_int_t)after);
    char *text = json_dumps(task, JSON_COMPACT);
    json_decref(task);
    g_autofree char *line = g_strdup_printf("%s\n", text);
    free(text);
    return say(bounce, line);
}

static gboolean spawn(Bounce *bounce, GError **error)
{
    int ends[2];
    g_autofree char *path = program_path(CHILD);
    char *argv[] = {path, NULL};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("无法启动 %s：%s"), path, g_strerror(errno));
        return FALSE;
    }
    gboolean ok = g_spawn_async_with_fds(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &bounce->child,
                                         ends[1], ends[1], -1, error);
    close(ends[1]);
    if (!ok) {
        close(ends[0]);
        return FALSE;
    }
    bounce->channel = ends[0];
    bounce->on_exit = g_child_watch_add(bounce->child, end_round, bounce);
    bounce->on_bytes = g_unix_fd_add(bounce->channel, G_IO_IN | G_IO_HUP | G_IO_ERR, take_bytes, bounce);
    limit_time(bounce, BEGIN_LIMIT);
    return TRUE;
}

static void begin_round(Bounce *bounce)
{
    gint64 uidvalidity, uid;
    g_autoptr(GError) error = NULL;
    g_string_truncate(bounce->heard, 0);
    bounce->unmatched = 0;
    bounce->uid = 0;
    if (store_report_last(bounce->store, bounce->mailbox, &uidvalidity, &uid, &error) && spawn(bounce, &error)) {
        if (!say_task(bounce, uidvalidity, uid))
            close_channel(bounce);
        return;
    }
    log_event(LOG_LEVEL_ERROR, "reports", "not-started", "error", error->message, NULL);
    wait_for_next(bounce);
}

Bounce *bounce_start(const BounceSettings *settings, Store *store)
{
    Bounce *bounce = g_new0(Bounce, 1);
    bounce->settings = settings;
    bounce->store = store;
    bounce->mailbox = g_strdup_printf("%s@%s/%s", settings->server.user, settings->server.host, settings->folder);
    bounce->channel = -1;
    bounce->heard = g_string_new(NULL);
    begin_round(bounce);
    return bounce;
}

void bounce_stop(Bounce **bounce)
{
    Bounce *self = *bounce;
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
    g_clear_pointer(bounce, g_free);
}
