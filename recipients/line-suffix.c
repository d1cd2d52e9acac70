/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 7: what the last item of a group says for all, a function for each kind of suffix. */
#include "recipients/line-suffix.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-class.h"
#include "recipients/line-words.h"

/* Only class words, nothing behind them: 区 in 区、市、县人民政府. */
static gboolean is_bare_class(const LineItem *item)
{
    if (item->alias || item->posts->len > 0 || (*item->head != '\0' && !lexicon_has(LEX_BELONGING, item->head)))
        return FALSE;
    return (item->classes->len > 0 && *item->tail == '\0') ||
           (item->classes->len == 0 && lexicon_has(LEX_CLASS, item->tail));
}

/* 县自然资源主管部门 beside 各市 is a class of areas too; 县部门 is not, nor 县财政局 beside 各镇. */
static gboolean joins_class(LineItem *item, const LineItem *sister)
{
    gsize area = lexicon_begins(LEX_TERRITORY, item->tail);
    int above = line_group_tier(item->tail) - line_group_tier(sister->classes->pdata[0]);
    if (area == 0 || lexicon_begins(LEX_BELONGING, item->tail) > area ||
        (above > 0 && line_group_tier(sister->classes->pdata[0]) == 1))
        return FALSE;
    if (lexicon_ends(LEX_PLURAL, item->tail) > 0 && (above > 0 || line_class_is_generic(item->tail + area)))
        return FALSE;
    return line_class_take_unsaid(item);
}

/* Whether the item is a class with an institution behind it whose sister is only the class. */
static gboolean completes_class(LineItem *item, const LineItem *sister)
{
    if (item->known || sister->classes->len == 0 ||
        lexicon_ends(LEX_OWN_OFFICE, sister->classes->pdata[sister->classes->len - 1]) > 0) /* 街道办事处 */
        return FALSE;
    if (item->classes->len == 0 ? !joins_class(item, sister)
                                : sister->said && lexicon_ends(LEX_PLURAL, item->tail) > 0)
        return FALSE;
    gboolean zone = lexicon_has(LEX_ZONE, item->classes->pdata[0]);
    return *item->tail != '\0' && !(lexicon_has(LEX_OWN_OFFICE, item->tail) &&
                                    !(zone && lexicon_has(LEX_ZONE, sister->classes->pdata[0])));
}

/* 省、市领导小组办公室: the levels above the office, of each of which there is one; 市、州公安局 are classes. */
static gboolean are_levels_above(const LineItem *item, const LineItem *below)
{
    if (item->said || item->classes->len != 1 || below->classes->len != 1)
        return FALSE;
    int tier = line_group_tier(item->classes->pdata[0]), under = line_group_tier(below->classes->pdata[0]);
    return tier > under && under >= LINE_TIER_COUNTY && !lexicon_ends(LEX_PLURAL, below->tail);
}

/* Rule 7 for classes: 各区、市、县人民政府; 科、室主任. */
static void share_classes(const LineGroup *group)
{
    gboolean each = FALSE; /* the item, or one that it got its suffix from, says 各 */
    for (guint i = group->n; i-- > 1;) {
        LineItem *item = group->item[i], *sister = group->item[i - 1];
        each |= item->said;
        if (!is_bare_class(sister) || (item->said && sister->classes->len == 0)) {
            each = FALSE;
        } else if (completes_class(item, sister)) {
            line_group_set(&sister->tail, g_strdup(item->tail));
            line_group_copy_strings(sister->tails, item->tails);
            line_group_copy_posts(sister, item);
            if (item->quantifier == LINE_SOME)
                sister->quantifier = LINE_SOME;
            else if (!each && are_levels_above(sister, item))
                sister->quantifier = item->quantifier = LINE_ONE;
        } else if (item->posts->len > 0 && (item->classes->len > 0 || lexicon_has(LEX_CLASS, item->tail))) {
            line_group_copy_posts(sister, item);
        }
    }
}

/* Rule 7 for kinds of bodies: 市直各事业、企业单位. */
static void share_kinds(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;) {
        const LineItem *item = group->item[i];
        LineItem *sister = group->item[i - 1];
        gsize length = strlen(item->tail), plural = lexicon_ends(LEX_PLURAL, item->tail);
        gboolean kind = lexicon_has(LEX_MODIFIER, sister->tail) && !lexicon_has(LEX_CLASS, sister->tail);
        if (plural == 0 || plural == length || !kind || sister->alias || sister->classes->len > 0 ||
            sister->posts->len > 0)
            continue;
        line_group_keep_note(sister);
        line_group_set(&sister->tail, g_strconcat(sister->tail, item->tail + length - plural, NULL));
    }
}

