/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 4, 6, 8 and 10 within a group, one function each; rule 7 is line-suffix. */
#include "recipients/line-group.h"

#include <string.h>

#include "recipients/lexicon.h"
#include "recipients/line-class.h"
#include "recipients/line-suffix.h"
#include "recipients/line-words.h"

/* So many posts may hang together: 主任、副主任、… */
#define POSTS_MAX 16
/* So many areas may share one institution: 各县、市、区人民政府、法院 */
#define AREAS_MAX 12

void line_group_set(char **place, char *text)
{
    g_free(*place);
    *place = text;
}

/* The other reading stays with the addressee: the item as it stands in the text. */
void line_group_keep_note(LineItem *item)
{
    if (item->note == NULL)
        item->note = g_strdup(item->text);
}

static gboolean has_body(const LineItem *item)
{
    return item->classes->len > 0 || *item->tail != '\0';
}

void line_group_copy_strings(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

void line_group_copy_posts(LineItem *to, const LineItem *from)
{
    for (guint i = 0; i < from->posts->len; i++) {
        const LinePost *post = from->posts->pdata[i];
        line_item_add_post(to, post->name, post->word, post->start, post->end)->copies = post->copies;
    }
}

static void copy_body(LineItem *to, const LineItem *from)
{
    line_group_set(&to->head, g_strdup(from->head));
    line_group_set(&to->tail, g_strdup(from->tail));
    line_group_set(&to->level, g_strdup(from->level));
    line_group_copy_strings(to->classes, from->classes);
    line_group_copy_strings(to->tails, from->tails);
    if (!to->said)
        to->quantifier = from->quantifier;
}

/* How high an area stands; 0 for zones, which stand beside the levels. */
int line_group_tier(const char *name)
{
    static const struct {
        const char *first;
        int tier;
    } tiers[] = {
        {"中央", 5}, {"国家", 5}, {"全国", 5}, {"省", 4}, {"自治区", 4}, {"直辖市", 4}, {"市", 3}, {"州", 3},
        {"自治州", 3}, {"盟", 3}, {"地区", 3}, {"设区市", 3}, {"地级", 3}, {"县", 2}, {"自治县", 2}, {"区", 2},
        {"旗", 2}, {"自治旗", 2}, {"乡", 1}, {"民族乡", 1}, {"镇", 1}, {"苏木", 1}, {"街", 1}, {"办", 1},
        {"村", 1}, {"社区", 1}, {"场", 1}, {"农场", 1}, {"林场", 1},
        {"直管", 2}, {"辖市", 3}, {"计划单列市", 3}, {"副省级市", 3}, {"行政村", 1}, {"建制镇", 1}, {"民族镇", 1},
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

/* The main body behind the area: 政府 of 市政府; NULL when the name is none. */
const char *line_group_main_body(const char *name)
{
    gsize area = line_words_area(name);
    return lexicon_has(LEX_MAIN_BODY, name + area) ? name + area : NULL;
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
        g_autofree char *chief = g_strconcat(class, "长", NULL);
        if (!g_str_has_suffix(post->name, chief))
            continue;
        g_ptr_array_add(item->classes, g_strdup(class));
        item->quantifier = owner->quantifier;
        return TRUE;
    }
    return FALSE;
}

/* 校党委书记、校长: a committee has no 校长, the body whose committee it is has one, unless the text
 * names none. */
static void take_committee_owner(LineItem *item, const LineItem *owner)
{
    gsize length = strlen(owner->tail), committee = lexicon_ends(LEX_PARTY_BODY, owner->tail);
    if (length == committee && owner->classes->len == 0)
        return;
    copy_body(item, owner);
    g_ptr_array_set_size(item->tails, 0);
    item->tail[length - committee] = '\0';
}

static gboolean is_foreign_to_committee(const LineItem *owner, const LinePost *post)
{
    return lexicon_ends(LEX_PARTY_BODY, owner->tail) > 0 && owner->posts->len > 0 && !post->word.shared &&
           lexicon_ends(LEX_PARTY_POST, post->name) == 0;
}

/* 市委书记、市长、副书记: the last is of the party's committee, from which a lone chief parts it. */
static gboolean is_of_party(const LineItem *item, const LineItem *party)
{
    const LinePost *post = item->posts->pdata[0];
    return party != NULL && !item->said && lexicon_ends(LEX_PARTY_POST, post->name) > 0 &&
           lexicon_ends(LEX_POST_OF_EACH, post->name) == 0;
}

/* Rule 6: a bare post takes the body of the item before it. */
static void rule_6_bare_posts(const LineGroup *group)
{
    LineItem *owner = NULL, *party = NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (g_str_has_suffix(item->tail, "委") && item->posts->len > 0)
            party = item;
        if (is_bare_post(item) && owner != NULL && !has_body(owner) && is_of_party(item, party)) {
            copy_body(item, party);
            owner = item;
            continue;
        }
        if (!is_bare_post(item) || owner == NULL || !has_body(owner) ||
            lexicon_ends(LEX_COLLECTIVE, owner->tail) > 0) {
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
        } else if (is_foreign_to_committee(owner, post)) {
            take_committee_owner(item, owner);
            owner = item;
        } else if (owner->posts->len == 0 || owner->posts->len >= POSTS_MAX) {
            copy_body(item, owner);
        } else {
            LinePost *moved = line_item_add_post(owner, post->name, post->word, item->start, item->end);
            moved->word.plural |= item->said;
            moved->copies = item->copies;
            moved->named = post->named;
            if (item->note != NULL)
                line_item_add_note(owner, item->note);
            item->kind = LINE_ITEM_MERGED;
        }
    }
}

/* 市公安局 beside 各县 is the one above them, beside 各市 that of each. */
static gboolean is_level_above(const LineItem *item, const LineGroup *areas)
{
    gsize n = lexicon_begins(LEX_LEVEL, item->tail);
    if (n == 0 || item->tail[n] == '\0' || lexicon_begins(LEX_ZONE, item->tail) > 0 ||
        lexicon_begins(LEX_BELONGING, item->tail) > 0)
        return FALSE;
    int highest = 0;
    for (guint a = 0; a < areas->n; a++)
        for (guint i = 0; i < areas->item[a]->classes->len; i++)
            highest = MAX(highest, line_group_tier(areas->item[a]->classes->pdata[i]));
    return line_group_tier(item->tail) > highest;
}

/* A street has a 办事处, a zone a 管委会, an area of government everything else. */
static gboolean has_office(const char *class, const char *office)
{
    if (!lexicon_has(LEX_OWN_OFFICE, office))
        return !lexicon_has(LEX_ZONE, class);
    return strcmp(office, "办事处") == 0 ? g_str_has_prefix(class, "街") : lexicon_has(LEX_ZONE, class);
}

static void add_class_of(LineItem *item, const char *class)
{
    if (has_office(class, item->tail) &&
        !g_ptr_array_find_with_equal_func(item->classes, class, g_str_equal, NULL))
        g_ptr_array_add(item->classes, g_strdup(class));
}

gboolean line_group_is_own(const LineItem *item)
{
    return item->posts->len > 0 && item->classes->len == 0 && lexicon_has(LEX_OWN_BODY, item->tail);
}

/* 法院 in 各县(区)人民政府、法院, 财政局 in 各县公安局、财政局: one for each area before it. */
static gboolean take_classes_of(LineItem *item, const LineGroup *areas)
{
    const LineItem *area = areas->n > 0 ? areas->item[0] : NULL;
    if (area == NULL || (*area->tail == '\0' && area->posts->len == 0) || line_group_is_own(item) ||
        item->classes->len > 0 || *item->tail == '\0')
        return FALSE;
    gboolean bureau = lexicon_has(LEX_LEVEL_BODY, item->tail) ||
                      (lexicon_ends(LEX_LEVEL_ENDING, item->tail) && line_words_area(item->tail) == 0 &&
                       !line_class_is_generic(item->tail));
    if (!bureau && !lexicon_has(LEX_INSTITUTION, item->tail))
        return FALSE;
    for (guint a = 0; a < areas->n; a++)
        for (guint i = 0; i < areas->item[a]->classes->len; i++)
            add_class_of(item, areas->item[a]->classes->pdata[i]);
    return item->classes->len > 0;
}

/* 法院 after 市政府各部门 is the city's, 工商联 after 各民主党派 the only one, 机关党委 and 工会 after 各单位
 * those of the office: no class. */
static gboolean is_single_body(const LineItem *item, const LineItem *scope)
{
    if (scope->classes->len == 0 && lexicon_ends(LEX_PLURAL, scope->tail) > 0 && item->classes->len == 0 &&
        lexicon_ends(LEX_INSTITUTION, item->tail) > strlen("委") && lexicon_ends(LEX_PLURAL, item->tail) == 0 &&
        lexicon_begins(LEX_BELONGING, item->tail) == 0 && lexicon_ends(LEX_OWN_OFFICE, item->tail) == 0)
        return TRUE;
    return scope->classes->len == 0 && !lexicon_has(LEX_INSTITUTION, scope->tail) &&
           lexicon_has(LEX_INSTITUTION, item->tail) && !lexicon_has(LEX_CLASS, item->tail);
}

/* 机关各科室、直属单位: an office building has only sub-units; 机关各处、局. */
static gboolean shares_head(const LineItem *item, const LineItem *scope)
{
    gboolean building = g_str_has_suffix(scope->head, "机关");
    gboolean inside = lexicon_ends(LEX_SUBUNIT_ENDING, item->tail) > 0 || g_utf8_strlen(item->tail, -1) == 1;
    gboolean own = lexicon_begins(LEX_LEVEL, item->tail) > 0 && lexicon_begins(LEX_BELONGING, item->tail) > 0;
    return *item->head == '\0' && !own && (inside || !building);
}

/* 市高新区管委会 is one, 高新区管委会 after 各 may be a class. */
static gboolean is_zone_of_level(const char *name)
{
    gsize level = lexicon_begins(LEX_LEVEL, name);
    return level > 0 && lexicon_begins(LEX_ZONE, name + level) > 0;
}

/* Rule 10 for one item in the scope of 各, whose last areas are given; FALSE when it is a proper name,
 * where 各 stops. */
static gboolean enter_scope(LineItem *item, const LineItem *scope, const LineGroup *areas)
{
    if (item->known || is_zone_of_level(item->tail))
        return FALSE;
    if (is_bare_post(item))
        return TRUE;
    if (!take_classes_of(item, areas)) {
        if (is_level_above(item, areas) || is_single_body(item, scope) ||
            (item->classes->len == 0 && !line_class_is_generic(item->tail)))
            return FALSE;
        if (shares_head(item, scope))
            line_group_set(&item->head, g_strdup(scope->head));
        if (!lexicon_has(LEX_CLASS, item->tail))
            line_class_take_unsaid(item);
    }
    item->quantifier = scope->quantifier;
    return TRUE;
}

static gboolean is_same_body(const LineItem *a, const LineItem *b)
{
    return a->classes->len > 0 && b->classes->len > 0 && strcmp(a->head, b->head) == 0 &&
           strcmp(a->tail, b->tail) == 0;
}

static guint count_classes(const LineGroup *areas)
{
    guint count = 0;
    for (guint i = 0; i < areas->n; i++)
        count += areas->item[i]->classes->len;
    return count;
}

/* The areas of which the next institution may be one each: those of the item, with those before it that
 * have the same institution (各区、县(市)党委和人民政府). own: it brought its areas itself. */
static void note_areas(LineGroup *areas, LineItem **item, gboolean own)
{
    gboolean goes_on = own && areas->n > 0 && areas->item + areas->n == item &&
                       is_same_body(*item, *areas->item) &&
                       count_classes(areas) + (*item)->classes->len <= AREAS_MAX;
    if (!goes_on)
        *areas = (LineGroup){item, 0, NULL};
    areas->n += (*item)->classes->len > 0;
}

/* Rule 10: 各 (and 有关) holds for all class words of its group. */
static void rule_10_each(const LineGroup *group)
{
    const LineItem *scope = NULL;
    LineGroup areas = {group->item, 0, NULL};
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (item->kind != LINE_ITEM_ADDRESSEE)
            continue;
        gboolean own = item->classes->len > 0;
        if (item->said || (scope == NULL && item->classes->len > 0))
            scope = item;
        else if (scope != NULL && !enter_scope(item, scope, &areas))
            scope = NULL;
        if (scope == NULL)
            areas.n = 0;
        else if (item->classes->len > 0 || item == scope)
            note_areas(&areas, group->item + i, own);
    }
}

