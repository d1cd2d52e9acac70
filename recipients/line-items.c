/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 4: brackets; rule 15: exceptions; the items of a field and their groups. */
#include "recipients/line-items.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-class.h"
#include "recipients/line-cut.h"
#include "recipients/line-words.h"

/* Brackets within brackets are read so deep; below that they are part of a name. */
#define DEPTH_MAX 3
/* The bytes of a name of LINE_NAME_MAX characters: after that it is none, and its brackets mean nothing. */
#define TEXT_MAX (4 * LINE_NAME_MAX)

typedef struct {
    LineCells *cells;
    GPtrArray *items;
    guint group, groups; /* the 、 group now cut, and how many there were */
    gboolean leads;      /* the item now cut stands after ， */
    gboolean each;       /* 各 stood in the group */
} Cutting;

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

void line_item_add_note(LineItem *item, const char *note)
{
    if (item->note != NULL && strstr(item->note, note) != NULL)
        return;
    g_autofree char *before = item->note;
    item->note = before != NULL ? g_strconcat(before, "、", note, NULL) : g_strdup(note);
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
    g_ptr_array_unref(item->tails);
    g_ptr_array_unref(item->others);
    g_ptr_array_unref(item->posts);
    g_free(item);
}

static LineItem *new_item(Cutting *cutting, gsize begin, gsize end)
{
    LineItem *item = g_new0(LineItem, 1);
    item->start = line_cut_cell(cutting->cells, begin)->pos;
    item->end = line_cut_cell(cutting->cells, end - 1)->pos + 1;
    item->group = cutting->group;
    item->leads = cutting->leads;
    item->classes = g_ptr_array_new_with_free_func(g_free);
    item->tails = g_ptr_array_new_with_free_func(g_free);
    item->others = g_ptr_array_new_with_free_func(g_free);
    item->posts = g_ptr_array_new_with_free_func(post_free);
    item->tail = g_strdup("");
    item->head = g_strdup("");
    return item;
}

/* Bytes of 不发, 此件不发 that begin text; 0 for none. */
static gsize except_word(const char *text)
{
    gsize paper = lexicon_begins(LEX_LABEL_PREFIX, text), word = lexicon_begins(LEX_EXCEPT, text + paper);
    return word > 0 ? paper + word : 0;
}

/* 除X外, 不发X: the exception begins with its word. */
static gboolean begins_exception(const char *text)
{
    return except_word(text) > 0 || (g_str_has_prefix(text, "除") && lexicon_ends(LEX_EXCEPTED, text) > 0);
}

/* Rule 15: 除X外, X除外, 不发X; X may be a list. */
static void take_exceptions(Cutting *cutting, gsize begin, gsize end)
{
    g_autofree char *all = line_cut_text(cutting->cells, begin, end);
    gsize before = except_word(all);
    if (before == 0 && g_str_has_prefix(all, "除") && !g_str_has_prefix(all, "除外"))
        before = strlen("除");
    gsize after = lexicon_ends(LEX_EXCEPTED, all + before);
    gsize first = begin + (gsize)g_utf8_strlen(all, (gssize)before);
    gsize last = end - (gsize)g_utf8_strlen(all + strlen(all) - after, (gssize)after);
    g_autoptr(GArray) ranges = line_cut_ranges(cutting->cells, first, last);
    for (guint i = 0; i < ranges->len; i++) {
        const LineRange *range = &g_array_index(ranges, LineRange, i);
        LineItem *item = new_item(cutting, range->begin, range->end);
        g_autofree char *name = line_cut_text(cutting->cells, range->begin, range->end);
        gboolean some = FALSE;
        const char *bare = name + line_words_quantifier(name, &some);
        gboolean whole = *bare != '\0' && line_words_may_spell(bare) &&
                         !line_cut_is_torn(cutting->cells, range->begin, range->end);
        item->text = g_strdup(whole ? bare : name);
        item->kind = whole ? LINE_ITEM_EXCEPTION : LINE_ITEM_UNRESOLVED;
        line_cut_paint(cutting->cells, range->begin, range->end, whole ? LINE_SPAN_EXCEPTION : LINE_SPAN_UNRESOLVED);
        g_ptr_array_add(cutting->items, item);
    }
    line_cut_paint(cutting->cells, begin, end, LINE_SPAN_EXCEPTION);
}

