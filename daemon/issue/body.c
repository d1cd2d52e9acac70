/* SPDX-License-Identifier: GPL-3.0-or-later
 * The body: each line is a section, a heading, a brief, or a paragraph that begins or goes on. */
#include "daemon/issue/body.h"

#include <string.h>

#include "daemon/issue/contents.h"
#include "daemon/issue/lines.h"
#include "daemon/issue/paragraph.h"
#include "daemon/issue/scan.h"
#include "daemon/issue/tail.h"

#define HEADING_LENGTH 60

typedef struct {
    Issue *issue;
    Contents *contents;  /* NULL without a contents list */
    char *section;
    IssueItem *item;     /* the one that grows, NULL before the first */
    GString *text;       /* of the item */
    GString *paragraph;  /* the one that grows */
    gboolean closed;     /* the last paragraph ended with the source in brackets */
} Body;

static void end_paragraph(Body *body)
{
    if (body->item == NULL || body->paragraph->len == 0)
        return;
    char *source = paragraph_take_source(body->paragraph);
    if (source != NULL) {
        g_free(body->item->source);
        body->item->source = source;
        body->closed = TRUE;
    }
    if (body->paragraph->len > 0) {
        if (body->text->len > 0)
            g_string_append_c(body->text, '\n');
        g_string_append_len(body->text, body->paragraph->str, (gssize)body->paragraph->len);
    }
    g_string_truncate(body->paragraph, 0);
}

static void end_item(Body *body)
{
    end_paragraph(body);
    if (body->item == NULL)
        return;
    body->item->text = g_strndup(body->text->str, body->text->len);
    g_ptr_array_add(body->issue->items, g_steal_pointer(&body->item));
    g_string_truncate(body->text, 0);
    body->closed = FALSE;
}

static void begin_item(Body *body, const char *heading)
{
    end_item(body);
    body->item = issue_item_new();
    body->item->section = g_strdup(body->section);
    body->item->heading = g_strdup(heading);
}

static void begin_section(Body *body, const char *name)
{
    end_item(body);
    g_free(body->section);
    body->section = scan_close_up(name, -1);
    g_ptr_array_add(body->issue->sections, g_strdup(body->section));
}

static void add_text(Body *body, const char *text)
{
    g_autofree char *tidy = scan_tidy(text, -1);
    g_string_append(body->paragraph, tidy);
}

/* △近日，…: the sign goes, the brief has no heading. */
static gboolean take_brief(Body *body, const TextLine *line)
{
    const char *text = scan_sign(line->text, "△▲");
    if (text == NULL)
        return FALSE;
    begin_item(body, NULL);
    body->item->brief = TRUE;
    add_text(body, text);
    return TRUE;
}

/* 【工作动态】 alone on its line. */
static gboolean take_bracketed_section(Body *body, const TextLine *line)
{
    if (!g_str_has_prefix(line->text, "【") || !g_str_has_suffix(line->text, "】") ||
        scan_length(line->text, HEADING_LENGTH) == HEADING_LENGTH || strchr(line->text, '\n') != NULL)
        return FALSE;
    g_autofree char *letters = scan_letters(line->text);
    begin_section(body, letters);
    return TRUE;
}

static gboolean take_section(Body *body, const TextLine *line)
{
    if (body->contents != NULL && contents_is_section(body->contents, line->text)) {
        begin_section(body, line->text);
        return TRUE;
    }
    return take_bracketed_section(body, line);
}

static gboolean is_wholly_bold(const TextLine *line)
{
    return line->lead != NULL && line->lead_length == strlen(line->text);
}

/* Bold type opens an item unless it only numbers a point within one (一是, （二）). */
static gboolean take_bold_lead(Body *body, const TextLine *line)
{
    if (line->lead == NULL || (body->item != NULL && !body->closed && paragraph_is_point(line->text)))
        return FALSE;
    begin_item(body, line->lead);
    add_text(body, line->text + line->lead_length);
    return TRUE;
}

/* A short line without a full stop where a heading may stand: at the beginning, or behind the source
 * of the item before. */
