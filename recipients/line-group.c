/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 6 to 10, one function each. */
#include "recipients/line-group.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-words.h"

/* So many posts may hang together: 主任、副主任、… */
#define POSTS_MAX 16

/* The addressees of one 、 group. */
typedef struct {
    LineItem **item;
    guint n;
} Group;

static void set_text(char **place, char *text)
{
    g_free(*place);
    *place = text;
}

/* The other reading stays with the addressee: the item as it stands in the text. */
static void keep_note(LineItem *item)
{
    if (item->note == NULL)
        item->note = g_strdup(item->text);
}

static gboolean ends_with(LexTable table, const char *text)
{
    return lexicon_suffix(table, text, strlen(text)) > 0;
}

static gboolean has_body(const LineItem *item)
{
    return item->classes->len > 0 || *item->tail != '\0';
}

static void copy_strings(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

static void copy_posts(LineItem *to, const LineItem *from)
{
    for (guint i = 0; i < from->posts->len; i++) {
        const LinePost *post = from->posts->pdata[i];
        line_item_add_post(to, post->name, post->word, post->start, post->end)->copies = post->copies;
    }
}

static void copy_body(LineItem *to, const LineItem *from)
{
    set_text(&to->head, g_strdup(from->head));
    set_text(&to->tail, g_strdup(from->tail));
    set_text(&to->level, g_strdup(from->level));
    copy_strings(to->classes, from->classes);
    if (!to->said)
        to->quantifier = from->quantifier;
}

/* Only class words, nothing behind them: 区 in 区、市、县人民政府. */
static gboolean is_bare_class(const LineItem *item)
{
    if (item->alias || item->posts->len > 0 || *item->head != '\0')
        return FALSE;
    return (item->classes->len > 0 && *item->tail == '\0') ||
           (item->classes->len == 0 && lexicon_has(LEX_CLASS, item->tail));
}

/* 乡, 镇, 街道: their sister 区 in 区政府 is not one of them but the district above. */
static gboolean is_low_area(const char *class)
{
    static const char *const low[] = {"乡", "民族乡", "镇", "苏木", "街道", "街", "街道办", "街道办事处", "办", "村",
                                      "社区", "场", "农场", "林场"};
    for (gsize i = 0; i < G_N_ELEMENTS(low); i++)
        if (strcmp(class, low[i]) == 0)
            return TRUE;
    return FALSE;
}

/* Whether the item is a class with an institution behind it whose sister is only the class. */
static gboolean completes_class(LineItem *item, const LineItem *sister)
{
    if (item->known || sister->classes->len == 0 || ends_with(LEX_PLURAL, item->tail))
        return FALSE;
    if (item->classes->len == 0) {
        gsize area = lexicon_prefix(LEX_TERRITORY, item->tail, strlen(item->tail));
        g_autofree char *first = g_strndup(item->tail, area);
        if (area == 0 || lexicon_prefix(LEX_BELONGING, item->tail, strlen(item->tail)) > 0 ||
            (is_low_area(sister->classes->pdata[0]) && !is_low_area(first)) || !line_words_as_class(item))
            return FALSE;
    }
    gboolean zone = lexicon_has(LEX_ZONE, item->classes->pdata[0]);
    return *item->tail != '\0' && !(lexicon_has(LEX_OWN_OFFICE, item->tail) &&
                                    !(zone && lexicon_has(LEX_ZONE, sister->classes->pdata[0])));
}

/* Rule 7 for classes: 各区、市、县人民政府; 科、室主任. */
static void rule_7_classes(const Group *group)
{
    for (guint i = group->n; i-- > 1;) {
        LineItem *item = group->item[i], *sister = group->item[i - 1];
        if (!is_bare_class(sister) || (item->said && sister->classes->len == 0))
            continue;
        if (completes_class(item, sister)) {
            set_text(&sister->tail, g_strdup(item->tail));
            copy_posts(sister, item);
        } else if (item->posts->len > 0 && (item->classes->len > 0 || lexicon_has(LEX_CLASS, item->tail))) {
            copy_posts(sister, item);
        }
    }
}

/* A named area and nothing behind it: 崇川区. */
static gboolean is_bare_area(const LineItem *item)
{
    return item->classes->len == 0 && !item->said && item->posts->len == 0 && *item->tail != '\0' &&
           (line_words_area(item->tail) == strlen(item->tail) || lexicon_has(LEX_ZONE, item->tail));
}

/* Rule 7 for named areas: 崇川区、港闸区人民政府. */
static void rule_7_areas(const Group *group)
{
    for (guint i = group->n; i-- > 1;) {
        LineItem *item = group->item[i], *sister = group->item[i - 1];
        if (item->said || item->classes->len > 0 || sister->alias || !is_bare_area(sister))
            continue;
        gsize area = lexicon_prefix(LEX_ZONE, item->tail, strlen(item->tail));
        if (area == 0)
            area = line_words_area(item->tail);
        const char *suffix = item->tail + area;
        if (area == 0 || lexicon_prefix(LEX_LEVEL, item->tail, area) == area ||
            !ends_with(LEX_ENDING, suffix) ||
            (lexicon_has(LEX_OWN_OFFICE, suffix) && !ends_with(LEX_ZONE, sister->tail)))
            continue;
        keep_note(sister);
        set_text(&sister->tail, g_strconcat(sister->tail, suffix, NULL));
        set_text(&sister->level, g_strdup(sister->text));
    }
}

/* The main body behind the area: 政府 of 市政府; NULL when the name is none. */
static const char *main_body(const char *name)
{
    gsize area = line_words_area(name);
    return lexicon_has(LEX_MAIN_BODY, name + area) ? name + area : NULL;
}

/* Rule 7 for offices: 市委、市人大、市政府办公室. */
static void rule_7_offices(const Group *group)
{
    const LineItem *last = group->item[group->n - 1];
    gsize length = strlen(last->tail), n = lexicon_suffix(LEX_SHARED_OFFICE, last->tail, length);
    g_autofree char *owner = g_strndup(last->tail, length - n);
    if (n == 0 || last->alias || main_body(owner) == NULL)
        return;
    for (guint i = 0; i + 1 < group->n; i++) {
        LineItem *sister = group->item[i];
        if (sister->alias || sister->posts->len > 0 || main_body(sister->tail) == NULL)
            continue;
        keep_note(sister);
        set_text(&sister->tail, g_strconcat(sister->tail, last->tail + length - n, NULL));
    }
}

/* A post that stands alone in its item. */
static gboolean is_bare_post(const LineItem *item)
{
    return item->posts->len > 0 && !has_body(item) && *item->head == '\0';
}

/* 区长 heads the government of its area, no other body. */
static gboolean may_hold(const LineItem *owner, const LinePost *post)
{
    return !post->word.bound || g_str_has_suffix(owner->tail, "政府");
}

/* 各镇党委书记、镇长: the chief of the class itself. */
static gboolean take_class_chief(LineItem *item, const LineItem *owner)
{
    const LinePost *post = item->posts->pdata[0];
    for (guint i = 0; post->word.bound && i < owner->classes->len; i++) {
        const char *class = owner->classes->pdata[i];
        if (!g_str_has_prefix(post->name, class))
            continue;
        g_ptr_array_add(item->classes, g_strdup(class));
        item->quantifier = owner->quantifier;
        return TRUE;
    }
    return FALSE;
}

/* Rule 6: a bare post takes the body of the item before it. */
static void rule_6_bare_posts(const Group *group)
{
    LineItem *owner = NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (!is_bare_post(item) || owner == NULL || !has_body(owner)) {
            owner = item;
            continue;
        }
        LinePost *post = item->posts->pdata[0];
        if (!may_hold(owner, post)) {
            if (take_class_chief(item, owner))
                continue;
            owner = item;
        } else if (owner->posts->len == 0 || owner->posts->len >= POSTS_MAX) {
            copy_body(item, owner);
        } else {
            LinePost *moved = line_item_add_post(owner, post->name, post->word, item->start, item->end);
            moved->word.plural |= item->said;
            moved->copies = item->copies;
            item->kind = LINE_ITEM_MERGED;
        }
    }
}

