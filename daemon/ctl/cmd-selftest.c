/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl selftest: what the crash proof found, in plain words. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/i18n.h"
#include "daemon/config.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/selftest/selftest.h"

enum {
    KILLS = 20, KILLS_MOST = 10000,
    RECIPIENTS = 100, RECIPIENTS_MOST = 5000,
    SECONDS = 15, SECONDS_MOST = 86400
};

/* Beside the store that is in use, if there is one and it may be written: that is the disk to be tried. */
static char *usual_folder(const Ctl *ctl)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)config_problem_free);
    g_autoptr(Config) config = config_load(ctl->config_file, problems);
    g_autofree char *folder = config != NULL ? g_path_get_dirname(config->store) : NULL;
    if (folder != NULL && access(folder, W_OK | X_OK) == 0)
        return g_steal_pointer(&folder);
    return g_strdup(g_get_tmp_dir());
}

/* --- while it works */

static const char *verdict_word(GroundVerdict verdict)
{
    static const char *const words[] = {
        [GROUND_GOOD] = N_("可以"), [GROUND_DOUBT] = N_("注意"), [GROUND_BAD] = N_("不行")};
    return _(words[verdict]);
}

static void tell_folder(gpointer user, const char *folder)
{
    (void)user;
    output_print(_("在 %s 里自检：假设一个单位，只在本机之内收发，不发给任何人\n"), folder);
    fflush(stdout);
}

static void tell_finding(gpointer user, const GroundFinding *finding)
{
    (void)user;
    output_print(_("  %s：%s。%s\n"), _(finding->word), verdict_word(finding->verdict), finding->text);
    fflush(stdout);
}

/* One line that changes, for somebody who looks on. */
static void tell_progress(gpointer user, guint kills, guint taken)
{
    const guint *wanted = user;
    g_autofree char *line = g_strdup_printf(_("强行终止 songfad：%u/%u，已收下 %u 封"), kills, *wanted, taken);
    fprintf(stderr, "\r%s\033[K", line);
}

static void end_line(void)
{
    fputs("\r\033[K", stderr);
}

/* --- at the end */

static void print_result(const SelftestReport *report)
{
    gboolean holds = selftest_report_holds(report), few = report->unknown <= report->allowed;
    output_print(few ? _("%u 次强行终止：丢失 %u，重复 %u，结果不明 %u（都在允许的 %u 之内）\n")
                     : _("%u 次强行终止：丢失 %u，重复 %u，结果不明 %u（超过允许的 %u）\n"),
                 report->kills, report->lost, report->repeated, report->unknown, report->allowed);
    output_print(_("  交稿 %u 期，登记 %u 封，服务器收下 %u 封，用时 %.0f 秒\n"), report->issues, report->mails,
                 report->taken, report->seconds);
    if (report->unknown > 0)
        output_text(_("  结果不明：被终止时正等服务器答复的，每条连接至多一封；songfad 记明，不自行再发\n"));
    for (guint i = 0; i < report->problems->len; i++)
        output_print("  %s\n", (char *)report->problems->pdata[i]);
    output_text(holds ? _("保证成立：一封不丢，一封不重，说不准的都记为结果不明。\n")
                      : _("保证不成立。请用 --keep 再做一次，把结果和留下的文件夹交给维护人员。\n"));
}

static json_t *findings_json(const SelftestReport *report)
{
    json_t *list = json_array();
    for (guint i = 0; i < report->findings->len; i++) {
        const GroundFinding *finding = report->findings->pdata[i];
        json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "check", finding->name, "verdict",
                                              ground_verdict_name(finding->verdict), "text", finding->text));
    }
    return list;
}

static json_t *problems_json(const SelftestReport *report)
{
    json_t *list = json_array();
    for (guint i = 0; i < report->problems->len; i++)
        json_array_append_new(list, json_string(report->problems->pdata[i]));
    return list;
}

static void print_json(const SelftestReport *report)
{
    json_t *object = json_pack(
        "{s:b,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:o,s:o}", "holds", selftest_report_holds(report), "kills",
        (int)report->kills, "issues", (int)report->issues, "mails", (int)report->mails, "taken", (int)report->taken,
        "lost", (int)report->lost, "repeated", (int)report->repeated, "unknown", (int)report->unknown, "allowed",
        (int)report->allowed, "unfinished", (int)report->unfinished, "seconds", report->seconds, "checks",
        findings_json(report), "problems", problems_json(report));
    char *text = json_dumps(object, JSON_INDENT(2));
    output_print("%s\n", text);
    free(text);
    json_decref(object);
}

static int print_report(const Ctl *ctl, const SelftestReport *report)
{
    if (report->interrupted) {
        output_error(_("自检被中断，没有结论"));
        return 1;
    }
    if (ctl->format == TABLE_JSON)
        print_json(report);
    else
        print_result(report);
    return selftest_report_holds(report) ? 0 : 1;
}

static gboolean read_options(const Args *args, SelftestSettings *settings, GError **error)
{
    gint64 kills, recipients, seconds;
    /* who asks for a number of kills wants that many */
    gint64 usual = args_has(args, "kills") ? SECONDS_MOST : SECONDS;
    if (!args_int(args, "kills", 1, KILLS_MOST, KILLS, &kills, error) ||
        !args_int(args, "recipients", 1, RECIPIENTS_MOST, RECIPIENTS, &recipients, error) ||
        !args_int(args, "seconds", 1, SECONDS_MOST, usual, &seconds, error))
        return FALSE;
    settings->kills = (guint)kills;
    settings->recipients = (guint)recipients;
    settings->seconds = (int)seconds;
    settings->daemon = args_get(args, "daemon");
    settings->keep = args_has(args, "keep");
    return TRUE;
}

int cmd_selftest(Ctl *ctl, const Args *args, GError **error)
{
    SelftestSettings settings = {0};
    gboolean watched = isatty(STDERR_FILENO), people = ctl->format != TABLE_JSON;
    if (!read_options(args, &settings, error))
        return 2;
    g_autofree char *folder = args_has(args, "folder") ? g_canonicalize_filename(args_get(args, "folder"), NULL)
                                                       : usual_folder(ctl);
    settings.folder = folder;
    SelftestHooks hooks = {people ? tell_folder : NULL, people ? tell_finding : NULL,
                           watched ? tell_progress : NULL, &settings.kills};
    g_autoptr(SelftestReport) report = selftest_run(&settings, &hooks, error);
    if (watched)
        end_line();
    return report != NULL ? print_report(ctl, report) : 3;
}