static gboolean is_plain_heading(const Body *body, const TextLine *line)
{
    return body->contents == NULL && (body->item == NULL || body->closed) &&
           scan_length(line->text, HEADING_LENGTH) < HEADING_LENGTH && !paragraph_is_whole(line->text) &&
           !paragraph_is_point(line->text);
}

static gboolean take_heading(Body *body, const TextLine *line)
{
    if (line->heading == 0 && !is_plain_heading(body, line) &&
        (body->contents == NULL || !contents_take_heading(body->contents, line->text)))
        return FALSE;
    g_autofree char *heading = scan_tidy(line->text, -1);
    begin_item(body, heading);
    return TRUE;
}

/* Without bold type the lead of an item is what stands before the first blank. */
static void begin_plain_item(Body *body, const char *text)
{
    g_autofree char *lead = paragraph_lead(text);
    begin_item(body, lead);
    add_text(body, lead != NULL ? strchr(text + strlen(lead), ' ') : text);
}

static void take_paragraph(Body *body, const TextLine *line)
{
    if (body->paragraph->len > 0 && paragraph_goes_on(body->paragraph->str, line->text)) {
        add_text(body, line->text);
        return;
    }
    end_paragraph(body);
    if (body->item == NULL || body->closed)
        begin_plain_item(body, line->text);
    else
        add_text(body, line->text);
}

static void take_line(Body *body, const TextLine *line)
{
    gboolean open = body->paragraph->len > 0 && paragraph_is_cut(body->paragraph->str);
    if (take_brief(body, line) || take_section(body, line) || take_bold_lead(body, line))
        return;
    if (open && line->heading == 0) {
        take_paragraph(body, line);
        return;
    }
    end_paragraph(body);
    if (!take_heading(body, line))
        take_paragraph(body, line);
}

/* ---- headline ---- */

static gboolean is_headline(const TextLine *line)
{
    return line->heading > 0 || is_wholly_bold(line) ||
           (line->lead == NULL && !line->listed && !g_str_has_prefix(line->text, "【") &&
            !g_str_has_prefix(line->text, "△") && !paragraph_is_whole(line->text) &&
            scan_length(line->text, HEADING_LENGTH) < HEADING_LENGTH);
}

/* The second line of a long headline, or a subtitle behind a dash. */
static gboolean continues_headline(const TextLine *line)
{
    return is_headline(line) && !g_str_has_suffix(line->text, "：") && !g_str_has_suffix(line->text, ":") &&
           ((!line->apart && line->heading == 0) || g_str_has_prefix(line->text, "——"));
}

static guint read_headline(Issue *issue, const GPtrArray *lines, guint from, guint limit)
{
    if (from >= limit || !is_headline(g_ptr_array_index(lines, from)))
        return from;
    const TextLine *first = g_ptr_array_index(lines, from);
    issue->headline = scan_close_up(first->text, -1);
    const TextLine *second = from + 2 < limit ? g_ptr_array_index(lines, from + 1) : NULL;
    const TextLine *third = from + 2 < limit ? g_ptr_array_index(lines, from + 2) : NULL;
    if (second == NULL || !continues_headline(second) || !third->apart)
        return from + 1;
    g_autofree char *old = g_steal_pointer(&issue->headline);
    g_autofree char *more = scan_close_up(second->text, -1);
    issue->headline = g_strjoin(" ", old, more, NULL);
    return from + 2;
}

void body_read(Issue *issue, const GPtrArray *lines, guint from, guint limit, const GPtrArray *rest)
{
    guint at = from;
    g_autoptr(Contents) contents = contents_read(issue, lines, at, limit, &at);
    if (contents == NULL) {
        at = read_headline(issue, lines, from, limit);
        if (at < limit && tail_take_salutation(issue, g_ptr_array_index(lines, at)))
            at++;
        contents = contents_read(issue, lines, at, limit, &at);
    }
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) paragraph = g_string_new(NULL);
    Body body = {issue, contents, NULL, NULL, text, paragraph, FALSE};
    for (; at < limit; at++)
        take_line(&body, g_ptr_array_index(lines, at));
    for (guint i = 0; i < rest->len; i++)
        take_line(&body, g_ptr_array_index(rest, i));
    end_item(&body);
    g_free(body.section);
}
