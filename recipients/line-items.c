/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 4 and 5: brackets, separators, conjunctions, exceptions. */
#include "recipients/line-items.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-words.h"

/* Brackets within brackets are read so deep; below that they are part of a name. */
#define DEPTH_MAX 3
/* As much as is looked at to the left and right of a place that may part two names. */
#define NEAR 14
#define EXCEPTION_MAX 200

enum { LEVEL_ITEM = 1, LEVEL_GROUP, LEVEL_PART };

typedef struct {
    gunichar c;
    gsize pos;        /* in the text */
    gsize byte;       /* in folded */
    gsize match;      /* the other bracket, or NO_MATCH */
    gboolean gap;     /* blanks before it */
    gboolean newline; /* a line end before it */
} Cell;

#define NO_MATCH G_MAXSIZE

/* A piece between separators; level is that of the separator before it. */
typedef struct {
    gsize begin, end;
    int level;
    gboolean exception;
} Range;

typedef struct {
    LineText *text;
    const LineNames *names;
    GArray *cells;   /* Cell: the open characters of the field */
    GString *folded; /* the same as UTF-8 */
    GPtrArray *items;
    guint group, groups; /* the 、 group now cut, and how many there were */
    gboolean each;       /* 各 stood in the group */
} Cutting;

static Cell *cell(const Cutting *cutting, gsize i)
{
    return &g_array_index(cutting->cells, Cell, i);
}

/* The characters of [begin, end) as folded text; caller frees. */
static char *cells_text(const Cutting *cutting, gsize begin, gsize end)
{
    gsize last = end < cutting->cells->len ? cell(cutting, end)->byte : cutting->folded->len;
    return begin >= end ? g_strdup("") : g_strndup(cutting->folded->str + cell(cutting, begin)->byte,
                                                   last - cell(cutting, begin)->byte);
}

static void paint(const Cutting *cutting, gsize begin, gsize end, LineSpanKind kind)
{
    if (begin < end)
        line_text_paint(cutting->text, cell(cutting, begin)->pos, cell(cutting, end - 1)->pos + 1, kind);
}

static void match_brackets(Cutting *cutting)
{
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (gsize i = 0; i < cutting->cells->len; i++) {
        Cell *here = cell(cutting, i);
        here->match = NO_MATCH;
        if (here->c == '(') {
            g_array_append_val(open, i);
        } else if (here->c == ')' && open->len > 0) {
            here->match = g_array_index(open, gsize, open->len - 1);
            cell(cutting, here->match)->match = i;
            g_array_set_size(open, open->len - 1);
        }
    }
}

static void collect_cells(Cutting *cutting, const LineField *field)
{
    for (guint k = 0; k < field->pieces->len; k++) {
        const LinePiece *piece = &g_array_index(field->pieces, LinePiece, k);
        gboolean gap = FALSE, newline = k > 0;
        for (gsize i = piece->start; i < piece->end; i++) {
            gunichar c = line_text_open(cutting->text, i);
            gap |= cutting->text->plain[i] == ' ';
            newline |= cutting->text->plain[i] == '\n';
            if (c == 0)
                continue;
            Cell new = {c, i, cutting->folded->len, NO_MATCH, gap, newline};
            g_array_append_val(cutting->cells, new);
            g_string_append_unichar(cutting->folded, c);
            gap = newline = FALSE;
        }
    }
    match_brackets(cutting);
}

static int separator_level(gunichar c)
{
    switch (c) {
    case 0x3001: /* 、 */
    case '/':
    case '|':
        return LEVEL_ITEM;
    case ',':
        return LEVEL_GROUP;
    case ';':
    case 0x3002: /* 。 */
        return LEVEL_PART;
    default:
        return 0;
    }
}

