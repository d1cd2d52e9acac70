/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of a configuration file made ready for libconfig. */
#include "daemon/config-text.h"

#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/config-reader.h"

#define NAME_BYTES G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_*-"

static int line_at(const char *text, gsize offset)
{
    int line = 1;
    for (gsize i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* The length of the string or comment that begins here; 0 for anything else. */
static gsize opaque_length(const char *text)
{
    const char *end = NULL;
    if (*text == '"') {
        for (end = text + 1; *end != '\0' && *end != '"'; end++)
            if (*end == '\\' && end[1] != '\0')
                end++;
        return (gsize)(end - text) + (*end == '"');
    }
    if (g_str_has_prefix(text, "/*")) {
        end = strstr(text + 2, "*/");
        return end != NULL ? (gsize)(end - text) + 2 : strlen(text);
    }
    if (*text == '#' || g_str_has_prefix(text, "//"))
        return strcspn(text, "\n");
    return 0;
}

static gboolean is_integer(const char *text, gsize length)
{
    gsize sign = *text == '+' || *text == '-';
    gboolean hex = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? G_CSET_DIGITS "abcdefABCDEF" : G_CSET_DIGITS;
    gsize head = hex ? 2 : sign;
    return length > head && strspn(text + head, digits) >= length - head;
}

static gsize number_length(const char *text)
{
    gsize length = *text == '+' || *text == '-';
    length += strspn(text + length, G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z ".");
    return length;
}

static char *widen_integers(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 64);
    for (const char *p = text; *p != '\0';) {
        gsize length = opaque_length(p);
        gboolean integer = FALSE;
        if (length == 0 && (g_ascii_isalpha(*p) || *p == '*'))
            length = strspn(p, NAME_BYTES);
        if (length == 0) {
            length = number_length(p);
            integer = is_integer(p, length);
        }
        length = MAX(length, 1);
        g_string_append_len(out, p, (gssize)length);
        if (integer)
            g_string_append_c(out, 'L');
        p += length;
    }
    return g_string_free(out, FALSE);
}

static const char *find_include(const char *text)
{
    for (const char *p = text; *p != '\0'; p += MAX(opaque_length(p), 1))
        if (g_str_has_prefix(p, "@include"))
            return p;
    return NULL;
}

static gboolean check_text(const char *file, const char *text, gsize length, GPtrArray *problems)
{
    const char *message = NULL, *place = memchr(text, '\0', length);
    if (place != NULL)
        message = _("文件里有 NUL 字节：这不是文本文件，或已损坏");
    else if (!g_utf8_validate_len(text, length, &place))
        message = _("不是 UTF-8 编码：请在编辑器里另存为 UTF-8");
    else if ((place = find_include(text)) != NULL)
        message = _("不支持 @include：请把内容直接写进这个文件");
    if (message == NULL)
        return TRUE;
    config_problem_add(problems, file, line_at(text, (gsize)(place - text)), FALSE,
                       g_strdup(message));
    return FALSE;
}

char *config_text_load(const char *file, GPtrArray *problems)
{
    g_autofree char *raw = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;
    if (!g_file_get_contents(file, &raw, &length, &error)) {
        config_problem_add(problems, file, 0, FALSE,
                           g_strdup_printf(_("读不了配置文件：%s"), error->message));
        return NULL;
    }
    gsize mark = g_str_has_prefix(raw, "\xef\xbb\xbf") ? 3 : 0;
    if (!check_text(file, raw + mark, length - mark, problems))
        return NULL;
    return widen_integers(raw + mark);
}
