/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reasons for waiting, the widest first: no daemon, a store that is held, relays, the row itself. */
#include "daemon/ctl/waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/words.h"
#include "daemon/store/identity.h"
#include "daemon/store/issues.h"
#include "daemon/store/quota.h"
#include "daemon/store/relay-state.h"
#include "daemon/store/stops.h"

/* The process id in the lock file counts only while the lock is held. The lock is tried only when
 * that process lives, so that a daemon that is just starting is not kept from its lock. */
static int daemon_pid(const Config *config)
{
    g_autofree char *file = g_build_filename(config->spool, "songfad.pid", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return 0;
    int pid = (int)g_ascii_strtoll(text, NULL, 10);
    if (pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH))
        return 0;
    int fd = g_open(file, O_RDONLY | O_CLOEXEC, 0);
    gboolean held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return held ? pid : 0;
}

static gboolean is_paused(const GPtrArray *pauses, const char *relay)
{
    for (guint i = 0; i < pauses->len; i++) {
        const StorePause *pause = g_ptr_array_index(pauses, i);
        if (strcmp(pause->scope, "relay") == 0 && strcmp(pause->key, relay) == 0)
            return TRUE;
    }
    return FALSE;
}

/* ---- relays ---- */

/* Why a relay takes nothing now, the worst first; the words of the relays that takes mail soonest hold. */
typedef enum { RELAY_TAKES, RELAY_FULL_MINUTE, RELAY_RESTS, RELAY_FULL_DAY, RELAY_PAUSED } RelayNow;

typedef struct {
    GPtrArray *pauses, *states;
    GHashTable *used;
} Facts;

