/* SPDX-License-Identifier: GPL-3.0-or-later
 * The secrecy scan: each line in plain form without blanks is held against the tables below.
 * It knows nothing of mastheads or fields, so that nothing there can switch it off. */
#include "daemon/issue/secrecy.h"

#include <string.h>

#include "daemon/base/han.h"
#include "daemon/issue/scan.h"

/* A mark stands at the edge of a paper: this many visible lines from its top and its end. */
#define EDGE_LINES 15
/* A longer line is a paragraph, in which words of restriction are running text. */
#define NOTICE_LETTERS 60

static const char *const levels[] = {"绝密", "机密", "秘密"};
static const char *const name_words[] = {"绝密", "机密", "秘密", "涉密"};
static const char *const level_labels[] = {"密级别", "密级", "密等级"};
static const char stars[] = "★☆*·●•・⭐✩✪✭✮✯✰∗";
static const char *const urgencies[] = {"特提", "特急", "加急", "平急", "急件"};
static const char *const hold_words[] = {"工作秘密", "注意保密", "阅后退回", "阅后销毁"};
static const char *const trade_words[] = {"核心商密", "普通商密", "商密"};
static const char *const restrict_words[] = {"内部资料注意保存", "内部参阅", "仅供内部使用", "不得外传"};

typedef struct {
    GPtrArray *hits;
    GHashTable *seen;     /* marks already noted, owned by hits */
    gsize line, visible;  /* lines so far, visible lines so far */
    char *previous;       /* letters of the visible line before */
    SecrecyHit *lone;     /* the last level word alone on a line, wherever it stood */
    gsize lone_visible;
} Scan;

static void hit_free(gpointer data)
{
    SecrecyHit *hit = data;
    g_free(hit->mark);
    g_free(hit);
}

static SecrecyHit *hit_new(SecrecyLevel level, const char *mark, gsize length, gsize line)
{
    SecrecyHit *hit = g_new0(SecrecyHit, 1);
    hit->level = level;
    hit->mark = g_strndup(mark, length);
    hit->line = (int)MIN(line, (gsize)G_MAXINT);
    return hit;
}

static void take_hit(Scan *scan, SecrecyHit *hit)
{
    if (g_hash_table_contains(scan->seen, hit->mark)) {
        hit_free(hit);
        return;
    }
    g_hash_table_add(scan->seen, hit->mark);
    g_ptr_array_add(scan->hits, hit);
}

static void note(Scan *scan, SecrecyLevel level, const char *mark, gsize length)
{
    take_hit(scan, hit_new(level, mark, length, scan->line));
}

/* Old forms of the characters, which no fold of widths touches. */
static gunichar modern_form(gunichar c)
{
    switch (c) {
    case 0x7955: /* 祕 */
        return 0x79d8;
    case 0x6a5f: /* 機 */
        return 0x673a;
    case 0x7d55: /* 絕 */
        return 0x7edd;
    case 0x7d1a: /* 級 */
        return 0x7ea7;
    default:
        return c;
    }
}

/* One line without blanks and markup: a pair of ASCII asterisks is bold type, a single one a star. */
static char *plain_line(const char *line, gsize length)
{
    GString *plain = g_string_sized_new(length);
    const char *end = line + length;
    for (const char *p = line; p < end; p = g_utf8_next_char(p)) {
        if (p[0] == '*' && p + 1 < end && p[1] == '*') {
            p++;
            continue;
        }
        gunichar c = modern_form(han_fold(g_utf8_get_char(p)));
        if (c != 0 && c != ' ' && c != '\\' && !g_unichar_iscntrl(c))
            g_string_append_unichar(plain, c);
    }
    return g_string_free(plain, FALSE);
}

static const char *skip_closing(const char *p)
{
    const char *end = scan_sign(p, "])】〕》”\"'");
    return end != NULL ? end : p;
}

/* A star behind the word; three middle dots in a row are the leader of a contents list. */
static const char *after_star(const char *p)
{
    const char *end = scan_sign(p, stars);
    if (end == NULL || scan_word(p, "···") != NULL || scan_word(p, "•••") != NULL)
        return NULL;
    return end;
}

/* 1年, 10年, 6个月, 长期: returns p when no term stands there. */
static const char *after_term(const char *p)
{
    static const char *const units[] = {"年", "个月", "月", "日", "天"};
    const char *digits = p, *end = scan_word(p, "长期");
    if (end != NULL)
        return end;
    while (g_unichar_isdigit(g_utf8_get_char(digits)) || scan_word(digits, "十") != NULL)
        digits = g_utf8_next_char(digits);
    end = digits > p ? scan_any(digits, units, G_N_ELEMENTS(units), NULL) : NULL;
    return end != NULL ? end : p;
}

