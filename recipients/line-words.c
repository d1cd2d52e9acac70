/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quantifier, body, post and copies of one item. */
#include "recipients/line-words.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"
#include "recipients/line-class.h"

#define AREA_NAME_MAX 8
#define PERSON_NAME_MAX 4
/* 各县直各单位 says 各 twice; what says it more often is no name. */
#define QUANTIFIERS_MAX 2
/* （2）, （15）: copies; a longer number is none */
#define COPIES_DIGITS_MAX 3

static gsize char_bytes(const char *text)
{
    return (gsize)(g_utf8_next_char(text) - text);
}

gsize line_words_quantifier(const char *text, gboolean *some)
{
    gsize used = 0, n;
    for (;;) {
        if ((n = lexicon_begins(LEX_UNSPECIFIED, text + used)) > 0)
            *some = TRUE;
        else if ((n = lexicon_begins(LEX_EACH, text + used)) == 0)
            return used;
        used += n;
    }
}

gboolean line_words_is_complete(const char *text)
{
    LexPost post;
    if (lexicon_post(text, strlen(text), &post) > 0)
        return TRUE;
    if (lexicon_ends(LEX_NOT_ENDING, text))
        return FALSE;
    static const LexTable tables[] = {LEX_ENDING, LEX_INSTITUTION, LEX_CLASS, LEX_TERRITORY, LEX_COLLECTIVE};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
        if (lexicon_ends(tables[i], text) > 0)
            return TRUE;
    return FALSE;
}

gsize line_words_area(const char *text)
{
    if (lexicon_begins(LEX_BRANCHED, text) > 0)
        return 0;
    gsize n = lexicon_begins(LEX_PROVINCE, text);
    if (n > 0)
        return n + MAX(lexicon_begins(LEX_TERRITORY, text + n), 0);
    if (lexicon_begins(LEX_NOT_LEVEL, text) == 0 && (n = lexicon_begins(LEX_LEVEL, text)) > 0)
        return n;
    const char *p = text;
    for (int i = 0; i < AREA_NAME_MAX && *p != '\0'; i++) {
        gsize other = i == 1 ? 0 : lexicon_begins(LEX_NOT_TERRITORY, p); /* 盐城市 */
        n = i == 0 || other > 0 ? 0 : lexicon_begins(LEX_TERRITORY, p);
        if (n > 0 && g_utf8_strchr("办场居地", -1, g_utf8_get_char(p)) == NULL)
            return (gsize)(p - text) + n;
        p += other > 0 ? other : char_bytes(p);
    }
    return 0;
}

/* 县, 上街区, 市公安局: an area alone or with an institution behind it. */
static gboolean is_area_body(const char *text)
{
    gsize area = line_words_area(text);
    return area > 0 && (text[area] == '\0' || lexicon_has(LEX_INSTITUTION, text + area) ||
                        lexicon_ends(LEX_LEVEL_ENDING, text + area) > 0);
}

/* What begins a name of its own rather than goes on with one. */
static gboolean begins_name(const char *text)
{
    LexPost post;
    gboolean some;
    return line_words_quantifier(text, &some) > 0 || lexicon_begins(LEX_BELONGING, text) > 0 ||
           lexicon_begins(LEX_PROVINCE, text) > 0 || lexicon_begins(LEX_TERRITORY, text) > strlen("市") ||
           (lexicon_begins(LEX_LEVEL, text) > 0 && lexicon_begins(LEX_NOT_LEVEL, text) == 0) ||
           line_class_is(text) || lexicon_has(LEX_INSTITUTION, text) ||
           lexicon_post(text, strlen(text), &post) == strlen(text);
}

/* Endings that close a name whatever follows: 人民政府, 发改委, 财政局. */
static gboolean is_firm_ending(const char *text)
{
    static const char *const firm[] = {"局", "委", "厅", "办", "政府", "政协", "人大"};
    for (gsize i = 0; i < G_N_ELEMENTS(firm); i++)
        if (g_str_has_suffix(text, firm[i]))
            return TRUE;
    return lexicon_ends(LEX_ENDING, text) > strlen("局") ||
           lexicon_ends(LEX_INSTITUTION, text) > strlen("局");
}

