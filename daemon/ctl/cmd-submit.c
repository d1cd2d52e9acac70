/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl submit: hands a finished file to the daemon, and waits to hear what became of it. */
#include "songfa-build.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/words.h"
#include "daemon/intake/claim.h"
#include "daemon/store/deliveries.h"

#define FILE_MODE 0644 /* the daemon may be another user; the spool keeps others out */
#define WAIT_DEFAULT 30
#define WAIT_MAX 86400
#define POLL_INTERVAL (G_USEC_PER_SEC / 20)

/* One file on its way. */
typedef struct {
    const char *name;
    char *digest;
    char *place;      /* where it was put, NULL when it did not come to that */
    StoreIssue *row;  /* what became of it */
} Submission;

static void submission_free(gpointer data)
{
    Submission *submission = data;
    g_free(submission->digest);
    g_free(submission->place);
    store_issue_free(submission->row);
    g_free(submission);
}

static gboolean fail(const char *what, const char *place, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, _("%s %s：%s。请看文件夹权限和磁盘空间"), what, place,
                g_strerror(errno));
    return FALSE;
}

/* What root makes belongs to whom the folder belongs to, or the daemon could not take it. */
static gboolean give_to_owner(const char *path, const char *folder, GError **error)
{
    GStatBuf info;
    if (geteuid() != 0)
        return TRUE;
    if (g_stat(folder, &info) == 0 && lchown(path, info.st_uid, info.st_gid) == 0)
        return TRUE;
    return fail(_("写不了"), path, error);
}

/* The incoming folder, made when the daemon has not made it yet; caller frees. */
static char *incoming_folder(const Config *config, GError **error)
{
    g_autofree char *folder = g_build_filename(config->spool, "incoming", NULL);
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&folder);
    if (g_mkdir_with_parents(folder, 0770) != 0) {
        fail(_("建不了文件夹"), folder, error);
        return NULL;
    }
    return give_to_owner(folder, config->spool, error) ? g_steal_pointer(&folder) : NULL;
}

static gboolean write_durably(const char *place, GBytes *bytes, GError **error)
{
    gsize length, done = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    int fd = g_open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return fail(_("写不了"), place, error);
    gssize n = 0;
    while (done < length && (n = write(fd, data + done, length - done)) > 0)
        done += (gsize)n;
    gboolean good = done == length && fsync(fd) == 0;
    if (!good)
        fail(_("写不了"), place, error);
    close(fd);
    if (!good)
        g_unlink(place);
    return good;
}

/* The hidden file gets its name, or name-2, name-3 … when one waits there already. */
static char *give_name(const char *hidden, const char *folder, const char *name, GError **error)
{
    const char *dot = strrchr(name, '.');
    gsize stem = dot != NULL && dot != name ? (gsize)(dot - name) : strlen(name);
    for (int i = 1; i < 1000; i++) {
        g_autofree char *tail = i > 1 ? g_strdup_printf("-%d", i) : g_strdup("");
        g_autofree char *tried = g_strdup_printf("%.*s%s%s", (int)stem, name, tail, name + stem);
        g_autofree char *place = g_build_filename(folder, tried, NULL);
        if (renameat2(AT_FDCWD, hidden, AT_FDCWD, place, RENAME_NOREPLACE) == 0)
            return g_steal_pointer(&place);
        if (errno != EEXIST)
            break;
    }
    fail(_("放不进"), folder, error);
    return NULL;
}

static char *put_into_incoming(Ctl *ctl, const char *name, GBytes *bytes, GError **error)
{
    g_autofree char *folder = incoming_folder(ctl->config, error);
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *token = ident_token(8);
    g_autofree char *hidden_name = g_strdup_printf(".%s.part", token);
    if (folder == NULL)
        return NULL;
    g_autofree char *hidden = g_build_filename(folder, hidden_name, NULL);
    if (!write_durably(hidden, bytes, error))
        return NULL;
    char *place = give_to_owner(hidden, folder, error) ? give_name(hidden, folder, base, error) : NULL;
    if (place == NULL)
        g_unlink(hidden);
    return place;
}

/* A name that the daemon would pass over is refused here, where somebody reads the answer. */
static gboolean check_name(const char *name, GError **error)
{
    g_autofree char *base = g_path_get_basename(name);
    if (strcmp(name, "-") != 0 && !claim_is_temporary(base))
        return TRUE;
    g_autofree char *shown = g_filename_display_name(name);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("“%s”是临时文件的名字，不会处理。请改用定稿的文件名"), shown);
    return FALSE;
}

/* Scanned first: a classified file does not get as far as the spool. */
static gboolean hand_in(Ctl *ctl, Submission *submission, GError **error)
{
    const char *name = submission->name;
    g_autoptr(GBytes) bytes = NULL;
    if (!check_name(name, error) ||
        (bytes = input_bytes(name, ctl->config->max_file_size, error)) == NULL)
        return FALSE;
    g_autoptr(Issue) issue = input_issue_of_bytes(ctl, bytes, name);
    if (issue->verdict == ISSUE_REFUSED) {
        g_autofree char *shown = g_filename_display_name(name);
        input_say_reasons(issue);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s 没有交出，也没有留下副本"), shown);
        return FALSE;
    }
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);
    submission->digest = ident_sha256(data, length);
    g_autoptr(StoreIssue) known = store_issue_by_digest(ctl->store, submission->digest, NULL);
    if (known != NULL && strcmp(known->state, "held") != 0)
        submission->row = g_steal_pointer(&known);
    else
        submission->place = put_into_incoming(ctl, name, bytes, error);
    return submission->row != NULL || submission->place != NULL;
}

