/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of uploads. */
#include "daemon/web/upload-name.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

#define NAME_BYTES 200 /* 255 less a number, and room for .reason.txt beside it */
#define BLANKS " \t"

static gboolean has_control(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_iscntrl(g_utf8_get_char(text)))
            return TRUE;
    return FALSE;
}

static const char *fault_of(const char *base)
{
    if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0)
        return _("没有写文件名");
    if (strlen(base) > NAME_BYTES)
        return _("文件名太长，最多 200 字节（约 66 个汉字）");
    return has_control(base) || strstr(base, "%00") != NULL ? _("文件名里有控制字符") : NULL;
}

char *upload_name_clean(const char *said, GError **error)
{
    g_autofree char *text = g_utf8_validate(said, -1, NULL)
                                ? g_strdup(said)
                                : g_convert(said, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
    const char *fault = text == NULL ? _("文件名既不是 UTF-8，也不是 GBK") : NULL;
    g_autofree char *base = NULL;
    if (fault == NULL) {
        g_strdelimit(text, "\\", '/');
        base = g_strstrip(g_strdup(strrchr(text, '/') != NULL ? strrchr(text, '/') + 1 : text));
        fault = fault_of(base);
    }
    if (fault == NULL)
        return g_steal_pointer(&base);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("%s。请换一个普通的文件名，如“第19期.docx”"), fault);
    return NULL;
}

/* ---- Content-Disposition ---- */

/* A token or a quoted string (RFC 9110 §5.6); *at stands behind it. NULL when the quote has no end. */
static char *read_value(const char **at)
{
    GString *out = g_string_new(NULL);
    const char *p = *at;
    gboolean quoted = *p == '"';
    for (p += quoted; *p != '\0' && (quoted ? *p != '"' : strchr(";" BLANKS, *p) == NULL); p++) {
        if (quoted && p[0] == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
        g_string_append_c(out, *p);
    }
    gboolean good = !quoted || *p == '"';
    *at = p + (good && quoted);
    return g_string_free(out, !good);
}

/* UTF-8'language'percent-encoded (RFC 8187). NULL for other charsets and broken escapes. */
static char *read_extended(const char *value)
{
    static const char charset[] = "UTF-8'";
    const char *quote = g_ascii_strncasecmp(value, charset, strlen(charset)) == 0
                            ? strchr(value + strlen(charset), '\'') : NULL;
    g_autofree char *text = quote != NULL ? g_uri_unescape_string(quote + 1, NULL) : NULL;
    return text != NULL && g_utf8_validate(text, -1, NULL) ? g_steal_pointer(&text) : NULL;
}

/* The next "; name=value"; FALSE at the end and where it is broken. */
static gboolean next_parameter(const char **at, char **name, char **value)
{
    *at += strspn(*at, BLANKS);
    if (**at != ';')
        return FALSE;
    *at += 1 + strspn(*at + 1, BLANKS);
    const char *equals = strchr(*at, '=');
    if (equals == NULL)
        return FALSE;
    *name = g_strchomp(g_strndup(*at, (gsize)(equals - *at)));
    *at = equals + 1 + strspn(equals + 1, BLANKS);
    *value = read_value(at);
    if (*value == NULL)
        g_clear_pointer(name, g_free);
    return *value != NULL;
}

char *upload_name_of_disposition(const char *header)
{
    g_autofree char *plain = NULL, *extended = NULL;
    const char *at = header + strcspn(header, ";");
    char *name, *value;
    while (next_parameter(&at, &name, &value)) {
        if (extended == NULL && g_ascii_strcasecmp(name, "filename*") == 0)
            extended = read_extended(value);
        else if (plain == NULL && g_ascii_strcasecmp(name, "filename") == 0)
            plain = g_steal_pointer(&value);
        g_free(name);
        g_free(value);
    }
    return extended != NULL ? g_steal_pointer(&extended) : g_steal_pointer(&plain);
}
