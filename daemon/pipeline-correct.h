/* SPDX-License-Identifier: GPL-3.0-or-later
 * A correction by a clerk's word: the new version of an issue that was released, in place of the old one. */
#ifndef SONGFA_PIPELINE_CORRECT_H
#define SONGFA_PIPELINE_CORRECT_H

#include "daemon/pipeline.h"
#include "daemon/plan.h"

typedef struct {
    const char *who;
    const char *reason;          /* what was wrong; stands in the mails */
    const char *override_reason; /* why a hold for a secrecy word is set aside, NULL = not */
    gboolean dry_run;            /* nothing is stored or sent, no PDF made */
    gboolean without_pdf;        /* as in ReleaseOptions */
} CorrectionOptions;

typedef struct {
    Plan *plan;        /* what was planned, with its correction; NULL when it did not come to that */
    gint64 issue_id;   /* the register number of the correction; 0 = none, it was a trial */
    int revision;
    gboolean approved; /* by the first of two: it waits for another to release it, and the old one is stopped */
    int queued;        /* mails */
    int cancelled;     /* mails of void versions that had not gone out */
} CorrectionOutcome;

void correction_outcome_clear(CorrectionOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CorrectionOutcome, correction_outcome_clear)

/* Takes file as the next version of old, which was released, and sends it to those who have a version of it, in
 * one transaction. outcome->plan is set as far as it was made. FALSE and error: INPUT when old cannot be corrected,
 * the file cannot be read, is of another issue, is refused or held (the reasons are in the plan's issue) or the same
 * as before; CONFLICT when somebody else changed something meanwhile. */
gboolean pipeline_correct(Pipeline *pipeline, const StoreIssue *old, const char *file, const CorrectionOptions *options,
                          CorrectionOutcome *outcome, GError **error);

#endif
