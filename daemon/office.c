/* SPDX-License-Identifier: GPL-3.0-or-later
 * The daemon's side of songfa-office: a folder of its own for each conversion, a time limit, and a look at
 * the result, for LibreOffice says that all went well when nothing did. */
#include "songfa-build.h"

#include "daemon/office.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <gio/gio.h>
#include <glob.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/cage.h"
#include "daemon/base/errand.h"
#include "daemon/base/i18n.h"
#include "daemon/base/program.h"
#include "daemon/issue/format.h"
#include "daemon/office-folder.h"

enum { MAX_OUTPUT = 1 << 20, MAX_RESULT = 256 << 20, PDF_TAIL = 1024 };

#define CHILD "songfa-office"

static const struct {
    const char *word; /* as LibreOffice calls it, and the ending it gives the file */
    const char *name; /* of the result */
} targets[] = {
    [OFFICE_ODT] = {"odt", "in.odt"},
    [OFFICE_PDF] = {"pdf", "in.pdf"},
};

void office_result_free(OfficeResult *result)
{
    if (result == NULL)
        return;
    g_clear_pointer(&result->bytes, g_bytes_unref);
    g_free(result->problem);
    g_free(result);
}

static OfficeResult *problem(const char *code, const char *message)
{
    OfficeResult *result = g_new0(OfficeResult, 1);
    result->code = code;
    result->problem = g_strdup(message);
    return result;
}

/* ---- what there is ---- */

char *office_program(void)
{
    static const char *const places[] = {
        "/usr/lib/libreoffice/program/soffice.bin",
        "/usr/lib64/libreoffice/program/soffice.bin",
        "/opt/libreoffice*/program/soffice.bin",
    };
    const char *named = g_getenv("SONGFA_SOFFICE");
    char *found = NULL;
    if (named != NULL)
        return g_file_test(named, G_FILE_TEST_IS_EXECUTABLE) ? g_strdup(named) : NULL;
    for (gsize i = 0; found == NULL && i < G_N_ELEMENTS(places); i++) {
        glob_t all;
        if (glob(places[i], 0, NULL, &all) == 0 && access(all.gl_pathv[all.gl_pathc - 1], X_OK) == 0)
            found = g_strdup(all.gl_pathv[all.gl_pathc - 1]); /* of several the newest */
        globfree(&all);
    }
    return found;
}

gboolean office_is_editable(const char *format)
{
    static const char *const formats[] = {"doc", "docx", "odt", "rtf", NULL};
    return format != NULL && g_strv_contains(formats, format);
}

gboolean office_has_type(void)
{
    FcConfig *config = FcInitLoadConfigAndFonts(); /* not the library's own, which any thread may be using */
    FcPattern *wanted = FcPatternCreate();
    FcObjectSet *nothing = FcObjectSetBuild(FC_FAMILY, (char *)NULL);
    FcLangSet *languages = FcLangSetCreate();
    FcLangSetAdd(languages, (const FcChar8 *)"zh-cn");
    FcPatternAddLangSet(wanted, FC_LANG, languages);
    FcFontSet *found = FcFontList(config, wanted, nothing);
    gboolean any = found != NULL && found->nfont > 0;
    if (found != NULL)
        FcFontSetDestroy(found);
    FcLangSetDestroy(languages);
    FcObjectSetDestroy(nothing);
    FcPatternDestroy(wanted);
    if (config != NULL)
        FcConfigDestroy(config);
    return any;
}

/* Why nothing can be converted on this machine, or NULL. */
static OfficeResult *obstacle(const char *program, OfficeTarget target)
{
    const CageKernel kernel = cage_kernel();
    if (program == NULL)
        return problem("office-missing",
                       target == OFFICE_PDF
                           ? _("生成 PDF 要用 LibreOffice，本机没有安装：请管理员安装软件包 libreoffice-writer-nogui")
                           : _("旧格式文件（.doc、.wps、.rtf）要由 LibreOffice 转换才能读取，本机没有安装：请在 Word、WPS "
                               "中另存为 .docx 或 .pdf 后重新交送，或请管理员安装软件包 libreoffice-writer-nogui"));
    if (!kernel.seccomp || kernel.landlock == 0)
        return problem("office-unsafe",
                       _("本机内核没有 seccomp 或 landlock，关不住 LibreOffice，所以不用它：请在 Word、WPS 中另存为 .docx "
                         "或 .pdf 后重新交送，或请管理员换用较新的内核"));
    if (target == OFFICE_PDF && !office_has_type())
        return problem("no-type",
                       _("本机没有中文字体，生成的 PDF 会满是方框：请管理员安装单位所用的字体，或软件包 fonts-noto-cjk"));
    return NULL;
}

