/* SPDX-License-Identifier: GPL-3.0-or-later
 * Standard output and standard error of songfactl. */
#include "daemon/ctl/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/base/i18n.h"

static int first_errno = 0;

static void note_failure(void)
{
    if (first_errno == 0)
        first_errno = errno;
}

void output_bytes(const char *bytes, gsize length)
{
    if (first_errno == 0 && fwrite(bytes, 1, length, stdout) != length)
        note_failure();
}

void output_text(const char *text)
{
    output_bytes(text, strlen(text));
}

void output_print(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_autofree char *text = g_strdup_vprintf(format, values);
    va_end(values);
    output_text(text);
}

/* As the user says by COLUMNS, or the terminal; 0 = no terminal, or one that does not say. */
static int terminal_width(void)
{
    struct winsize size = {0};
    const char *said = g_getenv("COLUMNS");
    guint64 columns = 0;
    if (!isatty(STDOUT_FILENO))
        return 0;
    if (said != NULL && g_ascii_string_to_unsigned(said, 10, 1, G_MAXINT, &columns, NULL))
        return (int)columns;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void output_table(Table *table, TableFormat format)
{
    if (format == TABLE_TEXT && table_rows(table) == 0) {
        output_text(_("没有可列的内容。\n"));
        return;
    }
    table_fit(table, terminal_width());
    g_autofree char *text = table_write(table, format);
    output_text(text);
}

/* What was typed or read is told back in errors: a terminal must not act on it. */
static void blank_controls(char *text)
{
    for (char *p = text; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p) && *p != '\n')
            *p = ' ';
}

void output_error(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_autofree char *text = g_strdup_vprintf(format, values);
    va_end(values);
    blank_controls(text);
    fprintf(stderr, "songfactl: %s\n", text);
}

gboolean output_flush(void)
{
    if (fflush(stdout) != 0)
        note_failure();
    if (first_errno == 0 || first_errno == EPIPE)
        return TRUE;
    output_error(_("结果没有写完：%s。请看磁盘是否已满，再做一次"), g_strerror(first_errno));
    return FALSE;
}
