/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl gaps: numbers of the series that nobody has seen. */
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/gaps.h"
#include "daemon/ctl/view.h"

#define AT(field) G_STRUCT_OFFSET(Gap, field)

/* A running total has no year. */
static void cell_year(View *view, gconstpointer field)
{
    gint64 year = *(const gint64 *)field;
    if (year > 0)
        table_int(view->table, year);
    else
        table_null(view->table);
}

static const ViewColumn columns[] = {
    {"series", N_("系列"), 0, VIEW_DETAIL, view_text, AT(series)},
    {"name", N_("刊物"), 0, VIEW_ALL, view_text, AT(name)},
    {"missing", N_("缺号"), 0, VIEW_ALL, view_text, AT(words)},
    {"year", N_("年"), 0, VIEW_DETAIL, cell_year, AT(year)},
    {"first", N_("从"), 0, VIEW_DETAIL, view_int64, AT(first)},
    {"last", N_("到"), 0, VIEW_DETAIL, view_int64, AT(last)},
    {"before", N_("前一期"), 0, VIEW_ALL, view_text, AT(before)},
    {"after", N_("后一期"), 0, VIEW_ALL, view_text, AT(after)},
    {"held", N_("待处理的登记号"), 0, VIEW_ALL, view_text, AT(held)},
};

int cmd_gaps(Ctl *ctl, const Args *args, GError **error)
{
    const char *series = args_get(args, "series");
    if (series != NULL && config_series(ctl->config, series) == NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有系列“%s”；系列的标识见配置文件的 series"), series);
        return 2;
    }
    g_autoptr(GPtrArray) gaps = gaps_load(ctl, series, args_has(args, "all") ? 0 : gaps_since(), error);
    if (gaps == NULL)
        return 3;
    view_print(columns, G_N_ELEMENTS(columns), gaps, ctl->format, NULL);
    return 0;
}
