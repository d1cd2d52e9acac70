/* SPDX-License-Identifier: GPL-3.0-or-later
 * Number and date of an issue held against the register: what sequence.h asks, with what the store knows. */
#ifndef SONGFA_PLAN_SEQUENCE_H
#define SONGFA_PLAN_SEQUENCE_H

#include "daemon/issue/issue.h"
#include "daemon/sequence.h"
#include "daemon/store/numbers.h"

/* The issue's number, or that of a row; the date is lent. */
SequenceIssue plan_sequence_of(const Issue *issue);
SequenceIssue plan_sequence_of_number(const StoreNumber *number);

/* SequenceFinding elements with free function; NULL and error. days as in sequence_check(). */
GPtrArray *plan_sequence_check(Store *store, const Issue *issue, const char *identity, int days, GError **error);

#endif
