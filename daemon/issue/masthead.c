/* SPDX-License-Identifier: GPL-3.0-or-later
 * The masthead: each line is cut into tokens (numbers, dates, marks) and what lies between them
 * (office, title). It ends with the last line that adds one of them. */
#include "daemon/issue/masthead.h"

#include <string.h>

#include "daemon/issue/imprint.h"
#include "daemon/issue/lines.h"
#include "daemon/issue/numeral.h"
#include "daemon/issue/scan.h"
#include "daemon/issue/tail.h"

#define MASTHEAD_LINES 24
#define MASTHEAD_LINE_LENGTH 100
#define TITLE_LENGTH 20

static const char *const title_endings[] = {
    "信息", "简报", "月报", "专报", "通报", "动态", "快报", "快讯", "参考", "要情", "通讯", "情况",
    "周报", "日报", "季报", "年报", "摘报", "要报", "专刊", "记",   "反映", "内参", "工作", "周刊",
    "月刊", "汇编", "摘编", "导刊", "参阅", "专递", "传真", "之窗", "要闻", "内刊", "会刊", "大事",
};

/* What one line says, before it is known whether the line belongs to the masthead. */
typedef struct {
    int number, total, supplement, year;
    NumeralDate date;
    gboolean marked;
    GPtrArray *names;  /* char *: what stands between the tokens */
} Cut;

typedef struct {
    Issue *issue;
    GPtrArray *titles; /* char *: lines of unknown meaning, the first is the title */
    int number_year, month_year, date_year;
} Head;

/* ---- tokens ---- */

static const char *read_issue_number(const char *p, int *number)
{
    int value;
    const char *word = scan_word(p, "第");
    const char *at = numeral_read(word != NULL ? word : p, &value);
    const char *end = at != NULL ? scan_word(at, "期") : NULL;
    if (end != NULL)
        *number = value;
    return end;
}

static const char *read_total(const char *p, Cut *cut)
{
    static const char *const words[] = {"总", "累计", "总期"};
    const char *at = scan_any(p, words, G_N_ELEMENTS(words), NULL);
    return at != NULL ? read_issue_number(at, &cut->total) : NULL;
}

/* 增刊第7期, 增刊（7）, 增刊7 */
static const char *read_supplement(const char *p, Cut *cut)
{
    const char *at = scan_word(p, "增刊");
    if (at == NULL)
        return NULL;
    const char *end = read_issue_number(at, &cut->supplement);
    if (end != NULL)
        return end;
    int number;
    const char *open = scan_word(at, "(");
    if ((end = numeral_read(open != NULL ? open : at, &number)) == NULL ||
        (open != NULL && (end = scan_word(end, ")")) == NULL))
        return NULL;
    cut->supplement = number;
    return end;
}

/* 第19期; 第7期增刊 is a supplement. */
static const char *read_number(const char *p, Cut *cut)
{
    int number = 0;
    const char *end = scan_word(p, "第") != NULL ? read_issue_number(p, &number) : NULL;
    if (end == NULL)
        return NULL;
    const char *supplement = scan_word(end, "增刊");
    *(supplement != NULL ? &cut->supplement : &cut->number) = number;
    return supplement != NULL ? supplement : end;
}

/* 〔2018〕第01期, 2012年第12期, (2020)增刊第7期: a year that belongs to the number behind it. */
static const char *read_dated_number(const char *p, Cut *cut)
{
    static const char *const openings[] = {"〔", "[", "(", "【"};
    static const char *const closings[] = {"〕", "]", ")", "】"};
    gsize kind;
    int year = 0;
    const char *open = scan_any(p, openings, G_N_ELEMENTS(openings), &kind);
    const char *at = numeral_year(open != NULL ? open : p, &year);
    if (at == NULL)
        return NULL;
    const char *word = scan_word(at, "年");
    at = word != NULL ? word : at;
    const char *end = open != NULL ? scan_word(at, closings[kind]) : at;
    if (end == NULL || (open == NULL && word == NULL))
        return NULL;
    word = scan_word(end, "年");
    at = word != NULL ? word : end;
    if ((end = read_supplement(at, cut)) == NULL && (end = read_number(at, cut)) == NULL)
        end = read_issue_number(at, &cut->number);
    if (end != NULL)
        cut->year = year;
    return end;
}

