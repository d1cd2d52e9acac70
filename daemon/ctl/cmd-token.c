/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl token: who may hand in by HTTP. */
#include <stdio.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/verbs.h"
#include "daemon/ctl/view.h"
#include "daemon/store/api-tokens.h"

#define NAME_BYTES 60

/* It stands in the register behind "http:". */
static gboolean check_name(const char *name, GError **error)
{
    gboolean good = *name != '\0' && strlen(name) <= NAME_BYTES;
    for (const char *at = name; good && *at != '\0'; at = g_utf8_next_char(at))
        good = g_unichar_isalnum(g_utf8_get_char(at)) || strchr("-_.", *at) != NULL;
    if (!good)
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("令牌的名字用字母、数字、汉字和 - _ .，不超过 %d 字节"), NAME_BYTES);
    return good;
}

static gboolean check_series(const Ctl *ctl, const char *series, GError **error)
{
    if (series == NULL || config_series(ctl->config, series) != NULL)
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("配置里没有 key 为“%s”的刊物"), series);
    return FALSE;
}

/* It holds to the end of its last day, 0 = for ever. */
static gboolean read_expiry(const Args *args, gint64 *expires_at, GError **error)
{
    const char *day;
    int y, m, d;
    *expires_at = 0;
    if (!args_day(args, "expires", &day, error))
        return FALSE;
    if (day == NULL || sscanf(day, "%4d-%2d-%2d", &y, &m, &d) != 3)
        return TRUE;
    g_autoptr(GDateTime) noon = g_date_time_new_local(y, m, d, 12, 0, 0);
    *expires_at = clock_day_end(g_date_time_to_unix(noon) * CLOCK_SECOND);
    if (*expires_at > clock_now())
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--expires 的日子已经过去了"));
    return FALSE;
}

static int add_token(Ctl *ctl, const Args *args, GError **error)
{
    StoreApiToken api = {.name = (char *)args_word(args, 1), .series = (char *)args_get(args, "series"),
                         .created_by = (char *)ctl->who};
    if (!check_name(api.name, error) || !check_series(ctl, api.series, error) ||
        !read_expiry(args, &api.expires_at, error))
        return 2;
    g_autofree char *text = store_api_token_add(ctl->store, &api, clock_now(), error);
    if (text == NULL)
        return 1;
    output_print("%s\n", text);
    output_error(_("令牌只显示这一次，请交给调用方妥善保存。库里只存它的摘要，丢了只能作废重发"));
    return 0;
}

static const char *state_of(const StoreApiToken *token)
{
    if (token->revoked_at > 0)
        return "revoked";
    return token->expires_at > 0 && token->expires_at <= clock_now() ? "expired" : "valid";
}

static void cell_state(View *view, gconstpointer record)
{
    static const struct { const char *state, *words; } rows[] = {
        {"valid", N_("有效")}, {"expired", N_("已过期")}, {"revoked", N_("已作废")}};
    const char *state = state_of(record);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].state, state) == 0)
            table_text(view->table, view->format == TABLE_JSON ? state : _(rows[i].words));
}

#define AT(field) G_STRUCT_OFFSET(StoreApiToken, field)

static const ViewColumn columns[] = {
    {"name", N_("名字"), 0, VIEW_ALL, view_text, AT(name)},
    {"state", N_("状态"), 0, VIEW_ALL, cell_state, 0},
    {"series", N_("限于刊物"), 0, VIEW_ALL, view_text, AT(series)},
    {"created_at", N_("发放时间"), 0, VIEW_ALL, view_time, AT(created_at)},
    {"created_by", N_("经办"), 0, VIEW_ALL, view_text, AT(created_by)},
    {"expires_at", N_("到期"), 0, VIEW_ALL, view_time, AT(expires_at)},
    {"last_used_at", N_("最近使用"), 0, VIEW_ALL, view_time, AT(last_used_at)},
    {"revoked_at", N_("作废时间"), 0, VIEW_DETAIL, view_time, AT(revoked_at)},
};

static int list_tokens(Ctl *ctl, const Args *args, GError **error)
{
    g_autoptr(GPtrArray) tokens = store_api_token_list(ctl->store, args_has(args, "all"), error);
    if (tokens == NULL)
        return 3;
    if (tokens->len == 0 && ctl->format == TABLE_TEXT)
        output_text(_("没有有效的令牌。\n"));
    else
        view_print(columns, G_N_ELEMENTS(columns), tokens, ctl->format, NULL);
    return 0;
}

static int revoke_token(Ctl *ctl, const Args *args, GError **error)
{
    if (!store_api_token_revoke(ctl->store, args_word(args, 1), ctl->who, clock_now(), error))
        return 1;
    output_print(_("令牌“%s”已作废，马上不能再用。\n"), args_word(args, 1));
    return 0;
}

int cmd_token(Ctl *ctl, const Args *args, GError **error)
{
    static const CtlVerb verbs[] = {
        {"add", add_token, 2, 2, "series expires", ""},
        {"list", list_tokens, 1, 1, "all", "--json --csv"},
        {"revoke", revoke_token, 2, 2, "", ""},
    };
    const char *verb = args_count(args) > 0 ? args_word(args, 0) : "list";
    return verbs_run(ctl, args, verb, verbs, G_N_ELEMENTS(verbs), error);
}
