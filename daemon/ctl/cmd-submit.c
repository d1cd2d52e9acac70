/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl submit: hands a finished file to the daemon, and waits to hear what became of it. */
#include <inttypes.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/hand-in.h"

#define WAIT_DEFAULT 30
#define WAIT_MAX 86400
#define POLL_INTERVAL (G_USEC_PER_SEC / 20)

/* One file on its way. */
typedef struct {
    const char *name;
    gint64 id;        /* of the hand-in */
    char *place;      /* where it was put, NULL when it was known already */
    Answer *answer;   /* NULL = not yet */
} Submission;

static void submission_free(gpointer data)
{
    Submission *submission = data;
    g_free(submission->place);
    answer_free(submission->answer);
    g_free(submission);
}

/* Scanned first: a classified file does not get as far as the spool. */
static gboolean hand_in(Ctl *ctl, Submission *submission, GError **error)
{
    const char *name = submission->name;
    g_autoptr(GBytes) bytes = NULL;
    if (!hand_in_check_name(name, error) || (bytes = input_bytes(name, ctl->config->max_file_size, error)) == NULL)
        return FALSE;
    g_autoptr(Issue) issue = input_issue_of_bytes(ctl, bytes, name);
    if (issue->verdict == ISSUE_REFUSED) {
        g_autofree char *shown = g_filename_display_name(name);
        input_say_reasons(issue);
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s 没有交出，也没有留下副本"), shown);
        return FALSE;
    }
    g_autofree char *origin = g_strconcat("songfactl:", ctl->who, NULL);
    const HandIn what = {.origin = origin, .name = name};
    submission->id = hand_in_put(ctl->config, ctl->store, &what, bytes, &submission->place, error);
    return submission->id != 0;
}

/* The daemon is done with a file when it has filed it and its row is there. */
static gboolean is_answered(Ctl *ctl, Submission *submission)
{
    if (submission->answer != NULL)
        return TRUE;
    if (submission->place != NULL && g_file_test(submission->place, G_FILE_TEST_EXISTS))
        return FALSE;
    g_autoptr(Answer) answer = answer_load(ctl->store, submission->id, NULL);
    if (answer != NULL && answer_is_given(answer))
        submission->answer = g_steal_pointer(&answer);
    return submission->answer != NULL;
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

static void cell_file(View *view, gconstpointer field)
{
    g_autofree char *shown = g_filename_display_name(*(char *const *)field);
    table_text(view->table, shown);
}

static const StoreIssue *issue_of(const Submission *submission)
{
    return submission->answer != NULL ? submission->answer->issue : NULL;
}

static void cell_id(View *view, gconstpointer record)
{
    const StoreIssue *issue = issue_of(record);
    if (issue != NULL)
        table_int(view->table, issue->id);
    else
        table_null(view->table);
}

static void cell_identity(View *view, gconstpointer record)
{
    const StoreIssue *issue = issue_of(record);
    table_text(view->table, issue != NULL ? issue->identity : NULL);
}

static void cell_state(View *view, gconstpointer record)
{
    const StoreIssue *issue = issue_of(record);
    table_text(view->table, issue != NULL ? issue->shown_state : NULL);
}

static void cell_result(View *view, gconstpointer record)
{
    const Submission *submission = record;
    table_text(view->table, submission->answer != NULL ? submission->answer->hand_in->result : "waiting");
}

static void say_answer(const Answer *answer)
{
    g_autofree char *text = answer_text(answer);
    output_text(text);
}

static int report(Ctl *ctl, const GPtrArray *submissions, gint64 seconds)
{
    static const ViewColumn columns[] = {
        {"file", N_("文件"), 0, VIEW_ALL, cell_file, G_STRUCT_OFFSET(Submission, name)},
        {"issue", N_("登记号"), 0, VIEW_ALL, cell_id, 0},
        {"identity", N_("期次"), 0, VIEW_ALL, cell_identity, 0},
        {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
        {"hand_in", N_("来稿号"), 0, VIEW_ALL, view_int64, G_STRUCT_OFFSET(Submission, id)},
        {"result", N_("结果"), 0, VIEW_ALL, cell_result, 0},
    };
    int code = 0;
    for (guint i = 0; i < submissions->len; i++) {
        const Submission *submission = submissions->pdata[i];
        if (submission->answer == NULL)
            say_silence(submission, seconds);
        else if (ctl->format == TABLE_TEXT)
            say_answer(submission->answer);
        if (submission->answer == NULL ? seconds > 0 : strcmp(submission->answer->issue->state, "held") == 0)
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
