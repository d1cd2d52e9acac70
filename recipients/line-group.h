/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 6 to 10: what the items of one 、 group lend each other. */
#ifndef SONGFA_RECIPIENTS_LINE_GROUP_H
#define SONGFA_RECIPIENTS_LINE_GROUP_H

#include "recipients/line-items.h"

/* Applies the rules to every group of the field's items in place. */
void line_group_apply(GPtrArray *items);

#endif
