/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfactl is handed: files, standard input, and the issues they hold. */
#ifndef SONGFA_CTL_INPUT_H
#define SONGFA_CTL_INPUT_H

#include "daemon/ctl/ctl.h"
#include "daemon/issue/issue.h"
#include "daemon/store/issues.h"

#define INPUT_LIMIT (G_GINT64_CONSTANT(64) << 20) /* bytes, where no configuration says another */

/* The plain file, pipe or standard input ("-"). NULL and an error that names it: NOT_FOUND when it
 * cannot be opened, INPUT when it cannot be read or has more than limit bytes. */
GBytes *input_bytes(const char *name, gint64 limit, GError **error);

/* Likewise as text: UTF-8 with or without byte-order mark, else GB18030. Caller frees. */
char *input_text(const char *name, gint64 limit, GError **error);

/* The issue in that file, with its series where a configuration is open. NULL and error only when
 * the file cannot be opened; a file that cannot be read wholly is a held issue (fail closed). */
Issue *input_issue(Ctl *ctl, const char *name, GError **error);

/* The issue in bytes already read; name is the file's. Never NULL. */
Issue *input_issue_of_bytes(Ctl *ctl, GBytes *bytes, const char *name);

/* The issue a row remembers; NULL and error (INPUT) for a refused one, which has no contents. */
Issue *input_issue_of_row(const StoreIssue *row, GError **error);

/* The reasons of a held or refused issue, to standard error. */
void input_say_reasons(const Issue *issue);

/* The row of that reference; NULL and error (NOT_FOUND) when there is none. */
StoreIssue *input_stored_issue(Ctl *ctl, const char *ref, GError **error);

/* FALSE and error (USAGE) when there is no reason, or nothing but blanks. */
gboolean input_reason(const char *reason, GError **error);

#endif