static gboolean may_be_twins(const LineItem *item, const LineItem *before)
{
    return item->posts->len == 0 && before->posts->len == 0 && item->others->len == 0 && item->copies == before->copies &&
           item->quantifier == before->quantifier && before->kind == LINE_ITEM_ADDRESSEE &&
           is_same_body(item, before);
}

static void drop_twins_of(LineItem *item, const LineItem *before)
{
    for (guint k = item->classes->len; k-- > 0;)
        if (g_ptr_array_find_with_equal_func(before->classes, item->classes->pdata[k], g_str_equal, NULL))
            g_ptr_array_remove_index(item->classes, k);
    if (item->classes->len == 0)
        item->kind = LINE_ITEM_MERGED;
}

/* 各市、州、县(市、区): each class once. */
static void drop_twins(const LineGroup *group)
{
    for (guint i = 1; i < group->n; i++)
        for (guint back = 1; back <= MIN(i, AREAS_MAX); back++) {
            if (!may_be_twins(group->item[i], group->item[i - back]))
                break;
            drop_twins_of(group->item[i], group->item[i - back]);
        }
}

/* 长江水利委员会, 人民银行甲市分行, 甲银保监分局: of no level here. */
static gboolean is_beside_levels(const LineItem *item)
{
    gsize branch = lexicon_ends(LEX_BRANCH_ENDING, item->tail);
    return (branch > 0 && branch < strlen(item->tail)) || lexicon_begins(LEX_REGION, item->tail) > 0 ||
           lexicon_begins(LEX_BRANCHED, item->tail) > 0;
}

