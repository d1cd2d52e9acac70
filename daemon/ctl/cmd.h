/* SPDX-License-Identifier: GPL-3.0-or-later
 * The commands by family; what each does is said once, in the table of commands.c. */
#ifndef SONGFA_CTL_CMD_H
#define SONGFA_CTL_CMD_H

#include "daemon/ctl/ctl.h"

/* cmd-read.c */
int cmd_parse(Ctl *ctl, const Args *args, GError **error);
int cmd_terms(Ctl *ctl, const Args *args, GError **error);

/* cmd-resolve.c */
int cmd_resolve(Ctl *ctl, const Args *args, GError **error);

/* cmd-explain.c */
int cmd_explain(Ctl *ctl, const Args *args, GError **error);

/* cmd-choose.c */
int cmd_gaps(Ctl *ctl, const Args *args, GError **error);
int cmd_correct(Ctl *ctl, const Args *args, GError **error);
int cmd_choose(Ctl *ctl, const Args *args, GError **error);

/* cmd-plan.c */
int cmd_plan(Ctl *ctl, const Args *args, GError **error);

/* cmd-submit.c */
int cmd_submit(Ctl *ctl, const Args *args, GError **error);

/* cmd-issues.c */
int cmd_issues(Ctl *ctl, const Args *args, GError **error);
int cmd_show(Ctl *ctl, const Args *args, GError **error);
int cmd_preview(Ctl *ctl, const Args *args, GError **error);

/* cmd-decide.c */
int cmd_release(Ctl *ctl, const Args *args, GError **error);
int cmd_hold(Ctl *ctl, const Args *args, GError **error);

/* cmd-calendar.c */
int cmd_calendar(Ctl *ctl, const Args *args, GError **error);

/* cmd-resend.c */
int cmd_settle(Ctl *ctl, const Args *args, GError **error);
int cmd_resend(Ctl *ctl, const Args *args, GError **error);

/* cmd-stop.c */
int cmd_pause(Ctl *ctl, const Args *args, GError **error);
int cmd_resume(Ctl *ctl, const Args *args, GError **error);
int cmd_cancel(Ctl *ctl, const Args *args, GError **error);
int cmd_release_store(Ctl *ctl, const Args *args, GError **error);

/* cmd-queue.c */
int cmd_queue(Ctl *ctl, const Args *args, GError **error);

/* cmd-relays.c */
int cmd_relays(Ctl *ctl, const Args *args, GError **error);

/* cmd-trace.c */
int cmd_trace(Ctl *ctl, const Args *args, GError **error);

/* cmd-log.c */
int cmd_log(Ctl *ctl, const Args *args, GError **error);

/* cmd-prints.c */
int cmd_prints(Ctl *ctl, const Args *args, GError **error);

/* cmd-reports.c */
int cmd_letters(Ctl *ctl, const Args *args, GError **error);
int cmd_reports(Ctl *ctl, const Args *args, GError **error);

/* cmd-sign.c */
int cmd_sign(Ctl *ctl, const Args *args, GError **error);

/* cmd-token.c */
int cmd_token(Ctl *ctl, const Args *args, GError **error);

/* cmd-audit.c */
int cmd_audit(Ctl *ctl, const Args *args, GError **error);
int cmd_verify(Ctl *ctl, const Args *args, GError **error);

/* cmd-status.c */
int cmd_status(Ctl *ctl, const Args *args, GError **error);

/* cmd-selftest.c */
int cmd_selftest(Ctl *ctl, const Args *args, GError **error);

/* cmd-directory.c */
int cmd_directory(Ctl *ctl, const Args *args, GError **error);

/* cmd-import.c: directory import */
int cmd_import(Ctl *ctl, const Args *args, GError **error);

/* cmd-check.c, cmd-history.c: directory check, history, undo; the history of one record */
int cmd_directory_check(Ctl *ctl, const Args *args, GError **error);
int cmd_directory_history(Ctl *ctl, const Args *args, GError **error);
int cmd_directory_undo(Ctl *ctl, const Args *args, GError **error);
int cmd_history_of_record(Ctl *ctl, const Args *args, GError **error);

/* cmd-handover.c */
int cmd_handover(Ctl *ctl, const Args *args, GError **error);

/* cmd-records.c */
int cmd_records(Ctl *ctl, const Args *args, GError **error);

/* commands.c */
int cmd_help(Ctl *ctl, const Args *args, GError **error);

#endif
