/* SPDX-License-Identifier: GPL-3.0-or-later
 * libxml2's reader of HTML says where elements begin and end; a table says what they mean. The encoding is
 * told as of any text, for what pages say of theirs is often wrong. */
#include "daemon/issue/extract/html.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/issue/text.h"

typedef struct {
    Blocks *blocks;
    GError *error;
    gboolean open;       /* a paragraph is */
    gboolean blank;      /* stands before the next character, unless that begins the paragraph or a line */
    gunichar last;       /* character, 0 = none yet */
    int heading;         /* level, 0 = none */
    guint bold, cells, titles; /* how deep in each */
    guint depth, hidden; /* of elements; that of the outermost which hides, 0 = none */
} Html;

/* ---- text ---- */

static Place place_here(const Html *html)
{
    if (html->hidden > 0 || html->titles > 0)
        return PLACE_HIDDEN;
    return html->cells > 0 ? PLACE_CELL : PLACE_BODY;
}

static void end_paragraph(Html *html)
{
    if (html->open && html->error == NULL)
        blocks_end(html->blocks, &html->error);
    html->open = html->blank = FALSE;
    html->last = 0;
}

static void begin_paragraph(Html *html)
{
    if (html->open)
        return;
    blocks_begin(html->blocks, place_here(html), html->heading);
    html->open = TRUE;
}

static void add_blank(Html *html)
{
    if (html->blank && html->last != 0 && html->last != '\n')
        blocks_text(html->blocks, " ", 1, html->bold > 0);
    html->blank = FALSE;
}

/* Blanks and line ends are one blank together, as browsers show them. */
static void add_character(Html *html, const char *at, gssize length)
{
    gunichar c = g_utf8_get_char(at);
    if (c < 0x80 && strchr(" \t\r\n\f", (int)c) != NULL) {
        html->blank = TRUE;
        return;
    }
    begin_paragraph(html);
    add_blank(html);
    blocks_text(html->blocks, at, length, html->bold > 0);
    html->last = c;
}

static void take_text(void *data, const xmlChar *text, int length)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)text, length);
    for (const char *at = valid, *next; *at != '\0'; at = next) {
        next = g_utf8_next_char(at);
        add_character(data, at, next - at);
    }
}

/* Scripts and sheets of styles are nobody's text. */
static void pass_over(void *data, const xmlChar *text, int length)
{
    (void)data, (void)text, (void)length;
}

/* A comment shows nowhere, but it is in the file. */
static void take_comment(void *data, const xmlChar *text)
{
    Html *html = data;
    end_paragraph(html);
    blocks_begin(html->blocks, PLACE_HIDDEN, 0);
    blocks_text(html->blocks, (const char *)text, -1, FALSE);
    if (html->error == NULL)
        blocks_end(html->blocks, &html->error);
}

static void add_break(Html *html)
{
    begin_paragraph(html);
    blocks_text(html->blocks, "\n", 1, FALSE);
    html->blank = FALSE;
    html->last = '\n';
}

/* ---- elements ---- */

typedef enum { INLINE, BLOCK, HEADING, BOLD, BREAK, CELL, ROW, TITLE } Meaning;

static const struct {
    const char *name;
    Meaning meaning;
} elements[] = {
    {"p", BLOCK},       {"div", BLOCK},     {"li", BLOCK},      {"ul", BLOCK},       {"ol", BLOCK},
    {"table", BLOCK},   {"body", BLOCK},    {"head", BLOCK},    {"blockquote", BLOCK}, {"pre", BLOCK},
    {"hr", BLOCK},      {"center", BLOCK},  {"section", BLOCK}, {"article", BLOCK},  {"header", BLOCK},
    {"footer", BLOCK},  {"main", BLOCK},    {"aside", BLOCK},   {"nav", BLOCK},      {"address", BLOCK},
    {"dl", BLOCK},      {"dt", BLOCK},      {"dd", BLOCK},      {"form", BLOCK},     {"fieldset", BLOCK},
    {"caption", BLOCK}, {"figure", BLOCK},  {"h1", HEADING},    {"h2", HEADING},     {"h3", HEADING},
    {"h4", HEADING},    {"h5", HEADING},    {"h6", HEADING},    {"b", BOLD},         {"strong", BOLD},
    {"br", BREAK},      {"td", CELL},       {"th", CELL},       {"tr", ROW},         {"title", TITLE},
};

