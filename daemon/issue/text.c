/* SPDX-License-Identifier: GPL-3.0-or-later
 * Encodings and line ends. Every converter here is strict: one bad byte and the file is held. */
#include "daemon/issue/text.h"

#include <string.h>

#include "daemon/base/han.h"

typedef struct {
    const char *charset;
    const char *bytes;
    gsize length;
} Mark;

/* UTF-32 stands before UTF-16: its little-endian mark begins with the other's. */
static const Mark marks[] = {
    {"UTF-8", "\xef\xbb\xbf", 3},      {"UTF-32LE", "\xff\xfe\0\0", 4},
    {"UTF-32BE", "\0\0\xfe\xff", 4},   {"UTF-16LE", "\xff\xfe", 2},
    {"UTF-16BE", "\xfe\xff", 2},       {"GB18030", "\x84\x31\x95\x33", 4},
};

static char *convert(const char *data, gsize length, const char *charset)
{
    gsize read = 0, written = 0;
    g_autofree char *text = g_convert(data, (gssize)length, "UTF-8", charset, &read, &written, NULL);
    if (text == NULL || read != length || memchr(text, '\0', written) != NULL)
        return NULL;
    return g_steal_pointer(&text);
}

static char *decode_as(const char *data, gsize length, const char *charset)
{
    if (strcmp(charset, "UTF-8") != 0)
        return convert(data, length, charset);
    return g_utf8_validate_len(data, length, NULL) ? g_strndup(data, length) : NULL;
}

/* UTF-16 shows itself by its line ends, digits and blanks: their upper halves are NULs and stand on
 * one side. A few Chinese characters (一) have a NUL as their lower half. */
static const char *utf16_without_mark(const char *data, gsize length)
{
    gsize nuls[2] = {0, 0};
    for (gsize i = 0; i < length; i++)
        if (data[i] == '\0')
            nuls[i % 2]++;
    if (length % 2 != 0 || nuls[0] == nuls[1])
        return NULL;
    return nuls[0] > nuls[1] ? "UTF-16BE" : "UTF-16LE";
}

static gboolean is_common(gunichar c)
{
    return c < 0x80 || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x2000 && c <= 0x303f) ||
           (c >= 0xff00 && c <= 0xffef);
}

static char *decode_utf16(const char *data, gsize length)
{
    const char *charset = utf16_without_mark(data, length);
    g_autofree char *text = charset != NULL ? convert(data, length, charset) : NULL;
    if (text == NULL)
        return NULL;
    gsize common = 0, other = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        *(is_common(g_utf8_get_char(p)) ? &common : &other) += 1;
    return other * 50 <= common ? g_steal_pointer(&text) : NULL;
}

static char *decode(const char *data, gsize length, TextResult *failure)
{
    *failure = TEXT_UNREADABLE;
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        if (length >= marks[i].length && memcmp(data, marks[i].bytes, marks[i].length) == 0)
            return decode_as(data + marks[i].length, length - marks[i].length, marks[i].charset);
    if (memchr(data, '\0', length) != NULL) {
        *failure = TEXT_BINARY;
        return decode_utf16(data, length);
    }
    char *text = decode_as(data, length, "UTF-8");
    return text != NULL ? text : decode_as(data, length, "GB18030");
}

/* Line ends of every system become "\n"; a page break ends a line and leaves an empty one. FALSE
 * when a control character shows that this is no text. */
static gboolean append_normal(GString *out, gunichar c, const char *p)
{
    if (c == '\r') {
        if (p[1] != '\n')
            g_string_append_c(out, '\n');
    } else if (c == '\f') {
        g_string_append(out, "\n\n");
    } else if (c == '\v' || c == 0x85 || c == 0x2028 || c == 0x2029) {
        g_string_append_c(out, '\n');
    } else if (c == 0x1a && p[1] == '\0') {
        return TRUE; /* end-of-file mark of DOS editors */
    } else if (c != '\n' && c != '\t' && g_unichar_iscntrl(c)) {
        return FALSE;
    } else {
        g_string_append_unichar(out, c);
    }
    return TRUE;
}

static char *normalise(const char *text, TextResult *result)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    gboolean visible = FALSE;
    *result = TEXT_READ;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p), plain = han_fold(c);
        visible = visible || (plain != 0 && plain != ' ' && c != '\n' && c != '\r');
        if (!append_normal(out, c, p)) {
            *result = TEXT_BINARY;
            break;
        }
    }
    if (*result == TEXT_READ && !visible)
        *result = TEXT_EMPTY;
    return g_string_free(out, *result != TEXT_READ);
}

char *text_decode(const guint8 *data, gsize length, TextResult *result)
{
    *result = TEXT_EMPTY;
    if (length == 0)
        return NULL;
    g_autofree char *text = decode((const char *)data, length, result);
    return text != NULL ? normalise(text, result) : NULL;
}

char *text_decode_name(const char *name)
{
    char *text = decode_as(name, strlen(name), "UTF-8");
    return text != NULL ? text : decode_as(name, strlen(name), "GB18030");
}
