/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which request is whose. */
#ifndef SONGFA_WEB_ROUTES_H
#define SONGFA_WEB_ROUTES_H

#include "daemon/web/http.h"

/* For http_start(), with a Web as its data. */
extern const HttpHandler routes_handler;

#endif
