/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfa-reports: the child that reads a mailbox, for reports or for what is handed in. It takes its settings from
 * the first line of standard input, says in lines of JSON which mail it begins with and what is in it, and goes on
 * when the mail is answered with "seen" (mark it as read), "left" or "move"; anything else ends it. When
 * all is read it waits for more, where the server tells. It never sees the store. */
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
#include "daemon/intake/letter.h"

/* A report says all in its first parts; what is returned behind them may be cut. A file is told in pieces. */
enum { MAX_REPORT = 262144, MAX_LINE = 8192, MAX_PIECE = 49152 };

/* IDLE is given up and asked for again before 29 minutes are over (RFC 2177); what came in a burst is read
 * in one go. */
enum { IDLE_SECONDS = 28 * 60, BURST_MICROSECONDS = 300000 };

static const CageRules cage_rules = {.network = TRUE, .memory = (gsize)512 << 20, .cpu = 60};

typedef struct Task Task;

/* What the mails are read for. */
typedef struct {
    const char *name;
    gboolean (*read)(json_t *settings, Task *task);
    /* Says what is in it; FALSE when nobody wants to hear it. */
    gboolean (*tell)(const Task *task, guint32 uidvalidity, guint32 uid, GBytes *mail);
} Job;

struct Task {
    const Job *job;
    StreamServer server;
    const char *user, *password_file, *folder;
    guint32 uidvalidity, after; /* how far the store has it */
    gboolean idle;
    guint32 max_mail;           /* bytes */
    const char *refused;        /* where "move" moves to, or NULL */
    LetterRules letters;
};

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

/* ---- a report ---- */

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

static gboolean read_reports(json_t *settings G_GNUC_UNUSED, Task *task)
{
    task->max_mail = MAX_REPORT;
    return TRUE;
}

static gboolean tell_report(const Task *task G_GNUC_UNUSED, guint32 uidvalidity, guint32 uid, GBytes *mail)
{
    gsize length;
    const char *data = g_bytes_get_data(mail, &length);
    g_autoptr(Report) report = report_parse(data, length);
    print_line(json_pack("{s:I, s:I, s:I, s:b, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:o}", "uidvalidity",
                         (json_int_t)uidvalidity, "uid", (json_int_t)uid, "date", (json_int_t)report->date, "says_more",
                         report->says_more, "from", report->from, "subject", report->subject, "token", report->token,
                         "envelope_id", report->envelope_id, "message_id", report->message_id, "issue_label",
                         report->issue_label, "outcomes", outcomes_json(report)));
    return TRUE;
}

/* ---- what is handed in ---- */

static gboolean read_letters(json_t *settings, Task *task)
{
    json_int_t max_file, max_mail;
    if (json_unpack(settings, "{s:I, s:I, s?s, s?s}", "max_file", &max_file, "max_mail", &max_mail, "authserv_id",
                    &task->letters.authserv_id, "refused", &task->refused) != 0)
        return FALSE;
    task->letters.max_file = (gsize)max_file;
    task->max_mail = (guint32)max_mail;
    return max_file > 0 && max_mail > 0 && max_mail < G_MAXUINT32;
}

static json_t *left_json(const Letter *letter)
{
    json_t *list = json_array();
    for (guint i = 0; i < letter->left->len; i++) {
        const LetterLeft *left = g_ptr_array_index(letter->left, i);
        json_array_append_new(list, json_pack("{s:s, s:s*, s:s*}", "why", letter_why_name(left->why), "name",
                                              left->name, "with", left->with));
    }
    return list;
}

static json_t *recipients_json(const Letter *letter)
{
    json_t *list = json_array();
    for (guint i = 0; i < letter->recipients->len; i++)
        json_array_append_new(list, json_string(letter->recipients->pdata[i]));
    return list;
}

static void print_file(const LetterFile *file)
{
    gsize size;
    const guchar *data = g_bytes_get_data(file->bytes, &size);
    print_line(json_pack("{s:s, s:I}", "file", file->name, "size", (json_int_t)size));
    for (gsize at = 0; at < size; at += MAX_PIECE) {
        g_autofree char *piece = g_base64_encode(data + at, MIN(size - at, MAX_PIECE));
        print_line(json_pack("{s:s}", "bytes", piece));
    }
}

