/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mail addresses: RFC 5321 §4.1.2 Mailbox, narrowed to dot-string and domain name. Whatever passes
 * is plain printable ASCII and safe in a header and on an SMTP line. */
#include "daemon/base/address.h"

#include <gio/gio.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/han.h"
#include "daemon/base/i18n.h"

#define MAX_LOCAL 64
#define MAX_DOMAIN 255
#define MAX_LABEL 63
#define MAX_PATH 254 /* RFC 5321 §4.5.3.1.3 less the angle brackets */

static gboolean fail(GError **error, const char *address, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean fail(GError **error, const char *address, const char *format, ...)
{
    g_autofree char *valid = g_utf8_make_valid(address, -1);
    for (char *at = valid; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at))
            *at = '?';
    g_autofree char *shown = han_ellipsize(valid, 60);
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("邮箱地址“%s”不能用：%s"), shown, what);
    return FALSE;
}

static gboolean is_atext(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Bytes that may stand nowhere, told apart so that the clerk knows what to look for. */
static gboolean check_bytes(const char *address, GError **error)
{
    if (*address == '\0')
        return fail(error, address, _("地址是空的，请填写"));
    for (const char *at = address; *at != '\0'; at++) {
        long place = g_utf8_strlen(address, at - address) + 1;
        if (g_ascii_iscntrl(*at))
            return fail(error, address, _("第 %ld 个字符是换行、制表符之类的控制字符，请重新录入"), place);
        if (*at == ' ')
            return fail(error, address, _("第 %ld 个字符是空格，请删去"), place);
        if ((guchar)*at >= 0x80)
            return fail(error, address,
                        _("第 %ld 个字符不是英文半角字符；不支持国际化地址（SMTPUTF8），请改用英文地址"), place);
        if (!is_atext(*at) && *at != '.' && *at != '@')
            return fail(error, address, _("第 %ld 个字符“%c”不能出现在地址里；只填写“名称@域名”，不带引号、括号"),
                        place, *at);
    }
    return TRUE;
}

static gboolean check_local(const char *address, gsize length, GError **error)
{
    if (length == 0)
        return fail(error, address, _("“@”前面没有名称"));
    if (length > MAX_LOCAL)
        return fail(error, address, _("“@”前面超过 %d 个字符"), MAX_LOCAL);
    if (address[0] == '.' || address[length - 1] == '.')
        return fail(error, address, _("“@”前面的名称不能以点开头或结尾"));
    if (g_strstr_len(address, (gssize)length, "..") != NULL)
        return fail(error, address, _("“@”前面有连续的点"));
    return TRUE;
}

static gboolean check_label(const char *address, const char *label, GError **error)
{
    gsize length = strlen(label);
    if (length == 0)
        return fail(error, address, _("域名中有多余的点"));
    if (length > MAX_LABEL)
        return fail(error, address, _("域名的一节“%s”超过 %d 个字符"), label, MAX_LABEL);
    if (label[0] == '-' || label[length - 1] == '-')
        return fail(error, address, _("域名的一节“%s”以连字符开头或结尾"), label);
    for (const char *at = label; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && *at != '-')
            return fail(error, address, _("域名中不能有“%c”"), *at);
    return TRUE;
}

static gboolean check_domain(const char *address, const char *domain, GError **error)
{
    if (*domain == '\0')
        return fail(error, address, _("“@”后面没有域名"));
    if (strlen(domain) > MAX_DOMAIN)
        return fail(error, address, _("域名超过 %d 个字符"), MAX_DOMAIN);
    g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
    guint n_labels = g_strv_length(labels);
    for (guint i = 0; i < n_labels; i++)
        if (!check_label(address, labels[i], error))
            return FALSE;
    if (n_labels == 1 && g_ascii_strcasecmp(domain, "localhost") != 0)
        return fail(error, address, _("域名“%s”不完整，至少要有一个点"), domain);
    if (strspn(labels[n_labels - 1], "0123456789") == strlen(labels[n_labels - 1]))
        return fail(error, address, _("“@”后面要写域名，不能写 IP 地址"));
    return TRUE;
}

gboolean address_check(const char *address, GError **error)
{
    if (!check_bytes(address, error))
        return FALSE;
    const char *at = strchr(address, '@');
    if (at == NULL)
        return fail(error, address, _("缺少“@”"));
    if (strchr(at + 1, '@') != NULL)
        return fail(error, address, _("有不止一个“@”；一栏只填一个地址"));
    if (!check_local(address, (gsize)(at - address), error) || !check_domain(address, at + 1, error))
        return FALSE;
    if (strlen(address) > MAX_PATH)
        return fail(error, address, _("地址超过 %d 个字符"), MAX_PATH);
    return TRUE;
}

const char *address_domain(const char *address)
{
    return strrchr(address, '@') + 1;
}

static gboolean is_under(const char *domain, const char *parent)
{
    gsize length = strlen(domain), tail = strlen(parent);
    return length > tail && g_ascii_strcasecmp(domain + length - tail, parent) == 0;
}

gboolean address_is_internal(const char *address, const char *const *domains)
{
    if (domains == NULL)
        return TRUE;
    const char *domain = address_domain(address);
    for (; *domains != NULL; domains++)
        if (**domains == '.' ? is_under(domain, *domains) : g_ascii_strcasecmp(domain, *domains) == 0)
            return TRUE;
    return FALSE;
}

gboolean address_is_loopback(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    return address != NULL ? g_inet_address_get_is_loopback(address)
                           : g_ascii_strcasecmp(host, "localhost") == 0;
}