/* The end of 市直, 驻区, 省属 in the name, after the area: what 省 in 省、市直各单位 lacks; 0 = none. */
static gsize belonging_suffix(const char *name)
{
    gsize area = lexicon_begins(LEX_LEVEL, name);
    return area > 0 && lexicon_begins(LEX_BELONGS_TO, name + area) > 0 ? area : 0;
}

/* Bytes of the area that names the body, with its zone: 崇川区, 高新区, 市高新区; 0 for 市 alone. */
static gsize own_area(const char *name)
{
    gsize level = lexicon_begins(LEX_LEVEL, name), zone = lexicon_begins(LEX_ZONE, name + level);
    if (zone > 0)
        return level + zone;
    gsize office = lexicon_ends(LEX_OWN_OFFICE, name); /* 东城新城管委会, 西湖街道办事处 */
    if (office > 0 && line_words_area(name) != strlen(name) - office)
        return strlen(name) - office;
    gsize area = line_words_area(name);
    return lexicon_prefix(LEX_LEVEL, name, area) == area || lexicon_prefix(LEX_TERRITORY, name, area) == area ? 0
                                                                                                              : area;
}

/* 两江新区 and 高新区: areas of one kind. */
static gboolean are_areas_alike(const char *left, const char *right)
{
    const char *kind = g_utf8_find_prev_char(left, left + strlen(left));
    return kind != NULL && own_area(left) == strlen(left) && own_area(right) == strlen(right) &&
           g_str_has_suffix(right, kind);
}

/* 省、市有关单位, 甲镇、乙镇各单位: the quantified class is that of each level or area. */
static gboolean share_quantified_level(LineItem *sister, const LineItem *item)
{
    gboolean levels = lexicon_has(LEX_LEVEL, sister->text) && lexicon_has(LEX_LEVEL, item->head);
    if (!item->said || sister->said || item->classes->len > 0 ||
        !(levels || are_areas_alike(sister->text, item->head)))
        return FALSE;
    line_group_keep_note(sister);
    g_ptr_array_set_size(sister->classes, 0);
    line_group_set(&sister->head, g_strdup(sister->text));
    line_group_set(&sister->tail, g_strdup(item->tail));
    sister->quantifier = item->quantifier;
    sister->said = TRUE;
    return TRUE;
}

/* Rule 7 for what belongs: 市直及驻市有关单位; 中央、省、市驻区各单位. */
static void share_belongings(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;) {
        const LineItem *item = group->item[i];
        LineItem *sister = group->item[i - 1];
        if (sister->posts->len > 0 || sister->alias || item->classes->len > 0)
            continue;
        if (share_quantified_level(sister, item))
            continue;
        g_autofree char *name = g_strconcat(item->head, item->tail, NULL);
        gsize cut = 0;
        if (lexicon_has(LEX_LEVEL, sister->text))
            cut = belonging_suffix(name);
        else if (lexicon_has(LEX_BELONGING, sister->text))
            cut = lexicon_begins(LEX_BELONGING, name);
        if (cut == 0 || !(line_class_is_generic(item->tail) || lexicon_ends(LEX_PLURAL, item->tail)))
            continue;
        line_group_keep_note(sister);
        g_ptr_array_set_size(sister->classes, 0);
        line_group_set(&sister->tail, g_strconcat(sister->text, name + cut, NULL));
        sister->quantifier = item->quantifier;
    }
}

/* What 市主要媒体 has behind its level, if it is a class that the nation's level may have too; else NULL. */
static const char *class_of_level(const LineItem *item)
{
    gsize level = lexicon_begins(LEX_LEVEL, item->tail);
    if (level == 0 || item->said || item->alias || item->classes->len > 0 || lexicon_ends(LEX_PLURAL, item->tail) == 0)
        return NULL;
    return item->tail + level;
}

