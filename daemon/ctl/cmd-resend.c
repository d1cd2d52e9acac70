/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfactl resend, settle: mails of an issue sent again, and a clerk's word on those whose outcome is
 * unknown. */
#include <jansson.h>

#include "daemon/base/address.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"
#include "daemon/ctl/cmd.h"
#include "daemon/ctl/input.h"
#include "daemon/ctl/output.h"
#include "daemon/ctl/words.h"
#include "daemon/store/audit.h"
#include "daemon/store/doubt.h"

/* The recipients behind the issue and that of --recipient; NULL when there are none. The array is the
 * caller's, its texts are lent. */
static const char **recipients_of(const Args *args)
{
    guint n = 0;
    const char **recipients = g_new0(const char *, args_count(args) + 1);
    for (guint i = 1; i < args_count(args); i++)
        recipients[n++] = args_word(args, i);
    if (args_has(args, "recipient"))
        recipients[n++] = args_get(args, "recipient");
    if (n == 0)
        g_clear_pointer(&recipients, g_free);
    return recipients;
}

/* "被拒,已退回" as bits. */
static gboolean parse_states(const char *text, guint *states, GError **error)
{
    *states = 0;
    if (text == NULL)
        return TRUE;
    g_auto(GStrv) words = g_strsplit_set(text, ", ", -1);
    for (gsize i = 0; words[i] != NULL; i++) {
        DeliveryState state;
        if (*words[i] == '\0')
            continue;
        if (!words_parse_delivery_state(words[i], &state, error))
            return FALSE;
        *states |= 1u << state;
    }
    return TRUE;
}

/* ---- resend ---- */

static json_t *names_json(const char *const *names)
{
    json_t *list = json_array();
    for (gsize i = 0; names != NULL && names[i] != NULL; i++)
        json_array_append_new(list, json_string(names[i]));
    return list;
}

/* The new rows and the word on them are one change. */
static gboolean resend(Ctl *ctl, const StoreIssue *issue, const StoreResend *word, int *n, GError **error)
{
    g_autofree char *subject = g_strdup_printf("issue:%" G_GINT64_FORMAT, issue->id);
    json_t *after = json_pack("{s:o,s:s?,s:s}", "recipients", names_json(word->recipients), "address", word->address,
                              "reason", word->reason);
    g_autofree char *text = json_dumps(after, JSON_COMPACT);
    json_decref(after);
    if (!store_begin(ctl->store, error))
        return FALSE;
    gboolean good = store_delivery_resend(ctl->store, issue->id, word, n, error) &&
                    (*n == 0 || store_audit_add(ctl->store, ctl->who, "issue.resend", subject, NULL, text, error));
    return store_end(ctl->store, good, error);
}

/* A new address is held to the same rules as those of the directory. */
static gboolean check_new_address(Ctl *ctl, const StoreIssue *issue, const char *const *recipients,
                                  const char *address, GError **error)
{
    if (address == NULL)
        return TRUE;
    if (recipients == NULL || recipients[1] != NULL) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("--address 是一个收件人的新地址：请写明这一个收件人。"));
        return FALSE;
    }
    if (!address_check(address, error))
        return FALSE;
    const ConfigSeries *series = issue->series != NULL ? config_series(ctl->config, issue->series) : NULL;
    if (!issue->restricted ||
        (series != NULL && address_is_internal(address, (const char *const *)series->internal_domains)))
        return TRUE;
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_INPUT,
                _("本期标有“内部资料”等字样，只能发往内部邮箱；%s 不在该刊物的 internal_domains 中。"), address);
    return FALSE;
}

int cmd_resend(Ctl *ctl, const Args *args, GError **error)
{
    g_autofree const char **recipients = recipients_of(args);
    StoreResend word = {.recipients = recipients, .address = args_get(args, "address"),
                        .reason = args_get(args, "reason"), .now = clock_now()};
    int n = 0;
    if (!input_reason(word.reason, error) || !parse_states(args_get(args, "state"), &word.states, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL || !check_new_address(ctl, issue, recipients, word.address, error) ||
        !resend(ctl, issue, &word, &n, error))
        return 1;
    if (n == 0) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_NOT_FOUND,
                    _("本期没有可以补发的邮件：不写收件人和 --state，只补发结果不明、被拒的。"
                      "看各封结果：songfactl log --issue %s"),
                    args_word(args, 0));
        return 1;
    }
    output_print(_("%d 封邮件排队补发。\n"), n);
    return 0;
}

/* ---- settle ---- */

static gboolean check_settle(const Args *args, GError **error)
{
    if (args_has(args, "received") == args_has(args, "lost")) {
        g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE,
                    _("请写明核实的结果：--received 已收到，或 --lost 没有收到（随即补发）"));
        return FALSE;
    }
    return input_reason(args_get(args, "reason"), error);
}

int cmd_settle(Ctl *ctl, const Args *args, GError **error)
{
    g_autofree const char **recipients = recipients_of(args);
    StoreWord word = {.recipients = recipients, .received = args_has(args, "received"), .who = ctl->who,
                      .reason = args_get(args, "reason"), .now = clock_now()};
    int n = 0;
    if (!check_settle(args, error))
        return 2;
    g_autoptr(StoreIssue) issue = input_stored_issue(ctl, args_word(args, 0), error);
    if (issue == NULL || !store_doubt_settle(ctl->store, issue->id, &word, &n, error))
        return 1;
    if (word.received)
        output_print(_("%d 封登记为已送达：%s 核实。\n"), n, ctl->who);
    else
        output_print(_("%d 封登记为没有收到，排队补发。\n"), n);
    return 0;
}
