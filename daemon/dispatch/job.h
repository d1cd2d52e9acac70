/* SPDX-License-Identifier: GPL-3.0-or-later
 * One delivery on its way through the engine: the claimed row, its share of the mail, and at the end
 * what became of it. Owned by one thread at a time. */
#ifndef SONGFA_DISPATCH_JOB_H
#define SONGFA_DISPATCH_JOB_H

#include "daemon/dispatch/mails.h"
#include "daemon/dispatch/smtp.h"
#include "daemon/dispatch/transcript.h"
#include "daemon/store/deliveries.h"

typedef struct Domain Domain;

/* Seconds to the next attempt where no schedule says. */
enum { JOB_DEFAULT_DELAY = 300 };

typedef struct {
    GList link;             /* in the queue that holds it; data points to the job */
    StoreDelivery *delivery;
    SharedMail *mail;
    int slot;               /* in the wire table, -1 = none */
    int starts;             /* how often it was put on a link */
    gboolean again;         /* the last link left it untried */
    gboolean over;          /* in the transaction it is or was in, nothing more happens to it */
    gboolean telling;       /* what was said there about it alone is out of the usual: worth keeping */
    gboolean counted;       /* it was on a link: limits count it */
    Domain *domain;         /* whose limits hold for it, the sender's; NULL = none */
    const DomainSettings *domain_settings; /* likewise, lent; any thread */
    DeliveryState state;    /* from here on: the outcome */
    gint64 at, next_attempt;
    int code;
    char *enhanced, *text, *queue_id;
    const char *relay;      /* lent from the settings */
    GArray *said;           /* JobSaid: what was said at this attempt, NULL = nothing to keep */
    Transcript *opening;    /* of an attempt that went as it should: its connection */
    GRefString *timing;     /* likewise: how long the relay took (store/sql/017-dialogues.sql) */
} Job;

typedef struct {
    Transcript *transcript;
    int recipient; /* which of the transaction's is the job's, -1 = none */
} JobSaid;

/* Takes both over; mail may be NULL for a job that is settled at once. */
Job *job_new(StoreDelivery *delivery, SharedMail *mail);
void job_free(Job *job);

/* It goes on a link. */
void job_start(Job *job);

/* What was said about it is kept; or, of an attempt that went as it should, how long it took alone. References
 * of the job's own. */
void job_keep(Job *job, Transcript *transcript, int recipient);
void job_keep_timing(Job *job, Transcript *opening, GRefString *timing);

/* What came back, or did not. A deferred job gets its next attempt from the schedule of its series, or
 * else that for all, or is refused (4.4.7) when its time is over. */
void job_settle(Job *job, const RetrySettings *all, const SmtpResult *result, const char *relay);
/* It did not get on the wire: text says why, not before when (µs) it is of use to try again. */
void job_postpone(Job *job, const RetrySettings *all, const char *text, const char *relay, gint64 not_before);
/* It cannot be sent at all. */
void job_refuse(Job *job, const char *enhanced, const char *text);
/* Back into the queue as if it had not been taken; or until a time (µs), with what it waits for. */
void job_put_back(Job *job);
void job_put_off(Job *job, const char *words, gint64 until);

/* Adds the job to what was sent today (scope → gint64), when it was on a link. */
void job_count(const Job *job, GHashTable *used);

/* Stores what was said, unless the attempt does not count; and what to do when that is committed. */
gboolean job_store_said(const Job *job, Store *store, GError **error);
void job_note_stored(const Job *job);

/* For the store; the texts are the job's. */
DeliveryOutcome job_outcome(const Job *job);

/* The one line a delivery's attempt ends in. */
void job_log(const Job *job);

#endif
