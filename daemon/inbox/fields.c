/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fields and codes found in texts of strangers; each look is linear in the text. */
#include "daemon/inbox/fields.h"

#include <string.h>

enum { MAX_ID = 250, MIN_TOKEN = 16, MAX_TOKEN = 64, MAX_LINE_CHARS = 300, CODE_DIGITS = 3 };

/* ---- fields ---- */

/* The length of a field's name at the head of the line; 0 = the line is no field. */
static gsize name_length(const char *line)
{
    gsize length = strspn(line, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");
    return line[length + strspn(line + length, " \t")] == ':' ? length : 0;
}

static void flush(GString *field, FieldsTake take, gpointer user)
{
    gsize length = name_length(field->str);
    if (length > 0) {
        char *value = strchr(field->str + length, ':') + 1;
        field->str[length] = '\0';
        take(user, field->str, g_strstrip(value));
    }
    g_string_truncate(field, 0);
}

void fields_walk(const char *text, FieldsTake take, gpointer user)
{
    g_autoptr(GString) field = g_string_new(NULL);
    while (*text != '\0') {
        gsize length = strcspn(text, "\r\n");
        gboolean blank = strspn(text, " \t") >= length;
        if (blank || (*text != ' ' && *text != '\t'))
            flush(field, take, user);
        if (blank)
            take(user, NULL, NULL);
        else
            g_string_append_len(field, text, (gssize)length);
        text += length;
        text += *text == '\r';
        text += *text == '\n';
    }
    flush(field, take, user);
}

const char *fields_behind(const char *text)
{
    gboolean quoted = *text == '"';
    int depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (quoted ? *at == '"' && at > text : *at == ')' && --depth == 0)
            return at + 1;
        else if (!quoted && *at == '(')
            depth++;
    }
    return NULL;
}

const char *fields_untyped(const char *value)
{
    gsize length = strspn(value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-");
    const char *behind = value + length + strspn(value + length, " \t");
    if (length == 0 || *behind != ';')
        return value;
    return behind + 1 + strspn(behind + 1, " \t");
}

/* ---- codes ---- */

static gsize digits_at(const char *text)
{
    gsize n = 0;
    while (n <= CODE_DIGITS && g_ascii_isdigit(text[n]))
        n++;
    return n;
}

/* "class.subject.detail" at text: its length, else 0. */
static gsize status_length(const char *text)
{
    if (strchr("245", *text) == NULL || text[1] != '.')
        return 0;
    gsize subject = digits_at(text + 2);
    if (subject == 0 || subject > CODE_DIGITS || text[2 + subject] != '.')
        return 0;
    gsize at = 3 + subject, detail = digits_at(text + at);
    if (detail == 0 || detail > CODE_DIGITS)
        return 0;
    const char *end = text + at + detail;
    gboolean goes_on = g_ascii_isalnum(*end) || (*end == '.' && g_ascii_isdigit(end[1]));
    return goes_on ? 0 : at + detail;
}

static gboolean begins_word(const char *text, const char *at)
{
    return at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '.');
}

char *fields_status(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        gsize length = begins_word(text, at) ? status_length(at) : 0;
        if (length > 0)
            return g_strndup(at, length);
    }
    return NULL;
}

int fields_reply_code(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if ((*at != '4' && *at != '5') || !begins_word(text, at) || digits_at(at) != CODE_DIGITS)
            continue;
        if (at[1] <= '5' && strchr(" -\t", at[CODE_DIGITS]) != NULL)
            return (int)g_ascii_strtoull(at, NULL, 10);
    }
    return 0;
}

/* ---- words ---- */

static gboolean is_id_byte(char byte)
{
    return g_ascii_isgraph(byte) && byte != '<' && byte != '>';
}

char *fields_message_id(const char *value)
{
    for (const char *open = strchr(value, '<'); open != NULL; open = strchr(open + 1, '<')) {
        gsize length = 1;
        while (is_id_byte(open[length]))
            length++;
        if (open[length] == '>' && length > 1 && length < MAX_ID)
            return g_strndup(open, length + 1);
    }
    return NULL;
}

char *fields_token(const char *value)
{
    gsize length = strspn(value, G_CSET_a_2_z "234567");
    gboolean alone = value[length + strspn(value + length, " \t")] == '\0';
    return alone && length >= MIN_TOKEN && length <= MAX_TOKEN ? g_strndup(value, length) : NULL;
}

char *fields_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) line = g_string_new(NULL);
    glong n = 0;
    for (const char *at = valid; *at != '\0' && n < MAX_LINE_CHARS; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gboolean blank = g_unichar_isspace(c) || g_unichar_iscntrl(c);
        if (blank && (line->len == 0 || line->str[line->len - 1] == ' '))
            continue;
        g_string_append_unichar(line, blank ? ' ' : c);
        n++;
    }
    g_strchomp(line->str);
    return *line->str != '\0' ? g_strdup(line->str) : NULL;
}
