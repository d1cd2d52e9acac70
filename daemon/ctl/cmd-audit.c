/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl audit, verify: who changed what and when, and the proof that nobody changed that. */
#include <inttypes.h>

#include "daemon/store/audit.h"

#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/view.h"

#define AT(field) G_STRUCT_OFFSET(StoreAudit, field)

static const ViewColumn columns[] = {
    {"id", N_("序号"), 0, VIEW_ALL, view_int64, AT(id)},
    {"at", N_("时间"), 0, VIEW_ALL, view_time, AT(at)},
    {"who", N_("经办"), 16, VIEW_ALL, view_text, AT(who)},
    {"action", N_("动作"), 0, VIEW_ALL, view_text, AT(action)},
    {"subject", N_("对象"), 40, VIEW_ALL, view_text, AT(subject)},
    {"before", N_("原来"), 40, VIEW_ALL, view_text, AT(before)},
    {"after", N_("现在"), 60, VIEW_ALL, view_text, AT(after)},
};

int cmd_audit(Ctl *ctl, const Args *args, GError **error)
{
    gint64 limit;
    if (!args_int(args, "limit", 1, G_MAXINT, 0, &limit, error))
        return 2;
    g_autoptr(GPtrArray) rows =
        store_audit_list(ctl->store, args_word(args, 0), (int)limit, error);
    if (rows == NULL)
        return 3;
    view_print(columns, G_N_ELEMENTS(columns), rows, ctl->format, NULL);
    return 0;
}

int cmd_verify(Ctl *ctl, const Args *args, GError **error)
{
    gint64 n = 0;
    (void)args;
    if (!store_audit_verify(ctl->store, &n, error))
        return 3;
    if (ctl->format == TABLE_JSON)
        output_print("{\"audit_rows\":%" G_GINT64_FORMAT ",\"intact\":true}\n", n);
    else
        output_print(_("审计记录完整：%" PRId64 " 条，前后相扣，没有改动。\n"), n);
    return 0;
}
