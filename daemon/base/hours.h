/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hours of the day as offices write them, "08:30-12:00,14:30-18:00", and moments held against them. */
#ifndef SONGFA_BASE_HOURS_H
#define SONGFA_BASE_HOURS_H

#include <glib.h>

enum { HOURS_MOST = 8, HOURS_DAY = 1440 };

/* In minutes of the day; to is not part of it. to <= from: it ends on the next day. */
typedef struct {
    int from, to;
} HoursSpan;

typedef struct {
    guint n; /* 0 = no hours at all */
    HoursSpan spans[HOURS_MOST];
} Hours;

/* Spans in the order of the day, none over another. overnight: the last may end on the next day. FALSE and
 * error (CONFIG) that says what is wrong; then hours is as it was. */
gboolean hours_parse(const char *text, gboolean overnight, Hours *hours, GError **error);

/* "08:30" → 510; "24:00" is none. */
gboolean hours_parse_clock(const char *text, int *minute);

/* Whether the minute of a day (0 to 1439) lies in one of them. */
gboolean hours_have(const Hours *hours, int minute);

/* The longest of them, in minutes. */
int hours_longest(const Hours *hours);

/* The moment (wall µs) at which the hours end in which usec lies, spans that touch taken together; 0 when it
 * lies in none. Hours without end (the whole day) end a day later. */
gint64 hours_end(const Hours *hours, gint64 usec);

#endif
