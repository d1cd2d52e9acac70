/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files behind links. */
#include "daemon/web/download.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/dispatch/attachment.h"
#include "daemon/store/downloads.h"
#include "daemon/web/web-private.h"

#define PAGE                                                                                                  \
    "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"                               \
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n"            \
    "<style>body{max-width:32em;margin:4em auto;padding:0 1em;font:18px/1.8 'Microsoft YaHei',sans-serif}"     \
    "</style>\n</head>\n<body>\n<h1>%s</h1>\n<p>%s</p>\n</body>\n</html>\n"

static HttpReply *page(int status, const char *head, const char *text)
{
    g_autofree char *html = g_markup_printf_escaped(PAGE, head, head, text);
    HttpReply *reply = http_reply_text(status, "text/html; charset=utf-8", html);
    http_reply_add(reply, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    http_reply_add(reply, "Referrer-Policy", "no-referrer");
    return reply;
}

/* For recipients, who read Chinese whatever the daemon's messages are in; as the templates are. */
static HttpReply *page_of(StoreLinkTrust trust)
{
    static const struct { int status; const char *head, *text; } pages[] = {
        [STORE_LINK_UNKNOWN] = {404, "没有这个附件",
                                "链接不完整，或者不对。请从邮件里整条复制，包括最后的字母；还是打不开，请与发来邮件的单位联系，"
                                "请他们补发。"},
        [STORE_LINK_EXPIRED] = {410, "链接已经过期",
                                "这份附件的下载期限过了。仍然需要的，请与发来邮件的单位联系，请他们补发，新邮件里有新的链接。"},
        [STORE_LINK_STOPPED] = {410, "这一期已经停发",
                                "发来邮件的单位停发了这一期，附件暂时不能下载。请等他们另行通知，或与他们联系。"},
    };
    return page(pages[trust].status, pages[trust].head, pages[trust].text);
}

static HttpReply *unavailable(const char *why)
{
    log_event(LOG_LEVEL_ERROR, "web", "download-failed", "error", why, NULL);
    HttpReply *reply = page(503, "暂时打不开", "附件现在读不出来，请过一会儿再试；一直这样，请与发来邮件的单位联系。");
    http_reply_add(reply, "Retry-After", "60");
    return reply;
}

/* A header of a mail on one line. Caller frees. */
static char *unfold(char *value)
{
    GString *line = g_string_new(value);
    g_free(value);
    g_string_replace(line, "\r\n", "", 0);
    return g_strstrip(g_string_free(line, FALSE));
}

static HttpReply *file_reply(const Web *web, const StoreLink *link)
{
    struct stat state;
    g_autofree char *path = g_build_filename(web->config->spool, "objects", link->digest, NULL);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &state) != 0 || !S_ISREG(state.st_mode)) {
        if (fd >= 0)
            close(fd);
        return unavailable(path);
    }
    g_autofree char *type = unfold(attachment_content_type(link->name));
    g_autofree char *disposition = unfold(attachment_disposition(link->name));
    type[strcspn(type, ";")] = '\0';
    HttpReply *reply = http_reply_file(200, type, fd, (guint64)state.st_size);
    http_reply_add(reply, "Content-Disposition", disposition);
    http_reply_add(reply, "Referrer-Policy", "no-referrer");
    return reply;
}

static void destroy_link(gpointer link)
{
    store_link_free(link);
}

HttpReply *download_end(HttpRequest *request, gpointer data)
{
    Web *web = data;
    const char *token = strrchr(http_request_path(request), '/') + 1;
    g_autoptr(GError) error = NULL;
    g_autoptr(StoreLink) link = store_link_judge(web_store(web), token, clock_now(), &error);
    web_done(web);
    if (link == NULL)
        return unavailable(error->message);
    if (link->trust != STORE_LINK_GOOD)
        return page_of(link->trust);
    HttpReply *reply = file_reply(web, link);
    if (http_reply_status(reply) == 200 && strcmp(http_request_method(request), "GET") == 0)
        http_request_keep(request, g_steal_pointer(&link), destroy_link);
    return reply;
}

void download_done(HttpRequest *request, gboolean whole, gpointer data)
{
    Web *web = data;
    const StoreLink *link = http_request_kept(request);
    g_autoptr(GError) error = NULL;
    if (link == NULL)
        return;
    const StoreDownload download = {.at = clock_now(), .address = (char *)http_request_address(request), .whole = whole};
    g_autofree char *id = g_strdup_printf("%" PRId64, link->delivery_id);
    gboolean noted = store_download_add(web_store(web), link->delivery_id, &download, &error);
    web_done(web);
    log_event(noted ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "web", "download", "delivery", id, "whole", whole ? "yes" : "no",
              "error", noted ? NULL : error->message, NULL);
}
