/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the pipeline share. */
#ifndef SONGFA_PIPELINE_PRIVATE_H
#define SONGFA_PIPELINE_PRIVATE_H

#include "daemon/intake/claim.h"
#include "daemon/pipeline.h"
#include "daemon/plan.h"
#include "daemon/store/failures.h"
#include "daemon/store/hand-ins.h"
#include "daemon/store/schedule.h"

/* What went wrong with the mails of an issue in one go, while the clerk is not told of it; monotonic µs. */
typedef struct {
    gint64 issue_id, n;    /* n: rows, at the last look */
    gint64 begun, changed; /* when the first was seen, and n was another one */
    gint64 told;           /* when the clerk was told of the go before, 0 = never */
} FailureWave;

/* Whether it is time to tell: takes note of failures, how things stand now. gap: between two notices of an
 * issue. Pure. */
gboolean pipeline_wave_is_over(FailureWave *wave, const StoreFailures *failures, gint64 gap, gint64 now);

struct Pipeline {
    const Config *config;
    Store *store;
    gint64 started;    /* wall µs */
    gint64 due_next;   /* when an issue is to be released, -1 = none */
    gint64 calendar_next; /* monotonic: the next look at the files of working days */
    gint64 doubt_next; /* when a mail of unknown outcome is to be sent again, -1 = none */
    GHashTable *waves; /* issue id → FailureWave */
    gboolean has_news; /* some rows that went wrong are not told yet */
    GHashTable *answers; /* clerk → FailureWave */
    gboolean has_untold; /* some hand-ins are not answered by mail yet */
    gboolean overdue;  /* no daemon ran for a long time before */
};

/* The hand-in that brought the claimed file: one that waits, one that was decided but not filed, or a new one.
 * NULL and error when the store fails. */
StoreHandIn *pipeline_hand_in(Pipeline *pipeline, const Claim *claim, const StoreIssue *known, GError **error);

/* Records what came of it and tells the clerk, now or with others, within the caller's transaction. *text
 * (caller frees) is the answer in words. */
gboolean pipeline_answer(Pipeline *pipeline, StoreHandIn *hand_in, const StoreIssue *row, const char *result,
                         char **text, GError **error);

/* FALSE for a refused file in the spool's own folder: nothing of it is kept, whoever brought it has it. In a
 * watched folder it stays where a clerk sees it. */
gboolean pipeline_keeps(const Pipeline *pipeline, const Claim *claim, const char *result);

/* Files it with the text that is to lie beside it, or takes it away. */
gboolean pipeline_file(const Pipeline *pipeline, const Claim *claim, const char *destination, const char *result,
                       const char *text, GError **error);

/* The original as it was handed in: wherever it was filed, else the spool's copy. NULL and error when
 * it is not to be found any more. */
Claim *pipeline_open_original(const Pipeline *pipeline, const StoreIssue *row, GError **error);

typedef struct {
    gint64 issue_id;  /* 0 = not on record yet */
    gboolean planned; /* on record as planned: with a PDF or without, as the clerk has seen it */
    gboolean without; /* the clerk says that none is to be made */
} PdfOptions;

/* Gives the plan the PDF that its series wants beside such an original, made or found in the spool. Where it
 * cannot be made the plan is held with the reason, or goes without, as the series says. FALSE and error when
 * it may work later. */
gboolean pipeline_add_pdf(Pipeline *pipeline, const Claim *claim, Plan *plan, const PdfOptions *options,
                          GError **error);

/* When the plan goes that is let go at now: now itself when nothing asks for another time. schedule is filled
 * in but for issue_id and who. */
gint64 pipeline_time(const Pipeline *pipeline, const Plan *plan, gint64 now, StoreSchedule *schedule);

/* pipeline_hold(), of which the clerk is told. */
gboolean pipeline_hold_telling(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, GError **error);

/* pipeline_hold() within the caller's transaction. */
gboolean pipeline_stop(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason, GError **error);

/* Moves an original that still lies in held/ to the archive; logs when it cannot. */
void pipeline_file_original(Pipeline *pipeline, const Claim *claim, StoreIssue *row);

#endif
