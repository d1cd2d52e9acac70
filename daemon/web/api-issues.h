/* SPDX-License-Identifier: GPL-3.0-or-later
 * Handing in an issue, and asking what came of it (songfactl(8), "HTTP"). */
#ifndef SONGFA_WEB_API_ISSUES_H
#define SONGFA_WEB_API_ISSUES_H

#include "daemon/web/http.h"

/* POST /api/v1/issues */
HttpReply *api_issues_begin(HttpRequest *request, gpointer web);
HttpReply *api_issues_take(HttpRequest *request, const char *bytes, gsize length, gpointer web);
HttpReply *api_issues_end(HttpRequest *request, gpointer web);

/* GET /api/v1/issues/hand-ins/N */
HttpReply *api_issues_show(HttpRequest *request, gpointer web);

#endif
