/* SPDX-License-Identifier: GPL-3.0-or-later
 * web and attachments in songfad.conf. */
#include "daemon/config-web.h"

#include <gio/gio.h>
#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"

#define DAY 86400
#define MEGABYTE G_GINT64_CONSTANT(1048576)

/* "127.0.0.1:8025", "[::1]:8025". */
static gboolean read_listen(ConfigWeb *web)
{
    const char *colon = strrchr(web->listen, ':');
    gint64 port;
    if (colon == NULL || !g_ascii_string_to_signed(colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
        return FALSE;
    web->host = g_strndup(web->listen, (gsize)(colon - web->listen));
    gsize length = strlen(web->host);
    if (length > 2 && web->host[0] == '[' && web->host[length - 1] == ']') {
        web->host[length - 1] = '\0';
        memmove(web->host, web->host + 1, length - 1);
    } else if (strchr(web->host, ':') != NULL) {
        return FALSE;
    }
    web->port = (guint16)port;
    return g_hostname_is_ip_address(web->host);
}

/* Tokens and files would be read by others on the way. */
static void check_cover(ConfigReader *reader, const ConfigWeb *web)
{
    if (!address_is_loopback(web->host) && web->certificate == NULL && !web->allow_plain)
        config_reader_problem(reader, "listen",
                              _("不加密就在别的机器够得着的地址上接收文件，令牌和内容会被旁人看到：请写 127.0.0.1、前面放反向代理，"
                                "或写“certificate”和“key”；确实只能明文时再加一行 allow_plain = true;"));
}

/* An origin, perhaps with a path; the final slash is taken off. */
static void check_url(ConfigReader *reader, ConfigWeb *web)
{
    g_autoptr(GUri) uri = g_uri_parse(web->public_url, G_URI_FLAGS_NONE, NULL);
    const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
    gsize length = strlen(web->public_url);
    if ((strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0) || g_uri_get_host(uri) == NULL ||
        *g_uri_get_host(uri) == '\0' || g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL ||
        g_uri_get_userinfo(uri) != NULL || !g_str_is_ascii(web->public_url))
        config_reader_problem(reader, "public_url",
                              _("“public_url”是收件人从外面够得着的地址，写作 \"https://songfa.example.gov.cn\"，不带 ? 和 #"));
    else if (web->public_url[length - 1] == '/')
        web->public_url[length - 1] = '\0';
}

static void web_check(ConfigReader *reader, gpointer record)
{
    ConfigWeb *web = record;
    if ((web->certificate == NULL) != (web->key == NULL))
        config_reader_problem(reader, web->key == NULL ? "certificate" : "key",
                              _("加密要“certificate”和“key”两项都有，或都不写"));
    if (web->listen != NULL && !read_listen(web))
        config_reader_problem(reader, "listen", _("“listen”写作 IP 地址和端口，如 \"127.0.0.1:8025\" 或 \"[::1]:8025\""));
    else if (web->listen != NULL)
        check_cover(reader, web);
    if (web->public_url != NULL)
        check_url(reader, web);
}

static const ConfigField web_fields[] = {
    CONFIG_FIELD(ConfigWeb, listen, CONFIG_TEXT, .required = TRUE),
    CONFIG_FIELD(ConfigWeb, public_url, CONFIG_TEXT),
    CONFIG_FIELD(ConfigWeb, certificate, CONFIG_PATH),
    CONFIG_FIELD(ConfigWeb, key, CONFIG_PATH),
    CONFIG_FIELD(ConfigWeb, allow_plain, CONFIG_FLAG),
    {0},
};
const ConfigGroup config_web_group = {web_fields, NULL, web_check};

static const ConfigField attachments_fields[] = {
    CONFIG_FIELD(ConfigAttachments, link_above, CONFIG_SIZE, .min = 1, .max = 1024 * MEGABYTE),
    CONFIG_FIELD(ConfigAttachments, link_lasts, CONFIG_DURATION, .min = DAY, .max = 365 * DAY),
    {0},
};
const ConfigGroup config_attachments_group = {attachments_fields, NULL, NULL};

void config_web_clear(ConfigWeb *web)
{
    char *texts[] = {web->listen, web->host, web->public_url, web->certificate, web->key};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

void config_web_relate(const Config *config, const char *file, GPtrArray *problems)
{
    if (config->attachments.link_above > 0 && config->web.public_url == NULL)
        config_problem_add(problems, file, config_line(config, &config->attachments.link_above), FALSE,
                           g_strdup(_("大附件改为链接，要先有收件人够得着的地址：请在“web”里写“listen”和“public_url”")));
}
