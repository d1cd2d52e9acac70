/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 5: separators, conjunctions, blanks and line ends that part two names, and those that do not. */
#include "recipients/line-cut.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-class.h"
#include "recipients/line-words.h"

enum { EXCEPT = 0x9664 /* 除 */, OUT = 0x5916 /* 外 */, OF = 0x7684 /* 的 */, DEPUTY = 0x526f /* 副 */, EACH = 0x5404 /* 各 */ };

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

gboolean line_cut_is_torn(const LineCells *cells, gsize begin, gsize end)
{
    for (gsize i = begin + 1; i < end; i++)
        if (line_cut_cell(cells, i)->torn)
            return TRUE;
    return FALSE;
}

void line_cut_paint(const LineCells *cells, gsize begin, gsize end, LineSpanKind kind)
{
    if (begin >= end)
        return;
    gsize first = line_cut_cell(cells, begin)->pos, last = line_cut_cell(cells, end - 1)->pos;
    line_text_paint(cells->text, first, last + 1, kind);
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

/* What stands behind a bracket that is part of no name is torn from what stands before it. */
static void tear_at_brackets(LineCells *cells)
{
    for (gsize i = 0; i + 1 < cells->cells->len; i++) {
        const LineCell *here = line_cut_cell(cells, i);
        gsize open = here->match;
        gboolean each;
        if (here->c != ')' || open == LINE_CUT_NO_MATCH || i - open > LINE_CUT_NEAR)
            continue;
        g_autofree char *content = line_cut_text(cells, open + 1, i);
        if (lexicon_has(LEX_REMARK, content) || line_words_bracket_copies(content, &each) > 0)
            line_cut_cell(cells, i + 1)->torn = TRUE;
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
        gboolean gap = FALSE, newline = k > 0, torn = FALSE;
        for (gsize i = k > 0 ? piece[-1].end : piece->start; i < piece->end; i++) {
            gunichar c = i < piece->start ? 0 : line_text_open(text, i);
            gap |= text->plain[i] == ' ';
            newline |= text->plain[i] == '\n';
            torn |= c == 0 && text->kind[i] != LINE_SPAN_NOISE;
            if (c == 0)
                continue;
            LineCell new = {c, i, cells->folded->len, LINE_CUT_NO_MATCH, gap, newline, torn};
            g_array_append_val(cells->cells, new);
            g_string_append_unichar(cells->folded, c);
            gap = newline = torn = FALSE;
        }
    }
    match_brackets(cells);
    tear_at_brackets(cells);
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

int line_cut_level(const LineCells *cells, gsize i)
{
    return separator_level(line_cut_cell(cells, i)->c);
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
    while (i > begin) {
        const LineCell *last = line_cut_cell(cells, i - 1);
        if (last->c != ')' || last->match == LINE_CUT_NO_MATCH || last->match < begin)
            break;
        i = last->match;
    }
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
            if (p + lexicon_begins(across[k], p) > place)
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

/* 党委, 党委书记 after the bracket of 各镇(街道). */
static gboolean goes_on_with(const char *right)
{
    LexPost post;
    gsize n = lexicon_begins(LEX_INSTITUTION, right), rest = strcspn(right + n, "(");
    return n > 0 && lexicon_post(right + n, rest, &post) == rest;
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
    if (line_cut_cell(cells, i - 1)->c == ')' && goes_on_with(right))
        return FALSE;
    return line_words_is_complete(left) && !word_across(left, right);
}

/* 区委(2份)区政府 is two names, unless what stands behind belongs to the first: then the name is torn. */
static gboolean tear_parts(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    if (!line_cut_cell(cells, i)->torn)
        return FALSE;
    LexPost post;
    g_autofree char *left = left_of(cells, begin, i);
    g_autofree char *right = line_cut_text(cells, i, MIN(name_end(cells, i, end), i + LINE_CUT_NEAR));
    return line_words_is_complete(left) && !goes_on_with(right) &&
           lexicon_post(right, strlen(right), &post) < strlen(right);
}

/* 县长 of 县(市、区)长 */
static char *without_brackets(const LineCells *cells, gsize begin, gsize end)
{
    GString *text = g_string_new(NULL);
    for (gsize i = begin; i < end; i++) {
        const LineCell *here = line_cut_cell(cells, i);
        if (here->c == '(' && here->match != LINE_CUT_NO_MATCH)
            i = here->match;
        else
            g_string_append_unichar(text, here->c);
    }
    return g_string_free(text, FALSE);
}

/* 各部门各单位 is two classes, 市政府各部门 one. */
static gboolean classes_part(const LineCells *cells, gsize begin, gsize i)
{
    if (i < begin + 2 || line_cut_cell(cells, i)->c != EACH)
        return FALSE;
    g_autofree char *left = left_of(cells, begin, i);
    gboolean some;
    const char *each = strstr(left, "各");
    if (each == NULL)
        return FALSE;
    each += line_words_quantifier(each, &some);
    return *each != '\0' && line_words_is_complete(each);
}

/* 他, 它 or 余 behind 其 */
static gboolean begins_other(const LineCells *cells, gsize i, gsize end)
{
    return i < end && g_utf8_strchr("他它余", -1, line_cut_cell(cells, i)->c) != NULL;
}

/* 市委市政府 is two names: the main body that begins at i has the level of the one that ends there. */
static gboolean bodies_part(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    if (i < begin + 2)
        return FALSE;
    g_autofree char *right = line_cut_text(cells, i, MIN(i + LINE_CUT_NEAR, end));
    gsize level = lexicon_begins(LEX_LEVEL, right);
    if (level == 0 || lexicon_begins(LEX_MAIN_BODY, right + level) == 0)
        return FALSE;
    g_autofree char *left = line_cut_text(cells, i > begin + LINE_CUT_NEAR ? i - LINE_CUT_NEAR : begin, i);
    gsize length = strlen(left), body = lexicon_ends(LEX_MAIN_BODY, left);
    return body > 0 && length - body >= level && strncmp(left + length - body - level, right, level) == 0;
}

/* 主任副主任 is two posts. */
static gboolean posts_part(const LineCells *cells, gsize begin, gsize i)
{
    if (i < begin + 2 || line_cut_cell(cells, i)->c != DEPUTY)
        return FALSE;
    g_autofree char *left = line_cut_text(cells, i > begin + LINE_CUT_NEAR ? i - LINE_CUT_NEAR : begin, i);
    return lexicon_ends(LEX_POST_CHIEF, left) > 0 || lexicon_ends(LEX_POST_AREA_CHIEF, left) > 0;
}

/* Rule 5: how many cells the conjunction at i has when it parts two names, else 0. */
static gsize conjunction_parts(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    if (g_utf8_strchr("和与及以并暨", -1, line_cut_cell(cells, i)->c) == NULL)
        return 0;
    g_autofree char *here = line_cut_text(cells, i, MIN(i + 2, end));
    gsize n = lexicon_begins(LEX_CONJUNCTION, here);
    if (n == 0 || i == begin)
        return 0;
    if (g_str_has_suffix(here, "其") && begins_other(cells, i + 2, end)) /* 及其他 */
        n -= strlen("其");
    gsize length = (gsize)g_utf8_strlen(here, (gssize)n), after = i + length;
    g_autofree char *before = line_cut_text(cells, i - 1, MIN(i + 1, end));
    if (lexicon_begins(LEX_NOT_CONJUNCTION, here) > 0 || lexicon_has(LEX_NOT_CONJUNCTION, before))
        return 0;
    gsize stop = name_end(cells, after, end);
    g_autofree char *left = left_of(cells, begin, i);
    g_autofree char *bare = without_brackets(cells, after, MIN(stop, after + LINE_NAME_MAX));
    g_autofree char *whole = line_cut_text(cells, after, MIN(stop, after + LINE_NAME_MAX));
    if (line_words_are_two(left, whole))
        return length;
    return strlen(bare) < strlen(whole) && line_words_are_two(left, bare) ? length : 0;
}

/* 除…外 at i: where it ends, else i. */
static gsize except_clause(const LineCells *cells, gsize i, gsize end)
{
    if (line_cut_cell(cells, i)->c != EXCEPT || (i + 1 < end && line_cut_cell(cells, i + 1)->c == OUT))
        return i;
    for (gsize k = i + 1; k < MIN(end, i + EXCEPTION_MAX); k++) {
        if (separator_level(line_cut_cell(cells, k)->c) == LINE_CUT_PART)
            return i;
        if (line_cut_cell(cells, k)->c == OUT)
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
    gsize known = n == 0 || n > strlen(at) ? 0 : (gsize)g_utf8_strlen(at, (gssize)n);
    return line_cut_is_torn(cells, i, i + known) ? 0 : known;
}

/* 有关部门, 单位, 5个部门 after 等. */
static gboolean is_rest_of_list(const char *text)
{
    gboolean some = FALSE;
    gsize number;
    lexicon_number(text, &number);
    text += number;
    if (number > 0 && g_str_has_prefix(text, "个"))
        text += strlen("个");
    return *text == '\0' || line_words_quantifier(text, &some) > 0 || line_class_is_generic(text);
}

/* Whether 等 at i ends a list: 区委、区政府等, 区财政局等有关部门; not 高等学校. */
static gboolean and_others(const LineCells *cells, gsize begin, gsize i, gsize end)
{
    if (i == begin || line_cut_cell(cells, i)->c != LINE_CUT_AND_OTHERS)
        return FALSE;
    g_autofree char *left = left_of(cells, begin, i);
    g_autofree char *right = line_cut_text(cells, i + 1, name_end(cells, i + 1, end));
    return *right == '\0' || (line_words_is_complete(left) && is_rest_of_list(right));
}

/* 甲镇除外的各镇: how many cells 除外的 at i has, else 0. */
static gsize except_before(const LineCells *cells, gsize i, gsize end)
{
    if (i + 3 >= end || line_cut_cell(cells, i)->c != EXCEPT)
        return 0;
    return line_cut_cell(cells, i + 1)->c == OUT && line_cut_cell(cells, i + 2)->c == OF ? 3 : 0;
}

/* The ranges found so far, and the one that has begun. */
typedef struct {
    const LineCells *cells;
    GArray *ranges;
    gsize begin;
    int level;       /* of the separator before it */
    int soft;        /* of the last separator printed: where names are parted without one */
    gboolean joined;
} Ranges;

/* Ends the range at end; the next begins after skip cells that are painted kind. */
static void end_range(Ranges *found, gsize end, gsize skip, LineSpanKind kind, gboolean exception)
{
    LineRange range = {found->begin, end, found->level, exception, found->joined};
    if (range.begin < range.end)
        g_array_append_val(found->ranges, range);
    line_cut_paint(found->cells, end, end + skip, kind);
    found->begin = end + skip;
    found->level = found->soft;
    found->joined = FALSE;
}

static void end_at_separator(Ranges *found, gsize i, int level)
{
    int before = i == found->begin ? found->level : 0;
    end_range(found, i, 1, LINE_SPAN_SEPARATOR, FALSE);
    found->soft = level;
    found->level = MAX(before, level);
}

/* 除…外 at the beginning of a range is one of its own. */
static gsize take_except_clause(Ranges *found, gsize stop, gsize end)
{
    gsize skip = stop < end && line_cut_cell(found->cells, stop)->c == OF;
    end_range(found, stop, skip, LINE_SPAN_EXCEPTION, TRUE);
    return found->begin;
}

/* Cuts [begin, end) at every place that parts two names. */
GArray *line_cut_ranges(const LineCells *cells, gsize begin, gsize end)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(LineRange));
    Ranges found = {cells, ranges, begin, LINE_CUT_PART, LINE_CUT_ITEM, FALSE};
    for (gsize i = begin; i < end;) {
        const LineCell *here = line_cut_cell(cells, i);
        gboolean first = i == found.begin;
        gsize length;
        int level = separator_level(here->c);
        if (first && (length = except_clause(cells, i, end)) > i) {
            i = take_except_clause(&found, length, end);
        } else if (first && level == 0 && (length = line_cut_known(cells, i)) > 0) {
            i = MIN(i + length, end);
        } else if (here->c == '(' && here->match != LINE_CUT_NO_MATCH && here->match < end) {
            i = here->match + 1;
        } else if (level > 0) {
            end_at_separator(&found, i++, level);
        } else if (!first && (length = except_before(cells, i, end)) > 0) {
            end_range(&found, i + 2, length - 2, LINE_SPAN_EXCEPTION, TRUE);
            i = found.begin;
        } else if (bodies_part(cells, found.begin, i, end) || posts_part(cells, found.begin, i) ||
                   classes_part(cells, found.begin, i)) {
            end_range(&found, i, 0, LINE_SPAN_NOISE, FALSE);
            found.level = LINE_CUT_ITEM;
        } else if (!first && (blank_parts(cells, found.begin, i, end) || tear_parts(cells, found.begin, i, end))) {
            end_range(&found, i, 0, LINE_SPAN_NOISE, FALSE);
        } else if (and_others(cells, found.begin, i, end)) {
            end_range(&found, i++, 0, LINE_SPAN_NOISE, FALSE);
            found.level = LINE_CUT_ITEM;
        } else if ((length = conjunction_parts(cells, found.begin, i, end)) > 0) {
            end_range(&found, i, length, LINE_SPAN_SEPARATOR, FALSE);
            found.level = LINE_CUT_ITEM;
            found.joined = TRUE;
            i = found.begin;
        } else {
            i++;
        }
    }
    end_range(&found, end, 0, LINE_SPAN_NOISE, FALSE);
    return ranges;
}
