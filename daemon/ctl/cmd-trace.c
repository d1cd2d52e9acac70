/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl trace: what was said to the relay about a delivery, and what the running daemon writes into its log
 * beyond the usual. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/dialogue-view.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/store/tracing.h"

/* Names as the log has them: letters only, separated by commas. */
static gboolean check_names(const char *names, GError **error)
{
    if (*names != '\0' && names[strspn(names, "abcdefghijklmnopqrstuvwxyz,")] == '\0')
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--on 后面写要跟踪的部分，如 smtp，几个用逗号分开"));
    return FALSE;
}

static int trace_daemon(Ctl *ctl, const Args *args, GError **error)
{
    const char *names = args_get(args, "on");
    gboolean off = args_has(args, "off");
    if (names != NULL && off) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--on 和 --off 只能写一个"));
        return 2;
    }
    if (names != NULL && !check_names(names, error))
        return 2;
    if ((names != NULL || off) && !store_tracing_set(ctl->store, off ? "" : names, ctl->who, error))
        return 3;
    g_autofree char *traced = store_tracing_get(ctl->store, error);
    if (traced == NULL)
        return 3;
    if (*traced != '\0')
        output_print(_("正在跟踪：%s。写在 songfad 的日志里，不含邮件正文和口令。停止：songfactl trace --off\n"), traced);
    else
        output_text(_("没有跟踪。看一封邮件与中继的对话：songfactl trace 编号（songfactl log 的第一列），或 songfactl trace 期次 收件人\n"));
    return 0;
}

/* ---- deliveries ---- */

/* The mails meant: of that number, or of an issue to that recipient. NULL and error. */
static GPtrArray *find(Ctl *ctl, const Args *args, GError **error)
{
    const char *first = args_word(args, 0), *recipient = args_word(args, 1);
    DeliveryFilter filter = {.recipient = recipient, .state = -1, .notices = TRUE};
    gint64 number = 0;
    if (recipient != NULL) {
        g_autoptr(StoreIssue) issue = input_stored_issue(ctl, first, error);
        if (issue == NULL)
            return NULL;
        filter.issue_id = issue->id;
    } else if (g_ascii_string_to_signed(first, 10, 1, G_MAXINT64, &number, NULL)) {
        filter.id = number;
    } else {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("请写编号（songfactl log 的第一列），或期次和收件人：songfactl trace 期次 收件人"));
        return NULL;
    }
    GPtrArray *rows = store_delivery_list(ctl->store, &filter, error);
    for (guint i = rows != NULL ? rows->len : 0; i > 0; i--)
        if (g_strcmp0(((const StoreDelivery *)g_ptr_array_index(rows, i - 1))->channel, "email") != 0)
            g_ptr_array_remove_index(rows, i - 1);
    if (rows == NULL || rows->len > 0)
        return rows;
    g_ptr_array_unref(rows);
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND, _("登记里没有这封邮件：%s%s%s。编号见 songfactl log 的第一列"), first,
                recipient != NULL ? " " : "", recipient != NULL ? recipient : "");
    return NULL;
}

static gboolean print_json(Ctl *ctl, const Waiting *waiting, const GPtrArray *rows, GError **error)
{
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++) {
        json_t *one = dialogue_view_json(ctl, waiting, g_ptr_array_index(rows, i), error);
        if (one == NULL) {
            json_decref(list);
            return FALSE;
        }
        json_array_append_new(list, one);
    }
    char *text = json_dumps(list, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    output_print("%s\n", text);
    free(text);
    json_decref(list);
    return TRUE;
}

static gboolean print_text(Ctl *ctl, const Waiting *waiting, const GPtrArray *rows, gboolean all, GError **error)
{
    for (guint i = 0; i < rows->len; i++) {
        if (i > 0)
            output_text("\n");
        if (!dialogue_view_print(ctl, waiting, g_ptr_array_index(rows, i), all, error))
            return FALSE;
    }
    return TRUE;
}

int cmd_trace(Ctl *ctl, const Args *args, GError **error)
{
    gboolean daemon = args_has(args, "on") || args_has(args, "off");
    if (args_count(args) == 0)
        return trace_daemon(ctl, args, error);
    if (daemon) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--on 和 --off 管整个 songfad，不和编号、期次同写"));
        return 2;
    }
    g_auto(Waiting) waiting = {0};
    g_autoptr(GPtrArray) rows = find(ctl, args, error);
    if (rows == NULL)
        return 1;
    if (!waiting_load(ctl, &waiting, error))
        return 3;
    gboolean good = ctl->format == TABLE_JSON ? print_json(ctl, &waiting, rows, error)
                                              : print_text(ctl, &waiting, rows, args_has(args, "all"), error);
    return good ? 0 : 3;
}
