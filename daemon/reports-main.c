/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfa-reports: the child that reads the mailbox for reports. It takes its settings from the first
 * line of standard input, says in lines of JSON which mail it begins with and what is in it, and goes on
 * when the mail is answered with "seen" (mark it as read) or "left"; anything else ends it. When all is
 * read it waits for more, where the server tells. It never sees the store. */
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/crashpoint.h"
#include "daemon/base/i18n.h"
#include "daemon/base/cage.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/report.h"
#include "daemon/dispatch/secret.h"
#include "daemon/inbox/imap.h"

/* A report says all in its first parts; what is returned behind them may be cut. */
enum { MAX_MAIL = 262144, MAX_LINE = 8192 };

/* IDLE is given up and asked for again before 29 minutes are over (RFC 2177); what came in a burst is read
 * in one go. */
enum { IDLE_SECONDS = 28 * 60, BURST_MICROSECONDS = 300000 };

static const CageRules cage_rules = {.network = TRUE, .memory = (gsize)512 << 20, .cpu = 60};

typedef struct {
    StreamServer server;
    const char *user, *password_file, *folder;
    guint32 uidvalidity, after; /* how far the store has it */
    gboolean idle;
} Task;

/* The next line without its end; FALSE when there is none. */
static gboolean read_line(char *line)
{
    if (fgets(line, MAX_LINE, stdin) == NULL)
        return FALSE;
    line[strcspn(line, "\r\n")] = '\0';
    return TRUE;
}

static void print_line(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
    json_decref(object);
}

static int fail(const char *problem)
{
    print_line(json_pack("{s:s}", "problem", problem));
    return 1;
}

/* Texts are lent from settings. */
static gboolean read_task(json_t *settings, Task *task)
{
    int port, tls, timeout, idle;
    json_int_t uidvalidity, after;
    if (json_unpack(settings, "{s:s, s:i, s:i, s?s, s:i, s:s, s:s, s:s, s:b, s:I, s:I}", "host", &task->server.host,
                    "port", &port, "tls", &tls, "ca_file", &task->server.ca_file, "timeout", &timeout, "user",
                    &task->user, "password_file", &task->password_file, "folder", &task->folder, "idle", &idle,
                    "uidvalidity", &uidvalidity, "after", &after) != 0)
        return FALSE;
    task->server.port = (guint16)port;
    task->server.tls = (Tls)tls;
    task->server.timeout = timeout;
    task->uidvalidity = (guint32)uidvalidity;
    task->after = (guint32)after;
    task->idle = idle != 0;
    return TRUE;
}

/* ---- one mail ---- */

static json_t *outcomes_json(const Report *report)
{
    json_t *list = json_array();
    for (guint i = 0; i < report->outcomes->len; i++) {
        const ReportOutcome *outcome = g_ptr_array_index(report->outcomes, i);
        json_array_append_new(list, json_pack("{s:s, s:i, s:s*, s:s*, s:s*}", "kind", report_kind_name(outcome->kind),
                                              "reply_code", outcome->reply_code, "status", outcome->status, "text",
                                              outcome->text, "recipient", outcome->recipient));
    }
    return list;
}

static void print_report(guint32 uidvalidity, guint32 uid, GBytes *mail)
{
    gsize length;
    const char *data = g_bytes_get_data(mail, &length);
    g_autoptr(Report) report = report_parse(data, length);
    print_line(json_pack("{s:I, s:I, s:I, s:b, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:o}", "uidvalidity",
                         (json_int_t)uidvalidity, "uid", (json_int_t)uid, "date", (json_int_t)report->date, "says_more",
                         report->says_more, "from", report->from, "subject", report->subject, "token", report->token,
                         "envelope_id", report->envelope_id, "message_id", report->message_id, "issue_label",
                         report->issue_label, "outcomes", outcomes_json(report)));
}

/* FALSE when the round is over. */
static gboolean handle(Imap *imap, guint32 uidvalidity, guint32 uid, GError **error)
{
    char answer[MAX_LINE];
    GError *failed = NULL;
    print_line(json_pack("{s:I, s:I}", "reading", (json_int_t)uid, "uidvalidity", (json_int_t)uidvalidity));
    g_autoptr(GBytes) mail = imap_fetch(imap, uid, MAX_MAIL, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (mail == NULL)
        return TRUE;
    print_report(uidvalidity, uid, mail);
    if (!read_line(answer))
        return FALSE;
    crash_point(CRASH_REPORT_ANSWERED);
    if (strcmp(answer, "seen") == 0)
        imap_mark_seen(imap, uid);
    return strcmp(answer, "seen") == 0 || strcmp(answer, "left") == 0;
}

/* ---- a round ---- */

/* The daemon says nothing while the reader waits, but that it is over. */
static gboolean is_called_off(void)
{
    struct pollfd daemon = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&daemon, 1, 0) > 0;
}

/* The mails behind *after; TRUE when all of them are handled. */
static gboolean read_new(Imap *imap, guint32 uidvalidity, guint32 *after, GError **error)
{
    g_autoptr(GArray) uids = imap_list(imap, *after, error);
    if (uids == NULL)
        return FALSE;
    for (guint i = 0; i < uids->len; i++) {
        guint32 uid = g_array_index(uids, guint32, i);
        if (!handle(imap, uidvalidity, uid, error))
            return FALSE;
        *after = uid;
    }
    return TRUE;
}

/* A wake-up is a hint: what is new is always listed. */
static gboolean read_folder(Imap *imap, const Task *task, GError **error)
{
    guint32 uidvalidity;
    GError *failed = NULL;
    if (!imap_select(imap, task->folder, &uidvalidity, error))
        return FALSE;
    guint32 after = uidvalidity == task->uidvalidity ? task->after : 0;
    while (read_new(imap, uidvalidity, &after, &failed) && task->idle && imap_can_wait(imap)) {
        print_line(json_pack("{s:b}", "waiting", 1));
        if (!imap_wait(imap, STDIN_FILENO, IDLE_SECONDS, &failed) || is_called_off())
            break;
        g_usleep(BURST_MICROSECONDS);
    }
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* The password is read with the rights of the daemon, all that is hostile without them. */
static gboolean run(const Task *task, GError **error)
{
    g_autoptr(Secret) password = secret_read(task->password_file, error);
    if (password == NULL || !cage_enter(&cage_rules, error))
        return FALSE;
    Stream *stream = stream_open(&task->server, error);
    g_autoptr(Imap) imap = stream != NULL ? imap_open(stream, task->user, password, error) : NULL;
    return imap != NULL && read_folder(imap, task, error);
}

int main(void)
{
    char line[MAX_LINE];
    Task task = {0};
    i18n_init();
    link_library_init();
    json_t *settings = read_line(line) ? json_loads(line, 0, NULL) : NULL;
    if (settings == NULL || !read_task(settings, &task)) {
        json_decref(settings);
        return fail(_("songfa-reports 由 songfad 启动，不单独使用"));
    }
    g_autoptr(GError) error = NULL;
    gboolean ok = run(&task, &error);
    json_decref(settings);
    return ok ? 0 : fail(error->message);
}
