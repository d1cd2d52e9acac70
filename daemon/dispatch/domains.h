/* SPDX-License-Identifier: GPL-3.0-or-later
 * The destination domains that have limits of their own: what each may be sent now, and the jobs
 * that wait for it. Sender thread only. */
#ifndef SONGFA_DISPATCH_DOMAINS_H
#define SONGFA_DISPATCH_DOMAINS_H

#include "daemon/dispatch/lanes.h"
#include "daemon/dispatch/limit.h"

struct Domain {
    const DomainSettings *settings;
    Limit *limit;
    int n_open;         /* its jobs on links */
    Lanes parked;       /* jobs that wait for it here */
    gint64 put_off;     /* the time (wall µs) up to which jobs were put off */
};

typedef struct Domains Domains;

/* settings: DomainSettings, lent, may be NULL. used: how many were sent today, as in relay_used(). */
Domains *domains_new(const GPtrArray *settings, GHashTable *used);
/* Jobs must be drained before. */
void domains_free(Domains *domains);

/* The one that the address belongs to: its own name before those it lies under; NULL = none. */
Domain *domains_of(Domains *domains, const char *address);

/* TRUE when one more may go now. */
gboolean domain_allows(Domain *domain, LimitTime now);
/* A job goes on a link, and leaves it. */
void domain_take(Domain *domain, LimitTime now);
void domain_leave(Domain *domain);
/* When a job that finds no room here is to come back (wall µs): each a little later than the last. */
gint64 domain_put_off(Domain *domain, LimitTime now);
/* What a job waits for, in words; caller frees. */
char *domain_words(Domain *domain, LimitTime now);

/* Keeps a job until its domain allows it; FALSE when enough wait here already. */
gboolean domains_park(Domains *domains, Job *job, LimitTime now);
/* A job that waited for its domain and may go now, of the urgent ones or of all; NULL = none. */
Job *domains_next(Domains *domains, gboolean urgent, LimitTime now);
/* As relays_count_minute(). */
void domains_count_minute(const Domains *domains, LimitTime now, GHashTable *used);
guint domains_n_parked(const Domains *domains);
void domains_drain(Domains *domains, GQueue *jobs);

#endif
