/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfa-extract: the child that reads one document from standard input and gives its text as JSON
 * lines (blocks.h) on standard output; the last line is {"format": …} when that was all, or
 * {"problem": …, "code": …} in words for a clerk. It opens no file by name and has no network. */
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/cage.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/extract/docx.h"
#include "daemon/issue/extract/html.h"
#include "daemon/issue/extract/odt.h"
#include "daemon/issue/extract/ofd.h"
#include "daemon/issue/extract/ole.h"
#include "daemon/issue/extract/pdf.h"
#include "daemon/issue/extracted.h"
#include "daemon/issue/format.h"

/* The leak checker cannot trace its process from within the cage; the fuzz targets look for leaks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

/* Libraries load parts of themselves and tables of characters when they need them. */
static const char *const readable[] = {"/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", NULL};
static const CageRules rules = {.readable = readable, .memory = (gsize)1 << 30, .cpu = 20};

typedef struct {
    const guint8 *data;
    gsize length;
    const char *format; /* found out, static; NULL = not yet */
    const char *code;   /* of the problem, static */
    Blocks *blocks;
} Task;

static gboolean fail(Task *task, const char *code, const char *message, GError **error)
{
    task->code = code;
    g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, message);
    return FALSE;
}

/* ---- formats ---- */

/* What a package is, is told by a part that only its kind has. */
static const struct {
    const char *part, *format;
    gboolean (*read)(Package *package, Blocks *blocks, GError **error);
} packages[] = {
    {"word/document.xml", "docx", docx_read},
    {"content.xml", "odt", odt_read},
    {"OFD.xml", "ofd", ofd_read},
    {"Encryptions.xml", "ofd", ofd_read},
};

/* What an office may take for a document. */
static const struct {
    const char *part, *message;
} other_packages[] = {
    {"xl/workbook.xml", N_("是 Excel 表格，不是文稿：请把定稿另存为 .docx 或 PDF 后重新交送")},
    {"ppt/presentation.xml", N_("是演示文稿，不是文稿：请把定稿另存为 .docx 或 PDF 后重新交送")},
};

static gboolean read_package(Task *task, GError **error)
{
    g_autoptr(Package) package = package_open(task->data, task->length, error);
    if (package == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(packages); i++)
        if (package_has(package, packages[i].part)) {
            task->format = packages[i].format;
            return packages[i].read(package, task->blocks, error);
        }
    for (gsize i = 0; i < G_N_ELEMENTS(other_packages); i++)
        if (package_has(package, other_packages[i].part))
            return fail(task, "unknown-format", _(other_packages[i].message), error);
    return fail(task, "unknown-format",
                _("是压缩包，但不是 Word、WPS、OFD 文档：请直接交送文档本身，或另存为 .docx 后重新交送"), error);
}

/* Not read here: the daemon has it converted and comes back with that. */
static gboolean ask_to_convert(Task *task, const char *format, GError **error)
{
    task->format = format;
    return fail(task, EXTRACT_CONVERT, _("要由 LibreOffice 转换后才能读取：请在 Word、WPS 中另存为 .docx 后重新交送"),
                error);
}

static gboolean read_older(Task *task, GError **error)
{
    switch (ole_kind(task->data, task->length)) {
    case OLE_TEXT:
        return ask_to_convert(task, "doc", error);
    case OLE_LOCKED:
        return fail(task, "encrypted", _("文件设了打开密码，无法读取：请在 Word、WPS 中取消密码后重新交送"), error);
    case OLE_OTHER:
        return fail(task, "unknown-format",
                    _("是旧格式的 Office 文件，但不是文字文档（可能是表格、演示文稿）：请交送 Word、WPS 文字文档"), error);
    case OLE_BROKEN:
    case OLE_PACKAGE:
        break;
    }
    return read_package(task, error);
}

static gboolean read_document(Task *task, GError **error)
{
    switch (format_of(task->data, task->length)) {
    case FORMAT_ZIP:
        return read_package(task, error);
    case FORMAT_OLE:
        return read_older(task, error);
    case FORMAT_RTF:
        return ask_to_convert(task, "rtf", error);
    case FORMAT_HTML:
        task->format = "html";
        return html_read(task->data, task->length, task->blocks, error);
    case FORMAT_PDF:
        task->format = "pdf";
        return pdf_read(task->data, task->length, task->blocks, error);
    case FORMAT_TEXT:
        break;
    }
    return fail(task, "unknown-format", _("文件的格式无法识别：请另存为 .docx 或纯文本后重新交送"), error);
}

static gboolean read_task(Task *task, GError **error)
{
    task->code = "damaged";
    if (!read_document(task, error))
        return FALSE;
    if (!blocks_are_empty(task->blocks))
        return TRUE;
    return fail(task, "no-text",
                _("文件里没有可读的文字（可能是扫描件或图片）：请交送可编辑的定稿文件"), error);
}

/* ---- the task ---- */

/* The whole of standard input, which must be a file; FALSE with error when it cannot be had. */
static gboolean map_input(Task *task, GError **error)
{
    struct stat info;
    if (fstat(STDIN_FILENO, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        task->length = (gsize)info.st_size;
        void *data = mmap(NULL, task->length, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
        task->data = data != MAP_FAILED ? data : NULL;
    }
    return task->data != NULL || fail(task, "unreadable", _("songfa-extract 从标准输入读一个文件，不能是管道"), error);
}

static int finish(const Task *task, const GError *error)
{
    json_t *last = error == NULL ? json_pack("{s:s}", "format", task->format)
                                 : json_pack("{s:s, s:s, s:s?}", "problem", error->message, "code", task->code,
                                             "format", task->format);
    json_dumpf(last, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(last);
    return fflush(stdout) == 0 && error == NULL ? 0 : 1;
}

int main(void)
{
    i18n_init();
    g_autoptr(GError) error = NULL;
    g_autoptr(Blocks) blocks = blocks_new(stdout);
    Task task = {.blocks = blocks, .code = "cage"};
    if (map_input(&task, &error) && cage_enter(&rules, &error))
        read_task(&task, &error);
    return finish(&task, error);
}
