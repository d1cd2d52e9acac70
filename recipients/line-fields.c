/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 1 to 3: labels, markup, continuation lines, salutation. */
#include "recipients/line-fields.h"

#include <string.h>

#include "daemon/base/han.h"
#include "recipients/lexicon.h"
#include "recipients/line-imprint.h"

/* The longest label with a prefix (本报告报) fits into this many characters. */
#define LABEL_MAX 12

typedef enum { MARK_NONE, MARK_LABEL, MARK_OTHER } MarkKind;

/* A label in the line: the prefix from start, the word from word to the colon. */
typedef struct {
    MarkKind kind;
    gsize start, word;
    char *label;
} Mark;

typedef struct {
    LineText *text;
    LineReading *reading;
    GPtrArray *fields;
    gboolean continues; /* the last field may go on in an unlabelled line */
    gsize loose_start, loose_end; /* unlabelled lines that belong to no field so far */
} Cutter;

static void field_free(gpointer data)
{
    LineField *field = data;
    g_free(field->label);
    g_array_unref(field->pieces);
    g_free(field);
}

void line_fields_unresolved(LineText *text, LineReading *reading, const char *label, gsize start,
                            gsize end)
{
    if (!line_text_trim(text, &start, &end))
        return;
    LineUnresolved *unresolved = g_new0(LineUnresolved, 1);
    unresolved->field = g_strdup(label);
    unresolved->text = line_text_plain(text, start, end, G_MAXSIZE);
    unresolved->start = start;
    unresolved->end = end;
    g_ptr_array_add(reading->unresolved, unresolved);
    line_text_paint(text, start, end, LINE_SPAN_UNRESOLVED);
}

static LineField *begin_field(Cutter *cutter, const char *label)
{
    LineField *field = g_new0(LineField, 1);
    field->label = g_strdup(label);
    field->pieces = g_array_new(FALSE, FALSE, sizeof(LinePiece));
    g_ptr_array_add(cutter->fields, field);
    cutter->continues = TRUE;
    return field;
}

static LineField *last_field(const Cutter *cutter)
{
    return cutter->fields->len == 0 ? NULL : cutter->fields->pdata[cutter->fields->len - 1];
}

/* Rule 16 for whole lines: those that turned out to belong to no field. */
static void drop_loose(Cutter *cutter)
{
    const LineField *field = last_field(cutter);
    line_fields_unresolved(cutter->text, cutter->reading, field != NULL ? field->label : "",
                           cutter->loose_start, cutter->loose_end);
    cutter->loose_start = cutter->loose_end = 0;
}

