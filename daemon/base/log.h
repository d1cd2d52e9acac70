/* SPDX-License-Identifier: GPL-3.0-or-later
 * The log: one line an event, key=value with English keys, to standard error.
 * Only the edges log (main, pipeline, engine); no personal data beyond ids at info level. */
#ifndef SONGFA_BASE_LOG_H
#define SONGFA_BASE_LOG_H

#include <glib.h>

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } LogLevel;

/* Events above this level are dropped; the default is LOG_LEVEL_INFO. */
void log_set_level(LogLevel level);

/* Debug events of these comma-separated subsystems ("smtp,intake") are let through at any level;
 * NULL for none. Any thread, also while others log. */
void log_set_trace(const char *subsystems);

/* From now on to syslog (facility mail) instead of standard error, for a daemon in the background. */
void log_to_syslog(const char *program);

/* TRUE when a debug event of the subsystem would be written: ask before building costly text. */
gboolean log_traces(const char *subsystem);

/* Writes "TIME LEVEL subsystem event key=value …"; pairs of key and value end with NULL; a NULL
 * value leaves its key out; values with blanks, quotes or control characters are quoted. */
void log_event(LogLevel level, const char *subsystem, const char *event, ...) G_GNUC_NULL_TERMINATED;

#endif
