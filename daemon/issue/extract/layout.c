/* SPDX-License-Identifier: GPL-3.0-or-later
 * Margins are those of the page's long lines; all measures are in heights of the type, so that they hold
 * for every paper and every fount. */
#include "daemon/issue/extract/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN_LINES = 3 };

/* In heights of the type. */
#define REACHES_MARGIN 1.6 /* punctuation may hang, and a word that does not fit goes down whole */
#define INDENTED 0.8       /* paragraphs begin two characters in */
#define NEXT_LINE 2.2      /* from top to top, at most */
#define SAME_SIZE 0.12
#define GAP 0.3            /* between characters: less is none */
#define WIDE_GAP 2.5       /* more parts what stands side by side: a tab */
#define DOUBLED 0.12       /* between two of one character: less is the same one again */
#define EDGE 0.08          /* of the page's height: page numbers and print counts stand there */

typedef struct {
    char *text;
    double left, right, top, bottom, size;
    glong bold; /* characters of bold type at its beginning */
} Line;

typedef struct {
    double left, right;
    guint n_full; /* lines that reach the right one */
} Margins;

typedef struct {
    GArray *lines; /* Line */
    double width, height;
} Page;

struct Layout {
    Blocks *blocks;
    GArray *pages;    /* Page */
    Margins margins;  /* of all pages */
    Line last;        /* of the open paragraph; its text is not kept, but ... */
    gunichar last_character;
    gboolean open, new_page;
};

static void page_clear(gpointer data)
{
    g_array_unref(((Page *)data)->lines);
}

Layout *layout_new(Blocks *blocks)
{
    Layout *layout = g_new0(Layout, 1);
    layout->blocks = blocks;
    layout->pages = g_array_new(FALSE, FALSE, sizeof(Page));
    g_array_set_clear_func(layout->pages, page_clear);
    return layout;
}

void layout_free(Layout *layout)
{
    if (layout == NULL)
        return;
    g_array_unref(layout->pages);
    g_free(layout);
}

/* ---- margins ---- */

static gboolean on_edge(const Page *page, const Line *line)
{
    return line->top < page->height * EDGE || line->bottom > page->height * (1 - EDGE);
}

typedef void (*LineFunc)(Layout *layout, const Page *page, const Line *line);

static void each_line(Layout *layout, LineFunc take)
{
    for (guint i = 0; i < layout->pages->len; i++) {
        const Page *page = &g_array_index(layout->pages, Page, i);
        for (guint j = 0; j < page->lines->len; j++) {
            const Line *line = &g_array_index(page->lines, Line, j);
            if (!on_edge(page, line))
                take(layout, page, line);
        }
    }
}

static void widen_margins(Layout *layout, const Page *page, const Line *line)
{
    (void)page;
    layout->margins.left = fmin(layout->margins.left, line->left);
    layout->margins.right = fmax(layout->margins.right, line->right);
}

static gboolean reaches_margin(const Layout *layout, const Line *line)
{
    return line->right >= layout->margins.right - line->size * REACHES_MARGIN;
}

static void count_full(Layout *layout, const Page *page, const Line *line)
{
    (void)page;
    if (reaches_margin(layout, line))
        layout->margins.n_full++;
}

/* A margin is what several lines reach; else the right one is taken to be as wide as the left one. */
static void find_margins(Layout *layout)
{
    layout->margins = (Margins){.left = HUGE_VAL};
    each_line(layout, widen_margins);
    each_line(layout, count_full);
    const Page *first = layout->pages->len > 0 ? &g_array_index(layout->pages, Page, 0) : NULL;
    if (first != NULL && layout->margins.n_full < MARGIN_LINES)
        layout->margins.right = fmax(layout->margins.right, first->width - layout->margins.left);
}

/* ---- lines to paragraphs ---- */

