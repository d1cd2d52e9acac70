/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file that comes over the wire, as a form or as the body itself: gathered in a file without a name, so
 * that it costs no memory and a break leaves nothing. */
#ifndef SONGFA_WEB_UPLOAD_H
#define SONGFA_WEB_UPLOAD_H

#include "daemon/web/http.h"

typedef struct Upload Upload;

/* Before the body comes. NULL and the reply: too large by its own word (413), a type that carries no file
 * (415), no room (503). */
Upload *upload_new(HttpRequest *request, const char *spool, gint64 max_size, HttpReply **reply);
void upload_free(Upload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Upload, upload_free)

/* Each gives a reply when something is wrong with it, else NULL. */
HttpReply *upload_take(Upload *upload, const char *bytes, gsize length);
HttpReply *upload_end(Upload *upload);

/* After its end; lent. The name is clean (upload-name.h); series NULL = not said. */
const char *upload_name(const Upload *upload);
const char *upload_series(const Upload *upload);
/* The bytes of the file, mapped; caller unrefs. NULL and error (IO). */
GBytes *upload_bytes(const Upload *upload, GError **error);

#endif