/* X除外, X不发: it ends with it. */
static gboolean ends_exception(const char *text)
{
    return !begins_exception(text) && strlen(text) > strlen("不发") &&
           lexicon_ends(LEX_EXCEPTED, text) > strlen("外");
}

/* Bytes of the text up to the end of its quantifier: 各, 机关各; 0 when it has none. */
static gsize quantified_from(const char *text)
{
    gboolean some = FALSE;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gsize n = line_words_quantifier(p, &some);
        if (n > 0)
            return (gsize)(p - text) + n;
    }
    return 0;
}

static gboolean has_quantifier(const char *text)
{
    return quantified_from(text) > 0;
}

/* The class that the word in the bracket means behind the text: 卫生服务站 for 站 behind 卫生服务中心; 科室（队）
 * are two classes already. */
static char *class_beside(const char *text, const char *word)
{
    const char *name = text + quantified_from(text);
    for (const char *end = name + strlen(name); end > name; end = g_utf8_prev_char(end)) {
        g_autofree char *stem = g_strndup(name, (gsize)(end - name)), *beside = g_strconcat(stem, word, NULL);
        if (!lexicon_has(LEX_CLASS, stem) && lexicon_has(LEX_CLASS, end) && lexicon_has(LEX_CLASS, beside))
            return g_steal_pointer(&beside);
    }
    return g_strdup(word);
}

/* The class words of a bracket behind the text, LINE_ITEM_OR before each; NULL when it holds anything else. */
static char *bracket_classes(const Cutting *cutting, const char *text, gsize begin, gsize end)
{
    if (end - begin > LINE_NAME_MAX)
        return NULL;
    g_autofree char *all = line_cut_text(cutting->cells, begin, end);
    g_auto(GStrv) pieces = g_strsplit_set(all, ",;/|", -1);
    g_autofree char *plain = g_strjoinv("、", pieces);
    g_auto(GStrv) parts = g_strsplit(plain, "、", -1);
    g_autoptr(GString) words = g_string_new(NULL);
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0')
            continue;
        if (g_str_has_prefix(*part, "和") || g_str_has_prefix(*part, "及"))
            memmove(*part, *part + strlen("和"), strlen(*part + strlen("和")) + 1);
        if (!line_class_is(*part) && !line_class_is_generic(*part))
            return NULL;
        g_autofree char *class = class_beside(text, *part);
        g_string_append_printf(words, LINE_ITEM_OR "%s", class);
    }
    return words->len > 0 ? g_string_free(g_steal_pointer(&words), FALSE) : NULL;
}

/* Rule 4: class words in brackets stand beside a class word, or in a group of 各; 厅（局） is a name. */
static gboolean takes_classes(const Cutting *cutting, const char *text, const char *content)
{
    if (line_class_is(text + quantified_from(text)))
        return TRUE;
    gboolean class = g_utf8_strlen(content, -1) > 1 || lexicon_has(LEX_TERRITORY, content);
    return class && (cutting->each || has_quantifier(text)) && line_words_is_complete(text);
}

static void cut_items(Cutting *cutting, gsize begin, gsize end, int depth);

/* Rule 4: a list after 有关部门 is its members; after a class of areas it is none (县(市、区)). */
static gboolean takes_members(const char *text, const char *content)
{
    gboolean some = FALSE;
    if (!has_quantifier(text))
        return FALSE;
    for (const char *p = text; *p != '\0' && !some; p = g_utf8_next_char(p))
        line_words_quantifier(p, &some);
    gboolean list = strpbrk(content, ",;") != NULL || strstr(content, "、") != NULL;
    return some || (list && lexicon_ends(LEX_CLASS, text) > 0 && lexicon_ends(LEX_TERRITORY, text) == 0);
}

/* Without bars, which have a meaning in the text of an item. */
static void append_printed(const Cutting *cutting, GString *text, gsize begin, gsize end)
{
    for (gsize i = begin; i < end; i++) {
        gunichar c = cutting->cells->text->printed[line_cut_cell(cutting->cells, i)->pos];
        if (c == '|')
            g_string_append(text, "、");
        else
            g_string_append_unichar(text, c);
    }
}