/* Whether the open paragraph goes on in this line. */
static gboolean goes_on(const Layout *layout, const Line *line)
{
    const Line *last = &layout->last;
    return layout->open && fabs(line->size - last->size) <= last->size * SAME_SIZE && reaches_margin(layout, last) &&
           line->left <= layout->margins.left + line->size * INDENTED &&
           (layout->new_page || (line->top > last->top && line->top - last->top <= last->size * NEXT_LINE));
}

static gboolean close_paragraph(Layout *layout, GError **error)
{
    if (!layout->open)
        return TRUE;
    layout->open = FALSE;
    return blocks_end(layout->blocks, error);
}

static gboolean is_word(gunichar c)
{
    return c < 0x250 && (g_unichar_isalnum(c) || strchr(",.;:!?", (int)c) != NULL);
}

/* Words are parted at the end of a line; what a number was cut into there is not. */
static gboolean are_parted(gunichar last, gunichar first)
{
    return is_word(last) && is_word(first) && (g_unichar_isalpha(last) || g_unichar_isalpha(first));
}

static gboolean is_han(gunichar c)
{
    return g_unichar_iswide(c);
}

/* Blanks that the print has only because Han characters and digits stand side by side are none. */
static char *close_gaps(const char *text, glong *bold)
{
    GString *out = g_string_new(NULL);
    gunichar before = 0;
    glong at = 0, kept = *bold;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p), at++) {
        gunichar c = g_utf8_get_char(p), after = g_utf8_get_char(g_utf8_next_char(p));
        if (c == ' ' && ((is_han(before) && is_word(after)) || (is_word(before) && is_han(after)))) {
            kept -= at < *bold;
            continue;
        }
        g_string_append_unichar(out, c);
        before = c;
    }
    *bold = kept;
    return g_string_free(out, FALSE);
}

static void add_text(Layout *layout, const Line *line)
{
    glong bold = line->bold;
    g_autofree char *text = close_gaps(line->text, &bold);
    const char *plain = g_utf8_offset_to_pointer(text, MIN(bold, g_utf8_strlen(text, -1)));
    blocks_text(layout->blocks, text, plain - text, TRUE);
    blocks_text(layout->blocks, plain, -1, FALSE);
}

static gunichar last_of(const char *text)
{
    const char *end = text + strlen(text);
    return end > text ? g_utf8_get_char(g_utf8_prev_char(end)) : 0;
}

static gboolean take_line(Layout *layout, const Line *line, GError **error)
{
    gboolean on = goes_on(layout, line);
    if (!on && !close_paragraph(layout, error))
        return FALSE;
    if (!on)
        blocks_begin(layout->blocks, PLACE_BODY, 0);
    else if (are_parted(layout->last_character, g_utf8_get_char(line->text)))
        blocks_text(layout->blocks, " ", 1, FALSE);
    add_text(layout, line);
    layout->open = TRUE;
    layout->last = *line;
    layout->last.text = NULL;
    layout->last_character = last_of(line->text);
    layout->new_page = FALSE;
    return TRUE;
}

/* ---- characters to lines ---- */

static double middle(const LayoutGlyph *glyph)
{
    return (glyph->top + glyph->bottom) / 2;
}

static gint by_height(gconstpointer a, gconstpointer b)
{
    double difference = middle(a) - middle(b);
    return difference < 0 ? -1 : difference > 0;
}

static gint by_left(gconstpointer a, gconstpointer b)
{
    double difference = ((const LayoutGlyph *)a)->left - ((const LayoutGlyph *)b)->left;
    return difference < 0 ? -1 : difference > 0;
}

/* Whether there is one. */
static gboolean append_gap(GString *text, const LayoutGlyph *before, const LayoutGlyph *glyph)
{
    double gap = (glyph->left - before->right) / fmax(glyph->size, 1);
    if (gap > GAP)
        g_string_append_c(text, gap > WIDE_GAP ? '\t' : ' ');
    return gap > GAP;
}

static void widen(Line *line, const LayoutGlyph *glyph)
{
    line->left = fmin(line->left, glyph->left);
    line->right = fmax(line->right, glyph->right);
    line->top = fmin(line->top, glyph->top);
    line->bottom = fmax(line->bottom, glyph->bottom);
    line->size = fmax(line->size, glyph->size);
}

