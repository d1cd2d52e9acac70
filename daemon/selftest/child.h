/* SPDX-License-Identifier: GPL-3.0-or-later
 * The programs that the self-test runs. None outlives it, however it ends. */
#ifndef SONGFA_SELFTEST_CHILD_H
#define SONGFA_SELFTEST_CHILD_H

#include <glib.h>

/* Starts the program with its output appended to the file log. 0 and error. */
GPid child_start(const char *const *argv, const char *log, GError **error);
/* The same, and waits for its end: FALSE and error with what it said when it is not 0. */
gboolean child_run(const char *const *argv, const char *log, GError **error);

/* TRUE when it has ended; then *status is as waitpid() gives it, and pid no more. */
gboolean child_has_ended(GPid pid, int *status);
/* kill -9, it and what it started; gone when it returns. */
void child_kill(GPid pid);
/* Asks it to end, and kills it after that many seconds. TRUE when it ended by itself with 0. */
gboolean child_stop(GPid pid, int seconds);

/* The last line of a log, for an error message; caller frees. */
char *child_last_line(const char *log);

#endif
