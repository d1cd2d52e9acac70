/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and references given on the command line. */
#include "daemon/ctl/input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/output.h"
#include "daemon/document.h"
#include "daemon/issue/series.h"

#define CHUNK 65536

static gboolean fail(const char *name, SongfaError code, const char *why, GError **error)
{
    g_autofree char *shown = g_filename_display_name(name);
    g_set_error(error, SONGFA_ERROR, (int)code, _("读不了文件 %s：%s"), shown, why);
    return FALSE;
}

static int open_input(const char *name, GError **error)
{
    struct stat info;
    int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : g_open(name, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        fail(name, SONGFA_ERROR_NOT_FOUND, g_strerror(errno), error);
    } else if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        fail(name, SONGFA_ERROR_NOT_FOUND, _("这是文件夹，请指明里面的文件"), error);
        close(fd);
        fd = -1;
    }
    return fd;
}

static gboolean read_all(int fd, const char *name, gint64 limit, GByteArray *data, GError **error)
{
    g_autofree guint8 *chunk = g_malloc(CHUNK);
    for (;;) {
        gssize n = read(fd, chunk, CHUNK);
        if (n == 0)
            return TRUE;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(name, SONGFA_ERROR_INPUT, g_strerror(errno), error);
        g_byte_array_append(data, chunk, (guint)n);
        if (data->len > limit) {
            g_autofree char *size = g_format_size((guint64)limit);
            g_autofree char *why = g_strdup_printf(_("超过 %s。请拆开或改小（配置项 max_file_size）"), size);
            return fail(name, SONGFA_ERROR_INPUT, why, error);
        }
    }
}

GBytes *input_bytes(const char *name, gint64 limit, GError **error)
{
    int fd = open_input(name, error);
    if (fd < 0)
        return NULL;
    GByteArray *data = g_byte_array_new();
    gboolean ok = read_all(fd, name, limit, data, error);
    close(fd);
    if (ok)
        return g_byte_array_free_to_bytes(data);
    g_byte_array_unref(data);
    return NULL;
}

static char *decode(const char *text, gsize length)
{
    if (memchr(text, '\0', length) != NULL)
        return NULL;
    if (g_utf8_validate(text, (gssize)length, NULL))
        return g_strndup(text, length);
    return g_convert(text, (gssize)length, "UTF-8", "GB18030", NULL, NULL, NULL);
}

char *input_text(const char *name, gint64 limit, GError **error)
{
    g_autoptr(GBytes) bytes = input_bytes(name, limit, error);
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    gsize mark = length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    char *text = length > 0 ? decode(data + mark, length - mark) : g_strdup("");
    if (text == NULL)
        fail(name, SONGFA_ERROR_INPUT, _("不是 UTF-8 或 GB18030 文字。请另存为 UTF-8 文本再试"), error);
    return text;
}

/* The series, where a configuration says which there are. */
static void recognise(const Config *config, Issue *issue)
{
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(SeriesRule));
    for (guint i = 0; config != NULL && i < config->series->len; i++) {
        const ConfigSeries *series = config->series->pdata[i];
        SeriesRule rule = {series->key, series->title, series->office, series->number_form};
        g_array_append_val(rules, rule);
    }
    if (issue->series == NULL && issue->verdict != ISSUE_REFUSED && rules->len > 0)
        issue->series = g_strdup(series_match(issue, (const SeriesRule *)(void *)rules->data, rules->len));
}

static Issue *held_unread(const char *message)
{
    Issue *issue = issue_new();
    issue->verdict = ISSUE_HELD;
    issue_add_reason(issue, "unreadable", message);
    return issue;
}

Issue *input_issue_of_bytes(Ctl *ctl, GBytes *bytes, const char *name)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    g_autofree char *base = g_path_get_basename(name);
    Issue *issue = document_issue(data != NULL ? data : (const guint8 *)"", length, base, NULL);
    recognise(ctl->config, issue);
    return issue;
}

Issue *input_issue(Ctl *ctl, const char *name, GError **error)
{
    g_autoptr(GError) fault = NULL;
    gint64 limit = ctl->config != NULL ? ctl->config->max_file_size : INPUT_LIMIT;
    g_autoptr(GBytes) bytes = input_bytes(name, limit, &fault);
    if (bytes != NULL)
        return input_issue_of_bytes(ctl, bytes, name);
    if (g_error_matches(fault, SONGFA_ERROR, SONGFA_ERROR_INPUT))
        return held_unread(fault->message);
    g_propagate_error(error, g_steal_pointer(&fault));
    return NULL;
}

Issue *input_issue_of_row(const StoreIssue *row, GError **error)
{
    if (row->json != NULL)
        return issue_from_json(row->json, error);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("“%s”没有读出内容（拒收的文件只留原因）。看原因：songfactl show %" PRId64),
                row->file_name, row->id);
    return NULL;
}

void input_say_reasons(const Issue *issue)
{
    for (guint i = 0; i < issue->reasons->len; i++)
        output_error("%s", ((const IssueReason *)issue->reasons->pdata[i])->message);
}

StoreIssue *input_stored_issue(Ctl *ctl, const char *ref, GError **error)
{
    g_autoptr(GError) fault = NULL;
    StoreIssue *issue = store_issue_by_ref(ctl->store, ref, &fault);
    if (fault != NULL)
        g_propagate_error(error, g_steal_pointer(&fault));
    else if (issue == NULL)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("没有期次“%s”。请写登记号（如 12）或期次（如 sjxx/2020/19）；全部期次：songfactl issues"),
                    ref);
    return issue;
}

gboolean input_reason(const char *reason, GError **error)
{
    if (reason != NULL) {
        g_autofree char *bare = g_strstrip(g_strdup(reason));
        if (*bare != '\0')
            return TRUE;
    }
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("请写明原因，原因要留在登记里"));
    return FALSE;
}