/* Opening less closing brackets in the range. */
static int bracket_balance(const LineText *text, gsize start, gsize end)
{
    int balance = 0;
    for (gsize i = start; i < end; i++) {
        gunichar c = line_text_open(text, i);
        balance += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return balance;
}

/* Rule 2: takes final stops and the brackets of a whole field away; TRUE when there was a stop. */
static gboolean trim_stops(LineText *text, gsize *start, gsize *end)
{
    gboolean stopped = FALSE;
    int balance = bracket_balance(text, *start, *end);
    while (line_text_trim(text, start, end)) {
        gunichar last = line_text_open(text, *end - 1);
        if (line_text_among(last, "。.:"))
            stopped = TRUE;
        else if (last == ')' && balance < 0)
            balance++;
        else if (last == '(')
            balance--;
        else
            break;
        line_text_paint(text, *end - 1, *end, LINE_SPAN_NOISE);
    }
    return stopped;
}

/* A stop at the end of a line ends the field, and so does an imprint. */
static void add_piece(Cutter *cutter, LineField *field, gsize start, gsize end)
{
    gsize imprint = line_imprint_start(cutter->text, start, end);
    line_text_paint(cutter->text, imprint, end, LINE_SPAN_NOISE);
    LinePiece piece = {start, imprint};
    gboolean stopped = trim_stops(cutter->text, &piece.start, &piece.end);
    if (piece.start < piece.end)
        g_array_append_val(field->pieces, piece);
    cutter->continues = !stopped && imprint == end;
}

/* The open characters before the colon, nearest first, with their places; returns how many. */
static gsize look_back(const LineText *text, gsize from, gsize colon, gunichar *chars, gsize *places)
{
    gsize count = 0;
    for (gsize i = colon; i > from && count < LABEL_MAX; i--) {
        gunichar c = line_text_open(text, i - 1);
        if (c == ':')
            break;
        if (c == 0)
            continue;
        chars[count] = c;
        places[count++] = i - 1;
    }
    return count;
}

/* Rule 1: a label begins a line, or follows ，。（ or blanks. */
static gboolean is_boundary(const LineText *text, gsize from, gsize i)
{
    if (i <= from)
        return TRUE;
    gunichar before = text->plain[i - 1];
    if (before == ' ' || before == '\n' || text->kind[i - 1] != LINE_TEXT_OPEN)
        return TRUE;
    return line_text_among(before, ",;、。.()|/!?”\"");
}

/* The word of n characters that ends at the colon, as text. */
static char *word_of(const gunichar *chars, gsize first, gsize n)
{
    GString *word = g_string_new(NULL);
    for (gsize k = first + n; k > first; k--)
        g_string_append_unichar(word, chars[k - 1]);
    return g_string_free(word, FALSE);
}

/* 本报告, 此件同时: words that may stand before a label. */
static gboolean is_prefix(const char *words)
{
    gsize n = 0;
    while (*words != '\0' && (n = lexicon_begins(LEX_LABEL_PREFIX, words)) > 0)
        words += n;
    return *words == '\0';
}

static gboolean take_label(const LineText *text, gsize from, const gunichar *chars, const gsize *places,
                           gsize count, gsize n, Mark *mark)
{
    mark->word = places[n - 1];
    for (gsize prefix = 0; n + prefix <= count; prefix++) {
        if (!is_boundary(text, from, places[n + prefix - 1]))
            continue;
        g_autofree char *before = word_of(chars, n, prefix);
        if (!is_prefix(before))
            continue;
        mark->start = places[n + prefix - 1];
        return TRUE;
    }
    return FALSE;
}

/* The label that ends at the colon, the longest there is. */
static Mark find_mark(const LineText *text, gsize from, gsize colon)
{
    gunichar chars[LABEL_MAX];
    gsize places[LABEL_MAX];
    gsize count = look_back(text, from, colon, chars, places);
    for (gsize n = count; n > 0; n--) {
        g_autofree char *word = word_of(chars, 0, n);
        Mark mark = {MARK_NONE, 0, 0, NULL};
        mark.kind = lexicon_has(LEX_LABEL, word)         ? MARK_LABEL
                    : lexicon_has(LEX_OTHER_LABEL, word) ? MARK_OTHER
                                                         : MARK_NONE;
        if (mark.kind == MARK_NONE || !take_label(text, from, chars, places, count, n, &mark))
            continue;
        mark.label = g_steal_pointer(&word);
        return mark;
    }
    return (Mark){MARK_NONE, 0, 0, NULL};
}

/* 【抄送】: the label in the bracket that closes there, where a name could begin. */
static Mark find_bracketed(const LineText *text, gsize from, gsize close)
{
    gunichar chars[LABEL_MAX];
    gsize places[LABEL_MAX];
    Mark mark = {MARK_NONE, 0, 0, NULL};
    gsize count = look_back(text, from, close, chars, places), n = 0;
    while (n < count && chars[n] != '(')
        n++;
    if (n == count || !is_boundary(text, from, places[n]))
        return mark;
    g_autofree char *word = word_of(chars, 0, n);
    if (lexicon_has(LEX_LABEL, word))
        mark = (Mark){MARK_LABEL, places[n], places[n - 1], g_steal_pointer(&word)};
    return mark;
}

/* 发 区委: a label of one letter needs two letters that stand together after its blank, or the line is
 * letter-spaced. */
static gboolean is_spaced(const LineText *text, gsize after, gsize end)
{
    while (after < end && line_text_open(text, after) == 0)
        after++;
    return after + 1 >= end || line_text_open(text, after + 1) == 0;
}

/* Labels printed without a colon, where a line begins: 此件发至县团级; 抄送  市委. */
static gsize bare_label(const LineText *text, gsize start, gsize end, char **label)
{
    g_autofree char *compact = line_text_plain(text, start, MIN(end, start + 2 * LABEL_MAX), LABEL_MAX);
    gsize bytes = lexicon_begins(LEX_LABEL_BARE, compact);
    gsize bare = bytes > 0;
    if (!bare)
        bytes = lexicon_begins(LEX_LABEL, compact);
    if (bytes == 0)
        return 0;
    gboolean letter = g_utf8_strlen(compact, (gssize)bytes) == 1;
    *label = g_strndup(compact, bytes);
    gsize after = line_text_word(text, start, end, *label);
    if (after > 0 && after < end && (bare || text->plain[after] == ' ') &&
        !(letter && is_spaced(text, after, end)))
        return after;
    g_clear_pointer(label, g_free);
    return 0;
}

/* Nothing but punctuation, or a remark in brackets: （此件公开发布） */
static gboolean says_nothing(const LineText *text, gsize start, gsize end)
{
    while (start < end && !g_unichar_isalnum(line_text_open(text, start)))
        start++;
    while (end > start && !g_unichar_isalnum(line_text_open(text, end - 1)))
        end--;
    g_autofree char *words = line_text_plain(text, start, end, 2 * LABEL_MAX);
    return start == end || lexicon_has(LEX_REMARK, words);
}

/* Rule 2: an unlabelled line continues a field that had no stop; an imprint never does. */
static void take_unlabelled(Cutter *cutter, gsize start, gsize end)
{
    LineText *text = cutter->text;
    if (!line_text_trim(text, &start, &end))
        return;
    g_autofree char *label = NULL;
    gsize first = line_text_open(text, start) == '(' ? start + 1 : start;
    gsize after = bare_label(text, first, end, &label);
    if (after > 0) {
        drop_loose(cutter);
        line_text_paint(text, start, first, LINE_SPAN_NOISE);
        line_text_paint(text, first, after, LINE_SPAN_LABEL);
        add_piece(cutter, begin_field(cutter, label), after, end);
    } else if (says_nothing(text, start, end)) {
        line_text_paint(text, start, end, LINE_SPAN_NOISE);
    } else if (line_imprint_is_line(text, start, end)) {
        line_text_paint(text, start, end, LINE_SPAN_NOISE);
        cutter->continues = FALSE;
    } else if (cutter->continues) {
        add_piece(cutter, last_field(cutter), start, end);
    } else {
        if (cutter->loose_end == 0)
            cutter->loose_start = start;
        cutter->loose_end = end;
    }
}

static gboolean is_running_text(const LineText *text, gsize start, gsize end)
{
    for (gsize i = start; i < end; i++) {
        if (line_text_open(text, i) == 0)
            continue;
        g_autofree char *ahead = line_text_plain(text, i, MIN(end, i + 4), 4);
        if (lexicon_begins(LEX_SENTENCE, ahead) > 0)
            return TRUE;
    }
    return FALSE;
}

/* A line under the title that ends with a colon and is no label: 各县(区)人民政府： */
static gboolean take_salutation(Cutter *cutter, gsize start, gsize end)
{
    LineText *text = cutter->text;
    if (end <= start || line_text_open(text, end - 1) != ':' || is_running_text(text, start, end))
        return FALSE;
    line_text_paint(text, end - 1, end, LINE_SPAN_LABEL);
    LineField *field = begin_field(cutter, LINE_SALUTATION);
    if (cutter->loose_end > 0)
        add_piece(cutter, field, cutter->loose_start, cutter->loose_end);
    cutter->loose_start = cutter->loose_end = 0;
    add_piece(cutter, field, start, end - 1);
    cutter->continues = FALSE;
    return TRUE;
}

static void take_segment(Cutter *cutter, const Mark *mark, gsize start, gsize end)
{
    LineText *text = cutter->text;
    switch (mark->kind) {
    case MARK_LABEL:
        drop_loose(cutter);
        line_text_paint(text, mark->start, mark->word, LINE_SPAN_NOISE);
        line_text_paint(text, mark->word, start, LINE_SPAN_LABEL);
        add_piece(cutter, begin_field(cutter, mark->label), start, end);
        break;
    case MARK_OTHER:
        line_text_paint(text, mark->start, end, LINE_SPAN_NOISE);
        cutter->continues = FALSE;
        break;
    case MARK_NONE:
        take_unlabelled(cutter, start, end);
        break;
    }
}

static void cut_line(Cutter *cutter, gsize start, gsize end)
{
    Mark mark = {MARK_NONE, 0, 0, NULL};
    gsize from = start;
    for (gsize i = start; i < end; i++) {
        gunichar c = line_text_open(cutter->text, i);
        if (c != ':' && c != ')')
            continue;
        Mark next = c == ':' ? find_mark(cutter->text, from, i) : find_bracketed(cutter->text, from, i);
        if (next.kind == MARK_NONE)
            continue;
        take_segment(cutter, &mark, from, next.start);
        g_free(mark.label);
        mark = next;
        if (c == ')' && i + 1 < end && line_text_open(cutter->text, i + 1) == ':') /* 【抄送】： */
            i++;
        from = i + 1;
    }
    if (mark.kind != MARK_NONE || !take_salutation(cutter, from, end))
        take_segment(cutter, &mark, from, end);
    g_free(mark.label);
}

/* A blank line or a rule ends a field, unless nothing was in it yet or a separator said that more comes. */
static void take_blank_line(Cutter *cutter)
{
    drop_loose(cutter);
    const LineField *field = last_field(cutter);
    if (!cutter->continues || field->pieces->len == 0)
        return;
    const LinePiece *piece = &g_array_index(field->pieces, LinePiece, field->pieces->len - 1);
    cutter->continues = line_text_among(line_text_open(cutter->text, piece->end - 1), ",;、");
}

GPtrArray *line_fields_cut(LineText *text, LineReading *reading)
{
    Cutter cutter = {text, reading, g_ptr_array_new_with_free_func(field_free), FALSE, 0, 0};
    reading->declared_copies = line_imprint_print_counts(text);
    for (gsize start = 0; start < text->n;) {
        gsize next = start;
        while (next < text->n && text->plain[next] != '\n')
            next++;
        gsize first = start, end = next;
        gboolean filled = line_text_trim(text, &first, &end);
        if (filled && !line_imprint_is_rule(text, first, end)) {
            cut_line(&cutter, first, end);
        } else {
            line_text_paint(text, first, end, LINE_SPAN_NOISE);
            take_blank_line(&cutter);
        }
        start = next + 1;
    }
    drop_loose(&cutter);
    return cutter.fields;
}