static const char *read_date(const char *p, Cut *cut)
{
    static const char *const roles[] = {"印发", "编印", "印制", "出版", "印", "编", "发"};
    NumeralDate date;
    const char *end = numeral_date(p, &date);
    if (end == NULL)
        return NULL;
    if (cut->date.day == 0)
        cut->date = date;
    const char *role = scan_any(end, roles, G_N_ELEMENTS(roles), NULL);
    return role != NULL ? role : end;
}

static const char *read_token(const char *p, Cut *cut)
{
    static const char *(*const readers[])(const char *, Cut *) = {
        read_total, read_supplement, read_dated_number, read_number, read_date};
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++) {
        const char *end = readers[i](p, cut);
        if (end != NULL)
            return end;
    }
    return NULL;
}

/* ---- names ---- */

static gboolean is_title(const char *name)
{
    if (scan_length(name, TITLE_LENGTH + 1) > TITLE_LENGTH)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(title_endings); i++)
        if (g_str_has_suffix(name, title_endings[i]))
            return TRUE;
    return FALSE;
}

static gboolean names_office(const char *name)
{
    g_autofree char *office = imprint_office_name(name);
    return imprint_is_office(office);
}

/* A single blank parts two names only when a name stands before it: 上街信息 中共上街区委办公室. */
static void add_parted(GPtrArray *names, const char *closed)
{
    const char *start = closed;
    for (const char *blank = strchr(closed, ' '); blank != NULL; blank = strchr(blank + 1, ' ')) {
        g_autofree char *part = g_strndup(start, (gsize)(blank - start));
        if (!is_title(part) && !names_office(part))
            continue;
        g_ptr_array_add(names, g_steal_pointer(&part));
        start = blank + 1;
    }
    g_ptr_array_add(names, g_strdup(start));
}

static void add_name(GPtrArray *names, const char *start, const char *end)
{
    g_autofree char *closed = scan_close_up(start, end - start);
    g_autofree char *letters = scan_letters(closed);
    if (*letters != '\0')
        add_parted(names, closed);
}

/* Runs of blanks part names; so do the tokens. */
static void add_names(GPtrArray *names, const char *start, const char *end)
{
    for (const char *p = start; p < end; p++) {
        if (p[0] != ' ' || p + 1 >= end || p[1] != ' ')
            continue;
        add_name(names, start, p);
        while (p + 1 < end && p[1] == ' ')
            p++;
        start = p + 1;
    }
    add_name(names, start, end);
}

static void cut_line(const char *text, Cut *cut)
{
    const char *start = text, *p = text;
    while (*p != '\0') {
        const char *mark = *p != ' ' ? imprint_mark(p) : NULL;
        const char *end = mark == NULL && *p != ' ' ? read_token(p, cut) : mark;
        if (end == NULL && !scan_is_sign(p, "()〔〕[]【】|/")) {
            p = g_utf8_next_char(p);
            continue;
        }
        add_names(cut->names, start, p);
        cut->marked = cut->marked || mark != NULL;
        p = start = end != NULL ? end : g_utf8_next_char(p);
    }
    add_names(cut->names, start, p);
}

/* ---- lines ---- */

static gboolean all_names_known(const Cut *cut)
{
    for (guint i = 0; i < cut->names->len; i++) {
        const char *name = g_ptr_array_index(cut->names, i);
        if (!names_office(name) && !is_title(name))
            return FALSE;
    }
    return TRUE;
}

static gboolean has_office(const Cut *cut)
{
    for (guint i = 0; i < cut->names->len; i++)
        if (names_office(g_ptr_array_index(cut->names, i)))
            return TRUE;
    return FALSE;
}

static void set_number(int *target, int value)
{
    if (*target == 0)
        *target = value;
}

/* Two offices on the masthead issue it together. */
static void take_names(Head *head, const Cut *cut)
{
    g_autoptr(GString) offices = g_string_new(NULL);
    for (guint i = 0; i < cut->names->len; i++) {
        const char *name = g_ptr_array_index(cut->names, i);
        g_autofree char *office = imprint_office_name(name);
        if (!imprint_is_office(office))
            g_ptr_array_add(head->titles, g_strdup(name));
        else
            g_string_append_printf(offices, "%s%s", offices->len > 0 ? " " : "", office);
    }
    if (offices->len > 0 && head->issue->office == NULL)
        head->issue->office = g_strdup(offices->str);
}