/* The files are told only of a mail whose writer may hand in. */
static gboolean tell_letter(const Task *task, guint32 uidvalidity, guint32 uid, GBytes *mail)
{
    gsize length;
    char answer[MAX_LINE];
    LetterRules rules = task->letters;
    const char *data = g_bytes_get_data(mail, &length);
    rules.cut = length > task->max_mail;
    g_autoptr(Letter) letter = letter_read(data, length, &rules);
    print_line(json_pack("{s:b, s:I, s:I, s:b, s:s*, s:s*, s:s*, s:s*, s:s*, s:o, s:o}", "letter", 1, "uidvalidity",
                         (json_int_t)uidvalidity, "uid", (json_int_t)uid, "automatic", letter->automatic, "from",
                         letter->from, "proof", letter->proof, "subject", letter->subject, "message_id",
                         letter->message_id, "references", letter->references, "recipients",
                         recipients_json(letter), "left", left_json(letter)));
    if (!read_line(answer))
        return FALSE;
    for (guint i = 0; i < letter->files->len && strcmp(answer, "take") == 0; i++)
        print_file(g_ptr_array_index(letter->files, i));
    print_line(json_pack("{s:b}", "end", 1));
    return TRUE;
}

static const Job jobs[] = {
    {"reports", read_reports, tell_report},
    {"letters", read_letters, tell_letter},
};

/* ---- one mail ---- */

/* What cannot be moved stays where it is, to be looked at there. */
static void move_away(Imap *imap, guint32 uid, const char *folder)
{
    g_autoptr(GError) error = NULL;
    if (folder != NULL && !imap_move(imap, uid, folder, &error))
        print_line(json_pack("{s:s}", "trouble", error->message));
}

static gboolean obey(Imap *imap, const Task *task, guint32 uid, const char *answer)
{
    if (strcmp(answer, "seen") == 0)
        imap_mark_seen(imap, uid);
    else if (strcmp(answer, "move") == 0)
        move_away(imap, uid, task->refused);
    else
        return strcmp(answer, "left") == 0;
    return TRUE;
}

/* FALSE when the round is over. */
static gboolean handle(Imap *imap, const Task *task, guint32 uidvalidity, guint32 uid, GError **error)
{
    char answer[MAX_LINE];
    GError *failed = NULL;
    print_line(json_pack("{s:I, s:I}", "reading", (json_int_t)uid, "uidvalidity", (json_int_t)uidvalidity));
    g_autoptr(GBytes) mail = imap_fetch(imap, uid, task->max_mail + 1, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (mail == NULL)
        return TRUE;
    if (!task->job->tell(task, uidvalidity, uid, mail) || !read_line(answer))
        return FALSE;
    crash_point(CRASH_REPORT_ANSWERED);
    return obey(imap, task, uid, answer);
}

/* ---- a round ---- */

/* The daemon says nothing while the reader waits, but that it is over. */
static gboolean is_called_off(void)
{
    struct pollfd daemon = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&daemon, 1, 0) > 0;
}

/* The mails behind *after; TRUE when all of them are handled. */
static gboolean read_new(Imap *imap, const Task *task, guint32 uidvalidity, guint32 *after, GError **error)
{
    g_autoptr(GArray) uids = imap_list(imap, *after, error);
    if (uids == NULL)
        return FALSE;
    for (guint i = 0; i < uids->len; i++) {
        guint32 uid = g_array_index(uids, guint32, i);
        if (!handle(imap, task, uidvalidity, uid, error))
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
    while (read_new(imap, task, uidvalidity, &after, &failed) && task->idle && imap_can_wait(imap)) {
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

/* ---- the settings ---- */

static const Job *find_job(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++)
        if (strcmp(jobs[i].name, name) == 0)
            return &jobs[i];
    return NULL;
}

/* Texts are lent from settings. */
static gboolean read_task(json_t *settings, Task *task)
{
    const char *job;
    int port, tls, timeout, idle;
    json_int_t uidvalidity, after;
    if (json_unpack(settings, "{s:s, s:s, s:i, s:i, s?s, s:i, s:s, s:s, s:s, s:b, s:I, s:I}", "job", &job, "host",
                    &task->server.host, "port", &port, "tls", &tls, "ca_file", &task->server.ca_file, "timeout",
                    &timeout, "user", &task->user, "password_file", &task->password_file, "folder", &task->folder,
                    "idle", &idle, "uidvalidity", &uidvalidity, "after", &after) != 0)
        return FALSE;
    task->job = find_job(job);
    task->server.port = (guint16)port;
    task->server.tls = (Tls)tls;
    task->server.timeout = timeout;
    task->uidvalidity = (guint32)uidvalidity;
    task->after = (guint32)after;
    task->idle = idle != 0;
    return task->job != NULL && task->job->read(json_object_get(settings, "settings"), task);
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