static Meaning meaning_of(const xmlChar *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
        if (g_ascii_strcasecmp((const char *)name, elements[i].name) == 0)
            return elements[i].meaning;
    return INLINE;
}

/* By its own style or attribute, as Word writes it; sheets of styles are not looked up. */
static gboolean hides(const xmlChar **attributes)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2) {
        g_autofree char *name = g_ascii_strdown((const char *)attributes[0], -1);
        g_autofree char *value = attributes[1] != NULL ? g_ascii_strdown((const char *)attributes[1], -1) : NULL;
        if (strcmp(name, "hidden") == 0)
            return TRUE;
        if (strcmp(name, "style") != 0 || value == NULL)
            continue;
        g_auto(GStrv) parts = g_strsplit_set(value, " \t\r\n", -1);
        g_autofree char *bare = g_strjoinv("", parts);
        if (strstr(bare, "display:none") != NULL || strstr(bare, "visibility:hidden") != NULL ||
            strstr(bare, "mso-hide:all") != NULL)
            return TRUE;
    }
    return FALSE;
}

static void start(void *data, const xmlChar *name, const xmlChar **attributes)
{
    Html *html = data;
    Meaning meaning = meaning_of(name);
    html->depth++;
    if (html->hidden == 0 && hides(attributes)) {
        end_paragraph(html); /* hidden words inside a paragraph are one of their own */
        html->hidden = html->depth;
    }
    if (meaning != INLINE && meaning != BOLD && meaning != BREAK)
        end_paragraph(html);
    if (meaning == HEADING)
        html->heading = name[1] - '0';
    html->bold += meaning == BOLD;
    html->cells += meaning == CELL;
    html->titles += meaning == TITLE;
    if (meaning == BREAK)
        add_break(html);
}

static void end(void *data, const xmlChar *name)
{
    Html *html = data;
    Meaning meaning = meaning_of(name);
    if ((meaning != INLINE && meaning != BOLD && meaning != BREAK) || html->hidden == html->depth)
        end_paragraph(html);
    if (meaning == HEADING)
        html->heading = 0;
    html->bold -= meaning == BOLD && html->bold > 0;
    html->titles -= meaning == TITLE && html->titles > 0;
    if (meaning == CELL && html->cells > 0) {
        html->cells--;
        blocks_cell(html->blocks);
    }
    if (meaning == ROW)
        blocks_row(html->blocks);
    if (html->hidden == html->depth)
        html->hidden = 0;
    html->depth -= html->depth > 0;
}

static void parse(Html *html, const char *text, gsize length)
{
    enum { OPTIONS = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                     HTML_PARSE_IGNORE_ENC, CHUNK = 1 << 16 };
    htmlSAXHandler handler = {.startElement = start, .endElement = end, .characters = take_text,
                              .ignorableWhitespace = take_text, .cdataBlock = pass_over,
                              .comment = take_comment};
    htmlParserCtxtPtr reader = htmlCreatePushParserCtxt(&handler, html, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (reader == NULL)
        return;
    htmlCtxtUseOptions(reader, OPTIONS);
    for (gsize done = 0; done < length && html->error == NULL; done += CHUNK)
        htmlParseChunk(reader, text + done, (int)MIN(length - done, CHUNK), done + CHUNK >= length);
    end_paragraph(html);
    htmlFreeParserCtxt(reader);
}

gboolean html_read(const void *bytes, gsize length, Blocks *blocks, GError **error)
{
    TextResult result;
    g_autofree char *text = text_decode(bytes, length, &result);
    Html html = {.blocks = blocks};
    if (text == NULL) {
        g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                            _("网页的编码无法识别：请另存为 .docx 或 UTF-8 的网页后重新交送"));
        return FALSE;
    }
    parse(&html, text, strlen(text));
    if (html.error != NULL)
        g_propagate_error(error, html.error);
    return html.error == NULL;
}
