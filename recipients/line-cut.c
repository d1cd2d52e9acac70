/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 5: separators, conjunctions, blanks and line ends that part two names, and those that do not. */
#include "recipients/line-cut.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-words.h"

/* 除…外 may hold a list, but no more than this. */
#define EXCEPTION_MAX 200

LineCell *line_cut_cell(const LineCells *cells, gsize i)
{
    return &g_array_index(cells->cells, LineCell, i);
}

/* The characters of [begin, end) as folded text; caller frees. */
char *line_cut_text(const LineCells *cells, gsize begin, gsize end)
{
    gsize last = end < cells->cells->len ? line_cut_cell(cells, end)->byte : cells->folded->len;
    return begin >= end ? g_strdup("") : g_strndup(cells->folded->str + line_cut_cell(cells, begin)->byte,
                                                   last - line_cut_cell(cells, begin)->byte);
}

void line_cut_paint(const LineCells *cells, gsize begin, gsize end, LineSpanKind kind)
{
    if (begin < end)
        line_text_paint(cells->text, line_cut_cell(cells, begin)->pos, line_cut_cell(cells, end - 1)->pos + 1, kind);
}

static void match_brackets(LineCells *cells)
{
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (gsize i = 0; i < cells->cells->len; i++) {
        LineCell *here = line_cut_cell(cells, i);
        here->match = LINE_CUT_NO_MATCH;
        if (here->c == '(') {
            g_array_append_val(open, i);
        } else if (here->c == ')' && open->len > 0) {
            here->match = g_array_index(open, gsize, open->len - 1);
            line_cut_cell(cells, here->match)->match = i;
            g_array_set_size(open, open->len - 1);
        }
    }
}

LineCells *line_cut_cells(LineText *text, const LineField *field, const LineNames *names)
{
    LineCells *cells = g_new0(LineCells, 1);
    cells->text = text;
    cells->names = names;
    cells->cells = g_array_new(FALSE, FALSE, sizeof(LineCell));
    cells->folded = g_string_new(NULL);
    for (guint k = 0; k < field->pieces->len; k++) {
        const LinePiece *piece = &g_array_index(field->pieces, LinePiece, k);
        gboolean gap = FALSE, newline = k > 0;
        for (gsize i = piece->start; i < piece->end; i++) {
            gunichar c = line_text_open(text, i);
            gap |= text->plain[i] == ' ';
            newline |= text->plain[i] == '\n';
            if (c == 0)
                continue;
            LineCell new = {c, i, cells->folded->len, LINE_CUT_NO_MATCH, gap, newline};
            g_array_append_val(cells->cells, new);
            g_string_append_unichar(cells->folded, c);
            gap = newline = FALSE;
        }
    }
    match_brackets(cells);
    return cells;
}

void line_cut_free(LineCells *cells)
{
    if (cells == NULL)
        return;
    g_array_unref(cells->cells);
    g_string_free(cells->folded, TRUE);
    g_free(cells);
}

static int separator_level(gunichar c)
{
    switch (c) {
    case 0x3001: /* 、 */
    case '/':
    case '|':
        return LINE_CUT_ITEM;
    case ',':
        return LINE_CUT_GROUP;
    case ';':
    case 0x3002: /* 。 */
        return LINE_CUT_PART;
    default:
        return 0;
    }
}

/* The end of the name that goes on at first: the next separator outside brackets, but not far. */
static gsize name_end(const LineCells *cells, gsize first, gsize end)
{
    gsize i = first;
    for (; i < end && i < first + LINE_NAME_MAX; i++) {
        const LineCell *here = line_cut_cell(cells, i);
        if (separator_level(here->c) > 0 || (here->newline && i > first))
            return i;
        if (here->c == '(' && here->match != LINE_CUT_NO_MATCH)
            i = here->match;
    }
    return MIN(i, end);
}

/* Near text left of i, without the bracket that closes there. */
static char *left_of(const LineCells *cells, gsize begin, gsize i)
{
    while (i > begin && line_cut_cell(cells, i - 1)->c == ')' && line_cut_cell(cells, i - 1)->match != LINE_CUT_NO_MATCH &&
           line_cut_cell(cells, i - 1)->match >= begin)
        i = line_cut_cell(cells, i - 1)->match;
    return line_cut_text(cells, i > begin + LINE_CUT_NEAR ? i - LINE_CUT_NEAR : begin, i);
}

/* Whether a word of the trade stands across the place between left and right: 办|事处, 负责|同志. */
static gboolean word_across(const char *left, const char *right)
{
    static const LexTable across[] = {LEX_ENDING, LEX_INSTITUTION, LEX_CLASS, LEX_TERRITORY, LEX_EACH};
    g_autofree char *joined = g_strconcat(left, right, NULL);
    const char *place = joined + strlen(left), *p = place;
    for (int back = 0; back < 4 && p > joined; back++) {
        p = g_utf8_prev_char(p);
        for (gsize k = 0; k < G_N_ELEMENTS(across); k++)
            if (p + lexicon_prefix(across[k], p, strlen(p)) > place)
                return TRUE;
    }
    LexPost post;
    const char *end = place;
    for (int ahead = 0; ahead < 4 && *end != '\0'; ahead++) {
        end = g_utf8_next_char(end);
        gsize n = lexicon_post(joined, (gsize)(end - joined), &post);
        if (n > (gsize)(end - place) && n > 2 * strlen("副"))
            return TRUE;
    }
    return FALSE;
}