/* 中央、省、市主要媒体: levels from the nation's down. */
static void share_nation(const LineGroup *group)
{
    for (guint first = 0, last; first < group->n; first = MAX(last, first + 1)) {
        last = first;
        if (!lexicon_has(LEX_NATION, group->item[first]->text))
            continue;
        while (last < group->n && lexicon_has(LEX_LEVEL, group->item[last]->text) && group->item[last]->posts->len == 0)
            last++;
        const char *class = last < group->n ? class_of_level(group->item[last]) : NULL;
        for (guint i = first; class != NULL && i < last; i++) {
            LineItem *sister = group->item[i];
            line_group_keep_note(sister);
            g_ptr_array_set_size(sister->classes, 0);
            line_group_set(&sister->tail, g_strconcat(sister->text, class, NULL));
            sister->quantifier = group->item[last]->quantifier;
        }
    }
}

/* A named area and nothing behind it: 崇川区. */
static gboolean is_bare_area(const LineItem *item)
{
    return item->classes->len == 0 && !item->said && item->posts->len == 0 && *item->tail != '\0' &&
           own_area(item->tail) == strlen(item->tail);
}

/* 各市（州） before 贵安新区发展改革委: only class words, and what every area has one of. */
static gboolean is_class_of_areas(const LineItem *item, const char *suffix)
{
    return item->classes->len > 0 && is_bare_class(item) &&
           !lexicon_has(LEX_OWN_OFFICE, suffix) && line_group_tier(item->classes->pdata[0]) > 1 &&
           (lexicon_has(LEX_INSTITUTION, suffix) || lexicon_ends(LEX_LEVEL_ENDING, suffix) > 0);
}

/* A zone has a 管委会, a street a 办事处, an area of government neither. */
static gboolean may_have(const char *area, const char *suffix)
{
    if (!lexicon_has(LEX_OWN_OFFICE, suffix))
        return TRUE;
    return lexicon_ends(LEX_ZONE, area) > 0 ||
           (strcmp(suffix, "办事处") == 0 && g_str_has_suffix(area, "街道"));
}

/* Rule 7 for named areas: 崇川区、港闸区人民政府. */
static void share_areas(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;) {
        LineItem *item = group->item[i], *sister = group->item[i - 1];
        gsize area = own_area(item->tail);
        const char *suffix = item->tail + area;
        if (item->said || item->classes->len > 0 || sister->alias || area == 0 ||
            !lexicon_ends(LEX_ENDING, suffix))
            continue;
        if (!is_class_of_areas(sister, suffix) && (!is_bare_area(sister) || !may_have(sister->tail, suffix)))
            continue;
        line_group_keep_note(sister);
        if (sister->classes->len == 0)
            line_group_set(&sister->level, g_strdup(sister->text));
        line_group_set(&sister->tail, g_strconcat(sister->tail, suffix, NULL));
    }
}

/* 市委 and 市政府, or 政府 after it. */
static gboolean is_same_area(const char *left, const char *right)
{
    gsize area = line_words_area(left), other = line_words_area(right);
    return area == 0 || other == 0 || (area == other && strncmp(left, right, area) == 0);
}

/* Rule 7 for offices: 市委、市人大、市政府办公室. */
static void share_offices(const LineGroup *group)
{
    const LineItem *last = group->item[group->n - 1];
    gsize length = strlen(last->tail), n = lexicon_suffix(LEX_SHARED_OFFICE, last->tail, length);
    g_autofree char *owner = g_strndup(last->tail, length - n);
    if (n == 0 || last->alias || line_group_main_body(owner) == NULL)
        return;
    for (guint i = 0; i + 1 < group->n; i++) {
        LineItem *sister = group->item[i];
        if (sister->alias || sister->posts->len > 0 || sister->classes->len != last->classes->len ||
            line_group_main_body(sister->tail) == NULL || !is_same_area(sister->tail, last->tail))
            continue;
        line_group_keep_note(sister);
        line_group_set(&sister->tail, g_strconcat(sister->tail, last->tail + length - n, NULL));
        line_group_copy_posts(sister, last);
    }
}

/* 市委、市政府各部门 */
static void share_quantified(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;) {
        const LineItem *item = group->item[i];
        LineItem *sister = group->item[i - 1];
        if (!item->said || line_group_main_body(item->head) == NULL || item->classes->len > 0 || sister->said ||
            sister->alias || sister->posts->len > 0 || sister->classes->len > 0 ||
            line_group_main_body(sister->tail) == NULL || !is_same_area(sister->tail, item->head))
            continue;
        line_group_keep_note(sister);
        line_group_set(&sister->head, g_strdup(sister->tail));
        line_group_set(&sister->tail, g_strdup(item->tail));
        line_group_copy_posts(sister, item);
        sister->quantifier = item->quantifier;
        sister->said = TRUE;
    }
}

