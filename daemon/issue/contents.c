/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contents list, and the finding of its entries in the body. */
#include "daemon/issue/contents.h"

#include <string.h>

#include "daemon/issue/scan.h"

#define ENTRY_LENGTH 120
/* Headings that the body may have left out before one that it has. */
#define LOOK_AHEAD 4
/* A misprint changes no more: one character in six, and never more than this. */
#define MISPRINTS 6

struct Contents {
    GPtrArray *entries;   /* char *: letters of each entry, in order */
    GHashTable *sections; /* letters of each section */
    guint next;           /* first entry not yet met */
};

void contents_free(Contents *contents)
{
    if (contents == NULL)
        return;
    g_ptr_array_unref(contents->entries);
    g_hash_table_unref(contents->sections);
    g_free(contents);
}

static gboolean is_leader(gunichar c)
{
    return c == '.' || c == 0x2026 || c == 0xb7 || c == 0x22ef || c == 0x30fb || c == ' ' || c == '-' ||
           c == '_';
}

static gboolean is_bracket(gunichar c)
{
    return c == '(' || c == ')' || c == 0xff08 || c == 0xff09;
}

/* The entry without leader and page number; NULL when the line has none. A run of blanks or a tab
 * leads as dots do. */
static char *cut_leader(const char *text)
{
    if (scan_length(text, ENTRY_LENGTH * 4) == ENTRY_LENGTH * 4)
        return NULL;
    const char *end = text + strlen(text);
    while (end > text && is_bracket(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    const char *digits = end;
    while (digits > text && g_unichar_isdigit(g_utf8_get_char(g_utf8_prev_char(digits))))
        digits = g_utf8_prev_char(digits);
    const char *leader = digits;
    while (leader > text && is_bracket(g_utf8_get_char(g_utf8_prev_char(leader))))
        leader = g_utf8_prev_char(leader);
    const char *start = leader;
    gsize dots = 0;
    while (start > text && is_leader(g_utf8_get_char(g_utf8_prev_char(start)))) {
        start = g_utf8_prev_char(start);
        dots += *start == ' ' ? 1 : 2;
    }
    gboolean cut = digits < end && start > text && (dots >= 3 || strstr(start, "…") == start);
    return cut ? scan_tidy(text, start - text) : NULL;
}

static gboolean is_contents_title(const char *text)
{
    static const char *const titles[] = {"目录", "本期目录", "本期要目", "要目", "本期导读"};
    g_autofree char *letters = scan_letters(text);
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
        if (strcmp(letters, titles[i]) == 0)
            return TRUE;
    return FALSE;
}

static const TextLine *line_at(const GPtrArray *lines, guint index)
{
    return g_ptr_array_index(lines, index);
}

static gboolean is_short(const TextLine *line)
{
    return scan_length(line->text, ENTRY_LENGTH + 1) <= ENTRY_LENGTH &&
           !g_str_has_suffix(line->text, "。");
}

/* The list ends behind its last entry with a page number; at most two lines without one (a section,
 * the first half of a long entry) stand between two of them. */
static guint list_end(const GPtrArray *lines, guint from, guint limit)
{
    guint end = from;
    for (guint i = from; i < limit && i - end < 3 && is_short(line_at(lines, i)); i++) {
        g_autofree char *entry = cut_leader(line_at(lines, i)->text);
        if (entry != NULL)
            end = i + 1;
    }
    return end;
}

static GHashTable *body_lines(const GPtrArray *lines, guint from, guint limit)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = from; i < limit; i++)
        if (is_short(line_at(lines, i)))
            g_hash_table_add(seen, scan_letters(line_at(lines, i)->text));
    return seen;
}

typedef struct {
    Contents *contents;
    Issue *issue;
    GHashTable *body; /* letters of the short lines behind the list */
    GString *begun;   /* first half of an entry printed on two lines */
} Reader;