/* The end of the name that goes on at first: the next separator outside brackets, but not far. */
static gsize name_end(const Cutting *cutting, gsize first, gsize end)
{
    gsize i = first;
    for (; i < end && i < first + LINE_ITEM_MAX; i++) {
        const Cell *here = cell(cutting, i);
        if (separator_level(here->c) > 0 || (here->newline && i > first))
            return i;
        if (here->c == '(' && here->match != NO_MATCH)
            i = here->match;
    }
    return MIN(i, end);
}

/* Near text left of i, without the bracket that closes there. */
static char *left_of(const Cutting *cutting, gsize begin, gsize i)
{
    while (i > begin && cell(cutting, i - 1)->c == ')' && cell(cutting, i - 1)->match != NO_MATCH &&
           cell(cutting, i - 1)->match >= begin)
        i = cell(cutting, i - 1)->match;
    return cells_text(cutting, i > begin + NEAR ? i - NEAR : begin, i);
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
static gboolean blank_parts(const Cutting *cutting, gsize begin, gsize i, gsize end)
{
    const Cell *here = cell(cutting, i);
    if (!here->gap && !here->newline)
        return FALSE;
    if (!here->newline && (i < begin + 2 || i + 1 >= end || cell(cutting, i + 1)->gap ||
                           here->c == '(' || separator_level(cell(cutting, i + 1)->c) > 0))
        return FALSE;
    g_autofree char *left = left_of(cutting, begin, i);
    g_autofree char *right = cells_text(cutting, i, MIN(name_end(cutting, i, end), i + NEAR));
    return line_words_is_complete(left) && !word_across(left, right);
}

/* Rule 5: how many cells the conjunction at i has when it parts two names, else 0. */
static gsize conjunction_parts(const Cutting *cutting, gsize begin, gsize i, gsize end)
{
    if (g_utf8_strchr("和与及以并暨", -1, cell(cutting, i)->c) == NULL)
        return 0;
    g_autofree char *here = cells_text(cutting, i, MIN(i + 2, end));
    gsize n = lexicon_prefix(LEX_CONJUNCTION, here, strlen(here));
    if (n == 0 || i == begin)
        return 0;
    gsize cells = (gsize)g_utf8_strlen(here, (gssize)n), after = i + cells;
    g_autofree char *before = cells_text(cutting, i - 1, MIN(i + 1, end));
    if (lexicon_prefix(LEX_NOT_CONJUNCTION, here, strlen(here)) > 0 || lexicon_has(LEX_NOT_CONJUNCTION, before))
        return 0;
    gsize stop = name_end(cutting, after, end);
    g_autofree char *left = left_of(cutting, begin, i);
    g_autofree char *tail = left_of(cutting, after, stop);
    g_autofree char *whole = cells_text(cutting, after, MIN(stop, after + LINE_ITEM_MAX));
    if (line_words_are_two(left, whole))
        return cells;
    return strlen(tail) < strlen(whole) && line_words_are_two(left, tail) ? cells : 0;
}

/* 除…外 at i: where it ends, else i. */
static gsize except_clause(const Cutting *cutting, gsize i, gsize end)
{
    if (cell(cutting, i)->c != 0x9664 /* 除 */ || (i + 1 < end && cell(cutting, i + 1)->c == 0x5916))
        return i;
    for (gsize k = i + 1; k < MIN(end, i + EXCEPTION_MAX); k++) {
        if (separator_level(cell(cutting, k)->c) == LEVEL_PART)
            return i;
        if (cell(cutting, k)->c == 0x5916 /* 外 */)
            return k + 1;
    }
    return i;
}

static gsize known_cells(const Cutting *cutting, gsize i)
{
    if (cutting->names == NULL)
        return 0;
    gboolean alias;
    const char *at = cutting->folded->str + cell(cutting, i)->byte;
    gsize n = cutting->names->known(at, &alias, cutting->names->user_data);
    return n == 0 || n > strlen(at) ? 0 : (gsize)g_utf8_strlen(at, (gssize)n);
}

static void add_range(GArray *ranges, gsize begin, gsize end, int level, gboolean exception)
{
    if (begin >= end)
        return;
    Range range = {begin, end, level, exception};
    g_array_append_val(ranges, range);
}

/* Cuts [begin, end) at every place that parts two names. */
static GArray *cut_ranges(Cutting *cutting, gsize begin, gsize end)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    int level = LEVEL_PART, soft = LEVEL_ITEM;
    for (gsize i = begin; i < end;) {
        Cell *here = cell(cutting, i);
        gsize cells;
        int next = separator_level(here->c);
        if (i == begin && (cells = except_clause(cutting, i, end) - i) > 0) {
            add_range(ranges, begin, i + cells, level, TRUE);
            begin = i += cells;
            level = soft;
        } else if (i == begin && next == 0 && (cells = known_cells(cutting, i)) > 0) {
            i = MIN(i + cells, end);
        } else if (here->c == '(' && here->match != NO_MATCH && here->match < end) {
            i = here->match + 1;
        } else if (next > 0) {
            add_range(ranges, begin, i, level, FALSE);
            paint(cutting, i, i + 1, LINE_SPAN_SEPARATOR);
            level = i == begin ? MAX(level, next) : next;
            soft = next;
            begin = ++i;
        } else if (i > begin && blank_parts(cutting, begin, i, end)) {
            add_range(ranges, begin, i, level, FALSE);
            level = soft;
            begin = i;
        } else if ((cells = conjunction_parts(cutting, begin, i, end)) > 0) {
            add_range(ranges, begin, i, level, FALSE);
            paint(cutting, i, i + cells, LINE_SPAN_SEPARATOR);
            level = LEVEL_ITEM;
            begin = i += cells;
        } else {
            i++;
        }
    }
    add_range(ranges, begin, end, level, FALSE);
    return ranges;
}

