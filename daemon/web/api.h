/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the interface for programs have in common: who calls, and how faults are told. */
#ifndef SONGFA_WEB_API_H
#define SONGFA_WEB_API_H

#include <jansson.h>

#include "daemon/store/api-tokens.h"
#include "daemon/web/http.h"
#include "daemon/web/web.h"

#define API_HAND_INS "/api/v1/issues/hand-ins/" /* and the number */

/* {"error":{"code","message"}}; code is for programs and stays, message is for people. */
HttpReply *api_error(int status, const char *code, const char *message);

/* 503: the store or the disk fails; error is logged, not told. Takes error. */
HttpReply *api_unavailable(GError *error);

/* Takes json over. */
HttpReply *api_json(int status, json_t *json);

/* Whose token the request bears (RFC 6750 §2.1); NULL and the reply when it bears none in force. */
StoreApiToken *api_caller(Web *web, const HttpRequest *request, HttpReply **reply);

/* "http:NAME", for the register; caller frees. */
char *api_origin(const StoreApiToken *token);

#endif
