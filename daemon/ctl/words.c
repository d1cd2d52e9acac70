/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words for states, issues and reasons. */
#include "daemon/ctl/words.h"

#include <jansson.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

static const char *const delivery_words[] = {
    [DELIVERY_PLANNED] = N_("已计划"),     [DELIVERY_QUEUED] = N_("已排队"),
    [DELIVERY_SENDING] = N_("发送中"),     [DELIVERY_ACCEPTED] = N_("已受理"),
    [DELIVERY_DEFERRED] = N_("待重试"),    [DELIVERY_REFUSED] = N_("被拒"),
    [DELIVERY_UNKNOWN] = N_("结果不明"),   [DELIVERY_DELIVERED] = N_("已送达"),
    [DELIVERY_BOUNCED] = N_("已退回"),     [DELIVERY_CANCELLED] = N_("已取消"),
};

static const struct {
    const char *name, *word;
} issue_words[] = {
    {"held", N_("待处理")},   {"refused", N_("拒收")}, {"planned", N_("待放行")},
    {"released", N_("已放行")}, {"sending", N_("发送中")}, {"done", N_("已发完")},
};

const char *words_delivery_state(DeliveryState state)
{
    return _(delivery_words[state]);
}

const char *words_issue_state(const char *state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(issue_words); i++)
        if (g_strcmp0(state, issue_words[i].name) == 0)
            return _(issue_words[i].word);
    return state != NULL ? state : "";
}

static gboolean no_state(const char *text, GString *known, GError **error)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_USAGE, _("没有状态“%s”。可以写：%s"), text,
                known->str);
    return FALSE;
}

static void list_state(GString *known, const char *name, const char *word)
{
    g_string_append_printf(known, "%s%s(%s)", known->len > 0 ? "、" : "", word, name);
}

gboolean words_parse_delivery_state(const char *text, DeliveryState *state, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(delivery_words); i++) {
        *state = (DeliveryState)i;
        const char *name = delivery_state_name(*state), *word = _(delivery_words[i]);
        if (strcmp(text, name) == 0 || strcmp(text, word) == 0)
            return TRUE;
        list_state(known, name, word);
    }
    return no_state(text, known, error);
}

gboolean words_parse_issue_state(const char *text, const char **state, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(issue_words); i++) {
        *state = issue_words[i].name;
        if (strcmp(text, *state) == 0 || strcmp(text, _(issue_words[i].word)) == 0)
            return TRUE;
        list_state(known, *state, _(issue_words[i].word));
    }
    return no_state(text, known, error);
}

char *words_issue(const StoreIssue *issue)
{
    return answer_label(issue);
}

char *words_reasons(const char *json)
{
    return answer_reasons(json);
}

char *words_notices(const char *json)
{
    return answer_notices(json);
}

char *words_first_reason(const char *json)
{
    json_t *list = json != NULL ? json_loads(json, 0, NULL) : NULL;
    char *message = g_strdup(json_string_value(json_object_get(json_array_get(list, 0), "message")));
    json_decref(list);
    return message;
}
