/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl trace: what the running daemon writes into its log beyond the usual. */
#include <string.h>

#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
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

int cmd_trace(Ctl *ctl, const Args *args, GError **error)
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
        output_text(_("没有跟踪。\n"));
    return 0;
}
