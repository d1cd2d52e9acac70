/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfa-reports: the child that reads the mailbox for reports. It takes its settings from the first
 * line of standard input, gives one line of JSON a mail, and goes on when the mail is answered with
 * "seen" (mark it as read) or "left"; anything else ends it. It never sees the store. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/dispatch/cage.h"
#include "daemon/dispatch/imap.h"
#include "daemon/dispatch/link.h"
#include "daemon/dispatch/report.h"
#include "daemon/dispatch/secret.h"

/* A report says all in its first parts; what is returned behind them may be cut. */
enum { MAX_MAIL = 262144, MAX_LINE = 8192 };

typedef struct {
    StreamServer server;
    const char *user, *password_file, *folder;
    guint32 uidvalidity, after; /* how far the store has it */
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
    int port, tls, timeout;
    json_int_t uidvalidity, after;
    if (json_unpack(settings, "{s:s, s:i, s:b, s?s, s:i, s:s, s:s, s:s, s:I, s:I}", "host", &task->server.host,
                    "port", &port, "tls", &tls, "ca_file", &task->server.ca_file, "timeout", &timeout, "user",
                    &task->user, "password_file", &task->password_file, "folder", &task->folder, "uidvalidity",
                    &uidvalidity, "after", &after) != 0)
        return FALSE;
    task->server.port = (guint16)port;
    task->server.tls = tls != 0;
    task->server.timeout = timeout;
    task->uidvalidity = (guint32)uidvalidity;
    task->after = (guint32)after;
    return TRUE;
}

/* ---- one mail ---- */

static void print_report(guint32 uidvalidity, guint32 uid, GBytes *mail)
{
    gsize length;
    const char *data = g_bytes_get_data(mail, &length);
    g_autoptr(Report) report = report_parse(data, length);
    print_line(json_pack("{s:I, s:I, s:s, s:i, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "uidvalidity",
                         (json_int_t)uidvalidity, "uid", (json_int_t)uid, "kind",
                         report_kind_name(report->kind), "reply_code", report->reply_code, "status",
                         report->status, "text", report->text, "recipient", report->recipient, "token",
                         report->token, "envelope_id", report->envelope_id, "message_id",
                         report->message_id, "issue_label", report->issue_label));
}

/* FALSE when the round is over. */
static gboolean handle(Imap *imap, guint32 uidvalidity, guint32 uid, GError **error)
{
    char answer[MAX_LINE];
    GError *failed = NULL;
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
    if (strcmp(answer, "seen") == 0)
        imap_mark_seen(imap, uid);
    return strcmp(answer, "seen") == 0 || strcmp(answer, "left") == 0;
}

/* ---- a round ---- */

static gboolean read_folder(Imap *imap, const Task *task, GError **error)
{
    guint32 uidvalidity;
    if (!imap_select(imap, task->folder, &uidvalidity, error))
        return FALSE;
    g_autoptr(GArray) uids = imap_list(imap, uidvalidity == task->uidvalidity ? task->after : 0, error);
    if (uids == NULL)
        return FALSE;
    GError *failed = NULL;
    for (guint i = 0; i < uids->len; i++)
        if (!handle(imap, uidvalidity, g_array_index(uids, guint32, i), &failed))
            break;
    if (failed != NULL)
        g_propagate_error(error, failed);
    return failed == NULL;
}

/* The password is read with the rights of the daemon, all that is hostile without them. */
static gboolean run(const Task *task, GError **error)
{
    g_autoptr(Secret) password = secret_read(task->password_file, error);
    if (password == NULL || !cage_enter(error))
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
