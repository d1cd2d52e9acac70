/* SPDX-License-Identifier: GPL-3.0-or-later
 * The only place that knows more than one stage: one short function an arrow of the flow. */
#ifndef SONGFA_PIPELINE_H
#define SONGFA_PIPELINE_H

#include <glib.h>

#include "daemon/config.h"
#include "daemon/store/issues.h"
#include "daemon/store/store.h"

typedef struct Pipeline Pipeline;

/* config and store are lent for the pipeline's life. */
Pipeline *pipeline_new(const Config *config, Store *store);
void pipeline_free(Pipeline *pipeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pipeline, pipeline_free)

typedef enum {
    PIPELINE_RETRY,     /* not now (disk full, store locked): the file stays */
    PIPELINE_GONE,      /* somebody took the file away first */
    PIPELINE_RELEASED,  /* planned and queued */
    PIPELINE_PLANNED,   /* planned, waits for release */
    PIPELINE_HELD,
    PIPELINE_REFUSED,
    PIPELINE_DUPLICATE  /* this very file was handed in before */
} PipelineResult;

const char *pipeline_result_name(PipelineResult result); /* "released" … */

/* Takes one final file of a watched folder through to the store and files it. Logs what became of
 * it: this is an edge. */
PipelineResult pipeline_take(Pipeline *pipeline, const char *folder, const char *name);

typedef struct {
    const char *who;
    const char *override_reason; /* why a hold for a secrecy word is set aside, NULL = not */
    gboolean as_revision;        /* send although the number was sent before */
    gboolean without_pdf;        /* make none where the series wants one */
    gint64 at;                   /* the time at which it goes, 0 = as its series says */
    gboolean at_once;            /* now, whatever its series says */
    gboolean due;                /* the daemon: its time has come, who let it go is known */
} ReleaseOptions;

typedef struct {
    gboolean approved; /* by the first of two: it waits for another to release it */
    gint64 at;         /* it waits for this time, 0 = not */
    gboolean stopped;  /* due, but not sent: it waits for a clerk, who is told why */
    int queued;        /* mails */
} ReleaseOutcome;

/* Releases a held or planned issue: reads it again with the directory of its date and today's
 * mailboxes. FALSE and error (INPUT): all reasons when something still holds it; what differs when not
 * the same would be sent as is planned, after storing the new plan; when who approved it already; when it
 * waits for its time and no other is asked for.
 * CONFLICT when somebody else changed it meanwhile. */
gboolean pipeline_release(Pipeline *pipeline, gint64 issue_id, const ReleaseOptions *options,
                          ReleaseOutcome *outcome, GError **error);

/* Files the originals of released and planned issues that still lie in held/; for the daemon's start. */
void pipeline_file_released(Pipeline *pipeline);

/* Stops an issue: rows not yet on the wire go back to planned, state held with the reason. FALSE, INPUT and
 * nothing changed when there is nothing to stop: it is held or refused, or no mail of it waits any more. */
gboolean pipeline_hold(Pipeline *pipeline, gint64 issue_id, const char *who, const char *reason,
                       GError **error);

/* For the daemon's start: when none ran since alive (wall µs, 0 = never before) for longer than the
 * configured time, issues with mails that fell due are held. */
gboolean pipeline_hold_overdue(Pipeline *pipeline, gint64 alive, GError **error);

/* For the daemon's start, after the engine's recovery: the policies are asked anew of mails of unknown
 * outcome; after a long time without a daemon they are all left to clerks. */
gboolean pipeline_begin_doubt(Pipeline *pipeline, GError **error);

/* Asks the policies of the series what becomes of mails of unknown outcome, and sends again what is due;
 * TRUE when it queued any. changed: the store was since the last call. Logs: this is an edge. */
gboolean pipeline_settle_doubt(Pipeline *pipeline, gboolean changed);

/* Queues a notice to the clerk for each issue with mails that went wrong since the last one, when the go in
 * which they did is over; TRUE when it queued any. To be called each second; changed: the store was since
 * the last call. Logs: this is an edge. */
gboolean pipeline_tell_failures(Pipeline *pipeline, gboolean changed);

/* Queues one mail to each clerk for the hand-ins that came in heaps and were not answered one by one; TRUE
 * when it queued any. To be called like pipeline_tell_failures(). */
gboolean pipeline_tell_answers(Pipeline *pipeline, gboolean changed);

/* The issues whose time has come (gint64 elements), NULL = none. To be called each second; changed: the store
 * was since the last call. Logs: this is an edge. */
GArray *pipeline_due(Pipeline *pipeline, gboolean changed);
/* Releases one of them, or has it wait for a clerk, who is told why: its plan is not what it was, something
 * holds it, it is overdue. Logs: this is an edge. */
PipelineResult pipeline_release_due(Pipeline *pipeline, gint64 issue_id);

/* Tells the clerk once when a year of working days is missing that some series asks for; TRUE when it queued a
 * notice. To be called each second. Logs: this is an edge. */
gboolean pipeline_tell_calendar(Pipeline *pipeline);

/* The exact .eml one recipient (as in DeliveryFilter) gets; caller g_string_frees. */
GString *pipeline_preview(Pipeline *pipeline, const StoreIssue *row, const char *recipient,
                          GError **error);

#endif
