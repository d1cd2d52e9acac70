/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of recipients, and the places of what is unresolved. */
#include "daemon/ctl/recipients.h"

#include "daemon/base/i18n.h"
#include "daemon/ctl/caret.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"

#define AT(field) G_STRUCT_OFFSET(Recipient, field)

static const char *channel_word(Channel channel)
{
    return channel == CHANNEL_EMAIL ? _("邮件") : _("纸质");
}

static void cell_channel(View *view, gconstpointer field)
{
    table_text(view->table, channel_word(*(const Channel *)field));
}

static void cell_because(View *view, gconstpointer field)
{
    const GPtrArray *because = *(GPtrArray *const *)field;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < because->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "；" : "", (const char *)because->pdata[i]);
    table_text(view->table, out->str);
}

void recipients_print(const GPtrArray *recipients, TableFormat format)
{
    static const ViewColumn columns[] = {
        {"name", N_("收件人"), 40, VIEW_ALL, view_text, AT(name)},
        {"channel", N_("方式"), 0, VIEW_ALL, cell_channel, AT(channel)},
        {"address", N_("地址"), 40, VIEW_ALL, view_text, AT(address)},
        {"copies", N_("份数"), 0, VIEW_ALL, view_int, AT(copies)},
        {"because", N_("依据"), TABLE_REST, VIEW_ALL, cell_because, AT(because)},
    };
    if (recipients->len == 0 && format == TABLE_TEXT) {
        output_text(_("没有收件人。\n"));
        return;
    }
    view_print(columns, G_N_ELEMENTS(columns), recipients, format, NULL);
}

void recipients_say_unresolved(const Plan *plan)
{
    for (guint i = 0; i < plan->resolution->unresolved->len; i++) {
        const Unresolved *u = plan->resolution->unresolved->pdata[i];
        g_autofree char *place = caret_lines(plan->distribution, u->start, u->end, "    ");
        g_autofree char *near = g_strjoinv("、", u->suggestions);
        output_error("%s%s%s\n%s", u->message, *near != '\0' ? _("。相近的有：") : "", near, place);
    }
}
