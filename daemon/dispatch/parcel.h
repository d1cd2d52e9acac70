/* SPDX-License-Identifier: GPL-3.0-or-later
 * What one transaction carries: a message, and the jobs it goes out for: one, or several of a mail that
 * is the same for all. Sender thread only. */
#ifndef SONGFA_DISPATCH_PARCEL_H
#define SONGFA_DISPATCH_PARCEL_H

#include "daemon/dispatch/job.h"

typedef struct {
    Job **jobs;
    const char **addresses; /* theirs, lent */
    Job *only;              /* the place for the job when there is room for one */
    const char *only_address;
    guint n, room;
    Dialogue *dialogue;     /* lent while it is under way; NULL before */
    gboolean ended;         /* no reply decided it */
    gboolean odd;           /* some reply about all of it was another than usual, or none came */
    Message *message;       /* once sealed */
    char *envelope_id;      /* likewise */
    SmtpEnvelope envelope;  /* likewise; its tag is the parcel */
} Parcel;

/* room: how many recipients the relay takes in a transaction. */
Parcel *parcel_new(Job *first, guint room);
/* TRUE when the job may go with the first one. */
gboolean parcel_takes(const Parcel *parcel, const Job *job);
void parcel_add(Parcel *parcel, Job *job);
/* Splices the message and fills the envelope, lent until the parcel is freed: nothing more is added. */
void parcel_seal(Parcel *parcel, const char *mail_from, DsnNotify notify);
/* The jobs are not the parcel's. */
void parcel_free(Parcel *parcel);

#endif
