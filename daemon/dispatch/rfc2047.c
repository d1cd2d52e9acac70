/* SPDX-License-Identifier: GPL-3.0-or-later
 * Encoded words for header fields. GMime's own run over 75 columns with Chinese, hence this. */
#include "daemon/dispatch/rfc2047.h"

#include <string.h>

#define MAX_LINE 76
#define PREFIX "=?utf-8?B?"
#define SUFFIX "?="
#define FRAME (sizeof PREFIX - 1 + sizeof SUFFIX - 1)
#define MAX_BYTES 45 /* 60 base64 letters: with the frame 72 columns, behind a blank 73 */

static gboolean turns_direction(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

char *rfc2047_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029)
            g_string_append_c(out, ' ');
        else if (c != 0xfffd && !turns_direction(c))
            g_string_append_unichar(out, c);
    }
    return g_strstrip(g_string_free(out, FALSE));
}

/* The longest run of whole characters of text in at most max bytes (at least one character). */
static gsize whole_characters(const char *text, gsize max)
{
    gsize length = 0;
    while (text[length] != '\0') {
        gsize next = (gsize)(g_utf8_next_char(text + length) - text);
        if (next > max && length > 0)
            break;
        length = next;
    }
    return length;
}

static gsize room_at(gsize column)
{
    gsize room = column + FRAME < MAX_LINE ? (MAX_LINE - column - FRAME) / 4 * 3 : 0;
    return MIN(room, MAX_BYTES);
}

gsize rfc2047_append_words(GString *out, const char *text, gsize column)
{
    while (*text != '\0') {
        if (room_at(column) < 6) { /* no place for a character or two: a new line */
            g_string_append(out, "\r\n ");
            column = 1;
        }
        gsize length = whole_characters(text, room_at(column));
        g_autofree char *letters = g_base64_encode((const guchar *)text, length);
        g_string_append_printf(out, PREFIX "%s" SUFFIX, letters);
        column += FRAME + strlen(letters);
        text += length;
        if (*text != '\0')
            column = MAX_LINE;
    }
    return column;
}

static gboolean is_plain(const char *text)
{
    return g_str_is_ascii(text) && strstr(text, "=?") == NULL;
}

void rfc2047_append_text(GString *out, const char *field, const char *text)
{
    g_autofree char *clean = rfc2047_clean(text);
    gsize column = strlen(field) + 2;
    g_string_append_printf(out, "%s: ", field);
    if (is_plain(clean) && column + strlen(clean) <= MAX_LINE)
        g_string_append(out, clean);
    else
        rfc2047_append_words(out, clean, column);
    g_string_append(out, "\r\n");
}

static gboolean is_atoms(const char *text)
{
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && strchr("!#$%&'*+-/=?^_`{|}~ ", *text) == NULL)
            return FALSE;
    return TRUE;
}

static void append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

/* Appends the display name; returns the column behind it. */
static gsize append_phrase(GString *out, const char *name, gsize column)
{
    gsize before = out->len;
    if (!is_plain(name) || column + 2 * strlen(name) + 2 > MAX_LINE)
        return rfc2047_append_words(out, name, column);
    if (is_atoms(name))
        g_string_append(out, name);
    else
        append_quoted(out, name);
    return column + out->len - before;
}

void rfc2047_append_mailbox(GString *out, const char *field, const char *name, const char *address)
{
    g_autofree char *clean = rfc2047_clean(name != NULL ? name : "");
    gsize column = strlen(field) + 2;
    g_string_append_printf(out, "%s: ", field);
    if (*clean != '\0') {
        column = append_phrase(out, clean, column);
        g_string_append(out, column + strlen(" <>") + strlen(address) > MAX_LINE ? "\r\n " : " ");
    }
    g_string_append_printf(out, "<%s>\r\n", address);
}
