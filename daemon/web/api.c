/* SPDX-License-Identifier: GPL-3.0-or-later
 * Callers and faults of the interface for programs. */
#include "daemon/web/api.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/base/log.h"
#include "daemon/web/web-private.h"

HttpReply *api_json(int status, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    HttpReply *reply = http_reply_text(status, "application/json; charset=utf-8", text);
    free(text);
    json_decref(json);
    return reply;
}

HttpReply *api_error(int status, const char *code, const char *message)
{
    return api_json(status, json_pack("{s:{s:s,s:s}}", "error", "code", code, "message", message));
}

HttpReply *api_unavailable(GError *error)
{
    log_event(LOG_LEVEL_ERROR, "web", "unavailable", "error", error->message, NULL);
    g_error_free(error);
    HttpReply *reply = api_error(503, "unavailable", _("现在办不了，请稍后再试；一直这样请联系管理员看 songfad 的日志"));
    http_reply_add(reply, "Retry-After", "10");
    return reply;
}

/* What stands behind "Bearer "; NULL when there is no such thing. Lent. */
static const char *bearer(const HttpRequest *request)
{
    static const char scheme[] = "Bearer ";
    const char *value = http_request_header(request, "Authorization");
    if (value == NULL || g_ascii_strncasecmp(value, scheme, strlen(scheme)) != 0)
        return NULL;
    value += strlen(scheme);
    return value + strspn(value, " ");
}

StoreApiToken *api_caller(Web *web, const HttpRequest *request, HttpReply **reply)
{
    GError *error = NULL;
    const char *text = bearer(request);
    StoreApiToken *token = text != NULL ? store_api_token_judge(web_store(web), text, clock_now(), &error) : NULL;
    if (text != NULL)
        web_done(web);
    if (token != NULL)
        return token;
    if (error != NULL) {
        *reply = api_unavailable(error);
        return NULL;
    }
    log_event(LOG_LEVEL_WARNING, "web", "denied", "address", http_request_address(request), "token",
              text != NULL ? "unknown" : "none", NULL);
    *reply = api_error(401, "bad-token", _("没有令牌，或令牌不对、已作废、已过期。请用 songfactl token add 发的令牌："
                                           "Authorization: Bearer 令牌"));
    http_reply_add(*reply, "WWW-Authenticate", "Bearer realm=\"songfad\"");
    return NULL;
}

char *api_origin(const StoreApiToken *token)
{
    return g_strconcat("http:", token->name, NULL);
}
