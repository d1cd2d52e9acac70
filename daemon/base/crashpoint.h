/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbered crash points: one before or after each persistent step, in the order of the flow. With
 * --enable-crash-points, SONGFA_CRASH_AT=N makes the Nth end the process as kill -9 would;
 * otherwise they compile to nothing. Each is a row of the recovery table in doc/STATES.md. */
#ifndef SONGFA_BASE_CRASHPOINT_H
#define SONGFA_BASE_CRASHPOINT_H

#include "songfa-build.h"

typedef enum {
    CRASH_CLAIMED = 1,         /* file read and digested, nothing stored */
    CRASH_OBJECT_WRITTEN,      /* original copied into the spool, no row */
    CRASH_OBJECT_LINKED,       /* original in place under its digest, no row */
    CRASH_TAKEN,               /* issue and deliveries committed, file still in the folder */
    CRASH_REASON_WRITTEN,      /* .reason.txt written, held file not moved */
    CRASH_FILED,               /* file moved to archive/ or held/ */
    CRASH_NOTICE_QUEUED,       /* notice to the clerk queued */
    CRASH_RELEASED,            /* issue released and rows queued */
    CRASH_BATCH_MARKED,        /* rows marked sending, nothing on the wire */
    CRASH_ENVELOPE_SENT,       /* MAIL, RCPT, DATA sent */
    CRASH_DOT_MARKED,          /* wire table says the final dot may go, dot not written */
    CRASH_DOT_SENT,            /* final dot written, no answer read */
    CRASH_ANSWERED,            /* answer read, not in the wire table */
    CRASH_ANSWER_MARKED,       /* answer in the wire table, not in the store */
    CRASH_OUTCOME_COMMITTED,   /* outcomes committed, wire slots not cleared */
    CRASH_SLOTS_CLEARED,       /* wire slots cleared */
    CRASH_REPORT_COMMITTED,    /* report committed, the reader not answered */
    CRASH_REPORT_ANSWERED,     /* in the reader: answered, the mail not marked as read */
    CRASH_LETTER_PLACED,       /* a file of a letter in the spool with its row, the letter not recorded */
    CRASH_LETTER_COMMITTED,    /* letter recorded, the reader not answered */
    CRASH_LETTER_ANSWERED,     /* answer to the letter queued, not committed */
    CRASH_POINT_COUNT
} CrashPoint;

#ifdef SONGFA_CRASH_POINTS
/* Ends the process with SIGKILL when SONGFA_CRASH_AT equals point (SONGFA_CRASH_NTH: at the nth
 * time, default 1). */
void crash_point(CrashPoint point);
#else
#define crash_point(point) ((void)0)
#endif

#endif
