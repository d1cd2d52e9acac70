/* SPDX-License-Identifier: GPL-3.0-or-later
 * Posts (书记, 常务副区长, 县处级领导) and numbers (二十, １６) of distribution lines. */
#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"

typedef struct {
    const char *word;
    LexPost post;
} PostWord;

#define CHIEF {FALSE, FALSE, FALSE}
#define PLURAL {TRUE, FALSE, FALSE}
#define ANSWERABLE {FALSE, TRUE, FALSE} /* one person answers for the body; said once for a group */
#define LEADERS {TRUE, TRUE, FALSE}
#define AREA_CHIEF {FALSE, FALSE, TRUE}

static const PostWord post_words[] = {
    {"负责同志", ANSWERABLE}, {"负责人", ANSWERABLE}, {"联系人", ANSWERABLE}, {"联络员", ANSWERABLE},
    {"信息员", ANSWERABLE}, {"领导", LEADERS}, {"领导同志", LEADERS}, {"领导干部", LEADERS},
    {"领导成员", LEADERS}, {"领导班子", LEADERS}, {"班子成员", LEADERS}, {"领导班子成员", LEADERS},
    {"负责同志和联络员", ANSWERABLE}, {"一把手", ANSWERABLE},
    {"省长", AREA_CHIEF}, {"市长", AREA_CHIEF}, {"区长", AREA_CHIEF}, {"县长", AREA_CHIEF},
    {"乡长", AREA_CHIEF}, {"镇长", AREA_CHIEF}, {"州长", AREA_CHIEF}, {"盟长", AREA_CHIEF},
    {"旗长", AREA_CHIEF}, {"村长", AREA_CHIEF},
    {"书记", CHIEF}, {"主任", CHIEF}, {"主席", CHIEF}, {"局长", CHIEF}, {"厅长", CHIEF}, {"处长", CHIEF},
    {"科长", CHIEF}, {"股长", CHIEF}, {"部长", CHIEF}, {"司长", CHIEF}, {"院长", CHIEF}, {"校长", CHIEF},
    {"园长", CHIEF}, {"所长", CHIEF}, {"站长", CHIEF}, {"队长", CHIEF}, {"支队长", CHIEF}, {"大队长", CHIEF},
    {"总队长", CHIEF}, {"中队长", CHIEF}, {"组长", CHIEF}, {"检察长", CHIEF}, {"秘书长", CHIEF}, {"会长", CHIEF},
    {"理事长", CHIEF}, {"董事长", CHIEF}, {"监事长", CHIEF}, {"行长", CHIEF}, {"社长", CHIEF}, {"台长", CHIEF},
    {"馆长", CHIEF}, {"厂长", CHIEF}, {"矿长", CHIEF}, {"庭长", CHIEF}, {"总指挥", CHIEF}, {"指挥长", CHIEF},
    {"政委", CHIEF}, {"政治委员", CHIEF}, {"参谋长", CHIEF}, {"司令员", CHIEF}, {"经理", CHIEF}, {"总经理", CHIEF},
    {"总裁", CHIEF}, {"专员", CHIEF}, {"总工程师", CHIEF}, {"总会计师", CHIEF}, {"总经济师", CHIEF},
    {"主编", CHIEF}, {"街长", CHIEF}, {"组织部长", CHIEF}, {"宣传部长", CHIEF}, {"统战部长", CHIEF},
    {"人武部长", CHIEF}, {"武装部长", CHIEF}, {"政法委书记", CHIEF}, {"纪委书记", CHIEF}, {"纪检组长", CHIEF},
    {"常委", PLURAL}, {"委员", PLURAL}, {"成员", PLURAL}, {"顾问", PLURAL}, {"代表", PLURAL},
    {"巡视员", PLURAL}, {"调研员", PLURAL}, {"干部", PLURAL}, {"干部职工", PLURAL}, {"职工", PLURAL},
    {"工作人员", PLURAL}, {"党员", PLURAL}, {"首长", PLURAL}, {"老同志", PLURAL}, {"监督员", PLURAL},
    {"教师", PLURAL}, {"教职工", PLURAL}, {"秘书", PLURAL}, {"理事", PLURAL}, {"董事", PLURAL},
    {"县团级", PLURAL}, {"县处级", PLURAL}, {"地师级", PLURAL}, {"省军级", PLURAL}, {"厅局级", PLURAL},
    {"乡科级", PLURAL}, {"正处级", PLURAL}, {"副处级", PLURAL}, {"正科级", PLURAL}, {"副科级", PLURAL},
};

