/* SPDX-License-Identifier: GPL-3.0-or-later
 * A template set: subject, text body, HTML body and the notices to the clerk, read from a folder
 * (templates/zh by default). Pure but for reading its files in templates_load(). */
#ifndef SONGFA_TEMPLATES_TEMPLATES_H
#define SONGFA_TEMPLATES_TEMPLATES_H

#include <glib.h>
#include <jansson.h>

typedef struct Templates Templates;

/* Loads and checks every file of the set: missing file, syntax and unknown names are errors that
 * name file and line. */
Templates *templates_load(const char *folder, GError **error);
void templates_free(Templates *templates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Templates, templates_free)

typedef struct {
    char *subject; /* one line */
    char *text;
    char *html;    /* NULL for notices */
} Rendered;

void rendered_free(Rendered *rendered);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rendered, rendered_free)

/* The mail of an issue from the context built by context_issue(). */
Rendered *templates_render_issue(const Templates *templates, json_t *context, GError **error);

/* A notice to the clerk: kind is "held", "planned", "refused" or "delivery" (refused and expired rows); text
 * only. The context is an object of plain texts and arrays (see templates/zh/README.md). */
Rendered *templates_render_notice(const Templates *templates, const char *kind, json_t *context,
                                  GError **error);

#endif
