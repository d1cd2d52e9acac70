/* SPDX-License-Identifier: GPL-3.0-or-later
 * Limits of relays and domains, and the order in which waiting jobs go. */
#include "daemon/dispatch/domains.h"

#include "daemon/base/clock.h"

#define NOON (G_GINT64_CONSTANT(1583467200) * 1000000) /* 12:00 in Shanghai */
#define HOUR 3600

static LimitTime at(double seconds)
{
    gint64 usec = (gint64)(seconds * CLOCK_SECOND);
    return (LimitTime){.monotonic = 1000 * CLOCK_SECOND + usec, .wall = NOON + usec};
}

/* Greedy sending over some time: how many went, and how many room() foresaw for the last 5 seconds. */
static const struct {
    const char *name;
    LimitSettings limit;
    gint64 used;
    double from, until;
    int went, room;
    const char *reason;
} rows[] = {
    {"no limit", {0}, 0, 0, 1, 11, G_MAXINT, NULL},
    {"a gap", {.gap = 2}, 0, 0, 9.9, 5, 3, "gap"},
    {"a minute", {.per_minute = 7}, 0, 0, 59, 7, 7, "minute"},
    {"the minute slides", {.per_minute = 7}, 0, 0, 60, 14, 0, "minute"},
    {"minutes", {.per_minute = 7}, 0, 0, 299, 35, 7, "minute"},
    {"a gap and a minute", {.per_minute = 3, .gap = 10}, 0, 0, 59, 3, 1, "minute"},
    {"a day", {.per_day = 20}, 0, 0, 60, 20, 0, "day"},
    {"a day begun before", {.per_day = 20}, 17, 0, 60, 3, 0, "day"},
    {"a day used up before", {.per_day = 20}, 20, 0, 60, 0, 0, "day"},
    {"over midnight", {.per_day = 20}, 17, 12 * HOUR - 2, 12 * HOUR + 10, 23, 0, "day"},
};

static void test_limits(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Limit) limit = limit_new(&rows[i].limit, rows[i].used, at(rows[i].from));
        int went = 0;
        for (int tick = 0; rows[i].from + tick * 0.1 <= rows[i].until + 0.001; tick++) {
            LimitTime now = at(rows[i].from + tick * 0.1);
            gboolean unlimited = rows[i].room == G_MAXINT;
            while (limit_free_at(limit, now) <= now.monotonic) {
                limit_take(limit, now);
                went++;
                if (unlimited)
                    break;
            }
        }
        LimitTime end = at(rows[i].until);
        g_assert_cmpint(went, ==, rows[i].went);
        g_assert_cmpint(limit_room(limit, end, 5 * CLOCK_SECOND), ==, rows[i].room);
        g_assert_cmpstr(limit_reason(limit, end), ==, rows[i].reason);
    }
}

static void test_this_minute(void)
{
    static const LimitSettings five = {.per_minute = 5}, none = {.per_day = 9};
    static const struct {
        double at;
        int used;
    } steps[] = {{0, 0}, {1, 1}, {2, 2}, {59.9, 3}, {60, 3}, {61.9, 3}, {62, 3}, {200, 0}};
    g_autoptr(Limit) limit = limit_new(&five, 0, at(0)), unlimited = limit_new(&none, 0, at(0));
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_assert_cmpint(limit_used_this_minute(limit, at(steps[i].at)), ==, steps[i].used);
        limit_take(limit, at(steps[i].at));
        limit_take(unlimited, at(steps[i].at));
        g_assert_cmpint(limit_used_this_minute(unlimited, at(steps[i].at)), ==, 0);
    }
}

static void test_day_is_not_given_twice(void)
{
    static const LimitSettings settings = {.per_day = 2};
    LimitTime now = at(0);
    g_autoptr(Limit) limit = limit_new(&settings, 0, now);
    limit_take(limit, now);
    limit_take(limit, now);
    g_assert_cmpint(limit_free_at(limit, now) - now.monotonic, ==, 12 * HOUR * CLOCK_SECOND);
    LimitTime back = {.monotonic = now.monotonic, .wall = now.wall - 24 * HOUR * CLOCK_SECOND};
    g_assert_cmpint(limit_free_at(limit, back), >, back.monotonic);
    g_assert_cmpint(limit_used_today(limit, back), ==, 2);
    g_assert_cmpint(limit_used_today(limit, at(12 * HOUR)), ==, 0);
}

/* ---- lanes ---- */

static Job *job_to(const char *address, gboolean urgent)
{
    StoreDelivery *delivery = g_new0(StoreDelivery, 1);
    delivery->address = g_strdup(address);
    delivery->urgent = urgent;
    return job_new(delivery, NULL);
}

static void assert_next(Job *job, const char *address)
{
    g_assert_cmpstr(job != NULL ? job->delivery->address : NULL, ==, address);
    job_free(job);
}

static void test_lanes(void)
{
    Lanes lanes = {0};
    lanes_push(&lanes, job_to("a", FALSE));
    lanes_push(&lanes, job_to("b", FALSE));
    lanes_push(&lanes, job_to("x", TRUE));
    lanes_push(&lanes, job_to("y", TRUE));
    lanes_push_front(&lanes, job_to("w", TRUE));
    g_assert_cmpuint(lanes_length(&lanes), ==, 5);
    assert_next(lanes_pop(&lanes), "w");
    assert_next(lanes_pop_lane(&lanes, FALSE), "a");
    assert_next(lanes_pop(&lanes), "x");
    assert_next(lanes_pop(&lanes), "y");
    assert_next(lanes_pop(&lanes), "b");
    assert_next(lanes_pop(&lanes), NULL);
}

