/* SPDX-License-Identifier: GPL-3.0-or-later
 * The class words of one item, of areas (县, 市, 区) and of bodies (部门, 科室). It knows no sisters. */
#ifndef SONGFA_RECIPIENTS_LINE_CLASS_H
#define SONGFA_RECIPIENTS_LINE_CLASS_H

#include "recipients/line-items.h"

/* Bytes of the class word for an area at text, 0 when a longer word stands there: 市场, 区直. before is
 * the word before it, or NULL. */
gsize line_class_area(const char *text, const char *before);

/* Bytes of the run of class words for areas that begins text; each is added once to classes, if given. */
gsize line_class_run(const char *text, GPtrArray *classes);

/* TRUE when the whole text is made of class words: 县市区, 室. */
gboolean line_class_is(const char *text);

/* TRUE when the whole text names a class without any proper name: 直属单位, 开发区管委会. */
gboolean line_class_is_generic(const char *text);

/* Takes the class words that begin the body of the item; they count after 各, when several stand together
 * before an institution, and alone. The rest is left in the item's tail, tails and others. */
void line_class_take(LineItem *item, const char *body);

/* Takes the class words that begin the item's tail, as its sisters show it to be a class (rule 10);
 * FALSE when there are none. */
gboolean line_class_take_unsaid(LineItem *item);

/* Takes those before 各: 县(区)直各单位; returns what is left of the body, caller frees. */
char *line_class_take_head(LineItem *item, const char *body);

#endif
