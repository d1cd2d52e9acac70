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
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/report.h"
#include "daemon/store/reports.h"

enum { MAX_LINE = 65536, ROUND_LIMIT = 600 };

#define CHILD "songfa-reports"

struct Bounce {
    const BounceSettings *settings;
    Store *store;
    char *mailbox;
    GPid child;   /* 0 = none */
    int channel;  /* its standard input and output, -1 = closed */
    GString *heard;
    guint on_bytes, on_exit, on_time; /* sources, 0 = none */
    guint unmatched;                  /* in this round */
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

static void log_report(const StoreReport *report, StoreReportResult result, gint64 delivery_id)
{
    g_autofree char *uid = g_strdup_printf("%" G_GINT64_FORMAT, report->uid);
    g_autofree char *delivery = delivery_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, delivery_id) : NULL;
    log_event(LOG_LEVEL_INFO, "reports", "report", "uid", uid, "kind", report->kind, "result",
              store_report_result_name(result), "delivery", delivery, "status", report->enhanced_code, NULL);
}

/* What is for people, or about nothing we know, stays unread in the mailbox. */
static const char *answer_for(const StoreReport *report, StoreReportResult result)
{
    if (result == STORE_REPORT_EARLY)
        return "stop\n";
    gboolean ours = result == STORE_REPORT_SETTLED || result == STORE_REPORT_NOTED;
    return ours && strcmp(report->kind, report_kind_name(REPORT_OTHER)) != 0 ? "seen\n" : "left\n";
}

static gboolean take_report(Bounce *bounce, const StoreReport *report)
{
    StoreReportResult result;
    gint64 delivery_id = 0;
    g_autoptr(GError) error = NULL;
    if (!store_report_take(bounce->store, report, &result, &delivery_id, &error)) {
        log_event(LOG_LEVEL_ERROR, "reports", "not-stored", "error", error->message, NULL);
        return FALSE;
    }
    log_report(report, result, delivery_id);
    bounce->unmatched += result == STORE_REPORT_UNMATCHED;
    return say(bounce, answer_for(report, result));
}

/* Texts of report are lent from object. */
static gboolean read_report(Bounce *bounce, json_t *object, StoreReport *report)
{
    ReportKind kind;
    json_int_t uidvalidity, uid;
    if (json_unpack(object, "{s:I, s:I, s:s, s:i, s?s, s?s, s?s, s?s, s?s, s?s, s?s}", "uidvalidity", &uidvalidity, "uid",
                    &uid, "kind", &report->kind, "reply_code", &report->reply_code, "status",
                    &report->enhanced_code, "text", &report->text, "token", &report->token, "envelope_id",
                    &report->envelope_id, "message_id", &report->message_id, "recipient", &report->recipient, "issue_label",
                    &report->issue_label) != 0)
        return FALSE;
    report->mailbox = bounce->mailbox;
    report->uidvalidity = uidvalidity;
    report->uid = uid;
    report->at = clock_now();
    return uid > 0 && report_kind_parse(report->kind, &kind);
}

/* FALSE ends the round. */
static gboolean take_line(Bounce *bounce, const char *line, gsize length)
{
    StoreReport report = {0};
    const char *problem = NULL;
    json_t *object = json_loadb(line, length, 0, NULL);
    gboolean ok = FALSE;
    if (json_unpack(object, "{s:s}", "problem", &problem) == 0)
        log_event(LOG_LEVEL_WARNING, "reports", "not-read", "mailbox", bounce->mailbox, "error", problem, NULL);
    else if (read_report(bounce, object, &report))
        ok = take_report(bounce, &report);
    else
        log_event(LOG_LEVEL_ERROR, "reports", "reader-confused", NULL);
    json_decref(object);
    return ok;
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

/* Closing the channel ends an honest child; the time limit ends any. */
static gboolean take_bytes(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    Bounce *bounce = data;
    char bytes[4096];
    gssize n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (n > 0)
        g_string_append_len(bounce->heard, bytes, n);
    if (n > 0 && take_lines(bounce))
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

static void end_round(GPid child, int status, gpointer data)
{
    Bounce *bounce = data;
    g_autofree char *unmatched = g_strdup_printf("%u", bounce->unmatched);
    g_spawn_close_pid(child);
    bounce->child = 0;
    bounce->on_exit = 0;
    close_channel(bounce);
    if (WIFSIGNALED(status))
        log_event(LOG_LEVEL_WARNING, "reports", "reader-died", "signal", g_strsignal(WTERMSIG(status)), NULL);
    if (bounce->unmatched > 0)
        log_event(LOG_LEVEL_INFO, "reports", "left-unread", "mailbox", bounce->mailbox, "unmatched", unmatched, NULL);
    wait_for_next(bounce);
}

static gboolean end_of_time(gpointer data)
{
    Bounce *bounce = data;
    bounce->on_time = 0;
    kill(bounce->child, SIGKILL);
    return G_SOURCE_REMOVE;
}

/* ---- the child ---- */

/* Beside the daemon before it is installed, else where it is installed; caller frees. */
static char *child_path(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
    char *beside = g_build_filename(folder, CHILD, NULL);
    if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
        return beside;
    g_free(beside);
    return g_strdup(SONGFA_LIBEXECDIR "/" CHILD);
}

static gboolean say_task(Bounce *bounce, gint64 uidvalidity, gint64 after)
{
    const RelaySettings *server = &bounce->settings->server;
    json_t *task =
        json_pack("{s:s, s:i, s:b, s:s*, s:i, s:s, s:s, s:s, s:I, s:I}", "host", server->host, "port", server->port,
                  "tls", server->tls != RELAY_TLS_NONE, "ca_file", server->ca_file, "timeout", server->timeout,
                  "user", server->user, "password_file", server->password_file, "folder", bounce->settings->folder,
                  "uidvalidity", (json_int_t)uidvalidity, "after", (json_int_t)after);
    char *text = json_dumps(task, JSON_COMPACT);
    json_decref(task);
    g_autofree char *line = g_strdup_printf("%s\n", text);
    free(text);
    return say(bounce, line);
}

static gboolean spawn(Bounce *bounce, GError **error)
{
    int ends[2];
    g_autofree char *path = child_path();
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
    bounce->on_time = g_timeout_add_seconds(ROUND_LIMIT, end_of_time, bounce);
    return TRUE;
}

static void begin_round(Bounce *bounce)
{
    gint64 uidvalidity, uid;
    g_autoptr(GError) error = NULL;
    g_string_truncate(bounce->heard, 0);
    bounce->unmatched = 0;
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
