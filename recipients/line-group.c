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

/* How high an area stands; 0 for zones, which stand beside the levels. */
static int tier(const char *name)
{
    static const struct {
        const char *first;
        int tier;
    } tiers[] = {
        {"中央", 5}, {"国家", 5}, {"全国", 5}, {"省", 4}, {"自治区", 4}, {"直辖市", 4}, {"市", 3}, {"州", 3},
        {"自治州", 3}, {"盟", 3}, {"地区", 3}, {"设区市", 3}, {"地级", 3}, {"县", 2}, {"自治县", 2}, {"区", 2},
        {"旗", 2}, {"自治旗", 2}, {"乡", 1}, {"民族乡", 1}, {"镇", 1}, {"苏木", 1}, {"街", 1}, {"办", 1},
        {"村", 1}, {"社区", 1}, {"场", 1}, {"农场", 1}, {"林场", 1},
    };
    int found = 0;
    gsize best = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(tiers); i++)
        if (strlen(tiers[i].first) > best && g_str_has_prefix(name, tiers[i].first)) {
            best = strlen(tiers[i].first);
            found = tiers[i].tier;
        }
    return found;
}

/* Whether the item is a class with an institution behind it whose sister is only the class. */
static gboolean completes_class(LineItem *item, const LineItem *sister)
{
    gboolean own = item->classes->len > 0 && !sister->said;
    if (item->known || sister->classes->len == 0 || (!own && ends_with(LEX_PLURAL, item->tail)))
        return FALSE;
    if (item->classes->len == 0) {
        gsize area = lexicon_prefix(LEX_TERRITORY, item->tail, strlen(item->tail));
        g_autofree char *first = g_strndup(item->tail, area);
        if (area == 0 || lexicon_prefix(LEX_BELONGING, item->tail, strlen(item->tail)) > 0 ||
            (tier(sister->classes->pdata[0]) == 1 && tier(first) > 1) || !line_words_as_class(item))
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
            if (item->quantifier == LINE_SOME)
                sister->quantifier = LINE_SOME;
        } else if (item->posts->len > 0 && (item->classes->len > 0 || lexicon_has(LEX_CLASS, item->tail))) {
            copy_posts(sister, item);
        }
    }
}

/* The end of 市直, 驻区, 省属 in the name, after the area: what 省 in 省、市直各单位 lacks; 0 = none. */
static gsize belonging_suffix(const char *name)
{
    gsize area = lexicon_prefix(LEX_LEVEL, name, strlen(name));
    return area > 0 && lexicon_prefix(LEX_BELONGS_TO, name + area, strlen(name + area)) > 0 ? area : 0;
}

