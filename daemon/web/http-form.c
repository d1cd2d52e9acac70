/* SPDX-License-Identifier: GPL-3.0-or-later
 * multipart/form-data (RFC 7578), by libmicrohttpd's own reader. */
#include <microhttpd.h>
#include <string.h>

#include "daemon/web/http-private.h"

enum { BUFFER = 16384 }; /* a line of a part's head must fit */

struct HttpForm {
    struct MHD_PostProcessor *reader;
    HttpFormPart part;
    gpointer data;
    gboolean broken;
};

static enum MHD_Result take_part(void *data, enum MHD_ValueKind kind G_GNUC_UNUSED, const char *key,
                                 const char *file_name, const char *type G_GNUC_UNUSED,
                                 const char *encoding G_GNUC_UNUSED, const char *bytes, uint64_t offset, size_t length)
{
    HttpForm *form = data;
    if (form->part(key != NULL ? key : "", file_name, bytes, length, offset, form->data))
        return MHD_YES;
    form->broken = TRUE;
    return MHD_NO;
}

HttpForm *http_form_new(HttpRequest *request, HttpFormPart part, gpointer data)
{
    static const char wanted[] = "multipart/form-data";
    const char *type = http_request_header(request, "Content-Type");
    if (type == NULL || g_ascii_strncasecmp(type, wanted, strlen(wanted)) != 0)
        return NULL;
    HttpForm *form = g_new0(HttpForm, 1);
    form->part = part;
    form->data = data;
    form->reader = MHD_create_post_processor(http_request_connection(request), BUFFER, take_part, form);
    form->broken = form->reader == NULL; /* no boundary */
    return form;
}

gboolean http_form_take(HttpForm *form, const char *bytes, gsize length)
{
    if (!form->broken && MHD_post_process(form->reader, bytes, length) != MHD_YES)
        form->broken = TRUE;
    return !form->broken;
}

gboolean http_form_end(HttpForm **form)
{
    HttpForm *self = g_steal_pointer(form);
    gboolean whole = self->reader != NULL && MHD_destroy_post_processor(self->reader) == MHD_YES && !self->broken;
    g_free(self);
    return whole;
}
