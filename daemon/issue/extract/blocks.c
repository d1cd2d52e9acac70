/* SPDX-License-Identifier: GPL-3.0-or-later
 * Paragraphs become lines of JSON as soon as they end. */
#include "daemon/issue/extract/blocks.h"

#include <jansson.h>
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

/* No bulletin comes near; both bound what a hostile file can cost. */
enum { MAX_TEXT = 16 << 20, MAX_BLOCKS = 200000, MAX_OPEN = 32 };

typedef struct {
    Place place;
    int heading;
    GString *text;
    glong length;  /* of text, in characters */
    json_t *bold;  /* pairs of first character and number of characters */
    glong bold_end; /* of the last pair, -1 = none */
} Paragraph;

struct Blocks {
    FILE *out;
    Paragraph *open[MAX_OPEN];
    guint n_open, ignored; /* deeper ones are taken as part of the innermost */
    gsize text;
    guint n_blocks;
    gboolean visible;
};

static const char *const place_names[] = {"body", "box", "cell", "header", "footer", "note", "hidden"};

Blocks *blocks_new(FILE *out)
{
    Blocks *blocks = g_new0(Blocks, 1);
    blocks->out = out;
    return blocks;
}

static void paragraph_free(Paragraph *paragraph)
{
    g_string_free(paragraph->text, TRUE);
    json_decref(paragraph->bold);
    g_free(paragraph);
}

void blocks_free(Blocks *blocks)
{
    if (blocks == NULL)
        return;
    while (blocks->n_open > 0)
        paragraph_free(blocks->open[--blocks->n_open]);
    g_free(blocks);
}

static void write_line(Blocks *blocks, json_t *object)
{
    json_dumpf(object, blocks->out, JSON_COMPACT);
    putc('\n', blocks->out);
    json_decref(object);
}

void blocks_begin(Blocks *blocks, Place place, int heading)
{
    if (blocks->n_open == MAX_OPEN) {
        blocks->ignored++;
        return;
    }
    Paragraph *paragraph = g_new0(Paragraph, 1);
    paragraph->place = place;
    paragraph->heading = heading;
    paragraph->text = g_string_new(NULL);
    paragraph->bold = json_array();
    paragraph->bold_end = -1;
    blocks->open[blocks->n_open++] = paragraph;
}

static Paragraph *innermost(const Blocks *blocks)
{
    return blocks->n_open > 0 ? blocks->open[blocks->n_open - 1] : NULL;
}

/* Runs that touch are one. */
static void add_bold(Paragraph *paragraph, glong length)
{
    gsize last = json_array_size(paragraph->bold);
    if (paragraph->bold_end == paragraph->length && last > 0) {
        json_t *before = json_array_get(paragraph->bold, last - 1);
        json_array_set_new(paragraph->bold, last - 1, json_integer(json_integer_value(before) + length));
    } else {
        json_array_append_new(paragraph->bold, json_integer(paragraph->length));
        json_array_append_new(paragraph->bold, json_integer(length));
    }
    paragraph->bold_end = paragraph->length + length;
}

void blocks_text(Blocks *blocks, const char *text, gssize length, gboolean bold)
{
    Paragraph *paragraph = innermost(blocks);
    gsize bytes = length < 0 ? strlen(text) : (gsize)length;
    if (paragraph == NULL || bytes == 0 || blocks->text > MAX_TEXT)
        return;
    blocks->text += bytes;
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)bytes);
    glong characters = g_utf8_strlen(valid, -1);
    if (bold)
        add_bold(paragraph, characters);
    g_string_append(paragraph->text, valid);
    paragraph->length += characters;
}

void blocks_heading(Blocks *blocks, int heading)
{
    if (innermost(blocks) != NULL)
        innermost(blocks)->heading = heading;
}

static gboolean is_visible(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (!g_unichar_isspace(c) && !g_unichar_iscntrl(c) && !g_unichar_iszerowidth(c) && c != 0xFFFC)
            return TRUE;
    }
    return FALSE;
}

gboolean blocks_end(Blocks *blocks, GError **error)
{
    if (blocks->ignored > 0) {
        blocks->ignored--;
        return TRUE;
    }
    if (blocks->n_open == 0)
        return TRUE;
    if (blocks->text > MAX_TEXT || ++blocks->n_blocks > MAX_BLOCKS) {
        g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                            _("文件里的文字过多，不像一期刊物：请核对文件"));
        return FALSE;
    }
    Paragraph *paragraph = blocks->open[--blocks->n_open];
    blocks->visible = blocks->visible || (paragraph->place != PLACE_HIDDEN && is_visible(paragraph->text->str));
    json_t *line = json_pack("{s:s, s:s%}", "place", place_names[paragraph->place], "text", paragraph->text->str,
                             paragraph->text->len);
    if (paragraph->heading > 0)
        json_object_set_new(line, "heading", json_integer(paragraph->heading));
    if (json_array_size(paragraph->bold) > 0)
        json_object_set(line, "bold", paragraph->bold);
    paragraph_free(paragraph);
    write_line(blocks, line);
    return TRUE;
}

/* Ends count as paragraphs do. Beyond the limit they are left out: of what they would part, the next
 * paragraph is too much. */
static void write_end(Blocks *blocks, const char *of)
{
    if (blocks->n_blocks <= MAX_BLOCKS)
        write_line(blocks, json_pack("{s:s}", "end", of));
    blocks->n_blocks += blocks->n_blocks <= MAX_BLOCKS;
}

void blocks_page(Blocks *blocks)
{
    write_end(blocks, "page");
}

void blocks_cell(Blocks *blocks)
{
    write_end(blocks, "cell");
}

void blocks_row(Blocks *blocks)
{
    write_end(blocks, "row");
}

gboolean blocks_are_empty(const Blocks *blocks)
{
    return !blocks->visible;
}