/* ---- domains ---- */

static DomainSettings slow = {.domain = (char *)"slow.test", .limit = {.per_minute = 2}};
static DomainSettings narrow = {.domain = (char *)".narrow.test", .connections = 1};
static DomainSettings inner = {.domain = (char *)"in.narrow.test", .connections = 2};

static Domains *sample_domains(GHashTable *used)
{
    g_autoptr(GPtrArray) settings = g_ptr_array_new();
    g_ptr_array_add(settings, &slow);
    g_ptr_array_add(settings, &narrow);
    g_ptr_array_add(settings, &inner);
    return domains_new(settings, used);
}

static void test_domain_of(void)
{
    static const struct { const char *address; const DomainSettings *want; } addresses[] = {
        {"a@slow.test", &slow}, {"a@SLOW.test", &slow}, {"a@x.slow.test", NULL}, {"a@x.narrow.test", &narrow},
        {"a@in.narrow.test", &inner}, {"a@y.in.narrow.test", &narrow}, {"a@other.test", NULL},
    };
    Domains *domains = sample_domains(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        const Domain *domain = domains_of(domains, addresses[i].address);
        g_test_message("%s", addresses[i].address);
        g_assert_true((domain != NULL ? domain->settings : NULL) == addresses[i].want);
    }
    domains_free(domains);
}

static void test_domain_holds_back(void)
{
    Domains *domains = sample_domains(NULL);
    Domain *domain = domains_of(domains, "a@x.narrow.test");
    LimitTime now = at(0);
    g_assert_true(domain_allows(domain, now));
    domain_take(domain, now);
    g_assert_false(domain_allows(domain, now));
    Job *bulk = job_to("bulk@x.narrow.test", FALSE), *urgent = job_to("urgent@x.narrow.test", TRUE);
    bulk->domain = urgent->domain = domain;
    g_assert_true(domains_park(domains, bulk, now) && domains_park(domains, urgent, now));
    g_assert_null(domains_next(domains, FALSE, now));
    domain_leave(domain);
    assert_next(domains_next(domains, FALSE, now), "urgent@x.narrow.test");
    g_assert_null(domains_next(domains, TRUE, now));
    assert_next(domains_next(domains, FALSE, now), "bulk@x.narrow.test");
    domains_free(domains);
}

/* Bulk does not fill the places of urgent ones. */
static void test_places(void)
{
    enum { PLACES = 64 };
    Domains *domains = sample_domains(NULL);
    Domain *domain = domains_of(domains, "a@x.narrow.test");
    GQueue jobs = G_QUEUE_INIT;
    static const struct { gboolean urgent; guint n, parked; } goes[] = {{FALSE, 100, PLACES}, {TRUE, 100, PLACES + 100}};
    domain_take(domain, at(0));
    for (gsize i = 0; i < G_N_ELEMENTS(goes); i++) {
        for (guint j = 0; j < goes[i].n; j++) {
            Job *job = job_to("a@x.narrow.test", goes[i].urgent);
            job->domain = domain;
            if (!domains_park(domains, job, at(0)))
                job_free(job);
        }
        g_assert_cmpuint(domains_n_parked(domains), ==, goes[i].parked);
    }
    domains_drain(domains, &jobs);
    for (GList *link; (link = g_queue_pop_head_link(&jobs)) != NULL;)
        job_free(link->data);
    domains_free(domains);
}

/* Those for whom there is no room even to wait come back one after the other. */
static void test_put_off(void)
{
    Domains *domains = sample_domains(NULL);
    Domain *domain = domains_of(domains, "a@slow.test");
    LimitTime now = at(0);
    domain_take(domain, now);
    domain_take(domain, now);
    g_assert_cmpint(domain_put_off(domain, now) - now.wall, ==, 60 * CLOCK_SECOND);
    g_assert_cmpint(domain_put_off(domain, now) - now.wall, ==, 90 * CLOCK_SECOND);
    for (int i = 0; i < 100; i++)
        domain_put_off(domain, now);
    g_assert_cmpint(domain_put_off(domain, now) - now.wall, ==, 600 * CLOCK_SECOND);
    g_autofree char *words = domain_words(domain, now);
    g_assert_cmpstr(words, ==, "发往 slow.test 的每分钟限 2 封");
    domains_free(domains);
}

static void test_used_before(void)
{
    static DomainSettings daily = {.domain = (char *)"slow.test", .limit = {.per_day = 3}};
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) settings = g_ptr_array_new();
    gint64 three = 3;
    g_ptr_array_add(settings, &daily);
    g_hash_table_insert(used, (char *)"domain:slow.test", &three);
    Domains *domains = domains_new(settings, used);
    g_assert_false(domain_allows(domains_of(domains, "a@slow.test"), limit_time_now()));
    domains_free(domains);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "Asia/Shanghai", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limit/table", test_limits);
    g_test_add_func("/limit/this-minute", test_this_minute);
    g_test_add_func("/limit/day", test_day_is_not_given_twice);
    g_test_add_func("/limit/lanes", test_lanes);
    g_test_add_func("/limit/domain-of", test_domain_of);
    g_test_add_func("/limit/domain-holds-back", test_domain_holds_back);
    g_test_add_func("/limit/places", test_places);
    g_test_add_func("/limit/put-off", test_put_off);
    g_test_add_func("/limit/used-before", test_used_before);
    return g_test_run();
}
