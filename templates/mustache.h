/* SPDX-License-Identifier: GPL-3.0-or-later
 * A Mustache renderer held to the public Mustache specification: interpolation, sections, inverted
 * sections, comments, partials, set delimiters. Logic-less, auto-escaping, pure. */
#ifndef SONGFA_TEMPLATES_MUSTACHE_H
#define SONGFA_TEMPLATES_MUSTACHE_H

#include <glib.h>
#include <jansson.h>

typedef struct Mustache Mustache;

typedef enum {
    MUSTACHE_ESCAPE_HTML, /* {{x}} escapes & < > " ' */
    MUSTACHE_ESCAPE_NONE  /* for text bodies and subjects */
} MustacheEscape;

/* Source of the partial of that name, or NULL when there is none; lent until the render ends. */
typedef const char *(*MustachePartial)(const char *name, gpointer user_data);

/* Compiles a template. On a syntax error NULL and an error with line and column; name is shown in
 * errors. */
Mustache *mustache_compile(const char *name, const char *source, GError **error);
void mustache_free(Mustache *mustache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

/* Renders with the context; partial may be NULL. Missing names render as nothing (the
 * specification); null, false, 0, "" and [] are false. Depth of partials, steps and size of the
 * result are limited, passing a limit is an error. Caller frees. */
char *mustache_render(const Mustache *mustache, json_t *context, MustacheEscape escape,
                      MustachePartial partial, gpointer user_data, GError **error);

/* Every place "template:line: name" that asks for a name (dotted path, section or partial) which
 * neither the schema, an example context that has every name once, nor partial knows; partials are
 * looked into where they stand. For checking when a template is saved or at -n.
 * NULL-terminated, caller frees with g_strfreev. */
char **mustache_unknown_names(const Mustache *mustache, json_t *schema, MustachePartial partial,
                              gpointer user_data);

#endif
