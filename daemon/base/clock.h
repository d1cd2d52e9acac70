/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one clock. Everything that asks for the time asks here, so that tests can set it.
 * Times are microseconds since 1970 UTC in gint64; local time is the machine's zone. */
#ifndef SONGFA_BASE_CLOCK_H
#define SONGFA_BASE_CLOCK_H

#include <glib.h>

#define CLOCK_SECOND G_GINT64_CONSTANT(1000000)

/* Wall time now. SONGFA_CLOCK=unix-seconds in the environment freezes it, with a sign before the number it
 * goes wrong by so many seconds (tests only). */
gint64 clock_now(void);

/* Time that never goes back, for intervals; not comparable between runs. */
gint64 clock_monotonic(void);

/* Freezes clock_now() at usec; -1 lets it run again. For tests. */
void clock_freeze(gint64 usec);

/* Sets the wall clock forth by usec, back when negative, as an administrator or NTP does; any thread. For
 * tests. */
void clock_set(gint64 usec);

/* "2020-03-06" in local time; caller frees. */
char *clock_date(gint64 usec);

/* The next local midnight after usec. */
gint64 clock_day_end(gint64 usec);

/* The minute of its local day in which usec lies, 0 to 1439. */
int clock_minute(gint64 usec);

/* The wall time at that minute (0 to 1440) of the local day that is so many days after that of usec. A minute
 * that the zone leaves out is the end of the gap. */
gint64 clock_at(gint64 usec, int days, int minute);

/* The local day of usec; TRUE for "YYYY-MM-DD" of a day that exists, which *day is then. */
GDate clock_day(gint64 usec);
gboolean clock_parse_day(const char *text, GDate *day);

/* "2020-03-06 08:30:00" in local time; "" for 0; caller frees. */
char *clock_text(gint64 usec);

/* "2020-03-06T08:30:00+08:00" (RFC 3339) in local time; caller frees. */
char *clock_rfc3339(gint64 usec);

/* "Fri, 06 Mar 2020 08:30:00 +0800" (RFC 5322 §3.3), never localised; caller frees. */
char *clock_rfc5322(gint64 usec);

#endif