static const char *after_level(const char *p)
{
    const char *end = scan_any(p, levels, G_N_ELEMENTS(levels), NULL);
    if (end == NULL)
        return NULL;
    const char *grade = scan_word(end, "级");
    return grade != NULL ? grade : end;
}

/* TRUE when a level with its star stands in the line. */
static gboolean scan_levels(Scan *scan, const char *plain)
{
    gboolean found = FALSE;
    for (const char *p = plain; (p = strstr(p, "密")) != NULL; p += strlen("密")) {
        const char *word = g_utf8_find_prev_char(plain, p);
        const char *end = word != NULL ? after_level(word) : NULL;
        const char *sign = end != NULL ? skip_closing(end) : NULL;
        const char *star = sign != NULL ? after_star(sign) : NULL;
        if (star == NULL)
            continue;
        g_autoptr(GString) mark = g_string_new_len(word, end - word);
        g_string_append_len(mark, sign, after_term(star) - sign);
        note(scan, SECRECY_REFUSE, mark->str, mark->len);
        found = TRUE;
    }
    return found;
}

static const char *skip_signs(const char *p)
{
    for (const char *end; (end = scan_sign(p, ":=([【〔为“\"")) != NULL; p = end)
        ;
    return p;
}

/* 密级：秘密, anywhere; without a sign between only at the beginning of a line. */
static void scan_labels(Scan *scan, const char *plain)
{
    for (const char *p = plain; (p = strstr(p, "密")) != NULL; p += strlen("密")) {
        const char *label = scan_any(p, level_labels, G_N_ELEMENTS(level_labels), NULL);
        const char *value = label != NULL ? skip_signs(label) : NULL;
        const char *end = value != NULL ? after_level(value) : NULL;
        if (end != NULL && (value > label || p == plain))
            note(scan, SECRECY_REFUSE, value, (gsize)(end - value));
    }
}

/* The line's letters without what may stand beside a level on the same line: copy number, urgency. */
static const char *skip_companions(const char *letters)
{
    const char *p = letters;
    while (g_ascii_isdigit(*p))
        p++;
    if (p - letters != 0 && p - letters != 6)
        p = letters;
    const char *urgency = scan_any(p, urgencies, G_N_ELEMENTS(urgencies), NULL);
    return urgency != NULL ? urgency : p;
}

static const char *lone_level(const char *letters, gsize *length)
{
    const char *word = skip_companions(letters);
    const char *end = after_level(word);
    if (end == NULL)
        return NULL;
    *length = (gsize)(end - word);
    end = after_term(end);
    const char *urgency = scan_any(end, urgencies, G_N_ELEMENTS(urgencies), NULL);
    return *(urgency != NULL ? urgency : end) == '\0' ? word : NULL;
}

/* A level alone on its line, or one character of it a line (秘 / 密). It counts at once near the top;
 * near the end only when the end is known. */
static void scan_lone(Scan *scan, const char *letters)
{
    g_autofree char *both = g_strconcat(scan->previous, letters, NULL);
    gsize length = 0;
    const char *word = lone_level(letters, &length);
    if (word == NULL && (strlen(letters) == strlen("密") || strcmp(scan->previous, "密级") == 0) &&
        strlen(both) <= strlen("密级秘密级")) {
        const char *label = scan_word(both, "密级");
        word = lone_level(label != NULL ? label : both, &length);
    }
    if (word == NULL)
        return;
    if (scan->visible <= EDGE_LINES) {
        note(scan, SECRECY_REFUSE, word, length);
        return;
    }
    g_clear_pointer(&scan->lone, hit_free);
    scan->lone = hit_new(SECRECY_REFUSE, word, length, scan->line);
    scan->lone_visible = scan->visible;
}

static void scan_copy_number(Scan *scan, const char *letters)
{
    const char *label = scan_word(letters, "份号");
    const char *digits = label != NULL ? label : letters;
    gsize length = strspn(digits, "0123456789");
    if (digits[length] == '\0' && (length == 6 || (label != NULL && length > 0)))
        note(scan, SECRECY_HOLD, label != NULL ? "份号" : "六位份号",
             strlen(label != NULL ? "份号" : "六位份号"));
}

