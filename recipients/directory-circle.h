/* SPDX-License-Identifier: GPL-3.0-or-later
 * Circles among records that lead to one another for some days: units to their parents, groups to the
 * groups in them. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_CIRCLE_H
#define SONGFA_RECIPIENTS_DIRECTORY_CIRCLE_H

#include "recipients/directory-versions.h"

typedef struct DirectoryCircle DirectoryCircle;

DirectoryCircle *directory_circle_new(void);
void directory_circle_free(DirectoryCircle *circle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DirectoryCircle, directory_circle_free)

/* One record leads to another on these days, whose texts are lent. */
void directory_circle_add(DirectoryCircle *circle, gint64 from, gint64 to, DirectoryDays days);

/* Calls found with the records of each circle that is closed on some day, in their order. Linear while
 * there is none over all days taken together; else once more for each day on which a step begins. */
typedef void (*DirectoryCircleFound)(const gint64 *ids, guint n, gpointer data, const DirectoryKind *kind);
void directory_circle_find(DirectoryCircle *circle, const DirectoryKind *kind, DirectoryCircleFound found,
                           gpointer data);

#endif
