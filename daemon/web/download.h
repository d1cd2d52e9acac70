/* SPDX-License-Identifier: GPL-3.0-or-later
 * Large attachments: a recipient follows the link in his mail. Mail gateways follow it too: asking changes
 * nothing but the record of who asked. */
#ifndef SONGFA_WEB_DOWNLOAD_H
#define SONGFA_WEB_DOWNLOAD_H

#include "daemon/web/http.h"

/* GET /d/TOKEN */
HttpReply *download_end(HttpRequest *request, gpointer web);
void download_done(HttpRequest *request, gboolean whole, gpointer web);

#endif
