/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reply reader: what is kept is small, however much the server sends. */
#include "daemon/dispatch/smtp-reader.h"

#include <string.h>

#include "daemon/dispatch/outcome.h"

enum {
    LINE_KEPT = 1024,          /* RFC 5321 §4.5.3.1.5 allows 512; the rest of a longer line is dropped */
    TEXT_KEPT = 2048,          /* of all lines of a reply */
    REPLY_LIMIT = 4 * 1024 * 1024 /* bytes after which a reply is held to be endless */
};

struct SmtpReader {
    GString *line; /* the line being read, cut at LINE_KEPT */
    GString *text; /* what the lines of this reply said */
    char *shown;   /* text as valid UTF-8 */
    gsize taken;   /* bytes of this reply so far */
    int code;
    gboolean complete;
};

SmtpReader *smtp_reader_new(void)
{
    SmtpReader *reader = g_new0(SmtpReader, 1);
    reader->line = g_string_sized_new(128);
    reader->text = g_string_sized_new(128);
    return reader;
}

void smtp_reader_free(SmtpReader *reader)
{
    if (reader == NULL)
        return;
    g_string_free(reader->line, TRUE);
    g_string_free(reader->text, TRUE);
    g_free(reader->shown);
    g_free(reader);
}

/* The code of a reply line, 0 when it is none: three digits of a known class, then a blank, a
 * hyphen or the end. */
static int line_code(const GString *line)
{
    const char *s = line->str;
    if (line->len < 3 || s[0] < '2' || s[0] > '5' || s[1] < '0' || s[1] > '9' || s[2] < '0' || s[2] > '9')
        return 0;
    if (s[3] != ' ' && s[3] != '-' && s[3] != '\0')
        return 0;
    return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

/* RFC 2034 §4 repeats the enhanced code on each line: once is enough for a reader. */
static const char *without_repeated_code(const GString *text, const char *words)
{
    const char *rest, *first_rest;
    g_autofree char *code = outcome_enhanced_code(words, &rest);
    g_autofree char *first = code != NULL ? outcome_enhanced_code(text->str, &first_rest) : NULL;
    return first != NULL && strcmp(first, code) == 0 ? rest : words;
}

static void keep_words(SmtpReader *reader)
{
    for (gsize i = 0; i < reader->line->len; i++)
        if ((guchar)reader->line->str[i] < ' ' || reader->line->str[i] == 0x7f)
            reader->line->str[i] = ' ';
    gsize skip = reader->code != 0 ? 4 : 0; /* of nonsense all is told */
    const char *words = reader->line->len > skip ? reader->line->str + skip : "";
    if (reader->text->len > 0)
        words = without_repeated_code(reader->text, words);
    if (*words == '\0' || reader->text->len >= TEXT_KEPT)
        return;
    if (reader->text->len > 0)
        g_string_append_c(reader->text, ' ');
    g_string_append_len(reader->text, words,
                        (gssize)MIN(strlen(words), TEXT_KEPT - MIN(reader->text->len, TEXT_KEPT)));
}

static SmtpRead end_line(SmtpReader *reader)
{
    if (reader->line->len > 0 && reader->line->str[reader->line->len - 1] == '\r')
        g_string_truncate(reader->line, reader->line->len - 1);
    reader->code = line_code(reader->line);
    gboolean last = reader->line->len < 4 || reader->line->str[3] != '-';
    keep_words(reader);
    g_string_truncate(reader->line, 0);
    if (reader->code == 0)
        return SMTP_READ_NONSENSE;
    reader->complete = last;
    return last ? SMTP_READ_REPLY : SMTP_READ_MORE;
}

static void begin_reply(SmtpReader *reader)
{
    g_string_truncate(reader->text, 0);
    g_clear_pointer(&reader->shown, g_free);
    reader->taken = 0;
    reader->complete = FALSE;
}

SmtpRead smtp_reader_feed(SmtpReader *reader, const char *data, gsize n, gsize *used)
{
    SmtpRead read = SMTP_READ_MORE;
    *used = 0;
    while (*used < n && read == SMTP_READ_MORE) {
        if (reader->complete)
            begin_reply(reader);
        const char *from = data + *used;
        const char *end = memchr(from, '\n', n - *used);
        gsize length = end != NULL ? (gsize)(end - from) : n - *used;
        gsize room = LINE_KEPT - MIN(reader->line->len, LINE_KEPT);
        g_string_append_len(reader->line, from, (gssize)MIN(length, room));
        *used += length + (end != NULL);
        reader->taken += length + 1;
        if (end != NULL)
            read = end_line(reader);
        if (reader->taken > REPLY_LIMIT)
            read = SMTP_READ_NONSENSE;
    }
    return read;
}

int smtp_reader_code(const SmtpReader *reader)
{
    return reader->code;
}

/* A long text cut inside its last character is still UTF-8; other invalid bytes speak for GB18030. */
static gboolean is_utf8_but_cut(const GString *text)
{
    const char *end;
    return g_utf8_validate_len(text->str, text->len, &end) ||
           (text->len + 4 >= LINE_KEPT && text->str + text->len - end <= 3);
}

const char *smtp_reader_text(SmtpReader *reader)
{
    const GString *text = reader->text;
    if (reader->shown == NULL && !is_utf8_but_cut(text))
        reader->shown = g_convert(text->str, (gssize)text->len, "UTF-8", "GB18030", NULL, NULL, NULL);
    if (reader->shown == NULL)
        reader->shown = g_utf8_make_valid(text->str, (gssize)text->len);
    return reader->shown;
}