static void give_item_copies(Cutting *cutting, LineItem *item, int copies, gboolean each, gsize begin, gsize end)
{
    item->copies = copies;
    item->copies_each = each;
    line_cut_paint(cutting->cells, begin, end, LINE_SPAN_COPIES);
}

/* Where what follows the last separator of [begin, end) begins; begin when none is near. */
static gsize last_part(const Cutting *cutting, gsize begin, gsize end)
{
    for (gsize part = end; part > begin && end - part < LINE_CUT_NEAR; part--)
        if (line_cut_level(cutting->cells, part - 1) > 0)
            return part;
    return begin;
}

/* Rule 15 in a bracket, TRUE when it holds an exception: 除甲镇 needs no 外 there, and copies may follow:
 * （甲镇除外，各2份）. */
static gboolean take_bracket_exceptions(Cutting *cutting, LineItem *item, gsize open, gsize close)
{
    gboolean each = FALSE;
    int copies = 0;
    gsize last = last_part(cutting, open + 1, close), end = close;
    g_autofree char *tail = line_cut_text(cutting->cells, last, close);
    if (last > open + 1 && (copies = line_words_copies(tail, &each)) > 0)
        end = last - 1;
    g_autofree char *content = line_cut_text(cutting->cells, open + 1, end);
    if (!g_str_has_prefix(content, "除") && !begins_exception(content) && !ends_exception(content))
        return FALSE;
    take_exceptions(cutting, open + 1, end);
    if (copies > 0) {
        line_cut_paint(cutting->cells, end, last, LINE_SPAN_SEPARATOR);
        give_item_copies(cutting, item, copies, each, last, close);
    }
    line_cut_paint(cutting->cells, open, close + 1, LINE_SPAN_EXCEPTION);
    return TRUE;
}

/* 含甲镇; 甲镇2份 after 各镇: the cells of the word that says so, G_MAXSIZE when the bracket names no
 * further addressee. */
static gsize names_further(const char *text, const char *content)
{
    gsize include = lexicon_begins(LEX_INCLUDE, content);
    if (include > 0)
        return (gsize)g_utf8_strlen(content, (gssize)include);
    return *text == '\0' || (has_quantifier(text) && lexicon_ends(LEX_COPY, content)) ? 0 : G_MAXSIZE;
}

/* 1-20号: the numbers of those meant in a list that is not here. */
static gboolean is_numbering(const char *content)
{
    const char *p = content;
    gboolean range = FALSE;
    for (; g_ascii_isdigit(*p) || (p > content && line_text_among(g_utf8_get_char(p), "-~—–至、"));
         p = g_utf8_next_char(p))
        range |= !g_ascii_isdigit(*p);
    return (p > content && strcmp(p, "号") == 0) || (range && *p == '\0');
}

/* Rule 4: what the bracket [open, close] says about the item whose text so far is given; TRUE when
 * it lists the members of the item. */
static gboolean take_bracket(Cutting *cutting, LineItem *item, GString *text, gsize open, gsize close,
                             int depth)
{
    g_autofree char *content = line_cut_text(cutting->cells, open + 1, text->len > TEXT_MAX ? open + 1 : close);
    g_autofree char *classes = NULL;
    gboolean each = FALSE;
    gsize further;
    int copies = line_words_bracket_copies(content, &each);
    if (text->len > TEXT_MAX) {
        append_printed(cutting, text, open, close + 1);
    } else if (copies > 0) {
        give_item_copies(cutting, item, copies, each, open, close + 1);
    } else if (*content == '\0' || lexicon_has(LEX_REMARK, content)) {
        line_cut_paint(cutting->cells, open, close + 1, LINE_SPAN_NOISE);
    } else if (is_numbering(content)) {
        line_item_add_note(item, content);
        line_cut_paint(cutting->cells, open, close + 1, LINE_SPAN_NOISE);
    } else if (take_bracket_exceptions(cutting, item, open, close)) {
        return FALSE;
    } else if (depth < DEPTH_MAX && (further = names_further(text->str, content)) != G_MAXSIZE) {
        cut_items(cutting, open + 1 + further, close, depth + 1);
    } else if (takes_classes(cutting, text->str, content) &&
               (classes = bracket_classes(cutting, text->str, open + 1, close)) != NULL) {
        g_string_append(text, classes);
    } else if (depth < DEPTH_MAX && takes_members(text->str, content)) {
        cut_items(cutting, open + 1, close, depth + 1);
        return TRUE;
    } else {
        append_printed(cutting, text, open, close + 1);
    }
    return FALSE;
}