/* Drawn twice, a hair apart, for want of a bold fount. */
static gboolean is_doubled(const LayoutGlyph *glyph, const LayoutGlyph *next)
{
    return glyph->character == next->character && next->left - glyph->left < glyph->size * DOUBLED;
}

static Line line_of(LayoutGlyph *glyphs, guint n)
{
    Line line = {.left = HUGE_VAL, .top = HUGE_VAL};
    GString *text = g_string_new(NULL);
    gboolean bold = TRUE;
    glong characters = 0;
    qsort(glyphs, n, sizeof *glyphs, by_left);
    for (guint i = 0; i < n; i++) {
        gboolean doubled = i + 1 < n && is_doubled(&glyphs[i], &glyphs[i + 1]);
        if (i > 0 && is_doubled(&glyphs[i - 1], &glyphs[i]))
            continue;
        characters += 1 + (i > 0 && append_gap(text, &glyphs[i - 1], &glyphs[i]));
        bold = bold && (glyphs[i].bold || doubled);
        g_string_append_unichar(text, glyphs[i].character);
        line.bold = bold ? characters : line.bold;
        widen(&line, &glyphs[i]);
    }
    line.text = g_string_free(text, FALSE);
    return line;
}

static void line_clear(gpointer data)
{
    g_free(((Line *)data)->text);
}

/* Characters whose middles are less than half a type apart stand on one line. */
static GArray *lines_of(GArray *glyphs)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(Line));
    g_array_set_clear_func(lines, line_clear);
    g_array_sort(glyphs, by_height);
    for (guint start = 0, end; start < glyphs->len; start = end) {
        LayoutGlyph *first = &g_array_index(glyphs, LayoutGlyph, start);
        for (end = start + 1; end < glyphs->len; end++) {
            const LayoutGlyph *next = &g_array_index(glyphs, LayoutGlyph, end);
            if (middle(next) - middle(first) > fmax(first->size, next->size) / 2)
                break;
        }
        Line line = line_of(first, end - start);
        g_array_append_val(lines, line);
    }
    return lines;
}

/* ---- pages ---- */

gboolean layout_is_bold(const char *fount)
{
    static const char *const words[] = {"bold", "black", "heavy", "hei", "黑", "heiti"};
    g_autofree char *name = fount != NULL ? g_utf8_strdown(fount, -1) : g_strdup("");
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(name, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

void layout_page(Layout *layout, GArray *glyphs, double width, double height)
{
    Page page = {lines_of(glyphs), width, height};
    g_array_append_val(layout->pages, page);
}

static gboolean write_page(Layout *layout, const Page *page, GError **error)
{
    layout->new_page = TRUE;
    for (guint i = 0; i < page->lines->len; i++) {
        const Line *line = &g_array_index(page->lines, Line, i);
        if (!on_edge(page, line) && !take_line(layout, line, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_edges(Layout *layout, const Page *page, GError **error)
{
    for (guint i = 0; i < page->lines->len; i++) {
        const Line *line = &g_array_index(page->lines, Line, i);
        if (!on_edge(page, line))
            continue;
        blocks_begin(layout->blocks, PLACE_FOOTER, 0);
        blocks_text(layout->blocks, line->text, -1, FALSE);
        if (!blocks_end(layout->blocks, error))
            return FALSE;
    }
    return TRUE;
}

gboolean layout_end(Layout *layout, GError **error)
{
    find_margins(layout);
    for (guint i = 0; i < layout->pages->len; i++)
        if (!write_page(layout, &g_array_index(layout->pages, Page, i), error))
            return FALSE;
    if (!close_paragraph(layout, error))
        return FALSE;
    for (guint i = 0; i < layout->pages->len; i++)
        if (!write_edges(layout, &g_array_index(layout->pages, Page, i), error))
            return FALSE;
    return TRUE;
}
