/* SPDX-License-Identifier: GPL-3.0-or-later
 * Handing in by HTTP: the upload is put where every hand-in is put, and the answer is the one of answer.h. */
#include "daemon/web/api-issues.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/base/ident.h"
#include "daemon/base/log.h"
#include "daemon/hand-in.h"
#include "daemon/store/api-requests.h"
#include "daemon/web/api.h"
#include "daemon/web/upload.h"
#include "daemon/web/web-private.h"

enum { WAIT_MAX = 60, KEY_MAX = 128 };
#define POLL_INTERVAL (G_USEC_PER_SEC / 10)

/* A POST on its way. */
typedef struct {
    StoreApiToken *token;
    Upload *upload;
    const char *key; /* lent, NULL = none */
    gint64 wait;     /* seconds */
} Post;

static void post_free(gpointer data)
{
    Post *post = data;
    store_api_token_free(post->token);
    upload_free(post->upload);
    g_free(post);
}

/* ---- what the request says of itself ---- */

/* ?wait=N, or Prefer: wait=N (RFC 7240 §4.3). FALSE when it is no number in range. */
static gboolean read_wait(const HttpRequest *request, gint64 *seconds)
{
    const char *text = http_request_argument(request, "wait"), *prefer = http_request_header(request, "Prefer");
    *seconds = 0;
    if (text == NULL && prefer != NULL && g_str_has_prefix(prefer, "wait="))
        text = prefer + strlen("wait=");
    return text == NULL || g_ascii_string_to_signed(text, 10, 0, WAIT_MAX, seconds, NULL);
}

static gboolean is_key(const char *key)
{
    gsize length = strlen(key);
    for (const char *at = key; *at != '\0'; at++)
        if (!g_ascii_isgraph(*at))
            return FALSE;
    return length > 0 && length <= KEY_MAX;
}

static HttpReply *wait_fault(void)
{
    return api_error(400, "bad-wait", _("wait 应是 0 到 60 的整数（秒）"));
}

HttpReply *api_issues_begin(HttpRequest *request, gpointer data)
{
    Web *web = data;
    HttpReply *reply = NULL;
    g_autoptr(StoreApiToken) token = api_caller(web, request, &reply);
    if (token == NULL)
        return reply;
    gint64 wait;
    const char *key = http_request_header(request, "Idempotency-Key");
    if (!read_wait(request, &wait))
        return wait_fault();
    if (key != NULL && !is_key(key))
        return api_error(400, "bad-key", _("Idempotency-Key 应是 1 到 128 个 ASCII 字符，不含空格"));
    Upload *upload = upload_new(request, web->config->spool, web->config->max_file_size, &reply);
    if (upload == NULL)
        return reply;
    Post *post = g_new0(Post, 1);
    post->token = g_steal_pointer(&token);
    post->upload = upload;
    post->key = key;
    post->wait = wait;
    http_request_keep(request, post, post_free);
    return NULL;
}

HttpReply *api_issues_take(HttpRequest *request, const char *bytes, gsize length, gpointer data G_GNUC_UNUSED)
{
    return upload_take(((Post *)http_request_kept(request))->upload, bytes, length);
}

/* ---- the answer ---- */

static int status_of(const Answer *answer)
{
    static const struct { const char *result; int status; } rows[] = {
        {"released", 201}, {"planned", 201}, {"duplicate", 200}, {"held", 409}, {"refused", 422},
    };
    for (gsize i = 0; answer_is_given(answer) && i < G_N_ELEMENTS(rows); i++)
        if (strcmp(answer->hand_in->result, rows[i].result) == 0)
            return rows[i].status;
    return 202;
}

static char *location_of(gint64 hand_in_id)
{
    return g_strdup_printf(API_HAND_INS "%" PRId64, hand_in_id);
}

static json_t *body_of(const Answer *answer)
{
    g_autofree char *location = location_of(answer->hand_in->id);
    json_t *body = answer_json(answer);
    json_object_set_new(body, "location", json_string(location));
    return body;
}

/* How it stands, after waiting for the end so long; the caller must be the one who handed it in (NOT_FOUND). */
static Answer *await(Web *web, const StoreApiToken *token, gint64 id, gint64 seconds, GError **error)
{
    gint64 end = clock_monotonic() + seconds * CLOCK_SECOND;
    g_autofree char *origin = api_origin(token);
    for (;;) {
        g_autoptr(Answer) answer = answer_load(web_store(web), id, error);
        web_done(web);
        if (answer != NULL && strcmp(answer->hand_in->origin, origin) != 0) {
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("没有编号为 %" PRId64 " 的来稿"), id);
            return NULL;
        }
        if (answer == NULL || answer_is_given(answer) || clock_monotonic() >= end || g_atomic_int_get(&web->stopping))
            return g_steal_pointer(&answer);
        g_usleep(POLL_INTERVAL);
    }
}

