/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which configured series an issue belongs to: by masthead title, by office, or by the form of its
 * number. A monthly without a title (an image in print) is known by its office. */
#ifndef SONGFA_ISSUE_SERIES_H
#define SONGFA_ISSUE_SERIES_H

#include "daemon/issue/issue.h"

typedef struct {
    const char *key;
    const char *title;       /* compared without blanks; NULL = any */
    const char *office;      /* likewise */
    const char *number_form; /* NULL, "number" (第N期), "total" (总第N期) or "supplement" (增刊第N期) */
} SeriesRule;

/* The key of the best rule: all of its given parts must hold, and more parts win over fewer.
 * NULL when none holds or two hold equally well. */
const char *series_match(const Issue *issue, const SeriesRule *rules, gsize n_rules);

#endif
