/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one table of routes. */
#include "daemon/web/routes.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/web/api-issues.h"
#include "daemon/web/api.h"
#include "daemon/web/download.h"
#include "daemon/web/web-private.h"

typedef struct {
    const char *method; /* GET answers HEAD too */
    const char *path;   /* one that ends in / takes one more segment */
    HttpHandler handler; /* a member that is NULL has nothing to do */
} Route;

static const Route routes[] = {
    {"POST", "/api/v1/issues", {api_issues_begin, api_issues_take, api_issues_end, NULL}},
    {"GET", "/d/", {NULL, NULL, download_end, download_done}},
    {"GET", API_HAND_INS, {NULL, NULL, api_issues_show, NULL}},
};

static gboolean fits(const Route *route, const char *path)
{
    gsize length = strlen(route->path);
    if (route->path[length - 1] != '/')
        return strcmp(path, route->path) == 0;
    return strncmp(path, route->path, length) == 0 && path[length] != '\0' && strchr(path + length, '/') == NULL;
}

static gboolean is_meant(const Route *route, const char *method)
{
    return strcmp(route->method, strcmp(method, "HEAD") == 0 ? "GET" : method) == 0;
}

/* NULL and the reply when there is none. */
static const Route *find(const HttpRequest *request, HttpReply **reply)
{
    const char *path = http_request_path(request);
    const Route *other = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (!fits(&routes[i], path))
            continue;
        if (is_meant(&routes[i], http_request_method(request)))
            return &routes[i];
        other = &routes[i];
    }
    if (other == NULL) {
        *reply = api_error(404, "not-found", _("没有这个地址"));
        return NULL;
    }
    *reply = api_error(405, "wrong-method", _("这个地址不接受这种请求方法"));
    http_reply_add(*reply, "Allow", strcmp(other->method, "GET") == 0 ? "GET, HEAD" : other->method);
    return NULL;
}

static HttpReply *begin(HttpRequest *request, gpointer data)
{
    HttpReply *reply = NULL;
    const Route *route = find(request, &reply);
    if (route == NULL)
        return reply;
    return route->handler.begin != NULL ? route->handler.begin(request, data) : NULL;
}

static HttpReply *take(HttpRequest *request, const char *bytes, gsize length, gpointer data)
{
    HttpReply *reply = NULL;
    const Route *route = find(request, &reply);
    return route->handler.take != NULL ? route->handler.take(request, bytes, length, data) : NULL;
}

static HttpReply *end(HttpRequest *request, gpointer data)
{
    HttpReply *reply = NULL;
    return find(request, &reply)->handler.end(request, data);
}

static void done(HttpRequest *request, gboolean whole, gpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        if (routes[i].handler.done != NULL && fits(&routes[i], http_request_path(request)) &&
            is_meant(&routes[i], http_request_method(request)))
            routes[i].handler.done(request, whole, data);
}

const HttpHandler routes_handler = {begin, take, end, done};