HttpReply *api_issues_show(HttpRequest *request, gpointer data)
{
    Web *web = data;
    HttpReply *reply = NULL;
    gint64 id, wait;
    g_autoptr(StoreApiToken) token = api_caller(web, request, &reply);
    if (token == NULL)
        return reply;
    if (!read_wait(request, &wait))
        return wait_fault();
    if (!g_ascii_string_to_signed(http_request_path(request) + strlen(API_HAND_INS), 10, 1, G_MAXINT64, &id, NULL))
        return api_error(404, "not-found", _("没有这个地址"));
    GError *error = NULL;
    http_request_extend(request, WAIT_MAX);
    g_autoptr(Answer) answer = await(web, token, id, wait, &error);
    if (answer != NULL)
        return api_json(200, body_of(answer));
    if (!g_error_matches(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND))
        return api_unavailable(error);
    reply = api_error(404, "not-found", error->message);
    g_error_free(error);
    return reply;
}

/* ---- the hand-in ---- */

/* The series that it must be of; *reply when the caller may not say so. */
static const char *wanted_series(const Web *web, const Post *post, HttpReply **reply)
{
    const char *own = post->token->series, *said = upload_series(post->upload);
    if (said != NULL && config_series(web->config, said) == NULL)
        *reply = api_error(422, "unknown-series", _("没有这个刊物：series 写配置里的 key，如 sjxx"));
    else if (said != NULL && own != NULL && strcmp(said, own) != 0)
        *reply = api_error(403, "other-series", _("这个令牌不能交这种刊物"));
    return own != NULL ? own : said;
}

/* 0 and error as hand_in_put(). */
static gint64 put(Web *web, const Post *post, const char *series, GBytes *bytes, GError **error)
{
    g_autofree char *origin = api_origin(post->token);
    const HandIn hand_in = {.origin = origin, .name = upload_name(post->upload), .series = series};
    gint64 id = hand_in_put(web->config, web_store(web), &hand_in, bytes, NULL, error);
    web_done(web);
    return id;
}

static HttpReply *put_fault(GError *error)
{
    if (!g_error_matches(error, SONGFA_ERROR, SONGFA_ERROR_INPUT))
        return api_unavailable(error);
    HttpReply *reply = api_error(422, "bad-name", error->message);
    g_error_free(error);
    return reply;
}

/* As the row says; the file may have been lost by a crash after the row was written. */
static gboolean is_lost(const Web *web, const Answer *answer)
{
    const StoreHandIn *hand_in = answer->hand_in;
    if (hand_in->result != NULL || hand_in->place == NULL)
        return FALSE;
    g_autofree char *path = g_build_filename(web->config->spool, "incoming", hand_in->place, NULL);
    return !g_file_test(path, G_FILE_TEST_EXISTS);
}

static HttpReply *reply_to(Web *web, const Post *post, gint64 id, char **text, GError **error)
{
    g_autoptr(Answer) answer = await(web, post->token, id, post->wait, error);
    if (answer == NULL)
        return NULL;
    json_t *body = body_of(answer);
    char *dump = json_dumps(body, JSON_COMPACT);
    *text = g_strdup(dump);
    free(dump);
    g_autofree char *location = location_of(id);
    HttpReply *reply = api_json(status_of(answer), body);
    http_reply_add(reply, "Location", location);
    return reply;
}

/* ---- with a key ---- */

static char *busy_name(const Post *post)
{
    return g_strdup_printf("%" PRId64 " %s", post->token->id, post->key);
}

static gboolean set_busy(Web *web, const char *name, gboolean busy)
{
    web_store(web);
    gboolean changed = busy ? g_hash_table_add(web->busy, g_strdup(name)) : g_hash_table_remove(web->busy, name);
    web_done(web);
    return changed;
}

static char *fingerprint(const Post *post, const char *digest)
{
    g_autofree char *all = g_strjoin("\n", digest, upload_name(post->upload),
                                     upload_series(post->upload) != NULL ? upload_series(post->upload) : "", NULL);
    return ident_sha256(all, strlen(all));
}