/* What may stand before a post and belongs to it; plural ones make any post plural. */
static const struct {
    const char *word;
    gboolean plural;
} post_modifiers[] = {
    {"副", TRUE}, {"正副", TRUE}, {"常务", FALSE}, {"第一", FALSE}, {"正", FALSE}, {"主要", FALSE},
    {"分管", FALSE}, {"主管", FALSE}, {"党政", FALSE}, {"党政主要", FALSE}, {"行政", FALSE}, {"班子", FALSE},
    {"领导班子", FALSE}, {"包联", FALSE}, {"联系", FALSE}, {"包片", FALSE}, {"带班", FALSE}, {"离退休", FALSE},
    {"老", FALSE}, {"专职", FALSE}, {"兼职", FALSE}, {"执行", FALSE}, {"名誉", FALSE}, {"一级", FALSE},
    {"二级", FALSE}, {"在职", FALSE}, {"退休", FALSE}, {"以上", FALSE}, {"及以上", FALSE}, {"以下", FALSE},
    {"县处级", FALSE}, {"县团级", FALSE}, {"地师级", FALSE}, {"厅局级", FALSE}, {"地厅级", FALSE},
    {"省部级", FALSE}, {"司局级", FALSE}, {"乡科级", FALSE}, {"乡镇级", FALSE}, {"科股级", FALSE}, {"省级", FALSE},
    {"市级", FALSE}, {"州级", FALSE}, {"县级", FALSE}, {"区级", FALSE}, {"旗级", FALSE}, {"乡级", FALSE},
    {"镇级", FALSE}, {"部级", FALSE}, {"厅级", FALSE}, {"局级", FALSE}, {"处级", FALSE}, {"科级", FALSE},
    {"股级", FALSE}, {"村级", FALSE}, {"校级", FALSE}, {"院级", FALSE}, {"地级", FALSE}, {"市厅级", FALSE},
    {"副县处级", FALSE},
};

static gsize post_word(const char *text, gsize length, LexPost *post)
{
    gsize best = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(post_words); i++) {
        gsize n = strlen(post_words[i].word);
        if (n > best && n <= length && memcmp(text + length - n, post_words[i].word, n) == 0) {
            best = n;
            *post = post_words[i].post;
        }
    }
    return best;
}

static gsize post_modifier(const char *text, gsize length, gboolean *plural)
{
    gsize best = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(post_modifiers); i++) {
        gsize n = strlen(post_modifiers[i].word);
        if (n > best && n <= length && memcmp(text + length - n, post_modifiers[i].word, n) == 0) {
            best = n;
            *plural = post_modifiers[i].plural;
        }
    }
    return best;
}

gsize lexicon_post(const char *text, gsize length, LexPost *post)
{
    gsize used = post_word(text, length, post);
    if (used == 0)
        return 0;
    gboolean plural = FALSE;
    gsize more;
    while ((more = post_modifier(text, length - used, &plural)) > 0) {
        used += more;
        post->plural |= plural;
    }
    return used;
}

static int han_digit(gunichar c)
{
    static const char digits[] = "〇一二三四五六七八九";
    const char *at = g_utf8_strchr(digits, -1, c);
    if (at != NULL)
        return (int)g_utf8_pointer_to_offset(digits, at);
    return c == 0x4e24 /* 两 */ ? 2 : -1;
}

static int han_unit(gunichar c)
{
    return c == 0x5341 /* 十 */ ? 10 : c == 0x767e /* 百 */ ? 100 : c == 0x5343 /* 千 */ ? 1000 : 0;
}

/* More would be no print run; the cap also keeps the sum from overflowing. */
#define NUMBER_MAX 1000000

int lexicon_number(const char *text, gsize *used)
{
    const char *p = text;
    int total = 0, digit = -1;
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = han_fold(g_utf8_get_char(p));
        int value = g_unichar_isdigit(c) ? g_unichar_digit_value(c) : han_digit(c);
        int unit = han_unit(c);
        if (value >= 0) {
            digit = MIN((digit < 0 ? 0 : digit) * 10 + value, NUMBER_MAX);
        } else if (unit > 0) {
            total = MIN(total + (digit < 0 ? 1 : digit) * unit, NUMBER_MAX);
            digit = -1;
        } else {
            break;
        }
    }
    *used = (gsize)(p - text);
    return total + (digit < 0 ? 0 : digit);
}
