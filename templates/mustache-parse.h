/* SPDX-License-Identifier: GPL-3.0-or-later
 * The compiled form of a Mustache template, shared by its parser and its renderer only. */
#ifndef SONGFA_TEMPLATES_MUSTACHE_PARSE_H
#define SONGFA_TEMPLATES_MUSTACHE_PARSE_H

#include "templates/mustache.h"

typedef enum {
    MUSTACHE_TEXT,
    MUSTACHE_VARIABLE, /* {{x}} */
    MUSTACHE_RAW,      /* {{{x}}} and {{&x}} */
    MUSTACHE_SECTION,
    MUSTACHE_INVERTED,
    MUSTACHE_PARTIAL
} MustacheKind;

typedef struct {
    MustacheKind kind;
    guint line;
    char *text;          /* literal text, dotted name, or name of the partial */
    char **path;         /* parts of a dotted name; empty for the implicit iterator "." */
    char *indent;        /* blanks before a standalone partial, else NULL */
    GPtrArray *children; /* MustacheNode, of sections */
} MustacheNode;

struct Mustache {
    char *name;
    GPtrArray *nodes; /* MustacheNode */
};

#endif
