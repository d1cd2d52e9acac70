/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the two files over libmicrohttpd share. */
#ifndef SONGFA_WEB_HTTP_PRIVATE_H
#define SONGFA_WEB_HTTP_PRIVATE_H

#include "daemon/web/http.h"

struct MHD_Connection;

struct MHD_Connection *http_request_connection(const HttpRequest *request);

#endif