/* 区委办, 区政府办公室 */
static gboolean is_main_office(const char *name)
{
    gsize length = strlen(name);
    g_autofree char *owner = g_strndup(name, length - lexicon_ends(LEX_SHARED_OFFICE, name));
    return strlen(owner) < length && line_group_main_body(owner) != NULL;
}

static gboolean is_main_body(const char *name)
{
    return line_group_main_body(name) != NULL;
}

/* 市委、市政府秘书长, 市委办、市政府办主任: a post that each main body, or the office of each, has is that of
 * its sisters before it too. */
static void share_body_posts(const LineGroup *group, guint place)
{
    const LineItem *owner = group->item[place];
    const LinePost *post = owner->posts->pdata[0];
    gboolean of_body = is_main_body(owner->tail) && lexicon_ends(LEX_POST_OF_EACH, post->name) > 0;
    gboolean (*has_post)(const char *) = of_body ? is_main_body : is_main_office;
    if (!has_post(owner->tail))
        return;
    for (guint i = place; i-- > 0 && group->item[i]->posts->len == 0;) {
        LineItem *sister = group->item[i];
        if (sister->kind != LINE_ITEM_ADDRESSEE || sister->alias || sister->said || sister->classes->len > 0 ||
            !has_post(sister->tail) || !is_same_area(sister->tail, owner->tail))
            continue;
        line_group_keep_note(sister);
        line_group_copy_posts(sister, owner);
    }
}

/* 区委、区政府领导: all of the group. */
static void share_posts(const LineGroup *group, const LineItem *last)
{
    for (guint i = 0; i < group->n; i++) {
        LineItem *sister = group->item[i];
        if (sister == last || sister->kind != LINE_ITEM_ADDRESSEE || sister->posts->len > 0 || sister->alias ||
            (line_group_is_own(last) && !lexicon_has(LEX_OWN_BODY, sister->tail)))
            continue;
        line_group_keep_note(sister);
        line_group_copy_posts(sister, last);
    }
}

/* 级 of 团级, 级领导 of 县级领导 or 乡科级领导 where such a rank stands alone; else NULL. */
static const char *bare_rank(const LineItem *item)
{
    if (item->posts->len != 1 || item->classes->len > 0 || *item->tail != '\0' || *item->head != '\0')
        return NULL;
    const char *name = ((LinePost *)item->posts->pdata[0])->name, *rank = strstr(name, "级");
    glong before = rank != NULL ? g_utf8_pointer_to_offset(name, rank) : 0;
    return before == 1 || before == 2 ? rank : NULL;
}

void line_suffix_ranks(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;) {
        LineItem *item = group->item[i], *sister = group->item[i - 1];
        const char *rank = bare_rank(item);
        if (rank == NULL || sister->posts->len > 0 || sister->said || sister->alias)
            continue;
        g_autofree char *post = g_strconcat(sister->text, rank, NULL);
        LexPost word;
        if (!lexicon_has(LEX_POST_MODIFIER, post) && lexicon_post(post, strlen(post), &word) < strlen(post))
            continue;
        line_group_keep_note(sister);
        g_ptr_array_set_size(sister->classes, 0);
        line_group_set(&sister->tail, g_strdup(""));
        line_item_add_post(sister, post, ((LinePost *)item->posts->pdata[0])->word, sister->start, sister->end);
    }
}

void line_suffix_posts(const LineGroup *group)
{
    const LineItem *last = NULL;
    for (guint i = group->n; i-- > 0 && last == NULL;)
        if (group->item[i]->kind == LINE_ITEM_ADDRESSEE)
            last = group->item[i];
    if (last != NULL && last->posts->len > 0 && ((LinePost *)last->posts->pdata[0])->word.shared)
        share_posts(group, last);
    for (guint i = group->n; i-- > 0;)
        if (group->item[i]->kind == LINE_ITEM_ADDRESSEE && group->item[i]->posts->len > 0)
            share_body_posts(group, i);
}

void line_suffix_bodies(const LineGroup *group)
{
    share_belongings(group);
    share_areas(group);
    share_nation(group);
    share_classes(group);
    share_kinds(group);
    share_offices(group);
    share_quantified(group);
}
