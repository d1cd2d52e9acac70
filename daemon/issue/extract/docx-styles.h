/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the named styles of a docx say of their text (ECMA-376 part 1, 17.7): bold, hidden, heading. */
#ifndef SONGFA_ISSUE_EXTRACT_DOCX_STYLES_H
#define SONGFA_ISSUE_EXTRACT_DOCX_STYLES_H

#include "daemon/base/package.h"

typedef struct {
    int heading;           /* level from 1; 0 = none, -1 = not said */
    int bold, hidden;      /* 0, 1; -1 = not said */
} DocxStyle;

#define DOCX_STYLE_UNSAID {-1, -1, -1}

typedef struct DocxStyles DocxStyles;

/* part may be NULL or missing: then no style says anything. NULL and error (INPUT) for a broken one. */
DocxStyles *docx_styles_read(Package *package, const char *part, GError **error);
void docx_styles_free(DocxStyles *styles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DocxStyles, docx_styles_free)

/* With what it is based on; id NULL = no style. */
DocxStyle docx_style(const DocxStyles *styles, const char *id);

/* Takes what the element at which the part stands says (b, vanish, outlineLvl), if it is one of them. */
void docx_style_take(DocxStyle *style, PackagePart *part);

#endif