static void add_entry(Reader *reader, const char *entry)
{
    g_autofree char *whole = g_strconcat(reader->begun->str, entry, NULL);
    g_string_truncate(reader->begun, 0);
    g_ptr_array_add(reader->contents->entries, scan_letters(whole));
    g_ptr_array_add(reader->issue->contents, g_steal_pointer(&whole));
}

/* A line without page number is a section when the body has it again, else half an entry. */
static void add_other(Reader *reader, const char *text)
{
    g_autofree char *letters = scan_letters(text);
    if (g_hash_table_contains(reader->body, letters)) {
        g_string_truncate(reader->begun, 0);
        g_hash_table_add(reader->contents->sections, g_steal_pointer(&letters));
        return;
    }
    g_autofree char *tidy = scan_tidy(text, -1);
    g_string_append(reader->begun, tidy);
}

Contents *contents_read(Issue *issue, const GPtrArray *lines, guint from, guint limit, guint *end)
{
    guint start = from;
    if (start < limit && is_contents_title(line_at(lines, start)->text))
        start++;
    *end = list_end(lines, start, limit);
    if (*end == start)
        return NULL;
    Contents *contents = g_new0(Contents, 1);
    contents->entries = g_ptr_array_new_with_free_func(g_free);
    contents->sections = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) body = body_lines(lines, *end, limit);
    g_autoptr(GString) begun = g_string_new(NULL);
    Reader reader = {contents, issue, body, begun};
    for (guint i = start; i < *end; i++) {
        g_autofree char *entry = cut_leader(line_at(lines, i)->text);
        if (entry != NULL)
            add_entry(&reader, entry);
        else
            add_other(&reader, line_at(lines, i)->text);
    }
    return contents;
}

gboolean contents_is_section(const Contents *contents, const char *text)
{
    if (scan_length(text, ENTRY_LENGTH + 1) > ENTRY_LENGTH)
        return FALSE;
    g_autofree char *letters = scan_letters(text);
    return g_hash_table_contains(contents->sections, letters);
}

/* Edit distance of two short texts, given up beyond MISPRINTS. */
static guint distance(const gunichar *a, glong a_length, const gunichar *b, glong b_length)
{
    guint row[ENTRY_LENGTH + 1];
    if (ABS(a_length - b_length) > MISPRINTS)
        return MISPRINTS + 1;
    for (glong j = 0; j <= b_length; j++)
        row[j] = (guint)j;
    for (glong i = 1; i <= a_length; i++) {
        guint diagonal = row[0], least = row[0] = (guint)i;
        for (glong j = 1; j <= b_length; j++) {
            guint change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(change, MIN(diagonal, row[j - 1]) + 1);
            least = MIN(least, row[j]);
        }
        if (least > MISPRINTS)
            return MISPRINTS + 1;
    }
    return row[b_length];
}

static gboolean is_alike(const char *entry, const char *heading)
{
    if (strcmp(entry, heading) == 0)
        return TRUE;
    glong a_length, b_length;
    g_autofree gunichar *a = g_utf8_to_ucs4_fast(entry, -1, &a_length);
    g_autofree gunichar *b = g_utf8_to_ucs4_fast(heading, -1, &b_length);
    if (a_length > ENTRY_LENGTH || b_length > ENTRY_LENGTH)
        return FALSE;
    return distance(a, a_length, b, b_length) <= MIN((guint)MISPRINTS, (guint)MIN(a_length, b_length) / 6);
}

gboolean contents_take_heading(Contents *contents, const char *text)
{
    if (scan_length(text, ENTRY_LENGTH + 1) > ENTRY_LENGTH)
        return FALSE;
    g_autofree char *letters = scan_letters(text);
    for (guint i = contents->next; i < contents->entries->len && i < contents->next + LOOK_AHEAD; i++)
        if (is_alike(g_ptr_array_index(contents->entries, i), letters)) {
            contents->next = i + 1;
            return TRUE;
        }
    return FALSE;
}
