/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recipients and what is unresolved, as resolve and plan show them. */
#ifndef SONGFA_CTL_RECIPIENTS_H
#define SONGFA_CTL_RECIPIENTS_H

#include "daemon/base/table.h"
#include "daemon/plan.h"

/* The table of recipients (Recipient), to standard output. */
void recipients_print(const GPtrArray *recipients, TableFormat format);

/* Each unresolved addressee under its place in the line, to standard error. */
void recipients_say_unresolved(const Plan *plan);

#endif
