/* SPDX-License-Identifier: GPL-3.0-or-later
 * Class words: 县(市、区), 各部门, 分(子)公司. */
#include "recipients/line-class.h"

#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"

/* More class words in one item than any office has are rubbish. */
#define CLASSES_MAX 12

/* A class word for an area at text, unless a longer word stands there: 市场, 区直, 办公室. */
gsize line_class_area(const char *text, const char *before)
{
    gsize n = lexicon_begins(LEX_TERRITORY, text);
    if (n == 0 || lexicon_begins(LEX_NOT_TERRITORY, text) > n || lexicon_begins(LEX_BELONGING, text) >= n ||
        lexicon_begins(LEX_INSTITUTION, text) > n)
        return 0;
    gboolean office = n == strlen("办") && strncmp(text, "办", n) == 0;
    gboolean street = before != NULL && (lexicon_has(LEX_TERRITORY, before) || *before == '|');
    return office && !street ? 0 : n;
}

/* The run of class words that begins text, each added once to classes (各镇镇长); returns its bytes. */
gsize line_class_run(const char *text, GPtrArray *classes)
{
    gsize used = 0, n;
    g_autofree char *before = NULL;
    while (text[used] != '\0') {
        if (text[used] == '|') {
            n = line_class_area(text + used + 1, LINE_ITEM_OR);
            if (n == 0)
                break;
            used++;
        } else if ((n = line_class_area(text + used, before)) == 0) {
            break;
        }
        g_free(before);
        before = g_strndup(text + used, n);
        if (classes != NULL && !g_ptr_array_find_with_equal_func(classes, before, g_str_equal, NULL))
            g_ptr_array_add(classes, g_strdup(before));
        used += n;
    }
    return used;
}

gboolean line_class_is(const char *text)
{
    return *text != '\0' && (lexicon_has(LEX_CLASS, text) || line_class_run(text, NULL) == strlen(text));
}

gboolean line_class_is_generic(const char *text)
{
    gsize used = 0, last = 0;
    while (text[used] != '\0') {
        const char *at = text + used;
        gsize class = MAX(lexicon_begins(LEX_CLASS, at), lexicon_begins(LEX_INSTITUTION, at));
        class = MAX(class, line_class_area(at, NULL));
        gsize modifier = MAX(lexicon_begins(LEX_MODIFIER, at), lexicon_begins(LEX_BELONGING, at));
        gsize n = MAX(class, modifier);
        if (n == 0)
            return FALSE;
        last = class >= modifier;
        used += n;
    }
    return last > 0;
}

/* What stands behind a bar after the class words is a body of its own (政府|管委会), or a further
 * institution of the same owner (单位党组|党委). */
static void take_others(LineItem *item, char *tail)
{
    g_auto(GStrv) parts = g_strsplit(tail, LINE_ITEM_OR, -1);
    g_free(item->tail);
    item->tail = g_strdup(parts[0] != NULL ? parts[0] : "");
    gsize institution = lexicon_ends(LEX_INSTITUTION, item->tail);
    int owner = (int)(strlen(item->tail) - institution);
    for (char **part = parts[0] != NULL ? parts + 1 : parts; *part != NULL; part++) {
        gboolean own = !lexicon_has(LEX_INSTITUTION, *part) || lexicon_has(LEX_APART, *part);
        if (institution > 0 && !own)
            g_ptr_array_add(item->tails, g_strdup_printf("%.*s%s", owner, item->tail, *part));
        else if (**part != '\0')
            g_ptr_array_add(item->others, g_strdup(*part));
    }
}

/* 委|办|局, or 局|公司工会, an institution that each of the bodies in brackets has; FALSE when it is anything
 * else. */
static gboolean take_bodies(LineItem *item, const char *body)
{
    g_auto(GStrv) parts = g_strsplit(body, LINE_ITEM_OR, -1);
    guint last = g_strv_length(parts);
    if (last < 2 || last > CLASSES_MAX)
        return FALSE;
    gsize class = lexicon_begins(LEX_CLASS, parts[--last]);
    if (class == 0 || (parts[last][class] != '\0' && !lexicon_has(LEX_INSTITUTION, parts[last] + class)))
        return FALSE;
    for (guint i = 0; i < last; i++)
        if (!lexicon_has(LEX_CLASS, parts[i]))
            return FALSE;
    g_free(item->tail);
    item->tail = g_strdup(parts[last] + class);
    parts[last][class] = '\0';
    for (guint i = 0; i <= last; i++)
        g_ptr_array_add(item->classes, g_strdup(parts[i]));
    return TRUE;
}

/* 市高新区 is one zone, not a city and a zone. */
static gboolean is_named_zone(const GPtrArray *run)
{
    return run->len == 2 && !lexicon_has(LEX_ZONE, run->pdata[0]) && lexicon_has(LEX_ZONE, run->pdata[run->len - 1]);
}