/* Rule 7 for posts: 峡窝镇、各街道办事处、区直各单位负责同志. */
static void rule_7_posts(const Group *group)
{
    const LineItem *last = NULL;
    for (guint i = group->n; i-- > 0 && last == NULL;)
        if (group->item[i]->kind == LINE_ITEM_ADDRESSEE)
            last = group->item[i];
    if (last == NULL || last->posts->len == 0 || !((LinePost *)last->posts->pdata[0])->word.shared)
        return;
    for (guint i = 0; i < group->n; i++) {
        LineItem *sister = group->item[i];
        if (sister == last || sister->kind != LINE_ITEM_ADDRESSEE || sister->posts->len > 0 || sister->alias)
            continue;
        keep_note(sister);
        copy_posts(sister, last);
    }
}

/* 市公安局 beside 各镇 is the one above them; beside 各市 it is each of theirs. */
static gboolean is_level_above(const LineItem *item, const LineItem *scope)
{
    gsize n = lexicon_prefix(LEX_LEVEL, item->tail, strlen(item->tail));
    if (n == 0 || item->tail[n] == '\0' || lexicon_prefix(LEX_ZONE, item->tail, strlen(item->tail)) > 0)
        return FALSE;
    for (guint i = 0; i < scope->classes->len; i++)
        if (strncmp(scope->classes->pdata[i], item->tail, n) == 0)
            return FALSE;
    return TRUE;
}

/* 法院 in 各县(区)人民政府、法院, 财政局 in 各县公安局、财政局. */
static gboolean takes_classes_of(const LineItem *item, const LineItem *scope)
{
    if (item->classes->len > 0 || scope->classes->len == 0 || *scope->tail == '\0' ||
        *item->tail == '\0' || lexicon_has(LEX_OWN_OFFICE, item->tail) ||
        lexicon_has(LEX_ZONE, scope->classes->pdata[0]))
        return FALSE;
    if (lexicon_has(LEX_INSTITUTION, item->tail))
        return TRUE;
    return ends_with(LEX_LEVEL_ENDING, item->tail) && line_words_area(item->tail) == 0 &&
           !line_words_is_generic(item->tail);
}

