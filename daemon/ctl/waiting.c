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
#include "daemon/store/identity.h"
#include "daemon/store/quota.h"
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

/* Of the relays in use none is left, and for some it is the day's limit. */
static void look_at_relays(const Config *config, const GPtrArray *pauses, GHashTable *used, Waiting *waiting)
{
    guint n_paused = 0, n_full = 0;
    for (guint i = 0; i < config->relays->len; i++) {
        const RelaySettings *relay = g_ptr_array_index(config->relays, i);
        g_autofree char *scope = relay_scope(relay->name);
        if (is_paused(pauses, relay->name))
            n_paused++;
        else if (relay->limit.per_day > 0 && relay_used(used, scope) >= relay->limit.per_day)
            n_full++;
    }
    waiting->all_paused = n_paused == config->relays->len;
    waiting->any_full = n_full > 0 && n_paused + n_full == config->relays->len;
}

gboolean waiting_load(Ctl *ctl, Waiting *waiting, GError **error)
{
    GError *failed = NULL;
    waiting->pid = daemon_pid(ctl->config);
    waiting->held = store_identity_held(ctl->store, &failed);
    if (failed != NULL) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    g_autoptr(GPtrArray) pauses = store_stop_pauses(ctl->store, error);
    g_autoptr(GHashTable) used = pauses != NULL ? store_quota_load(ctl->store, clock_now(), error) : NULL;
    if (used == NULL)
        return FALSE;
    look_at_relays(ctl->config, pauses, used, waiting);
    return TRUE;
}

void waiting_clear(Waiting *waiting)
{
    g_clear_pointer(&waiting->held, g_free);
}

static char *words_of_row(DeliveryState state, gint64 next_attempt, const char *waits_for, const char *reply_text)
{
    g_autofree char *next = clock_text(next_attempt);
    gboolean later = next_attempt > clock_now();
    if (state == DELIVERY_DEFERRED)
        return g_strdup_printf(_("%s 再试；上次：%s"), next, reply_text != NULL ? reply_text : _("没有回复"));
    if (later && waits_for != NULL)
        return g_strdup_printf(_("等到 %s：%s"), next, waits_for);
    return g_strdup(_("等空闲的连接"));
}

char *waiting_words(const Waiting *waiting, DeliveryState state, gint64 next_attempt, const char *waits_for,
                    const char *reply_text)
{
    if (state == DELIVERY_PLANNED)
        return g_strdup(_("已暂停，等恢复或放行"));
    if (waiting->pid == 0)
        return g_strdup(_("等 songfad 启动"));
    if (state == DELIVERY_SENDING)
        return g_strdup(_("正在发送"));
    if (waiting->held != NULL)
        return g_strdup(_("等数据库放行"));
    if (waiting->all_paused)
        return g_strdup(_("等中继恢复：全部中继都已停用"));
    if (waiting->any_full) {
        g_autofree char *midnight = clock_text(clock_day_end(clock_now()));
        return g_strdup_printf(_("等到 %s：中继今天的限额已满"), midnight);
    }
    return words_of_row(state, next_attempt, waits_for, reply_text);
}