/* Bytes of what narrows the class that begins text: 基层 of 基层党委. */
static gsize modifier_of(const char *text)
{
    gsize used = 0, n;
    while ((n = MAX(lexicon_begins(LEX_MODIFIER, text + used), lexicon_begins(LEX_BELONGING, text + used))) > 0)
        used += n;
    return used;
}

static gboolean is_kind(const char *text)
{
    return lexicon_has(LEX_CLASS, text) || lexicon_has(LEX_PARTY_BODY, text);
}

/* Bytes of the institution behind the class that ends the name: 党委 of 公司党委, 0 of 委. */
static gsize institution_behind(const char *name)
{
    gsize n = lexicon_ends(LEX_INSTITUTION, name);
    return n < strlen(name) ? n : 0;
}

/* 分（子）公司, 基层党（工）委 are two classes, each with the end of the name and what narrows it; FALSE when
 * the bracket is part of a name. */
static gboolean take_bracketed(LineItem *item, const char *body)
{
    g_autofree char *folded = han_fold_text(body);
    g_auto(GStrv) parts = g_strsplit_set(folded, "()", -1);
    if (g_strv_length(parts) != 3 || *parts[2] == '\0')
        return FALSE;
    int end = (int)(strlen(parts[2]) - institution_behind(parts[2]));
    gsize narrow = modifier_of(parts[0]);
    g_autofree char *outer = g_strdup_printf("%s%.*s", parts[0], end, parts[2]);
    g_autofree char *inner = g_strdup_printf("%.*s%s%.*s", (int)narrow, parts[0], parts[1], end, parts[2]);
    if (!is_kind(outer + narrow) || !(is_kind(inner + narrow) || line_class_area(inner + narrow, NULL) > 0))
        return FALSE;
    g_ptr_array_add(item->classes, g_steal_pointer(&outer));
    g_ptr_array_add(item->classes, g_steal_pointer(&inner));
    g_free(item->tail);
    item->tail = g_strdup(parts[2] + end);
    if (!item->said)
        item->quantifier = LINE_EVERY;
    return TRUE;
}

/* Class words count as such after 各, when several stand together before an institution, and alone. */
static void take_classes(LineItem *item, const char *body, gboolean sure)
{
    g_autoptr(GPtrArray) run = g_ptr_array_new_with_free_func(g_free);
    gsize belongs = lexicon_begins(LEX_BELONGING, body);
    if (lexicon_begins(LEX_TERRITORY, body) > belongs) /* 县级市 */
        belongs = 0;
    if (item->said && g_str_has_prefix(body, "团")) /* 各团县（市、区）委 */
        belongs = strlen("团");
    gsize used = line_class_run(body + belongs, run);
    if (belongs > 0 && used > 0) {
        g_autofree char *head = item->head;
        item->head = g_strdup_printf("%s%.*s", head, (int)belongs, body);
        body += belongs;
    }
    g_autofree char *tail = g_strdup(body + used);
    g_autofree char *institution = g_strndup(tail, strcspn(tail, LINE_ITEM_OR));
    gboolean zone = run->len > 0 && is_named_zone(run);
    gboolean alone = *tail == '\0' && item->posts->len == 0 && !lexicon_has(LEX_ZONE, body);
    gboolean whole = *tail == '\0' || lexicon_has(LEX_INSTITUTION, institution);
    gboolean several = run->len > 1 && (whole || strcspn(body, LINE_ITEM_OR) < used);
    if (run->len > 0 && run->len <= CLASSES_MAX && !zone && (sure || item->said || alone || several)) {
        g_ptr_array_extend_and_steal(item->classes, g_steal_pointer(&run));
        if (!item->said)
            item->quantifier = LINE_EVERY;
        take_others(item, tail);
        return;
    }
    g_autofree char *name = g_strdup(body);
    if (!take_bodies(item, name))
        take_others(item, name);
}

void line_class_take(LineItem *item, const char *body)
{
    if (!take_bracketed(item, body))
        take_classes(item, body, FALSE);
}

gboolean line_class_take_unsaid(LineItem *item)
{
    g_autofree char *body = g_strdup(item->tail);
    if (item->classes->len == 0)
        take_classes(item, body, TRUE);
    return item->classes->len > 0;
}

/* 县(区)直各单位 has its class words before 各: they lend the head's last word what it belongs to. */
char *line_class_take_head(LineItem *item, const char *body)
{
    g_auto(GStrv) parts = g_strsplit(item->head, LINE_ITEM_OR, -1);
    guint last = g_strv_length(parts);
    if (last > CLASSES_MAX)
        item->kind = LINE_ITEM_UNRESOLVED;
    if (last < 2 || last > CLASSES_MAX)
        return g_strdup(body);
    gsize area = lexicon_begins(LEX_TERRITORY, parts[last - 1]);
    g_free(item->tail);
    item->tail = g_strconcat(parts[last - 1] + area, body, NULL);
    parts[last - 1][area] = '\0';
    for (guint i = 0; i < last; i++)
        g_ptr_array_add(item->classes, g_strdup(parts[i]));
    *item->head = '\0';
    return g_strdup(item->tail);
}