gboolean line_words_are_two(const char *left, const char *right)
{
    LexPost post;
    if (lexicon_post(right, strlen(right), &post) == strlen(right) &&
        lexicon_post(left, strlen(left), &post) > 0)
        return TRUE;
    if (!line_words_is_complete(right))
        return FALSE;
    if (lexicon_has(LEX_BELONGING, left) && lexicon_begins(LEX_BELONGING, right) > 0)
        return TRUE;
    gsize level = lexicon_begins(LEX_LEVEL, right);
    if (lexicon_has(LEX_LEVEL, left) && level > 0 && lexicon_begins(LEX_BELONGS_TO, right + level) > 0)
        return TRUE; /* 中央和省驻市单位 */
    if (!line_words_is_complete(left))
        return FALSE;
    gboolean body = lexicon_ends(LEX_ENDING, left) || lexicon_ends(LEX_CLASS, left) ||
                    lexicon_ends(LEX_INSTITUTION, left) || lexicon_post(left, strlen(left), &post) > 0;
    if (!body)
        return begins_name(right) || is_area_body(right);
    return begins_name(right) || is_firm_ending(left) ||
           lexicon_post(left, strlen(left), &post) > strlen("领导");
}

/* 各, 各一式, 每单位, 每镇 before a number of copies: bytes of it, 0 for none. */
static gsize each_of(const char *text)
{
    if (g_str_has_prefix(text, "各"))
        return strlen(g_str_has_prefix(text, "各一式") ? "各一式" : "各");
    if (!g_str_has_prefix(text, "每"))
        return 0;
    const char *class = text + strlen("每");
    if (g_str_has_prefix(class, "个") || g_str_has_prefix(class, "家"))
        class += strlen("个");
    gsize number = 0, length = 0;
    while (class[length] != '\0' && (lexicon_number(class + length, &number), number == 0))
        length += char_bytes(class + length);
    g_autofree char *word = g_strndup(class, length);
    return length == 0 || line_class_is_generic(word) ? (gsize)(class - text) + length : 0;
}

int line_words_copies(const char *text, gboolean *each)
{
    gsize all = each_of(text), used;
    const char *rest = text + all;
    if (all == 0 && (g_str_has_prefix(rest, "共") || g_str_has_prefix(rest, "一式")))
        rest += strlen(g_str_has_prefix(rest, "共") ? "共" : "一式");
    gboolean times = g_str_has_prefix(rest, "×") || g_str_has_prefix(rest, "x") || g_str_has_prefix(rest, "X");
    if (times)
        rest = g_utf8_next_char(rest);
    int copies = lexicon_number(rest, &used);
    rest += used;
    if (used == 0 || !((times && *rest == '\0') || lexicon_has(LEX_COPY, rest)))
        return 0;
    *each = all > 0;
    return copies;
}

int line_words_bracket_copies(const char *text, gboolean *each)
{
    gsize digits = strspn(text, "0123456789");
    if (digits > 0 && digits <= COPIES_DIGITS_MAX && text[digits] == '\0')
        return atoi(text);
    return line_words_copies(text, each);
}

/* Takes 2份, 各2份, ×2 from the end of the text. */
static void take_copies(LineItem *item, char *text)
{
    const char *last = g_utf8_find_prev_char(text, text + strlen(text));
    if (last == NULL || (!lexicon_ends(LEX_COPY, text) && !g_unichar_isdigit(han_fold(g_utf8_get_char(last)))))
        return;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gboolean each = FALSE;
        int copies = line_words_copies(p, &each);
        if (copies == 0)
            continue;
        item->copies = copies;
        item->copies_each = each;
        item->copies_length = (gsize)g_utf8_strlen(p, -1);
        text[p - text] = '\0';
        return;
    }
}