/* The cells of （1） or （一） before a name; 0 for none. */
static gsize bracketed_number(const Cutting *cutting, gsize begin, gsize end)
{
    const LineCell *open = line_cut_cell(cutting->cells, begin);
    if (open->c != '(' || open->match == LINE_CUT_NO_MATCH || open->match + 1 >= end)
        return 0;
    g_autofree char *number = line_cut_text(cutting->cells, begin + 1, MIN(open->match, begin + LINE_CUT_NEAR));
    gsize used = 0;
    lexicon_number(number, &used);
    return used > 0 && number[used] == '\0' ? open->match + 1 - begin : 0;
}

/* A list number (1. or （1）), a conjunction or 等 that begins an item is no part of it; returns its cells. */
static gsize leading_noise(const Cutting *cutting, gsize begin, gsize end)
{
    gsize i = begin;
    while (i < end && i < begin + 2 && g_unichar_isdigit(line_cut_cell(cutting->cells, i)->c))
        i++;
    if (i > begin && i < end && line_cut_cell(cutting->cells, i)->c == '.')
        return i + 1 - begin;
    gsize bracketed = bracketed_number(cutting, begin, end);
    if (bracketed > 0)
        return bracketed;
    g_autofree char *text = line_cut_text(cutting->cells, begin, MIN(end, begin + LINE_CUT_NEAR));
    gboolean some = FALSE;
    if (line_cut_cell(cutting->cells, begin)->c == LINE_CUT_AND_OTHERS)
        return line_words_quantifier(g_utf8_next_char(text), &some) > 0;
    gsize n = lexicon_begins(LEX_CONJUNCTION, text);
    if (n == 0 || lexicon_begins(LEX_NOT_CONJUNCTION, text) > 0)
        return 0;
    static const LexTable after[] = {LEX_EACH, LEX_UNSPECIFIED, LEX_BELONGING, LEX_LEVEL};
    for (gsize k = 0; k < G_N_ELEMENTS(after); k++)
        if (lexicon_begins(after[k], text + n) > 0)
            return (gsize)g_utf8_strlen(text, (gssize)n);
    return 0;
}

/* 有关部门（甲、乙）负责同志: the members take the post that follows them, FALSE when it is none or there are no
 * members; the whole stays with them as the other reading. */
static gboolean give_post(Cutting *cutting, guint first, LineItem *item, const char *whole, const char *rest)
{
    LexPost word;
    if (lexicon_post(rest, strlen(rest), &word) != strlen(rest))
        return FALSE;
    gboolean any = FALSE;
    for (guint i = first; i < cutting->items->len; i++) {
        LineItem *member = cutting->items->pdata[i];
        any |= member->kind == LINE_ITEM_ADDRESSEE;
        line_item_add_note(member, whole);
        if (member->posts->len == 0 && *rest != '\0')
            line_item_add_post(member, rest, word, item->start, item->end);
    }
    return any;
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

/* 区政府等单位: who else is not said, so the issue is held. */
static void take_and_others(Cutting *cutting, gsize begin, gsize end)
{
    LineItem *item = new_item(cutting, begin, end);
    item->kind = LINE_ITEM_UNRESOLVED;
    item->text = line_cut_text(cutting->cells, begin, end);
    line_cut_paint(cutting->cells, begin, end, LINE_SPAN_UNRESOLVED);
    g_ptr_array_add(cutting->items, item);
}

/* Reads the text of an item from its cells; the brackets are taken on the way. TRUE when its members
 * were listed, which then stand for it. What is torn in the middle is no name. */
static gboolean spell_item(Cutting *cutting, LineItem *item, gsize begin, gsize end, int depth)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint first = cutting->items->len;
    gboolean torn = FALSE;
    gsize rest = G_MAXSIZE, known = MIN(line_cut_known(cutting->cells, begin), end - begin);
    append_printed(cutting, text, begin, begin + known);
    for (gsize i = begin + known; i < end; i++) {
        const LineCell *here = line_cut_cell(cutting->cells, i);
        gsize before = text->len;
        torn |= before > 0 && here->torn;
        if (here->c == '(' && here->match != LINE_CUT_NO_MATCH && here->match < end) {
            if (take_bracket(cutting, item, text, i, here->match, depth))
                rest = text->len;
            i = here->match;
        } else if (here->c == '(' || here->c == ')') {
            line_cut_paint(cutting->cells, i, i + 1, LINE_SPAN_NOISE);
        } else {
            append_printed(cutting, text, i, i + 1);
        }
        if (torn && before > 0 && text->len > before)
            item->kind = LINE_ITEM_UNRESOLVED;
    }
    gboolean listed = rest != G_MAXSIZE;
    if (listed && !give_post(cutting, first, item, text->str, text->str + rest)) {
        item->kind = LINE_ITEM_UNRESOLVED;
        listed = FALSE;
    }
    item->text = g_string_free(g_steal_pointer(&text), FALSE);
    return listed;
}

