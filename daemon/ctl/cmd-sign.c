/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl sign: a clerk records who has an issue in hand. */
#include <inttypes.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/store/signing.h"

/* Noon of the day; now when none was given. A day to come is refused. */
static gboolean read_time(const Args *args, gint64 *at, GError **error)
{
    const char *day;
    *at = clock_now();
    if (!args_day(args, "at", &day, error))
        return FALSE;
    if (day == NULL)
        return TRUE;
    g_autofree char *today = clock_date(*at), *noon = g_strdup_printf("%sT12:00:00", day);
    g_autoptr(GTimeZone) zone = g_time_zone_new_local();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(noon, zone);
    if (g_strcmp0(day, today) > 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("签收日期 %s 还没有到，请改正"), day);
        return FALSE;
    }
    if (g_strcmp0(day, today) < 0)
        *at = g_date_time_to_unix(time) * CLOCK_SECOND;
    return TRUE;
}

/* All or none: a name that is wrong leaves the others unsigned. */
static gboolean sign_all(Ctl *ctl, const Args *args, gint64 issue_id, const StoreSignature *signature, GError **error)
{
    gboolean undo = args_has(args, "undo"), good = TRUE;
    if (!store_begin(ctl->store, error))
        return FALSE;
    for (guint i = 1; good && i < args_count(args); i++) {
        int n;
        const char *recipient = args_word(args, i);
        good = undo ? store_unsign(ctl->store, issue_id, recipient, signature, &n, error)
                    : store_sign(ctl->store, issue_id, recipient, signature, &n, error);
    }
    return store_end(ctl->store, good, error);
}

int cmd_sign(Ctl *ctl, const Args *args, GError **error)
{
    StoreSignature signature = {.who = ctl->who, .reason = args_get(args, "reason")};
    gint64 signed_for, of;
    gboolean undo = args_has(args, "undo");
    if (!read_time(args, &signature.at, error) || ((undo || signature.reason != NULL) && !input_reason(signature.reason, error)))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL || !sign_all(ctl, args, issue->id, &signature, error) ||
        !store_sign_counts(ctl->store, issue->id, &signed_for, &of, error))
        return 1;
    output_print(undo ? _("已取消签收。本期签收 %" PRId64 "/%" PRId64 "。\n") : _("已记签收。本期签收 %" PRId64 "/%" PRId64 "。\n"),
                 signed_for, of);
    return 0;
}
