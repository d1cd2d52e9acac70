/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines of JSON become the lines of a text. */
#include "daemon/issue/extracted.h"

#include <jansson.h>
#include <string.h>

#include "daemon/issue/label.h"
#include "daemon/issue/scan.h"

typedef struct {
    Extract *extract;
    GString *head, *body, *foot, *hidden;
    GHashTable *pages; /* headers and footers already taken: each page's is the same */
    GPtrArray *cells;  /* GString: the cells of the open row, the last one open */
    gboolean cell_open, failed;
} Reading;

void extract_free(Extract *extract)
{
    if (extract == NULL)
        return;
    g_free(extract->text);
    g_free(extract->hidden);
    g_free(extract->format);
    g_free(extract->code);
    g_free(extract->problem);
    g_free(extract);
}

/* ---- a paragraph ---- */

/* The bytes of text that the bold type at its beginning takes; 0 = none. */
static gsize bold_lead(const char *text, const json_t *bold)
{
    const char *first = text;
    while (g_unichar_isspace(g_utf8_get_char(first)))
        first = g_utf8_next_char(first);
    json_int_t from = json_integer_value(json_array_get(bold, 0));
    json_int_t length = json_integer_value(json_array_get(bold, 1));
    glong blank = g_utf8_pointer_to_offset(text, first), all = g_utf8_strlen(text, -1);
    if (json_array_size(bold) < 2 || from < 0 || length <= 0 || from > blank || length <= blank - from)
        return 0;
    glong end = length < all - from ? (glong)(from + length) : all;
    return (gsize)(g_utf8_offset_to_pointer(text, end) - text);
}

/* Bold type ends with its line. */
static void append_lead(GString *out, const char *text, gsize lead)
{
    const char *newline = memchr(text, '\n', lead);
    gsize bold = newline != NULL ? (gsize)(newline - text) : lead;
    g_autofree char *words = g_strstrip(g_strndup(text, bold));
    if (*words != '\0')
        g_string_append_printf(out, "**%s**", words);
    g_string_append_len(out, text + bold, (gssize)(lead - bold));
}

static void append_paragraph(GString *out, const char *text, int heading, const json_t *bold)
{
    gsize lead = bold_lead(text, bold);
    for (int i = 0; i < MIN(heading, 6); i++)
        g_string_append_c(out, '#');
    if (heading > 0)
        g_string_append_c(out, ' ');
    if (lead > 0)
        append_lead(out, text, lead);
    g_string_append(out, text + lead);
    g_string_append_c(out, '\n');
}

/* ---- places ---- */

static GString *open_cell(Reading *reading)
{
    if (!reading->cell_open)
        g_ptr_array_add(reading->cells, g_string_new(NULL));
    reading->cell_open = TRUE;
    return reading->cells->pdata[reading->cells->len - 1];
}

static GString *page_text(Reading *reading, GString *out, const char *text)
{
    g_autofree char *bare = scan_bare(text);
    return g_hash_table_add(reading->pages, g_steal_pointer(&bare)) ? out : NULL;
}

/* Where a paragraph of that place goes; NULL = nowhere. */
static GString *place(Reading *reading, const char *name, const char *text)
{
    if (strcmp(name, "hidden") == 0)
        return reading->hidden;
    if (strcmp(name, "header") == 0)
        return page_text(reading, reading->head, text);
    if (strcmp(name, "footer") == 0)
        return page_text(reading, reading->foot, text);
    return strcmp(name, "cell") == 0 ? open_cell(reading) : reading->body;
}

static gboolean take_paragraph(Reading *reading, const json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "place"));
    const char *text = json_string_value(json_object_get(line, "text"));
    if (name == NULL || text == NULL)
        return FALSE;
    GString *out = place(reading, name, text);
    int heading = (int)CLAMP(json_integer_value(json_object_get(line, "heading")), 0, 6);
    if (out != NULL)
        append_paragraph(out, text, heading, json_object_get(line, "bold"));
    return TRUE;
}

/* ---- tables ---- */

/* A label in a cell of its own (送 | 区委各部门) labels what stands beside it; other cells stand one
 * below the other, as they would without a table. */
static void end_row(Reading *reading)
{
    const GString *first = reading->cells->len > 1 ? reading->cells->pdata[0] : NULL;
    const Label *label = first != NULL ? label_alone(first->str) : NULL;
    if (label != NULL)
        g_string_append_printf(reading->body, "%s：", label->word);
    for (guint i = label != NULL ? 1 : 0; i < reading->cells->len; i++) {
        const GString *cell = reading->cells->pdata[i];
        g_string_append_len(reading->body, cell->str, (gssize)cell->len);
    }
    g_ptr_array_set_size(reading->cells, 0);
    reading->cell_open = FALSE;
}

static void take_end(Reading *reading, const char *of)
{
    if (strcmp(of, "cell") == 0)
        reading->cell_open = FALSE;
    else if (strcmp(of, "row") == 0)
        end_row(reading);
    else
        g_string_append_c(reading->body, '\n');
}

/* ---- all lines ---- */

static gboolean take_last(Reading *reading, const json_t *line)
{
    reading->extract->format = g_strdup(json_string_value(json_object_get(line, "format")));
    reading->extract->code = g_strdup(json_string_value(json_object_get(line, "code")));
    reading->extract->problem = g_strdup(json_string_value(json_object_get(line, "problem")));
    return reading->extract->format != NULL || (reading->extract->problem != NULL && reading->extract->code != NULL);
}

static gboolean take_line(Reading *reading, const json_t *line)
{
    const char *of = json_string_value(json_object_get(line, "end"));
    if (json_object_get(line, "place") != NULL)
        return take_paragraph(reading, line);
    if (of != NULL)
        take_end(reading, of);
    return of != NULL || take_last(reading, line);
}

static void take_lines(Reading *reading, const char *at, const char *end)
{
    while (at < end && !reading->failed) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        json_t *line = newline != NULL ? json_loadb(at, (gsize)(newline - at), 0, NULL) : NULL;
        reading->failed = line == NULL || reading->extract->format != NULL || reading->extract->problem != NULL ||
                          !take_line(reading, line);
        json_decref(line);
        at = newline != NULL ? newline + 1 : end;
    }
}

static void free_cell(gpointer cell)
{
    g_string_free(cell, TRUE);
}

Extract *extract_read(const char *lines, gsize length)
{
    g_autoptr(Extract) extract = g_new0(Extract, 1);
    g_autoptr(GString) head = g_string_new(NULL), body = g_string_new(NULL), foot = g_string_new(NULL),
                       hidden = g_string_new(NULL);
    g_autoptr(GHashTable) pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(free_cell);
    Reading reading = {extract, head, body, foot, hidden, pages, cells, FALSE, FALSE};
    take_lines(&reading, lines, lines + length);
    end_row(&reading);
    if (reading.failed || (extract->format == NULL && extract->problem == NULL))
        return NULL;
    if (extract->problem == NULL)
        extract->text = g_strconcat(head->str, body->str, foot->str, NULL);
    extract->hidden = g_strdup(hidden->str);
    return g_steal_pointer(&extract);
}
