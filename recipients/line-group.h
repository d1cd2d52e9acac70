/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules 6 to 10: what the items of one 、 group lend each other. */
#ifndef SONGFA_RECIPIENTS_LINE_GROUP_H
#define SONGFA_RECIPIENTS_LINE_GROUP_H

#include "recipients/line-items.h"

/* The addressees of one 、 group. */
typedef struct {
    LineItem **item;
    guint n;
    const LineItem *before; /* the last addressee of the group before it */
} LineGroup;

/* Replaces the string at place; takes text. */
void line_group_set(char **place, char *text);

/* The item as it stands in the text stays with it as the other reading. */
void line_group_keep_note(LineItem *item);

void line_group_copy_strings(GPtrArray *to, const GPtrArray *from);
void line_group_copy_posts(LineItem *to, const LineItem *from);

/* The tier of counties in line_group_tier(). */
#define LINE_TIER_COUNTY 2

/* How high an area stands, by the class word that begins the name: 村 1 … 中央 5; 0 for zones, which
 * stand beside the levels. */
int line_group_tier(const char *name);

/* 局领导, 厅党组成员: posts of the office itself. */
gboolean line_group_is_own(const LineItem *item);

/* The main body behind the area: 政府 of 市政府; NULL when the name is none. */
const char *line_group_main_body(const char *name);

/* Applies the rules to every group of the field's items in place. */
void line_group_apply(GPtrArray *items);

#endif
