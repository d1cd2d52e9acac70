/* SPDX-License-Identifier: GPL-3.0-or-later
 * The foot of a bulletin, cut at its labels. */
#include "daemon/issue/tail.h"

#include <string.h>

#include "daemon/issue/editors.h"
#include "daemon/issue/imprint.h"
#include "daemon/issue/label.h"
#include "daemon/issue/scan.h"

/* Lines that may follow the last distribution field without being part of the tail. */
#define STRAY_LINES 8
#define SALUTATION_LENGTH 120
#define SIGNATURE_LENGTH 100

typedef struct {
    Issue *issue;
    IssueField *open; /* the field that the next unlabelled line continues, else NULL */
} Tail;

/* ---- texts of fields ---- */

static const char openings[] = "([【〔";
static const char closings[] = ")]】〕";

static gsize count_of(const char *text, const char *signs)
{
    gsize count = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        count += scan_is_sign(p, signs) ? 1 : 0;
    return count;
}

static gboolean drop_last(char *text, const char *signs)
{
    const char *last = g_utf8_find_prev_char(text, text + strlen(text));
    if (last == NULL || !scan_is_sign(last, signs))
        return FALSE;
    text[last - text] = '\0';
    g_strchomp(text);
    return TRUE;
}

/* What stands between two labels: separators before the next label and the closing bracket of a
 * bracketed field go, everything else stays as printed. */
static char *field_text(const char *start, const char *end, gboolean followed)
{
    char *text = g_strstrip(g_strndup(start, (gsize)(end - start)));
    if (followed) {
        drop_last(text, openings);
        drop_last(text, ",;");
    }
    if (count_of(text, closings) > count_of(text, openings))
        drop_last(text, closings);
    return text;
}

static gboolean ends_with_stop(const char *text)
{
    return g_str_has_suffix(text, "。") || g_str_has_suffix(text, "。）") || g_str_has_suffix(text, "。)");
}

static void set_text(char **target, const char *text)
{
    if (*target == NULL && *text != '\0')
        *target = scan_tidy(text, -1);
}

static void take_field(Tail *tail, const Label *label, const char *text)
{
    if (*text == '\0')
        return;
    IssueField *field = issue_field_new(label->word, text);
    g_ptr_array_add(tail->issue->distribution, field);
    tail->open = ends_with_stop(text) ? NULL : field;
}

static void take_label(Tail *tail, const Label *label, const char *text)
{
    Issue *issue = tail->issue;
    char **const targets[] = {
        [LABEL_KEYWORDS] = &issue->keywords,     [LABEL_SIGNER] = &issue->signer,
        [LABEL_SUPERVISOR] = &issue->supervisor, [LABEL_PUBLISHER] = &issue->publisher,
        [LABEL_TELEPHONE] = &issue->telephone,   [LABEL_MAILBOX] = &issue->mailbox,
    };
    tail->open = NULL;
    if (label->kind == LABEL_DISTRIBUTION)
        take_field(tail, label, text);
    else if (label->kind == LABEL_EDITORS)
        editors_read(text, issue->editors);
    else if (label->kind != LABEL_OTHER)
        set_text(targets[label->kind], text);
}

/* ---- lines ---- */

static void take_copies(Issue *issue, const char *text)
{
    if (issue->declared_copies == 0)
        issue->declared_copies = imprint_find_copies(text);
}

static gboolean is_copies(const char *text)
{
    int copies;
    const char *open = scan_sign(text, openings);
    const char *end = imprint_copies(open != NULL ? open : text, &copies);
    if (end == NULL)
        return FALSE;
    g_autofree char *letters = scan_letters(end);
    return *letters == '\0';
}

static gboolean is_imprint(const char *text)
{
    g_autofree char *office = NULL;
    NumeralDate date;
    return imprint_read(text, &office, &date);
}

/* 各县(区)人民政府： names bodies and nothing else; 现将情况通报如下： does not. */
static char *salutation_of(const char *line)
{
    static const char *const addressed[] = {"单位", "部门", "机构", "企业", "同志", "领导",
                                            "镇",   "乡",   "街道", "院",   "组",   "所"};
    if (scan_length(line, SALUTATION_LENGTH + 1) > SALUTATION_LENGTH || strstr(line, "。") != NULL)
        return NULL;
    g_autofree char *text = g_strdup(line);
    if (!drop_last(text, ":"))
        return NULL;
    gboolean fits = imprint_is_office(text);
    for (gsize i = 0; i < G_N_ELEMENTS(addressed) && !fits; i++)
        fits = g_str_has_suffix(text, addressed[i]);
    return fits ? g_steal_pointer(&text) : NULL;
}

static gboolean is_salutation(const char *line)
{
    g_autofree char *text = salutation_of(line);
    return text != NULL;
}

/* The issuing office alone on a line signs the body or the tail. */
static gboolean is_signature(const Issue *issue, const char *line)
{
    if (issue->office == NULL || scan_length(line, SIGNATURE_LENGTH + 1) > SIGNATURE_LENGTH)
        return FALSE;
    g_autofree char *text = scan_bare(line);
    g_autofree char *office = scan_bare(issue->office);
    return strcmp(text, office) == 0;
}

static gboolean is_tail_line(const TextLine *line)
{
    const char *after;
    return label_first(line->text, &after) != NULL || is_copies(line->text) ||
           imprint_take_marks(line->text, NULL) || is_imprint(line->text) || is_salutation(line->text);
}

static gboolean opens_field(const TextLine *line)
{
    const char *after;
    const Label *label = label_first(line->text, &after);
    return label != NULL && label->kind == LABEL_DISTRIBUTION;
}

