/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl queue: what is not at rest, counted as asked for, and what it waits for. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/waiting.h"
#include "daemon/ctl/words.h"

/* ---- by what ---- */

enum { BY_STATE = 1 << 8, BY_ISSUE = 1 << 9 }; /* behind those of QueueBy */

static const struct {
    const char *word;
    guint by;
} keys[] = {
    {"state", BY_STATE},          {"relay", QUEUE_BY_RELAY}, {"domain", QUEUE_BY_DOMAIN},
    {"issue", BY_ISSUE}, {"age", QUEUE_BY_AGE},
};

static guint by_of(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].word, word) == 0)
            return keys[i].by;
    return 0;
}

static gboolean read_by(const Args *args, guint *by, GError **error)
{
    const char *text = args_get(args, "by");
    g_auto(GStrv) words = g_strsplit(text != NULL ? text : "state,relay,domain", ",", -1);
    *by = 0;
    for (gsize i = 0; words[i] != NULL; i++) {
        guint one = by_of(g_strstrip(words[i]));
        if (one == 0) {
            g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                        _("--by 后面写 state、relay、domain、issue、age，几个用逗号分开；不认识“%s”"), words[i]);
            return FALSE;
        }
        *by |= one;
    }
    return TRUE;
}

/* ---- groups ---- */

typedef struct {
    const Waiting *waiting;
    guint by;
} Context;

static gint compare_groups(const StoreQueueGroup *a, const StoreQueueGroup *b, guint by)
{
    gint order = 0;
    if ((by & BY_STATE) != 0)
        order = (gint)a->state - (gint)b->state;
    if (order == 0 && (by & BY_ISSUE) != 0)
        order = (a->issue_id > b->issue_id) - (a->issue_id < b->issue_id);
    if (order == 0)
        order = b->age - a->age;
    if (order == 0)
        order = g_strcmp0(a->relay, b->relay);
    return order != 0 ? order : g_strcmp0(a->domain, b->domain);
}

static gint by_key(gconstpointer a, gconstpointer b, gpointer by)
{
    return compare_groups(*(StoreQueueGroup *const *)a, *(StoreQueueGroup *const *)b, GPOINTER_TO_UINT(by));
}

/* With ages the oldest first, else the largest. */
static gint by_rank(gconstpointer a, gconstpointer b, gpointer by)
{
    const StoreQueueGroup *one = *(StoreQueueGroup *const *)a, *two = *(StoreQueueGroup *const *)b;
    gint order = two->age - one->age;
    if (order == 0)
        order = (two->count > one->count) - (two->count < one->count);
    return order != 0 ? order : compare_groups(one, two, GPOINTER_TO_UINT(by));
}

static gint64 earlier(gint64 a, gint64 b)
{
    return a == 0 || b == 0 ? MAX(a, b) : MIN(a, b);
}

/* The one that is due first speaks for both: its issue, state and words. Takes the other. */
static void merge(const Waiting *waiting, StoreQueueGroup *group, StoreQueueGroup *other)
{
    gint64 mine = waiting_deadline(waiting, group->issue_id, group->state, group->since);
    gint64 its = waiting_deadline(waiting, other->issue_id, other->state, other->since);
    if (its > 0 && (mine == 0 || its < mine)) {
        StoreQueueGroup kept = *group;
        *group = *other;
        *other = kept;
    }
    group->count += other->count;
    group->oldest = earlier(group->oldest, other->oldest);
    if (group->state == other->state)
        group->next = earlier(group->next, other->next);
    store_queue_group_free(other);
}

static GPtrArray *merge_all(const Context *context, GPtrArray *groups)
{
    GPtrArray *merged = g_ptr_array_new_with_free_func((GDestroyNotify)store_queue_group_free);
    gsize n;
    g_ptr_array_sort_with_data(groups, by_key, GUINT_TO_POINTER(context->by));
    g_autofree gpointer *stolen = g_ptr_array_steal(groups, &n);
    for (gsize i = 0; i < n; i++) {
        StoreQueueGroup *last = merged->len > 0 ? g_ptr_array_index(merged, merged->len - 1) : NULL;
        if (last != NULL && compare_groups(last, stolen[i], context->by) == 0)
            merge(context->waiting, last, stolen[i]);
        else
            g_ptr_array_add(merged, stolen[i]);
    }
    g_ptr_array_sort_with_data(merged, by_rank, GUINT_TO_POINTER(context->by));
    return merged;
}

/* ---- as a table ---- */

#define AT(field) G_STRUCT_OFFSET(StoreQueueGroup, field)