/* Whether the name is one of which each area has its own; 新城办 is none. */
static gboolean lacks_level(const LineItem *item)
{
    if (item->known || item->said || item->classes->len > 0 || item->quantifier != LINE_ONE ||
        g_utf8_strlen(item->tail, -1) < 2 || item->level != NULL || line_words_area(item->tail) > 0 ||
        lexicon_begins(LEX_OWN_BODY, item->tail) > 0 || is_beside_levels(item))
        return FALSE;
    if (item->parent != NULL && lexicon_ends(LEX_LEVEL_ENDING, item->parent) == 0 &&
        lexicon_begins(LEX_INSTITUTION, item->parent) == 0) /* 农业农村部办公厅 */
        return FALSE;
    gsize office = lexicon_ends(LEX_OWN_OFFICE, item->tail); /* 产业园管委会 has its own name */
    if (office > 0 && office < strlen(item->tail))
        return FALSE;
    return lexicon_begins(LEX_INSTITUTION, item->tail) > strlen("委") ||
           lexicon_ends(LEX_LEVEL_ENDING, item->tail) > 0 || lexicon_has(LEX_LEVEL_BODY, item->tail);
}

/* 政协 in 区人大各工委、政协各专委 */
static gboolean lacks_head_level(const LineItem *item)
{
    return item->said && item->level == NULL && g_utf8_strlen(item->head, -1) > 1 &&
           lexicon_has(LEX_MAIN_BODY, item->head);
}

