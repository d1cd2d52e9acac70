/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two passes: through the characters for what may stand anywhere, then through the lines for tables and front
 * matter. Neither adds or takes a line end, so that a mark is reported where it stands in the file. */
#include "daemon/issue/markdown.h"

#include <string.h>

#include "daemon/issue/label.h"
#include "daemon/issue/scan.h"

enum { FRONT_LINES = 60, TAG_LENGTH = 300, LINK_LENGTH = 1000 };

static const char gap[] = "    "; /* parts what stands side by side, as masthead.c and label.c want it */

/* ---- within lines ---- */

typedef struct {
    GString *shown, *hidden;
    gboolean no_comment; /* none ends behind here */
} Text;

static void hide(Text *text, const char *start, const char *end)
{
    g_string_append_len(text->hidden, start, end - start);
    g_string_append_c(text->hidden, '\n');
}

/* <!-- … -->; one that does not end is no comment. */
static const char *take_comment(Text *text, const char *p)
{
    if (text->no_comment || !g_str_has_prefix(p, "<!--"))
        return NULL;
    const char *end = strstr(p + 4, "-->");
    text->no_comment = end == NULL;
    if (end == NULL)
        return NULL;
    hide(text, p + 4, end);
    for (; p < end; p++)
        if (*p == '\n')
            g_string_append_c(text->shown, '\n');
    return end + 3;
}

static gboolean is_among(const char *name, gsize length, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strlen(*names) == length && g_ascii_strncasecmp(*names, name, length) == 0)
            return TRUE;
    return FALSE;
}

/* Behind the name: nothing, the / of an empty element, or attributes. */
static gboolean are_attributes(const char *at, const char *end)
{
    gsize length = (gsize)(end - at);
    return length == 0 || end[-1] == '/' || (*at == ' ' && memchr(at, '=', length) != NULL);
}

/* <center>, </b>, <br/>; what its attributes say (alt, title) is hidden. */
static const char *take_tag(Text *text, const char *p)
{
    static const char *const tags[] = {
        "a",  "b",  "big", "blockquote", "br", "center", "code", "col",  "del",   "div",   "em", "font",  "h1",
        "h2", "h3", "h4",  "h5",         "h6", "hr",     "i",    "img",  "ins",   "li",    "ol", "p",     "pre",
        "s",  "small", "span", "strong", "sub", "sup",   "table", "tbody", "td", "th", "thead", "tr", "u", "ul", NULL};
    static const char *const breaks[] = {"br", "td", "th", NULL};
    if (*p != '<')
        return NULL;
    const char *name = p + 1 + (p[1] == '/'), *at = name;
    while (g_ascii_isalnum(*at))
        at++;
    const char *end = at + strcspn(at, "<>\n");
    if (*end != '>' || end - p > TAG_LENGTH || !is_among(name, (gsize)(at - name), tags) || !are_attributes(at, end))
        return NULL;
    if (is_among(name, (gsize)(at - name), breaks))
        g_string_append(text->shown, gap);
    if (*at == ' ')
        hide(text, at, end);
    return end + 1;
}

/* (https://…) or (a.png "…"): the end behind it. Words in brackets are none: there must be a sign of a place. */
static const char *destination_end(const char *p)
{
    const char *end = p + 1;
    gboolean place = FALSE;
    if (*p != '(')
        return NULL;
    for (; g_ascii_isgraph(*end) && *end != ')' && end - p < LINK_LENGTH; end++)
        place = place || strchr("./#:@", *end) != NULL;
    const char *close = *end == ' ' && end[1] == '"' ? g_strstr_len(end + 2, LINK_LENGTH, "\")") : NULL;
    if (close != NULL && memchr(end, '\n', (gsize)(close - end)) == NULL)
        end = close + 1;
    return place && *end == ')' ? end + 1 : NULL;
}

/* [words](place) shows the words, ![words](place) a picture. */
static const char *take_link(Text *text, const char *p)
{
    gboolean picture = *p == '!';
    const char *open = p + picture;
    if (*open != '[')
        return NULL;
    const char *close = open + 1 + strcspn(open + 1, "[]\n");
    const char *end = *close == ']' && close - open < LINK_LENGTH ? destination_end(close + 1) : NULL;
    if (end == NULL)
        return NULL;
    if (picture)
        hide(text, open + 1, close);
    else
        g_string_append_len(text->shown, open + 1, close - open - 1);
    hide(text, close + 1, end);
    return end;
}

/* &emsp; and &#31192; */
static const char *take_entity(Text *text, const char *p)
{
    static const struct {
        const char *name, *text;
    } named[] = {{"&nbsp;", " "}, {"&ensp;", " "}, {"&emsp;", "  "}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}};
    if (*p != '&')
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
        if (g_str_has_prefix(p, named[i].name)) {
            g_string_append(text->shown, named[i].text);
            return p + strlen(named[i].name);
        }
    if (p[1] != '#' || !g_ascii_isxdigit(p[2 + (p[2] == 'x')]))
        return NULL;
    char *end;
    guint64 code = g_ascii_strtoull(p + 2 + (p[2] == 'x'), &end, p[2] == 'x' ? 16 : 10);
    if (*end != ';' || code > 0x10ffff || !g_unichar_validate((gunichar)code) || g_unichar_iscntrl((gunichar)code))
        return NULL;
    g_string_append_unichar(text->shown, (gunichar)code);
    return end + 1;
}

