/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers and dates of a series in their order: what a clerk would ask about a new issue, and which numbers
 * nobody has seen (DOMAIN.md section 1: numbers restart each year, supplements are numbered apart, running
 * totals do not restart). Pure. */
#ifndef SONGFA_SEQUENCE_H
#define SONGFA_SEQUENCE_H

#include <glib.h>

/* What an issue is counted by: its place among the supplements of its year, else its number in the year, else
 * its running total. */
typedef enum { SEQUENCE_BY_NUMBER, SEQUENCE_BY_SUPPLEMENT, SEQUENCE_BY_TOTAL } SequenceCounter;

typedef struct {
    int year, number, total, supplement; /* 0 = it has none */
    const char *date;                    /* YYYY-MM-DD, or NULL; lent */
} SequenceIssue;

SequenceCounter sequence_counter(const SequenceIssue *issue);

/* "2026 年第 19 期", "2026 年增刊第 2 期", "总第 92 期"; with its date behind it, "（2026-07-15）". Caller frees. */
char *sequence_words(const SequenceIssue *issue);
char *sequence_dated(const SequenceIssue *issue);

typedef enum {
    SEQUENCE_MISSING_NUMBER, /* the one before is not there */
    SEQUENCE_OUT_OF_ORDER,   /* later ones are there already */
    SEQUENCE_NUMBER_JUMP,    /* more than SEQUENCE_LEAP are missing at once: a misprint, most likely */
    SEQUENCE_TOTAL_MISMATCH, /* the running total took another step than the number */
    SEQUENCE_FUTURE_DATE,
    SEQUENCE_DATE_ORDER,     /* dated before the number before it, or after the one behind it */
    SEQUENCE_NEW_SERIES,     /* the first issue of its series */
    SEQUENCE_CHECKS
} SequenceCheck;

enum { SEQUENCE_LEAP = 10 };

/* "missing-number" …, as reasons and notices have it. */
const char *sequence_code(SequenceCheck check);

/* What is known of the series, by the issue's own counter but for later; NULL = there is none. */
typedef struct {
    const SequenceIssue *before, *after; /* the next lower and higher one, but for totals of the same year */
    const SequenceIssue *last_year;      /* the highest of the year before */
    const SequenceIssue *later;          /* one of a later year */
    int supplements;  /* of the series, from the date of before (else last_year) to the issue's */
    gboolean is_first; /* nothing is known of the series */
} SequenceNear;

typedef struct {
    SequenceCheck check;
    char *message; /* for the clerk, Chinese */
} SequenceFinding;

/* What is odd about the issue. today: YYYY-MM-DD; days: how many it may be dated ahead. SequenceFinding elements
 * with free function. */
GPtrArray *sequence_check(const SequenceIssue *issue, const SequenceNear *near, const char *today, int days);

/* Numbers that nobody has seen. */
typedef struct {
    SequenceCounter counter;
    int year;            /* 0 for totals */
    int first, last;
    gsize before, after; /* places in the issues given; before G_MAXSIZE = the year begins with it */
} SequenceGap;

/* "2026 年第 18 期", "2026 年第 5 期到第 7 期"; caller frees. */
char *sequence_gap_words(const SequenceGap *gap);

/* Of one series, in the order of counter, year and number. The numbers before the first issue known are no gap,
 * nor those of a year that goes on counting from the year before. SequenceGap elements with free function. */
GPtrArray *sequence_gaps(const SequenceIssue *issues, gsize n);

#endif