/* Rule 14. */
static gboolean take_archive(LineItem *item, const char *text)
{
    gsize n = lexicon_ends(LEX_ARCHIVE, text);
    if (n == 0 || (n == strlen("存") && n != strlen(text)))
        return FALSE;
    item->kind = LINE_ITEM_ARCHIVE;
    return TRUE;
}

/* Bytes of 两级 at text behind class words for areas, 市县两级法院; 0 for none. */
static gsize each_level(const char *before, const char *text)
{
    return *before != '\0' && line_class_run(before, NULL) == strlen(before) ? lexicon_begins(LEX_EACH_LEVEL, text) : 0;
}

/* Rules 10 and 11: the quantifiers, at the beginning or after the body they belong to. Returns what
 * they quantify. */
static char *take_quantifier(LineItem *item, const char *text)
{
    GString *rest = g_string_new(NULL);
    gboolean some = FALSE;
    int times = 0;
    for (const char *p = text; *p != '\0';) {
        gsize used = line_words_quantifier(p, &some);
        times += used > 0;
        if (used > 0 && !item->said) {
            item->said = TRUE;
            g_free(item->head);
            item->head = g_strdup(rest->str);
            g_string_truncate(rest, 0);
        }
        if (used == 0 && (used = each_level(rest->str, p)) > 0)
            item->said = TRUE;
        if (used == 0)
            g_string_append_len(rest, p, (gssize)char_bytes(p));
        p += used > 0 ? used : char_bytes(p);
    }
    if (item->said)
        item->quantifier = some ? LINE_SOME : LINE_EVERY;
    if (times > QUANTIFIERS_MAX)
        item->kind = LINE_ITEM_UNRESOLVED;
    return g_string_free(rest, FALSE);
}

/* 市公安局长 says 局 once for the body and its chief. */
static char *body_of(const char *text, gsize length, const char *post)
{
    g_autofree char *body = g_strndup(text, length);
    if (*body == '\0' || line_words_is_complete(body))
        return g_steal_pointer(&body);
    g_autofree char *first = g_strndup(post, char_bytes(post));
    if (strlen(post) != 2 * strlen(first) || !g_str_has_suffix(post, "长") ||
        !(lexicon_has(LEX_ENDING, first) || lexicon_has(LEX_TERRITORY, first)))
        return g_steal_pointer(&body);
    return g_strconcat(body, first, NULL);
}

/* 区委书记王明同志: the post whose holder is named; what follows it is left in the item's note. */
static gsize before_name(const char *text, gsize length)
{
    LexPost word;
    const char *end = text + length - strlen("同志");
    if (!g_str_has_suffix(text, "同志"))
        return 0;
    for (int n = 1; n <= PERSON_NAME_MAX && end > text; n++) {
        end = g_utf8_prev_char(end);
        if (!han_is_ideograph(g_utf8_get_char(end)))
            return 0;
        gsize left = (gsize)(end - text);
        if (n > 1 && lexicon_post(text, left, &word) > 0 && !word.shared)
            return left;
    }
    return 0;
}

/* Where the several class words of 乡镇长, 分管副县(市、区)长 begin, which end before its 长; stem when they
 * are no such. */
static gsize chief_areas(const char *text, gsize stem)
{
    g_autofree char *areas = g_strndup(text, stem);
    LexPost word;
    for (gsize i = 0; i < stem; i += char_bytes(areas + i)) {
        gsize last = lexicon_ends(LEX_TERRITORY, areas);
        if (stem - i > last && line_class_run(areas + i, NULL) == stem - i &&
            (i == 0 || lexicon_modifiers(areas, i, &word) > 0))
            return i;
    }
    return stem;
}

/* Takes the post of a chief of several areas, with LINE_ITEM_OR for the class word; returns the body. */
static char *take_area_chief(LineItem *item, const char *text, gsize first, gsize stem, LexPost word)
{
    gsize modifiers = lexicon_modifiers(text, first, &word), body = first - modifiers;
    g_autofree char *name = g_strdup_printf("%.*s" LINE_ITEM_OR "长", (int)modifiers, text + body);
    line_item_add_post(item, name, word, item->start, item->end);
    if (body > 0 && item->note == NULL)
        item->note = g_strdup(item->text);
    return body > 0 ? g_strndup(text, body) : g_strndup(text + first, stem - first);
}