/* Rule 10 for one item in the scope of 各; FALSE when it is a proper name, where 各 stops. */
static gboolean enter_scope(LineItem *item, const LineItem *scope)
{
    if (item->known || is_bare_post(item))
        return item->known ? FALSE : TRUE;
    if (takes_classes_of(item, scope)) {
        copy_strings(item->classes, scope->classes);
    } else if (is_level_above(item, scope)) {
        return FALSE;
    } else if (item->classes->len == 0 && !line_words_is_generic(item->tail)) {
        return FALSE;
    } else if (scope->classes->len == 0 && *scope->head != '\0' && lexicon_has(LEX_INSTITUTION, item->tail) &&
               !lexicon_has(LEX_CLASS, item->tail)) {
        return FALSE;
    } else if (lexicon_prefix(LEX_BELONGING, item->tail, strlen(item->tail)) == 0 || *scope->head != '\0') {
        set_text(&item->head, g_strdup(scope->head));
    }
    item->quantifier = scope->quantifier;
    return TRUE;
}

/* Rule 10: 各 (and 有关) holds for all class words of its group. */
static void rule_10_each(const Group *group)
{
    const LineItem *scope = NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (item->kind != LINE_ITEM_ADDRESSEE)
            continue;
        if (item->said || (scope == NULL && item->classes->len > 0))
            scope = item;
        else if (scope != NULL && !enter_scope(item, scope))
            scope = NULL;
    }
}

/* Whether the name is one of which each area has its own. */
static gboolean lacks_level(const LineItem *item)
{
    if (item->known || item->said || item->classes->len > 0 || item->quantifier != LINE_ONE ||
        g_utf8_strlen(item->tail, -1) < 2 || item->level != NULL || line_words_area(item->tail) > 0)
        return FALSE;
    return lexicon_prefix(LEX_INSTITUTION, item->tail, strlen(item->tail)) > strlen("委") ||
           ends_with(LEX_LEVEL_ENDING, item->tail);
}

static gboolean lacks_parent(const LineItem *item)
{
    return !item->known && !item->said && item->classes->len == 0 && item->quantifier == LINE_ONE &&
           item->level == NULL && item->parent == NULL && ends_with(LEX_SUBUNIT_ENDING, item->tail) &&
           line_words_area(item->tail) == 0 &&
           lexicon_prefix(LEX_INSTITUTION, item->tail, strlen(item->tail)) <= strlen("委");
}

/* Rule 8: 市委、政府; 区局应急处、科技与预报处. */
static void rule_8_level(const Group *group)
{
    const LineItem *before = NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (item->kind != LINE_ITEM_ADDRESSEE)
            continue;
        const char *lent = NULL;
        if (before != NULL && before->parent != NULL && lacks_parent(item)) {
            lent = before->parent;
            set_text(&item->parent, g_strdup(lent));
        } else if (before != NULL && before->level != NULL && lacks_level(item)) {
            lent = before->level;
        }
        if (lent != NULL) {
            keep_note(item);
            set_text(&item->tail, g_strconcat(lent, item->tail, NULL));
            set_text(&item->level, g_strdup(before->level));
        }
        before = item;
    }
}

/* Rule 4: 各2份 is for each of its group. */
static void rule_4_copies(const Group *group)
{
    for (guint i = group->n; i-- > 1;)
        if (group->item[i]->copies_each && group->item[i - 1]->copies == 0) {
            group->item[i - 1]->copies = group->item[i]->copies;
            group->item[i - 1]->copies_each = TRUE;
        }
}

static void apply(const Group *group)
{
    if (group->n == 0)
        return;
    rule_4_copies(group);
    rule_6_bare_posts(group);
    rule_7_classes(group);
    rule_7_areas(group);
    rule_7_offices(group);
    rule_10_each(group);
    rule_7_posts(group);
    rule_8_level(group);
}

void line_group_apply(GPtrArray *items)
{
    g_autofree LineItem **members = g_new(LineItem *, items->len + 1);
    /* Members of a bracket stand between the items of the group outside it. */
    guint groups = 0;
    for (guint i = 0; i < items->len; i++)
        groups = MAX(groups, ((LineItem *)items->pdata[i])->group + 1);
    g_autofree guint *first = g_new0(guint, groups + 1);
    for (guint i = 0; i < items->len; i++)
        first[((LineItem *)items->pdata[i])->group + 1]++;
    for (guint g = 0; g < groups; g++)
        first[g + 1] += first[g];
    g_autofree guint *filled = g_memdup2(first, (groups + 1) * sizeof(guint));
    for (guint i = 0; i < items->len; i++) {
        LineItem *item = items->pdata[i];
        members[filled[item->group]++] = item;
    }
    for (guint g = 0; g < groups; g++) {
        Group group = {members + first[g], 0};
        for (guint i = first[g]; i < first[g + 1]; i++)
            if (members[i]->kind == LINE_ITEM_ADDRESSEE)
                group.item[group.n++] = members[i];
        apply(&group);
    }
}
