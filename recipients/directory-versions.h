/* SPDX-License-Identifier: GPL-3.0-or-later
 * The versions of directory records over time, and what an edit makes of them. Days are YYYY-MM-DD,
 * both inclusive, "" = open, so that strcmp() orders first days. Pure. */
#ifndef SONGFA_RECIPIENTS_DIRECTORY_VERSIONS_H
#define SONGFA_RECIPIENTS_DIRECTORY_VERSIONS_H

#include "recipients/directory-kind.h"

/* Days from first to last. */
typedef struct {
    const char *from, *to;
} DirectoryDays;

/* Whether a span that ends on to ("" = never) reaches the day ("" = before all days). */
gboolean directory_reaches(const char *to, const char *day);
/* Whether the spans share a day; *shared (nullable) = the days they share. */
gboolean directory_days_meet(DirectoryDays a, DirectoryDays b, DirectoryDays *shared);
/* The days on which what the record says holds: its validity, or its own from and to where it is dated. */
DirectoryDays directory_record_days(const DirectoryKind *kind, gconstpointer record);

/* The day so many days later, earlier when negative, or just before or after; the first day has none before
 * it, and what is no day stays as it is. Caller frees. */
char *directory_day_plus(const char *day, int days);
char *directory_day_before(const char *day);
char *directory_day_after(const char *day);

/* Orders all records of each kind by id and first day. */
void directory_versions_sort(Directory *all);

/* The versions of a record in a directory of all versions so ordered, lent; *n = how many. */
gpointer *directory_versions_of(const Directory *all, const DirectoryKind *kind, gint64 id, guint *n);

/* The versions of a record after an edit: each puts new records of directory into the array that it
 * gives (caller unrefs). from is the first day on which the edit holds, "" = from the start.
 *
 * put: the version in force on from ends the day before and goes on from there as the record given;
 * later versions get the same differences in fields that had the same value before, and so keep what
 * a planned change gives them. The differences are those to the version that was edited, where the
 * record's change and valid_from name one. A record that only begins later is changed from its
 * beginning. A dated record (tenure) is replaced in place: it carries its own days.
 * remove: the version in force ends the day before from, later ones are dropped; a dated record ends
 * that day too, or is dropped when it had not begun.
 * NULL and error (NOT_FOUND) when the record has ended before from. */
GPtrArray *directory_versions_put(Directory *directory, const DirectoryKind *kind, gpointer *versions, guint n,
                                  gconstpointer record, const char *from, GError **error);
GPtrArray *directory_versions_remove(Directory *directory, const DirectoryKind *kind, gpointer *versions, guint n,
                                     const char *from, GError **error);

/* Whether both are the same versions: days and fields, not the numbers of changes. */
gboolean directory_versions_same(const DirectoryKind *kind, gpointer *a, guint n_a, gpointer *b, guint n_b);

#endif
