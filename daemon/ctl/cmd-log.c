/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl log: the register of deliveries. */
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/view.h"
#include "daemon/ctl/waiting.h"
#include "daemon/ctl/words.h"

#define AT(field) G_STRUCT_OFFSET(StoreDelivery, field)

static void cell_channel(View *view, gconstpointer field)
{
    const char *channel = *(char *const *)field;
    const char *word = g_strcmp0(channel, "email") == 0 ? _("邮件") : _("纸质");
    table_text(view->table, view->format == TABLE_JSON ? channel : word);
}

/* What a clerk has found out, told apart from what a report said, or that it was sent again; NULL = neither.
 * Caller frees. */
static char *word_on(const StoreDelivery *d)
{
    if (d->state == DELIVERY_DELIVERED && g_strcmp0(d->settled_as, "received") == 0)
        return g_strdup_printf(_("%s（%s核实）"), words_delivery_state(d->state), d->settled_by);
    if (d->state == DELIVERY_UNKNOWN && g_strcmp0(d->settled_as, "lost") == 0)
        return g_strdup_printf(_("%s（%s核实未收到）"), words_delivery_state(d->state), d->settled_by);
    if (d->sending_no > 0)
        return g_strdup_printf(_("%s（第 %d 次补发）"), words_delivery_state(d->state), d->sending_no);
    return NULL;
}

static void cell_state(View *view, gconstpointer record)
{
    const StoreDelivery *d = record;
    g_autofree char *word = view->format != TABLE_JSON ? word_on(d) : NULL;
    const char *state = view->format == TABLE_JSON ? delivery_state_name(d->state) : words_delivery_state(d->state);
    table_text(view->table, word != NULL ? word : state);
}

static void cell_next(View *view, gconstpointer record)
{
    const StoreDelivery *d = record;
    static const gint64 never = 0;
    gboolean waits = d->state == DELIVERY_QUEUED || d->state == DELIVERY_DEFERRED || d->state == DELIVERY_UNKNOWN;
    view_time(view, waits ? &d->next_attempt : &never);
}

/* A recipient's own answer, else the clerk who recorded it. */
static void cell_signed_by(View *view, gconstpointer field)
{
    const char *who = *(char *const *)field;
    table_text(view->table, view->format != TABLE_JSON && g_strcmp0(who, "reply") == 0 ? _("回信") : who);
}

static void cell_waits(View *view, gconstpointer record)
{
    g_autofree char *words = waiting_row(view->context, record);
    table_text(view->table, words);
}

static void cell_deadline(View *view, gconstpointer record)
{
    const StoreDelivery *d = record;
    gint64 since = d->first_queued > 0 ? d->first_queued + d->held_for : 0;
    gint64 deadline = waiting_deadline(view->context, d->issue_id, d->state, since);
    view_time(view, &deadline);
}

