/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which record of the directory changed a recipient between two days: a tenure that ended, a group
 * with other members, a unit that is no more. Shared by the files of the comparison. */
#ifndef SONGFA_RECIPIENTS_COMPARE_WHY_H
#define SONGFA_RECIPIENTS_COMPARE_WHY_H

#include "recipients/compare-subject.h"

/* Each gives the words (caller frees), never NULL, and in *change the number of the change that wrote
 * the record (0 = not known). */
char *compare_why_removed(const CompareSides *sides, const CompareSubject *subject, gint64 *change);
char *compare_why_added(const CompareSides *sides, const CompareSubject *subject, gint64 *change);
char *compare_why_renamed(const CompareSides *sides, const CompareSubject *subject, gint64 *change);

/* The subject now has that address, or lost it when it is "". */
char *compare_why_address(const CompareSides *sides, const CompareSubject *subject, const char *address,
                          gint64 *change);
char *compare_why_copies(const CompareSides *sides, const CompareSubject *subject, gint64 *change);

#endif