/* An escaped character stays as it is, with its backslash, for lines.c; one at the end of a line ends it. */
static const char *take_escape(Text *text, const char *p)
{
    if (*p != '\\')
        return NULL;
    if (p[1] == '\n' || p[1] == '\0')
        return p + 1;
    if (!g_ascii_ispunct(p[1]))
        return NULL;
    g_string_append_len(text->shown, p, 2);
    return p + 2;
}

static char *show_characters(const char *text, GString *hidden)
{
    static const char *(*const takers[])(Text *, const char *) = {take_escape, take_comment, take_tag, take_link,
                                                                  take_entity};
    Text out = {g_string_sized_new(strlen(text)), hidden, FALSE};
    while (*text != '\0') {
        gsize plain = strcspn(text, "\\<[!&");
        g_string_append_len(out.shown, text, (gssize)plain);
        text += plain;
        const char *end = NULL;
        for (gsize i = 0; i < G_N_ELEMENTS(takers) && end == NULL && *text != '\0'; i++)
            end = takers[i](&out, text);
        if (end == NULL && *text != '\0')
            g_string_append_c(out.shown, *text++);
        text = end != NULL ? end : text;
    }
    return g_string_free(out.shown, FALSE);
}

/* ---- tables ---- */

static gboolean is_pipe(const char *line, const char *p)
{
    return *p == '|' && (p == line || p[-1] != '\\');
}

static gboolean has_pipe(const char *line)
{
    for (const char *p = line; *p != '\0'; p++)
        if (is_pipe(line, p))
            return TRUE;
    return FALSE;
}

/* |---|:--:| below the head */
static gboolean is_delimiter(const char *line)
{
    return has_pipe(line) && strchr(line, '-') != NULL && strspn(line, "|-: \t") == strlen(line);
}

static GPtrArray *cells_of(const char *line)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    const char *start = line + strspn(line, " \t");
    start += *start == '|';
    for (const char *p = start;; p++) {
        if (*p != '\0' && !is_pipe(line, p))
            continue;
        g_autofree char *cell = g_strstrip(g_strndup(start, (gsize)(p - start)));
        if (*p != '\0' || *cell != '\0')
            g_ptr_array_add(cells, g_steal_pointer(&cell));
        if (*p == '\0')
            return cells;
        start = p + 1;
    }
}

/* A label in a cell of its own labels what stands beside it (送 | 区委各部门). */
static const Label *label_of(const char *cell)
{
    g_autofree char *bare = g_strdup(cell + strspn(cell, "*"));
    bare[strcspn(bare, "*")] = '\0';
    return label_alone(bare);
}

static char *row_text(const char *line)
{
    GString *row = g_string_new(NULL);
    g_autoptr(GPtrArray) cells = cells_of(line);
    const Label *label = cells->len > 1 ? label_of(cells->pdata[0]) : NULL;
    if (label != NULL)
        g_string_append_printf(row, "%s：", label->word);
    for (guint i = label != NULL ? 1 : 0; i < cells->len; i++)
        g_string_append_printf(row, "%s%s", row->len > 0 && !(label != NULL && i == 1) ? gap : "",
                               (const char *)cells->pdata[i]);
    return g_string_free(row, FALSE);
}

static void replace(char **line, char *text)
{
    g_free(*line);
    *line = text;
}

/* A table has its delimiter row below the head, and ends before the first line without a |. */
static void show_tables(char **lines)
{
    for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
        if (!has_pipe(lines[i]) || !is_delimiter(lines[i + 1]))
            continue;
        replace(&lines[i], row_text(lines[i]));
        replace(&lines[i + 1], g_strdup(""));
        for (i += 2; lines[i] != NULL && has_pipe(lines[i]); i++)
            replace(&lines[i], row_text(lines[i]));
        i--;
    }
}

/* ---- front matter ---- */

/* title: … */
static gboolean is_setting(const char *line)
{
    gsize key = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return key > 0 && line[key] == ':';
}

/* What may stand below one. */
static gboolean goes_on(const char *line)
{
    return is_setting(line) || *line == '\0' || *line == ' ' || g_str_has_prefix(line, "- ");
}

/* Settings between two lines of --- at the very beginning, as YAML. */
static void hide_front_matter(char **lines, GString *hidden)
{
    guint end = 1;
    if (lines[0] == NULL || lines[1] == NULL || strcmp(lines[0], "---") != 0 || !is_setting(lines[1]))
        return;
    while (lines[end] != NULL && end < FRONT_LINES && strcmp(lines[end], "---") != 0 && goes_on(lines[end]))
        end++;
    if (lines[end] == NULL || strcmp(lines[end], "---") != 0)
        return;
    for (guint i = 0; i <= end; i++) {
        g_string_append_printf(hidden, "%s\n", lines[i]);
        replace(&lines[i], g_strdup(""));
    }
}

static char **lines_of(const char *text)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (const char *end = scan_line_end(text);; text = end + 1, end = scan_line_end(text)) {
        g_ptr_array_add(lines, g_strndup(text, (gsize)(end - text)));
        if (*end == '\0')
            break;
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_steal(lines, NULL);
}

char *markdown_shown(const char *text, char **hidden)
{
    GString *unseen = g_string_new(NULL);
    g_autofree char *shown = show_characters(text, unseen);
    g_auto(GStrv) lines = lines_of(shown);
    hide_front_matter(lines, unseen);
    show_tables(lines);
    *hidden = g_string_free(unseen, FALSE);
    return g_strjoinv("\n", lines);
}
