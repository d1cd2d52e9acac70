/* SPDX-License-Identifier: GPL-3.0-or-later
 * Uploads. */
#include "daemon/web/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/web/api.h"
#include "daemon/web/upload-name.h"

#define FORM_SLACK 65536 /* what a form has around its file */
#define FIELD_BYTES 8192

struct Upload {
    int fd;
    gint64 size, max_size;
    HttpForm *form;   /* NULL: the body is the file */
    gboolean has_file;
    GString *said, *series; /* as they came */
    char *part_name;  /* of the file's part */
    char *name;
    const char *fault; /* a code of faults[] */
    int code;          /* errno, when it could not be written */
};

static const struct { const char *code; int status; const char *message; } faults[] = {
    {"too-large", 413, N_("文件太大，超过 songfad 的上限（配置项 max_file_size）")},
    {"unsupported-type", 415, N_("这种 Content-Type 里没有文件：请用 multipart/form-data，或直接传文件的内容")},
    {"broken-form", 400, N_("表单不完整，或写法不对：请按 multipart/form-data 重新上传")},
    {"unknown-field", 400, N_("表单里有不认识的栏；可用的是 file、name、series")},
    {"field-too-long", 400, N_("表单里 name 或 series 太长")},
    {"two-files", 400, N_("一次只交一份文件")},
    {"no-file", 400, N_("没有文件：表单里放文件的栏叫 file")},
    {"empty-file", 422, N_("文件是空的（0 字节），多半没有存好")},
};

static HttpReply *fault_reply(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
        if (strcmp(faults[i].code, code) == 0)
            return api_error(faults[i].status, code, _(faults[i].message));
    g_return_val_if_reached(NULL);
}

static GError *io_error(int code)
{
    return g_error_new(SONGFA_ERROR, SONGFA_ERROR_IO, _("上传的文件写不进工作目录：%s。请看磁盘空间和权限"),
                       g_strerror(code));
}

/* ---- the file without a name ---- */

static int open_nameless(const char *spool)
{
    g_autofree char *token = ident_token(8), *name = g_strdup_printf(".upload-%s.tmp", token);
    g_autofree char *path = g_build_filename(spool, name, NULL);
    int fd = g_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        g_unlink(path);
    return fd;
}

static gboolean write_all(Upload *upload, const char *bytes, gsize length)
{
    upload->size += (gint64)length;
    if (upload->size > upload->max_size) {
        upload->fault = "too-large";
        return FALSE;
    }
    while (length > 0) {
        ssize_t n = write(upload->fd, bytes, length);
        if (n < 0 && errno != EINTR) {
            upload->code = errno;
            return FALSE;
        }
        bytes += MAX(n, 0);
        length -= (gsize)MAX(n, 0);
    }
    return TRUE;
}

/* ---- the form ---- */

static gboolean take_file(Upload *upload, const char *file_name, const char *bytes, gsize length, guint64 offset)
{
    if (offset == 0 && upload->has_file && upload->size > 0) {
        upload->fault = "two-files";
        return FALSE;
    }
    if (upload->part_name == NULL)
        upload->part_name = g_strdup(file_name);
    upload->has_file = TRUE;
    return write_all(upload, bytes, length);
}

static gboolean take_part(const char *field, const char *file_name, const char *bytes, gsize length, guint64 offset,
                          gpointer data)
{
    Upload *upload = data;
    if (strcmp(field, "file") == 0)
        return take_file(upload, file_name, bytes, length, offset);
    GString *text = strcmp(field, "name") == 0 ? upload->said : strcmp(field, "series") == 0 ? upload->series : NULL;
    if (text == NULL)
        upload->fault = "unknown-field";
    else if (text->len + length > FIELD_BYTES)
        upload->fault = "field-too-long";
    else
        g_string_append_len(text, bytes, (gssize)length);
    return upload->fault == NULL;
}

/* ---- its life ---- */

static const char *type_fault(const HttpRequest *request)
{
    static const char urlencoded[] = "application/x-www-form-urlencoded";
    const char *type = http_request_header(request, "Content-Type");
    return type != NULL && g_ascii_strncasecmp(type, urlencoded, strlen(urlencoded)) == 0 ? "unsupported-type" : NULL;
}

/* A body that is the file says its name in the query or in a header. */
static void read_head(Upload *upload, HttpRequest *request)
{
    const char *name = http_request_argument(request, "name"), *series = http_request_argument(request, "series");
    const char *disposition = http_request_header(request, "Content-Disposition");
    if (name != NULL)
        g_string_append(upload->said, name);
    else if (disposition != NULL)
        upload->part_name = upload_name_of_disposition(disposition);
    if (series != NULL)
        g_string_append(upload->series, series);
}

Upload *upload_new(HttpRequest *request, const char *spool, gint64 max_size, HttpReply **reply)
{
    const char *fault = type_fault(request);
    if (http_request_length(request) > max_size + FORM_SLACK)
        fault = "too-large";
    if (fault != NULL) {
        *reply = fault_reply(fault);
        return NULL;
    }
    g_autoptr(Upload) upload = g_new0(Upload, 1);
    upload->said = g_string_new(NULL);
    upload->series = g_string_new(NULL);
    upload->max_size = max_size;
    upload->fd = open_nameless(spool);
    if (upload->fd < 0) {
        *reply = api_unavailable(io_error(errno));
        return NULL;
    }
    read_head(upload, request);
    upload->form = http_form_new(request, take_part, upload);
    return g_steal_pointer(&upload);
}

void upload_free(Upload *upload)
{
    if (upload == NULL)
        return;
    if (upload->form != NULL)
        http_form_end(&upload->form);
    if (upload->fd >= 0)
        close(upload->fd);
    g_string_free(upload->said, TRUE);
    g_string_free(upload->series, TRUE);
    g_free(upload->part_name);
    g_free(upload->name);
    g_free(upload);
}

HttpReply *upload_take(Upload *upload, const char *bytes, gsize length)
{
    gboolean good = upload->form != NULL ? http_form_take(upload->form, bytes, length) : write_all(upload, bytes, length);
    if (good)
        return NULL;
    if (upload->code != 0)
        return api_unavailable(io_error(upload->code));
    return fault_reply(upload->fault != NULL ? upload->fault : "broken-form");
}

/* The reader gives what it still holds, and finds faults, at the end too. */
static const char *end_form(Upload *upload)
{
    gboolean whole = upload->form == NULL || http_form_end(&upload->form);
    if (upload->fault != NULL || whole)
        return upload->fault;
    return "broken-form";
}

HttpReply *upload_end(Upload *upload)
{
    gboolean is_form = upload->form != NULL;
    const char *fault = end_form(upload);
    if (fault == NULL && upload->size == 0)
        fault = is_form && !upload->has_file ? "no-file" : "empty-file";
    if (fault != NULL)
        return fault_reply(fault);
    if (upload->code != 0)
        return api_unavailable(io_error(upload->code));
    g_autoptr(GError) error = NULL;
    const char *said = upload->said->len > 0 ? upload->said->str : upload->part_name;
    upload->name = upload_name_clean(said != NULL ? said : "", &error);
    return upload->name == NULL ? api_error(422, "bad-name", error->message) : NULL;
}

const char *upload_name(const Upload *upload)
{
    return upload->name;
}

const char *upload_series(const Upload *upload)
{
    return upload->series->len > 0 ? upload->series->str : NULL;
}

GBytes *upload_bytes(const Upload *upload, GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new_from_fd(upload->fd, FALSE, error);
    return file != NULL ? g_mapped_file_get_bytes(file) : NULL;
}
