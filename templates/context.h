/* SPDX-License-Identifier: GPL-3.0-or-later
 * The context of an issue's mail: what the templates may ask for, from the issue's JSON. Pure.
 * Every name is always there, null when the issue does not say it; templates/zh/README.md lists
 * them for those who write templates. */
#ifndef SONGFA_TEMPLATES_CONTEXT_H
#define SONGFA_TEMPLATES_CONTEXT_H

#include <jansson.h>

/* A large file stays behind a link. */
typedef struct {
    const char *url;  /* with the place that is filled for each recipient */
    const char *size; /* of the file: 12.3 MB */
    int days;         /* how long it holds */
} ContextLink;

/* Places filled for each recipient; each is one private-use character that passes every escape and
 * is spliced in when the mail is sent (dispatch/compose). */
typedef struct {
    const char *salutation; /* 王明同志： */
    const char *recipient;  /* name */
    const ContextLink *link; /* NULL = the file is attached */
} ContextSlots;

/* The context for templates_render_issue() from the JSON of issue_to_json() (a json_t object).
 * Private-use and control characters in the issue's own text are removed. Caller json_decrefs. */
json_t *context_issue(json_t *issue, const char *series_title, const char *sender_name,
                      const ContextSlots *slots);

/* Makes it the context of a correction: which versions ("第 1 版") it voids, when the last of them was sent
 * (YYYY-MM-DD), and why. */
void context_correct(json_t *context, const char *versions, const char *sent, const char *reason);

/* An example with every name that templates may use, for checking. Caller json_decrefs. */
json_t *context_schema(void);

/* The same for the notices to the clerk. */
json_t *context_notice_schema(void);

#endif