/* Bytes of the surname that ends the body: 县委王书记, 张市长; 0 = none. */
static gsize surname_before(const char *text, gsize length)
{
    gsize n = lexicon_suffix(LEX_SURNAME, text, length);
    g_autofree char *body = g_strndup(text, length - n);
    return n > 0 && (*body == '\0' || line_words_is_complete(body)) ? n : 0;
}

/* Bytes of the post of n bytes without the body in its name: 驻局纪检监察组|组长, but 局|纪检监察组组长. */
static gsize without_stationed(const char *text, gsize length, gsize n)
{
    g_autofree char *before = g_strndup(text, length - n);
    gboolean stationed = strstr(before, "驻") != NULL && g_str_has_prefix(text + length - n, "纪检");
    return stationed && g_str_has_suffix(text, "组长") ? strlen("组长") : n;
}

static char *take_post(LineItem *item, const char *text);

/* The post without its holder. Which of several holders is meant the text says only by name, so that a
 * clerk must choose (rule 11). Takes unnamed. */
static char *take_named_post(LineItem *item, const char *text, char *unnamed)
{
    if (item->note == NULL)
        item->note = g_strdup(text);
    char *body = take_post(item, unnamed);
    for (guint i = 0; i < item->posts->len; i++)
        ((LinePost *)item->posts->pdata[i])->named = TRUE;
    g_free(unnamed);
    return body;
}

static char *take_post(LineItem *item, const char *text)
{
    LexPost word;
    gsize length = strlen(text), n = lexicon_post(text, length, &word), named;
    if (n == 0 && (named = before_name(text, length)) > 0)
        return take_named_post(item, text, g_strndup(text, named));
    if (n == 0)
        return g_strdup(text);
    if ((named = surname_before(text, length - n)) > 0) {
        int body = (int)(length - n - named);
        return take_named_post(item, text, g_strdup_printf("%.*s%s", body, text, text + length - n));
    }
    n = without_stationed(text, length, n);
    gsize stem = length - strlen("长"), areas = word.bound ? chief_areas(text, stem) : stem;
    if (areas < stem)
        return take_area_chief(item, text, areas, stem, word);
    const char *name = text + length - n;
    line_item_add_post(item, name, word, item->start, item->end);
    return body_of(text, length - n, name);
}

/* Names that never mean a single body: 区直单位, 四大班子. */
static gboolean is_plural_name(const char *body)
{
    if (lexicon_ends(LEX_COLLECTIVE, body))
        return TRUE;
    gsize n = lexicon_ends(LEX_PLURAL, body);
    return n > 0;
}

/* Rules 5 and 12: an alias or a name known whole is not taken apart. */
static gboolean take_known(LineItem *item, const char *text, const LineNames *names)
{
    if (names == NULL)
        return FALSE;
    g_autofree char *folded = han_fold_text(text);
    gboolean alias = FALSE;
    gsize n = names->known(folded, &alias, names->user_data), length = strlen(folded);
    LexPost word;
    if (n == 0 || n > length)
        return FALSE;
    gsize rest = length - n;
    if (rest > 0 && !(alias && lexicon_post(folded + n, rest, &word) == rest))
        return FALSE;
    if (rest > 0)
        line_item_add_post(item, folded + n, word, item->start, item->end);
    gboolean some = FALSE, several = is_plural_name(text) || line_words_quantifier(text, &some) > 0 ||
                                     (alias && lexicon_post(folded, length, &word) > 0 && word.plural);
    if (!item->said && several)
        item->quantifier = some ? LINE_SOME : LINE_EVERY;
    item->known = TRUE;
    item->alias = alias;
    g_free(item->tail);
    item->tail = g_strndup(text, strlen(text) - rest);
    return TRUE;
}

