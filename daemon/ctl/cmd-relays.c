/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl relays: the relays in their order, and the domains that are spared: how they fare and what
 * of their limits is used. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/waiting.h"
#include "daemon/store/quota.h"
#include "daemon/store/relay-state.h"
#include "daemon/store/stops.h"

/* One line; texts are lent, but for host. */
typedef struct {
    const char *kind, *name; /* "relay", "domain" */
    char *host;
    const char *state, *problem, *paused_by;
    gint64 until;
    int connections, connections_most;
    gint64 today, minute;
    const LimitSettings *limit;
} Line;

#define AT(field) G_STRUCT_OFFSET(Line, field)

static void line_free(gpointer data)
{
    Line *line = data;
    g_free(line->host);
    g_free(line);
}

static const char *state_word(const char *state)
{
    static const char *const words[][2] = {
        {"paused", N_("停用")},   {"closed", N_("正常")},      {"open", N_("停歇")},
        {"half-open", N_("试探")}, {"stopped", N_("没有运行")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_strcmp0(words[i][0], state) == 0)
            return _(words[i][1]);
    return "";
}

static void cell_state(View *view, gconstpointer record)
{
    const Line *line = record;
    table_text(view->table, view->format == TABLE_JSON ? line->state : state_word(line->state));
}

/* "12", or "12/1000" for people where there is a limit. */
static void add_use(View *view, gint64 used, int most)
{
    if (view->format == TABLE_JSON || most == 0) {
        table_int(view->table, used);
        return;
    }
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT "/%d", used, most);
    table_text(view->table, text);
}

static void cell_today(View *view, gconstpointer record)
{
    const Line *line = record;
    add_use(view, line->today, line->limit->per_day);
}

/* It is counted only where there is a limit. */
static void cell_minute(View *view, gconstpointer record)
{
    const Line *line = record;
    if (line->limit->per_minute > 0)
        add_use(view, line->minute, line->limit->per_minute);
    else
        table_null(view->table);
}

static void cell_per_minute(View *view, gconstpointer record)
{
    view_positive(view, &((const Line *)record)->limit->per_minute);
}

static void cell_per_day(View *view, gconstpointer record)
{
    view_positive(view, &((const Line *)record)->limit->per_day);
}

static void cell_gap(View *view, gconstpointer record)
{
    view_positive(view, &((const Line *)record)->limit->gap);
}

static const ViewColumn relay_columns[] = {
    {"kind", N_("类别"), 0, VIEW_DETAIL, view_text, AT(kind)},
    {"name", N_("名称"), 30, VIEW_ALL, view_text, AT(name)},
    {"host", N_("服务器"), 36, VIEW_ALL, view_text, AT(host)},
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"until", N_("停到"), 0, VIEW_ALL, view_time, AT(until)},
    {"connections", N_("可用连接"), 0, VIEW_ALL, view_positive, AT(connections)},
    {"connections_most", N_("最多连接"), 0, VIEW_ALL, view_positive, AT(connections_most)},
    {"today", N_("今天"), 0, VIEW_ALL, cell_today, 0},
    {"minute", N_("这一分钟"), 0, VIEW_ALL, cell_minute, 0},
    {"per_minute", N_("每分钟限"), 0, VIEW_DETAIL, cell_per_minute, 0},
    {"per_day", N_("每天限"), 0, VIEW_DETAIL, cell_per_day, 0},
    {"gap", N_("间隔（秒）"), 0, VIEW_ALL, cell_gap, 0},
    {"paused_by", N_("停用人"), 0, VIEW_DETAIL, view_text, AT(paused_by)},
    {"problem", N_("问题"), 60, VIEW_ALL, view_text, AT(problem)},
};

typedef struct {
    GPtrArray *states, *pauses;
    GHashTable *used, *minutes; /* minutes: lent */
    gboolean running;
} Facts;

static void facts_clear(Facts *facts)
{
    g_clear_pointer(&facts->states, g_ptr_array_unref);
    g_clear_pointer(&facts->pauses, g_ptr_array_unref);
    g_clear_pointer(&facts->used, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

/* An open relay whose rest is over has not been asked again yet. */
static void add_state(const Facts *facts, Line *line)
{
    for (guint i = 0; i < facts->states->len; i++) {
        const StoreRelayState *state = g_ptr_array_index(facts->states, i);
        if (strcmp(state->name, line->name) != 0)
            continue;
        gboolean resting = state->until > clock_now();
        line->state = strcmp(state->state, "open") == 0 && !resting ? "half-open" : state->state;
        line->until = resting ? state->until : 0;
        line->problem = strcmp(state->state, "closed") != 0 ? state->problem : NULL;
        line->connections = state->connections;
    }
}

static void add_pause(const Facts *facts, Line *line)
{
    for (guint i = 0; i < facts->pauses->len; i++) {
        const StorePause *pause = g_ptr_array_index(facts->pauses, i);
        if (strcmp(pause->scope, "relay") != 0 || strcmp(pause->key, line->name) != 0)
            continue;
        line->state = "paused";
        line->until = 0;
        line->paused_by = pause->who;
        line->problem = pause->reason;
    }
}

static Line *relay_line(const Facts *facts, const RelaySettings *relay)
{
    g_autofree char *scope = relay_scope(relay->name);
    Line *line = g_new0(Line, 1);
    *line = (Line){.kind = "relay", .name = relay->name, .state = "closed", .connections = relay->connections,
                   .connections_most = relay->connections, .today = relay_used(facts->used, scope),
                   .minute = facts->running ? relay_used(facts->minutes, scope) : 0, .limit = &relay->limit};
    line->host = g_strdup_printf("%s:%u", relay->host, relay->port);
    if (facts->running)
        add_state(facts, line);
    else
        line->state = "stopped";
    add_pause(facts, line);
    return line;
}

static Line *domain_line(const Facts *facts, const DomainSettings *domain)
{
    g_autofree char *scope = relay_domain_scope(domain);
    Line *line = g_new0(Line, 1);
    *line = (Line){.kind = "domain", .name = domain->domain, .connections_most = domain->connections,
                   .today = relay_used(facts->used, scope),
                   .minute = facts->running ? relay_used(facts->minutes, scope) : 0, .limit = &domain->limit};
    return line;
}

int cmd_relays(Ctl *ctl, const Args *args G_GNUC_UNUSED, GError **error)
{
    g_auto(Facts) facts = {0};
    g_auto(Waiting) waiting = {0};
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
    if (!waiting_load(ctl, &waiting, error) || (facts.states = store_relay_state_list(ctl->store, error)) == NULL ||
        (facts.pauses = store_stop_pauses(ctl->store, error)) == NULL ||
        (facts.used = store_quota_load(ctl->store, clock_now(), error)) == NULL)
        return 3;
    facts.running = waiting.pid > 0;
    facts.minutes = waiting.minutes;
    for (guint i = 0; i < ctl->config->relays->len; i++)
        g_ptr_array_add(lines, relay_line(&facts, ctl->config->relays->pdata[i]));
    for (guint i = 0; i < ctl->config->domains->len; i++)
        g_ptr_array_add(lines, domain_line(&facts, ctl->config->domains->pdata[i]));
    view_print(relay_columns, G_N_ELEMENTS(relay_columns), lines, ctl->format, NULL);
    return 0;
}