/* ---- a conversion ---- */

/* A PDF that was not written to its end has no end mark (ISO 32000-1 §7.5.5). */
static gboolean is_whole(GBytes *bytes, OfficeTarget target)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    gsize tail = MIN(length, PDF_TAIL);
    if (target == OFFICE_ODT)
        return format_of(data, length) == FORMAT_ZIP;
    return format_of(data, length) == FORMAT_PDF && memmem(data + length - tail, tail, "%%EOF", 5) != NULL;
}

static OfficeResult *take_result(const OfficeFolder *folder, OfficeTarget target)
{
    g_autoptr(GBytes) bytes = office_folder_read(folder, targets[target].name, MAX_RESULT);
    if (bytes == NULL || !is_whole(bytes, target))
        return problem("damaged", _("LibreOffice 转换不了这个文件，文件可能已损坏：请在 Word、WPS 中打开核对，"
                                    "另存为 .docx 后重新交送"));
    OfficeResult *result = g_new0(OfficeResult, 1);
    result->bytes = g_steal_pointer(&bytes);
    return result;
}

typedef struct {
    OfficeFolder folder;
    const char *program, *format;
    OfficeTarget target;
    int input;
} Task;

/* As errand_run(). */
static ErrandEnd run(const Task *task, GString *said, int *status)
{
    g_autofree char *path = program_path(CHILD);
    char *argv[] = {path, (char *)task->program, task->folder.path, (char *)task->format,
                    (char *)targets[task->target].word, NULL};
    const Errand errand = {
        .argv = argv, .input = task->input, .seconds = OFFICE_SECONDS, .most = MAX_OUTPUT, .mute = TRUE};
    return errand_run(&errand, said, status);
}

/* The child says on its output why it did not become LibreOffice. */
static OfficeResult *not_begun(const char *said)
{
    g_autofree char *message = g_strdup_printf(
        _("转换文件的程序 songfa-office 启动不了：请管理员检查安装（%s）"), *said != '\0' ? said : g_strerror(ENOENT));
    return problem("office-missing", message);
}

static OfficeResult *convert(const Task *task, GError **error)
{
    enum { UNABLE = 70, BEGIN_AGAIN = 81 }; /* the latter when it had to make its profile first */
    g_autoptr(GString) said = g_string_new(NULL);
    int status = 0;
    ErrandEnd end = run(task, said, &status);
    if (end == ERRAND_ENDED && WIFEXITED(status) && WEXITSTATUS(status) == BEGIN_AGAIN)
        end = run(task, said, &status);
    if (g_cancellable_set_error_if_cancelled(g_cancellable_get_current(), error))
        return NULL;
    if (end == ERRAND_LATE)
        return problem("too-slow", _("LibreOffice 转换这个文件超过一分钟，已停止：请在 Word、WPS 中另存为 .docx 后重新交送"));
    if (end == ERRAND_NOT_BEGUN || (end == ERRAND_ENDED && WIFEXITED(status) && WEXITSTATUS(status) == UNABLE))
        return not_begun(g_strstrip(said->str));
    return take_result(&task->folder, task->target);
}

OfficeResult *office_convert(const void *data, gsize length, const char *format, OfficeTarget target,
                             GError **error)
{
    g_return_val_if_fail(office_is_editable(format), NULL);
    g_autofree char *program = office_program();
    OfficeResult *result = obstacle(program, target);
    if (result != NULL)
        return result;
    g_auto(OfficeFolder) folder = office_folder_new();
    int input = folder.path != NULL ? errand_sealed_copy(data, length) : -1;
    if (input < 0)
        return problem("office-missing", _("转换文件要用的临时文件夹建立不了：请管理员检查 /tmp 是否已满、可写"));
    const Task task = {folder, program, format, target, input};
    result = convert(&task, error);
    close(input);
    return result;
}