/* The body whose sub-unit the name is: 区局 of 区局应急处, the longest there is. */
static char *parent_of(const char *name)
{
    gsize length = strlen(name), party = lexicon_ends(LEX_PARTY_BODY, name);
    if (party > 0 && party < length && lexicon_suffix(LEX_SHARED_OFFICE, name, length - party) == 0)
        return g_strndup(name, length - party);
    if (!lexicon_ends(LEX_SUBUNIT_ENDING, name) && !lexicon_ends(LEX_SHARED_OFFICE, name))
        return NULL;
    for (const char *p = name + length; p > name; p = g_utf8_prev_char(p)) {
        gsize left = (gsize)(p - name);
        if (length - left >= strlen("某处") && left >= strlen("区局") &&
            lexicon_suffix(LEX_HEAD_ENDING, name, left) > 0 && lexicon_suffix(LEX_NOT_ENDING, name, left) == 0)
            return g_strndup(name, left);
    }
    return NULL;
}

/* What rule 8 may take from this item for its right sister. */
static void find_lendings(LineItem *item)
{
    if (item->classes->len > 0)
        return;
    const char *body = item->said ? item->head : item->tail;
    const char *at = g_str_has_prefix(body, "团") ? body + strlen("团") : body;
    gsize area = line_words_area(at);
    g_autofree char *name = g_strndup(at, area);
    if (area > 0 && at[area] != '\0' && !lexicon_has(LEX_NATION, name) && lexicon_ends(LEX_ZONE, name) == 0 &&
        lexicon_begins(LEX_BELONGING, body) == 0)
        item->level = g_steal_pointer(&name);
    g_autofree char *parent = item->said ? NULL : parent_of(body);
    if (parent != NULL && !lexicon_has(LEX_NATION, parent))
        item->parent = g_steal_pointer(&parent);
}

/* Marks that names hold, LINE_ITEM_OR among them. */
#define NAME_MARKS "()[]〔〕【】〖〗“”‘’「」『』《》〈〉\"'·•-–—、" LINE_ITEM_OR

gboolean line_words_may_spell(const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        if (!g_unichar_isalnum(c) && (c == 0 || g_utf8_strchr(NAME_MARKS, -1, c) == NULL))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_name(const char *text)
{
    gsize han = 0, all = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        if (han_is_ideograph(c))
            han++;
        else if (g_unichar_isalnum(c))
            all++;
        if (lexicon_begins(LEX_SENTENCE, p) > 0)
            return FALSE;
    }
    return han > 0 && (han + all > 1 || lexicon_has(LEX_CLASS, text)) &&
           g_utf8_strlen(text, -1) <= LINE_NAME_MAX;
}

void line_words_read(LineItem *item, const LineNames *names)
{
    g_autofree char *text = g_strdup(item->text);
    take_copies(item, text);
    g_free(item->tail);
    item->tail = g_strdup(text);
    gboolean spelt = line_words_may_spell(text);
    if (spelt && take_archive(item, text))
        return;
    if (take_known(item, text, names)) {
        if (!item->alias && !item->said)
            find_lendings(item); /* 政府 after 区委, known or not, is 区政府 */
        return;
    }
    g_autofree char *quantified = take_quantifier(item, text);
    if (item->said && line_words_may_spell(item->head) && take_known(item, quantified, names))
        return;
    g_autofree char *post_less = take_post(item, quantified);
    g_autofree char *body = line_class_take_head(item, post_less);
    if (item->classes->len == 0)
        line_class_take(item, body);
    if (item->quantifier == LINE_ONE && is_plural_name(item->tail))
        item->quantifier = LINE_EVERY;
    find_lendings(item);
    gboolean empty = *item->tail == '\0' && item->classes->len == 0 && item->posts->len == 0;
    if (empty || !spelt || (!is_name(text) && item->classes->len == 0 && !(item->said && *body != '\0')))
        item->kind = LINE_ITEM_UNRESOLVED;
}
