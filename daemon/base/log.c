/* SPDX-License-Identifier: GPL-3.0-or-later
 * The log: one key=value line an event, written with a single write so that threads do not mix. */
#include "daemon/base/log.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "daemon/base/clock.h"

static LogLevel threshold = LOG_LEVEL_INFO;
static const char *traced = NULL; /* interned: other threads read it while it changes */
static gboolean to_syslog = FALSE;

void log_set_level(LogLevel level)
{
    threshold = level;
}

void log_set_trace(const char *subsystems)
{
    g_atomic_pointer_set(&traced, g_intern_string(subsystems));
}

void log_to_syslog(const char *program)
{
    openlog(program, LOG_PID, LOG_MAIL);
    to_syslog = TRUE;
}

/* Whether the word is one of a list separated by commas. */
static gboolean lists(const char *list, const char *word)
{
    gsize length = strlen(word);
    for (const char *p = list; p != NULL; p = strchr(p, ',') != NULL ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, word, length) == 0 && (p[length] == ',' || p[length] == '\0'))
            return TRUE;
    return FALSE;
}

gboolean log_traces(const char *subsystem)
{
    const char *list = g_atomic_pointer_get(&traced);
    return threshold >= LOG_LEVEL_DEBUG || (list != NULL && lists(list, subsystem));
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

/* The written form of a second is made once: a busy engine logs thousands of lines in it. */
static void append_time(GString *line)
{
    static GMutex lock;
    static gint64 second = -1;
    static char text[40];
    gint64 now = clock_now();
    g_mutex_lock(&lock);
    if (now / CLOCK_SECOND != second) {
        g_autofree char *time = clock_rfc3339(now);
        g_strlcpy(text, time, sizeof(text));
        second = now / CLOCK_SECOND;
    }
    g_string_append(line, text);
    g_mutex_unlock(&lock);
    g_string_append_c(line, ' ');
}

static void emit(LogLevel level, GString *line)
{
    static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
    if (to_syslog) {
        syslog(priorities[level], "%s", line->str);
        return;
    }
    g_string_append_c(line, '\n');
    if (write(STDERR_FILENO, line->str, line->len) < 0)
        return; /* nowhere left to say so */
}

void log_event(LogLevel level, const char *subsystem, const char *event, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > threshold && !(level == LOG_LEVEL_DEBUG && log_traces(subsystem)))
        return;
    g_autoptr(GString) line = g_string_sized_new(400);
    if (!to_syslog)
        append_time(line);
    const char *const words[] = {names[level], " ", subsystem, " ", event};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_string_append(line, words[i]);
    va_list pairs;
    va_start(pairs, event);
    for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
        const char *value = va_arg(pairs, const char *);
        if (value == NULL)
            continue;
        g_string_append_c(line, ' ');
        g_string_append(line, key);
        g_string_append_c(line, '=');
        append_value(line, value);
    }
    va_end(pairs);
    emit(level, line);
}
