/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sender's agenda over the exchange's supply. */
#include "daemon/dispatch/agenda.h"

#include "daemon/base/i18n.h"

enum { FETCH = 64 };

struct Agenda {
    const EngineParts *parts;
    Domains *domains;
    GQueue *settled;
    Lanes waiting;
    guint n_ready; /* more at the exchange */
};

Agenda *agenda_new(const EngineParts *parts, GQueue *settled)
{
    Agenda *agenda = g_new0(Agenda, 1);
    agenda->parts = parts;
    agenda->settled = settled;
    agenda->domains = domains_new(parts->settings->domains, parts->used);
    return agenda;
}

void agenda_free(Agenda *agenda)
{
    if (agenda == NULL)
        return;
    domains_free(agenda->domains);
    g_free(agenda);
}

static void take_in(Agenda *agenda, GQueue *jobs)
{
    for (GList *link; (link = g_queue_pop_head_link(jobs)) != NULL;) {
        Job *job = link->data;
        job->domain = domains_of(agenda->domains, job->delivery->address);
        job->domain_settings = job->domain != NULL ? job->domain->settings : NULL;
        lanes_push(&agenda->waiting, job);
    }
}

static void fetch(Agenda *agenda, guint max)
{
    GQueue jobs = G_QUEUE_INIT;
    agenda->n_ready = exchange_fetch(agenda->parts->exchange, max, &jobs);
    take_in(agenda, &jobs);
}

void agenda_refresh(Agenda *agenda)
{
    fetch(agenda, 0);
}

/* Out of the way: kept here, or in the store for a while. */
static void hold_back(Agenda *agenda, Job *job, LimitTime now)
{
    if (domains_park(agenda->domains, job, now))
        return;
    g_autofree char *words = domain_words(job->domain, now);
    job_put_off(job, words, domain_put_off(job->domain, now));
    g_queue_push_tail_link(agenda->settled, &job->link);
}

/* A leader's mail waits in the store for the end of the quiet hours. */
static gboolean must_rest(Agenda *agenda, Job *job, LimitTime now)
{
    gint64 until = job->delivery->leader && job->mail->quiet != NULL ? hours_end(job->mail->quiet, now.wall) : 0;
    if (until == 0)
        return FALSE;
    job_put_off(job, _("领导免打扰时段"), until);
    g_queue_push_tail_link(agenda->settled, &job->link);
    return TRUE;
}

/* The first of the lane whose time it is and whose domain allows it. */
static Job *first_allowed(Agenda *agenda, gboolean urgent, LimitTime now)
{
    for (Job *job; (job = lanes_pop_lane(&agenda->waiting, urgent)) != NULL;) {
        if (must_rest(agenda, job, now))
            continue;
        if (job->domain == NULL || domain_allows(job->domain, now))
            return job;
        hold_back(agenda, job, now);
    }
    return domains_next(agenda->domains, urgent, now);
}

static Job *choose(Agenda *agenda)
{
    LimitTime now = limit_time_now();
    Job *job = first_allowed(agenda, TRUE, now);
    while (job == NULL) {
        if (agenda->waiting.lane[0].length == 0 && agenda->n_ready > 0)
            fetch(agenda, FETCH);
        gboolean last = agenda->n_ready == 0;
        job = first_allowed(agenda, FALSE, now);
        if (last)
            break;
    }
    return job;
}

gboolean agenda_has_next(Agenda *agenda)
{
    Job *job = choose(agenda);
    if (job != NULL)
        lanes_push_front(&agenda->waiting, job);
    return job != NULL;
}

Job *agenda_next(Agenda *agenda, const Parcel *parcel)
{
    Job *job = choose(agenda);
    if (job == NULL)
        return NULL;
    gboolean fits = parcel == NULL || parcel_takes(parcel, job);
    if (fits && job->slot < 0)
        job->slot = wire_take(agenda->parts->wire);
    if (fits && job->slot >= 0)
        return job;
    lanes_push_front(&agenda->waiting, job);
    return NULL;
}

void agenda_return(Agenda *agenda, GQueue *jobs)
{
    for (GList *link; (link = g_queue_pop_tail_link(jobs)) != NULL;)
        lanes_push_front(&agenda->waiting, link->data);
}

void agenda_count_minute(const Agenda *agenda, LimitTime now, GHashTable *used)
{
    domains_count_minute(agenda->domains, now, used);
}

guint agenda_length(const Agenda *agenda)
{
    return lanes_length(&agenda->waiting) + domains_n_parked(agenda->domains) + agenda->n_ready;
}

void agenda_drain(Agenda *agenda, GQueue *jobs)
{
    fetch(agenda, G_MAXUINT);
    lanes_drain(&agenda->waiting, jobs);
    domains_drain(agenda->domains, jobs);
}
