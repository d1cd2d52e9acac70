/* SPDX-License-Identifier: GPL-3.0-or-later
 * Marks, offices, dates of issue and print counts. */
#include "daemon/issue/imprint.h"

#include <string.h>

#include "daemon/issue/scan.h"

/* No imprint line is longer. */
#define IMPRINT_LENGTH 160

static const char *const mark_words[] = {
    "内部参阅", "仅供内部使用", "不得外传", "内部刊物",  "内部文件", "注意保存", "妥善保存",
    "注意保密", "阅后退回",     "阅后销毁", "工作秘密", "特提",     "特急",     "加急",
    "平急",     "急件",
};
static const char *const care_words[] = {"注意保存", "妥善保存", "妥善保管", "注意保密", "不得外传"};
static const char pauses[] = ",、·;。";
static const char edges[] = "()[]【】〔〕:,、·;。";
static const char *const roles[] = {"编印", "编发", "编制", "主办", "印发", "印制", "承办", "编", "印"};
static const char *const date_roles[] = {"印发", "印制", "编印", "出版", "印", "编", "发"};
static const char *const office_endings[] = {
    "办公室", "委员会", "办公厅", "指挥部", "领导小组", "工会",   "联合会", "人民政府", "管委会",
    "常委会", "协会",   "商会",   "学会",   "人大",     "政协",   "编辑部", "研究室",   "区委",
    "市委",   "县委",   "省委",   "党委",   "党组",     "工委",   "区政府", "市政府",   "县政府",
    "政府办", "区委办", "市委办", "县委办", "中心",     "公司",   "集团",   "学校",     "大学",
    "医院",   "法院",   "检察院", "支队",   "发改委",   "农委",   "纪委",   "监委",     "团委",
    "办事处", "史志办", "局",     "厅",     "处",       "站",     "部",     "科",       "室",
    "社",
};

const char *imprint_mark(const char *p)
{
    const char *end = scan_word(p, "内部资料");
    if (end == NULL)
        return scan_any(p, mark_words, G_N_ELEMENTS(mark_words), NULL);
    const char *pause = scan_sign(end, pauses);
    const char *care = scan_any(pause != NULL ? pause : end, care_words, G_N_ELEMENTS(care_words), NULL);
    return care != NULL ? care : end;
}

void imprint_add_mark(GPtrArray *marks, const char *start, const char *end)
{
    g_autofree char *mark = scan_tidy(start, end - start);
    for (guint i = 0; i < marks->len; i++)
        if (strcmp(mark, g_ptr_array_index(marks, i)) == 0)
            return;
    g_ptr_array_add(marks, g_steal_pointer(&mark));
}

static const char *skip_signs(const char *p)
{
    for (const char *end; (end = scan_sign(p, edges)) != NULL; p = end)
        ;
    return p;
}

gboolean imprint_take_marks(const char *text, GPtrArray *marks)
{
    const char *p = skip_signs(text), *first = p;
    for (const char *end; (end = imprint_mark(p)) != NULL; p = skip_signs(end))
        ;
    if (p == first || !scan_is_empty(p))
        return FALSE;
    for (const char *end; marks != NULL && (end = imprint_mark(first)) != NULL; first = skip_signs(end))
        imprint_add_mark(marks, first, end);
    return TRUE;
}

const char *imprint_copies(const char *p, int *copies)
{
    static const char *const words[] = {"共印发", "共印制", "共印", "印数", "印发份数", "印", "份数"};
    gsize index;
    const char *at = scan_any(p, words, G_N_ELEMENTS(words), &index);
    if (at == NULL)
        return NULL;
    const char *colon = scan_word(at, ":");
    if ((at = numeral_read(colon != NULL ? colon : at, copies)) == NULL)
        return NULL;
    const char *unit = scan_word(at, "份");
    return unit != NULL || colon != NULL ? (unit != NULL ? unit : at) : NULL;
}

int imprint_find_copies(const char *text)
{
    static const char *const starts[] = {"印", "份数"};
    int copies = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++)
        for (const char *p = text; (p = strstr(p, starts[i])) != NULL; p += strlen(starts[i]))
            if (imprint_copies(p, &copies) != NULL)
                return copies;
    return 0;
}

gboolean imprint_is_office(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(office_endings); i++)
        if (g_str_has_suffix(name, office_endings[i]) && strlen(name) > strlen(office_endings[i]))
            return TRUE;
    return FALSE;
}

static gsize role_length(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
        if (g_str_has_suffix(name, roles[i]))
            return strlen(roles[i]);
    return 0;
}

char *imprint_office_name(const char *name)
{
    char *office = g_strndup(name, strlen(name) - role_length(name));
    return g_strchomp(office);
}

/* Where a date of the text begins; *after its end with the word for it. */
static const char *find_date(const char *text, NumeralDate *date, const char **after)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        const char *end = *p != ' ' ? numeral_date(p, date) : NULL;
        if (end == NULL || date->day == 0)
            continue;
        const char *role = scan_any(end, date_roles, G_N_ELEMENTS(date_roles), NULL);
        *after = role != NULL ? role : end;
        return p;
    }
    return NULL;
}

/* With a date of issue any short name is an office; alone it must look like one and name its role. */
static gboolean is_imprint_name(const char *name, const char *office, gboolean dated)
{
    if (scan_has_sign(office, ",。;:"))
        return FALSE;
    return dated || (imprint_is_office(office) && strlen(office) < strlen(name) &&
                     strstr(office, "、") == NULL);
}

gboolean imprint_read(const char *text, char **office, NumeralDate *date)
{
    const char *after = NULL;
    *office = NULL;
    if (scan_length(text, IMPRINT_LENGTH + 1) > IMPRINT_LENGTH)
        return FALSE;
    const char *start = find_date(text, date, &after);
    if (start == NULL)
        *date = (NumeralDate){0, 0, 0};
    else if (!scan_is_empty(skip_signs(after)) && imprint_copies(skip_signs(after), &(int){0}) == NULL)
        return FALSE;
    g_autofree char *name = scan_close_up(text, start != NULL ? start - text : -1);
    if (*name == '\0')
        return start != NULL;
    g_autofree char *bare = imprint_office_name(name);
    if (!is_imprint_name(name, bare, start != NULL))
        return FALSE;
    if (imprint_is_office(bare))
        *office = g_steal_pointer(&bare);
    return TRUE;
}
