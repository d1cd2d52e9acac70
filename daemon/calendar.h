/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which days are worked: Monday to Friday, but for what the yearly notice of the State Council's General
 * Office moves (放假调休; DOMAIN.md §4). A file for each year, "2026.txt", with lines such as
 * "2026-10-01..2026-10-07  休  国庆节" and "2026-10-10  班  国庆节". */
#ifndef SONGFA_CALENDAR_H
#define SONGFA_CALENDAR_H

#include <glib.h>

typedef struct Calendar Calendar;

/* A line that is wrong. */
typedef struct {
    char *file;
    int line; /* 0 = the file as a whole */
    char *message;
} CalendarProblem;

void calendar_problem_free(CalendarProblem *problem);

/* A day that the notice names. */
typedef struct {
    gboolean working; /* 班, a weekend that is worked; else 休 */
    char *name;       /* 春节 */
} CalendarDay;

Calendar *calendar_new(void);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

/* Takes the text of a year's file. A notice may name days of the December before. With any line wrong
 * (appended to problems, CalendarProblem) nothing of it is taken, and the year is not known. */
void calendar_read(Calendar *calendar, int year, const char *file, const char *text, GPtrArray *problems);

/* Reads the years of both folders, either may be missing: a year in own takes the place of the one that
 * came with the program. */
Calendar *calendar_load(const char *shipped, const char *own, GPtrArray *problems);

/* Whether there is a file for the year; without one, weekends alone are days off. */
gboolean calendar_knows(const Calendar *calendar, int year);

gboolean calendar_is_working(const Calendar *calendar, const GDate *day);
/* What the notice says of the day, NULL = nothing. Lent. */
const CalendarDay *calendar_day(const Calendar *calendar, const GDate *day);

/* The year whose file should be there on the day and is not, 0 = none: this one, and from 15 November on, when
 * the notice is out as a rule, the next. */
int calendar_missing(const Calendar *calendar, const GDate *day);

#endif