/* 区委、区政府，各2份: copies that stand alone are those of what came before; TRUE when nothing is left. */
static gboolean give_copies(Cutting *cutting, const LineItem *item)
{
    LineItem *before = cutting->items->len > 0 ? cutting->items->pdata[cutting->items->len - 1] : NULL;
    if ((gsize)g_utf8_strlen(item->text, -1) > item->copies_length)
        return FALSE;
    if (item->copies > 0 && before != NULL) {
        before->copies = item->copies;
        before->copies_each = item->copies_each;
    }
    return *item->text == '\0' || before != NULL;
}

/* The copies that end the item; brackets that were taken already may stand between and behind. */
static void paint_copies(Cutting *cutting, const LineItem *item, gsize begin, gsize end)
{
    gsize start = end;
    for (gsize left = item->copies_length; left > 0 && start > begin; start--) {
        const LineCell *here = line_cut_cell(cutting->cells, start - 1);
        if (here->c == ')' && here->match != LINE_CUT_NO_MATCH && here->match >= begin)
            start = here->match + 1;
        else
            left -= line_text_open(cutting->cells->text, here->pos) != 0;
    }
    line_cut_paint(cutting->cells, start, end, LINE_SPAN_COPIES);
}

/* What could not be read stays as it is printed, without the members in its brackets that were. */
static void keep_printed(Cutting *cutting, LineItem *item, gsize begin, gsize end)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = begin; i < end; i++)
        g_string_append_unichar(text, cutting->cells->text->printed[line_cut_cell(cutting->cells, i)->pos]);
    g_free(item->text);
    item->text = g_string_free(g_steal_pointer(&text), FALSE);
}

static void cut_item(Cutting *cutting, const LineRange *range, int depth)
{
    gsize noise = leading_noise(cutting, range->begin, range->end), begin = range->begin + noise;
    line_cut_paint(cutting->cells, range->begin, begin, LINE_SPAN_NOISE);
    if (begin == range->end)
        return;
    g_autofree char *all = line_cut_text(cutting->cells, begin, MIN(range->end, begin + LINE_NAME_MAX));
    if (range->exception || begins_exception(all) || ends_exception(all)) {
        take_exceptions(cutting, begin, range->end);
        return;
    }
    if (line_cut_cell(cutting->cells, begin)->c == LINE_CUT_AND_OTHERS) {
        take_and_others(cutting, begin, range->end);
        return;
    }
    guint place = cutting->items->len;
    LineItem *item = new_item(cutting, begin, range->end);
    gboolean listed = spell_item(cutting, item, begin, range->end, depth);
    if (g_utf8_strlen(item->text, -1) > LINE_NAME_MAX)
        item->kind = LINE_ITEM_UNRESOLVED;
    else if (!listed && item->kind == LINE_ITEM_ADDRESSEE && *item->text != '\0')
        line_words_read(item, cutting->cells->names);
    if (listed || give_copies(cutting, item)) {
        line_cut_paint(cutting->cells, begin, range->end, listed ? LINE_SPAN_ADDRESSEE : LINE_SPAN_COPIES);
        line_item_free(item);
    } else {
        if (item->kind != LINE_ITEM_UNRESOLVED)
            paint_copies(cutting, item, begin, range->end);
        else if (cutting->items->len == place)
            keep_printed(cutting, item, begin, range->end);
        line_cut_paint(cutting->cells, begin, range->end, span_kind(item));
        cutting->each |= item->said;
        g_ptr_array_insert(cutting->items, (int)place, item);
    }
}