static void take_date(Head *head, const NumeralDate *date)
{
    if (date->year == 0)
        return;
    if (date->day == 0) {
        set_number(&head->issue->month, date->month);
        set_number(&head->month_year, date->year);
    } else if (head->issue->date == NULL) {
        head->issue->date = numeral_date_text(date);
        head->date_year = date->year;
    }
}

static void take_marks(Issue *issue, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        const char *end = *p != ' ' ? imprint_mark(p) : NULL;
        if (end != NULL)
            imprint_add_mark(issue->marks, p, end);
        p = end != NULL ? end : g_utf8_next_char(p);
    }
}

/* TRUE when the line adds a number, date, office or mark that was not known yet. */
static gboolean adds(const Head *head, const Cut *cut)
{
    const Issue *issue = head->issue;
    return (cut->number > 0 && issue->number == 0) || (cut->total > 0 && issue->total_number == 0) ||
           (cut->supplement > 0 && issue->supplement == 0) || cut->marked ||
           (cut->date.day > 0 && issue->date == NULL) ||
           (cut->date.year > 0 && cut->date.day == 0 && issue->month == 0) ||
           (has_office(cut) && issue->office == NULL);
}

static void take(Head *head, const Cut *cut, const char *text)
{
    set_number(&head->issue->number, cut->number);
    set_number(&head->issue->total_number, cut->total);
    set_number(&head->issue->supplement, cut->supplement);
    set_number(&head->number_year, cut->year);
    take_date(head, &cut->date);
    take_names(head, cut);
    if (cut->marked)
        take_marks(head->issue, text);
}

static gboolean is_complete(const Head *head)
{
    const Issue *issue = head->issue;
    return (issue->number > 0 || issue->total_number > 0 || issue->supplement > 0) &&
           issue->date != NULL && issue->office != NULL;
}

static gboolean may_be_masthead(const TextLine *line)
{
    return scan_length(line->text, MASTHEAD_LINE_LENGTH + 1) <= MASTHEAD_LINE_LENGTH && !line->listed &&
           line->heading < 3 && (line->lead == NULL || line->lead_length == strlen(line->text)) &&
           !g_str_has_suffix(line->text, "。") && !g_str_has_prefix(line->text, "△");
}

static void take_unknown(Head *head, const GPtrArray *lines, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        const TextLine *line = g_ptr_array_index(lines, i);
        if (!tail_take_label(head->issue, line))
            g_ptr_array_add(head->titles, scan_close_up(line->text, -1));
    }
}

static void finish(Head *head)
{
    Issue *issue = head->issue;
    if (head->titles->len > 0)
        issue->title = g_strdup(g_ptr_array_index(head->titles, 0));
    set_number(&issue->year, head->number_year);
    set_number(&issue->year, head->month_year);
    set_number(&issue->year, head->date_year);
}

/* Lines of unknown meaning between two that are known belong to the masthead too. */
static gboolean read_line(Head *head, const GPtrArray *lines, guint known, guint index)
{
    const TextLine *line = g_ptr_array_index(lines, index);
    Cut cut = {.names = g_ptr_array_new_with_free_func(g_free)};
    cut_line(line->text, &cut);
    gboolean fits = all_names_known(&cut) && adds(head, &cut);
    if (fits) {
        take_unknown(head, lines, known, index);
        take(head, &cut, line->text);
    }
    g_ptr_array_unref(cut.names);
    return fits;
}

guint masthead_read(Issue *issue, const GPtrArray *lines)
{
    Head head = {issue, g_ptr_array_new_with_free_func(g_free), 0, 0, 0};
    guint end = 0;
    for (guint i = 0; i < lines->len && i < MASTHEAD_LINES; i++) {
        const TextLine *line = g_ptr_array_index(lines, i);
        if (!may_be_masthead(line) || (is_complete(&head) && line->heading > 1))
            break;
        if (read_line(&head, lines, end, i))
            end = i + 1;
        else if (is_complete(&head))
            break;
    }
    finish(&head);
    g_ptr_array_unref(head.titles);
    return end;
}
