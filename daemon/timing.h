/* SPDX-License-Identifier: GPL-3.0-or-later
 * When an issue that may go does go: a delay in which it can be stopped, a time of the day, working days or
 * hours. Who lets it go is another question (policy.h). Pure: calendar and clock are given. */
#ifndef SONGFA_TIMING_H
#define SONGFA_TIMING_H

#include "daemon/base/hours.h"
#include "daemon/calendar.h"

typedef enum {
    TIMING_ANY,           /* at any time */
    TIMING_WORKING_DAYS,  /* on working days */
    TIMING_WORKING_HOURS  /* on working days in the working hours */
} TimingWhen;

typedef struct {
    int delay;          /* seconds from its being let go, in which a clerk can stop it */
    int at;             /* minute of the day at which it goes, -1 = none */
    TimingWhen when;
    const Hours *hours; /* lent; for TIMING_WORKING_HOURS */
} TimingRules;

/* As the mark on the issue says (紧急程度, GB/T 9704-2012 7.2.3; 特提 of telegrams counts as 特急). */
typedef enum { TIMING_NORMAL, TIMING_URGENT /* 加急 */, TIMING_TOP /* 特急 */ } TimingUrgency;

/* What the marks (char *) say. */
TimingUrgency timing_urgency(const GPtrArray *marks);

/* The first moment that keeps all rules for what is let go at now (wall µs), which it is itself when they
 * ask for nothing. The delay comes first; then the next moment from there on at that clock, on such a day, in
 * those hours. What is 特急 keeps the delay only. Without a day that fits in two years: two years on. */
gint64 timing_release(const TimingRules *rules, const Calendar *calendar, TimingUrgency urgency, gint64 now);

/* A clerk's words: "2026-11-23 09:00", or "09:00", the next such time. FALSE and error (USAGE) for anything
 * else, what is over, and what is more than a year ahead. */
gboolean timing_parse(const char *text, gint64 now, gint64 *at, GError **error);

/* "2026-11-23 09:00", with seconds where there are any; caller frees. */
char *timing_words(gint64 at);

#endif