static char *range_text(const Cutting *cutting, const LineRange *range)
{
    return line_cut_text(cutting->cells, range->begin, MIN(range->end, range->begin + LINE_NAME_MAX));
}

/* A name that may stand in a list of exceptions. */
static gboolean is_plain_name(const Cutting *cutting, const LineRange *range)
{
    g_autofree char *text = range_text(cutting, range);
    return !range->exception && !begins_exception(text) && !ends_exception(text) && !has_quantifier(text) &&
           !line_class_is_generic(text);
}

/* Rule 15: 各镇，甲镇、乙镇除外 excepts both, as 甲镇、乙镇除外的各镇 does; 除外 holds back to the first of
 * its 、 list, if there is something before or after the list to be excepted from. */
static void spread_exceptions(const Cutting *cutting, GArray *ranges)
{
    for (guint i = 1; i < ranges->len; i++) {
        const LineRange *last = &g_array_index(ranges, LineRange, i);
        g_autofree char *text = range_text(cutting, last);
        guint first = i;
        if (!ends_exception(text))
            continue;
        while (first > 0 && g_array_index(ranges, LineRange, first).level == LINE_CUT_ITEM &&
               is_plain_name(cutting, &g_array_index(ranges, LineRange, first - 1)))
            first--;
        for (guint k = first; (first > 0 || last->exception) && k < i; k++)
            g_array_index(ranges, LineRange, k).exception = TRUE;
    }
}

/* The other reading of 甲局和乙局 is one name. */
static void keep_joined(const Cutting *cutting, guint second, gsize begin, gsize end)
{
    if (second == 0 || cutting->items->len != second + 1)
        return;
    for (guint i = second - 1; i <= second; i++) {
        const LineItem *item = cutting->items->pdata[i];
        if (item->kind != LINE_ITEM_ADDRESSEE || item->quantifier != LINE_ONE || item->posts->len > 0)
            return;
    }
    for (guint i = second - 1; i <= second; i++) {
        LineItem *item = cutting->items->pdata[i];
        if (item->note == NULL)
            item->note = line_cut_text(cutting->cells, begin, end);
    }
}

/* The one level of a field that has one kind of separator only, else the lower one. */
static int lowest_level(const GArray *ranges)
{
    int lowest = LINE_CUT_PART;
    for (guint i = 1; i < ranges->len; i++)
        lowest = MIN(lowest, g_array_index(ranges, LineRange, i).level);
    return lowest;
}

static void cut_items(Cutting *cutting, gsize begin, gsize end, int depth)
{
    g_autoptr(GArray) ranges = line_cut_ranges(cutting->cells, begin, end);
    spread_exceptions(cutting, ranges);
    int lowest = lowest_level(ranges);
    guint outer = cutting->group;
    gboolean outer_each = cutting->each, excepting = FALSE;
    for (guint i = 0; i < ranges->len; i++) {
        LineRange range = g_array_index(ranges, LineRange, i);
        if (i == 0 || range.level > lowest) {
            cutting->group = ++cutting->groups;
            cutting->each = excepting = FALSE;
        }
        g_autofree char *text = range_text(cutting, &range);
        excepting = excepting && range.level == LINE_CUT_ITEM;
        range.exception |= excepting;
        excepting |= except_word(text) > 0;
        guint had = cutting->items->len;
        cutting->leads = i > 0 && range.level == LINE_CUT_GROUP;
        cut_item(cutting, &range, depth);
        if (range.joined)
            keep_joined(cutting, had, g_array_index(ranges, LineRange, i - 1).begin, range.end);
    }
    cutting->group = outer;
    cutting->each = outer_each;
}

GPtrArray *line_items_cut(LineText *text, const LineField *field, const LineNames *names)
{
    g_autoptr(LineCells) cells = line_cut_cells(text, field, names);
    GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)line_item_free);
    Cutting cutting = {cells, items, 0, 0, FALSE, FALSE};
    cut_items(&cutting, 0, cells->cells->len, 0);
    return items;
}