static void post_free(gpointer data)
{
    LinePost *post = data;
    g_free(post->name);
    g_free(post);
}

LinePost *line_item_add_post(LineItem *item, const char *name, LexPost word, gsize start, gsize end)
{
    LinePost *post = g_new0(LinePost, 1);
    post->name = g_strdup(name);
    post->word = word;
    post->start = start;
    post->end = end;
    g_ptr_array_add(item->posts, post);
    return post;
}

void line_item_free(LineItem *item)
{
    g_free(item->text);
    g_free(item->head);
    g_free(item->tail);
    g_free(item->level);
    g_free(item->parent);
    g_free(item->note);
    g_ptr_array_unref(item->classes);
    g_ptr_array_unref(item->others);
    g_ptr_array_unref(item->posts);
    g_free(item);
}

static LineItem *new_item(Cutting *cutting, gsize begin, gsize end)
{
    LineItem *item = g_new0(LineItem, 1);
    item->start = cell(cutting, begin)->pos;
    item->end = cell(cutting, end - 1)->pos + 1;
    item->group = cutting->group;
    item->classes = g_ptr_array_new_with_free_func(g_free);
    item->others = g_ptr_array_new_with_free_func(g_free);
    item->posts = g_ptr_array_new_with_free_func(post_free);
    item->tail = g_strdup("");
    item->head = g_strdup("");
    return item;
}

/* Rule 15: 除X外, X除外, 不发X; X may be a list. */
static void take_exceptions(Cutting *cutting, gsize begin, gsize end)
{
    g_autofree char *all = cells_text(cutting, begin, end);
    gsize before = lexicon_prefix(LEX_EXCEPT, all, strlen(all));
    if (before == 0 && g_str_has_prefix(all, "除") && !g_str_has_prefix(all, "除外"))
        before = strlen("除");
    gsize after = lexicon_suffix(LEX_EXCEPTED, all + before, strlen(all + before));
    gsize first = begin + (gsize)g_utf8_strlen(all, (gssize)before);
    gsize last = end - (gsize)g_utf8_strlen(all + strlen(all) - after, (gssize)after);
    g_autoptr(GArray) ranges = cut_ranges(cutting, first, last);
    for (guint i = 0; i < ranges->len; i++) {
        const Range *range = &g_array_index(ranges, Range, i);
        LineItem *item = new_item(cutting, range->begin, range->end);
        g_autofree char *name = cells_text(cutting, range->begin, range->end);
        gboolean some = FALSE;
        item->kind = LINE_ITEM_EXCEPTION;
        item->text = g_strdup(name + line_words_quantifier(name, &some));
        g_ptr_array_add(cutting->items, item);
    }
    paint(cutting, begin, end, LINE_SPAN_EXCEPTION);
}

