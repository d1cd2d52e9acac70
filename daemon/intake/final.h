/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which files their names, or those of files beside them, declare finished. Pure; names are as people see them
 * (claim_shown_name()). */
#ifndef SONGFA_INTAKE_FINAL_H
#define SONGFA_INTAKE_FINAL_H

#include <glib.h>

typedef enum {
    FINAL_MOVED,  /* every file that is at rest */
    FINAL_NAME,   /* one whose name says so: 定稿 */
    FINAL_SIDECAR /* one beside which lies another that says so: NAME.ok, NAME.定稿 */
} FinalRule;

/* Whether the name says so: it matches the pattern (* and ?, whatever the case); with NULL, 定稿 is in it and
 * no 未定稿, 非定稿, 待定稿 or 不是定稿. */
gboolean final_name_says(const char *name, const char *pattern);

/* The name that this sidecar speaks for, whole ("第7期.docx") or without extension ("第7期"); NULL when it is no
 * sidecar. suffix: of sidecars, NULL = .ok and .定稿; a .txt that Windows put behind it does not matter.
 * Caller frees. */
char *final_spoken_for(const char *name, const char *suffix);

/* "第7期.docx" → "第7期"; caller frees. */
char *final_stem(const char *name);

/* The order in which files are taken that are there at once: by name, numbers as numbers (9 before 10). */
int final_compare(const char *a, const char *b);

#endif