/* Rule 7 for what belongs: 市直及驻市有关单位; 中央、省、市驻区各单位. */
static void rule_7_belongings(const Group *group)
{
    for (guint i = group->n; i-- > 1;) {
        const LineItem *item = group->item[i];
        LineItem *sister = group->item[i - 1];
        if (sister->posts->len > 0 || sister->alias || item->classes->len > 0)
            continue;
        g_autofree char *name = g_strconcat(item->head, item->tail, NULL);
        gsize cut = 0;
        if (lexicon_has(LEX_LEVEL, sister->text))
            cut = belonging_suffix(name);
        else if (lexicon_has(LEX_BELONGING, sister->text))
            cut = lexicon_prefix(LEX_BELONGING, name, strlen(name));
        if (cut == 0 || !line_words_is_generic(item->tail))
            continue;
        keep_note(sister);
        g_ptr_array_set_size(sister->classes, 0);
        set_text(&sister->tail, g_strconcat(sister->text, name + cut, NULL));
        sister->quantifier = item->quantifier;
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
        if (item->said && owner->posts->len == 0) {
            owner = item;
        } else if (!may_hold(owner, post)) {
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

/* 市公安局 beside 各县 is the one above them, beside 各市 that of each. */
static gboolean is_level_above(const LineItem *item, const LineItem *area)
{
    gsize n = lexicon_prefix(LEX_LEVEL, item->tail, strlen(item->tail));
    if (n == 0 || item->tail[n] == '\0' || lexicon_prefix(LEX_ZONE, item->tail, strlen(item->tail)) > 0)
        return FALSE;
    int highest = 0;
    for (guint i = 0; area != NULL && i < area->classes->len; i++)
        highest = MAX(highest, tier(area->classes->pdata[i]));
    return tier(item->tail) > highest;
}

/* A street has a 办事处, a zone a 管委会, an area of government everything else. */
static gboolean has_office(const char *class, const char *office)
{
    if (!lexicon_has(LEX_OWN_OFFICE, office))
        return !lexicon_has(LEX_ZONE, class);
    return strcmp(office, "办事处") == 0 ? g_str_has_prefix(class, "街") : lexicon_has(LEX_ZONE, class);
}

/* 法院 in 各县(区)人民政府、法院, 财政局 in 各县公安局、财政局: one for each area before it. */
static gboolean take_classes_of(LineItem *item, const LineItem *area)
{
    if (area == NULL || *area->tail == '\0' || item->classes->len > 0 || *item->tail == '\0')
        return FALSE;
    gboolean bureau = ends_with(LEX_LEVEL_ENDING, item->tail) && line_words_area(item->tail) == 0 &&
                      !line_words_is_generic(item->tail);
    if (!bureau && !lexicon_has(LEX_INSTITUTION, item->tail))
        return FALSE;
    for (guint i = 0; i < area->classes->len; i++)
        if (has_office(area->classes->pdata[i], item->tail))
            g_ptr_array_add(item->classes, g_strdup(area->classes->pdata[i]));
    return item->classes->len > 0;
}

/* 法院 after 市政府各部门 is the city's, not a class. */
static gboolean is_single_body(const LineItem *item, const LineItem *scope)
{
    return scope->classes->len == 0 && *scope->head != '\0' && lexicon_has(LEX_INSTITUTION, item->tail) &&
           !lexicon_has(LEX_CLASS, item->tail);
}

/* Rule 10 for one item in the scope of 各, whose last class words are those of area; FALSE when it is a
 * proper name, where 各 stops. */
static gboolean enter_scope(LineItem *item, const LineItem *scope, const LineItem *area)
{
    if (item->known)
        return FALSE;
    if (is_bare_post(item))
        return TRUE;
    if (!take_classes_of(item, area)) {
        if (is_level_above(item, area) || is_single_body(item, scope) ||
            (item->classes->len == 0 && !line_words_is_generic(item->tail)))
            return FALSE;
        if (*item->head == '\0')
            set_text(&item->head, g_strdup(scope->head));
        if (!lexicon_has(LEX_CLASS, item->tail))
            line_words_as_class(item);
    }
    item->quantifier = scope->quantifier;
    return TRUE;
}

/* Rule 10: 各 (and 有关) holds for all class words of its group. */
static void rule_10_each(const Group *group)
{
    const LineItem *scope = NULL, *area = NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (item->kind != LINE_ITEM_ADDRESSEE)
            continue;
        if (item->said || (scope == NULL && item->classes->len > 0))
            scope = item;
        else if (scope != NULL && !enter_scope(item, scope, area))
            scope = NULL;
        if (scope == NULL || item->classes->len > 0 || item == scope)
            area = scope != NULL && item->classes->len > 0 ? item : NULL;
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
           item->level == NULL && item->parent == NULL && line_words_area(item->tail) == 0 &&
           ends_with(LEX_SUBUNIT_ENDING, item->tail) &&
           (lexicon_has(LEX_SHARED_OFFICE, item->tail) ||
            lexicon_prefix(LEX_INSTITUTION, item->tail, strlen(item->tail)) <= strlen("委"));
}

/* 区局 for 应急处 after 区局科技处; 区委 for 办公室主任 after 区委常委. */
static const char *parent_for(const LineItem *item, const LineItem *before)
{
    if (!lacks_parent(item))
        return NULL;
    gboolean both_posts = before->posts->len > 0 && item->posts->len > 0;
    return both_posts && before->parent == NULL && main_body(before->tail) != NULL ? before->tail : before->parent;
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
        if (before != NULL && parent_for(item, before) != NULL) {
            lent = parent_for(item, before);
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
    rule_7_belongings(group);
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