static gboolean is_exception(const char *text)
{
    gsize length = strlen(text);
    return lexicon_prefix(LEX_EXCEPT, text, length) > 0 || g_str_has_suffix(text, "除外") ||
           (g_str_has_prefix(text, "除") && lexicon_suffix(LEX_EXCEPTED, text, length) > 0) ||
           (length > strlen("不发") && lexicon_suffix(LEX_EXCEPTED, text, length) > strlen("外"));
}

static gboolean has_quantifier(const char *text)
{
    gboolean some = FALSE;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        if (line_words_quantifier(p, &some) > 0)
            return TRUE;
    return FALSE;
}

static gboolean only_digits(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

/* The class words of a bracket joined by LINE_ITEM_OR; NULL when it holds anything else. */
static char *bracket_classes(const Cutting *cutting, gsize begin, gsize end)
{
    g_autofree char *all = cells_text(cutting, begin, MIN(end, begin + LINE_ITEM_MAX));
    g_auto(GStrv) words = g_strsplit_set(all, ",;/|", -1);
    g_autofree char *plain = g_strjoinv("、", words);
    g_auto(GStrv) parts = g_strsplit(plain, "、", -1);
    for (char **part = parts; *part != NULL; part++) {
        if (g_str_has_prefix(*part, "和") || g_str_has_prefix(*part, "及"))
            memmove(*part, *part + strlen("和"), strlen(*part + strlen("和")) + 1);
        if (!line_words_is_class(*part) && !lexicon_has(LEX_INSTITUTION, *part))
            return NULL;
    }
    return g_strjoinv(LINE_ITEM_OR, parts);
}

/* Rule 4: class words in brackets stand beside a class word, or in a group of 各. */
static gboolean takes_classes(const Cutting *cutting, const char *text)
{
    gboolean some = FALSE;
    gsize quantifier = line_words_quantifier(text, &some);
    if (line_words_is_class(text + quantifier))
        return TRUE;
    return (cutting->each || has_quantifier(text)) && line_words_is_complete(text);
}

static void cut_items(Cutting *cutting, gsize begin, gsize end, int depth);

/* Rule 4: a list after 有关部门 is its members. */
static gboolean takes_members(const char *text, const char *content)
{
    gboolean some = FALSE;
    if (!has_quantifier(text))
        return FALSE;
    for (const char *p = text; *p != '\0' && !some; p = g_utf8_next_char(p))
        line_words_quantifier(p, &some);
    return some || strpbrk(content, ",;") != NULL || strstr(content, "、") != NULL;
}

static void append_printed(const Cutting *cutting, GString *text, gsize begin, gsize end)
{
    for (gsize i = begin; i < end; i++)
        g_string_append_unichar(text, cutting->text->printed[cell(cutting, i)->pos]);
}

/* Rule 4: what the bracket [open, close] says about the item whose text so far is given; TRUE when
 * it lists the members of the item. */
static gboolean take_bracket(Cutting *cutting, LineItem *item, GString *text, gsize open, gsize close, int depth)
{
    g_autofree char *content = cells_text(cutting, open + 1, close);
    g_autofree char *classes = NULL;
    gboolean each = FALSE;
    int copies = line_words_copies(content, &each);
    if (copies > 0) {
        item->copies = copies;
        item->copies_each = each;
        paint(cutting, open, close + 1, LINE_SPAN_COPIES);
    } else if (*content == '\0' || lexicon_has(LEX_REMARK, content) || only_digits(content)) {
        paint(cutting, open, close + 1, LINE_SPAN_NOISE);
    } else if (is_exception(content)) {
        take_exceptions(cutting, open + 1, close);
    } else if (text->len == 0 && depth < DEPTH_MAX) {
        cut_items(cutting, open + 1, close, depth + 1);
    } else if (takes_classes(cutting, text->str) &&
               (classes = bracket_classes(cutting, open + 1, close)) != NULL) {
        g_string_append_printf(text, LINE_ITEM_OR "%s", classes);
    } else if (depth < DEPTH_MAX && takes_members(text->str, content)) {
        cut_items(cutting, open + 1, close, depth + 1);
        return TRUE;
    } else {
        append_printed(cutting, text, open, close + 1);
    }
    return FALSE;
}

/* A list number (1. ①) or a conjunction that begins an item is no part of it; returns its cells. */
static gsize leading_noise(const Cutting *cutting, gsize begin, gsize end)
{
    gsize i = begin;
    while (i < end && i < begin + 2 && g_unichar_isdigit(cell(cutting, i)->c))
        i++;
    if (i > begin && i < end && cell(cutting, i)->c == '.')
        return i + 1 - begin;
    if (g_unichar_type(cell(cutting, begin)->c) == G_UNICODE_OTHER_NUMBER)
        return 1;
    g_autofree char *text = cells_text(cutting, begin, MIN(end, begin + NEAR));
    gsize n = lexicon_prefix(LEX_CONJUNCTION, text, strlen(text));
    if (n == 0 || lexicon_prefix(LEX_NOT_CONJUNCTION, text, strlen(text)) > 0)
        return 0;
    static const LexTable after[] = {LEX_EACH, LEX_UNSPECIFIED, LEX_BELONGING, LEX_LEVEL};
    for (gsize k = 0; k < G_N_ELEMENTS(after); k++)
        if (lexicon_prefix(after[k], text + n, strlen(text + n)) > 0)
            return (gsize)g_utf8_strlen(text, (gssize)n);
    return 0;
}

/* 有关部门（甲、乙）负责同志: the members take the post that follows them. */
static void give_post(Cutting *cutting, guint first, LineItem *item, const char *rest)
{
    LexPost word;
    if (*rest == '\0' || lexicon_post(rest, strlen(rest), &word) != strlen(rest))
        return;
    for (guint i = first; i < cutting->items->len; i++) {
        LineItem *member = cutting->items->pdata[i];
        if (member->posts->len == 0)
            line_item_add_post(member, rest, word, item->start, item->end);
    }
}

static LineSpanKind span_kind(const LineItem *item)
{
    switch (item->kind) {
    case LINE_ITEM_ARCHIVE:
        return LINE_SPAN_ARCHIVE;
    case LINE_ITEM_EXCEPTION:
        return LINE_SPAN_EXCEPTION;
    case LINE_ITEM_UNRESOLVED:
        return LINE_SPAN_UNRESOLVED;
    default:
        return LINE_SPAN_ADDRESSEE;
    }
}

/* 区政府等: who else is not said, so the issue is held. */
static void take_and_others(Cutting *cutting, gsize end)
{
    LineItem *item = new_item(cutting, end - 1, end);
    item->kind = LINE_ITEM_UNRESOLVED;
    item->text = cells_text(cutting, end - 1, end);
    paint(cutting, end - 1, end, LINE_SPAN_UNRESOLVED);
    g_ptr_array_add(cutting->items, item);
}

/* Reads the text of an item from its cells; the brackets are taken on the way. TRUE when its members
 * were listed, which then stand for it. */
static gboolean spell_item(Cutting *cutting, LineItem *item, gsize begin, gsize end, int depth)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint first = cutting->items->len;
    gsize rest = G_MAXSIZE;
    for (gsize i = begin; i < end; i++) {
        const Cell *here = cell(cutting, i);
        if (here->c == '(' && here->match != NO_MATCH && here->match < end) {
            if (take_bracket(cutting, item, text, i, here->match, depth))
                rest = text->len;
            i = here->match;
        } else if (here->c == '(' || here->c == ')') {
            paint(cutting, i, i + 1, LINE_SPAN_NOISE);
        } else {
            append_printed(cutting, text, i, i + 1);
        }
    }
    if (rest != G_MAXSIZE)
        give_post(cutting, first, item, text->str + rest);
    item->text = g_string_free(g_steal_pointer(&text), FALSE);
    return rest != G_MAXSIZE;
}