/* Over ， a level goes only to what each area is known to have: 区委常委，人大常委会、政府领导. */
static gboolean reaches_over(const LineItem *item)
{
    return item->leads && lexicon_has(LEX_INSTITUTION, item->tail) && !lexicon_has(LEX_CLASS, item->tail) &&
           !lexicon_has(LEX_OWN_OFFICE, item->tail) && !lexicon_has(LEX_SHARED_OFFICE, item->tail);
}

static gboolean lacks_parent(const LineItem *item)
{
    return !item->known && !item->said && item->classes->len == 0 && item->quantifier == LINE_ONE &&
           item->level == NULL && item->parent == NULL && line_words_area(item->tail) == 0 &&
           lexicon_ends(LEX_SUBUNIT_ENDING, item->tail) &&
           (lexicon_has(LEX_SHARED_OFFICE, item->tail) ||
            lexicon_begins(LEX_INSTITUTION, item->tail) <= strlen("委"));
}

/* 市气象局 whose 领导 are named before its sub-units. */
static gboolean is_led_bureau(const LineItem *item)
{
    gsize area = line_words_area(item->tail);
    return item->posts->len > 0 && !item->said && area > 0 && item->tail[area] != '\0' &&
           lexicon_ends(LEX_HEAD_ENDING, item->tail) > 0 && line_group_main_body(item->tail) == NULL;
}

/* 县政府县长、党组成员: the group within the body whose posts come before. */
static gboolean has_party(const LineItem *body)
{
    return body->posts->len > 0 && body->classes->len == 0 && *body->tail != '\0' &&
           !g_str_has_suffix(body->tail, "委") && lexicon_ends(LEX_PARTY_BODY, body->tail) == 0;
}

/* 集团公司党委、工会: what the same owner has besides its committee. */
static gboolean is_beside_party(const LineItem *item, const LineItem *before)
{
    if (before->parent == NULL || before->level != NULL || item->known || item->said ||
        item->classes->len > 0 || g_utf8_strlen(item->tail, -1) < 2 || lexicon_has(LEX_OWN_OFFICE, item->tail) ||
        lexicon_has(LEX_SHARED_OFFICE, item->tail))
        return FALSE;
    return g_str_has_prefix(before->tail, before->parent) &&
           lexicon_has(LEX_INSTITUTION, before->tail + strlen(before->parent)) &&
           lexicon_has(LEX_INSTITUTION, item->tail);
}