static const ViewColumn log_columns[] = {
    {"id", N_("编号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"issue", N_("登记号"), 0, VIEW_ALL, view_int64, AT(issue_id)},
    {"recipient", N_("收件标识"), 0, VIEW_DETAIL, view_text, AT(recipient)},
    {"name", N_("收件人"), 30, VIEW_ALL, view_text, AT(name)},
    {"channel", N_("方式"), 0, VIEW_ALL, cell_channel, AT(channel)},
    {"address", N_("地址"), 36, VIEW_ALL, view_text, AT(address)},
    {"copies", N_("份数"), 0, VIEW_ALL, view_int, AT(copies)},
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"attempts", N_("次数"), 0, VIEW_ALL, view_int, AT(attempts)},
    {"first_queued", N_("排队时间"), 0, VIEW_DETAIL, view_time, AT(first_queued)},
    {"last_attempt", N_("最近一次"), 0, VIEW_ALL, view_time, AT(last_attempt)},
    {"next_attempt", N_("下一次"), 0, VIEW_DETAIL, cell_next, 0},
    {"deadline", N_("期限"), 0, VIEW_DETAIL, cell_deadline, 0},
    {"reply_code", N_("回复码"), 0, VIEW_ALL, view_positive, AT(reply_code)},
    {"enhanced_code", N_("细码"), 0, VIEW_ALL, view_text, AT(enhanced_code)},
    {"reply_text", N_("回复"), 40, VIEW_ALL, view_text, AT(reply_text)},
    {"waits_for", N_("在等什么"), 70, VIEW_ALL, cell_waits, 0},
    {"relay", N_("中继"), 0, VIEW_DETAIL, view_text, AT(relay)},
    {"queue_id", N_("中继的编号"), 0, VIEW_DETAIL, view_text, AT(queue_id)},
    {"message_id", N_("邮件标识"), 0, VIEW_DETAIL, view_text, AT(message_id)},
    {"sending", N_("补发次"), 0, VIEW_DETAIL, view_int, AT(sending_no)},
    {"reason", N_("原因"), 0, VIEW_DETAIL, view_text, AT(reason)},
    {"settled_as", N_("核实结果"), 0, VIEW_JSON, view_text, AT(settled_as)},
    {"settled_by", N_("核实人"), 0, VIEW_DETAIL, view_text, AT(settled_by)},
    {"settled_at", N_("核实时间"), 0, VIEW_DETAIL, view_time, AT(settled_at)},
    {"settled_why", N_("怎么核实"), 0, VIEW_DETAIL, view_text, AT(settled_why)},
    {"signed_at", N_("签收时间"), 0, VIEW_ALL, view_time, AT(signed_at)},
    {"signed_by", N_("签收依据"), 0, VIEW_ALL, cell_signed_by, AT(signed_by)},
};

static gint64 day_start(const char *day)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_local();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(day, zone);
    g_autofree char *text = g_strdup_printf("%sT00:00:00", day);
    if (time == NULL)
        time = g_date_time_new_from_iso8601(text, zone);
    return time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : 0;
}

/* The filter as the options say; recipients and notices are lent from args. */
static gboolean read_filter(Ctl *ctl, const Args *args, DeliveryFilter *filter, GError **error)
{
    const char *issue = args_get(args, "issue"), *state = args_get(args, "state"), *day;
    DeliveryState wanted;
    *filter = (DeliveryFilter){.recipient = args_get(args, "recipient"),
                               .state = -1,
                               .notices = args_has(args, "notices")};
    if (!args_day(args, "since", &day, error))
        return FALSE;
    if (day != NULL)
        filter->since = day_start(day);
    if (state != NULL && !words_parse_delivery_state(state, &wanted, error))
        return FALSE;
    if (state != NULL)
        filter->state = (int)wanted;
    if (issue == NULL)
        return TRUE;
    g_autoptr(StoreIssue) row = input_stored_issue(ctl, issue, error);
    filter->issue_id = row != NULL ? row->id : 0;
    return row != NULL;
}

/* On a terminal the words for what waits stand only where something does: the table is wide. */
static void print(const Waiting *waiting, const GPtrArray *rows, TableFormat format)
{
    ViewColumn columns[G_N_ELEMENTS(log_columns)];
    gboolean waits = format != TABLE_TEXT;
    gsize n = 0;
    for (guint i = 0; i < rows->len && !waits; i++) {
        g_autofree char *words = waiting_row(waiting, g_ptr_array_index(rows, i));
        waits = words != NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(log_columns); i++)
        if (waits || log_columns[i].cell != cell_waits)
            columns[n++] = log_columns[i];
    view_print(columns, n, rows, format, waiting);
}

int cmd_log(Ctl *ctl, const Args *args, GError **error)
{
    DeliveryFilter filter;
    if (!read_filter(ctl, args, &filter, error))
        return 1;
    g_auto(Waiting) waiting = {0};
    g_autoptr(GPtrArray) rows = store_delivery_list(ctl->store, &filter, error);
    if (rows == NULL || !waiting_load(ctl, &waiting, error))
        return 3;
    print(&waiting, rows, ctl->format);
    return 0;
}