/* 商密 sits inside 协商密切: it is a mark only at the beginning of a notice or before a star. */
static void scan_trade_secret(Scan *scan, const char *plain, const char *letters)
{
    gsize index;
    const char *end = scan_any(letters, trade_words, G_N_ELEMENTS(trade_words), &index);
    if (end != NULL && scan_length(end, 7) < 7) {
        note(scan, SECRECY_HOLD, trade_words[index], strlen(trade_words[index]));
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(trade_words); i++) {
        const char *p = strstr(plain, trade_words[i]);
        if (p != NULL && (i < 2 || after_star(skip_closing(p + strlen(trade_words[i]))) != NULL)) {
            note(scan, SECRECY_HOLD, trade_words[i], strlen(trade_words[i]));
            return;
        }
    }
}

static void scan_holds(Scan *scan, const char *plain, const char *letters)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hold_words); i++)
        if (strstr(letters, hold_words[i]) != NULL)
            note(scan, SECRECY_HOLD, hold_words[i], strlen(hold_words[i]));
    for (const char *p = plain; (p = strstr(p, "内部")) != NULL; p += strlen("内部"))
        if (after_star(p + strlen("内部")) != NULL)
            note(scan, SECRECY_HOLD, "内部★", strlen("内部★"));
    scan_trade_secret(scan, plain, letters);
}

static gboolean is_bracketed(const char *plain, const char *word)
{
    for (const char *p = plain; (p = strstr(p, word)) != NULL; p += strlen(word)) {
        const char *before = g_utf8_find_prev_char(plain, p);
        if (before != NULL && scan_is_sign(before, "([【〔"))
            return TRUE;
    }
    return FALSE;
}

static void scan_restrictions(Scan *scan, const char *plain, const char *letters)
{
    g_autofree char *both = g_strconcat(scan->previous, letters, NULL);
    gboolean notice = scan_length(letters, NOTICE_LETTERS + 1) <= NOTICE_LETTERS;
    for (gsize i = 0; i < G_N_ELEMENTS(restrict_words); i++) {
        const char *word = restrict_words[i];
        if ((notice && strstr(both, word) != NULL) || g_str_has_prefix(letters, word) ||
            is_bracketed(plain, word))
            note(scan, SECRECY_RESTRICT, word, strlen(word));
    }
}

static void scan_line(Scan *scan, const char *line, gsize length)
{
    g_autofree char *plain = plain_line(line, length);
    if (*plain == '\0')
        return;
    g_autofree char *letters = scan_letters(plain);
    scan->visible++;
    if (scan->visible == 1)
        scan_copy_number(scan, letters);
    if (!scan_levels(scan, plain))
        scan_lone(scan, letters);
    scan_labels(scan, plain);
    scan_holds(scan, plain, letters);
    scan_restrictions(scan, plain, letters);
    g_free(scan->previous);
    scan->previous = scan_length(letters, NOTICE_LETTERS) < NOTICE_LETTERS ? g_steal_pointer(&letters)
                                                                           : g_strdup("");
}

static void scan_name(Scan *scan, const char *file_name)
{
    g_autofree char *plain = plain_line(file_name, strlen(file_name));
    g_autofree char *letters = scan_letters(plain);
    for (gsize i = 0; i < G_N_ELEMENTS(name_words); i++)
        if (strstr(letters, name_words[i]) != NULL)
            note(scan, SECRECY_REFUSE, name_words[i], strlen(name_words[i]));
}

static int strongest_first(gconstpointer a, gconstpointer b)
{
    const SecrecyHit *one = *(SecrecyHit *const *)a, *two = *(SecrecyHit *const *)b;
    if (one->level != two->level)
        return one->level > two->level ? -1 : 1;
    return (one->line > two->line) - (one->line < two->line);
}

GPtrArray *secrecy_scan(const char *file_name, const char *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    Scan scan = {g_ptr_array_new_with_free_func(hit_free), seen, 0, 0, g_strdup(""), NULL, 0};
    scan_name(&scan, file_name);
    for (const char *line = text, *end; *line != '\0'; line = *end == '\n' ? end + 1 : end) {
        end = scan_line_end(line);
        scan.line++;
        scan_line(&scan, line, (gsize)(end - line));
    }
    if (scan.lone != NULL && scan.visible - scan.lone_visible < EDGE_LINES)
        take_hit(&scan, g_steal_pointer(&scan.lone));
    g_clear_pointer(&scan.lone, hit_free);
    g_free(scan.previous);
    g_ptr_array_sort(scan.hits, strongest_first);
    return scan.hits;
}
