/* SPDX-License-Identifier: GPL-3.0-or-later
 * What songfad stands on, tried out in one folder: disk, locks, clock, and the table that outlives a
 * killed process. */
#ifndef SONGFA_SELFTEST_GROUND_H
#define SONGFA_SELFTEST_GROUND_H

#include <glib.h>

typedef enum {
    GROUND_GOOD,
    GROUND_DOUBT, /* it works, but somebody should know this */
    GROUND_BAD    /* songfad cannot keep what it promises here */
} GroundVerdict;

typedef struct {
    const char *name; /* "disk" …, for programs */
    const char *word; /* N_(), for people */
    GroundVerdict verdict;
    char *text;       /* what was found, and what to do */
} GroundFinding;

enum { GROUND_CHECKS = 4 };

/* Tries the i-th thing (0 to GROUND_CHECKS - 1) with files in the folder; takes about a second at most.
 * Starts a process, so not while there are threads. Freed with ground_finding_free(). */
GroundFinding *ground_check(int i, const char *folder);
void ground_finding_free(GroundFinding *finding);

const char *ground_verdict_name(GroundVerdict verdict); /* "good" … */

#endif
