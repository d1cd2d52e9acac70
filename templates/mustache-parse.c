/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads a Mustache template into nodes. Standalone tags are told from the source text alone: a tag
 * with nothing but blanks between it and both ends of its line takes the line with it. */
#include "templates/mustache-parse.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

#define MAX_SOURCE (1024 * 1024)
#define MAX_NESTING 64

typedef struct {
    const char *name;
    const char *source;
    const char *at;         /* first byte not yet taken */
    const char *counted_to; /* line is the number of the line that holds this byte */
    guint line;
    char *open, *close;     /* the delimiters in force */
    GPtrArray *lists;       /* GPtrArray of nodes: the root's, then each open section's */
    GPtrArray *sections;    /* MustacheNode: the open sections, lent */
} Parser;

typedef struct {
    char sigil;              /* 0 for a plain variable */
    const char *start, *end; /* delimiters included */
    char *content;           /* between sigil and closing delimiter, blanks stripped */
    char *indent;            /* blanks before a tag that stands alone on its line, else NULL */
} Tag;

static void tag_clear(Tag *tag)
{
    g_free(tag->content);
    g_free(tag->indent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tag, tag_clear)

static void parser_clear(Parser *parser)
{
    g_free(parser->open);
    g_free(parser->close);
    g_ptr_array_unref(parser->lists);
    g_ptr_array_unref(parser->sections);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parser, parser_clear)

static void node_free(gpointer data)
{
    MustacheNode *node = data;
    g_free(node->text);
    g_strfreev(node->path);
    g_free(node->indent);
    g_clear_pointer(&node->children, g_ptr_array_unref);
    g_free(node);
}

static guint line_of(Parser *parser, const char *at)
{
    for (; parser->counted_to < at; parser->counted_to++)
        parser->line += *parser->counted_to == '\n';
    return parser->line;
}

static gboolean fail_at(Parser *parser, const char *at, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static gboolean fail_at(Parser *parser, const char *at, GError **error, const char *format, ...)
{
    const char *bol = at;
    while (bol > parser->source && bol[-1] != '\n')
        bol--;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("模板 %s 第 %u 行第 %ld 列：%s"), parser->name,
                line_of(parser, at), g_utf8_strlen(bol, at - bol) + 1, what);
    return FALSE;
}

static MustacheNode *add_node(Parser *parser, MustacheKind kind, const char *at, char *text)
{
    MustacheNode *node = g_new0(MustacheNode, 1);
    node->kind = kind;
    node->line = line_of(parser, at);
    node->text = text;
    g_ptr_array_add(g_ptr_array_index(parser->lists, parser->lists->len - 1), node);
    return node;
}

static void add_text(Parser *parser, const char *end)
{
    if (end > parser->at)
        add_node(parser, MUSTACHE_TEXT, parser->at, g_strndup(parser->at, (gsize)(end - parser->at)));
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Widens the tag to its whole line when it stands alone there. */
static void take_line(const Parser *parser, Tag *tag)
{
    const char *before = tag->start, *after = tag->end;
    while (before > parser->source && is_blank(before[-1]))
        before--;
    while (is_blank(*after))
        after++;
    if (before > parser->source && before[-1] != '\n')
        return;
    if (g_str_has_prefix(after, "\r\n"))
        after += 2;
    else if (*after == '\n')
        after++;
    else if (*after != '\0')
        return;
    tag->indent = g_strndup(before, (gsize)(tag->start - before));
    tag->start = before;
    tag->end = after;
}

static gboolean read_tag(Parser *parser, const char *start, Tag *tag, GError **error)
{
    const char *body = start + strlen(parser->open);
    tag->start = start;
    tag->sigil = *body != '\0' && strchr("#^/>&!={", *body) != NULL ? *body++ : '\0';
    const char *mirror = tag->sigil == '{' ? "}" : tag->sigil == '=' ? "=" : "";
    g_autofree char *closing = g_strconcat(mirror, parser->close, NULL);
    const char *end = strstr(body, closing);
    if (end == NULL)
        return fail_at(parser, start, error, _("标签没有结束，缺少“%s”"), closing);
    tag->end = end + strlen(closing);
    tag->content = g_strstrip(g_strndup(body, (gsize)(end - body)));
    if (tag->sigil != '!' && *tag->content == '\0')
        return fail_at(parser, start, error, _("标签里没有名称"));
    if (tag->sigil != '!' && tag->sigil != '=' && strpbrk(tag->content, " \t\r\n") != NULL)
        return fail_at(parser, start, error, _("名称“%s”中有空白"), tag->content);
    return TRUE;
}

/* The parts of a dotted name; NULL when one of them is empty. */
static char **split_path(const char *name)
{
    if (strcmp(name, ".") == 0)
        return g_new0(char *, 1);
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);
    for (char **part = parts; *part != NULL; part++)
        if (**part == '\0')
            return NULL;
    return g_steal_pointer(&parts);
}

static gboolean add_named(Parser *parser, MustacheKind kind, Tag *tag, MustacheNode **added, GError **error)
{
    char **path = split_path(tag->content);
    if (path == NULL)
        return fail_at(parser, tag->start, error, _("名称“%s”中有空的一节"), tag->content);
    *added = add_node(parser, kind, tag->start, g_steal_pointer(&tag->content));
    (*added)->path = path;
    return TRUE;
}

static gboolean add_variable(Parser *parser, Tag *tag, GError **error)
{
    MustacheNode *node;
    return add_named(parser, tag->sigil == '\0' ? MUSTACHE_VARIABLE : MUSTACHE_RAW, tag, &node, error);
}

static gboolean open_section(Parser *parser, Tag *tag, GError **error)
{
    if (parser->sections->len >= MAX_NESTING)
        return fail_at(parser, tag->start, error, _("区段嵌套超过 %d 层"), MAX_NESTING);
    MustacheNode *node = NULL;
    if (!add_named(parser, tag->sigil == '#' ? MUSTACHE_SECTION : MUSTACHE_INVERTED, tag, &node, error))
        return FALSE;
    node->children = g_ptr_array_new_with_free_func(node_free);
    g_ptr_array_add(parser->sections, node);
    g_ptr_array_add(parser->lists, node->children);
    return TRUE;
}

static gboolean close_section(Parser *parser, Tag *tag, GError **error)
{
    if (parser->sections->len == 0)
        return fail_at(parser, tag->start, error, _("{{/%s}} 没有对应的开始标签"), tag->content);
    const MustacheNode *open = g_ptr_array_index(parser->sections, parser->sections->len - 1);
    if (strcmp(open->text, tag->content) != 0)
        return fail_at(parser, tag->start, error, _("{{/%s}} 与第 %u 行的“%s”不配对"), tag->content,
                       open->line, open->text);
    g_ptr_array_set_size(parser->sections, (int)parser->sections->len - 1);
    g_ptr_array_set_size(parser->lists, (int)parser->lists->len - 1);
    return TRUE;
}

static gboolean add_partial(Parser *parser, Tag *tag, GError **error)
{
    (void)error;
    MustacheNode *node = add_node(parser, MUSTACHE_PARTIAL, tag->start, g_steal_pointer(&tag->content));
    node->indent = g_steal_pointer(&tag->indent);
    return TRUE;
}

static gboolean set_delimiters(Parser *parser, Tag *tag, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(tag->content, " \t\r\n", -1);
    guint last = g_strv_length(words) - 1;
    for (guint i = 1; i < last; i++)
        if (*words[i] != '\0')
            last = 0;
    if (last == 0 || strchr(tag->content, '=') != NULL)
        return fail_at(parser, tag->start, error, _("定界符应写成 {{=[ ]=}}：两个词，中间一个空格"));
    g_free(parser->open);
    g_free(parser->close);
    parser->open = g_strdup(words[0]);
    parser->close = g_strdup(words[last]);
    return TRUE;
}

/* What each sigil means, and whether its tag takes a line of its own with it. */
static const struct {
    char sigil;
    gboolean takes_line;
    gboolean (*read)(Parser *parser, Tag *tag, GError **error); /* NULL: a comment */
} tags[] = {
    {'\0', FALSE, add_variable}, {'&', FALSE, add_variable}, {'{', FALSE, add_variable},
    {'#', TRUE, open_section},   {'^', TRUE, open_section},  {'/', TRUE, close_section},
    {'>', TRUE, add_partial},    {'!', TRUE, NULL},          {'=', TRUE, set_delimiters},
};

static gboolean read_next(Parser *parser, const char *start, GError **error)
{
    g_auto(Tag) tag = {0};
    if (!read_tag(parser, start, &tag, error))
        return FALSE;
    gsize kind = 0;
    while (tags[kind].sigil != tag.sigil)
        kind++;
    if (tags[kind].takes_line)
        take_line(parser, &tag);
    add_text(parser, tag.start);
    parser->at = tag.end;
    return tags[kind].read == NULL || tags[kind].read(parser, &tag, error);
}

static gboolean read_all(Parser *parser, GError **error)
{
    const char *start;
    while ((start = strstr(parser->at, parser->open)) != NULL)
        if (!read_next(parser, start, error))
            return FALSE;
    const char *end = parser->at + strlen(parser->at);
    add_text(parser, end);
    if (parser->sections->len == 0)
        return TRUE;
    const MustacheNode *open = g_ptr_array_index(parser->sections, parser->sections->len - 1);
    return fail_at(parser, end, error, _("第 %u 行开始的“%s”没有结束，缺少 {{/%s}}"), open->line, open->text,
                   open->text);
}

Mustache *mustache_compile(const char *name, const char *source, GError **error)
{
    if (strlen(source) > MAX_SOURCE) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT, _("模板 %s 超过 1 MB"), name);
        return NULL;
    }
    g_autoptr(Mustache) mustache = g_new0(Mustache, 1);
    mustache->name = g_strdup(name);
    mustache->nodes = g_ptr_array_new_with_free_func(node_free);
    g_auto(Parser) parser = {name, source, source, source, 1, g_strdup("{{"), g_strdup("}}"),
                             g_ptr_array_new(), g_ptr_array_new()};
    g_ptr_array_add(parser.lists, mustache->nodes);
    return read_all(&parser, error) ? g_steal_pointer(&mustache) : NULL;
}

void mustache_free(Mustache *mustache)
{
    if (mustache == NULL)
        return;
    g_free(mustache->name);
    g_ptr_array_unref(mustache->nodes);
    g_free(mustache);
}