static void facts_clear(Facts *facts)
{
    g_clear_pointer(&facts->pauses, g_ptr_array_unref);
    g_clear_pointer(&facts->states, g_ptr_array_unref);
    g_clear_pointer(&facts->used, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

static gint64 rests_until(const GPtrArray *states, const char *relay)
{
    for (guint i = 0; i < states->len; i++) {
        const StoreRelayState *state = g_ptr_array_index(states, i);
        if (strcmp(state->name, relay) == 0 && state->until > clock_now())
            return state->until;
    }
    return 0;
}

static RelayNow relay_now(const Waiting *waiting, const Facts *facts, const RelaySettings *relay, gint64 *until)
{
    g_autofree char *scope = relay_scope(relay->name);
    const LimitSettings *limit = &relay->limit;
    if (is_paused(facts->pauses, relay->name))
        return RELAY_PAUSED;
    if (limit->per_day > 0 && relay_used(facts->used, scope) >= limit->per_day)
        return RELAY_FULL_DAY;
    if ((*until = rests_until(facts->states, relay->name)) > 0)
        return RELAY_RESTS;
    if (limit->per_minute > 0 && relay_used(waiting->minutes, scope) >= limit->per_minute)
        return RELAY_FULL_MINUTE;
    return RELAY_TAKES;
}

static char *relay_words(const RelaySettings *relay, RelayNow now, gint64 until)
{
    g_autofree char *time = clock_text(now == RELAY_FULL_DAY ? clock_day_end(clock_now()) : until);
    switch (now) {
    case RELAY_PAUSED: return g_strdup(_("等中继恢复：全部中继都已停用"));
    case RELAY_FULL_DAY: return g_strdup_printf(_("等到 %s：中继今天的限额已满"), time);
    case RELAY_RESTS: return g_strdup_printf(_("等到 %s：中继 %s 停歇，到时再连"), time, relay->name);
    case RELAY_FULL_MINUTE:
        return g_strdup_printf(_("等中继 %s 的限额：每分钟 %d 封"), relay->name, relay->limit.per_minute);
    case RELAY_TAKES: break;
    }
    return NULL;
}

static void look_at_relays(const Facts *facts, Waiting *waiting)
{
    const Config *config = waiting->ctl->config;
    const RelaySettings *soonest = NULL;
    RelayNow best = RELAY_PAUSED;
    gint64 best_until = 0;
    for (guint i = 0; i < config->relays->len; i++) {
        const RelaySettings *relay = g_ptr_array_index(config->relays, i);
        gint64 until = 0;
        RelayNow now = relay_now(waiting, facts, relay, &until);
        if (soonest == NULL || now < best || (now == best && until < best_until)) {
            soonest = relay;
            best = now;
            best_until = until;
        }
    }
    waiting->relays = soonest != NULL ? relay_words(soonest, best, best_until) : NULL;
}

gboolean waiting_load(Ctl *ctl, Waiting *waiting, GError **error)
{
    g_auto(Facts) facts = {0};
    GError *failed = NULL;
    waiting->ctl = ctl;
    waiting->pid = daemon_pid(ctl->config);
    waiting->issues = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)store_issue_free);
    waiting->held = store_identity_held(ctl->store, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if ((facts.pauses = store_stop_pauses(ctl->store, error)) == NULL ||
        (facts.used = store_quota_load(ctl->store, clock_now(), error)) == NULL ||
        (facts.states = store_relay_state_list(ctl->store, error)) == NULL ||
        (waiting->minutes = store_minute_load(ctl->store, clock_now(), error)) == NULL)
        return FALSE;
    look_at_relays(&facts, waiting);
    return TRUE;
}

void waiting_clear(Waiting *waiting)
{
    g_clear_pointer(&waiting->held, g_free);
    g_clear_pointer(&waiting->relays, g_free);
    g_clear_pointer(&waiting->issues, g_hash_table_unref);
    g_clear_pointer(&waiting->minutes, g_hash_table_unref);
}

/* ---- issues ---- */

/* The issue, asked for once; NULL when there is none. */
static const StoreIssue *issue_of(const Waiting *waiting, gint64 id)
{
    StoreIssue *issue = g_hash_table_lookup(waiting->issues, &id);
    if (issue != NULL || id == 0)
        return issue;
    issue = store_issue_by_id(waiting->ctl->store, id, NULL);
    if (issue != NULL)
        g_hash_table_insert(waiting->issues, g_memdup2(&id, sizeof(id)), issue);
    return issue;
}

gint64 waiting_deadline(const Waiting *waiting, gint64 issue_id, DeliveryState state, gint64 since)
{
    const StoreIssue *issue = issue_of(waiting, issue_id);
    const Config *config = waiting->ctl->config;
    const ConfigSeries *series = issue != NULL && issue->series != NULL ? config_series(config, issue->series) : NULL;
    const RetrySettings *retry = series != NULL ? &series->retry : &config->retry;
    if (since == 0 || (state != DELIVERY_QUEUED && state != DELIVERY_DEFERRED))
        return 0;
    return since + retry->give_up_after * CLOCK_SECOND;
}

/* ---- words ---- */

/* Of a row, or of the first of a group. */
typedef struct {
    gint64 issue_id, next_attempt, since;
    DeliveryState state;
    const char *waits_for, *reply_text;
} Case;

static char *words_of_stopped(const Waiting *waiting, const Case *row)
{
    const StoreIssue *issue = issue_of(waiting, row->issue_id);
    const char *state = issue != NULL ? issue->state : "";
    if (strcmp(state, "planned") == 0 && strstr(issue->reasons, "\"waits-time\"") != NULL)
        return words_first_reason(issue->reasons);
    if (strcmp(state, "planned") == 0)
        return g_strdup(_("等这一期放行"));
    if (strcmp(state, "held") == 0)
        return g_strdup(_("这一期已停发，等恢复"));
    return g_strdup(_("收件人已暂停，等恢复"));
}

static char *words_of_own(const Case *row)
{
    g_autofree char *next = clock_text(row->next_attempt);
    if (row->state == DELIVERY_DEFERRED)
        return g_strdup_printf(_("%s 再试；上次：%s"), next, row->reply_text != NULL ? row->reply_text : _("没有回复"));
    if (row->next_attempt > clock_now() && row->waits_for != NULL)
        return g_strdup_printf(_("等到 %s：%s"), next, row->waits_for);
    return g_strdup(_("等空闲的连接"));
}

/* A row that is not due yet waits for its own time, whatever the relays do. */
static char *words_of_open(const Waiting *waiting, const Case *row)
{
    if (waiting->pid == 0)
        return g_strdup(_("等 songfad 启动"));
    if (waiting->held != NULL)
        return g_strdup(_("等数据库放行"));
    if (waiting->relays != NULL && (row->state == DELIVERY_QUEUED || row->next_attempt <= clock_now()))
        return g_strdup(waiting->relays);
    return words_of_own(row);
}

static char *words_of_doubt(const Case *row)
{
    g_autofree char *next = clock_text(row->next_attempt);
    return g_strdup_printf(_("到 %s 还没有回音就再发一次"), next);
}

static char *words_of(const Waiting *waiting, const Case *row)
{
    if (row->state == DELIVERY_PLANNED)
        return words_of_stopped(waiting, row);
    if (row->state == DELIVERY_SENDING)
        return g_strdup(waiting->pid > 0 ? _("正在发送，或已取出等空闲的连接") : _("等 songfad 启动"));
    if (row->state == DELIVERY_UNKNOWN && row->next_attempt > 0)
        return words_of_doubt(row);
    if (row->state != DELIVERY_QUEUED && row->state != DELIVERY_DEFERRED)
        return NULL;
    g_autofree char *words = words_of_open(waiting, row);
    gint64 deadline = waiting_deadline(waiting, row->issue_id, row->state, row->since);
    g_autofree char *until = clock_text(deadline);
    return deadline > 0 ? g_strdup_printf(_("%s；期限 %s"), words, until) : g_steal_pointer(&words);
}

char *waiting_row(const Waiting *waiting, const StoreDelivery *row)
{
    Case one = {.issue_id = row->issue_id, .next_attempt = row->next_attempt, .state = row->state,
                .since = row->first_queued > 0 ? row->first_queued + row->held_for : 0,
                .waits_for = row->waits_for, .reply_text = row->reply_text};
    return g_strcmp0(row->channel, "email") == 0 ? words_of(waiting, &one) : NULL;
}

char *waiting_group(const Waiting *waiting, const StoreQueueGroup *group)
{
    Case one = {.issue_id = group->issue_id, .next_attempt = group->next, .state = group->state, .since = group->since,
                .waits_for = group->waits_for, .reply_text = group->reply_text};
    return words_of(waiting, &one);
}