/* 区局 for 应急处 after 区局科技处 or 区局领导; 区委 for 办公室主任 after 区委常委. */
static const char *parent_for(const LineItem *item, const LineItem *before)
{
    if (!item->said && item->classes->len == 0 && lexicon_has(LEX_PARTY_BODY, item->tail) && has_party(before))
        return before->tail;
    if (is_beside_party(item, before))
        return before->parent;
    if (!lacks_parent(item))
        return NULL;
    gboolean both_posts = before->posts->len > 0 && item->posts->len > 0;
    gboolean main_post = both_posts && line_group_main_body(before->tail) != NULL;
    if (before->parent == NULL && (main_post || is_led_bureau(before)))
        return before->tail;
    return before->parent;
}

/* 集团公司 for 审计部 after 集团公司党委办公室: what is no organ of the committee is its owner's. NULL when
 * nothing is lent; caller frees. */
static char *lent_parent(const LineItem *item, const LineItem *before)
{
    const char *parent = parent_for(item, before);
    if (parent == NULL)
        return NULL;
    gsize length = strlen(parent), committee = lexicon_ends(LEX_PARTY_BODY, parent);
    gboolean organ = lexicon_has(LEX_LEVEL_BODY, item->tail) || lexicon_has(LEX_INSTITUTION, item->tail);
    gboolean owned = parent == before->parent && before->level == NULL && committee < length;
    return g_strndup(parent, owned && !organ ? length - committee : length);
}

/* What does not stand between a level and who lacks it: in 市财政局、人民银行甲市分行、审计局 what is of no level
 * here, in 区委、新城办、政府 what has neither level nor area before a main body. */
static gboolean is_passed_over(const LineItem *item, LineItem *const *next, LineItem *const *end)
{
    if (item->level != NULL || item->quantifier != LINE_ONE || *item->tail == '\0')
        return FALSE;
    if (is_beside_levels(item))
        return item->parent == NULL;
    return next < end && line_words_area(item->tail) == 0 && lexicon_begins(LEX_OWN_BODY, item->tail) == 0 &&
           lexicon_has(LEX_MAIN_BODY, (*next)->tail);
}

/* Rule 8: 市委、政府; 区局应急处、科技与预报处. */
static void rule_8_level(const LineGroup *group)
{
    const LineItem *before = group->n > 0 && reaches_over(group->item[0]) ? group->before : NULL;
    for (guint i = 0; i < group->n; i++) {
        LineItem *item = group->item[i];
        if (item->kind != LINE_ITEM_ADDRESSEE)
            continue;
        g_autofree char *lent = before != NULL ? lent_parent(item, before) : NULL;
        if (lent != NULL)
            line_group_set(&item->parent, g_strdup(lent));
        else if (before != NULL && before->level != NULL && lacks_level(item))
            lent = g_strdup(before->level);
        if (lent != NULL) {
            line_group_keep_note(item);
            line_group_set(&item->tail, g_strconcat(lent, item->tail, NULL));
            line_group_set(&item->level, g_strdup(before->level));
        }
        if (before != NULL && before->level != NULL && lacks_head_level(item)) {
            line_group_keep_note(item);
            line_group_set(&item->head, g_strconcat(before->level, item->head, NULL));
            line_group_set(&item->level, g_strdup(before->level));
        }
        if (!is_passed_over(item, group->item + i + 1, group->item + group->n))
            before = item;
    }
}

/* Rule 4: 各2份 is for each of its group. */
static void rule_4_copies(const LineGroup *group)
{
    for (guint i = group->n; i-- > 1;)
        if (group->item[i]->copies_each && group->item[i - 1]->copies == 0) {
            group->item[i - 1]->copies = group->item[i]->copies;
            group->item[i - 1]->copies_each = TRUE;
        }
}

static void apply(const LineGroup *group)
{
    if (group->n == 0)
        return;
    rule_4_copies(group);
    line_suffix_ranks(group);
    rule_6_bare_posts(group);
    line_suffix_bodies(group);
    rule_10_each(group);
    drop_twins(group);
    line_suffix_posts(group);
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
    const LineItem *before = NULL;
    for (guint g = 0; g < groups; g++) {
        LineGroup group = {members + first[g], 0, before};
        for (guint i = first[g]; i < first[g + 1]; i++)
            if (members[i]->kind == LINE_ITEM_ADDRESSEE)
                group.item[group.n++] = members[i];
        apply(&group);
        for (guint i = 0; i < group.n; i++)
            if (group.item[i]->kind == LINE_ITEM_ADDRESSEE)
                before = group.item[i];
    }
}