static void cell_state(View *view, gconstpointer record)
{
    DeliveryState state = ((const StoreQueueGroup *)record)->state;
    if ((((const Context *)view->context)->by & BY_STATE) == 0)
        table_null(view->table);
    else
        table_text(view->table, view->format == TABLE_JSON ? delivery_state_name(state) : words_delivery_state(state));
}

static void cell_issue(View *view, gconstpointer record)
{
    gint64 id = ((const StoreQueueGroup *)record)->issue_id;
    if ((((const Context *)view->context)->by & BY_ISSUE) == 0 || id == 0)
        table_null(view->table);
    else
        table_int(view->table, id);
}

static void cell_ages(View *view, gconstpointer record)
{
    static const char *const names[QUEUE_AGES] = {"5m", "1h", "1d", "more"};
    static const char *const words[QUEUE_AGES] = {N_("5 分钟内"), N_("1 小时内"), N_("1 天内"), N_("超过 1 天")};
    int age = ((const StoreQueueGroup *)record)->age;
    table_text(view->table, age < 0 ? NULL : view->format == TABLE_JSON ? names[age] : _(words[age]));
}

/* How long the oldest has been here, in whole minutes. */
static void cell_minutes(View *view, gconstpointer field)
{
    gint64 since = *(const gint64 *)field, minutes = (clock_now() - since) / CLOCK_SECOND / 60;
    table_int(view->table, since > 0 ? minutes : 0);
}

static void cell_deadline(View *view, gconstpointer record)
{
    const StoreQueueGroup *group = record;
    gint64 deadline = waiting_deadline(((const Context *)view->context)->waiting, group->issue_id, group->state, group->since);
    view_time(view, &deadline);
}

static void cell_waits(View *view, gconstpointer record)
{
    g_autofree char *words = waiting_group(((const Context *)view->context)->waiting, record);
    table_text(view->table, words);
}

static const ViewColumn queue_columns[] = {
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"age", N_("排队多久"), 0, VIEW_ALL, cell_ages, 0},
    {"issue", N_("登记号"), 0, VIEW_ALL, cell_issue, 0},
    {"domain", N_("域"), 36, VIEW_ALL, view_text, AT(domain)},
    {"relay", N_("中继"), 0, VIEW_ALL, view_text, AT(relay)},
    {"count", N_("封数"), 0, VIEW_ALL, view_int64, AT(count)},
    {"oldest", N_("最早排队"), 0, VIEW_DETAIL, view_time, AT(oldest)},
    {"minutes", N_("已等（分）"), 0, VIEW_ALL, cell_minutes, AT(oldest)},
    {"next_attempt", N_("下一次"), 0, VIEW_DETAIL, view_time, AT(next)},
    {"deadline", N_("期限"), 0, VIEW_DETAIL, cell_deadline, 0},
    {"waits_for", N_("在等什么"), 90, VIEW_ALL, cell_waits, 0},
};

/* People see the columns they asked for; programs all of them. */
static gboolean is_shown(const ViewColumn *column, guint by, TableFormat format)
{
    guint one = by_of(column->key);
    return format != TABLE_TEXT || one == 0 || (by & one) != 0;
}

static void print(const Context *context, const GPtrArray *groups, TableFormat format)
{
    ViewColumn columns[G_N_ELEMENTS(queue_columns)];
    gsize n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(queue_columns); i++)
        if (is_shown(&queue_columns[i], context->by, format))
            columns[n++] = queue_columns[i];
    view_print(columns, n, groups, format, context);
}

int cmd_queue(Ctl *ctl, const Args *args, GError **error)
{
    const char *ref = args_get(args, "issue");
    g_auto(Waiting) waiting = {0};
    Context context = {.waiting = &waiting};
    if (!read_by(args, &context.by, error))
        return 2;
    g_autoptr(StoreIssue) issue = ref != NULL ? input_stored_issue(ctl, ref, error) : NULL;
    if (ref != NULL && issue == NULL)
        return 1;
    g_autoptr(GPtrArray) groups =
        store_queue_groups(ctl->store, issue != NULL ? issue->id : 0, context.by, clock_now(), error);
    if (groups == NULL || !waiting_load(ctl, &waiting, error))
        return 3;
    g_autoptr(GPtrArray) merged = merge_all(&context, groups);
    if (merged->len == 0 && ctl->format == TABLE_TEXT)
        output_text(_("没有等待发送的邮件。\n"));
    else
        print(&context, merged, ctl->format);
    return 0;
}
