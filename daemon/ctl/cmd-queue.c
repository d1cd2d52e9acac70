/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl queue: what is not at rest, and what it waits for. */
#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/waiting.h"
#include "daemon/ctl/words.h"
#include "daemon/store/queue.h"

#define AT(field) G_STRUCT_OFFSET(StoreQueueGroup, field)

static void cell_state(View *view, gconstpointer record)
{
    DeliveryState state = ((const StoreQueueGroup *)record)->state;
    table_text(view->table, view->format == TABLE_JSON ? delivery_state_name(state) : words_delivery_state(state));
}

/* How long the oldest has been here, in whole minutes. */
static void cell_age(View *view, gconstpointer field)
{
    gint64 since = *(const gint64 *)field, minutes = (clock_now() - since) / CLOCK_SECOND / 60;
    view_int64(view, since > 0 ? &minutes : &since);
}

static void cell_waits(View *view, gconstpointer record)
{
    const StoreQueueGroup *group = record;
    g_autofree char *words =
        waiting_words(view->context, group->state, group->next, group->waits_for, group->reply_text);
    table_text(view->table, words);
}

static const ViewColumn queue_columns[] = {
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"domain", N_("域"), 36, VIEW_ALL, view_text, AT(domain)},
    {"relay", N_("中继"), 0, VIEW_ALL, view_text, AT(relay)},
    {"count", N_("封数"), 0, VIEW_ALL, view_int64, AT(count)},
    {"oldest", N_("最早排队"), 0, VIEW_DETAIL, view_time, AT(oldest)},
    {"minutes", N_("已等（分）"), 0, VIEW_ALL, cell_age, AT(oldest)},
    {"next_attempt", N_("下一次"), 0, VIEW_DETAIL, view_time, AT(next)},
    {"waits_for", N_("在等什么"), 60, VIEW_ALL, cell_waits, 0},
};

int cmd_queue(Ctl *ctl, const Args *args, GError **error)
{
    const char *ref = args_get(args, "issue");
    g_auto(Waiting) waiting = {0};
    g_autoptr(StoreIssue) issue = ref != NULL ? input_stored_issue(ctl, ref, error) : NULL;
    if (ref != NULL && issue == NULL)
        return 1;
    g_autoptr(GPtrArray) groups = store_queue_groups(ctl->store, issue != NULL ? issue->id : 0, error);
    if (groups == NULL || !waiting_load(ctl, &waiting, error))
        return 3;
    view_print(queue_columns, G_N_ELEMENTS(queue_columns), groups, ctl->format, &waiting);
    return 0;
}
