/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels of a bulletin's foot (发：, 责任编辑：): a known word and a colon, blanks inside not
 * counting (DOMAIN.md §2 rule 1). Where they stand and of what kind; not what stands behind them. */
#ifndef SONGFA_ISSUE_LABEL_H
#define SONGFA_ISSUE_LABEL_H

#include <glib.h>

typedef enum {
    LABEL_DISTRIBUTION,
    LABEL_EDITORS,
    LABEL_KEYWORDS,
    LABEL_SIGNER,
    LABEL_SUPERVISOR,
    LABEL_PUBLISHER,
    LABEL_TELEPHONE,
    LABEL_MAILBOX,
    LABEL_OTHER /* known, and of no use here */
} LabelKind;

typedef struct {
    const char *word;
    LabelKind kind;
} Label;

/* The label that opens the line, bracketed or not, else NULL; *after = behind its colon. 此件发至 is
 * printed without colon. */
const Label *label_first(const char *text, const char **after);

/* The place of the next label in mid-line: after ，。；（ or a blank. *label is NULL, and the place the
 * end of the text, when there is none. */
const char *label_find(const char *p, const Label **label, const char **after);

/* The label that the text is nothing but, with a colon or without; NULL when it is not one alone. */
const Label *label_alone(const char *text);

#endif
