/* SPDX-License-Identifier: GPL-3.0-or-later
 * Renders a compiled Mustache template over a stack of JSON values. It must not know what the
 * templates say or where they come from. */
#include "templates/mustache.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "templates/mustache-parse.h"

/* Far above any real mail, low enough that a hostile template ends in well under a second. */
#define MAX_DEPTH 100 /* sections and partials inside each other */
#define MAX_STEPS 200000
#define MAX_PARTIALS 256
#define MAX_OUTPUT (16 * 1024 * 1024)

typedef struct {
    MustacheEscape escape;
    MustachePartial partial;
    gpointer user_data;
    GPtrArray *stack;     /* json_t, innermost last */
    GHashTable *partials; /* indentation "\n" name → Mustache */
    GString *out;
    GPtrArray *unknown;   /* char *: when set, names are checked and nothing is written */
    guint depth;
    guint steps;
} Render;

static void render_clear(Render *render)
{
    g_ptr_array_unref(render->stack);
    g_hash_table_unref(render->partials);
    g_string_free(render->out, TRUE);
    g_clear_pointer(&render->unknown, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Render, render_clear)

static gboolean render_nodes(Render *render, const Mustache *mustache, const GPtrArray *nodes,
                             GError **error);

static gboolean too_much(const Mustache *mustache, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("模板 %s 嵌套太深或结果太大，请检查是否有部件反复引用自己"), mustache->name);
    return FALSE;
}

/* The value of a dotted name: its first part is sought from the innermost context outwards, the
 * others only inside what that gave. NULL when there is none. */
static json_t *look_up(const Render *render, char *const *path)
{
    if (path[0] == NULL)
        return g_ptr_array_index(render->stack, render->stack->len - 1);
    json_t *value = NULL;
    for (guint i = render->stack->len; value == NULL && i > 0; i--)
        value = json_object_get(g_ptr_array_index(render->stack, i - 1), path[0]);
    for (path++; *path != NULL && value != NULL; path++)
        value = json_object_get(value, *path);
    return value;
}

static gboolean is_true(const json_t *value)
{
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_NULL:
    case JSON_FALSE:
        return FALSE;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_INTEGER:
        return json_integer_value(value) != 0;
    case JSON_REAL:
        return json_real_value(value) != 0;
    case JSON_OBJECT:
    case JSON_TRUE:
        return TRUE;
    }
    return TRUE;
}