static void cut_item(Cutting *cutting, const Range *range, int depth)
{
    gsize noise = leading_noise(cutting, range->begin, range->end), begin = range->begin + noise;
    paint(cutting, range->begin, begin, LINE_SPAN_NOISE);
    if (begin == range->end)
        return;
    g_autofree char *all = cells_text(cutting, begin, MIN(range->end, begin + LINE_ITEM_MAX));
    if (range->exception || is_exception(all)) {
        take_exceptions(cutting, begin, range->end);
        return;
    }
    gboolean others = range->end > begin + 1 && cell(cutting, range->end - 1)->c == 0x7b49 /* 等 */;
    LineItem *item = new_item(cutting, begin, range->end - (gsize)others);
    gboolean listed = spell_item(cutting, item, begin, range->end - (gsize)others, depth);
    if (listed || *item->text == '\0') {
        paint(cutting, begin, range->end - (gsize)others, LINE_SPAN_ADDRESSEE);
        line_item_free(item);
    } else {
        line_words_read(item, cutting->names);
        paint(cutting, range->end - (gsize)others - item->copies_length, range->end - (gsize)others, LINE_SPAN_COPIES);
        paint(cutting, begin, range->end - (gsize)others, span_kind(item));
        cutting->each |= item->said;
        g_ptr_array_add(cutting->items, item);
    }
    if (others)
        take_and_others(cutting, range->end);
}