/* The daemon is done with a file when it has filed it and its row is there. */
static gboolean is_answered(Ctl *ctl, Submission *submission)
{
    if (submission->row == NULL && !g_file_test(submission->place, G_FILE_TEST_EXISTS))
        submission->row = store_issue_by_digest(ctl->store, submission->digest, NULL);
    return submission->row != NULL;
}

static void wait_for_answers(Ctl *ctl, const GPtrArray *submissions, gint64 seconds)
{
    gint64 end = clock_monotonic() + seconds * CLOCK_SECOND;
    for (;;) {
        guint answered = 0;
        for (guint i = 0; i < submissions->len; i++)
            answered += is_answered(ctl, submissions->pdata[i]) ? 1 : 0;
        if (answered == submissions->len || clock_monotonic() >= end)
            return;
        g_usleep(POLL_INTERVAL);
    }
}

static void say_silence(const Submission *submission, gint64 seconds)
{
    g_autofree char *place = g_filename_display_name(submission->place);
    if (seconds == 0)
        output_print(_("已放入 %s，等 songfad 处理。\n"), place);
    else
        output_error(_("等了 %" PRId64 " 秒没有结论，songfad 似乎没有运行（看：songfactl status）。"
                       "文件留在 %s，songfad 启动后会处理"), seconds, place);
}

/* What was planned: mails, and paper copies against what the issue declares. */
static void say_plan(Ctl *ctl, const StoreIssue *row)
{
    gint64 counts[DELIVERY_CANCELLED + 1] = {0}, mails = 0;
    StorePrintRun run = {0};
    if (!store_print_run_get(ctl->store, row->id, &run, NULL) ||
        !store_delivery_counts(ctl->store, row->id, counts, NULL))
        return;
    for (int state = 0; state <= DELIVERY_CANCELLED; state++)
        mails += counts[state];
    output_print(_("  邮件 %" PRId64 " 封，纸质应印 %d 份"), mails, run.computed);
    if (run.declared > 0)
        output_print(_("，标注 %d 份"), run.declared);
    output_text("\n");
}

static void say_answer(Ctl *ctl, const Submission *submission)
{
    const StoreIssue *row = submission->row;
    g_autofree char *label = words_issue(row);
    g_autofree char *reasons = words_reasons(row->reasons);
    if (submission->place == NULL)
        output_text(_("这份文件以前交过，不再送发。"));
    output_print(_("登记号 %" PRId64 "，%s：%s\n"), row->id, label, words_issue_state(row->shown_state));
    say_plan(ctl, row);
    output_text(reasons);
}

static void cell_file(View *view, gconstpointer field)
{
    g_autofree char *shown = g_filename_display_name(*(char *const *)field);
    table_text(view->table, shown);
}

static void cell_id(View *view, gconstpointer record)
{
    const Submission *submission = record;
    if (submission->row != NULL)
        table_int(view->table, submission->row->id);
    else
        table_null(view->table);
}

static void cell_identity(View *view, gconstpointer record)
{
    const Submission *submission = record;
    table_text(view->table, submission->row != NULL ? submission->row->identity : NULL);
}

static void cell_state(View *view, gconstpointer record)
{
    const Submission *submission = record;
    table_text(view->table, submission->row != NULL ? submission->row->shown_state : NULL);
}

static int report(Ctl *ctl, const GPtrArray *submissions, gint64 seconds)
{
    static const ViewColumn columns[] = {
        {"file", N_("文件"), 0, VIEW_ALL, cell_file, G_STRUCT_OFFSET(Submission, name)},
        {"issue", N_("登记号"), 0, VIEW_ALL, cell_id, 0},
        {"identity", N_("期次"), 0, VIEW_ALL, cell_identity, 0},
        {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    };
    int code = 0;
    for (guint i = 0; i < submissions->len; i++) {
        const Submission *submission = submissions->pdata[i];
        if (submission->row == NULL)
            say_silence(submission, seconds);
        else if (ctl->format == TABLE_TEXT)
            say_answer(ctl, submission);
        if (submission->row == NULL ? seconds > 0 : strcmp(submission->row->state, "held") == 0)
            code = 1;
    }
    if (ctl->format != TABLE_TEXT)
        view_print(columns, G_N_ELEMENTS(columns), submissions, ctl->format, NULL);
    return code;
}

int cmd_submit(Ctl *ctl, const Args *args, GError **error)
{
    gint64 seconds;
    int code = 0;
    if (!args_int(args, "wait", 0, WAIT_MAX, WAIT_DEFAULT, &seconds, error))
        return 2;
    g_autoptr(GPtrArray) submissions = g_ptr_array_new_with_free_func(submission_free);
    for (guint i = 0; i < args_count(args); i++) {
        g_autoptr(GError) fault = NULL;
        Submission *submission = g_new0(Submission, 1);
        submission->name = args_word(args, i);
        if (hand_in(ctl, submission, &fault)) {
            g_ptr_array_add(submissions, submission);
            continue;
        }
        submission_free(submission);
        output_error("%s", fault->message);
        code = MAX(code, songfa_error_exit_code(fault));
    }
    wait_for_answers(ctl, submissions, seconds);
    int answer = report(ctl, submissions, seconds);
    return MAX(code, answer);
}
