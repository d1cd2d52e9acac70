/* SPDX-License-Identifier: GPL-3.0-or-later
 * Domains with limits: a short list, walked. */
#include "daemon/dispatch/domains.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"

/* Who comes back does so after a while, and not all at once. */
enum { BACK_AFTER = 10, BACK_AT_MOST = 600 };

struct Domains {
    Domain *list;
    guint n, n_parked;
};

Domains *domains_new(const GPtrArray *settings, GHashTable *used)
{
    LimitTime now = limit_time_now();
    Domains *domains = g_new0(Domains, 1);
    domains->n = settings != NULL ? settings->len : 0;
    domains->list = g_new0(Domain, domains->n);
    for (guint i = 0; i < domains->n; i++) {
        Domain *domain = &domains->list[i];
        domain->settings = g_ptr_array_index(settings, i);
        g_autofree char *scope = relay_domain_scope(domain->settings);
        domain->limit = limit_new(&domain->settings->limit, relay_used(used, scope), now);
    }
    return domains;
}

void domains_free(Domains *domains)
{
    if (domains == NULL)
        return;
    for (guint i = 0; i < domains->n; i++)
        limit_free(domains->list[i].limit);
    g_free(domains->list);
    g_free(domains);
}

Domain *domains_of(Domains *domains, const char *address)
{
    Domain *best = NULL;
    for (guint i = 0; i < domains->n; i++) {
        Domain *domain = &domains->list[i];
        const char *const names[] = {domain->settings->domain, NULL};
        gboolean closer = best == NULL || strlen(domain->settings->domain) > strlen(best->settings->domain);
        if (closer && address_is_internal(address, names))
            best = domain;
    }
    return best;
}

static gboolean is_full(const Domain *domain)
{
    return domain->settings->connections > 0 && domain->n_open >= domain->settings->connections;
}

gboolean domain_allows(Domain *domain, LimitTime now)
{
    return !is_full(domain) && limit_free_at(domain->limit, now) <= now.monotonic;
}

void domain_take(Domain *domain, LimitTime now)
{
    domain->n_open++;
    limit_take(domain->limit, now);
}

void domain_leave(Domain *domain)
{
    domain->n_open--;
}

static gint64 step(const LimitSettings *limit)
{
    gint64 each = limit->per_minute > 0 ? 60 * CLOCK_SECOND / limit->per_minute : 0;
    return MAX(each, limit->gap * CLOCK_SECOND);
}

gint64 domain_put_off(Domain *domain, LimitTime now)
{
    gint64 wait = MAX(limit_free_at(domain->limit, now) - now.monotonic, 0);
    gint64 earliest = now.wall + MAX(wait, BACK_AFTER * CLOCK_SECOND);
    gint64 latest = MAX(earliest, now.wall + BACK_AT_MOST * CLOCK_SECOND);
    domain->put_off = CLAMP(domain->put_off + step(&domain->settings->limit), earliest, latest);
    return domain->put_off;
}

char *domain_words(Domain *domain, LimitTime now)
{
    const LimitSettings *limit = &domain->settings->limit;
    const char *name = domain->settings->domain, *reason = limit_reason(domain->limit, now);
    if (g_strcmp0(reason, "day") == 0)
        return g_strdup_printf(_("发往 %s 的今天已满 %d 封"), name, limit->per_day);
    if (g_strcmp0(reason, "minute") == 0)
        return g_strdup_printf(_("发往 %s 的每分钟限 %d 封"), name, limit->per_minute);
    if (g_strcmp0(reason, "gap") == 0)
        return g_strdup_printf(_("发往 %s 的每封至少隔 %d 秒"), name, limit->gap);
    return g_strdup_printf(_("发往 %s 的同时限 %d 封"), name, domain->settings->connections);
}

Job *domains_next(Domains *domains, gboolean urgent, LimitTime now)
{
    for (guint i = 0; domains->n_parked > 0 && i < domains->n; i++) {
        Domain *domain = &domains->list[i];
        if (lanes_length(&domain->parked) == 0 || !domain_allows(domain, now))
            continue;
        Job *job = urgent ? lanes_pop_lane(&domain->parked, TRUE) : lanes_pop(&domain->parked);
        if (job == NULL)
            continue;
        domains->n_parked--;
        return job;
    }
    return NULL;
}

/* Urgent ones that came back later would find bulk in their place; but none stays here for hours. */
static guint most_parked(const Domain *domain, gboolean urgent, LimitTime now)
{
    enum { MOST = 64, MOST_URGENT = 2048 };
    gboolean soon = limit_free_at(domain->limit, now) <= now.monotonic + 60 * CLOCK_SECOND;
    return urgent && soon ? MOST_URGENT : MOST;
}

gboolean domains_park(Domains *domains, Job *job, LimitTime now)
{
    gboolean urgent = job->delivery->urgent;
    if (job->domain->parked.lane[urgent ? 1 : 0].length >= most_parked(job->domain, urgent, now))
        return FALSE;
    lanes_push(&job->domain->parked, job);
    domains->n_parked++;
    return TRUE;
}

void domains_count_minute(const Domains *domains, LimitTime now, GHashTable *used)
{
    for (guint i = 0; i < domains->n; i++) {
        const Domain *domain = &domains->list[i];
        if (domain->settings->limit.per_minute > 0)
            relay_set_used(used, relay_domain_scope(domain->settings), limit_used_this_minute(domain->limit, now));
    }
}

guint domains_n_parked(const Domains *domains)
{
    return domains->n_parked;
}

void domains_drain(Domains *domains, GQueue *jobs)
{
    for (guint i = 0; i < domains->n; i++)
        lanes_drain(&domains->list[i].parked, jobs);
    domains->n_parked = 0;
}
