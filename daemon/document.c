/* SPDX-License-Identifier: GPL-3.0-or-later
 * The daemon's side of songfa-extract. The child gets the bytes as a sealed memory file and is not
 * trusted: its output is bounded and checked, its time limited. Older formats go through LibreOffice first. */
#include "songfa-build.h"

#include "daemon/document.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/errand.h"
#include "daemon/base/i18n.h"
#include "daemon/base/program.h"
#include "daemon/issue/format.h"
#include "daemon/issue/parse.h"
#include "daemon/office.h"

enum { MAX_OUTPUT = 64 << 20 };

#define CHILD "songfa-extract"

static Extract *problem(const char *code, const char *message)
{
    Extract *extract = g_new0(Extract, 1);
    extract->code = g_strdup(code);
    extract->problem = g_strdup(message);
    return extract;
}

static ErrandEnd run(const void *data, gsize length, GString *said, int *status)
{
    g_autofree char *path = program_path(CHILD);
    char *argv[] = {path, NULL};
    int input = errand_sealed_copy(data, length);
    if (input < 0)
        return ERRAND_NOT_BEGUN;
    const Errand errand = {.argv = argv, .input = input, .seconds = DOCUMENT_SECONDS, .most = MAX_OUTPUT};
    ErrandEnd end = errand_run(&errand, said, status);
    close(input);
    return end;
}

static Extract *read_document(const void *data, gsize length, GError **error)
{
    g_autoptr(GString) said = g_string_new(NULL);
    int status = 0;
    ErrandEnd end = run(data, length, said, &status);
    if (end == ERRAND_NOT_BEGUN)
        return problem("extract-missing", _("读取文档的程序 songfa-extract 启动不了：请管理员检查安装"));
    if (g_cancellable_set_error_if_cancelled(g_cancellable_get_current(), error))
        return NULL;
    Extract *extract = end != ERRAND_TALKATIVE ? extract_read(said->str, said->len) : NULL;
    if (extract != NULL)
        return extract;
    if (end == ERRAND_ENDED && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return problem("too-complex", _("文档过于复杂，读不完，已停止：请在 Word、WPS 中另存为 .docx 后重新交送"));
    if (end == ERRAND_LATE)
        return problem("too-slow", _("文档读了一分钟还没有读完，已停止：请在 Word、WPS 中另存为 .docx 后重新交送"));
    return problem("damaged", _("读取文档的程序中途停止，文件可能已损坏或过大：请在 Word、WPS 中另存后重新交送"));
}

/* An older format: what LibreOffice makes of it is read instead, and trusted as little. */
static Extract *read_converted(const void *data, gsize length, const char *format, GError **error)
{
    g_autoptr(OfficeResult) result = office_convert(data, length, format, OFFICE_ODT, error);
    if (result == NULL)
        return NULL;
    if (result->bytes == NULL)
        return problem(result->code, result->problem);
    gsize size;
    const void *bytes = g_bytes_get_data(result->bytes, &size);
    Extract *extract = read_document(bytes, size, error);
    if (extract != NULL) {
        g_free(extract->format);
        extract->format = g_strdup(format);
    }
    return extract;
}

static Extract *read_any(const void *data, gsize length, GError **error)
{
    g_autoptr(Extract) extract = read_document(data, length, error);
    if (extract == NULL || g_strcmp0(extract->code, EXTRACT_CONVERT) != 0 || !office_is_editable(extract->format))
        return g_steal_pointer(&extract);
    return read_converted(data, length, extract->format, error);
}

Issue *document_issue(const guint8 *data, gsize length, const char *file_name, GError **error)
{
    if (format_of(data, length) == FORMAT_TEXT || !parse_may_open(file_name))
        return parse_issue(data, length, file_name);
    g_autoptr(Extract) extract = read_any(data, length, error);
    return extract != NULL ? parse_issue_extract(extract, file_name) : NULL;
}