/* Cuts the labelled part of a line, from its first label on. */
static void take_labelled(Tail *tail, const Label *label, const char *after)
{
    while (label != NULL) {
        const Label *next;
        const char *next_after = NULL;
        const char *end = label_find(after, &next, &next_after);
        g_autofree char *text = field_text(after, end, next != NULL);
        take_label(tail, label, text);
        label = next;
        after = next_after;
    }
}

static gboolean take_imprint(Issue *issue, const char *text)
{
    g_autofree char *office = NULL;
    NumeralDate date;
    if (!imprint_read(text, &office, &date))
        return FALSE;
    if (issue->office == NULL)
        issue->office = g_steal_pointer(&office);
    if (issue->date == NULL && date.day > 0) {
        issue->date = numeral_date_text(&date);
        issue->year = issue->year > 0 ? issue->year : date.year;
    }
    return TRUE;
}

/* Rule 2: an unlabelled line behind a field whose line ended without a stop. A rule between them
 * ends the field. */
static gboolean continues(const Tail *tail, const TextLine *line)
{
    return tail->open != NULL && !line->ruled && line->lead == NULL;
}

static void continue_field(Tail *tail, const char *text)
{
    g_autofree char *old = g_steal_pointer(&tail->open->text);
    tail->open->text = g_strconcat(old, "\n", text, NULL);
    if (ends_with_stop(text))
        tail->open = NULL;
}

/* A salutation may stand over the fields of the tail as well as under the headline. */
static gboolean take_salutation(Issue *issue, const char *line)
{
    g_autofree char *text = salutation_of(line);
    if (text != NULL)
        g_ptr_array_add(issue->distribution, issue_field_new("主送", text));
    return text != NULL;
}

/* A line without label at its beginning; one may stand in its middle. FALSE when the line is no
 * part of the tail. */
static gboolean take_unlabelled(Tail *tail, const TextLine *line)
{
    Issue *issue = tail->issue;
    if (is_signature(issue, line->text) || is_copies(line->text) ||
        imprint_take_marks(line->text, issue->marks) || take_imprint(issue, line->text) ||
        take_salutation(issue, line->text)) {
        tail->open = NULL;
        return TRUE;
    }
    const Label *label;
    const char *after = NULL;
    const char *place = label_find(line->text, &label, &after);
    if (label == NULL && !continues(tail, line))
        return FALSE;
    g_autofree char *before = field_text(line->text, place, label != NULL);
    if (continues(tail, line))
        continue_field(tail, before);
    else if (!is_copies(before) && !imprint_take_marks(before, issue->marks))
        take_imprint(issue, before);
    take_labelled(tail, label, after);
    return TRUE;
}

static gboolean take_line(Tail *tail, const TextLine *line)
{
    const char *after = NULL;
    const Label *label = label_first(line->text, &after);
    if (label != NULL)
        take_labelled(tail, label, after);
    else if (!take_unlabelled(tail, line))
        return FALSE;
    take_copies(tail->issue, line->text);
    return TRUE;
}

gboolean tail_take_label(Issue *issue, const TextLine *line)
{
    const char *after = NULL;
    const Label *label = label_first(line->text, &after);
    if (label == NULL)
        return FALSE;
    take_labelled(&(Tail){issue, NULL}, label, after);
    return TRUE;
}

gboolean tail_take_salutation(Issue *issue, const TextLine *line)
{
    guint n = issue->distribution->len;
    if (opens_field(line))
        tail_take_label(issue, line);
    else
        take_salutation(issue, line->text);
    for (guint i = n; i < issue->distribution->len; i++) { /* it stands before the tail */
        gpointer field = g_ptr_array_steal_index(issue->distribution, i);
        g_ptr_array_insert(issue->distribution, (int)(i - n), field);
    }
    return issue->distribution->len > n;
}

/* ---- where it begins ---- */

/* The last line that opens a distribution field, with no body behind it. */
static guint last_field(const GPtrArray *lines, guint from)
{
    guint strays = 0;
    for (guint i = lines->len; i > from; i--) {
        const TextLine *line = g_ptr_array_index(lines, i - 1);
        if (opens_field(line))
            return i - 1;
        if (scan_word(line->text, "附件") != NULL)
            strays = 0;
        else if (!is_tail_line(line) && ++strays > STRAY_LINES)
            break;
    }
    return lines->len;
}

/* TRUE when the line continues a field that one of the two lines above it opened. A sentence behind
 * an empty line is the body's. */
static gboolean is_inside_field(const GPtrArray *lines, guint from, guint index)
{
    const TextLine *line = g_ptr_array_index(lines, index);
    if (line->ruled || (line->apart && ends_with_stop(line->text)))
        return FALSE;
    for (guint i = index; i > from && index - i < 2; i--) {
        const TextLine *above = g_ptr_array_index(lines, i - 1);
        if (ends_with_stop(above->text) || above->ruled)
            return FALSE;
        if (opens_field(above))
            return TRUE;
    }
    return FALSE;
}

guint tail_find(const Issue *issue, const GPtrArray *lines, guint from)
{
    guint start = last_field(lines, from);
    for (; start > from; start--) {
        const TextLine *line = g_ptr_array_index(lines, start - 1);
        if (!is_tail_line(line) && !is_signature(issue, line->text) &&
            !is_inside_field(lines, from, start - 1))
            break;
    }
    return start;
}

void tail_read(Issue *issue, const GPtrArray *lines, guint start, GPtrArray *rest)
{
    Tail tail = {issue, NULL};
    for (guint i = start; i < lines->len; i++) {
        TextLine *line = g_ptr_array_index(lines, i);
        if (!take_line(&tail, line))
            g_ptr_array_add(rest, line);
    }
}
