/* SPDX-License-Identifier: GPL-3.0-or-later
 * The log: one key=value line an event, written with a single write so that threads do not mix. */
#include "daemon/base/log.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "daemon/base/clock.h"

static LogLevel threshold = LOG_LEVEL_INFO;
static char **traced = NULL;
static gboolean to_syslog = FALSE;

void log_set_level(LogLevel level)
{
    threshold = level;
}

void log_set_trace(const char *subsystems)
{
    g_strfreev(traced);
    traced = subsystems != NULL ? g_strsplit(subsystems, ",", -1) : NULL;
}

void log_to_syslog(const char *program)
{
    openlog(program, LOG_PID, LOG_MAIL);
    to_syslog = TRUE;
}

gboolean log_traces(const char *subsystem)
{
    return threshold >= LOG_LEVEL_DEBUG ||
           (traced != NULL && g_strv_contains((const char *const *)traced, subsystem));
}

static gboolean is_plain(const char *value)
{
    if (*value == '\0')
        return FALSE;
    for (const char *p = value; *p != '\0'; p++)
        if ((guchar)*p <= ' ' || *p == '"' || *p == '\\' || *p == '=' || *p == 0x7f)
            return FALSE;
    return TRUE;
}

static void append_value(GString *line, const char *value)
{
    if (is_plain(value)) {
        g_string_append(line, value);
        return;
    }
    g_string_append_c(line, '"');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(line, '\\');
        if (*p == '\n')
            g_string_append(line, "\\n");
        else if ((guchar)*p < ' ' || *p == 0x7f)
            g_string_append_printf(line, "\\x%02x", (guchar)*p);
        else
            g_string_append_c(line, *p);
    }
    g_string_append_c(line, '"');
}

static void emit(LogLevel level, GString *line)
{
    static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
    if (to_syslog) {
        syslog(priorities[level], "%s", line->str);
        return;
    }
    g_autofree char *time = clock_rfc3339(clock_now());
    g_string_prepend_c(line, ' ');
    g_string_prepend(line, time);
    g_string_append_c(line, '\n');
    if (write(STDERR_FILENO, line->str, line->len) < 0)
        return; /* nowhere left to say so */
}

void log_event(LogLevel level, const char *subsystem, const char *event, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > threshold && !(level == LOG_LEVEL_DEBUG && log_traces(subsystem)))
        return;
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_printf(line, "%s %s %s", names[level], subsystem, event);
    va_list pairs;
    va_start(pairs, event);
    for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
        const char *value = va_arg(pairs, const char *);
        if (value == NULL)
            continue;
        g_string_append_printf(line, " %s=", key);
        append_value(line, value);
    }
    va_end(pairs);
    emit(level, line);
}
