/* SPDX-License-Identifier: GPL-3.0-or-later
 * Encoded words for header fields. GMime's own run over 75 columns with Chinese, hence this. */
#include "daemon/dispatch/rfc2047.h"

#include <string.h>

#define MAX_LINE 76
#define FRAME (sizeof "=?utf-8?B?" "?=" - 1)
#define MAX_BYTES 45 /* 60 base64 letters: with the frame 72 columns */
#define MIN_BYTES 12 /* less room is left empty: three characters of four bytes are one of base64's */

static gboolean turns_direction(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

static gboolean is_control(gunichar c)
{
    return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static gboolean is_clean(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_control(c) || c == 0xfffd || turns_direction(c))
            return FALSE;
    }
    return TRUE;
}

/* Nearly every name is clean as it is: that is found out without a copy. */
char *rfc2047_clean(const char *text)
{
    if (is_clean(text))
        return g_strstrip(g_strdup(text));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_control(c))
            g_string_append_c(out, ' ');
        else if (c != 0xfffd && !turns_direction(c))
            g_string_append_unichar(out, c);
    }
    return g_strstrip(g_string_free(out, FALSE));
}

void rfc2047_begin(GString *out, const char *field)
{
    g_string_append(out, field);
    g_string_append_len(out, ": ", 2);
}

/* The longest run of whole characters in at most max bytes that needs no base64 padding; 0 when
 * there is none. Parsers that decode neighbouring words as one (GMime among them) lose whatever
 * stands behind a padded word, so only the last word may have padding. */
static gsize unpadded_run(const char *text, gsize max)
{
    gsize best = 0, length = 0;
    while (text[length] != '\0' && length <= max) {
        if (length % 3 == 0)
            best = length;
        length = (gsize)(g_utf8_next_char(text + length) - text);
    }
    return length <= max ? length : best;
}

/* Appends characters as a Q word until a run without padding can begin; returns their bytes. */
static gsize append_q(GString *out, const char *text, gsize max_letters)
{
    gsize length = 0, begun = out->len;
    g_string_append(out, "=?utf-8?Q?");
    do {
        gsize next = (gsize)(g_utf8_next_char(text + length) - text);
        if (length > 0 && out->len - begun + 3 * (next - length) + strlen("?=") > FRAME + max_letters)
            break;
        for (; length < next; length++)
            if (g_ascii_isalnum(text[length]))
                g_string_append_c(out, text[length]);
            else
                g_string_append_printf(out, "=%02X", (guchar)text[length]);
    } while (text[length] != '\0' && unpadded_run(text + length, MAX_BYTES) == 0);
    g_string_append(out, "?=");
    return length;
}

static gsize append_b(GString *out, const char *text, gsize length)
{
    char letters[MAX_BYTES / 3 * 4 + 8];
    gint state = 0, save = 0;
    gsize n = g_base64_encode_step((const guchar *)text, length, FALSE, letters, &state, &save);
    n += g_base64_encode_close(FALSE, letters + n, &state, &save);
    g_string_append(out, "=?utf-8?B?");
    g_string_append_len(out, letters, (gssize)n);
    g_string_append(out, "?=");
    return length;
}

static gsize room_at(gsize column)
{
    gsize room = column + FRAME < MAX_LINE ? (MAX_LINE - column - FRAME) / 4 * 3 : 0;
    return MIN(room, MAX_BYTES);
}

gsize rfc2047_append_words(GString *out, const char *text, gsize column)
{
    for (gboolean first = TRUE; *text != '\0'; first = FALSE) {
        const char *gap = first ? "" : " ";
        if (room_at(column + strlen(gap)) < MIN_BYTES) {
            gap = "\r\n ";
            column = 0;
        }
        g_string_append(out, gap);
        column += strlen(gap) > 0;
        gsize begun = out->len, room = room_at(column), run = unpadded_run(text, room);
        text += run > 0 ? append_b(out, text, run) : append_q(out, text, room / 3 * 4);
        column += out->len - begun;
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
    rfc2047_begin(out, field);
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
    rfc2047_begin(out, field);
    if (*clean != '\0') {
        column = append_phrase(out, clean, column);
        g_string_append(out, column + strlen(" <>") + strlen(address) > MAX_LINE ? "\r\n " : " ");
    }
    g_string_append_c(out, '<');
    g_string_append(out, address);
    g_string_append(out, ">\r\n");
}

void rfc2047_append_group(GString *out, const char *field, const char *name)
{
    g_autofree char *clean = rfc2047_clean(name);
    rfc2047_begin(out, field);
    append_phrase(out, clean, strlen(field) + 2);
    g_string_append(out, ":;\r\n");
}