/* The one level of a field that has one kind of separator only, else the lower one. */
static int lowest_level(const GArray *ranges)
{
    int lowest = LEVEL_PART;
    for (guint i = 1; i < ranges->len; i++)
        lowest = MIN(lowest, g_array_index(ranges, Range, i).level);
    return lowest;
}

static void cut_items(Cutting *cutting, gsize begin, gsize end, int depth)
{
    g_autoptr(GArray) ranges = cut_ranges(cutting, begin, end);
    int lowest = lowest_level(ranges);
    guint outer = cutting->group;
    gboolean outer_each = cutting->each, excepting = FALSE;
    for (guint i = 0; i < ranges->len; i++) {
        Range range = g_array_index(ranges, Range, i);
        if (i == 0 || range.level > lowest) {
            cutting->group = ++cutting->groups;
            cutting->each = excepting = FALSE;
        }
        g_autofree char *first = cells_text(cutting, range.begin, MIN(range.end, range.begin + NEAR));
        excepting = excepting && range.level == LEVEL_ITEM;
        range.exception |= excepting;
        excepting |= lexicon_prefix(LEX_EXCEPT, first, strlen(first)) > 0;
        cut_item(cutting, &range, depth);
    }
    cutting->group = outer;
    cutting->each = outer_each;
}

GPtrArray *line_items_cut(LineText *text, const LineField *field, const LineNames *names)
{
    Cutting cutting = {
        .text = text,
        .names = names,
        .cells = g_array_new(FALSE, FALSE, sizeof(Cell)),
        .folded = g_string_new(NULL),
        .items = g_ptr_array_new_with_free_func((GDestroyNotify)line_item_free),
    };
    collect_cells(&cutting, field);
    cut_items(&cutting, 0, cutting.cells->len, 0);
    g_array_unref(cutting.cells);
    g_string_free(cutting.folded, TRUE);
    return cutting.items;
}