static StoreApiRequest *reserve(Web *web, const Post *post, const char *body, GError **error)
{
    gint64 now = clock_now();
    GError *failed = NULL;
    Store *store = web_store(web);
    StoreApiRequest *known = store_api_request_get(store, post->token->id, post->key, now, &failed);
    if (known == NULL && failed == NULL) {
        known = g_new0(StoreApiRequest, 1);
        *known = (StoreApiRequest){.token_id = post->token->id, .at = now, .key = g_strdup(post->key),
                                   .body = g_strdup(body)};
        store_api_request_reserve(store, known, &failed);
    }
    web_done(web);
    if (failed == NULL)
        return known;
    store_api_request_free(known);
    g_propagate_error(error, failed);
    return NULL;
}

/* The hand-in of a request that was reserved; one that a crash broke off is found, or put once more. */
static gint64 hand_in_of(Web *web, const Post *post, const StoreApiRequest *known, const char *digest,
                         const char *series, GBytes *bytes, GError **error)
{
    g_autofree char *origin = api_origin(post->token);
    gint64 id = known->hand_in_id;
    Store *store = web_store(web);
    gboolean good = id != 0 || store_api_request_find(store, origin, digest, known->at, &id, error);
    g_autoptr(Answer) answer = good && id != 0 ? answer_load(store, id, error) : NULL;
    web_done(web);
    if (!good || (id != 0 && answer == NULL))
        return 0;
    if (answer == NULL || is_lost(web, answer))
        id = put(web, post, series, bytes, error);
    good = id != 0 && store_api_request_bind(web_store(web), known, id, error);
    if (id != 0)
        web_done(web);
    return good ? id : 0;
}

static HttpReply *told_before(const StoreApiRequest *known)
{
    HttpReply *reply = http_reply_text(known->status, "application/json; charset=utf-8", known->answer);
    g_autofree char *location = location_of(known->hand_in_id);
    http_reply_add(reply, "Location", location);
    http_reply_add(reply, "Idempotent-Replayed", "true");
    return reply;
}

static HttpReply *end_once(Web *web, const Post *post, const char *series, GBytes *bytes)
{
    GError *error = NULL;
    gsize length;
    const void *file = g_bytes_get_data(bytes, &length);
    g_autofree char *digest = ident_sha256(file, length), *body = fingerprint(post, digest), *text = NULL;
    g_autoptr(StoreApiRequest) known = reserve(web, post, body, &error);
    if (known != NULL && strcmp(known->body, body) != 0)
        return api_error(422, "key-reused", _("这个 Idempotency-Key 已用于另一份文件，请换一个"));
    if (known != NULL && known->status != 0)
        return told_before(known);
    gint64 id = known != NULL ? hand_in_of(web, post, known, digest, series, bytes, &error) : 0;
    if (id == 0)
        return put_fault(error);
    HttpReply *reply = reply_to(web, post, id, &text, &error);
    if (reply == NULL)
        return api_unavailable(error);
    if (!store_api_request_answer(web_store(web), known, http_reply_status(reply), text, &error))
        log_event(LOG_LEVEL_WARNING, "web", "answer-not-kept", "error", error->message, NULL);
    web_done(web);
    g_clear_error(&error);
    return reply;
}

static HttpReply *end_with_key(Web *web, const Post *post, const char *series, GBytes *bytes)
{
    g_autofree char *name = busy_name(post);
    if (!set_busy(web, name, TRUE)) {
        HttpReply *reply = api_error(409, "key-in-use", _("同一个 Idempotency-Key 的请求正在处理，请稍后再问"));
        http_reply_add(reply, "Retry-After", "1");
        return reply;
    }
    HttpReply *reply = end_once(web, post, series, bytes);
    set_busy(web, name, FALSE);
    return reply;
}

/* ---- without one ---- */

static HttpReply *end_plain(Web *web, const Post *post, const char *series, GBytes *bytes)
{
    GError *error = NULL;
    g_autofree char *text = NULL;
    gint64 id = put(web, post, series, bytes, &error);
    if (id == 0)
        return put_fault(error);
    HttpReply *reply = reply_to(web, post, id, &text, &error);
    return reply != NULL ? reply : api_unavailable(error);
}

HttpReply *api_issues_end(HttpRequest *request, gpointer data)
{
    Web *web = data;
    const Post *post = http_request_kept(request);
    HttpReply *reply = upload_end(post->upload);
    const char *series = reply == NULL ? wanted_series(web, post, &reply) : NULL;
    if (reply != NULL)
        return reply;
    GError *error = NULL;
    g_autoptr(GBytes) bytes = upload_bytes(post->upload, &error);
    if (bytes == NULL)
        return api_unavailable(error);
    http_request_extend(request, WAIT_MAX);
    log_event(LOG_LEVEL_INFO, "web", "upload", "caller", post->token->name, "address", http_request_address(request), NULL);
    return post->key != NULL ? end_with_key(web, post, series, bytes) : end_plain(web, post, series, bytes);
}
