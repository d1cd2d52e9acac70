/* SPDX-License-Identifier: GPL-3.0-or-later
 * Release policies: by itself, when nothing changed, by a clerk, by two. */
#include "daemon/policy.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/i18n.h"
#include "daemon/record.h"
#include "daemon/store/schedule.h"
#include "daemon/timing.h"

static const struct {
    const char *name, *words;
} policies[] = {
    [RELEASE_AUTO] = {"auto", N_("排定就发")},
    [RELEASE_UNCHANGED] = {"unchanged", N_("与上期相同就发，否则由经办人放行")},
    [RELEASE_CLERK] = {"clerk", N_("每期由经办人放行")},
    [RELEASE_SECOND] = {"second", N_("一人审核，另一人放行")},
};

const char *policy_name(ReleasePolicy policy)
{
    return policies[policy].name;
}

ReleasePolicy policy_of_name(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++)
        if (strcmp(policies[i].name, name) == 0)
            return (ReleasePolicy)i;
    return RELEASE_CLERK;
}

const char *policy_words(ReleasePolicy policy)
{
    return _(policies[policy].words);
}

/* The message is taken. */
static char *one_reason(const char *code, char *message)
{
    char *json = record_json(json_pack("[{s:s,s:s}]", "code", code, "message", message));
    g_free(message);
    return json;
}

/* "+1 −1（− 王某：…；+ 李某：…）": the first changes, so that a notice can say them. */
static char *changes_words(const GPtrArray *changes)
{
    enum { SHOWN = 8 };
    g_autofree char *summary = compare_summary(changes);
    GString *words = g_string_new(summary);
    for (guint i = 0; i < MIN(changes->len, SHOWN); i++) {
        g_autofree char *line = compare_words(changes->pdata[i]);
        g_string_append_printf(words, "%s%s", i == 0 ? _("（") : _("；"), line);
    }
    g_string_append(words, changes->len > SHOWN ? _("；……）") : _("）"));
    return g_string_free(words, FALSE);
}

static char *unchanged_waits(const PlanComparison *comparison)
{
    if (comparison->previous == NULL)
        return one_reason("waits-first", g_strdup(_("本刊没有上一期可比，第一期由经办人核对后放行")));
    if (comparison->changes->len == 0)
        return g_strdup("[]");
    g_autofree char *changes = changes_words(comparison->changes);
    return one_reason("waits-changed", g_strdup_printf(_("比上期（%s）有变，由经办人核对后放行：%s"),
                                                       comparison->previous->identity, changes));
}

static char *second_waits(const StoreApproval *approval)
{
    if (approval == NULL)
        return one_reason("waits-two", g_strdup(_("须由两人放行：一人审核，另一人放行")));
    g_autofree char *time = clock_text(approval->at);
    return one_reason("waits-second",
                      g_strdup_printf(_("已由 %s 审核（%s），待第二人放行"), approval->who, time));
}

char *policy_waits_overdue(gint64 since)
{
    g_autofree char *time = clock_text(since);
    return one_reason("waits-overdue",
                      g_strdup_printf(_("文件从 %s 起就在文件夹里，到现在才取走，已经过期；仍要发的请放行"), time));
}

char *policy_waits_time(gint64 at)
{
    g_autofree char *time = timing_words(at);
    return one_reason("waits-time",
                      g_strdup_printf(_("定于 %s 发出；在此之前可以停：songfactl hold 登记号 原因"), time));
}

char *policy_waits_replanned(const char *changes)
{
    return one_reason("waits-replanned",
                      g_strdup_printf(_("计划在排定以后有变，由经办人核对后放行：\n  %s"), changes));
}

char *policy_waits_compared(const Plan *plan, const PlanComparison *comparison,
                            const StoreApproval *approval)
{
    switch (plan->release) {
    case RELEASE_UNCHANGED:
        return unchanged_waits(comparison);
    case RELEASE_CLERK:
        return one_reason("waits-clerk", g_strdup(_("本刊每期由经办人核对后放行")));
    case RELEASE_SECOND:
        return second_waits(approval);
    case RELEASE_AUTO:
    case RELEASE_MANUAL:
        break;
    }
    return g_strdup("[]");
}

char *policy_waits(Store *store, const Plan *plan, const StoreApproval *approval, GError **error)
{
    g_autoptr(PlanComparison) comparison = NULL;
    if (plan->release == RELEASE_UNCHANGED) {
        comparison = plan_compare_previous(store, plan, NULL, error);
        if (comparison == NULL)
            return NULL;
    }
    return policy_waits_compared(plan, comparison, approval);
}

gboolean policy_disapprove(Store *store, StoreIssue *row, GError **error)
{
    GError *failure = NULL;
    g_autoptr(StoreApproval) approval = store_approval_get(store, row->id, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    if (approval == NULL || strcmp(row->state, "planned") != 0)
        return failure == NULL;
    g_free(row->reasons);
    row->reasons = second_waits(NULL);
    return store_issue_update(store, row, error) && store_schedule_drop(store, row->id, error) &&
           store_approval_drop(store, row->id, "songfad", _("本期又交来一次"), error);
}
