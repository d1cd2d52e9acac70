/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rule 7: the suffix of a group's last item that holds for all of it. */
#ifndef SONGFA_RECIPIENTS_LINE_SUFFIX_H
#define SONGFA_RECIPIENTS_LINE_SUFFIX_H

#include "recipients/line-group.h"

/* 各区、市、县人民政府; 市委、市政府办公室; 市直及驻市单位. */
void line_suffix_bodies(const LineGroup *group);

/* 峡窝镇、各街道办事处、区直各单位负责同志; to be called when the bodies of the group are known. */
void line_suffix_posts(const LineGroup *group);

/* 县、团级; 市、县级领导: ranks, of which the last alone says so. Before rule 6, as they have no body. */
void line_suffix_ranks(const LineGroup *group);

#endif