static void append_escaped(GString *out, const char *text)
{
    static const char *const entities[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    for (; *text != '\0'; text++)
        if (entities[(guchar)*text] != NULL)
            g_string_append(out, entities[(guchar)*text]);
        else
            g_string_append_c(out, *text);
}

/* The shortest decimal form that reads back as the same number. */
static void append_real(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    for (int digits = 15; digits <= 17; digits++) {
        char format[] = {'%', '.', '1', (char)('0' + digits - 10), 'g', '\0'};
        g_ascii_formatd(text, sizeof text, format, value);
        if (g_ascii_strtod(text, NULL) >= value && g_ascii_strtod(text, NULL) <= value)
            break;
    }
    g_string_append(out, text);
}

static void append_value(GString *out, const json_t *value, MustacheEscape escape)
{
    if (json_is_string(value) && escape == MUSTACHE_ESCAPE_HTML)
        append_escaped(out, json_string_value(value));
    else if (json_is_string(value))
        g_string_append(out, json_string_value(value));
    else if (json_is_integer(value))
        g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        append_real(out, json_real_value(value));
    else if (json_is_boolean(value))
        g_string_append(out, json_is_true(value) ? "true" : "false");
}

static gboolean render_in(Render *render, const Mustache *mustache, const MustacheNode *node,
                          json_t *context, GError **error)
{
    g_ptr_array_add(render->stack, context);
    gboolean done = render_nodes(render, mustache, node->children, error);
    g_ptr_array_set_size(render->stack, (int)render->stack->len - 1);
    return done;
}

static gboolean render_section(Render *render, const Mustache *mustache, const MustacheNode *node,
                               json_t *value, GError **error)
{
    if (!is_true(value))
        return TRUE;
    if (!json_is_array(value))
        return render_in(render, mustache, node, value, error);
    gsize i;
    json_t *element;
    json_array_foreach(value, i, element)
        if (!render_in(render, mustache, node, element, error))
            return FALSE;
    return TRUE;
}

/* The source with every line moved in; NULL when that would pass the limits. */
static char *indented(const char *source, const char *indent)
{
    gsize lines = 1, width = strlen(indent);
    for (const char *at = source; *at != '\0'; at++)
        lines += *at == '\n';
    if (width > 0 && lines > MAX_OUTPUT / width)
        return NULL;
    GString *out = g_string_sized_new(strlen(source) + lines * width);
    while (*source != '\0') {
        const char *eol = strchr(source, '\n');
        gssize length = eol != NULL ? eol + 1 - source : (gssize)strlen(source);
        g_string_append_len(out, indent, (gssize)width);
        g_string_append_len(out, source, length);
        source += length;
    }
    return g_string_free(out, FALSE);
}

/* The partial compiled once a render for each indentation; lent. *missing when there is none. */
static const Mustache *find_partial(Render *render, const Mustache *mustache, const MustacheNode *node,
                                    gboolean *missing, GError **error)
{
    g_autofree char *key = g_strconcat(node->indent != NULL ? node->indent : "", "\n", node->text, NULL);
    Mustache *partial = g_hash_table_lookup(render->partials, key);
    if (partial != NULL)
        return partial;
    const char *source = render->partial != NULL ? render->partial(node->text, render->user_data) : NULL;
    *missing = source == NULL;
    if (*missing)
        return NULL;
    g_autofree char *moved = indented(source, node->indent != NULL ? node->indent : "");
    if (moved == NULL || g_hash_table_size(render->partials) >= MAX_PARTIALS) {
        too_much(mustache, error);
        return NULL;
    }
    partial = mustache_compile(node->text, moved, error);
    if (partial != NULL)
        g_hash_table_insert(render->partials, g_steal_pointer(&key), partial);
    return partial;
}

static void note_unknown(const Render *render, const Mustache *mustache, const MustacheNode *node)
{
    if (render->unknown == NULL)
        return;
    g_autofree char *place = g_strdup_printf("%s:%u: %s", mustache->name, node->line, node->text);
    if (!g_ptr_array_find_with_equal_func(render->unknown, place, g_str_equal, NULL))
        g_ptr_array_add(render->unknown, g_steal_pointer(&place));
}

static gboolean render_partial(Render *render, const Mustache *mustache, const MustacheNode *node,
                               GError **error)
{
    gboolean missing = FALSE;
    const Mustache *partial = find_partial(render, mustache, node, &missing, error);
    if (missing)
        note_unknown(render, mustache, node);
    if (partial == NULL)
        return missing;
    return render_nodes(render, partial, partial->nodes, error);
}

static gboolean render_node(Render *render, const Mustache *mustache, const MustacheNode *node,
                            GError **error)
{
    if (node->kind == MUSTACHE_TEXT) {
        g_string_append(render->out, node->text);
        return TRUE;
    }
    if (node->kind == MUSTACHE_PARTIAL)
        return render_partial(render, mustache, node, error);
    json_t *value = look_up(render, node->path);
    if (value == NULL)
        note_unknown(render, mustache, node);
    if (node->kind == MUSTACHE_VARIABLE || node->kind == MUSTACHE_RAW) {
        append_value(render->out, value, node->kind == MUSTACHE_RAW ? MUSTACHE_ESCAPE_NONE : render->escape);
        return TRUE;
    }
    if (render->unknown != NULL && !is_true(value))
        return render_nodes(render, mustache, node->children, error);
    if (node->kind == MUSTACHE_SECTION)
        return render_section(render, mustache, node, value, error);
    return (is_true(value) && render->unknown == NULL) ||
           render_nodes(render, mustache, node->children, error);
}

static gboolean render_nodes(Render *render, const Mustache *mustache, const GPtrArray *nodes,
                             GError **error)
{
    if (render->depth >= MAX_DEPTH) /* when checking, a partial that calls itself is known by now */
        return render->unknown != NULL || too_much(mustache, error);
    gboolean done = TRUE;
    render->depth++;
    render->steps++;
    for (guint i = 0; done && i < nodes->len; i++) {
        if (++render->steps > MAX_STEPS || render->out->len > MAX_OUTPUT)
            done = too_much(mustache, error);
        else
            done = render_node(render, mustache, g_ptr_array_index(nodes, i), error);
    }
    render->depth--;
    return done;
}

static Render render_begin(json_t *context, MustacheEscape escape, MustachePartial partial,
                           gpointer user_data)
{
    Render render = {.escape = escape, .partial = partial, .user_data = user_data};
    render.stack = g_ptr_array_new();
    render.partials = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mustache_free);
    render.out = g_string_new(NULL);
    g_ptr_array_add(render.stack, context);
    return render;
}

char *mustache_render(const Mustache *mustache, json_t *context, MustacheEscape escape,
                      MustachePartial partial, gpointer user_data, GError **error)
{
    g_auto(Render) render = render_begin(context, escape, partial, user_data);
    if (!render_nodes(&render, mustache, mustache->nodes, error))
        return NULL;
    return g_strndup(render.out->str, render.out->len);
}

char **mustache_unknown_names(const Mustache *mustache, json_t *schema, MustachePartial partial,
                              gpointer user_data)
{
    g_auto(Render) render = render_begin(schema, MUSTACHE_ESCAPE_NONE, partial, user_data);
    render.unknown = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    if (!render_nodes(&render, mustache, mustache->nodes, &error))
        g_ptr_array_add(render.unknown, g_strdup(error->message));
    g_ptr_array_add(render.unknown, NULL);
    return (char **)g_ptr_array_steal(render.unknown, NULL);
}