/* Rule 2, continuation, and lists set with blanks: parts two names when the left one is complete. */
static gboolean blank_parts(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    const LineCell *here = line_cut_cell(cells, i);
    if (!here->gap && !here->newline)
        return FALSE;
    if (!here->newline && (i < begin + 2 || i + 1 >= end || line_cut_cell(cells, i + 1)->gap ||
                           here->c == '(' || separator_level(line_cut_cell(cells, i + 1)->c) > 0))
        return FALSE;
    g_autofree char *left = left_of(cells, begin, i);
    g_autofree char *right = line_cut_text(cells, i, MIN(name_end(cells, i, end), i + LINE_CUT_NEAR));
    if (here->newline && lexicon_has(LEX_LEVEL, left))
        return FALSE;
    return line_words_is_complete(left) && !word_across(left, right);
}

/* Rule 5: how many cells the conjunction at i has when it parts two names, else 0. */
static gsize conjunction_parts(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    if (g_utf8_strchr("和与及以并暨", -1, line_cut_cell(cells, i)->c) == NULL)
        return 0;
    g_autofree char *here = line_cut_text(cells, i, MIN(i + 2, end));
    gsize n = lexicon_prefix(LEX_CONJUNCTION, here, strlen(here));
    if (n == 0 || i == begin)
        return 0;
    gsize length = (gsize)g_utf8_strlen(here, (gssize)n), after = i + length;
    g_autofree char *before = line_cut_text(cells, i - 1, MIN(i + 1, end));
    if (lexicon_prefix(LEX_NOT_CONJUNCTION, here, strlen(here)) > 0 || lexicon_has(LEX_NOT_CONJUNCTION, before))
        return 0;
    gsize stop = name_end(cells, after, end);
    g_autofree char *left = left_of(cells, begin, i);
    g_autofree char *tail = left_of(cells, after, stop);
    g_autofree char *whole = line_cut_text(cells, after, MIN(stop, after + LINE_NAME_MAX));
    if (line_words_are_two(left, whole))
        return length;
    return strlen(tail) < strlen(whole) && line_words_are_two(left, tail) ? length : 0;
}

/* 除…外 at i: where it ends, else i. */
static gsize except_clause(const LineCells *cells, gsize i, gsize end)
{
    if (line_cut_cell(cells, i)->c != 0x9664 /* 除 */ || (i + 1 < end && line_cut_cell(cells, i + 1)->c == 0x5916))
        return i;
    for (gsize k = i + 1; k < MIN(end, i + EXCEPTION_MAX); k++) {
        if (separator_level(line_cut_cell(cells, k)->c) == LINE_CUT_PART)
            return i;
        if (line_cut_cell(cells, k)->c == 0x5916 /* 外 */)
            return k + 1;
    }
    return i;
}

gsize line_cut_known(const LineCells *cells, gsize i)
{
    if (cells->names == NULL)
        return 0;
    gboolean alias;
    const char *at = cells->folded->str + line_cut_cell(cells, i)->byte;
    gsize n = cells->names->known(at, &alias, cells->names->user_data);
    return n == 0 || n > strlen(at) ? 0 : (gsize)g_utf8_strlen(at, (gssize)n);
}

static void add_range(GArray *ranges, gsize begin, gsize end, int level, gboolean exception)
{
    if (begin >= end)
        return;
    LineRange range = {begin, end, level, exception};
    g_array_append_val(ranges, range);
}

/* Cuts [begin, end) at every place that parts two names. */
GArray *line_cut_ranges(const LineCells *cells, gsize begin, gsize end)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(LineRange));
    int level = LINE_CUT_PART, soft = LINE_CUT_ITEM;
    for (gsize i = begin; i < end;) {
        LineCell *here = line_cut_cell(cells, i);
        gsize length;
        int next = separator_level(here->c);
        if (i == begin && (length = except_clause(cells, i, end) - i) > 0) {
            add_range(ranges, begin, i + length, level, TRUE);
            i += length;
            if (i < end && line_cut_cell(cells, i)->c == 0x7684 /* 的 */)
                line_cut_paint(cells, i, i + 1, LINE_SPAN_EXCEPTION), i++;
            begin = i;
            level = soft;
        } else if (i == begin && next == 0 && (length = line_cut_known(cells, i)) > 0) {
            i = MIN(i + length, end);
        } else if (here->c == '(' && here->match != LINE_CUT_NO_MATCH && here->match < end) {
            i = here->match + 1;
        } else if (next > 0) {
            add_range(ranges, begin, i, level, FALSE);
            line_cut_paint(cells, i, i + 1, LINE_SPAN_SEPARATOR);
            level = i == begin ? MAX(level, next) : next;
            soft = next;
            begin = ++i;
        } else if (i > begin && blank_parts(cells, begin, i, end)) {
            add_range(ranges, begin, i, level, FALSE);
            level = soft;
            begin = i;
        } else if ((length = conjunction_parts(cells, begin, i, end)) > 0) {
            add_range(ranges, begin, i, level, FALSE);
            line_cut_paint(cells, i, i + length, LINE_SPAN_SEPARATOR);
            level = LINE_CUT_ITEM;
            begin = i += length;
        } else {
            i++;
        }
    }
    add_range(ranges, begin, end, level, FALSE);
    return ranges;
}

